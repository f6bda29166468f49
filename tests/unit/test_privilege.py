"""What the program may not do: no network, no shell, no code made from text."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import xl_addin
from tests.support.patience import HANGS
from tests.support.ready import JUNE, ready_book
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.excel import error_log

ROOT = Path(xl_addin.__file__).parent
FORBIDDEN = {"eval", "exec", "compile", "__import__"}
SHELLS = {"system", "popen", "spawnl", "spawnv", "startfile", "execv", "execl", "execvp"}
NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "requests", "asyncio"}
PROCESSES = {"subprocess", "multiprocessing", "pty", "pickle", "marshal", "shelve", "code"}
STARTS = {
    "pdf.py": {"subprocess"},
    "once_idle.py": {"subprocess"},
    "refresh_many.py": {"multiprocessing"},
    "environment.py": {"subprocess"},
    "uninstall.py": {"subprocess"},
    "wheelhouse.py": {"subprocess"},
}
"""The share copy as PDF is printed by LibreOffice, a process of its own, when it is asked for; a
button that closes its own workbook leaves that to a second Python, after its macro has ended; a
folder of workbooks is refreshed by a process for each core. Installing starts Python and pip, by
their own paths."""
MAKES_CODE = {"values.py": {"exec"}}
"""A value type's own __init__, of the names of its fields: it is made of nothing that was read."""

DENIED = """
import sys

def deny(event, args):
    if event.startswith("socket.") and event not in ("socket.gethostname",):
        raise PermissionError(f"the network was asked: {event} {args}")
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile"):
        raise PermissionError(f"a process was started: {event}")

sys.addaudithook(deny)
from xl_addin.cli import main
main()
"""


def without_network(*words, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DENIED, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "160"},
        timeout=HANGS,
    )


def test_demonstration_refresh_check_and_undo_ask_no_network_and_start_no_process(tmp_path):
    demo = without_network("demo", "--out", tmp_path / "demo", folder=tmp_path)
    assert demo.returncode == 0, demo.stderr
    book = ready_book(tmp_path)
    for words in (
        ["refresh", book, "--return", JUNE, "--yes"],
        ["check", book],
        ["show", book, "--month", "2015-03"],
        ["undo", book, "--yes"],
    ):
        done = without_network(*words, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr


def test_the_denial_would_be_noticed(tmp_path):
    asked = DENIED.replace(
        "from xl_addin.cli import main\nmain()", "import socket; socket.socket()"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert "the network was asked" in done.stderr


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_shell_no_network_and_no_code_made_from_text(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            forbidden = FORBIDDEN - MAKES_CODE.get(path.name, set())
            assert not (isinstance(called, ast.Name) and called.id in forbidden), node.lineno
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                assert not (called.value.id == "os" and called.attr in SHELLS), node.lineno
            assert not any(keyword.arg == "shell" for keyword in node.keywords), node.lineno
        names = [alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")]
        if isinstance(node, ast.ImportFrom):
            names = [str(node.module)]
        if isinstance(node, ast.Import | ast.ImportFrom):
            forbidden = NETWORK | (PROCESSES - STARTS.get(path.name, set()))
            assert not set(names) & forbidden, f"{node.lineno}: {names}"


def test_the_log_holds_no_figure_of_a_return(tmp_path, monkeypatch):
    monkeypatch.setattr(error_log, "log_path", lambda: tmp_path / "xl-addin.log")
    figure = 4700 + 11
    problem = Problem("June.csv, row 3", f"LAC1 is {figure} children.", f"Write {figure}.")
    try:
        try:
            raise ValueError(f"could not read {figure}")
        except ValueError as error:
            raise ReturnRefused([problem]) from error
    except ReturnRefused as refusal:
        log = error_log.record("Refresh month", refusal).read_text(encoding="utf-8")
    assert "4711" not in log
    assert "ReturnRefused" in log
