"""The data notes in sync: what to add, end, renumber and report, and the markers of the page.

Rules
- A note is on the page when the month shown lies in its From–To, it applies to a measure of
  the page, and it has a text. A note that ended in March is not on the June page and is back
  when March is shown. Notes about one month's figure (restated, or from a return) therefore run
  from that month to the last month whose page shows it.
- An automatic note is on the page only beside what it tells: cells that are not updated, cells
  that are blank, a month that was restated.
- Numbers run from 1 without gaps: first the notes on the page in the order of the Dataset's
  rows (on one row in the order of their old numbers), then the others in their old order.
- Words that came in are never changed, and no row with anything in it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xl_addin.errors import listed
from xl_addin.notes.automatic import NotedPage, adopted, ended, is_seen, opened
from xl_addin.notes.data_note import DataNote, NoteState, Origin, wording
from xl_addin.notes.recorded import Restatement
from xl_addin.notes.words import last_page_with
from xl_addin.period import Month
from xl_addin.values import replace, value_type

_SHOWN = 110
_FEW = 3
"""So many notes that had the same done to them are told one by one."""


@value_type
class ReturnedNote:
    """A note that a return brings for a measure's figure of a month."""

    ref: str
    month: Month
    text: str


@value_type
class NoteSync:
    """The notes as they are to be, and what the page and the officer get of them.

    ``before`` and ``after`` are the same notes, as read and as synced; new ones come last.
    ``markers`` has every measure of the page, with a blank where no note applies.
    ``on_page`` are the numbers of the notes that have a marker. ``changed`` is one line for
    each note added, ended or handed over, and one for the renumbering; blank when nothing is.
    """

    before: tuple[DataNote, ...]
    after: tuple[DataNote, ...]
    noted: NotedPage
    markers: Mapping[str, str]
    on_page: tuple[int, ...]
    changed: tuple[str, ...]

    @property
    def notes(self) -> tuple[DataNote, ...]:
        """The notes in the order of their numbers."""
        return tuple(sorted(self.after, key=_by_number))


def sync(
    notes: Iterable[DataNote],
    noted: NotedPage,
    restatements: Iterable[Restatement] = (),
    returned: Iterable[ReturnedNote] = (),
) -> NoteSync:
    """Bring the notes in line with the figures and the page shown.

    Syncing what was synced changes nothing.
    """
    before = tuple(notes)
    kept = [ended(adopted(note, noted), noted) for note in before]
    kept += opened(kept, noted, restatements)
    brought = _brought(kept, tuple(returned), noted)
    after = _numbered([ended(note, noted) for note in brought], noted)
    return NoteSync(
        before,
        tuple(after),
        noted,
        _markers(after, noted),
        tuple(sorted(_by_number(note) for note in after if _rows(note, noted))),
        tuple(_changes(before, after)),
    )


def marker(note: DataNote) -> str:
    """The marker of a note, as the Dataset's Notes column shows it.

    >>> marker(DataNote(3, "M5", "Late."))
    '[note 3]'
    """
    return f"[note {note.number}]"


def _brought(
    notes: Sequence[DataNote], returned: Sequence[ReturnedNote], noted: NotedPage
) -> list[DataNote]:
    """The notes with those of a return: the same words on the same measure are one note.

    A note runs from the month of its figure to the last month whose page shows it. Brought
    again later, it goes on from there. Where an officer's note of the same words has ended,
    the return's stands beside it.
    """
    after = list(notes)
    for month in sorted({note.month for note in returned}):
        new: dict[str, list[ReturnedNote]] = {}
        for note in (n for n in returned if n.month == month and n.text.strip()):
            if not _is_said(note, after, noted):
                new.setdefault(wording(note.text), []).append(note)
        for same in new.values():
            after += _from_return(same, noted)
    return after


def _is_said(returned: ReturnedNote, notes: list[DataNote], noted: NotedPage) -> bool:
    words = wording(returned.text)
    same = [
        i
        for i, note in enumerate(notes)
        if wording(note.text) == words
        and (returned.ref in noted.refs_of(note) or returned.ref == note.applies_to)
    ]
    if any((end := notes[i].end) is None or returned.month <= end for i in same):
        return True
    own = [i for i in same if notes[i].origin is Origin.RETURN]
    if own:
        end = last_page_with(returned.month)
        notes[own[0]] = notes[own[0]].with_cells(noted.today, end=end, state=NoteState.ACTIVE)
    return bool(own)


def _from_return(same: Sequence[ReturnedNote], noted: NotedPage) -> list[DataNote]:
    """One note for all the measures, unless their refs cannot be told apart in a list."""
    refs = tuple(dict.fromkeys(note.ref for note in same))
    joined = "; ".join(refs)
    is_clear = noted.names.targets(joined).refs == refs
    return [
        DataNote(
            None,
            applies_to,
            same[0].text,
            same[0].month,
            last_page_with(same[0].month),
            origin=Origin.RETURN,
            changed=noted.today,
        )
        for applies_to in ((joined,) if is_clear else refs)
    ]


def _rows(note: DataNote, noted: NotedPage) -> tuple[str, ...]:
    """The measures of the page whose rows carry the note's marker."""
    shown = noted.window[-1:]
    if not (shown and note.has_text and note.applies_in(shown[0]) and is_seen(note, noted)):
        return ()
    named = {*noted.refs_of(note)}
    return tuple(ref for ref in noted.refs if ref in named)


def _numbered(notes: Sequence[DataNote], noted: NotedPage) -> list[DataNote]:
    position = {ref: i for i, ref in enumerate(noted.refs)}

    def order(i: int) -> tuple[int, bool, int, int]:
        first = min((position[r] for r in _rows(notes[i], noted)), default=len(position))
        number = notes[i].number
        return first, number is None, number or 0, i

    number_of = {i: n for n, i in enumerate(sorted(range(len(notes)), key=order), 1)}
    return [replace(note, number=number_of[i]) for i, note in enumerate(notes)]


def _markers(notes: Iterable[DataNote], noted: NotedPage) -> dict[str, str]:
    markers = dict.fromkeys(noted.refs, "")
    for note in sorted(notes, key=_by_number):
        for ref in _rows(note, noted):
            markers[ref] += marker(note)
    return markers


def _by_number(note: DataNote) -> int:
    return note.number or 0


def _changes(before: Sequence[DataNote], after: Sequence[DataNote]) -> Iterator[str]:
    """What the sync did, a line for each note in their order and one for the renumbering.

    Of many notes with the same done to them, one line.
    """
    old_of = dict(zip((n.number for n in after), before, strict=False))
    done: dict[tuple[str, str], list[DataNote]] = {}
    for new in sorted(after, key=_by_number):
        for what in _change(old_of.get(new.number), new):
            done.setdefault(what, []).append(new)
    for (of_one, of_many), notes in done.items():
        yield from _in_lines(of_one, of_many, notes)
    moved = [(o.number, n.number) for o, n in zip(before, after, strict=False)]
    renumbered = sorted((o, n) for o, n in moved if o is not None and n is not None and o != n)
    if renumbered:
        yield f"Notes renumbered: {', '.join(f'{o} is now {n}' for o, n in renumbered)}"


def _change(old: DataNote | None, new: DataNote) -> Iterator[tuple[str, str]]:
    """What was done to a note, as it is said of one and of many."""
    if old is None:
        yield "added", "added"
        return
    if old.origin is not new.origin:
        yield "was reworded and is an officer's from now on", "are officers' own from now on"
    if old.state is not new.state and new.state is NoteState.ENDED and new.end:
        yield f"ended with {new.end.label}", f"ended with {new.end.label}"
    elif old.end != new.end and new.end:
        yield f"goes on to {new.end.label}", f"go on to {new.end.label}"


def _in_lines(of_one: str, of_many: str, notes: Sequence[DataNote]) -> Iterator[str]:
    """What was done to notes: a line for each of a few, one for many."""
    if len(notes) <= _FEW:
        yield from (f"Note {note.number} {of_one}: {_cut(note)}" for note in notes)
        return
    numbers = listed([f"{note.number} ({note.applies_to})" for note in notes])
    yield f"{len(notes)} notes {of_many}: {numbers}"


def _cut(note: DataNote) -> str:
    words = " ".join(note.text[: 4 * _SHOWN].split())
    return f"“{words if len(words) <= _SHOWN else f'{words[: _SHOWN - 1]}…'}”"
