"""What earlier share copies showed and hid: a row for each figure of each copy.

A reader keeps her copies. What one of them showed, she knows, whatever the next one hides; what
one of them hid, a figure that was restated or a gentler threshold could bring to light.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from xl_addin.dataset.printing import printed
from xl_addin.disclosure.published import Cell, Mark, SharedCopy
from xl_addin.errors import MonthUnreadable, Problem, WorkbookRefused
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.unit import parse_printed
from xl_addin.values import field, replace, value_type

COLUMNS = ("Shared", "File", "Issue", "Hidden counts", "Measure Ref", "Month", "Figure")
NONE_HIDDEN = "none"
NO_ISSUE = Month(1900, 1)

_THRESHOLD = pattern(r"1 to (\d+)")


@value_type
class EarlierCopy:
    """One copy: when and as what it was made, the most it hid, each figure as printed or [c].

    ``consent`` names who agreed that it was made although earlier ones gave a count away.
    """

    shared: str
    file: str
    threshold: int = 0
    figures: Mapping[Cell, str] = field(default_factory=dict)
    issue: Month = NO_ISSUE
    consent: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by."""
        return self.shared, self.file

    @property
    def rule(self) -> str:
        """Which counts it hid, in words."""
        return f"1 to {self.threshold}" if self.threshold else NONE_HIDDEN

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Its rows in the record beside the workbook, in the order of COLUMNS."""
        issue = (self.shared, self.file, self.issue.label, self.rule)
        yield from ((*issue, ref, m.label, text) for (ref, m), text in self.figures.items())


@value_type
class EarlierCopies:
    """The copies made so far, oldest first, as whoever kept them all has them."""

    copies: tuple[EarlierCopy, ...] = ()

    @functools.cached_property
    def shown(self) -> Mapping[Cell, tuple[str, ...]]:
        """What copies showed of each figure, as printed, oldest first."""
        found: defaultdict[Cell, list[str]] = defaultdict(list)
        for cell, text in self._figures():
            if text != Mark.HIDDEN:
                found[cell].append(text)
        return {cell: tuple(texts) for cell, texts in found.items()}

    @functools.cached_property
    def hidden(self) -> Mapping[Cell, int]:
        """The figures that some copy hid, each with the greatest threshold it was hidden by."""
        found: dict[Cell, int] = {}
        for copy in self.copies:
            for cell, text in copy.figures.items():
                if text == Mark.HIDDEN:
                    found[cell] = max(copy.threshold, found.get(cell, 0))
        return found

    def figures(self, cell: Cell) -> frozenset[float]:
        """Every value that a figure was shown with; a percentage as a fraction of 1."""
        return frozenset(map(parse_printed, self.shown.get(cell, ())))

    def known(self, cells: Iterable[Cell]) -> dict[Cell, float]:
        """Of some figures, what they were when a copy last showed them."""
        shown = self.shown
        return {cell: parse_printed(shown[cell][-1]) for cell in cells if cell in shown}

    def renamed(self, former: Mapping[str, str]) -> EarlierCopies:
        """The copies with each measure under the ref it has now. ``former``: new by old ref."""
        return EarlierCopies(tuple(_renamed(copy, former) for copy in self.copies))

    def _figures(self) -> Iterator[tuple[Cell, str]]:
        return (pair for copy in self.copies for pair in copy.figures.items())


NO_COPIES = EarlierCopies()


def _renamed(copy: EarlierCopy, former: Mapping[str, str]) -> EarlierCopy:
    figures = {(former.get(ref, ref), month): text for (ref, month), text in copy.figures.items()}
    return replace(copy, figures=figures)


def copy_made(
    copy: SharedCopy,
    file: str,
    when: datetime,
    consent: str = "",
    earlier: EarlierCopies = NO_COPIES,
) -> EarlierCopy:
    """A copy as the records keep it.

    What its signals go by beside its page counts as shown, and what of those months they do not, as
    hidden: so much of it as is news beside earlier copies.
    """
    measures = {row.measure.ref: row.measure for row in copy.rows}
    stands = {
        (row.measure.ref, month): cell
        for row in copy.rows
        for month, cell in zip(copy.months, row.months, strict=True)
        if cell != Mark.NOT_AVAILABLE
    }
    figures = {cell: printed(shown, measures[cell[0]]) for cell, shown in stands.items()}
    behind = copy.signals.behind if copy.signals else {}
    for cell, shown in behind.items():
        text = printed(shown, measures[cell[0]])
        is_held = earlier.hidden.get(cell, 0) >= copy.small
        if not is_held if text == Mark.HIDDEN else text not in earlier.shown.get(cell, ())[-1:]:
            figures[cell] = text
    shared = when.replace(microsecond=0).isoformat(" ")
    return EarlierCopy(shared, file, copy.small, figures, copy.month, consent)


def read_record(rows: Sequence[Sequence[str]], place: str) -> EarlierCopies:
    """What the rows of a record say, the headings among them.

    Raises WorkbookRefused, naming the row, where the record has been changed.
    """
    if not rows:
        return NO_COPIES
    if tuple(rows[0]) != COLUMNS:
        raise _refused(f"{place}, row 1", " ".join(rows[0]))
    copies: dict[tuple[str, ...], dict[Cell, str]] = {}
    for number, row in enumerate(rows[1:], 2):
        cell = _read_row(row, f"{place}, row {number}")
        copies.setdefault(tuple(row[:4]), {})[cell] = row[6]
    return EarlierCopies(
        tuple(
            EarlierCopy(shared, file, threshold_of(rule), figures, Month.parse(issue))
            for (shared, file, issue, rule), figures in copies.items()
        )
    )


def threshold_of(rule: str) -> int:
    """The greatest count that a copy hid, as the record says it.

    >>> threshold_of("1 to 5"), threshold_of("none")
    (5, 0)
    """
    found = _THRESHOLD.fullmatch(rule)
    return int(found[1]) if found else 0


def _read_row(row: Sequence[str], place: str) -> Cell:
    """The figure that a row is about."""
    is_whole = len(row) == len(COLUMNS)
    if not is_whole or not (_THRESHOLD.fullmatch(row[3]) or row[3] == NONE_HIDDEN):
        raise _refused(place, ", ".join(row))
    try:
        if row[6] != Mark.HIDDEN:
            parse_printed(row[6])
        Month.parse(row[2])
        return row[4], Month.parse(row[5])
    except (MonthUnreadable, ValueError):
        raise _refused(place, ", ".join(row)) from None


def _refused(place: str, found: str) -> WorkbookRefused:
    problem = Problem(
        place,
        f"The record of earlier share copies has been changed: “{found[:80]}” is no row of it.",
        "The sheet Shared copies of the workbook keeps the same record: where it has all your "
        "copies, move this file away and share again. Otherwise put the row right from the copy "
        "that the rows around it name.",
    )
    return WorkbookRefused([problem])
