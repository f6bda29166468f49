"""The changes of an Update, each made in the cells of a workbook file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.calculated import set_calculated
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.table_rows import append_rows, set_rows, unshare
from xl_addin.ooxml.workbook_file import Place, WorkbookFile
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
            set_calculated(book, change)


def _set_name(book: WorkbookFile, change: SetName) -> None:
    if change.name not in book.names:
        found = f"The name {change.name} is not there, or is no longer a plain range of cells."
        raise WorkbookRefused(
            [Problem("Workbook", found, "Define it again (Formulas, Name Manager).")]
        )
    place = book.names[change.name]
    height, width = len(change.values), len(change.values[0]) if change.values else 0
    if (height, width) != (place.area.height, place.area.width):
        found = (
            f"The name {change.name} is {place.area.height} rows by {place.area.width} columns; "
            f"{height} by {width} are to be written."
        )
        remedy = "Let it point at as many cells again (Formulas, Name Manager)."
        raise WorkbookRefused([Problem(f"Sheet {place.sheet}", found, remedy)])
    writer = CellWriter(book, book.sheet(place.sheet))
    for row, column, value in _cells_with(place, change.values):
        unshare(writer.sheet, Area(row, column, row, column), (column,))
        writer.write(row, column, value, str)


def _cells_with(
    place: Place, values: Sequence[Sequence[CellValue]]
) -> Iterable[tuple[int, int, CellValue]]:
    for row, line in zip(place.area.rows, values, strict=False):
        for column, value in zip(place.area.columns, line, strict=False):
            yield row, column, value
