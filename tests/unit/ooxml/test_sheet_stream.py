"""Cells read bit by bit: whatever the form, the same cells, and none outside its row or sheet."""

from __future__ import annotations

import io
import re

import pytest

from xl_addin.ooxml import sheet_stream
from xl_addin.ooxml.markup import Malformed, NotXml
from xl_addin.ooxml.sheet_stream import is_usually_spelt, stored_cells

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROWS = (
    '<row r="2"><c r="A2" s="3"><v>1.5</v></c><c r="B2"/><c r="C2" t="s"><v>0</v></c></row>'
    '<row r="4" ht="20"><c r="B4" t="str"><f>A2&amp;"x"</f><v>a&amp;b</v></c>'
    '<c r="AA4" t="inlineStr"><is><t>&lt;5</t></is></c><c r="AB4" t="e"><v>#REF!</v></c></row>'
    '<row r="9"/>'
)
CELLS = [
    (2, 1, b"3", b"", False, b"1.5", b""),
    (2, 3, b"", b"s", False, b"0", b""),
    (4, 2, b"", b"str", True, b"a&amp;b", b""),
    (4, 27, b"", b"inlineStr", False, b"", b"&lt;5"),
    (4, 28, b"", b"e", False, b"#REF!", b""),
]
"""What stands in ROWS: row, column, style, type, whether a formula, value, text."""


def sheet(rows: str, head: str = "", tail: str = "") -> str:
    return f"<worksheet {SPACE}>{head}<sheetData>{rows}</sheetData>{tail}</worksheet>"


def read(text: str) -> list[tuple[object, ...]]:
    data = text.encode()
    return list(stored_cells(io.BytesIO(data), is_usually_spelt(io.BytesIO(data))))


FORMS = {
    "as most writers have it": sheet(ROWS),
    "much before and behind": sheet(ROWS, "<cols><col/></cols>" * 40_000, "<v>7</v>" * 40_000),
    "with prefixes": re.sub("(</?)", r"\1x:", sheet(ROWS)).replace("xmlns", "xmlns:x"),
    "with line ends": sheet(ROWS.replace("><", ">\r\n<")),
    "with comments": sheet(ROWS.replace("1.5", "1<!-- 9 -->.5")),
    "CDATA": sheet(ROWS.replace("1.5", "<![CDATA[1.5]]>")),
    "single quotes": sheet(ROWS.replace('r="A2"', "r='A2'")),
    "extensions": sheet(
        ROWS.replace('ht="20"', "").replace(
            "<v>1.5</v>",
            '<v>1.5</v><extLst><ext><o:c xmlns:o="urn:o" r="A1"><o:v>9</o:v></o:c></ext></extLst>',
        )
    ),
    "rich text": sheet(
        ROWS.replace("<t>&lt;5</t>", "<r><t>&lt;</t></r><r><t>5</t></r><rPh><t>no</t></rPh>")
    ),
    "an odd cell late": sheet(ROWS.replace('r="AB4" t="e"', 't="e" r="AB4"')),
    "a cell without an address": sheet(ROWS.replace(' r="AB4"', "")),
    "rows without numbers": sheet('<row/><row>' + ROWS.partition(">")[2]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("step", [1 << 18, 50, 7])
def test_each_form_of_a_sheet_gives_the_same_cells(monkeypatch, form, step):
    monkeypatch.setattr(sheet_stream, "_STEP", step if len(FORMS[form]) < 5_000 else 1 << 18)
    assert read(FORMS[form]) == CELLS


def test_a_row_too_long_to_be_read_whole_is_read_by_the_parser(monkeypatch):
    monkeypatch.setattr(sheet_stream, "_LONGEST", 300)
    monkeypatch.setattr(sheet_stream, "_STEP", 50)
    cells = "".join(f'<c r="A2"><v>{n}</v></c>' for n in range(500))
    assert [int(cell[5]) for cell in read(sheet(f'<row r="2">{cells}</row>'))] == [*range(500)]


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ('<row r="2"><c r="A3"><v>1</v></c></row>', Malformed),
        ("<row r='2'><c r=\"A3\"><v>1</v></c></row>", Malformed),
        ('<row r="1048577"><c r="A1048577"><v>1</v></c></row>', Malformed),
        ('<row r="0"><c r="A0"><v>1</v></c></row>', Malformed),
        ('<row r="2"><c r="XFE2"><v>1</v></c></row>', Malformed),
        ('<row r="2"><c r="XFE2" ph="1"><v>1</v></c></row>', Malformed),
        (f'<row r="2"><c r="{"A" * 90}2"><v>1</v></c></row>', Malformed),
        ("<row/>" * 1_048_577, Malformed),
        ('<row r="1"/>' * 1_048_577, Malformed),
        ('<row r="2"><c r="A2"><v>1</v></c>', NotXml),
        ('<row r="2"><c r="A2"><v>1</w></c></row>', NotXml),
    ],
)
def test_what_no_sheet_holds_is_refused(rows, error):
    with pytest.raises(error):
        read(sheet(rows))


def test_a_document_type_is_refused():
    with pytest.raises(Malformed, match="document type"):
        read('<!DOCTYPE x [<!ENTITY a "b">]>' + sheet(ROWS))
