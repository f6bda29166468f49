"""The workbook that is open in Excel: read through xlwings and changed in place.

Only tables and names are used, never the address of a cell. The number of calls to Excel does
not depend on how many measures, months or notes there are.

What only Excel can show, and is not checked without it: how it takes text with an apostrophe
in cells formatted as text, formats and sparklines of rows that a table gains, and a workbook
on a cloud drive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from xl_addin.errors import PUT_BACK, Problem, WorkbookRefused
from xl_addin.excel.live.checks import (
    ALWAYS_CHANGED,
    ALWAYS_GROWING,
    Seen,
    check,
    check_file_of,
    hindrances,
    merged_cells,
)
from xl_addin.excel.live.com import is_busy, load_xlwings
from xl_addin.excel.live.making import LiveChange, Work, make_changes, moving_tables
from xl_addin.excel.live.moves import moves_of
from xl_addin.excel.live.names import area_of, read_names, refers_to_of
from xl_addin.excel.live.pointing import put_back, remember, settle
from xl_addin.excel.live.put_on import comes_back, read_copy
from xl_addin.excel.live.quiet import all_or_nothing, insist, quiet, say
from xl_addin.excel.live.table import Place, find_tables, locate, read_table
from xl_addin.layout import History
from xl_addin.ooxml.area import Area
from xl_addin.table import Sheets
from xl_addin.update import AppendRows, Calculated, SetName, SetRows, Update

if TYPE_CHECKING:
    from xlwings import main

__all__ = ["Seen", "apply", "check", "check_file_of", "comes_back", "read", "read_copy"]


def read(book: main.Book, seen: Seen | None = None) -> Sheets:
    """The tables and named ranges of an open workbook, as file.read gives those of a closed one.

    Of the names, those that are read anywhere: layout.Name. ``seen`` is what ``check`` has just
    handed on.
    """
    load_xlwings()
    if seen is None:
        places = find_tables(book)
        seen = Seen(places, {name: read_table(place) for name, place in places.items()})
    return Sheets(dict(seen.tables), read_names(book, seen))


def apply(
    book: main.Book,
    update: Update,
    seen: Seen | None = None,
    app: main.App | None = None,
    file: bytes | None = None,
) -> tuple[Problem, ...]:
    """Make every change of an update in an open workbook, or none.

    Drawing, events and calculation are held back meanwhile and put back in any case; what is
    Calculated is left to Excel. The workbook is not saved. Raises WorkbookRefused, before
    anything is changed, for a table, column or name that is not there or cannot be changed; what
    Excel raised, after everything has been put back as it was; HalfChanged where that was not
    possible. ``seen`` is what was known of the tables when the workbook was read, ``file`` the
    workbook as it was saved just before. Gives what to look at: references whose rows have moved
    apart.
    """
    changes = [change for change in update.changes if not isinstance(change, Calculated)]
    if not changes:
        return ()
    app = app or book.app
    called = seen.book if seen and seen.book else book.name
    with quiet(app), all_or_nothing(called, app) as undo:
        say(app, "Performance dataset: writing …")
        places = seen.places if seen else find_tables(book)
        work = Work(
            book, undo, _located(book, changes, places), _named(book, changes, seen), places
        )
        problems = [*_missing(work.tables, work.named, changes)]
        problems += _not_asked_yet(work, changes) if seen else []
        if problems:
            raise WorkbookRefused(problems)
        known = seen.tables if seen else {}
        moves = [] if file is None else list(moves_of(work.tables, changes, known))
        pointing = remember(book, moves, file)
        undo.append(partial(put_back, pointing))
        make_changes(work, changes)
        return insist(partial(settle, pointing))


def _not_asked_yet(work: Work, changes: Sequence[LiveChange]) -> Iterator[Problem]:
    """What keeps the update from being made, of what ``check`` did not ask about."""
    sheets = {sheet for sheet, _ in work.named.values()}
    asked = {place.sheet for name, place in work.seen.items() if name in ALWAYS_CHANGED}
    changed = [place for name, place in work.tables.items() if name not in ALWAYS_CHANGED]
    beside = [place for place in work.seen.values() if place.sheet in sheets - asked]
    yield from hindrances(changed, beside)
    moving = set(moving_tables(work.tables, changes)) - ALWAYS_GROWING
    yield from merged_cells(work.tables[name] for name in sorted(moving))


def _named(
    book: main.Book, changes: Sequence[LiveChange], seen: Seen | None
) -> dict[str, tuple[str, Area]]:
    """The sheet and the cells of each name that changes and is there."""
    wanted = [change.name for change in changes if isinstance(change, SetName)]
    if not wanted:
        return {}
    names = book.names if seen is None or seen.names is None else seen.names
    found = {name: area_of(refers_to_of(names, name)) for name in wanted}
    return {name: where for name, where in found.items() if where}


def _located(
    book: main.Book, changes: Sequence[LiveChange], places: Mapping[str, Place]
) -> dict[str, Place]:
    """The tables that change as they stand now.

    They are looked for anew where one that was seen cannot be found again: an officer may have
    renamed, deleted and made others since. But for History, which is long, they are read.
    """
    names = {change.table for change in changes if not isinstance(change, SetName)}
    try:
        return _all_located(places, names)
    except Exception as error:
        if is_busy(error):
            raise
    return _all_located(find_tables(book), names)


def _all_located(places: Mapping[str, Place], names: Collection[str]) -> dict[str, Place]:
    found = {name: places[name] for name in names if name in places}
    return {name: locate(at, at_once=name != History.TABLE) for name, at in found.items()}


def _missing(
    tables: Mapping[str, Place], named: Collection[str], changes: Sequence[LiveChange]
) -> Iterator[Problem]:
    for change in changes:
        if isinstance(change, SetName):
            if change.name not in named:
                yield _gone("Workbook", f"The name “{change.name}”")
        elif change.table not in tables:
            yield _gone("Workbook", f"The table “{change.table}”")
        else:
            yield from _missing_columns(tables[change.table], change)


def _missing_columns(table: Place, change: SetRows | AppendRows) -> Iterator[Problem]:
    renamed = change.headings if isinstance(change, SetRows) else {}
    headings = {renamed.get(heading, heading) for heading in table.headings}
    for column in change.columns:
        if column not in headings:
            yield _gone(f"Table {change.table}", f"The column “{column}”")


def _gone(place: str, what: str) -> Problem:
    return Problem(place, f"{what} is not there.", PUT_BACK)
