"""Sync the notes: the data notes and their markers come in line with the page."""

from __future__ import annotations

from xl_addin.commands.book import Agree, Book, Tell, carrying, change_book, in_lines
from xl_addin.console import BookPath, DryRun, Yes, agreeing, closed, occasion, say
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.refresh import Occasion, sync_notes


def sync_notes_in(
    book: Book, occasion: Occasion, *, tell: Tell, agree: Agree, dry_run: bool = False
) -> bool:
    """Bring the data notes in line with the page, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = carrying(book, workbook, sync_notes(workbook, occasion), occasion)
    for line in in_lines(update):
        tell(line)
    if update.is_empty:
        tell("The data notes are in line with the page. Nothing was changed.")
        return False
    if dry_run or not agree():
        tell("Nothing was changed.")
        return False
    for line in change_book(book, workbook, update, occasion.when, "Sync notes"):
        tell(line)
    return True


def command(book: BookPath, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Bring the data notes and their markers in line with the page; your words stay yours."""
    agree = agreeing(yes, "Change the data notes?")
    with closed(book, to_change=not dry_run) as chosen:
        sync_notes_in(chosen, occasion(), tell=say, agree=agree, dry_run=dry_run)
