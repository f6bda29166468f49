"""Synthesize: made-up children's records as the files that authorities make, and their figures."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated
from xml.sax.saxutils import escape

from xl_addin.command_line import Option
from xl_addin.console import say
from xl_addin.definitions.lists import ASSESSMENTS, CARE, LISTS, NUMBERED, PLANS, REFERRALS
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.period import Month
from xl_addin.records.synthetic import Row, Synthetic, Wanted, synthesise, with_mess

HEADINGS = {
    "child_id": "Child Unique ID",
    "date_of_birth": "Date of Birth",
    "contact_date": "Date of Contact",
    "contact_source": "Contact Source",
    "referral_date": "Date of referral",
    "no_further_action": "Referral NFA?",
    "assessment_start": "Continuous Assessment Start Date",
    "assessment_authorised": "Continuous Assessment Date of Authorisation",
    "strategy_discussion": "Strategy discussion initiating Section 47 Enquiry Start Date",
    "conference_unnecessary": "Was an Initial Child Protection Conference deemed unnecessary?",
    "conference_date": "Date of Initial Child Protection Conference",
    "conference_led_to_plan": (
        "Did the Initial Child Protection Conference Result in a Child Protection Plan"
    ),
    "plan_start": "Child Protection Plan Start Date",
    "plan_end": "Child Protection Plan End Date",
    "previous_plans": "Number of Previous Child Protection Plans",
    "care_start": "Date Started to be Looked After",
    "care_end": "Date Ceased to be Looked After",
    "reason_ceased": "Reason Ceased to be Looked After",
    "placement_start": "Start Date of Most Recent Placement",
    "legal_status": "Legal Status",
}
"""The headings of Annex A (as its published schema has them)."""

VISITS = {PLANS: "Date of the Last Statutory Visit", CARE: "Date of Last Social Work Visit"}


def write_synthetic(out: Path, wanted: Wanted, *, mess: bool = False) -> Iterator[Path]:
    """Make up records and write them: Annex A, SSDA903, a CIN census, and the true figures.

    Raises RecordsRefused where the folder holds anything: nothing is replaced.
    """
    if out.exists() and any(out.iterdir()):
        remedy = "Name a folder that is empty, or not there yet."
        raise RecordsRefused([Problem(str(out), "The folder is not empty.", remedy)])
    made = synthesise(wanted)
    rows = with_mess(made, wanted.seed) if mess else made
    for folder in ("annex_a", "ssda903", "cin"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    yield _write_annex_a(out / "annex_a" / "Annex A.xlsx", rows)
    yield _write_episodes(out / "ssda903" / "Episodes.csv", made.lists[CARE])
    yield _write_census(out / "cin" / "CIN census.xml", made)
    yield _write_truth(out / "true figures.csv", made)


def headings_of(name: str) -> dict[str, str]:
    """The heading of each column of a list that made-up records have."""
    own = {**HEADINGS, "last_visit": VISITS.get(name, "")}
    return {c.name: own[c.name] for c in LISTS[name] if own.get(c.name)}


def _write_annex_a(path: Path, made: Synthetic) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        for name, number in NUMBERED.items():
            sheet = workbook.add_worksheet(f"List {number}")
            headings = headings_of(name)
            sheet.write_row(0, 0, headings.values())
            for place, row in enumerate(made.lists[name], 1):
                sheet.write_row(place, 0, [row.get(column, "") for column in headings])
    return path


def _write_episodes(path: Path, stays: Sequence[Row]) -> Path:
    """A stay as two episodes where it is long enough: care goes on (X1) in the second."""
    columns = ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for stay in stays:
            row = {"CHILD": stay["child_id"], "DECOM": stay["care_start"], "RNE": "S"}
            row |= {"LS": stay["legal_status"], "CIN": "N1", "PLACE": "U4"}
            row |= {"DEC": stay["care_end"]}
            row |= {"REC": stay["reason_ceased"] or ("E8" if stay["care_end"] else "")}
            writer.writerow(row)
    return path


def _write_census(path: Path, made: Synthetic) -> Path:
    """Referrals, assessments and plans; each made-up child is a child of the census."""
    parts = {
        REFERRALS: {"CINreferralDate": "referral_date"},
        ASSESSMENTS: {
            "AssessmentActualStartDate": "assessment_start",
            "AssessmentAuthorisationDate": "assessment_authorised",
        },
        PLANS: {
            "CPPstartDate": "plan_start",
            "CPPendDate": "plan_end",
            "NumberOfPreviousCPP": "previous_plans",
        },
    }
    with path.open("w", encoding="utf-8") as file:
        file.write("<Message><Children>\n")
        for name, elements in parts.items():
            for row in made.lists[name]:
                file.write(_census_child(name, row, elements))
        file.write("</Children></Message>\n")
    return path


def _census_child(listed: str, row: Row, elements: Mapping[str, str]) -> str:
    filled = {element: row[column] for element, column in elements.items() if row.get(column)}
    inner = "".join(
        f"<{element}>{escape(_iso(text))}</{element}>" for element, text in filled.items()
    )
    wrapped = {ASSESSMENTS: "Assessments", PLANS: "ChildProtectionPlans"}.get(listed)
    held = f"<{wrapped}>{inner}</{wrapped}>" if wrapped else inner
    return (
        f"<Child><ChildIdentifiers><LAchildID>{escape(row['child_id'])}</LAchildID>"
        f"<PersonBirthDate>{_iso(row['date_of_birth'])}</PersonBirthDate></ChildIdentifiers>"
        f"<CINdetails>{held}</CINdetails></Child>\n"
    )


def _iso(text: str) -> str:
    """A date as the census writes it; anything else as it is."""
    day, _, rest = text.partition("/")
    month, _, year = rest.partition("/")
    return f"{year}-{month}-{day}" if year else text


def _write_truth(path: Path, made: Synthetic) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Measure Ref", "Month", "Counted", "Of"))
        for (ref, month), number in sorted(made.of.items()):
            writer.writerow((ref, month.label, made.counted[ref, month], number))
    return path


OutDir = Annotated[Path, Option("--out", "Where to put the files.", "DIR")]
HowMany = Annotated[int, Option("--children", least=10)]
Months = Annotated[int, Option("--months", least=1, most=120)]
Seed = Annotated[int, Option("--seed")]
LastMonth = Annotated[str, Option("--month", "The last month.")]
Mess = Annotated[bool, Option("--mess", "With copies, prefixes, spaces …")]


def command(
    out: OutDir,
    children: HowMany = 1000,
    months: Months = 13,
    seed: Seed = 1,
    last: LastMonth = "2015-06",
    mess: Mess = False,
) -> None:
    """Make up children's records whose true figures are known: to try things out on nobody."""
    wanted = Wanted(children, Month.parse(last).window(months), seed)
    for path in write_synthetic(out, wanted, mess=mess):
        say(str(path))
