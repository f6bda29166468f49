"""The ribbon's Share copy, over a workbook in memory: what the officer sees, what is written."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.support.officer import at_work, saved_book, write_return
from xl_addin import macros
from xl_addin.excel import error_log
from xl_addin.excel.opened import OpenBook

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture(autouse=True)
def own_log(tmp_path_factory, monkeypatch) -> None:
    path = tmp_path_factory.mktemp("logs") / "xl-addin.log"
    monkeypatch.setattr(error_log, "log_path", lambda: path)
    monkeypatch.setattr("xl_addin.excel.lock.log_path", lambda: path)


def refreshed(tmp_path: Path):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    book, _ = at_work(memory, "ok")
    macros.refresh_month(book)
    return memory


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_button_makes_a_copy_beside_the_workbook(tmp_path, answer):
    memory = refreshed(tmp_path)
    book, officer = at_work(memory, answer)
    before = OpenBook(book).read()
    macros.share_copy(book)
    asked, done = officer.boxes
    assert (
        "“Dataset Jun 2015 share copy.xlsx”" in asked and "Shall small counts be hidden?" in asked
    )
    assert "is ready: Jun 2015, audited" in done
    sheet = openpyxl.load_workbook(tmp_path / "Dataset Jun 2015 share copy.xlsx")["Dataset"]
    assert sheet["A2"].value == "Jun 2015"
    after = OpenBook(book).read()
    differ = {name for name, table in after.tables.items() if table != before.tables[name]}
    assert differ == {"SharedCopies"}


@pytest.mark.parametrize("answer", ["cancel", None], ids=["cancel or Esc", "closed"])
def test_cancel_makes_no_copy(tmp_path, answer):
    memory = refreshed(tmp_path)
    book, officer = at_work(memory, answer)
    macros.share_copy(book)
    assert len(officer.boxes) == 1
    assert not list(tmp_path.glob("*share*"))


def test_the_button_says_what_to_do_before_the_first_month(tmp_path):
    book, officer = at_work(saved_book(tmp_path))
    macros.share_copy(book)
    assert "Nothing is recorded yet. Import or refresh first." in officer.boxes[-1]
