"""The measures that records can give: each ref with its definition, what it needs, its cautions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING

from xl_addin.definitions import assessments, care, child_protection, mash
from xl_addin.definitions.lists import ASSESSMENTS, CARE, CONTACTS, PLANS, REFERRALS, SECTION_47
from xl_addin.values import value_type

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from xl_addin.definitions.calendar import Calendar
    from xl_addin.definitions.choices import Choices
    from xl_addin.definitions.lists import Lists


class Gives(Enum):
    """What the cases of a definition give as the figure."""

    COUNT = "how many there are"
    COUNTED = "how many of them are counted"
    SHARE = "how many of them are counted, of all"


@value_type
class Definition:
    """How a measure is computed from records.

    ``needs`` are the lists, ``columns`` those of its first list that must be filled somewhere.
    ``extract_day`` marks what is true for the month that ends with the extract alone, ``at_end``
    what is counted at the end of a month: months do not add up.
    """

    ref: str
    cases: Callable[[Lists, Calendar, Choices], Table]
    gives: Gives
    needs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    extract_day: bool = False
    caution: str = ""
    at_end: bool = False


@value_type
class Ratio:
    """A measure that is the ratio of two others, of the same month."""

    ref: str
    numerator: str
    denominator: str
    caution: str = ""


_MOVED_IN = "Children who moved in with a plan are not in the list."
_LAST_VISIT = "Only the last visit is in the list: true for the month of the extract alone."

DEFINITIONS: Mapping[str, Definition | Ratio] = {
    one.ref: one
    for one in (
        Definition("M1", mash.m1_contacts, Gives.COUNT, (CONTACTS,)),
        Definition("M2", mash.m2_referrals, Gives.COUNT, (REFERRALS,)),
        Ratio("M3", "M2", "M1", "Referrals and contacts of the same month: a ratio, not a share."),
        Definition("EH3", assessments.eh3_completed, Gives.COUNT, (ASSESSMENTS,)),
        Definition("EH4-QL", assessments.eh4_in_time, Gives.SHARE, (ASSESSMENTS,)),
        Definition("CP1", child_protection.cp1_enquiries, Gives.COUNT, (SECTION_47,)),
        Definition(
            "CP2",
            child_protection.cp2_conferences,
            Gives.COUNT,
            (SECTION_47,),
            caution=_MOVED_IN,
        ),
        Definition("CP3-QL", child_protection.cp3_in_time, Gives.SHARE, (SECTION_47,)),
        Definition(
            "CP4",
            child_protection.cp4_led_to_plan,
            Gives.SHARE,
            (SECTION_47,),
            ("conference_led_to_plan",),
        ),
        Definition(
            "CP5-QL", child_protection.cp5_again, Gives.SHARE, (PLANS,), ("previous_plans",)
        ),
        Definition("CP6B", child_protection.cp6b_open, Gives.COUNT, (PLANS,), at_end=True),
        Definition("CP7", child_protection.cp7_ended, Gives.COUNT, (PLANS,)),
        Definition(
            "CP8-QL",
            child_protection.cp8_visited,
            Gives.SHARE,
            (PLANS,),
            ("last_visit",),
            extract_day=True,
            caution=_LAST_VISIT,
        ),
        Definition("LAC1", care.lac1_in_care, Gives.COUNT, (CARE,), at_end=True),
        Definition(
            "LAC7-QL",
            care.lac7_visited,
            Gives.SHARE,
            (CARE,),
            ("last_visit",),
            extract_day=True,
            caution=_LAST_VISIT,
        ),
        Definition("LAC2", care.lac2_started, Gives.COUNT, (CARE,)),
        Definition("LAC3", care.lac3_ceased, Gives.COUNT, (CARE,)),
        Definition("LAC4-QL", care.lac4_permanence, Gives.COUNTED, (CARE,), ("reason_ceased",)),
        Ratio("LAC5-QL", "LAC4-QL", "LAC3"),
    )
}
"""Each measure with a national source. M4, M5, LAC8-QL and others: definitions/local.py."""
