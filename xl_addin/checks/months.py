"""Months: those between others that nothing is recorded for, not recorded, or still to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from xl_addin.dataset.history import History
from xl_addin.dataset.page import Page
from xl_addin.errors import Problem
from xl_addin.layout import Sheet
from xl_addin.period import Month
from xl_addin.returns import Entry


def empty_between(recorded: Iterable[Month]) -> Iterator[tuple[Month, Month]]:
    """The gaps between months that something is recorded for: the first and last of each."""
    for before, after in pairwise(sorted(set(recorded))):
        if before.plus(1) < after:
            yield before.plus(1), after.previous()


def gaps(recorded: Iterable[Month]) -> Iterator[Problem]:
    """Months in between that nothing is recorded for."""
    for first, last in empty_between(recorded):
        yield Problem(
            Sheet.HISTORY,
            f"Nothing is recorded for {span(first, last)}.",
            "Bring the figures in when you have them.",
        )


def empty_columns(before: Month | None, page: Page) -> Iterator[Problem]:
    """Months that the page has passed over since the month it showed before."""
    if before is None:
        return
    columns = zip(page.months, zip(*(row.shown for row in page.rows), strict=True), strict=True)
    filled = {m for m, column in columns if m > before and any(c is not None for c in column)}
    empty = [*empty_between({before, page.month, *filled})]
    passed = [m.label for m in page.months if any(first <= m <= last for first, last in empty)]
    if passed:
        yield Problem(
            "Dataset",
            f"Nothing is recorded for {', '.join(passed)}: the column stays empty.",
            "Bring the figures in when you have them.",
        )


def still_to_come(entries: Iterable[Entry], today: Month) -> Iterator[Problem]:
    """Figures of months that have not begun."""
    for entry in entries:
        if (month := entry.observation.month) > today:
            yield Problem(entry.place, f"{month.label} is still to come.", "Correct the month.")


def span(first: Month, last: Month) -> str:
    """Months in words: "May 2015", or "May 2015 to Jul 2015"."""
    return first.label if first == last else f"{first.label} to {last.label}"


def not_recorded(history: History, month: Month) -> Problem:
    """That a month cannot be shown, and which months can."""
    months = sorted(history.months())
    if not months:
        return Problem(Sheet.HISTORY, "Nothing is recorded yet.", "Import or refresh first.")
    found = f"Nothing is recorded for {month.label}."
    before, after = [m for m in months if m < month], [m for m in months if m > month]
    if before and after:
        remedy = f"The nearest months recorded are {before[-1].label} and {after[0].label}."
        return Problem(Sheet.HISTORY, found, remedy)
    if len(months) == 1:
        return Problem(Sheet.HISTORY, found, f"Choose {months[0].label}.")
    return Problem(Sheet.HISTORY, found, f"Choose a month from {span(months[0], months[-1])}.")
