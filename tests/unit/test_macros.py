"""The buttons: what an officer sees and what happens to the workbook, over one in memory."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import xlwings as xw

from tests.support.books import new_sheets
from tests.support.memory_engine import MemoryBook, calls_to, open_in_memory
from tests.support.officer import (
    WINDOW,
    OfficerApp,
    at_work,
    cell,
    page,
    saved_book,
    window_with,
    write_return,
)
from xl_addin import macros
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import error_log, live
from xl_addin.excel.find_open import calling_book, open_book
from xl_addin.excel.lock import one_at_a_time
from xl_addin.layout import Commentary, Dataset, Measures, RefreshLog
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.update import AppendRows, Update

pytestmark = pytest.mark.usefixtures("own_log", "way")


def backups(folder: Path) -> list[Path]:
    return list(folder.glob("*backups/*.xlsm"))


def test_a_month_is_refreshed_after_showing_what_will_change_and_asking(tmp_path):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    book, officer = at_work(memory, "ok")
    macros.refresh_month(book)
    asked, done = officer.boxes
    assert "Jun 2015: 3 of 3 figures" in asked
    assert asked.endswith("Refresh the workbook?")
    assert done == "Done. The workbook as it was is kept in “Dataset backups”."
    assert cell(memory, "M1", "Jun 2015") == 585.0
    assert cell(memory, "M3", "Jun 2015") == 230 / 585
    assert [path.read_bytes() for path in backups(tmp_path)] == [b"as it was saved"]


@pytest.mark.parametrize("answer", ["cancel", None], ids=["cancel or Esc", "closed"])
def test_an_answer_that_is_not_ok_changes_nothing(tmp_path, answer):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    before = memory.state()
    book, officer = at_work(memory, answer)
    macros.refresh_month(book)
    assert (memory.state(), backups(tmp_path), len(officer.boxes)) == (before, [], 1)


def refused(memory: MemoryBook, *answers: str, while_asked=lambda: None, macro=None) -> str:
    """What the officer is told when a button does nothing; the workbook is untouched."""
    before = memory.state()
    book, officer = at_work(memory, *answers)
    officer.while_asked = while_asked
    (macro or macros.refresh_month)(book)
    assert memory.state() == before
    assert backups(Path(memory.fullname).parent) == []
    assert officer.modes[-1] == "critical"
    assert "Traceback" not in officer.boxes[-1]
    assert "Nothing was changed." in officer.boxes[-1]
    assert "A log is kept: " in officer.boxes[-1]
    return officer.boxes[-1]


def test_a_return_that_is_deleted_while_the_question_is_shown_changes_nothing(tmp_path):
    path = write_return(tmp_path)
    said = refused(saved_book(tmp_path), "ok", while_asked=path.unlink)
    assert "June.csv: There is no such file or folder. Check its name." in said


def test_a_return_that_is_changed_while_the_question_is_shown_changes_nothing(tmp_path):
    write_return(tmp_path)
    said = refused(
        saved_book(tmp_path),
        "ok",
        while_asked=lambda: write_return(tmp_path, "M1,2015-06,,,586,,"),
    )
    assert "June.csv: It was changed after it had been checked." in said


def test_a_second_click_while_the_question_is_shown_is_refused_and_the_first_goes_on(tmp_path):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    second, impatient = at_work(memory)
    book, officer = at_work(memory, "ok")
    officer.while_asked = lambda: macros.refresh_month(second)
    macros.refresh_month(book)
    assert any("xl-addin is at work on this workbook already." in b for b in impatient.boxes)
    assert cell(memory, "M1", "Jun 2015") == 585.0


HOLD = """
import sys; from pathlib import Path; from xl_addin.excel import error_log, lock
lock.log_path = lambda: Path(sys.argv[2])
with lock.one_at_a_time(Path(sys.argv[1])): print("held", flush=True); sys.stdin.read()
"""


@pytest.mark.in_memory
def test_a_workbook_is_free_again_when_the_process_that_held_it_is_killed(tmp_path, own_log):
    book = tmp_path / "Dataset.xlsm"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(book), str(own_log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(WorkbookRefused, match="at work on this workbook already"),
        one_at_a_time(book),
    ):
        pass
    with one_at_a_time(tmp_path / "Another.xlsm"):
        holder.kill()
    holder.wait()
    with one_at_a_time(book):
        pass


def test_a_table_that_the_officer_renamed_is_said(tmp_path):
    memory = saved_book(tmp_path)
    memory.tabled["Tabelle1"] = memory.tabled.pop(Measures.TABLE)
    write_return(tmp_path)
    assert "The table “Measures” is not there." in refused(memory)


def test_a_filtered_dataset_is_said(tmp_path):
    memory = saved_book(tmp_path)
    memory.said["FilterMode", Dataset.TABLE] = True
    write_return(tmp_path)
    assert "Some of its rows are hidden by a filter. Choose Data, Clear" in refused(memory)


def test_merged_cells_below_a_table_are_said_and_others_are_no_matter(tmp_path):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    log = memory.tabled[RefreshLog.TABLE].sheet
    memory.merges[log] = {(1, 30), (1, 31)}
    macros.check_workbook(at_work(memory)[0])
    memory.merges[log] = {(50, 3), (50, 4)}
    assert "Table RefreshLog: Cells are merged below it" in refused(memory)


def test_merged_cells_below_the_page_are_no_matter_while_no_measure_comes_or_goes(tmp_path):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    memory.merges[Dataset.TABLE] = {(50, 3), (50, 4)}
    book, officer = at_work(memory, "ok")
    macros.refresh_month(book)
    assert officer.boxes[-1].startswith("Done.")


def test_a_sorted_dataset_is_brought_back_into_its_order(tmp_path):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    macros.refresh_month(at_work(memory, "ok")[0])
    refs = {row: memory.cells["Dataset"][row, 1] for row in (2, 3, 4)}
    assert [c.content for c in refs.values()] == ["M1", "M2", "M3"]
    block = {row: [memory.cells["Dataset"].get((row, c)) for c in range(1, 22)] for row in (2, 4)}
    for row, cells in ((2, block[4]), (4, block[2])):
        for column, found in enumerate(cells, 1):
            memory.cells["Dataset"].pop((row, column), None)
            if found:
                memory.cells["Dataset"][row, column] = found
    assert [row[0] for row in page(memory).rows] == ["M3", "M2", "M1"]
    write_return(tmp_path, "M1,2015-07,,,600,,", "M2,2015-07,,,200,,")
    macros.refresh_month(at_work(memory, "ok")[0])
    assert [row[0] for row in page(memory).rows] == ["M1", "M2", "M3"]
    assert [cell(memory, "M1", month) for month in ("Jun 2015", "Jul 2015")] == [585.0, 600.0]


NAMES = [
    "Dataset.xlsm",
    "Dataset = new (2).xlsm",
    "--wb=Dataset.xlsm",
    "Kinder- und Familien für Ämter.xlsm",
    "Children's dataset.xlsm",
]


@pytest.fixture
def excel(tmp_path, monkeypatch):
    """Excel with a workbook open for each name; the last one is the active one."""
    memories = [saved_book(tmp_path, name=name) for name in NAMES]
    engine, officers = window_with(memories, "ok")
    monkeypatch.setattr(xw.engines, "active", engine)
    return dict(zip(NAMES, zip(memories, officers, strict=True), strict=True))


@pytest.mark.in_memory
@pytest.mark.parametrize("name", NAMES)
def test_the_button_changes_its_own_workbook_whatever_its_name_and_whichever_is_active(
    excel, tmp_path, monkeypatch, name
):
    write_return(tmp_path)
    before = {other: memory.state() for other, (memory, _) in excel.items()}
    arguments = ["-c", f"--wb={name.upper()}", "--from_xl=1", f"--hwnd={WINDOW}"]
    monkeypatch.setattr(sys, "argv", arguments)
    macros.refresh_month()
    changed = [other for other, (memory, _) in excel.items() if memory.state() != before[other]]
    assert changed == [name]
    told = [box for _, officer in excel.values() for box in officer.boxes]
    assert told[-1].startswith("Done.")


@pytest.mark.in_memory
@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_is_found_from_outside_by_its_path(excel, tmp_path, name):
    assert open_book(tmp_path / name).name == name
    with pytest.raises(WorkbookRefused, match=r"The workbook is not open in Excel\. Open it"):
        open_book(tmp_path / "elsewhere" / name)


@pytest.mark.in_memory
def test_a_workbook_in_another_window_of_excel_is_not_the_calling_one(excel):
    for arguments in (["--wb=Dataset.xlsm", "--hwnd=1"], ["--wb=Data.xlsm"], ["--from_xl=1"]):
        with pytest.raises(WorkbookRefused, match="is not open any more"):
            calling_book(arguments)


@pytest.mark.in_memory
def test_excel_that_is_not_open_is_said(monkeypatch):
    monkeypatch.setattr(xw.engines, "active", None)
    with pytest.raises(WorkbookRefused, match="Excel is not open on this computer"):
        open_book(Path("Dataset.xlsm"))


@pytest.mark.in_memory
def test_excel_in_which_a_cell_is_edited_is_not_asked_for_its_workbooks(excel, tmp_path):
    excel[NAMES[-1]][0].said["Ready", ""] = False
    with pytest.raises(WorkbookRefused, match="Press Enter or Esc"):
        open_book(tmp_path / NAMES[0])


@pytest.mark.in_memory
def test_a_button_whose_workbook_is_gone_ends_with_a_sentence(excel, monkeypatch, own_log):
    monkeypatch.setattr(sys, "argv", ["-c", "--wb=Gone.xlsm", f"--hwnd={WINDOW}"])
    with pytest.raises(SystemExit) as ended:
        macros.refresh_month()
    assert str(ended.value).splitlines() == [
        "• Gone.xlsm: The workbook whose button was pressed is not open any more. Open it in "
        "Excel, then try again.",
        f"A log is kept: {own_log}",
    ]


RESIZE = ("Table.resize", "ListObject.Resize()")


def test_when_excel_fails_the_officer_gets_a_sentence_and_the_log_the_traceback(tmp_path, own_log):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    before = memory.state()
    book, officer = at_work(memory, "ok")
    calls = calls_to(book)
    calls.fails = lambda _: calls.made[-1] in RESIZE and calls.made.count(calls.made[-1]) == 1
    macros.refresh_month(book)
    assert memory.state() == before
    assert "• Performance: Something happened that xl-addin does not know how" in officer.boxes[-1]
    assert f"A log is kept: {own_log}" in officer.boxes[-1]
    assert "Traceback" not in officer.boxes[-1]
    log = own_log.read_text(encoding="utf-8")
    assert re.search(r"Refresh month: [\w.]+\.(ExcelFailed|com_error)$", log, re.MULTILINE)
    assert "in refresh_book" in log


def test_a_workbook_that_could_not_be_put_back_is_not_said_to_be_unchanged(tmp_path):
    memory = saved_book(tmp_path)
    write_return(tmp_path)
    book, officer = at_work(memory, "ok")
    calls = calls_to(book)
    calls.fails = lambda _: calls.made[-1] in RESIZE
    macros.refresh_month(book)
    assert "Close it without saving" in officer.boxes[-1]
    assert "Nothing was changed" not in officer.boxes[-1]
    assert "-2147" not in officer.boxes[-1], "what Excel says, without the numbers around it"


def test_the_log_holds_no_figures(tmp_path, own_log, monkeypatch):
    write_return(tmp_path, "M1,2015-06,,,58599 children,,")
    assert "58599" in refused(saved_book(tmp_path))
    figure = "58599"

    def fail(*args, **options):
        raise RuntimeError(figure) from ValueError(figure)

    monkeypatch.setattr(macros, "refresh_book", fail)
    refused(saved_book(tmp_path))
    log = own_log.read_text(encoding="utf-8")
    assert "builtins.ValueError led to" in log
    assert "June.csv, row 2" in log
    assert "58599" not in log


@pytest.mark.in_memory
def test_a_log_that_grew_large_is_put_aside_once(own_log):
    own_log.parent.mkdir(parents=True)
    own_log.write_text("old\n" * 300_000)
    error_log.record("Check", ValueError())
    assert "old" not in own_log.read_text()
    assert own_log.with_suffix(".old.log").read_text().startswith("old\n")


def test_a_log_that_cannot_be_kept_is_said(tmp_path, monkeypatch):
    def full(doing, error):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(error_log, "record", full)
    book, officer = at_work(saved_book(tmp_path))
    macros.refresh_month(book)
    assert officer.boxes[-1].endswith("A log could not be kept: No space left on device.")


@pytest.mark.in_memory
def test_when_not_even_a_box_can_be_shown_the_program_ends_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(OfficerApp, "alert", lambda *a: {}["no such button"])
    with pytest.raises(SystemExit, match=r"^• Performance: Something happened") as ended:
        macros.refresh_month(at_work(saved_book(tmp_path))[0])
    assert "Traceback" not in str(ended.value)


SIXTY = [f"M1,Juny {number},,,5,," for number in range(60)]
KEPT = "All of it stands in “What was said last.txt” in the folder “Dataset backups”."


def test_a_long_list_of_what_is_wrong_says_how_many_and_where_all_of_it_stands(tmp_path):
    write_return(tmp_path, *SIXTY)
    memory = saved_book(tmp_path)
    book, officer = at_work(memory)
    macros.refresh_month(book)
    told, _, below = officer.boxes[-1].partition("\n\n")
    assert (len(officer.boxes), len([*told.splitlines(), *below.splitlines()])) == (1, 8)
    assert told.splitlines()[-2:] == ["… and 56 more lines.", KEPT]
    assert below.splitlines()[0] == "Nothing was changed."
    kept = (tmp_path / "Dataset backups" / "What was said last.txt").read_bytes()
    lines = kept.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Refresh month, ") and lines[0].endswith(", Dataset.xlsm")
    assert lines[2].startswith("• June.csv, row 2: “Juny 0” cannot be read as a month. Write")
    assert len([line for line in lines if line.startswith("• June.csv, row ")]) == 60


def test_a_list_that_cannot_be_kept_is_shown_whole_before(tmp_path):
    write_return(tmp_path, *SIXTY)
    (tmp_path / "Dataset backups").write_bytes(b"no folder")
    book, officer = at_work(saved_book(tmp_path))
    macros.refresh_month(book)
    *before, last = officer.boxes
    assert sum(box.count("• June.csv, row ") for box in before) == 60
    assert all(len(box.splitlines()) <= 20 for box in before)
    assert "All of it stood in the boxes before this one." in last
    assert (tmp_path / "Dataset backups").read_bytes() == b"no folder"


def test_problems_of_a_kind_are_one_line_of_the_box(tmp_path):
    write_return(tmp_path, *(f"X{number},2015-06,,,1,," for number in range(60)))
    said = refused(saved_book(tmp_path))
    assert "June.csv: 60 rows name no measure that is in Measures: “X0” (row 2), “X1”" in said
    assert " … " not in said  # cut off in the middle
    write_return(tmp_path, *(f"M1,2015-06,,,{number}.5,," for number in range(60)))
    said = refused(saved_book(tmp_path))
    (line,) = [line for line in said.splitlines() if line.startswith("•")]
    assert line.startswith("• June.csv: M1 is 0.5 (row 2), M1 is 1.5 (row 3), M1 is 2.5 (row 4)")
    assert line.endswith(" more. Give a whole number.")
    assert said.count("•") == 1


def test_what_is_unusual_stands_first_in_the_box_and_nothing_to_look_at_is_cut_off(tmp_path):
    catalogue = Catalogue(tuple(Measure(f"M{n}", "MASH", f"Count {n}") for n in range(1, 61)))
    memory = saved_book(tmp_path, new_sheets(catalogue))
    usual = [1000.0, 1010.0, 990.0, 1005.0, 995.0, 1000.0, 1010.0, 990.0, 1005.0]
    for month, figure in enumerate(usual, 1):
        write_return(tmp_path, *(f"M{n},2015-{month:02},,,{figure},," for n in range(1, 61)))
        macros.refresh_month(at_work(memory, "ok")[0])
    noted = [f"M{n},2015-10,,,1000,,Late by {n}" for n in range(2, 42)]
    write_return(tmp_path, "M1,2015-10,,,13010,,", *noted)
    book, officer = at_work(memory, "no", "yes")
    macros.refresh_month(book)
    asked, *pages, again, done = officer.boxes
    assert asked.splitlines()[0] == "Please look at:"
    assert "13010 for Oct 2015 is" in asked.splitlines()[1]
    assert "Oct 2015: 41 of 60 figures, 19 missing" in asked
    assert "19 measures have neither a figure nor a reason for Oct 2015: M42, M43" in asked
    assert "No shows all of this first, Cancel changes nothing." in asked
    assert again == asked
    assert len(asked.partition("\n\n")[0].splitlines()) <= 8
    assert "59 notes added: 1 (M2), 2 (M3)" in "\n".join(pages)
    assert "more lines" not in "\n".join(pages)
    assert all(len(box.splitlines()) <= 20 for box in pages)
    assert len(done.splitlines()) <= 8
    assert "stands in the last row of “RefreshLog”, under Warnings." in officer.boxes[-1]
    log = live.read(open_in_memory(memory)).tables[RefreshLog.TABLE]
    kept = log.rows[-1][log.headings.index(RefreshLog.WARNINGS)]
    assert kept.startswith("1. ")
    assert "13010" in kept.split(" 2. ")[0]


def corrected(folder: Path) -> MemoryBook:
    """M1 and M2 of June were 585 and 230; a July return put both right."""
    memory = saved_book(folder)
    returns = [
        ("M1,2015-06,,,585,,", "M2,2015-06,,,230,,"),
        ("M1,2015-06,,,590,,", "M2,2015-06,,,233,,", "M1,2015-07,,,600,,", "M2,2015-07,,,240,,"),
    ]
    for lines in returns:
        write_return(folder, *lines)
        macros.refresh_month(at_work(memory, "ok")[0])
    write_return(folder, *returns[0])
    return memory


def june(memory: MemoryBook) -> list[object]:
    return [cell(memory, ref, "Jun 2015") for ref in ("M1", "M2")]


@pytest.mark.parametrize(
    ("answers", "stands"),
    [
        (["yes"], [590.0, 233.0]),
        (["no", "yes", "no", "yes"], [585.0, 233.0]),
        (["no", "no", "yes", "ok"], [590.0, 230.0]),
        (["cancel"], [590.0, 233.0]),
        (["no", "yes", "cancel"], [590.0, 233.0]),
    ],
    ids=["keep all", "the first", "the second", "cancel", "cancel at the second"],
)
def test_an_old_return_undoes_corrections_only_figure_by_figure(tmp_path, answers, stands):
    memory = corrected(tmp_path)
    book, officer = at_work(memory, *answers)
    macros.refresh_month(book)
    assert june(memory) == stands
    asked = officer.boxes[0]
    assert "• M1 Jun 2015: the return says 585, but 590 was recorded on" in asked
    assert "Yes keeps all that is recorded, No asks for each, Cancel changes nothing." in asked
    if answers[:2] == ["no", "yes"]:
        assert officer.boxes[1].endswith("Yes takes 585, No keeps 590, Cancel changes nothing.")
    said = " ".join(officer.boxes)
    assert "--take-older" not in said, "a button has no options"
    is_kept = "cancel" not in answers
    assert ("To take it all the same: refresh again and say so." in said) is is_kept


@pytest.mark.parametrize("answer", ["yes", "no", "cancel"])
def test_a_month_ten_years_ahead_asks_by_name(tmp_path, answer):
    memory = corrected(tmp_path)
    write_return(tmp_path, "M1,2025-07,,,585,,")
    book, officer = at_work(memory, answer, "yes")
    macros.refresh_month(book)
    assert "It has figures for Jul 2025" in officer.boxes[0]
    shown = Month(2025, 7).label if answer == "yes" else "Jul 2015"
    assert shown in page(memory).headings
    assert len(officer.boxes) == (3 if answer == "yes" else 1)


def refreshed(folder: Path) -> MemoryBook:
    memory = saved_book(folder)
    for month in ("2015-05", "2015-06"):
        write_return(folder, f"M1,{month},,,585,,", f"M2,{month},,,230,,")
        macros.refresh_month(at_work(memory, "ok")[0])
    return memory


def test_the_page_moves_to_a_month_that_is_recorded(tmp_path):
    memory = refreshed(tmp_path)
    book, officer = at_work(memory)
    macros.show_month(book, month="2015-05")
    assert page(memory).headings[15] == "May 2015"
    assert "The page shows May 2015." in officer.boxes[-1]


@pytest.mark.parametrize(
    ("month", "said"),
    [("2011-01", "Nothing is recorded for Jan 2011."), ("soon", "“soon” cannot be read")],
)
def test_a_month_that_cannot_be_shown_is_said(tmp_path, month, said):
    memory = refreshed(tmp_path)
    before = memory.state()
    book, officer = at_work(memory)
    macros.show_month(book, month=month)
    assert said in officer.boxes[-1]
    assert memory.state() == before


def edited(folder: Path) -> MemoryBook:
    """A workbook in which M1's figure was changed by hand from 585 to 590."""
    memory = refreshed(folder)
    write_return(folder, "M1,2015-07,,,600,,", "M2,2015-07,,,240,,")
    row, column, _, _ = memory.tabled[Dataset.TABLE].rect
    place = column + page(memory).headings.index("Jun 2015")
    memory.cells["Dataset"][row + 1, place] = type(memory.cells["Dataset"][1, 1])(590.0)
    return memory


@pytest.mark.parametrize(("answer", "june"), [("yes", 590.0), ("no", 585.0)])
def test_figures_changed_by_hand_are_shown_and_recorded_or_put_back_as_asked(
    tmp_path, answer, june
):
    memory = edited(tmp_path)
    book, officer = at_work(memory, answer, "ok")
    macros.refresh_month(book)
    assert "M1 Jun 2015 shows “590”, but “585” is recorded." in officer.boxes[0]
    assert officer.asked == ["yes_no_cancel", "ok_cancel"]
    assert cell(memory, "M1", "Jun 2015") == june
    assert cell(memory, "M1", "Jul 2015") == 600.0


@pytest.mark.parametrize("first", ["yes", "no"])
def test_all_words_rewritten_on_the_page_can_be_seen_before_they_are_kept(tmp_path, first):
    memory = refreshed(tmp_path)
    write_return(tmp_path, "M1,2015-07,,,600,,", "M2,2015-07,,,240,,")
    row, column, _, _ = memory.tabled[Dataset.TABLE].rect
    words = [f"Words of an officer, number {n}: {'as agreed, ' * 25}end" for n in range(3)]
    for below, text in enumerate(words, row + 1):
        memory.cells["Dataset"][below, column + 2] = type(memory.cells["Dataset"][1, 1])(text)
    book, officer = at_work(memory, first, "yes", "cancel")
    macros.refresh_month(book)
    assert "Shall all of this be shown before you are asked?" in officer.boxes[0]
    seen = officer.boxes[1] if first == "yes" else ""
    assert all(text in seen for text in words) is (first == "yes")
    asked = officer.boxes[-2]
    assert asked.startswith("The page has other words than Measures for M1, M2, M3.")
    assert asked.endswith("No puts Measures' words on the page, Cancel changes nothing.")


def test_leaving_figures_changed_by_hand_alone_changes_nothing(tmp_path):
    memory = edited(tmp_path)
    before = memory.state()
    book, officer = at_work(memory, "cancel")
    macros.refresh_month(book)
    assert memory.state() == before
    assert len(officer.boxes) == 1


def test_a_check_lists_what_is_wrong_and_changes_nothing(tmp_path):
    memory = refreshed(tmp_path)
    before = memory.state()
    book, officer = at_work(memory)
    macros.check_workbook(book)
    fine = officer.boxes[-1]
    memory.tabled.pop("History")
    macros.check_workbook(book)
    assert "The table “History” is not there." in officer.boxes[-1]
    assert "History" not in fine
    assert memory.state()[0] == before[0]


def with_changed_history(tmp_path) -> MemoryBook:
    """A workbook in which somebody typed over the first figure that was recorded."""
    memory = refreshed(tmp_path)
    history = live.read(open_in_memory(memory)).tables["History"]
    row, column = history.first_row, history.headings.index("Value")
    memory.cells["History"][row, column + 1] = type(memory.cells["Dataset"][1, 1])(1234.0)
    return memory


def test_a_check_offers_to_accept_a_history_that_was_changed_by_hand(tmp_path):
    memory = with_changed_history(tmp_path)
    book, officer = at_work(memory, "yes", "yes")
    macros.check_workbook(book)
    glance, whole, asked, done = officer.boxes
    assert "1234" in glance and "say so when Check asks." in whole
    assert "--" not in whole  # a box has buttons, and no options
    assert "Are they right as they stand?" in asked
    assert "What is recorded is accepted as it stands" in done
    book, officer = at_work(memory)
    macros.check_workbook(book)
    assert "when Check asks" not in officer.boxes[-1] and officer.asked == []


def test_a_history_changed_by_hand_is_not_accepted_unless_the_officer_says_so(tmp_path):
    memory = with_changed_history(tmp_path)
    before = memory.state()[0]
    book, officer = at_work(memory, "no", "cancel")
    macros.check_workbook(book)
    assert officer.asked == ["yes_no", "yes_no_cancel"] and len(officer.boxes) == 2
    assert memory.state()[0] == before


def test_notes_are_synced_after_asking(tmp_path):
    memory = refreshed(tmp_path)
    notes = memory.tabled["DataNotes"]
    row, column, _, _ = notes.rect
    for offset, text in ((1, "M1"), (2, "Counted anew.")):
        memory.cells[notes.sheet][row + 1, column + offset] = type(memory.cells["Dataset"][1, 1])(
            text
        )
    book, officer = at_work(memory, "cancel", "ok")
    before = memory.state()
    macros.sync_notes(book)
    assert memory.state() == before
    macros.sync_notes(book)
    assert officer.boxes[-2].endswith("Change the data notes?")
    assert officer.boxes[-2].startswith("The page, its notes and charts come in line")
    assert cell(memory, "M1", "Notes") == "[note 1]"


def test_last_months_commentary_is_taken_over_after_asking(tmp_path):
    memory = refreshed(tmp_path)
    book, officer = at_work(memory, "cancel", "ok")
    said = (Month(2015, 5).first_day, "M1", "As ever.", "A. Officer", None, None)
    live.apply(book, Update((AppendRows(Commentary.TABLE, Commentary.COLUMNS, (said,)),)))
    before = memory.state()
    macros.take_over_commentary(book)
    assert memory.state() == before
    macros.take_over_commentary(book)
    assert officer.boxes[-2].endswith("Take it over?")
    rows = live.read(book).tables[Commentary.TABLE].rows
    assert [row[1:4] for row in rows] == [("M1", "As ever.", "A. Officer")] * 2


def test_a_click_on_220_measures_makes_as_many_calls_as_one_on_22(tmp_path):
    made = []
    for measures in (22, 220):
        folder = tmp_path / str(measures)
        folder.mkdir()
        listed = tuple(Measure(f"M{n}", "Area", f"Measure {n}") for n in range(measures))
        memory = saved_book(folder, new_sheets(Catalogue(listed)))
        write_return(folder, *[f"M{n},2015-06,,,{n + 1},," for n in range(measures)])
        book, officer = at_work(memory, "ok")
        calls_to(book).made.clear()
        macros.refresh_month(book)
        assert officer.boxes[-1].startswith("Done.")
        made.append(len(calls_to(book).made))
    assert made[0] == made[1]
