"""Check a workbook or a return: what is wrong, and what wants a look; and accept History."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from xl_addin.check import check
from xl_addin.checks.finding import Finding, Severity
from xl_addin.command_line import Option
from xl_addin.commands.book import Book, Tell, change_book, in_lines
from xl_addin.commands.find_return import find_return
from xl_addin.commands.in_json import telling
from xl_addin.console import (
    AsJson,
    BookPath,
    SheetName,
    closed,
    occasion,
    print_findings,
    unheld,
)
from xl_addin.dataset.seals import changed_records
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.refresh import Occasion, accept_history


def check_book(
    book: Book, occasion: Occasion, file: Path | None = None, sheet: str | None = None
) -> tuple[Finding, ...]:
    """Everything there is to say about a workbook, and about a return where one is named."""
    try:
        return judge(book, occasion, file, sheet)
    except (WorkbookRefused, ReturnRefused) as refusal:
        return _errors(refusal)


def judge(
    book: Book, occasion: Occasion, file: Path | None, sheet: str | None
) -> tuple[Finding, ...]:
    """The same. Raises WorkbookRefused or ReturnRefused where there is nothing to be judged."""
    workbook = parse_workbook(book.read())
    try:
        return_ = find_return(workbook, book.folder, file, sheet) if file else None
    except ReturnRefused as refusal:
        if file and not file.exists():
            raise
        return _errors(refusal)
    return check(workbook, return_, occasion)


def _errors(refusal: WorkbookRefused | ReturnRefused) -> tuple[Finding, ...]:
    return tuple(Finding(Severity.ERROR, problem) for problem in refusal.problems)


def is_history_changed(book: Book) -> bool:
    """Whether recorded figures were changed outside xl-addin since the log vouched for them.

    No for a workbook that cannot be read: check_book says what is wrong with it.
    """
    try:
        workbook = parse_workbook(book.read())
    except WorkbookRefused:
        return False
    return bool(changed_records(workbook))


def accept_history_of(book: Book, occasion: Occasion, *, tell: Tell) -> bool:
    """Record that History is right as it stands, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = accept_history(workbook, occasion)
    if update.is_empty:
        tell("All figures are as they were recorded. Nothing was changed.")
        return False
    for line in in_lines(update):
        tell(line)
    for line in change_book(book, workbook, update, occasion.when, "Accept History"):
        tell(line)
    return True


ReturnFile = Annotated[Path | None, Option("--return", "A return to check.", "FILE-OR-FOLDER")]
AcceptHistory = Annotated[
    bool,
    Option(
        "--accept-history",
        "Record in the log that what is recorded is right, though changed by hand.",
    ),
]


def command(
    book: BookPath,
    return_: ReturnFile = None,
    sheet: SheetName = None,
    accept_history: AcceptHistory = False,
    as_json: AsJson = False,
) -> None:
    """List what is wrong with a workbook or a return, and what to look at; change nothing."""
    with telling("check", book, as_json=as_json) as told:
        if accept_history:
            with closed(book) as chosen:
                told.changed = accept_history_of(chosen, occasion(), tell=told.say)
        judged = judge if as_json else check_book
        told.found += judged(unheld(book), occasion(), return_, sheet)
        told.outcome = "checked"
        if not as_json:
            print_findings(told.found)
    if any(finding.severity is Severity.ERROR for finding in told.found):
        sys.exit(1)
