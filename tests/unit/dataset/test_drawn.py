"""What the charts of Signals draw: cases made by hand, their figures worked out beside them."""

from __future__ import annotations

import random

import pytest

from xl_addin.dataset.drawn import MONTHS_DRAWN, Drawn, drawn_of
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.signals import signal_of
from xl_addin.measure import Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month

JUNE = Month(2015, 6)
COUNT = Measure("M1", "", "Contacts", polarity=Polarity.LOWER)
SHARE = Measure("P1", "", "Seen", unit=Unit.PERCENTAGE, polarity=Polarity.HIGHER)


def drawn(measure, values, rebases=(), targets=()) -> Drawn:
    """What is drawn of the months that end with June 2015; None for one without a figure."""
    months = JUNE.window(len(values))
    history = History(
        Revision(Observation(measure.ref, month, value), 1, None, "")
        for month, value in zip(months, values, strict=True)
        if value is not None
    )
    return drawn_of(signal_of(measure, history, JUNE, rebases), history, rebases, targets)


def test_thirteen_months_stand_at_the_end_and_the_axis_begins_with_the_first():
    found = drawn(COUNT, [10.0, 12.0] * 6 + [10.0])
    assert found.values == (None,) * 11 + (10.0, 12.0) * 6 + (10.0,)
    assert found.shown == found.now.first == 12 and found.now.last == 24
    # Mean 142/13, all 12 moving ranges 2: limits mean ± 5.32.
    assert found.limits[:3] == pytest.approx((142 / 13, 142 / 13 - 5.32, 142 / 13 + 5.32))
    assert found.limits[3:] == (None, None, None)


def test_twelve_months_have_no_limits_and_no_month_signals():
    found = drawn(COUNT, [*range(1, 13)])
    assert found.limits == (None,) * 6 and set(found.marks) == {"x", "o"}


def test_a_rebase_makes_two_runs_each_with_its_own_limits():
    found = drawn(COUNT, [5.0] * 20 + [9.0] * 13, rebases=(JUNE.plus(-12),))
    assert (found.now.first, found.before.first, found.before.last) == (12, 1, 11)
    assert found.limits == (9.0, 9.0, 9.0, 5.0, 5.0, 5.0)
    assert set(found.marks) == {"o"}


def test_a_gap_ends_the_run_before_and_is_blank():
    found = drawn(COUNT, [5.0] * 20 + [None] + [9.0] * 13)
    assert found.values[9:12] == (5.0, None, 9.0) and found.marks[9:12] == "oxo"
    assert (found.before.last, found.now.first) == (10, 12)


def test_a_month_without_a_figure_leaves_what_was_before_it():
    found = drawn(COUNT, [5.0] * 14 + [None])
    assert found.now.first > MONTHS_DRAWN and found.before.last == 23
    assert found.limits == (None, None, None, 5.0, 5.0, 5.0)


def test_runs_that_began_before_the_first_month_drawn_are_seen():
    # Seven months on one side of the mean, four of them before the months that are drawn.
    values = [1.0] * 4 + [1.0] * 3 + [3.0, 2.0, 1.9] * 7
    assert drawn(COUNT, values).marks[:3] == "iii"


@pytest.mark.parametrize(
    ("polarity", "low", "high"),
    [(Polarity.HIGHER, "c", "i"), (Polarity.LOWER, "i", "c"), (Polarity.NEUTRAL, "s", "s")],
)
def test_what_signals_is_marked_by_what_it_means(polarity, low, high):
    # 99 lies above the limit, and lifts the mean above all 14 months before.
    measure = Measure("M1", "", "", polarity=polarity)
    assert drawn(measure, [10.0, 11.0] * 7 + [99.0]).marks == "x" * 9 + low * 14 + high


def test_percentages_are_drawn_in_per_cents_and_their_limits_end_at_0_and_100():
    found = drawn(SHARE, [0.02, 0.9] * 7)
    assert found.values[-1] == 90.0 and found.limits[1:3] == (0.0, 100.0)


def test_limits_by_counts_are_drawn_month_by_month():
    measure = Measure(
        "P", "", "", unit=Unit.PERCENTAGE, numerator="A", denominator="B", control_limits="p-chart"
    )
    counts = [(5.0, 10.0), (50.0, 100.0)] * 7
    history = History(
        Revision(Observation("P", month, 0.5, "", part, whole), 1, None, "")
        for month, (part, whole) in zip(JUNE.window(14), counts, strict=True)
    )
    found = drawn_of(signal_of(measure, history, JUNE), history)
    # Mean a half: 3 × √(0.25 ÷ 10) is 47.43%, 3 × √(0.25 ÷ 100) is 15%.
    assert found.monthly[0][10:] == pytest.approx((2.566, 35) * 7, abs=0.001)
    assert found.monthly[1][10:] == pytest.approx((97.434, 65) * 7, abs=0.001)
    assert found.limits[:3] == pytest.approx((50, 35, 65)) and found.monthly[0][9] is None
    assert len(found.text) == 34 + 16 * (6 + 4 * 24)


def test_a_share_without_counts_in_the_latest_month_leaves_what_was_before_it():
    measure = Measure(
        "P", "", "", unit=Unit.PERCENTAGE, numerator="A", denominator="B", control_limits="p-chart"
    )
    history = History(
        Revision(Observation("P", month, 0.5, "", *((5.0, 10.0) if n < 14 else ())), 1, None, "")
        for n, month in enumerate(JUNE.window(16))
    )
    found = drawn_of(signal_of(measure, history, JUNE), history)
    assert found.values[-16:] == (50.0,) * 16 and found.now.first > MONTHS_DRAWN
    assert found.before.last == 22 and found.limits[3] == 50.0


def test_only_the_last_unbroken_targets_are_drawn():
    due = [0.5] * 10 + [None] * 2 + [0.8] * 12
    assert drawn(SHARE, [0.5] * 24, targets=due).targets == (None,) * 12 + (80.0,) * 12
    assert drawn(SHARE, [0.5] * 24, targets=[*due[:-1], None]).targets == ()
    # Where figures begin later, so does the line: all before would stand upon the first month.
    assert drawn(SHARE, [0.5] * 6, targets=due).targets == (None,) * 18 + (80.0,) * 6


def test_limits_are_those_of_now_and_of_the_last_run_before_that_has_any():
    chance = random.Random("runs")
    for _ in range(200):
        values = [chance.choice((1.0, 2.0, 3.0, None, *[2.0] * 20)) for _ in range(60)]
        rebases = sorted(JUNE.plus(-chance.randrange(50)) for _ in range(chance.randrange(3)))
        found = drawn(COUNT, values, tuple(rebases))
        starts = {24 + (r.year - 2015) * 12 + r.month - 6 for r in rebases}
        runs: list[list[int]] = [[]]
        for place, value in enumerate(values, 25 - len(values)):
            runs += [[]] if value is None or place in starts else []
            runs[-1] += [place] if value is not None else []
        *earlier, now = runs
        with_limits = [run for run in earlier if len(run) >= 13 and run[-1] >= 1][-1:]
        with_limits += [now] if len(now) >= 13 else []
        told = [(run.first, run.last) for run in (found.before, found.now) if run.limits]
        assert told == [(max(1, run[0]), run[-1]) for run in with_limits]


def test_the_text_holds_every_number_and_is_never_taken_for_one():
    found = drawn(COUNT, [1363.0] * 13, targets=[1200.0] * 24)
    assert found.text[24:34] == "0612122500"
    assert found.text.startswith("x") and len(found.text) == 34 + 16 * (6 + 24 + 24)
    assert found.text.count("0000001363000000") == 13 + 3
    assert len(drawn(COUNT, [10.0**14] * 13).text) == 34 + 16 * 30
