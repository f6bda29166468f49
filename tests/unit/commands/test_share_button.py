"""The ribbon's Share copy, over a workbook in memory: what the officer sees, what is written."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.support.books import new_sheets
from tests.support.memory_engine import MemoryBook, open_in_memory
from tests.support.officer import at_work, saved_book, write_return
from tests.support.share_data import count
from xl_addin import macros
from xl_addin.excel import error_log, live
from xl_addin.excel.account import user_name
from xl_addin.excel.opened import OpenBook
from xl_addin.layout import DataNotes, Settings, SharedCopies
from xl_addin.measure import Catalogue
from xl_addin.notes import DataNote, note_row
from xl_addin.values import replace

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


SHOWN_ONCE = "V in Jun 2015 is a small count by today's threshold"


def type_in(memory: MemoryBook, name: str, value: float) -> None:
    """An officer types a value into Settings."""
    table = live.read(open_in_memory(memory)).tables[Settings.TABLE]
    at = table.first_row + [row[0] for row in table.rows].index(name)
    cells = memory.cells[table.sheet]
    cells[at, 2] = type(cells[at, 2])(value)


def shared_by_a_lower_threshold(tmp_path: Path) -> MemoryBook:
    """A copy by a threshold of 5 shows that V is 9; from then on 10 is small."""
    memory = saved_book(tmp_path, new_sheets(Catalogue((count("W"), count("V")))))
    write_return(tmp_path, "W,2015-06,,,585,,", "V,2015-06,,,9,,")
    macros.refresh_month(at_work(memory, "ok")[0])
    type_in(memory, Settings.SMALL_COUNT, 5.0)
    macros.share_copy(at_work(memory, "yes")[0])
    type_in(memory, Settings.SMALL_COUNT, 10.0)
    return memory


def copies(folder: Path) -> int:
    return len(list(folder.glob("*share copy*.xlsx")))


def test_a_count_that_comes_out_anyway_is_shared_by_the_name_of_who_says_yes(tmp_path):
    memory = shared_by_a_lower_threshold(tmp_path)
    book, officer = at_work(memory, "yes", "yes")
    macros.share_copy(book)
    _, asked, done = officer.boxes
    assert SHOWN_ONCE in asked and "--consent" not in asked
    assert f"your name, {user_name()}, is recorded as the one who agreed" in asked
    assert "is ready: Jun 2015, audited" in done and copies(tmp_path) == 2
    kept = OpenBook(book).read().tables[SharedCopies.TABLE]
    place = kept.headings.index(SharedCopies.CONSENT)
    assert [row[place] for row in kept.rows if row[place]] and kept.rows[-1][place] == user_name()


@pytest.mark.parametrize("answer", ["no", "cancel", None])
def test_without_a_yes_no_copy_is_made_of_a_count_that_comes_out_anyway(tmp_path, answer):
    memory = shared_by_a_lower_threshold(tmp_path)
    before = memory.state()
    book, officer = at_work(memory, "yes", answer)
    macros.share_copy(book)
    assert len(officer.boxes) == 2 and copies(tmp_path) == 1
    assert memory.state() == before


WORDS = ("Counted by hand", "As before")


def with_notes_on_a_hidden_figure(tmp_path: Path) -> MemoryBook:
    sheets = new_sheets(Catalogue((count("W"), count("V"))))
    notes = sheets.tables[DataNotes.TABLE]
    rows = tuple(note_row(DataNote(n, "V", words)) for n, words in enumerate(WORDS, 1))
    tables = {**sheets.tables, DataNotes.TABLE: replace(notes, rows=rows)}
    memory = saved_book(tmp_path, replace(sheets, tables=tables))
    write_return(tmp_path, "W,2015-06,,,585,,", "V,2015-06,,,3,,")
    macros.refresh_month(at_work(memory, "ok")[0])
    return memory


@pytest.mark.parametrize(
    ("answers", "stand"),
    [
        (["yes", "yes"], WORDS),
        (["no", "yes"], WORDS[1:]),
        (["yes", "cancel"], WORDS[:1]),
        ([None, "no"], ()),
    ],
    ids=["both", "the second", "the first", "none"],
)
def test_withheld_notes_stand_one_by_one_where_the_officer_finds_them_safe(
    tmp_path, answers, stand
):
    memory = with_notes_on_a_hidden_figure(tmp_path)
    book, officer = at_work(memory, "yes", *answers)
    macros.share_copy(book)
    _, first, second, done = officer.boxes
    assert "• 1 “V: Counted by hand”" in first and "• 2 “V: As before”" in first
    assert "Note 1 is about" in first and "Note 2 is about" in second
    (made,) = tmp_path.glob("*share copy*.xlsx")
    notes = [str(cell.value) for cell in openpyxl.load_workbook(made)["Data notes"]["C"]]
    assert tuple(words for words in WORDS if words in notes) == stand
    assert all(
        (f"Withheld from the data notes: {n}" in done) is (words not in stand)
        for n, words in enumerate(WORDS, 1)
    )
    assert "--safe-note" not in " ".join(officer.boxes)
