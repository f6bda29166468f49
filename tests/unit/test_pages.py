"""README and docs name the tests that show what they say: each of those is there."""

from __future__ import annotations

import re

import pytest

from tests.support.places import README, ROOT, TESTS

PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
NAMED = re.compile(r"\btests/[\w/.-]+\w|\btest_\w+(?:\.py)?\b|\bpython -m (tests\.[\w.]+)")


def is_there(name: str) -> bool:
    """Whether a file, folder, program or function of the tests is there."""
    if "/" in name:
        return any((ROOT / (name + end)).exists() for end in ("", ".py"))
    if name.startswith("tests."):
        return is_there(name.replace(".", "/"))
    if name.endswith(".py"):
        return bool(list(TESTS.rglob(name)))
    return name in FUNCTIONS or bool(list(TESTS.rglob(f"{name}.py")))


FUNCTIONS = {
    name
    for path in TESTS.rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page):
    text = page.read_text(encoding="utf-8")
    named = {found[1] or found[0] for found in NAMED.finditer(text)}
    assert not [name for name in sorted(named) if not is_there(name)]


def test_a_test_that_is_not_there_is_noticed():
    assert is_there("tests/unit/test_pages.py") and is_there("test_pages.py")
    assert not is_there("tests/unit/test_no_page.py") and not is_there("test_that_is_nowhere")
    assert is_there("tests.proof.fuzz") and not is_there("tests.proof.nowhere")
