"""What must hold before an open workbook is changed; asked first, changing nothing.

Each question is a call to Excel. So what every refresh changes is asked about at once, and what
else an update changes just before it is made (``hindrances``, ``merged_cells``). What xlwings does
not offer is asked of Excel itself. A program that cannot say counts as having nothing against it.
How real Excel answers is not checked without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.dataset.editions import FIRST, tables_of
from xl_addin.errors import PUT_BACK, Problem, WorkbookRefused
from xl_addin.excel.live.com import full_name, refuse_when_busy, says
from xl_addin.excel.live.table import Block, Place, find_tables, read_table
from xl_addin.layout import TABLES, Dataset, History, RefreshLog
from xl_addin.ooxml.area import LAST_ROW
from xl_addin.table import Table
from xl_addin.values import value_type

if TYPE_CHECKING:
    from xlwings import main


ALWAYS_GROWING = frozenset({History.TABLE, RefreshLog.TABLE})
"""The tables that get rows by every refresh."""

ALWAYS_CHANGED = ALWAYS_GROWING | {Dataset.TABLE}
"""The tables that every refresh changes."""


@value_type
class Seen:
    """The tables of an open workbook: where each stands, and what it holds.

    With it what the workbook is called and its names, where they have been asked for.
    """

    places: dict[str, Place]
    tables: dict[str, Table]
    book: str = ""
    names: main.Names | None = None


def check(
    book: main.Book,
    app: main.App | None = None,
    called: str | None = None,
    path: Path | None = None,
) -> Seen:
    """Raise WorkbookRefused with everything that keeps an open workbook from being changed.

    That is: a cell being edited, a workbook that was never saved, is read-only or saved by
    AutoSave, a protected sheet, a filtered table, merged cells where a table grows, a table
    without headings, and a workbook that is not ours. What it saw of the tables is handed on.
    ``called`` is the workbook's name and ``path`` its file, where they are known.
    """
    refuse_when_busy(app or book.app)
    called = called or book.name
    places = find_tables(book, called)
    if not TABLES.keys() & places.keys():
        found = "This workbook was not made by xl-addin: it has none of its tables."
        raise WorkbookRefused([Problem(called, found, "Click on the right workbook first.")])
    tables = {name: read_table(place) for name, place in places.items()}
    seen = Seen(places, tables, called, book.names)
    if problems := [*_of_the_book(book, path), *_of_a_refresh(seen), *_of_its_tables(seen)]:
        raise WorkbookRefused(problems)
    return seen


def check_file_of(book: main.Book, app: main.App | None = None) -> None:
    """Raise WorkbookRefused with everything that keeps an open workbook's file from being replaced.

    That is what check finds of the workbook and its sheets. Damage to its tables is no hindrance:
    it may be what is to be taken back.
    """
    refuse_when_busy(app or book.app)
    if problems := [*_of_the_book(book), *_of_its_sheets(find_tables(book).values())]:
        raise WorkbookRefused(problems)


def _of_the_book(book: main.Book, path: Path | None = None) -> Iterator[Problem]:
    if "/" not in str(path or full_name(book)).replace("\\", "/"):
        yield Problem(book.name, "The workbook has never been saved.", "Save it, then try again.")
    if says(book.api, "ReadOnly"):
        remedy = "Close it elsewhere, or ask for the right to change it, and open it again."
        yield Problem(book.name, "The workbook is open read-only.", remedy)
    if says(book.api, "AutoSaveOn"):
        found = "AutoSave is on, so that others would see the refresh half done."
        yield Problem(book.name, found, "Switch AutoSave off at the top left, then try again.")


def _of_a_refresh(seen: Seen) -> Iterator[Problem]:
    """What keeps what every refresh changes from being changed."""
    changed = [place for name, place in seen.places.items() if name in ALWAYS_CHANGED]
    yield from hindrances(changed)
    yield from merged_cells(place for place in changed if place.name in ALWAYS_GROWING)


def hindrances(places: Collection[Place], beside: Collection[Place] = ()) -> Iterator[Problem]:
    """What keeps these tables from being changed: their sheets and filters.

    Of those ``beside``, only the sheet: a cell beside them changes.
    """
    yield from _of_its_sheets([*places, *beside])
    for place in places:
        if says(says(place.table.api, "AutoFilter"), "FilterMode"):
            remedy = "Choose Data, Clear, then try again."
            yield Problem(f"Table {place.name}", "Some of its rows are hidden by a filter.", remedy)


def merged_cells(places: Iterable[Place]) -> Iterator[Problem]:
    """What keeps rows of these tables from coming and going."""
    for place in places:
        if _has_merged_cells(place.whole):
            found = "Cells are merged below it, so that its rows cannot move down."
            remedy = "Unmerge them (Home, Merge & Center), then try again."
            yield Problem(f"Table {place.name}", found, remedy)


def _of_its_sheets(places: Collection[Place]) -> Iterator[Problem]:
    sheets = {place.sheet: place.whole.sheet for place in places}
    for name, sheet in sheets.items():
        if says(sheet.api, "ProtectContents"):
            remedy = "Choose Review, Unprotect Sheet, then try again."
            yield Problem(f"Sheet {name}", "The sheet is protected.", remedy)


def _of_its_tables(seen: Seen) -> Iterator[Problem]:
    """What is missing. Where headings are hidden, a row of figures stands for them."""
    for name, columns in tables_of(FIRST).items():
        if name not in seen.places:
            yield Problem("Workbook", f"The table “{name}” is not there.", PUT_BACK)
            continue
        missing = [column for column in columns if column not in seen.tables[name].headings]
        if missing and not seen.places[name].table.show_headers:
            remedy = "Tick Header Row on the tab Table Design, then try again."
            yield Problem(f"Table {name}", "Its headings are hidden.", remedy)
            continue
        for column in missing:
            yield Problem(f"Table {name}", f"The column “{column}” is not there.", PUT_BACK)


def _has_merged_cells(whole: Block) -> bool:
    """Whether cells are merged in the columns of a table, from its headings to the last row.

    Excel says neither yes nor no where only some cells are.
    """
    below = Block(whole.sheet, whole.row, whole.column, LAST_ROW - whole.row + 1, whole.columns)
    try:
        return below.cells.merge_cells is not False
    except NotImplementedError:
        return False
