"""Odd but valid texts: shared, in their cells, or in pieces, as other writers store them.

Each oddity leaves what the cells say as it was (ECMA-376, part 1); ``TEXTS`` are all of them.
"""

from __future__ import annotations

from lxml import etree

from tests.support.odd_xml import (
    STRINGS,
    TYPES,
    Element,
    Oddity,
    Parts,
    X,
    cells,
    in_each_sheet,
    rewritten,
    set_value,
)


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
                set_value(cell, "str", strings[int(cell.findtext(f"{X}v"))])

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


def escaped_text(parts: Parts) -> Parts:
    """Letters of shared strings as _xHHHH_, which Excel reads as letters."""

    def change(root: Element) -> None:
        for text in root.iter(f"{X}t"):
            if text.text and len(text.text) > 2 and "_" not in text.text:
                text.text = f"{text.text[0]}_x{ord(text.text[1]):04x}_{text.text[2:]}"

    return rewritten(parts, STRINGS, change)


TEXTS: dict[str, Oddity] = {
    "inline strings": inline_strings,
    "no shared strings": no_shared_strings,
    "text as of formulas": text_as_of_formulas,
    "rich text": rich_text,
    "untidy strings": untidy_strings,
    "escaped text": escaped_text,
}
