"""Figures in pounds of an open workbook keep all their decimals: Range.Value gives but four.

Microsoft, "Range.Value2 property": Value takes the data types Currency and Date, Value2 does not.
"""

from __future__ import annotations

import pytest

from tests.support.com_double import running_excel
from tests.support.com_double.cells import NAME, cells, put
from tests.support.live_books import PAGE, book_of
from xl_addin.excel.live.cells import read_contents, read_values

EXACT = 5234.123456789
POUNDS = '"£"#,##0.00'


@pytest.fixture
def excel():
    with running_excel(books=[book_of()]) as running:
        yield running


@pytest.mark.parametrize("code", [POUNDS, "[$£-809]#,##0", "£0.00"])
@pytest.mark.parametrize("address", ["D5", "C5:D6"])
def test_a_figure_in_pounds_is_read_with_all_its_decimals(excel, code, address):
    put(excel, "D5", EXACT, code)
    held = read_values(excel.book(NAME).sheets[PAGE].range(address))
    assert EXACT in held[0]
    assert held[-1][0] == {"D5": EXACT, "C5:D6": 2.0}[address]


def test_days_and_errors_beside_pounds_are_read_as_they_are(excel):
    put(excel, "C5", EXACT, POUNDS)
    put(excel, "D5", ["e", "#N/A"], POUNDS)
    put(excel, "C6", ["d", 42156.0], "mmm yyyy")
    put(excel, "D6", True)
    block = excel.book(NAME).sheets[PAGE].range("C5:D6")
    without = read_values(excel.book(NAME).sheets[PAGE].range("D5:D6"))
    held = read_values(block)
    assert held[0][0] == EXACT
    assert ((held[0][1],), (held[1][1],)) == without
    assert held[1][0] == read_values(excel.book(NAME).sheets[PAGE].range("C6"))[0][0]


def test_the_way_back_writes_a_figure_in_pounds_with_all_its_decimals(excel):
    put(excel, "D5", EXACT, POUNDS)
    block = excel.book(NAME).sheets[PAGE].range("C5:D5")
    block.raw_value = read_contents(block)
    assert cells(excel, "D5").Value2 == EXACT


def test_excel_is_asked_again_only_where_there_are_pounds(excel):
    block = excel.book(NAME).sheets[PAGE].range("C5:D6")
    excel.calls.made.clear()
    read_values(block)
    assert excel.calls.made == ["Range.Value"]
