"""Figures that a finished copy shows although they may tell of few children.

The rule is asked nothing: every small count is tried against the figures as they stand. So a
mistake of the rule refuses the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.intervals import SeenRow
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.values import value_type

SLACK = 1e-12
"""How far a fraction may lie outside its rounding by binary noise."""

Seen = float | str | None
"""A cell as it stands; None where a measure names no such count."""


@value_type
class UnsafeCell:
    """A figure shown, and what is wrong with that."""

    ref: str
    month: Month
    why: str


def unsafe_cells(
    catalogue: Catalogue, rows: Iterable[SeenRow], rule: Rule, counted: Collection[Cell] = ()
) -> Iterator[UnsafeCell]:
    """Every figure of a copy that may tell of few children.

    ``counted`` are percentages recorded with their own counts: those tell of few only where
    every whole number that prints so does.
    """
    seen = {row.ref: row.months for row in rows}
    for ref, months in seen.items():
        measure = catalogue[ref]
        for month, shown in months.items():
            part, whole = (
                seen[of].get(month) if of in seen else None
                for of in (measure.numerator, measure.denominator)
            )
            if is_number(part) and is_number(whole) and rule.is_small(whole - part):
                yield UnsafeCell(measure.numerator, month, f"leaves few of {measure.denominator}")
            if is_number(shown):
                why = _why(measure, shown, (part, whole), rule, (ref, month) in counted)
                yield from [UnsafeCell(ref, month, why)] if why else []


_OF_NOBODY_KNOWS = "is shown, and nobody knows of how many it is"


def _why(
    measure: Measure, shown: float, counts: tuple[Seen, Seen], rule: Rule, is_counted: bool
) -> str:
    part, whole = counts
    if measure.is_count:
        return "is a small count" if rule.is_small(shown) else ""
    if not measure.is_share:
        return "" if measure.shown_without_counts else _OF_NOBODY_KNOWS
    if Mark.HIDDEN in counts and not part == shown == 0:
        return "stands beside a hidden count"
    if not measure.denominator:
        agreed = is_counted or measure.shown_without_counts
        return "" if agreed else _OF_NOBODY_KNOWS
    if is_number(part) and (is_number(whole) or whole == Mark.HIDDEN):
        return ""
    if is_number(whole):
        few = _stands_for_few(measure, shown, whole, rule, is_counted)
    elif is_number(part):
        fitting = (part / (part + rest) for rest in range(1, rule.threshold + 1))
        few = not is_counted and any(_prints(measure, each, shown) for each in fitting)
    else:
        return "" if is_counted else "is shown without counts that may become known"
    return "may stand for a small count, or leave one" if few else ""


def _stands_for_few(
    measure: Measure, shown: float, whole: float, rule: Rule, is_counted: bool
) -> bool:
    small = range(1, min(rule.threshold, int(whole)) + 1)
    few = {part for each in small for part in (float(each), whole - each) if 0 < part <= whole}
    fitting = {part for part in few if whole and _prints(measure, part / whole, shown)}
    if not (fitting and is_counted):
        return bool(fitting)
    others = {float(part) for part in range(int(whole) + 1)} - few
    return not any(_prints(measure, part / whole, shown) for part in others)


def _prints(measure: Measure, fraction: float, shown: float) -> bool:
    """Whether a fraction may print as a percentage does, whichever way halves are rounded."""
    return abs(fraction - shown) <= 0.5 * 10.0 ** -(measure.decimals + 2) + SLACK
