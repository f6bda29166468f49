"""Rounding as Excel shows numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=400)


def round_half_away(value: float, decimals: int = 0) -> float:
    """Round as Excel shows numbers: halves away from zero, on the 15 digits Excel keeps.

    >>> round_half_away(14.5), round_half_away(-14.5), round_half_away(1.005, 2)
    (15.0, -15.0, 1.01)
    """
    digits = Decimal(f"{value:.15g}")
    return float(digits.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)) + 0.0
