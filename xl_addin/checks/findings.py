"""Findings: what a check of the workbook shows that does not stop a refresh but wants a look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil, floor

from xl_addin.dataset.columns import derived_among
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.key_measures import calculated
from xl_addin.dataset.page import Page, PageRow
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem
from xl_addin.layout import Dataset, Sheet
from xl_addin.measure import Measure
from xl_addin.period import Month
from xl_addin.table import CellValue, Table, text_of

POINTS_NEEDED = 8
"""Fewer earlier figures say too little about what is usual."""

MOVING_RANGE_FACTOR = 2.66
"""Limits of an XmR chart: mean ± 2.66 × mean moving range (NHS England, Making Data Count)."""

ROUNDED_TO = 0.005
"""How far a percentage that was given whole may lie from its exact ratio."""

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
        yield from not_of_its_unit(row, page)
        yield from unusual_figure(row, page)
        yield from stale(row, page)
        yield from parts_above_wholes(row, page)
        yield from not_what_counts_give(row, page)
        yield from no_count_of_its_whole(row, page)
    yield from copied_column(page)


def not_of_its_unit(row: PageRow, page: Page) -> Iterator[Problem]:
    """Figures that a measure of its Unit cannot have: the Unit was changed after they came in.

    A percentage above 100%, or a part of 1 where whole numbers are printed.
    """
    measure, figures = row.measure, [figure for figure in row.shown if is_number(figure)]
    if measure.is_percentage:
        odd = [figure for figure in figures if figure > 1]
    else:
        odd = [figure for figure in figures if 0 < figure < 1 and measure.decimals == 0]
    if odd:
        month = page.months[row.shown.index(odd[-1])].label
        yield Problem(
            _place(measure),
            f"Its Unit is {measure.unit.value}, but {text_of(odd[-1])} is recorded for {month}.",
            "Correct the Unit in the Measures table; a measure that is now counted in another way "
            "needs a ref of its own.",
        )


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
    distance = _distance(latest - high if side == "above" else low - latest, row.measure)
    yield Problem(
        _place(row.measure),
        f"{printed(latest, row.measure)} for {page.month.label} is {distance}{side} the usual "
        f"{printed(low, row.measure)} to {printed(high, row.measure)} of the 12 months before.",
        "Check it, and say in a note why if it is right.",
    )


def _inwards(limits: tuple[float, float], measure: Measure) -> tuple[float, float]:
    """Limits in published rounding, so that a figure outside them does not look inside."""
    step = 10 ** (-measure.decimals - (2 if measure.is_percentage else 0))
    return ceil(max(limits[0], 0.0) / step) * step, floor(limits[1] / step) * step


def _distance(figure: float, measure: Measure) -> str:
    """How far a figure lies outside, with a space behind it; blank for less than is printed."""
    number = printed(figure, measure).removesuffix("%")
    unit = " percentage points" if measure.is_percentage else ""
    return f"{number}{unit} " if float(number) else ""


def stale(row: PageRow, page: Page) -> Iterator[Problem]:
    """A measure that has not been updated for more than six months."""
    ages = [n for n, cell in enumerate(reversed(row.shown)) if is_number(cell)]
    begun = [n for n, cell in enumerate(reversed(row.shown), 1) if cell is not None]
    age = min(ages) if ages else max(begun, default=0)
    if isinstance(row.latest, str) and row.latest and age > STALE_AFTER:
        since = f"since {page.months[-1 - age].label}" if ages else f"in the {age} months recorded"
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
        if abs(cell - part / whole) > ROUNDED_TO + 1e-9:
            yield Problem(
                _place(measure),
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
        if min(abs(cell - share) for share in nearest) > ROUNDED_TO + 1e-9:
            possible = " and ".join(printed(share, measure) for share in sorted(nearest))
            yield Problem(
                _place(measure),
                f"For {month.label} it is {printed(cell, measure)} of {measure.denominator}, "
                f"which is {text_of(whole)}; the nearest that a whole number gives are {possible}.",
                "Check both, and correct the one that is wrong in a return.",
            )


def gaps(months: Iterable[Month]) -> Iterator[Problem]:
    """Months in between that nothing is recorded for."""
    for before, after in pairwise(sorted(set(months))):
        first, last = before.plus(1), after.previous()
        if first < after:
            span = first.label if first == last else f"{first.label} to {last.label}"
            yield Problem(
                Sheet.HISTORY,
                f"Nothing is recorded for {span}.",
                "Bring the figures in when you have them.",
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
        for column in derived_among(table.headings) if row else ():
            shown = record[column.heading]
            if row and not _agree(shown, row.value(column)):
                yield Problem(
                    f"{place}, “{column.heading}”",
                    f"It shows {text_of(shown) or 'nothing'}, which its formula would not give.",
                    "The next refresh puts the formula back.",
                )


def changed_chart_cells(page: Page, workbook: Workbook) -> Iterator[Problem]:
    """Cells behind the charts that show something else than the page has."""
    rows = {row.measure.ref: row.shown for row in page.rows}
    due = calculated(workbook.catalogue, workbook.slots, page.labels, rows)
    wrong = [
        (text_of(shown) or "nothing", text_of(value) or "nothing")
        for part in due
        for line, values in zip(workbook.charted.get(part.name, ()), part.values, strict=False)
        for shown, value in zip(line, values, strict=False)
        if not _agree(shown, value)
    ]
    if wrong:
        how_many = "1 figure or text" if len(wrong) == 1 else f"{len(wrong)} figures and texts"
        yield Problem(
            Sheet.KEY_MEASURES,
            f"{how_many} behind the charts are not what the page has: {wrong[0][0]} stands there "
            f"for {wrong[0][1]}.",
            "Move a column of your own that stands between the months and “% change” behind "
            "Notes; where a formula was typed over, copy it from the cell beside it.",
        )


def misplaced_markers(markers: Mapping[str, str], table: Table) -> Iterator[Problem]:
    """Rows of the page whose Notes cell is not the markers of the notes that apply to them."""
    for place, record in table.records():
        due = markers.get(text_of(record[Dataset.REF]))
        shown = text_of(record[Dataset.NOTES])
        if due is not None and shown != due:
            yield Problem(
                f"{place}, “{Dataset.NOTES}”",
                f"It shows {shown or 'nothing'}; the notes that apply are {due or 'none'}.",
                "Sync notes puts it right.",
            )


def _agree(cell: CellValue, due: CellValue) -> bool:
    if due is None:
        return not is_number(cell)
    if not is_number(due):
        return text_of(cell) == text_of(due)
    return is_number(cell) and abs(cell - due) <= 1e-9 * max(1.0, abs(due))


def _place(measure: Measure) -> str:
    return f"Dataset, {measure.ref}"
