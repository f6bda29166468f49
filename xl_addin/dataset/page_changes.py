"""What a page changes in a workbook: its table, the signals, its month, and what charts show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_addin.dataset.key_measures import calculated
from xl_addin.dataset.page import Page, page_change
from xl_addin.dataset.signal_table import signals_change
from xl_addin.dataset.workbook import Workbook
from xl_addin.layout import SINCE, Name, Signals
from xl_addin.update import Change, SetName, SetRows
from xl_addin.values import replace


def page_changes(workbook: Workbook, page: Page, markers: Mapping[str, str]) -> Iterator[Change]:
    """The changes that make a workbook show a page; none where it shows it already.

    The table of signals goes with the page, and the page with it: each reads the other, so both
    bring their formulas the results.
    """
    settings, carried = workbook.settings, workbook.carried
    page = replace(
        page,
        derivation=settings.derivation,
        signals_shown=settings.signals,
        looked_up=page.looked_up if workbook.edition >= SINCE[Signals.TABLE] else (),
    )
    due = next(_due(workbook, page, markers, always=False), None)
    if due is None and carried.slots == workbook.slots:
        return
    yield from _due(workbook, page, markers, always=True)
    yield SetName(Name.MONTH, ((page.month.first_day,),))
    for number, (was, ref) in enumerate(zip(carried.slots, workbook.slots, strict=True), 1):
        if ref != was:
            yield SetName(Name.key_measure(number), ((ref or None,),))
    shown = {row.measure.ref: row.shown for row in page.rows}
    yield from calculated(workbook.catalogue, workbook.slots, page.labels, shown)


def _due(
    workbook: Workbook, page: Page, markers: Mapping[str, str], *, always: bool
) -> Iterator[SetRows]:
    """What of the two tables does not stand already; both where that is ``always`` wanted."""
    carried = workbook.carried
    change = page_change(carried.page, page, markers, carried.renames, always=always)
    if change:
        yield change
    if workbook.edition >= SINCE[Signals.TABLE]:
        signals = signals_change(workbook.tables[Signals.TABLE], page, always=always)
        if signals:
            yield signals
