"""Figures that look odd by themselves, or beside those of the months before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_addin.dataset.derived import average, is_number
from xl_addin.dataset.history import Arrival, History, Outcome
from xl_addin.dataset.page import Page, PageRow, build_page
from xl_addin.dataset.printing import printed, usual_in_print
from xl_addin.dataset.spc import Limits, xmr_limits
from xl_addin.errors import Problem, listed
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import State
from xl_addin.period import Month
from xl_addin.returns.figure import SUPPRESSED
from xl_addin.table import text_of

POINTS_NEEDED = 8
"""Fewer earlier figures say too little about what is usual, while there are no limits yet."""

COPIED_SHARE = 0.5
COPIED_AT_LEAST = 5
STALE_AFTER = 6


def not_of_its_unit(row: PageRow, page: Page) -> Iterator[Problem]:
    """Figures that a measure of its Unit cannot have: the Unit was changed after they came in.

    A percentage above 100%, or a part of 1 where whole numbers are printed.
    """
    measure, figures = row.measure, [figure for figure in row.shown if is_number(figure)]
    kind = measure.unit.kind
    odd = [figure for figure in figures if kind.most is not None and figure > kind.most]
    if kind.is_whole and measure.decimals == 0:
        odd = [figure for figure in figures if 0 < figure < 1]
    if odd:
        month = page.months[row.shown.index(odd[-1])].label
        yield Problem(
            place_of(measure),
            f"Its Unit is {measure.unit.value}, but {text_of(odd[-1])} is recorded for {month}.",
            "Correct the Unit in the Measures table; a measure that is now counted in another way "
            "needs a ref of its own.",
        )


def usual_range(row: PageRow) -> tuple[Limits, str] | None:
    """The limits that a latest figure is held to, and what of: those the page and summary tell.

    Until there are any, those of the 12 months before; None where these hold fewer than eight
    figures.
    """
    if row.signal and row.signal.limits and row.signal.since:
        months = len(row.signal.values)
        return row.signal.limits, f"its {months} months since {row.signal.since.label}"
    figures = [figure for figure in row.shown[:-1] if is_number(figure)]
    if len(figures) < POINTS_NEEDED:
        return None
    return xmr_limits(figures), "the 12 months before"


def without_counts(row: PageRow, page: Page) -> Iterator[Problem]:
    """A measure whose limits are to go by counts that are not on record for its latest figure."""
    if row.measure.is_p_chart and is_number(row.latest) and row.signal and not row.signal.values:
        yield Problem(
            place_of(row.measure),
            f"Its Control limits are by counts (p-chart), and {page.month.label} has none that "
            "make a share.",
            f"{_where_counts_come_from(row.measure)}, or choose XmR as its Control limits in "
            "Measures.",
        )


def _where_counts_come_from(measure: Measure) -> str:
    """What gives a month's counts: measures that Measures names, else the row of the return."""
    if measure.numerator and measure.denominator:
        return f"Bring in the figures of {measure.numerator} and {measure.denominator}"
    return "Give its Numerator and Denominator in the return, beside the figure"


def unusual_figure(row: PageRow, page: Page) -> Iterator[Problem]:
    """The latest figure, where it lies outside its limits."""
    latest, usual = row.latest, usual_range(row)
    if not usual or not is_number(latest) or not usual[0].is_outside(latest):
        return
    limits, of = usual
    side = "above" if latest > limits.upper else "below"
    beyond = latest - limits.upper if side == "above" else limits.lower - latest
    said, distance = usual_in_print(limits, row.measure), _distance(beyond, row.measure)
    yield Problem(
        place_of(row.measure),
        f"{printed(latest, row.measure)} for {page.month.label} is {distance}{side} the usual "
        f"{said} of {of}.",
        "Check again; where it is right, say why in a note.",
        together=f"{{count}} figures for {page.month.label} are outside the usual: {{items}}.",
        item=f"{row.measure.ref} {printed(latest, row.measure)} (usual {said})",
        answerable=True,
    )


def _distance(figure: float, measure: Measure) -> str:
    """How far a figure lies outside, with a space behind it; blank for less than is printed."""
    number = measure.unit.rounded(figure, measure.decimals)
    if not number:
        return ""
    if not measure.is_percentage:
        return f"{measure.unit.printed(figure, measure.decimals)} "
    points = "percentage point" if number == 1 else "percentage points"
    return f"{number:.{measure.decimals}f} {points} "


def unusual_arrivals(
    arrivals: Iterable[Arrival], catalogue: Catalogue, history: History, shown: Page
) -> Iterator[Problem]:
    """Figures that just came and lie outside the usual: of the month shown, and restated ones."""
    of_month: dict[Month, set[str]] = {shown.month: set()}
    for arrival in arrivals:
        ref, month = arrival.observation.key
        if arrival.outcome.is_recorded and month in (shown.month, *_restated_month(arrival)):
            of_month.setdefault(month, set()).add(ref)
    for month, refs in of_month.items():
        is_shown = month == shown.month
        page = shown if is_shown else build_page(catalogue, history, month, shown.rebases)
        for row in page.rows:
            if row.measure.ref in refs:
                yield from unusual_figure(row, page)


def _restated_month(arrival: Arrival) -> tuple[Month, ...]:
    return (arrival.observation.month,) if arrival.outcome is Outcome.RESTATED else ()


def stale(row: PageRow, page: Page) -> Iterator[Problem]:
    """A measure that has not been updated for more than six months."""
    ages = [n for n, cell in enumerate(reversed(row.shown)) if is_number(cell)]
    begun = [n for n, cell in enumerate(reversed(row.shown), 1) if cell is not None]
    age = min(ages) if ages else max(begun, default=0)
    if isinstance(row.latest, str) and row.latest and age > STALE_AFTER:
        since = f"since {page.months[-1 - age].label}" if ages else f"in the {age} months recorded"
        yield Problem(
            place_of(row.measure),
            f"It has not been updated {since}.",
            "Ask its owner when figures return, or take it off the page.",
            answerable=True,
        )


def missing_figures(page: Page) -> Iterator[Problem]:
    """Measures without a figure or a reason in the month of the page.

    Not one that began only after that month: then there is nothing to ask for.
    """
    for row in page.rows:
        if row.state is State.MISSING and not page.is_before(row.measure):
            yield Problem(
                place_of(row.measure),
                f"There is neither a figure nor a reason for {page.month.label}.",
                "Ask for the figure, or for the reason it is not updated.",
                together="{count} measures have neither a figure nor a reason for "
                f"{page.month.label}: {{items}}.",
                item=row.measure.ref,
                answerable=True,
            )


def averages_of_some(page: Page) -> Iterator[Problem]:
    """Averages that leave out months suppressed in the source: small ones, so they are too high."""
    for row in page.rows:
        year = zip(page.months[1:], row.shown[1:], strict=True)
        hidden = [month.label for month, cell in year if cell == SUPPRESSED]
        if hidden and average(row.shown[1:]) is not None:
            yield Problem(
                place_of(row.measure),
                f"Its 12 month average leaves out {listed(hidden)}, suppressed in the source: it "
                "is that of the other months, and too high.",
                "Ask for the figures, or say so in a data note.",
            )


def blanks(arrivals: Iterable[Arrival], page: Page) -> Iterator[Problem]:
    """Blanks of a return where a figure is recorded."""
    measures = {row.measure.ref: row.measure for row in page.rows}
    for arrival in arrivals:
        if arrival.outcome is Outcome.KEPT:
            yield _kept(arrival, measures[arrival.observation.ref])


def _kept(arrival: Arrival, measure: Measure) -> Problem:
    seen, before = arrival.observation, arrival.before
    assert before is not None
    was = printed(before.value, measure)
    return Problem(
        f"Return, {seen.ref} {seen.month.label}",
        f"It is blank, but {was} is recorded: the recorded figure stays.",
        "To withdraw a figure, write the reason in its place.",
        together="{count} figures are blank, but recorded: the recorded ones stay ({items}).",
        item=f"{seen.ref} {seen.month.label} {was}",
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


def place_of(measure: Measure) -> str:
    """How the row of a measure on the page is called."""
    return f"Dataset, {measure.ref}"
