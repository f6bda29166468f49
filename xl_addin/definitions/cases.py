"""Cases: the things a measure counts, and the figures they add up to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xl_addin.definitions.calendar import Calendar

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, IntegerValue, StringValue, Table

WHO = ("source", "row", "authority", "child_id")
COLUMNS = ("month", "is_counted", "left_out", *WHO, "from_date", "to_date")
"""What a case says: the number of its month, whether it counts in the numerator, why it is
left out of both counts (empty when it is not), whose it is, and the two dates that decided."""


NEVER = date(9999, 12, 31)
"""When something ends that has no end."""


def happened(listed: Table, day: str, calendar: Calendar) -> Table:
    """The rows of a list whose date lies in the months asked for, with their month."""
    found = listed.filter(listed[day].between(calendar.first_day, calendar.last_day))
    return found.mutate(month=(found[day].year() * 12 + found[day].month() - 1).cast("int32"))


def open_at_month_end(listed: Table, start: str, end: str, calendar: Calendar) -> Table:
    """The rows open at the end of each month: begun by then, and not ended by then.

    What ends on the last day of a month is not open at its end.
    """
    import ibis

    months = calendar.months
    early = listed.filter(listed[start] <= calendar.last_day)
    begun = early[start] <= months.last_day
    # One comparison instead of “empty or later”: engines join by it in half the time.
    ended = early[end].fill_null(ibis.literal(NEVER))
    return early.join(months, [begun, ended > months.last_day])


def cases_of(
    rows: Table,
    *,
    is_counted: BooleanValue | bool = True,
    left_out: StringValue | None = None,
    dates: tuple[str, str],
) -> Table:
    """The cases of a measure from rows that have their month.

    ``is_counted`` that is not known (a date is missing) is no.
    """
    import ibis

    no_reason = ibis.literal(None, type="string")
    return rows.select(
        "month",
        *WHO,
        is_counted=ibis.literal(is_counted).fill_null(False)
        if isinstance(is_counted, bool)
        else is_counted.fill_null(False),
        left_out=no_reason if left_out is None else left_out,
        from_date=rows[dates[0]],
        to_date=rows[dates[1]],
    )


def figures_of(cases: Table) -> Table:
    """Numerator and denominator of each month that has a case: month, numerator, denominator."""
    import ibis

    kept = cases.filter(cases.left_out.isnull())
    counted = ibis.ifelse(kept.is_counted, 1, 0).sum()
    return kept.group_by("month").aggregate(numerator=counted, denominator=kept.count())


def with_working_days(rows: Table, start: str, end: str, calendar: Calendar) -> Table:
    """Rows with ``working_days``: those after the start up to and with the end.

    Empty where a date is missing or the start lies before the calendar: then it is late anyhow.
    """
    days = calendar.working_days
    begun = days.select(start_day=days.day, started_on=days.working_day)
    done = days.select(end_day=days.day, ended_on=days.working_day)
    joined = rows.left_join(begun, rows[start] == begun.start_day)
    joined = joined.left_join(done, joined[end] == done.end_day)
    counted: IntegerValue = joined.ended_on - joined.started_on
    return joined.mutate(working_days=counted).drop(
        "start_day", "started_on", "end_day", "ended_on"
    )


def is_within(working_days: IntegerValue, limit: int, *, start_day_counts: bool) -> BooleanValue:
    """Whether something took at most so many working days."""
    return working_days + int(start_day_counts) <= limit


def first_of_each(rows: Table, *keys: str) -> BooleanValue:
    """Whether a row is the first with its keys; rows are ordered by source and row."""
    import ibis

    window = ibis.window(group_by=list(keys), order_by=["source", "row"])
    return ibis.row_number().over(window) == 0


def visited_later(rows: Table) -> StringValue:
    """Why a child whose last visit came after the month is left out; empty for the others."""
    import ibis

    is_later = (rows.last_visit > rows.last_day).fill_null(False)
    none = ibis.literal(None, type="string")
    return ibis.ifelse(is_later, "visited after the month: earlier visits are not known", none)
