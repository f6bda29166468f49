"""Choose the return: its file is remembered in Settings, for this month and those after it."""

from __future__ import annotations

from pathlib import Path

from xl_addin.commands.book import Book, Tell, change_book, in_lines
from xl_addin.commands.find_return import find_return, refuse_another_computer
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.errors import Problem, ReturnRefused, WorkbookRefused
from xl_addin.layout import Settings
from xl_addin.questions import about_per_cents
from xl_addin.refresh import Occasion, problems_of
from xl_addin.table import text_of
from xl_addin.update import Row, SetRows, Update


def choose_return(book: Book, file: Path, occasion: Occasion, *, tell: Tell) -> bool:
    """Remember the file of the return, and say whether anything was changed.

    A file beside the workbook, or in a folder beside it, is remembered from there on, so that both
    can move together. Raises XlAddinError for a file that cannot be read as a return.
    """
    workbook = parse_workbook(book.read())
    written = as_remembered(file, book.folder)
    refuse_another_computer(written, book.folder)
    _refuse_unreadable(workbook, book.folder, file, occasion)
    if written == workbook.settings.return_path:
        tell(f"The return is “{written}” already. Nothing was changed.")
        return False
    update = Update((_setting(workbook, written),), (f"The return is “{written}” from now on.",))
    for line in in_lines(update):
        tell(line)
    for line in change_book(book, workbook, update, occasion.when, "Choose return"):
        tell(line)
    tell("To bring it in, choose Refresh month.")
    return True


def _refuse_unreadable(workbook: Workbook, folder: Path, file: Path, occasion: Occasion) -> None:
    """Raise ReturnRefused with what would be wrong with a return, besides what is in any case."""
    return_ = find_return(workbook, folder, file, None)
    if about_per_cents(return_):
        return_ = find_return(workbook, folder, file, None, per_cents=True)
    anyway = problems_of(workbook, None, occasion)
    if found := [p for p in problems_of(workbook, return_, occasion) if p not in anyway]:
        raise ReturnRefused(found)


def as_remembered(file: Path, folder: Path) -> str:
    """A file as Settings names it.

    >>> as_remembered(Path("/books/returns/July.csv"), Path("/books"))
    'returns/July.csv'
    """
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)


def _setting(workbook: Workbook, written: str) -> SetRows:
    rows, found = [], False
    for _, record in workbook.tables[Settings.TABLE].records():
        is_it = text_of(record[Settings.SETTING]) == Settings.RETURN
        rows.append((written if is_it else record[Settings.VALUE],))
        found = found or is_it
    if not found:
        remedy = f"Add a row to Settings with {Settings.RETURN} under {Settings.SETTING}."
        missing = f"The setting “{Settings.RETURN}” is not there."
        raise WorkbookRefused([Problem(Settings.TABLE, missing, remedy)])
    numbered = tuple(Row(cells, at) for at, cells in enumerate(rows))
    return SetRows(Settings.TABLE, (Settings.VALUE,), numbered)
