"""Statistical process control: limits and rules, against the print's oracle and another reading."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from tests.support.printed_issue import figure, printed_rows
from xl_addin.dataset.spc import (
    AS_PUBLISHED,
    Assurance,
    Limits,
    Options,
    Rule,
    Signal,
    Variation,
    assurance,
    judge,
    p_limits,
    variation,
    xmr_limits,
)
from xl_addin.measure import Polarity

PRINTED = {row.ref: [figure(cell) for cell in row.shown] for row in printed_rows()}

WORKED_BY_HAND = [
    ("M1", 1202.9, 891.7, 1514.1),
    ("M2", 395.1, 169.6, 620.5),
    ("M3", 32.6, 16.7, 48.6),
    ("CP6B", 345.2, 311.5, 378.9),
    ("LAC1", 575.7, 547.3, 604.1),
    ("LAC7-QL", 63.8, 51.9, 75.8),
    ("LAC8-QL", 58.7, 47.8, 69.6),
]
"""Mean, lower and upper limit of the printed values, without screening; percentages in per cent."""


@pytest.mark.parametrize(("ref", "mean", "lower", "upper"), WORKED_BY_HAND)
def test_the_limits_of_the_printed_values_are_those_worked_by_hand(ref, mean, lower, upper):
    found = xmr_limits(in_print(ref))
    assert [round(value, 1) for value in found] == pytest.approx([mean, lower, upper], abs=0.05)


def in_print(ref: str) -> list[float]:
    values = PRINTED[ref]
    assert all(isinstance(value, float) for value in values)
    return [v * 100 if max(values) <= 1 else v for v in values]


def latest_signals(ref: str, options: Options = AS_PUBLISHED) -> dict[Rule, int]:
    values = in_print(ref)
    limits = xmr_limits(values)
    return dict(judge(values, [limits] * len(values), options)[-1].signals)


def test_of_all_the_printed_measures_four_signal_on_their_latest_point():
    whole = [ref for ref, values in PRINTED.items() if all(isinstance(v, float) for v in values)]
    signalling = {ref: latest_signals(ref) for ref in whole if latest_signals(ref)}
    assert set(signalling) == {"CP6B", "LAC1", "LAC7-QL", "LAC8-QL"}
    assert Rule.SHIFT in signalling["CP6B"]
    assert Rule.OUTSIDE in signalling["LAC1"]
    assert Rule.OUTSIDE in signalling["LAC7-QL"]
    assert set(signalling["LAC8-QL"]) == {Rule.OUTER_THIRD}


def test_the_older_two_of_three_leaves_lac8_within_usual_variation():
    assert not latest_signals("LAC8-QL", Options(beyond_counts=False))


FLAT = Limits(50, 20, 80)
"""The outer thirds lie above 70 and below 30."""


def places(values: list[float], rule: Rule, options: Options = AS_PUBLISHED) -> list[int]:
    points = judge(values, [FLAT] * len(values), options)
    return [n for n, point in enumerate(points) if rule in dict(point.signals)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([50, 80.1], [1]),
        ([50, 80], []),
        ([19.9, 50], [0]),
        ([20, 50], []),
    ],
)
def test_a_point_is_outside_only_beyond_a_limit(values, expected):
    assert places(values, Rule.OUTSIDE) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([40, 41, 42, 43, 44, 45, 46], [0, 1, 2, 3, 4, 5, 6]),
        ([46, 45, 44, 43, 42, 41, 40], [0, 1, 2, 3, 4, 5, 6]),
        ([40, 41, 42, 43, 44, 45], []),
        ([40, 41, 42, 43, 43, 44, 45, 46], []),
        ([60, 40, 41, 42, 43, 44, 45, 46, 30], [1, 2, 3, 4, 5, 6, 7]),
        ([40, 41, 42, 43, 44, 45, 46, 45, 44, 43, 42, 41, 40], list(range(13))),
    ],
)
def test_a_trend_is_seven_points_of_six_strict_steps_one_way(values, expected):
    assert places(values, Rule.TREND) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([51, 52, 51, 52, 51, 52, 51], [0, 1, 2, 3, 4, 5, 6]),
        ([51, 52, 51, 52, 51, 52], []),
        ([51, 52, 51, 50, 51, 52, 51], []),
        ([51, 52, 51, 49, 51, 52, 51], []),
        ([49, 48, 49, 48, 49, 48, 49, 51], [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_shift_is_seven_points_on_one_side_of_the_mean_and_none_on_it(values, expected):
    assert places(values, Rule.SHIFT) == expected


@pytest.mark.parametrize(
    ("values", "expected", "older"),
    [
        ([75, 60, 75], [0, 2], [0, 2]),
        ([75, 75, 60], [0, 1], [0, 1]),
        ([75, 40, 75], [], []),
        ([70, 60, 75], [], []),
        ([75, 60, 60, 75], [], []),
        ([85, 60, 75], [0, 2], []),
        ([25, 40, 25], [0, 2], [0, 2]),
    ],
)
def test_two_of_three_near_one_limit(values, expected, older):
    assert places(values, Rule.OUTER_THIRD) == expected
    assert places(values, Rule.OUTER_THIRD, Options(beyond_counts=False)) == older


UP, DOWN, NEAR_TOP = 60.0, 40.0, 75.0


@pytest.mark.parametrize(
    ("rule", "values", "flagged"),
    [
        (Rule.SHIFT, [UP] * 6, []),
        (Rule.SHIFT, [*[UP] * 6, DOWN], []),
        (Rule.SHIFT, [*[UP] * 8, DOWN], [*range(8)]),
        (Rule.SHIFT, [*[DOWN] * 8, UP], [*range(8)]),
        (Rule.SHIFT, [DOWN, *[UP] * 8, DOWN], [*range(1, 9)]),
        (Rule.TREND, [1, 2, 3, 4, 5, 6], []),
        (Rule.TREND, [1, 2, 3, 3, 4, 5, 6], []),
        (Rule.TREND, [1, 2, 3, 4, 5, 6, 7], [*range(7)]),
        (Rule.TREND, [2, 1, 2, 3, 4, 5, 6, 7, 3], [*range(1, 8)]),
        (Rule.TREND, [7, 6, 5, 4, 3, 2, 1], [*range(7)]),
        (Rule.TREND, [2, 7, 6, 5, 4, 3, 2, 1, 3], [*range(1, 8)]),
        (Rule.OUTER_THIRD, [UP] * 3, []),
        (Rule.OUTER_THIRD, [NEAR_TOP, UP, NEAR_TOP], [0, 2]),
        (Rule.OUTER_THIRD, [UP, NEAR_TOP, NEAR_TOP], [1, 2]),
        (Rule.OUTER_THIRD, [NEAR_TOP, NEAR_TOP, UP], [0, 1]),
        (Rule.OUTER_THIRD, [UP, UP, NEAR_TOP, UP, NEAR_TOP, UP, UP], [2, 4]),
        (Rule.OUTER_THIRD, [UP, UP, NEAR_TOP, NEAR_TOP, UP, UP, UP], [2, 3]),
        (Rule.OUTER_THIRD, [NEAR_TOP, UP, UP, NEAR_TOP], []),
        (Rule.OUTER_THIRD, [NEAR_TOP, UP, UP, NEAR_TOP, NEAR_TOP], [3, 4]),
    ],
)
def test_the_points_are_flagged_that_the_package_for_r_flags_in_its_own_tests(
    rule, values, flagged
):
    # NHSRplotthedots, tests/testthat/test-ptd_calculate_point_type.R at 0b49a46. It names the
    # seventh point on and extends that to the run; near a limit is a point marked 1 there.
    assert places(values, rule) == flagged


def test_shorter_runs_may_be_asked_for():
    assert places([51, 52, 51, 52, 51, 52], Rule.SHIFT, Options(run=6)) == [0, 1, 2, 3, 4, 5]


def test_values_that_are_all_equal_have_no_limits_apart_and_signal_nothing():
    values = [7.0] * 13
    limits = xmr_limits(values)
    assert limits == (7, 7, 7)
    assert not any(point.signals for point in judge(values, [limits] * 13))


def test_an_outlying_range_is_screened_out_once_where_that_is_asked_for():
    values = [10.0, 11, 10, 11, 10, 60, 59, 60, 59, 60, 59, 60, 59]
    assert xmr_limits(values).upper == pytest.approx(sum(values) / 13 + 2.66 * 61 / 12)
    assert xmr_limits(values, screened=True).upper == pytest.approx(sum(values) / 13 + 2.66)


def test_a_p_chart_has_narrower_limits_where_more_was_counted():
    first, second = p_limits([(30, 100), (120, 400)])
    assert first.mean == second.mean == 0.3
    assert first.upper == pytest.approx(0.3 + 3 * (0.3 * 0.7 / 100) ** 0.5)
    assert second.upper == pytest.approx(0.3 + 3 * (0.3 * 0.7 / 400) ** 0.5)


@pytest.mark.parametrize(
    ("side", "polarity", "expected"),
    [
        (1, Polarity.HIGHER, Variation.IMPROVEMENT),
        (-1, Polarity.HIGHER, Variation.CONCERN),
        (1, Polarity.LOWER, Variation.CONCERN),
        (-1, Polarity.LOWER, Variation.IMPROVEMENT),
        (1, Polarity.NEUTRAL, Variation.HIGH),
        (-1, Polarity.NEUTRAL, Variation.LOW),
    ],
)
def test_polarity_says_whether_a_special_cause_is_good_news(side, polarity, expected):
    value = 50 + 31 * side
    assert variation(judge([value], [FLAT])[0], polarity) is expected
    assert variation(judge([50], [FLAT])[0], polarity) is Variation.COMMON_CAUSE


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [
        (19, Assurance.HITS, Assurance.MISSES),
        (20, Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
        (50, Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
        (80, Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
        (81, Assurance.MISSES, Assurance.HITS),
    ],
)
def test_a_target_beyond_the_limits_is_always_or_never_met(target, higher, lower):
    assert assurance(FLAT, target, Polarity.HIGHER) is higher
    assert assurance(FLAT, target, Polarity.LOWER) is lower
    assert assurance(FLAT, target, Polarity.NEUTRAL) is None


def test_another_reading_of_the_rules_finds_the_same_on_ten_thousand_random_series():
    chance = random.Random("another reading")
    for _ in range(10_000):
        values = [chance.choice(range(6)) for _ in range(chance.randint(13, 26))]
        if chance.random() < 0.3:
            values = sorted(values[:9]) + values[9:]
        screened, beyond_counts = chance.random() < 0.5, chance.random() < 0.5
        figures = [float(value) for value in values]
        limits = xmr_limits(figures, screened=screened)
        points = judge(figures, [limits] * len(values), Options(beyond_counts=beyond_counts))
        expected = read_otherwise(*in_whole_numbers(values, screened), beyond_counts)
        assert [set(point.signals) for point in points] == expected


def in_whole_numbers(values: list[int], screened: bool) -> tuple[list[int], int, int]:
    """Values, mean and reach, all as many times larger as makes them whole: nothing is rounded."""
    ranges = [abs(b - a) for a, b in pairwise(values)]
    if screened:
        kept = [r for r in ranges if 1000 * len(ranges) * r < 3267 * sum(ranges)]
        ranges = kept or ranges
    unit = 300 * len(values) * len(ranges)
    mean = 300 * len(ranges) * sum(values)
    return [unit * v for v in values], mean, 3 * 266 * len(values) * sum(ranges)


def read_otherwise(
    values: list[int], mean: int, reach: int, beyond_counts: bool
) -> list[set[Signal]]:
    """The rules once more, point by point and window by window, as their text has them."""
    lower, upper, third = mean - reach, mean + reach, reach // 3 * 2

    def seven(place: int) -> list[list[int]]:
        starts = range(max(0, place - 6), min(place, len(values) - 7) + 1)
        return [values[start : start + 7] for start in starts]

    def near(value: int, way: int) -> bool:
        if not beyond_counts and (value > upper or value < lower):
            return False
        return (value - mean) * way > third

    def three(place: int, way: int) -> bool:
        starts = range(max(0, place - 2), min(place, len(values) - 3) + 1)
        windows = [values[start : start + 3] for start in starts]
        return near(values[place], way) and any(
            sum(near(v, way) for v in w) >= 2 and all((v - mean) * way > 0 for v in w)
            for w in windows
        )

    found: list[set[Signal]] = []
    for place, value in enumerate(values):
        here = set()
        for way in (1, -1):
            if (way > 0 and value > upper) or (way < 0 and value < lower):
                here.add(Signal(Rule.OUTSIDE, way))
            if any(all((b - a) * way > 0 for a, b in pairwise(w)) for w in seven(place)):
                here.add(Signal(Rule.TREND, way))
            if any(all((v - mean) * way > 0 for v in w) for w in seven(place)):
                here.add(Signal(Rule.SHIFT, way))
            if three(place, way):
                here.add(Signal(Rule.OUTER_THIRD, way))
        found.append(here)
    return found


@pytest.mark.parametrize("value", [16658480.39, 89_999_999.99, 0.1, 1 / 3, 626.0])
def test_figures_that_are_all_the_same_are_never_news(value):
    limits = xmr_limits([value] * 13)
    assert not limits.is_outside(value) and limits.side(value) == 0
