"""Whether a percentage may stand for few children, or leave few: its counts and its rounding.

A reader takes a percentage together with what Measures says it is of. She tries every whole
number that may print as it does. A return may give it with fewer decimals than it is printed
with ("98%" prints 98.0%), and no whole number need round to it (97% of 42, cut off after the
97): then the nearest ones are tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from xl_addin.disclosure.published import frozen
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Measure
from xl_addin.observation import Observation

SLACK = 1e-6
"""How far a count may lie outside its bounds by binary noise."""

Counts = Mapping[str, float]
Pair = tuple[float | None, float | None]
"""A numerator and a denominator, where known."""


def may_imply_small_count(measure: Measure, own: Observation, counts: Counts, rule: Rule) -> bool:
    """Whether a percentage may stand for a count that is hidden, or leave one.

    ``counts`` are those of the month by ref. Counts recorded with the percentage itself are
    exact; but where others stand beside it, a reader can only take those.
    """
    return any(
        rule.is_small(few)
        for pair in _pairs(measure, own, counts)
        for few in _few_of(measure, own, pair, rule)
    )


def is_of_few_within(measure: Measure, own: Observation, most: float, rule: Rule) -> bool:
    """Whether a percentage of no more than some children can only be of few, or leave few."""
    assert own.value is not None
    low, high = next(_bounds(measure, own))
    return not any(
        not rule.is_small(part) and not rule.is_small(whole - part)
        for whole in range(rule.threshold + 1, int(most) + 1)
        for part in range(math.ceil(whole * low - SLACK), int(whole * high + SLACK) + 1)
        if part <= whole
    )


def _pairs(measure: Measure, own: Observation, counts: Counts) -> Iterator[Pair]:
    """The counts recorded with a percentage, then those beside it, where they are others."""
    part, whole = counts.get(measure.numerator), counts.get(measure.denominator)
    first = (
        part if own.numerator is None else own.numerator,
        whole if own.denominator is None else own.denominator,
    )
    yield first
    if any(b is not None and b != a for a, b in zip(first, (part, whole), strict=True)):
        yield part, whole


def _few_of(measure: Measure, own: Observation, pair: Pair, rule: Rule) -> Iterator[float]:
    """The small counts among the numerators and rests that a percentage may stand for."""
    part, whole = pair
    if part is not None:
        yield part
    if part is not None and whole is not None:
        yield whole - part
        return
    for low, high in _bounds(measure, own):
        if whole is not None:
            yield from _least_small(whole * low, whole * high, rule)
            yield from _least_small(whole * (1 - high), whole * (1 - low), rule)
        elif part is not None:
            most = part / low - part if low > 0 else math.inf
            yield from _least_small(part / high - part, most, rule)


def _bounds(measure: Measure, own: Observation) -> Iterator[tuple[float, float]]:
    """Between which fractions a percentage lies: as it is printed, and as it was given."""
    assert own.value is not None
    for value, decimals in (
        (frozen(own.value, measure), measure.decimals),
        (own.value, min(measure.decimals, _decimals_given(own.value))),
    ):
        half = 0.5 * 10.0 ** -(decimals + 2)
        yield max(value - half, 0.0), value + half


def _decimals_given(value: float) -> int:
    """With how many decimals a percentage was given, as far as can be seen.

    >>> _decimals_given(0.98), _decimals_given(0.976)
    (0, 1)
    """
    return next((d for d in range(12) if abs(round(value, d + 2) - value) < 1e-12), 12)


def _least_small(low: float, high: float, rule: Rule) -> Iterator[float]:
    """A small whole number between two bounds, or beside them where none lies between."""
    first, last = math.ceil(low - SLACK), high + SLACK
    if first > last:
        first, last = first - 1, float(first)
    first = max(first, 1)
    if first <= min(last, rule.threshold):
        yield float(first)
