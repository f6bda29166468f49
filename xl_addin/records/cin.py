"""The CIN census: its XML becomes rows of referrals, assessments, enquiries and plans.

The XML is read child by child and only its rows are held; nothing outside it is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xl_addin.definitions.lists import ASSESSMENTS, NO, PLANS, REFERRALS, SECTION_47, YES
from xl_addin.errors import Problem, RecordsRefused

Row = dict[str, str]
KIND = "the CIN census"


def read_census(path: Path) -> dict[str, list[Row]]:
    """The rows of each list in a census. ``row`` counts the children of the file.

    Raises RecordsRefused for a file that is no XML.
    """
    from lxml import etree

    found: dict[str, list[Row]] = {REFERRALS: [], ASSESSMENTS: [], SECTION_47: [], PLANS: []}
    try:
        parsed = etree.iterparse(
            str(path), events=("end",), tag="{*}Child", resolve_entities=False, no_network=True
        )
        for number, (_, child) in enumerate(parsed, 1):
            for name, row in _rows_of(child, number):
                found[name].append(row)
            child.clear()
    except etree.XMLSyntaxError as error:
        said = f"It is no CIN census: {error.msg}."
        raise RecordsRefused([Problem(path.name, said, "Export it again.")]) from error
    return found


def _rows_of(child: Any, number: int) -> Iterator[tuple[str, Row]]:
    who = {
        "row": str(number),
        "child_id": _text(child, "LAchildID"),
        "date_of_birth": _text(child, "PersonBirthDate"),
    }
    for need in child.iterfind(".//{*}CINdetails"):
        referred = _text(need, "CINreferralDate")
        yield (
            REFERRALS,
            {
                **who,
                "referral_date": referred,
                "no_further_action": _text(need, "ReferralNFA"),
            },
        )
        plans = list(need.iterfind(".//{*}ChildProtectionPlans"))
        starts = {_text(plan, "CPPstartDate") for plan in plans}
        for one in need.iterfind(".//{*}Assessments"):
            yield ASSESSMENTS, {**who, **_assessment(one)}
        for one in need.iterfind(".//{*}Section47"):
            yield SECTION_47, {**who, **_enquiry(one, starts)}
        for one in plans:
            yield PLANS, {**who, **_plan(one)}


def _assessment(one: Any) -> Row:
    return {
        "assessment_start": _text(one, "AssessmentActualStartDate"),
        "assessment_authorised": _text(one, "AssessmentAuthorisationDate"),
    }


def _enquiry(one: Any, plan_starts: set[str]) -> Row:
    """The census does not say what a conference led to: a plan that starts on its day tells."""
    held = _text(one, "DateOfInitialCPC")
    return {
        "strategy_discussion": _text(one, "S47ActualStartDate"),
        "conference_unnecessary": _text(one, "ICPCnotRequired"),
        "conference_date": held,
        "conference_led_to_plan": (YES if held in plan_starts else NO) if held else "",
    }


def _plan(one: Any) -> Row:
    visits = [visit.text or "" for visit in one.iterfind(".//{*}CPPvisitDate")]
    return {
        "plan_start": _text(one, "CPPstartDate"),
        "plan_end": _text(one, "CPPendDate"),
        "last_visit": max(visits, default=""),
        "previous_plans": _text(one, "NumberOfPreviousCPP"),
    }


def _text(parent: Any, name: str) -> str:
    found = parent.find(f".//{{*}}{name}")
    return (found.text or "").strip() if found is not None else ""
