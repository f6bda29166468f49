"""What a box shows of what is told: eight lines at a glance, and all of it on pages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_addin.boxes import LINES, PAGE, at_a_glance, fits, pages

LENGTHS = st.lists(st.sampled_from([0, 1, 40, 100, 101, 250, 640, 1300]), max_size=60)


def told(lengths: list[int]) -> list[str]:
    """Lines of these lengths, each to be told from the others."""
    return [
        f"{number:04}{'x' * length}"[: length and length + 4]
        for number, length in enumerate(lengths)
    ]


def drawn(lines: list[str]) -> int:
    """How many lines a box has for them: it goes on below after 100 letters."""
    return sum(max(1, -(-len(line) // 100)) for line in lines)


@given(LENGTHS)
def test_at_a_glance_is_eight_lines_in_their_order_that_begin_with_the_most_pressing(lengths):
    lines = [line for line in told(lengths) if line]
    if fits(lines):
        assert drawn(lines) <= LINES
        return
    seen = at_a_glance(lines)
    assert drawn(seen) <= LINES
    shown = [line for line in seen if line[:4].isdigit()]
    assert shown
    assert [line[:4] for line in shown] == [line[:4] for line in lines[: len(shown)]]
    left = len(lines) - len(shown)
    lines_left = "1 more line" if left == 1 else f"{left} more lines"
    assert seen[len(shown) :] == ([f"… and {lines_left}."] if left else [])


def test_the_first_line_of_every_part_is_seen_at_a_glance():
    lines = [
        "Please look at:",
        *(f"• {n}" for n in range(20)),
        "",
        "Jul 2015: 20 of 22 figures",
        "moved",
    ]
    assert at_a_glance(lines) == [
        *lines[:6],
        "Jul 2015: 20 of 22 figures",
        "… and 16 more lines.",
    ]


@given(LENGTHS)
def test_pages_lose_nothing_and_each_fits_a_small_screen(lengths):
    lines = told(lengths)
    found = pages(lines)
    assert [line for page in found for line in page] == lines
    assert all(drawn(page) <= PAGE or len(page) == 1 for page in found)
    assert all(drawn([*one, other[0]]) > PAGE for one, other in pairwise(found))


@pytest.mark.parametrize(("lines", "outcome"), [(8, True), (9, False)])
def test_blank_lines_between_parts_are_not_counted(lines, outcome):
    assert fits(["a", "", *["b"] * (lines - 1)]) is outcome
