"""Suppression: which figures a share copy hides, so that no small count can be worked out.

Which figures of a month are hidden, `hidden_month` says, for each month by itself.

Rule for what is derived from several months: it is shown only where it comes out the same
whatever the hidden figures are. So the finished copy would be the same for every value that a
hidden count may have, and tells nothing about it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from xl_addin.dataset.columns import Derived, Role
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.history import History
from xl_addin.disclosure.hidden_month import (
    NOTHING_BESIDE,
    Beside,
    HiddenMonth,
    Reason,
    counts_of,
)
from xl_addin.disclosure.lineage import Lineage
from xl_addin.disclosure.published import Cell, frozen_as
from xl_addin.disclosure.releases import NO_COPIES, EarlierCopies
from xl_addin.disclosure.rule import Rule
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import Settings
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.table import CellValue
from xl_addin.values import field, value_type


@value_type
class Suppression:
    """The figures hidden, and why. ``bounds`` is what a reader may know of each without us.

    ``earlier`` is what copies before this one showed and hid. ``silent`` are the measures with
    hidden figures of which nothing is shown that is derived from those.
    """

    rule: Rule | None = None
    hidden: Mapping[Cell, Reason] = field(default_factory=dict)
    bounds: Mapping[Cell, tuple[float, float]] = field(default_factory=dict)
    earlier: EarlierCopies = NO_COPIES
    silent: frozenset[str] = frozenset()

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
        if measure.ref in self.silent or column.role not in (Role.MEAN, Role.GREATEST, Role.LEAST):
            return False
        lows, highs = self._extremes(measure, months, shown)
        low, high = column.value(lows), column.value(highs)
        if column.role is Role.MEAN and high != math.inf:
            return frozen_as(column, low, measure) == frozen_as(column, high, measure)
        return column.role is not Role.MEAN and low == high

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
    beside: Beside = NOTHING_BESIDE,
) -> Suppression:
    """The figures of some months that a copy has to hide.

    Raises WorkbookRefused for settings that cannot hold, and for a catalogue whose ratios go
    round in a circle.
    """
    lineage = Lineage(catalogue)
    if problems := [*_rule_problems(rule), *_circles(lineage)]:
        raise WorkbookRefused(problems)
    hidden: dict[Cell, Reason] = {}
    bounds: dict[Cell, tuple[float, float]] = {}
    for month in months:
        seen = {ref: history.observed(ref, month) for ref in catalogue.refs}
        one = HiddenMonth(lineage, month, seen, rule, beside)
        for ref in filter(lambda ref: seen[ref].value is not None, one.why):
            hidden[ref, month], bounds[ref, month] = one.why[ref], one.bounds(ref)
    return Suppression(rule, hidden, bounds, beside.earlier)


def counted_in(catalogue: Catalogue, history: History, months: Iterable[Month]) -> Iterator[Cell]:
    """The percentages of which more is recorded than their page shows: counts of their own."""
    for month in months:
        seen = {ref: history.observed(ref, month) for ref in catalogue.refs}
        unlisted = {ref for ref in counts_of(catalogue, seen) if seen[ref].value is None}
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
            f"In Settings, raise “{Settings.SMALL_COUNT}”, or lower “{Settings.WHOLE_VALUES}”.",
        )


def _circles(lineage: Lineage) -> Iterator[Problem]:
    for ref in lineage.circles:
        remedy = "Correct Numerator and Denominator in the Measures table."
        told = f"{ref} is part of itself: its ratios go round in a circle."
        yield Problem(f"Measures, {ref}", told, remedy)
