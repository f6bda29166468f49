"""What a workbook's tables and named ranges hold, each sheet being read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from xl_addin.ooxml.area import LAST_ROW, Area, address
from xl_addin.ooxml.refusals import refuse
from xl_addin.ooxml.sheet_values import NOT_CALCULATED, Grid, read_areas
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import CellValue, Sheets, Table

LARGEST_NAME = 100_000
"""A named range of more cells than this holds no setting and is not read."""


def read_tables(path: Path, book: WorkbookFile, last_rows: int = LAST_ROW) -> Sheets:
    """The tables, each with its last rows, and the values of named ranges.

    Raises WorkbookRefused for a needed cell that was never calculated, and what a damaged file
    makes readers raise.
    """
    grids = _read_grids(book, last_rows)
    tables = {name: _table(path, book, name, grids) for name in book.tables}
    names = {name: _values(book, grids[name, False]) for name in _names_to_read(book)}
    return Sheets(tables, names)


def _names_to_read(book: WorkbookFile) -> list[str]:
    return [n for n, p in book.names.items() if p.area.height * p.area.width <= LARGEST_NAME]


def _read_grids(book: WorkbookFile, last_rows: int) -> dict[tuple[str, bool], Grid]:
    """What tables (True; their last rows) and names (False) hold, each sheet being read once."""
    wanted: dict[str, dict[tuple[str, bool], Area]] = defaultdict(dict)
    for name, table in book.tables.items():
        first_row = max(table.body.first_row, table.body.last_row - last_rows + 1)
        wanted[table.sheet][name, True] = table.body._replace(first_row=first_row)
    for name in _names_to_read(book):
        wanted[book.names[name].sheet][name, False] = book.names[name].area
    grids: dict[tuple[str, bool], Grid] = {}
    for sheet, areas in wanted.items():
        data = book.package.part(book.sheet_parts[sheet])
        grids |= zip(areas, read_areas(data, list(areas.values()), book.reader), strict=True)
    return grids


def _table(path: Path, book: WorkbookFile, name: str, grids: dict[tuple[str, bool], Grid]) -> Table:
    table, grid = book.tables[name], grids[name, True]
    first_row = table.body.last_row - len(grid) + 1
    needed = [i for i, heading in enumerate(table.headings) if book.is_needed(name, heading)]
    for place in _not_calculated(book, grid, needed):
        row, column = first_row + place[0], table.area.first_column + place[1]
        found = f"Sheet {table.sheet}, cell {address(row, column)} has never been calculated."
        raise refuse(path, found, "Open it in Excel and save it.")
    return Table(name, table.sheet, table.headings, _values(book, grid), first_row)


def _not_calculated(
    book: WorkbookFile, grid: Grid, columns: list[int]
) -> Iterator[tuple[int, int]]:
    for number, row in enumerate(grid) if book.reader.met_not_calculated else ():
        yield from ((number, column) for column in columns if row[column] is NOT_CALCULATED)


def _values(book: WorkbookFile, grid: Grid) -> tuple[tuple[CellValue, ...], ...]:
    """The rows of a grid, which is used up, so that a long table is not held twice."""
    rows: list[tuple[CellValue, ...]] = []
    grid.reverse()
    while grid:
        row = grid.pop()
        if book.reader.met_not_calculated:
            row = [None if value is NOT_CALCULATED else value for value in row]
        rows.append(tuple(row))  # type: ignore[arg-type]
    return tuple(rows)
