"""Real Excel, where there is one: the live tests of LibreOffice, and what only Excel can show.

``pytest -m excel`` on Windows with Excel. Elsewhere these are skipped, and what they would show is
unchecked.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import xlwings as xw

from tests.support.books import same_workbook
from xl_addin import macros
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel import live
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.live.com import load_xlwings
from xl_addin.excel.opened import OpenBook
from xl_addin.excel.template import write_template
from xl_addin.layout import Dataset
from xl_addin.refresh import Occasion
from xl_addin.sources.catalogue import read_catalogue

OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.1.0")

pytestmark = [
    pytest.mark.excel,
    pytest.mark.skipif(sys.platform != "win32", reason="needs Excel: unchecked on this machine"),
]


@pytest.fixture(scope="module")
def excel() -> Iterator[xw.App]:
    """An Excel of its own. xlwings' own way to quit it would end others by force."""
    app = load_xlwings().App(visible=True, add_book=False)
    yield app
    app.api.DisplayAlerts = False
    app.api.Quit()


@pytest.fixture(params=[True, False], ids=["with functions", "without functions"])
def template(request, tmp_path) -> Path:
    path = tmp_path / "Children's = Dätaset.xlsm"
    write_template(path, *read_catalogue(None), functions=request.param)
    return path


@pytest.fixture
def book(excel, template) -> Iterator[xw.Book]:
    opened = excel.books.open(template)
    yield opened
    opened.close()


def test_excel_opens_the_template_without_repairing_it(book, template):
    assert book.name == template.name
    same_workbook(ClosedBook(template).read(), live.read(book))


def test_two_months_give_the_same_workbook_open_and_closed(book, template, tmp_path):
    (tmp_path / "closed").mkdir()
    closed = ClosedBook(Path(shutil.copy(template, tmp_path / "closed")))
    for figures in (HISTORY, RETURN):
        for each in (closed, OpenBook(book)):
            refresh_book(
                each, OCCASION, tell=print, agree=lambda: True, how=HowToRefresh(file=figures)
            )
        same_workbook(closed.read(), live.read(book))


def test_a_macro_finds_the_workbook_and_refreshes_it(book, monkeypatch):
    arguments = ["-c", f"--wb={book.name}", "--from_xl=1", f"--hwnd={book.app.hwnd}"]
    shutil.copy(RETURN, Path(book.fullname).parent)
    settings = book.sheets["Settings"].tables["Settings"].data_body_range
    settings[0, 1].value = RETURN.name
    monkeypatch.setattr(sys, "argv", arguments)
    answers = {"yes_no_cancel": "yes"}
    monkeypatch.setattr(type(book.app.impl), "alert", lambda *a: answers.get(a[3], "ok"))
    macros.refresh_month()
    assert live.read(book).tables[Dataset.TABLE].headings[15] == "Jun 2015"


def test_opening_hides_the_line_about_macros(book):
    book.app.api.Run(f"'{book.name.replace(chr(39), chr(39) * 2)}'!Performance.Auto_Open")
    shapes = book.sheets["Dataset"].api.Shapes
    assert not shapes("MacrosOff").Visible
