"""What stands beside the table of the page stays in its rows: that is said before they move."""

from __future__ import annotations

import openpyxl
import pytest

from tests.support.com_double import running_excel
from tests.support.com_double.spreadsheet import from_sheets
from tests.support.memory_engine import Cell
from tests.support.on_cells import read_puts
from tests.support.outside import REMARK, change_places, write_outside
from tests.support.ready import JUNE, NAME, OCCASION, ready_book
from tests.support.retiring import retire
from xl_addin import macros, ooxml
from xl_addin.commands.notes import sync_notes_in
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.excel.closed import ClosedBook

pytestmark = pytest.mark.usefixtures("own_log")


def synced(path, *, agree=False) -> list[str]:
    told: list[str] = []
    sync_notes_in(ClosedBook(path), OCCASION, tell=told.append, agree=lambda: agree)
    return told


def refreshed(path) -> str:
    told: list[str] = []
    how = HowToRefresh(file=JUNE)
    refresh_book(ClosedBook(path), OCCASION, tell=told.append, agree=lambda: False, how=how)
    return "\n".join(told)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    book = ready_book(tmp_path_factory.mktemp("written"))
    return write_outside(book), book.read_bytes()


@pytest.fixture
def path(tmp_path, written):
    book = tmp_path / NAME
    book.write_bytes(written[1])
    return book


def test_the_columns_are_named_before_measures_change_places(path, written):
    words, formula, comment, apart = written[0]
    change_places(path)
    data = path.read_bytes()
    told = synced(path)
    columns = f"{words} (“{REMARK}”), {formula}, {comment}"
    assert told[1].startswith(
        f"• Dataset: Columns {columns} stand beside the table, not in it: what is written there "
        "stays in rows 6 to 13 while measures move. Say no and make that part of the table first"
    )
    assert "Apart" not in told[1] and f", {apart}" not in told[1]
    assert path.read_bytes() == data
    synced(path, agree=True)
    sheet = openpyxl.load_workbook(path)["Dataset"]
    assert (sheet["A6"].value, sheet[f"{words}6"].value) == ("CP1", "words on M1")
    assert "beside the table" not in "".join(synced(path))
    page = openpyxl.load_workbook(path)["Put on figures"]
    assert page["A5"].value is None  # what stands outside never leaves, and so is not kept


def test_only_the_rows_from_a_measure_that_leaves_are_named(path):
    retire(path)
    assert "in rows 13 to 27 while measures move" in synced(path)[1]


def test_nothing_is_said_where_no_measure_moves(path):
    assert "beside the table" not in refreshed(path)


def test_it_is_said_of_a_return_that_moves_the_months_and_the_measures(path):
    change_places(path)
    assert "beside the table, not in it" in refreshed(path).splitlines()[1]


def test_it_is_said_of_the_open_workbook_from_the_copy_that_excel_saves(tmp_path):
    path = ready_book(tmp_path)
    change_places(path)
    memory = from_sheets(ooxml.read(path))
    memory.fullname, memory.puts = str(path), read_puts(path)
    top, left, _, across = memory.tabled["Dataset"].rect
    memory.cells["Dataset"] |= {(top, left + across + 1): Cell(REMARK)}
    memory.cells["Dataset"] |= {(top + 1, left + across + 1): Cell("words on M1")}
    with running_excel("365", books=[memory]) as excel:
        excel.answer("no")
        with excel.pressed(NAME):
            macros.sync_notes()
        said = "\n".join(box.text for box in excel.boxes)
    assert f"(“{REMARK}”) stands beside the table" in said
    assert f"stays in row {top + 1} while measures move" in said
