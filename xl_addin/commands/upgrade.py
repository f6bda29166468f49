"""Upgrade a workbook: one that an older xl-addin made becomes one of the present edition."""

from __future__ import annotations

from xl_addin.commands.book import Agree, Tell
from xl_addin.commands.replacing import Replaceable, replace_book
from xl_addin.console import BookPath, Yes, agreeing, occasion, say
from xl_addin.dataset.editions import PRESENT
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.closed import held
from xl_addin.ooxml.refusals import read_bytes
from xl_addin.refresh import Occasion

UPGRADE = f"Upgrade to edition {PRESENT}"
"""What the list of backups calls it."""


def upgrade_book(book: Replaceable, occasion: Occasion, *, tell: Tell, agree: Agree) -> bool:
    """Bring a workbook to the present edition, and say whether anything was changed.

    A backup is kept, and undo brings it back. Raises WorkbookRefused for a workbook that is not
    saved, cannot be replaced, is of a newer edition, or has no room for what is new; StaysClosed
    where Excel does not open it again.
    """
    from xl_addin.excel.upgrade import upgrade

    book.refuse_unless_replaceable()
    if not book.is_saved:
        found = "There is something in it that is not saved."
        raise WorkbookRefused([Problem(book.path.name, found, "Save it (Ctrl+S), then try again.")])
    now = read_bytes(book.path)
    upgraded = upgrade(book.path, now)
    if upgraded.data == now:
        tell(f"{book.path.name} is of edition {PRESENT} already. Nothing was changed.")
        return False
    tell(f"{book.path.name} becomes a workbook of edition {PRESENT}. All you put in it stays.")
    for line in upgraded.told:
        tell(f"• {line}")
    if not agree():
        tell("Nothing was changed.")
        return False
    kept = replace_book(book, upgraded.data, now, occasion.when, UPGRADE)
    tell(f"Done. Undo takes this back; the workbook as it was is kept in “{kept.parent.name}”.")
    return True


def offer(name: str, edition: int) -> str:
    """The sentence that offers the upgrade of an older workbook, for the command line."""
    return (
        f"This workbook is of edition {edition}; the present one is {PRESENT}. To have what is "
        f'new: xl-addin upgrade "{name}". It works as it is, too.'
    )


def command(book: BookPath, yes: Yes = False) -> None:
    """Give a workbook that an older xl-addin made what is new; all in it stays, undo is there."""
    with held(book, to_change=True) as chosen:
        upgrade_book(chosen, occasion(), tell=say, agree=agreeing(yes, "Upgrade it?"))
