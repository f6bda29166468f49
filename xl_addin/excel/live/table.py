"""A table of the open workbook: where it stands and what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from xl_addin.excel.live.cells import read_values
from xl_addin.excel.live.com import Later, cells_meant, says, sheet_of, table_of
from xl_addin.layout import TABLES
from xl_addin.ooxml.area import Area
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
    def area(self) -> Area:
        """Where it stands on its sheet."""
        last_row, last_column = self.row + self.rows - 1, self.column + self.columns - 1
        return Area(self.row, self.column, last_row, last_column)

    @property
    def cells(self) -> main.Range:
        """The block as xlwings knows it, by its address: that takes Excel one call."""
        return self.sheet.range(str(self.area))

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
    ``first_row`` is what its first row holds, where that was read.
    """

    table: main.Table
    name: str
    sheet: str
    whole: Block
    headings: tuple[str, ...]
    totals: int
    found: main.Range
    first_row: tuple[CellValue, ...] | None = None

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


def find_tables(book: main.Book, called: str | None = None) -> dict[str, Place]:
    """The tables of a workbook by name and where each stands; their headings are not read yet.

    Ours are asked for by their names. Where one is not found so, as in a workbook of an older
    edition, every table is looked at. ``called`` is the workbook's name, where it is known.
    """
    return _found_by_name(book, called or book.name) or {
        place.name: place for sheet in book.sheets for place in _tables_of(sheet)
    }


def _found_by_name(book: main.Book, called: str) -> dict[str, Place]:
    """All our tables; none where a single one is not found by its name."""
    asked = says(book.api, "ActiveSheet")
    found: dict[str, Place] = {}
    for name in TABLES:
        place = _meant(book, asked, called, name)
        if place is None:
            return {}
        found[name] = place
    return found


def _meant(book: main.Book, asked: Any, called: str, name: str) -> Place | None:
    """Where a table stands, without its totals, as Excel understands its name in a formula.

    How Excel answers is not checked without it: so what is not one block of this very workbook,
    of headings and a row at least, counts as not found. The table itself and its sheet are asked
    for when they are needed.
    """
    cells = cells_meant(book, asked, f"{name}[[#Headers],[#Data]]")
    if cells is None:
        return None
    where, address = _address_of(cells)
    area = Area.parse(address)
    if where[0].casefold() != called.casefold() or not area or area.height == 1:
        return None
    sheet: Any = Later(partial(sheet_of, cells))
    table: Any = Later(partial(table_of, cells))
    return Place(table, name, where[1], Block.at(sheet, address), (), 0, cells)


def _tables_of(sheet: main.Sheet) -> Iterator[Place]:
    """The tables of a sheet by their numbers: that takes Excel fewer calls than listing them."""
    tables = sheet.tables
    for number in range(1, len(tables) + 1):
        yield _frame(_table(tables, number), sheet)


def _table(tables: main.Tables, key: int | str) -> main.Table:
    """A table by its number or name. xlwings calls whatever fails a key that is missing."""
    try:
        return tables(key)
    except KeyError as error:
        raise error.__context__ or error from None


def _frame(table: main.Table, sheet: main.Sheet) -> Place:
    """Where a table stands, its sheet's name told along with its cells: one call for both."""
    found = table.range
    (_, sheet_name), address = _address_of(found)
    block = Block.at(sheet, address)
    return Place(table, table.name, sheet_name, block, (), _totals(table), found)


def _address_of(cells: main.Range) -> tuple[tuple[str, str], str]:
    """The names of the workbook and of the sheet that cells stand on, and their address."""
    where, _, address = cells.get_address(external=True).rpartition("!")
    book, _, sheet = where.removeprefix("'").removesuffix("'").replace("''", "'").rpartition("]")
    return (book.removeprefix("["), sheet), address


def _totals(table: main.Table) -> int:
    return int(bool(table.show_totals))


def locate(place: Place, *, at_once: bool = False) -> Place:
    """Where a table stands by now, and its headings; or all of it read ``at_once`` for them.

    Whether it has totals is asked only where it is not as high as before.
    """
    table = _table_by_now(place)
    cells = table.range
    whole = Block.at(place.whole.sheet, cells.address)
    totals = place.totals if whole == place.whole else _totals(table)
    rows = read_values(cells if at_once else whole.part(range(1)).cells)
    return replace(
        place,
        table=table,
        whole=whole,
        totals=totals,
        headings=_texts(rows[0]),
        first_row=rows[1] if at_once and len(rows) > 1 else None,
        found=cells,
    )


def _table_by_now(place: Place) -> main.Table:
    """A table; by its name where it was not asked for when it was found: it may have moved."""
    if isinstance(place.table, Later) and not place.table.is_at_hand:
        return _table(place.whole.sheet.tables, place.name)
    return place.table


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
