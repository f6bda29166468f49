"""The guide: its steps done as written by an officer with a fresh folder, and the sheet Help."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.support.command_line import run
from tests.support.places import ROOT
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel.template.help_sheet import guide_lines, guide_text
from xl_addin.layout import Sheet

GUIDE = ROOT / "docs" / "guide.md"
FENCED = re.findall(r"^```\n(.+?)\n```$", guide_text(), re.MULTILINE | re.DOTALL)
TYPED = [line for block in FENCED for line in block.splitlines()]


def test_the_guide_is_the_one_in_the_workbook():
    """Where it differs, copy xl_addin/excel/template/guide.md to docs/guide.md."""
    assert GUIDE.read_text(encoding="utf-8") == guide_text()


def test_its_pictures_are_there():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", guide_text())
    assert len(pictures) == 3
    assert all((GUIDE.parent / name).is_file() for name in pictures)


def test_every_step_is_done_as_it_is_written(tmp_path):
    """From nothing: a new workbook, the figures there are, and then what the guide says."""
    shutil.copy(RETURN, tmp_path)
    book = '"Monthly Dataset.xlsm"'
    before = [f"xl-addin new {book}", f'xl-addin import {book} "{HISTORY}" --yes']
    said = {}
    for line in [*before, *TYPED]:
        asked = line.split()[1] in ("refresh", "undo")
        done = run(*shlex.split(line)[1:], folder=tmp_path, answer="y\n" if asked else "")
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        said[line.split()[1]] = done.stdout
    assert "Jun 2015: 21 of 22 figures" in said["refresh"]
    assert "This takes back" in said["undo"]
    assert "BROKEN" not in said["doctor"]
    assert (tmp_path / "June 2015.xlsx").is_file()


def test_what_it_says_to_type_is_every_step_and_the_way_back():
    assert [line.split()[1] for line in TYPED] == [
        "refresh", "check", "share", "commentary", "undo", "show", "show", "doctor"
    ]  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = shutil.copy(ROOT / "workbook_template.xlsm", tmp_path_factory.mktemp("help"))
    book = openpyxl.load_workbook(Path(path))
    return [tuple(cell.value for cell in row[:2]) for row in book[Sheet.HELP].iter_rows(min_row=5)]


def test_the_sheet_help_says_all_that_the_guide_says(rows):
    shown = " ".join(text for row in rows for text in row if text)
    told = re.sub(r"^!.*$|^# .*$|^```$|^#+ |^- ", "", guide_text(), flags=re.MULTILINE)
    words = re.sub(r"\*\*?|`", "", told).split()
    missing = [word for word in words if word.strip(":") not in shown]
    assert not missing


def test_terms_stand_beside_what_is_said_of_them(rows):
    told = dict(row for row in rows if row[0])
    assert told["n/a"].startswith("It cannot be worked out")
    assert told["Someone wants March."].startswith("Show it")


def test_no_line_of_the_sheet_is_cut():
    assert all(len(line.words) < 900 and len(line.term) < 60 for line in guide_lines(guide_text()))
