"""A return is tried in a process apart, whose time and memory end before the computer's do."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from pathlib import Path

import pytest

from xl_addin.errors import Problem, ReturnRefused
from xl_addin.limits import DEFAULT, Limits
from xl_addin.sources import apart, read_grids
from xl_addin.sources.apart import try_apart

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are doubled on Linux")
SMALL = Limits(cells=1)


def for_ever() -> None:
    while True:
        pass


def without_end() -> object:
    held = []
    while True:
        held.append(bytes(100_000_000))


def stop_as_a_library_without_memory_does() -> None:
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGABRT)


def test_what_never_ends_is_ended_and_said(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 1)
    said = r"June\.xls: This file takes too long to read\. Save the month's figures alone"
    with pytest.raises(ReturnRefused, match=said):
        try_apart("June.xls", for_ever, DEFAULT)


def test_what_would_fill_the_memory_is_ended_and_said(monkeypatch):
    said = r"June\.xls: This file takes more memory to read than any return needs"
    with pytest.raises(ReturnRefused, match=said):
        try_apart("June.xls", without_end, SMALL)
    with pytest.raises(ReturnRefused, match=said):
        try_apart("June.xls", stop_as_a_library_without_memory_does, SMALL)


def test_what_is_refused_apart_is_refused_in_the_same_words():
    problems = [Problem("June.ods, row 2", "M1 is “↑”.", "Write “1”."), Problem("x", "y", "z")]

    def refuse() -> None:
        raise ReturnRefused(problems)

    with pytest.raises(ReturnRefused) as refusal:
        try_apart("June.ods", refuse, DEFAULT)
    assert refusal.value.problems == tuple(problems)


def test_what_else_goes_wrong_apart_is_left_to_the_reading_itself():
    def fail() -> None:
        raise RuntimeError("a mistake of ours")

    try_apart("June.ods", fail, DEFAULT)


def test_nothing_of_the_process_apart_is_left(tmp_path):
    (tmp_path / "June.xlsx").write_bytes(b"PK\3\4 nothing")
    before = children()
    with pytest.raises(ReturnRefused, match="damaged"):
        read_grids(tmp_path / "June.xlsx")
    assert children() == before


def children() -> set[str]:
    """The processes that this one has started and not waited for: other tests may have some."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {number for task in tasks for number in task.read_text().split()}
