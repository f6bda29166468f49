"""Build a share copy: the page, the charts and the notes of a month, figures frozen."""

from __future__ import annotations

from xl_addin.checks.months import not_recorded
from xl_addin.dataset.columns import CHANGE, COLUMNS, Column, Derived, LookedUp
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.direction import Direction, Verdict, direction, verdict
from xl_addin.dataset.page import PageRow, build_page
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.published import (
    Mark,
    SharedCopy,
    SharedRow,
    Shown,
    frozen,
    frozen_as,
)
from xl_addin.disclosure.redaction import Discretion
from xl_addin.disclosure.suppression import NOTHING_HIDDEN, Suppression
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.period import Month
from xl_addin.refresh import Occasion, problems_of
from xl_addin.share.notes import build_notes
from xl_addin.values import replace, value_type


def month_to_share(workbook: Workbook, month: Month | None) -> Month:
    """The month asked for, or the one the page shows.

    Raises WorkbookRefused where nothing is recorded for it.
    """
    recorded = workbook.history.months()
    chosen = month or workbook.month or max(recorded, default=Month(1900, 1))
    if chosen not in recorded:
        raise WorkbookRefused([not_recorded(workbook.history, chosen)])
    return chosen


def build_copy(
    workbook: Workbook,
    month: Month,
    occasion: Occasion,
    suppression: Suppression = NOTHING_HIDDEN,
    marked: frozenset[int] = frozenset(),
) -> SharedCopy:
    """The share copy of a month. ``marked`` are notes that the officer says are safe in it.

    Raises WorkbookRefused with every figure of the page that was changed by hand, and where
    suppression leaves no figure to show.
    """
    if problems := problems_of(workbook, None, occasion):
        raise WorkbookRefused(problems)
    page = build_page(workbook.catalogue, workbook.history, month)
    columns = tuple(
        c
        for c in COLUMNS
        if c.shared_width and c.heading in workbook.dataset.headings and not isinstance(c, LookedUp)
    )
    sharing = _Sharing(page.months, columns, suppression, workbook.settings.threshold)
    rows = tuple(map(sharing.row, page.rows))
    if suppression.hidden and not any(is_number(c) for row in rows for c in row.months):
        found = "With this threshold every figure is hidden."
        raise WorkbookRefused([Problem("Settings", found, "Lower “Suppression threshold” there.")])
    slots = dict.fromkeys(workbook.slots)
    charts = tuple(ref for ref in slots if ref in workbook.catalogue)
    small = suppression.rule.threshold if suppression.rule else 0
    copy = SharedCopy(
        workbook.title, month, rows, charts, (), workbook.settings.threshold, small, (), columns
    )
    return _with_notes(copy, workbook, occasion, discretion(copy, workbook, suppression, marked))


def discretion(
    copy: SharedCopy,
    workbook: Workbook,
    suppression: Suppression,
    marked: frozenset[int] = frozenset(),
) -> Discretion | None:
    """What must not be said beside what a copy hides; None where it hides nothing."""
    if not suppression.rule:
        return None
    shown = {
        (row.measure.ref, month): printed(cell, row.measure)
        for row in copy.rows
        for month, cell in zip(copy.months, row.months, strict=True)
        if is_number(cell)
    }
    return Discretion(workbook.catalogue, suppression, shown, marked)


def _with_notes(
    copy: SharedCopy, workbook: Workbook, occasion: Occasion, beside: Discretion | None
) -> SharedCopy:
    found = build_notes(workbook, copy.month, occasion, beside)
    apart = {ref: markers.replace("][", "] [") for ref, markers in found.markers.items()}
    rows = tuple(replace(r, notes=apart.get(r.measure.ref, "")) for r in copy.rows)
    return replace(copy, rows=rows, notes=found.notes, withheld=found.withheld)


@value_type
class _Sharing:
    """How the rows of a page are shared."""

    months: tuple[Month, ...]
    columns: tuple[Column, ...]
    suppression: Suppression
    threshold: float

    def row(self, row: PageRow) -> SharedRow:
        months = tuple(self._cell(row, place) for place in range(len(self.months)))
        derived = {
            column.heading: self._derived(column, row)
            for column in self.columns
            if isinstance(column, Derived)
        }
        moved = self._moved(row, derived[CHANGE.heading])
        meaning = verdict(moved, row.measure.polarity) if moved else Verdict.NEUTRAL
        return SharedRow(row.measure, months, derived, moved, meaning, "")

    def _cell(self, row: PageRow, place: int) -> Shown:
        value = row.shown[place]
        if not is_number(value):
            return Mark.NOT_AVAILABLE
        if self.suppression.hides(row.measure.ref, self.months[place]):
            return Mark.HIDDEN
        return frozen(value, row.measure)

    def _derived(self, column: Derived, row: PageRow) -> float | str:
        """What it publishes. It is hidden before it is worked out, so no mark tells of it."""
        if not column.over.is_given(row.shown):
            return Mark.NOT_AVAILABLE
        if not self.suppression.shows(column, row.measure, self.months, row.shown):
            return Mark.HIDDEN
        value = row.value(column)
        return Mark.NOT_APPLICABLE if value is None else frozen_as(column, value, row.measure)

    def _moved(self, row: PageRow, shown: float | str) -> Direction | None:
        change = row.value(CHANGE)
        return direction(change, self.threshold) if is_number(shown) and is_number(change) else None
