"""The data notes of a share copy: those that may stand, in the words that may be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.published import SharedNote
from xl_addin.disclosure.redaction import CONFIDENTIAL, WITHHELD, Discretion
from xl_addin.measure import Catalogue
from xl_addin.notes import (
    DataNote,
    NotedPage,
    NoteSync,
    Record,
    read_notes,
    rename_refs,
    sync,
    targets,
)
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.values import replace, value_type


@value_type
class CopysNotes:
    """The notes of a copy, the markers of its rows, and withheld notes as they were."""

    notes: tuple[SharedNote, ...]
    markers: Mapping[str, str]
    withheld: tuple[SharedNote, ...]


def build_notes(
    workbook: Workbook, month: Month, occasion: Occasion, discretion: Discretion | None
) -> CopysNotes:
    """The notes of the page, then those of the month that apply to no measure that is known."""
    read, _ = read_notes(workbook.tables["DataNotes"])
    named, _ = rename_refs(read, workbook.carried.renames, workbook.catalogue)
    synced = _synced(named, workbook, month, occasion)
    if discretion:
        stand = [
            n for n in synced.notes if discretion.stands(n, targets(n, workbook.catalogue).refs)
        ]
        synced = _synced(stand, workbook, month, occasion)
    on_page = [note for note in synced.notes if note.number in synced.on_page]
    orphans = [
        note
        for note in synced.notes
        if note.has_text and note.applies_in(month) and not targets(note, workbook.catalogue).refs
    ]
    numbered = [replace(note, number=n) for n, note in enumerate([*on_page, *orphans], 1)]
    shared = [_shared(note, workbook.catalogue, discretion) for note in numbered]
    withheld = _withheld(numbered, shared)
    return CopysNotes(tuple(shared), synced.markers, tuple(withheld))


def _synced(
    notes: Iterable[DataNote], workbook: Workbook, month: Month, occasion: Occasion
) -> NoteSync:
    record = Record.of(workbook.history.months(), workbook.history.revisions_of)
    today = occasion.when.date()
    return sync(notes, NotedPage(workbook.catalogue, month.window(), record, month, today))


def _shared(note: DataNote, catalogue: Catalogue, discretion: Discretion | None) -> SharedNote:
    applies_to, text = note.applies_to, note.text
    if discretion:
        named = targets(note, catalogue)
        applies_to = discretion.applies_to(note, named)
        text = discretion.safe(note, named.refs).text
    applies_to = applies_to.strip() or "All measures"
    return SharedNote(note.number or 0, applies_to, text, note.is_automatic)


def _withheld(was: Iterable[DataNote], shared: Iterable[SharedNote]) -> Iterator[SharedNote]:
    """The notes of which something is withheld, as they were."""
    for note, told in zip(was, shared, strict=True):
        if told.text == WITHHELD != note.text or told.applies_to == CONFIDENTIAL:
            yield replace(told, applies_to=note.applies_to, text=note.text)
