"""How a cell shows a number, for the common number formats: what a chart's title says of it."""

from __future__ import annotations

import re
from datetime import date

from xl_addin.patterns import pattern
from xl_addin.rounding import round_half_away
from xl_addin.table import CellValue

_DATE_PARTS = pattern(r"y+|m+|d+|[^a-z]", re.IGNORECASE)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NUMBER = pattern(r"(#,##)?0(?:\.(0+))?(%?)")


def shown_text(value: CellValue, code: str) -> str:
    """A number or a day as a cell with this number format shows it.

    Knows days, whole and decimal numbers and percentages; any other format shows all digits.

    >>> shown_text(date(2015, 6, 1), "mmm yyyy"), shown_text(0.386, "0%"), shown_text(5.0, "")
    ('Jun 2015', '39%', '5')
    """
    code = code.split(";")[0]
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return _shown_day(value, code)
    if not isinstance(value, int | float):
        return str(value or "")
    match = _NUMBER.fullmatch(code)
    if not match:
        return f"{value:.15g}"
    places = len(match[2] or "")
    number = round_half_away(value * 100 if match[3] else value, places)
    return f"{number:{',' if match[1] else ''}.{places}f}{match[3]}"


def _shown_day(day: date, code: str) -> str:
    parts = _DATE_PARTS.findall(code) or ["dd", "/", "mm", "/", "yyyy"]
    name = _MONTHS[day.month - 1]
    shown = {
        "d": str(day.day),
        "dd": f"{day.day:02}",
        "m": str(day.month),
        "mm": f"{day.month:02}",
        "mmm": name[:3],
        "mmmm": name,
        "yy": f"{day.year:04}"[2:],
        "yyyy": f"{day.year:04}",
    }
    return "".join(shown.get(part.lower(), part) for part in parts)
