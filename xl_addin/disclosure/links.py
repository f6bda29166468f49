"""Links that readers know although no percentage states them: sums, and what comes and goes.

A count at the end of a month is that of the month before, and what came, less what went. Where
that holds only nearly in the figures shown, the equation is as wide as they leave it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.components import Line
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.values import value_type

Months = Mapping[Month, float | str]
"""A measure's row: figures, or marks as text."""


@value_type
class Term:
    """A figure in an equation: unknown, or somewhere between two bounds."""

    cell: Cell
    factor: float
    low: float = 0.0
    high: float = 0.0
    is_unknown: bool = False


def counted_percentages(catalogue: Catalogue) -> set[str]:
    """The percentages whose numerators, not listed themselves, are part of an equation."""
    named = {ref for measure in catalogue for ref in (*measure.inflows, *measure.outflows)}
    return {ref for ref in named if catalogue[ref].is_percentage and catalogue[ref].denominator}


def link_lines(
    catalogue: Catalogue, rows: Mapping[str, Months], *, is_even: bool = False
) -> Iterator[Line]:
    """The equations of sums, and of what comes and goes, in the months of a copy.

    How nearly they hold, only the figures of that copy say: one of another may be out of date,
    and would make them look wider than a reader takes them for. Where ``is_even``, what is out
    by so much one way may be so the other way.
    """
    for measure in catalogue:
        yield from _lines(list(_sums(measure, catalogue, rows)), is_even)
        yield from _lines(list(_flows(measure, catalogue, rows)), is_even)
    for ref in counted_percentages(catalogue) & rows.keys():
        yield from _within_whole(catalogue[ref], rows)


def linked_with(catalogue: Catalogue) -> Iterator[set[str]]:
    """The refs of each equation."""
    for measure in catalogue:
        if measure.parts:
            yield {measure.ref, *measure.parts}
        if measure.inflows or measure.outflows:
            yield {measure.ref, *measure.inflows, *measure.outflows}


class LinkedFigures:
    """Which figures stand in one equation: of a sum, or of what comes and goes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._of: dict[str, list[Measure]] = {}
        for measure in catalogue:
            for ref in {measure.ref, *measure.parts, *measure.inflows, *measure.outflows}:
                if measure.parts or measure.inflows or measure.outflows:
                    self._of.setdefault(ref, []).append(measure)

    def beside(self, cell: Cell) -> set[Cell]:
        """All figures of the equations that a figure is in, and itself."""
        ref, month = cell
        found = {cell}
        for measure in self._of.get(ref, ()):
            if ref in (measure.ref, *measure.parts) and measure.parts:
                found |= {(one, month) for one in (measure.ref, *measure.parts)}
            flows = {*measure.inflows, *measure.outflows}
            ends = {month, month.plus(1)} if ref == measure.ref else {month}
            for end in ends if flows and ref in (measure.ref, *flows) else ():
                found |= {(measure.ref, end), (measure.ref, end.previous())}
                found |= {(one, end) for one in flows}
        return found


def _sums(
    measure: Measure, catalogue: Catalogue, rows: Mapping[str, Months]
) -> Iterator[list[Term]]:
    for month in rows.get(measure.ref, {}) if measure.parts else ():
        terms = [(measure.ref, month, 1.0), *((ref, month, -1.0) for ref in measure.parts)]
        yield from _whole(terms, catalogue, rows)


def _flows(
    measure: Measure, catalogue: Catalogue, rows: Mapping[str, Months]
) -> Iterator[list[Term]]:
    """What is at the end of a month, less what was before, less what came, and what went."""
    flows = [(ref, -1.0) for ref in measure.inflows] + [(ref, 1.0) for ref in measure.outflows]
    for month in rows.get(measure.ref, {}) if flows else ():
        stock = [(measure.ref, month, 1.0), (measure.ref, month.previous(), -1.0)]
        yield from _whole([*stock, *((ref, month, f) for ref, f in flows)], catalogue, rows)


def _whole(
    wanted: Iterable[tuple[str, Month, float]],
    catalogue: Catalogue,
    rows: Mapping[str, Months],
) -> Iterator[list[Term]]:
    """An equation, where a reader has something for each of its figures."""
    found = [_term(ref, month, factor, catalogue, rows) for ref, month, factor in wanted]
    terms = [term for term in found if term]
    if len(terms) == len(found):
        yield terms


def _term(
    ref: str, month: Month, factor: float, catalogue: Catalogue, rows: Mapping[str, Months]
) -> Term | None:
    shown = rows.get(ref, {}).get(month)
    if shown == Mark.HIDDEN:
        return Term((ref, month), factor, is_unknown=True)
    measure = catalogue[ref]
    if not is_number(shown):
        return None
    if measure.is_count:
        return Term((ref, month), factor, shown, shown)
    whole = rows.get(measure.denominator, {}).get(month)
    half = 0.5 * 10.0 ** -(measure.decimals + 2)
    if not is_number(whole):
        return None
    return Term((ref, month), factor, whole * max(shown - half, 0), whole * (shown + half))


def _lines(equations: list[list[Term]], is_even: bool) -> Iterator[Line]:
    """The equations with unknowns, each as wide as those without leave it; exact without any."""
    told = [_sides(terms) for terms in equations if not any(t.is_unknown for t in terms)]
    low, high = min((a for a, _ in told), default=0.0), max((b for _, b in told), default=0.0)
    if is_even:
        low, high = min(low, -high), max(high, -low)
    for terms in equations:
        unknown = {t.cell: t.factor for t in terms if t.is_unknown}
        if unknown:
            least, most = _sides(t for t in terms if not t.is_unknown)
            yield Line(unknown, low - most, high - least)


def _sides(terms: Iterable[Term]) -> tuple[float, float]:
    ends = [sorted((t.factor * t.low, t.factor * t.high)) for t in terms]
    return sum(low for low, _ in ends), sum(high for _, high in ends)


def _within_whole(measure: Measure, rows: Mapping[str, Months]) -> Iterator[Line]:
    """A numerator that is not listed is no more than what its percentage is of."""
    for month, shown in rows[measure.ref].items():
        whole = rows.get(measure.denominator, {}).get(month)
        cell, above = (measure.ref, month), (measure.denominator, month)
        if shown == Mark.HIDDEN and whole == Mark.HIDDEN:
            yield Line({above: 1.0, cell: -1.0}, 0.0, math.inf)
        elif shown == Mark.HIDDEN and is_number(whole):
            yield Line({cell: 1.0}, 0.0, whole)
