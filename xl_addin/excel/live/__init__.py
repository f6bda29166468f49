"""The workbook that is open in Excel: read through xlwings and changed in place.

Only tables and names are used, never the address of a cell. The number of calls to Excel does
not depend on how many measures, months or notes there are.

What only Excel can show, and is not checked without it: how it takes text with an apostrophe
in cells formatted as text, formats and sparklines of rows that a table gains, and a workbook
on a cloud drive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.live.changes import append_rows, set_name, set_rows
from xl_addin.excel.live.checks import check, check_file_of
from xl_addin.excel.live.com import load_xlwings
from xl_addin.excel.live.names import read_names
from xl_addin.excel.live.quiet import Undo, all_or_nothing, quiet, say
from xl_addin.excel.live.rows import delete_rows
from xl_addin.excel.live.table import Place, find_tables, locate, read_table
from xl_addin.table import Sheets
from xl_addin.update import AppendRows, Calculated, SetName, SetRows, Update

if TYPE_CHECKING:
    from xlwings import main

__all__ = ["apply", "check", "check_file_of", "read"]

LiveChange = SetRows | AppendRows | SetName


def read(book: main.Book, tables: Mapping[str, Place] | None = None) -> Sheets:
    """The tables and named ranges of an open workbook, as file.read gives those of a closed one.

    Names of formulas, constants and whole columns, and names of one sheet only, are left out.
    ``tables`` are those that ``check`` has just found.
    """
    load_xlwings()
    found = find_tables(book) if tables is None else tables
    read = {name: read_table(place) for name, place in found.items()}
    return Sheets(read, read_names(book))


def apply(book: main.Book, update: Update) -> None:
    """Make every change of an update in an open workbook, or none.

    Drawing, events and calculation are held back meanwhile and put back in any case; what is
    Calculated is left to Excel. The workbook is not saved. Raises WorkbookRefused, before
    anything is changed, for a table, column or name that is not there; what Excel raised,
    after everything has been put back as it was; HalfChanged where that was not possible.
    """
    changes = [change for change in update.changes if not isinstance(change, Calculated)]
    if not changes:
        return
    with quiet(book.app), all_or_nothing(book) as undo:
        tables = find_tables(book)
        if problems := list(_missing(book, tables, changes)):
            raise WorkbookRefused(problems)
        _make(book, undo, tables, changes)


def _make(
    book: main.Book, undo: Undo, tables: Mapping[str, Place], changes: list[LiveChange]
) -> None:
    """Make the changes; rows leave in the end, or before their table is changed again."""
    leaving: dict[str, list[range]] = {}
    for change in changes:
        name = change.name if isinstance(change, SetName) else change.table
        say(book.app, f"Performance dataset: writing {name} …")
        match change:
            case SetName():
                set_name(undo, book, change)
            case AppendRows():
                delete_rows(undo, tables[name], leaving.pop(name, []))
                append_rows(undo, tables[name], change)
            case SetRows():
                delete_rows(undo, tables[name], leaving.pop(name, []))
                leaving[name] = set_rows(undo, tables[name], change)
    for name, rows in leaving.items():
        delete_rows(undo, tables[name], rows)


def _missing(
    book: main.Book, tables: Mapping[str, Place], changes: list[LiveChange]
) -> Iterator[Problem]:
    for change in changes:
        if isinstance(change, SetName):
            if change.name not in book.names:
                yield _gone("Workbook", f"The name “{change.name}”")
        elif change.table not in tables:
            yield _gone("Workbook", f"The table “{change.table}”")
        else:
            yield from _missing_columns(tables[change.table], change)


def _missing_columns(table: Place, change: SetRows | AppendRows) -> Iterator[Problem]:
    renamed = change.headings if isinstance(change, SetRows) else {}
    headings = {renamed.get(heading, heading) for heading in locate(table).headings}
    for column in change.columns:
        if column not in headings:
            yield _gone(f"Table {change.table}", f"The column “{column}”")


def _gone(place: str, what: str) -> Problem:
    remedy = "Put it back as it was named, or bring the workbook back from a backup."
    return Problem(place, f"{what} is not there.", remedy)
