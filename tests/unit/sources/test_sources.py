"""Files: the same figures from every format, and every file that cannot be a return."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from datetime import date, datetime
from hashlib import sha256

import pytest
import xlsxwriter
from openpyxl import Workbook

from tests.support.places import DATA, RETURNS
from tests.support.printed_returns import CATALOGUE, JUNE, SEED, printed
from tests.support.sample_files import edit
from xl_addin.errors import ReturnRefused
from xl_addin.observation import Observation
from xl_addin.returns.figure import NOT_CALCULATED
from xl_addin.sources import SUFFIXES, read_grids, read_return
from xl_addin.table import CellError

TIDY = ("Measure Ref", "Month", "Value", "Status")


def observations(path, sheet=None):
    return_ = read_return(path, CATALOGUE, sheet)
    assert [str(problem) for problem in return_.problems] == []
    return [entry.observation for entry in return_.entries]


def refusal(path, sheet=None):
    with pytest.raises(ReturnRefused) as refused:
        read_grids(path, sheet)
    return [str(problem) for problem in refused.value.problems]


def write_workbook(path, *rows, sheets=("Figures",)):
    book = xlsxwriter.Workbook(path, {"default_date_format": "mmm yyyy"})
    for name in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def replace_in_sheet(path, old, new):
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_the_printed_figures_are_the_same_from_every_spreadsheet(suffix):
    assert observations(RETURNS / f"june_2015{suffix}") == list(printed())


def test_a_workbook_with_macros_is_read_and_runs_nothing(tmp_path):
    path = tmp_path / "June.xlsm"
    path.write_bytes((RETURNS / "june_2015.xlsx").read_bytes())
    assert observations(path) == list(printed())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("suffix", [".csv", ".txt", ".tsv"])
def test_the_printed_figures_are_the_same_from_every_kind_of_text(
    tmp_path, delimiter, encoding, suffix
):
    rows = [row[:16] for row in csv.reader(SEED.open(encoding="utf-8"))]
    rows[1][2] = "Contacts – “new”; Zoë's, at £5"
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path = tmp_path / f"June{suffix}"
    path.write_bytes(text.getvalue().encode(encoding))
    assert observations(path) == list(printed())
    assert read_grids(path).grids[0].rows[1][2] == rows[1][2]


def test_big_endian_utf_16_is_read(tmp_path):
    path = tmp_path / "June.csv"
    path.write_bytes("\ufeffRef,Jun 2015\r\nM1,1363\r\n".encode("utf-16-be"))
    assert observations(path) == [Observation("M1", JUNE, 1363)]


@pytest.mark.parametrize(
    "text",
    [
        "Ref;Jun 2015\nM1;1,363\n",
        "sep=;\r\nRef;Jun 2015\r\nM1;1,363\r\n",
        "Ref\tJun 2015\nM1\t1,363\n",
        'Ref,Jun 2015\nM1,"1,363"\n',
        'Page, with; many, commas; here\n\n"Ref",Jun 2015\n"M1","1,363"',
    ],
)
def test_the_delimiter_is_the_one_that_makes_columns(tmp_path, text):
    path = tmp_path / "June.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert observations(path) == [Observation("M1", JUNE, 1363)]


def test_rows_are_counted_as_excel_shows_them(tmp_path):
    path = tmp_path / "June.csv"
    path.write_text('Title\n\nRef,Note,Jun 2015\nM1,"two\nlines",5\nM2,,Late\nM2,,9x\n', "utf-8")
    (problem,) = read_return(path, CATALOGUE).problems[:1]
    assert problem.place == "June.csv, row 6, Jun 2015"


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_cell_error_is_never_read_as_blank(suffix):
    (grid,) = read_grids(RETURNS / f"errors{suffix}").grids
    errors = [row[2] for row in grid.rows[1:]]
    assert all(isinstance(error, CellError) for error in errors)
    assert errors[:4] == ["#DIV/0!", "#N/A", "#REF!", "#NAME?"]
    return_ = read_return(RETURNS / f"errors{suffix}", CATALOGUE)
    assert len(return_.problems) == 6
    assert all("M1 shows the error" in problem.found for problem in return_.problems)


def test_dates_numbers_text_and_errors_of_a_sheet_that_starts_anywhere_are_told_apart(tmp_path):
    book = Workbook()
    sheet = book.active
    for address, value in {
        "C5": "NA",
        "D5": datetime(2015, 6, 1),
        "E5": True,
        "F5": 0.39,
        "G5": "#REF!",
        "H9": "#NULL!",
    }.items():
        sheet[address] = value
    sheet["H9"].data_type = "e"
    book.save(tmp_path / "odd.xlsx")
    (grid,) = read_grids(tmp_path / "odd.xlsx").grids
    assert grid.rows[4][2:7] == ("NA", date(2015, 6, 1), True, 0.39, "#REF!")
    assert grid.rows[8][7] == "#NULL!"
    assert isinstance(grid.rows[8][7], CellError)
    assert grid.rows[0][:3] == (None, None, None)


def test_times_and_durations_are_not_words(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "times.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, TIDY)
    for row, form in ((1, "hh:mm"), (2, "[h]:mm")):
        sheet.write_row(row, 0, ("M1", "Jun 2015"))
        sheet.write_number(row, 2, 0.5, book.add_format({"num_format": form}))
    book.close()
    problems = read_return(tmp_path / "times.xlsx", CATALOGUE).problems
    assert ["a date or time" in problem.found for problem in problems] == [True, True]


def test_formulas_that_no_program_calculated_are_refused(tmp_path):
    book = Workbook()
    book.active.append(TIDY)
    book.active.append(("M1", "Jun 2015", "=1300+63"))
    book.active.append(("M2", "Jun 2015", 393))
    book.save(tmp_path / "June.xlsx")
    assert read_grids(tmp_path / "June.xlsx").grids[0].rows[1][2] == NOT_CALCULATED
    (problem,) = read_return(tmp_path / "June.xlsx", CATALOGUE).problems
    assert "1 cell holds a formula without a calculated value" in problem.found


def test_the_zeros_that_xlsxwriter_puts_for_formulas_are_not_figures(tmp_path):
    path = write_workbook(tmp_path / "June.xlsx", TIDY, ("M1", "Jun 2015", "=1300+63"))
    assert "1 cell holds a formula" in read_return(path, CATALOGUE).problems[0].found


def test_a_calculated_formula_counts_with_its_value(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "June.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, TIDY)
    sheet.write_row(1, 0, ("M1", "Jun 2015"))
    sheet.write_formula(1, 2, "=1300+63", None, 1363)
    sheet.write_formula(1, 3, '=""', None, "blank")
    sheet.write_row(2, 0, ("M2", "Jun 2015"))
    sheet.write_formula(2, 2, "=1-1", None, 0)
    book.close()
    # Excel writes a formula that gives empty text so.
    replace_in_sheet(tmp_path / "June.xlsx", b"<v>blank</v>", b"<v></v>")
    expected = [Observation("M1", JUNE, 1363), Observation("M2", JUNE, 0)]
    assert observations(tmp_path / "June.xlsx") == expected


def test_a_formula_without_a_value_in_an_opendocument_file_is_refused(tmp_path):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, table = OpenDocumentSpreadsheet(), Table(name="Figures")
    for row in (TIDY[:3], ("M2", "Jun 2015", "393"), ("M1", "Jun 2015")):
        element = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            element.addElement(cell)
        table.addElement(element)
    element.addElement(TableCell(formula="of:=1300+63"))
    book.spreadsheet.addElement(table)
    book.save(str(tmp_path / "June.ods"))
    (problem,) = read_return(tmp_path / "June.ods", CATALOGUE).problems
    assert "1 cell holds a formula" in problem.found


def test_a_sheet_is_named_where_there_are_several(tmp_path):
    row = ("M1", "Jun 2015", 1363)
    path = write_workbook(tmp_path / "June.xlsx", TIDY, row, sheets=("June", "Draft"))
    (problem,) = read_return(path, CATALOGUE).problems
    assert "June.xlsx, June; June.xlsx, Draft" in problem.found
    assert observations(path, "june ") == [Observation("M1", JUNE, 1363)]
    assert read_return(path, CATALOGUE, "June").entries[0].place == "June.xlsx, June, row 2"
    assert refusal(path, "July") == [
        "June.xlsx: It has no sheet “July”. Its sheets are “June”, “Draft”."
    ]


def test_hidden_sheets_are_read_only_when_named(tmp_path):
    book = Workbook()
    for sheet in (book.active, book.create_sheet("Old")):
        sheet.append(TIDY)
        sheet.append(("M1", "Jun 2015", 1363 if sheet.title != "Old" else 1))
    book["Old"].sheet_state = "hidden"
    book.save(tmp_path / "June.xlsx")
    assert observations(tmp_path / "June.xlsx") == [Observation("M1", JUNE, 1363)]
    assert observations(tmp_path / "June.xlsx", "Old") == [Observation("M1", JUNE, 1)]


def test_a_spreadsheet_is_read_by_what_it_holds_and_not_by_its_name(tmp_path):
    for suffix in (".xls", ".xlsx", ".csv"):
        path = tmp_path / f"June{suffix}"
        for original in (".xlsx", ".xls", ".ods"):
            path.write_bytes((RETURNS / f"june_2015{original}").read_bytes())
            assert observations(path) == list(printed())


DAMAGED = "It is damaged or is not a spreadsheet. Open it in Excel, save it as .xlsx and try again."
LOCKED = "It is protected with a password. Save a copy without one."
NOT_TEXT = (
    "It is not a text file of rows and columns. Open it in Excel, save it as .xlsx or CSV and "
    "try again."
)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("June.xlsx", b"not a workbook", DAMAGED),
        ("June.ods", b"not a workbook", DAMAGED),
        ("June.xls", b"<html><table></table></html>", DAMAGED),
        ("June.xls", b"Ref\tJun 2015\nM1\t5\n", DAMAGED),
        ("June.xlsx", b"PK\x03\x04" + b"x" * 99, DAMAGED),
        ("June.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, DAMAGED),
        ("June.csv", b"<!DOCTYPE html><p>Log in</p>", NOT_TEXT),
        ("June.csv", b"Ref,Jun\0 2015\n", NOT_TEXT),
        ("June.csv", b"", "The file is empty. Save it again with its figures."),
        ("June.xlsx", b" \n", "The file is empty. Save it again with its figures."),
        ("June.csv", b"\x81\x8d", "Its letters cannot be read. Save it again, as “CSV UTF-8”"),
        ("June.csv", b'Ref,Jun 2015\nM1,"5\nM2,6\n', "A quotation mark is opened and not closed"),
        ("June.docx", b"x", "Files ending in “.docx” cannot be read. A return is a file whose"),
        ("June", b"x", "Files ending in “” cannot be read. A return is a file whose"),
    ],
)
def test_a_file_that_cannot_be_a_return_is_refused_in_a_sentence(tmp_path, name, content, told):
    path = tmp_path / name
    path.write_bytes(content)
    (problem,) = refusal(path)
    assert problem.startswith(f"{name}: {told}")


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_truncated_file_is_refused(tmp_path, suffix):
    whole = (RETURNS / f"june_2015{suffix}").read_bytes()
    for part in (len(whole) // 3, len(whole) // 2, len(whole) * 3 // 4):
        path = tmp_path / f"June{suffix}"
        path.write_bytes(whole[:part])
        assert refusal(path) == [f"June{suffix}: {DAMAGED}"]


def test_a_workbook_with_a_cell_outside_the_sheet_is_refused(tmp_path):
    path = tmp_path / "June.xlsx"
    path.write_bytes((RETURNS / "errors.xlsx").read_bytes())
    replace_in_sheet(path, b'<row r="2"', b'<row r="99999999"')
    assert refusal(path) == [f"June.xlsx: {DAMAGED}"]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_file_with_a_password_is_refused(suffix):
    assert refusal(RETURNS / f"locked{suffix}") == [f"locked{suffix}: {LOCKED}"]


def test_a_missing_file_is_refused_with_its_whole_path(tmp_path):
    path = tmp_path / "Returns" / "June.csv"
    assert refusal(path) == [f"{path}: There is no such file or folder. Check its name."]


def test_a_folder_without_returns_is_refused(tmp_path):
    (tmp_path / "~$June.xlsx").write_bytes(b"x")
    (tmp_path / "Older").mkdir()
    (problem,) = refusal(tmp_path)
    assert "The folder holds no return." in problem


def write_csv(path, *rows):
    path.write_text("\n".join(("Ref,Month,Value", *rows)), encoding="utf-8")


def test_a_folder_is_read_as_one_return_in_the_order_of_names(tmp_path):
    write_csv(tmp_path / "b june.csv", "LAC1,Jun 2015,626", "LAC1,May 2015,620")
    write_csv(tmp_path / "A may.CSV", "LAC1,May 2015,622", "M1,May 2015,1156")
    (tmp_path / "~$A may.xlsx").write_bytes(b"left by Excel")
    (tmp_path / ".DS_Store").write_bytes(b"left by a Mac")
    (tmp_path / "About these.docx").write_bytes(b"x")
    return_ = read_return(tmp_path, CATALOGUE)
    assert {
        (e.observation.ref, e.observation.month.label, e.observation.value) for e in return_.entries
    } == {
        ("LAC1", "Jun 2015", 626),
        ("LAC1", "May 2015", 620),
        ("M1", "May 2015", 1156),
    }
    assert return_.source == f"{tmp_path.name}: A may.CSV, b june.csv"
    content = (tmp_path / "A may.CSV").read_bytes() + (tmp_path / "b june.csv").read_bytes()
    assert return_.digest == sha256(content).hexdigest()
    assert [w.place for w in return_.warnings] == [f"{tmp_path.name}, About these.docx"]


def test_every_unreadable_file_of_a_folder_is_told(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"x")
    (tmp_path / "b.csv").write_bytes(b"")
    write_csv(tmp_path / "c.csv", "LAC1,Jun 2015,626")
    assert [problem[:7] for problem in refusal(tmp_path)] == ["a.xlsx:", "b.csv: "]


def test_files_of_a_folder_that_contradict_each_other_are_named(tmp_path):
    write_csv(tmp_path / "a.csv", "LAC1,Jun 2015,626")
    write_csv(tmp_path / "b.csv", "LAC1,Jun 2015,625")
    (problem,) = read_return(tmp_path, CATALOGUE).problems
    assert (problem.place, "626 in a.csv, row 2" in problem.found) == ("b.csv, row 2", True)


def test_the_digest_is_that_of_the_files_bytes():
    raw = read_grids(SEED)
    assert raw.source == SEED.name
    assert raw.digest == sha256(SEED.read_bytes()).hexdigest()


def test_every_suffix_promised_can_be_read():
    assert set(SUFFIXES) == {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"}


def test_a_csv_return_needs_no_library_for_spreadsheets():
    script = (
        "import sys; from pathlib import Path; from xl_addin.sources import read_grids; "
        "read_grids(Path(sys.argv[1])); "
        "print([m for m in ('pandas', 'openpyxl', 'python_calamine', 'xlrd', 'lxml') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(SEED)],
        capture_output=True,
        text=True,
        check=True,
        cwd=DATA.parents[1],
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("code", ["h:mm", "[h]:mm", "[mm]:ss", "dd/mm/yyyy hh:mm"])
def test_a_time_is_never_read_as_a_figure(tmp_path, code):
    """Half a day in a percentage's cell is not 50%."""
    with xlsxwriter.Workbook(tmp_path / "June.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Measure Ref", "Month", "Value"))
        sheet.write_row(1, 0, ("M3", "Jun 2015"))
        sheet.write_number(1, 2, 0.5, book.add_format({"num_format": code}))
    (grid,) = read_grids(tmp_path / "June.xlsx").grids
    assert grid.rows[1][2] == datetime(1899, 12, 30, 12)


@pytest.mark.parametrize("stored", ["1_0", "1,0", "ten", "0x10"])
def test_a_number_that_only_some_programs_can_read_is_not_read(tmp_path, stored):
    path = tmp_path / "June.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Measure Ref", "Month", "Value"))
        sheet.write_row(1, 0, ("M1", "Jun 2015", 10))
    edit(path, "xl/worksheets/sheet1.xml", ("<v>10</v>", f"<v>{stored}</v>"))
    with pytest.raises(ReturnRefused, match="damaged or is not a spreadsheet"):
        read_grids(path)
