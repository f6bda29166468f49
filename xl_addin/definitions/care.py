"""Looked after children: in care, coming in, leaving, adopted, visited (LAC1 to LAC7-QL)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xl_addin.definitions.cases import cases_of, happened, open_at_month_end, visited_later
from xl_addin.definitions.lists import CARE, YES

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

    from xl_addin.definitions.calendar import Calendar
    from xl_addin.definitions.choices import Choices
    from xl_addin.definitions.lists import Lists

SHORT_BREAKS = ("V3", "V4")
"""Legal statuses of placements under an agreed series of short breaks (SSDA903 guide)."""

PERMANENCE = ("E11", "E12", "E45", "E46", "E47", "E48")
"""Reasons ceased that are adoption or special guardianship, in every year (SSDA903 guide)."""

PERMANENCE_UNTIL = {date(2018, 4, 1): ("E43", "E44")}
"""Reasons that meant special guardianship for what ended before a day: 2018-19 replaced them."""

VISIT_WEEKS = 6
NEW_PLACEMENT_WEEKS = 1
PLACED_TO_18_MONTHS = 3
"""How often a social worker visits (Care Planning Regulations 2010, regulation 28)."""


def _looked_after(lists: Lists, choices: Choices) -> Table:
    """Periods of care, with ``short_break`` saying why one is left out."""
    import ibis

    care = lists[CARE]
    none = ibis.literal(None, type="string")
    if choices.short_breaks:
        return care.mutate(short_break=none)
    is_short = care.legal_status.isin(SHORT_BREAKS).fill_null(False)
    return care.mutate(short_break=ibis.ifelse(is_short, "a short break (V3 or V4)", none))


def lac1_in_care(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """LAC1: children looked after at the end of the month.

    Source: Annex A list 8; SSDA903 episodes of one period of care joined (RNE S begins it).
    """
    rows = open_at_month_end(_looked_after(lists, choices), "care_start", "care_end", calendar)
    return cases_of(rows, left_out=rows.short_break, dates=("care_start", "care_end"))


def lac2_started(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """LAC2: children who started to be looked after in the month."""
    rows = happened(_looked_after(lists, choices), "care_start", calendar)
    return cases_of(rows, left_out=rows.short_break, dates=("care_start", "care_end"))


def lac3_ceased(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """LAC3: children who ceased to be looked after in the month (903: REC neither blank nor X1)."""
    rows = happened(_looked_after(lists, choices), "care_end", calendar)
    return cases_of(rows, left_out=rows.short_break, dates=("care_start", "care_end"))


def lac4_permanence(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """LAC4-QL: of those who ceased in the month, the adopted and those under guardianship.

    Its numerator is the figure. Trap: E43 and E44 were replaced in 2018-19, so a list of codes
    of one year counts nothing in another. LAC5-QL is LAC4-QL ÷ LAC3.
    """
    rows = happened(_looked_after(lists, choices), "care_end", calendar)
    dates = ("care_start", "care_end")
    return cases_of(rows, is_counted=_is_permanence(rows), left_out=rows.short_break, dates=dates)


def _is_permanence(rows: Table) -> BooleanValue:
    found: BooleanValue = rows.reason_ceased.isin(PERMANENCE)
    for day, codes in PERMANENCE_UNTIL.items():
        found |= rows.reason_ceased.isin(codes) & (rows.care_end < day)
    return found


def lac7_visited(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """LAC7-QL: of the children looked after at the end of the month, those visited in time.

    In time: within six weeks; within three months where the child is placed to 18; where the
    placement began in the last week, the first visit is not due yet; otherwise one since the
    placement began. Source: Annex A list 8, Date of Last Social Work Visit. Trap: only the last
    visit is there, so the figure is true for the month that ends with the extract alone; a child
    visited after it ended is left out.
    """
    import ibis

    rows = open_at_month_end(_looked_after(lists, choices), "care_start", "care_end", calendar)
    end, began = rows.last_day, rows.placement_start
    six_weeks = end - ibis.interval(weeks=VISIT_WEEKS)
    three_months = end - ibis.interval(months=PLACED_TO_18_MONTHS)
    is_settled = (rows.placed_to_18 == YES).fill_null(False)
    recently = rows.last_visit >= ibis.ifelse(is_settled, three_months, six_weeks)
    is_new = (began >= end - ibis.interval(weeks=NEW_PLACEMENT_WEEKS)).fill_null(False)
    in_placement = (rows.last_visit >= began).fill_null(True)
    visited = is_new | (recently & in_placement)
    left_out = rows.short_break.coalesce(visited_later(rows))
    dates = ("placement_start", "last_visit")
    return cases_of(rows, is_counted=visited, left_out=left_out, dates=dates)
