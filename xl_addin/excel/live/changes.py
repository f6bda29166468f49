"""The changes of an Update, each made in the open workbook with a fixed number of calls.

A call for each block: what is read, a block of rows that come or go, a block of columns that
changes. More measures, months or notes make the blocks longer, not more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xl_addin.excel.live.cells import (
    Contents,
    read_contents,
    read_values,
    write_contents,
    written_cell,
)
from xl_addin.excel.live.differing import differing_blocks
from xl_addin.excel.live.formats import Format, put_formats, read_formats
from xl_addin.excel.live.put_on import put_back_things
from xl_addin.excel.live.quiet import Undo
from xl_addin.excel.live.rows import insert_rows
from xl_addin.excel.live.slots import Slot, build_slots, runs
from xl_addin.excel.live.table import Block, Place
from xl_addin.ooxml.area import letters
from xl_addin.table import CellValue, Formula, is_blank
from xl_addin.update import AppendRows, Row, SetName, SetRows
from xl_addin.values import replace

if TYPE_CHECKING:
    from xlwings import main


def set_rows(undo: Undo, place: Place, change: SetRows) -> list[range]:
    """Give a table these rows, and say which rows of the body, from 0, are still to leave it.

    update.SetRows says what that means. Rows leave when all else is done, because only they
    cannot be brought back with everything they had: rows.delete_rows.
    """
    rows = change.rows or (Row((None,) * len(change.columns)),)
    place = rename_headings(undo, place, change)
    slots = build_slots([row.was for row in rows], place.body.rows)
    place = _make_room(undo, place, slots)
    _move_rows(undo, place, slots)
    _format_new_rows(place, slots, rows)
    if change.put_on:
        at = {slot.target: number for number, slot in enumerate(slots) if slot.target is not None}
        put_back_things(undo, place, change.put_on.back, at)
    before = _contents_of(place, slots)
    after = _contents_to_be(place, slots, change.columns, rows, before)
    columns = [place.headings.index(column) for column in change.columns]
    _write_differing(undo, place.body, columns, before, after)
    return runs(at for at, slot in enumerate(slots) if slot.leaves)


def rename_headings(undo: Undo, place: Place, change: SetRows) -> Place:
    """Write the headings that change, as text.

    Excel keeps headings unique at every moment, so the new ones are written over stand-ins
    where one of them is still in use.
    """
    headings = tuple(change.headings.get(heading, heading) for heading in place.headings)
    changed = [at for at, heading in enumerate(headings) if heading != place.headings[at]]
    if not changed:
        return place
    across = range(changed[0], changed[-1] + 1)
    block = place.header.part(range(1), across)
    old, new = place.headings[across.start : across.stop], headings[across.start : across.stop]
    cells = block.cells
    formats = read_formats(block, cells)
    undo.append(lambda: _put_headings_back(block, old, new, formats))
    _write_headings(cells, new, old, are_text=formats == [(block, "@")])
    return replace(place, headings=headings)


def _write_headings(
    cells: main.Range, new: Sequence[str], old: Sequence[str], *, are_text: bool = False
) -> None:
    if not are_text:
        cells.number_format = "@"
    if set(map(str.casefold, new)) & set(map(str.casefold, old)):
        write_contents(cells, [[f"… {number}" for number in range(1, len(new) + 1)]])
    write_contents(cells, [list(new)])


def _put_headings_back(
    block: Block, old: Sequence[str], new: Sequence[str], formats: list[Format]
) -> None:
    _write_headings(block.cells, old, new)
    put_formats([found for found in formats if found[1] != "@"])


def _make_room(undo: Undo, place: Place, slots: Sequence[Slot]) -> Place:
    for run in runs(at for at, slot in enumerate(slots) if slot.inserted):
        place = insert_rows(undo, place, run)
    return place


def _move_rows(undo: Undo, place: Place, slots: Sequence[Slot]) -> None:
    """Cut rows that change their place and put them there, whole, as if they were dragged.

    So whatever points at one of them goes with it: formulas, charts, rules, links.
    """
    leaving = {slot.old: at for at, slot in enumerate(slots) if not slot.inserted}
    moves = [(at, leaving[s.old]) for at, s in enumerate(slots) if s.inserted and s.old is not None]
    for group in _neighbours(moves):
        (to, origin), count = group[0], len(group)
        source = place.body.part(range(origin, origin + count))
        target = place.body.part(range(to, to + count))
        undo.append(partial(_move_back, target, source))
        source.cells.api.Cut(target.cells.api)


def _move_back(target: Block, source: Block) -> None:
    """Put rows back that were cut, if they were: those they were put into had been blank."""
    if any(content is not None for row in read_contents(target.cells) for content in row):
        target.cells.api.Cut(source.cells.api)


def _neighbours(moves: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Moves of rows that stand together before and after."""
    steps = groupby(enumerate(moves), lambda step: (step[1][0] - step[0], step[1][1] - step[0]))
    for _, group in steps:
        yield [move for _, move in group]


def _format_new_rows(place: Place, slots: Sequence[Slot], rows: Sequence[Row]) -> None:
    """Set the number formats of new rows, one call for each block of the same format."""
    new = [
        (at, rows[s.target]) for at, s in enumerate(slots) if _is_new(s) and s.target is not None
    ]
    formats = {at: row.number_formats for at, row in new if row.number_formats}
    for row_run in runs(formats):
        for formatted, group in groupby(row_run, formats.__getitem__):
            down = list(group)
            for code, across in _blocks_of_format(place, formatted):
                block = place.body.part(range(down[0], down[-1] + 1), across)
                block.cells.number_format = code


def _is_new(slot: Slot) -> bool:
    return slot.inserted and slot.old is None


def _blocks_of_format(place: Place, formats: Any) -> Iterator[tuple[str, range]]:
    for code in sorted(set(formats.values())):
        columns = [at for at, heading in enumerate(place.headings) if formats.get(heading) == code]
        for across in runs(columns):
            yield code, across


def _contents_of(place: Place, slots: Sequence[Slot]) -> Contents:
    """What the body holds; read with the headings, which takes a call less, if nothing moved."""
    if any(slot.inserted for slot in slots):
        return read_contents(place.body.cells)
    return read_contents(place.found)[1 : 1 + place.body.rows]


def _contents_to_be(
    place: Place,
    slots: Sequence[Slot],
    columns: Sequence[str],
    rows: Sequence[Row],
    before: Contents,
) -> Contents:
    """What each cell of the body is to hold, while rows that leave are still there."""
    after = [list(row) for row in before]
    for at, slot in enumerate(slots):
        if slot.target is None:
            continue
        for column, cell in zip(columns, rows[slot.target].cells, strict=True):
            after[at][place.headings.index(column)] = _written(place, at, cell)
    return after


def _written(place: Place, at: int, cell: CellValue | Formula) -> Any:
    if not isinstance(cell, Formula):
        return written_cell(cell)
    row, first = place.body.row + at, place.body.column
    return cell.in_row(lambda heading: f"{letters(first + place.headings.index(heading))}{row}")


def _write_differing(
    undo: Undo, body: Block, columns: Sequence[int], before: Contents, after: Contents
) -> None:
    for rows, across in differing_blocks(before, after, columns):
        _write(undo, body.part(rows, across), _cut(before, rows, across), _cut(after, rows, across))


def _cut(contents: Contents, rows: range, across: range) -> Contents:
    return [row[across.start : across.stop] for row in contents[rows.start : rows.stop]]


def _write(
    undo: Undo,
    block: Block,
    before: Contents,
    after: Contents,
    cells: main.Range | None = None,
) -> None:
    """Write a block; ``cells`` are the block where Excel has handed it out already."""
    formats = _formats_of_new_days(block, before, after)

    def put_back() -> None:
        write_contents(block.cells, before)
        put_formats(formats)

    undo.append(put_back)
    write_contents(block.cells if cells is None else cells, after)


def _formats_of_new_days(block: Block, before: Contents, after: Contents) -> list[Format]:
    """The number formats of columns that get a day where none was: Excel may change them."""
    formats: list[Format] = []
    for column in range(block.columns):
        gained = [
            _is_day(a[column]) > _is_day(b[column]) for b, a in zip(before, after, strict=True)
        ]
        if rows := [at for at, is_new in enumerate(gained) if is_new]:
            days = block.part(range(rows[0], rows[-1] + 1), range(column, column + 1))
            formats += read_formats(days)
    return formats


def _is_day(content: Any) -> bool:
    return isinstance(content, date)


def append_rows(undo: Undo, place: Place, change: AppendRows) -> None:
    """Add rows at the end of a table; one that holds a single blank row is filled from there.

    Rows that are inserted are undone by taking them out.
    """
    if not change.rows:
        return
    held = place.body.rows
    first = 0 if held == 1 and is_blank(_first_row(place)) else held
    last = first + len(change.rows)
    if last > held:
        place = insert_rows(undo, place, range(held, last))
    at = {place.headings.index(column): number for number, column in enumerate(change.columns)}
    for across in runs(sorted(at)):
        block = place.body.part(range(first, last), across)
        after = [[written_cell(row[at[column]]) for column in across] for row in change.rows]
        if first:
            write_contents(block.cells, after)
        else:
            _write(undo, block, [[None] * len(across) for _ in after], after)


def _first_row(place: Place) -> tuple[CellValue, ...]:
    return place.first_row or read_values(place.body.cells)[0]


def set_name(undo: Undo, block: Block, change: SetName) -> None:
    """Put values into the cells of a named range, where they are not there yet."""
    cells = block.cells
    before = read_contents(cells)
    after = [[written_cell(cell) for cell in row] for row in change.values]
    for rows, across in differing_blocks(before, after, range(block.columns)):
        part = block.part(rows, across)
        at_hand = cells if part == block else None
        _write(undo, part, _cut(before, rows, across), _cut(after, rows, across), at_hand)
