"""Between which whole values equations leave each unknown: narrowed equation by equation.

Every bound found so holds for all whole values that fit. Where no equation sets more than two
unknowns against each other (parts and wholes, ratios), the least values of all unknowns fit
together, and so do the greatest: then nothing has to be solved. With sums of several they need
not, and a solver has to be asked.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count

from xl_addin.values import value_type

SLACK = 1e-6
"""How far a sum may lie outside its bounds by binary noise; the solver allows as much."""

TURNS = 200
"""How often, on the average, an equation is looked at again before narrowing is given up."""


class Impossible(Exception):
    """Equations that no whole values satisfy together."""


@value_type
class Row:
    """An equation over places: the sum of factors times unknowns lies between two bounds."""

    places: tuple[int, ...]
    factors: tuple[float, ...]
    low: float
    high: float


@value_type
class Box:
    """The least and the greatest that each unknown may be, as far as is known; by place."""

    low: Sequence[float]
    high: Sequence[float]


class Equations:
    """Rows that hold together."""

    def __init__(self, rows: Sequence[Row], number: int) -> None:
        self.rows = rows
        self._of: list[list[int]] = [[] for _ in range(number)]
        for at, row in enumerate(rows):
            for place in row.places:
                self._of[place].append(at)

    def narrowed(self, box: Box) -> Box:
        """The box without values that no answer has. Raises Impossible where nothing is left."""
        low, high = list(box.low), list(box.high)
        waiting = deque(range(len(self.rows)))
        is_waiting = set(waiting)
        for _ in range(TURNS * len(self.rows)):
            if not waiting:
                break
            at = waiting.popleft()
            is_waiting.discard(at)
            for place in _narrow(self.rows[at], low, high):
                new = [row for row in self._of[place] if row not in is_waiting]
                is_waiting.update(new)
                waiting += new
        return Box(low, high)

    def fits(self, values: Sequence[float]) -> bool:
        """Whether values satisfy all equations."""
        return all(_holds(row, values) for row in self.rows)

    def rises_alone(self, whole: int, part: int) -> bool:
        """Whether an unknown can be at its greatest while another is at its least.

        So it is, wherever all are at their least or greatest, if those that must rise with the
        one do not take the other along. False where that is not seen.
        """
        return self._is_ordered and self._order[part] < self._order[whole]

    @cached_property
    def _is_ordered(self) -> bool:
        """Whether no equation is of more than two unknowns, or adds two up."""
        return all(
            len(row.places) == 1 or (len(row.places) == 2 and math.prod(row.factors) < 0)
            for row in self.rows
        )

    @cached_property
    def _order(self) -> Sequence[float]:
        """The unknowns in an order in which each rises only with earlier ones; those in circles
        and beyond come last, all alike."""
        lifted = [
            [other for at in rows for other in _lifted(self.rows[at], place)]
            for place, rows in enumerate(self._of)
        ]
        below = Counter(other for others in lifted for other in others)
        order = [math.inf] * len(lifted)
        waiting = deque(place for place in range(len(lifted)) if not below[place])
        for number in count():
            if not waiting:
                return order
            now = waiting.popleft()
            order[now] = float(number)
            for other in lifted[now]:
                below[other] -= 1
                if not below[other]:
                    waiting.append(other)
        raise AssertionError


def _lifted(row: Row, place: int) -> Iterator[int]:
    """The other unknown of an equation, where it must rise with this one."""
    for other, factor in zip(row.places, row.factors, strict=True):
        if other != place and math.isfinite(row.low if factor > 0 else row.high):
            yield other


def _holds(row: Row, values: Sequence[float]) -> bool:
    total = sum(f * values[p] for p, f in zip(row.places, row.factors, strict=True))
    return row.low - SLACK <= total <= row.high + SLACK


def _narrow(row: Row, low: list[float], high: list[float]) -> list[int]:
    """Narrow the unknowns of an equation; the places where that changed anything."""
    ends = [
        (f * low[p], f * high[p]) if f > 0 else (f * high[p], f * low[p])
        for p, f in zip(row.places, row.factors, strict=True)
    ]
    least, most = sum(a for a, _ in ends), sum(b for _, b in ends)
    if least > row.high + SLACK or most < row.low - SLACK:
        raise Impossible
    if least >= row.low - SLACK and most <= row.high + SLACK:
        return []
    found = []
    for place, factor, (first, last) in zip(row.places, row.factors, ends, strict=True):
        sides = (row.low - (most - last)) / factor, (row.high - (least - first)) / factor
        if _cut(place, min(sides), max(sides), low, high):
            found.append(place)
    return found


def _cut(place: int, least: float, most: float, low: list[float], high: list[float]) -> bool:
    """Take from an unknown what lies outside two bounds; whether there was any."""
    was = low[place], high[place]
    if least > was[0]:
        low[place] = max(was[0], float(math.ceil(least - SLACK)))
    if most < was[1]:
        high[place] = min(was[1], float(math.floor(most + SLACK)))
    if low[place] > high[place]:
        raise Impossible
    return was != (low[place], high[place])
