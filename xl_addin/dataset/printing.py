"""Figures in print: at their published rounding, as the page shows them and messages quote them."""

from __future__ import annotations

from xl_addin.dataset.derived import is_number
from xl_addin.dataset.spc import Limits
from xl_addin.measure import Measure
from xl_addin.observation import Observation
from xl_addin.table import CellValue, text_of

LISTED = 10
"""How many changes of a kind are named one by one."""


def in_print(seen: Observation, measure: Measure) -> str:
    """An observation in words: its figure as printed, its reason in quotes, or blank."""
    if seen.value is None:
        return f"“{seen.status}”" if seen.status else "blank"
    return printed(seen.value, measure)


def as_given(seen: Observation) -> str:
    """An observation as a return gives it: a percentage is rounded, or comes from counts."""
    if seen.value is None:
        return f"“{seen.status}”" if seen.status else "blank"
    if seen.half_width or seen.denominator is not None:
        return f"{seen.value * 100:.4g}%"
    return f"{seen.value:.15g}"


def behind(seen: Observation, measure: Measure) -> str:
    """What is recorded behind a printed figure: its counts, or all its decimals.

    >>> from xl_addin.period import Month
    >>> behind(Observation("LAC1", Month(2015, 5), 584.75), Measure("LAC1", "", ""))
    '584.75'
    """
    if seen.numerator is not None and seen.denominator is not None:
        return f"{seen.numerator:.15g} of {seen.denominator:.15g}"
    if seen.value is not None and measure.is_percentage:
        return f"{seen.value * 100:.12g}%"
    return in_print(seen, measure) if seen.value is None else f"{seen.value:.15g}"


def printed(cell: CellValue, measure: Measure) -> str:
    """What a cell of a measure's row prints: a figure at its published rounding, or its text.

    >>> printed(585.25, Measure("LAC1", "", "")), printed(None, Measure("LAC1", "", ""))
    ('585', '')
    """
    if not is_number(cell):
        return text_of(cell)
    return measure.unit.printed(cell, measure.decimals)


def usual_in_print(limits: Limits, measure: Measure) -> str:
    """Limits as they are said everywhere: none below 0, and no percentage above 100%.

    >>> usual_in_print(Limits(5, -1, 11.04), Measure("M1", "", ""))
    '0.0 to 11.0'
    """
    most = measure.unit.kind.most
    top = limits.upper if most is None else min(limits.upper, most)
    return f"{in_tenths(max(limits.lower, 0.0), measure)} to {in_tenths(top, measure)}"


def in_tenths(value: float, measure: Measure) -> str:
    """A limit or mean, with a decimal more than figures have: none outside looks inside."""
    return measure.unit.printed(value, measure.decimals + 1)
