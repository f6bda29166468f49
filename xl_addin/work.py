"""The steps of the month's work, the same for a closed and for an open workbook.

Read, check, say what will change, ask, back up, apply. The decisions are made in refresh.py;
how to ask and to tell is the business of the command line and of the buttons.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from xl_addin import __version__
from xl_addin.errors import Problem, ReturnRefused, WorkbookRefused
from xl_addin.findings import Finding, Severity
from xl_addin.hand_edits import HandEdits, find_hand_edits
from xl_addin.layout import Return as ReturnTable
from xl_addin.period import Month
from xl_addin.refresh import Occasion, check, refresh, show, sync_notes
from xl_addin.returns import Return, grid_of, parse_return
from xl_addin.table import Sheets
from xl_addin.update import Update
from xl_addin.workbook import Workbook, parse_workbook

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

    def apply(self, update: Update) -> None:
        """Change what an update says and nothing else."""

    def back_up(self, when: datetime) -> Path:
        """Copy it before it is changed."""


def occasion() -> Occasion:
    """Now, by whoever is at work."""
    return Occasion(datetime.now().replace(microsecond=0), getpass.getuser(), __version__)


def refresh_book(
    book: Book,
    occasion: Occasion,
    *,
    tell: Tell,
    agree: Agree,
    file: Path | None = None,
    sheet: str | None = None,
    hand_edits: HandEdits = HandEdits.LIST,
    dry_run: bool = False,
) -> bool:
    """Bring a return into a workbook, and say whether anything was changed.

    ``file`` is a file or a folder; None means the one in Settings, or else the sheet for the
    monthly return. Raises XlAddinError with every problem; then nothing is changed.
    """
    workbook = parse_workbook(book.read())
    return_ = find_return(workbook, book.folder, file, sheet)
    update = refresh(workbook, return_, occasion, hand_edits)
    for line in _in_lines(update):
        tell(line)
    if update.is_empty:
        tell(f"{book.name} holds all of this already. Nothing was changed.")
        return False
    if dry_run or not agree():
        tell("Nothing was changed.")
        return False
    refuse_another_return(return_, return_path(workbook, book.folder, file))
    _change(book, update, occasion, tell)
    return True


def show_month(book: Book, month: Month, occasion: Occasion, *, tell: Tell) -> bool:
    """Move the page of a workbook to a month, and say whether anything was changed."""
    update = show(parse_workbook(book.read()), month, occasion)
    if update.is_empty:
        tell(f"{book.name} shows {month.label} already. Nothing was changed.")
        return False
    for line in _in_lines(update):
        tell(line)
    _change(book, update, occasion, tell)
    return True


def sync_notes_in(
    book: Book, occasion: Occasion, *, tell: Tell, agree: Agree, dry_run: bool = False
) -> bool:
    """Bring the data notes in line with the page, and say whether anything was changed."""
    update = sync_notes(parse_workbook(book.read()), occasion)
    for line in _in_lines(update):
        tell(line)
    if update.is_empty:
        tell("The data notes are in line with the page. Nothing was changed.")
        return False
    if dry_run or not agree():
        tell("Nothing was changed.")
        return False
    _change(book, update, occasion, tell)
    return True


def hand_edits_in(book: Book) -> tuple[Problem, ...]:
    """The figures on the page that were changed by hand."""
    return tuple(edit.problem for edit in find_hand_edits(parse_workbook(book.read())))


def check_book(
    book: Book, occasion: Occasion, file: Path | None = None, sheet: str | None = None
) -> tuple[Finding, ...]:
    """Everything there is to say about a workbook, and about a return where one is named."""
    try:
        workbook = parse_workbook(book.read())
        return_ = find_return(workbook, book.folder, file, sheet) if file else None
    except (WorkbookRefused, ReturnRefused) as refusal:
        return tuple(Finding(Severity.ERROR, problem) for problem in refusal.problems)
    return check(workbook, return_, occasion)


def find_return(workbook: Workbook, folder: Path, file: Path | None, sheet: str | None) -> Return:
    """The return named, the one in Settings, or else the workbook's own sheet for it."""
    from xl_addin.sources import read_return

    path = return_path(workbook, folder, file)
    return own_return(workbook) if path is None else read_return(path, workbook.catalogue, sheet)


def return_path(workbook: Workbook, folder: Path, file: Path | None) -> Path | None:
    """Where the return is; None for the workbook's own sheet."""
    if file is None and not workbook.settings.return_path:
        return None
    return file or folder / workbook.settings.return_path


def refuse_another_return(return_: Return, path: Path | None) -> None:
    """Raise ReturnRefused when a return was changed or deleted since it was read.

    What is written is what the officer was told, or nothing.
    """
    from xl_addin.sources import digest_of

    if path is not None and digest_of(path) != return_.digest:
        found = "It was changed after it had been checked."
        raise ReturnRefused([Problem(return_.source, found, "Refresh again to see what is new.")])


def own_return(workbook: Workbook) -> Return:
    """What stands on the workbook's sheet for the monthly return."""
    table = workbook.tables[ReturnTable.TABLE]
    digest = sha256(repr((table.headings, table.rows)).encode()).hexdigest()
    return parse_return((grid_of(table),), workbook.catalogue, table.sheet, digest)


def _in_lines(update: Update) -> Iterator[str]:
    yield from update.summary
    for warning in update.warnings:
        yield f"Please look at: {warning}"


def _change(book: Book, update: Update, occasion: Occasion, tell: Tell) -> None:
    backup = book.back_up(occasion.when)
    book.apply(update)
    tell(f"Done. The workbook as it was is kept in “{backup.parent.name}”.")
