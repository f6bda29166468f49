"""What the documents claim: each promise of docs/safety.md names a test, and each test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import xl_addin
from tests.support.hostile_files import MEASURED
from tests.support.places import ROOT

PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
SAFETY = (ROOT / "docs/safety.md").read_text(encoding="utf-8")
PROMISED = SAFETY.partition("## Settings and limits")[0]
TRIED = SAFETY.partition("| What | Tried in every test run | Found | Test |\n")[2]
FILES = tuple((ROOT / "tests").rglob("test_*.py"))


def named(text: str) -> set[str]:
    """The tests that a text names, files and single ones."""
    return set(re.findall(r"`[\w/]*?(test_\w+(?:\.py)?)`", text))


def single_tests() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in FILES)
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


def test_each_promise_of_safety_names_a_test():
    promises = re.split(r"\n- ", PROMISED)[1:]
    assert len(promises) > 8
    assert [promise[:60] for promise in promises if not named(promise)] == []


def test_each_row_of_what_was_tried_names_a_test():
    rows = TRIED.partition("\n\n")[0].splitlines()[1:]
    assert len(rows) > 15
    assert [row[:60] for row in rows if not named(row.rsplit("|", 2)[1])] == []


@pytest.mark.parametrize("page", PAGES)
def test_each_test_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert named(text) - {path.name for path in FILES} - single_tests() == set()


def _place(name: str) -> Path:
    """Where a path of the repository is; the package may be installed elsewhere than the tests."""
    package = Path(xl_addin.__file__).parent
    return package.parent / name if name.startswith(package.name) else ROOT / name


@pytest.mark.parametrize("page", PAGES)
def test_each_path_and_each_run_of_the_tests_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:tests|xl_addin)/[\w/.]+)`", text)
    runs = [name.replace(".", "/") for name in re.findall(r"python -m (tests(?:\.\w+)+)", text)]
    there = [_place(name) for name in (*paths, *(f"{run}.py" for run in runs))]
    assert [
        str(path) for path in there if not path.exists() and not Path(path.with_suffix("")).is_dir()
    ] == []


def test_the_table_of_hostile_returns_has_a_row_for_each_kind_that_is_tried():
    rows = SAFETY.partition("| Hostile return |")[2].partition("\n\n")[0].splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(MEASURED)
    assert all(float(row.split(" | ")[2].split()[0]) < 500 for row in rows)
