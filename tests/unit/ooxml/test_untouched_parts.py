"""What officers add to a workbook survives every change, byte for byte where it is not touched."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator
from python_calamine import CalamineWorkbook

from tests.support import office
from tests.support.sample_files import (
    CHANGE,
    HAND_MADE,
    PAGE,
    ROWS,
    add_by_hand,
    add_everything,
    cell_xml,
    edit,
    make,
    part,
    parts,
)
from xl_addin.excel import dataset_file
from xl_addin.layout import TABLES, Dataset, History
from xl_addin.table import CellError, Formula
from xl_addin.update import AppendRows, Calculated, Change, Row, SetName, SetRows, Update

PAGE_SHEET = "xl/worksheets/sheet1.xml"
HISTORY_SHEET = f"xl/worksheets/sheet{len(TABLES)}.xml"
HISTORY_TABLE = f"xl/tables/table{len(TABLES)}.xml"
OWN_SHEET = f"xl/worksheets/sheet{len(TABLES) + 1}.xml"
BOOK = "xl/workbook.xml"
CHART = "xl/charts/chart1.xml"

MONTH = Row((1400.0, Formula("=[@[Jun 2015]]-[@[May 2015]]", 200.0)), 0)
OTHERS = [
    Row((row[4], Formula("=[@[Jun 2015]]-[@[May 2015]]", value)), number)
    for number, (row, value) in enumerate(zip(ROWS, (0.0, 110.0, 0.0, "n/a"), strict=True))
][1:]
NEW = Row((7.0, Formula("=[@[Jun 2015]]-[@[May 2015]]", "n/a")), None, {"Jun 2015": "0.0"})
COLUMNS = ("Jun 2015", Dataset.CHANGE)
NEW_HISTORY = AppendRows(
    History.TABLE,
    (History.REF, History.MONTH, History.VALUE),
    (("M1", date(2015, 6, 1), 0.1 + 0.2), ("=M2", date(2015, 6, 1), None)),
)

UPDATES: dict[str, tuple[Change, set[str]]] = {
    "figures": (SetRows("Dataset", COLUMNS, (MONTH, *OTHERS)), {PAGE_SHEET, BOOK, CHART}),
    "history": (NEW_HISTORY, {HISTORY_SHEET, HISTORY_TABLE}),
    "title": (SetName("DatasetTitle", (("=New & <title>",),)), {PAGE_SHEET, CHART}),
    "headings": (
        SetRows(
            "Dataset",
            ("Jul 2015",),
            tuple(Row((row[4],), n) for n, row in enumerate(ROWS)),
            {"May 2015": "Jun 2015", "Jun 2015": "Jul 2015"},
        ),
        {PAGE_SHEET, BOOK, "xl/tables/table1.xml"},
    ),
    "new row": (
        SetRows("Dataset", COLUMNS, (MONTH, *OTHERS, NEW)),
        {PAGE_SHEET, BOOK, CHART, "xl/tables/table1.xml", "xl/styles.xml"},
    ),
    "order": (
        SetRows("Dataset", COLUMNS, (OTHERS[0], MONTH, *OTHERS[1:])),
        {
            PAGE_SHEET,
            BOOK,
            CHART,
            OWN_SHEET,  # =Dataset!E6*2 follows its measure
            "xl/comments1.xml",
            "xl/drawings/vmlDrawing1.vml",
            "xl/threadedComments/threadedComment1.xml",
        },
    ),
    "calculated": (
        Calculated("Changes", ((1.5,), (None,), (CellError("#N/A"),), ("n/a",))),
        {PAGE_SHEET},
    ),
}


@pytest.fixture
def everything(tmp_path) -> Path:
    def more(book, page):
        add_everything(book, page)
        book.define_name("Changes", "=Dataset!$F$6:$F$9")
        book.add_vba_project(io.BytesIO(b"VBA" * 50), is_stream=True)
        book.calc_on_load = False

    return add_by_hand(make(tmp_path / "monthly.xlsm", more=more))


def raw_entries(path: Path) -> dict[str, bytes]:
    """Each entry as it lies in the file: its header and compressed bytes."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {
            info.filename: data[
                info.header_offset : info.header_offset
                + 30
                + sum(struct.unpack_from("<2H", data, info.header_offset + 26))
                + info.compress_size
            ]
            for info in archive.infolist()
        }


def without_rows(data: bytes) -> bytes:
    root = etree.fromstring(data)
    for element in list(root.iter("{*}sheetData")):
        element.clear()
    return etree.tostring(root, method="c14n")


def cells(data: bytes) -> dict[str, bytes]:
    root = etree.fromstring(data)
    return {cell.get("r"): etree.tostring(cell, method="c14n") for cell in root.iter("{*}c")}


@pytest.mark.parametrize("kind", UPDATES)
def test_parts_that_are_not_concerned_stay_byte_for_byte(everything, kind):
    change, concerned = UPDATES[kind]
    before = raw_entries(everything)
    dataset_file.apply(everything, Update((change,)))
    after = raw_entries(everything)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == concerned


def test_parts_made_by_hand_are_in_the_sample(everything):
    assert HAND_MADE.keys() <= parts(everything).keys()


def test_cells_that_are_not_changed_and_all_around_the_rows_stay_the_same(everything):
    before = part(everything, PAGE_SHEET)
    dataset_file.apply(everything, Update((UPDATES["figures"][0], UPDATES["title"][0])))
    after = part(everything, PAGE_SHEET)
    assert without_rows(after) == without_rows(before)
    old, new = cells(before), cells(after)
    assert old.keys() == new.keys()
    assert {name for name in old if old[name] != new[name]} == {"A1", "E6", "F6", "F8"}


def test_row_attributes_of_an_unmoved_table_stay(everything):
    rows = re.findall(rb"<row[^>]*>", part(everything, PAGE_SHEET))
    dataset_file.apply(everything, Update((UPDATES["figures"][0],)))
    assert re.findall(rb"<row[^>]*>", part(everything, PAGE_SHEET)) == rows


def test_the_page_before_and_after_a_new_row_differs_in_that_row_alone(everything):
    before = part(everything, PAGE_SHEET)
    dataset_file.apply(everything, Update((UPDATES["new row"][0],)))
    old, new = cells(before), cells(part(everything, PAGE_SHEET))
    assert {name for name in new if name not in old} == {f"{c}10" for c in "ABCDEFGHI"}
    assert {n for n in old if old[n] != new[n]} == {"E6", "F6", "F8"}


def test_the_same_changes_give_the_same_bytes(everything, tmp_path):
    copy = tmp_path / "copy.xlsm"
    copy.write_bytes(everything.read_bytes())
    for path in (everything, copy):
        for kind in ("figures", "history", "title", "new row"):
            dataset_file.apply(path, Update((UPDATES[kind][0],)))
    assert copy.read_bytes() == everything.read_bytes()


def test_a_change_that_is_there_already_leaves_the_file_alone(everything):
    update = Update((UPDATES["figures"][0], UPDATES["title"][0]))
    dataset_file.apply(everything, update)
    was, when = everything.read_bytes(), everything.stat().st_mtime_ns
    dataset_file.apply(everything, update)
    assert (everything.read_bytes(), everything.stat().st_mtime_ns) == (was, when)


@pytest.mark.parametrize("kind", UPDATES)
def test_the_package_stays_valid(everything, kind):
    dataset_file.apply(everything, Update((UPDATES[kind][0],)))
    errors = OpenXmlValidator().validate(str(everything)).errors
    assert [e for e in errors if "Invalid ole payload" not in e.description] == []


@pytest.mark.parametrize("kind", UPDATES)
def test_other_readers_see_what_was_written(everything, kind):
    dataset_file.apply(everything, Update((UPDATES[kind][0],)))
    ours = dataset_file.read(everything).tables["Dataset"]
    sheet = openpyxl.load_workbook(everything, data_only=True)["Dataset"]
    theirs = [row[: len(PAGE)] for row in sheet.iter_rows(6, 5 + len(ours.rows), values_only=True)]
    assert [list(row) for row in theirs] == [[_nothing(v) for v in row] for row in ours.rows]
    fast = CalamineWorkbook.from_path(str(everything)).get_sheet_by_name("Dataset").to_python()
    column = [row[4] for row in fast[5 : 5 + len(ours.rows)]]
    assert column == [value if value is not None else "" for value in _column(ours, 4)]


def _nothing(value):
    return value if value != "" else None


def _column(table, place):
    return [row[place] for row in table.rows]


@pytest.mark.libreoffice
def test_libreoffice_reads_the_file_and_works_out_the_same(everything):
    dataset_file.apply(everything, Update((UPDATES["new row"][0], NEW_HISTORY)))
    shown = office.shown(everything)
    page = shown.values["Dataset"]
    assert [page.get((row, 5)) for row in range(6, 11)] == [1400, 510, 510 / 1303, None, 7]
    assert shown.formulas["Dataset"][10, 6] == "=E10-D10"
    assert page[6, 6] == 200
    assert shown.values["History"][5, 6] == 0.1 + 0.2
    assert shown.values["History"][6, 1] == "=M2"
    assert shown.tables["Dataset"][1:] == (10, 11)


def test_comments_links_and_heights_move_with_their_record(everything):
    dataset_file.apply(everything, Update((UPDATES["order"][0],)))
    book = openpyxl.load_workbook(everything)
    page = book["Dataset"]
    assert page["A6"].value == "M2"
    assert page["A6"].comment.text.strip().endswith("A note on M2")
    assert page["A7"].comment is None
    assert page["N1"].comment is not None
    assert page["I6"].value == "remark on M2"
    assert page["C8"].hyperlink.target == "https://example.org/conversion"
    assert (page.row_dimensions[6].height, page.row_dimensions[7].height) == (60, None)
    assert b'ref="A6"' in part(everything, "xl/threadedComments/threadedComment1.xml")
    shapes = part(everything, "xl/drawings/vmlDrawing1.vml").decode()
    assert sorted(re.findall(r"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)", shapes)) == [
        ("0", "13"),
        ("5", "0"),
    ]


def test_a_comment_leaves_with_its_record(everything):
    rows = (MONTH, *OTHERS[1:])
    dataset_file.apply(everything, Update((SetRows("Dataset", COLUMNS, rows),)))
    assert b"A note on M2" not in part(everything, "xl/comments1.xml")
    assert b"A note beside" in part(everything, "xl/comments1.xml")
    assert part(everything, "xl/drawings/vmlDrawing1.vml").count(b'ObjectType="Note"') == 1


def test_the_calculation_chain_forgets_formulas_that_are_gone_and_keeps_the_sheet_of_others(
    everything,
):
    rows = tuple(Row((None,), n) for n in range(4))
    dataset_file.apply(everything, Update((SetRows("Dataset", (Dataset.CHANGE,), rows),)))
    chain = etree.fromstring(part(everything, "xl/calcChain.xml"))
    assert [(c.get("r"), c.get("i")) for c in chain] == [("G6", "1"), ("A1", "2"), ("A3", None)]


def test_an_empty_calculation_chain_leaves_the_package(everything):
    chain = part(everything, "xl/calcChain.xml").decode()
    edit(everything, "xl/calcChain.xml", (re.search(r'<c r="G6".*(?=</calc)', chain)[0], ""))
    rows = tuple(Row((None,), n) for n in range(4))
    dataset_file.apply(everything, Update((SetRows("Dataset", (Dataset.CHANGE,), rows),)))
    assert "xl/calcChain.xml" not in parts(everything)
    assert b"calcChain" not in part(everything, "xl/_rels/workbook.xml.rels")
    assert b"calcChain" not in part(everything, "[Content_Types].xml")
    assert openpyxl.load_workbook(everything).sheetnames[0] == "Dataset"


def test_excel_is_told_to_calculate_where_formulas_name_what_changed(everything):
    assert b"fullCalcOnLoad" not in part(everything, BOOK)
    dataset_file.apply(everything, Update((UPDATES["figures"][0],)))
    assert b'fullCalcOnLoad="1"' in part(everything, BOOK)


def test_calculated_changes_the_cached_value_alone(everything):
    before = cell_xml(everything, PAGE_SHEET, "F6")
    dataset_file.apply(everything, Update((UPDATES["calculated"][0],)))
    assert cell_xml(everything, PAGE_SHEET, "F6") == before.replace("<v>103.0<", "<v>1.5<")
    assert cell_xml(everything, PAGE_SHEET, "F7").endswith("</f><v></v></c>")
    assert ' t="e"' in cell_xml(everything, PAGE_SHEET, "F8")
    assert CHANGE == 5


def test_a_dynamic_array_keeps_its_flag(everything):
    dataset_file.apply(everything, Update((UPDATES["figures"][0],)))
    assert 'cm="1"' in cell_xml(everything, PAGE_SHEET, "P6")
