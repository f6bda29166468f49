"""The workbook as every command sees it: read, backed up, changed; and how the officer is told.

Read, check, say what will change, ask, back up, apply. How to ask and to tell is the business of
the command line and of the buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from xl_addin import __version__
from xl_addin.checks.leaving import gone_refs
from xl_addin.dataset.editions import beyond
from xl_addin.dataset.on_figures import is_concerned, moves_rows, with_put_on
from xl_addin.dataset.settings import Keep
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, WorkbookRefused, grouped, listed
from xl_addin.excel.account import user_name
from xl_addin.layout import RefreshLog
from xl_addin.refresh import Occasion
from xl_addin.table import Sheets
from xl_addin.update import AppendRows, Back, OnCells, PutOn, Update
from xl_addin.values import replace

Tell = Callable[[str], None]


Agree = Callable[[], bool]


class Book(Protocol):
    """A workbook that can be read, backed up and changed."""

    @property
    def name(self) -> str:
        """How officers call it."""

    @property
    def folder(self) -> Path:
        """Where returns without a folder are looked for."""

    def read(self) -> Sheets:
        """Its tables and named ranges."""

    def put_on(self, *, whole_rows: bool) -> OnCells | None:
        """What is put on single figures of the page; None where that cannot be told.

        Of ``whole_rows`` also what stands in them beside the months.
        """

    def comes_back(self, thing: PutOn) -> Back:
        """What it will be on a figure again, as the workbook is now."""

    def apply(self, update: Update) -> tuple[Problem, ...] | None:
        """Change what an update says and nothing else, and say what to look at afterwards."""

    def back_up(self, when: datetime, keep: Keep, change: str = "") -> Path:
        """Copy it before a change, such as "Show month, Mar 2015"."""


def occasion() -> Occasion:
    """Now, by whoever is at work."""
    return Occasion(datetime.now().replace(microsecond=0), user_name(), __version__)


def carrying(book: Book, workbook: Workbook, update: Update, occasion: Occasion) -> Update:
    """An update that takes along what is put on the figures it moves."""
    if not is_concerned(update, workbook):
        return update
    try:
        on_page = book.put_on(whole_rows=moves_rows(update, workbook))
    except WorkbookRefused:
        found = "Comments and colours on single figures could not be read: they stay in place."
        unread = Problem(book.name, found, "See whether they stand on the right month.")
        warnings = (*_lost_with_rows(book, workbook), *update.warnings, unread)
        return replace(update, warnings=warnings)
    if on_page is None:
        return replace(update, warnings=(*_lost_with_rows(book, workbook), *update.warnings))
    return with_put_on(update, workbook, on_page, occasion.when.date(), book.comes_back)


def _lost_with_rows(book: Book, workbook: Workbook) -> Iterator[Problem]:
    """That rows leave of which nobody can read what else stands in them."""
    if gone := gone_refs(workbook):
        yield Problem(
            book.name,
            f"What stands in the rows of {listed(gone)} beside the figures could not be read: it "
            "leaves the page with them, and only the backup keeps it.",
            "Say no, copy first what you need of it, and try again.",
        )


def in_lines(update: Update) -> Iterator[str]:
    """What to look at, most pressing first, and then what an update changes, each in a line."""
    if warnings := grouped(update.warnings):
        yield "Please look at:"
    yield from (f"• {warning}" for warning in warnings)
    if warnings and update.summary:
        yield ""
    yield from update.summary


def refuse_beyond(name: str, workbook: Workbook, update: Update) -> None:
    """Make sure that a workbook's edition has a place for what is to be written."""
    if lacking := beyond(workbook.edition, update.changes):
        found = f"The workbook is of edition {workbook.edition} and has not got {lacking[0]}."
        remedy = f'Upgrade it first: xl-addin upgrade "{name}"; or choose Upgrade on the ribbon.'
        raise WorkbookRefused([Problem(name, found, remedy)])


def change_book(
    book: Book, workbook: Workbook, update: Update, when: datetime, change: str
) -> list[str]:
    """Back a workbook up and change it, and give the lines that tell the officer so.

    ``change`` is what the list of backups calls that. Raises WorkbookRefused, and nothing has
    changed, where an older edition has no place for it.
    """
    refuse_beyond(book.name, workbook, update)
    backup = book.back_up(when, workbook.settings.keep, change)
    left = book.apply(update) or ()
    return [*_done(workbook, update, backup), *(f"• {problem}" for problem in left)]


def _done(workbook: Workbook, update: Update, backup: Path) -> Iterator[str]:
    yield f"Done. The workbook as it was is kept in “{backup.parent.name}”."
    if is_logged(update) and update.warnings:
        log = workbook.tables[RefreshLog.TABLE].sheet
        yield f"What to look at stands in the last row of “{log}”, under {RefreshLog.WARNINGS}."


def is_logged(update: Update) -> bool:
    """Whether an update adds a row to the log."""
    return any(isinstance(c, AppendRows) and c.table == RefreshLog.TABLE for c in update.changes)
