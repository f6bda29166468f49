"""A folder of workbooks, each refreshed with its own return: all or nothing, at the same time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from tests.support.command_line import invoke
from tests.support.patience import HANGS
from tests.support.ready import JUNE, OCCASION, ready_bytes, refresh
from xl_addin.commands import refresh_many
from xl_addin.commands.choose_return import choose_return
from xl_addin.commands.refresh_many import Became, Decided, Task, find_tasks, refresh_all
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.period import Month

JUNE_2015 = Month(2015, 6)
AS_USUAL = Decided()


@pytest.fixture
def teams(tmp_path) -> Path:
    """Three workbooks; M1 of June is 101 in the return of the first team, 102 of the second …"""
    (tmp_path / "books").mkdir()
    (tmp_path / "returns").mkdir()
    for number in (1, 2, 10):
        add_team(tmp_path, f"Team {number}", 100 + number)
    return tmp_path


def add_team(folder: Path, name: str, figure: int) -> None:
    (folder / "books" / f"{name}.xlsm").write_bytes(ready_bytes())
    return_of(folder, name).write_text(june(figure), encoding="utf-8")


def june(figure: object) -> str:
    return f"Measure Ref,Month,Numerator,Denominator,Value,Status,Note\nM1,Jun 2015,,,{figure},,\n"


def return_of(folder: Path, name: str) -> Path:
    return folder / "returns" / f"{name}.csv"


def book_of(folder: Path, name: str) -> Path:
    return folder / "books" / f"{name}.xlsm"


def figure(book: Path) -> float | None:
    return parse_workbook(dataset_file.read(book)).history.observed("M1", JUNE_2015).value


def figures(folder: Path) -> dict[str, float | None]:
    return {path.stem: figure(path) for path in (folder / "books").glob("*.xlsm")}


def done(folder: Path, decided: Decided = AS_USUAL):
    tasks, refused = find_tasks(folder / "books", folder / "returns")
    return [*refused, *refresh_all(tasks, decided, processes=2)]


def wrong(outcome) -> str:
    return " ".join(map(str, outcome.problems))


def typed(folder: Path, *words: str, answer: str = ""):
    books, returns = folder / "books", folder / "returns"
    return invoke("refresh", books, "--return", returns, *words, answer=answer)


def test_each_workbook_is_refreshed_with_the_return_of_its_name(teams):
    (teams / "returns" / "Team 2").mkdir()
    return_of(teams, "Team 2").rename(teams / "returns" / "Team 2" / "anything.csv")
    said = typed(teams, "--yes")
    assert said.exit_code == 0
    assert figures(teams) == {"Team 1": 101, "Team 2": 102, "Team 10": 110}
    assert said.output.index("Team 2.xlsm") < said.output.index("Team 10.xlsm")
    assert "3 refreshed." in said.output


def test_a_workbook_becomes_byte_for_byte_what_it_becomes_alone(teams, monkeypatch):
    monkeypatch.setattr(refresh_many, "occasion", lambda: OCCASION)
    alone = teams / "Team 1.xlsm"
    alone.write_bytes(ready_bytes())
    refresh(alone, return_of(teams, "Team 1"))
    assert {outcome.became for outcome in done(teams)} == {Became.REFRESHED}
    assert book_of(teams, "Team 1").read_bytes() == alone.read_bytes()


def test_what_is_refused_stays_as_it_was_and_keeps_no_other_from_being_refreshed(teams):
    return_of(teams, "Team 1").write_text(june(-5), encoding="utf-8")
    book_of(teams, "Team 2").write_bytes(ready_bytes()[:-2000])
    spoilt = book_of(teams, "Team 2").read_bytes()
    said = typed(teams, "--yes")
    assert said.exit_code == 1
    assert book_of(teams, "Team 1").read_bytes() == ready_bytes()
    assert book_of(teams, "Team 2").read_bytes() == spoilt
    assert figure(book_of(teams, "Team 10")) == 110
    words = " ".join(said.output.split())
    assert "1 refreshed, 2 refused." in words
    assert words.index("Team 10.xlsm") < words.index("Team 1.xlsm"), "what is refused stands last"


def test_a_workbook_without_a_return_with_two_or_a_return_without_a_workbook_is_refused(teams):
    return_of(teams, "Team 1").unlink()
    shutil.copy(return_of(teams, "Team 2"), teams / "returns" / "TEAM 2.txt")
    shutil.copy(JUNE, return_of(teams, "Team 3"))
    said = {outcome.task.book.stem: outcome for outcome in done(teams)}
    assert "holds no return for it" in wrong(said["Team 1"])
    assert "several returns for it: TEAM 2.txt and Team 2.csv" in wrong(said["Team 2"])
    assert "There is no workbook called Team 3.xlsm" in wrong(said["Team 3"])
    assert all(said[name].became is Became.REFUSED for name in ("Team 1", "Team 2", "Team 3"))
    assert said["Team 10"].became is Became.REFRESHED


def test_without_a_folder_of_returns_each_workbook_uses_its_own(teams):
    tasks, refused = find_tasks(teams / "books", None)
    outcomes = refresh_all(tasks, AS_USUAL, processes=1)
    assert not refused
    assert all(o.became is Became.REFUSED and "Monthly return" in wrong(o) for o in outcomes)


def test_a_question_that_needs_an_answer_refuses_the_workbook_and_names_the_option(teams):
    text = june(5).replace("Jun 2015", "Jun 2035")
    return_of(teams, "Team 1").write_text(text.replace("2035", "2012"), encoding="utf-8")
    refused, *_ = done(teams)
    assert refused.became is Became.REFUSED
    assert "--months-are-right" in wrong(refused)
    agreed = Decided(agreed=(("months_are_right", True),))
    assert {o.became for o in done(teams, agreed)} == {Became.REFRESHED, Became.UNCHANGED}


def test_a_dry_run_and_a_no_change_nothing(teams):
    dry, no = typed(teams, "--dry-run"), typed(teams, answer="n\n")
    assert dry.exit_code == no.exit_code == 0
    assert "3 would be refreshed." in dry.output
    assert "Nothing was changed." in dry.output
    assert "Nothing was changed." in no.output
    assert all(path.read_bytes() == ready_bytes() for path in (teams / "books").iterdir())


def test_a_return_that_is_another_than_was_told_is_refused(teams):
    def agree() -> bool:
        return_of(teams, "Team 1").write_text(june(999), encoding="utf-8")
        return True

    books, returns = teams / "books", teams / "returns"
    assert not refresh_many.refresh_folder(books, returns, AS_USUAL, agree)
    assert figures(teams) == {"Team 1": None, "Team 2": 102, "Team 10": 110}


def test_what_is_for_one_workbook_is_refused_for_a_folder(teams):
    for words in (["--live"], ["--month", "2015-06", "--compute", "x"]):
        assert isinstance(typed(teams, *words).exception, WorkbookRefused)
    with pytest.raises(ReturnRefused, match="cannot all have one return"):
        find_tasks(teams / "books", JUNE)
    with pytest.raises(WorkbookRefused, match="holds no workbook"):
        find_tasks(teams / "returns", teams / "returns")


def test_files_that_excel_leaves_and_backups_are_no_workbooks(teams):
    (teams / "books" / "~$Team 1.xlsm").write_bytes(b"owner")
    (teams / "books" / "Team 1 backups").mkdir()
    (teams / "books" / "Team 1 backups" / "Team 1 2015.xlsm").write_bytes(ready_bytes())
    tasks, _ = find_tasks(teams / "books", teams / "returns")
    assert [task.book.stem for task in tasks] == ["Team 1", "Team 2", "Team 10"]


def test_an_error_of_our_own_is_told_of_its_workbook_alone(teams, monkeypatch):
    real = refresh_many.refresh_book

    def fails(book, *more, **others):
        if book.name == "Team 2.xlsm":
            raise ZeroDivisionError
        return real(book, *more, **others)

    monkeypatch.setattr(refresh_many, "refresh_book", fails)
    outcomes = {outcome.task.book.stem: outcome for outcome in done(teams)}
    assert "A log is kept" in wrong(outcomes["Team 2"])
    assert outcomes["Team 1"].became is outcomes["Team 10"].became is Became.REFRESHED


def test_a_process_that_is_ended_leaves_its_workbook_and_those_not_begun_as_they_were(
    teams, monkeypatch
):
    monkeypatch.setattr(refresh_many, "refresh_book", lambda *_, **__: os.kill(os.getpid(), 9))
    tasks, _ = find_tasks(teams / "books", teams / "returns")
    outcomes = refresh_all(tasks, AS_USUAL, processes=1)
    assert [outcome.became for outcome in outcomes] == [
        Became.REFUSED,
        Became.NOT_BEGUN,
        Became.NOT_BEGUN,
    ]
    assert all(task.book.read_bytes() == ready_bytes() for task in tasks)


def test_an_interrupt_finishes_what_is_begun_and_begins_no_other(teams, monkeypatch):
    """As Ctrl+C does it: all processes of the terminal are told, after the first is at work."""
    for number in range(20, 44):
        add_team(teams, f"Team {number}", number)
    command = [sys.executable, "-m", "xl_addin", "refresh", "books", "--return", "returns", "--yes"]
    process = subprocess.Popen(
        command,
        cwd=teams,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    while process.poll() is None and not list((teams / "books").glob("* backups")):
        Event().wait(0.01)
    os.killpg(process.pid, signal.SIGINT)
    said, errors = process.communicate(timeout=HANGS)
    assert "Traceback" not in errors
    assert process.returncode == 1, errors
    refreshed = {name for name, value in figures(teams).items() if value is not None}
    untouched = {
        path.stem for path in (teams / "books").glob("*.xlsm") if path.read_bytes() == ready_bytes()
    }
    assert refreshed and untouched
    assert len(refreshed) + len(untouched) == 27, "old or new, nothing between"
    assert f"{len(untouched)} not begun" in said
    assert not [path for path in (teams / "books").iterdir() if path.name.startswith(".")]


def test_processes_take_no_more_memory_the_more_workbooks_there_are(monkeypatch):
    """Python's search for cycles, which the command line switches off, is on in them."""
    import gc

    was, signals = gc.isenabled(), signal.getsignal(signal.SIGINT)
    try:
        gc.disable()
        refresh_many._begin()
        assert gc.isenabled()
    finally:
        (gc.enable if was else gc.disable)()
        gc.unfreeze()
        signal.signal(signal.SIGINT, signals)


def test_a_task_is_known_by_its_workbook_and_its_return(teams):
    task = Task(book_of(teams, "Team 1"), return_of(teams, "Team 1"))
    one = refresh_many._digest(task)
    return_of(teams, "Team 1").write_text(june(7), encoding="utf-8")
    assert refresh_many._digest(task) != one


def test_a_return_named_in_settings_that_changes_after_it_was_told_is_refused(teams):
    book = book_of(teams, "Team 1")
    (teams / "books" / "July.csv").write_text(june(24), encoding="utf-8")
    choose_return(ClosedBook(book), teams / "books" / "July.csv", OCCASION, tell=lambda line: None)
    for other in ("Team 2", "Team 10"):
        book_of(teams, other).unlink()

    def agree() -> bool:
        (teams / "books" / "July.csv").write_text(june(999), encoding="utf-8")
        return True

    assert not refresh_many.refresh_folder(teams / "books", None, AS_USUAL, agree)
    assert figure(book) is None
