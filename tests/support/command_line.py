"""The command line as a process, and as a call: what it said and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

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
        done = CliRunner().invoke(cli.app, [str(word) for word in words], input=answer)
        return done.exit_code, done.output
    monkeypatch.setattr("sys.argv", ["xl-addin", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err
