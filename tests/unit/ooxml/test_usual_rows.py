"""Rows of usual form are read a row at a time: never otherwise than a parser reads them."""

from __future__ import annotations

from xml.parsers.expat import ExpatError, ParserCreate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.markup import Malformed, XmlError
from xl_addin.ooxml.sheet_values import NOT_CALCULATED, Reader, read_areas
from xl_addin.table import CellError

TEXTS = ["one", "two & more"]
ROWS = (
    '<row r="2" spans="1:3" ht="15"><c r="A2" s="1" t="s"><v>0</v></c><c r="B2"><v>1.5</v></c>'
    '<c r="C2" s="2"><v>42156</v></c></row>'
    '<row r="3"/>'
    '<row r="4" x14ac:dyDescent="0.3"><c r="A4" t="inlineStr"><is><t>a &lt; b</t></is></c>'
    '<c r="B4" s="1"/><c r="C4"><f>A2+1</f><v>7</v></c></row>'
    '<row r="5"><c r="B5" t="e"><v>#REF!</v></c></row><row r="6" hidden="1"/>'
)
AREA = Area(2, 1, 6, 3)


def sheet(rows: str | bytes) -> bytes:
    body = rows if isinstance(rows, bytes) else rows.encode()
    return b'<worksheet xmlns="m" xmlns:x14ac="a"><sheetData>' + body + b"</sheetData></worksheet>"


def reader() -> Reader:
    return Reader(lambda: TEXTS, lambda style: style == 2, epoch_1904=False)


def read(data: bytes, *areas: Area):
    return read_areas(data, list(areas or (AREA,)), reader())


def as_rows(grid):
    return [tuple(row) for row in grid]


def parsed(data: bytes, area: Area = AREA):
    """What lxml finds in an area, with values as the kinds of the cells say."""
    rows = [[None] * area.width for _ in area.rows]
    for cell in etree.fromstring(data).iter("{*}c"):
        column, row = ord(cell.get("r")[0]) - 64, int(cell.get("r")[1:])
        if area.holds(row, column):
            rows[row - area.first_row][column - 1] = _value(cell)
    return [tuple(row) for row in rows]


def _value(cell):
    text, kind = cell.findtext("{*}v"), cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(cell.itertext()) or None
    if cell.find("{*}f") is not None and text is None:
        return NOT_CALCULATED
    if text is None:
        return None
    return {"s": lambda: TEXTS[int(text)], "e": lambda: CellError(text)}.get(
        kind, lambda: float(text)
    )()


def test_rows_of_usual_form_are_read_as_a_parser_reads_them():
    found = read(sheet(ROWS.replace(' s="2"', "")))
    assert found.is_usual
    assert as_rows(found.grids[0]) == parsed(sheet(ROWS))


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        ('<c r="B2">', '<c  r="B2">'),
        ('<c r="B2">', "<c r='B2'>"),
        ('<c r="B2">', '<c foo="1" r="B2">'),
        ("<v>1.5</v>", "<v><![CDATA[1.5]]></v>"),
        ("<v>1.5</v>", "<v>1&#46;5</v>"),
        ("<v>1.5</v>", "<!-- <c/> --><v>1.5</v>"),
        ("</row>", "</row>\n"),
        ('<row r="3"/>', '<!-- </row><row r="9"> --><row r="3"/>'),
        ("<is><t>a &lt; b</t></is>", "<is><r><t>a &lt;</t></r><r><t> b</t></r></is>"),
    ],
)
def test_rows_of_another_form_say_the_same(usual, odd):
    assert usual in ROWS
    found = read(sheet(ROWS.replace(usual, odd)))
    assert not found.is_usual
    assert as_rows(found.grids[0]) == as_rows(read(sheet(ROWS)).grids[0])


def test_a_cell_that_names_another_row_than_it_stands_in_is_not_taken_for_usual():
    found = read(sheet(ROWS.replace('"B2"', '"B4"')))
    assert not found.is_usual


def test_columns_beyond_z_and_rows_that_hold_other_cells_are_put_in_their_places():
    rows = (
        '<row r="2"><c r="Y2"><v>1</v></c><c r="AA2"><v>2</v></c></row>'
        '<row r="3"><c r="Z3"><v>3</v></c><c r="AB3"><v>4</v></c></row>'
        '<row r="4"><c r="A4"><v>5</v></c><c r="Z4"><v>6</v></c></row>'
    )
    found = read(sheet(rows), Area(2, 26, 4, 28), Area(3, 1, 4, 1))
    assert found.is_usual
    assert as_rows(found.grids[0]) == [(None, 2, None), (3, None, 4), (6, None, None)]
    assert as_rows(found.grids[1]) == [(None,), (5,)]


def test_a_formula_that_was_never_calculated_is_told_however_often_it_stands_there():
    cell = '<row r="{0}"><c r="A{0}"><f>NOW()</f></c></row>'
    data = sheet("".join(cell.format(row) for row in (2, 3)))
    one = reader()
    for _ in range(2):
        found = read_areas(data, [AREA], one)
        assert not found.is_calculated
        assert found.grids[0][0][0] is NOT_CALCULATED
    assert read_areas(sheet(ROWS), [AREA], one).is_calculated


def is_xml(data: bytes) -> bool:
    parser = ParserCreate()
    try:
        parser.Parse(data, True)
    except ExpatError:
        return False
    return True


def test_what_is_called_usual_is_well_formed_whichever_byte_is_spoilt():
    body = ROWS.encode()
    missed = []
    for at in range(len(body)):
        for byte in b'<>&"/ A5\x01\xff]':
            spoilt = sheet(body[:at] + bytes([byte]) + body[at + 1 :])
            try:
                is_usual = read(spoilt).is_usual
            except (Malformed, XmlError, ValueError, LookupError):
                continue
            if is_usual and not is_xml(spoilt):
                missed.append((at, spoilt))
    assert missed == []


@given(st.data())
def test_any_rows_are_read_as_a_parser_reads_them(data):
    numbers = sorted(data.draw(st.sets(st.integers(1, 9), max_size=6)))
    contents = [
        "/>",
        "><v>12</v></c>",
        ' t="s"><v>1</v></c>',
        ' s="1" t="inlineStr"><is><t>x</t></is></c>',
        "><f>A1</f><v>3</v></c>",
        ' t="e"><v>#N/A</v></c>',
        '><v foo="">4</v></c>',
    ]
    rows = ""
    for number in numbers:
        columns = sorted(data.draw(st.sets(st.sampled_from("ABCDE"), max_size=5)))
        cells = "".join(
            f'<c r="{column}{number}"' + data.draw(st.sampled_from(contents)) for column in columns
        )
        rows += f'<row r="{number}">{cells}</row>' if cells else f'<row r="{number}" ht="9"/>'
    assert as_rows(read(sheet(rows)).grids[0]) == parsed(sheet(rows))


@pytest.mark.parametrize("first", ["", ' s="12"'])
@pytest.mark.parametrize("last", ['s="12"/>', 't="inlineStr"><is><t>a "12" b</t></is></c>'])
def test_a_row_whose_number_stands_in_a_cell_too_is_of_usual_form(first, last):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"{first}><v>{n}</v></c><c r="B{n}" {last}</row>'
        for n in range(3, 16)
    )
    area = Area(3, 1, 15, 2)
    found = read(sheet(rows), area)
    assert found.is_usual
    assert as_rows(found.grids[0]) == parsed(sheet(rows), area)
