"""MASH: contacts and referrals (M1 to M3). M4 and M5 have no national source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_addin.definitions.cases import cases_of, first_of_each, happened
from xl_addin.definitions.lists import CONTACTS, REFERRALS

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from xl_addin.definitions.calendar import Calendar
    from xl_addin.definitions.choices import Choices
    from xl_addin.definitions.lists import Lists


def m1_contacts(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """M1: contacts received in the month.

    Source: Annex A list 1, Date of Contact. Trap: the list has a row for each child of a
    contact, so these are child-contacts. Choice ``distinct_children``: a child once a month.
    """
    import ibis

    rows = happened(lists[CONTACTS], "contact_date", calendar)
    again = ibis.literal(None, type="string")
    if choices.distinct_children:
        first = first_of_each(rows, "authority", "child_id", "month")
        again = ibis.ifelse(first, again, "another contact of the child in the month")
    return cases_of(rows, left_out=again, dates=("contact_date", "contact_date"))


def m2_referrals(lists: Lists, calendar: Calendar, choices: Choices) -> Table:
    """M2: referrals received in the month, whatever came of them.

    Source: Annex A list 3, Date of referral; CIN census, CINreferralDate.
    M3 is M2 ÷ M1 of the same month: a ratio, not the share of those contacts.
    """
    rows = happened(lists[REFERRALS], "referral_date", calendar)
    return cases_of(rows, dates=("referral_date", "referral_date"))
