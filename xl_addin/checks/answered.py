"""Warnings that an officer has answered: a data note on the figure says why it is so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_addin.checks.figures import place_of
from xl_addin.dataset.history import Arrival, History
from xl_addin.dataset.page import Page
from xl_addin.errors import Problem
from xl_addin.measure import Catalogue
from xl_addin.notes import DataNote, Origin, targets


def unanswered(
    problems: Iterable[Problem],
    notes: Sequence[DataNote],
    catalogue: Catalogue,
    page: Page,
    record: tuple[History, Iterable[Arrival]],
) -> Iterator[Problem]:
    """The problems that no officer has answered in a note on their measure from the month shown.

    A note says why a figure is unusual, missing or long not updated. It is no answer to counts
    that contradict each other, to a wrong Unit, or to other words than Measures has.
    ``record`` is History and what came of this return. A note answers until its figure changes: a
    figure that just came is told of, unless its return brought the note.
    """
    history, arrivals = record
    came = {a.observation.ref for a in arrivals if _is_of(a, page)}
    answered = {
        ref
        for note in notes
        if _answers(note, page)
        for ref in targets(note, catalogue).refs
        if _still_stands(note, ref, page, history) and (ref not in came or _is_returned(note))
    }
    silent = {place_of(measure) for measure in catalogue if measure.ref in answered}
    for problem in problems:
        if not (problem.answerable and problem.place in silent):
            yield problem


def _is_of(arrival: Arrival, page: Page) -> bool:
    return arrival.outcome.is_recorded and arrival.observation.month == page.month


def _answers(note: DataNote, page: Page) -> bool:
    """Whether a note is an officer's or a return's, about the month of the page."""
    return note.has_text and not note.is_automatic and note.start == page.month


def _is_returned(note: DataNote) -> bool:
    return note.origin is Origin.RETURN


def _still_stands(note: DataNote, ref: str, page: Page, history: History) -> bool:
    """Whether the figure is the one that was there when the note was written."""
    standing = history.standing(ref, page.month)
    return not (standing and note.changed and standing.recorded.date() > note.changed)
