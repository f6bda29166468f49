"""The ribbon's Share copy, over a workbook in memory: what the officer sees, what is written."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.support.books import new_sheets
from tests.support.memory_engine import MemoryBook, open_in_memory
from tests.support.officer import at_work, saved_book, write_return
from tests.support.share_data import count, ratio
from xl_addin import macros
from xl_addin.excel import error_log, live
from xl_addin.excel.account import user_name
from xl_addin.excel.opened import OpenBook
from xl_addin.layout import Commentary, DataNotes, Measures, Settings, SharedCopies
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.notes import DataNote, note_row
from xl_addin.table import text_of
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


def without_counts(tmp_path: Path, *refs: str) -> MemoryBook:
    """A workbook with percentages of which nobody knows of how many they are."""
    shown = [Measure(ref, "Area", f"Per cent {ref}", unit=Unit.PERCENTAGE) for ref in refs]
    memory = saved_book(tmp_path, new_sheets(Catalogue((count("W"), *shown))))
    write_return(tmp_path, "W,2015-06,,,585,,", *(f"{ref},2015-06,,,51%,," for ref in refs))
    macros.refresh_month(at_work(memory, "ok")[0])
    return memory


def agreed_in(book) -> list[str]:
    """Who agreed, measure by measure, as Measures says."""
    table = OpenBook(book).read().tables[Measures.TABLE]
    return [text_of(record[Measures.SHOWN]) for _, record in table.records()]


def shown_in_june(folder: Path) -> dict[str, object]:
    made = max(folder.glob("*share copy*.xlsx"), key=lambda path: path.stat().st_mtime_ns)
    rows = openpyxl.load_workbook(made)["Dataset"].iter_rows(values_only=True)
    return {str(row[0]): row[15] for row in rows if len(row) > 15}


def test_a_percentage_without_counts_is_shown_by_the_name_of_who_says_yes(tmp_path):
    memory = without_counts(tmp_path, "X")
    book, officer = at_work(memory, "yes", "yes")
    macros.share_copy(book)
    _, asked, done = officer.boxes
    assert "Nobody can say how few people X is about" in asked
    assert f"writes your name, {user_name()}, and the day into “Shown without counts”" in asked
    assert shown_in_june(tmp_path)["X"] == 0.51
    agreed = agreed_in(book)
    assert agreed[0] == "" and re.fullmatch(
        rf"{re.escape(user_name())}, \d+ [A-Z][a-z]{{2}} \d{{4}}", agreed[1]
    )
    assert f"Measures says who agreed: {agreed[1]}" in done
    book, officer = at_work(memory, "yes")
    macros.share_copy(book)
    assert len(officer.boxes) == 2, "it is not asked again"


@pytest.mark.parametrize("answer", ["no", "cancel", None])
def test_without_a_yes_a_percentage_without_counts_stays_hidden(tmp_path, answer):
    memory = without_counts(tmp_path, "X")
    book, _ = at_work(memory, "yes", answer)
    macros.share_copy(book)
    assert shown_in_june(tmp_path)["X"] == "[c]"
    assert agreed_in(book) == ["", ""]


def test_of_several_percentages_without_counts_it_is_asked_one_by_one_where_any_is_wanted(tmp_path):
    memory = without_counts(tmp_path, "X", "Y")
    book, officer = at_work(memory, "yes", "yes", "no", "yes")
    macros.share_copy(book)
    assert "• X Per cent X" in officer.boxes[1] and "• Y Per cent Y" in officer.boxes[1]
    shown = shown_in_june(tmp_path)
    assert (shown["X"], shown["Y"]) == ("[c]", 0.51)
    assert [bool(who) for who in agreed_in(book)] == [False, False, True]
    book, officer = at_work(without_counts(tmp_path, "X", "Y"), "yes", "no")
    macros.share_copy(book)
    assert len(officer.boxes) == 3, "one No for all"


def test_it_is_not_asked_of_percentages_where_every_figure_is_shown(tmp_path):
    book, officer = at_work(without_counts(tmp_path, "X"), "no")
    macros.share_copy(book)
    assert len(officer.boxes) == 2


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


SAID = {"V": "A family of three left", "W": "Busier: 3 of V"}


def with_commentary_on_a_hidden_figure(tmp_path: Path) -> MemoryBook:
    """V is 3, W is next to it and its commentary holds a number."""
    sheets = new_sheets(Catalogue((count("W"), count("V"), ratio("R", "V", "W"))))
    table = sheets.tables[Commentary.TABLE]
    rows = tuple((date(2015, 6, 1), ref, words, *[None] * 3) for ref, words in SAID.items())
    tables = {**sheets.tables, Commentary.TABLE: replace(table, rows=rows)}
    memory = saved_book(tmp_path, replace(sheets, tables=tables))
    write_return(tmp_path, "W,2015-06,,,585,,", "V,2015-06,,,3,,")
    macros.refresh_month(at_work(memory, "ok")[0])
    return memory


@pytest.mark.parametrize(
    ("answers", "stand"),
    [(["yes", "yes"], "WV"), (["no", "yes"], "V"), (["yes", "cancel"], "W"), ([None, "no"], "")],
    ids=["both", "the second", "the first", "none"],
)
def test_withheld_commentary_stands_measure_by_measure_where_the_officer_finds_it_safe(
    tmp_path, answers, stand
):
    memory = with_commentary_on_a_hidden_figure(tmp_path)
    book, officer = at_work(memory, "yes", *answers)
    macros.share_copy(book)
    _, first, second, done = officer.boxes
    assert "• W “Busier: 3 of V”" in first and "• V “A family of three left”" in first
    assert "The commentary on W is about" in first and "The commentary on V is about" in second
    (made,) = tmp_path.glob("*share copy*.xlsx")
    cells = openpyxl.load_workbook(made)["Summary"].iter_rows(values_only=True)
    texts = {str(cell) for row in cells for cell in row}
    for ref, words in SAID.items():
        assert (words in texts) is (ref in stand)
        kept_back = f"Withheld from the Summary: the commentary on {ref}" in done
        assert kept_back is (ref not in stand)
    assert "--safe-commentary" not in " ".join(officer.boxes)


def test_the_box_after_a_share_says_it_is_ready_then_what_to_look_at_then_what_is_hidden(tmp_path):
    memory = with_notes_on_a_hidden_figure(tmp_path)
    book, officer = at_work(memory, "yes", "no", "yes")
    macros.share_copy(book)
    ready, *rest = officer.boxes[-1].splitlines()
    assert ready.endswith("share copy.xlsx is ready: Jun 2015, audited, no macros, no formulas.")
    assert [line.split(":")[0] for line in rest] == [
        "Please look at",
        "",
        "Withheld from the data notes",
        "",
        "1 figure is hidden (not part of the copy",
        "  V",
        "Signals and sentences of 1 measure are withheld",
    ]


def test_a_box_without_room_for_all_that_is_to_be_said_shows_the_most_pressing(tmp_path):
    refs = [f"X{number}" for number in range(9)]
    book, officer = at_work(without_counts(tmp_path, *refs), "yes", "no", "no")
    macros.share_copy(book)
    lines = officer.boxes[-1].splitlines()
    assert lines[0].endswith("is ready: Jun 2015, audited, no macros, no formulas.")
    assert lines[1].startswith("Please look at: Nobody knows of how many X0, X1")
    assert lines[2:4] == [
        "9 figures are hidden (not part of the copy: keep to yourself):",
        "… and 10 more lines.",
    ]
    kept = next(tmp_path.rglob("What was said last.txt")).read_text(encoding="utf-8")
    assert "  X8: of how many people it tells, nobody knows" in kept
