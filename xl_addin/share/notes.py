"""The data notes of a share copy: those that may stand, in the words that may be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xl_addin.dataset.renames import former_refs
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.published import SharedNote
from xl_addin.disclosure.redaction import CONFIDENTIAL, WITHHELD, Discretion, in_print
from xl_addin.measure import Catalogue
from xl_addin.notes import (
    DataNote,
    Names,
    NotedPage,
    NoteSync,
    Record,
    marker,
    read_notes,
    rename_refs,
    sync,
    targets,
)
from xl_addin.notes.automatic import is_seen
from xl_addin.notes.words import Kind
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
    """The notes of the copy's rows, as they first appear, then those of no measure that is known.

    A row also has the ended notes that say why a month of the page has no figure, after the notes
    of the page. A note on retired measures, which only History knows, is in no copy.
    """
    read, _ = read_notes(workbook.tables["DataNotes"])
    named, _ = rename_refs(read, workbook.carried.renames, workbook.catalogue)
    synced = _synced(named, workbook, month, occasion)
    if discretion:
        stand = [
            n for n in synced.notes if discretion.stands(n, targets(n, workbook.catalogue).refs)
        ]
        synced = _synced(stand, workbook, month, occasion)
    on_page = [note for note in synced.notes if note.number in synced.on_page]
    over = [note for note in synced.notes if _tells_of_the_past(note, synced.noted)]
    orphans = [n for n in synced.notes if n.applies_in(month) and _is_orphan(n, workbook)]
    of_rows = sorted([*on_page, *over], key=lambda note: min(_rows(note, synced.noted)))
    every = [*of_rows, *orphans]
    numbered = [replace(note, number=n) for n, note in enumerate(every, 1)]
    shared = [_shared(note, workbook.catalogue, discretion) for note in numbered]
    withheld = _withheld(numbered, shared)
    markers = _markers(numbered[: len(of_rows)], synced.noted)
    return CopysNotes(tuple(shared), markers, tuple(withheld))


def _tells_of_the_past(note: DataNote, noted: NotedPage) -> bool:
    """Whether it ended before the month shown, and a month of the page still has its reason."""
    subject = noted.subject(note)
    if not (subject and subject.kind is Kind.NOT_UPDATED and note.end):
        return False
    is_over = note.end < noted.window[-1] and is_seen(note, noted)
    return is_over and bool(_rows(note, noted))


def _is_orphan(note: DataNote, workbook: Workbook) -> bool:
    """Whether it has words and applies to no measure, nor to retired ones alone."""
    if not note.has_text or targets(note, workbook.catalogue).refs:
        return False
    renamed = former_refs(workbook.catalogue, workbook.history)
    retired = workbook.history.refs() - renamed.keys()
    named = Names.of(workbook.catalogue, *sorted(retired)).targets(note.applies_to)
    return bool(named.unknown) or not named.refs


def _rows(note: DataNote, noted: NotedPage) -> list[int]:
    """The places of the rows that a note applies to, counted from 0."""
    named = {*noted.refs_of(note)}
    return [place for place, ref in enumerate(noted.refs) if ref in named]


def _markers(notes: Iterable[DataNote], noted: NotedPage) -> dict[str, str]:
    markers = dict.fromkeys(noted.refs, "")
    for note in notes:
        for place in _rows(note, noted):
            markers[noted.refs[place]] += marker(note)
    return markers


def _synced(
    notes: Iterable[DataNote], workbook: Workbook, month: Month, occasion: Occasion
) -> NoteSync:
    record = Record.of(workbook.history.months(), workbook.history.revisions_of)
    today = occasion.when.date()
    return sync(notes, NotedPage(workbook.catalogue, month.window(), record, month, today))


def _shared(note: DataNote, catalogue: Catalogue, discretion: Discretion | None) -> SharedNote:
    named = targets(note, catalogue)
    applies_to = note.applies_to
    text = in_print(note, map(catalogue.__getitem__, named.refs)).text
    if discretion:
        applies_to = discretion.applies_to(note, named)
        text = discretion.safe(note, named.refs).text
    applies_to = applies_to.strip() or "All measures"
    return SharedNote(note.number or 0, applies_to, text, note.is_automatic)


def _withheld(was: Iterable[DataNote], shared: Iterable[SharedNote]) -> Iterator[SharedNote]:
    """The notes of which something is withheld, as they were."""
    for note, told in zip(was, shared, strict=True):
        if told.text == WITHHELD != note.text or told.applies_to == CONFIDENTIAL:
            yield replace(told, applies_to=note.applies_to, text=note.text)
