import pytest

from tests.support.printed_issue import figure, printed_rows
from xl_addin.checks.figures import (
    copied_column,
    not_of_its_unit,
    stale,
    unusual_figure,
)
from xl_addin.checks.page import changed_derived_cells
from xl_addin.dataset.history import History
from xl_addin.dataset.page import Page, PageRow
from xl_addin.dataset.signals import judged
from xl_addin.layout import Dataset
from xl_addin.measure import Measure, Unit
from xl_addin.period import Month
from xl_addin.summary import build_summary
from xl_addin.table import Table
from xl_addin.values import replace

JUNE = Month(2015, 6)
PRINTED = {row.ref: [figure(cell) for cell in row.shown] for row in printed_rows()}
LATE = "Not updated pending data accuracy work"


def page(**shown) -> Page:
    rows = tuple(PageRow(Measure(ref, "", ""), tuple(cells)) for ref, cells in shown.items())
    return Page(JUNE, rows)


def told(check, shown) -> str:
    one = page(M=shown)
    return "\n".join(map(str, check(one.rows[0], one)))


def test_while_there_are_no_limits_a_figure_is_held_to_the_months_before():
    shown = [None, *[100.0, 104.0] * 5, 100.0, 160.0]
    assert "160 for Jun 2015 is 48 above the usual 91.2 to 112.5 of the 12 months before" in told(
        unusual_figure, shown
    )


def test_money_has_its_sign_in_how_far_it_lies_outside():
    row = replace(
        page(M=[1000.0, 1040.0] * 6 + [1500.0]).rows[0],
        measure=Measure("M", "", "Cost", unit=Unit.MONEY, decimals=0),
    )
    (problem,) = unusual_figure(row, page(M=[1.0] * 13))
    # Mean 1020, mean moving range 40: 2.66 of these are 106.4.
    assert problem.found.startswith(
        "£1,500 for Jun 2015 is £374 above the usual £913.6 to £1,126.4 of the 12 months before"
    )


def test_warning_and_summary_say_the_same_limits():
    one = page(M=[100.0, 104.0] * 6 + [160.0])
    signal = judged(one.rows[0].measure, JUNE, (*[100.0, 104.0] * 6, 160.0))
    row = replace(one.rows[0], signal=signal)
    (problem,) = unusual_figure(row, one)
    (sentence,) = build_summary(replace(one, rows=(row,)), History([]), 10.0).sentences
    # Mean 106.46; eleven moving ranges of 4 and one of 56 have the mean 8.33.
    assert "is 31 above the usual 84.3 to 128.6 of" in problem.found
    assert "above its usual 84.3 to 128.6." in sentence.text


def test_a_figure_far_outside_its_history_is_told_with_what_is_usual():
    shown = [100.0, 104.0] * 6 + [160.0]
    assert "160 for Jun 2015 is 47 above the usual 91.4 to 112.6 of the 12 months before" in told(
        unusual_figure, shown
    )
    assert told(unusual_figure, [100.0, 104.0] * 6 + [110.0]) == ""
    assert told(unusual_figure, [None] * 8 + [100.0, 104.0, 100.0, 104.0, 900.0]) == ""
    assert "8 below the usual 9.8 to 15.2" in told(unusual_figure, [12.0, 13.0] * 6 + [2.0])


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ([2.0] * 5 + [LATE] * 8, "It has not been updated since Oct 2014."),
        ([2.0] * 7 + [LATE] * 6, ""),
        ([2.0] * 6 + [LATE] * 7, "It has not been updated since Nov 2014."),
        ([LATE] * 13, "It has not been updated in the 13 months recorded."),
        ([None] * 6 + [LATE] * 7, "It has not been updated in the 7 months recorded."),
        ([None] * 12 + [LATE], ""),
        ([LATE] * 12 + [3.0], ""),
    ],
)
def test_a_measure_not_updated_for_more_than_six_months_is_stale(shown, words):
    assert words in told(stale, shown)
    assert bool(words) == bool(told(stale, shown))


def two_months(pairs):
    return page(**{f"X{n}": [None] * 11 + list(pair) for n, pair in enumerate(pairs)})


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(5.0, 5.0)] * 6 + [(1.0, 2.0)] * 4, "6 of 10 figures are the same as in May 2015."),
        ([(5.0, 5.0)] * 4 + [(1.0, 2.0)] * 2, ""),
        ([(0.0, 0.0)] * 9 + [(1.0, 2.0)], ""),
        ([(LATE, LATE)] * 9 + [(1.0, 2.0)], ""),
    ],
)
def test_a_copied_column_is_told(pairs, words):
    text = "\n".join(map(str, copied_column(two_months(pairs))))
    assert words in text
    assert bool(words) == bool(text)


def test_a_derived_cell_typed_over_is_told():
    one = page(M=[4.0] * 13)
    headings = ("Measure Ref", *one.labels, Dataset.CHANGE, Dataset.AVERAGE, Dataset.MAXIMUM)
    typed = Table("Dataset", "Dataset", headings, (("M", *[4.0] * 13, 0.0, 5.0, 4.0),), 8)
    (problem,) = changed_derived_cells(one, typed)
    assert str(problem).startswith("Dataset, row 8, “12 month average”: It shows 5")


def test_the_printed_issue_signals_where_the_published_method_does():
    rows = tuple(
        PageRow(Measure(ref, "", "", unit=unit_of(cells)), tuple(cells))
        for ref, cells in PRINTED.items()
    )
    found = [row.measure.ref for row in rows if list(unusual_figure(row, Page(JUNE, rows)))]
    assert {"LAC1", "LAC7-QL"} <= set(found)
    assert "M1" not in found


def unit_of(cells):
    numbers = [cell for cell in cells if isinstance(cell, float)]
    return Unit.PERCENTAGE if max(numbers) <= 1 else Unit.NUMBER


@pytest.mark.parametrize(
    ("unit", "decimals", "latest", "words"),
    [
        (Unit.PERCENTAGE, 0, 171.0, "Its Unit is percentage, but 171 is recorded for Jun 2015."),
        (Unit.PERCENTAGE, 0, 1.0, ""),
        (Unit.NUMBER, 0, 0.16, "Its Unit is number, but 0.16 is recorded for Jun 2015."),
        (Unit.NUMBER, 0, 0.0, ""),
        (Unit.NUMBER, 0, 1.0, ""),
        (Unit.NUMBER, 1, 0.5, ""),
        (Unit.NUMBER, 0, "0.16", ""),
    ],
)
def test_figures_of_another_unit_than_measures_says_are_told(unit, decimals, latest, words):
    measure = Measure("M", "", "", unit=unit, decimals=decimals)
    one = Page(JUNE, (PageRow(measure, (*[None] * 12, latest)),))
    found = "\n".join(map(str, not_of_its_unit(one.rows[0], one)))
    assert words in found and bool(words) == bool(found)
