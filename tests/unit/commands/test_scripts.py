"""What shells and schedulers get: completion, and a monthly run by itself that says what it did."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from tests.support.command_line import run_here
from tests.support.editions import OCCASION, read, silent
from xl_addin.commands.make_book import make_book
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.commands.schedule import Run, cron_line, task_xml
from xl_addin.demo import HISTORY, RETURN
from xl_addin.errors import XlAddinError
from xl_addin.excel.closed import held
from xl_addin.period import Month
from xl_addin.sources.catalogue import read_catalogue

TASK = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


@pytest.fixture
def command(monkeypatch, capsys):
    return lambda *words: run_here(monkeypatch, capsys, *words)


def book_to_may(folder: Path) -> Path:
    path = folder / "Team 100% café.xlsm"
    make_book(path, *read_catalogue(None))
    with held(path, to_change=True) as book:
        how = HowToRefresh(file=HISTORY)
        refresh_book(book, OCCASION, tell=silent, agree=lambda: True, how=how)
    return path


def program(folder: Path) -> Path:
    """xl-addin as a program of its own, wherever the tests run it from."""
    path = folder / "xl-addin"
    path.write_text(f"#!{sys.executable}\nfrom xl_addin.cli import main\n\nmain()\n")
    path.chmod(0o755)
    return path


def ran(line: str) -> None:
    """A crontab's line run as cron does: what follows the five fields, by sh, each \\% a %."""
    text = line.split(" ", 5)[5].replace("\\%", "%")
    subprocess.run(["sh", "-c", text], check=False)


def test_a_run_by_cron_refreshes_and_keeps_what_it_did(tmp_path):
    book = book_to_may(tmp_path)
    run = Run(str(program(tmp_path)), book, RETURN, 5, 7, 30)
    line = cron_line(run)
    assert line.startswith("30 7 5 * * ")
    ran(line)
    assert read(book).month == Month(2015, 6)
    assert "Jun 2015: 21 of 22 figures" in run.log.read_text(encoding="utf-8")
    ran(line)
    assert run.log.read_text(encoding="utf-8").count("Jun 2015: 21 of 22 figures") == 1


def test_a_run_that_needs_an_answer_changes_nothing_and_says_what_it_needed(tmp_path):
    book, late = book_to_may(tmp_path), tmp_path / "late.csv"
    shutil.copy(RETURN, late)
    late.write_text(late.read_text(encoding="utf-8").replace("Jun 2015", "Jun 2035"))
    was = book.read_bytes()
    run = Run(str(program(tmp_path)), book, late, 5, 7, 30)
    ran(cron_line(run))
    assert book.read_bytes() == was
    assert "Nothing was changed" in run.log.read_text(encoding="utf-8")


def test_the_task_for_windows_runs_the_same_on_the_same_day():
    run = Run(r"C:\L\xl-addin.exe", Path("R & D/Set.xlsm"), Path("R/June.csv"), 28, 7, 5)
    root = etree.fromstring(task_xml(run).encode())
    (days,) = root.xpath("//t:ScheduleByMonth/t:DaysOfMonth/t:Day/text()", namespaces=TASK)
    (starts,) = root.xpath("//t:StartBoundary/text()", namespaces=TASK)
    assert (days, starts[10:]) == ("28", "T07:05:00")
    assert len(root.xpath("//t:Months/*", namespaces=TASK)) == 12
    (arguments,) = root.xpath("//t:Arguments/text()", namespaces=TASK)
    assert arguments == (
        r'/c ""C:\L\xl-addin.exe" "refresh" "R & D/Set.xlsm" "--return" "R/June.csv" "--yes"'
        ' >> "R & D/Set scheduled runs.txt" 2>&1"'
    )


def test_the_command_prints_it_with_whole_paths(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Set.xlsm").write_bytes(b"")
    code, said = command("schedule", "Set.xlsm", "--return", "In", "--cron", "--at", "6:00")
    assert code == 0
    assert f"refresh {tmp_path / 'Set.xlsm'} --return {tmp_path / 'In'} --yes" in said
    assert said.startswith("0 6 5 * * /")


@pytest.mark.parametrize("at", ["25:00", "seven", "7", "7:60"])
def test_a_time_that_is_none_is_refused(command, at):
    code, said = command("schedule", "Set.xlsm", "--return", "In", "--at", at)
    assert code == 1 and "is no time" in said


@pytest.mark.parametrize("shell", ["powershell", "bash", "zsh", "fish"])
def test_each_shell_is_told_how_a_line_goes_on(command, shell):
    code, said = command("completion", shell)
    assert code == 0 and "xl-addin" in said and "XL_ADDIN_COMPLETE" in said


def test_bash_finishes_commands_and_options(command, tmp_path):
    (tmp_path / "profile").write_text(command("completion", "bash")[1])
    program(tmp_path)
    asked = r"""
    . ./profile
    PATH=$PWD:$PATH
    function_of() { complete -p xl-addin | sed -n 's/.*-F \([^ ]*\).*/\1/p'; }
    fill() { COMP_WORDS=(xl-addin "$@"); COMP_CWORD=$#; $(function_of) xl-addin; }
    fill ref; echo "${COMPREPLY[*]}"
    fill share --su; echo "${COMPREPLY[*]}"
    """
    done = subprocess.run(
        ["bash", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first.split() == ["refresh", "refresh-open"]
    assert second.strip() == "--suppress"


def test_a_workbook_that_is_not_there_cannot_be_scheduled(command, tmp_path):
    code, said = command("schedule", tmp_path / "None.xlsm", "--return", "In")
    assert code == 1 and "There is no such workbook." in said


def test_windows_would_read_a_per_cent_sign_in_a_path():
    run = Run("xl-addin.exe", Path("R/100%/Set.xlsm"), Path("R/June.csv"), 5, 7, 30)
    with pytest.raises(XlAddinError, match="has no %"):
        task_xml(run)
