"""Tables of other workbooks, names in other letters, thousands of cell styles, grouped rows."""

from __future__ import annotations

import re

import openpyxl
import pytest

from tests.support.sample_files import cell_xml, edit, make, part
from xl_addin import ooxml
from xl_addin.ooxml import styles as styles_module
from xl_addin.ooxml.formulas import heading_rewriter
from xl_addin.update import AppendRows, Row, SetRows, Update

SHEET = "xl/worksheets/sheet1.xml"
RENAMED = {"May 2015": "Jun 2015", "Jun 2015": "Jul 2015"}
KEPT = tuple(Row((1300.0 + n,), n) for n in range(4))


@pytest.mark.parametrize(
    ("formula", "becomes"),
    [
        ("SUM(Dataset[Jun 2015])", "SUM(Dataset[Jul 2015])"),
        ("sum(dataset[jun 2015])", "sum(dataset[Jul 2015])"),
        ("SUM([0]!Dataset[Jun 2015])", "SUM([0]!Dataset[Jul 2015])"),
        ("SUM([1]!Dataset[Jun 2015])", "SUM([1]!Dataset[Jun 2015])"),
        ("SUM([12]!dataset[Jun 2015])", "SUM([12]!dataset[Jun 2015])"),
        ("SUM('Other book.xlsx'!Dataset[Jun 2015])", "SUM('Other book.xlsx'!Dataset[Jun 2015])"),
        ("SUM(Other.xlsx!Dataset[Jun 2015])", "SUM(Other.xlsx!Dataset[Jun 2015])"),
        ("[1]!Dataset[Jun 2015]-Dataset[Jun 2015]", "[1]!Dataset[Jun 2015]-Dataset[Jul 2015]"),
        ("'of Dataset[Jun 2015]'!A1", "'of Dataset[Jun 2015]'!A1"),
        ('"Dataset[Jun 2015]"&Dataset[Jun 2015]', '"Dataset[Jun 2015]"&Dataset[Jul 2015]'),
        ("Other['#a]+Dataset[Jun 2015]+Other['#b]", "Other['#a]+Dataset[Jul 2015]+Other['#b]"),
        ("MyDataset[Jun 2015]", "MyDataset[Jun 2015]"),
    ],
)
def test_only_our_own_table_is_renamed_in_formulas(formula, becomes):
    assert heading_rewriter("Dataset", RENAMED)(formula) == becomes


@pytest.mark.parametrize(
    ("formula", "becomes"),
    [
        ("dataset[jun 2015]", "dataset[Jul 2015]"),
        ("DATASET[[#Headers],[May 2015]]", "DATASET[[#Headers],[Jun 2015]]"),
        ("[1]!Dataset[Jun 2015]", "[1]!Dataset[Jun 2015]"),
    ],
)
def test_cells_and_names_follow_in_any_letters(tmp_path, formula, becomes):
    book = make(tmp_path / "book.xlsx")
    old = cell_xml(book, SHEET, "I6")
    edit(book, SHEET, (old, f'<c r="I6"><f>{formula}</f><v>1</v></c>'))
    edit(book, "xl/workbook.xml", ("Dataset[Jun 2015]</definedName>", f"{formula}</definedName>"))
    ooxml.apply(book, Update((SetRows("Dataset", ("Jul 2015",), KEPT, RENAMED),)))
    found = openpyxl.load_workbook(book)
    assert found["Dataset"]["I6"].value == f"={becomes}"
    assert found.defined_names["Latest"].attr_text == becomes


def with_styles(book, count):
    """A workbook with thousands of cell styles more, as copying between workbooks makes them."""
    many = "".join(
        f'<xf numFmtId="2" fontId="{n % 7}" fillId="0" borderId="0" xfId="0"/>'
        for n in range(count)
    )
    edit(book, "xl/styles.xml", ("</cellXfs>", f"{many}</cellXfs>"))


def test_thousands_of_cell_styles_are_looked_through_once(tmp_path, monkeypatch):
    """Every new row needs a format that is like another but for its number format."""
    compared = []
    key = styles_module._key
    monkeypatch.setattr(styles_module, "_key", lambda xf: compared.append(1) or key(xf))
    book = make(tmp_path / "book.xlsx")
    with_styles(book, 5_000)
    rows = [Row((f"N{n}", n), None, {"Jun 2015": f"0.{'0' * (n % 4)}"}) for n in range(50)]
    change = SetRows("Dataset", ("Measure Ref", "Jun 2015"), (*kept_rows(), *rows))
    ooxml.apply(book, Update((change,)))
    assert len(compared) < 6_000
    sheet = openpyxl.load_workbook(book)["Dataset"]
    assert [sheet.cell(n, 5).number_format for n in range(10, 15)] == [
        "0.", "0.0", "0.00", "0.000", "0.",
    ]  # fmt: skip


def test_a_style_is_asked_once_whether_it_shows_dates(tmp_path, monkeypatch):
    asked = []
    is_date = styles_module.Styles._is_date
    counted = lambda self, number: asked.append(number) or is_date(self, number)  # noqa: E731
    monkeypatch.setattr(styles_module.Styles, "_is_date", counted)
    book = make(tmp_path / "book.xlsx", history=200)
    with_styles(book, 5_000)
    assert len(ooxml.read(book).tables["History"].rows) == 200
    assert len(asked) < 20


def kept_rows():
    return [Row((f"M{n}", float(n)), n) for n in range(4)]


def grouped(tmp_path):
    """The last row of the page is grouped under the one above, as Data, Group does it."""
    book = make(tmp_path / "book.xlsx")
    edit(book, SHEET, ('<row r="9"', '<row r="9" outlineLevel="1"'))
    return book


def outline_of(book):
    rows = re.findall(r'<row r="(\d+)"[^>]*outlineLevel="1"', part(book, SHEET).decode())
    return [int(number) for number in rows]


def test_rows_that_are_added_at_the_end_are_not_grouped_with_the_last(tmp_path):
    book = grouped(tmp_path)
    ooxml.apply(book, Update((AppendRows("Dataset", ("Measure Ref",), (("N1",), ("N2",))),)))
    assert outline_of(book) == [9]


def test_new_rows_behind_a_group_are_not_in_it_and_rows_within_are(tmp_path):
    book = grouped(tmp_path)
    new = Row(("N1", 1.0))
    rows = (*kept_rows(), new)
    ooxml.apply(book, Update((SetRows("Dataset", ("Measure Ref", "Jun 2015"), rows),)))
    assert outline_of(book) == [9]
    edit(book, SHEET, ('<row r="8"', '<row r="8" outlineLevel="1"'))
    rows = (*(Row((f"M{n}", 1.0), n) for n in range(3)), new, Row(("M3", 1.0), 3))
    ooxml.apply(book, Update((SetRows("Dataset", ("Measure Ref", "Jun 2015"), rows),)))
    assert outline_of(book) == [8, 9, 10]
