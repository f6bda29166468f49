"""The fewest figures that a copy of a small town could hide, by trying every choice.

A choice is which counts are hidden. A percentage beside a hidden count goes with it, save the 0%
of a part that is shown as 0. A choice will do where every small count, and every small rest beside
a part, may still be as many whole values as the interval. That is less than what xl-addin
promises, whose copy is to be the same for every value of what it hides: so no choice under the
whole promise hides less.

Nothing of xl_addin.disclosure is used here. Where only parts and wholes are linked, the values
that are left are worked out directly; where sums or flows are, by scipy.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import chain, combinations

from scipy.optimize import Bounds, LinearConstraint, milp

from tests.support.share_data import ISSUE, SHAPES, count, recorded, seed
from tests.support.share_histories import LINKED
from xl_addin.dataset.history import History
from xl_addin.measure import Catalogue
from xl_addin.period import Month
from xl_addin.values import replace

THRESHOLD = INTERVAL = 5
MOST = 100_000.0
Cell = tuple[str, Month]
Counts = Mapping[Cell, float]
Line = tuple[dict[Cell, float], float, float]
"""Factors by figure, and between which two bounds their sum lies."""


@dataclass(frozen=True)
class Town:
    """Measures, and the counts of some months, all recorded."""

    catalogue: Catalogue
    months: tuple[Month, ...]
    counts: Counts

    @property
    def history(self) -> History:
        return History(recorded(self.catalogue, self.counts))

    @property
    def is_linked(self) -> bool:
        return any(m.parts or m.inflows for m in self.catalogue)

    def is_small(self, count: float) -> bool:
        return 0 < count <= THRESHOLD

    def cost(self, cell: Cell) -> float:
        """What hiding a figure costs: key measures half as much again, the latest month twice."""
        is_key, is_latest = self.catalogue[cell[0]].key, cell[1] == self.months[-1]
        return (1.5 if is_key else 1.0) * (2.0 if is_latest else 1.0)

    def groups(self) -> Iterator[tuple[Cell, ...]]:
        """The counts in groups that nothing links."""
        left = [m.ref for m in self.catalogue if m.is_count]
        while left:
            refs = {left[0]}
            while more := [one for one in self._links if one & refs and not one <= refs]:
                refs |= more[0]
            left = [ref for ref in left if ref not in refs]
            own = [cell for cell in self.counts if cell[0] in refs]
            if any(m.inflows for m in self.catalogue if m.ref in refs):
                yield tuple(own)
            else:
                yield from (tuple(c for c in own if c[1] == month) for month in self.months)

    @property
    def _links(self) -> list[set[str]]:
        found = [{r.numerator, r.denominator} for r in self.catalogue.ratios]
        found += [{m.ref, *m.parts} for m in self.catalogue]
        return [*found, *({m.ref, *m.inflows, *m.outflows} for m in self.catalogue)]

    def percentages(self, hidden: Set[Cell]) -> Iterator[Cell]:
        """The percentages that go with hidden counts."""
        for r in self.catalogue.ratios:
            for month in self.months:
                part, whole = (r.numerator, month), (r.denominator, month)
                if not ({part, whole} <= self.counts.keys() and self.counts[whole]):
                    continue
                if part in hidden or (whole in hidden and self.counts[part]):
                    yield r.ref, month


def optimum(town: Town) -> set[Cell]:
    """The cheapest figures to hide."""
    found: set[Cell] = set()
    for group in town.groups():
        found |= _cheapest(town, group)
    return found


def _cheapest(town: Town, group: Sequence[Cell]) -> set[Cell]:
    small = {cell for cell in group if town.is_small(town.counts[cell])}
    others = [cell for cell in group if cell not in small]
    choices = []
    for more in chain.from_iterable(combinations(others, n) for n in range(len(others) + 1)):
        hidden = small | set(more)
        every = hidden | set(town.percentages(hidden))
        choices.append((sum(map(town.cost, every)), len(choices), hidden, every))
    will_do = will_do_linked if town.is_linked else will_do_of_parts
    ordered = sorted(choices, key=lambda choice: choice[:2])
    return next(every for _, _, hidden, every in ordered if will_do(town, group, hidden))


def will_do_of_parts(town: Town, group: Sequence[Cell], hidden: Set[Cell]) -> bool:
    """Whether parts and wholes leave every small count and rest enough values.

    Where one is only known to be no more than another, the least values of all fit together, and
    so do the greatest; a rest is greatest with the whole at its greatest and the part at its least.
    """
    ends = _ends(town, group, hidden)
    for sought, true in _sought(town, group):
        least = [ends[cell][0 if factor > 0 else 1] * factor for cell, factor in sought.items()]
        most = [ends[cell][1 if factor > 0 else 0] * factor for cell, factor in sought.items()]
        if town.is_small(true) and sum(most) - max(sum(least), 0.0) + 1 < INTERVAL:
            return False
    return True


def _ends(town: Town, group: Sequence[Cell], hidden: Set[Cell]) -> dict[Cell, tuple[float, float]]:
    ends = {c: (0.0, MOST) if c in hidden else (town.counts[c],) * 2 for c in group}
    pairs = [
        ((r.numerator, m), (r.denominator, m)) for r in town.catalogue.ratios for m in town.months
    ]
    for _ in group:
        for part, whole in (pair for pair in pairs if set(pair) <= ends.keys()):
            (low, high), (least, most) = ends[whole], ends[part]
            ends[whole], ends[part] = (max(low, least), high), (least, min(most, high))
    return ends


def will_do_linked(town: Town, group: Sequence[Cell], hidden: Set[Cell]) -> bool:
    """The same with sums, and with what comes and goes, by a solver.

    A small count that is no part of anything by a percentage is known to be at most 5; and not to
    be 0, which is shown, save in a sum.
    """
    parts = {r.numerator for r in town.catalogue.ratios}
    in_sums = {part for m in town.catalogue for part in m.parts}
    bounds = {cell: (0.0, MOST) for cell in group if cell in hidden}
    for cell in filter(lambda cell: town.is_small(town.counts[cell]), bounds):
        most = MOST if cell[0] in parts else float(THRESHOLD)
        bounds[cell] = (0.0 if cell[0] in in_sums else 1.0, most)
    lines = list(_lines(town, group, hidden))
    for sought, true in _sought(town, group):
        if not town.is_small(true):
            continue
        free = {cell: factor for cell, factor in sought.items() if cell in hidden}
        least, most = (_end(free, sign, bounds, lines) for sign in (1, -1))
        if not free or most - least + 1 < INTERVAL:
            return False
    return True


def _sought(town: Town, group: Sequence[Cell]) -> Iterator[tuple[dict[Cell, float], float]]:
    """Every count, and every rest beside a part that is not nothing, with what it is."""
    for cell in group:
        yield {cell: 1.0}, town.counts[cell]
    for r in town.catalogue.ratios:
        for month in town.months:
            part, whole = (r.numerator, month), (r.denominator, month)
            if {part, whole} <= set(group) and town.counts[part]:
                yield {whole: 1.0, part: -1.0}, town.counts[whole] - town.counts[part]


def _lines(town: Town, group: Sequence[Cell], hidden: Set[Cell]) -> Iterator[Line]:
    """The equations of what is hidden: what is shown stands on the other side."""
    for factors, more in _equations(town):
        if factors.keys() <= set(group) and (left := factors.keys() & hidden):
            shown = sum(f * town.counts[c] for c, f in factors.items() if c not in hidden)
            yield {cell: factors[cell] for cell in left}, -shown, more - shown


def _equations(town: Town) -> Iterator[tuple[dict[Cell, float], float]]:
    """Sums of factors times figures that are from 0 to a bound."""
    for month in town.months:
        for m in town.catalogue:
            if m.parts:
                yield {(m.ref, month): 1.0, **{(part, month): -1.0 for part in m.parts}}, 0.0
            if m.inflows and month != town.months[0]:
                came = {(ref, month): -1.0 for ref in m.inflows}
                went = {(ref, month): 1.0 for ref in m.outflows}
                stock = {(m.ref, month): 1.0, (m.ref, month.previous()): -1.0}
                yield {**stock, **came, **went}, 0.0
        for r in town.catalogue.ratios:
            yield {(r.denominator, month): 1.0, (r.numerator, month): -1.0}, math.inf


def _end(
    sought: Mapping[Cell, float],
    sign: int,
    bounds: Mapping[Cell, tuple[float, float]],
    lines: Sequence[Line],
) -> float:
    """The least of a sum, or with sign -1 the greatest."""
    cells = list(bounds)
    if not sought:
        return 0.0
    rows = [[line[0].get(cell, 0.0) for cell in cells] for line in lines]
    ends = [line[1] for line in lines], [line[2] for line in lines]
    found = milp(
        [sign * sought.get(cell, 0.0) for cell in cells],
        integrality=[1] * len(cells),
        bounds=Bounds(*zip(*bounds.values(), strict=True)),
        constraints=LinearConstraint(rows, *ends) if rows else None,
    )
    assert found.status == 0, "the counts of the town satisfy its equations"
    return sign * float(round(found.fun))


def council(part: float) -> Town:
    """The counts of the printed issue in a smaller council, without what comes and goes."""
    book = seed()
    measures = [
        replace(m, inflow="", outflow="") for m in book.catalogue if m.is_count or m.numerator
    ]
    months = ISSUE.window()
    seen = {
        (m.ref, month): book.history.observed(m.ref, month).value
        for m in measures
        if m.is_count
        for month in months
    }
    counts = {c: float(round(v * part)) for c, v in seen.items() if v is not None}
    return Town(Catalogue(tuple(measures)), months, counts)


def parts(shape: str, chance: random.Random) -> Town:
    """Parts and wholes of a town of some size: many of them small, or nearly all of their whole."""
    catalogue, months = SHAPES[shape], ISSUE.window()
    size, counts = chance.choice((8, 12, 30, 200)), dict[Cell, float]()
    for month in months:
        for measure in (m for m in catalogue if m.is_count):
            wholes = [r.denominator for r in catalogue.ratios if r.numerator == measure.ref]
            most = int(min((counts[whole, month] for whole in wholes), default=size))
            low = chance.choice((0, 0, max(0, most - 7)))
            high = chance.choice((min(6, most), most, most))
            counts[measure.ref, month] = float(chance.randint(min(low, high), high))
    return Town(catalogue, months, counts)


def linked(shape: str, months: int, chance: random.Random) -> Town:
    """A town with sums, or with what comes and goes."""
    catalogue, window = {**LINKED, "a stock": STOCK}[shape], ISSUE.window(months)
    size, counts = chance.choice((8, 12, 30, 200)), dict[Cell, float]()
    for cell in ((m.ref, month) for m in catalogue if m.is_count for month in window):
        counts[cell] = float(chance.randint(0, chance.choice((6, size, size))))
    for total in (m for m in catalogue if m.parts):
        for month in window:
            counts[total.ref, month] = sum(counts[part, month] for part in total.parts)
    for stock in (m for m in catalogue if m.inflows):
        there = 10 + sum(counts[ref, month] for ref in stock.outflows for month in window)
        for month in window:
            there += sum(counts[ref, month] for ref in stock.inflows)
            there -= sum(counts[ref, month] for ref in stock.outflows)
            counts[stock.ref, month] = there
    return Town(catalogue, window, counts)


STOCK = Catalogue((count("S", inflow="I", outflow="O"), *map(count, "IO")))
Made = Callable[[random.Random], Town]

KINDS: Mapping[str, Made] = {
    "the printed issue, a third of it": lambda chance: council(1 / 3),
    "the printed issue, a tenth of it": lambda chance: council(1 / 10),
    **{
        f"{shape}, 13 months": partial(parts, shape)
        for shape in ("one ratio", "two parts", "two wholes", "chain", "tangle")
    },
    "a sum of three, 4 months": partial(linked, "a sum", 4),
    "a stock with what comes and goes, 3 months": partial(linked, "a stock", 3),
    "a stock, its going a sum, 2 months": partial(linked, "a sum that goes", 2),
}


def towns(kind: str, number: int) -> Iterator[Town]:
    """So many towns of a kind; the printed issue is but one."""
    for turn in range(1 if "printed" in kind else number):
        yield KINDS[kind](random.Random(f"{kind} {turn}"))
