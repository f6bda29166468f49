"""A workbook that is nothing but memory, for the engine of object_model.py.

It calculates one kind of formula, ``=A1*2``; every other formula shows nothing, or what a file
said that it shows, which stands behind it: ["f", "=SUM(A1:A2)", 3.0].
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import xlwings as xw

from tests.support.object_model import Engine, Rect, open_book, rect_of, typed
from tests.support.on_cells import Put
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.formulas import shifted
from xl_addin.ooxml.references import Setting, rewritten
from xl_addin.table import Sheets

Corner = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    content: Any = None
    number_format: str = "General"


UNTOUCHED = Cell()


@dataclass
class MemoryTable:
    sheet: str
    rect: Rect
    totals: bool | None = False
    """Whether it ends with a row of totals; None for a table whose headings are hidden."""


@dataclass
class MemoryBook:
    """Sheets of cells by (row, column) from 1, tables by name, names with what they refer to."""

    cells: dict[str, dict[Corner, Cell]] = field(default_factory=dict)
    tabled: dict[str, MemoryTable] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(
        default_factory=lambda: {
            "screen_updating": True,
            "display_alerts": True,
            "enable_events": True,
            "calculation": "automatic",
            "status_bar": False,
        }
    )
    calculations: int = 0
    saved: int = 0
    said: dict[tuple[str, str], bool] = field(default_factory=dict)
    fullname: str = "C:/Monthly/Dataset.xlsm"
    merges: dict[str, set[Corner]] = field(default_factory=dict)
    """The cells of each sheet that are merged with others."""

    puts: dict[tuple[str, Corner], Put] = field(default_factory=dict)
    """What is put on single cells, by sheet and cell."""

    def state(self) -> tuple[Any, ...]:
        """All of it, to be compared; cells that are as if never touched are left out."""
        cells = {
            sheet: {at: cell for at, cell in found.items() if cell != UNTOUCHED}
            for sheet, found in self.cells.items()
        }
        tables = {name: replace(table) for name, table in self.tabled.items()}
        return cells, tables, dict(self.named), dict(self.settings)

    def sheets(self) -> list[str]:
        return list(self.cells)

    def tables(self) -> list[list[Any]]:
        return [self.table(name) for name in self.tabled]

    def table(self, name: str) -> list[Any]:
        table = self.tabled[name]
        return [name, table.sheet, table.rect, table.totals]

    def tables_on(self, sheet: str) -> list[str]:
        return [name for name, table in self.tabled.items() if table.sheet == sheet]

    def names(self) -> list[list[str]]:
        return [[name, refers_to] for name, refers_to in self.named.items()]

    def refers_to(self, name: str) -> str | None:
        return self.named.get(name)

    def set_name(self, name: str, refers_to: str) -> None:
        self.named[name] = refers_to

    def _block(self, sheet: str, rect: Rect) -> list[list[Corner]]:
        row, column, rows, columns = rect
        return [[(r, c) for c in range(column, column + columns)] for r in range(row, row + rows)]

    def _cell(self, sheet: str, at: Corner) -> Cell:
        return self.cells[sheet].get(at, UNTOUCHED)

    def values(self, sheet: str, rect: Rect) -> list[list[Any]]:
        return [[self._value(sheet, at) for at in row] for row in self._block(sheet, rect)]

    def _value(self, sheet: str, at: Corner) -> Any:
        content = self._cell(sheet, at).content
        if not (isinstance(content, list) and content[0] == "f"):
            return content
        if len(content) > 2:
            return content[2]
        doubled = re.fullmatch(r"=([A-Z]+\d+)\*2", content[1])
        return 2 * (self._value(sheet, rect_of(doubled[1])[:2]) or 0.0) if doubled else None

    def formulas(self, sheet: str, rect: Rect) -> list[list[str]]:
        return [[self._formula(sheet, at) for at in row] for row in self._block(sheet, rect)]

    def _formula(self, sheet: str, at: Corner) -> str:
        content = self._cell(sheet, at).content
        if isinstance(content, list):
            return str(content[1])
        return "" if content is None else str(content)

    def write(self, sheet: str, rect: Rect, rows: list[list[Any]]) -> None:
        for corners, contents in zip(self._block(sheet, rect), rows, strict=True):
            for at, content in zip(corners, contents, strict=True):
                self._put(sheet, at, content)

    def _put(self, sheet: str, at: Corner, content: Any) -> None:
        old = self._cell(sheet, at)
        dated = isinstance(content, list) and content[0] == "d"
        code = "dd/mm/yyyy" if dated and old.number_format == "General" else old.number_format
        self.cells[sheet][at] = Cell(content, code)

    def formats(self, sheet: str, rect: Rect) -> list[list[str]]:
        block = self._block(sheet, rect)
        return [[self._cell(sheet, at).number_format for at in row] for row in block]

    def set_format(self, sheet: str, rect: Rect, code: str) -> None:
        for row in self._block(sheet, rect):
            for at in row:
                self.cells[sheet][at] = replace(self._cell(sheet, at), number_format=code)

    def insert(self, sheet: str, rect: Rect, from_above: bool) -> None:
        row, column, rows, columns = rect
        self._shift(sheet, row, range(column, column + columns), rows)
        origin = row - 1 if from_above else row + rows
        for corners in self._block(sheet, rect):
            for r, c in corners:
                code = self._cell(sheet, (origin, c)).number_format
                self.cells[sheet][r, c] = Cell(None, code)

    def delete(self, sheet: str, rect: Rect) -> None:
        row, column, rows, columns = rect
        for corners in self._block(sheet, rect):
            for at in corners:
                self.cells[sheet].pop(at, None)
        self._shift(sheet, row + rows, range(column, column + columns), -rows)

    def _shift(self, sheet: str, row: int, columns: range, by: int) -> None:
        """Move what stands from a row downwards, and whatever refers to it."""
        moved = {}
        for (r, c), cell in self.cells[sheet].items():
            at = (r + by, c) if r >= row and c in columns else (r, c)
            moved[at] = cell
        self.cells[sheet] = moved
        for table in self.tabled.values():
            if table.sheet == sheet and table.rect[1] in columns:
                table.rect = _moved_rect(table.rect, row, by)
        self._follow(sheet, Shifted(row, columns, by))

    def _follow(self, sheet: str, moved: Moved) -> None:
        """Let every formula and name refer to where the cells of a sheet stand now."""
        for name, cells in self.cells.items():
            lists = [(at, cell) for at, cell in cells.items() if type(cell.content) is list]
            for at, cell in lists:
                if cell.content[0] == "f":
                    text = _followed(cell.content[1], name, sheet, moved)
                    if text != cell.content[1]:
                        cells[at] = replace(cell, content=["f", text, *cell.content[2:]])
        for name, refers_to in self.named.items():
            self.named[name] = _followed(refers_to, "", sheet, moved)

    def copy(self, sheet: str, rect: Rect, to: Rect) -> None:
        source = [self._cell(sheet, at) for row in self._block(sheet, rect) for at in row]
        target = [at for row in self._block(sheet, to) for at in row]
        for at, cell in zip(target, source, strict=True):
            content = cell.content
            if isinstance(content, list) and content[0] == "f":
                content = ["f", shifted(content[1], to[0] - rect[0])]
            self.cells[sheet][at] = replace(cell, content=content)

    def cut(self, sheet: str, rect: Rect, to: Rect) -> None:
        """Move cells, and what points at them alone with them."""
        source = [at for row in self._block(sheet, rect) for at in row]
        target = [at for row in self._block(sheet, to) for at in row]
        held = [self.cells[sheet].pop(at, Cell()) for at in source]
        for at, cell in zip(target, held, strict=True):
            self.cells[sheet][at] = cell
        row, column, rows, columns = rect
        block = Area(row, column, row + rows - 1, column + columns - 1)
        self._follow(sheet, Cut(block, to[:2]))

    def resize(self, table: str, rect: Rect) -> None:
        self.tabled[table].rect = rect

    def merged(self, sheet: str, rect: Rect) -> bool:
        row, column, rows, columns = rect
        return any(
            row <= r < row + rows and column <= c < column + columns
            for r, c in self.merges.get(sheet, ())
        )

    def setting(self, name: str) -> Any:
        return self.settings[name]

    def set_setting(self, name: str, value: Any) -> None:
        self.settings[name] = value

    def calculate(self) -> None:
        self.calculations += 1

    def save(self) -> None:
        self.saved += 1

    def close(self) -> None:
        """It is still in memory: only that it is closed is known."""

    def reopen(self, path: str) -> None:
        assert path == self.fullname

    def says(self, question: str, of: str = "") -> bool:
        return self.said.get((question, of), question == "Ready")


def _moved_rect(rect: Rect, row: int, by: int) -> Rect:
    top, left, rows, columns = rect
    if top >= row:
        return top + by, left, rows, columns
    inside = row < top + rows if by > 0 else row <= top + rows
    return top, left, rows + by if inside else rows, columns


@dataclass(frozen=True)
class Shifted:
    """Where areas are once rows came before a row, or those above it left."""

    row: int
    columns: range
    by: int

    def __call__(self, area: Area) -> Area | None:
        row, by = self.row, self.by
        if not set(area.columns) <= set(self.columns):
            return area
        gone = range(row + by, row) if by < 0 else range(0)
        if area.first_row in gone and area.last_row in gone:
            return None
        first = row + by if area.first_row in gone else self._down(area.first_row)
        last = row + by - 1 if area.last_row in gone else self._down(area.last_row)
        return area._replace(first_row=first, last_row=last)

    def _down(self, at: int) -> int:
        return at + self.by if at >= self.row else at


@dataclass(frozen=True)
class Cut:
    """Where areas are once a block was dragged to another place: what lies in it goes along."""

    block: Area
    to: Corner

    def __call__(self, area: Area) -> Area | None:
        if area.joined(self.block) != self.block:
            return area
        down, across = self.to[0] - self.block.first_row, self.to[1] - self.block.first_column
        first, left, last, right = area
        return Area(first + down, left + across, last + down, right + across)


Moved = Shifted | Cut


@lru_cache(maxsize=100_000)
def _followed(formula: str, own: str, sheet: str, moved: Moved) -> str:
    """A formula of one sheet once cells of another, or of its own, have moved."""

    def now(named: str, area: Area, is_range: bool) -> Area | None:
        return moved(area) if named.casefold() == sheet.casefold() else area

    return rewritten(formula, Setting(own), now)


def from_sheets(sheets: Sheets) -> MemoryBook:
    """A workbook that holds these tables, each on its sheet, and these named cells."""
    book = MemoryBook()
    for name, table in sheets.tables.items():
        columns, top = len(table.headings), table.first_row - 1
        book.cells[table.sheet] = {}
        book.tabled[name] = MemoryTable(table.sheet, (top, 1, 1 + len(table.rows), columns))
        rows = [[typed(cell, "@") for cell in row] for row in (table.headings, *table.rows)]
        book.write(table.sheet, (top, 1, len(rows), columns), rows)
        book.set_format(table.sheet, (top, 1, 1, columns), "@")
    book.cells["Names"] = {}
    for row, (name, values) in enumerate(sheets.names.items(), 1):
        book.named[name] = f"=Names!$A${row}"
        content = typed(values[0][0], "@")
        is_day = isinstance(content, list) and content[0] == "d"
        book.cells["Names"][row, 1] = Cell(content, "mmm yyyy" if is_day else "General")
    return book


INSTEAD: list[Any] = []
"""Another way by which a workbook in memory is reached: tests.support.ways."""


def open_in_memory(book: MemoryBook) -> xw.Book:
    """A workbook in memory as xlwings shows it; ``calls_to`` gives the calls made to it."""
    return INSTEAD[-1].open_book(book) if INSTEAD else open_book(Engine("memory", book))


def calls_to(book: xw.Book) -> Any:
    """The calls made to a workbook so far, or to the Excel that has it open."""
    return INSTEAD[-1].calls if INSTEAD else book.impl.calls
