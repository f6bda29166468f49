"""Heading rows: which are recognised, and what is wrong with them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from xl_addin.layout import Commentary, History, Measures, PutOnFigures, Return
from xl_addin.period import Month
from xl_addin.returns.figure import NOT_CALCULATED
from xl_addin.returns.headings import heading_problems, read_headings
from xl_addin.table import CellError

MAY, JUNE = Month(2015, 5), Month(2015, 6)


@pytest.mark.parametrize(
    "ref", ["Measure Ref", "Ref", "measure ref", "MEASURE  REF.", "measure_ref"]
)
@pytest.mark.parametrize(
    ("may", "june"),
    [
        ("May 2015", "Jun 2015"),
        ("may 2015", "June 2015"),
        ("2015-05", "2015-06"),
        (date(2015, 5, 1), datetime(2015, 6, 30, 0, 0)),
        ("01/05/2015", "01/06/2015"),
        ("May\n2015", "Jun\u00a02015"),
    ],
)
def test_a_wide_heading_row_is_found_by_its_ref_and_its_months(ref, may, june):
    row = (ref, "Description", may, june, "12 month average")
    found = read_headings(row)
    assert (found.ref, found.months, found.is_tidy) == (0, {2: MAY, 3: JUNE}, False)
    assert not [*heading_problems(row, found, "x")]


def test_a_tidy_heading_row_may_have_its_columns_in_any_order_and_others_too():
    row = ("Team", "VALUE", " month", "Measure ref", "Notes")
    found = read_headings(row)
    assert (found.ref, found.is_tidy) == (3, True)
    assert found.columns == {Return.VALUE: 1, Return.MONTH: 2, Return.NOTE: 4}
    assert not [*heading_problems(row, found, "x")]


@pytest.mark.parametrize(
    "row",
    [
        (),
        ("M1", "MASH", 1303),
        ("Measure Ref", "Description"),
        ("Description", "Jun 2015"),
        ("#REF!", "Jun 2015", "x"),
        (CellError("#REF!"), "Jun 2015", "x"),
        Measures.COLUMNS,
        History.COLUMNS,
        Commentary.COLUMNS,
        PutOnFigures.COLUMNS,
        ("Measure Ref", "Heading", "May 2015", "Jun 2015", "Label, last year", "Label, latest"),
    ],
)
def test_no_other_row_is_one(row):
    assert read_headings(row) is None


@pytest.mark.parametrize(
    ("heading", "found", "remedy"),
    [
        ("15-Jun", "“15-Jun” cannot be read as a month.", "Jun 2015"),
        ("01-Jun-15", "“01-Jun-15” cannot be read as a month.", "Jun 2015"),
        ("June", "“June” cannot be read as a month.", "Jun 2015"),
        ("Jun 2015 (p)", "“Jun 2015 (p)” cannot be read as a month.", "Jun 2015"),
        ("06/2015", "“06/2015” cannot be read as a month.", "Jun 2015"),
        ("2015/06", "“2015/06” cannot be read as a month.", "Jun 2015"),
        ("06/13/2015", "“06/13/2015” cannot be read as a month.", "01/06/2015"),
        ("201506", "“201506” cannot be read as a month.", "Jun 2015"),
        (
            42156.0,
            "The month is 42156, the number Excel keeps for a day in Jun 2015.",
            "date format",
        ),
        ("42156", "The month is 42156, the number Excel keeps for a day in Jun 2015.", "Jun 2015"),
        (date(1900, 1, 5), "“05/01/1900” cannot be read as a month.", "Jun 2015"),
        (CellError("#REF!"), "The month shows #REF!.", "Correct it"),
        (NOT_CALCULATED, "The month shows #NOT CALCULATED.", "save it in Excel"),
    ],
)
def test_a_column_whose_month_cannot_be_read_is_not_lost(heading, found, remedy):
    row = ("Ref", "May 2015", heading)
    (problem,) = heading_problems(row, read_headings(row), "June.csv, row 4")
    assert (problem.place, problem.found) == ("June.csv, row 4", found)
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    "heading",
    ["12 month average", "Max. value in last 12 months", "% change", "Decrease", "Mayor's target"]
    + ["2014/15", "2014-15", 2015.0, "Target", None, "pct_change_as_printed", "13"],
)
def test_other_columns_are_passed_over(heading):
    row = ("Ref", "May 2015", heading)
    found = read_headings(row)
    assert found.months == {1: MAY}
    assert not [*heading_problems(row, found, "x")]


def test_a_month_that_heads_two_columns_is_a_problem():
    row = ("Ref", "Jun 2015", "2015-06", "May 2015")
    found = read_headings(row)
    assert found.months == {1: JUNE, 3: MAY}
    (problem,) = heading_problems(row, found, "x")
    assert problem.found == "Jun 2015 heads 2 columns."


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("Ref", "Month", "Value", "value"), "2 columns are headed Value."),
        (("Ref", "Month", "Figure"), "No column is headed Value."),
    ],
)
def test_tidy_columns_stand_once_and_figures_have_one(row, found):
    (problem,) = heading_problems(row, read_headings(row), "x")
    assert problem.found == found


@pytest.mark.parametrize("heading", ["Jun-15", "Jun 15", "June '15"])
def test_a_heading_may_give_its_year_by_two_digits(heading):
    assert read_headings(("Measure Ref", heading)).months == {1: Month(2015, 6)}
