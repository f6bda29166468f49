"""The changes of an Update, each made in the cells of a workbook file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.area import Area, address
from xl_addin.excel.file.cells import formula_xml
from xl_addin.excel.file.pen import Pen
from xl_addin.excel.file.table_rows import append_rows, set_rows, unshare
from xl_addin.excel.file.workbook import Place, WorkbookFile
from xl_addin.table import CellValue
from xl_addin.update import AppendRows, Calculated, Change, SetName, SetRows


def make_change(book: WorkbookFile, change: Change) -> None:
    """Make one change. Raises WorkbookRefused where the workbook has no room or place for it."""
    match change:
        case SetRows():
            set_rows(book, change)
        case AppendRows():
            append_rows(book, change)
        case SetName():
            _set_name(book, change)
        case Calculated():
            _set_calculated(book, change)


def _set_name(book: WorkbookFile, change: SetName) -> None:
    if change.name not in book.names:
        found = f"The name {change.name} is not there, or is no longer a plain range of cells."
        raise WorkbookRefused([Problem("Workbook", found, "Bring it back from a backup.")])
    place = book.names[change.name]
    height, width = len(change.values), len(change.values[0]) if change.values else 0
    if (height, width) != (place.area.height, place.area.width):
        found = (
            f"The name {change.name} is {place.area.height} rows by {place.area.width} columns; "
            f"{height} by {width} are to be written."
        )
        remedy = "Bring the name back from a backup."
        raise WorkbookRefused([Problem(f"Sheet {place.sheet}", found, remedy)])
    pen = Pen(book, book.sheet(place.sheet))
    for row, column, value in _cells_with(place, change.values):
        unshare(pen.sheet, Area(row, column, row, column), (column,))
        pen.write(row, column, value, str)


def _set_calculated(book: WorkbookFile, change: Calculated) -> None:
    """Store what formulas show. Cells that hold no formula belong to the officer and stay."""
    if change.name not in book.names:
        return
    place = book.names[change.name]
    pen = Pen(book, book.sheet(place.sheet))
    for row, column, value in _cells_with(place, change.values):
        old = pen.sheet.cell(row, column)
        if old and formula_xml(old):
            pen.sheet.put(row, column, pen.cached(old, address(row, column), value))


def _cells_with(
    place: Place, values: Sequence[Sequence[CellValue]]
) -> Iterable[tuple[int, int, CellValue]]:
    for row, line in zip(place.area.rows, values, strict=False):
        for column, value in zip(place.area.columns, line, strict=False):
            yield row, column, value
