"""Build a share copy: the page, the charts and the notes of a month, figures frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_addin.dataset.derived import is_number
from xl_addin.dataset.direction import Direction, Verdict, direction, verdict
from xl_addin.dataset.page import PageRow, build_page
from xl_addin.dataset.renames import find_renames, with_renames
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.published import Mark, SharedCopy, SharedNote, SharedRow, Shown, frozen
from xl_addin.disclosure.redaction import CONFIDENTIAL, WITHHELD, Discretion
from xl_addin.disclosure.suppression import NOTHING_HIDDEN, Suppression
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.notes import DataNote, read_notes, rename_refs, sync, targets
from xl_addin.period import Month
from xl_addin.refresh import Occasion, problems_of
from xl_addin.report import not_recorded
from xl_addin.rounding import round_half_away
from xl_addin.table import CellValue


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
    sharing = _Sharing(page.months, suppression, ready.settings.threshold)
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
        workbook.title, month, rows, charts, notes.notes, threshold, small, notes.withheld
    )


@dataclass(frozen=True, slots=True)
class _Sharing:
    """How the rows of a page are shared."""

    months: tuple[Month, ...]
    suppression: Suppression
    threshold: float

    def row(self, row: PageRow, markers: str) -> SharedRow:
        months = tuple(self._cell(row, place) for place in range(len(self.months)))
        change, moved = self._change(row, months)
        meaning = verdict(moved, row.measure.polarity) if moved else Verdict.NEUTRAL
        average, maximum = self._average(row), self._maximum(row)
        return SharedRow(row.measure, months, change, moved, meaning, average, maximum, markers)

    def _cell(self, row: PageRow, place: int) -> Shown:
        value = row.shown[place]
        if not is_number(value):
            return Mark.NOT_AVAILABLE
        if self.suppression.hides(row.measure.ref, self.months[place]):
            return Mark.HIDDEN
        return frozen(value, row.measure)

    def _change(self, row: PageRow, months: tuple[Shown, ...]) -> tuple[Shown, Direction | None]:
        ends = (months[0], months[-1])
        for mark in (Mark.NOT_AVAILABLE, Mark.HIDDEN):
            if mark in ends:
                return mark, None
        if row.change is None:
            return Mark.NOT_APPLICABLE, None
        return round_half_away(row.change), direction(row.change, self.threshold)

    def _average(self, row: PageRow) -> Shown:
        shows = self.suppression.shows_average(row.measure, self.months[1:], row.shown[1:])
        return _derived(row.average, row, shows)

    def _maximum(self, row: PageRow) -> Shown:
        shows = self.suppression.shows_maximum(row.measure, self.months[1:], row.shown[1:])
        return _derived(row.maximum, row, shows)


def _derived(value: CellValue, row: PageRow, shows: bool) -> Shown:
    if not is_number(value):
        return Mark.NOT_AVAILABLE
    return frozen(value, row.measure) if shows else Mark.HIDDEN


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
