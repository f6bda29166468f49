"""What is reported about data notes and never put right by the tool."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from xl_addin.errors import Problem
from xl_addin.layout import Sheet
from xl_addin.notes.automatic import NotedPage
from xl_addin.notes.data_note import DataNote, NoteState, place_of, wording
from xl_addin.notes.recorded import NO_REASON, Record
from xl_addin.notes.syncing import NoteSync
from xl_addin.observation import State
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.table import CellError

_MARKER = pattern(r"\[note\s+(\d{1,9})\]", re.IGNORECASE)
_ALIKE = 0.5
_WORDS_ALIKE = 4


def reported(synced: NoteSync) -> Iterator[Problem]:
    """Everything an officer has to know about the notes."""
    for look in RULES:
        yield from look(synced)


def _each_note(synced: NoteSync) -> Iterator[Problem]:
    for note in synced.after:
        yield from _of_one_note(note, synced.noted)


def _of_one_note(note: DataNote, noted: NotedPage) -> Iterator[Problem]:
    place = place_of(note)
    if not note.has_text:
        found = f"Its text is {note.text}." if note.text.strip() else "It has no text."
        remedy = "Write the text, or delete the row. Until then no row of the Dataset points to it."
        if isinstance(note.text, CellError):
            remedy = "Type it again, with an apostrophe (') in front if it begins with = + - or @."
        yield Problem(place, found, remedy)
    if note.start and note.end and note.end < note.start:
        found = f"It ends with {note.end.label}, before it begins in {note.start.label}."
        yield Problem(place, found, "Correct From or To. Until then it is on no page.")
    if note.state is NoteState.ENDED and note.end is None:
        remedy = "Write the last month it applies to. Until then it is on no page."
        yield Problem(place, "It is marked ended and has no To.", remedy)
    if note.state is NoteState.ACTIVE and note.has_text:
        yield from _unknown_names(note, noted)
        yield from _stale(note, noted)


def _unknown_names(note: DataNote, noted: NotedPage) -> Iterator[Problem]:
    targets = noted.names.targets(note.applies_to)
    shown = _shortened(note.applies_to)
    remedy = (
        "Write measure refs or performance areas, separated by semicolons; for a measure that has "
        "left Measures, write the last month under To."
    )
    if note.is_automatic:
        return  # its words are the tool's own: the measure has left Measures, and the note the page
    if not targets.refs:
        found = (
            f"It applies to “{shown}”, which names no measure and no performance area."
            if shown
            else "“Applies to” is blank."
        )
        yield Problem(place_of(note), f"{found} No row of the Dataset points to it.", remedy)
    elif targets.unknown:
        unknown = _shortened("”, “".join(targets.unknown))
        verb = "name" if len(targets.unknown) > 1 else "names"
        found = f"In “Applies to”, “{unknown}” {verb} no measure and no performance area."
        yield Problem(place_of(note), found, remedy)


def _stale(note: DataNote, noted: NotedPage) -> Iterator[Problem]:
    """An officer's note from the month a measure stopped goes on although figures returned."""
    record = noted.record
    for ref in noted.refs_of(note) if note.is_open and not note.is_automatic else ():
        last = _last_not_updated(ref, note.start, record) if note.start else None
        if note.start and last and record.state(ref, noted.newest) is State.NUMBER:
            months = f"from {note.start.label} to {last.label}"
            when = f"in {last.label}" if last == note.start else months
            found = f"{ref} was not updated {when} and has figures"
            remedy = f"Write {last.label} in To if the note is over."
            yield Problem(place_of(note), f"{found} since.", remedy)


def _last_not_updated(ref: str, start: Month, record: Record) -> Month | None:
    """The last of the months not updated that begin with ``start``; None where none do."""
    if not record.reason(ref, start):
        return None
    stopped = record.stretch(start, lambda month: bool(record.reason(ref, month)))
    return stopped[-1] if stopped[0] == start else None


def _quoted_markers(synced: NoteSync) -> Iterator[Problem]:
    before, after = synced.before, synced.after
    meant: dict[int, list[DataNote]] = {}
    for old, new in zip(before, after, strict=False):
        if old.number is not None:
            meant.setdefault(old.number, []).append(new)
    for note in after:
        for quoted in sorted({int(n) for n in _MARKER.findall(note.text)}):
            yield from _quoted(note, quoted, meant.get(quoted, []), len(after))


def _quoted(
    note: DataNote, quoted: int, meant: Sequence[DataNote], notes: int
) -> Iterator[Problem]:
    found = f"The text quotes [note {quoted}]"
    if len(meant) > 1:
        numbers = " and ".join(f"[note {n.number}]" for n in meant)
        found = f"{found}; {len(meant)} notes had that number and are now {numbers}."
        yield Problem(place_of(note), found, "Write the number of the one that is meant.")
    elif meant and meant[0].number != quoted:
        remedy = f"Write [note {meant[0].number}] if that is the one meant."
        yield Problem(place_of(note), f"{found}, which is now [note {meant[0].number}].", remedy)
    elif not meant:
        now = "there is no such note" if quoted > notes or not quoted else "that is a new number"
        yield Problem(place_of(note), f"{found}, and {now}.", "Check which note is meant.")


def _likely_duplicates(synced: NoteSync) -> Iterator[Problem]:
    """Pairs of notes on one measure that say the same, or nearly so in officers' words."""
    live = [n for n in synced.after if n.has_text and n.state is NoteState.ACTIVE]
    live.sort(key=lambda note: note.number or 0)
    words = {id(note): frozenset(re.findall(r"\w+", note.text.casefold())) for note in live}
    for one, other in _on_one_measure(live, synced.noted):
        same = wording(one.text) == wording(other.text)
        theirs = not (one.is_automatic or other.is_automatic)
        if same or (theirs and _alike(words[id(one)], words[id(other)])):
            how = "says the same as" if same else "may say the same as"
            found = f"It {how} note {one.number}, on the same measure."
            yield Problem(place_of(other), found, "Keep one of them, or leave both.")


def _on_one_measure(
    notes: Iterable[DataNote], noted: NotedPage
) -> Iterator[tuple[DataNote, DataNote]]:
    """Each pair of notes that share a measure and a month."""
    of_ref: dict[str, list[DataNote]] = {}
    for note in notes:
        for ref in noted.refs_of(note):
            of_ref.setdefault(ref, []).append(note)
    met = {}
    for together in of_ref.values():
        for one, other in combinations(together, 2):
            if _overlap(one, other):
                met[id(one), id(other)] = one, other
    yield from met.values()


def _overlap(one: DataNote, other: DataNote) -> bool:
    begins = max((n.start for n in (one, other) if n.start), default=None)
    ends = min((n.end for n in (one, other) if n.end), default=None)
    return begins is None or ends is None or begins <= ends


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= _WORDS_ALIKE and shared >= _ALIKE * len(one | other)


def _without_reason(synced: NoteSync) -> Iterator[Problem]:
    """Measures of the month shown that are not updated, and nobody says why."""
    notes, noted = synced.after, synced.noted
    for ref in noted.refs if noted.window else ():
        shown = noted.window[-1]
        reason = noted.record.reason(ref, shown)
        if wording(reason).strip(".!… ") != wording(NO_REASON) or _explained(
            ref, shown, notes, noted
        ):
            continue
        yield Problem(
            f"{Sheet.DATASET}, {ref}, {shown.label}",
            "It is not updated, and no reason is given.",
            "Give the reason in the Status of the return, or in a data note from that month.",
        )


def _explained(ref: str, month: Month, notes: Iterable[DataNote], noted: NotedPage) -> bool:
    return any(
        not note.is_automatic
        and note.has_text
        and note.start is not None
        and note.applies_in(month)
        and ref in noted.refs_of(note)
        for note in notes
    )


def _shortened(text: str) -> str:
    words = " ".join(text[:400].split())
    return words if len(words) <= 80 else f"{words[:79]}…"


RULES: tuple[Callable[[NoteSync], Iterator[Problem]], ...] = (
    _each_note,
    _quoted_markers,
    _likely_duplicates,
    _without_reason,
)
"""What is looked at in the notes, in this order."""
