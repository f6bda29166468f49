"""Data notes: the rows of the DataNotes table, read and written without losing a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from xl_addin.errors import Problem
from xl_addin.layout import DataNotes, Sheet
from xl_addin.period import Month
from xl_addin.table import CellError, CellValue, Table, is_blank, text_of
from xl_addin.values import replace, value_type


class NoteState(StrEnum):
    """Whether a note still goes on. An ended one keeps its row."""

    ACTIVE = "active"
    ENDED = "ended"


class Origin(StrEnum):
    """Who a note belongs to."""

    OFFICER = "officer"
    RETURN = "return"
    AUTOMATIC = "automatic"


@value_type
class DataNote:
    """One row of the DataNotes table.

    ``applies_to`` is as the officer wrote it: measure refs or performance areas. ``start``
    and ``end`` are the first and the last month whose page the note stands on; None leaves
    that side open. ``was`` is the row of the table it was read from, counted from 0, None for
    a new note. ``kept`` holds cells that could not be read (heading, cell): they go back as
    they were.
    """

    number: int | None
    applies_to: str
    text: str
    start: Month | None = None
    end: Month | None = None
    state: NoteState = NoteState.ACTIVE
    origin: Origin = Origin.OFFICER
    changed: date | None = None
    was: int | None = None
    kept: tuple[tuple[str, CellValue], ...] = ()

    @property
    def is_automatic(self) -> bool:
        """Whether the words are the tool's own."""
        return self.origin is Origin.AUTOMATIC

    @property
    def is_open(self) -> bool:
        """Whether nobody has ended it: active, and nothing stands in To."""
        to = self.end or dict(self.kept).get(DataNotes.TO)
        return to is None and self.state is NoteState.ACTIVE

    @property
    def has_text(self) -> bool:
        """Whether there is anything to print."""
        return not isinstance(self.text, CellError) and bool(self.text.strip())

    def applies_in(self, month: Month) -> bool:
        """Whether a month lies in From–To. A note marked ended without a To has no months.

        >>> DataNote(1, "M5", "Late.", end=Month(2015, 3)).applies_in(Month(2015, 6))
        False
        """
        if self.end is None and self.state is NoteState.ENDED:
            return False
        return (self.start is None or self.start <= month) and (
            self.end is None or month <= self.end
        )

    def with_cells(self, today: date, **cells: Any) -> DataNote:
        """This note with some cells set by the tool today; what was unreadable there goes."""
        if all(getattr(self, name) == value for name, value in cells.items()):
            return self
        written = {_HEADING_OF[name] for name in (*cells, "changed")}
        kept = tuple(pair for pair in self.kept if pair[0] not in written)
        return replace(self, **cells, changed=today, kept=kept)


def printed_note(heading: str, applies_to: str, text: str) -> DataNote:
    """A note as a printed issue gives it: a heading, the measures it is for, and the words.

    The table has no column for a heading, so it opens the text, as it does in print. Where
    the measures are not known the heading stands in "Applies to" and is reported.

    >>> printed_note("Step-up numbers", "M5", "may be affected.").text
    'Step-up numbers: may be affected.'
    """
    return DataNote(None, applies_to or heading, f"{heading}: {text}" if heading else text)


def read_notes(table: Table) -> tuple[tuple[DataNote, ...], tuple[Problem, ...]]:
    """The notes of the DataNotes table in its order, and the cells that cannot be read.

    Wholly blank rows are left out. A blank State is active, a blank Origin an officer's.
    """
    notes: list[DataNote] = []
    problems: list[Problem] = []
    for was, row in enumerate(table.rows):
        if not is_blank(row):
            place = f"{table.sheet}, row {table.first_row + was}"
            note, found = _read_row(dict(zip(table.headings, row, strict=True)), place)
            notes.append(replace(note, was=was))
            problems += found
    return tuple(notes), (*problems, *_same_numbers(notes, table.sheet))


def note_row(note: DataNote) -> tuple[CellValue, ...]:
    """The cells of a note in the order of layout.DataNotes.COLUMNS; months as their first day."""
    kept = dict(note.kept)
    cells: Mapping[str, CellValue] = {
        DataNotes.NOTE: note.number,
        DataNotes.APPLIES_TO: note.applies_to or None,
        DataNotes.TEXT: note.text or None,
        DataNotes.FROM: note.start.first_day if note.start else None,
        DataNotes.TO: note.end.first_day if note.end else None,
        DataNotes.STATE: note.state.value,
        DataNotes.ORIGIN: note.origin.value,
        DataNotes.CHANGED: note.changed,
    }
    return tuple(kept.get(heading, cells[heading]) for heading in DataNotes.COLUMNS)


def wording(words: str) -> str:
    """A text without regard to capitals and spacing.

    >>> wording(" Data  Late. ") == wording("data late.")
    True
    """
    return " ".join(words.split()).casefold()


def place_of(note: DataNote) -> str:
    """Where a note stands, in words: its number and how its text begins."""
    begins = " ".join(note.text[: 4 * _SHOWN].split())
    shown = begins if len(begins) <= _SHOWN else f"{begins[: _SHOWN - 1]}…"
    number = "a new note" if note.number is None else f"note {note.number}"
    return f"{Sheet.DATA_NOTES}, {number}" + (f" (“{shown}”)" if shown else "")


_SHOWN = 60
_HEADING_OF = {
    "number": DataNotes.NOTE,
    "applies_to": DataNotes.APPLIES_TO,
    "text": DataNotes.TEXT,
    "start": DataNotes.FROM,
    "end": DataNotes.TO,
    "state": DataNotes.STATE,
    "origin": DataNotes.ORIGIN,
    "changed": DataNotes.CHANGED,
}


def _read_row(cells: Mapping[str, CellValue], place: str) -> tuple[DataNote, list[Problem]]:
    values: dict[str, Any] = {}
    kept: list[tuple[str, CellValue]] = []
    problems: list[Problem] = []
    for name, (read, otherwise, remedy) in _READERS.items():
        heading = _HEADING_OF[name]
        cell = cells.get(heading)
        try:
            values[name] = read(cell)
        except ValueError:
            values[name] = otherwise
            kept.append((heading, cell))
            problems.append(Problem(place, f"{heading} “{text_of(cell)}” cannot be read.", remedy))
    for name in ("applies_to", "text"):
        heading = _HEADING_OF[name]
        values[name] = _words(cell := cells.get(heading))
        if cell is not None and not isinstance(cell, str):
            kept.append((heading, cell))
    lasting = tuple(pair for pair in kept if pair[0] != DataNotes.NOTE)
    return DataNote(**values, kept=lasting), problems


def _words(cell: CellValue) -> str:
    """The text of a cell with its outer spaces: what an officer wrote stays as written."""
    return cell if isinstance(cell, str) else text_of(cell)


def _number(cell: CellValue) -> int | None:
    if isinstance(cell, bool | date):
        raise ValueError(cell)
    return int(text_of(cell)) if text_of(cell) else None


def _month(cell: CellValue) -> Month | None:
    return Month.parse(cell) if text_of(cell) else None


def _state(cell: CellValue) -> NoteState:
    return NoteState(text_of(cell).lower() or NoteState.ACTIVE)


def _origin(cell: CellValue) -> Origin:
    return Origin(text_of(cell).lower() or Origin.OFFICER)


def _day(cell: CellValue) -> date | None:
    if isinstance(cell, date) or cell is None:
        return cell
    if text_of(cell):
        raise ValueError(cell)
    return None


_READERS: Mapping[str, tuple[Callable[[CellValue], Any], Any, str]] = {
    "number": (_number, None, "The note is numbered afresh."),
    "start": (_month, None, "Write it as Jun 2015. Until then the note has no beginning."),
    "end": (_month, None, "Write it as Jun 2015. Until then the note has no end."),
    "state": (_state, NoteState.ACTIVE, "Write active or ended. Until then it is active."),
    "origin": (
        _origin,
        Origin.OFFICER,
        "Write officer, return or automatic. Until then it is an officer's.",
    ),
    "changed": (_day, None, "Write a date, or leave it blank."),
}


def _same_numbers(notes: Iterable[DataNote], sheet: str) -> Iterator[Problem]:
    for number, times in sorted(Counter(n.number for n in notes if n.number is not None).items()):
        if times > 1:
            yield Problem(
                sheet,
                f"{times} notes are numbered {number}.",
                "They are numbered afresh; check what other notes say about this number.",
            )
