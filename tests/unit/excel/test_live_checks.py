"""What keeps an open workbook from being changed, and the open workbook as the commands see it."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.live_books import our_book
from tests.support.memory_engine import Cell, MemoryBook, open_in_memory
from xl_addin.dataset.settings import Keep
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import live
from xl_addin.excel.opened import OpenBook
from xl_addin.layout import TABLES
from xl_addin.update import AppendRows, Update

pytestmark = pytest.mark.usefixtures("way")


def test_a_workbook_with_nothing_against_it_passes():
    live.check(open_in_memory(our_book()))


SAID = [
    (("Ready", ""), False, "Excel: Excel is busy: a cell is being edited.* Press Enter or Esc"),
    (("ReadOnly", ""), True, "Dataset.xlsm: The workbook is open read-only"),
    (("AutoSaveOn", ""), True, "Switch AutoSave off"),
    (("ProtectContents", "History"), True, "Sheet History: The sheet is protected. Choose Review"),
    (("FilterMode", "Dataset"), True, "Table Dataset: Some of its rows are hidden by a filter"),
]


@pytest.mark.parametrize(("question", "answer", "message"), SAID)
def test_what_keeps_a_workbook_from_being_changed_is_said(question, answer, message):
    book = our_book()
    book.said[question] = answer
    before = book.state()
    with pytest.raises(WorkbookRefused, match=message):
        live.check(open_in_memory(book))
    assert book.state() == before


def test_everything_that_keeps_a_workbook_from_being_changed_is_said_at_once():
    book = our_book()
    book.fullname = "Book1"
    book.tabled["Measures"].totals = None
    book.cells["Measures"] = {(1, 1): Cell("M1"), (1, 2): Cell("MASH")}
    book.cells["DataNotes"][1, 2] = Cell("Applies to whom", "@")
    del book.tabled["RefreshLog"]
    with pytest.raises(WorkbookRefused) as refused:
        live.check(open_in_memory(book))
    assert [str(problem).partition(". ")[0] for problem in refused.value.problems] == [
        "Book1: The workbook has never been saved",
        "Table DataNotes: The column “Applies to” is not there",
        "Table Measures: Its headings are hidden",
        "Workbook: The table “RefreshLog” is not there",
    ]


def test_another_workbook_is_refused():
    with pytest.raises(WorkbookRefused, match="was not made by xl-addin"):
        live.check(open_in_memory(MemoryBook({"Sheet1": {}})))


@pytest.mark.in_memory
def test_excel_that_turns_calls_away_is_busy_and_another_failure_is_no_secret(monkeypatch):
    class TurnedAway(Exception):
        hresult = -2147418111

    for error, expected in (
        (TurnedAway(), WorkbookRefused),
        (ZeroDivisionError(), ZeroDivisionError),
    ):
        book = our_book()
        monkeypatch.setattr(book, "says", Raising(error))
        with pytest.raises(expected):
            live.check(open_in_memory(book))


class Raising:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *question: str) -> bool:
        raise self.error


def test_an_open_book_is_read_backed_up_and_changed_like_a_closed_one(tmp_path):
    memory = our_book()
    memory.said["Saved", ""] = False
    memory.fullname = (tmp_path / "Dataset=ü 'x'.xlsm").as_posix()
    (tmp_path / "Dataset=ü 'x'.xlsm").write_bytes(b"as saved")
    book = OpenBook(open_in_memory(memory))
    assert (book.name, book.folder) == ("Dataset=ü 'x'.xlsm", tmp_path)
    assert set(book.read().tables) == set(TABLES)
    assert book.back_up(datetime(2015, 8, 3), Keep()).read_bytes() == b"as saved"
    assert memory.saved == 1
    book.apply(Update((AppendRows("DataNotes", ("Note",), ((1.0,),)),)))
    assert book.read().tables["DataNotes"].rows[0][0] == 1.0
