"""The command line on a workbook that is open in Excel, on data notes, and both templates."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlwings as xw

from tests.support.command_line import run_here
from tests.support.memory_engine import open_in_memory
from tests.support.officer import page, saved_book, window_with, write_return
from xl_addin.commands.book import occasion
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.demo import HISTORY
from xl_addin.excel import live
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.lock import one_at_a_time
from xl_addin.excel.template import write_template
from xl_addin.layout import Dataset
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import AppendRows, Update

NAME = "Children's = Dätaset.xlsm"


pytestmark = pytest.mark.usefixtures("own_log")


@pytest.fixture
def excel(tmp_path, monkeypatch, way):
    """Excel with two workbooks open, in memory or through COM; the other one is active."""
    memories = [saved_book(tmp_path, name=name) for name in (NAME, "Other.xlsm")]
    if way == "memory":
        monkeypatch.setattr(xw.engines, "active", window_with(memories)[0])
    else:
        for memory in memories:
            open_in_memory(memory)
    write_return(tmp_path)
    return memories


def test_live_changes_the_workbook_where_it_is_open_after_asking(
    excel, tmp_path, monkeypatch, capsys
):
    book, other = excel
    before = (book.state(), other.state())
    code, said = run_here(monkeypatch, capsys, "refresh", tmp_path / NAME, "--live", answer="n\n")
    assert (code, "3 of 3 figures" in said) == (0, True)
    assert (book.state(), other.state()) == before
    code, said = run_here(monkeypatch, capsys, "refresh", tmp_path / NAME, "--live", "--yes")
    assert code == 0
    assert "Done." in said
    assert page(book).headings[15] == "Jun 2015"
    assert other.state() == before[1]


def test_live_says_when_excel_or_the_workbook_is_not_open(excel, tmp_path, monkeypatch, capsys):
    code, said = run_here(
        monkeypatch, capsys, "refresh", tmp_path / "Closed.xlsm", "--live", "--yes"
    )
    assert code == 1
    assert "Closed.xlsm: The workbook is not open in Excel. Open it in Excel" in said
    monkeypatch.setattr(xw.engines, "active", None)
    code, said = run_here(monkeypatch, capsys, "refresh", tmp_path / NAME, "--live", "--yes")
    assert code == 1
    assert "Excel: Excel is not open on this computer. Open it in Excel, then try again." in said
    assert "Nothing was changed." in said


def test_live_is_refused_while_a_button_is_at_work(excel, tmp_path, monkeypatch, capsys):
    with one_at_a_time(tmp_path / NAME):
        code, said = run_here(monkeypatch, capsys, "refresh", tmp_path / NAME, "--live", "--yes")
    assert code == 1
    assert "xl-addin is at work on this workbook already." in said


def test_live_puts_what_excel_fails_at_in_a_sentence(excel, tmp_path, monkeypatch, capsys, own_log):
    class ComError(Exception):
        hresult = -2147352567

    figure = "58599"

    def fail(*args, **options):
        raise ComError(figure)

    monkeypatch.setattr(live, "apply", fail)
    code, said = run_here(monkeypatch, capsys, "refresh", tmp_path / NAME, "--live", "--yes")
    assert code == 1
    assert "Excel: Excel stopped with an error. Start Excel anew" in said
    assert "Traceback" not in said
    assert "in refresh_book" in own_log.read_text()
    assert figure not in own_log.read_text()


@pytest.fixture
def to_may(tmp_path) -> Path:
    path = tmp_path / "Dataset.xlsm"
    write_template(path, *read_catalogue(None))
    quiet = {"tell": lambda line: None, "agree": lambda: True}
    refresh_book(ClosedBook(path), occasion(), **quiet, how=HowToRefresh(file=HISTORY))
    return path


def test_notes_are_brought_in_line_with_the_page_after_asking(to_may, monkeypatch, capsys):
    new = ("M1", "Counted anew from May.")
    ClosedBook(to_may).apply(Update((AppendRows("DataNotes", ("Applies to", "Text"), (new,)),)))
    before = to_may.read_bytes()
    code, said = run_here(monkeypatch, capsys, "notes", to_may, answer="n\n")
    assert (code, "Nothing was changed." in said, to_may.read_bytes()) == (0, True, before)
    code, said = run_here(monkeypatch, capsys, "notes", to_may, "--dry-run")
    assert (code, to_may.read_bytes()) == (0, before)
    code, said = run_here(monkeypatch, capsys, "notes", to_may, "--yes")
    assert (code, "Done." in said) == (0, True)
    page = ClosedBook(to_may).read().tables[Dataset.TABLE]
    assert page.rows[0][page.headings.index(Dataset.NOTES)] == "[note 1]"
    code, said = run_here(monkeypatch, capsys, "notes", to_may, "--yes")
    assert "The data notes are in line with the page. Nothing was changed." in said


def test_both_templates_are_written_and_the_one_without_functions_says_nothing_of_them(
    tmp_path, monkeypatch, capsys
):
    full, plain = tmp_path / "full.xlsm", tmp_path / "plain.xlsm"
    assert run_here(monkeypatch, capsys, "template", "--out", full)[0] == 0
    assert run_here(monkeypatch, capsys, "template", "--no-udfs", "--out", plain)[0] == 0
    texts = {}
    for path in (full, plain):
        with zipfile.ZipFile(path) as archive:
            texts[path] = archive.read("xl/workbook.xml") + archive.read("xl/sharedStrings.xml")
    for words in (b"_IntelliSense_", b"Python UDFs", b"Derived columns"):
        assert (words in texts[full], words in texts[plain]) == (True, False)
