"""What points at rows that move, of every kind; and what is left as it is, and told."""

from __future__ import annotations

import re

import pytest

from tests.support.sample_files import edit, inject, make, part
from xl_addin import ooxml
from xl_addin.layout import TABLES
from xl_addin.ooxml.references import Setting, rewritten
from xl_addin.update import AppendRows, Row, SetRows, Update

COLUMNS = ("Measure Ref", "Jun 2015")
KEPT = [Row((f"M{n}", float(n)), n) for n in range(4)]
NEW = Row(("N1", 7.0))
PUT_IN = SetRows("Dataset", COLUMNS, (*KEPT[:2], NEW, *KEPT[2:]))
"""A measure put in before the third: rows 8 and 9 move to 9 and 10."""
TURNED = SetRows("Dataset", COLUMNS, tuple(KEPT[n] for n in (2, 0, 3, 1)))
OWN = f"xl/worksheets/sheet{len(TABLES) + 1}.xml"


def one_down(sheet, area, is_range):
    if sheet != "Dataset":
        return area
    return area._replace(first_row=area.first_row + 1, last_row=area.last_row + 1)


@pytest.mark.parametrize(
    ("formula", "becomes"),
    [
        ("Dataset!P21", "Dataset!P22"),
        ("P21+$P$21", "P22+$P$22"),
        ("'Dataset'!$P$21:q22", "'Dataset'!$P$22:q23"),
        ("Dataset!P21:Dataset!Q22", "Dataset!P22:Dataset!Q23"),
        ("'Data''s'!A1+Dataset!A1", "'Data''s'!A1+Dataset!A2"),
        ("(Dataset!A1,Dataset!B2)", "(Dataset!A2,Dataset!B3)"),
        ("LOG10(Dataset!A1#)", "LOG10(Dataset!A2#)"),
        ("Dataset!A1:INDEX(Dataset!A:A,5)", "Dataset!A2:INDEX(Dataset!A:A,5)"),
        ("Dataset[Jun 2015]+Dataset!21:21", "Dataset[Jun 2015]+Dataset!21:21"),
        ("[1]Dataset!P21+'[1]Dataset'!P21", "[1]Dataset!P21+'[1]Dataset'!P21"),
        ("Sheet1:Dataset!P21+'A:Dataset'!P21", "Sheet1:Dataset!P21+'A:Dataset'!P21"),
        ('"Dataset!P21"&MyDataset!A1', '"Dataset!P21"&MyDataset!A1'),
        ("Rate2015+AB_1+A1.5+XFE1", "Rate2015+AB_1+A1.5+XFE1"),
    ],
)
def test_only_references_to_the_sheet_are_written_anew(formula, becomes):
    assert rewritten(formula, Setting("Dataset"), one_down) == becomes


def book_of(tmp_path, more=None):
    def added(book, page):
        own = book.add_worksheet("Own")
        own.write("A1", 1)
        if more:
            more(book, page, own)

    return make(tmp_path / "book.xlsx", more=added)


def change(path, *changes):
    return [str(problem) for problem in ooxml.apply(path, Update(changes))]


def add_rules(book, page, own):
    look = book.add_format({"bold": True})
    rule = {"type": "formula", "criteria": "=Dataset!$E$8>1", "format": look}
    own.conditional_format("B1:B9", rule)
    own.conditional_format("C1", {**rule, "criteria": "=Dataset!E8>1"})
    own.conditional_format("D1:D9", {**rule, "criteria": "=Dataset!E8>1"})
    page.conditional_format("E6:E9", {**rule, "criteria": "=ISTEXT(E6)"})
    page.conditional_format("M1:M4", {**rule, "criteria": "=$E$9>1"})
    own.data_validation("F1:F9", {"validate": "list", "source": "=Dataset!$A$6:$A$9"})
    own.data_validation("G1", {"validate": "custom", "value": "=Dataset!E9>1"})
    own.write_url("H1", "internal:Dataset!E8", string="the third")
    own.add_sparkline("J1", {"range": "Dataset!D8:E8"})
    own.conditional_format(
        "K1:K9", {"type": "data_bar", "data_bar_2010": True, "min_type": "formula",
                  "min_value": "=Dataset!$E$8"},
    )  # fmt: skip


def test_rules_drop_downs_links_and_sparklines_follow(tmp_path):
    book = book_of(tmp_path, add_rules)
    assert change(book, PUT_IN) == []
    own, page = (part(book, name).decode() for name in (OWN, "xl/worksheets/sheet1.xml"))
    rules = dict(re.findall(r'<conditionalFormatting sqref="(\w+):?\w*">.*?<formula>(.*?)</f', own))
    assert rules["B1"] == "Dataset!$E$9&gt;1"
    assert rules["C1"] == "Dataset!E9&gt;1"
    assert rules["D1"] == "Dataset!E8&gt;1"  # of many cells, each with a row of its own
    assert re.findall(r"<formula1>(.*?)</formula1>", own) == [
        "Dataset!$A$6:$A$10",
        "Dataset!E10&gt;1",
    ]
    assert 'location="Dataset!E9"' in own
    assert "<xm:f>Dataset!D9:E9</xm:f><xm:sqref>J1</xm:sqref>" in own
    assert "<xm:f>Dataset!$E$9</xm:f>" in own
    assert "<formula>ISTEXT(E6)</formula>" in page and "<formula>$E$10&gt;1</formula>" in page
    assert "<xm:f>Dataset!D6:E6</xm:f><xm:sqref>J6</xm:sqref>" in page


def test_a_table_on_a_sheet_with_an_apostrophe_in_its_name_is_followed(tmp_path):
    def name_it(book, page, own):
        page.name = "Team's page"
        own.write_formula("A2", "='Team''s page'!E8")
        own.write_url("H1", "internal:'Team''s page'!E8", string="the third")

    book = book_of(tmp_path, name_it)
    assert change(book, PUT_IN) == []
    own = part(book, OWN).decode()
    assert "<f>'Team''s page'!E9</f>" in own
    assert "location=\"'Team''s page'!E9\"" in own


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_text_box_follows_in_whatever_encoding_its_part_has(tmp_path, encoding):
    book, name = book_of(tmp_path), "xl/drawings/drawing9.xml"
    xml = f'<?xml version="1.0" encoding="{encoding}"?>'
    xml += '<d xmlns:x="y"><x:sp textlink="dataset!$E$8"/></d>'
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    more = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    types = {"[Content_Types].xml": lambda data: data.replace(b"</Types>", more)}
    inject(book, {name: xml.encode(encoding)}, types)
    assert change(book, PUT_IN) == []
    assert 'textlink="dataset!$E$9"' in part(book, name).decode()


def add_charts(book, page, own):
    chart = book.add_chart({"type": "column"})
    values = "=Dataset!$E$6:$E$9"
    chart.add_series(
        {"name": "=Dataset!$C$8", "values": values, "categories": "=Dataset!$A$6:$A$9"}
    )
    chart.add_series({"name": "=Dataset!$C$9", "values": "=(Dataset!$D$8,Dataset!$E$9)"})
    own.insert_chart("B2", chart)
    page.print_area("A1:K9")
    page.repeat_rows(4)


def test_charts_and_print_areas_follow(tmp_path):
    book = book_of(tmp_path, add_charts)
    assert change(book, PUT_IN) == []
    chart = part(book, "xl/charts/chart1.xml").decode()
    assert re.findall(r"<c:f>(.*?)</c:f>", chart) == [
        "Dataset!$C$9", "Dataset!$A$6:$A$10", "Dataset!$E$6:$E$10",
        "Dataset!$C$10", "(Dataset!$D$9,Dataset!$E$10)",
    ]  # fmt: skip
    names = part(book, "xl/workbook.xml").decode()
    assert ">Dataset!$A$1:$K$10<" in names and ">Dataset!$5:$5<" in names


def test_pivots_text_boxes_controls_and_newer_charts_follow(tmp_path):
    book = book_of(tmp_path)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    new = {
        "xl/pivotCache/pivotCacheDefinition1.xml": (
            f'<pivotCacheDefinition xmlns="{space}"><cacheSource type="worksheet">'
            '<worksheetSource ref="A5:K9" sheet="Dataset"/></cacheSource>'
            "</pivotCacheDefinition>"
        ),
        "xl/drawings/drawing9.xml": '<d xmlns:x="y"><x:sp textlink="Dataset!$E$8"/></d>',
        "xl/ctrlProps/ctrlProp1.xml": '<p fmlaLink="Dataset!$E$8" fmlaRange="Dataset!$A$6:$A$9"/>',
        "xl/charts/chartEx1.xml": '<cx:c xmlns:cx="y"><cx:f>Dataset!$E$6:$E$9</cx:f></cx:c>',
    }
    kinds = {
        "xl/pivotCache/pivotCacheDefinition1.xml": "spreadsheetml.pivotCacheDefinition+xml",
        "xl/drawings/drawing9.xml": "drawing+xml",
        "xl/ctrlProps/ctrlProp1.xml": "controlproperties+xml",
        "xl/charts/chartEx1.xml": "chartex+xml",
    }
    said = "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.{kind}"/>'
        for name, kind in kinds.items()
    )
    inject(book, {name: text.encode() for name, text in new.items()}, {})
    edit(book, "[Content_Types].xml", ("</Types>", f"{said}</Types>"))
    assert change(book, PUT_IN) == []
    found = [part(book, name).decode() for name in new]
    for text, due in zip(
        found,
        ('ref="A5:K10"', 'textlink="Dataset!$E$9"', 'fmlaLink="Dataset!$E$9"', "$E$6:$E$10"),
        strict=True,
    ):
        assert due in text
    assert 'fmlaRange="Dataset!$A$6:$A$10"' in found[2]


def add_formulas(book, page, own):
    for row, formula in enumerate(("=Dataset!E8", "=SUM(Dataset!E6:E7)", "=SUM(Dataset!E6:E9)")):
        own.write_formula(row, 0, formula)
    page.write_formula("I7", "=E7/E$6", None, "share of the first")


def test_a_reference_to_rows_that_no_longer_stand_together_stays_and_is_told(tmp_path):
    book = book_of(tmp_path, add_formulas)
    (told,) = change(book, TURNED)
    assert told == (
        "Sheet Own, cell A2: It points at Dataset!E6:E7, whose rows do not stand together any "
        "more. It was left as it is: see whether it still means what it should."
    )
    own = part(book, OWN).decode()
    assert re.findall(r"<f>(.*?)</f>", own) == [
        "Dataset!E6", "SUM(Dataset!E6:E7)", "SUM(Dataset!E6:E9)",
    ]  # fmt: skip


def test_an_officers_formula_in_a_row_that_moves_names_what_it_named(tmp_path):
    book = book_of(tmp_path, add_formulas)
    change(book, TURNED)
    page = part(book, "xl/worksheets/sheet1.xml").decode()
    assert '<c r="I9" s="3"><f>E9/E$7</f>' in page or re.search(r'r="I9"[^>]*><f>E9/E\$7</f>', page)


def test_shared_formulas_follow_each_for_itself(tmp_path):
    book = book_of(tmp_path)
    cells = (
        '<c r="B1"><f t="shared" ref="B1:B3" si="0">Dataset!E7</f><v>1</v></c>',
        '<c r="B2"><f t="shared" si="0"/><v>1</v></c>',
        '<c r="B3"><f t="shared" si="0"/><v>1</v></c>',
    )
    rows = "".join(f'<row r="{n}">{cell}</row>' for n, cell in enumerate(cells, 1))
    old = re.search(r"<sheetData>.*</sheetData>", part(book, OWN).decode())[0]
    edit(book, OWN, (old, f"<sheetData>{rows}</sheetData>"))
    change(book, PUT_IN)
    own = part(book, OWN).decode()
    assert re.findall(r"<f>(.*?)</f>", own) == ["Dataset!E7", "Dataset!E9", "Dataset!E10"]


def test_a_new_month_in_history_is_in_every_sum_name_and_chart_of_it(tmp_path):
    def more(book, page, own):
        book.define_name("Recorded", "=History!$F$2:$F$4")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"categories": "=History!$B$2:$B$4", "values": "=History!$F$2:$F$4"})
        own.insert_chart("B2", chart)
        own.write_formula("A1", "=SUM(History!$F$2:$F$4)", None, 1)
        own.write_formula("A2", "=SUM(History!F2:F1000)", None, 1)
        own.write_formula("A3", "=History!F4", None, 1)

    book = book_of(tmp_path, more)
    change(book, AppendRows("History", ("Measure Ref", "Value"), (("M9", 5.0),)))
    found = re.findall(r"<f>(.*?)</f>", part(book, OWN).decode())
    assert found == ["SUM(History!$F$2:$F$5)", "SUM(History!F2:F1000)", "History!F4"]
    assert ">History!$F$2:$F$5<" in part(book, "xl/workbook.xml").decode()
    chart = part(book, "xl/charts/chart1.xml").decode()
    assert re.findall(r"<c:f>(.*?)</c:f>", chart) == ["History!$B$2:$B$5", "History!$F$2:$F$5"]
