"""Cell formats of one workbook in another: each is found there, or added with all it is made of."""

from __future__ import annotations

from copy import deepcopy

from xl_addin.ooxml.markup import Element
from xl_addin.ooxml.styles import BUILT_IN, Styles

_MADE_OF = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


class GraftedStyles:
    """The numbers that the formats of one workbook have in another."""

    def __init__(self, source: Styles, target: Styles) -> None:
        self._source = source
        self._target = target
        self._numbers: dict[tuple[str, int], int] = {}

    def style(self, number: int) -> int:
        """The cell format of the other workbook that looks the same as this one here."""
        return self._known("cellXfs", number)

    def difference(self, number: int) -> int:
        """The same of what a conditional format changes in the look of a cell."""
        return self._known("dxfs", number)

    def _known(self, kind: str, number: int) -> int:
        if (kind, number) not in self._numbers:
            self._numbers[kind, number] = self._place(kind, number)
        return self._numbers[kind, number]

    def _place(self, kind: str, number: int) -> int:
        wanted = deepcopy(self._source.listed(kind)[number])
        if kind == "cellXfs":
            self._carry_over(wanted)
        return self._target.place_of(kind, wanted)

    def _carry_over(self, wanted: Element) -> None:
        """Point a cell format to what it is made of in the other workbook."""
        for attribute, kind in _MADE_OF.items():
            wanted.set(attribute, str(self._known(kind, int(wanted.get(attribute, 0)))))
        number = int(wanted.get("numFmtId", 0))
        if number not in BUILT_IN.values():
            code = self._source.code(number)
            wanted.set("numFmtId", str(self._target.number_of(code) if code else number))
        wanted.set("xfId", "0")
