"""Show another month: the page moves to any month that is recorded."""

from __future__ import annotations

from xl_addin.commands.book import Book, Tell, change_book, in_lines
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.period import Month
from xl_addin.refresh import Occasion, show


def show_month(book: Book, month: Month, occasion: Occasion, *, tell: Tell) -> bool:
    """Move the page of a workbook to a month, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = show(workbook, month, occasion)
    if update.is_empty:
        tell(f"{book.name} shows {month.label} already. Nothing was changed.")
        return False
    for line in in_lines(update):
        tell(line)
    change_book(book, workbook, update, occasion, tell, f"Show month, {month.label}")
    return True
