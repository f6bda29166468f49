"""Odd but valid sheets: cells and rows as other writers make them.

Each oddity leaves what the cells say as it was (ECMA-376, part 1). ``SHEETS`` are all of them,
those of odd_texts.py first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter

from tests.support.odd_texts import TEXTS
from tests.support.odd_xml import (
    STYLES,
    WORKBOOK,
    Element,
    Oddity,
    Parts,
    X,
    cells,
    in_each_sheet,
    rewritten,
    set_value,
)


def _rows(sheet: Element) -> Iterator[Element]:
    return sheet.iterfind(f"{X}sheetData/{X}row")


def _place(cell: Element) -> tuple[str, int]:
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
    return column, int(row)


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
        set_value(cell, "d", text.removesuffix("T00:00:00"))

    return _in_dates(parts, change)


def from_1904(parts: Parts) -> Parts:
    """Days are counted from 1904, as on old Macs."""

    def change(cell: Element, number: float) -> None:
        set_value(cell, None, f"{number - 1462:.17g}")

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


SHEETS: dict[str, Oddity] = {
    **TEXTS,
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
