"""Ratios: percentages that two other measures give, such as M3 = M2 ÷ M1.

The exact ratio of the counts is recorded, not the rounded percentage of a return: only the
unrounded ratios give the printed changes (LAC5-QL: 6/11 against 4/21 prints 186).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xl_addin.dataset.history import History
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation, State
from xl_addin.period import Month

Given = Mapping[tuple[str, Month], Observation]


def with_ratios(
    observations: Iterable[Observation], catalogue: Catalogue, history: History
) -> list[Observation]:
    """The observations of a return, with every ratio worked out that its counts allow.

    A count that the return does not give is taken from history. A ratio the return says is not
    updated stays so; one whose counts are 0 of 0 or not known stays as given. A recorded ratio
    is withdrawn with a count it was worked out from, for the same reason.
    """
    given = {seen.key: seen for seen in observations}
    completed = dict(given)
    for measure, month in _ratios_touched(given, catalogue):
        own = given.get((measure.ref, month), Observation(measure.ref, month))
        exact = exact_ratio(measure, month, given, history)
        if exact is None and own.state is State.MISSING:
            exact = _withdrawn(measure, month, given, history)
        if exact is not None and own.state is not State.NOT_UPDATED:
            completed[exact.key] = exact
    return list(completed.values())


def _withdrawn(
    measure: Measure, month: Month, given: Given, history: History
) -> Observation | None:
    """A ratio that lost a count: not updated, for the reason that now stands in its place."""
    recorded = history.observed(measure.ref, month)
    counts = (given.get((ref, month)) for ref in (measure.numerator, measure.denominator))
    reasons = [count.status for count in counts if count and count.state is State.NOT_UPDATED]
    if recorded.denominator is None or not reasons:
        return None
    return Observation(measure.ref, month, status=reasons[0])


def _ratios_touched(given: Given, catalogue: Catalogue) -> Iterator[tuple[Measure, Month]]:
    months = dict.fromkeys(month for _, month in given)
    for measure in catalogue.ratios:
        for month in months:
            refs = (measure.ref, measure.numerator, measure.denominator)
            if any((ref, month) in given for ref in refs):
                yield measure, month


def exact_ratio(
    measure: Measure, month: Month, given: Given, history: History
) -> Observation | None:
    """A ratio from its counts; None where a count is not a number or there is nothing to divide."""
    counts = [
        count_of(ref, month, given, history) for ref in (measure.numerator, measure.denominator)
    ]
    numerator, denominator = counts
    if numerator is None or not denominator:
        return None
    return Observation(
        measure.ref,
        month,
        numerator / denominator,
        numerator=numerator,
        denominator=denominator,
    )


def counts_behind(
    measure: Measure, month: Month, history: History
) -> tuple[float | None, float | None]:
    """The whole and the part of a percentage in a month, each where it is on record."""
    seen = history.observed(measure.ref, month)
    whole, part = seen.denominator, seen.numerator
    if whole is None and measure.denominator:
        whole = history.observed(measure.denominator, month).value
    if part is None and measure.numerator:
        part = history.observed(measure.numerator, month).value
    return whole, part


def count_of(ref: str, month: Month, given: Given, history: History) -> float | None:
    """A count as the return gives it, or as it is recorded; None where it is no number."""
    own = given.get((ref, month))
    if own is None or own.state is State.MISSING:
        return history.observed(ref, month).value
    return own.value
