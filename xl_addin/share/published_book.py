"""A workbook as whoever has its copies knows it: what signals and sentences of a copy are made of.

They are made by the code that makes those of the workbook itself, from figures that a copy shows
or could show, at their published rounding (a ratio of two of them as these give it). So no sentence
can say what is hidden, whatever it says.
"""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.behind_signals import Behind
from xl_addin.disclosure.published import Cell, frozen
from xl_addin.disclosure.redaction import Discretion
from xl_addin.notes import DataNote, Origin
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.values import replace, value_type

CONFIDENTIAL = "[c]"


def published_book(
    workbook: Workbook, month: Month, behind: Behind, beside: Discretion
) -> Workbook:
    """The workbook with the figures of a copy's page that it shows, and those behind its signals.

    An earlier figure of a month is there only where a copy showed it; a reason that holds a number
    near a hidden figure is not.
    """
    cells = [(ref, m) for ref in workbook.catalogue.refs for m in month.window()]
    cells = [cell for cell in cells if not beside.suppression.hides(*cell)]
    known = _Known(workbook, beside, frozenset((*cells, *behind.shown)))
    return replace(workbook, history=History(r for c in known.cells for r in known.revisions(c)))


@value_type
class _Known:
    """What is known of a workbook's figures to whoever may know some cells."""

    workbook: Workbook
    beside: Discretion
    cells: frozenset[Cell]

    def revisions(self, cell: Cell) -> Iterator[Revision]:
        """What is known of a figure, oldest first: as copies showed it, then as it stands."""
        measure = self.workbook.catalogue[cell[0]]
        shown = self.beside.suppression.earlier.shown.get(cell, ())
        every = self.workbook.history.all_of(*cell)
        for revision in every:
            value = revision.observation.value
            if revision is every[-1]:
                yield self._published(revision, self._value(cell))
            elif value is not None and printed(value, measure) in shown:
                yield self._published(revision, frozen(value, measure))

    def _published(self, revision: Revision, value: float | None) -> Revision:
        seen = revision.observation
        status = _reason(seen.status, seen.ref, self.beside)
        return replace(revision, observation=Observation(seen.ref, seen.month, value, status))

    def _value(self, cell: Cell) -> float | None:
        """A figure as it is printed; a ratio of two that are known as these give it."""
        measure, value = self.workbook.catalogue[cell[0]], self._printed(cell)
        parts = ((measure.numerator, cell[1]), (measure.denominator, cell[1]))
        if value is None or not measure.is_ratio or not self.cells.issuperset(parts):
            return value
        part, whole = map(self._printed, parts)
        exact = part / whole if part is not None and whole else value
        return exact if frozen(exact, measure) == value else value

    def _printed(self, cell: Cell) -> float | None:
        value = self.workbook.history.observed(*cell).value
        return None if value is None else frozen(value, self.workbook.catalogue[cell[0]])


def _reason(status: str, ref: str, beside: Discretion) -> str:
    """Why there is no figure, as far as it may be said."""
    if not status:
        return status
    note = DataNote(None, ref, status, origin=Origin.AUTOMATIC)
    return status if beside.safe(note, {ref}).text == status else CONFIDENTIAL
