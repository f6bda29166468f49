"""Build a share copy: the page, the charts and the notes of a month, figures frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_addin.dataset.columns import CHANGE, COLUMNS, Column, Derived
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.direction import Direction, Verdict, direction, verdict
from xl_addin.dataset.page import PageRow, build_page
from xl_addin.dataset.renames import find_renames, with_renames
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.published import (
    Mark,
    SharedCopy,
    SharedNote,
    SharedRow,
    Shown,
    frozen,
    frozen_as,
)
from xl_addin.disclosure.redaction import CONFIDENTIAL, WITHHELD, Discretion
from xl_addin.disclosure.suppression import NOTHING_HIDDEN, Suppression
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.notes import DataNote, read_notes, rename_refs, sync, targets
from xl_addin.period import Month
from xl_addin.refresh import Occasion, problems_of
from xl_addin.report import not_recorded


@dataclass(frozen=True, slots=True)
class _Notes:
    """The notes of a copy, the markers of its rows, and notes as they were before."""

    notes: tuple[SharedNote, ...]
    markers: Mapping[str, str]
    withheld: tuple[str, ...]


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
) -> SharedCopy:
    """The share copy of a month.

    Raises WorkbookRefused with every figure of the page that was changed by hand, and where
    suppression leaves no figure to show.
    """
    if problems := problems_of(workbook, None, occasion):
        raise WorkbookRefused(problems)
    ready = with_renames(workbook, find_renames(workbook))
    page = build_page(ready.catalogue, ready.history, month)
    notes = _notes(workbook, month, occasion, suppression)
    columns = tuple(c for c in COLUMNS if c.shared_width and c.heading in workbook.dataset.headings)
    sharing = _Sharing(page.months, columns, suppression, ready.settings.threshold)
    rows = tuple(sharing.row(row, notes.markers.get(row.measure.ref, "")) for row in page.rows)
    if suppression.hidden and not any(is_number(c) for row in rows for c in row.months):
        found = "With this threshold every figure is hidden."
        raise WorkbookRefused([Problem("Settings", found, "Lower the suppression threshold.")])
    renames = find_renames(workbook)
    slots = dict.fromkeys(renames.get(ref, ref) for ref in workbook.slots)
    charts = tuple(ref for ref in slots if ref in ready.catalogue)
    small = suppression.rule.threshold if suppression.rule else 0
    threshold = ready.settings.threshold
    return SharedCopy(
        workbook.title, month, rows, charts, notes.notes, threshold, small, notes.withheld, columns
    )


@dataclass(frozen=True, slots=True)
class _Sharing:
    """How the rows of a page are shared."""

    months: tuple[Month, ...]
    columns: tuple[Column, ...]
    suppression: Suppression
    threshold: float

    def row(self, row: PageRow, markers: str) -> SharedRow:
        months = tuple(self._cell(row, place) for place in range(len(self.months)))
        derived = {
            column.heading: self._derived(column, row)
            for column in self.columns
            if isinstance(column, Derived)
        }
        moved = self._moved(row, derived[CHANGE.heading])
        meaning = verdict(moved, row.measure.polarity) if moved else Verdict.NEUTRAL
        return SharedRow(row.measure, months, derived, moved, meaning, markers)

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


def _notes(
    workbook: Workbook, month: Month, occasion: Occasion, suppression: Suppression
) -> _Notes:
    """The notes of the page, then those of the month that apply to no measure that is known."""
    ready = with_renames(workbook, find_renames(workbook))
    catalogue, history = ready.catalogue, ready.history
    read, _ = read_notes(workbook.tables["DataNotes"])
    named, _ = rename_refs(read, find_renames(workbook), workbook.catalogue)
    synced = sync(
        named,
        catalogue,
        window=month.window(),
        months=history.months(),
        revisions=history.revisions_of,
        issue=month,
        today=occasion.when.date(),
    )
    on_page = [note for note in synced.notes if note.number in synced.on_page]
    orphans = [
        note
        for note in synced.notes
        if note.has_text and note.applies_in(month) and not targets(note, catalogue).refs
    ]
    shared = list(_shared([*on_page, *orphans], ready, suppression))
    notes = tuple(note for note, _ in shared)
    return _Notes(notes, synced.markers, tuple(was for _, was in shared if was))


def _shared(
    notes: list[DataNote], workbook: Workbook, suppression: Suppression
) -> Iterator[tuple[SharedNote, str]]:
    """Each note numbered as it stands in the copy, and its words where they are withheld."""
    discretion = None
    if suppression.rule:
        hidden = frozenset(suppression.refs() | suppression.before)
        discretion = Discretion(workbook.catalogue, workbook.history, suppression.rule, hidden)
    for number, note in enumerate(notes, 1):
        applies_to, text = note.applies_to, note.text
        if discretion:
            named = targets(note, workbook.catalogue)
            applies_to = discretion.applies_to(note, named)
            text = discretion.safe(note, named.refs).text
        was = [note.applies_to] if applies_to == CONFIDENTIAL else []
        was += [note.text] if text == WITHHELD else []
        shared = SharedNote(number, applies_to.strip() or "All measures", text)
        yield shared, ": ".join(was)
