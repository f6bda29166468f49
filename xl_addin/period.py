"""Months: the period every figure belongs to."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from xl_addin.errors import MonthUnreadable
from xl_addin.patterns import pattern

NAMES = (
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
MONTHS_SHOWN = 13

_ISO = pattern(r"(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[ T]00:00(?::00)?(?:\.0+)?)?)?")
_DAY_FIRST = pattern(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_NAMED = pattern(r"([A-Za-z]{3,9})\.?[ \-/]+(\d{4}|['’]?\d{2})")
_LAST_OF_THIS_CENTURY = 29
"""A year of two digits up to this is one of 2000, as Excel reads it; later ones are of 1900."""


class Month(NamedTuple):
    """A calendar month, ordered in time.

    >>> Month(2015, 6).label
    'Jun 2015'
    >>> Month(2015, 6).same_month_last_year() < Month(2015, 6)
    True
    """

    year: int
    month: int

    @property
    def label(self) -> str:
        """The month as the Dataset's headings print it: "Jun 2015"."""
        return f"{NAMES[self.month - 1][:3]} {self.year}"

    @property
    def first_day(self) -> date:
        """The first of the month: how a cell holds it."""
        return date(self.year, self.month, 1)

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier when negative)."""
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    def previous(self) -> Month:
        """The month before."""
        return _previous(self)

    def same_month_last_year(self) -> Month:
        """The month that a % change is counted from."""
        return self.plus(-12)

    def window(self, months: int = MONTHS_SHOWN) -> tuple[Month, ...]:
        """So many consecutive months, oldest first, ending with this one."""
        return _window(self, months)

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, value: object) -> Month:
        """Read a month from a date or from text, day first.

        Raises MonthUnreadable for anything that is not one of the written forms, for a year
        before 1900 and for a day that is not in the month.

        >>> Month.parse("01/06/2015") == Month.parse("June 2015") == Month.parse("2015-06")
        True
        >>> Month.parse("Jun-15").label, Month.parse("June '15").label
        ('Jun 2015', 'Jun 2015')
        """
        if isinstance(value, date):
            return cls.of(value)
        if isinstance(value, str) and (found := _month_in(value.strip())):
            return found
        raise MonthUnreadable(value)


@lru_cache(maxsize=1 << 12)
def _previous(month: Month) -> Month:
    """Kept: whoever goes back through all months of one measure does so for each other too."""
    return month.plus(-1)


@lru_cache(maxsize=1 << 6)
def _window(last: Month, months: int) -> tuple[Month, ...]:
    """Kept: each measure is asked for the months of the page, in many places."""
    return tuple(last.plus(i - months + 1) for i in range(months))


@lru_cache(maxsize=1 << 12)
def _month_in(text: str) -> Month | None:
    if match := _NAMED.fullmatch(text):
        return _checked(_whole_year(match[2]), _number_of(match[1]), "1")
    if match := _ISO.fullmatch(text):
        return _checked(match[1], match[2], match[3] or "1")
    if match := _DAY_FIRST.fullmatch(text):
        return _checked(match[3], match[2], match[1])
    return None


def _whole_year(text: str) -> str:
    digits = text.lstrip("'’")
    if len(digits) > 2:
        return digits
    return f"{20 if int(digits) <= _LAST_OF_THIS_CENTURY else 19}{digits}"


def _number_of(name: str) -> str:
    lowered = name.lower()
    for number, month in enumerate(NAMES, 1):
        if lowered in (month.lower(), month[:3].lower(), "sept" if number == 9 else ""):
            return str(number)
    return "0"


def _checked(year: str, month: str, day: str) -> Month | None:
    try:
        found = Month.of(date(int(year), int(month), int(day)))
    except ValueError:
        return None
    return found if found.year >= 1900 else None
