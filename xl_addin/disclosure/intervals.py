"""What a reader can work out: the least and the greatest value each hidden count may have.

The unknowns are the hidden counts, whole numbers of at least 0. The equations are all that a
copy says about them: ratios, averages, maxima and changes, each as wide as its rounding leaves
it, the rule that hid them, and figures that other copies showed. Each count that a copy hides
is sought twice: with every other as it was last shown, and with none of them known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from types import MappingProxyType

from xl_addin.dataset.columns import DERIVED, Derived, Role
from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.components import MOST, Component, Line, Sum, components
from xl_addin.disclosure.links import Months, counted_percentages, link_lines
from xl_addin.disclosure.narrowing import Impossible
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.solver import Unsettled
from xl_addin.measure import Catalogue
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
    cannot all be true, ``least`` and ``greatest`` are 0: it is not known to be wide. ``is_shown``
    says that an earlier copy shows it openly, ``is_unsolved`` that the solver gave up,
    ``takes_this`` that it comes out only with this copy beside the earlier ones.
    """

    what: str
    month: Month
    least: float
    greatest: float
    cells: tuple[Cell, ...]
    is_shown: bool = False
    is_unsolved: bool = False
    takes_this: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether it is known how well it can be bounded."""
        return self.is_shown or (self.least, self.greatest) != (0.0, 0.0)

    @property
    def told(self) -> tuple[str, Month]:
        """What is told, without how well."""
        return self.what, self.month


@value_type
class Seen:
    """What a reader has before her, and what she knows besides.

    ``known`` are counts that other copies showed, ``openly`` percentages. ``free`` are hidden
    for another reason than that they are small: of those she knows nothing. ``held`` are the
    thresholds by which copies hid figures, ``beside`` what another copy says of the unknown.
    Where she ``supposes`` what she does not know, nothing is told by what cannot be so. Where
    ``is_even``, sums and what comes and goes may be out as much one way as the other.
    """

    catalogue: Catalogue
    rows: Sequence[SeenRow]
    rule: Rule
    known: Mapping[Cell, float] = field(default_factory=dict)
    free: Collection[Cell] = ()
    openly: Collection[Cell] = ()
    held: Mapping[Cell, int] = field(default_factory=dict)
    beside: Sequence[Line] = ()
    supposes: bool = False
    is_even: bool = False

    @cached_property
    def months(self) -> Mapping[str, Mapping[Month, float | str]]:
        """What stands in each row, by ref."""
        return {row.ref: row.months for row in self.rows}

    @cached_property
    def lines(self) -> list[Line]:
        """The equations that the rows give."""
        lines = [*_row_lines(self.catalogue, self.rows)]
        lines += _ratio_lines(self.catalogue, self.months)
        return [*lines, *link_lines(self.catalogue, self.months, is_even=self.is_even)]

    def stands(self, cell: Cell) -> float | str | None:
        """What stands in a cell; None where there is none."""
        return self.months.get(cell[0], {}).get(cell[1])

    def is_small(self, count: float, cells: Iterable[Cell]) -> bool:
        """Whether a count told of some cells is small, by this rule or by one of other copies."""
        threshold = max(self.held.get(cell, 0) for cell in cells)
        return self.rule.is_small(count) or 0 < count <= threshold

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


Watch = Callable[[int, int], None]
"""Told of how many linked groups have been solved, of how many."""


def unwatched(done: int, of: int) -> None:
    """Nobody is told."""


def too_narrow(
    seen: Seen, near: Set[Cell] | None = None, watch: Watch = unwatched
) -> tuple[Narrow, ...]:
    """Every hidden count, or rest beside one, bounded to fewer values than the rule wants.

    ``near``: only what equations link with these. With another copy ``beside``, only what that
    one says more; nothing where not both can be true.
    """
    bounds = {cell: _own_bounds(cell, seen) for cell in _unknown(seen.catalogue, seen.rows)}
    told = {cell: (0.0, MOST) for line in seen.beside for cell in line.factors}
    wanted = [
        one
        for one in components([*seen.lines, *seen.beside], {**told, **bounds})
        if not any(only.isdisjoint(one.cells) for only in (near, told.keys() or None) if only)
    ]
    found: dict[tuple[str, Month], Narrow] = {}
    for done, component in enumerate(wanted):
        watch(done, len(wanted))
        for narrow in _narrow_in(component, seen):
            found.setdefault(narrow.told, narrow)
    return tuple(found.values())


def lines_beside(seen: Seen, other: Seen) -> list[Line]:
    """What another copy says of what is unknown in one, if all else is as it stands there."""
    found = []
    for line in other.lines:
        shown = {c: v for c in line.factors if is_number(v := seen.stands(c))}
        fixed = sum(line.factors[cell] * value for cell, value in shown.items())
        if left := {cell: f for cell, f in line.factors.items() if cell not in shown}:
            found.append(Line(left, line.low - fixed, line.high - fixed))
    return found


def _unknown(catalogue: Catalogue, rows: Sequence[SeenRow]) -> Iterator[Cell]:
    counted = counted_percentages(catalogue)
    for row in rows:
        if row.ref in counted or catalogue[row.ref].is_count:
            yield from ((row.ref, m) for m, c in row.months.items() if c == Mark.HIDDEN)


def _own_bounds(cell: Cell, seen: Seen) -> tuple[float, float]:
    """A count that is part of no other was hidden because it is small: the reader knows that."""
    if cell[0] in seen.wholes or cell in seen.free or cell in seen.known:
        return 0.0, MOST
    return 1.0, float(max(seen.rule.threshold, seen.held.get(cell, 0)))


def _narrow_in(component: Component, seen: Seen) -> Iterator[Narrow]:
    """What is too narrow among unknowns that equations link."""
    sought = list(_sought(component, seen))
    try:
        is_possible = component.is_possible()
    except Unsettled:
        yield from _unsettled(sought, is_unsolved=True)
        return
    if not is_possible:
        yield from () if seen.supposes else _unsettled(sought, is_unsolved=False)
        return
    yield from _narrow_of(component, sought, seen)
    known = {cell: seen.known[cell] for cell in component.cells if cell in seen.known}
    if known:
        yield from _narrow_beside(component, sought, known, seen)


def _narrow_beside(
    component: Component, sought: Sequence[tuple[str, Sum]], known: Mapping[Cell, float], seen: Seen
) -> Iterator[Narrow]:
    """What is too narrow where the others are as they were last shown."""
    others = [(what, s) for what, s in sought if not known.keys() & s.keys()]
    yield from _narrow_of(component.fixed(known), others, seen)
    for fresh in known:
        left = {cell: value for cell, value in known.items() if cell != fresh}
        own = [(what, factors) for what, factors in sought if fresh in factors]
        yield from _narrow_of(component.fixed(left), own, seen)


def _sought(component: Component, seen: Seen) -> Iterator[tuple[str, Sum]]:
    """The hidden counts, and the rests that two hidden counts leave between them."""
    cells = {cell for cell in component.cells if seen.stands(cell) == Mark.HIDDEN}
    own = [cell for cell in component.cells if cell in cells and cell not in seen.openly]
    for cell in own:
        yield cell[0], {cell: 1.0}
    for part in own:
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
        yield from _unsettled(sought, is_unsolved=True)


def _unsettled(sought: Sequence[tuple[str, Sum]], *, is_unsolved: bool) -> Iterator[Narrow]:
    for what, factors in sought:
        cells = tuple(factors)
        yield Narrow(what, _month(factors), 0.0, 0.0, cells, is_unsolved=is_unsolved)


def _checked(component: Component, what: str, factors: Sum, seen: Seen) -> Iterator[Narrow]:
    least, greatest = component.extremes(factors)
    if greatest - least + 1 < seen.rule.interval and not _is_known(factors, seen, least, greatest):
        found = Narrow(what, _month(factors), least, greatest, tuple(factors))
        if any(seen.is_small(few, factors) for few in _few_in(found, seen)):
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
        part = seen.figure((one, month)) if seen.catalogue[one].is_count else None
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
        for column in DERIVED if measure.is_count else ():
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
            last, before = (((row.ref, month), row.months[month]) for month in (latest, first))
            for bound, sign in ((low, 1.0), (high, -1.0)):
                yield from _at_least(last, before, 1 + bound / 100, sign)


def _ratio_lines(catalogue: Catalogue, rows: Mapping[str, Months]) -> Iterator[Line]:
    for ratio in catalogue.ratios:
        if not {ratio.ref, ratio.numerator, ratio.denominator} <= rows.keys():
            continue
        for month, percentage in rows[ratio.ref].items():
            part, whole = (
                ((ref, month), rows[ref][month]) for ref in (ratio.numerator, ratio.denominator)
            )
            yield from _at_least(whole, part, 1.0, 1.0)
            if is_number(percentage):
                half = 0.5 * 10.0 ** -(ratio.decimals + 2)
                yield from _at_least(part, whole, percentage - half, 1.0)
                yield from _at_least(part, whole, percentage + half, -1.0)


Stands = tuple[Cell, float | str]
"""A cell, and what stands in it."""


def _at_least(one: Stands, other: Stands, factor: float, sign: float) -> Iterator[Line]:
    """sign × (one − factor × other) ≥ 0, where at least one of them is hidden."""
    terms = (*one, sign), (*other, -sign * factor)
    factors = {cell: weight for cell, shown, weight in terms if shown == Mark.HIDDEN}
    stands = [shown * weight for _, shown, weight in terms if is_number(shown)]
    if factors and len(factors) + len(stands) == len(terms):
        yield Line(factors, -sum(stands) - ROUNDING_SLACK, math.inf)
