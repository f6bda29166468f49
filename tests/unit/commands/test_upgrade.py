"""Upgrading a workbook: asked first, kept before, at one stroke; by the command and the button."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from tests.support.books import new_sheets, with_cell
from tests.support.command_line import run_here
from tests.support.editions import OCCASION, copied, read, silent
from tests.support.filed_books import filed
from tests.support.memory_engine import Cell
from tests.support.officer import CATALOGUE, at_work, cell, saved_book, write_return
from tests.support.places import EDITIONS
from xl_addin import macros
from xl_addin.commands.upgrade import upgrade_book
from xl_addin.dataset.editions import PRESENT, lacks
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.backups import read_backups
from xl_addin.excel.closed import held
from xl_addin.excel.upgrade import Upgraded
from xl_addin.layout import History, Settings
from xl_addin.ooxml.area import address
from xl_addin.ooxml.cells import value_cell
from xl_addin.table import Sheets

pytestmark = pytest.mark.usefixtures("way")

DEMO = EDITIONS / "1" / "demo.xlsm"


@pytest.fixture
def book(tmp_path):
    return copied(DEMO, tmp_path)


@pytest.fixture
def command(monkeypatch, capsys):
    return lambda *words, answer="": run_here(monkeypatch, capsys, *words, answer=answer)


def test_the_command_says_what_is_new_asks_and_keeps_a_backup(book, command):
    code, said = command("upgrade", book, answer="y\n")
    assert code == 0
    assert f"demo.xlsm becomes a workbook of edition {PRESENT}. All you put in it stays." in said
    assert "• The sheet History is called Figures recorded" in said
    assert "Done. Undo takes this back" in said
    (backup,) = read_backups(book.with_name("demo backups"))
    assert backup.copy.read_bytes() == DEMO.read_bytes()
    assert backup.change == f"Upgrade to edition {PRESENT}"
    assert read(book).edition == PRESENT


def test_no_changes_nothing(book, command):
    code, said = command("upgrade", book, answer="n\n")
    assert code == 0 and said.endswith("Nothing was changed.\n")
    assert book.read_bytes() == DEMO.read_bytes()
    assert list(book.parent.iterdir()) == [book]


def test_a_workbook_of_the_present_edition_is_left_alone(book, command):
    command("upgrade", book, "--yes")
    after = book.read_bytes()
    code, said = command("upgrade", book, "--yes")
    assert code == 0 and "is of edition 2 already. Nothing was changed." in said
    assert book.read_bytes() == after
    assert len(read_backups(book.with_name("demo backups"))) == 1


def test_a_workbook_open_in_excel_is_refused(book, command):
    book.with_name("~$demo.xlsm").write_bytes(b"\x05A. Of")
    code, said = command("upgrade", book, "--yes")
    assert code == 1 and "It is open in Excel (A. Of). Close it there." in said
    assert book.read_bytes() == DEMO.read_bytes()


def test_the_command_line_offers_the_upgrade_at_each_refresh_of_an_older_workbook(book, command):
    july = write_return(book.parent, "M1,2015-07,,,1300,,")
    code, said = command("refresh", book, "--return", july, "--yes")
    assert code == 0
    assert said.startswith("This workbook is of edition 1; the present one is 2.")
    assert 'xl-addin upgrade "demo.xlsm"' in said.splitlines()[0]
    command("upgrade", book, "--yes")
    _, said = command("refresh", book, "--return", july, "--yes")
    assert "edition" not in said


def test_what_was_saved_by_someone_else_meanwhile_stays(book):
    def save_meanwhile() -> bool:
        book.write_bytes(DEMO.read_bytes() + b"more")
        return True

    with held(book) as closed, pytest.raises(WorkbookRefused, match="in the meantime"):
        upgrade_book(closed, OCCASION, tell=silent, agree=save_meanwhile)
    assert book.read_bytes() == DEMO.read_bytes() + b"more"


def test_a_loss_of_anything_that_was_there_refuses_the_upgrade(book, monkeypatch):
    """Should a graft ever touch what was there, nothing is written."""

    def careless(workbook) -> None:
        table = workbook.table(History.TABLE)
        sheet = workbook.sheet(table.sheet)
        place = table.body.first_row, table.column(History.VALUE)
        sheet.put(*place, value_cell(sheet.prefix, address(*place), 0, 7.0))

    monkeypatch.setattr("xl_addin.excel.upgrade._level_axes", careless)
    with held(book) as closed, pytest.raises(WorkbookRefused) as refusal:
        upgrade_book(closed, OCCASION, tell=silent, agree=lambda: True)
    assert "After the upgrade, the table History would not be as it was." in str(refusal.value)
    assert book.read_bytes() == DEMO.read_bytes()


def test_a_workbook_of_the_first_edition_is_upgraded_when_its_refresh_button_asks(open_book):
    book, officer = at_work(open_book, "yes")
    macros.refresh_month(book)
    asked, done = officer.boxes
    assert asked.startswith("This workbook was made by an older xl-addin (edition 1).")
    assert "• New sheet: Targets" in done and done.endswith("Now choose Refresh month again.")
    assert (edition(open_book), open_book.opened) == (PRESENT, 1)
    (backup,) = read_backups(Path(open_book.fullname).with_name("Dataset backups"))
    assert backup.is_whole and backup.change == f"Upgrade to edition {PRESENT}"


def test_no_refreshes_an_older_workbook_as_it_is(open_book):
    write_return(Path(open_book.fullname).parent)
    book, officer = at_work(open_book, "no", "ok")
    macros.refresh_month(book)
    assert officer.boxes[-1].startswith("Done.")
    assert (edition(open_book), cell(open_book, "M1", "Jun 2015")) == (1, 585.0)


def test_cancel_leaves_an_older_workbook_alone(open_book):
    write_return(Path(open_book.fullname).parent)
    before = open_book.state()
    book, officer = at_work(open_book, "cancel")
    macros.refresh_month(book)
    assert len(officer.boxes) == 1 and open_book.state() == before


def test_the_upgrade_button_asks_and_opens_the_workbook_again(open_book):
    book, officer = at_work(open_book, "ok")
    macros.upgrade_workbook(book)
    assert officer.boxes[0].endswith("Excel closes the workbook and opens it again.")
    assert officer.boxes[1].startswith("Done. Undo takes this back")
    assert (edition(open_book), open_book.opened) == (PRESENT, 1)
    book, officer = at_work(open_book)
    macros.upgrade_workbook(book)
    assert officer.boxes[0].endswith("is of edition 2 already. Nothing was changed.")


def test_an_open_workbook_with_something_not_saved_is_to_be_saved_first(open_book):
    (place,) = [at for at, found in open_book.cells["Measures"].items() if found.content == "MASH"][
        :1
    ]
    open_book.cells["Measures"][place] = Cell("Front door")
    book, officer = at_work(open_book)
    macros.upgrade_workbook(book)
    assert "There is something in it that is not saved. Save it (Ctrl+S)" in officer.boxes[0]
    assert (edition(open_book), open_book.opened) == (1, 0)


@pytest.fixture
def open_book(tmp_path, monkeypatch):
    """A workbook of the first edition that is open, and what upgrades its file of another kind."""
    old = with_cell(new_sheets(CATALOGUE), Settings.TABLE, Settings.FORMAT, "Value", 1.0)
    names = {name: values for name, values in old.names.items() if name not in lacks(1)}
    memory = filed(saved_book(tmp_path, Sheets(old.tables, names)))

    def upgrade(path: Path, data: bytes) -> Upgraded:
        cells, *rest = pickle.loads(data[4:])
        place = place_of_format(cells[Settings.TABLE])
        if cells[Settings.TABLE][place].content == PRESENT:
            return Upgraded(data, ())
        cells[Settings.TABLE][place] = Cell(float(PRESENT))
        return Upgraded(data[:4] + pickle.dumps((cells, *rest)), ("New sheet: Targets",))

    monkeypatch.setattr("xl_addin.excel.upgrade.upgrade", upgrade)
    return memory


def place_of_format(cells) -> tuple[int, int]:
    (place,) = [at for at, found in cells.items() if found.content == Settings.FORMAT]
    return place[0], place[1] + 1


def edition(memory) -> float:
    return memory.cells[Settings.TABLE][place_of_format(memory.cells[Settings.TABLE])].content
