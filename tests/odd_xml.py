"""Odd but valid sheets: workbooks that say the same in the ways other writers, and the norm, allow.

An oddity takes the parts of a workbook by name and gives parts that mean the same (ECMA-376,
part 1). ``SHEETS`` are those of cells, rows and shared strings; odd_package.py has those of the
package around them, odd_spelling.py those of the XML's letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter

Element = Any
Parts = dict[str, bytes]
Oddity = Callable[[Parts], Parts]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X = f"{{{MAIN}}}"
STRINGS, STYLES, WORKBOOK = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
TYPES = "[Content_Types].xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def written(root: Element) -> bytes:
    """The bytes of a part."""
    return _DECLARATION + bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=False))


def rewritten(parts: Parts, name: str, change: Callable[[Element], None]) -> Parts:
    """The parts, one of them changed as a tree; as they are where it is not there."""
    if name not in parts:
        return parts
    root = etree.fromstring(parts[name])
    change(root)
    return parts | {name: written(root)}


def in_each_sheet(change: Callable[[Element], None]) -> Oddity:
    """An oddity that changes each worksheet by itself."""

    @wraps(change)
    def oddity(parts: Parts) -> Parts:
        for name in filter(_SHEET.fullmatch, list(parts)):
            parts = rewritten(parts, name, change)
        return parts

    return oddity


def cells(sheet: Element) -> Iterator[Element]:
    """The cells of a worksheet."""
    return sheet.iterfind(f"{X}sheetData/{X}row/{X}c")


def _rows(sheet: Element) -> Iterator[Element]:
    return sheet.iterfind(f"{X}sheetData/{X}row")


def _place(cell: Element) -> tuple[str, int]:
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
    return column, int(row)


def _set_value(cell: Element, kind: str | None, text: str) -> None:
    cell.attrib.pop("t", None)
    if kind:
        cell.set("t", kind)
    value = cell.find(f"{X}v")
    value.text = text


def _shared_strings(parts: Parts) -> list[Element]:
    return list(etree.fromstring(parts[STRINGS])) if STRINGS in parts else []


def inline_strings(parts: Parts) -> Parts:
    """Text stands in its cell; the shared strings are left as they were."""
    strings = [_text(item) for item in _shared_strings(parts)]

    def change(sheet: Element) -> None:
        for cell in cells(sheet):
            if cell.get("t") == "s":
                value = cell.find(f"{X}v")
                _add_text(etree.SubElement(cell, f"{X}is"), strings[int(value.text)])
                cell.remove(value)
                cell.set("t", "inlineStr")

    return in_each_sheet(change)(parts)


def no_shared_strings(parts: Parts) -> Parts:
    """Text stands in its cell, and there is no part of shared strings at all."""
    parts = inline_strings(parts)
    parts = {name: data for name, data in parts.items() if name != STRINGS}
    for name, attribute in ((TYPES, "PartName"), ("xl/_rels/workbook.xml.rels", "Target")):

        def forget(root: Element, attribute: str = attribute) -> None:
            for child in list(root):
                if (child.get(attribute) or "").endswith("sharedStrings.xml"):
                    root.remove(child)

        parts = rewritten(parts, name, forget)
    return parts


def text_as_of_formulas(parts: Parts) -> Parts:
    """Text stands in its cell like that of a formula, as some exporters write it."""
    strings = [_text(item) for item in _shared_strings(parts)]

    def change(sheet: Element) -> None:
        for cell in cells(sheet):
            if cell.get("t") == "s":
                _set_value(cell, "str", strings[int(cell.findtext(f"{X}v"))])

    return in_each_sheet(change)(parts)


def _text(item: Element) -> str:
    return "".join(text.text or "" for text in item.iter(f"{X}t"))


def rich_text(parts: Parts) -> Parts:
    """Each text in two runs, the second bold, with a reading aid after them."""

    def change(root: Element) -> None:
        for item in root:
            text = _text(item)
            for child in list(item):
                item.remove(child)
            for number, piece in enumerate((text[:1], text[1:])):
                run = etree.SubElement(item, f"{X}r")
                if number:
                    etree.SubElement(etree.SubElement(run, f"{X}rPr"), f"{X}b")
                _add_text(run, piece)
            aid = etree.SubElement(item, f"{X}rPh", sb="0", eb="1")
            _add_text(aid, "reading aid")
            etree.SubElement(item, f"{X}phoneticPr", fontId="1")

    return rewritten(parts, STRINGS, change)


def _add_text(parent: Element, text: str) -> None:
    element = etree.SubElement(parent, f"{X}t")
    element.text = text
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def untidy_strings(parts: Parts) -> Parts:
    """Shared strings in another order, some never used, one empty, uncounted."""
    if STRINGS not in parts:
        return parts
    count = len(_shared_strings(parts))

    def turn(root: Element) -> None:
        root.attrib.clear()
        root[:] = [*reversed(root), etree.Element(f"{X}si")]
        _add_text(etree.SubElement(root, f"{X}si"), "never used")

    def renumber(sheet: Element) -> None:
        for cell in cells(sheet):
            if cell.get("t") == "s":
                cell.find(f"{X}v").text = str(count - 1 - int(cell.findtext(f"{X}v")))

    return in_each_sheet(renumber)(rewritten(parts, STRINGS, turn))


@in_each_sheet
def no_dimension(sheet: Element) -> None:
    """No sheet says how far it reaches."""
    for element in sheet.findall(f"{X}dimension"):
        sheet.remove(element)


@in_each_sheet
def wrong_dimension(sheet: Element) -> None:
    """Every sheet says that it is one cell, as streaming writers do."""
    for element in sheet.findall(f"{X}dimension"):
        element.set("ref", "A1")


@in_each_sheet
def no_spans(sheet: Element) -> None:
    """No row says how wide it is."""
    for row in _rows(sheet):
        row.attrib.pop("spans", None)


@in_each_sheet
def wide_spans(sheet: Element) -> None:
    """Every row says that it is very wide."""
    for row in _rows(sheet):
        row.set("spans", "1:16384")


@in_each_sheet
def rows_without_addresses(sheet: Element) -> None:
    """Rows follow one another without numbers; empty ones fill the gaps."""
    data = sheet.find(f"{X}sheetData")
    for number, row in enumerate(_with_gaps(data, lambda row: int(row.get("r")), f"{X}row"), 1):
        data.insert(number - 1, row)
        row.attrib.pop("r", None)


@in_each_sheet
def cells_without_addresses(sheet: Element) -> None:
    """Cells follow one another without addresses; empty ones fill the gaps."""
    for row in _rows(sheet):
        extensions = row.findall(f"{X}extLst")
        filled = _with_gaps(row, lambda c: column_index_from_string(_place(c)[0]), f"{X}c")
        row[:] = [*filled, *extensions]
        for cell in filled:
            cell.attrib.pop("r", None)


def _with_gaps(parent: Element, number: Callable[[Element], int], tag: str) -> list[Element]:
    filled: list[Element] = []
    for child in parent.findall(tag):
        filled += [etree.Element(tag) for _ in range(number(child) - len(filled) - 1)]
        filled.append(child)
    return filled


@in_each_sheet
def only_first_cells_addressed(sheet: Element) -> None:
    """A cell right after another leaves its address out."""
    for row in _rows(sheet):
        last = 0
        for cell in row.findall(f"{X}c"):
            if cell.get("r") is None:
                break
            column = column_index_from_string(_place(cell)[0])
            if column == last + 1 and last:
                del cell.attrib["r"]
            last = column


@in_each_sheet
def explicit_types(sheet: Element) -> None:
    """Numbers say that they are numbers, and rows what is so anyway."""
    for cell in cells(sheet):
        if cell.get("t") is None:
            cell.set("t", "n")
    for row in _rows(sheet):
        row.set("collapsed", "0")
        row.set("hidden", row.get("hidden", "false"))


@in_each_sheet
def empty_values(sheet: Element) -> None:
    """Empty cells hold an empty value, or nothing between their tags."""
    for number, cell in enumerate(cells(sheet)):
        if not len(cell) and number % 2:
            etree.SubElement(cell, f"{X}v")
        elif not len(cell):
            cell.text = ""


@in_each_sheet
def other_digits(sheet: Element) -> None:
    """Numbers with an exponent, a plus, zeros in front, a point after or spaces around."""
    for number, cell in enumerate(cells(sheet)):
        value = cell.find(f"{X}v")
        if cell.get("t", "n") == "n" and value is not None and value.text:
            value.text = _respelt(value.text, number)


def _respelt(text: str, number: int) -> str:
    exact = float(text)
    if text.isdigit():
        return (f"{text}.0", f"+{text}", f"00{text}", f"{exact!r}E0", f"\n {text} ")[number % 5]
    return text.replace("e", "E") if "e" in text.lower() else f"{text}000E+00"


def _date_styles(parts: Parts) -> set[str]:
    """The numbers of the cell formats that show days, told by their years or hours."""
    root = etree.fromstring(parts[STYLES])
    codes = {e.get("numFmtId"): e.get("formatCode") for e in root.iter(f"{X}numFmt")}
    known = {str(n) for n in range(14, 23)} | {n for n, code in codes.items() if "yy" in code}
    formats = root.iterfind(f"{X}cellXfs/{X}xf")
    return {str(n) for n, xf in enumerate(formats) if xf.get("numFmtId") in known}


def _in_dates(parts: Parts, change: Callable[[Element, float], None]) -> Parts:
    styles = _date_styles(parts)

    def each(sheet: Element) -> None:
        for cell in cells(sheet):
            text = cell.findtext(f"{X}v")
            if cell.get("s") in styles and cell.get("t", "n") == "n" and text:
                change(cell, float(text))

    return in_each_sheet(each)(parts)


def iso_dates(parts: Parts) -> Parts:
    """Days as text of type d, as the strict form of the norm has them."""

    def change(cell: Element, number: float) -> None:
        seconds = timedelta(seconds=round(number * 86_400))
        moment = datetime(1899, 12, 30) + seconds
        text = moment.isoformat()
        _set_value(cell, "d", text.removesuffix("T00:00:00"))

    return _in_dates(parts, change)


def from_1904(parts: Parts) -> Parts:
    """Days are counted from 1904, as on old Macs."""

    def change(cell: Element, number: float) -> None:
        _set_value(cell, None, f"{number - 1462:.17g}")

    def say(root: Element) -> None:
        root.find(f"{X}workbookPr").set("date1904", "true")

    return rewritten(_in_dates(parts, change), WORKBOOK, say)


@in_each_sheet
def shared_formulas(sheet: Element) -> None:
    """A formula that a column repeats is spelt out once, as Excel writes it."""
    last: dict[str, tuple[Element, str, str]] = {}
    count = 0
    for cell in cells(sheet):
        column, row = _place(cell)
        formula = cell.find(f"{X}f")
        if formula is None or formula.attrib or not formula.text:
            continue
        first, origin, _ = last.get(column, (None, "", ""))
        here = f"{column}{row}"
        if first is not None and _moved(first.text, origin, here) == formula.text:
            if first.get("si") is None:
                first.set("t", "shared")
                first.set("si", str(count))
                count += 1
            first.set("ref", f"{origin}:{here}")
            formula.text = None
            formula.set("t", "shared")
            formula.set("si", first.get("si"))
        else:
            last[column] = (formula, here, "")


def _moved(text: str, origin: str, target: str) -> str:
    return Translator(f"={text}", origin).translate_formula(target)[1:]


@in_each_sheet
def cell_extensions(sheet: Element) -> None:
    """Cells and rows with marks and extensions that only their own program knows."""
    for number, cell in enumerate(cells(sheet)):
        cell.set("ph", "1")
        if number % 3 == 0:
            _extend(cell)


def _extend(parent: Element) -> None:
    extension = etree.SubElement(etree.SubElement(parent, f"{X}extLst"), f"{X}ext")
    extension.set("uri", "{00000000-1111-2222-3333-444444444444}")
    etree.SubElement(extension, "{urn:other}c", r="A1").text = "999"


@in_each_sheet
def formats_beyond(sheet: Element) -> None:
    """Empty cells that have a format stand beside and below everything."""
    data = sheet.find(f"{X}sheetData")
    last = max((int(row.get("r")) for row in data), default=0)
    for row in data:
        columns = [column_index_from_string(_place(c)[0]) for c in row.findall(f"{X}c")]
        column = get_column_letter(max(columns, default=0) + 3)
        etree.SubElement(row, f"{X}c", r=f"{column}{row.get('r')}", s="1")
        row.attrib.pop("spans", None)
    for number in range(last + 1, last + 400):
        row = etree.SubElement(data, f"{X}row", r=str(number), s="1", customFormat="1")
        for column in "ABCDEFGHI":
            etree.SubElement(row, f"{X}c", r=f"{column}{number}", s="1")


@in_each_sheet
def few_styles(sheet: Element) -> None:
    """Text has no format."""
    for cell in cells(sheet):
        if cell.get("t") in ("s", "inlineStr", "str"):
            cell.attrib.pop("s", None)


def escaped_text(parts: Parts) -> Parts:
    """Letters of shared strings as _xHHHH_, which Excel reads as letters."""

    def change(root: Element) -> None:
        for text in root.iter(f"{X}t"):
            if text.text and len(text.text) > 2 and "_" not in text.text:
                text.text = f"{text.text[0]}_x{ord(text.text[1]):04x}_{text.text[2:]}"

    return rewritten(parts, STRINGS, change)


SHEETS: dict[str, Oddity] = {
    "inline strings": inline_strings,
    "no shared strings": no_shared_strings,
    "text as of formulas": text_as_of_formulas,
    "rich text": rich_text,
    "untidy strings": untidy_strings,
    "escaped text": escaped_text,
    "no dimension": no_dimension,
    "wrong dimension": wrong_dimension,
    "no spans": no_spans,
    "wide spans": wide_spans,
    "explicit types": explicit_types,
    "empty values": empty_values,
    "other digits": other_digits,
    "ISO dates": iso_dates,
    "days from 1904": from_1904,
    "shared formulas": shared_formulas,
    "few styles": few_styles,
    "formats beyond": formats_beyond,
    "cell extensions": cell_extensions,
    "cells without addresses": cells_without_addresses,
    "only first cells addressed": only_first_cells_addressed,
    "rows without addresses": rows_without_addresses,
}
