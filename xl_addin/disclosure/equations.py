"""What the figures of a copy say of its hidden counts, as equations: rows and percentages.

Each is as wide as the rounding of what is shown leaves it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from xl_addin.dataset.columns import DERIVED, Derived, Role
from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.components import MOST, Line
from xl_addin.disclosure.links import Months
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.measure import Catalogue, Measure

ROUNDING_SLACK = 1e-9


def row_lines(measure: Measure, row: Months, derived: Mapping[str, float | str]) -> Iterator[Line]:
    """What the derived columns of a count tell, by heading, each as wide as its rounding."""
    for column in DERIVED if measure.is_count else ():
        told = derived.get(column.heading)
        if is_number(told):
            decimals = measure.decimals if column.decimals is None else column.decimals
            half = 0.5 * 10.0**-decimals
            yield from _told(measure.ref, row, column, (told - half, told + half))


def _told(ref: str, row: Months, column: Derived, ends: tuple[float, float]) -> Iterator[Line]:
    """What a column tells that lies between two bounds, by its role.

    A greatest or a least that no figure shown is must be the only one hidden, if there is but one.
    """
    low, high = ends
    months = column.over.months(sorted(row))
    hidden = [(ref, month) for month in months if row[month] == Mark.HIDDEN]
    shown = [c for month in months if is_number(c := row[month])]
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
            last, before = (((ref, month), row[month]) for month in (latest, first))
            for bound, sign in ((low, 1.0), (high, -1.0)):
                yield from _at_least(last, before, 1 + bound / 100, sign)


def ratio_lines(catalogue: Catalogue, rows: Mapping[str, Months]) -> Iterator[Line]:
    """What percentages tell of their counts, and that a part is no more than its whole."""
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
