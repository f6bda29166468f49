"""Problems of a kind are told once, with all their rows."""

from __future__ import annotations

import pytest

from xl_addin.errors import Problem, grouped


def told(*problems: Problem) -> list[str]:
    return [str(problem) for problem in grouped(problems)]


def month(row: int) -> Problem:
    return Problem(f"July.csv, row {row}", "“June” cannot be read as a month.", "Write Jun 2015.")


def without(ref: str) -> Problem:
    return Problem(
        f"Dataset, {ref}",
        "There is neither a figure nor a reason.",
        "Ask for it.",
        together="{count} measures have neither a figure nor a reason: {items}.",
        item=ref,
    )


def test_one_problem_of_many_rows_is_one_sentence_with_its_rows():
    assert told(*map(month, [2, 3, 4, 7, 9, 10])) == [
        "July.csv, rows 2 to 4, 7, 9, 10: “June” cannot be read as a month. Write Jun 2015."
    ]


def test_problems_that_are_not_alike_stay_apart_and_in_their_order():
    one, two = month(2), Problem("July.csv, row 3", "M3 is 39.", "Write 39%.")
    other = Problem("May.csv, row 2", one.found, one.remedy)
    assert told(two, one, other) == [str(two), str(one), str(other)]


def test_problems_with_a_sentence_of_their_own_for_many_are_told_with_it():
    assert told(without("M2"), month(2), without("M3")) == [
        "Dataset: 2 measures have neither a figure nor a reason: M2, M3. Ask for it.",
        str(month(2)),
    ]
    assert told(without("M2")) == [str(without("M2"))]


def test_the_months_of_a_row_are_told_together():
    found = [Problem(f"July.csv, row 3, {m}", "It is a total.", "Go.") for m in ("May", "Jun")]
    assert told(*found) == ["July.csv, row 3, May, Jun: It is a total. Go."]


def test_of_very_many_the_first_are_named_and_the_rest_counted():
    (line,) = told(*(without(f"M{n}") for n in range(1, 101)))
    assert "100 measures" in line
    assert line.count("M") == 40
    assert "and 60 more." in line


@pytest.mark.parametrize("place", ["Workbook", ""])
def test_a_problem_without_a_row_stays_as_it_is(place):
    one = Problem(place, "It is locked.", "Unlock it.")
    assert told(one, one) == [str(one)]
