"""Odd but valid OpenDocument spreadsheets: the same figures as other programs write them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from tests.support.odd_xml import Element, Oddity, Parts, rewritten

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CONTENT = "content.xml"


def _in_content(change: Callable[[Element], None]) -> Oddity:
    return lambda parts: rewritten(parts, CONTENT, change)


@_in_content
def nothing_repeated(root: Element) -> None:
    """Cells and rows that were said to come several times stand there several times."""
    for kind in ("columns", "rows"):
        name = f"{TABLE}number-{kind}-repeated"
        for element in list(root.iter(f"{TABLE}table-cell", f"{TABLE}table-row")):
            times = int(element.attrib.pop(name, 1))
            for _ in range(min(times, 100) - 1):
                element.addnext(deepcopy(element))


@_in_content
def grouped_rows(root: Element) -> None:
    """The first row is a header row, the others stand in groups."""
    for table in root.iter(f"{TABLE}table"):
        rows = table.findall(f"{TABLE}table-row")
        header = etree.SubElement(table, f"{TABLE}table-header-rows")
        header.append(rows[0])
        group = etree.SubElement(table, f"{TABLE}table-row-group")
        group.extend(rows[1:])


@_in_content
def annotated(root: Element) -> None:
    """Cells have comments with figures in them."""
    for cell in root.iter(f"{TABLE}table-cell"):
        if len(cell):
            note = etree.Element(f"{OFFICE}annotation")
            etree.SubElement(note, f"{TEXT}p").text = "was 999"
            cell.insert(0, note)


@_in_content
def text_in_attributes(root: Element) -> None:
    """Text stands in an attribute, too."""
    for cell in root.iter(f"{TABLE}table-cell"):
        if cell.get(f"{OFFICE}value-type") == "string":
            cell.set(f"{OFFICE}string-value", "".join(cell.itertext(f"{TEXT}p")))


@_in_content
def spans_in_text(root: Element) -> None:
    """Words of a text in pieces, with marked spaces between."""
    for paragraph in root.iter(f"{TEXT}p"):
        if not len(paragraph) and " " in (paragraph.text or ""):
            first, rest = paragraph.text.split(" ", 1)
            paragraph.text = None
            etree.SubElement(paragraph, f"{TEXT}span").text = first
            space = etree.SubElement(paragraph, f"{TEXT}s")
            space.tail = rest


@_in_content
def other_digits(root: Element) -> None:
    """Numbers with an exponent or zeros after the point."""
    for number, cell in enumerate(root.iter(f"{TABLE}table-cell")):
        value = cell.get(f"{OFFICE}value")
        if value and "E" not in value.upper():
            point = "" if "." in value else ".0"
            cell.set(f"{OFFICE}value", value + point + ("E0", "e+00", "00")[number % 3])


@_in_content
def moments(root: Element) -> None:
    """Days have a time of day."""
    for cell in root.iter(f"{TABLE}table-cell"):
        if day := cell.get(f"{OFFICE}date-value"):
            cell.set(f"{OFFICE}date-value", f"{day[:10]}T00:00:00")


@_in_content
def hidden_table(root: Element) -> None:
    """A first table that is empty, and validations before it."""
    sheet = next(root.iter(f"{OFFICE}spreadsheet"))
    empty = etree.Element(f"{TABLE}table", {f"{TABLE}name": "Empty"})
    row = etree.SubElement(empty, f"{TABLE}table-row")
    etree.SubElement(row, f"{TABLE}table-cell")
    sheet.insert(0, empty)
    sheet.insert(0, etree.Element(f"{TABLE}content-validations"))


def prefixes(parts: Parts) -> Parts:
    """The namespaces have other prefixes."""
    text = re.sub(rb"(?<=[\s</])(table|office|text):(?=[\w-]+[\s=>/])", rb"o\1:", parts[CONTENT])
    return parts | {CONTENT: re.sub(rb"xmlns:(table|office|text)=", rb"xmlns:o\1=", text)}


def comments(parts: Parts) -> Parts:
    """Comments stand in cells and in the middle of words."""
    text = re.sub(
        rb"(<text:p>[A-Za-z0-9])([^<&]+)(</text:p>)", rb"\1<!-- 999 -->\2\3", parts[CONTENT]
    )
    return parts | {CONTENT: re.sub(rb"(<table:table-cell)", rb"<!-- <x> -->\1", text)}


def character_data(parts: Parts) -> Parts:
    """Text as it is, not as XML spells it."""
    paragraph = rb"<text:p>([^<&]+)</text:p>"
    text = re.sub(paragraph, rb"<text:p><![CDATA[\1]]></text:p>", parts[CONTENT])
    return parts | {CONTENT: text}


def escaped_digits(parts: Parts) -> Parts:
    """The last digit of each number, and the last letter of each text, by its number."""

    def escape(match: re.Match[bytes]) -> bytes:
        return match[1] + b"&#%d;" % ord(match[2]) + match[3]

    text = re.sub(rb'(office:value="[\d.]*)(\d)(")', escape, parts[CONTENT])
    return parts | {CONTENT: re.sub(rb"(<text:p>[^<&]*)([\w%])(</text:p>)", escape, text)}


def single_quotes(parts: Parts) -> Parts:
    """Attributes in single quotes."""
    return parts | {CONTENT: re.sub(rb'="([^"\']*)"', rb"='\1'", parts[CONTENT])}


ODDITIES: dict[str, Oddity] = {
    "text in attributes": text_in_attributes,
    "spans in text": spans_in_text,
    "other digits": other_digits,
    "moments": moments,
    "annotated": annotated,
    "hidden table": hidden_table,
    "nothing repeated": nothing_repeated,
    "grouped rows": grouped_rows,
    "comments": comments,
    "CDATA": character_data,
    "escaped digits": escaped_digits,
    "single quotes": single_quotes,
    "prefixes": prefixes,
}


def packed(parts: Parts) -> bytes:
    """A document, its kind first and not packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", parts["mimetype"], zipfile.ZIP_STORED)
        for name, data in parts.items():
            if name != "mimetype":
                package.writestr(name, data)
    return out.getvalue()
