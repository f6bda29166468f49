"""The editor of workbooks by itself: a workbook that is nobody's dataset."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
import xlsxwriter

from xl_addin import ooxml
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.update import AppendRows, SetName, Update


@pytest.fixture
def stock(tmp_path):
    """A table of three columns, one of them never calculated, a name, and a drawn shape."""
    path = tmp_path / "stock.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Shelf")
        columns = [{"header": "Item"}, {"header": "Pieces"}, {"header": "Double"}]
        rows = [["Pens", 3], ["Ink", 4]]
        sheet.add_table("A3:C5", {"name": "Stock", "columns": columns, "data": rows})
        sheet.write_formula("C5", "=B5*2", value="")
        sheet.write("A1", "Before")
        sheet.insert_textbox("E3", "a shape")
        book.define_name("Title", "=Shelf!$A$1")
    return path


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_any_workbook_is_read_and_changed(stock):
    was = parts(stock)
    more = AppendRows("Stock", ("Item", "Pieces"), (("Paper", 5),))
    ooxml.apply(stock, Update((more, SetName("Title", (("After",),)))))
    sheets = ooxml.read(stock)
    assert sheets.names["Title"] == (("After",),)
    assert sheets.tables["Stock"].rows[-1] == ("Paper", 5.0, None)
    sheet = openpyxl.load_workbook(stock)["Shelf"]
    assert (sheet["C6"].value, sheet.tables["Stock"].ref) == ("=B6*2", "A3:C6")
    now = parts(stock)
    changed = {name for name in was | now if was.get(name) != now.get(name)}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"}


def test_the_steps_do_what_one_call_does(stock, tmp_path):
    other = tmp_path / "other.xlsx"
    other.write_bytes(was := stock.read_bytes())
    change = SetName("Title", (("After",),))
    ooxml.apply(stock, Update((change,)))
    book = ooxml.open_workbook(other, was)
    ooxml.make_changes(book, [change])
    ooxml.save(other, book, was)
    assert other.read_bytes() == stock.read_bytes() != was


def test_what_is_expected_of_a_workbook_is_the_callers_word(stock):
    def refuse(file, tables):
        if "Colour" not in tables["Stock"]:
            raise WorkbookRefused([Problem(file, "No colours.", "Add them.")])

    with pytest.raises(WorkbookRefused, match=r"stock.xlsx: No colours. Add them."):
        ooxml.read(stock, ooxml.Expectation(refuse))
    with pytest.raises(WorkbookRefused, match="cell C5 has never been calculated"):
        ooxml.read(stock, ooxml.Expectation(is_needed=lambda table, heading: heading == "Double"))
