"""Sync the notes: the data notes and their markers come in line with the page."""

from __future__ import annotations

from xl_addin.commands.book import Agree, Book, Tell, change_book, in_lines
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.refresh import Occasion, sync_notes


def sync_notes_in(
    book: Book, occasion: Occasion, *, tell: Tell, agree: Agree, dry_run: bool = False
) -> bool:
    """Bring the data notes in line with the page, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = sync_notes(workbook, occasion)
    for line in in_lines(update):
        tell(line)
    if update.is_empty:
        tell("The data notes are in line with the page. Nothing was changed.")
        return False
    if dry_run or not agree():
        tell("Nothing was changed.")
        return False
    change_book(book, workbook, update, occasion, tell, "Sync notes")
    return True
