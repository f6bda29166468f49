"""Comparators: what others had of a measure, as the Comparators table has it.

Others are England, a region, statistical neighbours, another council. Their figures are mostly
yearly; whoever sets one beside a month's says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from xl_addin.dataset.derived import is_number
from xl_addin.errors import MonthUnreadable, Problem
from xl_addin.layout import Comparators
from xl_addin.measure import Catalogue, Measure
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.table import CellValue, Table, text_of
from xl_addin.values import value_type

SYMBOLS = frozenset(["c", "x", "z", ":", "low", "u", "k", ".", "..", "-", "~", "*", "n/a"])
"""What published tables put in place of a figure, brackets and capitals apart: never a figure."""

_YEAR = pattern(r"([12]\d{3})(?:[-/–]([12]\d{3}|\d{2}))?(?: \(([^()]+)\))?")
_YEAR_TO = pattern(r"year (?:to|ending|ended) (?:\d{1,2} )?(.+)")


class Period(NamedTuple):
    """A month or a year as a comparator names it, in order of when it begins."""

    start: Month
    end: Month
    text: str

    @property
    def is_year(self) -> bool:
        """Whether it is longer than a month."""
        return self.start != self.end

    @classmethod
    def parse(cls, cell: CellValue) -> Period | None:
        """Read a month (a date, "Jun 2015") or a year; None for what is neither.

        A year is written 2015, 2014-15 (from April; with (academic year) or (school year) behind
        it from September), either with other words in brackets, or "year to March 2015".

        >>> Period.parse("2014-15").start.label, Period.parse("Jun 2015").is_year
        ('Apr 2014', False)
        """
        text = text_of(cell)
        if isinstance(cell, date):
            return cls.of_month(Month.of(cell))
        if match := _YEAR.fullmatch(text):
            first = _first_month(int(match[1]), match[2], (match[3] or "").casefold())
            if first:
                return cls(first, first.plus(11), text)
        return _in_words(text)

    @classmethod
    def of_month(cls, month: Month) -> Period:
        """A period of one month."""
        return cls(month, month, month.label)


def _first_month(year: int, until: str | None, words: str) -> Month | None:
    """The month a year begins with, given what stands behind it; None for what is no year."""
    if _PART.search(words):
        return None
    if not until:
        return None if _OF_TWO_YEARS.search(words) else Month(year, 1)
    if "calendar" in words or int(until) % 100 != (year + 1) % 100:
        return None
    return Month(year, 9 if _OF_SCHOOL.search(words) else 4)


_OF_SCHOOL, _OF_TWO_YEARS = pattern(r"academic|school"), pattern(r"academic|school|financial|tax")
_PART = pattern(r"\bq[1-4]\b|quarter|\bterm|half|month|week")
"""Words of years that lie in two calendar years, and of what is only a part of a year."""


def _in_words(text: str) -> Period | None:
    match = _YEAR_TO.fullmatch(text.casefold())
    try:
        month = Month.parse(match[1] if match else text)
    except MonthUnreadable:
        return None
    return Period(month.plus(-11), month, text) if match else Period.of_month(month)


class Comparator(NamedTuple):
    """What somebody had of a measure in a period.

    ``value`` is in the unit of the measure's figures: a percentage is a fraction of 1. ``place``
    is its row in words.
    """

    ref: str
    who: str
    period: Period
    value: float
    source: str = ""
    place: str = ""

    @property
    def key(self) -> tuple[str, str, Month, Month]:
        """What there is one value for: measure, who (whatever the capitals) and period."""
        return self.ref, self.who.casefold(), self.period.start, self.period.end


@value_type
class KnownComparators:
    """The comparators of a workbook that can be read, and what is wrong with the table."""

    comparators: tuple[Comparator, ...] = ()
    problems: tuple[Problem, ...] = ()

    def beside(self, ref: str, month: Month) -> tuple[Comparator, ...]:
        """What is set beside a measure's month: of each, the latest that had begun by then."""
        latest: dict[str, Comparator] = {}
        for one in self.comparators:
            if one.ref == ref and one.period.start <= month:
                other = latest.setdefault(one.who.casefold(), one)
                latest[one.who.casefold()] = max(other, one, key=lambda o: o.period[:2])
        return tuple(latest.values())

    def by_ref(self) -> dict[str, tuple[Comparator, ...]]:
        """The comparators of each measure that has any, in the order of the table."""
        found: dict[str, list[Comparator]] = {}
        for one in self.comparators:
            found.setdefault(one.ref, []).append(one)
        return {ref: tuple(those) for ref, those in found.items()}


def read_comparators(
    table: Table, catalogue: Catalogue, former: Mapping[str, str] | None = None
) -> KnownComparators:
    """The comparators that a table holds; a row that cannot be read is none, and told.

    A row that has a symbol such as "c" in place of its value is kept, and is none. ``former`` are
    present refs by those that measures had before.
    """
    former = former or {}
    found: list[Comparator] = []
    problems: list[Problem] = []
    for place, record in table.records():
        if is_symbol(record[Comparators.VALUE]):
            continue
        try:
            found.append(_read(place, record, catalogue, former))
        except ValueError as unread:
            problems.append(Problem(place, str(unread), _REMEDY))
    twice = dict(_twice(found))
    known = tuple(one for one in found if one.key not in twice)
    return KnownComparators(known, (*problems, *twice.values()))


_REMEDY = (
    "Write a measure ref, who it is (such as England), a month or a year such as 2014-15, and a "
    "number, a percentage as 85% or 0.85."
)


def is_symbol(cell: CellValue) -> bool:
    """Whether a cell holds what stands in place of a figure that is not published.

    >>> is_symbol("[c]"), is_symbol("Low"), is_symbol("5")
    (True, True, False)
    """
    return isinstance(cell, str) and cell.strip().strip("[]()").casefold() in SYMBOLS


def _read(
    place: str, record: Mapping[str, CellValue], catalogue: Catalogue, former: Mapping[str, str]
) -> Comparator:
    ref, who = text_of(record[Comparators.REF]), " ".join(text_of(record[Comparators.WHO]).split())
    ref = former.get(ref, ref)
    period, value = Period.parse(record[Comparators.PERIOD]), record[Comparators.VALUE]
    if ref not in catalogue:
        raise ValueError(catalogue.why_unknown(ref))
    if not who:
        raise ValueError(f"It does not say whose figure of {ref} it is.")
    if period is None:
        said = text_of(record[Comparators.PERIOD])
        raise ValueError(f"Its period is {f'“{said}”' if said else 'blank'}.")
    if not is_number(value):
        raise ValueError(f"Its value is {f'“{text_of(value)}”' if text_of(value) else 'blank'}.")
    if not is_possible(float(value), catalogue[ref]):
        raise ValueError(f"The value of {ref}, {catalogue[ref].unit}, is {text_of(value)}.")
    return Comparator(ref, who, period, float(value), text_of(record[Comparators.SOURCE]), place)


def is_possible(value: float, measure: Measure) -> bool:
    """Whether a measure can have a figure: none is below 0, no share above 100%."""
    most = measure.unit.kind.most
    return value >= 0 and (most is None or value <= most)


def _twice(found: Iterable[Comparator]) -> Iterator[tuple[tuple[object, ...], Problem]]:
    """Who has two values of a measure for one period, by key: neither counts."""
    first: dict[tuple[object, ...], Comparator] = {}
    for one in found:
        other = first.setdefault(one.key, one)
        if other.value != one.value:
            said = f"{one.who} has two values of {one.ref} for {one.period.text}"
            yield (
                one.key,
                Problem(
                    one.place,
                    f"{said} (also {other.place}).",
                    "Delete one of them; until then neither counts.",
                ),
            )
