"""Data notes: read, kept in sync with the figures, and written back without a lost word.

``read_notes`` and ``note_row`` turn rows of the DataNotes table into notes and back; ``sync``
says what the notes and the markers of the page are to be; ``rename_refs`` carries "Applies to"
along when a measure ref changes.
"""

from xl_addin.notes.applies_to import Names, Targets, rename_refs, targets
from xl_addin.notes.automatic import NotedPage
from xl_addin.notes.data_note import DataNote, NoteState, Origin, note_row, printed_note, read_notes
from xl_addin.notes.rebases import breaks_without_month, rebases_of
from xl_addin.notes.recorded import Record, Restatement
from xl_addin.notes.syncing import NoteSync, ReturnedNote, marker, sync

__all__ = [
    "DataNote",
    "Names",
    "NoteState",
    "NoteSync",
    "NotedPage",
    "Origin",
    "Record",
    "Restatement",
    "ReturnedNote",
    "Targets",
    "breaks_without_month",
    "marker",
    "note_row",
    "printed_note",
    "read_notes",
    "rebases_of",
    "rename_refs",
    "sync",
    "targets",
]
