"""Months and working days as tables that records are joined to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from xl_addin.period import Month
from xl_addin.values import value_type

if TYPE_CHECKING:
    from ibis.expr.types import Table

YEARS_BEFORE = 3
"""Something counted in a month began at most so long before it, save what is late in any case."""


@value_type
class Calendar:
    """The months asked for, and the working days of the years around them.

    ``months``: month (its number) and last_day, a row for each. ``working_days``: day and
    working_day, the number of working days up to and with that day.
    """

    months: Table
    working_days: Table
    first_day: date
    last_day: date


def build_calendar(months: Sequence[Month]) -> Calendar:
    """The calendar of consecutive months."""
    import ibis

    first, last = months[0].first_day, last_day(months[-1])
    rows = [{"month": number_of(month), "last_day": last_day(month)} for month in months]
    schema = {"month": "int32", "last_day": "date"}
    days = working_days(first.replace(year=first.year - YEARS_BEFORE, day=1), last)
    counted = [{"day": day, "working_day": number} for day, number in days]
    return Calendar(
        ibis.memtable(rows, schema=schema),
        ibis.memtable(counted, schema={"day": "date", "working_day": "int64"}),
        first,
        last,
    )


def number_of(month: Month) -> int:
    """The number of a month among all: engines group by numbers in a fifth of the time of dates.

    >>> numbered(number_of(Month(2015, 6)))
    Month(year=2015, month=6)
    """
    return month.year * 12 + month.month - 1


def numbered(number: int) -> Month:
    """The month of a number."""
    return Month(number // 12, number % 12 + 1)


def last_day(month: Month) -> date:
    """The last day of a month."""
    return month.plus(1).first_day - timedelta(days=1)


def working_days(first: date, last: date) -> list[tuple[date, int]]:
    """Each day with the number of working days up to and with it, counted from ``first``.

    Monday to Friday, less the bank holidays of England and Wales.
    """
    from holidays import country_holidays

    closed = country_holidays("GB", subdiv="ENG", years=range(first.year, last.year + 1))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    counted, number = [], 0
    for day in days:
        number += day.weekday() < 5 and day not in closed
        counted.append((day, number))
    return counted
