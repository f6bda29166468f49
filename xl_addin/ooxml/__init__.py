"""A workbook as a closed file: reading its tables, and changing only what an Update says.

Only the parts concerned are written anew; every other part stays byte for byte.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

from xl_addin.ooxml.area import LAST_ROW, Area, address
from xl_addin.ooxml.calculation import settle_calculation
from xl_addin.ooxml.changes import make_change
from xl_addin.ooxml.chart_caches import refresh_charts
from xl_addin.ooxml.fit_rows import fit_rows
from xl_addin.ooxml.markup import Malformed, refuse_broken
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.refusals import (
    read_bytes,
    refuse,
    refuse_unless_ours,
    refuse_unless_writable,
    refusing_damage,
)
from xl_addin.ooxml.saving import replace_file
from xl_addin.ooxml.sheet_values import NOT_CALCULATED, Grid, read_areas
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import CellValue, Sheets, Table
from xl_addin.update import Update

ENDS = 1000
"""So many rows of each table are read back after writing."""

LARGEST_NAME = 100_000
"""A named range of more cells than this holds no setting and is not read."""


def read(path: Path) -> Sheets:
    """Read the tables and named ranges of a workbook; parse says how, and what it raises."""
    return parse(path, read_bytes(path))


def parse(path: Path, data: bytes) -> Sheets:
    """Read the tables of a workbook and the values of its named ranges.

    Numbers come as float, cells with a date format as date or datetime, formulas as the value
    they last showed. Names of anything but one range of cells are left out. Raises
    WorkbookRefused for a file that is no workbook of ours, is damaged or encrypted, lacks a
    table or column, or has never been calculated.
    """
    return _read(path, data)


def apply(path: Path, update: Update, seen: bytes | None = None) -> None:
    """Make the changes of an Update in a workbook file, and no others.

    Formulas keep the values they show, charts follow, and Excel works everything out anew on
    opening. The file is replaced at one stroke; it is not touched if it says all of it already.
    ``seen`` is the SHA-256 of what the update was decided on. Raises WorkbookRefused, and then
    nothing has changed, for everything that read refuses, for a file that is read-only or open
    in Excel or holds something else than was seen, and where a table has no room to grow.
    """
    if update.is_empty:
        return
    was = read_bytes(path)
    if seen not in (None, sha256(was).digest()):
        raise refuse(path, "Someone has saved the workbook in the meantime.", "Do it again.")
    refuse_unless_writable(path)
    changed, parts = _changed(path, was, update)
    if parts:
        replace_file(path, changed, was, partial(_check, path, parts))


def _changed(path: Path, data: bytes, update: Update) -> tuple[bytes, tuple[str, ...]]:
    """The workbook with the changes made, and the parts that are others now."""
    with refusing_damage(path):
        book = _open(path, data)
        for change in update.changes:
            make_change(book, change)
        fit_rows(book)
        refresh_charts(book)
        settle_calculation(book)
        book.store()
        parts = book.package.changed
        return (book.package.to_bytes() if parts else data), parts


def _check(path: Path, parts: tuple[str, ...], written: bytes) -> None:
    """Make sure that a file reads back: the zip, the parts' XML, and the end of each table."""
    with refusing_damage(path):
        package = Package(written)
        if damaged := package.first_damaged():
            raise Malformed(f"the part {damaged} was not written whole")
        for part in parts:
            if part in package:
                refuse_broken(package.part(part))
    _read(path, written, ENDS)


def _open(path: Path, data: bytes) -> WorkbookFile:
    book = WorkbookFile(Package(data))
    refuse_unless_ours(path, book)
    return book


def _read(path: Path, data: bytes, last_rows: int = LAST_ROW) -> Sheets:
    with refusing_damage(path):
        book = _open(path, data)
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
    needed = [i for i, heading in enumerate(table.headings) if table.is_needed(heading)]
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
