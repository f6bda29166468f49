"""Which changes of a closed workbook make Excel calculate when it is opened."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from xl_addin import ooxml
from xl_addin.table import Formula
from xl_addin.update import AppendRows, Calculated, Row, SetName, SetRows, Update

ROWS = (Row((5.0, Formula("[@[Jun 2015]]*2", 10.0)), 0), Row((6.0, Formula("1+1", 2.0)), 1))
FIGURES = SetRows("Dataset", ("Jun 2015", "Twice"), ROWS)
TITLE = SetName("Title", (("Another",),))
LOGGED = AppendRows("Log", ("When",), (("now",),))
HEADING = Calculated("Heading", (("Another, Jun 2015",),))


def make(folder: Path, formula: str, sheet: str = "Own") -> Path:
    """A page, a log, a heading that follows the title, and a formula of an officer's own."""
    path = folder / "Dataset.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page, own, log = (book.add_worksheet(name) for name in ("The page", "Own", "Log"))
        columns = [
            {"header": "Ref"},
            {"header": "Jun 2015"},
            {"header": "Twice", "formula": "=B5*2"},
        ]
        rows = [["M1", 1, 2], ["M2", 2, 4]]
        page.add_table("A4:C6", {"name": "Dataset", "columns": columns, "data": rows})
        log.add_table("A1:A2", {"name": "Log", "columns": [{"header": "When"}]})
        page.write("A1", "Title")
        page.write_formula("A2", '=Title&", Jun 2015"', None, "Title, Jun 2015")
        book.define_name("Title", "='The page'!$A$1")
        book.define_name("Heading", "='The page'!$A$2")
        book.define_name("Latest", "=Dataset[Jun 2015]")
        book.define_name("Untouched", "=Own!$A$1")
        {"Own": own, "The page": page}[sheet].write_formula("F9", formula)
        book.calc_on_load = False
    return path


def asks_to_calculate(path: Path, *changes) -> bool:
    ooxml.apply(path, Update(changes))
    with zipfile.ZipFile(path) as package:
        return b"fullCalcOnLoad" in package.read("xl/workbook.xml")


@pytest.mark.parametrize(
    ("formula", "asked"),
    [
        ("=SUM(Dataset[Jun 2015])", True),
        ("=sum(DATASET)", True),
        ("=MAX(Latest)", True),
        ("='The page'!B5", True),
        ("=SUM('The page'!A1:C9)", True),
        ("=SUM('The page'!B:B)", True),
        ("='The page'!C6*2", True),
        ("=A1+Untouched", False),
        ("='The page'!A5", False),
        ("='The page'!B4", False),
        ('="Dataset[Jun 2015]"', False),
        ("=SUM(Other[Dataset])", False),
        ("=COUNTA(Log[When])", False),
        ("=1+1", False),
    ],
)
def test_excel_calculates_where_an_officers_formula_names_what_changed(tmp_path, formula, asked):
    assert asks_to_calculate(make(tmp_path, formula), FIGURES) is asked


@pytest.mark.parametrize(("formula", "asked"), [("=B5", True), ("=A6", False)])
def test_a_formula_of_the_same_sheet_names_its_cells_without_the_sheet(tmp_path, formula, asked):
    assert asks_to_calculate(make(tmp_path, formula, "The page"), FIGURES) is asked


def test_a_formula_that_names_a_table_counts_as_changed_when_rows_are_added(tmp_path):
    assert asks_to_calculate(make(tmp_path, "=COUNTA(Log[When])"), LOGGED)


def test_a_heading_whose_text_is_not_brought_along_makes_excel_calculate(tmp_path):
    assert asks_to_calculate(make(tmp_path, "=1+1"), TITLE)


def test_a_heading_whose_text_is_brought_along_does_not(tmp_path):
    assert not asks_to_calculate(make(tmp_path, "=1+1"), TITLE, HEADING)


def test_a_formula_shared_with_other_cells_counts_by_its_sheet(tmp_path):
    path = make(tmp_path, "=1+1")
    with zipfile.ZipFile(path) as package:
        held = {name: package.read(name) for name in package.namelist()}
    own = held["xl/worksheets/sheet2.xml"].replace(
        b"<f>1+1</f>", b'<f t="shared" ref="F9:G9" si="0">\'The page\'!A9</f>'
    )
    held["xl/worksheets/sheet2.xml"] = own.replace(
        b"</row></sheetData>", b'<c r="G9"><f t="shared" si="0"/><v>0</v></c></row></sheetData>'
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, data in held.items():
            package.writestr(name, data)
    assert asks_to_calculate(path, FIGURES)


WIDE = Calculated("Wide", ((2.0,) * 20, (3.0,) * 20))


def make_wide(folder: Path, cell: str, formula: str) -> Path:
    """A title, twenty columns of formulas that follow it, and a formula of an officer's own."""
    path = folder / "Dataset.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("The page")
        page.write("A1", "Title")
        for row in (3, 4):
            for column in range(1, 21):
                page.write_formula(row, column, "=LEN($A$1)", None, 5)
        page.write_formula(cell, formula, None, 5)
        book.define_name("Title", "='The page'!$A$1")
        book.define_name("Wide", "='The page'!$B$4:$U$5")
        book.calc_on_load = False
    return path


@pytest.mark.parametrize("cell", ["A4", "V4", "V5", "A6"])
@pytest.mark.parametrize(("formula", "asked"), [("=LEN(A1)", True), ("=LEN(A2)", False)])
def test_a_formula_beside_many_that_are_brought_is_still_seen(tmp_path, cell, formula, asked):
    assert asks_to_calculate(make_wide(tmp_path, cell, formula), TITLE, WIDE) is asked


def test_a_formula_spelt_out_among_those_brought_is_known_to_a_cell_that_shares_it(tmp_path):
    path = make_wide(tmp_path, "V4", "=LEN(A1)")
    parts = {}
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    spelt = b'<c r="C4"><f>LEN($A$1)</f>'
    sheet = sheet.replace(spelt, b'<c r="C4"><f t="shared" ref="C4:V4" si="0">LEN($A$1)</f>')
    sheet = sheet.replace(b"<f>LEN(A1)</f>", b'<f t="shared" si="0"/>')
    assert sheet.count(b'"shared"') == 2
    parts["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    assert asks_to_calculate(path, TITLE, WIDE)
