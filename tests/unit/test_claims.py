"""What the documents claim: each promise of docs/safety.md names a test, and each test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import xl_addin
from tests.support import odd_ods, odd_package
from tests.support.hostile_files import MEASURED
from tests.support.live_kinds import kinds
from tests.support.places import README, ROOT, TESTS
from tests.support.properties.odd_workbooks import TOGETHER

PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
SAFETY = (ROOT / "docs/safety.md").read_text(encoding="utf-8")
PROMISED = SAFETY.partition("## Settings and limits")[0]
TRIED = SAFETY.partition("| What | Tried in every test run | Found | Test |\n")[2]
TRIED = TRIED.partition("\n\n")[0]
NAMED = re.compile(
    r"\btests/[\w/.-]+\w|`(xl_addin/[\w/.]+)`|\btest_\w+(?:\.py)?\b|\bpython -m (tests\.[\w.]+)"
)
FUNCTIONS = {
    name
    for path in TESTS.rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def named(text: str) -> set[str]:
    """The tests, files and programs that a text names."""
    return {found[1] or found[2] or found[0] for found in NAMED.finditer(text)}


def is_there(name: str) -> bool:
    """Whether a file, folder, program or function is there."""
    if "/" in name:
        return any((_place(name + end)).exists() for end in ("", ".py"))
    if name.startswith("tests."):
        return is_there(name.replace(".", "/"))
    if name.endswith(".py"):
        return bool(list(TESTS.rglob(name)))
    return name in FUNCTIONS or bool(list(TESTS.rglob(f"{name}.py")))


def _place(name: str) -> Path:
    """Where a path of the repository is; the package may be installed elsewhere than the tests."""
    package = Path(xl_addin.__file__).parent
    return package.parent / name if name.startswith(package.name) else ROOT / name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_file_and_program_that_a_page_names_is_there(page):
    names = named(page.read_text(encoding="utf-8"))
    assert not [name for name in sorted(names) if not is_there(name)]


def test_a_test_that_is_not_there_is_noticed():
    assert is_there("tests/unit/test_claims.py") and is_there("test_claims.py")
    assert not is_there("tests/unit/test_no_page.py") and not is_there("test_that_is_nowhere")
    assert is_there("tests.proof.fuzz") and not is_there("tests.proof.nowhere")
    assert is_there("xl_addin/limits.py") and not is_there("xl_addin/no_limits.py")


def test_each_promise_of_safety_names_a_test():
    promises = re.split(r"\n- ", PROMISED)[1:]
    assert len(promises) > 8
    assert [promise[:60] for promise in promises if not re.search("test_", promise)] == []


def test_each_row_of_what_was_tried_names_a_test():
    rows = TRIED.splitlines()[1:]
    assert len(rows) > 15
    assert [row[:60] for row in rows if not re.search("`test_", row.rsplit("|", 2)[1])] == []


def test_what_is_said_to_be_tried_in_every_run_is_as_many_as_the_lists_have():
    odd = len(odd_package.ODDITIES)
    assert f"in {len(kinds())} kinds of change" in TRIED
    assert f"| {odd + len(odd_package.ZIPS)} + {TOGETHER} |" in TRIED
    assert f"in {odd + len(odd_ods.ODDITIES)} odd forms" in TRIED


def test_the_table_of_hostile_returns_has_a_row_for_each_kind_that_is_tried():
    rows = SAFETY.partition("| Hostile return |")[2].partition("\n\n")[0].splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(MEASURED)
    assert all(float(row.split(" | ")[2].split()[0]) < 500 for row in rows)
