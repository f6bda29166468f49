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
from xl_addin.layout import History, Name, RefreshLog
from xl_addin.layout import Return as ReturnTable
from xl_addin.limits import DEFAULT, Limits
from xl_addin.period import Month
from xl_addin.refresh import Occasion, accept_history, check, refresh, show, sync_notes
from xl_addin.returns import Return, grid_of, parse_return
from xl_addin.seals import changed_records
from xl_addin.settings import Keep
from xl_addin.table import Sheets, is_blank
from xl_addin.update import SetName, Update
from xl_addin.workbook import Workbook, parse_workbook

BY_HAND = "Changes by hand on the page"
"""What the log names as the source of a refresh that only settles them."""

Tell = Callable[[str], None]
Agree = Callable[[], bool]
Decide = Callable[[tuple[Problem, ...]], HandEdits | None]
"""What to do with the figures changed by hand that are listed; None leaves the workbook alone."""


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

    def back_up(self, when: datetime, keep: Keep, change: str = "") -> Path:
        """Copy it before a change, such as "Show month, Mar 2015"."""


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
    hand_edits: HandEdits | Decide = HandEdits.LIST,
    dry_run: bool = False,
) -> bool:
    """Bring a return into a workbook, and say whether anything was changed.

    ``file`` is a file or a folder; None means the one in Settings, or else the sheet for the
    monthly return. ``hand_edits`` may be a question, asked only where figures were changed by
    hand. Raises XlAddinError with every problem; then nothing is changed.
    """
    workbook = parse_workbook(book.read())
    mode = _decided(hand_edits, workbook)
    if mode is None:
        return False
    if mode is not HandEdits.LIST and _has_only_hand_edits(workbook, book.folder, file):
        return_ = Return((), BY_HAND, "")
    else:
        return_ = find_return(workbook, book.folder, file, sheet)
    update = refresh(workbook, return_, occasion, mode)
    for line in _in_lines(update):
        tell(line)
    if update.is_empty:
        tell(f"{book.name} holds all of this already. Nothing was changed.")
        return False
    if dry_run or not agree():
        tell("Nothing was changed.")
        return False
    refuse_another_return(
        return_, return_path(workbook, book.folder, file), workbook.settings.limits
    )
    _change(
        book, workbook, update, occasion, tell, f"Refresh month{_shown_after(workbook, update)}"
    )
    return True


def show_month(book: Book, month: Month, occasion: Occasion, *, tell: Tell) -> bool:
    """Move the page of a workbook to a month, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = show(workbook, month, occasion)
    if update.is_empty:
        tell(f"{book.name} shows {month.label} already. Nothing was changed.")
        return False
    for line in _in_lines(update):
        tell(line)
    _change(book, workbook, update, occasion, tell, f"Show month, {month.label}")
    return True


def sync_notes_in(
    book: Book, occasion: Occasion, *, tell: Tell, agree: Agree, dry_run: bool = False
) -> bool:
    """Bring the data notes in line with the page, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = sync_notes(workbook, occasion)
    for line in _in_lines(update):
        tell(line)
    if update.is_empty:
        tell("The data notes are in line with the page. Nothing was changed.")
        return False
    if dry_run or not agree():
        tell("Nothing was changed.")
        return False
    _change(book, workbook, update, occasion, tell, "Sync notes")
    return True


def is_history_changed(book: Book) -> bool:
    """Whether recorded figures were changed outside xl-addin since the log vouched for them.

    No for a workbook that cannot be read: check_book says what is wrong with it.
    """
    try:
        tables = parse_workbook(book.read()).tables
    except WorkbookRefused:
        return False
    return bool(changed_records(tables[History.TABLE], tables[RefreshLog.TABLE]))


def accept_history_of(book: Book, occasion: Occasion, *, tell: Tell) -> bool:
    """Record that History is right as it stands, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = accept_history(workbook, occasion)
    if update.is_empty:
        tell("History is as it was recorded. Nothing was changed.")
        return False
    for line in _in_lines(update):
        tell(line)
    _change(book, workbook, update, occasion, tell, "Accept History")
    return True


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
    if path is None:
        return own_return(workbook)
    return read_return(path, workbook.catalogue, sheet, workbook.settings.limits)


def return_path(workbook: Workbook, folder: Path, file: Path | None) -> Path | None:
    """Where the return is; None for the workbook's own sheet."""
    written = workbook.settings.return_path
    if file is None and not written:
        return None
    if file is None and (server := _server(written)) and server != _server(str(folder)):
        found = f"It names a folder on another computer ({server})."
        remedy = "Choose it by its drive letter, or name it yourself with --return."
        raise ReturnRefused([Problem("Settings, return", found, remedy)])
    return file or folder / written


def _server(path: str) -> str:
    """The computer that a network path names; blank for any other path.

    Asking a computer for a file tells it who we are: a workbook someone sent decides for none.
    """
    parts = path.replace("\\", "/").split("/")
    return parts[2].casefold() if len(parts) > 2 and parts[0] == parts[1] == "" else ""


def refuse_another_return(return_: Return, path: Path | None, limits: Limits = DEFAULT) -> None:
    """Raise ReturnRefused when a return was changed or deleted since it was read.

    What is written is what the officer was told, or nothing.
    """
    from xl_addin.sources import digest_of

    if path is not None and digest_of(path, limits) != return_.digest:
        found = "It was changed after it had been checked."
        raise ReturnRefused([Problem(return_.source, found, "Refresh again to see what is new.")])


def _has_only_hand_edits(workbook: Workbook, folder: Path, file: Path | None) -> bool:
    """Whether no return is named, the sheet for one is blank, and the page was changed by hand."""
    if return_path(workbook, folder, file) is not None or not find_hand_edits(workbook):
        return False
    named = (ReturnTable.REF, ReturnTable.MONTH)
    records = (record for _, record in workbook.tables[ReturnTable.TABLE].records())
    return all(is_blank(tuple(r[h] for h in r if h not in named)) for r in records)


def own_return(workbook: Workbook) -> Return:
    """What stands on the workbook's sheet for the monthly return."""
    table = workbook.tables[ReturnTable.TABLE]
    digest = sha256(repr((table.headings, table.rows)).encode()).hexdigest()
    return parse_return((grid_of(table),), workbook.catalogue, table.sheet, digest)


def _decided(hand_edits: HandEdits | Decide, workbook: Workbook) -> HandEdits | None:
    if isinstance(hand_edits, HandEdits):
        return hand_edits
    edits = tuple(edit.problem for edit in find_hand_edits(workbook))
    return hand_edits(edits) if edits else HandEdits.LIST


def _in_lines(update: Update) -> Iterator[str]:
    yield from update.summary
    for warning in update.warnings:
        yield f"Please look at: {warning}"


def _shown_after(workbook: Workbook, update: Update) -> str:
    """The month that the page shows after an update, as it is added to what was done."""
    month = workbook.month
    for change in update.changes:
        if isinstance(change, SetName) and change.name == Name.MONTH:
            month = Month.parse(change.values[0][0])
    return f", {month.label}" if month else ""


def _change(
    book: Book, workbook: Workbook, update: Update, occasion: Occasion, tell: Tell, change: str
) -> None:
    backup = book.back_up(occasion.when, workbook.settings.keep, change)
    book.apply(update)
    tell(f"Done. The workbook as it was is kept in “{backup.parent.name}”.")
