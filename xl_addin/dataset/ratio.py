"""Ratios: percentages that two other measures give, such as M3 = M2 ÷ M1.

The exact ratio of the counts is recorded, not the rounded percentage of a return: only the
unrounded ratios give the printed changes (LAC5-QL: 6/11 against 4/21 prints 186).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xl_addin.dataset.history import History
from xl_addin.errors import Problem
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
        _count(ref, month, given, history) for ref in (measure.numerator, measure.denominator)
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


def _count(ref: str, month: Month, given: Given, history: History) -> float | None:
    own = given.get((ref, month))
    if own is None or own.state is State.MISSING:
        return history.observed(ref, month).value
    return own.value


def contradictions(
    observations: Iterable[tuple[Observation, str]], catalogue: Catalogue, history: History
) -> Iterator[Problem]:
    """Ratios given in a return that the counts recorded earlier do not give, or above 100%.

    Each observation comes with its place. Where the return itself gives both counts, the checks
    of the return have compared them already.
    """
    placed = {seen.key: (seen, place) for seen, place in observations}
    given = {key: seen for key, (seen, _) in placed.items()}
    for measure in catalogue.ratios:
        for month in dict.fromkeys(month for _, month in given):
            if not _gives_counts(measure, month, given):
                yield from _above_all(measure, month, placed, history)
        for (ref, month), (own, place) in placed.items():
            if ref != measure.ref or own.value is None or _gives_counts(measure, month, given):
                continue
            exact = exact_ratio(measure, month, given, history)
            if exact and exact.value is not None and not own.agrees_with(exact.value):
                yield _contradiction(own, exact, measure, place)


def _above_all(
    measure: Measure,
    month: Month,
    placed: Mapping[tuple[str, Month], tuple[Observation, str]],
    history: History,
) -> Iterator[Problem]:
    """Where a count of the return and one recorded earlier make a percentage above 100%."""
    refs = (measure.numerator, measure.denominator)
    given = {key: seen for key, (seen, _) in placed.items()}
    numerator, denominator = (_count(ref, month, given, history) for ref in refs)
    if numerator is None or denominator is None or numerator <= denominator:
        return
    counts = f"{refs[0]} is {numerator:.15g} and {refs[1]} is {denominator:.15g}"
    for ref, other in (refs, refs[::-1]):
        seen, place = placed.get((ref, month), (None, ""))
        if seen is not None and seen.value is not None:
            yield Problem(
                place,
                f"With the {other} that is recorded, {counts} for {month.label}, so "
                f"{measure.ref} would be above 100%.",
                f"Correct {ref}, or bring the corrected {other} in the same return.",
            )


def _gives_counts(measure: Measure, month: Month, given: Given) -> bool:
    counts = (given.get((ref, month)) for ref in (measure.numerator, measure.denominator))
    return all(count is not None and count.state is State.NUMBER for count in counts)


def _contradiction(own: Observation, exact: Observation, measure: Measure, place: str) -> Problem:
    return Problem(
        place,
        f"{own.ref} {own.month.label} is {own.value:.1%}, but {measure.numerator} is "
        f"{exact.numerator:g} and {measure.denominator} is {exact.denominator:g}, "
        f"which gives {exact.value:.1%}.",
        "Correct the percentage, or bring the corrected counts in the same return.",
    )
