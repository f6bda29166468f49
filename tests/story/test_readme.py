"""README's first screen, typed as it stands: the six steps, and figures from children's records."""

from __future__ import annotations

import csv
import re
import shlex

import openpyxl
import pytest

from tests.support.command_line import invoke
from tests.support.places import README
from xl_addin.demo import HISTORY, RETURN

SCREEN = README.read_text(encoding="utf-8").partition("### What it does not promise")[0]
STEPS, _, RECORDS = SCREEN.partition("### From children's records")
SIX, _, NEEDED = STEPS.partition("### Six steps")[2].partition("And when you need it:")


def typed(text):
    """The whole lines of a text that begin with xl-addin."""
    return [" ".join(one.split()) for one in re.findall(r"`(xl-addin [^`]+)`", text)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """What an officer has: an old dataset in Excel, and July's return."""
    book = openpyxl.Workbook()
    for row in csv.reader(HISTORY.read_text(encoding="utf-8-sig").splitlines()):
        book.active.append(row)
    book.save(tmp_path / "Old dataset.xlsx")
    july = RETURN.read_text(encoding="utf-8-sig").replace("Jun 2015", "Jul 2015")
    (tmp_path / "July return.csv").write_text(july, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def done(line):
    result = invoke(*shlex.split(line)[1:], answer="y\n" * 3)
    assert result.exit_code == 0, (line, result.output, result.exception)
    return result.output


def test_the_six_steps_are_done_as_they_are_written(folder):
    lines = typed(SIX)
    named = [line.split()[1] for line in lines]
    assert named == ["new", "new", "import", "refresh", "check", "show", "share"]
    said = [done(line) for line in lines]
    assert "Jul 2015: 21 of 22 figures" in said[named.index("refresh")]
    again = re.search(r"`(--month [0-9-]+)` the newest again", " ".join(SIX.split()))[1]
    assert "The page shows Jul 2015." in done(f'xl-addin show "Monthly Dataset.xlsm" {again}')
    assert (folder / "July.xlsx").is_file() and (folder / "Housing.xlsm").is_file()


def test_figures_come_from_made_up_records_as_it_is_written(folder):
    lines = [line for line in typed(RECORDS) if len(line.split()) > 2]
    assert [line.split()[1] for line in lines] == ["synthesize", "new", "refresh", "children"]
    assert "Jun 2015: 19 of 22 figures" in [done(line) for line in lines][2]
