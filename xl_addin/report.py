"""What a refresh tells the officer: what will change, and what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_addin.checks.findings import unusual_figure
from xl_addin.dataset.history import Arrival, History, Outcome
from xl_addin.dataset.page import Page, build_page
from xl_addin.dataset.printing import LISTED, in_print, printed
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, grouped
from xl_addin.layout import Sheet
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import State
from xl_addin.period import Month
from xl_addin.table import CellValue, text_of


def states(page: Page) -> list[State]:
    """The state of each measure in the month of the page."""
    return [
        State.MISSING
        if row.latest is None
        else State.NOT_UPDATED
        if isinstance(row.latest, str)
        else State.NUMBER
        for row in page.rows
    ]


def summary(workbook: Workbook, arrivals: Sequence[Arrival], page: Page) -> Iterator[str]:
    """What will change, a line for each kind of change.

    "Jul 2015: 20 of 22 figures, 1 not updated, 1 missing"
    """
    found = states(page)
    counts = [
        (found.count(State.NOT_UPDATED), "not updated"),
        (found.count(State.MISSING), "missing"),
    ]
    parts = [f"{found.count(State.NUMBER)} of {len(found)} figures"]
    parts += [f"{number} {word}" for number, word in counts if number]
    yield f"{page.month.label}: {', '.join(parts)}"
    yield from _months_added(arrivals, page.month)
    yield from _restated(workbook, arrivals)
    yield from _rows_moved(workbook, page)
    if workbook.month and workbook.month != page.month:
        yield f"The page moves from {workbook.month.label} to {page.month.label}."


def _months_added(arrivals: Iterable[Arrival], shown: Month) -> Iterator[str]:
    months = [
        a.observation.month
        for a in arrivals
        if a.outcome is Outcome.ADDED and a.observation.month != shown
    ]
    if months:
        yield f"{_counted(len(months), 'figure')} added for {_span(min(months), max(months))}"


def _span(first: Month, last: Month) -> str:
    return first.label if first == last else f"{first.label} to {last.label}"


def _restated(workbook: Workbook, arrivals: Iterable[Arrival]) -> Iterator[str]:
    restated = [a for a in arrivals if a.outcome is Outcome.RESTATED]
    if restated:
        yield f"{_counted(len(restated), 'earlier figure')} restated:"
    for arrival in restated[:LISTED]:
        yield f"  {restatement(arrival, workbook.catalogue[arrival.observation.ref])}"
    if len(restated) > LISTED:
        yield f"  and {len(restated) - LISTED} more; the sheet {Sheet.HISTORY} lists them all"


def restatement(arrival: Arrival, measure: Measure) -> str:
    """A restatement in words: "LAC1 May 2015: 622 becomes 620"."""
    new, old = arrival.observation, arrival.before
    assert old is not None
    return f"{new.ref} {new.month.label}: {in_print(old, measure)} becomes {in_print(new, measure)}"


def _rows_moved(workbook: Workbook, page: Page) -> Iterator[str]:
    on_page = [text_of(record["Measure Ref"]) for _, record in workbook.dataset.records()]
    new = [row.measure.ref for row in page.rows if row.measure.ref not in on_page]
    gone = [ref for ref in on_page if ref not in workbook.catalogue]
    if new:
        yield f"New on the page: {', '.join(new)}"
    if gone:
        yield f"Off the page, kept in {Sheet.HISTORY}: {', '.join(gone)}"


def warnings(before: Month | None, arrivals: Iterable[Arrival], page: Page) -> Iterator[Problem]:
    """What does not stop a refresh but wants a look: gaps, blanks, figures without a reason."""
    measures = {row.measure.ref: row.measure for row in page.rows}
    for arrival in arrivals:
        if arrival.outcome is Outcome.KEPT:
            yield _kept(arrival, measures[arrival.observation.ref])
    yield from missing_figures(page)
    yield from _gap(before, page)


def unusual_arrivals(
    arrivals: Iterable[Arrival], catalogue: Catalogue, history: History, shown: Month
) -> Iterator[Problem]:
    """Figures that just came and lie outside the usual: of the month shown, and restated ones."""
    of_month: dict[Month, set[str]] = {shown: set()}
    for arrival in arrivals:
        ref, month = arrival.observation.key
        if arrival.outcome.is_recorded and month in (shown, *_restated_month(arrival)):
            of_month.setdefault(month, set()).add(ref)
    for month, refs in of_month.items():
        page = build_page(catalogue, history, month)
        for row in page.rows:
            if row.measure.ref in refs:
                yield from unusual_figure(row, page)


def _restated_month(arrival: Arrival) -> tuple[Month, ...]:
    return (arrival.observation.month,) if arrival.outcome is Outcome.RESTATED else ()


def missing_figures(page: Page) -> Iterator[Problem]:
    """Measures without a figure or a reason in the month of the page."""
    for row, state in zip(page.rows, states(page), strict=True):
        if state is State.MISSING:
            yield Problem(
                f"Dataset, {row.measure.ref}",
                f"There is neither a figure nor a reason for {page.month.label}.",
                "Ask for the figure, or for the reason it is not updated.",
                together="{count} measures have neither a figure nor a reason for "
                f"{page.month.label}: {{items}}.",
                item=row.measure.ref,
            )


def _gap(before: Month | None, page: Page) -> Iterator[Problem]:
    columns = zip(*(row.shown for row in page.rows), strict=True)
    empty = [
        month.label
        for month, column in zip(page.months, columns, strict=True)
        if before and before < month < page.month and not any(c is not None for c in column)
    ]
    if empty:
        yield Problem(
            "Dataset",
            f"Nothing is recorded for {', '.join(empty)}: the column stays empty.",
            "Bring the figures in when you have them.",
        )


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


MOST_LETTERS = 8_000
"""What Excel takes for a cell from another program."""


def for_log(warnings: Iterable[Problem]) -> CellValue:
    """What the log keeps of warnings: none is 0, others all of them in their order."""
    told = grouped(warnings)
    text = " ".join(f"{number}. {warning}" for number, warning in enumerate(told, 1))
    if len(text) <= MOST_LETTERS:
        return text or 0
    return f"{text[: MOST_LETTERS - 1]}…"


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
    return Problem(Sheet.HISTORY, found, f"Choose a month from {_span(months[0], months[-1])}.")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
