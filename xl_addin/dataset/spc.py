"""Statistical process control: whether a month's figure is news, or within usual variation.

XmR charts (p-charts where the counts are known) and the four special-cause rules, as NHS
England's "Making Data Count" and the R package NHSRplotthedots state them. All of a series since
the last rebase counts, not only the months shown. Values are unrounded; limits are in the unit
of the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from math import fsum, sqrt
from typing import NamedTuple

from xl_addin.measure import Polarity
from xl_addin.values import value_type

LEAST_POINTS = 13
"""Limits and icons need so many points (Making Data Count)."""

XMR_FACTOR = 2.66
"""Limits lie so many mean moving ranges from the mean: 3 ÷ 1.128, as published."""

SCREENING_FACTOR = 3.267
"""A moving range of at least so many mean moving ranges is screened out, once."""

SIGMAS = 3
"""Limits of a p-chart lie so many standard errors from the mean."""

SLACK = 5e-10
"""Nearer than this, a value lies on a line: what adding up fractions loses is no news.

The formulas of the workbook round distances to nine places, which is the same.
"""


class Rule(StrEnum):
    """Why a point is a special cause, in words; in the order in which they are told."""

    OUTSIDE = "outside a limit"
    TREND = "7 or more all rising or all falling"
    SHIFT = "7 or more on one side of the mean"
    OUTER_THIRD = "2 of 3 near a limit"


_ORDER = tuple(Rule)


class Variation(StrEnum):
    """What the latest point says of a measure."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    HIGH = "high"
    LOW = "low"
    COMMON_CAUSE = "common cause"


class Assurance(StrEnum):
    """Whether a target will be met while nothing changes."""

    HITS = "hits"
    MISSES = "misses"
    HIT_AND_MISS = "hit and miss"

    @property
    def shown(self) -> str:
        """What the column Assurance says: a mark, and the words."""
        return f"{_MARKS[self]} {self}"


_MARKS = {Assurance.HITS: "✓", Assurance.MISSES: "✗", Assurance.HIT_AND_MISS: "?"}


@value_type
class Options:
    """The choices that published versions of the method differ in.

    ``screened`` leaves outlying moving ranges out once (NHSRplotthedots does, NHS England's
    Excel tool does not); ``run`` is how many points make a trend or a shift; with
    ``beyond_counts`` a point beyond the limit counts in two of three (NHS England since 2023).
    """

    screened: bool = False
    run: int = 7
    beyond_counts: bool = True


AS_PUBLISHED = Options()


class Limits(NamedTuple):
    """The mean and the limits at one point, in the unit of the values."""

    mean: float
    lower: float
    upper: float

    def side(self, value: float) -> int:
        """1 above the mean, -1 below it, 0 on it."""
        return (value > self.mean + SLACK) - (value < self.mean - SLACK)

    def is_outside(self, value: float) -> bool:
        """Whether a value lies beyond a limit; one on the limit does not."""
        return value > self.upper + SLACK or value < self.lower - SLACK

    def is_in_outer_third(self, value: float) -> bool:
        """Whether a value lies more than two thirds of the way to a limit, or beyond it."""
        reach = (self.upper if value > self.mean else self.lower) - self.mean
        return abs(value - self.mean) > abs(reach) * 2 / 3 + SLACK


class Signal(NamedTuple):
    """A rule that a point meets, and which way: 1 high or rising, -1 low or falling."""

    rule: Rule
    side: int


@value_type
class Point:
    """A value, the limits at it, and the rules it meets, in the order of Rule."""

    value: float
    limits: Limits
    signals: tuple[Signal, ...]


def moving_ranges(values: Sequence[float]) -> list[float]:
    """The distances between values that follow each other: one fewer than the values.

    >>> moving_ranges([12, 15, 11])
    [3, 4]
    """
    return [abs(later - earlier) for earlier, later in pairwise(values)]


def mean_of(values: Sequence[float]) -> float:
    """The mean of figures, added up without loss, to the 15 digits that Excel keeps.

    So figures that are all the same have that mean, however large they are.
    """
    return float(f"{fsum(values) / len(values):.15g}")


def xmr_limits(values: Sequence[float], *, screened: bool = False) -> Limits:
    """The limits of an XmR chart: mean ± 2.66 × mean moving range, the same at every point.

    ``values`` are at least two, without gaps. They may lie below 0 or above 100%: cutting them
    is the business of a drawing.

    >>> xmr_limits([10, 12, 10, 12])
    Limits(mean=11.0, lower=5.68, upper=16.32)
    """
    ranges = moving_ranges(values)
    if screened:
        ranges = [r for r in ranges if r < SCREENING_FACTOR * mean_of(ranges)] or ranges
    mean, reach = mean_of(values), XMR_FACTOR * mean_of(ranges)
    return Limits(mean, mean - reach, mean + reach)


def p_limits(counts: Sequence[tuple[float, float]]) -> list[Limits]:
    """The limits of a p-chart at each point, from (numerator, denominator) counts above 0.

    Mean p = all numerators ÷ all denominators; limits p ± 3 √(p (1 − p) ÷ denominator).
    """
    mean = sum(n for n, _ in counts) / sum(d for _, d in counts)
    reaches = (SIGMAS * sqrt(mean * (1 - mean) / d) for _, d in counts)
    return [Limits(mean, mean - reach, mean + reach) for reach in reaches]


def judge(
    values: Sequence[float], limits: Sequence[Limits], options: Options = AS_PUBLISHED
) -> tuple[Point, ...]:
    """Each point with the rules it meets; ``limits`` has one entry for each value.

    All points of a run are part of it, also those before its seventh; of three points near a
    limit those that are near it.
    """
    sides = [limit.side(value) for value, limit in zip(values, limits, strict=True)]
    steps = [(b > a) - (b < a) for a, b in pairwise(values)]
    found: list[set[Signal]] = [set() for _ in values]
    for place, (value, limit) in enumerate(zip(values, limits, strict=True)):
        if limit.is_outside(value):
            found[place].add(Signal(Rule.OUTSIDE, sides[place]))
    for first, last, way in _runs(steps, options.run - 1):
        _mark(found, range(first, last + 2), Signal(Rule.TREND, way))
    for first, last, side in _runs(sides, options.run):
        _mark(found, range(first, last + 1), Signal(Rule.SHIFT, side))
    for places, side in _near_a_limit(values, limits, sides, options):
        _mark(found, places, Signal(Rule.OUTER_THIRD, side))
    return tuple(
        Point(value, limit, _in_order(signals) if signals else ())
        for value, limit, signals in zip(values, limits, found, strict=True)
    )


def _in_order(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    return tuple(sorted(signals, key=lambda s: (_ORDER.index(s.rule), -s.side)))


def _mark(found: list[set[Signal]], places: Sequence[int], signal: Signal) -> None:
    for place in places:
        found[place].add(signal)


def _runs(ways: Sequence[int], length: int) -> Iterator[tuple[int, int, int]]:
    """The first and last place of each run of so many or more equal ways, none of them 0."""
    first = 0
    for place, way in enumerate([*ways, 0]):
        if place == len(ways) or way != ways[first]:
            if place - first >= length and ways[first]:
                yield first, place - 1, ways[first]
            first = place


def _near_a_limit(
    values: Sequence[float], limits: Sequence[Limits], sides: Sequence[int], options: Options
) -> Iterator[tuple[list[int], int]]:
    """Where two of three points on one side of the mean are near its limit: those points."""
    near = [
        limit.is_in_outer_third(value) and (options.beyond_counts or not limit.is_outside(value))
        for value, limit in zip(values, limits, strict=True)
    ]
    for first in range(len(values) - 2):
        three = range(first, first + 3)
        side = sides[first]
        places = [place for place in three if near[place]]
        if len(places) >= 2 and side and all(sides[place] == side for place in three):
            yield places, side


def variation(latest: Point, polarity: Polarity) -> Variation:
    """What the latest point says: the first rule it meets decides which way."""
    if not latest.signals:
        return Variation.COMMON_CAUSE
    side = latest.signals[0].side
    if polarity is Polarity.NEUTRAL:
        return Variation.HIGH if side > 0 else Variation.LOW
    is_good = (side > 0) is (polarity is Polarity.HIGHER)
    return Variation.IMPROVEMENT if is_good else Variation.CONCERN


def assurance(limits: Limits, target: float, polarity: Polarity) -> Assurance | None:
    """Whether a target is met every time, never, or by chance; None without a polarity.

    A target on a limit is hit and miss.

    >>> assurance(Limits(50, 40, 60), 35, Polarity.HIGHER)
    <Assurance.HITS: 'hits'>
    """
    if polarity is Polarity.NEUTRAL:
        return None
    if not limits.is_outside(target):
        return Assurance.HIT_AND_MISS
    is_met = (target < limits.lower) is (polarity is Polarity.HIGHER)
    return Assurance.HITS if is_met else Assurance.MISSES
