"""Writing cells: only what differs is written, and what stays keeps its bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from xl_addin.ooxml.area import address
from xl_addin.ooxml.cells import formula_cell, formula_xml, style_of, value_cell, with_cached
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.sheet_values import Read, read_cell
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import CellError, CellValue, Formula
from xl_addin.values import field, value_type

_DAY_FORMAT = "dd/mm/yyyy"
_MOMENT_FORMAT = "dd/mm/yyyy hh:mm"


@value_type(frozen=False)
class CellWriter:
    """Writes cells of one sheet."""

    book: WorkbookFile
    sheet: Sheet
    _to_fit: set[int] = field(default_factory=set)

    def write(
        self,
        row: int,
        column: int,
        value: CellValue | Formula,
        address_of: Callable[[str], str],
        style: int | None = None,
    ) -> None:
        """Give a cell a value or a formula; one that has it already keeps its bytes.

        ``style`` is the cell's format, None for the one it has.
        """
        old = self.sheet.cell(row, column)
        had = style_of(old)
        style = self._style_for(value, had if style is None else style)
        alike = old if style == had else None
        if isinstance(value, Formula):
            here = Formula(value.in_row(address_of).removeprefix("="), value.value)
            new: bytes | None = self._formula(alike, row, column, here, style)
        else:
            new = self._value(alike, row, column, value, style)
        if new != old:
            self.sheet.put(row, column, new)
            if row not in self._to_fit:
                self._fit_height(row, old, value)

    def _style_for(self, value: CellValue | Formula, style: int) -> int:
        """The format of a cell, or one like it that shows the day it is to hold."""
        if not isinstance(value, date) or self.book.styles.is_date(style):
            return style
        return self.book.styles.with_number_format(style, _format_for(value))

    def _formula(
        self, old: bytes | None, row: int, column: int, formula: Formula, style: int
    ) -> bytes:
        """The cell, ``old`` if it calculates this already; that is None for one of other format."""
        place = address(row, column)
        if old and self.sheet.formula(row, column) == formula.text:
            return self.cached(old, place, formula.value)
        return formula_cell(self.sheet.prefix, place, style, formula, self.book.epoch_1904)

    def cached(self, old: bytes, place: str, value: CellValue) -> bytes:
        """A formula cell with what it shows now."""
        if same_cell(read_cell(old, self.book.reader), value):
            return old
        return with_cached(old, value, place, self.book.epoch_1904)

    def _value(
        self, old: bytes | None, row: int, column: int, value: CellValue, style: int
    ) -> bytes | None:
        """The cell, ``old`` if it holds this already; that is None for one of other format."""
        if old and not formula_xml(old) and same_cell(read_cell(old, self.book.reader), value):
            return old
        place, epoch = address(row, column), self.book.epoch_1904
        return value_cell(self.sheet.prefix, place, style, value, epoch)

    def _fit_height(self, row: int, old: bytes | None, value: CellValue | Formula) -> None:
        """Let Excel fit a row's height anew where text changed, unless an officer set it."""
        shown = value.value if isinstance(value, Formula) else value
        was = read_cell(old, self.book.reader) if old else None
        if not (isinstance(shown, str) or isinstance(was, str)):
            return
        self._to_fit.add(row)
        self.sheet.text_changed.add(row)
        if self.sheet.row_attribute(row, "customHeight") not in ("1", "true"):
            self.sheet.set_row_attributes(row, {"ht": None})


def _format_for(day: date) -> str:
    with_time = isinstance(day, datetime) and day.time() != time()
    return _MOMENT_FORMAT if with_time else _DAY_FORMAT


def same_cell(old: Read, new: CellValue) -> bool:
    """Whether a cell holds exactly this: numbers to the last digit, blank text like nothing."""
    if isinstance(new, datetime) and new.time() == time():
        new = new.date()
    if (isinstance(old, str) or old is None) and not old:
        return new is None or (new == "" and not isinstance(new, CellError))
    if isinstance(old, bool) or isinstance(new, bool) or isinstance(old, CellError):
        return type(old) is type(new) and old == new
    if isinstance(new, CellError):
        return False
    return old == new
