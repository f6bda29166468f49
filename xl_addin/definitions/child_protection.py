"""Child protection: enquiries, conferences and plans (CP1 to CP8-QL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_addin.definitions.cases import (
    cases_of,
    first_of_each,
    happened,
    is_within,
    open_at_month_end,
    visited_later,
    with_working_days,
)
from xl_addin.definitions.lists import PLANS, SECTION_47, YES

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from xl_addin.definitions.calendar import Calendar
    from xl_addin.definitions.choices import Choices
    from xl_addin.definitions.lists import Lists

CONFERENCE_IN_TIME = 15
"""Working days from the strategy discussion (Working Together to Safeguard Children)."""

VISITED_WITHIN = 14
"""Calendar days before the end of the month."""


def cp1_enquiries(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP1: section 47 enquiries started in the month.

    Source: Annex A list 5, the date of the strategy discussion that initiated the enquiry.
    """
    rows = happened(lists[SECTION_47], "strategy_discussion", calendar)
    return cases_of(rows, dates=("strategy_discussion", "conference_date"))


def _conferences(lists: Lists, calendar: Calendar) -> Table:
    """Initial conferences held in the month, each child and day once, with ``again``."""
    import ibis

    rows = happened(lists[SECTION_47], "conference_date", calendar)
    first = first_of_each(rows, "authority", "child_id", "conference_date")
    none = ibis.literal(None, type="string")
    return rows.mutate(again=ibis.ifelse(first, none, "the same child and conference date again"))


def cp2_conferences(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP2: initial child protection conferences held in the month, one for a child and day.

    Source: Annex A list 5. Trap: children who moved in with a plan have no row here.
    """
    rows = _conferences(lists, calendar)
    return cases_of(rows, left_out=rows.again, dates=("strategy_discussion", "conference_date"))


def cp3_in_time(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP3-QL: of the conferences of the month, those within 15 working days of the discussion."""
    rows = with_working_days(
        _conferences(lists, calendar), "strategy_discussion", "conference_date", calendar
    )
    in_time = is_within(
        rows.working_days, CONFERENCE_IN_TIME, start_day_counts=choices.start_day_counts
    )
    dates = ("strategy_discussion", "conference_date")
    return cases_of(rows, is_counted=in_time, left_out=rows.again, dates=dates)


def cp4_led_to_plan(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP4: of the conferences of the month, those that led to a child protection plan."""
    rows = _conferences(lists, calendar)
    dates = ("strategy_discussion", "conference_date")
    planned = rows.conference_led_to_plan == YES
    return cases_of(rows, is_counted=planned, left_out=rows.again, dates=dates)


def _registered(lists: Lists, choices: Choices) -> Table:
    """Plans, with ``temporary`` saying why one is left out where that was chosen."""
    import ibis

    plans = lists[PLANS]
    none = ibis.literal(None, type="string")
    if choices.temporary:
        return plans.mutate(temporary=none)
    is_temporary = (plans.is_temporary == YES).fill_null(False)
    return plans.mutate(temporary=ibis.ifelse(is_temporary, "a temporary registration", none))


def cp5_again(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP5-QL: of the plans started in the month, those of children with an earlier plan.

    Source: Annex A list 7, Number of Previous Child Protection Plans above 0.
    """
    rows = happened(_registered(lists, choices), "plan_start", calendar)
    again = rows.previous_plans > 0
    return cases_of(
        rows, is_counted=again, left_out=rows.temporary, dates=("plan_start", "plan_end")
    )


def cp6b_open(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP6B: children with a plan at the end of the month.

    Source: Annex A list 7. The list does not name temporary registrations; where a column is
    mapped to them, the choice ``temporary`` leaves them out.
    """
    rows = open_at_month_end(_registered(lists, choices), "plan_start", "plan_end", calendar)
    return cases_of(rows, left_out=rows.temporary, dates=("plan_start", "plan_end"))


def cp7_ended(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP7: plans that ended in the month. Source: Annex A list 7."""
    rows = happened(_registered(lists, choices), "plan_end", calendar)
    return cases_of(rows, left_out=rows.temporary, dates=("plan_start", "plan_end"))


def cp8_visited(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """CP8-QL: of the children with a plan at the end of the month, those visited in 14 days.

    Source: Annex A list 7, Date of the Last Statutory Visit. Trap: only the last visit is there,
    so the figure is true for the month that ends with the extract, and for no earlier one; a
    child visited after it ended is left out, for the visits before that are not known.
    """
    import ibis

    rows = open_at_month_end(_registered(lists, choices), "plan_start", "plan_end", calendar)
    visited = rows.last_visit >= rows.last_day - ibis.interval(days=VISITED_WITHIN)
    left_out = rows.temporary.coalesce(visited_later(rows))
    return cases_of(rows, is_counted=visited, left_out=left_out, dates=("plan_start", "last_visit"))
