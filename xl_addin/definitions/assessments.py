"""Assessments: Single Assessments completed, and completed in time (EH3, EH4-QL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_addin.definitions.cases import WHO, cases_of, happened, is_within, with_working_days
from xl_addin.definitions.choices import Clock
from xl_addin.definitions.lists import ASSESSMENTS, REFERRALS

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from xl_addin.definitions.calendar import Calendar
    from xl_addin.definitions.choices import Choices
    from xl_addin.definitions.lists import Lists

IN_TIME = 45
"""Working days (Working Together to Safeguard Children)."""


def eh3_completed(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """EH3: assessments authorised in the month.

    Source: Annex A list 4, Continuous Assessment Date of Authorisation.
    """
    rows = happened(lists[ASSESSMENTS], "assessment_authorised", calendar)
    return cases_of(rows, dates=("assessment_start", "assessment_authorised"))


def eh4_in_time(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """EH4-QL: of the assessments authorised in the month, those within 45 working days.

    Source: Annex A list 4. Trap: guidance counts from the referral, the list holds the start of
    the assessment. Choice ``clock``: with the referral's clock, from the child's latest referral
    not after the start; an assessment without one keeps its own start.
    """
    rows = happened(lists[ASSESSMENTS], "assessment_authorised", calendar)
    rows = rows.mutate(clock=rows.assessment_start)
    if choices.clock is Clock.REFERRAL:
        rows = _from_referral(rows, lists[REFERRALS])
    timed = with_working_days(rows, "clock", "assessment_authorised", calendar)
    in_time = is_within(timed.working_days, IN_TIME, start_day_counts=choices.start_day_counts)
    return cases_of(timed, is_counted=in_time, dates=("clock", "assessment_authorised"))


def _from_referral(rows: Table, referrals: Table) -> Table:
    """Assessments whose clock began with the child's latest referral before their start."""
    import ibis

    referred = referrals.select(
        who=referrals.child_id, whose=referrals.authority, referred_on=referrals.referral_date
    )
    same = [
        rows.child_id == referred.who,
        rows.authority.fill_null("") == referred.whose.fill_null(""),
        referred.referred_on <= rows.assessment_start,
    ]
    pairs = rows.left_join(referred, same)
    by = [*WHO, "month", "assessment_start", "assessment_authorised"]
    latest = pairs.group_by(by).aggregate(referred_on=pairs.referred_on.max())
    return latest.mutate(clock=ibis.coalesce(latest.referred_on, latest.assessment_start))
