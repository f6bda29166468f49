"""A workbook made from the dataset a service keeps: another service's, without any text file."""

from __future__ import annotations

import shlex
from datetime import date

import openpyxl
import pytest

from tests.support.command_line import run_here
from tests.support.editions import read
from tests.support.printed_issue import printed_rows
from xl_addin.demo import HISTORY
from xl_addin.measure import Unit
from xl_addin.returns.guess_measures import guess_unit

MONTHS = [date(2024 + (i + 3) // 12, (i + 3) % 12 + 1, 1) for i in range(15)]
HOUSING = {
    "Homelessness": {
        "HO1": ("Households approaching as homeless", range(100, 115)),
        "HO2": ("Households in temporary accommodation", range(300, 315)),
        "HO3": ("Families in bed and breakfast over 6 weeks", [*range(9), *range(6)]),
        "HO4": ("% of cases prevented or relieved", [0.351 + i / 100 for i in range(15)]),
    },
    "Lettings": {
        "LE1": ("Homes let", range(40, 55)),
        "LE2": ("Average days to re-let a home", [22.5 + i for i in range(15)]),
        "LE3": ("Applicants on the register", range(4100, 4115)),
    },
    "Repairs": {
        "RE1": ("Repairs completed", range(1800, 1815)),
        "RE2": ("Emergency repairs completed in time", [0.9 + i / 200 for i in range(15)]),
        "RE3": ("Complaints about repairs", range(8, 23)),
    },
    "Income": {
        "IN1": ("Rent arrears at month end", range(900_000, 900_015)),
        "IN2": ("Proportion of rent collected", [0.95 + i / 1000 for i in range(15)]),
    },
}
NOTE = "HO2 counts households placed by partners from the second quarter."


@pytest.fixture
def scorecard(tmp_path):
    """As a council keeps it: a title, sections as rows, a remark beside and a note below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Scorecard 2025"
    sheet.append(["Housing Services Performance Scorecard"])
    sheet.append(["Produced by Performance & Insight"])
    sheet.append([])
    sheet.append(["KPI Ref", "Indicator", *[f"{m:%b-%y}" for m in MONTHS], "Comments"])
    for area, measures in HOUSING.items():
        sheet.append([None, area])
        for ref, (description, figures) in measures.items():
            sheet.append([ref, description, *figures])
    sheet.append([])
    sheet.append([None, f"Note 1: {NOTE}"])
    book.save(tmp_path / "Housing scorecard.xlsx")
    return tmp_path / "Housing scorecard.xlsx"


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *words, answer="": run_here(monkeypatch, capsys, *words, answer=answer)


def recorded(workbook, ref):
    """The figures on record for a measure, oldest month first."""
    rows = [record for _, record in workbook.tables["History"].records()]
    mine = [row for row in rows if row["Measure Ref"] == ref]
    return [row["Value"] for row in sorted(mine, key=lambda row: row["Month"])]


def test_another_service_gets_its_workbook_from_the_page_it_has(scorecard, command, tmp_path):
    code, said = command("new", "Housing.xlsm", "--from", scorecard, answer="y\n")
    assert code == 0, said
    workbook = read(tmp_path / "Housing.xlsm")
    assert workbook.title == "Housing Services Performance Scorecard"
    expected = [(r, d, a) for a, ms in HOUSING.items() for r, (d, _) in ms.items()]
    assert [(m.ref, m.description, m.area) for m in workbook.catalogue] == expected
    percentages = {m.ref for m in workbook.catalogue if m.unit is Unit.PERCENTAGE}
    assert percentages == {"HO4", "RE2", "IN2"}
    assert workbook.catalogue["LE2"].unit is Unit.DAYS
    assert {m.ref: m.decimals for m in workbook.catalogue if m.decimals} == dict.fromkeys(
        ["HO4", "LE2", "RE2", "IN2"], 1
    )
    for measures in HOUSING.values():
        for ref, (_, figures) in measures.items():
            assert recorded(workbook, ref) == pytest.approx(list(figures)), ref
    texts = [row[2] for row in workbook.tables["DataNotes"].rows]
    assert NOTE in texts


def test_what_was_guessed_is_shown_first_and_no_makes_nothing(scorecard, command, tmp_path):
    code, said = command("new", "Housing.xlsm", "--from", scorecard, answer="n\n")
    assert code == 0
    assert "  LE2  Average days to re-let a home: days shown as 0.0, with a chart" in said
    assert "Nothing was made." in said
    assert sorted(tmp_path.iterdir()) == [scorecard]


def test_a_wrong_guess_is_corrected_in_a_list_that_excel_opens(scorecard, command, tmp_path):
    code, said = command("new", "Housing.xlsm", "--from", scorecard, "--list", "measures.csv")
    assert code == 0 and "measures.csv lists the 12 measures." in said
    listed = (tmp_path / "measures.csv").read_text(encoding="utf-8-sig")
    was = "Rent arrears at month end,,number,0"
    assert was in listed
    corrected = listed.replace(was, "Arrears of rent,,number,2")
    (tmp_path / "measures.csv").write_text(corrected, encoding="utf-8-sig")
    words = ("new", "Housing.xlsm", "--from", scorecard, "--measures", "measures.csv", "--yes")
    assert command(*words)[0] == 0
    workbook = read(tmp_path / "Housing.xlsm")
    assert workbook.catalogue["IN1"].description == "Arrears of rent"
    assert workbook.catalogue["IN1"].decimals == 2
    assert workbook.title == "Housing Services Performance Scorecard"


def test_the_next_month_is_refreshed_from_what_was_made(scorecard, command, tmp_path):
    command("new", "Housing.xlsm", "--from", scorecard, "--yes")
    rows = [f"{ref},Jul-25,1" for ms in HOUSING.values() for ref in ms if ref[:2] != "RE"]
    text = "\n".join(["Measure Ref,Month,Value", *rows, *[f"RE{n},Jul-25,1" for n in (1, 2, 3)]])
    (tmp_path / "July.csv").write_text(text.replace("HO4,Jul-25,1", "HO4,Jul-25,41.2%"))
    code, said = command("refresh", "Housing.xlsm", "--return", "July.csv", "--yes")
    assert code == 0 and "Jul 2025: 12 of 12 figures" in said
    assert recorded(read(tmp_path / "Housing.xlsm"), "HO4")[-1] == pytest.approx(0.412)


def test_the_familiar_dataset_is_guessed_as_the_print_has_it(command, tmp_path):
    """Only its own page is read: units are what the print shows, descriptions the file's."""
    code, said = command("new", "Again.xlsm", "--from", HISTORY, "--yes")
    assert code == 0, said
    workbook = read(tmp_path / "Again.xlsm")
    printed = {row.ref: row.shown[0].endswith("%") for row in printed_rows()}
    assert {m.ref: m.is_percentage for m in workbook.catalogue} == printed


def test_where_the_figures_are_refused_no_workbook_is_left(scorecard, command, tmp_path):
    book = openpyxl.load_workbook(scorecard)
    book.active.cell(row=6, column=5).value = "six"
    book.save(scorecard)
    code, said = command("new", "Housing.xlsm", "--from", scorecard, "--yes")
    assert code == 1 and "six" in said
    assert sorted(tmp_path.iterdir()) == [scorecard]


def test_a_workbook_that_is_there_is_never_replaced(scorecard, command, tmp_path):
    (tmp_path / "Housing.xlsm").write_bytes(b"figures")
    code, said = command("new", "Housing.xlsm", "--from", scorecard, "--yes")
    assert code == 1 and "It is there already." in said
    assert (tmp_path / "Housing.xlsm").read_bytes() == b"figures"


def test_a_file_without_such_a_page_says_how_one_is_headed(command, tmp_path):
    (tmp_path / "letter.csv").write_text("Dear colleague,\nthe figures follow.\n")
    code, said = command("new", "Housing.xlsm", "--from", "letter.csv", "--yes")
    assert code == 1 and "Head the column of refs Measure Ref" in said


def test_a_list_of_measures_kept_in_excel_is_read_with_its_columns_in_any_order(command, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Our measures, agreed in May"])
    book.active.append(["Unit", "Measure Ref", "Description", "Key measure"])
    book.active.append(["percentage", "A1", "Homes let in time", "yes"])
    book.active.append([None, "A2", "Homes let", None])
    book.save(tmp_path / "list.xlsx")
    assert command("new", "A.xlsm", "--measures", "list.xlsx")[0] == 0
    first, second = read(tmp_path / "A.xlsm").catalogue
    assert (first.ref, first.unit, first.key) == ("A1", Unit.PERCENTAGE, True)
    assert (second.ref, second.unit, second.key) == ("A2", Unit.NUMBER, False)


def test_what_is_wrong_in_a_list_is_named_with_its_row(command, tmp_path):
    (tmp_path / "list.csv").write_text("Measure Ref,Description,Unit\nA1,Homes,tons\nA1,Flats,\n")
    code, said = command("new", "A.xlsm", "--measures", "list.csv")
    assert code == 1
    assert "list.csv, row 2: Unit is “tons”" in said.replace("• ", "")
    assert not (tmp_path / "A.xlsm").exists()


GUESSED = [
    ("Number of schools with over 90% attendance", [12, 14], Unit.NUMBER, 0),
    ("Rent collected", ["0.98", "0.97"], Unit.PERCENTAGE, 0),
    ("Rent collected", ["98.1%", "102%"], Unit.ABOVE_100, 1),
    ("Number per 10,000", [0.5, 0.7], Unit.RATE, 1),
    ("Cost of a placement", ["£1,234.50", "£998.00"], Unit.MONEY, 2),
    ("Average days to re-let a home", [22.5, 23], Unit.DAYS, 1),
    ("Caseload", [14.25, 15.0], Unit.DECIMAL, 2),
    ("Homes let", [40, 41], Unit.NUMBER, 0),
]


@pytest.mark.parametrize(("description", "figures", "unit", "decimals"), GUESSED)
def test_a_unit_is_guessed_from_what_is_written(description, figures, unit, decimals):
    assert guess_unit(description, figures) == (unit, decimals)


def test_headings_totals_and_remarks_among_the_refs_are_no_measures(command, tmp_path):
    lines = ["KPI Ref,Indicator,Apr-25,May-25", "Housing options,,,", "H1,Approaches,5,6"]
    lines += ["Repairs,,,", "R1,Repairs done,7,8", "Source: the housing system,,,"]
    (tmp_path / "old.csv").write_text("\n".join(lines), encoding="utf-8")
    code, said = command("new", "A.xlsm", "--from", "old.csv", "--yes")
    assert code == 0, said
    found = [(m.ref, m.area) for m in read(tmp_path / "A.xlsm").catalogue]
    assert found == [("H1", "Housing options"), ("R1", "Repairs")]


def test_with_a_list_of_measures_the_figures_may_be_tidy(command, tmp_path):
    (tmp_path / "list.csv").write_text("Measure Ref,Description\nH1,Approaches\n")
    (tmp_path / "tidy.csv").write_text("Measure Ref,Month,Value\nH1,May 2025,6\n")
    words = ("new", "A.xlsm", "--measures", "list.csv", "--from", "tidy.csv", "--yes")
    assert command(*words)[0] == 0
    assert read(tmp_path / "A.xlsm").title == "A"


def test_what_to_type_once_the_list_is_right_can_be_typed(scorecard, command):
    said = command("new", "My housing.xlsm", "--from", scorecard, "--list", "m.csv")[1]
    next_line = said.splitlines()[-1]
    assert next_line.startswith('xl-addin new "My housing.xlsm" --measures m.csv --from ')
    assert command(*shlex.split(next_line)[1:], "--yes")[0] == 0
