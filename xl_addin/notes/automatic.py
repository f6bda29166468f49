"""Automatic notes: which ones the page needs, when they end, and whose they are.

Rules
- *Not updated*: opened in the first such month with its reason, ended with the last. A change
  of reason ends one note and opens another.
- *Missing*: one note for a measure's blank cells; it stands as long as the page shows one.
- A note of a measure that has left the list ends with the page before.
- *Restated*: stands on every page that shows the restated month (13 pages from From to To).
- A note is opened when the page shown needs it; one that ended is never opened again.
- An automatic note whose text, measure or From is no longer what the tool wrote belongs to the
  officer. What it was about is known by measure and From (and, for a restated figure, To): no
  second note is opened for a stretch of months that begins where a note of that measure does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from xl_addin.measure import Catalogue
from xl_addin.notes.applies_to import Names
from xl_addin.notes.data_note import DataNote, NoteState, Origin, wording
from xl_addin.notes.recorded import Record, Restatement
from xl_addin.notes.words import (
    Kind,
    Printing,
    Subject,
    changes,
    last_page_with,
    missing_text,
    not_updated_text,
    restated_text,
    subject_of,
)
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.values import field, replace, value_type


@value_type
class NotedPage:
    """What notes are synced with: the page, what History holds, the issue and the day.

    ``window`` are the months shown, oldest first. ``only`` are the measures of the page in
    order, where not all of the catalogue are on it; ``refs`` are those that are.
    """

    catalogue: Catalogue
    window: tuple[Month, ...]
    record: Record
    issue: Month
    today: date
    only: tuple[str, ...] | None = None
    names: Names = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", Names.of(self.catalogue))

    @property
    def refs(self) -> tuple[str, ...]:
        """The measures on the page in their order."""
        return tuple(self.catalogue.refs) if self.only is None else self.only

    @property
    def newest(self) -> Month:
        """The last month recorded; the issue when nothing is."""
        return self.record.newest or self.issue

    def refs_of(self, note: DataNote) -> tuple[str, ...]:
        """The measures a note names."""
        return self.names.targets(note.applies_to).refs

    def subject(self, note: DataNote) -> Subject | None:
        """What the tool wrote a note about; None when the words are somebody else's."""
        if not note.is_automatic or note.start is None:
            return None
        targets = self.names.targets(note.applies_to)
        ref = note.applies_to.strip()
        if len(targets.refs) == 1 and not targets.unknown:
            ref = targets.refs[0]
        return subject_of(note.text, ref, note.start, self.record)


def adopted(note: DataNote, noted: NotedPage) -> DataNote:
    """The note, an officer's from now on if an officer has reworded an automatic one."""
    if not note.is_automatic or noted.subject(note):
        return note
    return note.with_cells(noted.today, origin=Origin.OFFICER)


def ended(note: DataNote, noted: NotedPage) -> DataNote:
    """The note, with its To when what it tells is over, and its State when its To is past."""
    subject = noted.subject(note)
    if subject and note.start and note.is_open and (end := _over(subject, note.start, noted)):
        return note.with_cells(noted.today, end=end, state=NoteState.ENDED)
    if note.state is NoteState.ACTIVE and note.end is not None and note.end < noted.newest:
        return note.with_cells(noted.today, state=NoteState.ENDED)
    return note


def opened(
    notes: Iterable[DataNote], noted: NotedPage, restatements: Iterable[Restatement]
) -> tuple[DataNote, ...]:
    """The automatic notes that the page needs beside those there are."""
    said = _Said(notes, noted)
    for ref in noted.refs if noted.window else ():
        for note in (_not_updated(ref, said, noted), _missing(ref, said, noted)):
            if note:
                said.open(note)
    known = [r for r in restatements if r.ref in noted.catalogue]
    order = {ref: i for i, ref in enumerate(noted.catalogue.refs)}
    for restatement in sorted(known, key=lambda r: (order[r.ref], r.month)):
        if note := _restated(restatement, said, noted):
            said.open(note)
    return tuple(said.opened)


def is_seen(note: DataNote, noted: NotedPage) -> bool:
    """Whether the page shows what an automatic note tells; always so for other notes.

    A month may have been restated since: a page of figures has no "not updated" beside it.
    """
    subject = noted.subject(note)
    if not subject or note.start is None:
        return True
    within = [m for m in noted.window if m >= note.start and (not note.end or m <= note.end)]
    if subject.kind is Kind.RESTATED:
        return note.start in noted.window
    if subject.kind is Kind.MISSING:
        return any(noted.record.is_missing(subject.ref, m) for m in within)
    return any(_same_reason(subject.reason, subject.ref, m, noted) for m in within)


class _Said:
    """What the notes already say, found by measure."""

    def __init__(self, notes: Iterable[DataNote], noted: NotedPage) -> None:
        self._occasion = noted
        self._automatic: defaultdict[tuple[Kind, str], list[tuple[DataNote, Subject]]]
        self._automatic = defaultdict(list)
        self._others: defaultdict[tuple[str, Month], list[DataNote]] = defaultdict(list)
        self.opened: list[DataNote] = []
        for note in notes:
            self._add(note)

    def open(self, note: DataNote) -> None:
        self.opened.append(note)
        self._add(note)

    def automatic(self, kind: Kind, ref: str) -> list[tuple[DataNote, Subject]]:
        return self._automatic[kind, ref]

    def others_from(self, ref: str, start: Month) -> list[DataNote]:
        """Officers' notes on a measure and from a month."""
        return self._others[ref, start]

    def _add(self, note: DataNote) -> None:
        if subject := self._occasion.subject(note):
            self._automatic[subject.kind, subject.ref].append((note, subject))
        elif note.start and note.has_text and note.origin is Origin.OFFICER:
            for ref in self._occasion.refs_of(note):
                self._others[ref, note.start].append(note)


def _automatic(ref: str, text: str, start: Month, noted: NotedPage) -> DataNote:
    return DataNote(None, ref, text, start, origin=Origin.AUTOMATIC, changed=noted.today)


def _same_reason(reason: str, ref: str, month: Month, noted: NotedPage) -> bool:
    stands = noted.record.reason(ref, month)
    return bool(stands) and wording(stands) == wording(reason)


def _not_updated(ref: str, said: _Said, noted: NotedPage) -> DataNote | None:
    """The note for a measure that is not updated in the month shown, where none says so."""
    shown = noted.window[-1]
    if not (reason := noted.record.reason(ref, shown)):
        return None
    notes = [
        note
        for note, subject in said.automatic(Kind.NOT_UPDATED, ref)
        if wording(subject.reason) == wording(reason)
    ]
    stretch = noted.record.stretch(shown, lambda m: _same_reason(reason, ref, m, noted))
    unsaid = {m for m in stretch if not any(_covers(note, m) for note in notes)}
    if shown not in unsaid:
        return None
    start = _beginning(stretch, unsaid, shown)
    if said.others_from(ref, stretch[0]) or said.others_from(ref, start):
        return None
    text = not_updated_text(ref, noted.record.reason(ref, start), start)
    return _automatic(ref, text, start, noted)


def _covers(note: DataNote, month: Month) -> bool:
    """Whether a month lies in From–To, also where an officer ended a note without a To."""
    return replace(note, state=NoteState.ACTIVE).applies_in(month)


def _beginning(stretch: Sequence[Month], unsaid: Collection[Month], month: Month) -> Month:
    """The first of the months in a row, up to a month, of which nothing is said."""
    start = month
    for earlier in reversed([m for m in stretch if m <= month]):
        if earlier not in unsaid:
            break
        start = earlier
    return start


def _missing(ref: str, said: _Said, noted: NotedPage) -> DataNote | None:
    """The note for a measure's blank cells on the page, where none says so."""
    notes = [note for note, _ in said.automatic(Kind.MISSING, ref)]
    for blank in (m for m in noted.window if noted.record.is_missing(ref, m)):
        if any(_covers(note, blank) for note in notes):
            continue
        stretch = noted.record.stretch(blank, lambda m: noted.record.is_missing(ref, m))
        unsaid = {m for m in stretch if not any(_covers(note, m) for note in notes)}
        start = _beginning(stretch, unsaid, blank)
        if not (said.others_from(ref, stretch[0]) or said.others_from(ref, start)):
            return _automatic(ref, missing_text(ref, start), start, noted)
    return None


def _restated(restatement: Restatement, said: _Said, noted: NotedPage) -> DataNote | None:
    """The note for a figure that was changed, unless one tells of it."""
    ref, month = restatement.ref, restatement.month
    if restatement.before.value == restatement.after.value:
        return None
    revisions = tuple(noted.record.revisions(ref, month))
    printing = Printing.of(noted.catalogue[ref])
    at = _revision_of(restatement, revisions)
    earlier = revisions[:at] if at else (restatement.before,)
    text = restated_text(ref, printing, earlier, restatement.after, noted.issue)
    if _tells(text, restatement, {at} | changes(revisions), said):
        return None
    note = _automatic(ref, text, month, noted)
    return note.with_cells(noted.today, end=last_page_with(month))


def _revision_of(restatement: Restatement, revisions: Sequence[Observation]) -> int:
    """The position of the revision a restatement made, the latest that fits; 0 for none."""
    values = restatement.before.value, restatement.after.value
    fits = [
        at
        for at in range(1, len(revisions))
        if (revisions[at - 1].value, revisions[at].value) == values
    ]
    return fits[-1] if fits else 0


def _tells(text: str, restatement: Restatement, changed: Collection[int], said: _Said) -> bool:
    """Whether a note tells of a restatement, in the tool's words or reworded.

    A reworded one has the From and To of a restated figure. Which change it told of cannot be
    known, so each stands for one of the ``changed`` revisions that has no other note.
    """
    ref, month = restatement.ref, restatement.month
    told = {s.text for note, s in said.automatic(Kind.RESTATED, ref) if note.start == month}
    others = said.others_from(ref, month)
    reworded = [note for note in others if note.end == last_page_with(month)]
    if text in told or any(note.text == text for note in others):
        return True
    return len(changed) <= len(told) + len(reworded)


def _over(subject: Subject, start: Month, noted: NotedPage) -> Month | None:
    """The last month of an open note; one of a measure that has left is over with it."""
    end = _end(subject, start, noted)
    if end is None and subject.ref not in noted.catalogue:
        return _page_before(start, noted)
    return end


def _end(subject: Subject, start: Month, noted: NotedPage) -> Month | None:
    """The last month whose page an open note stands on; None while it goes on."""
    if subject.kind is Kind.MISSING:
        return _end_of_blanks(subject.ref, start, noted)
    if subject.kind is Kind.NOT_UPDATED:
        return _end_of_reason(subject, start, noted)
    return None


def _end_of_reason(subject: Subject, start: Month, noted: NotedPage) -> Month | None:
    def holds(month: Month) -> bool:
        return _same_reason(subject.reason, subject.ref, month, noted)

    first = next((m for m in noted.record.since(start) if holds(m)), None)
    if first is None:
        return _page_before(start, noted)
    last = noted.record.stretch(first, holds)[-1]
    return None if last == noted.newest else last


def _end_of_blanks(ref: str, start: Month, noted: NotedPage) -> Month | None:
    """The last page with a blank cell, following blanks that a page shows together."""
    last = None
    for blank in (m for m in noted.record.since(start) if noted.record.is_missing(ref, m)):
        if blank > last_page_with(last or start):
            break
        last = blank
    if last is None:
        return _page_before(start, noted)
    end = last_page_with(last)
    return end if end < noted.newest else None


def _page_before(start: Month, noted: NotedPage) -> Month:
    """Figures came for every month: the page before the newest was the last without them."""
    return max(start, noted.newest.previous())
