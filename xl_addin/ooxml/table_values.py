"""What a workbook's tables and named ranges hold, each sheet being read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from xl_addin.ooxml.area import LAST_ROW, Area, address
from xl_addin.ooxml.refusals import refuse
from xl_addin.ooxml.sheet_values import NOT_CALCULATED, Grid, SheetRead, read_areas
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import CellValue, Sheets, Table
from xl_addin.values import value_type

LARGEST_NAME = 100_000
"""A named range of more cells than this holds no setting and is not read."""


@value_type
class _Cells:
    """What an area holds, and whether all formulas of its sheet had been worked out."""

    rows: Grid
    is_calculated: bool

    @property
    def values(self) -> tuple[tuple[CellValue, ...], ...]:
        """The rows; what was never calculated is blank."""
        rows = self.rows
        if not self.is_calculated:
            rows = [[None if v is NOT_CALCULATED else v for v in row] for row in rows]
        return tuple(map(tuple, rows))  # type: ignore[arg-type]

    def not_calculated(self, columns: list[int]) -> Iterator[tuple[int, int]]:
        """The cells of these columns that were never calculated: row and column from 0."""
        for number, row in enumerate(() if self.is_calculated else self.rows):
            yield from ((number, column) for column in columns if row[column] is NOT_CALCULATED)


def read_tables(
    path: Path,
    book: WorkbookFile,
    last_rows: int = LAST_ROW,
    sheets: frozenset[str] | None = None,
) -> Sheets:
    """The tables, each with its last rows, and the values of named ranges; of some sheets or all.

    Raises WorkbookRefused for a needed cell that was never calculated, and what a damaged file
    makes readers raise.
    """
    tables: dict[str, Table] = {}
    names: dict[str, tuple[tuple[CellValue, ...], ...]] = {}
    for sheet, areas in _wanted(book, last_rows).items():
        if sheets is None or sheet in sheets:
            read = _read_sheet(book, book.sheet_parts[sheet], list(areas.values()))
            for (name, is_table), rows in zip(areas, read.grids, strict=True):
                cells = _Cells(rows, read.is_calculated)
                if is_table:
                    tables[name] = _table(path, book, name, cells)
                else:
                    names[name] = cells.values
    return Sheets(tables, names)


def _names_to_read(book: WorkbookFile) -> list[str]:
    is_read = book.expectation.is_read
    sizes = {n: p.area.height * p.area.width for n, p in book.names.items() if is_read(n)}
    return [name for name, size in sizes.items() if size <= LARGEST_NAME]


def _wanted(book: WorkbookFile, last_rows: int) -> dict[str, dict[tuple[str, bool], Area]]:
    """Where on each sheet tables (True; their last rows) and names (False) stand."""
    wanted: dict[str, dict[tuple[str, bool], Area]] = defaultdict(dict)
    for name, table in book.tables.items():
        first_row = max(table.body.first_row, table.body.last_row - last_rows + 1)
        wanted[table.sheet][name, True] = table.body._replace(first_row=first_row)
    for name in _names_to_read(book):
        wanted[book.names[name].sheet][name, False] = book.names[name].area
    return wanted


def _read_sheet(book: WorkbookFile, part: str, areas: list[Area]) -> SheetRead:
    data, is_known = book.package.part(part), part in book.usual_parts
    read = read_areas(data, areas, book.reader, is_known=is_known)
    if read.is_usual:
        book.usual_parts.add(part)
    return read


def _table(path: Path, book: WorkbookFile, name: str, cells: _Cells) -> Table:
    table = book.tables[name]
    first_row = table.body.last_row - len(cells.rows) + 1
    needed = [i for i, heading in enumerate(table.headings) if book.is_needed(name, heading)]
    for place in cells.not_calculated(needed):
        row, column = first_row + place[0], table.area.first_column + place[1]
        found = f"Sheet {table.sheet}, cell {address(row, column)} has never been calculated."
        raise refuse(path, found, "Open it in Excel and save it.")
    return Table(name, table.sheet, table.headings, cells.values, first_row)
