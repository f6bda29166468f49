"""What the chart of a measure's signals draws: up to 24 months, the mean and limits, what signals.

A drop-down chooses the measure of a chart, and no formula could walk through all of History for it:
so a refresh packs what each measure's chart draws into one text of the table Signals, which the
formulas of the sheet Signal figures take apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeGuard

from xl_addin.dataset.comparator_lines import (
    MOST_LINES,
    NAME_WIDTH,
    TOO_LARGE,
    Line,
    last_unbroken,
    lines_of,
)
from xl_addin.dataset.history import History
from xl_addin.dataset.page import Page
from xl_addin.dataset.signals import MeasureSignal, signal_of
from xl_addin.dataset.spc import AS_PUBLISHED, Limits, Variation, judge, variation
from xl_addin.measure import Measure
from xl_addin.period import Month
from xl_addin.values import value_type

if TYPE_CHECKING:
    from xl_addin.dataset.comparators import Comparator

MONTHS_DRAWN = 24
"""Two years: a year beside the one before; limits that start anew (after 13 months at the least)
are seen beside those before. No more than two runs of months in them can have limits."""

REACH = AS_PUBLISHED.run - 1
"""A run that begins so many months before the first drawn is seen in those drawn."""

USUAL, IMPROVEMENT, CONCERN, SPECIAL, BLANK = "o", "i", "c", "s", "x"
"""What is said of a month: within usual variation, or which way it signals; x for no figure."""

_MARKS = {
    Variation.COMMON_CAUSE: USUAL,
    Variation.IMPROVEMENT: IMPROVEMENT,
    Variation.CONCERN: CONCERN,
    Variation.HIGH: SPECIAL,
    Variation.LOW: SPECIAL,
}

NEVER = MONTHS_DRAWN + 1
"""A place after the last month: what begins there is not drawn."""

WIDTH = 16
"""The characters of a number in the text: Excel reads no more than 15 digits."""

MOST_PLACES = 6

SAID_WIDTH = 600
"""The most that is said of comparators in the text."""


@value_type
class Run:
    """Months without a gap or a rebase, as far as they are drawn: their places, from 1.

    ``limits`` are as drawn, None for fewer than 13 months; where each month has its own (a
    p-chart), those of its last month, and ``monthly`` are those of all its months that are drawn.
    """

    first: int = NEVER
    last: int = 0
    limits: Limits | None = None
    monthly: tuple[Limits, ...] = ()


SIGNS = ("×", "+", "*")
"""What stands for each line in words: its marker."""


@value_type
class Drawn:
    """What a chart draws, in the order of its months, oldest first; None where it draws nothing.

    Figures, limits and targets are as charted: 39 for a percentage of 0.39. ``now`` are the months
    that end with the last one, ``before`` the last run before them that has limits.
    """

    values: tuple[float | None, ...]
    marks: str
    now: Run
    before: Run
    targets: tuple[float | None, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def shown(self) -> int:
        """The place of the first month with a figure; the last place where there is none."""
        return _first(self.values)

    @property
    def limits(self) -> tuple[float | None, ...]:
        """Mean, lower and upper limit of the months now, then of those before."""
        return (*(self.now.limits or (None,) * 3), *(self.before.limits or (None,) * 3))

    @property
    def monthly(self) -> tuple[tuple[float | None, ...], ...]:
        """The lower and the upper limits of each month where they differ by month, else none."""
        lines: list[list[float | None]] = [[None] * MONTHS_DRAWN, [None] * MONTHS_DRAWN]
        for run in (self.before, self.now):
            for place, limits in enumerate(run.monthly, run.first - 1):
                lines[0][place], lines[1][place] = limits.lower, limits.upper
        return tuple(map(tuple, lines)) if self.now.monthly or self.before.monthly else ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each comparator, cut where it is very long; blank for those there are not."""
        names = [line.name for line in self.lines]
        return (*names, *[""] * (MOST_LINES - len(names)))

    @property
    def said(self) -> str:
        """What is said of the comparators under the chart; blank without any."""
        each = [f"{s} {line.said}" for s, line in zip(SIGNS, self.lines, strict=False)]
        return f" Beside it: {', '.join(each)}."[:SAID_WIDTH] if each else ""

    @property
    def places(self) -> int:
        """With how many decimals it is packed: six, or fewer where a figure is very large."""
        compared = chain(*(line.values for line in self.lines))
        each = (*self.values, *self.limits, *self.targets, *compared)
        numbers = [abs(number) for number in each if is_packed(number)]
        digits = len(str(int(max(numbers, default=0))))
        return max(0, min(MOST_PLACES, WIDTH - 1 - digits))

    @property
    def text(self) -> str:
        """All of it in one text: marks, places and runs, limits, figures; then, where there are
        any, targets, the limits of each month, and comparators with their names and words.
        """
        places = self.places
        runs = (places, self.shown, self.now.first, self.before.first, self.before.last)
        heads = "".join([f"{number:02}" for number in runs])
        monthly = self.monthly or ((None,) * MONTHS_DRAWN,) * (2 if self.lines else 0)
        targets = self.targets or (None,) * (MONTHS_DRAWN if monthly else 0)
        numbers = (*self.limits, *self.values, *targets, *chain(*monthly))
        packed = "".join([_packed(number, places) for number in numbers])
        return self.marks + heads + packed + self._compared(places)

    def _compared(self, places: int) -> str:
        """The part of the text that is of comparators; nothing where there are none."""
        if not self.lines:
            return ""
        lines = [line.values for line in self.lines]
        lines += [(None,) * MONTHS_DRAWN] * (MOST_LINES - len(lines))
        numbers = [_packed(number, places) for number in chain(*lines)]
        names = [f"{name:{NAME_WIDTH}}" for name in self.names]
        return "".join([*numbers, *names, self.said])


def _first(values: Sequence[float | None]) -> int:
    """The place of the first month with a figure; the last place where there is none."""
    return next((n for n, value in enumerate(values, 1) if value is not None), MONTHS_DRAWN)


def _packed(number: float | None, places: int) -> str:
    return f"{round(number * 10**places):0{WIDTH}}" if is_packed(number) else BLANK * WIDTH


def is_packed(number: float | None) -> TypeGuard[float]:
    """Whether there is a number, and with no more digits than it has room for."""
    return number is not None and abs(number) < TOO_LARGE


def unpacked(number: float | None, places: int) -> float | None:
    """A number as the formulas take it out of the text again."""
    return round(number * 10**places) / 10**places if is_packed(number) else None


@lru_cache(maxsize=8)
def months_drawn(month: Month) -> tuple[Month, ...]:
    """The months of a chart, the last of them given."""
    return month.window(MONTHS_DRAWN)


def drawn_of(
    signal: MeasureSignal,
    history: History,
    rebases: Sequence[Month] = (),
    targets: Sequence[float | None] = (),
    others: Sequence[Comparator] = (),
) -> Drawn:
    """What the chart of a measure draws. ``targets`` are those of the 24 months, if any.

    Of them the last unbroken ones are drawn, from the first month with a figure: two that differ
    make a slope in between. ``others`` are the comparators of the measure.
    """
    measure, now = signal.measure, signal.values
    values: list[float | None] = [None] * MONTHS_DRAWN
    values[MONTHS_DRAWN - min(MONTHS_DRAWN, len(now)) :] = now[-MONTHS_DRAWN:]
    marks = [BLANK if value is None else USUAL for value in values]
    begun = max(1, NEVER - len(now))
    _mark(marks, signal, MONTHS_DRAWN)
    run = _run(signal, MONTHS_DRAWN)
    months = months_drawn(signal.month)[: begun - 1]
    seen = [history.find(measure.ref, month) for month in months]
    earlier = [one.value if one else None for one in seen]
    values[: len(earlier)], marks[: len(earlier)] = earlier, _usual(earlier)
    before = _run_before(signal, history, rebases, earlier)
    if before:
        _mark(marks, before[0], before[1].last)
    scaled = tuple(_charted(measure, value) for value in values)
    aimed = [_charted(measure, target) for target in targets]
    kept = [target if is_packed(target) else None for target in aimed]
    due = tuple(last_unbroken(kept, _first(values)))
    lines = lines_of(measure, months_drawn(signal.month), scaled, others) if others else ()
    return Drawn(scaled, "".join(marks), run, before[1] if before else Run(), due, lines)


def drawn_on(page: Page) -> dict[str, Drawn]:
    """What the chart of each measure of a page draws, by ref."""
    with_target = {target.ref for target in page.targets.targets}
    months = months_drawn(page.month)
    found: dict[str, Drawn] = {}
    for row in page.rows:
        ref = row.measure.ref
        due = [page.targets.target_of(ref, month) for month in months if ref in with_target]
        if row.signal:
            rebases = page.rebases.get(ref, ())
            others = page.compared.get(ref, ())
            found[ref] = drawn_of(row.signal, page.recorded, rebases, due, others)
    return found


def _usual(values: Iterable[float | None]) -> list[str]:
    return [BLANK if value is None else USUAL for value in values]


def _charted(measure: Measure, value: float | None) -> float | None:
    return None if value is None else value * measure.unit.kind.factor


def _run_before(
    signal: MeasureSignal,
    history: History,
    rebases: Sequence[Month],
    earlier: Sequence[float | None],
) -> tuple[MeasureSignal, Run] | None:
    """The last run with limits before the months now; without any the last; None for no run."""
    last_run = None
    last = len(earlier)
    while last := next((n for n in range(last, 0, -1) if earlier[n - 1] is not None), 0):
        month = signal.month.plus(last - MONTHS_DRAWN)
        before = signal_of(signal.measure, history, month, rebases)
        found = before, _run(before, last)
        if before.limits:
            return found
        last_run, last = last_run or found, min(found[1].first, last) - 1
    return last_run


def _run(signal: MeasureSignal, last: int) -> Run:
    """The months of a signal as far as they are drawn; the last of them has place ``last``."""
    count = len(signal.values)
    monthly = tuple(drawn_limits(limits, signal) for limits in signal.monthly[-last:])
    latest = drawn_limits(signal.limits, signal) if signal.limits else None
    return Run(max(1, last + 1 - count), last, latest, monthly) if count else Run(NEVER, last)


def _mark(marks: list[str], run: MeasureSignal, last: int) -> None:
    """Mark the months of a run that signal; its last month has place ``last``."""
    if run.limits is None:
        return
    recent = run.values[-(last + REACH) :]
    limits = run.monthly[-(last + REACH) :] or (run.limits,) * len(recent)
    points, polarity = judge(recent, limits)[-last:], run.measure.polarity
    marks[last - len(points) : last] = [_MARKS[variation(point, polarity)] for point in points]


def drawn_limits(limits: Limits, signal: MeasureSignal) -> Limits:
    """Limits as they are drawn: cut at 0 where no figure lies below, and at 100%."""
    kind, lower, upper = signal.measure.unit.kind, limits.lower, limits.upper
    if min(signal.values) >= 0:
        lower = max(0.0, lower)
    if kind.most is not None:
        upper = min(kind.most, upper)
    return Limits(*(value * kind.factor for value in (limits.mean, lower, upper)))
