"""Reading the values of a worksheet part, fast: long sheets are read without a tree in memory.

Nearly every writer gives cells the same form, which one expression reads; blocks of rows in any
other valid form go through a real parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Final

from xl_addin.ooxml.area import Area, column_number
from xl_addin.ooxml.cells import day_of
from xl_addin.ooxml.markup import Element, Malformed, parse, plain, unescape
from xl_addin.ooxml.usual_form import is_usual, usual
from xl_addin.ooxml.usual_rows import CELL, Decoded, Odd, Row, UsualRows
from xl_addin.patterns import pattern
from xl_addin.table import CellError, CellValue, PerCent
from xl_addin.values import field, value_type

_SHEET_DATA = pattern(rb"<((?:[\w.-]+:)?)sheetData\b[^<>]*?(/?)>")
_ROOT = pattern(rb"<((?:[\w.-]+:)?)worksheet\b([^<>]*)>")
_PLAIN_STRING = pattern(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_CELL_BEGINS = b'<c r="'
_ROW_NUMBER = pattern(rb'\s*<row r="(\d+)"')
_BLOCK = 1 << 18
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotCalculated:
    """What a formula cell holds that no program has worked out yet."""


NOT_CALCULATED: Final = NotCalculated()

Read = CellValue | NotCalculated
Grid = list[Row[Read]]
_Rows = list[list[list[Read]]]


@value_type(frozen=False)
class Reader:
    """Turns what cells store into values.

    ``strings`` are the shared strings, called when first needed; ``is_date`` says of a cell
    format, by its number, whether it shows dates. ``day`` makes a date of a number; it is given
    whether days are counted from 1904. ``is_percentage`` says of a format whether it shows
    percentages, where that is to be told. ``met_not_calculated`` says whether any formula
    it has met was never worked out.
    """

    strings: Callable[[], list[str]]
    is_date: Callable[[int], bool]
    epoch_1904: bool
    day: Callable[[float, bool], CellValue] = day_of
    is_percentage: Callable[[int], bool] | None = None
    met_not_calculated: bool = False
    _strings: list[str] | None = None
    _dates: dict[bytes, bool] = field(default_factory=dict)
    _per_cents: dict[bytes, bool] = field(default_factory=dict)
    _days: dict[bytes, CellValue] = field(default_factory=dict)
    _decoded: Decoded[Read] | None = None

    @property
    def decoded(self) -> Decoded[Read]:
        """What cells hold, by what is stored of them, each taken apart once."""
        if self._decoded is None:
            self._decoded = Decoded(self.cell, NOT_CALCULATED)
        return self._decoded

    def cell(self, style: bytes, kind: bytes, formula: bytes, stored: bytes, text: bytes) -> Read:
        """The value of a cell, by what CELL finds in it."""
        if formula and not stored and kind != b"str":
            self.met_not_calculated = True
            return NOT_CALCULATED
        if kind == b"inlineStr":
            return unescape(plain(text.decode())) or None
        return self.value(style, kind, stored)

    def value(self, style: bytes, kind: bytes, stored: bytes) -> CellValue:
        """The value of a cell, from its format, its type and what it stores."""
        if kind in (b"", b"n"):
            if not stored:
                return None
            return self.number(style, stored)
        if kind == b"s":
            return self.shared(int(stored)) if stored else None
        text = stored.decode()
        if kind == b"b":
            return text.strip() in ("1", "true")
        if kind == b"d":
            return _iso_day(text)
        return CellError(plain(text)) if kind == b"e" else unescape(plain(text))

    def number(self, style: bytes, stored: bytes) -> CellValue:
        """The number or the day of a cell, from its format and what it stores."""
        if style and self.shows_date(style):
            return self._day(stored)
        value = number_of(stored)
        return PerCent(value) if style and self.shows_per_cent(style) else value

    def shows_per_cent(self, style: bytes) -> bool:
        """Whether a cell format, by its number as stored, shows percentages, where it matters."""
        if self.is_percentage is None:
            return False
        known = self._per_cents.get(style)
        if known is None:
            known = self._per_cents[style] = self.is_percentage(int(style))
        return known

    def shared(self, number: int) -> str:
        """A shared string, by its number."""
        if self._strings is None:
            self._strings = self.strings()
        if number < 0:
            raise IndexError("a text of no number")
        return self._strings[number]

    def shows_date(self, style: bytes) -> bool:
        """Whether a cell format, by its number as stored, shows dates."""
        known = self._dates.get(style)
        if known is None:
            known = self._dates[style] = self.is_date(int(style))
        return known

    def _day(self, stored: bytes) -> CellValue:
        if stored not in self._days:
            self._days[stored] = self.day(number_of(stored), self.epoch_1904)
        return self._days[stored]


def number_of(stored: bytes) -> float:
    """The number a cell stores. Raises ValueError, also for what only Python takes for one."""
    if b"_" in stored:
        raise ValueError(f"{stored!r} is no number")
    return float(stored)


def _iso_day(text: str) -> CellValue:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.time() != datetime.min.time() else moment.date()


@value_type
class SheetRead:
    """What areas of a sheet hold, one grid for each; and whether all its rows are of usual form.

    Then every byte of them was accounted for: they are well-formed. ``is_calculated`` is whether
    every formula that was met had been worked out.
    """

    grids: list[Grid]
    is_usual: bool
    is_calculated: bool = True


def read_areas(
    data: bytes, areas: list[Area], reader: Reader, *, is_known: bool = False
) -> SheetRead:
    """The values of areas of a worksheet part, each row by row.

    ``is_known`` says that the part is known to be of usual form: rows that lie outside all areas
    are then passed over unseen.
    """
    reader.met_not_calculated = False
    try:
        grids, is_usual = _read_usual(data, areas, reader, is_known)
    except Odd:
        grids, is_usual = _read_any(usual(data), areas, reader), False
    return SheetRead(grids, is_usual, not reader.met_not_calculated)


def _read_usual(
    data: bytes, areas: list[Area], reader: Reader, is_known: bool
) -> tuple[list[Grid], bool]:
    """The same of a part whose rows are all of usual form, and whether all were seen.

    Raises Odd for any other.
    """
    rows, all_seen = UsualRows(areas, reader.decoded), True
    _refuse_odd_shell(data)
    for block, prefix in _blocks(data):
        if prefix:
            raise Odd
        if _is_outside(_rows_of(block), areas):
            all_seen = False
            if not (is_known or is_usual(block)):
                raise Odd
        else:
            rows.take(block)
    return rows.grids, all_seen


def _refuse_odd_shell(data: bytes) -> None:
    """Raise Odd where what stands around the rows is in another form."""
    match = _SHEET_DATA.search(data)
    start, end = match.span() if match else (len(data), len(data))
    tail = data[max(end, data.rfind(b"</sheetData>")) :]
    if data.startswith(_BYTE_ORDER_MARK) or not (is_usual(data[:start]) and is_usual(tail)):
        raise Odd


def _is_outside(span: tuple[int, int] | None, areas: list[Area]) -> bool:
    """Whether rows lie outside all areas."""
    return span is not None and not any(
        area.first_row <= span[1] and span[0] <= area.last_row for area in areas
    )


def _read_any(data: bytes, areas: list[Area], reader: Reader) -> list[Grid]:
    """The same of a part in which rows may be of any form."""
    grids: _Rows = [[[None] * area.width for _ in area.rows] for area in areas]
    row = 0
    for block, prefix in _blocks(data):
        span = _rows_of(block)
        if span and _is_outside(span, areas):
            row = span[1]
            continue
        found = CELL.findall(block)
        if not prefix and len(found) == count_cells(block) and b"\r" not in block:
            _fill(found, areas, grids, reader)
            row = span[1] if span else int(found[-1][1]) if found else row
            continue
        for place, value in _parsed_cells(data, block, reader, row):
            row, column = place
            for cells, first in _targets(row, areas, grids):
                if 0 <= column - first < len(cells):
                    cells[column - first] = value
    return [[*rows] for rows in grids]


def read_cell(xml: bytes, reader: Reader) -> Read:
    """The value of one cell from its XML."""
    try:
        if xml.startswith(_CELL_BEGINS):
            return reader.decoded[xml[xml.index(b'"', len(_CELL_BEGINS)) + 1 :]]
    except Odd:
        pass
    without_prefixes = re.sub(rb"(</?)[\w.-]+:", rb"\1", xml)
    return _value_of(parse(without_prefixes), reader)


def _blocks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The rows of a sheet, some at a time, and the prefix of their tags."""
    match = _SHEET_DATA.search(data)
    if match is None or match[2]:
        return
    row_end = b"</" + match[1] + b"row>"
    position, last = match.end(), data.rfind(b"</" + match[1] + b"sheetData>")
    if last < 0:
        raise Malformed("a worksheet that ends among its rows")
    while position < last:
        end = data.find(row_end, min(position + _BLOCK, last), last)
        end = last if end < 0 else end + len(row_end)
        yield data[position:end], match[1]
        position = end


def _rows_of(block: bytes) -> tuple[int, int] | None:
    """The first and the last row of a block, None where its rows do not say."""
    first = _ROW_NUMBER.match(block)
    last = _ROW_NUMBER.match(block, block.rfind(b"<row"))
    return (int(first[1]), int(last[1])) if first and last else None


def _targets(row: int, areas: list[Area], grids: _Rows) -> list[tuple[list[Read], int]]:
    """The rows of the grids that a row of the sheet fills, each with its first column."""
    return [
        (grid[row - area.first_row], area.first_column)
        for area, grid in zip(areas, grids, strict=True)
        if area.first_row <= row <= area.last_row
    ]


def _fill(found: list[tuple[bytes, ...]], areas: list[Area], grids: _Rows, reader: Reader) -> None:
    """Put the cells of a block into the grids. Written for speed: most cells are numbers."""
    row, targets = b"", _targets(0, areas, grids)
    value: Read
    for letters, number, style, kind, formula, stored, text in found:
        if number != row:
            row, targets = number, _targets(int(number), areas, grids)
        if not targets:
            continue
        if stored and not kind and not (style and reader.shows_date(style)):
            value = number_of(stored)
        else:
            value = reader.cell(style, kind, formula, stored, text)
        column = _column(letters)
        for cells, first in targets:
            if 0 <= column - first < len(cells):
                cells[column - first] = value


@cache
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def count_cells(block: bytes) -> int:
    """How many cells begin in some XML, of whatever form."""
    return sum(block.count(b"<c" + end) for end in (b" ", b">", b"/", b"\n", b"\t", b"\r"))


def _parsed_cells(
    data: bytes, block: bytes, reader: Reader, row: int
) -> Iterator[tuple[tuple[int, int], Read]]:
    """Cells of a block through a parser; a row or cell without an address follows the last."""
    root = _ROOT.search(data)
    declarations = b" ".join(re.findall(rb'xmlns(?::[\w.-]+)?="[^"]*"', root[2] if root else b""))
    for element in parse(b"<w " + declarations + b">" + block + b"</w>").iterchildren("{*}row"):
        row = int(element.get("r") or row + 1)
        column = 0
        for cell in element.iterchildren("{*}c"):
            place = cell.get("r")
            column = column_number(place.rstrip("0123456789")) if place else column + 1
            yield (row, column), _value_of(cell, reader)


def _value_of(cell: Element, reader: Reader) -> Read:
    stored = cell.findtext("{*}v") or ""
    kind, inline = cell.get("t", ""), cell.find("{*}is")
    if cell.find("{*}f") is not None and not stored and kind != "str":
        reader.met_not_calculated = True
        return NOT_CALCULATED
    if kind == "inlineStr":
        return (text_of_runs(inline) if inline is not None else "") or None
    if kind in ("str", "e"):
        return CellError(stored) if kind == "e" else unescape(stored)
    return reader.value(cell.get("s", "").encode(), kind.encode(), stored.strip().encode())


def text_of_runs(element: Element) -> str:
    """The text of a string, rich or plain, without the reading aids of East Asian text."""
    parts = [
        text.text or ""
        for text in element.iter("{*}t")
        if not str(text.getparent().tag).endswith("}rPh") and text.getparent().tag != "rPh"
    ]
    return unescape("".join(parts))


def parse_strings(data: bytes) -> list[str]:
    """The shared strings of a workbook."""
    found = _PLAIN_STRING.findall(data := usual(data))
    if found and len(found) == data.count(b"<si") and b"\r" not in data:
        return [unescape(plain(text.decode())) for text in found]
    return [text_of_runs(item) for item in parse(data).iterchildren("{*}si")]
