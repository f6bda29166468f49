"""Settle figures that were changed by hand on the page: they are recorded, or put back."""

from __future__ import annotations

from xl_addin.checks.page import changed_by_hand
from xl_addin.commands.book import Book, Tell, carrying, change_book, in_lines
from xl_addin.commands.refresh import BY_HAND, Decide
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import Return
from xl_addin.returns.hand_edits import find_hand_edits


def settle_hand_edits(book: Book, occasion: Occasion, *, tell: Tell, decide: Decide) -> bool:
    """Do with figures changed by hand what ``decide`` says, and say whether anything was changed.

    Raises XlAddinError with every problem; then nothing is changed.
    """
    workbook = parse_workbook(book.read())
    edits = tuple(changed_by_hand(edit) for edit in find_hand_edits(workbook))
    if not edits:
        tell("No figure on the page was changed by hand. Nothing was changed.")
        return False
    if (mode := decide(edits)) is None:
        return False
    settled = refresh(workbook, Return((), BY_HAND, ""), occasion, mode)
    update = carrying(book, workbook, settled, occasion)
    for line in in_lines(update):
        tell(line)
    for line in change_book(book, workbook, update, occasion.when, BY_HAND):
        tell(line)
    return True
