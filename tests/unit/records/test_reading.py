"""Reading records: what files of every kind give, and what is said of rows that are not right."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.records import JUNE, computed_from, not_as_made, write_csv
from xl_addin.commands.children import children_behind
from xl_addin.commands.compare import reconciled
from xl_addin.commands.records import Asked
from xl_addin.commands.synthesize import write_synthetic
from xl_addin.definitions.choices import Choices
from xl_addin.errors import RecordsRefused
from xl_addin.period import Month
from xl_addin.records.columns import list_named
from xl_addin.records.read import Period
from xl_addin.records.synthetic import Wanted, synthesise

YEAR = JUNE.window(13)
JUNE_ALONE = Period(JUNE, date(2015, 6, 30))


def rows_to_look_at(source: Path) -> list[list[str]]:
    beside = source.with_name(f"{source.stem} rows to look at.csv")
    with beside.open(encoding="utf-8-sig") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize("mess", [False, True])
def test_an_annex_a_workbook_gives_every_figure_it_was_made_from(tmp_path, mess):
    wanted = Wanted(500, YEAR, 5)
    list(write_synthetic(tmp_path / "made", wanted, mess=mess))
    found = computed_from(tmp_path / "made" / "annex_a" / "Annex A.xlsx", months=YEAR)
    assert not not_as_made(found, synthesise(wanted), YEAR)


def test_episodes_of_the_903_give_the_figures_of_children_in_care(tmp_path):
    wanted = Wanted(800, YEAR, 5)
    list(write_synthetic(tmp_path / "made", wanted))
    found = computed_from(tmp_path / "made" / "ssda903", months=YEAR)
    made = synthesise(wanted)
    for ref in ("LAC1", "LAC2", "LAC3", "LAC4-QL"):
        for month in YEAR:
            assert found[ref, month].value == made.counted[ref, month]


def test_the_cin_census_gives_referrals_assessments_and_plans(tmp_path):
    wanted = Wanted(800, YEAR, 5)
    list(write_synthetic(tmp_path / "made", wanted))
    found = computed_from(tmp_path / "made" / "cin", months=YEAR)
    made = synthesise(wanted)
    for ref in ("M2", "EH3", "CP6B", "CP7"):
        for month in YEAR:
            assert found[ref, month].value == made.counted[ref, month]
    share = found["EH4-QL", JUNE]
    assert (share.numerator, share.denominator) == (
        made.counted["EH4-QL", JUNE],
        made.of["EH4-QL", JUNE],
    )


EPISODES = (
    ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC"),
    ("A", "01/02/2015", "S", "C2", "N1", "U4", "10/05/2015", "X1"),
    ("A", "10/05/2015", "P", "C2", "N1", "U6", "20/06/2015", "E11"),
    ("B", "05/06/2015", "S", "V4", "N1", "U4", "07/06/2015", "E8"),
    ("C", "05/06/2015", "S", "C2", "N1", "U4", "", ""),
    ("D", "01/01/2015", "S", "C2", "N1", "U4", "12/06/2015", "E4A"),
    ("D", "15/06/2015", "S", "C2", "N1", "U4", "", ""),
)


def test_episodes_that_follow_each_other_are_one_period_of_care(tmp_path):
    """A changed placement and was adopted; B came for a short break; D left and came back."""
    source = write_csv(tmp_path / "Episodes.csv", *EPISODES)
    found = computed_from(source, period=JUNE_ALONE)
    values = {ref: found[ref, JUNE].value for ref in ("LAC1", "LAC2", "LAC3", "LAC4-QL")}
    assert values == {"LAC1": 2, "LAC2": 2, "LAC3": 2, "LAC4-QL": 1}


CENSUS = """<Message xmlns="urn:some-year"><Children><Child>
<ChildIdentifiers><LAchildID>A</LAchildID><PersonBirthDate>2010-01-01</PersonBirthDate></ChildIdentifiers>
<CINdetails><CINreferralDate>2015-06-02</CINreferralDate><ReferralNFA>false</ReferralNFA>
<Section47><S47ActualStartDate>2015-06-03</S47ActualStartDate><InitialCPCtarget>2015-06-24</InitialCPCtarget>
<DateOfInitialCPC>2015-06-20</DateOfInitialCPC><ICPCnotRequired>false</ICPCnotRequired></Section47>
<Section47><S47ActualStartDate>2015-06-04</S47ActualStartDate><ICPCnotRequired>true</ICPCnotRequired></Section47>
<ChildProtectionPlans><CPPstartDate>2015-06-20</CPPstartDate><NumberOfPreviousCPP>1</NumberOfPreviousCPP>
<Reviews><CPPvisitDate>2015-06-21</CPPvisitDate><CPPvisitDate>2015-06-28</CPPvisitDate></Reviews>
</ChildProtectionPlans></CINdetails></Child></Children></Message>"""


def test_a_census_with_a_namespace_tells_enquiries_conferences_and_visits(tmp_path):
    source = tmp_path / "census.xml"
    source.write_text(CENSUS, encoding="utf-8")
    found = computed_from(source, period=JUNE_ALONE)
    assert [found[ref, JUNE].value for ref in ("M2", "CP1", "CP2")] == [1, 2, 1]
    assert [found[ref, JUNE].numerator for ref in ("CP3-QL", "CP4", "CP5-QL", "CP8-QL")] == [1] * 4


def test_a_file_that_is_no_census_is_refused_in_a_sentence(tmp_path):
    source = tmp_path / "census.xml"
    source.write_text("<Message><Children>", encoding="utf-8")
    with pytest.raises(RecordsRefused, match="It is no CIN census"):
        computed_from(source)


HEADINGS = (
    "Child Unique ID",
    "Date of Birth",
    "Child Protection Plan Start Date",
    "Child Protection Plan End Date",
    "Number of Previous Child Protection Plans",
)


def test_dates_are_read_with_the_day_first_in_every_written_form(tmp_path):
    forms = [
        "05/06/2015",
        "2015-06-05",
        "05-Jun-2015",
        "5.6.2015",
        "05/06/2015 00:00",
        " 05/06/15 ",
    ]
    rows = [(f"C{n}", "01/01/2010", form, "", "0") for n, form in enumerate(forms)]
    source = write_csv(tmp_path / "List 7.csv", HEADINGS, *rows)
    assert computed_from(source, period=JUNE_ALONE)["CP5-QL", JUNE].denominator == len(forms)
    assert not (tmp_path / "List 7 rows to look at.csv").exists()


def test_what_is_wrong_with_a_row_is_listed_beside_the_source(
    tmp_path,
):
    source = write_csv(
        tmp_path / "List 7.csv",
        HEADINGS,
        ("A", "01/01/2010", "05/06/2015", "", "a) 0"),
        ("A", "01/01/2010", "05/06/2015", "", "a) 0"),
        ("B", "01/01/2010", "05/06/2015", "04/06/2015", "0"),
        ("C", "01/01/2016", "01/02/2015", "", "0"),
        ("D", "01/01/2010", "in June", "", "0"),
        ("", "01/01/2010", "06/06/2015", "", "one"),
    )
    told: list[str] = []
    found = computed_from(source, period=JUNE_ALONE, told=told)
    assert found["CP6B", JUNE].value == 2
    assert rows_to_look_at(source) == [
        ["List 7 (child protection plans)", "List 7.csv", "3", "A",
         "The row stands there more than once.", "The first of them counts."],
        ["List 7 (child protection plans)", "List 7.csv", "4", "B",
         "The plan end comes before the plan start.", "The row is set aside."],
        ["List 7 (child protection plans)", "List 7.csv", "5", "C",
         "The plan start comes before the child's birth.", "The row is set aside."],
        ["List 7 (child protection plans)", "List 7.csv", "6", "D",
         "“in June” is no date (plan start).", "It counts as not given."],
        ["List 7 (child protection plans)", "List 7.csv", "7", "",
         "There is no child ID.", "The row counts."],
        ["List 7 (child protection plans)", "List 7.csv", "7", "",
         "“one” is no number (previous plans).", "It counts as not given."],
    ]  # fmt: skip
    assert (
        "6 rows want a look: they are listed in “List 7 rows to look at.csv”, beside the source."
        in told
    )


def test_headings_nobody_knows_are_asked_for_in_a_file_that_is_read_back(tmp_path):
    source = tmp_path / "Our lists.xlsx"
    with xlsxwriter.Workbook(source) as workbook:
        sheet = workbook.add_worksheet("List 1")
        sheet.write_row(2, 0, ("Person", "Child Unique ID", "When it came in"))
        sheet.write_row(3, 0, ("x", "A", "05/06/2015"))
    with pytest.raises(RecordsRefused, match=r"List 1 \(contacts\) is known as: contact date"):
        computed_from(source, period=JUNE_ALONE)
    mapping = tmp_path / "Our lists mapping.toml"
    text = mapping.read_text(encoding="utf-8")
    assert '# Headings there: "Person", "Child Unique ID", "When it came in"' in text
    mapping.write_text(text.replace('contact_date = ""', 'contact_date = "When it came in"'))
    assert computed_from(source, period=JUNE_ALONE)["M1", JUNE].value == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("List 1", "contacts"),
        ("Annex A list_3", "referrals"),
        ("8", "children_in_care"),
        ("List 10", None),
        ("Section 47 and ICPC", "section_47"),
        ("Child protection", "child_protection_plans"),
        ("Care leavers", None),
        ("List_5", "section_47"),
        ("Sec47 and ICPC", "section_47"),
        ("Children in Care", "children_in_care"),
        ("Children in Need", None),
        ("Early Help", None),
    ],
)
def test_a_sheet_is_known_by_annex_as_number_or_by_its_words(name, expected):
    assert list_named(name) == expected


def test_a_folder_of_two_authorities_adds_up_and_their_children_are_kept_apart(tmp_path):
    for authority in ("North", "South"):
        (tmp_path / "all" / authority).mkdir(parents=True)
        rows = ((authority, "A", "05/06/2015"), (authority, "A", "06/06/2015"))
        write_csv(
            tmp_path / "all" / authority / "List 1.csv",
            ("Local Authority", "Child Unique ID", "Date of Contact"),
            *rows,
        )
    once = Choices(distinct_children=True)
    assert computed_from(tmp_path / "all", period=JUNE_ALONE)["M1", JUNE].value == 4
    assert computed_from(tmp_path / "all", period=JUNE_ALONE, choices=once)["M1", JUNE].value == 2


LOCAL = """
[M4]
file = "exploitation.csv"
date = "Referred"
child = "ID"
counted = "Factor"
["LAC8-QL"]
file = "reviews.csv"
date = "Review"
child = "ID"
counted = "In time"
percentage = true
"""


def test_measures_without_a_national_source_come_from_lists_of_ones_own(tmp_path):
    rows = (("A", "01/06/2015", "Yes"), ("B", "30/06/2015", "no"), ("C", "30/05/2015", "yes"))
    write_csv(tmp_path / "exploitation.csv", ("ID", "Referred", "Factor"), *rows)
    write_csv(tmp_path / "reviews.csv", ("ID", "Review", "In time"), *rows)
    contacts = write_csv(
        tmp_path / "List 1.csv", ("Child Unique ID", "Date of Contact"), ("A", "01/06/2015")
    )
    local = tmp_path / "local.toml"
    local.write_text(LOCAL, encoding="utf-8")
    found = computed_from(contacts, period=JUNE_ALONE, local=local)
    assert found["M4", JUNE].value == 1
    assert (found["LAC8-QL", JUNE].numerator, found["LAC8-QL", JUNE].denominator) == (1, 2)


@pytest.mark.parametrize(
    "entry",
    [
        'M4 = "a.csv"',
        "M4 = 3",
        "[[M4]]",
        '[M4]\nfile = 3\ndate = "D"\nchild = "C"',
        "[M4]\nfile = []",
    ]
    + ['[M4]\nfile = "a.csv"\ndate = "D"\nchild = "C"\ncounted = 1'],
)
def test_an_entry_that_is_no_list_of_ones_own_is_refused_in_a_sentence(tmp_path, entry):
    write_csv(tmp_path / "a.csv", ("C", "D"), ("A", "05/06/2015"))
    (tmp_path / "own.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(RecordsRefused, match=r"own\.toml, \[M4\]: It does not say: "):
        computed_from(local=tmp_path / "own.toml")


def test_a_heading_with_a_character_that_is_no_text_is_refused(tmp_path):
    source = tmp_path / "List 1.csv"
    source.write_bytes(b"Child Unique ID,Date of\0Contact\nA,05/06/2015\n")
    with pytest.raises(RecordsRefused, match=r"List 1\.csv: A heading holds a character"):
        computed_from(source)


def test_a_heading_that_a_list_of_ones_own_does_not_have_is_named(tmp_path):
    write_csv(tmp_path / "exploitation.csv", ("ID", "Day"), ("A", "01/06/2015"))
    contacts = write_csv(
        tmp_path / "List 1.csv", ("Child Unique ID", "Date of Contact"), ("A", "01/06/2015")
    )
    local = tmp_path / "local.toml"
    local.write_text('[M4]\nfile = "exploitation.csv"\ndate = "Referred"\nchild = "ID"\n')
    with pytest.raises(RecordsRefused, match=r"no heading “Referred”.*Its headings are: ID, Day"):
        computed_from(contacts, local=local)


def test_the_children_behind_a_figure_are_those_it_counts_and_the_rest_says_why_not(tmp_path):
    source = write_csv(tmp_path / "Episodes.csv", *EPISODES)
    asked = Asked((source,), (JUNE,), period=JUNE_ALONE)
    listed = children_behind(asked, "LAC3", lambda line: None)
    assert [(row["child_id"], row["counts"]) for row in listed] == [
        ("A", "yes"),
        ("B", "left out: a short break (V3 or V4)"),
        ("D", "yes"),
    ]
    assert (listed[0]["from_date"], listed[0]["to_date"]) == (date(2015, 2, 1), date(2015, 6, 20))


def test_a_ratio_has_no_children_of_its_own(tmp_path):
    source = write_csv(tmp_path / "Episodes.csv", *EPISODES)
    asked = Asked((source,), (JUNE,), period=JUNE_ALONE)
    with pytest.raises(RecordsRefused, match="Ask for LAC4-QL or LAC3"):
        children_behind(asked, "LAC5-QL", lambda line: None)


def test_a_month_that_no_record_covers_is_said(tmp_path):
    source = write_csv(tmp_path / "Episodes.csv", *EPISODES)
    with pytest.raises(RecordsRefused, match="They hold nothing for Jan 2020"):
        computed_from(source, months=(Month(2020, 1),))


def test_what_is_not_there_or_holds_no_records_is_said(tmp_path):
    with pytest.raises(RecordsRefused, match="There is no such file or folder"):
        computed_from(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordsRefused, match="No file of children's records is there"):
        computed_from(tmp_path / "empty")


def test_two_sources_of_the_same_children_are_held_against_each_other(tmp_path):
    list(write_synthetic(tmp_path / "made", Wanted(500, YEAR, 5)))
    folder = tmp_path / "made"
    annex_a = computed_from(folder / "annex_a", months=YEAR).values()
    returned = computed_from(folder / "ssda903", months=YEAR).values()
    lines = reconciled(annex_a, returned)
    assert lines[0].endswith(" at the end of Jun 2015")
    assert [line.partition(":")[0] for line in lines] == ["LAC1", "LAC2", "LAC3", "LAC4-QL"]
    assert all("; " not in line for line in lines)
    with (folder / "ssda903" / "Episodes.csv").open("a") as file:
        file.write("new,05/06/2015,S,C2,N1,U4,,\n")
    returned = computed_from(folder / "ssda903", months=YEAR).values()
    lines = reconciled(annex_a, returned)
    assert reconciled(annex_a, ()) == ["The two sources have no count of the same month in common."]
    came = int(started_in_june(annex_a))
    assert lines[1].endswith(f"; Jun 2015: {came} and {came + 1}")


def started_in_june(figures):
    return next(one.value for one in figures if (one.ref, one.month) == ("LAC2", JUNE))


def test_how_many_rows_were_read_and_how_long_it_took_is_told(tmp_path):
    rows = [("A", f"{day:02}/06/2015") for day in range(1, 31)]
    source = write_csv(tmp_path / "List 1.csv", ("Child Unique ID", "Date of Contact"), *rows)
    told: list[str] = []
    computed_from(source, period=JUNE_ALONE, told=told)
    assert re.fullmatch(r"List 1\.csv: 30 rows read in \d+\.\d s\.", told[0])


PLANS = (
    "Child Unique ID",
    "Date of Birth",
    "Child Protection Plan Start Date",
    "Child Protection Plan End Date",
)


def test_what_two_extracts_hold_of_one_plan_is_counted_as_the_newer_one_has_it(tmp_path):
    """In March A's and B's plans are open; in June A's has ended, and C's has begun."""
    for name, rows in {
        "March": (("A", "1/2/2010", "5/1/2015", ""), ("B", "1/2/2011", "6/1/2015", "")),
        "June": (
            ("A", "1/2/2010", "5/1/2015", "3/6/2015"),
            ("B", "1/2/2011", "6/1/2015", ""),
            ("C", "1/2/2012", "9/6/2015", ""),
            # Another authority's child of the same ID, and another plan of B's.
            ("A", "7/7/2007", "5/1/2015", ""),
            ("B", "1/2/2011", "7/6/2015", ""),
        ),
    }.items():
        (tmp_path / "all" / name).mkdir(parents=True)
        write_csv(tmp_path / "all" / name / "List 7.csv", PLANS, *rows)
    found = computed_from(tmp_path / "all", period=JUNE_ALONE)
    assert (found["CP6B", JUNE].value, found["CP7", JUNE].value) == (4, 1)
    told = [(row[3], row[4]) for row in rows_to_look_at(tmp_path / "all")]
    assert told == [
        ("A", "A newer file has this row otherwise."),
        ("B", "The row stands there more than once."),
    ]


def test_a_list_that_files_of_two_kinds_give_is_refused_for_each_child_would_count_twice(tmp_path):
    list(write_synthetic(tmp_path / "made", Wanted(20, YEAR, 5)))
    with pytest.raises(RecordsRefused) as refusal:
        computed_from(tmp_path / "made")
    told = [str(problem) for problem in refusal.value.problems]
    assert len(told) == 4
    assert (
        "List 8 (children in care): It stands in Annex A and in SSDA903: each child would count "
        "twice. Name the files of one kind, and compare the others by --reconcile."
    ) in told


CONTACTS = ("Child Unique ID", "Date of Contact")


def test_a_date_that_lost_its_format_in_excel_is_its_day_and_other_numbers_are_none(tmp_path):
    """42160 is 5 June 2015 in Excel."""
    forms = ("42160", "42160.5", "5 June 2015", "2015-06-05T00:00:00", "2015/06/05")
    rows = [(f"C{n}", form) for n, form in enumerate((*forms, "4216", "epoch", "infinity"))]
    source = write_csv(tmp_path / "List 1.csv", CONTACTS, *rows)
    assert computed_from(source, period=JUNE_ALONE)["M1", JUNE].value == len(forms)
    assert [row[4] for row in rows_to_look_at(source)] == [
        f"“{text}” is no date (contact date)." for text in ("4216", "epoch", "infinity")
    ]


def test_a_day_that_has_not_come_yet_is_listed_and_says_nothing_of_the_extract(tmp_path):
    """A slip in a year would be the last day of the records; a planned end is no end."""
    source = write_csv(
        tmp_path / "List 7.csv",
        PLANS,
        ("A", "01/01/2010", "05/06/2015", "05/06/2095"),
        ("B", "01/01/2010", "01/05/2015", "30/06/2015"),
    )
    told: list[str] = []
    found = computed_from(source, period=Period(), told=told)
    assert (found["CP6B", JUNE].value, found["CP7", JUNE].value) == (1, 1)
    assert any("the extract is of 30/06/2015" in line for line in told)
    assert [row[2:] for row in rows_to_look_at(source)] == [
        ["2", "A", "“05/06/2095” has not come yet (plan end).", "It counts as not given."]
    ]


def test_rows_of_several_files_are_named_as_each_file_counts_them(tmp_path):
    for name, rows in {
        "East": [("A", "01/06/2015"), ("B", "soon")],
        "West": [("A", "02/06/2015"), ("", "03/06/2015"), ("C", "later"), ("C", "04/06/2015")],
    }.items():
        (tmp_path / "all" / name).mkdir(parents=True)
        write_csv(tmp_path / "all" / name / f"List 1 {name}.csv", CONTACTS, *rows)
    assert computed_from(tmp_path / "all", period=JUNE_ALONE)["M1", JUNE].value == 4
    assert [row[1:5] for row in rows_to_look_at(tmp_path / "all")] == [
        ["List 1 East.csv", "3", "B", "“soon” is no date (contact date)."],
        ["List 1 West.csv", "3", "", "There is no child ID."],
        ["List 1 West.csv", "4", "C", "“later” is no date (contact date)."],
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_every_kind_of_csv_that_excel_saves_is_read(tmp_path, encoding):
    text = "Child Unique ID,Date of Contact,Contact Source\nA,05/06/2015,École – “x”\n"
    source = tmp_path / "List 1.csv"
    source.write_bytes(text.encode(encoding))
    assert computed_from(source, period=JUNE_ALONE)["M1", JUNE].value == 1
