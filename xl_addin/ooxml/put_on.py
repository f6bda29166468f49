"""What someone has put on single cells of a table: it goes with the heading of its column.

That is comments, links, looks, and rules of one cell. What belongs to a column as a column stays
there: its width, the look of the latest month, lines between columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, product

from xl_addin.ooxml.area import Area, address
from xl_addin.ooxml.beside import Beside, Says, put_entry, read_entries
from xl_addin.ooxml.cell_notes import put_comment, put_link, read_comments, read_links
from xl_addin.ooxml.cell_rules import move_rules, put_rule, read_rules
from xl_addin.ooxml.cells import blank_cell, style_of, with_attribute
from xl_addin.ooxml.kept import kept_parts, kept_text
from xl_addin.ooxml.looks import Explained, Look, look_of, with_look
from xl_addin.ooxml.outside import read_outside
from xl_addin.ooxml.pinned import Corner, move_pinned
from xl_addin.ooxml.styles import Styles
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.update import OUTSIDE, WHOLE_ROW, Carry, Kind, OnCells, PutOn, Row, SetRows
from xl_addin.values import value_type

_LOOK_WORDS = {
    "fill": "background",
    "font": "font",
    "border": "border",
    "alignment": "alignment",
    "number": "number format",
    "protection": "protection",
}


@value_type(frozen=False)
class _Block:
    """The columns of a table that have these headings, with the row of headings (-1) on top."""

    book: WorkbookFile
    table: TablePart
    columns: Sequence[int]

    @property
    def rows(self) -> range:
        """The rows of the sheet."""
        return range(self.table.body.first_row - 1, self.table.body.last_row + 1)

    def holds(self, corner: Corner) -> bool:
        return corner[0] in self.rows and corner[1] in self.columns

    def style(self, row: int, column: int) -> int:
        return style_of(self.book.sheet(self.table.sheet).cell(row, column))

    def look(self, style: int) -> Look:
        if style not in self._looks:
            self._looks[style] = look_of(self.book.styles, style)
        return self._looks[style]

    @cached_property
    def _looks(self) -> dict[int, Look]:
        return {}

    def explained(self) -> dict[Corner, tuple[Look, Look]]:
        """What is put on the look of each cell, and its own look in those parts."""
        found: dict[Corner, tuple[Look, Look]] = {}
        for rows in (self.rows[:1], self.rows[1:]):
            seen = tuple(tuple(self.style(r, c) for c in self.columns) for r in rows)
            looks = _explained(self.book.styles, seen)
            for row, put, own in zip(rows, looks.put, looks.own, strict=True):
                for column, *parts in zip(self.columns, put, own, strict=True):
                    found[row, column] = parts[0], parts[1]
        return found

    def restyle(self, corner: Corner, wanted: Look) -> None:
        """Give the look of a cell these parts, where it has others."""
        sheet = self.book.sheet(self.table.sheet)
        style = self.style(*corner)
        now = self.look(style)
        changed = {part: value for part, value in wanted.items() if now.get(part, "") != value}
        if not changed:
            return
        new = with_look(self.book.styles, style, changed)
        old = sheet.cell(*corner)
        blank = blank_cell(sheet.prefix, address(*corner), new)
        sheet.put(*corner, with_attribute(old, "s", str(new)) if old else blank)


@lru_cache(maxsize=4)
def _explained(styles: Styles, seen: tuple[tuple[int, ...], ...]) -> Explained:
    """A block by the formats of its cells: it is asked for in reading and again in changing."""
    looks = {style: look_of(styles, style) for style in {*chain(*seen)}}
    return Explained([[looks[style] for style in row] for row in seen])


def read_put_on(
    book: WorkbookFile, name: str, is_wanted: Says, is_own: Says | None = None
) -> OnCells:
    """What is put on the cells of a table in the columns whose headings are wanted.

    With ``is_own`` also what its rows have beside those columns, what officers wrote into the
    columns whose headings are their own, and what stands outside the table.
    """
    table = book.table(name)
    headings = {_NO_COLUMN: WHOLE_ROW, **dict(zip(table.body.columns, table.headings, strict=True))}
    block = _block(book, table, [h for h in table.headings if is_wanted(h)])
    on_cells = [_all_on(block)]
    if is_own is not None:
        on_cells.append(_all_beside(block, Beside.of(book, table, is_wanted, is_own)))
        on_cells.append(read_outside(book, table))
    found: dict[tuple[int, str], tuple[PutOn, ...]] = {}
    for corner, thing in chain(*on_cells):
        key = corner[0] - table.body.first_row, headings.get(corner[1], OUTSIDE)
        found[key] = (*found.get(key, ()), thing)
    return found


_NO_COLUMN = 0
"""Where a whole row has what is put on it."""


def _all_beside(months: _Block, beside: Beside) -> Iterator[tuple[Corner, PutOn]]:
    """What the rows of a table have beside its months."""
    book, table = months.book, months.table
    for read in (read_comments, read_links, read_rules):
        for corner, thing in read(book, table.sheet):
            if corner[0] in beside.rows and corner[1] in beside.others:
                yield corner, thing
    yield from read_entries(book, table, sorted(beside.own))
    for corner, put, _ in beside.of_cells():
        yield corner, _look(put)
    for row, put, _ in beside.of_rows():
        yield (row, _NO_COLUMN), _look(put)


def _look(put: Look) -> PutOn:
    return PutOn(Kind.LOOK, _in_words(put), kept_text(put))


def _block(book: WorkbookFile, table: TablePart, headings: Sequence[str]) -> _Block:
    return _Block(book, table, [table.column(heading) for heading in headings])


def _all_on(block: _Block) -> Iterator[tuple[Corner, PutOn]]:
    for read in (read_comments, read_links, read_rules):
        for corner, thing in read(block.book, block.table.sheet):
            if block.holds(corner):
                yield corner, thing
    for corner, (put, _) in block.explained().items():
        if put:
            yield corner, _look(put)


def _in_words(look: Look) -> str:
    kinds = {part.partition(".")[0] for part in look}
    return ", ".join(words for kind, words in _LOOK_WORDS.items() if kind in kinds)


@value_type
class Restyled:
    """Parts of a cell's look that are to be others, and what they are now ("" for none)."""

    corner: Corner
    before: Look
    after: Look


@value_type
class Slide:
    """What the renaming of columns does to what is put on cells: where a program does it itself.

    ``goes`` says for each column which has its heading afterwards, None where none has.
    ``things`` are the comments, links and rules by the cell they are on now.
    """

    goes: Mapping[int, int | None]
    things: Mapping[Corner, tuple[PutOn, ...]]
    restyled: tuple[Restyled, ...]


def plan_slide(book: WorkbookFile, change: SetRows) -> Slide:
    """What slide would do, and do nothing."""
    table = book.table(change.table)
    block = _block(book, table, list(change.headings))
    goes = _where_columns_go(block.columns, change.headings)
    things: dict[Corner, tuple[PutOn, ...]] = {}
    for corner, thing in _all_on(block):
        if thing.kind is not Kind.LOOK and goes[corner[1]] != corner[1]:
            things[corner] = (*things.get(corner, ()), thing)
    restyled = []
    for corner, after in _looks_to_be(block, goes):
        now = block.look(block.style(*corner))
        restyled.append(Restyled(corner, {part: now.get(part, "") for part in after}, after))
    return Slide(goes, things, tuple(restyled))


def slide(book: WorkbookFile, change: SetRows) -> None:
    """Move what is put on cells of columns that are renamed to where their headings go."""
    if change.put_on is None or not change.headings:
        return
    table = book.table(change.table)
    block = _block(book, table, list(change.headings))
    goes = _where_columns_go(block.columns, change.headings)
    for corner, look in _looks_to_be(block, goes):
        block.restyle(corner, look)

    def moved(row: int, column: int) -> Corner | None:
        if not block.holds((row, column)):
            return row, column
        new = goes[column]
        return None if new is None else (row, new)

    move_pinned(book, table.sheet, moved)
    move_rules(book, table.sheet, moved)


def move_rows(book: WorkbookFile, sheet: str, body: Area, places: Mapping[int, int | None]) -> None:
    """Move what is put on cells of a table's rows to where their records stand now.

    ``places`` gives each row's new row, None where the record left, and what is on it with it.
    In a table of one row a rule of one cell is the column's.
    """
    if all(old == new for old, new in places.items()):
        return

    def moved(row: int, column: int) -> Corner | None:
        new = places.get(row, row) if column in body.columns else row
        return None if new is None else (new, column)

    move_pinned(book, sheet, moved)
    if body.height > 1:
        move_rules(book, sheet, moved)


def _where_columns_go(columns: Sequence[int], headings: Mapping[str, str]) -> dict[int, int | None]:
    """For each column, which one has its heading afterwards; None where none has."""
    now = dict(zip(headings.values(), columns, strict=True))
    return {column: now.get(old) for column, old in zip(columns, headings, strict=True)}


def _looks_to_be(block: _Block, goes: Mapping[int, int | None]) -> Sequence[tuple[Corner, Look]]:
    """The parts of looks that are to be others, by the cell."""
    before = block.explained()
    arriving: dict[Corner, Look] = {}
    for (row, column), (put, _) in before.items():
        if put and (new := goes[column]) is not None:
            arriving[row, new] = put
    return [
        (corner, {**{part: own.get(part, "") for part in put}, **arriving.get(corner, {})})
        for corner, (put, own) in before.items()
        if put or corner in arriving
    ]


def put_all(book: WorkbookFile, change: SetRows) -> None:
    """Put on the rows of a table, as they now are, what a change says; new rows have nothing."""
    if change.put_on is None:
        return
    table = book.table(change.table)
    _strip_new_rows(book, table, change.rows, change.put_on)
    for (number, heading), things in change.put_on.back.items():
        row = table.body.first_row + number
        columns = table.body.columns if heading == WHOLE_ROW else (table.column(heading),)
        for column, thing in product(columns, things):
            _put(_block(book, table, ()), (row, column), thing)


def _put(block: _Block, corner: Corner, thing: PutOn) -> None:
    match thing.kind:
        case Kind.LOOK:
            block.restyle(corner, kept_parts(thing.kept))
        case Kind.LINK:
            put_link(block.book, block.table.sheet, corner, thing)
        case Kind.COMMENT | Kind.CONVERSATION:
            put_comment(block.book, block.table.sheet, corner, thing)
        case Kind.RULE | Kind.LIST:
            put_rule(block.book, block.table.sheet, corner, thing)
        case Kind.ENTRY:
            put_entry(block.book, block.table.sheet, corner, thing)


def _strip_new_rows(
    book: WorkbookFile, table: TablePart, rows: Sequence[Row], carry: Carry
) -> None:
    """A new row has the looks of the row above, but not what is put on single cells there."""
    new = {table.body.first_row + at for at, row in enumerate(rows) if row.was is None}
    if not new:
        return
    block = _block(book, table, carry.columns)
    for corner, (put, own) in block.explained().items():
        if corner[0] in new and put:
            block.restyle(corner, {part: own.get(part, "") for part in put})
    if carry.whole_rows:
        _strip_beside(block, new)


def _strip_beside(block: _Block, new: Collection[int]) -> None:
    """The same beside the months, and of the colour of a whole row above."""
    headings = {block.table.headings[c - block.table.body.first_column] for c in block.columns}
    beside = Beside.of(block.book, block.table, headings.__contains__, lambda heading: False)
    for row, put, usual in beside.of_rows():
        for corner in ((row, column) for column in block.table.body.columns if row in new):
            look = beside.looks[corner]
            same = {part: usual[part] for part in put if look.get(part, "") == put[part]}
            block.restyle(corner, same)
    for corner, _, usual in beside.of_cells():
        if corner[0] in new:
            block.restyle(corner, usual)
