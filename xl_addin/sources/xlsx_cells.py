"""What the parts of an Excel workbook hold, found out before a reader makes room for it.

A few bytes can ask for any amount of memory: a cell far away, a long text that many cells name.
"""

from __future__ import annotations

from array import array

from xl_addin.limits import Limits
from xl_addin.ooxml.area import column_number
from xl_addin.ooxml.markup import Malformed
from xl_addin.returns.figure import NOT_CALCULATED
from xl_addin.sources.sheet import (
    Errors,
    refuse_cells,
    refuse_long_texts,
    refuse_rows,
    refuse_wide_reach,
)
from xl_addin.sources.streamed import StreamedPart
from xl_addin.table import CellError

_DIGITS = "0123456789"


class SharedTexts(StreamedPart):
    """The length in characters of each text that cells name by its number."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths = array("q")
        self._parser.CharacterDataHandler = self._said

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """A text begins with its "si"; all that is said until the next one counts for it."""
        if name == "si":
            self.lengths.append(0)

    def _said(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class SheetCells(StreamedPart):
    """How far a sheet reaches, and its cells that show an error or were never calculated.

    ``recalculates`` is whether the workbook leaves calculating to Excel: when every formula
    then shows 0, none was calculated. Raises ReturnRefused as soon as there is more than is
    read, and Malformed for a cell outside its row.
    """

    def __init__(self, file: str, limits: Limits, texts: array[int], *, recalculates: bool) -> None:
        super().__init__()
        self._file, self._limits, self._texts = file, limits, texts
        self._row = self._column = -1
        self._row_is_known = False
        self._kind = ""
        self._open = self._filled = self._formula = False
        self._value: list[str] = []
        self._reach = (0, 0)
        self._last_filled = -1
        self._count = self._rows = self._characters = 0
        self._zeros: Errors | None = Errors() if recalculates else None
        self._errors = Errors()

    def errors(self) -> Errors:
        """The errors of the whole sheet, once it has been read."""
        self._end_cell()
        if self._zeros is not None:
            self._errors.extend(self._zeros)
        return self._errors

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """Rows hold cells; cells hold a formula, a value ("v") or a text of their own ("is")."""
        if self._open and name in ("v", "f", "is"):
            self._fill()
            self._formula = self._formula or name == "f"
            if name == "v" and (self._formula or self._kind in ("e", "s")):
                self._parser.CharacterDataHandler = self._value.append
        elif name not in ("t", "r", "rPr"):
            self._end_cell()
            if name == "c":
                self._begin_cell(attributes.get("r", ""), attributes.get("t", ""))
            elif name == "row":
                self._row_is_known = "r" in attributes
                self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1

    def _begin_cell(self, address: str, kind: str) -> None:
        letters = address.rstrip(_DIGITS)
        self._column = column_number(letters) - 1 if letters else self._column + 1
        if letters:
            row = int(address[len(letters) :]) - 1
            if self._row_is_known and row != self._row:
                raise Malformed("a cell stands outside its row")
            self._row = row
        self._kind, self._open = kind, True
        self._filled = self._formula = False

    def _fill(self) -> None:
        """Count a cell that holds something: only for such ones does the reader make room."""
        if self._filled:
            return
        self._filled = True
        self._count += 1
        refuse_cells(self._file, self._count, self._limits)
        if self._row != self._last_filled:
            self._last_filled, self._rows = self._row, self._rows + 1
            refuse_rows(self._file, self._rows, self._limits)
        rows, columns = self._reach
        if self._row >= rows or self._column >= columns:
            self._reach = (max(rows, self._row + 1), max(columns, self._column + 1))
            refuse_wide_reach(self._file, *self._reach, self._limits)

    def _end_cell(self) -> None:
        """Note what a cell shows, which is known when the next one begins."""
        if not self._open:
            return
        value, self._value = "".join(self._value).strip(), []
        self._parser.CharacterDataHandler = None
        self._open = False
        if self._kind == "s" and value:
            self._characters += self._texts[int(value)]
            refuse_long_texts(self._file, self._characters, self._limits)
        if self._kind == "e":
            self._errors.add(self._row, self._column, CellError(value))
        if self._formula and not value and self._kind != "str":
            self._errors.add(self._row, self._column, NOT_CALCULATED)
        if self._zeros is not None and (self._formula or self._kind == "e"):
            self._note_zero(value)

    def _note_zero(self, value: str) -> None:
        """One formula that shows anything else, or an error, tells that Excel has calculated."""
        if self._formula and value == "0" and self._zeros is not None:
            self._zeros.add(self._row, self._column, NOT_CALCULATED)
        else:
            self._zeros = None
