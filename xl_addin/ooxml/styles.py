"""Cell formats: which ones show dates, and one like another with a different number format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy

from lxml import etree

from xl_addin.ooxml.markup import Element, namespace, parse, serialise
from xl_addin.patterns import pattern

BUILT_IN = {
    "General": 0,
    "0": 1,
    "0.00": 2,
    "#,##0": 3,
    "#,##0.00": 4,
    "0%": 9,
    "0.00%": 10,
    "0.00E+00": 11,
    "mm-dd-yy": 14,
    "d-mmm-yy": 15,
    "d-mmm": 16,
    "mmm-yy": 17,
    "h:mm": 20,
    "h:mm:ss": 21,
    "m/d/yy h:mm": 22,
    "@": 49,
}
"""Number formats that every workbook has (ECMA-376, part 1, 18.8.30)."""

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
"""The lists of a styles part in the order they stand (ECMA-376, part 1, 18.8.39)."""

_CODES = {number: code for code, number in BUILT_IN.items()}
_FIRST_CUSTOM = 164
_ELAPSED_HOURS = 46
_USUAL_SIZE = 11.0
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_NOT_DATE_LETTERS = pattern(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')
_ELAPSED = pattern(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def is_date_format(code: str) -> bool:
    """Whether a number format shows a day or a time of day; an elapsed time is a number.

    >>> is_date_format("mmm yyyy;@"), is_date_format('0 "days"'), is_date_format("[h]:mm")
    (True, False, False)
    """
    if _ELAPSED.search(code):
        return False
    letters = _NOT_DATE_LETTERS.sub("", code).split(";")[0].lower()
    return "general" not in letters and any(letter in letters for letter in "dmyhs")


class Styles:
    """The formats of a workbook's cells, by the number a cell gives."""

    def __init__(self, data: bytes) -> None:
        self._original = data
        self._root = parse(data)
        self._ns = namespace(self._root)
        self._changed = False
        self._texts: dict[int, tuple[float, bool]] = {}
        self._known: dict[str, dict[tuple[object, ...], int]] = {}
        self._formats = self._root.find(f"{self._ns}cellXfs")
        self._xfs = [] if self._formats is None else self._formats.findall(f"{self._ns}xf")
        self._codes = {
            int(element.get("numFmtId", "")): element.get("formatCode", "")
            for element in self._root.iterfind(f"{self._ns}numFmts/{self._ns}numFmt")
        }

    def to_bytes(self) -> bytes:
        """The part, as it was unless a format was added."""
        return serialise(self._root, self._original) if self._changed else self._original

    def _is_date(self, number: int) -> bool:
        if number in self._codes:
            return is_date_format(self._codes[number])
        return number in _BUILT_IN_DATES

    def is_date(self, style: int) -> bool:
        """Whether a cell format shows dates."""
        return self._is_date(self._number_format_of(style))

    def is_moment(self, style: int) -> bool:
        """Whether a cell format shows a day, a time of day or an elapsed time."""
        number = self._number_format_of(style)
        elapsed = _ELAPSED.search(self._codes.get(number, "")) is not None
        return elapsed or number == _ELAPSED_HOURS or self._is_date(number)

    def is_percentage(self, style: int) -> bool:
        """Whether a cell format shows percentages: a % that is no text stands in its code."""
        return "%" in _NOT_DATE_LETTERS.sub("", self.number_format(style))

    def _number_format_of(self, style: int) -> int:
        return int(self._xfs[style].get("numFmtId", 0)) if style < len(self._xfs) else 0

    def code(self, number: int) -> str:
        """A number format of the workbook's own by its number; "" where it has none."""
        return str(self._codes.get(number, ""))

    def number_format(self, style: int) -> str:
        """The number format of a cell format, as its code."""
        number = self._number_format_of(style)
        return self._codes.get(number) or _CODES.get(number, "General")

    def text(self, style: int) -> tuple[float, bool]:
        """The font size of a cell format, in points, and whether its text wraps."""
        if style not in self._texts:
            self._texts[style] = self._find_text(style)
        return self._texts[style]

    def _find_text(self, style: int) -> tuple[float, bool]:
        if style >= len(self._xfs):
            return _USUAL_SIZE, False
        xf = self._xfs[style]
        fonts = self._root.findall(f"{self._ns}fonts/{self._ns}font")
        font = int(xf.get("fontId", 0))
        size = fonts[font].find(f"{self._ns}sz") if font < len(fonts) else None
        alignment = xf.find(f"{self._ns}alignment")
        wraps = alignment is not None and alignment.get("wrapText") in ("1", "true")
        return (_USUAL_SIZE if size is None else float(size.get("val", _USUAL_SIZE))), wraps

    def with_number_format(self, style: int, code: str) -> int:
        """The cell format that is like another but has this number format; added if need be."""
        formats = self._xfs
        if style >= len(formats) or self.number_format(style) == code:
            return style
        wanted = deepcopy(formats[style])
        wanted.set("numFmtId", str(self.number_of(code)))
        wanted.set("applyNumberFormat", "1")
        return self.place_of("cellXfs", wanted)

    def listed(self, kind: str) -> Sequence[Element]:
        """What the part lists of a kind, such as "fonts", by its number."""
        found = self._root.find(f"{self._ns}{kind}")
        return [] if found is None else list(found.iterchildren(tag=f"{self._ns}*"))

    def place_of(self, kind: str, wanted: Element) -> int:
        """The number of an element in a list, such as "fonts"; added if no other is the same."""
        parent, known = self._list(kind), self._known_in(kind)
        number = known.setdefault(_key(wanted), len(parent))
        if number == len(parent):
            parent.append(wanted)
            if kind == "cellXfs":
                self._xfs.append(wanted)
            parent.set("count", str(number + 1))
            self._changed = True
        return number

    def _known_in(self, kind: str) -> dict[tuple[object, ...], int]:
        """The first of each in a list: there may be thousands, and rows ask for theirs."""
        if kind not in self._known:
            self._known[kind] = {}
            for number, element in enumerate(self.listed(kind)):
                self._known[kind].setdefault(_key(element), number)
        return self._known[kind]

    def _list(self, kind: str) -> Element:
        """The list of a kind, made in its place if there is none."""
        found = self._root.find(f"{self._ns}{kind}")
        if found is None:
            found = self._root.makeelement(f"{self._ns}{kind}")
            before = _ORDER[: _ORDER.index(kind)]
            names = [str(child.tag).rpartition("}")[2] for child in self._root]
            self._root.insert(sum(name in before for name in names), found)
        return found

    def number_of(self, code: str) -> int:
        """The number of a number format, by its code; added if need be."""
        for number, known in self._codes.items():
            if known == code:
                return number
        return BUILT_IN[code] if code in BUILT_IN else self._add_number_format(code)

    def _add_number_format(self, code: str) -> int:
        number = max([_FIRST_CUSTOM - 1, *self._codes]) + 1
        self._codes[number] = code
        parent = self._list("numFmts")
        element = parent.makeelement(f"{self._ns}numFmt")
        element.set("numFmtId", str(number))
        element.set("formatCode", code)
        parent.append(element)
        parent.set("count", str(len(parent)))
        self._changed = True
        return number


def _key(xf: Element) -> tuple[object, ...]:
    """What cell formats that look alike have in common."""
    return tuple(sorted(xf.attrib.items())), *map(etree.tostring, xf)
