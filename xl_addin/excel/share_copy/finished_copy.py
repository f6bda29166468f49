"""A finished share copy, read from its bytes alone: cells, tables, charts and their words."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from lxml import etree

from xl_addin.excel.template.packing import read_parts
from xl_addin.ooxml.markup import unescape
from xl_addin.patterns import pattern
from xl_addin.values import value_type

Place = tuple[int, int]
"""A cell: its row and its column, from 1."""

_PLACE = pattern(r"([A-Z]+)(\d+)")


@value_type
class ReadTable:
    """A table of a sheet: its name, its headings, and where it stands."""

    name: str
    headings: tuple[str, ...]
    first: Place
    last: Place
    heading_rows: int


@value_type
class ReadChart:
    """A chart: its alternative text, and every figure and every text it keeps."""

    in_words: str
    points: Mapping[int, float]
    texts: tuple[str, ...]


@value_type
class ReadSheet:
    """A sheet: its cells by place, the number of each cell's style, its tables and charts."""

    name: str
    cells: Mapping[Place, float | str]
    styles: Mapping[Place, int]
    tables: tuple[ReadTable, ...]
    charts: tuple[ReadChart, ...]
    xml: etree._Element

    def records(self, table: ReadTable) -> Iterator[dict[str, float | str]]:
        """Each row of a table by heading; a cell that is not there is left out."""
        for row in range(table.first[0] + table.heading_rows, table.last[0] + 1):
            places = enumerate(table.headings, table.first[1])
            yield {h: self.cells[row, c] for c, h in places if (row, c) in self.cells}


@value_type
class ReadCopy:
    """A share copy as its parts and its sheets, in order."""

    parts: Mapping[str, bytes]
    sheets: tuple[ReadSheet, ...]


def read_copy(package: bytes) -> ReadCopy:
    """Read the bytes of a share copy."""
    parts = read_parts(package)
    strings = tuple(_strings(parts))
    links = _links(parts, "xl/workbook.xml")
    book = etree.fromstring(parts["xl/workbook.xml"])
    sheets = tuple(
        _sheet(parts, strings, str(sheet.get("name")), links[_id(sheet)])
        for sheet in book.iterfind("{*}sheets/{*}sheet")
    )
    return ReadCopy(parts, sheets)


def place_of(address: str) -> Place:
    """The row and column of an address.

    >>> place_of("B3")
    (3, 2)
    """
    found = _PLACE.fullmatch(address)
    assert found, address
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _strings(parts: Mapping[str, bytes]) -> Iterator[str]:
    if "xl/sharedStrings.xml" in parts:
        for item in etree.fromstring(parts["xl/sharedStrings.xml"]).iterfind("{*}si"):
            yield unescape("".join(t.text or "" for t in item.iter("{*}t")))


def _links(parts: Mapping[str, bytes], part: str) -> dict[str, str]:
    """The parts a part leads to, by the id of the relationship."""
    folder, file = posixpath.split(part)
    links = parts.get(f"{folder}/_rels/{file}.rels")
    if links is None:
        return {}
    return {
        str(link.get("Id")): posixpath.normpath(posixpath.join(folder, str(link.get("Target"))))
        for link in etree.fromstring(links)
    }


def _id(element: etree._Element) -> str:
    return next(str(v) for k, v in element.attrib.items() if str(k).endswith("}id"))


def _sheet(parts: Mapping[str, bytes], strings: tuple[str, ...], name: str, part: str) -> ReadSheet:
    xml = etree.fromstring(parts[part])
    cells: dict[Place, float | str] = {}
    styles: dict[Place, int] = {}
    for cell in xml.iter("{*}c"):
        place = place_of(str(cell.get("r")))
        styles[place] = int(cell.get("s", "0"))
        value = cell.findtext("{*}v")
        if value is not None:
            is_text = cell.get("t") == "s"
            cells[place] = strings[int(value)] if is_text else _number(value)
    links = _links(parts, part).values()
    tables = tuple(_table(parts[link]) for link in links if "/tables/" in link)
    charts = tuple(c for link in links if "/drawings/" in link for c in _charts(parts, link))
    return ReadSheet(name, cells, styles, tables, charts, xml)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _table(content: bytes) -> ReadTable:
    xml = etree.fromstring(content)
    first, last = map(place_of, str(xml.get("ref")).split(":"))
    headings = tuple(str(c.get("name")) for c in xml.iterfind("{*}tableColumns/{*}tableColumn"))
    rows = int(xml.get("headerRowCount", "1"))
    return ReadTable(str(xml.get("name")), headings, first, last, rows)


def _charts(parts: Mapping[str, bytes], drawing: str) -> Iterator[ReadChart]:
    links = _links(parts, drawing)
    for frame in etree.fromstring(parts[drawing]).iter("{*}graphicFrame"):
        described = next(frame.iter("{*}cNvPr"))
        chart = next(frame.iter("{*}chart"))
        yield _chart(parts[links[_id(chart)]], described.get("descr", ""))


def _chart(content: bytes, in_words: str) -> ReadChart:
    xml = etree.fromstring(content)
    points = {
        int(point.get("idx", "0")): float(point.findtext("{*}v") or "nan")
        for cache in xml.iter("{*}numCache")
        for point in cache.iterfind("{*}pt")
    }
    texts = [t.text or "" for tag in ("{*}t", "{*}v") for t in xml.iter(tag)]
    return ReadChart(in_words, points, tuple(texts))
