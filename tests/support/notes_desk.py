"""An officer's desk for tests of the notes: a DataNotes table, a history and the page shown.

Every sync goes through the cells of the table and back, so what is proved holds for a workbook.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from xl_addin.checks.notes import reported
from xl_addin.errors import Problem
from xl_addin.layout import DataNotes
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.notes import (
    NotedPage,
    NoteSync,
    Record,
    Restatement,
    ReturnedNote,
    note_row,
    read_notes,
    rename_refs,
    sync,
)
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.table import CellValue, Table

JUN = Month(2015, 6)
CATALOGUE = Catalogue(
    (
        Measure("M3", "MASH", "Contacts that become referrals", unit=Unit.PERCENTAGE),
        Measure("M5", "MASH", "Children stepped up"),
        Measure("EH3", "Assessments", "Single Assessments completed"),
        Measure("CP1", "Child Protection", "Section 47 enquiries"),
        Measure("LAC1", "Adoption and Fostering", "Looked after Children"),
    )
)


def month(text: str) -> Month:
    return Month.parse(text)


def notes_table(*rows: tuple[CellValue, ...]) -> Table:
    """A DataNotes table; short rows are filled up with empty cells."""
    width = len(DataNotes.COLUMNS)
    filled = tuple((*row, *[None] * (width - len(row))) for row in rows)
    return Table(DataNotes.TABLE, "Data notes", DataNotes.COLUMNS, filled, first_row=6)


def warnings_of(done: NoteSync) -> tuple[Problem, ...]:
    """Everything the officer is told of the notes."""
    return tuple(reported(done))


class Desk:
    """``steady``: where nothing is recorded for a measure, it has the same figure each month."""

    def __init__(
        self, catalogue: Catalogue = CATALOGUE, shown: Month = JUN, steady: bool = True
    ) -> None:
        self.steady = steady
        self.blanks: set[tuple[str, Month]] = set()
        self.catalogue = catalogue
        self.rows: list[tuple[CellValue, ...]] = []
        self.history: defaultdict[tuple[str, Month], list[Observation]] = defaultdict(list)
        self.shown = self.newest = shown
        self.today = date(2015, 7, 6)
        self.restated: tuple[Restatement, ...] = ()

    def record(self, ref: str, at: Month, figure: float | str | None) -> Restatement | None:
        """Record a figure, a reason or nothing; the restatement it makes, if it makes one."""
        value = None if isinstance(figure, str) else figure
        new = Observation(ref, at, value, figure if isinstance(figure, str) else "")
        revisions = self.history[ref, at]
        if figure is None:
            self.blanks.add((ref, at))
        if figure is None or (revisions and revisions[-1].shown == new.shown):
            return None
        revisions.append(new)
        return Restatement(ref, at, *revisions[-2:]) if len(revisions) > 1 else None

    def refresh(
        self,
        at: Month,
        figures: dict[str, float | str | None],
        earlier: dict[tuple[str, Month], float | str] | None = None,
        returned: tuple[ReturnedNote, ...] = (),
    ) -> NoteSync:
        """A month comes in, with earlier figures it changes and the notes it brings."""
        found = [self.record(ref, when, new) for (ref, when), new in (earlier or {}).items()]
        found += [self.record(ref, at, figure) for ref, figure in figures.items()]
        self.newest = max(self.newest, at)
        self.shown = self.newest
        self.restated = tuple(filter(None, found))
        return self.sync(self.restated, returned, issue=at)

    def sync(
        self,
        restatements: tuple[Restatement, ...] = (),
        returned: tuple[ReturnedNote, ...] = (),
        issue: Month | None = None,
    ) -> NoteSync:
        notes, self.unread = read_notes(self.table)
        record = Record.of({at for _, at in self.history}, self.revisions)
        window, issue = self.shown.window(), issue or self.newest
        noted = NotedPage(self.catalogue, window, record, issue, self.today)
        done = sync(notes, noted, restatements, returned)
        self.rows = [note_row(note) for note in done.notes]
        return done

    def revisions(self, ref: str, at: Month) -> list[Observation]:
        recorded = self.history.get((ref, at), [])
        if recorded or not self.steady or (ref, at) in self.blanks:
            return recorded
        return [Observation(ref, at, 0.5)]

    def show(self, at: Month) -> NoteSync:
        self.shown = at
        return self.sync()

    def rename(self, old: str, new: str) -> list[str]:
        """Rename a ref everywhere; what is reported about the notes."""
        notes, _ = read_notes(self.table)
        renamed, problems = rename_refs(notes, {old: new}, self.catalogue)
        self.rows = [note_row(note) for note in renamed]
        self.catalogue = Catalogue(
            tuple(
                Measure(new if m.ref == old else m.ref, m.area, m.description, unit=m.unit)
                for m in self.catalogue
            )
        )
        for ref, at in [key for key in self.history if key[0] == old]:
            self.history[new, at] = self.history.pop((ref, at))
        self.blanks = {(new if ref == old else ref, at) for ref, at in self.blanks}
        return [str(problem) for problem in problems]

    def write(self, row: int, heading: str, cell: CellValue) -> None:
        """An officer types into a cell."""
        cells = list(self.rows[row])
        cells[DataNotes.COLUMNS.index(heading)] = cell
        self.rows[row] = tuple(cells)

    def add(self, applies_to: CellValue, text: CellValue, *more: CellValue) -> None:
        """An officer adds a note at the end: applies to, text, from, to, state."""
        self.rows += notes_table((None, applies_to, text, *more)).rows

    def column(self, heading: str) -> list[CellValue]:
        return [row[DataNotes.COLUMNS.index(heading)] for row in self.rows]

    @property
    def table(self) -> Table:
        return notes_table(*self.rows)
