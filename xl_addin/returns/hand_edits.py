"""Hand edits: figures on the Dataset page that are not what History has recorded.

Officers do correct a figure on the page. A refresh shows what it would replace and asks; it
never silently overwrites one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from xl_addin.dataset.printing import LISTED, printed
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem
from xl_addin.layout import Dataset
from xl_addin.measure import Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.returns import Entry, Return
from xl_addin.returns.figure import FigureRefused, parse_figure
from xl_addin.table import CellValue, same_value, text_of
from xl_addin.values import value_type


class HandEdits(StrEnum):
    """What a refresh does with them: stop and list them, record them, or put History back."""

    LIST = "list"
    RECORD = "record"
    PUT_BACK = "put-back"


@value_type
class HandEdit:
    """A cell of the Dataset page that shows something other than what is recorded.

    ``measure`` is None where the ref is no longer in Measures.
    """

    place: str
    ref: str
    month: Month
    shown: CellValue
    recorded: Observation
    measure: Measure | None = None

    @property
    def put_back(self) -> str:
        """What becomes of its cell when it is put back: "EH3 May 2015: “316” becomes “317”."""
        shown, was = self.in_print
        return f"{self.ref} {self.month.label}: {shown} becomes {was}"

    @property
    def in_print(self) -> tuple[str, str]:
        """What the cell shows and what is recorded, as printed unless both print the same."""
        cells = (self.shown, self.recorded.shown)
        if self.measure and self.measure.is_percentage:
            shown, was = (_in_words(cell, self.measure) for cell in cells)
            if shown != was:
                return shown, was
        return _in_words(cells[0]), _in_words(cells[1])

    def entry(self, measure: Measure) -> Entry:
        """The edit as a figure of a return. Raises FigureRefused for what is none."""
        figure = parse_figure(self.shown, measure)
        seen = Observation(
            self.ref, self.month, figure.value, figure.reason, half_width=figure.half_width
        )
        return Entry(seen, self.place)


def _in_words(shown: CellValue, measure: Measure | None = None) -> str:
    if shown is None:
        return "nothing"
    return f"“{printed(shown, measure) if measure else text_of(shown)}”"


def find_hand_edits(workbook: Workbook) -> tuple[HandEdit, ...]:
    """Every figure on the page that differs from History, row by row."""
    months = [(h, Month.parse(h)) for h in workbook.month_headings if workbook.month]
    measures = {measure.ref: measure for measure in workbook.catalogue}
    known = measures.keys() | workbook.history.refs()
    return tuple(
        HandEdit(place, ref, month, record[heading], recorded, measures.get(ref))
        for place, record in workbook.dataset.records()
        if (ref := text_of(record[Dataset.REF])) in known
        for heading, month in months
        if not same_value(
            record[heading], (recorded := workbook.history.observed(ref, month)).shown
        )
    )


def put_back_in_words(edits: Sequence[HandEdit]) -> Iterator[str]:
    """What the officer is told of changes by hand that give way to what is recorded."""
    if edits:
        figures = "1 figure" if len(edits) == 1 else f"{len(edits)} figures"
        yield f"{figures} changed by hand on the page put back:"
    yield from (f"  {edit.put_back}" for edit in edits[:LISTED])
    if len(edits) > LISTED:
        yield f"  and {len(edits) - LISTED} more"


def edited_return(workbook: Workbook, who: str) -> Return:
    """The figures changed by hand, as a return of their own.

    A figure that was deleted by hand brings nothing: History keeps it, and the page shows it
    again. What is no figure is among the problems.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for edit in find_hand_edits(workbook):
        if edit.ref not in workbook.catalogue:
            remedy = "Put the recorded figure back, or list the measure again."
            found = f"{edit.ref} is no longer in the Measures table."
            problems.append(Problem(edit.place, found, remedy))
            continue
        try:
            entries.append(edit.entry(workbook.catalogue[edit.ref]))
        except FigureRefused as refusal:
            problems.append(Problem(edit.place, refusal.found, refusal.remedy))
    source = f"changed by hand on the {workbook.dataset.sheet} page, recorded by {who}"
    return Return(tuple(entries), source, "", tuple(problems))
