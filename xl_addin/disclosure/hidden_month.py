"""Which figures of one month are hidden, and why: the rule, month by month.

- A count from 1 to the threshold is hidden. 0 is a true zero and is shown.
- Where numerator and denominator of a ratio leave such a count between them, the numerator is
  hidden: 8 of 10 says 2 of 10. Where an earlier copy showed the numerator, it is the
  denominator that is hidden: she who has the 8 must not get the 10.
- The parts of a hidden count are hidden: what is known of a part bounds the whole. A part that
  is 0 stays, which bounds nothing; save where the whole is the sum of its parts and small, or an
  earlier copy showed a whole that is small: there a part known not to be 0 would be known too well.
- A percentage is hidden when its numerator or denominator is (0% beside a numerator that is shown
  as 0 says no more than that), or when the counts recorded
  behind it, or any that its rounding allows, are small. So is one that Measures names counts
  for which are not recorded: they may become known.
- Every figure that a copy ever showed counts as one that is known, whatever it is now; and a
  figure that a copy hid by a greater threshold is held to that.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from xl_addin.disclosure.implies_small_count import (
    Counts,
    is_of_few_within,
    may_imply_small_count,
)
from xl_addin.disclosure.lineage import Lineage, Wholes
from xl_addin.disclosure.published import Cell
from xl_addin.disclosure.releases import NO_COPIES, EarlierCopies
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.values import field, replace, value_type

Seen = Mapping[str, Observation]
"""What is recorded of each measure in a month."""


class Reason(StrEnum):
    """Why a figure is hidden."""

    SMALL = "a small count"
    REST = "with its denominator it would give a small count away"
    KNOWN = "with what an earlier copy showed it would give a small count away"
    PART = "part of a hidden count"
    RATIO = "its numerator or denominator is hidden"
    FEW = "a percentage of few"
    UNCOUNTED = "of how many people it tells, nobody knows"
    OPEN = "of how many it is, is not recorded and may become known"
    LINKED = "with other figures it would narrow a small count down"
    RETIRED = "copies had it beside a measure that is no longer listed"
    UNSOLVED = "how far it narrows a small count down was not solved in time"


@value_type
class Beside:
    """What counts beside the figures of a month.

    ``earlier`` is what earlier copies showed and hid; ``more`` are figures that have to be
    hidden whatever the rule says, because they are linked with others, and why.
    """

    earlier: EarlierCopies = NO_COPIES
    more: Mapping[Cell, Reason] = field(default_factory=dict)


NOTHING_BESIDE = Beside()


@value_type
class HiddenMonth:
    """A month as it is recorded, and what of it a copy hides."""

    lineage: Lineage
    month: Month
    seen: Seen
    rule: Rule
    beside: Beside = NOTHING_BESIDE

    @property
    def catalogue(self) -> Catalogue:
        """The measures."""
        return self.lineage.catalogue

    @functools.cached_property
    def counts(self) -> Counts:
        """The counts of the month by ref: those listed, then those recorded with percentages."""
        return counts_of(self.catalogue, self.seen)

    @functools.cached_property
    def wholes(self) -> Wholes:
        """The recorded counts that each recorded count is a part of, wholes first."""
        return self.lineage.recorded_wholes(self.counts)

    @functools.cached_property
    def why(self) -> dict[str, Reason]:
        """Why each figure is hidden that is; also for counts that have no cell."""
        more = self.beside.more
        every = (*self.counts, *self.catalogue.refs)
        hidden = {ref: more[ref, self.month] for ref in every if self._is_linked(ref)}
        hidden |= dict.fromkeys(self._leaving_few(), Reason.REST)
        hidden |= dict.fromkeys(self._told_by_what_is_known(), Reason.KNOWN)
        small = (ref for ref, count in self.counts.items() if self._rule(ref).is_small(count))
        hidden |= dict.fromkeys(small, Reason.SMALL)
        self._hide_parts_of_sums(hidden)
        self._hide_parts(hidden)
        for measure in self.catalogue:
            if why := self._why_percentage(measure, hidden):
                hidden.setdefault(measure.ref, why)
        return hidden

    def bounds(self, ref: str) -> tuple[float, float]:
        """Between which values a hidden figure would have been hidden just so.

        That is what a reader knows of it without the copy's derived columns, or less.
        """
        measure = self.catalogue[ref]
        if not measure.is_count:
            return 0.0, 1.0 if measure.is_share else math.inf
        above = self._above(ref) or self._known_below(ref)
        return 0.0 if above or measure.decimals else 1.0, self._top(ref)

    def _hide_parts_of_sums(self, hidden: dict[str, Reason]) -> None:
        """Hide all that a small count is the sum of, whatever it is."""
        totals = [m for m in self.catalogue if m.parts and hidden.get(m.ref) is Reason.SMALL]
        for part in (part for total in totals for part in total.parts if part in self.counts):
            hidden.setdefault(part, Reason.PART)

    def _hide_parts(self, hidden: dict[str, Reason]) -> None:
        """Hide every part of what is hidden, and the parts of those: the wholes have wholes first.

        A part that is 0 says nothing about a whole.
        """
        for ref, above in self.wholes.items():
            if above & hidden.keys() and (self.counts[ref] or self._was_of_few(ref)):
                hidden.setdefault(ref, Reason.PART)

    def _was_of_few(self, ref: str) -> bool:
        """Whether an earlier copy showed something small that a count is a part of."""
        above = self._above(ref) & self._shown_before
        return any(self._rule(ref).is_small(known) for w in above for known in self._known(w))

    def _is_linked(self, ref: str) -> bool:
        return (ref, self.month) in self.beside.more

    def _rule(self, *refs: str) -> Rule:
        """The rule that figures are held to: a copy may have hidden one by a greater threshold."""
        thresholds = [self.beside.earlier.hidden.get((ref, self.month), 0) for ref in refs]
        return replace(self.rule, threshold=max(self.rule.threshold, *thresholds))

    def _known(self, ref: str) -> frozenset[float]:
        return self.beside.earlier.figures((ref, self.month))

    @functools.cached_property
    def _shown_before(self) -> set[str]:
        """What some earlier copy showed of this month."""
        shown = self.beside.earlier.shown
        return {ref for ref in self.catalogue.refs if (ref, self.month) in shown}

    def _above(self, ref: str) -> frozenset[str]:
        """All that a count is a part of, directly or by others, recorded or not."""
        return self.lineage.above.get(ref, frozenset())

    def _known_below(self, ref: str) -> list[float]:
        """What earlier copies showed of the parts of a count, and of theirs."""
        return self._below.get(ref, [])

    @functools.cached_property
    def _below(self) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for part in self._shown_before:
            for known in self._known(part):
                for whole in self._above(part):
                    found.setdefault(whole, []).append(known)
        return found

    def _leaving_few(self) -> Iterator[str]:
        """The parts that leave a small count to what they are a part of, now or as it was."""
        for part, direct in self.wholes.items():
            now = {(whole, self.counts[whole]) for whole in direct}
            above = self._above(part) & self._shown_before
            once = {(whole, known) for whole in above for known in self._known(whole)}
            for whole, size in now | once:
                rule = self._rule(part, whole)
                if rule.is_small(size - self.counts[part]) and not rule.is_small(size):
                    yield part
                    break

    def _told_by_what_is_known(self) -> Iterator[str]:
        """The counts that must not be told to whoever has the earlier copies."""
        for ref, count in self.counts.items():
            if count in self._known(ref):
                continue
            rule = self._rule(ref)
            told = any(rule.is_small(count - part) for part in self._known_below(ref))
            if told or self._told_by_a_known_percentage(ref, count):
                yield ref

    def _told_by_a_known_percentage(self, ref: str, count: float) -> bool:
        """Whether a percentage that was shown would tell of few, once it is known of how many."""
        return any(
            may_imply_small_count(
                measure, Observation(measure.ref, self.month, known), {ref: count}, self._rule(ref)
            )
            for measure in self.lineage.naming.get(ref, ())
            if measure.ref in self._shown_before and self._stands_alone(measure)
            for known in self._known(measure.ref)
        )

    def _stands_alone(self, measure: Measure) -> bool:
        """Whether not both counts of a percentage are recorded."""
        return not {measure.numerator, measure.denominator} <= self.counts.keys()

    def _why_percentage(self, measure: Measure, hidden: Collection[str]) -> Reason | None:
        if measure.is_count or self.seen[measure.ref].value is None:
            return None
        if not measure.is_share:
            return None if measure.shown_without_counts else Reason.UNCOUNTED
        if self._is_of_nobody(measure, hidden):
            return None
        if measure.numerator in hidden or measure.denominator in hidden:
            return Reason.RATIO
        own, rule = self.seen[measure.ref], self._rule(measure.ref)
        if self._is_uncounted(measure, own):
            return Reason.UNCOUNTED
        if may_imply_small_count(measure, own, self.counts, rule):
            return Reason.FEW
        if self._stands_alone(measure) and self._told_of_what_is_known(measure, rule):
            return Reason.KNOWN
        return Reason.OPEN if _is_open(measure, self.counts, self._named) else None

    def _is_of_nobody(self, measure: Measure, hidden: Collection[str]) -> bool:
        """Whether it is 0%, its numerator shown as 0: then it says nothing of what it is of."""
        own, part = self.seen[measure.ref], measure.numerator
        is_shown = part in self.catalogue and part not in hidden
        return is_shown and own.value == 0 and self.seen[part].value == 0

    def _is_uncounted(self, measure: Measure, own: Observation) -> bool:
        """Whether nobody knows of how many a percentage is, or agreed to show it all the same.

        Where it is agreed, one that can only be of few within its upper bound is not shown.
        """
        if measure.denominator or own.denominator is not None:
            return False
        bound = self.counts.get(measure.upper_bound)
        if not measure.shown_without_counts:
            return True
        return bound is not None and is_of_few_within(measure, own, bound, self.rule)

    def _told_of_what_is_known(self, measure: Measure, rule: Rule) -> bool:
        """Whether a percentage tells of few to whoever has an earlier figure of its counts."""
        own = Observation(measure.ref, self.month, self.seen[measure.ref].value)
        return any(
            may_imply_small_count(measure, own, {ref: known}, rule)
            for ref in (measure.numerator, measure.denominator)
            if ref
            for known in self._known(ref) - {self.counts.get(ref)}
        )

    @functools.cached_property
    def _named(self) -> dict[str, int]:
        """How many percentages name each count."""
        return {ref: len(measures) for ref, measures in self.lineage.naming.items()}

    def _top(self, ref: str) -> float:
        """The most that a count may be, so that it would be hidden or is shown."""
        if ref not in self._tops:
            self._tops[ref] = self._found_top(ref)
        return self._tops[ref]

    @functools.cached_property
    def _tops(self) -> dict[str, float]:
        return {}

    def _found_top(self, ref: str) -> float:
        if self._is_linked(ref):
            return math.inf
        if ref not in self.why:
            return self.counts[ref]
        rule = self._rule(ref)
        tops = [self._top(whole) for whole in self.wholes.get(ref, ())]
        above = self._above(ref) & self._shown_before
        tops += [known for whole in above for known in self._known(whole)]
        tops += [known + rule.threshold for known in self._known_below(ref)]
        if any(self._known(measure.ref) for measure in self.lineage.naming.get(ref, ())):
            tops.append(math.inf)
        return max([*tops, float(rule.threshold)])


def counts_of(catalogue: Catalogue, seen: Seen) -> dict[str, float]:
    """The counts of a month by ref: those listed, then those recorded with percentages."""
    found: dict[str, float] = {}
    for measure in catalogue:
        value = seen[measure.ref].value
        if measure.is_count and value is not None:
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


def _is_open(measure: Measure, counts: Counts, named: Mapping[str, int]) -> bool:
    """Whether counts that Measures names, and nobody recorded, could tell more when known.

    With one of two the other follows, to within rounding: that does no harm where nothing else
    is of it or a part of it.
    """
    refs = [ref for ref in (measure.numerator, measure.denominator) if ref]
    unknown = [ref for ref in refs if ref not in counts]
    return bool(unknown) and (unknown == refs or any(named[ref] > 1 for ref in unknown))
