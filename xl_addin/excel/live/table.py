"""A table of the open workbook: where it stands, and the few calls that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from xl_addin.excel.area import Area
from xl_addin.excel.live.cells import read_values
from xl_addin.excel.live.quiet import Undo
from xl_addin.table import CellValue, Table, text_of

if TYPE_CHECKING:
    from xlwings import main


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of a sheet: first row and column counted from 1, and how many there are of each."""

    sheet: main.Sheet
    row: int
    column: int
    rows: int
    columns: int

    @classmethod
    def at(cls, sheet: main.Sheet, address: str) -> Block:
        """The block of an address such as ``$B$4:$F$7``."""
        area = Area.parse(address)
        if not area:
            raise ValueError(f"{address} is not one block of cells")
        return cls(sheet, area.first_row, area.first_column, area.height, area.width)

    @property
    def cells(self) -> main.Range:
        """The block as xlwings knows it."""
        last = (self.row + self.rows - 1, self.column + self.columns - 1)
        return self.sheet.range((self.row, self.column), last)

    def part(self, rows: range, columns: range | None = None) -> Block:
        """Some of its rows and columns, counted from 0."""
        across = columns or range(self.columns)
        return Block(
            self.sheet, self.row + rows[0], self.column + across[0], len(rows), len(across)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands now. ``body`` are its rows without headings and totals."""

    table: main.Table
    name: str
    whole: Block
    headings: tuple[str, ...]
    totals: int

    @property
    def body(self) -> Block:
        """The cells below the headings, without a row of totals."""
        return self.whole.part(range(1, self.whole.rows - self.totals))

    @property
    def header(self) -> Block:
        """The cells of the headings."""
        return self.whole.part(range(1))


def find_tables(book: main.Book) -> dict[str, main.Table]:
    """Every table of a workbook by name."""
    return {table.name: table for sheet in book.sheets for table in sheet.tables}


def locate(table: main.Table) -> Place:
    """Where a table stands, and its headings."""
    place = _frame(table)
    return _with_headings(place, read_values(place.header.cells)[0])


def read_table(table: main.Table) -> Table:
    """A table as it stands, its cells read at once."""
    place = _frame(table)
    headings, *rows = read_values(place.whole.cells)
    body = rows[: place.body.rows]
    texts = _with_headings(place, headings).headings
    return Table(place.name, place.whole.sheet.name, texts, tuple(body), place.body.row)


def _frame(table: main.Table) -> Place:
    whole = Block.at(table.parent, table.range.address)
    return Place(table, table.name, whole, (), int(bool(table.show_totals)))


def _with_headings(place: Place, headings: Sequence[CellValue]) -> Place:
    return Place(place.table, place.name, place.whole, tuple(map(text_of, headings)), place.totals)


def insert_rows(undo: Undo, place: Place, rows: range) -> Place:
    """Make room for rows of the body, counted from 0, with the format of the row above.

    What stands below the table, at its width, moves down. The first row takes the format of
    the row below it, for above are the headings.
    """
    block = place.body.part(rows)
    origin = "format_from_left_or_above" if rows[0] else "format_from_right_or_below"
    block.cells.insert("down", origin)
    undo.append(lambda: block.cells.delete("up"))
    return fit(undo, place, place.whole.rows + len(rows))


def delete_rows(undo: Undo, place: Place, rows: range, contents: list[list[Any]]) -> Place:
    """Take rows out of the body, counted from 0. ``contents`` puts them back on failure."""
    block = place.body.part(rows)
    block.cells.delete("up")
    undo.append(partial(_bring_back, place, rows, contents))
    return fit(undo, place, place.whole.rows - len(rows))


def _bring_back(place: Place, rows: range, contents: list[list[Any]]) -> None:
    block = place.body.part(rows)
    block.cells.insert("down", "format_from_left_or_above")
    fit([], place, place.whole.rows)
    block.cells.value = contents


def fit(undo: Undo, place: Place, rows: int) -> Place:
    """Give a table so many rows in all, where Excel has not seen to it already."""
    whole = place.whole
    now = Block.at(whole.sheet, place.table.range.address)
    wanted = Block(whole.sheet, whole.row, whole.column, rows, whole.columns)
    if now != wanted:
        undo.append(lambda: place.table.resize(now.cells))
        place.table.resize(wanted.cells)
    return Place(place.table, place.name, wanted, place.headings, place.totals)
