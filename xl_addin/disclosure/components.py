"""The unknowns of a copy in groups that no equation links, and what each sum of them may be."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from xl_addin.disclosure.narrowing import Box, Equations, Impossible, Row
from xl_addin.disclosure.published import Cell
from xl_addin.disclosure.solver import Model
from xl_addin.values import value_type

MOST = 100_000.0
"""No count of children is greater."""

KEPT = 16
"""How many answers of the solver are kept: most other sums are seen from them to be wide."""

Sum = Mapping[Cell, float]
"""Unknowns, each with what it is multiplied by."""

Bounds = Mapping[Cell, tuple[float, float]]


@value_type
class Line:
    """An equation: the sum of factors times unknowns lies between two bounds."""

    factors: Sum
    low: float
    high: float


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
        Component(_Linked(found, own[root]), {cell: bounds[cell] for cell in found})
        for root, found in cells.items()
    ]


def _root(group: dict[Cell, Cell], cell: Cell) -> Cell:
    while group[cell] != cell:
        group[cell] = group[group[cell]]
        cell = group[cell]
    return cell


class _Linked:
    """Unknowns by place, the equations between them, and their one model."""

    def __init__(self, cells: Sequence[Cell], lines: Sequence[Line]) -> None:
        self.cells = tuple(cells)
        self.place = {cell: place for place, cell in enumerate(cells)}
        self.equations = Equations(list(map(self._row, lines)), len(cells))
        self._model: Model | None = None

    def _row(self, line: Line) -> Row:
        places = tuple(self.place[cell] for cell in line.factors)
        return Row(places, tuple(line.factors.values()), line.low, line.high)

    def model(self, box: Box) -> Model:
        """The model; made when it is first needed."""
        if self._model is None:
            self._model = Model(self.equations.rows, box)
        return self._model


class Component:
    """Unknowns that equations link, and between which bounds they lie."""

    def __init__(self, linked: _Linked, bounds: Bounds) -> None:
        self._linked, self._bounds = linked, bounds
        self._found: deque[Sequence[float]] = deque(maxlen=KEPT)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The unknowns."""
        return self._linked.cells

    @property
    def bounds(self) -> Bounds:
        """Between which values each unknown lies."""
        return self._bounds

    def fixed(self, known: Mapping[Cell, float]) -> Component:
        """The same with some unknowns known."""
        bounds = {**self._bounds, **{c: (v, v) for c, v in known.items() if c in self._bounds}}
        return Component(self._linked, bounds)

    def extremes(self, sought: Sum) -> tuple[float, float]:
        """The least and the greatest of a sum. Raises Impossible or Unsettled."""
        return self._least(sought), -self._least({cell: -f for cell, f in sought.items()})

    def is_wide(self, sought: Sum, interval: int) -> bool:
        """Whether answers differ in a sum by as many whole values as are wanted, as far as seen.

        Raises Impossible.
        """
        seen = self._seen(sought)
        return bool(seen) and max(seen) - min(seen) + 1 >= interval

    def is_possible(self) -> bool:
        """Whether any whole values fit all equations."""
        try:
            return bool(self._corners or self._solved({}))
        except Impossible:
            return False

    @cached_property
    def _box(self) -> Box:
        ends = [self._bounds[cell] for cell in self.cells]
        box = Box([low for low, _ in ends], [high for _, high in ends])
        return self._linked.equations.narrowed(box)

    @cached_property
    def _corners(self) -> list[Sequence[float]]:
        """All unknowns at their least, and at their greatest, where that fits."""
        fits = self._linked.equations.fits
        return [values for values in (self._box.low, self._box.high) if fits(values)]

    def _seen(self, sought: Sum) -> list[float]:
        seen = [self._sum(sought, fit) for fit in (*self._corners, *self._found)]
        return [*seen, *self._stretched(sought)]

    def _stretched(self, sought: Sum) -> Iterator[float]:
        """A rest at its greatest: the whole at its greatest and the part at its least.

        That fits where the equations set no more than two unknowns against each other, and
        those that rise with the whole do not take the part along.
        """
        if len(sought) != 2 or len(self._corners) < 2:
            return
        (whole, up), (part, down) = sorted(sought.items(), key=lambda one: -one[1])
        places = self._linked.place[whole], self._linked.place[part]
        if down < 0 < up and self._linked.equations.rises_alone(*places):
            yield up * self._box.high[places[0]] + down * self._box.low[places[1]]

    def _sum(self, sought: Sum, values: Sequence[float]) -> float:
        place = self._linked.place
        return sum(factor * values[place[cell]] for cell, factor in sought.items())

    def _least(self, sought: Sum) -> float:
        """The least of a sum: as it is bounded, where an answer is so small; else as solved."""
        place, box = self._linked.place, self._box
        ends = ((f, box.low[place[c]], box.high[place[c]]) for c, f in sought.items())
        bound = sum(f * (low if f > 0 else high) for f, low, high in ends)
        if bound in self._seen(sought):
            return bound
        return self._sum(sought, self._solved({place[c]: f for c, f in sought.items()}))

    def _solved(self, sought: Mapping[int, float]) -> Sequence[float]:
        fit = self._linked.model(self._box).least(sought, self._box)
        self._found.append(fit)
        return fit
