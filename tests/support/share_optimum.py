"""The fewest figures that a copy of a small town could hide, by trying every choice.

A choice is which counts are hidden; a percentage beside a hidden count goes with it, save one of
nobody: where a part is shown as 0, its 0% says no more. A choice will do where no small count,
and no small rest beside a part, is left fewer whole values than the interval. That is less than
what xl-addin promises: its copy has to be the same for every value of what it hides, and this
reader knows nothing of how it is chosen. So no choice under the whole promise hides less.

Nothing of xl_addin.disclosure is used here. Where only parts and wholes are linked, the values
that are left are worked out directly; where sums or flows are, by scipy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from scipy.optimize import Bounds, LinearConstraint, milp

from tests.support.share_data import recorded
from xl_addin.dataset.history import History
from xl_addin.measure import Catalogue
from xl_addin.period import Month

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
        links = [{r.numerator, r.denominator} for r in self.catalogue.ratios]
        links += [{m.ref, *m.parts} for m in self.catalogue if m.parts]
        flows = [{m.ref, *m.inflows, *m.outflows} for m in self.catalogue if m.inflows]
        left = [m.ref for m in self.catalogue if m.is_count]
        while left:
            refs = {left[0]}
            while more := [link for link in links + flows if link & refs and not link <= refs]:
                refs |= more[0]
            left = [ref for ref in left if ref not in refs]
            own = [(ref, month) for month in self.months for ref in self.catalogue.refs]
            own = [cell for cell in own if cell[0] in refs and cell in self.counts]
            if any(flow & refs for flow in flows):
                yield tuple(own)
            else:
                for month in self.months:
                    yield tuple(cell for cell in own if cell[1] == month)

    def percentages(self, hidden: set[Cell]) -> Iterator[Cell]:
        """The percentages that go with hidden counts."""
        for r in self.catalogue.ratios:
            for month in self.months:
                part, whole = (r.numerator, month), (r.denominator, month)
                if self.counts[whole] and (
                    part in hidden or (whole in hidden and self.counts[part])
                ):
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
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            hidden = small | set(more)
            every = hidden | (set(town.percentages(hidden)))
            choices.append((sum(map(town.cost, every)), len(choices), hidden, every))
    will_do = will_do_linked if town.is_linked else will_do_of_parts
    return next(
        every
        for _, _, hidden, every in sorted(choices, key=lambda c: c[:2])
        if will_do(town, group, hidden)
    )


def will_do_of_parts(town: Town, group: Sequence[Cell], hidden: set[Cell]) -> bool:
    """Whether parts and wholes leave every small count and rest enough values.

    Where one is only known to be no more than another, the least values of all fit together, and
    so do the greatest; a rest is greatest with the whole at its greatest and the part at its least.
    """
    ends = _ends(town, group, hidden)
    for cell in group:
        if town.is_small(town.counts[cell]) and _size(*ends[cell]) < INTERVAL:
            return False
    for r in town.catalogue.ratios:
        for whole in (cell for cell in group if cell[0] == r.denominator):
            part = r.numerator, whole[1]
            if town.is_small(town.counts[whole] - town.counts[part]) and town.counts[part]:
                (low, high), (least, most) = ends[whole], ends[part]
                if _size(max(0.0, low - most), high - least) < INTERVAL:
                    return False
    return True


def _size(low: float, high: float) -> float:
    return high - low + 1


def _ends(town: Town, group: Sequence[Cell], hidden: set[Cell]) -> dict[Cell, tuple[float, float]]:
    ends = {c: (0.0, MOST) if c in hidden else (town.counts[c],) * 2 for c in group}
    pairs = [
        ((r.numerator, m), (r.denominator, m))
        for r in town.catalogue.ratios
        for m in town.months
        if (r.numerator, m) in ends
    ]
    for _ in group:
        for part, whole in pairs:
            (low, high), (least, most) = ends[whole], ends[part]
            ends[whole], ends[part] = (max(low, least), high), (least, min(most, high))
    return ends


def will_do_linked(town: Town, group: Sequence[Cell], hidden: set[Cell]) -> bool:
    """The same with sums, and with what comes and goes, by a solver.

    A small count that is no part of anything by a percentage is known to be at most 5, and none
    to be 0 where every 0 is shown.
    """
    parts = {r.numerator for r in town.catalogue.ratios}
    least = 1.0 if all(town.counts[cell] for cell in hidden) else 0.0
    bounds = {cell: (0.0, MOST) for cell in group if cell in hidden}
    for cell in filter(lambda cell: town.is_small(town.counts[cell]), bounds):
        bounds[cell] = (least, MOST if cell[0] in parts else float(THRESHOLD))
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
    """Every count, and every rest beside a part that is not nothing."""
    for cell in group:
        yield {cell: 1.0}, town.counts[cell]
    for r in town.catalogue.ratios:
        for month in town.months:
            part, whole = (r.numerator, month), (r.denominator, month)
            if whole in group and town.counts[part]:
                yield {whole: 1.0, part: -1.0}, town.counts[whole] - town.counts[part]


def _lines(town: Town, group: Sequence[Cell], hidden: set[Cell]) -> Iterator[Line]:
    """The equations of what is hidden: what is shown stands on the other side."""
    equations: list[tuple[dict[Cell, float], float]] = []
    for month in town.months:
        for m in town.catalogue:
            if m.parts:
                sums = {(m.ref, month): 1.0, **{(part, month): -1.0 for part in m.parts}}
                equations.append((sums, 0.0))
            if m.inflows and month != town.months[0]:
                ends = {(m.ref, month): 1.0, (m.ref, month.previous()): -1.0}
                flows = [(ref, -1.0) for ref in m.inflows] + [(ref, 1.0) for ref in m.outflows]
                equations.append(({**ends, **{(ref, month): f for ref, f in flows}}, 0.0))
        for r in town.catalogue.ratios:
            pair = {(r.denominator, month): 1.0, (r.numerator, month): -1.0}
            equations.append((pair, math.inf))
    for factors, more in equations:
        if factors.keys() <= set(group) and (left := factors.keys() & hidden):
            shown = sum(f * town.counts[c] for c, f in factors.items() if c not in hidden)
            yield {cell: factors[cell] for cell in left}, -shown, more - shown


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
