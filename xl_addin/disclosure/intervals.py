"""What a reader can work out: the least and the greatest value each hidden count may have.

The unknowns are the hidden counts, whole numbers of at least 0. The equations are all that a
copy says about them: ratios, averages, maxima and changes, each as wide as its rounding leaves
it, the rule that hid them, and figures that other copies showed. Each count that a copy hides
is sought twice: with every other as it was last shown, and with none of them known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from xl_addin.dataset.columns import DERIVED, Derived, Role
from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.links import counted_percentages, link_lines
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.solver import MOST, Component, Impossible, Line, Sum, Unsettled, components
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.values import field, value_type

ROUNDING_SLACK = 1e-9

NOTHING: Mapping[Cell, float] = MappingProxyType({})


@value_type
class SeenRow:
    """A measure's row as a reader has it before her: figures, or marks as text.

    ``derived`` are those of the derived columns by heading.
    """

    ref: str
    months: Mapping[Month, float | str]
    derived: Mapping[str, float | str]


@value_type
class Narrow:
    """A hidden count, or the rest beside one, that a reader can bound too well.

    ``cells`` are the hidden figures it is about. Where the solver gave up, or the figures shown
    cannot all be true, ``least`` and ``greatest`` are 0: it is not known to be wide.
    """

    what: str
    month: Month
    least: float
    greatest: float
    cells: tuple[Cell, ...]

    @property
    def is_settled(self) -> bool:
        """Whether it is known how well it can be bounded."""
        return (self.least, self.greatest) != (0.0, 0.0)

    @property
    def told(self) -> tuple[str, Month]:
        """What is told, without how well."""
        return self.what, self.month


@value_type
class Seen:
    """What a reader has before her, and what she knows besides.

    ``known`` are counts that other copies showed, ``openly`` percentages. ``free`` are hidden
    for another reason than that they are small: of those she knows nothing.
    """

    catalogue: Catalogue
    rows: Sequence[SeenRow]
    rule: Rule
    known: Mapping[Cell, float] = field(default_factory=dict)
    free: Collection[Cell] = ()
    openly: Collection[Cell] = ()

    @cached_property
    def _by_ref(self) -> Mapping[str, SeenRow]:
        return {row.ref: row for row in self.rows}

    @cached_property
    def wholes(self) -> Mapping[str, list[str]]:
        """What each count is a part of; a percentage stands for a numerator of its own."""
        found: dict[str, list[str]] = {}
        for part, whole in _parts(self.catalogue):
            found.setdefault(part, []).append(whole)
        return found

    @cached_property
    def own_parts(self) -> Mapping[str, list[str]]:
        """The parts of each count."""
        found: dict[str, list[str]] = {}
        for part, whole in _parts(self.catalogue):
            found.setdefault(whole, []).append(part)
        return found

    def figure(self, cell: Cell) -> float | None:
        """A figure as she sees or knows it; None where she does not."""
        row = self._by_ref.get(cell[0])
        shown = row.months.get(cell[1]) if row else None
        return shown if is_number(shown) else self.known.get(cell)


def too_narrow(seen: Seen) -> tuple[Narrow, ...]:
    """Every hidden count, or rest beside one, bounded to fewer values than the rule wants."""
    unknown = list(_unknown(seen.catalogue, seen.rows))
    by_ref = {row.ref: row for row in seen.rows}
    lines = [*_row_lines(seen.catalogue, seen.rows), *_ratio_lines(seen.catalogue, by_ref)]
    rows = {row.ref: row.months for row in seen.rows}
    lines += link_lines(seen.catalogue, rows, seen.known)
    bounds = {cell: _own_bounds(cell, seen) for cell in unknown}
    found: dict[tuple[str, Month], Narrow] = {}
    for component in components(lines, bounds):
        for narrow in _narrow_in(component, seen):
            found.setdefault(narrow.told, narrow)
    return tuple(found.values())


def _unknown(catalogue: Catalogue, rows: Sequence[SeenRow]) -> Iterator[Cell]:
    counted = counted_percentages(catalogue)
    for row in rows:
        if row.ref in counted or not catalogue[row.ref].is_percentage:
            yield from ((row.ref, m) for m, c in row.months.items() if c == Mark.HIDDEN)


def _own_bounds(cell: Cell, seen: Seen) -> tuple[float, float]:
    """A count that is part of no other was hidden because it is small: the reader knows that."""
    if cell[0] in seen.wholes or cell in seen.free or cell in seen.known:
        return 0.0, MOST
    return 1.0, float(seen.rule.threshold)


def _narrow_in(component: Component, seen: Seen) -> Iterator[Narrow]:
    """What is too narrow among unknowns that equations link."""
    sought = list(_sought(component, seen))
    known = {cell: seen.known[cell] for cell in component.cells if cell in seen.known}
    if not component.is_possible():
        yield from _unsettled(sought)
        return
    yield from _narrow_of(component, sought, seen)
    if not known:
        return
    others = [(what, s) for what, s in sought if not known.keys() & s.keys()]
    yield from _narrow_of(component.fixed(known), others, seen)
    for what, factors in sought:
        for fresh in factors.keys() & known.keys():
            left = {cell: value for cell, value in known.items() if cell != fresh}
            yield from _narrow_of(component.fixed(left), [(what, factors)], seen)


def _sought(component: Component, seen: Seen) -> Iterator[tuple[str, Sum]]:
    """The hidden counts, and the rests that two hidden counts leave between them."""
    cells = set(component.cells)
    for cell in component.cells:
        if cell not in seen.openly:
            yield cell[0], {cell: 1.0}
    for part in (cell for cell in component.cells if cell not in seen.openly):
        for other in seen.wholes.get(part[0], ()):
            whole = other, part[1]
            if part != whole and whole in cells:
                yield f"{whole[0]} less {part[0]}", {whole: 1.0, part: -1.0}


def _narrow_of(
    component: Component, sought: Sequence[tuple[str, Sum]], seen: Seen
) -> Iterator[Narrow]:
    """What of some sums is too narrow; nothing where what was known cannot be true any more."""
    try:
        for what, factors in sought:
            if not component.is_wide(factors, seen.rule.interval):
                yield from _checked(component, what, factors, seen)
    except Impossible:
        return
    except Unsettled:
        yield from _unsettled(sought)


def _unsettled(sought: Sequence[tuple[str, Sum]]) -> Iterator[Narrow]:
    for what, factors in sought:
        yield Narrow(what, _month(factors), 0.0, 0.0, tuple(factors))


def _checked(component: Component, what: str, factors: Sum, seen: Seen) -> Iterator[Narrow]:
    least, greatest = component.extremes(factors)
    if greatest - least + 1 < seen.rule.interval and not _is_known(factors, seen, least, greatest):
        found = Narrow(what, _month(factors), least, greatest, tuple(factors))
        if any(seen.rule.is_small(few) for few in _few_in(found, seen)):
            yield found


def _is_known(factors: Sum, seen: Seen, least: float, greatest: float) -> bool:
    """Whether other copies showed it openly, as it may still be: then nothing new is told."""
    if not factors.keys() <= seen.known.keys():
        return False
    return least <= sum(f * seen.known[cell] for cell, f in factors.items()) <= greatest


def _few_in(narrow: Narrow, seen: Seen) -> Iterator[float]:
    """What is told of children by a count, and by what it leaves to figures known beside it."""
    values = range(int(narrow.least), int(narrow.greatest) + 1)
    yield from values
    if len(narrow.cells) > 1:
        return
    (ref, month) = narrow.cells[0]
    for other in seen.wholes.get(ref, ()):
        if whole := seen.figure((other, month)):
            yield from (whole - value for value in values)
    for one in seen.own_parts.get(ref, ()):
        part = seen.figure((one, month)) if not seen.catalogue[one].is_percentage else None
        yield from (value - part for value in values) if part else ()


def _parts(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Each count, or percentage for a numerator of its own, and what it is a part of."""
    counted = counted_percentages(catalogue)
    for measure in catalogue:
        if measure.denominator and (measure.numerator or measure.ref in counted):
            yield measure.numerator or measure.ref, measure.denominator


def _month(factors: Sum) -> Month:
    return next(month for _, month in factors)


def _row_lines(catalogue: Catalogue, rows: Sequence[SeenRow]) -> Iterator[Line]:
    for row in rows:
        measure = catalogue[row.ref]
        for column in () if measure.is_percentage else DERIVED:
            told = row.derived.get(column.heading)
            if is_number(told):
                decimals = measure.decimals if column.decimals is None else column.decimals
                half = 0.5 * 10.0**-decimals
                yield from _told(row, column, told - half, told + half)


def _told(row: SeenRow, column: Derived, low: float, high: float) -> Iterator[Line]:
    """What a column tells that lies between two bounds, by its role.

    A greatest or a least that no figure shown is must be the only one hidden, if there is but one.
    """
    months = column.over.months(sorted(row.months))
    hidden = [(row.ref, month) for month in months if row.months[month] == Mark.HIDDEN]
    shown = [c for month in months if is_number(c := row.months[month])]
    match column.role:
        case Role.MEAN if hidden:
            size, rest = len(shown) + len(hidden), sum(shown)
            yield Line(dict.fromkeys(hidden, 1.0), size * low - rest, size * high - rest)
        case Role.GREATEST:
            least = low if len(hidden) == 1 and all(c < low for c in shown) else 0.0
            yield from (Line({cell: 1.0}, least, high) for cell in hidden)
        case Role.LEAST:
            most = high if len(hidden) == 1 and all(c > high for c in shown) else MOST
            yield from (Line({cell: 1.0}, low, most) for cell in hidden)
        case Role.CHANGE:
            latest, first = months
            for bound, sign in ((low, 1.0), (high, -1.0)):
                yield from _at_least(row, latest, row, first, 1 + bound / 100, sign)


def _ratio_lines(catalogue: Catalogue, seen: Mapping[str, SeenRow]) -> Iterator[Line]:
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
) -> Iterator[Line]:
    half = 0.5 * 10.0 ** -(ratio.decimals + 2)
    yield from _at_least(part, month, whole, month, percentage - half, 1.0)
    yield from _at_least(part, month, whole, month, percentage + half, -1.0)


def _at_least(
    one: SeenRow, month: Month, other: SeenRow, when: Month, factor: float, sign: float
) -> Iterator[Line]:
    """sign × (one − factor × other) ≥ 0, where at least one of them is hidden."""
    terms = (
        ((one.ref, month), one.months[month], sign),
        ((other.ref, when), other.months[when], -sign * factor),
    )
    factors = {cell: weight for cell, shown, weight in terms if shown == Mark.HIDDEN}
    stands = [shown * weight for _, shown, weight in terms if is_number(shown)]
    if factors and len(factors) + len(stands) == len(terms):
        yield Line(factors, -sum(stands) - ROUNDING_SLACK, float("inf"))
