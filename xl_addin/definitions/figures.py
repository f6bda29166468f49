"""Figures from records: each measure and month, or the reason there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from xl_addin.definitions.calendar import Calendar, build_calendar, last_day, numbered
from xl_addin.definitions.cases import figures_of
from xl_addin.definitions.choices import Choices
from xl_addin.definitions.lists import list_in_words
from xl_addin.definitions.measures import DEFINITIONS, Definition, Gives, Ratio
from xl_addin.period import Month
from xl_addin.values import field, value_type

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from xl_addin.definitions.lists import Lists

EXTRACT_WITHIN = 7
"""An extract made so many days after a month ended still tells of its end."""

Run = Callable[["Table"], list[dict[str, Any]]]
"""Work an expression out: its rows."""


@value_type
class Records:
    """The lists of a source, the months they cover, and the day they were extracted on.

    ``filled`` says of each list which columns hold anything; ``spans`` the first and the last
    month it knows of, None where it knows of none. A list that is not in ``spans`` covers all.
    """

    lists: Lists
    since: Month
    extracted: date
    filled: Mapping[str, frozenset[str]]
    spans: Mapping[str, tuple[Month, Month] | None] = field(default_factory=dict)


@value_type
class Computed:
    """A computed figure, or why there is none. ``value`` is a count, or a fraction of 1.

    ``numerator`` and ``denominator`` are counts, of percentages alone.
    """

    ref: str
    month: Month
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    reason: str = ""
    caution: str = ""


Counts = Mapping[Month, tuple[int, int]]


@value_type
class Work:
    """What is to be computed, and how: consecutive months, definitions, choices, an engine."""

    months: Sequence[Month]
    choices: Choices
    run: Run
    definitions: Mapping[str, Definition | Ratio] = field(default_factory=lambda: DEFINITIONS)


def compute(records: Records, work: Work) -> list[Computed]:
    """The figures of the months, in the order of the definitions.

    A month that the source does not cover gives none for a count, rather than zero. What is
    true on the day of the extract alone is given for that month alone.
    """
    months = covered(records, work.months)
    if not months:
        return []
    calendar = build_calendar(months)
    found: dict[str, list[Computed]] = {}
    for ref, definition in work.definitions.items():
        if isinstance(definition, Definition):
            found[ref] = list(_of_definition(definition, records, calendar, work, months))
    for ref, definition in work.definitions.items():
        if isinstance(definition, Ratio):
            found[ref] = list(_of_ratio(definition, found))
    return [one for ref in work.definitions for one in found[ref]]


def covered(records: Records, months: Sequence[Month]) -> list[Month]:
    """Those of the months that a source covers."""
    last = Month.of(records.extracted)
    return [month for month in months if records.since <= month <= last]


def _of_definition(
    definition: Definition,
    records: Records,
    calendar: Calendar,
    work: Work,
    months: Sequence[Month],
) -> Iterator[Computed]:
    if reason := _missing(definition, records):
        yield Computed(definition.ref, months[-1], reason=reason)
        return
    if definition.extract_day and not (months := _as_of(months, records)):
        reason = (
            f"Not computed: only the last visit is recorded, as of {records.extracted:%d/%m/%Y}"
        )
        yield Computed(definition.ref, Month.of(records.extracted), reason=reason)
        return
    cases = definition.cases(records.lists, calendar, work.choices)
    rows = work.run(figures_of(cases))
    counts = {numbered(row["month"]): (row["numerator"], row["denominator"]) for row in rows}
    for month in months:
        if month not in counts and (reason := _not_held(definition.needs[0], month, records)):
            yield Computed(definition.ref, month, reason=reason)
        else:
            yield _figure(definition, month, counts)


def _not_held(name: str, month: Month, records: Records) -> str:
    """Why nothing in a list for a month is not zero: one list may cover less than the others."""
    span = records.spans.get(name, (month, month))
    if span is None:
        return f"Not computed: there is nothing in {list_in_words(name)}"
    if span[0] <= month <= span[1]:
        return ""
    side, end = ("before", span[0]) if month < span[0] else ("after", span[1])
    return f"Not computed: {list_in_words(name)} holds nothing {side} {end.label}"


def _as_of(months: Sequence[Month], records: Records) -> Sequence[Month]:
    return [month for month in months if is_as_of(month, records.extracted)]


def is_as_of(month: Month, extracted: date) -> bool:
    """Whether an extract tells of the end of a month: made then, or in the week after."""
    return 0 <= (extracted - last_day(month)).days <= EXTRACT_WITHIN


def _missing(definition: Definition, records: Records) -> str:
    """Why a source cannot give a measure; blank where it can."""
    for needed in definition.needs:
        if needed not in records.lists:
            return f"Not computed: the source has no {list_in_words(needed)}"
    own = definition.needs[0]
    for column in definition.columns:
        if column not in records.filled[own]:
            words = column.replace("_", " ")
            return f"Not computed: nothing is given for “{words}” in {list_in_words(own)}"
    return ""


def _figure(definition: Definition, month: Month, counts: Counts) -> Computed:
    counted, of = counts.get(month, (0, 0))
    ref, caution = definition.ref, definition.caution
    if definition.gives is Gives.SHARE:
        return _share(ref, month, counted, of, caution)
    return Computed(
        ref, month, float(of if definition.gives is Gives.COUNT else counted), caution=caution
    )


def _share(ref: str, month: Month, counted: int, of: int, caution: str) -> Computed:
    if not of:
        return Computed(ref, month, reason="Nothing to take a percentage of in the month")
    return Computed(ref, month, counted / of, counted, of, caution=caution)


def _of_ratio(ratio: Ratio, found: Mapping[str, Sequence[Computed]]) -> Iterator[Computed]:
    """A ratio of two measures, month by month; the reason of either is its own."""
    tops = {one.month: one for one in found[ratio.numerator]}
    for below in found[ratio.denominator]:
        above = tops.get(below.month)
        reason = below.reason or (above.reason if above else "")
        if reason or above is None or above.value is None or below.value is None:
            yield Computed(ratio.ref, below.month, reason=reason or "Not computed")
        else:
            counts = int(above.value), int(below.value)
            yield _share(ratio.ref, below.month, *counts, ratio.caution)
