"""The command line as a process, and as a call: what it said and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from tests.support.patience import HANGS
from xl_addin import cli


def run(
    *words: object, folder: Path | None = None, answer: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "xl_addin", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        input=answer,
        cwd=folder,
        env={**os.environ, "COLUMNS": "160", **environment},
        timeout=HANGS,
    )


def run_here(monkeypatch, capsys, *words: object, answer: str = "") -> tuple[int, str]:
    """The exit code of a command and everything it said."""
    if answer:
        done = invoke(*words, answer=answer)
        return done.exit_code, done.output
    monkeypatch.setattr("sys.argv", ["xl-addin", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


class Invoked(NamedTuple):
    """What a command that was called said, how it ended, and what it raised before it is told."""

    exit_code: int
    output: str
    exception: Exception | None = None


def invoke(*words: object, answer: str = "") -> Invoked:
    """A command as a call; what it refuses comes as the exception."""
    said, typed = StringIO(), StringIO(answer)
    with (
        redirect_stdout(said),
        redirect_stderr(said),
        patch("sys.stdin", typed),
        patch("sys.argv", ["xl-addin", *map(str, words)]),
        pytest.raises((SystemExit, Exception)) as ended,
    ):
        cli.run()
    if isinstance(ended.value, SystemExit):
        return Invoked(int(ended.value.code or 0), said.getvalue())
    return Invoked(1, said.getvalue(), ended.value)
