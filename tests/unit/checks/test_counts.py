"""Counts and percentages that contradict each other: on the page, and with what is recorded."""

from datetime import datetime

import pytest

from tests.support.printed_issue import figure, printed_rows
from xl_addin.checks.counts import against_the_record, no_count_of_its_whole, parts_above_wholes
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.page import Page, PageRow
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.returns import Entry
from xl_addin.sources.catalogue import read_catalogue

JUNE = Month(2015, 6)
M3 = Measure("M3", "", "Share", unit=Unit.PERCENTAGE, numerator="M2", denominator="M1")
CATALOGUE = Catalogue((Measure("M1", "", "Contacts"), Measure("M2", "", "Referrals"), M3))


def count(ref, value=None, status=""):
    return Observation(ref, JUNE, value, status)


def share(value):
    return Observation("M3", JUNE, value, half_width=0.005)


M1, M2 = count("M1", 1363.0), count("M2", 393.0)
PRINTED = {row.ref: [figure(cell) for cell in row.shown] for row in printed_rows()}


def contradictions(given, *recorded):
    """What is said of one figure of a return, given what is recorded."""
    history = History(Revision(seen, 1, datetime(2015, 7, 1), "") for seen in recorded)
    return [*against_the_record({given.key: Entry(given, "June.csv, row 4")}, CATALOGUE, history)]


def test_a_percentage_that_the_recorded_counts_do_not_give_is_told():
    (problem,) = contradictions(share(0.31), M1, M2)
    assert str(problem).startswith(
        "June.csv, row 4: M3 Jun 2015 is 31.0%, but M2 is 393 and M1 is 1363, which gives 28.8%."
    )


def test_a_percentage_that_agrees_within_its_rounding_is_no_contradiction():
    assert contradictions(share(0.29), M1, M2) == []


@pytest.mark.parametrize(
    ("given", "recorded", "found"),
    [
        (count("M1", 5.0), M2, "M2 is 393 and M1 is 5"),
        (count("M1", 0.0), M2, "M2 is 393 and M1 is 0"),
        (count("M2", 1364.0), M1, "M2 is 1364 and M1 is 1363"),
    ],
)
def test_a_count_that_makes_a_percentage_above_100_with_a_recorded_one_is_refused(
    given, recorded, found
):
    (problem,) = contradictions(given, recorded)
    assert problem.place == "June.csv, row 4"
    assert f"{found} for Jun 2015, so M3 would be above 100%" in problem.found
    assert "in the same return" in problem.remedy


@pytest.mark.parametrize(
    ("given", "recorded"),
    [(count("M1", 393.0), [M2]), (count("M1", 5.0), []), (count("M1", status="Late"), [M2])],
)
def test_a_count_that_makes_no_percentage_above_100_is_taken(given, recorded):
    assert contradictions(given, *recorded) == []


def test_a_part_above_its_whole_is_told_with_both_counts():
    share = Measure("M3", "", "", unit=Unit.PERCENTAGE, numerator="M2", denominator="M1")
    rows = (
        PageRow(Measure("M1", "", ""), (None,) * 12 + (10.0,)),
        PageRow(Measure("M2", "", ""), (3.0,) * 12 + (11.0,)),
        PageRow(share, (None,) * 13),
    )
    (problem,) = parts_above_wholes(rows[2], Page(JUNE, rows))
    assert "In Jun 2015 M2 is 11, above M1, which is 10." in str(problem)


@pytest.mark.parametrize(
    ("percentage", "whole", "words"),
    [
        (
            0.95,
            10.0,
            "it is 95% of CP2, which is 10; the nearest that a whole number gives are "
            "90% and 100%.",
        ),
        (0.98, 42.0, ""),
        (0.87, 45.0, ""),
        (0.975, 40.0, ""),
        (0.5, 1.0, "the nearest that a whole number gives are 0% and 100%."),
        (0.5, 0.0, ""),
        (0.5, None, ""),
        ("Not updated", 10.0, ""),
        (0.951, 264.0, ""),
    ],
)
def test_a_percentage_that_no_whole_number_of_children_gives_is_told(percentage, whole, words):
    of_cp2 = Measure("CP4", "", "", unit=Unit.PERCENTAGE, denominator="CP2")
    rows = (
        PageRow(Measure("CP2", "", ""), (None,) * 12 + (whole,)),
        PageRow(of_cp2, (0.55,) * 12 + (percentage,)),
    )
    found = "\n".join(map(str, no_count_of_its_whole(rows[1], Page(JUNE, rows))))
    assert words in found and bool(words) == bool(found)


def test_every_percentage_of_the_printed_issue_is_of_what_the_list_of_measures_says():
    catalogue = read_catalogue(None)[1]
    rows = tuple(PageRow(measure, tuple(PRINTED[measure.ref])) for measure in catalogue)
    assert sum(bool(m.denominator) and not m.is_ratio for m in catalogue) == 5
    assert not [p for row in rows for p in no_count_of_its_whole(row, Page(JUNE, rows))]
