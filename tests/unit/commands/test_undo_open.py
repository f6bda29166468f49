"""Undo of a workbook that is open: its file becomes what it was, and it is open again."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwings as xw

from tests.support.command_line import run_here
from tests.support.faults import FailingDisk, failing
from tests.support.filed_books import FiledBook, filed
from tests.support.memory_engine import Cell
from tests.support.object_model import Api, Engine
from tests.support.officer import (
    OfficerApp,
    at_work,
    cell,
    page,
    saved_book,
    window_with,
    write_return,
)
from xl_addin import macros
from xl_addin.excel.backups import read_backups
from xl_addin.layout import DataNotes, Dataset, Measures

QUESTION = "Bring it back? Excel closes the workbook and opens it again."


pytestmark = pytest.mark.usefixtures("own_log", "way")


@pytest.fixture
def book(tmp_path) -> FiledBook:
    """A workbook to May, open in Excel."""
    memory = filed(saved_book(tmp_path))
    click(memory, macros.refresh_month, "ok", month="2015-05")
    memory.save()
    return memory


def click(memory: FiledBook, macro: Callable[..., None], *answers: str, month: str = "") -> str:
    """Press a button and answer its questions; what the last box said."""
    if month:
        rows = (f"M1,{month},,,585,,", f"M2,{month},,,230,,")
        write_return(Path(memory.fullname).parent, *rows)
    book, officer = at_work(memory, *answers)
    macro(book)
    return officer.boxes[-1]


def refresh_june(memory: FiledBook) -> None:
    assert click(memory, macros.refresh_month, "ok", month="2015-06").startswith("Done.")


def undo(memory: FiledBook, answer: str = "ok") -> str:
    return click(memory, macros.undo_last_change, answer)


def on_disk(memory: FiledBook) -> bytes:
    return Path(memory.fullname).read_bytes()


def copies(memory: FiledBook) -> list[bytes]:
    """What the backups hold, oldest first."""
    folder = Path(memory.fullname).parent / "Dataset backups"
    return [backup.copy.read_bytes() for backup in read_backups(folder)]


def last_month(memory: FiledBook) -> str:
    return page(memory).headings[15]


def type_note(memory: FiledBook) -> None:
    notes = memory.tabled[DataNotes.TABLE]
    row, column, _, _ = notes.rect
    memory.cells[notes.sheet][row + 1, column + 2] = Cell("Typed by hand.")


def note(memory: FiledBook) -> object:
    notes = memory.tabled[DataNotes.TABLE]
    row, column, _, _ = notes.rect
    return memory.cells[notes.sheet].get((row + 1, column + 2), Cell()).content


@pytest.mark.parametrize("is_saved", [True, False], ids=["saved", "not saved"])
def test_the_file_is_the_backup_byte_by_byte_and_the_workbook_shows_the_old_month(book, is_saved):
    before = on_disk(book)
    refresh_june(book)
    if is_saved:
        book.save()
    shown = book.state()
    assert undo(book) == "Done. To take this back, undo again; a copy is kept in “Dataset backups”."
    assert on_disk(book) == before == book.held()
    assert last_month(book) == "May 2015"
    assert undo(book).startswith("Done.")
    assert on_disk(book) == copies(book)[-2]
    assert book.state() == shown
    assert undo(book).startswith("Done.")
    assert on_disk(book) == before


def test_the_question_says_what_the_workbook_becomes_and_what_is_taken_back(book):
    refresh_june(book)
    book_, officer = at_work(book, "ok")
    macros.undo_last_change(book_)
    lines = officer.boxes[0].splitlines()
    assert lines[0].startswith("Dataset.xlsm becomes what it was on ")
    assert lines[1:] == [
        "This takes back: Refresh month, Jun 2015.",
        "All that was done in it since then is taken back too.",
        "As it is now, it is kept in a backup.",
        "",
        QUESTION,
    ]
    assert officer.asked == ["ok_cancel"]


@pytest.mark.parametrize("answer", ["cancel", None], ids=["cancel or Esc", "closed"])
def test_an_answer_that_is_not_ok_saves_nothing_and_changes_nothing(book, answer):
    refresh_june(book)
    before = (book.state(), on_disk(book), copies(book), book.saved, book.opened)
    assert undo(book, answer).endswith(QUESTION)
    assert (book.state(), on_disk(book), copies(book), book.saved, book.opened) == before


def test_what_was_typed_after_the_refresh_and_not_saved_is_kept_and_comes_back(book):
    refresh_june(book)
    type_note(book)
    undo(book)
    assert (note(book), last_month(book)) == (None, "May 2015")
    undo(book)
    assert (note(book), last_month(book)) == ("Typed by hand.", "Jun 2015")


def test_what_excel_holds_saved_is_not_saved_again(book):
    refresh_june(book)
    book.save()
    saved, held = book.saved, on_disk(book)
    undo(book)
    assert book.saved == saved
    assert copies(book)[-1] == held


def test_a_table_that_was_deleted_is_no_hindrance_and_comes_back(book):
    refresh_june(book)
    del book.tabled[Measures.TABLE]
    book.said["FilterMode", Dataset.TABLE] = True
    assert undo(book).startswith("Done.")
    assert Measures.TABLE in book.tabled


REFUSED = [
    (("Ready", ""), False, "Excel is busy: a cell is being edited"),
    (("ReadOnly", ""), True, "The workbook is open read-only"),
    (("AutoSaveOn", ""), True, "Switch AutoSave off"),
    (("ProtectContents", "History"), True, "Sheet History: The sheet is protected"),
]


@pytest.mark.parametrize(("question", "answer", "message"), REFUSED)
def test_a_workbook_that_cannot_be_saved_or_changed_is_refused_before_anything(
    book, question, answer, message
):
    refresh_june(book)
    book.said[question] = answer
    before = (book.state(), on_disk(book), copies(book), book.saved)
    said = click(book, macros.undo_last_change)
    assert message in said
    assert "Nothing was changed." in said
    assert (book.state(), on_disk(book), copies(book), book.saved) == before


def test_a_workbook_whose_file_was_deleted_while_it_was_open_says_what_to_do(book):
    refresh_june(book)
    book.said["Saved", ""] = False
    Path(book.fullname).unlink()
    said = click(book, macros.undo_last_change)
    assert "Its file is not in its folder any more. Save it there again (File, Save As)" in said


def test_a_workbook_without_backups_says_so(tmp_path):
    said = click(filed(saved_book(tmp_path)), macros.undo_last_change)
    assert "No backup of this workbook lies beside it." in said


def test_a_second_click_while_the_question_is_shown_is_refused(book):
    refresh_june(book)
    impatient: list[str] = []
    book_, officer = at_work(book, "ok")
    officer.while_asked = lambda: impatient.append(click(book, macros.undo_last_change))
    macros.undo_last_change(book_)
    assert "xl-addin is at work on this workbook already." in impatient[0]
    assert last_month(book) == "May 2015"


def test_a_workbook_saved_from_elsewhere_while_the_question_is_shown_is_left_alone(book):
    refresh_june(book)
    book_, officer = at_work(book, "ok")
    officer.while_asked = book.save
    macros.undo_last_change(book_)
    assert "Someone has saved the workbook in the meantime. Do it again." in officer.boxes[-1]
    assert last_month(book) == "Jun 2015"


class Outcome:
    """What an undo with a fault in it came to."""

    def __init__(self, folder: Path, break_it: Callable[[Engine], None]) -> None:
        folder.mkdir()
        self.memory = filed(saved_book(folder))
        click(self.memory, macros.refresh_month, "ok", month="2015-05")
        self.memory.save()
        self.may = on_disk(self.memory)
        refresh_june(self.memory)
        self.june = self.memory.held()
        book, self.officer = at_work(self.memory, "ok")
        engine = self.officer.engine
        break_it(engine)
        macros.undo_last_change(book)
        self.calls = engine.calls.made
        self.is_open = self.officer.has_book
        self.told = self.officer.boxes[-1]
        self.file = on_disk(self.memory)

    def check(self) -> None:
        """The file is whole, old or new; what is open shows it; the officer knows."""
        assert self.file in (self.may, self.june)
        if self.is_open:
            assert self.memory.held() in (self.file, self.june)
            assert "Open it yourself" not in self.told
        else:
            assert "Excel did not open it again. Open it yourself" in self.told
        undone = self.file == self.may and (not self.is_open or self.memory.held() == self.may)
        assert ("Done." in self.told or "It is done, but" in self.told) == undone, self.told
        left = {path.name for path in Path(self.memory.fullname).parent.iterdir()}
        assert left == {"Dataset.xlsm", "Dataset backups", "June.csv"}
        if undone:
            assert self.june in copies(self.memory)


def fail(name: str, *, after: bool = False, times: int = 1) -> Callable[[Engine], None]:
    """Let a call fail, before or after it has acted, the first times it is made."""

    def break_it(engine: Engine) -> None:
        calls = engine.calls

        def fails(number: int) -> bool:
            return calls.made[number - 1] == name and calls.made.count(name) <= times

        calls.fails, calls.fails_after = (lambda n: False, fails) if after else (fails, calls.fails)

    return break_it


@pytest.mark.in_memory
@pytest.mark.parametrize("after", [False, True], ids=["before it acts", "after it has acted"])
@pytest.mark.parametrize("step", ["Book.save", "Book.close"])
def test_a_step_that_fails_before_the_file_is_replaced_changes_nothing(tmp_path, step, after):
    outcome = Outcome(tmp_path / "book", fail(step, after=after))
    outcome.check()
    assert step in outcome.calls
    assert "Nothing was changed." in outcome.told
    assert outcome.file == (outcome.may if step == "Book.save" and not after else outcome.june)
    assert (outcome.is_open, outcome.memory.held()) == (True, outcome.june)


@pytest.mark.in_memory
@pytest.mark.parametrize("after", [False, True], ids=["before it acts", "after it has acted"])
def test_a_workbook_that_does_not_open_at_once_is_opened_or_found_open(tmp_path, after):
    outcome = Outcome(tmp_path / "book", fail("Books.open", after=after))
    outcome.check()
    assert outcome.told.startswith("Done.")
    assert outcome.memory.opened == 1
    assert outcome.calls.count("Books.open") == (1 if after else 2)


@pytest.mark.in_memory
def test_when_excel_does_not_open_it_again_the_file_is_right_and_the_officer_opens_it(tmp_path):
    outcome = Outcome(tmp_path / "book", fail("Books.open", times=2))
    outcome.check()
    assert (outcome.file, outcome.is_open) == (outcome.may, False)
    assert outcome.officer.modes[-1] == "critical"
    assert outcome.told.splitlines()[:3] == [
        "• Dataset.xlsm: It is done, but Excel did not open it again. Open it yourself: "
        "its file is right.",
        "",
        "The workbook is closed now, and its file is whole.",
    ]
    outcome.memory.reopen(outcome.memory.fullname)
    assert undo(outcome.memory).startswith("Done.")
    assert on_disk(outcome.memory) == outcome.june


@pytest.mark.in_memory
@pytest.mark.parametrize("opens", [True, False], ids=["opens again", "does not open again"])
def test_when_the_file_cannot_be_replaced_the_workbook_is_opened_again_as_it_was(
    tmp_path, monkeypatch, opens
):
    def held(temporary, target):
        if Path(target).name == "Dataset.xlsm":
            raise PermissionError(errno.EACCES, "held by another program")
        return temporary.rename(target)

    def break_it(engine: Engine) -> None:
        monkeypatch.setattr(Path, "replace", held)
        if not opens:
            fail("Books.open", times=2)(engine)

    outcome = Outcome(tmp_path / "book", break_it)
    outcome.check()
    assert outcome.file == outcome.june
    assert "It cannot be replaced: another program holds it." in outcome.told
    assert outcome.is_open is opens
    if opens:
        assert outcome.memory.held() == outcome.june
        assert "Nothing was changed." in outcome.told


@pytest.mark.in_memory
def test_a_workbook_that_excel_does_not_close_is_left_as_it_is(tmp_path, monkeypatch):
    def break_it(engine: Engine) -> None:
        monkeypatch.setattr(OfficerApp, "has_book", Always(), raising=False)

    outcome = Outcome(tmp_path / "book", break_it)
    assert "Excel did not close the workbook. Close it yourself" in outcome.told
    assert "Nothing was changed." in outcome.told
    assert outcome.file == outcome.june


class Always:
    """An attribute that is true whatever it is set to."""

    def __get__(self, app, kind):
        return True

    def __set__(self, app, value):
        pass


@pytest.mark.in_memory
@pytest.mark.parametrize("after", [False, True], ids=["before it acts", "after it has acted"])
def test_whichever_call_to_excel_fails_nothing_is_lost(tmp_path, after):
    counted = Outcome(tmp_path / "counted", lambda engine: None)
    assert counted.told.startswith("Done.")
    calls = len(counted.calls)
    seen = set()
    for at in range(1, calls + 1):

        def break_it(engine: Engine, at: int = at) -> None:
            fails = {"fails_after" if after else "fails": lambda number: number == at}
            vars(engine.calls).update(fails)

        outcome = Outcome(tmp_path / str(at), break_it)
        outcome.check()
        seen.add((outcome.file == outcome.may, outcome.is_open))
    assert {(False, True), (True, True)} <= seen
    assert calls >= 81  # as docs/safety.md says


@pytest.mark.in_memory
@pytest.mark.skipif(sys.platform == "win32", reason="the failing disk is a POSIX one")
def test_whatever_call_to_the_disk_fails_the_file_is_the_old_or_the_new_one(tmp_path):
    counted = _with_failing_disk(tmp_path / "counted", None)
    outcomes = {
        _with_failing_disk(tmp_path / str(at), at)[1:] for at in range(len(counted[0].calls))
    }
    assert len(counted[0].calls) >= 96  # as docs/safety.md says
    assert outcomes == {("old", "open"), ("new", "open")}


def _with_failing_disk(folder: Path, at: int | None) -> tuple[FailingDisk, str, str]:
    """Undo what was saved while one call to the disk fails: which file, and is it open."""
    folder.mkdir()
    memory = filed(saved_book(folder))
    files = {"new": memory.held()}
    refresh_june(memory)
    memory.save()
    files["old"] = memory.held()
    book, officer = at_work(memory, "ok")
    disk = FailingDisk(folder, at)
    with failing(disk):
        macros.undo_last_change(book)
    which = next(name for name, data in files.items() if data == on_disk(memory))
    assert not officer.has_book or memory.held() == on_disk(memory)
    return disk, which, "open" if officer.has_book else "closed"


@pytest.mark.in_memory
def test_macros_are_allowed_as_the_officer_set_it_and_those_of_opening_are_run(book, monkeypatch):
    seen: list[object] = []
    security = property(lambda api: 1, lambda api, value: seen.append(value))
    monkeypatch.setattr(Api, "AutomationSecurity", security, raising=False)
    monkeypatch.setattr(
        Api, "RunAutoMacros", lambda api, which: seen.append(("run", which)), raising=False
    )
    reopen = book.reopen
    monkeypatch.setattr(book, "reopen", lambda path: (seen.append("opened"), reopen(path)))
    refresh_june(book)
    undo(book)
    assert seen == [2, "opened", 1, ("run", 1)]


@pytest.mark.in_memory
def test_macros_of_opening_that_fail_are_logged_and_the_undo_is_done(book, monkeypatch, own_log):
    def fails(api: Api, which: int) -> None:
        raise RuntimeError("macros are off")

    monkeypatch.setattr(Api, "RunAutoMacros", fails, raising=False)
    refresh_june(book)
    assert undo(book).startswith("Done.")
    assert "Macros of opening: builtins.RuntimeError" in own_log.read_text()


@pytest.fixture
def excel(tmp_path, monkeypatch):
    """Excel with two workbooks open, in each a refresh that was not saved."""
    memories = [filed(saved_book(tmp_path, name=f"{name}.xlsm")) for name in ("Dataset", "Other")]
    for memory in memories:
        refresh_june(memory)
    engine, _ = window_with(memories)
    monkeypatch.setattr(xw.engines, "active", engine)
    return memories


def test_from_the_command_line_the_open_workbook_is_undone_and_the_other_one_is_not(
    excel, tmp_path, monkeypatch, capsys
):
    book, other = excel
    before = [memory.state() for memory in excel]
    code, said = run_here(monkeypatch, capsys, "undo", book.fullname, "--live", answer="n\n")
    assert (code, "This takes back: Refresh month, Jun 2015." in said) == (0, True)
    assert [memory.state() for memory in excel] == before
    code, said = run_here(monkeypatch, capsys, "undo", book.fullname, "--live", "--yes")
    assert (code, "Done." in said) == (0, True)
    assert on_disk(book) == copies(book)[0]
    assert cell(book, "M1", page(book).headings[15]) is None
    assert other.state() == before[1]


def test_from_the_command_line_a_workbook_that_is_not_open_is_said(
    excel, monkeypatch, capsys, tmp_path
):
    code, said = run_here(monkeypatch, capsys, "undo", tmp_path / "Closed.xlsm", "--live", "--yes")
    assert code == 1
    assert "Closed.xlsm: The workbook is not open in Excel." in said
