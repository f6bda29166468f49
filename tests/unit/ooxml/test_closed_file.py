"""A closed workbook: what is read from it, what a change leaves in it, and what is refused."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.support import office
from tests.support.places import RETURNS
from tests.support.sample_files import (
    CHANGE,
    DERIVED,
    PAGE,
    ROWS,
    cell_xml,
    edit,
    inject,
    make,
    part,
    parts,
)
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.layout import TABLES, Dataset, History, RefreshLog
from xl_addin.table import CellError, Formula
from xl_addin.update import AppendRows, Calculated, Row, SetName, SetRows, Update

PAGE_SHEET = "xl/worksheets/sheet1.xml"
HISTORY_SHEET = f"xl/worksheets/sheet{len(TABLES)}.xml"
STRICT = "http://purl.oclc.org/ooxml"


@pytest.fixture
def book(tmp_path) -> Path:
    return make(tmp_path / "monthly.xlsx")


def change(path: Path, *changes: object) -> None:
    dataset_file.apply(path, Update(changes))


def rows_of(path: Path, table: str = "Dataset") -> list[list[object]]:
    return [list(row) for row in dataset_file.read(path).tables[table].rows]


def with_cell(book: Path, xml: str) -> object:
    """What a cell with this XML reads as, in the Dataset's first month."""
    edit(book, PAGE_SHEET, (cell_xml(book, PAGE_SHEET, "D6"), xml))
    return dataset_file.read(book).tables["Dataset"].rows[0][3]


CELLS = [
    ('<c r="D6"><v>1200</v></c>', 1200.0),
    ('<c r="D6" t="n"><v>1.2E3</v></c>', 1200.0),
    ('<c r="D6" s="1"><v>42156</v></c>', date(2015, 6, 1)),
    ('<c r="D6" s="1"><v>42156.75</v></c>', datetime(2015, 6, 1, 18)),
    ('<c r="D6" s="1"><v>0.5</v></c>', 0.5),
    ('<c r="D6" s="1"><v>60</v></c>', 60.0),
    ('<c r="D6" s="1"><v>59</v></c>', date(1900, 2, 28)),
    ('<c r="D6" s="1"><v>-3</v></c>', -3.0),
    ('<c r="D6" t="d"><v>2015-06-01T00:00:00</v></c>', date(2015, 6, 1)),
    ('<c r="D6" t="b"><v>1</v></c>', True),
    ('<c r="D6" t="b"><v>0</v></c>', False),
    ('<c r="D6" t="e"><v>#DIV/0!</v></c>', CellError("#DIV/0!")),
    ('<c r="D6" t="s"><v>0</v></c>', "Children's & Families' Dataset"),
    ('<c r="D6" t="str"><f>A1</f><v>n/a</v></c>', "n/a"),
    ('<c r="D6" t="str"><f>A1</f><v></v></c>', ""),
    ('<c r="D6"><f>E6-1</f><v>7.5</v></c>', 7.5),
    ('<c r="D6" cm="1"><f t="array" ref="D6">E6-1</f><v>7.5</v></c>', 7.5),
    ('<c r="D6" t="inlineStr"><is><t xml:space="preserve"> a&amp;&#10;c </t></is></c>', " a&\nc "),
    ('<c r="D6" t="inlineStr"><is><t>a_x0007_b_x005F_x0041_</t></is></c>', "a\x07b_x0041_"),
    ('<c r="D6" t="inlineStr"><is><r><t>Not </t></r><r><rPr><b/></rPr><t>updated</t></r>'
     '<rPh sb="0" eb="1"><t>reading</t></rPh></is></c>', "Not updated"),
    ('<c r="D6" t="inlineStr"><is><t/></is></c>', None),
    ('<c t="n" r="D6" ><v>12</v></c>', 12.0),
    ("<c r='D6'><v>12</v></c>", 12.0),
    ('<c r="D6"><!-- a remark --><v>12</v></c>', 12.0),
    ('<c r="D6" t="inlineStr"><is><t><![CDATA[<5]]></t></is></c>', "<5"),
    ('<c r="D6"/>', None),
    ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "value"), CELLS)
def test_each_kind_of_cell_is_read_as_what_it_holds(book, xml, value):
    read = with_cell(book, xml)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("mmm yyyy", True),
        ("dd/mm/yyyy hh:mm", True),
        ("[$-809]d mmmm yyyy;@", True),
        ("[h]:mm", False),
        ('0 "days"', False),
        ("#,##0.00_);[Red](#,##0.00)", False),
        ("0.00E+00", False),
        ("General", False),
        ("\\d0", False),
    ],
)
def test_a_number_format_says_whether_a_cell_is_a_date(book, code, is_date):
    stored = code.replace('"', "&quot;")
    edit(book, "xl/styles.xml", ('formatCode="mmm yyyy"', f'formatCode="{stored}"'))
    value = with_cell(book, '<c r="D6" s="1"><v>42156</v></c>')
    assert value == (date(2015, 6, 1) if is_date else 42156.0)


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path):
    book = make(tmp_path / "mac.xlsx", more=lambda book, page: None)
    edit(book, "xl/workbook.xml", ("<workbookPr ", '<workbookPr date1904="1" '))
    edit(book, PAGE_SHEET, ("<v>42156</v>", "<v>40694</v>"))
    assert dataset_file.read(book).names["DatasetMonth"] == ((date(2015, 6, 1),),)
    change(book, SetName("DatasetMonth", ((date(2015, 7, 1),),)))
    assert "<v>40724</v>" in cell_xml(book, PAGE_SHEET, "A2")


def test_rich_shared_strings_are_read_without_their_phonetic_text(book):
    rich = "<si><r><t>Not </t></r><r><t>updated</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>"
    edit(book, "xl/sharedStrings.xml", ("<si><t>Not updated</t></si>", rich))
    assert rows_of(book)[3][3] == "Not updated"


def test_tables_are_found_by_name_with_their_headings_and_place(book):
    table = dataset_file.read(book).tables["Dataset"]
    assert (table.sheet, table.headings, table.first_row) == ("Dataset", PAGE, 6)
    assert [row[0] for row in table.rows] == ["M1", "M2", "M3", "M5"]


def test_names_give_their_values_and_other_names_are_left_out(book):
    edit(
        book,
        "xl/workbook.xml",
        (
            "<definedNames>",
            "<definedNames><definedName name='Block'>'Dataset'!$A$6:$B$7</definedName>"
            "<definedName name='Column'>Dataset!$A:$A</definedName>"
            "<definedName name='Broken'>#REF!$A$1</definedName>"
            "<definedName name='Elsewhere'>[1]Dataset!$A$1</definedName>"
            "<definedName name='Gone'>'No sheet'!$A$1</definedName>"
            "<definedName name='Number'>10</definedName>"
            "<definedName name='DatasetTitle' localSheetId='1'>Dataset!$A$2</definedName>",
        ),
    )
    names = dataset_file.read(book).names
    assert names.keys() == {"Block", "DatasetMonth", "DatasetTitle", "Refs"}
    assert names["Block"] == (("M1", "Front door"), ("M2", "Front door"))
    assert names["DatasetTitle"] == (("Children's & Families' Dataset",),)


@pytest.mark.parametrize(
    "oddity", ["prefix", "addresses", "dimension", "targets", "utf16", "strict"]
)
def test_odd_but_valid_xml_is_read_and_changed(book, oddity):
    before = rows_of(book)
    ODDITIES[oddity](book)
    assert rows_of(book) == before
    update = SetRows("Dataset", ("Jun 2015",), (Row((5.0,), 0), Row((None,), 2), Row(("é",))))
    change(book, update, AppendRows("RefreshLog", (RefreshLog.WHO,), (("Sam",),)))
    assert [row[:5] for row in rows_of(book)] == [
        [*before[0][:4], 5.0],
        [*before[2][:4], None],
        [None, None, None, None, "é"],
    ]
    assert rows_of(book, "RefreshLog")[0][1] == "Sam"
    if oddity != "strict":
        sheet = openpyxl.load_workbook(book)["Dataset"]
        assert (sheet["E6"].value, sheet["C7"].value, sheet["E8"].value) == (5, "Conversion", "é")


def _prefix(book):
    text = part(book, PAGE_SHEET).decode()
    start = text.index("<worksheet")
    text = text[:start] + re.sub(r"<(/?)(?![?!/]|x14|xm:)", r"<\1x:", text[start:])
    text = text.replace("xmlns=", "xmlns:x=", 1)
    strings = part(book, "xl/sharedStrings.xml").decode()
    strings = re.sub(r"<(/?)(?=sst|si>|t>)", r"<\1x:", strings).replace("xmlns=", "xmlns:x=", 1)
    edits = {PAGE_SHEET: text, "xl/sharedStrings.xml": strings}
    inject(book, {}, {name: lambda _, new=new: new.encode() for name, new in edits.items()})


def _without_addresses(book):
    def strip(data):
        data = re.sub(rb'<c r="[A-Z]+\d+"', b"<c", data)
        return re.sub(rb'<row r="\d+"', b"<row", data)

    def pad(data):
        return data.replace(b'<row r="5"', b'<row r="3"/><row r="4"/><row r="5"')

    inject(book, {}, {PAGE_SHEET: lambda data: strip(pad(data))})


def _without_dimension(book):
    edit(book, PAGE_SHEET, ('<dimension ref="A1:K9"/>', ""))


def _absolute_targets(book):
    inject(
        book,
        {},
        {
            name: lambda data: data.replace(b'Target="../', b'Target="/xl/').replace(
                b'Target="worksheets', b'Target="/xl/worksheets'
            )
            for name in ("xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels")
        },
    )


def _utf16(book):
    def encode(data):
        return data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    inject(book, {}, {PAGE_SHEET: encode})


def _strict(book):
    old = "http://schemas.openxmlformats.org"
    edits = {
        name: lambda data: data.replace(
            f"{old}/spreadsheetml/2006/main".encode(), f"{STRICT}/spreadsheetml/main".encode()
        ).replace(f"{old}/officeDocument/2006".encode(), f"{STRICT}/officeDocument".encode())
        for name in parts(book)
    }
    inject(book, {}, edits)


ODDITIES = {
    "prefix": _prefix,
    "addresses": _without_addresses,
    "dimension": _without_dimension,
    "targets": _absolute_targets,
    "utf16": _utf16,
    "strict": _strict,
}


def test_a_workbook_saved_by_openpyxl_is_read_and_changed(book, tmp_path):
    other = tmp_path / "other.xlsx"
    wanted = rows_of(book)
    openpyxl.load_workbook(book).save(other)
    read = rows_of(other)
    derived = slice(CHANGE, CHANGE + 3)
    for row in wanted:
        row[derived] = [None] * 3
    assert read == wanted
    rows = tuple(Row((row[3], Formula("=[@[Jun 2015]]", 1.0)), n) for n, row in enumerate(read))
    change(other, SetRows("Dataset", ("Jun 2015", Dataset.CHANGE), rows))
    assert [row[4] for row in rows_of(other)] == [row[3] for row in wanted]


@pytest.mark.libreoffice
def test_a_workbook_saved_by_libreoffice_is_read_and_changed(book, tmp_path):
    other = office.save_as(book, tmp_path / "other.xlsx", "Calc MS Excel 2007 XML")
    read = rows_of(other)
    assert [row[:3] for row in read] == [[*row[:3]] for row in ROWS]
    assert [row[3:5] for row in read[:2]] == [[*row[3:]] for row in ROWS[:2]]
    assert read[2][4] == pytest.approx(510 / 1303, rel=1e-14)
    change(other, SetRows("Dataset", ("Jun 2015",), tuple(Row((n,), n) for n in range(4))))
    assert [row[4] for row in rows_of(other)] == [0, 1, 2, 3]
    assert office.calculated(other)["Dataset"][9, 5] == 3


VALUES = [
    (5, '<c r="D6" s="3"><v>5</v></c>'),
    (0.1 + 0.2, '<c r="D6" s="3"><v>0.30000000000000004</v></c>'),
    (1e300, '<c r="D6" s="3"><v>1e+300</v></c>'),
    (True, '<c r="D6" s="3" t="b"><v>1</v></c>'),
    (CellError("#N/A"), '<c r="D6" s="3" t="e"><v>#N/A</v></c>'),
    (None, '<c r="D6" s="3"/>'),
    ("", '<c r="D6" s="3"/>'),
    ("=1+1", '<c r="D6" s="3" t="inlineStr"><is><t>=1+1</t></is></c>'),
    (" a<b\n", '<c r="D6" s="3" t="inlineStr"><is><t xml:space="preserve"> a&lt;b\n</t></is></c>'),
    ("\x07_x0041_",
     '<c r="D6" s="3" t="inlineStr"><is><t>_x0007__x005F_x0041_</t></is></c>'),
    ("\ud800\uffff", '<c r="D6" s="3" t="inlineStr"><is><t>_xD800__xFFFF_</t></is></c>'),
    (Formula('=IF([@[Jun 2015]]<5,"a&b",[@[Jun 2015]]:[@[Measure Ref]])', 5.0),
     '<c r="D6" s="3"><f>IF(E6&lt;5,"a&amp;b",E6:A6)</f><v>5</v></c>'),
    (Formula("=A1", "n/a"), '<c r="D6" s="3" t="str"><f>A1</f><v>n/a</v></c>'),
    (Formula("=A1", None), '<c r="D6" s="3" t="str"><f>A1</f><v></v></c>'),
    (Formula("=A1", CellError("#REF!")), '<c r="D6" s="3" t="e"><f>A1</f><v>#REF!</v></c>'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "xml"), VALUES)
def test_each_kind_of_value_is_written_as_excel_stores_it(book, value, xml):
    rows = tuple(Row((value,), n) for n in range(4))
    change(book, SetRows("Dataset", ("May 2015",), rows))
    assert cell_xml(book, PAGE_SHEET, "D6") == xml


@pytest.mark.parametrize(
    ("day", "code", "stored"),
    [
        (date(2015, 6, 1), "dd/mm/yyyy", "42156"),
        (datetime(2015, 6, 1, 12), "dd/mm/yyyy hh:mm", "42156.5"),
    ],
)
def test_a_day_in_a_cell_without_a_date_format_gets_one(book, day, code, stored):
    change(book, SetRows("Dataset", ("May 2015",), tuple(Row((day,), n) for n in range(4))))
    cell = openpyxl.load_workbook(book)["Dataset"]["D6"]
    assert (cell.number_format, cell.alignment.horizontal) == (code, "right")
    assert f"<v>{stored}</v>" in cell_xml(book, PAGE_SHEET, "D6")
    assert rows_of(book)[0][3] == day


def test_a_moment_reads_back_to_the_second(book):
    when = datetime(2026, 7, 3, 9, 31, 17)
    change(book, AppendRows("RefreshLog", (RefreshLog.WHEN,), ((when,),)))
    assert rows_of(book, "RefreshLog")[0][0] == when


@pytest.mark.parametrize("value", ["x" * 32_768, "😀" * 16_384, float("inf"), float("nan")])
def test_what_a_cell_cannot_hold_is_refused_and_nothing_changes(book, value):
    was = book.read_bytes()
    with pytest.raises(WorkbookRefused, match="Cell A2"):
        change(book, AppendRows("Settings", ("Setting",), ((value,),)))
    assert book.read_bytes() == was


def test_headings_are_renamed_in_the_cell_the_table_and_formulas(book):
    headings = {"May 2015": "Jun 2015", "Jun 2015": "Jul 2015"}
    rows = tuple(Row((row[4],), n) for n, row in enumerate(ROWS))
    change(book, SetRows("Dataset", ("Jun 2015",), rows, headings))
    sheet = openpyxl.load_workbook(book)["Dataset"]
    assert [sheet["D5"].value, sheet["E5"].value] == ["Jun 2015", "Jul 2015"]
    assert [c.name for c in sheet.tables["Dataset"].tableColumns][3:5] == ["Jun 2015", "Jul 2015"]
    assert b"Dataset[Jul 2015]" in part(book, "xl/workbook.xml")
    assert [row[3] for row in rows_of(book)] == [row[4] for row in ROWS]


def test_a_heading_that_would_be_there_twice_is_refused(book):
    with pytest.raises(WorkbookRefused, match="two columns “May 2015”"):
        change(book, SetRows("Dataset", (), (), {"Jun 2015": "may 2015"}))


def test_columns_an_officer_put_between_the_months_do_no_harm(book):
    before = rows_of(book)
    table = "xl/tables/table1.xml"
    edit(book, table, ('name="Description"', 'name="x"'), ('name="May 2015"', 'name="Description"'))
    edit(book, table, ('name="x"', 'name="May 2015"'))
    rows = tuple(Row((float(n),), n) for n in range(4))
    change(book, SetRows("Dataset", ("May 2015",), rows))
    assert [row[2] for row in rows_of(book)] == [0, 1, 2, 3]
    assert [row[3] for row in rows_of(book)] == [row[3] for row in before]


def test_rows_keep_their_other_columns_and_formats_wherever_they_move(book):
    old = {row[0]: row for row in rows_of(book)}
    styles = {n: cell_xml(book, PAGE_SHEET, f"D{n}") for n in (6, 8)}
    rows = (Row(("M3",), 2), Row(("N1",)), Row(("M1",), 0))
    change(book, SetRows("Dataset", (Dataset.REF,), rows))
    new = rows_of(book)
    assert [row[0] for row in new] == ["M3", "N1", "M1"]
    assert (new[0][:5], new[2]) == (old["M3"][:5], old["M1"])
    assert cell_xml(book, PAGE_SHEET, "D6") == styles[8].replace("D8", "D6")
    assert cell_xml(book, PAGE_SHEET, "D8") == styles[6].replace("D6", "D8")
    assert cell_xml(book, PAGE_SHEET, "F8") == '<c r="F8" s="3"><f>E8-D8</f><v>103.0</v></c>'
    assert cell_xml(book, PAGE_SHEET, "A9") == ""


def test_a_new_row_takes_the_formats_of_the_row_above_save_for_those_given(book):
    rows = (*(Row((n,), n) for n in range(4)), Row((1,), None, {"Jun 2015": "0.00%"}))
    change(book, SetRows("Dataset", ("Jun 2015",), rows))
    sheet = openpyxl.load_workbook(book)["Dataset"]
    for column in "ABCDFGHI":
        assert sheet[f"{column}10"]._style == sheet[f"{column}9"]._style
    assert sheet["E10"].number_format == "0.00%"
    assert sheet["E10"].alignment.horizontal == "right"


def test_a_format_that_is_there_already_is_not_added_again(book):
    before = len(openpyxl.load_workbook(book)._cell_styles)
    rows = (*(Row((n,), n) for n in range(4)), Row((1,), None, {"Jun 2015": "0%"}))
    change(book, SetRows("Dataset", ("Jun 2015",), (*rows, rows[-1])))
    once = openpyxl.load_workbook(book)["Dataset"]
    assert once["E10"]._style == once["E11"]._style
    assert len(openpyxl.load_workbook(book)._cell_styles) == before + 1


def test_an_officers_formula_in_a_column_of_their_own_is_repeated_in_new_rows(tmp_path):
    history = TABLES | {"History": (*History.COLUMNS, "Mine")}
    book = make(tmp_path / "monthly.xlsx", tables=history)
    remark = cell_xml(book, PAGE_SHEET, "I9")
    edit(book, PAGE_SHEET, (remark, '<c r="I9" s="2"><f>E9/$E$6+Dataset!D9</f><v>2</v></c>'))
    last = cell_xml(book, HISTORY_SHEET, "I4")
    edit(book, HISTORY_SHEET, (last, f'{last}<c r="J4"><f>F4*2</f><v>2</v></c>'))
    rows = (*(Row((n,), n) for n in range(4)), Row((1,)))
    change(
        book,
        SetRows("Dataset", ("Jun 2015",), rows),
        AppendRows("History", (History.REF,), (("N1",), ("N2",))),
    )
    assert cell_xml(book, PAGE_SHEET, "I10") == '<c r="I10" s="2"><f>E10/$E$6+Dataset!D10</f></c>'
    assert cell_xml(book, HISTORY_SHEET, "J6") == '<c r="J6"><f>F6*2</f></c>'
    assert [row[0] for row in rows_of(book, "History")[3:]] == ["N1", "N2"]


def test_an_officers_formula_stays_in_its_row_where_every_row_is_new(tmp_path):
    book = make(tmp_path / "monthly.xlsx", rows=ROWS[:1])
    remark = cell_xml(book, PAGE_SHEET, "I6")
    edit(book, PAGE_SHEET, (remark, '<c r="I6" s="2"><f>E6*2</f><v>2</v></c>'))
    change(book, SetRows("Dataset", ("Jun 2015",), (Row((1,)), Row((2,)))))
    assert [cell_xml(book, PAGE_SHEET, f"I{n}") for n in (6, 7)] == [
        '<c r="I6" s="2"><f>E6*2</f></c>',
        '<c r="I7" s="2"><f>E7*2</f></c>',
    ]


def test_shared_formulas_are_spelt_out_where_one_is_changed_and_kept_where_it_says_the_same(book):
    edit(
        book,
        PAGE_SHEET,
        ("<f>E6-D6</f>", '<f t="shared" ref="F6:F9" si="0">E6-D6</f>'),
        ("<f>E7-D7</f>", '<f t="shared" si="0"/>'),
        ("<f>E8-D8</f>", '<f t="shared" si="0"/>'),
        ("<f>E9-D9</f>", '<f t="shared" si="0"/>'),
    )
    rows = (
        Row((1.5,), 1),
        Row((Formula("=[@[Jun 2015]]-[@[May 2015]]", 3.0),), 2),
        Row((Formula("=[@[Jun 2015]]*2", 4.0),), 0),
        Row((Formula("=[@[Jun 2015]]-[@[May 2015]]", "n/a"),), 3),
    )
    change(book, SetRows("Dataset", (Dataset.CHANGE,), rows))
    formulas = [cell_xml(book, PAGE_SHEET, f"F{n}") for n in range(6, 10)]
    assert [re.sub(r'<c r="F\d" s="\d+"( t="str")?', "", xml) for xml in formulas] == [
        "><v>1.5</v></c>",
        "><f>E7-D7</f><v>3</v></c>",
        "><f>E8*2</f><v>4</v></c>",
        "><f>E9-D9</f><v>n/a</v></c>",
    ]


def test_the_height_excel_fitted_to_a_row_is_dropped_when_its_text_changes(book):
    for row, height in ((6, 'ht="30"'), (7, 'ht="30"'), (8, 'ht="30" customHeight="1"')):
        edit(book, PAGE_SHEET, (f'<row r="{row}"', f'<row r="{row}" {height}'))
    texts = tuple(Row((text, n), n) for n, text in enumerate(("new", "Referrals", "new", "new")))
    change(book, SetRows("Dataset", ("Description", "Jun 2015"), texts))
    rows = openpyxl.load_workbook(book)["Dataset"].row_dimensions
    assert (rows[6].height != 30, rows[7].height, rows[8].height) == (True, 30, 30)
    assert b"customHeight" not in re.search(rb'<row r="6"[^>]*>', part(book, PAGE_SHEET))[0]


def test_rows_a_filter_hides_keep_their_place_in_the_filter(book):
    criteria = '<filterColumn colId="0"><filters><filter val="M1"/></filters></filterColumn>'
    filtered = f'<autoFilter ref="A5:K9">{criteria}</autoFilter>'
    edit(book, "xl/tables/table1.xml", ('<autoFilter ref="A5:K9"/>', filtered))
    edit(book, PAGE_SHEET, ('<row r="7"', '<row r="7" hidden="1"'))
    rows = (Row((1.0,), 1), Row((2.0,), 0), Row((3.0,), 2), Row((4.0,), 3), Row((5.0,)))
    change(book, SetRows("Dataset", ("Jun 2015",), rows))
    sheet = openpyxl.load_workbook(book)["Dataset"]
    assert [n for n in range(6, 11) if sheet.row_dimensions[n].hidden] == [6]
    assert sheet.tables["Dataset"].autoFilter.ref == "A5:K10"
    assert sheet.tables["Dataset"].autoFilter.filterColumn[0].filters.filter == ["M1"]


def test_what_covered_the_table_to_its_end_follows_it(tmp_path):
    def more(book, page):
        page.conditional_format("D6:E9", {"type": "data_bar", "data_bar_2010": True})
        page.conditional_format("D6:E7", {"type": "cell", "criteria": ">", "value": 3})
        page.conditional_format("N6:N9", {"type": "cell", "criteria": ">", "value": 4})
        page.data_validation("I6:I9", {"validate": "list", "source": ["a"]})
        page.print_area("A1:K9")

    book = make(tmp_path / "monthly.xlsx", more=more)
    rows = (*(Row((n,), n) for n in range(4)), Row((1,)), Row((2,)))
    change(book, SetRows("Dataset", ("Jun 2015",), rows))
    text = part(book, PAGE_SHEET).decode()
    covered = re.findall(r'<conditionalFormatting sqref="([^"]*)"', text)
    assert covered == ["D6:E11", "D6:E7", "N6:N9"]
    assert "<xm:sqref>D6:E11</xm:sqref>" in text
    assert 'sqref="I6:I11"' in text
    assert '<dimension ref="A1:K11"/>' in text
    assert re.findall(r"<xm:f>([^<]*)</xm:f><xm:sqref>(J1.)", text) == [
        ("Dataset!D10:E10", "J10"),
        ("Dataset!D11:E11", "J11"),
    ]
    assert 'ref="A5:K11"' in part(book, "xl/tables/table1.xml").decode()
    names = part(book, "xl/workbook.xml").decode()
    assert ">Dataset!$A$6:$A$11<" in names and ">Dataset!$A$1:$K$11<" in names
    assert ">SUM(Dataset!$A$6:$A$11)<" in names


def test_a_table_that_shrinks_leaves_nothing_behind(book):
    change(book, SetRows("Dataset", ("Jun 2015",), (Row((1,), 3),)))
    text = part(book, PAGE_SHEET).decode()
    assert [row[0] for row in rows_of(book)] == ["M5"]
    assert re.findall(r"<xm:sqref>(J\d+)", text) == ["J6"]
    assert not re.search(r'r="[A-K][789]"', text)
    assert dataset_file.read(book).names["Refs"] == (("M5",),)


def test_a_table_without_rows_keeps_one_blank_row(book):
    change(book, SetRows("RefreshLog", RefreshLog.COLUMNS, ()))
    assert rows_of(book, "RefreshLog") == [[None] * 12]


def test_a_table_whose_only_row_is_blank_is_filled_from_there(tmp_path):
    book = make(tmp_path / "new.xlsx", history=0)
    day = datetime(2015, 6, 3, 14, 30)
    rows = tuple((f"M{n}", date(2015, 5, 1), 0.0, None, None, 0.5, None, day, "a") for n in (1, 2))
    change(book, AppendRows("History", History.COLUMNS, rows))
    assert rows_of(book, "History") == [list(row) for row in rows]
    assert openpyxl.load_workbook(book)["History"]["B3"].number_format == "mmm yyyy"


def test_rows_are_added_where_other_cells_stand_beside_the_table(tmp_path):
    def more(book, page):
        book.get_worksheet_by_name("History").write_string("L9", "beside")

    book = make(tmp_path / "monthly.xlsx", more=more)
    rows = tuple((f"N{n}",) for n in range(8))
    change(book, AppendRows("History", (History.REF,), rows))
    assert [row[0] for row in rows_of(book, "History")][3:] == [f"N{n}" for n in range(8)]
    assert openpyxl.load_workbook(book)["History"]["L9"].value == "beside"
    text = part(book, HISTORY_SHEET).decode()
    numbers = [int(n) for n in re.findall(r'<row r="(\d+)"', text)]
    assert numbers == sorted(set(numbers))


def test_a_totals_row_moves_with_the_end_of_the_table(tmp_path):
    book = make(tmp_path / "monthly.xlsx")
    table = "xl/tables/table1.xml"
    edit(book, table, ('ref="A5:K9" totalsRowShown="0"', 'ref="A5:K10" totalsRowCount="1"'))
    total = '<row r="10"><c r="E10" s="4"><f>SUBTOTAL(109,Dataset[Jun 2015])</f><v>9</v></c></row>'
    edit(book, PAGE_SHEET, ("</sheetData>", f"{total}</sheetData>"))
    rows = (*(Row((n,), n) for n in range(4)), Row((7.0,)))
    change(book, SetRows("Dataset", ("Jun 2015",), rows))
    assert [row[4] for row in rows_of(book)] == [0, 1, 2, 3, 7]
    assert "SUBTOTAL(109,Dataset[Jun 2015])" in cell_xml(book, PAGE_SHEET, "E11")
    assert 'ref="A5:K11"' in part(book, table).decode()
    assert '<autoFilter ref="A5:K10"/>' in part(book, table).decode()
    change(book, SetRows("Dataset", ("Jun 2015",), (Row((1,), 0), Row((2,), 4))))
    assert [row[4] for row in rows_of(book)] == [1, 2]
    assert "SUBTOTAL" in cell_xml(book, PAGE_SHEET, "E8")
    assert cell_xml(book, PAGE_SHEET, "E11") == ""


def test_charts_follow_the_cells_they_draw(tmp_path):
    def more(book, page):
        chart = book.add_chart({"type": "line"})
        chart.add_series({"categories": "=Dataset!$A$6:$A$9", "values": "=Dataset!$E$6:$E$9"})
        chart.set_title({"name": "=Dataset!$A$2"})
        chart.set_y_axis({"name": "=Dataset!$A$1"})
        page.insert_chart("A20", chart)

    book = make(tmp_path / "monthly.xlsx", more=more)
    values = (1.25, "Not updated", CellError("#N/A"), None, 7.0)
    rows = tuple(Row((v,), n if n < 4 else None) for n, v in enumerate(values))
    change(
        book,
        SetRows("Dataset", ("Jun 2015",), rows),
        SetName("DatasetMonth", ((date(2015, 7, 1),),)),
        SetName("DatasetTitle", (("<Title>",),)),
    )
    text = part(book, "xl/charts/chart1.xml").decode()
    assert (
        "<c:f>Dataset!$E$6:$E$10</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        '<c:ptCount val="5"/><c:pt idx="0"><c:v>1.25</c:v></c:pt><c:pt idx="4"><c:v>7</c:v></c:pt>'
        "</c:numCache>" in text
    )
    assert '<c:ptCount val="5"/><c:pt idx="0"><c:v>M1</c:v>' in text
    assert "<c:v>Jul 2015</c:v>" in text
    assert "<c:v>&lt;Title&gt;</c:v>" in text


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
@pytest.mark.parametrize("moves", [False, True])
def test_a_chart_says_what_xml_reserves_and_letters_of_any_encoding(tmp_path, encoding, moves):
    def more(book, page):
        chart = book.add_chart({"type": "line"})
        chart.add_series({"name": "=Dataset!$A$1", "values": "=Dataset!$E$6:$E$9"})
        chart.set_y_axis({"name": "Santé"})
        page.insert_chart("A20", chart)

    def respell(data):
        text = data.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
        return text.encode(encoding)

    book = make(tmp_path / "monthly.xlsx", more=more)
    inject(book, {}, {"xl/charts/chart1.xml": respell})
    rows = tuple(Row((n,), n) for n in ((3, 2, 1, 0) if moves else range(4)))
    said = "Santé & care, <5s"
    change(book, SetRows("Dataset", ("Jun 2015",), rows), SetName("DatasetTitle", ((said,),)))
    chart = etree.fromstring(part(book, "xl/charts/chart1.xml"))
    kept = [v.text for v in chart.iterfind(".//{*}tx//{*}pt/{*}v")]
    assert kept == [said]


def test_labels_of_a_chart_that_come_from_cells_follow_them(tmp_path):
    def more(book, page):
        chart = book.add_chart({"type": "column"})
        labels = {"value": True, "custom": [{"value": "=Dataset!$C$6"}]}
        chart.add_series({"values": "=Dataset!$E$6:$E$7", "data_labels": labels})
        page.insert_chart("A20", chart)

    book = make(tmp_path / "monthly.xlsx", more=more)
    c15 = 'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"'
    kept = '<c:ptCount val="2"/><c:pt idx="0"><c:v>old</c:v></c:pt>'
    labels = (
        f'<c:extLst><c:ext uri="{{02D57815-91ED-43cb-92C2-25804820EDAC}}" {c15}>'
        "<c15:datalabelsRange><c15:f>Dataset!$C$6:$C$7</c15:f>"
        f"<c15:dlblRangeCache>{kept}</c15:dlblRangeCache></c15:datalabelsRange></c:ext></c:extLst>"
    )
    edit(book, "xl/charts/chart1.xml", ("</c:val></c:ser>", f"</c:val>{labels}</c:ser>"))
    texts = ("one", None, "three", "four")
    change(book, SetRows("Dataset", ("Description",), tuple(map(Row, zip(texts), range(4)))))
    text = part(book, "xl/charts/chart1.xml").decode()
    assert text.count("<c:v>one</c:v>") == 2
    assert (
        '<c15:dlblRangeCache><c:ptCount val="2"/><c:pt idx="0"><c:v>one</c:v></c:pt>'
        "</c15:dlblRangeCache>" in text
    )


def test_a_chart_of_other_cells_is_left_alone(tmp_path):
    def more(book, page):
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Dataset!$D$6:$D$9"})
        page.insert_chart("A20", chart)

    book = make(tmp_path / "monthly.xlsx", more=more)
    was = part(book, "xl/charts/chart1.xml")
    change(book, SetRows("Dataset", ("Jun 2015",), tuple(Row((n,), n) for n in range(4))))
    assert part(book, "xl/charts/chart1.xml") == was


OBSTACLES = {
    "filled": (lambda page: page.write("B11", "Prepared by Sam"), "B11 is filled"),
    "merged": (lambda page: page.merge_range("C10:D10", ""), "the cells C10:D10 are merged"),
    "formula": (lambda page: page.write_formula("E11", "=1", None, 1), "E11 is filled"),
    "table": (lambda page: page.add_table("A11:B12", {"name": "Own"}), "the table Own stands"),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_a_table_without_room_is_refused_by_name_and_nothing_changes(tmp_path, obstacle):
    put, found = OBSTACLES[obstacle]
    book = make(tmp_path / "monthly.xlsx", more=lambda _, page: put(page))
    was = book.read_bytes()
    rows = (*(Row((n,), n) for n in range(4)), Row((1,)), Row((2,)))
    with pytest.raises(WorkbookRefused) as refusal:
        change(
            book,
            SetName("DatasetTitle", (("new",),)),
            SetRows("Dataset", ("Jun 2015",), rows),
        )
    text = str(refusal.value)
    assert "Sheet Dataset: The table Dataset needs 2 free rows below it (rows 10 to 11)" in text
    assert found in text
    assert book.read_bytes() == was


def test_formats_below_a_table_are_no_obstacle(tmp_path):
    def more(book, page):
        page.write_blank("B10", None, book.add_format({"bg_color": "red"}))

    book = make(tmp_path / "monthly.xlsx", more=more)
    change(book, SetRows("Dataset", ("Jun 2015",), tuple(Row((n,)) for n in range(5))))
    assert len(rows_of(book)) == 5


def test_calculated_leaves_cells_without_a_formula_and_names_that_are_gone(book):
    was = book.read_bytes()
    change(book, Calculated("Refs", (("X",),) * 4), Calculated("No such name", ((1,),)))
    assert book.read_bytes() == was


def test_many_formulas_show_a_number_also_where_they_showed_a_text_of_its_digits(tmp_path):
    def more(book, page):
        sheet = book.add_worksheet("Many")
        for row in range(80):
            sheet.write_formula(row, 0, "=Dataset!$A$1", None, "")
        book.define_name("Many", "=Many!$A$1:$A$80")

    book = make(tmp_path / "monthly.xlsx", more=more)
    kinds = ("5", 5.0, "1", True, 1.0, "#N/A", CellError("#N/A"), "é & <5")
    for first in range(len(kinds)):
        shown = [kinds[(first + row) % len(kinds)] for row in range(80)]
        change(book, Calculated("Many", tuple(zip(shown))))
        held = [value for (value,) in dataset_file.read(book).names["Many"]]
        assert [(type(v), v) for v in held] == [(type(v), v) for v in shown]


def test_a_name_that_is_gone_or_of_another_size_is_refused(book):
    with pytest.raises(WorkbookRefused, match="Nowhere is not there"):
        change(book, SetName("Nowhere", ((1,),)))
    with pytest.raises(WorkbookRefused, match="4 rows by 1 columns; 1 by 2"):
        change(book, SetName("Refs", ((1, 2),)))


DTD = '<!DOCTYPE workbook [<!ENTITY a "b">]>'
NOT_OURS = {
    "empty": (lambda p: p.write_bytes(b""), "The file is empty."),
    "text": (lambda p: p.write_text("Measure Ref,Jun 2015"), "not an Excel workbook"),
    "xls": (
        lambda p: p.write_bytes((RETURNS / "june_2015.xls").read_bytes()),
        "old format (.xls)",
    ),
    "password": (
        lambda p: p.write_bytes((RETURNS / "locked.xlsx").read_bytes()),
        "protected by a password (encrypted)",
    ),
    "truncated": (lambda p: p.write_bytes(p.read_bytes()[:-400]), "damaged or was not copied"),
    "halved": (lambda p: p.write_bytes(p.read_bytes()[:5000]), "damaged or was not copied whole"),
    "bytes": (lambda p: _spoil(p), "damaged or was not copied whole"),
    "xml": (lambda p: edit(p, PAGE_SHEET, ("</sheetData>", "")), "damaged or was not copied"),
    "sheet": (lambda p: _drop(p, PAGE_SHEET), "damaged or was not copied whole"),
    "book": (lambda p: _drop(p, "xl/workbook.xml"), "damaged or was not copied whole"),
    "zip": (lambda p: _zip(p, {"a.txt": b"a"}), "damaged or was not copied whole"),
    "ods": (
        lambda p: _zip(p, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        "OpenDocument",
    ),
    "xlsb": (lambda p: _zip(p, {"xl/workbook.bin": b"."}), ".xlsb"),
    "bomb": (lambda p: edit(p, "xl/workbook.xml", ("<workbook ", DTD + "<workbook ")), "damaged"),
    "folder": (lambda p: (p.unlink(), p.mkdir()), "This is a folder"),
    "missing": (lambda p: p.unlink(), "no such file"),
    "not ours": (lambda p: _rename_dataset(make(p, tables={})), "not made by xl-addin"),
    "table": (
        lambda p: make(p, tables={k: TABLES[k] for k in list(TABLES)[:4]}),
        "Not there: the table History; the table RefreshLog; the table Set",
    ),
    "a share copy": (
        lambda p: make(p, tables={k: TABLES[k] for k in list(TABLES)[:3]}),
        "This is a copy made to send out: it has no record of figures. Open the working workbook.",
    ),
    "column": (
        lambda p: make(p, tables=TABLES | {"Measures": TABLES["Measures"][2:]}),
        "the column “Measure Ref” of the table Measures; the column “Performance Area” of the",
    ),
    "uncalculated": (
        lambda p: edit(p, PAGE_SHEET, (cell_xml(p, PAGE_SHEET, "E7"), '<c r="E7"><f>A1</f></c>')),
        "cell E7 has never been calculated. Open it in Excel and save it.",
    ),
}  # fmt: skip


def _spoil(path):
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(PAGE_SHEET).header_offset
    data[start + 200 : start + 260] = b"\xff" * 60
    path.write_bytes(data)


def _drop(path, name):
    kept = {other: data for other, data in parts(path).items() if other != name}
    _zip(path, kept)


def _zip(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def _rename_dataset(path):
    edit(path, "xl/tables/table1.xml", ('ame="Dataset"', 'ame="Data"'))


@pytest.mark.parametrize("kind", NOT_OURS)
def test_each_file_that_is_not_our_workbook_is_refused_in_one_sentence(book, kind):
    spoil, found = NOT_OURS[kind]
    spoil(book)
    was = book.read_bytes() if book.is_file() else None
    for action in (
        dataset_file.read,
        lambda path: change(path, SetName("DatasetTitle", (("new",),))),
    ):
        if kind == "uncalculated" and action is not dataset_file.read:
            continue
        with pytest.raises(WorkbookRefused) as refusal:
            action(book)
        (problem,) = refusal.value.problems
        assert problem.place == "monthly.xlsx"
        assert found in str(problem)
        assert problem.remedy
    assert (book.read_bytes() if book.is_file() else None) == was


def test_a_change_to_a_workbook_that_was_never_calculated_is_refused(book):
    NOT_OURS["uncalculated"][0](book)
    was = book.read_bytes()
    with pytest.raises(WorkbookRefused, match="never been calculated"):
        change(book, SetName("DatasetTitle", (("new",),)))
    assert book.read_bytes() == was
    assert list(book.parent.iterdir()) == [book]


def test_derived_columns_and_an_officers_own_need_no_value(book):
    edit(book, PAGE_SHEET, ("<f>E6-D6</f><v>103.0</v>", "<f>E6-D6</f>"))
    remark = cell_xml(book, PAGE_SHEET, "I6")
    edit(book, PAGE_SHEET, (remark, '<c r="I6"><f>E6</f><v/></c>'))
    assert rows_of(book)[0][5] is None and rows_of(book)[0][8] is None


def test_a_workbook_without_styles_or_shared_strings_is_read(book, tmp_path):
    other = make(tmp_path / "plain.xlsx", options={"constant_memory": False})
    was = rows_of(other)
    edit(other, "xl/_rels/workbook.xml.rels", ("relationships/styles", "relationships/none"))
    _drop(other, "xl/styles.xml")
    assert [row[:5] for row in rows_of(other)] == [row[:5] for row in was]


def test_a_read_only_workbook_is_refused(book):
    book.chmod(0o444)
    was = book.read_bytes()
    with pytest.raises(WorkbookRefused, match=r"monthly.xlsx: The workbook is read-only."):
        change(book, SetName("DatasetTitle", (("new",),)))
    assert book.read_bytes() == was


def test_a_workbook_that_is_open_in_excel_is_refused_and_says_who_has_it(book):
    owner = book.with_name("~$monthly.xlsx")
    owner.write_bytes(b"\x09Sam Smith" + b" " * 155)
    with pytest.raises(WorkbookRefused, match=r"open in Excel \(Sam Smith\)"):
        change(book, SetName("DatasetTitle", (("new",),)))
    assert dataset_file.read(book).names["DatasetTitle"]


def fail(*_args, **_kwargs):
    raise OSError("the disk is full")


@pytest.mark.parametrize("function", ["replace", "fsync", "fdopen"])
def test_a_failure_while_saving_leaves_the_old_file_and_nothing_else(book, monkeypatch, function):
    was = book.read_bytes()
    monkeypatch.setattr(os, function, fail)
    with pytest.raises(OSError, match="disk is full"):
        change(book, SetName("DatasetTitle", (("new",),)))
    monkeypatch.undo()
    assert book.read_bytes() == was
    assert list(book.parent.iterdir()) == [book]


def test_a_file_that_does_not_read_back_is_never_put_in_place(book, monkeypatch):
    from xl_addin.ooxml.package import Package

    was = book.read_bytes()
    monkeypatch.setattr(Package, "to_bytes", lambda self: was[:-300])
    with pytest.raises(WorkbookRefused):
        change(book, SetName("DatasetTitle", (("new",),)))
    assert book.read_bytes() == was
    assert list(book.parent.iterdir()) == [book]


def test_a_file_someone_saved_meanwhile_is_not_overwritten(book, monkeypatch):
    from xl_addin.ooxml.package import Package

    to_bytes = Package.to_bytes

    def saved_meanwhile(self):
        book.write_bytes(b"their work")
        return to_bytes(self)

    monkeypatch.setattr(Package, "to_bytes", saved_meanwhile)
    with pytest.raises(WorkbookRefused, match="saved the workbook in the meantime"):
        change(book, SetName("DatasetTitle", (("new",),)))
    assert book.read_bytes() == b"their work"


def test_permissions_and_links_stay(book):
    book.chmod(0o640)
    link = book.with_name("link.xlsx")
    link.symlink_to(book)
    change(link, SetName("DatasetTitle", (("new",),)))
    assert link.is_symlink()
    assert stat.S_IMODE(book.stat().st_mode) == 0o640
    assert dataset_file.read(book).names["DatasetTitle"] == (("new",),)


def test_an_update_without_changes_does_not_even_look(tmp_path):
    dataset_file.apply(tmp_path / "nowhere.xlsx", Update())


ANYTHING = st.one_of(
    st.none(),
    st.text(min_size=1, max_size=8),
    st.booleans(),
    st.sampled_from([CellError("#N/A"), CellError("#REF!")]),
)
NUMBERS = st.integers(-(10**9), 10**9).map(float) | st.floats(allow_nan=False, allow_infinity=False)
COLUMNS = {
    "Jun 2015": ANYTHING | NUMBERS,
    "Measure Ref": ANYTHING | NUMBERS,
    "Description": ANYTHING | st.dates(date(1901, 1, 1), date(2200, 1, 1)),
}
"""What each column may be given: a number in a cell once formatted as a date reads as a date."""


@st.composite
def steps(draw):
    """Changes to the Dataset and what its rows, plain lists by heading, then hold."""
    model = [dict(zip(PAGE, [*row, *[None] * 6], strict=True)) for row in ROWS]
    changes = []
    for _ in range(draw(st.integers(1, 4))):
        columns = draw(st.permutations(sorted(COLUMNS)))[: draw(st.integers(1, 3))]
        values = st.tuples(*(COLUMNS[column] for column in columns))
        if draw(st.booleans()):
            kept = draw(st.permutations(range(len(model))))[: draw(st.integers(0, len(model)))]
            was = draw(st.permutations([*kept, *[None] * draw(st.integers(0, 3))])) or [0]
            rows = [(w, draw(values)) for w in was]
            changes.append(SetRows("Dataset", columns, tuple(Row(v, w) for w, v in rows)))
            blank = dict.fromkeys(PAGE)
            model = [
                (blank if w is None else model[w]) | dict(zip(columns, v, strict=True))
                for w, v in rows
            ]
        else:
            rows = draw(st.lists(values, min_size=1, max_size=3))
            changes.append(AppendRows("Dataset", columns, tuple(rows)))
            if len(model) == 1 and not any(v not in (None, "") for v in model[0].values()):
                model = []
            model += [dict.fromkeys(PAGE) | dict(zip(columns, v, strict=True)) for v in rows]
    return changes, model


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> bytes:
    path = make(tmp_path_factory.mktemp("start") / "start.xlsx")
    plain = path.with_name("plain.xlsx")
    plain.write_bytes(path.read_bytes())
    clear = tuple(Row((None,) * 4, n) for n in range(4))
    dataset_file.apply(plain, Update((SetRows("Dataset", (*DERIVED, "Owner's remark"), clear),)))
    return plain.read_bytes()


@given(steps())
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_any_changes_give_what_plain_lists_would_hold(start, tmp_path, at_once, case):
    changes, model = case
    path = tmp_path / "any.xlsx"
    path.write_bytes(start)
    for group in [changes] if at_once else [[c] for c in changes]:
        dataset_file.apply(path, Update(tuple(group)))
    assert rows_of(path) == [[row[h] for h in PAGE] for row in model]
    sheet = openpyxl.load_workbook(path)["Dataset"]
    assert sheet.tables["Dataset"].ref == f"A5:K{5 + len(model)}"
