"""Comparators: which is set beside a month, what is wrong with a row, and how it is said."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support.books import applied, new_sheets
from xl_addin.check import check
from xl_addin.dataset.comparators import Period, is_symbol, read_comparators
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import Comparators, Summary
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, page_of, refresh
from xl_addin.returns import Entry, Return
from xl_addin.summary import About, build_summary
from xl_addin.table import Table
from xl_addin.update import Row, SetRows, Update

JUNE = Month(2015, 6)
SHARE = Measure("P", "", "Seen in time", unit=Unit.PERCENTAGE)
COUNT, MONEY = Measure("N", "", "Contacts"), Measure("M", "", "Cost", unit=Unit.MONEY)
CATALOGUE = Catalogue((SHARE, COUNT, MONEY))


def known(*rows, former=None):
    table = Table("Comparators", "Comparators", Comparators.COLUMNS, rows, 5)
    return read_comparators(table, CATALOGUE, former)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        (date(2015, 6, 1), (2015, 6), (2015, 6)),
        ("Jun 2015", (2015, 6), (2015, 6)),
        ("2015-06", (2015, 6), (2015, 6)),
        (2015, (2015, 1), (2015, 12)),
        (2015.0, (2015, 1), (2015, 12)),
        ("2015 (reporting year)", (2015, 1), (2015, 12)),
        ("2014-15", (2014, 4), (2015, 3)),
        ("2014/15", (2014, 4), (2015, 3)),
        ("2014-2015", (2014, 4), (2015, 3)),
        ("1999-00", (1999, 4), (2000, 3)),
        ("2011-12", (2011, 4), (2012, 3)),
        ("2014-15 (academic year)", (2014, 9), (2015, 8)),
        ("2014-15 (school year)", (2014, 9), (2015, 8)),
        ("2014-15 (financial year)", (2014, 4), (2015, 3)),
        ("2014-15 (provisional)", (2014, 4), (2015, 3)),
        ("year to March 2015", (2014, 4), (2015, 3)),
        ("Year ending 31 March 2015", (2014, 4), (2015, 3)),
    ],
)
def test_a_period_is_a_month_or_a_year(cell, start, end):
    period = Period.parse(cell)
    assert (period.start, period.end) == (Month(*start), Month(*end))


@pytest.mark.parametrize("cell", [None, "", "soon", "2014-16", "Q1 2015", 15, "year to date"])
def test_what_is_neither_month_nor_year_is_no_period(cell):
    assert Period.parse(cell) is None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("XX", "England", 2015, 0.5, None), "“XX” is not a measure ref."),
        (("P", "England", None, 0.5, None), "Its period is blank."),
        (("P", "England", "spring", 0.5, None), "Its period is “spring”."),
        (("P", None, 2015, 0.5, None), "It does not say whose figure of P it is."),
        (("P", "England", 2015, None, None), "Its value is blank."),
        (("P", "England", 2015, "half", None), "Its value is “half”."),
        (("P", "England", 2015, 50, None), "The value of P, percentage, is 50."),
        (("P", "England", 2015, -0.1, None), "The value of P, percentage, is -0.1."),
        (("N", "England", 2015, -1, None), "The value of N, number, is -1."),
    ],
)
def test_a_row_that_cannot_be_a_comparator_is_none_and_told(row, told):
    found = known(row, ("N", "England", 2015, 7, None))
    assert [(p.place, p.found) for p in found.problems] == [("Comparators, row 5", told)]
    assert [one.value for one in found.comparators] == [7.0]


@pytest.mark.parametrize("symbol", ["c", "x", "z", ":", "low", "u", "[c]", "Low", "k", ".."])
def test_a_symbol_is_never_a_figure_and_no_mistake(symbol):
    assert is_symbol(symbol)
    assert known(("P", "England", 2015, symbol, None)).problems == ()
    assert known(("P", "England", 2015, symbol, None)).comparators == ()


def test_none_and_all_of_a_percentage_may_be_compared_with():
    found = known(("P", "England", 2015, 0, None), ("P", "Ours", 2015, 1, None))
    assert [one.value for one in found.comparators] == [0.0, 1.0] and not found.problems


@pytest.mark.parametrize(
    "cell",
    ["2014-15 (Q1)", "2014-15 (autumn term)", "2015 (quarter 2)", "2014-15 (first half)"]
    + ["2015 (academic year)", "2015 (financial year)", "2014-15 (calendar year)"],
)
def test_a_part_of_a_year_or_a_year_of_unknown_months_is_taken_for_no_year(cell):
    assert Period.parse(cell) is None


def test_blanks_within_a_name_make_no_other_of_it():
    rows = [("P", "South East", 2015, 0.5, None), ("P", "South \t East ", 2015, 0.6, None)]
    found = known(*rows)
    assert len(found.problems) == 1 and found.comparators == ()


def test_of_two_values_for_one_period_neither_counts_and_the_same_twice_does():
    found = known(("P", "England", "2014-15", 0.5, None), ("P", "england", "2014/15", 0.6, None))
    assert [str(p) for p in found.problems] == [
        "Comparators, row 6: england has two values of P for 2014/15 (also Comparators, row 5). "
        "Delete one of them; until then neither counts."
    ]
    assert found.beside("P", JUNE) == ()
    same = known(("P", "England", 2015, 0.5, None), ("P", "England", 2015, 0.5, None))
    assert not same.problems and len(same.beside("P", JUNE)) == 1


def test_beside_a_month_stands_the_latest_that_had_begun_of_each():
    found = known(
        ("P", "England", "2014-15", 0.5, None),
        ("P", "England", "2013-14", 0.4, None),
        ("P", "England", "2015-16", 0.6, None),
        ("P", "Neighbours", "Jul 2015", 0.7, None),
        ("N", "England", "2014-15", 9, None),
    )
    assert [(o.who, o.value) for o in found.beside("P", JUNE)] == [("England", 0.6)]
    assert [o.value for o in found.beside("P", Month(2015, 3))] == [0.5]
    assert [o.value for o in found.beside("P", Month(2015, 7))] == [0.6, 0.7]
    assert found.beside("P", Month(2013, 3)) == ()


def test_a_comparator_goes_along_with_a_measure_that_was_renamed():
    found = known(("OLD", "England", 2015, 0.5, None), former={"OLD": "P"})
    assert found.beside("P", JUNE)[0].value == 0.5 and not found.problems


OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")


def with_june(*rows, **figures):
    entries = tuple(Entry(Observation(ref, JUNE, v), "row") for ref, v in figures.items())
    added = SetRows(Comparators.TABLE, Comparators.COLUMNS, tuple(map(Row, rows)))
    sheets = applied(new_sheets(CATALOGUE), Update((added,)))
    return_ = Return(entries, "June.csv", "ab" * 32)
    return applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))


def said(sheets):
    workbook = parse_workbook(sheets)
    page = page_of(workbook, workbook.history, JUNE)
    return [s.text for s in build_summary(page, workbook.history, 10.0).of(About.BESIDE)]


@pytest.mark.parametrize(
    ("row", "figure", "words"),
    [
        (
            ("P", "England", "2014-15", 0.35, "DfE, Children in need"),
            0.29,
            "P, Seen in time: 29% in Jun 2015, beside 35% for England (yearly figure, 2014-15; "
            "source: DfE, Children in need).",
        ),
        (
            ("N", "Statistical neighbours", "May 2015", 40, None),
            52.0,
            "N, Contacts: 52 in Jun 2015, beside 40 for Statistical neighbours (May 2015).",
        ),
        (
            ("P", "England", 2015, 0.294, None),
            0.29,
            "P, Seen in time: 29.0% in Jun 2015, beside 29.4% for England (yearly figure, 2015).",
        ),
        (
            ("P", "England", 2015, 0.29, None),
            0.29,
            "P, Seen in time: 29% in Jun 2015, beside 29% for England (yearly figure, 2015).",
        ),
        (
            ("M", "South East", 2015, 1234, None),
            1500.0,
            "M, Cost: £1,500 in Jun 2015, beside £1,234 for South East (yearly figure, 2015).",
        ),
    ],
)
def test_what_others_had_is_said_with_whose_it_is_and_of_when(row, figure, words):
    sheets = with_june(row, **{row[0]: figure})
    assert said(sheets) == [words]
    assert words in [r[Summary.WORDS] for _, r in sheets.tables[Summary.TABLE].records()]


def test_several_stand_in_one_sentence_in_the_order_of_the_table():
    rows = [("P", "England", 2015, 0.5, None), ("P", "Kent", "May 2015", 0.4, None)]
    assert said(with_june(*rows, P=0.29)) == [
        "P, Seen in time: 29% in Jun 2015, beside 50% for England (yearly figure, 2015), 40% for "
        "Kent (May 2015)."
    ]


def test_a_month_without_a_figure_is_set_beside_nobody():
    assert said(with_june(("P", "England", 2015, 0.5, None), N=5.0)) == []


def test_what_is_wrong_with_comparators_is_told_by_refresh_and_check():
    workbook = parse_workbook(with_june(("P", "England", None, 0.5, None), P=0.29))
    told = [str(finding.problem) for finding in check(workbook, None, OCCASION)]
    assert any("Its period is blank." in line for line in told)
