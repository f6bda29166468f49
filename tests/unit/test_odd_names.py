"""Odd names and words end in sentences, and are shown as what they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.ready import JUNE, ready_book
from tests.support.users import ONLY_ROOT, as_user
from xl_addin.excel import account, error_log
from xl_addin.excel.account import computer_name, user_name

VARIABLES = ("LOGNAME", "USER", "LNAME", "USERNAME")


def run(*words: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "xl_addin", *words]
    return subprocess.run(command, capture_output=True, env={**os.environ, "COLUMNS": "200"})


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="such names do not exist there")
def test_names_that_are_no_text_are_worked_with(tmp_path):
    book = ready_book(tmp_path, os.fsdecode(b"Monthly \xff.xlsm"))
    return_ = tmp_path / os.fsdecode(b"June \xfe.csv")
    return_.write_bytes(JUNE.read_bytes())
    for words in (
        ["check", book],
        ["refresh", book, "--return", return_, "--yes"],
        ["share", book, "--out", tmp_path / os.fsdecode(b"June \xfd.xlsx")],
        ["undo", book, "--yes"],
    ):
        done = run(*words)
        assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
        assert done.returncode == 0, (words, done.stderr)
    done = run("refresh", book, "--return", tmp_path / os.fsdecode(b"gone \xff.csv"), "--yes")
    assert done.returncode == 1
    assert b"There is no such file" in done.stderr


def nameless() -> str:
    for variable in VARIABLES:
        os.environ.pop(variable, None)
    return user_name()


@ONLY_ROOT
def test_a_user_whom_the_computer_has_no_name_for_is_known_by_a_number():
    assert as_user(54_321, nameless) == "user 54321"


def test_where_neither_a_number_nor_a_name_is_known_that_is_said(monkeypatch):
    """As on Windows without USERNAME: there is no os.getuid, and no module of users."""

    def none() -> str:
        raise ImportError("No module named 'pwd'")

    monkeypatch.setattr(account.getpass, "getuser", none)
    monkeypatch.setattr(account, "os", type("Windows", (), {"environ": {}}))
    assert user_name() == "user unknown"
    assert isinstance(computer_name(), str)


def test_a_user_without_a_folder_has_a_log_among_temporary_files(monkeypatch, tmp_path):
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_log_path", lambda *_, **__: Path("~/.local/state"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert error_log.record("Refresh month", ValueError()).is_relative_to(tmp_path)


def test_marks_that_turn_a_text_round_are_shown_as_what_they_are(tmp_path):
    book = ready_book(tmp_path)
    odd = "seen \u202eneddih\u202c \u200b\x1b[31m [/red] [bold]"
    path = tmp_path / "June.csv"
    assert run("refresh", book, "--return", JUNE, "--yes").returncode == 0
    path.write_text(f"Measure Ref,Month,Value,Note\nM1,Jun 2015,1363,{odd}\n", encoding="utf-8")
    done = run("refresh", book, "--return", path, "--yes")
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode()
    assert "seen [U+202E]neddih[U+202C] [U+200B][U+001B][31m [/red]" in shown
    path.write_text(f"Measure Ref,Month,Value\n{odd},Jun 2015,585\n", encoding="utf-8")
    for done in (run("refresh", book, "--return", path), run("check", book, "--return", path)):
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == 1
        assert "Traceback" not in said
        assert "\u202e" not in said and "[/red]" in said
