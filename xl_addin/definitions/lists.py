"""The lists of children's records that measures are defined on: their columns, and what they hold.

They follow Ofsted's Annex A, whose lists every English authority makes; SSDA903 files and the CIN
census give some of the same lists. A list that a source does not have is left out; a column that
it lacks is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from xl_addin.values import value_type

if TYPE_CHECKING:
    from ibis.expr.types import Table


class Kind(StrEnum):
    """What a column holds; in an engine an answer is "yes", "no" or empty, a code text."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    ANSWER = "answer"
    CODE = "code"

    @property
    def type(self) -> str:
        """The Ibis type of the column."""
        return {Kind.DATE: "date", Kind.NUMBER: "int64"}.get(self, "string")


YES, NO = "yes", "no"


@value_type
class Column:
    """A column of a list. One that is ``needed`` must be in a source for the list to be read."""

    name: str
    kind: Kind = Kind.TEXT
    needed: bool = False


CONTACTS = "contacts"
REFERRALS = "referrals"
ASSESSMENTS = "assessments"
SECTION_47 = "section_47"
PLANS = "child_protection_plans"
CARE = "children_in_care"

SOURCE = Column("source")
"""The file a row came from."""
ROW = Column("row", Kind.NUMBER)
"""The row of that file, counted as a spreadsheet does, headings included."""
CHILD = Column("child_id", needed=True)
AUTHORITY = Column("authority")
BORN = Column("date_of_birth", Kind.DATE)
EVERYWHERE = (SOURCE, ROW, AUTHORITY, CHILD, BORN)


def _date(name: str, *, needed: bool = False) -> Column:
    return Column(name, Kind.DATE, needed)


LISTS: Mapping[str, tuple[Column, ...]] = {
    CONTACTS: (*EVERYWHERE, _date("contact_date", needed=True), Column("contact_source")),
    REFERRALS: (
        *EVERYWHERE,
        _date("referral_date", needed=True),
        Column("no_further_action", Kind.ANSWER),
    ),
    ASSESSMENTS: (
        *EVERYWHERE,
        _date("assessment_start", needed=True),
        _date("assessment_authorised", needed=True),
    ),
    SECTION_47: (
        *EVERYWHERE,
        _date("strategy_discussion", needed=True),
        Column("conference_unnecessary", Kind.ANSWER),
        _date("conference_date", needed=True),
        Column("conference_led_to_plan", Kind.ANSWER),
    ),
    PLANS: (
        *EVERYWHERE,
        _date("plan_start", needed=True),
        _date("plan_end", needed=True),
        _date("last_visit"),
        Column("previous_plans", Kind.NUMBER),
        Column("is_temporary", Kind.ANSWER),
    ),
    CARE: (
        *EVERYWHERE,
        _date("care_start", needed=True),
        _date("care_end", needed=True),
        Column("reason_ceased", Kind.CODE),
        _date("last_visit"),
        _date("placement_start"),
        Column("legal_status", Kind.CODE),
        Column("placed_to_18", Kind.ANSWER),
    ),
}
"""Each list with its columns, in order."""

NUMBERED = {CONTACTS: 1, REFERRALS: 3, ASSESSMENTS: 4, SECTION_47: 5, PLANS: 7, CARE: 8}
"""The number of each list in Annex A."""

HAPPENED: Mapping[str, str] = {
    CONTACTS: "contact_date",
    REFERRALS: "referral_date",
    ASSESSMENTS: "assessment_authorised",
    SECTION_47: "strategy_discussion",
    PLANS: "plan_end",
    CARE: "care_end",
}
"""The date of each list that says which months its source covers: lists 7 and 8 hold whoever was
there at any time of those months, so what began long ago says nothing of them."""

SPANS: Mapping[str, tuple[str, str]] = {
    ASSESSMENTS: ("assessment_start", "assessment_authorised"),
    SECTION_47: ("strategy_discussion", "conference_date"),
    PLANS: ("plan_start", "plan_end"),
    CARE: ("care_start", "care_end"),
}
"""Two dates of a list of which the second cannot come before the first."""

STARTS: Mapping[str, str] = {
    CONTACTS: "contact_date",
    REFERRALS: "referral_date",
    **{name: start for name, (start, _) in SPANS.items()},
}
"""The date of each list that tells one row of a child from another, in every file it stands in."""

Lists = Mapping[str, "Table"]
"""The lists of a source, as tables of an engine."""


def list_in_words(name: str) -> str:
    """How an officer knows a list.

    >>> list_in_words("section_47")
    'List 5 (section 47)'
    """
    words = name.replace("_", " ")
    return f"List {NUMBERED[name]} ({words})" if name in NUMBERED else words
