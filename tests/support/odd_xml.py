"""The parts of a workbook, changed as other writers, and the norm, allow.

An oddity takes parts by name and gives parts that mean the same (ECMA-376). odd_texts.py has
those of texts, odd_sheets.py those of cells and rows, odd_package.py those of the package around
them, odd_spelling.py those of the XML's letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from lxml import etree

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


def set_value(cell: Element, kind: str | None, text: str) -> None:
    """Give a cell another type and another text for its value."""
    cell.attrib.pop("t", None)
    if kind:
        cell.set("t", kind)
    value = cell.find(f"{X}v")
    value.text = text
