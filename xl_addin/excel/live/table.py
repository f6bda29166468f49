"""A table of the open workbook: where it stands and what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xl_addin.excel.live.cells import read_values
from xl_addin.ooxml.area import Area, letters
from xl_addin.table import CellValue, Table, text_of
from xl_addin.values import replace, value_type

if TYPE_CHECKING:
    from xlwings import main


@value_type
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
        """The block as xlwings knows it, by its address: that takes Excel one call."""
        last_row, last_column = self.row + self.rows - 1, self.column + self.columns - 1
        first, last = f"{letters(self.column)}{self.row}", f"{letters(last_column)}{last_row}"
        return self.sheet.range(f"{first}:{last}")

    def part(self, rows: range, columns: range | None = None) -> Block:
        """Some of its rows and columns, counted from 0."""
        across = columns or range(self.columns)
        return Block(
            self.sheet, self.row + rows[0], self.column + across[0], len(rows), len(across)
        )


@value_type
class Place:
    """Where a table stands now. ``body`` are its rows without headings and totals.

    ``found`` are the cells that it had when it was found: to be used before anything moves.
    """

    table: main.Table
    name: str
    sheet: str
    whole: Block
    headings: tuple[str, ...]
    totals: int
    found: main.Range

    @property
    def body(self) -> Block:
        """The cells below the headings, without a row of totals."""
        return self.whole.part(range(1, self.whole.rows - self.totals))

    @property
    def header(self) -> Block:
        """The cells of the headings."""
        return self.whole.part(range(1))

    def reaches(self, row: int) -> bool:
        """Whether a row of the sheet, counted from 1, stands above the end of the table."""
        return row < self.whole.row + self.whole.rows

    def with_rows(self, rows: int) -> Place:
        """The place of the table once it has so many rows in all."""
        return replace(self, whole=replace(self.whole, rows=rows))


def find_tables(book: main.Book) -> dict[str, Place]:
    """Every table of a workbook by name and where it stands; their headings are not read yet."""
    return {place.name: place for sheet in book.sheets for place in _tables_of(sheet)}


def _tables_of(sheet: main.Sheet) -> Iterator[Place]:
    """The tables of a sheet by their numbers: that takes Excel fewer calls than listing them."""
    tables = sheet.tables
    for number in range(1, len(tables) + 1):
        yield _frame(_table(tables, number), sheet)


def _table(tables: main.Tables, number: int) -> main.Table:
    """A table by its number. xlwings calls whatever fails a key that is missing."""
    try:
        return tables(number)
    except KeyError as error:
        raise error.__context__ or error from None


def _frame(table: main.Table, sheet: main.Sheet) -> Place:
    """Where a table stands, its sheet's name told along with its cells: one call for both."""
    found = table.range
    where, _, address = found.get_address(external=True).rpartition("!")
    sheet_name = where.rpartition("]")[2].removesuffix("'").replace("''", "'")
    totals = int(bool(table.show_totals))
    return Place(table, table.name, sheet_name, Block.at(sheet, address), (), totals, found)


def locate(place: Place) -> Place:
    """Where a table stands by now, and its headings."""
    found = replace(place, whole=_whole(place))
    return replace(found, headings=_texts(read_values(found.header.cells)[0]))


def read_table(place: Place) -> Table:
    """A table as it stands, its cells read at once."""
    headings, *rows = read_values(place.found)
    body = tuple(rows[: place.body.rows])
    return Table(place.name, place.sheet, _texts(headings), body, place.body.row)


def rows_of(place: Place) -> int:
    """How many rows a table has now, headings and totals among them."""
    return _whole(place).rows


def _whole(place: Place) -> Block:
    return Block.at(place.whole.sheet, place.table.range.address)


def _texts(headings: Sequence[CellValue]) -> tuple[str, ...]:
    return tuple(map(text_of, headings))
