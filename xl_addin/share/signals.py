"""What a copy says by all recorded months: signals with their limits, and the month in words."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.dataset.page import Page, PageRow
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.behind_signals import Behind
from xl_addin.disclosure.published import (
    Mark,
    SharedSentence,
    SharedSignal,
    SharedSignals,
    frozen,
)
from xl_addin.disclosure.redaction import Discretion
from xl_addin.layout import SINCE, Signals, Summary
from xl_addin.measure import Measure
from xl_addin.period import Month
from xl_addin.refresh import page_of
from xl_addin.rounding import round_half_away
from xl_addin.share.commentary import SAID, SaidBeside
from xl_addin.share.published_book import published_book
from xl_addin.summary import Issue, build_summary
from xl_addin.summary_table import OPENING
from xl_addin.values import replace

COLUMNS = (
    Signals.SINCE,
    Signals.MONTHS,
    *Signals.LIMITS,
    Signals.SIGNAL,
    Signals.RULE,
    Signals.TARGET,
    Signals.ASSURANCE,
)
"""What the sheet Signals of a copy says of each measure, after its ref and description."""

ALL, NOT_SAID = "All", "Confidential in part"
NOTHING = "None"
"""What stands where officers say nothing: a published table has no blanks."""


def has_signals(workbook: Workbook) -> bool:
    """Whether a workbook has signals and a summary to carry, and its officers want them carried."""
    return workbook.edition >= SINCE[Summary.TABLE] and workbook.settings.share_signals


def since_of(workbook: Workbook, month: Month) -> dict[str, Month]:
    """The first month that each measure's signal goes by, or that the page shows."""
    page = page_of(workbook, workbook.history, month)
    first = page.months[0]
    return {
        row.measure.ref: min(first, (row.signal and row.signal.since) or first) for row in page.rows
    }


def build_signals(
    workbook: Workbook,
    month: Month,
    behind: Behind,
    beside: Discretion | None,
    said: SaidBeside,
) -> SharedSignals:
    """The signals and the words of a copy. ``beside`` is what it hides; None where nothing."""
    book = published_book(workbook, month, behind, beside) if beside else workbook
    page = page_of(book, book.history, month)
    told = tuple(row for row in page.rows if row.measure.ref in behind.refs)
    sentences = tuple(_sentences(replace(page, rows=told), book, behind, said))
    read = dict(said.read())
    kept = {ref for ref in read if not said.is_safe(ref, said.as_written(ref))}
    beside_any = {heading for sentence in sentences for heading in sentence.said}
    return SharedSignals(
        tuple(_row(row, behind) for row in page.rows),
        sentences,
        tuple(heading for heading, _, _ in SAID if heading in beside_any),
        behind.figures,
        tuple((ref, words) for ref, words in read.items() if ref in kept),
        tuple((s.ref, read[s.ref]) for s in sentences if s.ref in read.keys() - kept),
    )


def _row(row: PageRow, behind: Behind) -> SharedSignal:
    told = row.measure.ref in behind.refs
    return SharedSignal(row.measure, _cells(row) if told else dict.fromkeys(COLUMNS, Mark.HIDDEN))


def _cells(row: PageRow) -> dict[str, float | str]:
    signal, measure = row.signal, row.measure
    assert signal is not None
    limits = signal.limits or (None, None, None)
    since = signal.since.label if signal.since else Mark.NOT_AVAILABLE
    target = Mark.NOT_APPLICABLE if row.target is None else frozen(row.target, measure)
    held = row.assurance.shown if row.assurance else Mark.NOT_APPLICABLE
    rule = signal.rule or Mark.NOT_APPLICABLE
    of_limits = (_limit(limit, measure) for limit in limits)
    cells = (since, float(len(signal.values)), *of_limits, signal.text, rule, target, held)
    return dict(zip(COLUMNS, cells, strict=True))


def _limit(value: float | None, measure: Measure) -> float | Mark:
    """A mean or limit with one decimal more than figures have, as it is printed."""
    if value is None:
        return Mark.NOT_APPLICABLE
    return round_half_away(value, measure.decimals + (3 if measure.is_percentage else 1))


def _sentences(
    page: Page, book: Workbook, behind: Behind, said: SaidBeside
) -> Iterator[SharedSentence]:
    """The month in words: of measures of which nothing is hidden, then which are left out."""
    if page.rows:
        issue = replace(Issue.of(said.workbook.history, page.month), history=book.history)
        limit = book.settings.threshold
        found = build_summary(page, book.history, limit, said.commented, issue)
        yield SharedSentence(OPENING, ALL, found.opening)
        for one in found.sentences:
            yield SharedSentence(one.about.value, one.ref, one.text, said.carried(one.ref))
    left_out = [m for m in book.catalogue if m.ref in behind.withheld]
    if left_out:
        yield SharedSentence(NOT_SAID, ALL, _left_out([measure.ref for measure in left_out]))
    for measure in left_out:
        if measure.ref in said.safe and (words := said.carried(measure.ref)):
            text = f"{measure.ref}, {measure.heading}: figures of it are confidential [c]."
            yield SharedSentence(NOT_SAID, measure.ref, text, words)


def _left_out(refs: list[str]) -> str:
    measures = "1 measure" if len(refs) == 1 else f"{len(refs)} measures"
    return (
        f"Nothing is said here of {measures}, because figures that it would go by are confidential "
        f"[c]: {', '.join(refs)}."
    )
