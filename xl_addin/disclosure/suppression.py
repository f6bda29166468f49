"""Suppression: which figures a share copy hides, so that no small count can be worked out.

Rules, for each month by itself
- A count from 1 to the threshold is hidden. 0 is a true zero and is shown.
- Where numerator and denominator of a ratio leave such a count between them, the numerator is
  hidden: 8 of 10 says 2 of 10.
- The parts of a hidden count are hidden: what is known of a part bounds the whole. A part of
  something else that is shown as 0 stays: it is known to be 0.
- A percentage is hidden when its numerator or denominator is, or when the counts recorded
  behind it, or any that its rounding allows, are small. So is one that Measures names counts
  for which are not recorded: they may become known.
- What an earlier copy hid stays hidden.

Rule for what is derived from several months: it is shown only where it comes out the same
whatever the hidden figures are. So the finished copy would be the same for every value that a
hidden count may have, and tells nothing about it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from xl_addin.dataset.columns import Derived, Role
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.history import History
from xl_addin.disclosure.implies_small_count import Counts, may_imply_small_count
from xl_addin.disclosure.published import frozen_as
from xl_addin.disclosure.rule import Rule
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.table import CellValue

Cell = tuple[str, Month]
"""A measure's figure of a month."""

Seen = Mapping[str, Observation]
"""What is recorded of each measure in a month."""

Wholes = Mapping[str, set[str]]
"""What each count is a part of."""


class Reason(StrEnum):
    """Why a figure is hidden."""

    SMALL = "a small count"
    REST = "with its denominator it would give a small count away"
    PART = "part of a hidden count"
    RATIO = "its numerator or denominator is hidden"
    FEW = "a percentage of few children"
    OPEN = "how many children it is of is not recorded, and may become known"
    EARLIER = "an earlier copy hid it"


@dataclass(frozen=True, slots=True)
class Suppression:
    """The figures hidden, and why. ``bounds`` is what a reader may know of each without us.

    ``before`` are the measures of which an earlier copy hid a figure, of whatever month.
    """

    rule: Rule | None = None
    hidden: Mapping[Cell, Reason] = field(default_factory=dict)
    bounds: Mapping[Cell, tuple[float, float]] = field(default_factory=dict)
    before: frozenset[str] = frozenset()

    def hides(self, ref: str, month: Month) -> bool:
        """Whether a figure is hidden."""
        return (ref, month) in self.hidden

    def refs(self) -> set[str]:
        """The measures with a hidden figure."""
        return {ref for ref, _ in self.hidden}

    def shows(
        self,
        column: Derived,
        measure: Measure,
        months: Sequence[Month],
        shown: Sequence[CellValue],
    ) -> bool:
        """Whether what a column publishes is the same whatever the hidden figures are.

        ``months`` are the 13 months, ``shown`` the cell of each in a measure's row.
        """
        cells = column.over.months(list(zip(months, shown, strict=True)))
        if not any(is_number(cell) and self.hides(measure.ref, month) for month, cell in cells):
            return True
        lows, highs = self._extremes(measure, months, shown)
        low, high = column.value(lows), column.value(highs)
        if column.role is Role.MEAN and high != math.inf:
            return frozen_as(column, low, measure) == frozen_as(column, high, measure)
        return column.role in (Role.GREATEST, Role.LEAST) and low == high

    def _extremes(
        self, measure: Measure, months: Sequence[Month], shown: Sequence[CellValue]
    ) -> tuple[list[CellValue], list[CellValue]]:
        """A row with every hidden figure at its least, and at its greatest."""
        lows, highs = list(shown), list(shown)
        for place, month in enumerate(months):
            if is_number(shown[place]) and self.hides(measure.ref, month):
                lows[place], highs[place] = self.bounds[measure.ref, month]
        return lows, highs


NOTHING_HIDDEN = Suppression()


def suppress(
    catalogue: Catalogue,
    history: History,
    months: Iterable[Month],
    rule: Rule,
    earlier: Collection[Cell] = (),
) -> Suppression:
    """The figures of some months that a copy has to hide.

    ``earlier`` are those that earlier copies hid. Raises WorkbookRefused for settings that
    cannot hold, and for a catalogue whose ratios go round in a circle.
    """
    if problems := [*_rule_problems(rule), *_circles(catalogue)]:
        raise WorkbookRefused(problems)
    hidden: dict[Cell, Reason] = {}
    bounds: dict[Cell, tuple[float, float]] = {}
    for month in months:
        seen = {ref: history.observed(ref, month) for ref in catalogue.refs}
        counts = _counts(catalogue, seen)
        before = {ref for ref, when in earlier if when == month}
        why = _hidden_in_a_month(catalogue, seen, counts, rule, before)
        known = _Reader(catalogue, _recorded_wholes(catalogue, counts), counts, rule, why)
        for ref in filter(lambda ref: seen[ref].value is not None, why):
            hidden[ref, month], bounds[ref, month] = why[ref], known.bounds(ref)
    return Suppression(rule, hidden, bounds, frozenset(ref for ref, _ in earlier))


def counted_in(catalogue: Catalogue, history: History, months: Iterable[Month]) -> Iterator[Cell]:
    """The percentages of which more is recorded than their page shows: counts of their own."""
    for month in months:
        seen = {ref: history.observed(ref, month) for ref in catalogue.refs}
        unlisted = {ref for ref in _counts(catalogue, seen) if seen[ref].value is None}
        for measure in catalogue:
            own = (seen[measure.ref].numerator, seen[measure.ref].denominator)
            if own != (None, None) or {measure.numerator, measure.denominator} & unlisted:
                yield measure.ref, month


def _rule_problems(rule: Rule) -> Iterator[Problem]:
    if rule.interval > rule.threshold:
        yield Problem(
            "Settings",
            f"A count from 1 to {rule.threshold} has only {rule.threshold} whole values, so a "
            f"reader always knows it better than to {rule.interval}.",
            "Raise the threshold, or lower the number of whole values.",
        )


def _circles(catalogue: Catalogue) -> Iterator[Problem]:
    wholes = _wholes(catalogue)
    for ref in wholes:
        if ref in _all_above(ref, wholes):
            remedy = "Correct Numerator and Denominator in the Measures table."
            told = f"{ref} is part of itself: its ratios go round in a circle."
            yield Problem(f"Measures, {ref}", told, remedy)


def _wholes(catalogue: Catalogue) -> dict[str, set[str]]:
    """The denominators that each count is a part of."""
    found: dict[str, set[str]] = {}
    for ratio in catalogue.ratios:
        if ratio.numerator != ratio.denominator:
            found.setdefault(ratio.numerator, set()).add(ratio.denominator)
    return found


def _hidden_in_a_month(
    catalogue: Catalogue, seen: Seen, counts: Counts, rule: Rule, before: set[str]
) -> dict[str, Reason]:
    """Why each figure of a month is hidden that is; also for counts that have no cell."""
    wholes = _recorded_wholes(catalogue, counts)
    hidden = dict.fromkeys(_leaving_few(wholes, counts, rule), Reason.REST)
    hidden |= {ref: Reason.SMALL for ref, count in counts.items() if rule.is_small(count)}
    _hide_parts(wholes, counts, hidden)
    for ref in before & set(counts):
        hidden.setdefault(ref, Reason.EARLIER)
    _hide_parts(wholes, counts, hidden)
    named = _times_named(catalogue)
    for measure in catalogue:
        if measure.is_percentage and seen[measure.ref].value is not None:
            if why := _why_percentage(measure, seen[measure.ref], counts, rule, hidden, named):
                hidden[measure.ref] = why
            elif measure.ref in before:
                hidden[measure.ref] = Reason.EARLIER
    return hidden


def _counts(catalogue: Catalogue, seen: Seen) -> dict[str, float]:
    """The counts of a month by ref: those listed, then those recorded with percentages."""
    found: dict[str, float] = {}
    for measure in catalogue:
        value = seen[measure.ref].value
        if not measure.is_percentage and value is not None:
            found[measure.ref] = value
    for measure in filter(lambda m: m.denominator, catalogue):
        own = seen[measure.ref]
        for ref, count in (
            (measure.numerator, own.numerator),
            (measure.denominator, own.denominator),
        ):
            if ref and count is not None:
                found.setdefault(ref, count)
    return found


def _leaving_few(wholes: Wholes, counts: Counts, rule: Rule) -> Iterator[str]:
    """The parts that leave a small count to what they are a part of."""
    for part in wholes:
        above = [counts[whole] for whole in wholes[part]]
        if any(rule.is_small(w - counts[part]) and not rule.is_small(w) for w in above):
            yield part


def _recorded_wholes(catalogue: Catalogue, counts: Counts) -> dict[str, set[str]]:
    """The recorded counts that each recorded count is a part of.

    What is part of a count that is not recorded is part of what that one is a part of.
    """
    wholes = _wholes(catalogue)

    def above(ref: str) -> Iterator[str]:
        for whole in wholes.get(ref, ()):
            yield from (whole,) if whole in counts else above(whole)

    return {ref: set(above(ref)) for ref in wholes if ref in counts}


def _all_above(ref: str, wholes: Wholes) -> set[str]:
    """What a count is a part of, directly or by others."""
    found, above = set[str](), set(wholes.get(ref, ()))
    while above - found:
        found |= above
        above = {whole for part in above for whole in wholes.get(part, ())}
    return found


def _hide_parts(wholes: Wholes, counts: Counts, hidden: dict[str, Reason]) -> None:
    """Hide every part of what is hidden, and the parts of those.

    A part of something shown as 0 is known to be 0, and says nothing about another whole.
    """
    size = -1
    while size != len(hidden):
        size = len(hidden)
        for ref, above in wholes.items():
            empty = {whole for whole in above if counts[whole] == 0}
            if above & hidden.keys() and not empty - hidden.keys():
                hidden.setdefault(ref, Reason.PART)


def _why_percentage(
    measure: Measure,
    own: Observation,
    counts: Counts,
    rule: Rule,
    hidden: Mapping[str, Reason],
    named: Mapping[str, int],
) -> Reason | None:
    if measure.numerator in hidden or measure.denominator in hidden:
        return Reason.RATIO
    if may_imply_small_count(measure, own, counts, rule):
        return Reason.FEW
    return Reason.OPEN if _is_open(measure, counts, named) else None


def _is_open(measure: Measure, counts: Counts, named: Mapping[str, int]) -> bool:
    """Whether counts that Measures names, and nobody recorded, could tell more when known.

    With one of two the other follows, to within rounding: that does no harm where nothing else
    is of it or a part of it.
    """
    refs = [ref for ref in (measure.numerator, measure.denominator) if ref]
    unknown = [ref for ref in refs if ref not in counts]
    return bool(unknown) and (unknown == refs or any(named[ref] > 1 for ref in unknown))


def _times_named(catalogue: Catalogue) -> Counter[str]:
    """How many percentages name each count."""
    return Counter(
        ref for measure in catalogue for ref in {measure.numerator, measure.denominator} - {""}
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """What a reader knows of a month without the copy's derived columns: the rule, the ratios."""

    catalogue: Catalogue
    wholes: Wholes
    counts: Counts
    rule: Rule
    hidden: Mapping[str, Reason]

    def bounds(self, ref: str) -> tuple[float, float]:
        """Between which values a hidden figure lies for all she knows; never too narrow."""
        measure = self.catalogue[ref]
        if measure.is_percentage:
            return 0.0, 1.0
        if self.hidden[ref] is Reason.EARLIER:
            return 0.0, math.inf
        least = 0.0 if self.wholes.get(ref) or measure.decimals else 1.0
        return least, self._top(ref)

    def _top(self, ref: str) -> float:
        """The most that a count may be for all she knows."""
        if self.hidden.get(ref) is Reason.EARLIER:
            return math.inf
        if ref not in self.hidden:
            return self.counts[ref]
        tops = [self._top(whole) for whole in self.wholes.get(ref, ())]
        return max([*tops, float(self.rule.threshold)])
