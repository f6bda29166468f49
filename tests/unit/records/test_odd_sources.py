"""Sources as analysts have them: renamed sheets, titles, blank rows, lists that are short."""

from __future__ import annotations

import csv
import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.records import JUNE, computed_from, write_csv
from xl_addin.errors import RecordsRefused
from xl_addin.period import Month
from xl_addin.records.engine import connect
from xl_addin.records.read import FOUND_OUT, Period, read_records

JUNE_ALONE = Period(JUNE, date(2015, 6, 30))
CONTACTS = ("Child Unique ID", "Date of Contact")
CARE = ("Child Unique ID", "Date Started to be Looked After", "Date Ceased to be Looked After")
CAME = (("A", "05/06/2015"), ("B", "06/06/2015"))


def write_workbook(path: Path, **sheets: list[tuple[object, ...]]) -> Path:
    """A workbook of these sheets; days as real dates, blanks as blank cells."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


def rows_to_look_at(source: Path) -> list[list[str]]:
    beside = source.with_name(f"{source.stem} rows to look at.csv")
    if not beside.exists():
        return []
    with beside.open(encoding="utf-8-sig") as file:
        return list(csv.reader(file))[1:]


def test_sheets_with_other_names_notes_and_titles_are_the_lists_they_are(tmp_path):
    """A title, headings of several columns each, a further column, a hint in brackets."""
    source = write_workbook(
        tmp_path / "Our return.xlsx",
        **{
            "Read me": [("These are lists", "of June", "2015")],
            "Contacts": [
                ("Contacts received in June 2015",),
                ("Child", "", "Contact", "Worker"),
                ("Child Unique ID", "Year", "Date of Contact (dd/mm/yyyy)", "Worker"),
                ("A", 7, date(2015, 6, 5), "x"),
                ("B", 8, datetime(2015, 6, 6, 14, 30, 15), "y"),
                ("C", 9, "7 June 2015", "z"),
                ("D", 9, "08/06/2015 2:15 PM", "z"),
            ],
            "CLA": [CARE, ("A", date(2015, 5, 1), None)],
            "Early Help Assessments": [("Child Unique ID", "Assessment start date", "x"), ("A",)],
            "Care leavers": [CARE, ("Z", date(2015, 5, 1), None)],
        },
    )
    found = computed_from(source, period=JUNE_ALONE)
    assert (found["M1", JUNE].value, found["LAC1", JUNE].value) == (4, 1)
    assert found["EH3", JUNE].reason == "Not computed: the source has no List 4 (assessments)"
    assert rows_to_look_at(source) == []


def test_where_sheets_have_annex_as_numbers_no_other_is_a_list_and_that_is_said(tmp_path):
    twice = [CONTACTS, *CAME]
    source = write_workbook(
        tmp_path / "Annex A.xlsx", **{"List 1": twice, "Contacts of May": [CONTACTS, ("C", "x")]}
    )
    told: list[str] = []
    assert computed_from(source, period=JUNE_ALONE, told=told)["M1", JUNE].value == 2
    assert "Annex A.xlsx: “Contacts of May” is not read, for other sheets are the lists." in told


def test_a_sheet_about_a_list_is_passed_over_where_another_is_the_list(tmp_path):
    about = [("Team", "Contacts", "Of them late"), ("North", 3, 1)]
    source = write_workbook(
        tmp_path / "Ours.xlsx", **{"Contacts by team": about, "Contacts": [CONTACTS, *CAME]}
    )
    told: list[str] = []
    assert computed_from(source, period=JUNE_ALONE, told=told)["M1", JUNE].value == 2
    assert any("“Contacts by team” is not read" in line for line in told)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_blank_rows_are_no_rows_and_a_title_shifts_the_rows_that_are_named(tmp_path, suffix):
    rows = [("Our contacts", ""), CONTACTS, *CAME, ("", ""), ("C", "soon"), ("", ""), ("", "")]
    source = tmp_path / f"Contacts{suffix}"
    if suffix == ".csv":
        write_csv(source, *rows)
    else:
        write_workbook(source, Contacts=rows)
    assert computed_from(source, period=JUNE_ALONE)["M1", JUNE].value == 2
    assert [row[2:5] for row in rows_to_look_at(source)] == [
        ["6", "C", "“soon” is no date (contact date)."]
    ]


def test_what_was_written_beside_a_source_is_no_source(tmp_path):
    source = write_csv(tmp_path / "List 1.csv", CONTACTS, *CAME, ("C", "soon"))
    computed_from(source, period=JUNE_ALONE)
    assert (tmp_path / "List 1 rows to look at.csv").exists()
    assert computed_from(tmp_path, period=JUNE_ALONE)["M1", JUNE].value == 2


def test_a_list_that_covers_less_than_the_others_gives_no_zeros_for_the_rest(tmp_path):
    """Contacts of May alone beside a year of care; a list of headings alone."""
    folder = tmp_path / "all"
    folder.mkdir()
    write_csv(folder / "List 1.csv", CONTACTS, ("A", "05/05/2015"))
    stays = [(f"C{m}", f"03/{m:02}/2015", f"20/{m:02}/2015") for m in range(1, 7)]
    write_csv(folder / "List 8.csv", CARE, *stays, ("A", "03/01/2015", ""))
    write_csv(folder / "List 3.csv", ("Child Unique ID", "Date of referral"))
    months = JUNE.window(3)
    found = computed_from(folder, period=FOUND_OUT, months=months)
    assert [found["M1", month].value for month in months] == [None, 1, None]
    assert [found["M1", month].reason for month in months] == [
        "Not computed: List 1 (contacts) holds nothing before May 2015",
        "",
        "Not computed: List 1 (contacts) holds nothing after May 2015",
    ]
    assert found["M2", JUNE].reason == "Not computed: there is nothing in List 3 (referrals)"
    assert [found["LAC2", month].value for month in months] == [1, 1, 1]
    said = Period(Month(2015, 1), date(2015, 6, 30))
    assert computed_from(folder, period=said)["M1", JUNE].value == 0


def test_a_mapping_keeps_what_was_filled_in_and_asks_of_each_list_once(tmp_path):
    folder = tmp_path / "all"
    for name in ("East", "West"):
        (folder / name).mkdir(parents=True)
        write_csv(folder / name / "List 1.csv", ("Child Unique ID", "Came"), *CAME)
    with pytest.raises(RecordsRefused, match="Fill in"):
        computed_from(folder, period=JUNE_ALONE)
    mapping = tmp_path / "all mapping.toml"
    text = mapping.read_text(encoding="utf-8")
    assert text.count("[contacts]") == 1
    mapping.write_text(text.replace('contact_date = ""', 'contact_date = "Came"'), encoding="utf-8")
    write_csv(folder / "East" / "List 3.csv", ("Child Unique ID", "Arrived"), *CAME)
    with pytest.raises(RecordsRefused, match="List 3"):
        computed_from(folder, period=JUNE_ALONE)
    kept = tomllib.loads(mapping.read_text(encoding="utf-8"))
    assert kept["contacts"]["contact_date"] == "Came"
    assert set(kept) == {"contacts", "referrals"}


SAMPLE = """<Message><Header><Collection>CIN</Collection></Header>
<Children><Child><ChildIdentifiers><LAchildID>one</LAchildID><UPNunknown>UN3</UPNunknown>
<PersonBirthDate>2006-03-24</PersonBirthDate></ChildIdentifiers>{details}</Child>
<Child><ChildIdentifiers><UPN>x</UPN><ExpectedPersonBirthDate>2015-10-12</ExpectedPersonBirthDate>
<extra_unknown>x</extra_unknown></ChildIdentifiers>{details}</Child>
<Child><ChildIdentifiers><LAchildID>three</LAchildID></ChildIdentifiers>{wrong}</Child>
</Children></Message>"""
DETAILS = """<CINdetails><CINreferralDate>2015-06-06</CINreferralDate>
<DateOfInitialCPC>2015-06-20</DateOfInitialCPC><Assessments>
<AssessmentActualStartDate>2015-05-03</AssessmentActualStartDate>
<AssessmentInternalReviewDate>2015-05-22</AssessmentInternalReviewDate>
<AssessmentAuthorisationDate>2015-06-18</AssessmentAuthorisationDate></Assessments>
<Section47><S47ActualStartDate>2015-06-02</S47ActualStartDate>
<InitialCPCtarget>2015-06-23</InitialCPCtarget><DateOfInitialCPC>2015-06-17</DateOfInitialCPC>
<ICPCnotRequired>false</ICPCnotRequired></Section47><ReferralNFA>wrong</ReferralNFA>
<ChildProtectionPlans><CPPstartDate>2015-02-17</CPPstartDate><CPPendDate>2015-06-14</CPPendDate>
<NumberOfPreviousCPP>10</NumberOfPreviousCPP></ChildProtectionPlans></CINdetails>"""


def test_a_census_in_the_shape_of_a_published_sample_is_read_without_loss(tmp_path):
    """A child without an ID, elements nobody knows, a conference date that is none."""
    wrong = DETAILS.replace("2015-06-17", "notadate")
    source = tmp_path / "cin.xml"
    source.write_text(SAMPLE.format(details=DETAILS, wrong=wrong), encoding="utf-8")
    found = computed_from(source, period=JUNE_ALONE)
    values = [found[ref, JUNE].value for ref in ("M2", "EH3", "CP1", "CP2", "CP7")]
    assert values == [3, 3, 3, 2, 3]
    told = [row[2:5] for row in rows_to_look_at(source)]
    assert ["3", "three", "“notadate” is no date (conference date)."] in told
    assert [row[0] for row in told if row[2] == "There is no child ID."] == ["2"] * 4


def test_answers_are_read_with_any_category_before_them(tmp_path):
    """Published ways of writing yes and no."""
    headings = (
        "Child Unique ID",
        "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Date of Initial Child Protection Conference",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan",
    )
    days = ("01/06/2015", "12/06/2015")
    yes = ("a) Yes", "Y", "1", "1 - Yes", "Y - Yes", "TRUE", "yes ")
    no = ("b) No", "N", "0", "0 - No", "false", "")
    rows = [(f"C{n}", *days, said) for n, said in enumerate((*yes, *no))]
    source = write_csv(tmp_path / "List 5.csv", headings, *rows)
    found = computed_from(source, period=JUNE_ALONE)["CP4", JUNE]
    assert (found.numerator, found.denominator) == (len(yes), len(yes) + len(no))


def test_records_that_memory_does_not_hold_are_refused_and_nothing_is_put_on_the_disk(
    tmp_path, monkeypatch
):
    """DuckDB would put them into “.tmp” where it is run, and leave them there when it is killed."""
    engine, source = connect(), tmp_path / "List 1.csv"
    made = "select 'C' || n as \"Child Unique ID\", '01/06/2015' as \"Date of Contact\""
    engine.con.execute(f"copy (select * from ({made} from range(200000) r(n))) to '{source}'")
    engine.con.execute("set memory_limit = '20MB'")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordsRefused, match="too little memory for so many rows"):
        read_records(engine, [source], lambda line: None)
    assert list(tmp_path.iterdir()) == [source]
