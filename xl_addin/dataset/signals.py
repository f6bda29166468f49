"""Signals: what the figures of a measure, up to a month, say by statistical process control.

All recorded months count since the last rebase (a data note marked [b]) or the last month without
a figure, whichever came later: limits say nothing across a break. A measure whose Control limits
are "p-chart" has limits for each month by its counts; a month without them is one without a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from xl_addin.dataset.history import History
from xl_addin.dataset.ratio import counts_behind
from xl_addin.dataset.spc import (
    LEAST_POINTS,
    Limits,
    Point,
    Rule,
    Variation,
    judge,
    p_limits,
    variation,
    xmr_limits,
)
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.values import value_type

Rebases = Mapping[str, Sequence[Month]]
"""The months from which a measure is counted in another way, by ref."""

NO_REBASES: Rebases = {}

USUAL = "○ usual"
NO_FIGURE = "no figure"
NO_COUNTS = "no counts"
NOT_ENOUGH = ("not enough data: ", " missing")
"""What is said of the latest figure; between the last two stands the number of months."""

RULES_REACH = LEAST_POINTS
"""No rule looks further back from the latest point than this."""


@value_type
class MeasureSignal:
    """What a measure's figures say up to a month.

    ``values`` are those of the unbroken months that end with it, unrounded, percentages as
    fractions of 1; ``limits`` (at the latest) and ``latest`` are None where there are fewer than
    13. ``monthly`` are the limits at each of the values where they differ: in a p-chart. With
    ``lacks_counts`` the month has a figure, but not the counts that its p-chart goes by.
    """

    measure: Measure
    month: Month
    values: tuple[float, ...]
    limits: Limits | None = None
    latest: Point | None = None
    monthly: tuple[Limits, ...] = ()
    lacks_counts: bool = False

    @property
    def since(self) -> Month | None:
        """The first month that counts; None where the month has no figure."""
        return self.month.plus(1 - len(self.values)) if self.values else None

    @property
    def missing(self) -> int:
        """How many months are lacking until there can be limits."""
        return max(0, LEAST_POINTS - len(self.values))

    @property
    def rule(self) -> Rule | None:
        """The first rule that the latest figure meets; None for usual variation."""
        return self.latest.signals[0].rule if self.latest and self.latest.signals else None

    @property
    def side(self) -> int:
        """Which way it signals: 1 high or rising, -1 low or falling, 0 not at all."""
        return self.latest.signals[0].side if self.latest and self.latest.signals else 0

    @property
    def text(self) -> str:
        """What the column Signal says: an arrow for which way, and a word for what it means."""
        if self.variation is None:
            none = NO_COUNTS if self.lacks_counts else NO_FIGURE
            return str(self.missing).join(NOT_ENOUGH) if self.values else none
        return f"{'▲' if self.side > 0 else '▼'} {self.variation}" if self.side else USUAL

    @property
    def variation(self) -> Variation | None:
        """What the latest figure says; None where there is not enough data."""
        return variation(self.latest, self.measure.polarity) if self.latest else None


class Unjudged(StrEnum):
    """Why a figure has no limits to be judged by, in the words of the summary."""

    TOO_FEW = f"fewer than {LEAST_POINTS} months recorded"
    GAP = f"a gap in the last {LEAST_POINTS} months"
    REBASED = f"counted in another way for fewer than {LEAST_POINTS} months"
    NO_COUNTS = "no counts this month"
    FEW_COUNTS = f"counts for fewer than {LEAST_POINTS} months"


def why_unjudged(signal: MeasureSignal, history: History, rebases: Sequence[Month]) -> Unjudged:
    """Why the figure of a signal's month, which has no limits, could not be judged."""
    if signal.lacks_counts or not signal.since:
        return Unjudged.NO_COUNTS
    ref, since = signal.measure.ref, signal.since
    earlier = [r.observation for r in history.all_revisions(ref) if r.observation.month < since]
    if all(seen.value is None for seen in earlier):
        return Unjudged.TOO_FEW
    if since in rebases:
        return Unjudged.REBASED
    is_before = history.observed(ref, since.previous()).value is not None
    return Unjudged.FEW_COUNTS if is_before else Unjudged.GAP


def find_signals(
    catalogue: Catalogue, history: History, month: Month, rebases: Rebases = NO_REBASES
) -> dict[str, MeasureSignal]:
    """The signal of each measure in a month, by ref."""
    return {m.ref: signal_of(m, history, month, rebases.get(m.ref, ())) for m in catalogue}


def signal_of(
    measure: Measure, history: History, month: Month, rebases: Sequence[Month] = ()
) -> MeasureSignal:
    """What the figures of a measure say up to a month.

    A rebase in the month itself, or later, leaves one figure at most to go by.
    """
    begun = max((rebase for rebase in rebases if rebase <= month), default=None)
    values = tuple(_back_from(measure.ref, history, month, begun))[::-1]
    if not measure.is_p_chart:
        return judged(measure, month, values)
    months = reversed(month.window(len(values)) if values else ())
    counts = tuple(_counts_back(measure, history, months))[::-1]
    if values and not counts:
        return MeasureSignal(measure, month, (), lacks_counts=True)
    return judged(measure, month, values[len(values) - len(counts) :], counts)


Counts = Sequence[tuple[float, float]]
"""The numerator and denominator of each of the values of a p-chart."""


def judged(
    measure: Measure, month: Month, values: tuple[float, ...], counts: Counts = ()
) -> MeasureSignal:
    """What figures of consecutive months, the last of them ``month``, say of a measure."""
    if len(values) < LEAST_POINTS:
        return MeasureSignal(measure, month, values)
    monthly = tuple(p_limits(counts)) if counts else ()
    recent = values[-RULES_REACH:]
    limits = monthly[-RULES_REACH:] or (xmr_limits(values),) * len(recent)
    latest = judge(recent, limits)[-1]
    return MeasureSignal(measure, month, values, limits[-1], latest, monthly)


def _counts_back(
    measure: Measure, history: History, months: Iterable[Month]
) -> Iterator[tuple[float, float]]:
    """Its counts, to the first month of which they are not on record, or there was nobody.

    A part above its whole is of another share: Measures has come to name other counts.
    """
    for month in months:
        whole, part = counts_behind(measure, month, history)
        if part is None or not whole or part > whole:
            return
        yield part, whole


def _back_from(ref: str, history: History, month: Month, begun: Month | None) -> Iterator[float]:
    """The figures of a month and those before it, to the first month without one."""
    while begun is None or month >= begun:
        seen = history.find(ref, month)
        if seen is None or seen.value is None:
            return
        yield seen.value
        month = month.previous()
