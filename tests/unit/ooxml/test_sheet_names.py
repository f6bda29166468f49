"""A renamed sheet: what mentions it follows as in Excel, and nothing else."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from tests.support.sample_files import inject
from xl_addin import ooxml
from xl_addin.ooxml.sheet_names import rename_sheet, sheet_renamer

NEW = "Figures recorded"


@pytest.mark.parametrize(
    ("formula", "followed"),
    [
        ("History!A1", f"'{NEW}'!A1"),
        ("'History'!A1", f"'{NEW}'!A1"),
        ("history!$A$1:$B$2", f"'{NEW}'!$A$1:$B$2"),
        ("SUM(History!A:A,-History!B2)", f"SUM('{NEW}'!A:A,-'{NEW}'!B2)"),
        ("SUM(Dataset:History!A1)", f"SUM('Dataset:{NEW}'!A1)"),
        ("SUM('Data notes:History'!A1)", f"SUM('Data notes:{NEW}'!A1)"),
        ("History!Total+Total", f"'{NEW}'!Total+Total"),
        ("'My History'!A1", "'My History'!A1"),
        ("OldHistory!A1+History2!A1", "OldHistory!A1+History2!A1"),
        ("[1]History!A1", "[1]History!A1"),
        ("'[Old.xlsx]History'!A1", "'[Old.xlsx]History'!A1"),
        ('"History!A1"&INDIRECT("History!A1")', '"History!A1"&INDIRECT("History!A1")'),
        ("COUNTA(History[Measure Ref])", "COUNTA(History[Measure Ref])"),
        ("'It''s History'!A1&'History'!A1", f"'It''s History'!A1&'{NEW}'!A1"),
    ],
)
def test_a_formula_follows(formula, followed):
    assert sheet_renamer("History", NEW)(formula) == followed


def test_a_name_without_need_of_quotes_gets_none():
    assert sheet_renamer("Data notes", "Notes")("'Data notes'!A1") == "Notes!A1"
    assert sheet_renamer("Notes", "It's")("Notes!A1") == "'It''s'!A1"
    assert sheet_renamer("Notes", "A1")("Notes!A1") == "'A1'!A1"


@pytest.fixture
def book(tmp_path):
    """A workbook in which everything that can mention a sheet does."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        page, history = made.add_worksheet("Page"), made.add_worksheet("History")
        history.write_column("A1", [1, 2, 3])
        page.write_formula("A1", "=SUM(History!A1:A3)", None, 6)
        page.write_array_formula("B1:B2", "{=History!A1:A2}", None, 1)
        page.write_formula("C1", '=INDIRECT("History!A1")', None, 1)
        page.write_url("D1", "internal:History!A1", string="there")
        page.conditional_format(
            "E1", {"type": "formula", "criteria": "=History!$A$1>0", "format": made.add_format()}
        )
        page.data_validation("F1", {"validate": "list", "source": "=History!$A$1:$A$3"})
        page.add_sparkline("G1", {"range": "History!A1:A3"})
        chart = made.add_chart({"type": "line"})
        chart.add_series({"values": "=History!$A$1:$A$3", "name": "=History!$A$1"})
        page.insert_chart("H1", chart)
        page.insert_textbox("H20", "", {"textlink": "=History!$A$1"})
        page.insert_textbox("H24", "go", {"url": "internal:History!A1"})
        columns = [{"header": "One"}, {"header": "Two", "formula": "=History!$A$1"}]
        page.add_table("K1:L2", {"name": "Own", "columns": columns})
        made.define_name("Total", "=SUM(History!$A$1:$A$3)")
        history.print_area("A1:A3")
        history.repeat_rows(0)
    return path


def renamed(path) -> tuple[dict[str, bytes], list[str]]:
    opened = ooxml.open_workbook(path, path.read_bytes())
    spoken = rename_sheet(opened, "History", NEW)
    ooxml.make_changes(opened, ())
    opened.store()
    with zipfile.ZipFile(io.BytesIO(opened.package.to_bytes())) as package:
        return {name: package.read(name) for name in package.namelist()}, spoken


def test_everything_that_mentions_the_sheet_follows(book):
    parts, spoken = renamed(book)
    left = {
        name: re.findall(r".{20}\bHistory\b.{8}", data.decode())
        for name, data in parts.items()
        if name.endswith((".xml", ".rels")) and "docProps" not in name
    }
    told = {name: found for name, found in left.items() if found}
    assert list(told) == ["xl/worksheets/sheet1.xml"]
    (text,) = told["xl/worksheets/sheet1.xml"]
    assert "INDIRECT" in text
    assert spoken == ["Page!C1"]
    assert b"'Figures recorded'!A1:A3" in parts["xl/worksheets/sheet1.xml"]


def test_what_follows_is_read_so_by_another_reader(book, tmp_path):
    with zipfile.ZipFile(tmp_path / "new.xlsx", "w") as package:
        for name, data in renamed(book)[0].items():
            package.writestr(name, data)
    found = openpyxl.load_workbook(tmp_path / "new.xlsx")
    assert found.sheetnames == ["Page", NEW]
    page = found["Page"]
    assert page["A1"].value == f"=SUM('{NEW}'!A1:A3)"
    assert page["B1"].value.text == f"='{NEW}'!A1:A2"
    assert page["D1"].hyperlink.location == f"'{NEW}'!A1"
    assert page.data_validations.dataValidation[0].formula1 == f"'{NEW}'!$A$1:$A$3"
    assert found.defined_names["Total"].attr_text == f"SUM('{NEW}'!$A$1:$A$3)"
    assert found[NEW].print_area == f"'{NEW}'!$A$1:$A$3"
    assert found[NEW].print_title_rows == "$1:$1"
    column = page.tables["Own"].tableColumns[1]
    assert column.calculatedColumnFormula.attr_text == f"'{NEW}'!$A$1"


def test_a_part_that_does_not_mention_it_keeps_its_bytes(book):
    with zipfile.ZipFile(book) as package:
        was = {name: package.read(name) for name in package.namelist()}
    now, _ = renamed(book)
    assert was["xl/worksheets/sheet2.xml"] == now["xl/worksheets/sheet2.xml"]
    assert was["xl/styles.xml"] == now["xl/styles.xml"]


def test_a_pivot_table_over_the_sheet_follows(book):
    cache = (
        '<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<cacheSource type="worksheet"><worksheetSource ref="A1:A3" sheet="History"/>'
        "</cacheSource></pivotCacheDefinition>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = (
        f'<Relationship Id="pivot" Type="{kind}/pivotCacheDefinition" '
        'Target="pivotCache/pivotCacheDefinition1.xml"/></Relationships>'
    )
    name = "xl/pivotCache/pivotCacheDefinition1.xml"
    rels = "xl/_rels/workbook.xml.rels"
    linked = {rels: lambda data: data.replace(b"</Relationships>", link.encode())}
    inject(book, {name: cache.encode()}, linked)
    parts, _ = renamed(book)
    assert f'sheet="{NEW}"'.encode() in parts[name]
