"""Show another month: the page moves to any month that is recorded."""

from __future__ import annotations

from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.commands.book import Book, Tell, carrying, change_book, in_lines
from xl_addin.commands.in_json import NOTHING_NEW, telling
from xl_addin.console import AsJson, BookPath, closed, occasion
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.period import Month
from xl_addin.refresh import Occasion, show


def show_month(book: Book, month: Month, occasion: Occasion, *, tell: Tell) -> bool:
    """Move the page of a workbook to a month, and say whether anything was changed."""
    workbook = parse_workbook(book.read())
    update = carrying(book, workbook, show(workbook, month, occasion), occasion)
    if update.is_empty:
        tell(f"{book.name} shows {month.label} already. Nothing was changed.")
        return False
    for line in in_lines(update):
        tell(line)
    for line in change_book(book, workbook, update, occasion.when, f"Show month, {month.label}"):
        tell(line)
    return True


Shown = Annotated[str, Option("--month", "Such as 2015-03 or “Mar 2015”.")]


def command(book: BookPath, month: Shown, as_json: AsJson = False) -> None:
    """Move the page to any month that is recorded."""
    with telling("show", book, as_json=as_json) as told, closed(book) as chosen:
        told.changed = show_month(chosen, Month.parse(month), occasion(), tell=told.say)
        told.outcome = "shown" if told.changed else NOTHING_NEW
