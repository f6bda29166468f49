"""Undo of a workbook open in LibreOffice: the file byte by byte, the document open again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.books import same_workbook
from tests.support.libreoffice.engine import Calc, LibreOfficeFailed
from tests.support.ready import JUNE, OCCASION, ready_book
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.commands.undo import undo
from xl_addin.errors import StaysClosed
from xl_addin.excel.backups import read_backups
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.opened import OpenBook
from xl_addin.layout import Dataset

pytestmark = pytest.mark.libreoffice


@pytest.fixture
def path(tmp_path) -> Path:
    return ready_book(tmp_path, "Children's = Dätaset.xlsm")


@pytest.fixture
def book(calc: Calc, path: Path) -> Iterator[OpenBook]:
    yield OpenBook(calc.open(path))
    for open_path in calc.documents():
        calc.choose(open_path)
        calc.close()


def silent(line: str) -> None:
    """Tell nobody."""


def refresh(book: OpenBook) -> None:
    assert refresh_book(
        book, OCCASION, tell=silent, agree=lambda: True, how=HowToRefresh(file=JUNE)
    )


def undone(book: OpenBook) -> list[str]:
    told: list[str] = []
    assert undo(book, OCCASION.when, tell=told.append, agree=lambda: True)
    return told


def copies(path: Path) -> list[bytes]:
    folder = path.with_name(f"{path.stem} backups")
    return [backup.copy.read_bytes() for backup in read_backups(folder)]


def last_month(book: OpenBook | ClosedBook) -> str:
    return book.read().tables[Dataset.TABLE].headings[15]


def test_a_refresh_is_undone_and_the_undo_too(book, path, calc):
    shown = book.read()
    refresh(book)
    refreshed = book.read()
    assert last_month(book) == "Jun 2015"
    assert "This takes back: Refresh month, Jun 2015." in undone(book)
    assert path.read_bytes() == copies(path)[0]
    assert calc.documents() == [str(path)]
    assert last_month(book) == "May 2015"
    same_workbook(shown, book.read())

    undone(book)
    assert path.read_bytes() == copies(path)[1]
    assert last_month(book) == last_month(ClosedBook(path)) == "Jun 2015"
    same_workbook(refreshed, book.read())
    undone(book)
    assert last_month(book) == "May 2015"


def test_a_no_changes_neither_the_file_nor_the_document(book, path):
    refresh(book)
    file, shown = path.read_bytes(), book.read()
    assert not undo(book, OCCASION.when, tell=silent, agree=lambda: False)
    assert path.read_bytes() == file
    assert book.read() == shown
    assert not book.is_saved


def test_a_document_that_libreoffice_does_not_open_again_leaves_the_file_right(
    book, path, calc, monkeypatch
):
    def fails(where: str) -> None:
        raise LibreOfficeFailed(where)

    refresh(book)
    monkeypatch.setattr(calc, "reopen", fails, raising=False)
    with pytest.raises(StaysClosed, match="Open it yourself: its file is right"):
        undone(book)
    assert path.read_bytes() == copies(path)[0]
    assert calc.documents() == []
