"""What earlier share copies showed and hid: a row for each figure of each copy.

A reader keeps her copies. What one of them hid must stay hidden in the next, or a figure that
was restated, or a gentler threshold, would show it; what one of them showed, she knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from xl_addin.dataset.derived import is_number
from xl_addin.dataset.history import History
from xl_addin.dataset.printing import printed
from xl_addin.disclosure.published import Mark, SharedCopy, frozen
from xl_addin.disclosure.suppression import Cell
from xl_addin.errors import MonthUnreadable, Problem, WorkbookRefused
from xl_addin.measure import Catalogue
from xl_addin.period import Month

COLUMNS = ("Shared", "File", "Issue", "Hidden counts", "Measure Ref", "Month", "Figure")
NONE_HIDDEN = "none"


@dataclass(frozen=True, slots=True)
class EarlierCopies:
    """The figures that some copy hid, and those that some copy showed, as printed."""

    hidden: frozenset[Cell] = frozenset()
    shown: Mapping[Cell, frozenset[str]] = field(default_factory=dict)

    def known(
        self, cells: Iterable[Cell], catalogue: Catalogue, history: History
    ) -> dict[Cell, float]:
        """Those of some figures that an earlier copy showed as they are now."""
        found: dict[Cell, float] = {}
        for ref, month in cells:
            value = history.observed(ref, month).value
            if is_number(value):
                now = frozen(value, catalogue[ref])
                if printed(now, catalogue[ref]) in self.shown.get((ref, month), ()):
                    found[ref, month] = now
        return found


def record_rows(copy: SharedCopy, file: str, when: datetime) -> Iterator[tuple[str, ...]]:
    """The rows that a copy adds to the record, in the order of COLUMNS."""
    rule = f"1 to {copy.small}" if copy.small else NONE_HIDDEN
    for row in copy.rows:
        for month, cell in zip(copy.months, row.months, strict=True):
            if cell != Mark.NOT_AVAILABLE:
                text = printed(cell, row.measure)
                issue = (when.isoformat(" "), file, copy.month.label, rule)
                yield (*issue, row.measure.ref, month.label, text)


def read_record(rows: Sequence[Sequence[str]], place: str) -> EarlierCopies:
    """What the rows of a record say, the headings among them.

    Raises WorkbookRefused where the record has been changed.
    """
    if not rows:
        return EarlierCopies()
    if tuple(rows[0]) != COLUMNS:
        raise _refused(f"{place}, row 1")
    hidden: set[Cell] = set()
    shown: dict[Cell, frozenset[str]] = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(COLUMNS):
            raise _refused(f"{place}, row {number}")
        cell = row[4], _month(row[5], f"{place}, row {number}")
        if row[6] == Mark.HIDDEN:
            hidden.add(cell)
        else:
            shown[cell] = shown.get(cell, frozenset()) | {row[6]}
    return EarlierCopies(frozenset(hidden), shown)


def _month(text: str, place: str) -> Month:
    try:
        return Month.parse(text)
    except MonthUnreadable:
        raise _refused(place) from None


def _refused(place: str) -> WorkbookRefused:
    problem = Problem(
        place,
        "The record of earlier share copies has been changed.",
        "Bring the file back from a backup: without it figures hidden earlier could come to light.",
    )
    return WorkbookRefused([problem])
