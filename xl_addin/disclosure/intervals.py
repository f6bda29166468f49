"""What a reader can work out: the least and the greatest value each hidden count may have.

The unknowns are the hidden counts, whole numbers of at least 0. The equations are all that a
finished copy says about them: ratios, averages, maxima and changes, each as wide as its
rounding leaves it, the rule that hid them, and figures that earlier copies showed. HiGHS, the
solver of scipy, finds the least and the greatest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any

from xl_addin.dataset.columns import DERIVED, Derived, Role
from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import Cell
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month

MOST = 100_000.0
"""No count of children is greater."""

ROUNDING_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A measure's row as a reader has it before her: figures, or marks as text.

    ``derived`` are those of the derived columns by heading.
    """

    ref: str
    months: Mapping[Month, float | str]
    derived: Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Narrow:
    """A hidden count, or the rest beside one, that a reader can bound too well."""

    what: str
    month: Month
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class _Line:
    """An equation: the sum of factors times unknowns lies between two bounds."""

    factors: Mapping[Cell, float]
    low: float
    high: float


def solver() -> ModuleType:
    """scipy's optimisers. Raises WorkbookRefused with the remedy where scipy is missing."""
    try:
        from scipy import optimize
    except ImportError:
        problem = Problem(
            "xl-addin",
            "To prove that hidden figures cannot be worked out, scipy is needed; it is missing.",
            "Install xl-addin again with the command in its README: that brings scipy too.",
        )
        raise WorkbookRefused([problem]) from None
    found: ModuleType = optimize
    return found


def too_narrow(
    catalogue: Catalogue,
    rows: Sequence[SeenRow],
    rule: Rule,
    known: Mapping[Cell, float] = MappingProxyType({}),
    free: Collection[Cell] = (),
) -> tuple[Narrow, ...]:
    """Every hidden count that can be bounded to fewer whole values than the rule wants.

    ``known`` are figures that earlier copies showed; nothing can be done about those. ``free``
    are hidden because an earlier copy hid them: they need not be small any more.
    """
    seen = {row.ref: row for row in rows}
    unknown = list(_unknown(catalogue, rows))
    if not unknown:
        return ()
    lines = [*_row_lines(catalogue, rows), *_ratio_lines(catalogue, seen)]
    bounds = {
        cell: (0.0, MOST) if cell in free else _own_bounds(cell, catalogue, rule)
        for cell in unknown
    }
    bounds |= {cell: (known[cell], known[cell]) for cell in unknown if cell in known}
    model = _Model(solver(), unknown, lines, bounds)
    return tuple(_narrow(model, catalogue, rule, known))


def _unknown(catalogue: Catalogue, rows: Sequence[SeenRow]) -> Iterator[Cell]:
    for row in rows:
        if not catalogue[row.ref].is_percentage:
            yield from ((row.ref, m) for m, c in row.months.items() if c == Mark.HIDDEN)


def _own_bounds(cell: Cell, catalogue: Catalogue, rule: Rule) -> tuple[float, float]:
    """A count that is part of no other was hidden because it is small: the reader knows that."""
    if any(ratio.numerator == cell[0] for ratio in catalogue.ratios):
        return 0.0, MOST
    return 1.0, float(rule.threshold)


def _row_lines(catalogue: Catalogue, rows: Sequence[SeenRow]) -> Iterator[_Line]:
    for row in rows:
        measure = catalogue[row.ref]
        for column in () if measure.is_percentage else DERIVED:
            told = row.derived.get(column.heading)
            if is_number(told):
                decimals = measure.decimals if column.decimals is None else column.decimals
                half = 0.5 * 10.0**-decimals
                yield from _told(row, column, told - half, told + half)


def _told(row: SeenRow, column: Derived, low: float, high: float) -> Iterator[_Line]:
    """What a column tells that lies between two bounds, by its role."""
    months = column.over.months(sorted(row.months))
    hidden = [(row.ref, month) for month in months if row.months[month] == Mark.HIDDEN]
    match column.role:
        case Role.MEAN if hidden:
            shown = [c for month in months if is_number(c := row.months[month])]
            size, rest = len(shown) + len(hidden), sum(shown)
            yield _Line(dict.fromkeys(hidden, 1.0), size * low - rest, size * high - rest)
        case Role.GREATEST:
            yield from (_Line({cell: 1.0}, 0.0, high) for cell in hidden)
        case Role.LEAST:
            yield from (_Line({cell: 1.0}, low, MOST) for cell in hidden)
        case Role.CHANGE:
            latest, first = months
            for bound, sign in ((low, 1.0), (high, -1.0)):
                yield from _at_least(row, latest, row, first, 1 + bound / 100, sign)


def _ratio_lines(catalogue: Catalogue, seen: Mapping[str, SeenRow]) -> Iterator[_Line]:
    for ratio in catalogue.ratios:
        if not {ratio.ref, ratio.numerator, ratio.denominator} <= set(seen):
            continue
        part, whole, own = seen[ratio.numerator], seen[ratio.denominator], seen[ratio.ref]
        for month in own.months:
            yield from _at_least(whole, month, part, month, 1.0, 1.0)
            percentage = own.months[month]
            if is_number(percentage):
                yield from _percentage_lines(ratio, percentage, part, whole, month)


def _percentage_lines(
    ratio: Measure, percentage: float, part: SeenRow, whole: SeenRow, month: Month
) -> Iterator[_Line]:
    half = 0.5 * 10.0 ** -(ratio.decimals + 2)
    yield from _at_least(part, month, whole, month, percentage - half, 1.0)
    yield from _at_least(part, month, whole, month, percentage + half, -1.0)


def _at_least(
    one: SeenRow, month: Month, other: SeenRow, when: Month, factor: float, sign: float
) -> Iterator[_Line]:
    """sign × (one − factor × other) ≥ 0, where at least one of them is hidden."""
    terms = (
        ((one.ref, month), one.months[month], sign),
        ((other.ref, when), other.months[when], -sign * factor),
    )
    factors = {cell: weight for cell, shown, weight in terms if shown == Mark.HIDDEN}
    stands = [shown * weight for _, shown, weight in terms if is_number(shown)]
    if factors and len(factors) + len(stands) == len(terms):
        yield _Line(factors, -sum(stands) - ROUNDING_SLACK, float("inf"))


class _Model:
    """The equations of a copy, solved for one sum of unknowns after another.

    Only those equations are solved that a chain of unknowns links to the sum.
    """

    def __init__(
        self,
        optimize: ModuleType,
        unknown: Sequence[Cell],
        lines: Sequence[_Line],
        bounds: Mapping[Cell, tuple[float, float]],
    ) -> None:
        self.unknown = unknown
        self._optimize = optimize
        self._bounds = bounds
        self._lines_of: dict[Cell, list[_Line]] = {cell: [] for cell in unknown}
        for line in lines:
            for cell in line.factors:
                self._lines_of[cell].append(line)

    def extremes(self, factors: Mapping[Cell, float]) -> tuple[float, float]:
        """The least and the greatest of a sum. Raises WorkbookRefused where nothing fits."""
        cells = self._linked(factors)
        least = self._solved(factors, cells)
        greatest = -self._solved({cell: -factor for cell, factor in factors.items()}, cells)
        return least, greatest

    def _linked(self, factors: Iterable[Cell]) -> list[Cell]:
        """The unknowns of a sum, and all that equations link to them."""
        found = dict.fromkeys(factors)
        waiting = list(found)
        while waiting:
            for line in self._lines_of[waiting.pop()]:
                waiting += [cell for cell in line.factors if cell not in found]
                found |= dict.fromkeys(line.factors)
        return list(found)

    def _solved(self, factors: Mapping[Cell, float], cells: Sequence[Cell]) -> float:
        lines = list({id(line): line for cell in cells for line in self._lines_of[cell]}.values())
        if not lines:
            return sum(f * self._bounds[cell][0 if f > 0 else 1] for cell, f in factors.items())
        matrix = [[line.factors.get(cell, 0.0) for cell in cells] for line in lines]
        found: Any = self._optimize.milp(
            [factors.get(cell, 0.0) for cell in cells],
            integrality=[1] * len(cells),
            bounds=self._optimize.Bounds(*zip(*(self._bounds[c] for c in cells), strict=True)),
            constraints=self._optimize.LinearConstraint(
                matrix, [line.low for line in lines], [line.high for line in lines]
            ),
        )
        if found.status == 0:
            return float(round(found.fun))
        problem = Problem(
            "Share copy",
            "The figures it shows cannot all be true together, so it was not checked.",
            "Check the counts behind the percentages, then try again.",
        )
        raise WorkbookRefused([problem])


def _narrow(
    model: _Model, catalogue: Catalogue, rule: Rule, known: Mapping[Cell, float]
) -> Iterator[Narrow]:
    for cell in model.unknown:
        if cell not in known:
            yield from _checked(model, {cell: 1.0}, cell[0], cell[1], rule)
    hidden = {cell for cell in model.unknown if cell not in known}
    for ratio in catalogue.ratios:
        for month in {month for _, month in hidden}:
            part, whole = (ratio.numerator, month), (ratio.denominator, month)
            if part != whole and {part, whole} <= hidden:
                rest = f"{whole[0]} less {part[0]}"
                yield from _checked(model, {whole: 1.0, part: -1.0}, rest, month, rule)


def _checked(
    model: _Model, factors: Mapping[Cell, float], what: str, month: Month, rule: Rule
) -> Iterator[Narrow]:
    least, greatest = model.extremes(factors)
    if greatest - least + 1 < rule.interval:
        yield Narrow(what, month, least, greatest)
