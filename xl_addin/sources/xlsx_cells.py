"""The rows of a sheet of an Excel workbook, of which no more is read than a return may hold.

A few bytes can ask for any amount of memory: a cell far away, a long text that many cells name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from xl_addin.limits import Limits
from xl_addin.ooxml.area import LAST_COLUMN
from xl_addin.ooxml.cells import day_of
from xl_addin.ooxml.markup import Malformed, plain, unescape
from xl_addin.ooxml.sheet_stream import StoredCell
from xl_addin.ooxml.sheet_values import Reader
from xl_addin.returns.figure import NOT_CALCULATED
from xl_addin.sources.sheet import (
    EXCEL_MIDNIGHT,
    Rows,
    refuse_cells,
    refuse_long_texts,
    refuse_rows,
    refuse_wide_reach,
)
from xl_addin.table import CellValue

_NUMBERS = (b"", b"n")
_KINDS = (*_NUMBERS, b"s", b"str", b"b", b"d", b"e", b"inlineStr")


def moment_of(number: float, epoch_1904: bool) -> CellValue:
    """What a number with the format of a day or a time stands for, never a figure.

    >>> moment_of(42156.0, False), moment_of(0.25, False)
    (datetime.date(2015, 6, 1), datetime.datetime(1899, 12, 30, 6, 0))
    """
    day = day_of(number, epoch_1904)
    if not isinstance(day, float):
        return day
    try:
        return EXCEL_MIDNIGHT + timedelta(days=number)
    except OverflowError:
        return number


class SheetRows:
    """The rows of a sheet, as its cells come in.

    ``recalculates`` is whether the workbook leaves calculating to Excel: when every formula then
    shows 0, none was calculated. Raises ReturnRefused as soon as there is more than is read.
    """

    def __init__(self, file: str, limits: Limits, reader: Reader, *, recalculates: bool) -> None:
        self._file, self._limits, self._reader = file, limits, reader
        self._rows: list[list[CellValue]] = []
        self._filled = self._count = self._characters = self._width = 0
        self._zeros: list[tuple[int, int]] | None = [] if recalculates else None

    def read(self, cells: Iterable[StoredCell]) -> Rows:
        """All of them. Raises Malformed and ValueError for a cell that means nothing."""
        row, before, line = 0, 0, list[CellValue]()
        for number, column, style, kind, formula, stored, text in cells:
            self._count += 1
            if number != row or column > self._width:
                line = self._line(number, column, is_next=number != row)
                before = before if number == row else self._count
                row = number
            if kind or formula or not stored:
                value = self._value(style, kind, formula, stored, text)
                self._note_zero(number, column, kind, formula, stored)
            else:
                value = self._reader.number(style, stored)
            if len(line) == column - 1:
                line.append(value)
            else:
                _put(line, column, value)
                if self._count - before > LAST_COLUMN:
                    raise Malformed("a row of more cells than a sheet has columns")
        refuse_cells(self._file, self._count, self._limits)
        for row, column in self._zeros or ():
            self._rows[row - 1][column - 1] = NOT_CALCULATED
        return tuple(tuple(line) + (None,) * (self._width - len(line)) for line in self._rows)

    def _line(self, row: int, column: int, *, is_next: bool) -> list[CellValue]:
        """The cells of a row so far. Room for it is made only if the sheet may be so large."""
        refuse_cells(self._file, self._count, self._limits)
        self._filled += is_next
        refuse_rows(self._file, self._filled, self._limits)
        self._width = max(self._width, column)
        refuse_wide_reach(self._file, max(row, len(self._rows)), self._width, self._limits)
        self._rows += ([] for _ in range(row - len(self._rows)))
        return self._rows[row - 1]

    def _value(
        self, style: bytes, kind: bytes, formula: bool, stored: bytes, text: bytes
    ) -> CellValue:
        if kind not in _KINDS:
            raise Malformed("a cell of a type that there is not")
        if formula and not stored and kind != b"str":
            return NOT_CALCULATED
        if kind == b"inlineStr":
            return unescape(plain(text.decode())) or None
        value = self._reader.value(style, kind, stored)
        if kind == b"s" and isinstance(value, str):
            self._characters += len(value)
            refuse_long_texts(self._file, self._characters, self._limits)
        return None if value == "" else value

    def _note_zero(self, row: int, column: int, kind: bytes, formula: bool, stored: bytes) -> None:
        """One formula that shows anything else, or an error, tells that Excel has calculated."""
        if self._zeros is None or not (formula or kind == b"e"):
            return
        if formula and stored == b"0":
            self._zeros.append((row, column))
        else:
            self._zeros = None


def _put(line: list[CellValue], column: int, value: CellValue) -> None:
    """Give a row a cell that does not come right after the one before."""
    line += [None] * (column - len(line))
    line[column - 1] = value
