"""The least and the greatest whole values that equations leave: HiGHS, through highspy.

Unknowns that no equation links are solved apart. Each such component is one model, in which
only the sum that is sought and a few bounds change. Every answer is a whole set of values that
fits; so most unknowns are seen to be wide without being asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import ModuleType
from typing import Any

from xl_addin.disclosure.published import Cell
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.values import value_type

MOST = 100_000.0
"""No count of children is greater."""

MOST_NODES = 2_000
"""How many cases one sum is tried in before it counts as not settled."""

Sum = Mapping[Cell, float]
"""Unknowns, each with what it is multiplied by."""

Bounds = Mapping[Cell, tuple[float, float]]


@value_type
class Line:
    """An equation: the sum of factors times unknowns lies between two bounds."""

    factors: Sum
    low: float
    high: float


class Unsettled(Exception):
    """A sum that could not be solved within MOST_NODES cases."""


class Impossible(Exception):
    """Equations that no whole values satisfy together."""


def solver() -> ModuleType:
    """HiGHS. Raises WorkbookRefused with the remedy where it is missing."""
    try:
        import highspy
    except ImportError:
        problem = Problem(
            "xl-addin",
            "To prove that hidden figures cannot be worked out, highspy is needed; it is missing.",
            "Install xl-addin again with the command in its README: that brings highspy too.",
        )
        raise WorkbookRefused([problem]) from None
    found: ModuleType = highspy
    return found


def components(lines: Iterable[Line], bounds: Bounds) -> list[Component]:
    """The unknowns in groups that no equation links, each with its equations."""
    group: dict[Cell, Cell] = {cell: cell for cell in bounds}
    lines = list(lines)
    for line in lines:
        first, *others = (_root(group, cell) for cell in line.factors)
        for other in others:
            group[_root(group, other)] = _root(group, first)
    cells: dict[Cell, list[Cell]] = {}
    for cell in bounds:
        cells.setdefault(_root(group, cell), []).append(cell)
    own: dict[Cell, list[Line]] = {root: [] for root in cells}
    for line in lines:
        own[_root(group, next(iter(line.factors)))].append(line)
    return [
        Component(tuple(found), tuple(own[root]), {cell: bounds[cell] for cell in found})
        for root, found in cells.items()
    ]


def _root(group: dict[Cell, Cell], cell: Cell) -> Cell:
    while group[cell] != cell:
        group[cell] = group[group[cell]]
        cell = group[cell]
    return cell


class Component:
    """Unknowns and the equations between them."""

    def __init__(self, cells: Sequence[Cell], lines: Sequence[Line], bounds: Bounds) -> None:
        self.cells, self.lines, self._bounds = cells, lines, dict(bounds)
        self._place = {cell: place for place, cell in enumerate(cells)}
        self._fits: list[Sequence[float]] = []

    def fixed(self, known: Mapping[Cell, float]) -> Component:
        """The same with some unknowns known."""
        bounds = self._bounds | {c: (v, v) for c, v in known.items() if c in self._place}
        return Component(self.cells, self.lines, bounds)

    def extremes(self, sought: Sum) -> tuple[float, float]:
        """The least and the greatest of a sum. Raises Impossible or Unsettled."""
        if not self.lines:
            ends = [sorted(f * end for end in self._bounds[cell]) for cell, f in sought.items()]
            return sum(low for low, _ in ends), sum(high for _, high in ends)
        return self._solved(sought, 1.0), self._solved(sought, -1.0)

    def is_wide(self, sought: Sum, interval: int) -> bool:
        """Whether answers found so far differ in a sum by as many whole values as are wanted."""
        if self.lines and not self._fits:
            self._spread()
        seen = [sum(f * fit[self._place[c]] for c, f in sought.items()) for fit in self._fits]
        return bool(seen) and max(seen) - min(seen) + 1 >= interval

    def is_possible(self) -> bool:
        """Whether any whole values fit all equations."""
        try:
            self._solved({self.cells[0]: 1.0}, 1.0) if self.lines else None
        except Impossible:
            return False
        return True

    def _spread(self) -> None:
        """Answers that lie far apart: everything as small and as great as can be."""
        for sign in (1.0, -1.0):
            self._solved(dict.fromkeys(self.cells, 1.0), sign)

    def _solved(self, sought: Sum, sign: float) -> float:
        highs, model = solver(), self._model
        for cell, factor in sought.items():
            model.changeColCost(self._place[cell], sign * factor)
        model.run()
        status = model.getModelStatus()
        for cell in sought:
            model.changeColCost(self._place[cell], 0.0)
        if status == highs.HighsModelStatus.kInfeasible:
            raise Impossible
        if status != highs.HighsModelStatus.kOptimal:
            raise Unsettled
        fit = [float(round(value)) for value in model.getSolution().col_value]
        self._fits.append(fit)
        return sum(factor * fit[self._place[cell]] for cell, factor in sought.items())

    @cached_property
    def _model(self) -> Any:
        highs = solver()
        model = highs.Highs.__new__(highs.Highs)
        super(highs.Highs, model).__init__()  # its own prints a line before it can be silenced
        model.setOptionValue("output_flag", False)
        model.setOptionValue("mip_max_nodes", MOST_NODES)
        for cell in self.cells:
            model.addVar(*self._bounds[cell])
        whole = [highs.HighsVarType.kInteger] * len(self.cells)
        model.changeColsIntegrality(len(whole), list(range(len(whole))), whole)
        for line in self.lines:
            places = [self._place[cell] for cell in line.factors]
            model.addRow(line.low, line.high, len(places), places, list(line.factors.values()))
        return model
