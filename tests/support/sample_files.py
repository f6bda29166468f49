"""Workbook files for the tests of closed-file editing: plain ones, and one with everything in it.

They are made by XlsxWriter with our tables; what XlsxWriter cannot make is put into the zip by
hand, as Excel writes it.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from xl_addin.layout import TABLES, Dataset

MONTHS = tuple(f"{m} {y}" for y in (2014, 2015) for m in ["Jan", "Feb", "Mar", "Apr", "May", "Jun"])
DERIVED = (Dataset.CHANGE, Dataset.AVERAGE, Dataset.MAXIMUM)
PAGE = ("Measure Ref", "Performance Area", "Description", "May 2015", "Jun 2015")
PAGE += (*DERIVED, "Owner's remark", Dataset.TREND, Dataset.NOTES)
FIRST_MONTH, LAST_MONTH, CHANGE, REMARK, TREND = 3, 4, 5, 8, 9
HEADER = 4
ROWS = (
    ("M1", "Front door", "Contacts & <referrals>", 1200.0, 1303.0),
    ("M2", "Front door", "Referrals", 400.0, 510.0),
    ("M3", "Front door", "Conversion", 1 / 3, 510 / 1303),
    ("M5", "Early help", "Cases", "Not updated", None),
)

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)

Book = Any
Sheet = Any


def make(
    path: Path,
    rows: tuple[tuple[Any, ...], ...] = ROWS,
    history: int = 3,
    more: Callable[[Book, Sheet], None] | None = None,
    tables: Mapping[str, tuple[str, ...]] = TABLES,
    options: Mapping[str, Any] | None = None,
) -> Path:
    """A small workbook with our tables; ``more`` adds to it before it is closed."""
    book = xlsxwriter.Workbook(path, dict(options or {}))
    book.set_properties({"created": datetime(2015, 7, 1)})
    page = book.add_worksheet("Dataset")
    _write_page(book, page, rows)
    for name, columns in tables.items():
        if name not in (Dataset.TABLE, "History"):
            sheet = book.add_worksheet(f"{name} sheet")
            _add_table(sheet, 0, 0, 1, name, columns)
    if "History" in tables:
        _write_history(book, tables["History"], history)
    if more:
        more(book, page)
    book.close()
    return path


def _write_page(book: Book, sheet: Sheet, rows: tuple[tuple[Any, ...], ...]) -> None:
    month = book.add_format({"num_format": "mmm yyyy"})
    whole = book.add_format({"num_format": "0", "align": "right"})
    share = book.add_format({"num_format": "0%", "bg_color": "#EEEEEE"})
    text = book.add_format({"text_wrap": True})
    sheet.write_string(0, 0, "Children's & Families' Dataset")
    sheet.write_datetime(1, 0, datetime(2015, 6, 1), month)
    for number, row in enumerate(rows, HEADER + 1):
        shown = share if row[0] == "M3" else whole
        for column, value in enumerate(row):
            sheet.write(number, column, value, shown if column >= FIRST_MONTH else text)
        _write_derived(sheet, number, row, shown)
        sheet.write_string(number, REMARK, f"remark on {row[0]}", text)
        sheet.add_sparkline(number, TREND, {"range": f"Dataset!D{number + 1}:E{number + 1}"})
    _add_table(sheet, HEADER, 0, len(rows), Dataset.TABLE, PAGE)
    book.define_name("DatasetTitle", "=Dataset!$A$1")
    book.define_name("DatasetMonth", "=Dataset!$A$2")
    last = HEADER + 1 + len(rows)
    book.define_name("Refs", f"=Dataset!$A${HEADER + 2}:$A${last}")
    book.define_name("Total", "=SUM(Dataset!$A$6:$A$9)")
    book.define_name("Latest", "=Dataset[Jun 2015]")


def _write_derived(sheet: Sheet, number: int, row: tuple[Any, ...], shown: Any) -> None:
    at = number + 1
    sheet.write_formula(number, CHANGE, f"=E{at}-D{at}", shown, _difference(row))
    sheet.write_formula(number, CHANGE + 1, f"=AVERAGE(D{at}:E{at})", shown, 1)
    sheet.write_formula(number, CHANGE + 2, f"=MAX(D{at}:E{at})", shown, 2)


def _difference(row: tuple[Any, ...]) -> object:
    last, first = row[LAST_MONTH], row[FIRST_MONTH]
    return last - first if isinstance(last, float) and isinstance(first, float) else "n/a"


def _write_history(book: Book, columns: tuple[str, ...], rows: int) -> None:
    sheet = book.add_worksheet("History")
    day = book.add_format({"num_format": "mmm yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for row in range(1, rows + 1):
        sheet.write_string(row, 0, f"M{row}")
        sheet.write_datetime(row, 1, datetime(2015, 5, 1), day)
        sheet.write_row(row, 2, (0, 10 + row, 20, (10 + row) / 20))
        sheet.write_datetime(row, 7, datetime(2015, 6, 3, 14, 30), moment)
        sheet.write_string(row, 8, "May return.csv")
    if not rows:
        sheet.write_blank(1, 1, None, day)
        sheet.write_blank(1, 7, None, moment)
    _add_table(sheet, 0, 0, max(1, rows), "History", columns)


def _add_table(
    sheet: Sheet, row: int, column: int, rows: int, name: str, columns: tuple[str, ...]
) -> None:
    options = {"name": name, "columns": [{"header": heading} for heading in columns]}
    sheet.add_table(row, column, row + rows, column + len(columns) - 1, options)


def add_everything(book: Book, page: Sheet) -> None:
    """What officers add to a workbook, as far as XlsxWriter can make it."""
    image = {"image_data": io.BytesIO(PIXEL), "description": "A logo"}
    page.insert_image("N2", "logo.png", image)
    page.insert_textbox("N6", "Ask Sam before the 5th", {"description": "Reminder"})
    page.insert_button("N12", {"macro": "RefreshMonth", "caption": "Refresh month"})
    page.insert_checkbox(0, 12, True)
    page.write_comment("A7", "A note on M2", {"author": "Sam"})
    page.write_comment("N1", "A note beside the table")
    page.write_url("C8", "https://example.org/conversion", string="Conversion")
    page.conditional_format("D6:E9", {"type": "data_bar", "data_bar_2010": True})
    page.conditional_format("F6:F9", {"type": "cell", "criteria": ">", "value": 10})
    page.data_validation("I6:I9", {"validate": "list", "source": ["fine", "ask"]})
    page.data_validation("M2", {"validate": "integer", "criteria": ">", "value": 1})
    page.ignore_errors({"number_stored_as_text": "D6:E9"})
    page.write_dynamic_array_formula("P6", "=SEQUENCE(3)", None, 1)
    page.write_number("P7", 2)
    page.write_number("P8", 3)
    page.write_formula("M6", "=SUM(Dataset[Jun 2015])+Dataset[[#Totals],[May 2015]]", None, 1813)
    page.set_row(6, 60)
    page.set_column(12, 12, 20, None, {"level": 1, "hidden": True})
    page.freeze_panes(HEADER + 1, 1)
    page.print_area("A1:K9")
    page.set_landscape()
    _add_chart(book, page)
    own = book.add_worksheet("Officer's own")
    own.write_formula("A1", "=Dataset!E6*2", None, 2606)
    own.write_array_formula("A3:B3", "{=Dataset!D6:E6}", None, 1200)
    own.write_rich_string("A5", "plain ", book.add_format({"bold": True}), "bold")
    own.set_row(1, None, None, {"level": 1, "hidden": True})


def _add_chart(book: Book, page: Sheet) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "=Dataset!$A$1",
            "categories": "=Dataset!$A$6:$A$9",
            "values": "=Dataset!$E$6:$E$9",
            "data_labels": {"value": True, "custom": [{"value": "=Dataset!$C$6"}]},
        }
    )
    chart.set_title({"name": "=Dataset!$A$2"})
    page.insert_chart("A20", chart)


def add_by_hand(path: Path) -> Path:
    """Parts that Excel writes and XlsxWriter does not, in the form Excel gives them."""
    kinds = {
        "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
        "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        "xl/slicers/slicer1.xml": "application/vnd.ms-excel.slicer+xml",
        "xl/slicerCaches/slicerCache1.xml": "application/vnd.ms-excel.slicerCache+xml",
        "xl/calcChain.xml": f"{_SPREADSHEET}.calcChain+xml",
        "xl/printerSettings/printerSettings1.bin": f"{_SPREADSHEET}.printerSettings",
        "customXml/itemProps1.xml": f"{_OFFICE}.customXmlProperties+xml",
    }
    of_page = [
        (f"{_THREADS}/threadedComment", "../threadedComments/threadedComment1.xml"),
        (f"{_MICROSOFT}/2007/relationships/slicer", "../slicers/slicer1.xml"),
        (f"{_RELATIONSHIPS}/printerSettings", "../printerSettings/printerSettings1.bin"),
    ]
    of_book = [
        (f"{_THREADS}/person", "persons/person.xml"),
        (f"{_MICROSOFT}/2007/relationships/slicerCache", "slicerCaches/slicerCache1.xml"),
        (f"{_RELATIONSHIPS}/calcChain", "calcChain.xml"),
        (f"{_RELATIONSHIPS}/customXml", "../customXml/item1.xml"),
    ]
    edits = {
        "[Content_Types].xml": lambda data: _with_types(data, kinds),
        "xl/worksheets/_rels/sheet1.xml.rels": lambda data: _with_relationships(data, of_page),
        "xl/_rels/workbook.xml.rels": lambda data: _with_relationships(data, of_book),
    }
    inject(path, {name: text.encode() for name, text in HAND_MADE.items()}, edits)
    return path


def _with_types(data: bytes, kinds: Mapping[str, str]) -> bytes:
    added = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    return data.replace(b"</Types>", added.encode() + b"</Types>")


def _with_relationships(data: bytes, targets: list[tuple[str, str]]) -> bytes:
    added = "".join(
        f'<Relationship Id="hand{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return data.replace(b"</Relationships>", added.encode() + b"</Relationships>")


_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MICROSOFT = "http://schemas.microsoft.com/office"
_THREADS = f"{_MICROSOFT}/2017/10/relationships"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_THREADED = f'xmlns="{_MICROSOFT}/spreadsheetml/2018/threadedcomments"'
_PERSON = "{2C1CB4C6-9B0C-4C1A-8C9E-0F3C6C2E8F11}"

HAND_MADE = {
    "xl/threadedComments/threadedComment1.xml": f"{_XML}<ThreadedComments {_THREADED}>"
    f'<threadedComment ref="A7" dT="2015-07-01T09:00:00.00" personId="{_PERSON}" '
    'id="{11111111-2222-4333-8444-555555555555}"><text>Is M2 right?</text></threadedComment>'
    "</ThreadedComments>",
    "xl/persons/person.xml": f"{_XML}<personList {_THREADED}>"
    f'<person displayName="Sam" id="{_PERSON}" userId="sam" providerId="None"/></personList>',
    "xl/slicers/slicer1.xml": f'{_XML}<slicers xmlns="{_MICROSOFT}/spreadsheetml/2009/9/main">'
    '<slicer name="Area" cache="Slicer_Area" caption="Area" rowHeight="241300"/></slicers>',
    "xl/slicerCaches/slicerCache1.xml": f"{_XML}<slicerCacheDefinition "
    f'xmlns="{_MICROSOFT}/spreadsheetml/2009/9/main" name="Slicer_Area" '
    'sourceName="Performance Area"/>',
    "xl/calcChain.xml": f'{_XML}<calcChain {_MAIN}><c r="F6" i="1"/><c r="F7"/><c r="G6" l="1"/>'
    '<c r="A1" i="2"/><c r="A3"/></calcChain>',
    "xl/printerSettings/printerSettings1.bin": "PRINTER\0settings",
    "customXml/item1.xml": f"{_XML}<records><owner>Performance team</owner></records>",
    "customXml/itemProps1.xml": f"{_XML}<ds:datastoreItem "
    'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
    'ds:itemID="{99999999-2222-4333-8444-555555555555}"/>',
}


def inject(
    path: Path, parts: Mapping[str, bytes], edits: Mapping[str, Callable[[bytes], bytes]]
) -> None:
    """Rewrite a zip with other parts: ``parts`` are added, ``edits`` change those there are."""
    with zipfile.ZipFile(path) as old:
        entries = [(info, old.read(info)) for info in old.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info, data in entries:
            new.writestr(info, edits.get(info.filename, bytes)(data))
        for name, data in parts.items():
            new.writestr(zipfile.ZipInfo(name, (2015, 7, 1, 9, 30, 2)), data)


def edit(path: Path, part: str, *changes: tuple[str, str]) -> Path:
    """Change the text of one part of a workbook; each text must be there."""

    def rewrite(data: bytes) -> bytes:
        text = data.decode()
        for old, new in changes:
            assert old in text, (old, text[:2000])
            text = text.replace(old, new)
        return text.encode()

    inject(path, {}, {part: rewrite})
    return path


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as file:
        return file.read(name)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {info.filename: file.read(info) for info in file.infolist()}


def cell_xml(path: Path, sheet: str, address: str) -> str:
    """The XML of one cell, "" where the part has none."""
    text = part(path, sheet).decode()
    match = re.search(rf'<c r="{address}"(?:[^>]*/>|.*?</c>)', text, re.DOTALL)
    return match[0] if match else ""
