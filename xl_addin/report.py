"""What a refresh tells the officer: what will change, and what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_addin.checks.months import span
from xl_addin.dataset.history import Arrival, Outcome
from xl_addin.dataset.log_row import LogRow
from xl_addin.dataset.page import Page
from xl_addin.dataset.printing import LISTED, behind, in_print
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, grouped, listed
from xl_addin.layout import Sheet
from xl_addin.measure import Measure
from xl_addin.observation import State
from xl_addin.period import Month
from xl_addin.table import CellValue
from xl_addin.values import replace


def summary(workbook: Workbook, arrivals: Sequence[Arrival], page: Page) -> Iterator[str]:
    """What will change, a line for each kind of change.

    "Jul 2015: 20 of 22 figures, 1 not updated, 1 missing"
    """
    found = [row.state for row in page.rows]
    counts = [
        (found.count(State.NOT_UPDATED), "not updated"),
        (found.count(State.MISSING), "missing"),
    ]
    parts = [f"{found.count(State.NUMBER)} of {len(found)} figures"]
    parts += [f"{number} {word}" for number, word in counts if number]
    yield f"{page.month.label}: {', '.join(parts)}"
    yield from _months_added(arrivals, page.month)
    yield from _restated(workbook, arrivals)
    yield from _refined(workbook, arrivals)
    yield from _reasons_changed(workbook, arrivals)
    if workbook.month and workbook.month != page.month:
        yield f"The page moves from {workbook.month.label} to {page.month.label}."


def _months_added(arrivals: Iterable[Arrival], shown: Month) -> Iterator[str]:
    months = [
        a.observation.month
        for a in arrivals
        if a.outcome is Outcome.ADDED and a.observation.month != shown
    ]
    if months:
        yield f"{_counted(len(months), 'figure')} added for {span(min(months), max(months))}"


def _restated(workbook: Workbook, arrivals: Iterable[Arrival]) -> Iterator[str]:
    restated = [a for a in arrivals if a.outcome is Outcome.RESTATED]
    if restated:
        yield f"{_counted(len(restated), 'earlier figure')} restated:"
    yield from _becoming(workbook, restated)


def _refined(workbook: Workbook, arrivals: Sequence[Arrival]) -> Iterator[str]:
    """Figures recorded anew that print as before: none is restated, and none changes unsaid."""
    for heading, alike in _refinements(workbook, arrivals):
        yield f"{heading}:"
        yield from _listed([_refinement(workbook, arrival) for arrival in alike])


def _refinements(
    workbook: Workbook, arrivals: Sequence[Arrival]
) -> Iterator[tuple[str, Sequence[Arrival]]]:
    """What prints as before, by what came in behind it: counts, or other decimals.

    A percentage of counts that are restated is left out: it follows from what is said of them.
    """
    by_cell = {(a.observation.ref, a.observation.month): a.outcome for a in arrivals}
    restated = {cell for cell, outcome in by_cell.items() if outcome is Outcome.RESTATED}
    refined = [
        a
        for a in arrivals
        if a.outcome is Outcome.REFINED and restated.isdisjoint(_counts_of(workbook, a))
    ]
    counted = [a for a in refined if a.observation.denominator is not None]
    if counted:
        prints = "prints" if len(counted) == 1 else "print"
        number = _counted(len(counted), "earlier figure")
        yield f"Counts come in behind {number}, which {prints} the same as before", counted
    if others := [a for a in refined if a.observation.denominator is None]:
        has, prints = ("has", "prints") if len(others) == 1 else ("have", "print")
        number = _counted(len(others), "earlier figure")
        yield f"{number} {has} other decimals, and {prints} the same as before", others


def _counts_of(workbook: Workbook, arrival: Arrival) -> set[tuple[str, Month]]:
    measure, month = workbook.catalogue[arrival.observation.ref], arrival.observation.month
    return {(measure.numerator, month), (measure.denominator, month)}


def _refinement(workbook: Workbook, arrival: Arrival) -> str:
    """What stands behind a figure from now on: "SE2-QL Apr 2024: 69% is 11 of 16"."""
    new, old = arrival.observation, arrival.before
    assert old is not None
    measure = workbook.catalogue[new.ref]
    is_first = None not in (new.numerator, new.denominator) and old.denominator is None
    was = "" if is_first else f", no longer {behind(old, measure)}"
    return f"{new.ref} {new.month.label}: {in_print(new, measure)} is {behind(new, measure)}{was}"


def _reasons_changed(workbook: Workbook, arrivals: Iterable[Arrival]) -> Iterator[str]:
    """Reasons that others take the place of: the page shows the new words alone."""
    changed = [
        a
        for a in arrivals
        if a.outcome is Outcome.NOT_UPDATED and a.before is not None and a.before.status
    ]
    if changed:
        yield f"{_counted(len(changed), 'earlier reason')} changed:"
    yield from _becoming(workbook, changed)


def _becoming(workbook: Workbook, arrivals: Sequence[Arrival]) -> Iterator[str]:
    catalogue = workbook.catalogue
    yield from _listed([restatement(a, catalogue[a.observation.ref]) for a in arrivals])


def _listed(told: Sequence[str]) -> Iterator[str]:
    """What changes, a line each, and how many more there are."""
    yield from (f"  {line}" for line in told[:LISTED])
    if len(told) > LISTED:
        yield f"  and {len(told) - LISTED} more; the sheet {Sheet.HISTORY} lists them all"


def restatement(arrival: Arrival, measure: Measure) -> str:
    """A restatement in words: "LAC1 May 2015: 622 becomes 620"."""
    new, old = arrival.observation, arrival.before
    assert old is not None
    return f"{new.ref} {new.month.label}: {in_print(old, measure)} becomes {in_print(new, measure)}"


MOST_LETTERS = 8_000
"""What Excel takes for a cell from another program."""


def refined(workbook: Workbook, arrivals: Sequence[Arrival]) -> Iterator[str]:
    """Figures recorded anew that print as before, for the log: no other column tells of them."""
    for heading, alike in _refinements(workbook, arrivals):
        yield f"{heading}: {listed([_refinement(workbook, a) for a in alike], LISTED)}."


def for_log(warnings: Iterable[Problem], more: Iterable[str] = ()) -> CellValue:
    """What the log keeps of warnings, and more after them: none is 0, others in their order."""
    told = [*grouped(warnings), *more]
    text = " ".join(f"{number}. {warning}" for number, warning in enumerate(told, 1))
    if len(text) <= MOST_LETTERS:
        return text or 0
    return f"{text[: MOST_LETTERS - 1]}…"


def with_counts(log: LogRow, arrivals: Iterable[Arrival], page: Page) -> LogRow:
    """The same row, with what is counted of a return and of the page after it."""
    outcomes = [arrival.outcome for arrival in arrivals]
    states = [row.state for row in page.rows]
    return replace(
        log,
        added=outcomes.count(Outcome.ADDED),
        restated=outcomes.count(Outcome.RESTATED),
        not_updated=states.count(State.NOT_UPDATED),
        missing=states.count(State.MISSING),
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
