"""Suppression: which figures a share copy hides, so that no small count can be worked out.

Rules, for each month by itself
- A count from 1 to the threshold is hidden. 0 is a true zero and is shown.
- Where numerator and denominator of a ratio leave such a count between them, the numerator is
  hidden: 8 of 10 says 2 of 10.
- The parts of a hidden count are hidden: what is known of a part bounds the whole. A part of
  something else that is shown as 0 stays: it is known to be 0.
- A percentage is hidden when its numerator or denominator is, or when the counts recorded
  behind it, or any that its rounding allows, are small.
- What an earlier copy hid stays hidden.

Rule for what is derived from several months: it is shown only where it comes out the same
whatever the hidden figures are. So the finished copy would be the same for every value that a
hidden count may have, and tells nothing about it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from xl_addin.derived import average, is_number, maximum
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.history import History
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.share.shared import frozen
from xl_addin.table import CellValue

Cell = tuple[str, Month]
"""A measure's figure of a month."""


class Reason(StrEnum):
    """Why a figure is hidden."""

    SMALL = "a small count"
    REST = "with its denominator it would give a small count away"
    PART = "part of a hidden count"
    RATIO = "its numerator or denominator is hidden"
    FEW = "a percentage of few children"
    EARLIER = "an earlier copy hid it"


@dataclass(frozen=True, slots=True)
class Rule:
    """Counts from 1 to ``threshold`` are hidden.

    A reader must not be able to bound one to fewer than ``interval`` whole values.
    """

    threshold: int = 5
    interval: int = 5

    def is_small(self, count: float | None) -> bool:
        """Whether a count is to be hidden.

        >>> Rule().is_small(5), Rule().is_small(0), Rule().is_small(6)
        (True, False, False)
        """
        return count is not None and 0 < count <= self.threshold


@dataclass(frozen=True, slots=True)
class Suppression:
    """The figures hidden, and why. ``bounds`` is what a reader may know of each without us."""

    rule: Rule | None = None
    hidden: Mapping[Cell, Reason] = field(default_factory=dict)
    bounds: Mapping[Cell, tuple[float, float]] = field(default_factory=dict)

    def hides(self, ref: str, month: Month) -> bool:
        """Whether a figure is hidden."""
        return (ref, month) in self.hidden

    def refs(self) -> set[str]:
        """The measures with a hidden figure."""
        return {ref for ref, _ in self.hidden}

    def shows_average(
        self, measure: Measure, months: Sequence[Month], shown: Sequence[CellValue]
    ) -> bool:
        """Whether the published average is the same whatever the hidden figures are."""
        lows, highs = self._extremes(measure, months, shown)
        if math.inf in highs:
            return False
        low, high = average(lows), average(highs)
        if low is None or high is None:
            return True
        return frozen(low, measure) == frozen(high, measure)

    def shows_maximum(
        self, measure: Measure, months: Sequence[Month], shown: Sequence[CellValue]
    ) -> bool:
        """Whether the published maximum is the same whatever the hidden figures are."""
        lows, highs = self._extremes(measure, months, shown)
        return maximum(lows) == maximum(highs)

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
        before = {ref for ref, when in earlier if when == month}
        why = _hidden_in_a_month(catalogue, seen, rule, before)
        hidden |= {(ref, month): reason for ref, reason in why.items()}
        known = _Reader(catalogue, seen, rule, why)
        bounds |= {(ref, month): known.bounds(ref) for ref in why}
    return Suppression(rule, hidden, bounds)


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
        above, found = set(wholes[ref]), {ref}
        while above - found:
            found |= above
            above = {whole for part in above for whole in wholes.get(part, ())}
            if ref in above:
                remedy = "Correct Numerator and Denominator in the Measures table."
                told = f"{ref} is part of itself: its ratios go round in a circle."
                yield Problem(f"Measures, {ref}", told, remedy)
                break


def _wholes(catalogue: Catalogue) -> dict[str, set[str]]:
    """The denominators that each count is a part of."""
    found: dict[str, set[str]] = {}
    for ratio in catalogue.ratios:
        if ratio.numerator != ratio.denominator:
            found.setdefault(ratio.numerator, set()).add(ratio.denominator)
    return found


def _hidden_in_a_month(
    catalogue: Catalogue, seen: Mapping[str, Observation], rule: Rule, before: set[str]
) -> dict[str, Reason]:
    counts = {
        m.ref: seen[m.ref].value
        for m in catalogue
        if not m.is_percentage and seen[m.ref].value is not None
    }
    hidden: dict[str, Reason] = {}
    for ratio in catalogue.ratios:
        part, whole = counts.get(ratio.numerator), counts.get(ratio.denominator)
        if part is None or whole is None or rule.is_small(whole):
            continue
        if rule.is_small(whole - part):
            hidden[ratio.numerator] = Reason.REST
    hidden |= {ref: Reason.SMALL for ref, count in counts.items() if rule.is_small(count)}
    _hide_parts(catalogue, counts, hidden)
    for ref in before & set(counts):
        hidden.setdefault(ref, Reason.EARLIER)
    _hide_parts(catalogue, counts, hidden)
    for measure in catalogue:
        if measure.is_percentage and seen[measure.ref].value is not None:
            _hide_percentage(measure, seen, counts, rule, hidden)
            if measure.ref in before:
                hidden.setdefault(measure.ref, Reason.EARLIER)
    return hidden


def _hide_parts(
    catalogue: Catalogue, counts: Mapping[str, float | None], hidden: dict[str, Reason]
) -> None:
    """Hide every part of what is hidden, and the parts of those.

    A part of something shown as 0 is known to be 0, and says nothing about another whole.
    """
    wholes = _wholes(catalogue)
    size = -1
    while size != len(hidden):
        size = len(hidden)
        for ref in wholes.keys() & counts.keys():
            empty = {whole for whole in wholes[ref] if counts.get(whole) == 0}
            if wholes[ref] & hidden.keys() and not empty - hidden.keys():
                hidden.setdefault(ref, Reason.PART)


def _hide_percentage(
    measure: Measure,
    seen: Mapping[str, Observation],
    counts: Mapping[str, float | None],
    rule: Rule,
    hidden: dict[str, Reason],
) -> None:
    if measure.numerator in hidden or measure.denominator in hidden:
        hidden[measure.ref] = Reason.RATIO
    elif any(map(rule.is_small, _possible_counts(measure, seen[measure.ref], counts, rule))):
        hidden[measure.ref] = Reason.FEW


def _possible_counts(
    measure: Measure, own: Observation, counts: Mapping[str, float | None], rule: Rule
) -> Iterator[float]:
    """Numerators and rests that a percentage may stand for, given what is known behind it."""
    part = own.numerator if own.numerator is not None else counts.get(measure.numerator)
    whole = own.denominator if own.denominator is not None else counts.get(measure.denominator)
    assert own.value is not None
    half = 0.5 * 10 ** -(measure.decimals + 2)
    low, high = max(own.value - half, 0.0), own.value + half
    if part is not None:
        yield part
    if part is not None and whole is not None:
        yield whole - part
    elif whole is not None:
        yield from _nearest_small(whole * low, whole * high, rule)
        yield from _nearest_small(whole * (1 - high), whole * (1 - low), rule)
    elif part is not None:
        most = part / low - part if low > 0 else math.inf
        yield from _nearest_small(part / high - part, most, rule)


def _nearest_small(low: float, high: float, rule: Rule) -> Iterator[float]:
    """A small whole count between two bounds, if there is one."""
    first = max(1, math.ceil(low - 1e-9))
    if first <= min(high + 1e-9, rule.threshold):
        yield float(first)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What a reader knows of a month without the copy's derived columns: the rule, the ratios."""

    catalogue: Catalogue
    seen: Mapping[str, Observation]
    rule: Rule
    hidden: Mapping[str, Reason]

    def bounds(self, ref: str) -> tuple[float, float]:
        """Between which values a hidden figure lies for all she knows; never too narrow."""
        measure = self.catalogue[ref]
        if measure.is_percentage:
            return 0.0, 1.0
        wholes = sorted(_wholes(self.catalogue).get(ref, ()))
        if self.hidden[ref] is Reason.EARLIER:
            return 0.0, math.inf
        if not wholes:
            return (0.0 if measure.decimals else 1.0), float(self.rule.threshold)
        tops = [self._top(whole) for whole in wholes]
        return 0.0, max(*tops, float(self.rule.threshold))

    def _top(self, whole: str) -> float:
        value = self.seen[whole].value
        if whole in self.hidden:
            return self.bounds(whole)[1]
        return value if value is not None else float(self.rule.threshold)
