"""The changes of an Update made one after the other, and where the tables stand meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from xl_addin.excel.live.changes import append_rows, set_name, set_rows
from xl_addin.excel.live.names import area_of, refers_to_of
from xl_addin.excel.live.put_on import slide_put_on
from xl_addin.excel.live.quiet import Undo
from xl_addin.excel.live.rows import delete_rows
from xl_addin.excel.live.table import Block, Place, locate
from xl_addin.ooxml.area import Area
from xl_addin.update import AppendRows, SetName, SetRows
from xl_addin.values import field, value_type

if TYPE_CHECKING:
    from xlwings import main

LiveChange = SetRows | AppendRows | SetName


@value_type
class Work:
    """A workbook being changed: where its tables and names stood before, and what has moved since.

    Excel is asked again only for what may have moved: each question is a call.
    """

    book: main.Book
    undo: Undo
    tables: Mapping[str, Place]
    named: Mapping[str, tuple[str, Area]]
    seen: Mapping[str, Place]
    _changed: set[str] = field(default_factory=set)
    _moved: set[str] = field(default_factory=set)

    def place(self, name: str) -> Place:
        """Where a table stands by now."""
        found = self.tables[name]
        return locate(found) if name in self._changed or found.sheet in self._moved else found

    def is_changed(self, change: SetRows | AppendRows, place: Place) -> None:
        """Keep in mind that a table changes, and whether cells of its sheet move with that."""
        self._changed.add(change.table)
        if _moves(change, place):
            self._moved.add(place.sheet)

    def cells_of(self, name: str) -> Block:
        """The cells of a name by now."""
        sheet, area = self.named[name]
        if sheet in self._moved:
            _, area = area_of(refers_to_of(self.book.names, name)) or (sheet, area)
        known = (p.whole.sheet for p in self.seen.values() if p.sheet == sheet)
        found = next(known, None) or self.book.sheets[sheet]
        return Block.at(found, area.absolute)


def _moves(change: SetRows | AppendRows, place: Place) -> bool:
    if isinstance(change, AppendRows):
        return bool(change.rows)
    return [row.was for row in change.rows] != list(range(place.body.rows))


def moving_tables(tables: Mapping[str, Place], changes: Sequence[LiveChange]) -> Iterator[str]:
    """The tables, of these, whose rows come, go or change places by some changes."""
    for change in changes:
        if isinstance(change, SetName):
            continue
        place = tables.get(change.table)
        if place and _moves(change, place):
            yield change.table


def make_changes(work: Work, changes: Sequence[LiveChange]) -> None:
    """Make the changes; rows leave in the end, or before their table is changed again."""
    leaving: dict[str, list[range]] = {}
    for change in changes:
        if isinstance(change, SetName):
            set_name(work.undo, work.cells_of(change.name), change)
            continue
        name = change.table
        delete_rows(work.undo, work.tables[name], leaving.pop(name, []))
        place = work.place(name)
        work.is_changed(change, place)
        if isinstance(change, AppendRows):
            append_rows(work.undo, place, change)
        else:
            slide_put_on(work.undo, work.book, place, change)
            leaving[name] = set_rows(work.undo, place, change)
    for name, rows in leaving.items():
        delete_rows(work.undo, work.tables[name], rows)
