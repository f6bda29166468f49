"""What columns are derived by: each a Python function and, beside it, Excel's own formula.

Both take unrounded values; both leave out what is not a number. Sources of the rules: the
printed issue (the average and the maximum cover the last 12 of the 13 months).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeGuard

from xl_addin.rounding import round_half_away
from xl_addin.table import CellValue

NOT_AVAILABLE = "n/a"
"""What a derived column shows where it cannot be worked out."""

CHANGE_DECIMALS = 10
"""Where a change is cleared of binary noise."""


def percentage_change(latest: CellValue, last_year: CellValue) -> float | None:
    """Change from the same month last year in per cent of that month.

    None where either is not a number or last year's is 0. For percentages this is the
    relative change, not points. Both figures are unrounded; the change is cleared of the noise
    of binary fractions at the tenth decimal, so that an exact half publishes as one
    everywhere (without it, 89.5 can come out as 89.49999999999999).

    >>> percentage_change(51, 16)
    218.75
    """
    if not (is_number(latest) and is_number(last_year)) or last_year == 0:
        return None
    return round_half_away((latest - last_year) / last_year * 100, CHANGE_DECIMALS)


def percentage_change_formula(latest: str, last_year: str) -> str:
    """The Excel formula of percentage_change, given two cell references."""
    return (
        f"=IF(AND(ISNUMBER({latest}),ISNUMBER({last_year})),"
        f'IF({last_year}=0,"{NOT_AVAILABLE}",'
        f"ROUND(({latest}-{last_year})/{last_year}*100,{CHANGE_DECIMALS})),"
        f'"{NOT_AVAILABLE}")'
    )


def average(values: Sequence[CellValue]) -> float | None:
    """Mean of the values that are numbers, unrounded; None where there is none.

    >>> average([9.0, "Not updated", None, 13.0])
    11.0
    """
    numbers = [value for value in values if is_number(value)]
    return math.fsum(numbers) / len(numbers) if numbers else None


def average_formula(values: str) -> str:
    """The Excel formula of average, given references to cells."""
    return f'=IF(COUNT({values})=0,"{NOT_AVAILABLE}",AVERAGE({values}))'


def maximum(values: Sequence[CellValue]) -> float | None:
    """Largest of the values that are numbers; None where there is none.

    >>> maximum([9.0, "Not updated", None, 13.0])
    13.0
    """
    return max((value for value in values if is_number(value)), default=None)


def maximum_formula(values: str) -> str:
    """The Excel formula of maximum, given references to cells."""
    return f'=IF(COUNT({values})=0,"{NOT_AVAILABLE}",MAX({values}))'


def is_number(value: object) -> TypeGuard[float]:
    """Whether Excel's ISNUMBER would say so: yes and no are not numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class Derivation(StrEnum):
    """What works the derived columns out: Excel's own formulas, or the functions of udfs.py."""

    FORMULAS = "Excel formulas"
    UDFS = "Python UDFs"
