"""Rebases: months from which a measure is counted in another way, as data notes say by [b]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem
from xl_addin.layout import DataNotes
from xl_addin.notes.applies_to import rename_refs, targets
from xl_addin.notes.data_note import DataNote, place_of, read_notes
from xl_addin.notes.syncing import ReturnedNote
from xl_addin.period import Month

BREAK = "[b]"
"""What stands in the text of a note on a break in a series (Government Analysis Function)."""


def rebases_of(
    workbook: Workbook, brought: Iterable[ReturnedNote] = ()
) -> dict[str, tuple[Month, ...]]:
    """The months that notes marked [b] start from, oldest first, by measure ref.

    An ended note counts too: that a definition changed stays true. ``brought`` are notes that
    come with a return.
    """
    notes, _ = read_notes(workbook.tables[DataNotes.TABLE])
    breaks = [note for note in notes if is_break(note)]
    renamed, _ = rename_refs(breaks, workbook.carried.renames, workbook.catalogue)
    found = {
        (ref, note.start)
        for note in renamed
        for ref in targets(note, workbook.catalogue).refs
        if note.start
    }
    found |= {(note.ref, note.month) for note in brought if BREAK in note.text.casefold()}
    by_ref: dict[str, tuple[Month, ...]] = {}
    for ref, month in sorted(found):
        by_ref[ref] = (*by_ref.get(ref, ()), month)
    return by_ref


def breaks_without_month(notes: Iterable[DataNote]) -> Iterator[Problem]:
    """Notes on a break that do not say from which month on."""
    for note in notes:
        if is_break(note) and not note.start:
            yield Problem(
                place_of(note),
                "It is marked [b] and has no month under From.",
                "Write the first month that is counted in the new way: limits start there anew.",
            )


def is_break(note: DataNote) -> bool:
    """Whether a note says that a measure is counted in another way from its month on."""
    return note.has_text and BREAK in note.text.casefold()
