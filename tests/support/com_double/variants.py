"""What becomes of a value on its way through COM, in either direction.

Sources: pywin32's "Python and COM: data types" (oleargs.cpp), Microsoft's "Range.Value property"
and "CVErr function" pages, xlwings' _xlwindows.py 363-425.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.support.com_double.errors import refused
from tests.support.com_double.spreadsheet import DAY_ZERO

FIRST_ERROR = -2146826288
"""VT_ERROR comes to Python as this plus the number of CVErr less 2000."""

ERROR_NUMBERS = {
    "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029,
    "#NUM!": 2036, "#N/A": 2042, "#GETTING_DATA": 2043, "#SPILL!": 2045, "#CONNECT!": 2046,
    "#BLOCKED!": 2047, "#UNKNOWN!": 2048, "#FIELD!": 2049, "#CALC!": 2050, "#EXTERNAL!": 2051,
}  # fmt: skip
"""Microsoft's pages "CVErr function" and "XlCVError enumeration"; the newer ones from Excel 365."""

LONGEST_TEXT = 32_767

SUMMER_TIME = timedelta(hours=1)
"""What pywin32 takes off a moment that names no time zone: it counts as the desk's own time
(xlwings' issue 2382, and the note in its _xlwindows.py 435-439)."""


class ComTime(datetime):
    """``pywintypes.TimeType``: a datetime, always with a time zone."""


def com_error_number(text: str) -> int:
    return FIRST_ERROR + ERROR_NUMBERS[text] - 2000


def out(cell: Any, number_format: str, *, raw: bool = False, utc: Any = None) -> Any:
    """A cell as Range.Value gives it; ``raw`` as Range.Value2, without days and money."""
    if isinstance(cell, list) and cell[0] == "e":
        return com_error_number(cell[1])
    if isinstance(cell, list):
        cell = float(cell[1])
    if cell is None or isinstance(cell, bool | str) or raw:
        return cell
    if is_of_days(number_format) and 0 <= cell < 2958466:
        return _moment(float(cell), utc)
    if is_of_money(number_format):
        return Decimal(str(round(cell, 4)))
    return float(cell)


def _moment(serial: float, utc: Any) -> ComTime:
    """A day as VT_DATE becomes one: to the millisecond, said to be UTC."""
    exact = DAY_ZERO + timedelta(milliseconds=round(serial * 86_400_000))
    return ComTime(*exact.timetuple()[:6], exact.microsecond, tzinfo=utc)


def is_of_days(code: str) -> bool:
    """Whether a number format shows days or times.

    >>> is_of_days("mmm yyyy"), is_of_days('0 "days"'), is_of_days("[Red]0"), is_of_days("General")
    (True, False, False, False)
    """
    bare = re.sub(r'"[^"]*"|\\.|_.|\[(?!h|m|s)[^\]]*\]|General', "", code)
    return bool(re.search(r"[dmyhs]", bare, re.IGNORECASE))


def is_of_money(code: str) -> bool:
    """Whether a number format is one of money: Range.Value gives VT_CY for it.

    In quotes, too: so Excel writes the currency of its own country into files.

    >>> [is_of_money(code) for code in ('"£"#,##0.00', "[$£-809]0", '0 "£ a week"', "[$-809]mmm")]
    [True, True, False, False]
    """
    plain = re.sub(r'"([£€$])"', r"\1", code)
    return bool(re.search(r"[£€$](?!-|\])", re.sub(r'"[^"]*"|\[\$[-\d]*\]', "", plain)))


def into(value: Any) -> Any:
    """A Python value as Excel gets it.

    Raises TypeError for what pywin32 cannot turn into a VARIANT, such as numpy's integers.
    """
    if isinstance(value, list | tuple):
        return [into(part) for part in value]
    if value is None or isinstance(value, bool | str):
        return _text(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value - SUMMER_TIME).replace(tzinfo=None)
    if type(value) is int or isinstance(value, float | Decimal):
        return float(value)
    raise TypeError(
        f"Objects of type '{type(value).__name__}' can not be converted to a COM VARIANT"
    )


def _text(value: Any) -> Any:
    if isinstance(value, str) and len(value.encode("utf-16-le")) // 2 > LONGEST_TEXT + 1:
        raise refused()
    return value


def as_block(value: Any, rows: int, columns: int) -> list[list[Any]]:
    """What is written to so many cells; #N/A where an array has too little.

    One value goes to every cell, one row to every row (Microsoft's "Range.Value property").
    Raises ValueError for rows of several lengths, as a SAFEARRAY has none.
    """
    if not isinstance(value, list):
        return [[value] * columns for _ in range(rows)]
    if not any(isinstance(row, list) for row in value):
        value = [value] * rows
    if len({len(row) for row in value}) > 1:
        raise ValueError("All dimensions must be a sequence of the same size")
    missing = ["#N/A"] * columns
    wide = [[*row, *missing][:columns] for row in value]
    return [*wide, *([missing] * rows)][:rows]
