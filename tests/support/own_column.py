"""An officer's own column on the Dataset page, put in as Excel's Insert, Table Columns does it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

from lxml import etree

from tests.support.sample_files import inject, part

SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = re.compile(r"(?<![A-Za-z_.'!])(\$?)([A-Z]{1,3})(\$?\d+)(?![\w(])")


def insert_column(path: Path, before: str, heading: str, values: Sequence[float]) -> None:
    """Put a column of figures in front of another; what stands behind it moves to the right."""
    table = etree.fromstring(part(path, TABLE))
    columns = table.find(f"{_MAIN}tableColumns")
    names = [column.get("name") for column in columns]
    place = names.index(before)
    first = table.get("ref").partition(":")[0]
    header = int(re.sub(r"\D", "", first))
    _widen(table, columns, place, heading)
    sheet = etree.fromstring(part(path, SHEET))
    _move(sheet, place + 1)
    for row in sheet.iter(f"{_MAIN}row"):
        number = int(row.get("r"))
        if number == header:
            _put(row, place + 1, heading)
        elif header < number <= header + len(values):
            _put(row, place + 1, values[number - header - 1])
    new = {SHEET: etree.tostring(sheet), TABLE: etree.tostring(table)}
    inject(path, {}, {name: lambda _, data=data: data for name, data in new.items()})


def _widen(table, columns, place, heading):
    column = deepcopy(columns[0])
    column.set("id", str(1 + max(int(c.get("id")) for c in columns)))
    column.set("name", heading)
    columns.insert(place, column)
    columns.set("count", str(len(columns)))
    for element in (table, *table.iter(f"{_MAIN}autoFilter")):
        first, _, last = element.get("ref").partition(":")
        element.set("ref", f"{first}:{moved(last, 1)}")


def _move(sheet, first):
    """Move every reference of the sheet to columns from the first on."""
    for element in sheet.iter():
        if not isinstance(element.tag, str):
            continue
        element.attrib.pop("spans", None)
        for name in ("r", "ref", "sqref"):
            if name in element.attrib and element.tag != f"{_MAIN}row":
                element.set(name, moved(element.get(name), first))
        kind = etree.QName(element).localname
        if kind in ("f", "formula", "sqref") and element.text:
            element.text = moved(element.text, first)


def moved(text: str, first: int) -> str:
    """References as they read once a column has been put in before the column of a number."""

    def move(match: re.Match[str]) -> str:
        number = _number(match[2])
        letters = _letters(number + 1) if number >= first else match[2]
        return f"{match[1]}{letters}{match[3]}"

    return _CELL.sub(move, text)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _put(row, column, value):
    cell = etree.SubElement(row, f"{_MAIN}c", r=f"{_letters(column)}{row.get('r')}")
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{_MAIN}is"), f"{_MAIN}t").text = value
    else:
        etree.SubElement(cell, f"{_MAIN}v").text = str(value)
    row[:] = sorted(row, key=lambda c: _number(re.sub(r"\d", "", c.get("r"))))
