"""Findings: what a check of the workbook shows that does not stop a refresh but wants a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil, floor

from xl_addin.derived import is_number
from xl_addin.errors import Problem
from xl_addin.layout import Dataset
from xl_addin.measure import Measure
from xl_addin.page import Page, PageRow
from xl_addin.report import printed
from xl_addin.table import CellValue, Table, text_of

POINTS_NEEDED = 8
"""Fewer earlier figures say too little about what is usual."""

MOVING_RANGE_FACTOR = 2.66
"""Limits of an XmR chart: mean ± 2.66 × mean moving range (NHS England, Making Data Count)."""

COPIED_SHARE = 0.5
COPIED_AT_LEAST = 5
STALE_AFTER = 6


class Severity(StrEnum):
    """Whether a finding stops a refresh."""

    ERROR = "error"
    WARNING = "please look"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem and how much it weighs."""

    severity: Severity
    problem: Problem


def odd_figures(page: Page) -> Iterator[Problem]:
    """Everything that looks odd about the figures of a page."""
    for row in page.rows:
        yield from unusual_figure(row, page)
        yield from stale(row, page)
        yield from parts_above_wholes(row, page)
    yield from copied_column(page)


def usual_range(figures: Sequence[float]) -> tuple[float, float] | None:
    """Lowest and highest figure that chance alone explains; None for too few figures.

    The limits of an XmR chart without screening: mean ± 2.66 × mean moving range.

    >>> usual_range([10.0, 12.0] * 4)
    (5.68, 16.32)
    """
    if len(figures) < POINTS_NEEDED:
        return None
    mean = sum(figures) / len(figures)
    ranges = [abs(later - earlier) for earlier, later in pairwise(figures)]
    reach = MOVING_RANGE_FACTOR * sum(ranges) / len(ranges)
    return mean - reach, mean + reach


def unusual_figure(row: PageRow, page: Page) -> Iterator[Problem]:
    """The latest figure, where it lies outside what the 12 months before lead to expect."""
    *earlier, latest = row.shown
    limits = usual_range([figure for figure in earlier if is_number(figure)])
    if not limits or not is_number(latest) or limits[0] <= latest <= limits[1]:
        return
    side = "above" if latest > limits[1] else "below"
    low, high = _inwards(limits, row.measure)
    yield Problem(
        _place(row.measure),
        f"{printed(latest, row.measure)} for {page.month.label} is {side} the usual {low} to "
        f"{high} of the 12 months before.",
        "Check it, and say in a note why if it is right.",
    )


def _inwards(limits: tuple[float, float], measure: Measure) -> tuple[str, str]:
    """Limits in print, rounded so that a figure outside them does not look inside."""
    step = 10 ** (-measure.decimals - (2 if measure.is_percentage else 0))
    low, high = ceil(max(limits[0], 0.0) / step), floor(limits[1] / step)
    return printed(low * step, measure), printed(high * step, measure)


def stale(row: PageRow, page: Page) -> Iterator[Problem]:
    """A measure that has not been updated for more than six months."""
    ages = [n for n, cell in enumerate(reversed(row.shown)) if is_number(cell)]
    age = min(ages, default=len(row.shown))
    if isinstance(row.latest, str) and row.latest and age > STALE_AFTER:
        since = f"since {page.months[-1 - age].label}" if ages else "in the 13 months shown"
        yield Problem(
            _place(row.measure),
            f"It has not been updated {since}.",
            "Ask its owner when figures return, or take it off the page.",
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
                _place(row.measure),
                f"In {month.label} {row.measure.numerator} is {text_of(part)}, above "
                f"{row.measure.denominator}, which is {text_of(whole)}.",
                "Correct one of them in a return.",
            )


def copied_column(page: Page) -> Iterator[Problem]:
    """Most of the latest figures being the same as the month before: was a column copied?"""
    both = [row for row in page.rows if all(map(is_number, row.shown[-2:])) and any(row.shown[-2:])]
    same = [row for row in both if _in_print(row, -2) == _in_print(row, -1)]
    if len(same) >= max(COPIED_AT_LEAST, COPIED_SHARE * len(both)):
        yield Problem(
            f"Dataset, {page.month.label}",
            f"{len(same)} of {len(both)} figures are the same as in {page.months[-2].label}.",
            "Check that last month's column was not copied.",
        )


def _in_print(row: PageRow, month: int) -> str:
    return printed(row.shown[month], row.measure)


def changed_derived_cells(page: Page, table: Table) -> Iterator[Problem]:
    """Derived cells that show something else than their formula would."""
    rows = {row.measure.ref: row for row in page.rows}
    for place, record in table.records():
        row = rows.get(text_of(record[Dataset.REF]))
        expected = (row.change, row.average, row.maximum) if row else ()
        for heading, figure in zip(Dataset.DERIVED, expected, strict=False):
            if not _agree(record[heading], figure):
                yield Problem(
                    f"{place}, “{heading}”",
                    f"It shows {text_of(record[heading]) or 'nothing'}, which its formula would "
                    "not give.",
                    "The next refresh puts the formula back.",
                )


def _agree(cell: CellValue, figure: float | None) -> bool:
    if figure is None:
        return not is_number(cell)
    return is_number(cell) and abs(cell - figure) <= 1e-9 * max(1.0, abs(figure))


def _place(measure: Measure) -> str:
    return f"Dataset, {measure.ref}"
