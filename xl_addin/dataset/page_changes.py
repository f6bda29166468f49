"""What a page changes in a workbook: its table, the signals, its month, and what charts show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_addin.dataset.drawn import Drawn, drawn_on
from xl_addin.dataset.key_measures import calculated
from xl_addin.dataset.page import Page, page_change
from xl_addin.dataset.signal_charts import calculated_charts
from xl_addin.dataset.signal_table import signals_change
from xl_addin.dataset.workbook import Workbook
from xl_addin.layout import SINCE, Name, Signals
from xl_addin.update import Calculated, Change, SetName, SetRows
from xl_addin.values import replace


def page_changes(workbook: Workbook, page: Page, markers: Mapping[str, str]) -> Iterator[Change]:
    """The changes that make a workbook show a page; none where it shows it already.

    The table of signals goes with the page, and the page with it: each reads the other, so both
    bring their formulas the results.
    """
    settings = workbook.settings
    page = replace(
        page,
        derivation=settings.derivation,
        signals_shown=settings.signals,
        looked_up=page.looked_up if workbook.edition >= SINCE[Signals.TABLE] else (),
    )
    has_signals = workbook.edition >= SINCE[Signals.TABLE]
    drawn = drawn_on(page) if has_signals else {}
    due = [*_due(workbook, page, markers, drawn, always=False)]
    chosen = [*_chosen(workbook)]
    if not due and not chosen:
        return
    are_both_due = len(due) == 1 + has_signals
    yield from due if are_both_due else _due(workbook, page, markers, drawn, always=True)
    yield SetName(Name.MONTH, ((page.month.first_day,),))
    yield from chosen
    shown = {row.measure.ref: row.shown for row in page.rows}
    yield from calculated(workbook.catalogue, workbook.slots, page.labels, shown)
    if workbook.signal_slots:
        yield from charts_of(workbook, page, drawn)


def _chosen(workbook: Workbook) -> Iterator[SetName]:
    """The cells that choose the measures of charts, where another is chosen now."""
    carried = workbook.carried
    of_kinds = (
        (Name.key_measure, carried.slots, workbook.slots),
        (Name.signal_measure, carried.signal_slots, workbook.signal_slots),
    )
    for name, before, now in of_kinds:
        for number, (was, ref) in enumerate(zip(before, now, strict=True), 1):
            if ref != was:
                yield SetName(name(number), ((ref or None,),))


def charts_of(workbook: Workbook, page: Page, drawn: Mapping[str, Drawn]) -> tuple[Calculated, ...]:
    """What the formulas behind the charts of the sheet Signals show."""
    rows = {row.measure.ref: row for row in page.rows}
    return calculated_charts(workbook.catalogue, workbook.signal_slots, rows, drawn, page.month)


def _due(
    workbook: Workbook,
    page: Page,
    markers: Mapping[str, str],
    drawn: Mapping[str, Drawn],
    *,
    always: bool,
) -> Iterator[SetRows]:
    """What of the two tables does not stand already; both where that is ``always`` wanted."""
    carried = workbook.carried
    change = page_change(carried.page, page, markers, carried.renames, always=always)
    if change:
        yield change
    if workbook.edition >= SINCE[Signals.TABLE]:
        signals = signals_change(workbook.tables[Signals.TABLE], page, drawn, always=always)
        if signals:
            yield signals
