"""The signal of a measure: which months count, what is lacking, and what a rebase changes."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.printed_issue import figure, printed_rows
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.signal_table import number_formats
from xl_addin.dataset.signals import find_signals, signal_of
from xl_addin.dataset.spc import Rule, Variation
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month

JUNE = Month(2015, 6)
WHEN = datetime(2015, 7, 3)


def history(**figures) -> History:
    """Figures that end in June 2015; a text is a reason, None a month of which nothing is known."""
    return History(
        Revision(
            Observation(
                ref,
                JUNE.plus(place - len(values) + 1),
                None if isinstance(value, str) else value,
                value if isinstance(value, str) else "",
            ),
            1,
            WHEN,
            "",
        )
        for ref, values in figures.items()
        for place, value in enumerate(values)
        if value is not None
    )


def signal(values, rebases=(), polarity=Polarity.NEUTRAL, month=JUNE):
    return signal_of(Measure("M", "", "", polarity=polarity), history(M=values), month, rebases)


LEVEL = [10.0, 12.0] * 10


def test_all_recorded_months_count_not_only_the_thirteen_shown():
    found = signal(LEVEL)
    assert (len(found.values), found.since, found.missing) == (20, Month(2013, 11), 0)
    assert found.limits == pytest.approx((11, 11 - 5.32, 11 + 5.32))
    assert found.variation is Variation.COMMON_CAUSE and found.rule is None


def test_thirteen_months_are_enough_and_twelve_are_not():
    assert signal(LEVEL[:13]).limits
    found = signal(LEVEL[:12])
    assert (found.limits, found.latest, found.variation, found.missing) == (None, None, None, 1)


@pytest.mark.parametrize("gap", [None, "Not updated"])
def test_months_before_a_gap_do_not_count(gap):
    found = signal([*LEVEL, gap, *LEVEL[:9]])
    assert (len(found.values), found.since, found.missing) == (9, Month(2014, 10), 4)
    assert signal([*LEVEL, gap, *LEVEL[:13]]).limits


def test_a_month_without_a_figure_says_nothing():
    found = signal([*LEVEL, "Not updated"])
    assert (found.values, found.since, found.missing) == ((), None, 13)


def test_a_rebase_starts_the_limits_anew():
    values = [*[100.0, 102.0] * 10, *LEVEL]
    rebased = signal(values, (Month(2013, 11),))
    assert (len(rebased.values), rebased.limits.mean) == (20, 11)
    assert signal(values).limits.mean > 50


def test_a_rebase_in_the_last_month_leaves_twelve_months_to_wait_for():
    found = signal(LEVEL, (JUNE,))
    assert (found.since, found.missing) == (JUNE, 12)


def test_the_last_rebase_up_to_the_month_counts_and_none_after_it():
    rebases = (Month(2014, 1), Month(2014, 3), Month(2015, 7))
    assert signal(LEVEL, rebases).since == Month(2014, 3)


def test_an_earlier_month_is_judged_by_what_was_known_of_it():
    found = signal([*LEVEL, 900.0], month=Month(2015, 5))
    assert found.limits.upper == pytest.approx(16.32)


def test_what_a_long_record_says_of_its_latest_month_is_what_all_rules_say():
    rising = [*[20.0, 22.0] * 30, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]
    found = signal(rising, polarity=Polarity.LOWER)
    assert (found.rule, found.side, found.variation) == (Rule.TREND, 1, Variation.CONCERN)


def test_zero_and_all_of_them_are_figures_like_others():
    for value in (0.0, 1.0, 0.1):
        found = signal([value] * 13)
        assert found.variation is Variation.COMMON_CAUSE
        assert found.limits == pytest.approx((value, value, value))


def test_in_the_printed_issue_four_measures_signal():
    rows = printed_rows()
    catalogue = Catalogue(tuple(Measure(row.ref, row.area, row.description) for row in rows))
    known = history(**{row.ref: [figure(cell) for cell in row.shown] for row in rows})
    found = find_signals(catalogue, known, JUNE)
    assert {ref: one.rule for ref, one in found.items() if one.rule} == {
        "CP6B": Rule.SHIFT,
        "LAC1": Rule.OUTSIDE,
        "LAC7-QL": Rule.OUTSIDE,
        "LAC8-QL": Rule.OUTER_THIRD,
    }


def test_limits_of_money_have_its_sign_on_the_sheet_signals():
    money = Measure("M", "", "Cost", unit=Unit.MONEY, decimals=2)
    assert number_formats(money)["Mean"] == '"£"#,##0.000;"£0.000"'
    rate = Measure("R", "", "Rate", unit=Unit.RATE)
    assert number_formats(rate)["Mean"] == '0.0;"0.0"'
    share = Measure("P", "", "Share", unit=Unit.PERCENTAGE)
    assert number_formats(share)["Upper limit"] == '[>1]"100.0%";[<0]"0.0%";0.0%'
    above = Measure("A", "", "Collected", unit=Unit.ABOVE_100)
    assert number_formats(above)["Mean"] == '0.0%;"0.0%"'
