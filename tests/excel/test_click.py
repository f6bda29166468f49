"""The whole way of a click: the button's macro, its VBA, Python, and the open workbook."""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.books import same_workbook
from tests.support.libreoffice import click
from tests.support.libreoffice.engine import Calc, running_libreoffice
from tests.support.libreoffice.officer import NAME, Officer, make_to_may
from xl_addin import __version__
from xl_addin.commands.refresh import refresh_book
from xl_addin.demo import RETURN
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Dataset, RefreshLog
from xl_addin.refresh import Occasion
from xl_addin.table import Sheets

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Iterator[Path]:
    """Where the VBA and the Python of a click leave word for each other."""
    path = tmp_path_factory.mktemp("click")
    click.prepare(path)
    own = {click.FOLDER: str(path), "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": str(path / "state")}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    yield path
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="module")
def calc(folder) -> Iterator[Calc]:
    with running_libreoffice() as running:
        (folder / "pipe").write_text(running.pipe)
        yield running


@pytest.fixture(scope="module")
def to_may(tmp_path_factory) -> Path:
    """The demonstration up to May 2015; its Settings name the return of June."""
    path = tmp_path_factory.mktemp("book") / NAME
    make_to_may(path)
    return click.with_stand_in(path)


@pytest.fixture
def officer(calc, folder, to_may, tmp_path):
    yield Officer(calc, folder, Path(shutil.copy(to_may, tmp_path)))
    for path in calc.documents():
        calc.choose(path)
        calc.close()


def first_row(sheets: Sheets) -> int:
    return sheets.tables[Dataset.TABLE].first_row


def test_a_click_gives_the_same_workbook_as_the_closed_file_refresh(officer, to_may, tmp_path):
    before = officer.sheets()
    (asked,) = officer.clicks("RefreshMonth", "cancel")
    assert "Jun 2015: 21 of 22 figures, 1 not updated" in asked
    assert officer.sheets() == before

    officer.calc.hide_row("Dataset", first_row(before) + 1)
    asked, done = officer.clicks("RefreshMonth", "ok")
    assert asked.endswith("Refresh the workbook?")
    assert done.startswith("Done. The workbook as it was is kept in")
    clicked = officer.sheets()
    same_workbook(closed_twin(to_may, tmp_path, clicked), clicked)
    assert officer.calc.row_is_hidden("Dataset", first_row(before) + 1)

    (said,) = officer.clicks("RefreshMonth", "ok")
    assert "holds all of this already. Nothing was changed." in said
    (said,) = officer.clicks("SyncNotes", "ok")
    assert "The data notes are in line with the page. Nothing was changed." in said
    assert officer.sheets() == clicked


def test_a_click_on_undo_brings_back_the_file_and_what_is_shown_and_another_takes_it_back(officer):
    before, may = officer.path.read_bytes(), officer.sheets()
    officer.clicks("RefreshMonth", "ok")
    june = officer.sheets()
    (asked,) = officer.clicks("UndoLastChange", "cancel")
    assert "This takes back: Refresh month, Jun 2015." in asked
    assert officer.path.read_bytes() == before
    assert officer.sheets() == june

    assert officer.clicks("UndoLastChange", "ok")[1].startswith("Done.")
    assert officer.path.read_bytes() == before
    assert officer.sheets() == may

    assert officer.clicks("UndoLastChange", "ok")[1].startswith("Done.")
    same_workbook(june, officer.sheets())


def closed_twin(to_may: Path, folder: Path, clicked: Sheets) -> Sheets:
    """The same workbook, refreshed as a closed file at the same second by the same officer."""
    log = clicked.tables[RefreshLog.TABLE]
    when = log.rows[-1][log.headings.index(RefreshLog.WHEN)]
    (folder / "twin").mkdir()
    twin = ClosedBook(Path(shutil.copy(to_may, folder / "twin")))
    shutil.copy(RETURN, folder / "twin")
    occasion = Occasion(when, getpass.getuser(), __version__)
    assert refresh_book(twin, occasion, tell=print, agree=lambda: True)
    return twin.read()


def test_the_workbook_of_the_button_changes_and_not_the_one_in_front(
    officer, calc, folder, to_may, tmp_path
):
    (tmp_path / "in front").mkdir()
    front = Officer(calc, folder, Path(shutil.copy(to_may, tmp_path / "in front" / "Other.xlsm")))
    before = front.sheets()
    assert len(officer.clicks("RefreshMonth", "ok")) == 2
    assert front.sheets() == before
    assert officer.sheets().tables[Dataset.TABLE].headings[15] == "Jun 2015"


def test_a_merged_cell_in_the_way_is_said_and_nothing_changes(officer):
    before = officer.sheets()
    log = before.tables[RefreshLog.TABLE]
    officer.calc.merge(log.sheet, [log.first_row + len(log.rows) + 4, 2, 1, 3])
    (said,) = officer.clicks("RefreshMonth", "ok")
    assert "Table RefreshLog: Cells are merged below it" in said
    assert "Nothing was changed." in said
    assert officer.sheets() == before
