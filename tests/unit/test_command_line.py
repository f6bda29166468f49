"""A command line is read at once where it is plain, and always as typer reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from xl_addin.cli import COMMANDS, command_named
from xl_addin.cli_help import build_app
from xl_addin.command_line import REQUIRED, Option, Parameter, call, parameters_of, read

PLAIN = ["June.xlsm", "Monthly Dataset.xlsm", "2015-06", "a=b", "7", "12", "put-back", "record"]
ODD = ["=", "", "007", "0", "121", "-5", "--", "-", "²", "--no-such", "--ye", "-x", "~", "*.csv"]


def as_typer_reads(name: str, words: list[str], monkeypatch) -> dict[str, object] | None:
    """What typer gives the command for a line; None where it refuses the line or explains it."""
    command = command_named(name)
    kept: list[dict[str, object]] = []
    monkeypatch.setattr("xl_addin.cli_help.call", lambda *given: kept.append(gathered(*given)))
    CliRunner().invoke(build_app({name: command}), [name, *words])
    return kept[0] if kept else None


def gathered(command, parameters, values) -> dict[str, object]:
    kept: list[dict[str, object]] = []
    call(lambda **given: kept.append(given), parameters, values)
    return kept[0]


def pieces(name: str) -> st.SearchStrategy[list[str]]:
    """Some words of a line: an option with its value, a name, or what wants explaining."""
    flags, others = [], []
    for one in parameters_of(command_named(name)):
        if isinstance(one.declared, Option):
            (flags if one.kind is bool else others).extend(one.declared.name.split("/"))
    value = st.sampled_from([*PLAIN, *PLAIN, *ODD])
    kinds = [st.sampled_from(PLAIN).map(lambda word: [word]), value.map(lambda word: [word])]
    if flags:
        kinds += [st.sampled_from(flags).map(lambda flag: [flag])] * 2
    if others:
        option = st.sampled_from(others)
        kinds += [st.tuples(option, value).map(list)] * 3
        kinds += [st.tuples(option, value).map(lambda pair: ["=".join(pair)])]
    return st.one_of(kinds)


def needed(parameters: Sequence[Parameter]) -> list[str]:
    """The words without which a command is refused."""
    words: list[str] = []
    for one in parameters:
        if one.default is REQUIRED:
            words += [one.declared.name] if isinstance(one.declared, Option) else []
            words += [next(iter(one.kind)).value if issubclass(one.kind, Enum) else "20"]
    return words


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_read_at_once_is_what_typer_reads(name, monkeypatch):
    parameters = parameters_of(command_named(name))
    plain: list[list[str]] = []

    @given(st.sampled_from([[], needed(parameters)]), st.lists(pieces(name), max_size=4))
    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    def holds(first, line):
        words = [*first, *(one for several in line for one in several)]
        values = read(parameters, words)
        if values is not None:
            plain.append(words)
            read_here = gathered(None, parameters, values)
            assert read_here == as_typer_reads(name, words, monkeypatch), words

    holds()
    assert plain


LINES = [
    ("refresh", "b.xlsm", "--return", "July return.csv", "--yes"),
    ("refresh", "b.xlsm", "--hand-edits", "put-back", "--take-older", "M1", "--take-older=M2"),
    ("import", "b.xlsm", "old.xlsx", "--sheet", "Page"),
    ("share", "b.xlsm", "--out", "c.xlsx", "--suppress", "--safe-note", "2", "--pdf"),
    ("show", "b.xlsm", "--month", "2015-03"),
    ("template", "--no-udfs"),
    ("demo",),
    ("compute", "a", "b", "--month", "2015-06", "--months", "3"),
    ("synthesize", "--out", "made up", "--children", "20", "--mess"),
]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_what_officers_type_is_plain(line, monkeypatch):
    name, *words = line
    parameters = parameters_of(command_named(name))
    values = read(parameters, words)
    assert values is not None
    assert gathered(None, parameters, values) == as_typer_reads(name, words, monkeypatch)


def test_a_shell_is_told_how_a_line_may_go_on():
    asked = {"COMP_WORDS": "xl-addin syn", "COMP_CWORD": "1"}
    code = "import sys; sys.argv = ['xl-addin']; from xl_addin.cli import main; main()"
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "_XL_ADDIN_COMPLETE": "complete_bash", **asked},
    )
    assert told.stdout.split() == ["synthesize"], told.stderr
