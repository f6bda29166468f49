"""Counts and the percentages they give: where one contradicts the other.

A percentage agrees with its counts where it could be their exact ratio, rounded. The counts may
stand in the return, beside it on the page, or be on record from an earlier month's work: each
place has its own sentence, and the rule is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor

from xl_addin.checks.figures import place_of
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.history import History
from xl_addin.dataset.page import Page, PageRow
from xl_addin.dataset.printing import as_given, printed
from xl_addin.dataset.ratio import Given, count_of, exact_ratio
from xl_addin.errors import Problem
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation, State, agrees
from xl_addin.period import Month
from xl_addin.returns.parse_return import Entry
from xl_addin.table import text_of

ROUNDED_TO = 0.005
"""How far a percentage that was given whole may lie from its exact ratio."""


Key = tuple[str, Month]
Placed = Mapping[Key, Entry]


def in_a_return(entries: Placed, catalogue: Catalogue) -> Iterator[Problem]:
    """Percentages and counts of one return that contradict each other."""
    for measure in catalogue.ratios:
        for month in dict.fromkeys(month for _, month in entries):
            own = entries.get((measure.ref, month))
            numerator, denominator = (entries.get((ref, month)) for ref in _refs(measure))
            if own and (differing := [*_own_counts(own, numerator, denominator)]):
                yield from differing
            elif numerator and denominator:
                yield from _given_together(measure, own, numerator, denominator)


def _refs(measure: Measure) -> tuple[str, str]:
    return measure.numerator, measure.denominator


def _own_counts(
    own: Entry, numerator: Entry | None, denominator: Entry | None
) -> Iterator[Problem]:
    """Where a ratio's own numerator or denominator is not the figure of the measure it is."""
    seen = own.observation
    counts = (
        ("numerator", seen.numerator, numerator),
        ("denominator", seen.denominator, denominator),
    )
    for noun, own_count, entry in counts:
        count = entry.observation.value if entry else None
        if entry and None not in (own_count, count) and own_count != count:
            yield Problem(
                own.place,
                f"The {noun} of {seen.ref} for {seen.month.label} is {own_count:.15g}, but "
                f"{entry.observation.ref} is {count:.15g} ({entry.place}).",
                "Correct one of them: they are the same count.",
            )


def _given_together(
    measure: Measure, own: Entry | None, numerator: Entry, denominator: Entry
) -> Iterator[Problem]:
    """A numerator above its denominator, or a percentage that the two counts do not give."""
    above, below = numerator.observation, denominator.observation
    if above.value is None or below.value is None:
        return
    counts = f"{above.ref} is {above.value:.15g} and {below.ref} is {below.value:.15g}"
    exact = above.value / below.value if below.value else None
    if above.value > below.value:
        yield Problem(
            numerator.place,
            f"{counts} for {above.month.label}, so {measure.ref} would be above 100%.",
            f"Correct {above.ref} or {below.ref}.",
        )
    elif own and _contradicts(own.observation, exact):
        yield Problem(
            own.place,
            f"{measure.ref} for {above.month.label} is {as_given(own.observation)}, but "
            f"{counts}, which gives {'no percentage' if exact is None else f'{exact:.2%}'}.",
            f"Correct the percentage or the counts; a blank {measure.ref} is worked out.",
            *_together(own.observation, measure, exact),
        )


def _contradicts(own: Observation, exact: float | None) -> bool:
    """Whether a percentage is given that is not what its counts give."""
    return own.value is not None and (exact is None or not own.agrees_with(exact))


def against_the_record(
    entries: Placed, catalogue: Catalogue, history: History
) -> Iterator[Problem]:
    """Ratios given in a return that the counts recorded earlier do not give, or above 100%.

    Where the return itself gives both counts, they have been compared in it already.
    """
    given = {key: entry.observation for key, entry in entries.items()}
    for measure in catalogue.ratios:
        for month in dict.fromkeys(month for _, month in given):
            if not _gives_counts(measure, month, given):
                yield from _above_all(measure, month, entries, history)
        for (ref, month), entry in entries.items():
            if ref == measure.ref and not _gives_counts(measure, month, given):
                exact = exact_ratio(measure, month, given, history)
                if exact and _contradicts(entry.observation, exact.value):
                    yield _unlike_the_record(entry, exact, measure)


def _gives_counts(measure: Measure, month: Month, given: Given) -> bool:
    counts = (given.get((ref, month)) for ref in _refs(measure))
    return all(count is not None and count.state is State.NUMBER for count in counts)


def _above_all(
    measure: Measure, month: Month, entries: Placed, history: History
) -> Iterator[Problem]:
    """Where a count of the return and one recorded earlier make a percentage above 100%."""
    refs = _refs(measure)
    given = {key: entry.observation for key, entry in entries.items()}
    numerator, denominator = (count_of(ref, month, given, history) for ref in refs)
    if numerator is None or denominator is None or numerator <= denominator:
        return
    counts = f"{refs[0]} is {numerator:.15g} and {refs[1]} is {denominator:.15g}"
    for ref, other in (refs, refs[::-1]):
        entry = entries.get((ref, month))
        if entry and entry.observation.value is not None:
            yield Problem(
                entry.place,
                f"With the {other} that is recorded, {counts} for {month.label}, so "
                f"{measure.ref} would be above 100%.",
                f"Correct {ref}, or bring the corrected {other} in the same return.",
            )


def _unlike_the_record(entry: Entry, exact: Observation, measure: Measure) -> Problem:
    own = entry.observation
    return Problem(
        entry.place,
        f"{own.ref} {own.month.label} is {own.value:.1%}, but {measure.numerator} is "
        f"{exact.numerator:g} and {measure.denominator} is {exact.denominator:g}, "
        f"which gives {exact.value:.1%}.",
        "Correct the percentage, or bring the corrected counts in the same return.",
        *_together(own, measure, exact.value),
    )


def _together(own: Observation, measure: Measure, exact: float | None) -> tuple[str, str]:
    """How several such months of a measure are told as one, and what is said of each."""
    given = "no percentage" if exact is None else f"{exact:.1%}"
    return (
        f"{{count}} percentages of {measure.ref} are not what {measure.numerator} and "
        f"{measure.denominator} give: {{items}}.",
        f"{own.month.label} is {as_given(own)}, the counts give {given}",
    )


def parts_above_wholes(row: PageRow, page: Page) -> Iterator[Problem]:
    """Months in which a count is above the count it is a part of."""
    if not row.measure.is_ratio:
        return
    shown = {other.measure.ref: other.shown for other in page.rows}
    parts, wholes = shown[row.measure.numerator], shown[row.measure.denominator]
    for month, part, whole in zip(page.months, parts, wholes, strict=True):
        if is_number(part) and is_number(whole) and part > whole:
            yield Problem(
                place_of(row.measure),
                f"In {month.label} {row.measure.numerator} is {text_of(part)}, above "
                f"{row.measure.denominator}, which is {text_of(whole)}.",
                "Correct one of them in a return.",
            )


def not_what_counts_give(row: PageRow, page: Page) -> Iterator[Problem]:
    """Months whose percentage is not what its counts give, beyond a whole per cent's rounding."""
    if not (measure := row.measure).is_ratio:
        return
    shown = {other.measure.ref: other.shown for other in page.rows}
    counts = zip(shown[measure.numerator], shown[measure.denominator], strict=True)
    for month, cell, (part, whole) in zip(page.months, row.shown, counts, strict=True):
        if not (
            is_number(cell) and is_number(part) and is_number(whole) and 0 <= part <= whole > 0
        ):
            continue
        if not agrees(cell, part / whole, ROUNDED_TO):
            yield Problem(
                place_of(measure),
                f"For {month.label} it is {printed(cell, measure)}, but {measure.numerator} is "
                f"{text_of(part)} and {measure.denominator} is {text_of(whole)}, which gives "
                f"{printed(part / whole, measure)}.",
                "Bring the counts in again, or the correct percentage.",
            )


def no_count_of_its_whole(row: PageRow, page: Page) -> Iterator[Problem]:
    """Months whose percentage no whole count of its denominator gives: 95% of 10.

    Only where the numerator is not a measure itself; with both counts see not_what_counts_give.
    """
    measure = row.measure
    if not measure.denominator or measure.is_ratio:
        return
    wholes = next(other.shown for other in page.rows if other.measure.ref == measure.denominator)
    for month, cell, whole in zip(page.months, row.shown, wholes, strict=True):
        if not (is_number(cell) and is_number(whole) and whole > 0):
            continue
        nearest = {floor(cell * whole) / whole, ceil(cell * whole) / whole}
        if not any(agrees(cell, share, ROUNDED_TO) for share in nearest):
            possible = " and ".join(printed(share, measure) for share in sorted(nearest))
            yield Problem(
                place_of(measure),
                f"For {month.label} it is {printed(cell, measure)} of {measure.denominator}, "
                f"which is {text_of(whole)}; the nearest that a whole number gives are {possible}.",
                "Check both, and correct the one that is wrong in a return.",
            )
