"""Published data: what each column is, which rows are meant, and what is never taken."""

from __future__ import annotations

import pytest

from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.returns.brought import Choices
from xl_addin.returns.published_data import period_of, read_published
from xl_addin.table import Grid, PerCent

LAC1 = Measure("LAC1", "", "Number of looked after children")
SHARE = Measure("P", "", "Percentage with a plan", unit=Unit.PERCENTAGE)
RATE = Measure("R", "", "Long words", key_heading="Rate per 10000", unit=Unit.RATE)
CATALOGUE = Catalogue((LAC1, SHARE, RATE))

PLACES = ("country_code", "country_name", "region_code", "region_name")
AUTHORITY = ("new_la_code", "old_la_code", "la_name")
HEADER = ("time_period", "time_identifier", "geographic_level", *PLACES, *AUTHORITY)
ENGLAND = ("National", "E92000001", "England", "", "", "", "", "")
SOUTH_EAST = ("Regional", "E92000001", "England", "E12000008", "South East", "", "", "")
KENT = ("Local authority", "E92000001", "England", "E12000008", "South East")
KENT = (*KENT, "E10000016", "886", "Kent")
YEAR = ("201415", "Financial year")


def read(figures, *rows, **choices):
    header = (*HEADER, *figures)
    return read_published(Grid("cla.csv", (header, *rows)), CATALOGUE, Choices(**choices))


def rows_of(brought):
    assert not brought.problems, brought.problems
    return [(ref, who, period, value) for _, (ref, who, period, value, _) in brought.rows]


@pytest.mark.parametrize(
    ("period", "kind", "expected"),
    [
        ("201415", "Financial year", "2014-15"),
        ("201415", "Academic year", "2014-15 (academic year)"),
        ("2015", "Reporting year", "2015 (reporting year)"),
        ("2015", "Calendar year", "2015"),
        ("199900", "Financial year", "1999-00"),
        ("2015", "June", "Jun 2015"),
        (2015.0, "Calendar year", "2015"),
        ("201416", "Financial year", None),
        ("201415", "Autumn term", None),
        ("2015", "Week 12", None),
        ("2015", "Q1", None),
        ("", "Financial year", None),
    ],
)
def test_a_period_is_a_year_or_a_month(period, kind, expected):
    assert period_of({"time_period": period, "time_identifier": kind}) == expected


def test_a_column_named_for_a_measure_is_its_and_england_alone_is_taken():
    brought = read(
        ("LAC1", "percentage_with_a_plan", "rate_per_10000", "headcount"),
        (*YEAR, *ENGLAND, "69,480", "62.5", "60", "7"),
        (*YEAR, *SOUTH_EAST, "9400", "61.0", "48", "7"),
        (*YEAR, *KENT, "1870", "60.0", "57", "7"),
    )
    assert rows_of(brought) == [
        ("LAC1", "England", "2014-15", 69480.0),
        ("P", "England", "2014-15", 0.625),
        ("R", "England", "2014-15", 60.0),
    ]
    told = "\n".join(brought.told)
    assert "percentage_with_a_plan: P, Percentage with a plan (percentage, in per cents" in told
    assert "Not read, because no measure is called so: headcount." in told
    assert "not taken: local authority 1, regional 1" in told


def test_a_region_and_an_authority_are_taken_when_named_in_any_capitals():
    brought = read(
        ("number",),
        (*YEAR, *ENGLAND, 69480),
        (*YEAR, *SOUTH_EAST, 9400),
        (*YEAR, *KENT, 1870),
        columns={"Number": "lac1"},
        who=("south east", "KENT"),
    )
    assert [row[1:] for row in rows_of(brought)] == [
        ("England", "2014-15", 69480.0),
        ("South East", "2014-15", 9400.0),
        ("Kent", "2014-15", 1870.0),
    ]


@pytest.mark.parametrize("symbol", ["c", "x", "z", ":", "low", "u", "[c]", "k"])
def test_a_symbol_is_never_a_figure_and_is_counted(symbol):
    brought = read(("LAC1",), (*YEAR, *ENGLAND, symbol), ("2013", "Calendar year", *ENGLAND, 5))
    assert rows_of(brought) == [("LAC1", "England", "2013", 5.0)]
    assert brought.told[-1] == f"1 figure is not published ({symbol} 1): left out."


def test_of_what_a_row_is_about_totals_are_taken_and_others_when_named():
    table = (
        ("sex", "status", "LAC1"),
        (*YEAR, *ENGLAND, "Total", "Final", 100),
        (*YEAR, *ENGLAND, "Male", "Final", 60),
        (*YEAR, *ENGLAND, "Female", "Final", 40),
    )
    assert [row[3] for row in rows_of(read(*table))] == [100.0]
    assert "• sex: only “Total”" in read(*table).told
    chosen = read(*table, only={"SEX": "male"})
    assert [row[3] for row in rows_of(chosen)] == [60.0]


def test_without_a_total_nobody_can_tell_which_row_is_meant():
    brought = read(("sex", "LAC1"), (*YEAR, *ENGLAND, "Male", 60), (*YEAR, *ENGLAND, "Female", 40))
    assert [str(p) for p in brought.problems] == [
        "cla.csv: Under sex stand Male, Female; none of them is a total. Say which rows are meant: "
        '--only "sex=Male".'
    ]


def test_several_values_for_one_place_and_period_are_refused():
    brought = read(("age", "LAC1"), (*YEAR, *ENGLAND, 4, 60), (*YEAR, *ENGLAND, 5, 40))
    assert [str(p) for p in brought.problems] == [
        "cla.csv, row 3: England has several values of LAC1 for 2014-15 (also row 2). Say which "
        'rows are meant: --only "COLUMN=WORDS".'
    ]
    chosen = read(
        ("age", "LAC1"), (*YEAR, *ENGLAND, 4, 60), (*YEAR, *ENGLAND, 5, 40), only={"age": "5"}
    )
    assert [row[3] for row in rows_of(chosen)] == [40.0]


def test_percentages_between_0_and_1_are_not_guessed():
    table = (("P",), (*YEAR, *ENGLAND, "0.4"), (*YEAR, *SOUTH_EAST, "0.7"))
    (problem,) = read(*table).problems
    assert problem.found == "Every figure under p lies between 0 and 1: is 0.4 0.4% or 40%?"
    assert [row[3] for row in rows_of(read(*table, per_cents=True))] == [0.004]
    both = (("P",), (*YEAR, *ENGLAND, "0.4"), ("2013", "Calendar year", *ENGLAND, "40"))
    assert [row[3] for row in rows_of(read(*both))] == [0.004, 0.4]


@pytest.mark.parametrize("cell", ["62.5%", PerCent(0.625), 62.5, "62.5"])
def test_a_percentage_with_its_sign_is_the_same_as_one_without(cell):
    assert rows_of(read(("P",), (*YEAR, *ENGLAND, cell)))[0][3] == 0.625


def test_what_is_said_of_a_file_is_held_against_it():
    brought = read(
        ("LAC1", "sex"),
        (*YEAR, *ENGLAND, 5, "Total"),
        columns={"nix": "LAC1", "lac1": "XX"},
        who=("Mars",),
        only={"sex": "Both", "nix": "x"},
    )
    assert [problem.found for problem in brought.problems] == [
        "It has no column “nix”.",
        "“XX” is not a measure ref.",
        "It has no figures of “Mars”.",
        "No row has “Both” under sex.",
        "It has no column “nix”.",
    ]


def test_words_in_a_column_that_an_officer_names_are_no_figures():
    brought = read(("n",), (*YEAR, *ENGLAND, "many"), (*YEAR, *ENGLAND, 5), columns={"n": "LAC1"})
    assert [problem.found for problem in brought.problems] == [
        "Under n stands “many”, which is no figure of LAC1."
    ]
    brought = read(("LAC1",), (*YEAR, *ENGLAND, "12%"))
    assert brought.problems[0].found == "Under lac1 stands “12%”, which is no figure of LAC1."


def test_terms_weeks_and_schools_are_left_out_and_said():
    brought = read(
        ("LAC1",),
        (*YEAR, *ENGLAND, 5),
        ("201415", "Autumn term", *ENGLAND, 6),
        (*YEAR, "School", *ENGLAND[1:], 7),
    )
    assert [row[3] for row in rows_of(brought)] == [5.0]
    assert "1 row is neither of a month nor of a year: left out." in brought.told
    assert "1 row is of a place below local authorities: left out." in brought.told


def test_no_column_for_a_measure_is_told_with_what_there_is():
    (problem,) = read(("number",), (*YEAR, *ENGLAND, 5)).problems
    assert str(problem) == (
        "cla.csv: No column is called as a measure is. Its figures: number. Say which measure one "
        'is: --column "number=REF".'
    )


def test_a_comma_for_a_point_is_no_figure_and_told_as_such():
    brought = read(("P",), (*YEAR, *ENGLAND, "79,5"))
    assert [str(p) for p in brought.problems] == [
        "cla.csv, row 2: Under p stands “79,5”, which is no figure of P. Choose a column of its "
        "figures, or correct the file."
    ]


def test_a_file_of_words_alone_has_no_figures():
    (problem,) = read(("sex",), (*YEAR, *ENGLAND, "Total")).problems
    assert problem.found == "It has no column of figures."


def test_another_file_is_none():
    rows = (("Measure Ref", "Jun 2015"), ("LAC1", 5))
    assert read_published(Grid("x", rows), CATALOGUE, Choices()) is None
