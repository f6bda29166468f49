"""The printed issue, row for row, from the plain functions alone."""

from datetime import datetime

import pytest

from tests.support.printed_issue import WITHIN_ROUNDING, figure, printed_rows
from xl_addin.dataset.columns import AVERAGE, CHANGE, MAXIMUM
from xl_addin.dataset.derived import Derivation
from xl_addin.dataset.direction import change_text
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.page import build_page, page_change
from xl_addin.dataset.printing import printed
from xl_addin.dataset.ratio import with_ratios
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.rounding import round_half_away
from xl_addin.table import Table
from xl_addin.values import replace

JUNE = Month(2015, 6)
RATIOS = {"M3": ("M2", "M1"), "LAC5-QL": ("LAC4-QL", "LAC3")}


def measure(row) -> Measure:
    unit = Unit.PERCENTAGE if row.shown[0].endswith("%") else Unit.NUMBER
    numerator, denominator = RATIOS.get(row.ref, ("", ""))
    return Measure(
        row.ref,
        row.area,
        row.description,
        "",
        unit,
        0,
        numerator=numerator,
        denominator=denominator,
    )


CATALOGUE = Catalogue(tuple(measure(row) for row in printed_rows()))


def observations():
    for row in printed_rows():
        for month, cell in zip(JUNE.window(), row.shown, strict=True):
            shown = figure(cell)
            if isinstance(shown, float):
                yield Observation(row.ref, month, shown)
            else:
                yield Observation(row.ref, month, status=shown)


def history() -> History:
    complete = with_ratios(observations(), CATALOGUE, History())
    return History(Revision(seen, 1, datetime(2015, 7, 1), "") for seen in complete)


PAGE = build_page(CATALOGUE, history(), JUNE)
PAIRS = list(zip(PAGE.rows, printed_rows(), strict=True))
each_row = pytest.mark.parametrize(("row", "print_"), PAIRS, ids=CATALOGUE.refs)


@each_row
def test_every_month_shows_what_the_issue_printed(row, print_):
    assert tuple(printed(cell, row.measure) for cell in row.shown) == print_.shown


@each_row
def test_average_and_maximum_are_as_printed(row, print_):
    assert printed(row.value(AVERAGE), row.measure) == print_.average
    assert printed(row.value(MAXIMUM), row.measure) == print_.maximum


@each_row
def test_the_change_prints_its_arrow_and_number(row, print_):
    if print_.ref in WITHIN_ROUNDING:
        latest, before = (figure(print_.shown[i]) for i in (-1, 0))
        lowest = (latest - 0.005) / (before + 0.005) * 100 - 100
        highest = (latest + 0.005) / (before - 0.005) * 100 - 100
        assert lowest <= print_.change <= highest
        assert lowest <= row.value(CHANGE) <= highest
        assert change_text(row.value(CHANGE), 10)[0] == print_.arrow
    else:
        assert change_text(row.value(CHANGE), 10) == print_.change_text


def test_the_printed_ratios_hold_in_all_thirteen_months():
    shown = {row.ref: [figure(cell) for cell in row.shown] for row in printed_rows()}
    for ratio, (numerator, denominator) in RATIOS.items():
        for share, n, d in zip(shown[ratio], shown[numerator], shown[denominator], strict=True):
            assert round_half_away(n / d * 100) == round(share * 100)


def table_showing(page) -> Table:
    headings = (*page.columns[:-1], "Trend", "Notes")
    rows = tuple(
        (*(getattr(c, "value", c) for c in page.cells(row, {})[:-1]), None, None)
        for row in page.rows
    )
    return Table("Dataset", "Dataset", headings, rows)


def test_a_page_that_is_shown_already_needs_no_change():
    assert page_change(table_showing(PAGE), PAGE, {}) is None


def test_a_moved_window_renames_the_headings_and_keeps_every_row():
    may = build_page(CATALOGUE, history(), Month(2015, 5))
    change = page_change(table_showing(may), PAGE, {})
    assert change.headings["Jun 2014"] == "Jul 2014" or change.headings["May 2014"] == "Jun 2014"
    assert len(change.headings) == 13
    assert [row.was for row in change.rows] == list(range(22))


def test_a_row_is_known_by_its_ref_wherever_it_moves():
    turned = Table(
        "Dataset",
        "Dataset",
        table_showing(PAGE).headings,
        tuple(reversed(table_showing(PAGE).rows)),
    )
    change = page_change(turned, PAGE, {})
    assert [row.was for row in change.rows] == list(reversed(range(22)))


def test_a_measure_new_to_the_page_brings_its_number_formats():
    table = table_showing(PAGE)
    shorter = Table("Dataset", "Dataset", table.headings, table.rows[:2] + table.rows[3:])
    row = page_change(shorter, PAGE, {}).rows[2]
    assert row.was is None
    assert row.number_formats["Jun 2015"] == row.number_formats["12 month average"] == "0%"
    assert "% change from same period last year" not in row.number_formats


def test_a_marker_is_a_change_of_its_row():
    change = page_change(table_showing(PAGE), PAGE, {"M5": "[note 1]"})
    assert change.rows[4].cells[change.columns.index("Notes")] == "[note 1]"


def test_functions_for_cells_give_way_where_a_column_stands_among_the_months():
    """They are given a range of months, which would take in the column."""
    by_functions = replace(PAGE, derivation=Derivation.UDFS)
    table = table_showing(build_page(CATALOGUE, history(), Month(2015, 5)))
    average = (
        page_change(table, by_functions, {}).rows[0].cells[PAGE.columns.index(AVERAGE.heading)]
    )
    assert average.text == "=TWELVE_MONTH_AVERAGE([@[Jul 2014]]:[@[Jun 2015]])"
    at = table.headings.index("Jan 2015")
    rows = tuple((*row[:at], 1000.0, *row[at:]) for row in table.rows)
    headings = (*table.headings[:at], "Caseload", *table.headings[at:])
    own = replace(table, headings=headings, rows=rows)
    average = page_change(own, by_functions, {}).rows[0].cells[PAGE.columns.index(AVERAGE.heading)]
    assert average.text.startswith("=IF(COUNT([@[Jul 2014]],[@[Aug 2014]],")
    assert ":" not in average.text
