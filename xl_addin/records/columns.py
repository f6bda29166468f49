"""Which sheet or file is which list, and which heading which column: by pattern, then by mapping.

Capitals, spaces and punctuation of a name do not matter. The patterns are those words that every
version of Annex A has used; what does not match is asked for in a mapping file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xl_addin.definitions.lists import (
    ASSESSMENTS,
    CARE,
    CONTACTS,
    LISTS,
    NUMBERED,
    PLANS,
    REFERRALS,
    SECTION_47,
)

_NAMES = {
    CONTACTS: "contact",
    REFERRALS: "referral",
    ASSESSMENTS: "assessment",
    SECTION_47: "sec(tion)?47|s47|icpc",
    PLANS: "childprotection|protectionplan|cpp",
    CARE: "childrenincare|lookedafter|incare|^(cla|lac|cic)(s|list|data|[0-9]*)$",
}
"""What the name of a sheet or file says when it has no number."""

_OTHERS = "earlyhelp|adopt|foster|leav(er|ing)|summary|pivot|total"
"""What a sheet says that holds something else, though a list's word is in its name."""

_EVERYWHERE = {
    "child_id": "(la)?child(ren)?s?(unique)?(id|identifier|reference)(no|number)?|uniqueid",
    "date_of_birth": "dateofbirth|dob|birthdate",
    "authority": "(local)?authority|la(code|name)?",
}

PATTERNS: Mapping[str, Mapping[str, str]] = {
    CONTACTS: {
        "contact_date": "(dateof)?contact(date|received)?",
        "contact_source": "contactsource|sourceofcontact",
    },
    REFERRALS: {
        "referral_date": "dateofreferral|referraldate|referralreceived",
        "no_further_action": "referralnfa|nofurtheraction|nfa",
    },
    ASSESSMENTS: {
        "assessment_start": "(continuous|single)?assessment(actual)?startdate|startofassessment",
        "assessment_authorised": "(continuous|single)?assessment(dateof)?authoris(ation|ed)(date)?",
    },
    SECTION_47: {
        "strategy_discussion": (
            "strategydiscussion(initiatingsection47enquiry)?(start)?date"
            "|(section47|s47)(enquiry)?(actual)?startdate"
        ),
        "conference_unnecessary": (
            "(wasan)?(initial)?(childprotection)?(conference|icpc)(deemed)?(unnecessary|notrequired)"
        ),
        "conference_date": "dateof(initial)?(childprotection)?conference|dateoficpc|icpcdate",
        "conference_led_to_plan": (
            "(didthe)?(initial)?(childprotection)?(conference|icpc)"
            "result(ed)?(ina)?(childprotectionplan)?"
        ),
    },
    PLANS: {
        "plan_start": "(childprotection|cp)plan(start)?(date)?",
        "plan_end": "(childprotection|cp)plan(end|ended)(date)?",
        "last_visit": "(dateof)?(the)?last(statutory)?visit(date)?",
        "previous_plans": "(numberof)?previous(childprotection|cp)plans?|numberofpreviousplans?",
        "is_temporary": "temporary(registration)?",
    },
    CARE: {
        "care_start": "datestartedtobelookedafter|carestartdate",
        "care_end": "dateceasedtobelookedafter|careenddate",
        "reason_ceased": "reasonceased(tobelookedafter)?",
        "last_visit": "(dateof)?(the)?last(socialwork|statutory)?visit(date)?",
        "placement_start": "startdateof(most)?recentplacement|placementstart(date)?",
        "legal_status": "(childs?|current)?legalstatus",
        "placed_to_18": "placedto18|longtermplacement|permanentplacement",
    },
}
"""The headings of each column, as patterns of the whole heading without spaces and signs."""


def plain(name: object) -> str:
    """A name without capitals, spaces and signs: "Date of Contact" is dateofcontact."""
    return re.sub(r"[^a-z0-9]", "", str(name).casefold())


def list_named(name: str) -> str | None:
    """Which list a sheet or file is: by Annex A's number, or else by its words.

    >>> list_named("List 7"), list_named("annex a list_10"), list_named("Contacts 2015.csv")
    ('child_protection_plans', None, 'contacts')
    """
    if number := number_in(name):
        return next((one for one, at in NUMBERED.items() if at == number), None)
    words = plain(name)
    if re.search(_OTHERS, words):
        return None
    return next((one for one, pattern in _NAMES.items() if re.search(pattern, words)), None)


def number_in(name: str) -> int:
    """Annex A's number of a list in the name of a sheet or file; 0 where there is none."""
    found = re.search(r"list[\s_-]*(\d+)|^\s*(\d{1,2})\s*$", name.casefold())
    return int(found[1] or found[2]) if found else 0


def names_child(heading: object) -> bool:
    """Whether a heading is that of the child's ID."""
    return re.fullmatch(_EVERYWHERE["child_id"], plain(heading)) is not None


def match_columns(
    name: str, headings: Sequence[str], mapped: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The heading of each column of a list that is found; ``mapped`` goes before patterns."""
    found = {column: heading for column, heading in (mapped or {}).items() if heading in headings}
    patterns = {**_EVERYWHERE, **PATTERNS[name]}
    for column in LISTS[name]:
        if column.name in found or column.name not in patterns:
            continue
        for heading in headings:
            # What stands in brackets tells how to fill the column in: “(dd/mm/yyyy)”.
            said = {plain(heading), plain(re.sub(r"\([^)]*\)", "", heading))}
            pattern = f"{plain(column.name)}|{patterns[column.name]}"
            if any(re.fullmatch(pattern, words) for words in said):
                found[column.name] = heading
                break
    return found


def not_found(name: str, found: Mapping[str, str]) -> list[str]:
    """The columns that a list needs and that were not found."""
    return [c.name for c in LISTS[name] if c.needed and c.name not in found]
