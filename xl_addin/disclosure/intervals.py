"""What a reader can work out: the least and the greatest value each hidden count may have.

The unknowns are the hidden counts, whole numbers of at least 0. The equations are all that a
copy says about them: ratios, averages, maxima and changes, each as wide as its rounding leaves
it, the rule that hid them, and figures that other copies showed. Each count that a copy hides
is sought twice: with every other as it was last shown, and with none of them known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from types import MappingProxyType

from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.components import MOST, Component, Line, Sum, components
from xl_addin.disclosure.equations import ratio_lines, row_lines
from xl_addin.disclosure.links import counted_percentages, link_lines
from xl_addin.disclosure.narrowing import Impossible
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.solver import Unsettled
from xl_addin.measure import Catalogue
from xl_addin.period import Month
from xl_addin.values import field, replace, value_type

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
    ``takes_this`` that it comes out only with this copy, ``is_alone`` of this copy by itself.
    """

    what: str
    month: Month
    least: float
    greatest: float
    cells: tuple[Cell, ...]
    is_shown: bool = False
    is_unsolved: bool = False
    takes_this: bool = False
    is_alone: bool = False

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
        lines = [
            line
            for row in self.rows
            for line in row_lines(self.catalogue[row.ref], row.months, row.derived)
        ]
        lines += ratio_lines(self.catalogue, self.months)
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

    @cached_property
    def sums(self) -> Mapping[str, list[str]]:
        """The sums that each count is in."""
        found: dict[str, list[str]] = {}
        for total in self.catalogue:
            for part in total.parts:
                found.setdefault(part, []).append(total.ref)
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
    one says more; where not both can be true, what each of its equations says by itself.
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
    """A count that is part of no other was hidden because it is small: the reader knows that.

    She knows too that it is not 0, where a 0 is shown.
    """
    if cell in seen.free or cell in seen.known:
        return 0.0, MOST
    least = 0.0 if _may_be_nothing(cell, seen) else 1.0
    if cell[0] in seen.wholes:
        return least, MOST
    return least, float(max(seen.rule.threshold, seen.held.get(cell, 0)))


def _may_be_nothing(cell: Cell, seen: Seen) -> bool:
    """Whether a hidden figure may be 0: a percentage's own numerator, a part of a sum that is
    hidden because it is small, and what is part of something that was known to be small."""
    ref, month = cell
    if not seen.catalogue[ref].is_count:
        return True
    totals = [(total, month) for total in seen.sums.get(ref, ())]
    if any(seen.stands(total) == Mark.HIDDEN and total not in seen.free for total in totals):
        return True
    few = {c for c, known in seen.known.items() if 0 < known <= seen.rule.threshold}
    return bool(few) and not few.isdisjoint(_above(cell, seen))


def _above(cell: Cell, seen: Seen) -> set[Cell]:
    """All that a count is a part of, directly or by others."""
    found: set[str] = set()
    waiting = [cell[0]]
    while waiting:
        direct = {*seen.wholes.get(waiting.pop(), ())} - found
        found |= direct
        waiting += direct
    return {(ref, cell[1]) for ref in found}


def _narrow_in(component: Component, seen: Seen) -> Iterator[Narrow]:
    """What is too narrow among unknowns that equations link."""
    sought = list(_sought(component, seen))
    try:
        is_possible = component.is_possible()
    except Unsettled:
        yield from _unsettled(sought, is_unsolved=True)
        return
    if not is_possible:
        impossible = _unsettled(sought, is_unsolved=False)
        yield from _by_one_of_beside(component, seen) if seen.supposes else impossible
        return
    yield from _narrow_of(component, sought, seen)
    known = {cell: seen.known[cell] for cell in component.cells if cell in seen.known}
    if known:
        yield from _narrow_beside(component, sought, known, seen)


def _by_one_of_beside(component: Component, seen: Seen) -> Iterator[Narrow]:
    """What is too narrow by each equation of the other copy alone, where not all can be true.

    Something was restated, and a reader does not know what: what the rest say, she may believe.
    """
    own = [line for line in seen.lines if not line.factors.keys().isdisjoint(component.cells)]
    beside = [line for line in seen.beside if line.factors.keys() <= component.bounds.keys()]
    for line in beside if len(beside) > 1 else ():
        for one in components([*own, line], component.bounds):
            if not line.factors.keys().isdisjoint(one.cells):
                yield from _narrow_in(one, replace(seen, beside=[line]))


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
