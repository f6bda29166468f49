"""The lines of comparators in the charts of Signals: cases made by hand."""

from __future__ import annotations

import pytest

from xl_addin.dataset.comparators import read_comparators
from xl_addin.dataset.drawn import MONTHS_DRAWN, SAID_WIDTH, drawn_of
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.signals import signal_of
from xl_addin.layout import Comparators
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.table import Table

JUNE = Month(2015, 6)
SHARE = Measure("P", "", "Seen in time", unit=Unit.PERCENTAGE)
RATE = Measure("R", "", "Referrals", unit=Unit.RATE, decimals=1)


def lines(measure, rows, months=24, figure=0.5):
    """What is drawn beside a measure with the same figure in its last months, to June 2015."""
    table = Table("Comparators", "Comparators", Comparators.COLUMNS, rows, 5)
    known = read_comparators(table, Catalogue((measure,)))
    assert not known.problems
    history = History(
        Revision(Observation(measure.ref, month, figure), 1, None, "")
        for month in JUNE.window(months)
    )
    others = known.by_ref().get(measure.ref, ())
    return drawn_of(signal_of(measure, history, JUNE), history, others=others)


def test_a_yearly_figure_is_drawn_for_the_months_of_its_year_and_said_to_be_yearly():
    found = lines(SHARE, [("P", "England", "2014-15", 0.62, "DfE")])
    # The 24 months begin with July 2013: April 2014 is the tenth, March 2015 the 21st.
    assert found.lines[0].values == (None,) * 9 + (62.0,) * 12 + (None,) * 3
    assert found.said == " Beside it: × England 62.0% (yearly figure, 2014-15)."


def test_years_that_follow_each_other_make_one_line_and_one_after_a_gap_stands_alone():
    years = [("P", "England", "2013-14", 0.6, None), ("P", "ENGLAND", "2014-15", 0.62, None)]
    assert lines(SHARE, years).lines[0].values == (60.0,) * 9 + (62.0,) * 12 + (None,) * 3
    months = [("P", "England", month, 0.6, None) for month in ("Jan 2015", "Feb 2015", "Apr 2015")]
    (line,) = lines(SHARE, months).lines
    assert line.values == (None,) * 21 + (60.0,) + (None,) * 2
    assert line.said == "England 60.0% (Apr 2015)"


def test_of_periods_that_overlap_the_one_that_began_last_is_drawn():
    rows = [("P", "England", "2014-15", 0.6, None), ("P", "England", "Mar 2015", 0.7, None)]
    assert lines(SHARE, rows).lines[0].values == (None,) * 9 + (60.0,) * 11 + (70.0,) + (None,) * 3


def test_a_months_own_figure_is_drawn_before_that_of_a_year_which_begins_with_it():
    rows = [("P", "England", 2015, 0.6, None), ("P", "England", "Jan 2015", 0.7, None)]
    for each in (rows, rows[::-1]):
        assert lines(SHARE, each).lines[0].values == (None,) * 18 + (70.0,) + (60.0,) * 5


def test_a_figure_with_more_digits_than_excel_keeps_is_left_out_and_spoils_no_other():
    days = Measure("D", "", "Days", unit=Unit.DAYS)
    rows = [("D", "England", "2014-15", 1e17, None), ("D", "Kent", "2014-15", 20.5, None)]
    found = lines(days, rows, figure=12.25)
    assert found.names == ("Kent", "", "") and found.places == 6
    assert found.lines[0].values == (None,) * 9 + (20.5,) * 12 + (None,) * 3
    history = History([Revision(Observation("D", JUNE, 1.5), 1, None, "")])
    aimed = drawn_of(signal_of(days, history, JUNE), history, targets=[1e17] * MONTHS_DRAWN)
    assert len(aimed.text) == 34 + 16 * 30 and aimed.targets == ()


def test_at_most_three_are_drawn_neighbours_first_then_regions_england_and_others():
    who = ("Kent", "England", "London", "South East", "Statistical neighbours")
    found = lines(SHARE, [("P", one, 2015, 0.5, None) for one in who])
    assert found.names == ("Statistical neighbours", "London", "South East")
    found = lines(SHARE, [("P", one, 2015, 0.5, None) for one in who[:2]])
    assert found.names == ("England", "Kent", "")
    assert found.said.startswith(" Beside it: × England 50.0% (yearly figure, 2015), + Kent 50.0%")


@pytest.mark.parametrize("unit", [Unit.NUMBER, Unit.MONEY, Unit.DECIMAL])
def test_what_is_not_of_a_size_is_not_drawn(unit):
    measure = Measure("N", "", "Contacts", unit=unit)
    assert lines(measure, [("N", "England", 2015, 10.0, None)], figure=10.0).lines == ()


def test_a_rate_of_a_year_beside_one_of_a_month_is_not_drawn_where_it_would_dwarf_it():
    def drawn(value, period="2014-15"):
        return lines(RATE, [("R", "England", period, value, None)], figure=40.0).lines

    assert drawn(120.0) and not drawn(120.1) and drawn(500.0, "May 2015")


def test_nothing_is_drawn_before_the_first_month_with_a_figure_nor_where_there_is_none():
    year = [("P", "England", "2013-14", 0.6, None)]
    assert lines(SHARE, year, months=15).lines == ()  # the first is April 2014
    assert lines(SHARE, year, months=16).lines[0].values == (None,) * 8 + (60.0,) + (None,) * 15
    assert lines(SHARE, [("P", "England", 2015, 0.6, None)], figure=None).lines == ()
    assert lines(SHARE, [("P", "England", 2010, 0.6, None)]).lines == ()


def test_every_part_of_the_text_has_its_place_and_without_comparators_there_is_none_of_theirs():
    bare, beside = lines(SHARE, []), lines(SHARE, [("P", "England", 2015, 0.6, None)])
    assert len(bare.text) == 34 + 16 * 30 and bare.said == ""
    numbers = 34 + 16 * (6 + MONTHS_DRAWN * (1 + 1 + 2 + 3))
    assert beside.text[: len(bare.text)] == bare.text
    assert beside.text[numbers : numbers + 96] == f"{'England':96}"
    assert beside.text[numbers + 96 :] == beside.said


def test_very_long_names_leave_the_words_readable():
    found = lines(SHARE, [("P", "Neighbours " + "x" * 3000, 2015, 0.6, None)])
    assert found.names[0] == "Neighbours " + "x" * 20 + "…" and len(found.said) < SAID_WIDTH


def test_a_sign_that_excel_counts_as_two_characters_moves_no_name():
    found = lines(SHARE, [("P", "\N{ROSE} England", 2015, 0.6, None)])
    assert (
        found.names[0] == "England" and len(found.text) == len(found.text.encode("utf-16")) // 2 - 1
    )
