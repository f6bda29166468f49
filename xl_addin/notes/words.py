"""The words of automatic notes, and how they are known again.

There is no hidden column. A note marked automatic is the tool's own for as long as its text
is what the tool would write for its measure and From, given what History holds; a text that
History cannot account for was reworded by an officer. The measure's ref before the colon may
be a former one, because texts are not changed when a ref is renamed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from xl_addin.measure import Measure, Unit
from xl_addin.notes.recorded import Record, reason_of
from xl_addin.observation import Observation
from xl_addin.patterns import pattern
from xl_addin.period import MONTHS_SHOWN, NAMES, Month
from xl_addin.values import value_type

_ISSUE = pattern(rf"in the ((?:{'|'.join(n[:3] for n in NAMES)}) (?:19|[2-9]\d)\d\d) issue")
_REASON_LENGTH = 16_000
_MOST_DECIMALS = 12


class Kind(Enum):
    """What an automatic note tells."""

    NOT_UPDATED = "not updated"
    MISSING = "missing"
    RESTATED = "restated"


@value_type
class Subject:
    """What an automatic note is about; ``reason`` only for figures not updated.

    ``text`` is what the tool would write today, with the present ref.
    """

    kind: Kind
    ref: str
    text: str
    reason: str = ""


@value_type
class Printing:
    """How a measure's figures are printed."""

    unit: Unit
    decimals: int

    @classmethod
    def of(cls, measure: Measure) -> Printing:
        """The published rounding of a measure."""
        return cls(measure.unit, measure.decimals)

    def pair(self, before: float, after: float) -> tuple[str, str]:
        """Two figures in published rounding, with more decimals when both would print the same.

        >>> Printing(Unit.PERCENTAGE, 0).pair(0.391, 0.388)
        ('39.1%', '38.8%')
        """
        for decimals in range(self.decimals, _MOST_DECIMALS + 1):
            printed = self.one(before, decimals), self.one(after, decimals)
            if printed[0] != printed[1]:
                return printed
        return f"{before!r}", f"{after!r}"

    def one(self, value: float, decimals: int | None = None) -> str:
        """A figure in published rounding, or with so many decimals."""
        places = self.decimals if decimals is None else decimals
        return self.unit.printed(value, places)


_SIGNS = {(u.kind.before, u.kind.factor, u.kind.after, u.kind.is_grouped): u for u in Unit}
_EVERY_PRINTING = tuple(Printing(u, places) for u in _SIGNS.values() for places in range(7))


def not_updated_text(ref: str, reason: str, start: Month) -> str:
    """The words for a measure that is not updated.

    >>> not_updated_text("M5", "Not updated pending data accuracy work", Month(2014, 11))
    'M5: Not updated pending data accuracy work (from Nov 2014)'
    """
    return f"{ref}: {reason[:_REASON_LENGTH]} (from {start.label})"


def missing_text(ref: str, start: Month) -> str:
    """The words for blank cells: they stay true whatever comes in later."""
    return f"{ref}: where a month from {start.label} on is blank, no figure and no reason was given"


def restated_text(
    ref: str,
    printing: Printing,
    earlier: Sequence[Observation],
    after: Observation,
    issue: Month,
) -> str:
    """The words for a figure that was changed, given its revisions before the change.

    ``earlier`` ends with the figure that was replaced. A figure that stood once before is said
    to go back.
    """
    before = earlier[-1].value
    stood = {printing.one(o.value) for o in earlier[:-1] if o.value is not None}
    where = f"{ref}: {after.month.label}"
    in_issue = f"in the {issue.label} issue"
    if after.value is None:
        was = printing.one(before) if before is not None else ""
        return f"{where} withdrawn {in_issue}, having been {was}"
    if before is None:
        given = "given again" if stood else "first given"
        return f"{where} {given} {in_issue}, as {printing.one(after.value)}"
    old, new = printing.pair(before, after.value)
    back = "back " if printing.one(after.value) in stood - {printing.one(before)} else ""
    return f"{where} restated from {old} {back}to {new} {in_issue}"


def changes(revisions: Sequence[Observation]) -> set[int]:
    """The positions of revisions that gave a figure, changed it or took it away."""
    values = [revision.value for revision in revisions]
    return {at for at in range(1, len(values)) if values[at - 1] != values[at]}


def last_page_with(month: Month) -> Month:
    """The last month whose page shows a month.

    >>> last_page_with(Month(2015, 5)).label
    'May 2016'
    """
    return month.plus(MONTHS_SHOWN - 1)


def subject_of(text: str, ref: str, start: Month, record: Record) -> Subject | None:
    """What the tool wrote a text about, for a measure and From; None when it did not write it."""
    said = _after_ref(text.replace("\r\n", "\n"), ref)
    if said is None:
        return None
    text = f"{ref}: {said}"
    if text == missing_text(ref, start):
        return Subject(Kind.MISSING, ref, text)
    revisions = record.revisions(ref, start)
    for revision in revisions:
        reason = reason_of(revision)
        if reason and text == not_updated_text(ref, reason, start):
            return Subject(Kind.NOT_UPDATED, ref, text, reason)
    return _restated_subject(text, ref, revisions)


def _restated_subject(text: str, ref: str, revisions: Sequence[Observation]) -> Subject | None:
    issues = [Month.parse(label) for label in _ISSUE.findall(text)]
    for at in range(1, len(revisions)) if issues else ():
        earlier, after = revisions[:at], revisions[at]
        for printing in _EVERY_PRINTING if earlier[-1].value != after.value else ():
            if text == restated_text(ref, printing, earlier, after, issues[-1]):
                return Subject(Kind.RESTATED, ref, text)
    return None


def _after_ref(text: str, ref: str) -> str | None:
    """What follows the ref at the beginning, be it the present ref or a former one."""
    if text.startswith(f"{ref}: "):
        return text.removeprefix(f"{ref}: ")
    former, colon, said = text.partition(": ")
    return said if colon and former and not re.search(r"\s", former) else None
