"""One worksheet part to be changed: its rows as they lie in the file, and what stands around them.

Only rows that are looked at are taken apart, and only cells that are changed are written anew;
so adding rows to a long sheet costs no more than copying its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from xl_addin.ooxml.area import Area, address, column_number
from xl_addin.ooxml.cells import attribute, formula_text, shared_index, with_attribute, with_formula
from xl_addin.ooxml.formulas import shifted
from xl_addin.ooxml.markup import Element, Malformed, parse, serialise
from xl_addin.ooxml.pieces import Pieces
from xl_addin.ooxml.usual_form import usual
from xl_addin.patterns import pattern
from xl_addin.values import field, value_type

_SHEET_DATA = pattern(rb"<((?:[\w.-]+:)?)sheetData\b[^<>]*?(/?)>")
_CELL_BEGINS = b'<c r="'
Cell = tuple[int, int]
"""A cell's row and column, counted from 1."""

_LONG = 1 << 20
_OF_ITS_OWN_ROW = ("spans", "hidden", "collapsed", "outlineLevel")


@value_type(frozen=False)
class SheetRow:
    """A row: its opening tag, its cells by column number, and what follows them."""

    tag: bytes
    cells: dict[int, bytes] = field(default_factory=dict)
    rest: bytes = b""

    def to_bytes(self, prefix: bytes) -> bytes:
        """The row's XML."""
        if not self.cells and not self.rest:
            return self.tag + b"/>"
        cells = b"".join(self.cells[column] for column in sorted(self.cells))
        return self.tag + b">" + cells + self.rest + b"</" + prefix + b"row>"


class Sheet:
    """A worksheet part: cells by row and column counted from 1.

    ``changed`` are the cells that hold something else than the file did, ``text_changed`` the
    rows that are to be fitted to other text. ``shell`` is the XML
    around the rows; whoever changes it calls ``shell_changed``. A part that is known to be of
    usual form is not looked through for it again.
    """

    def __init__(self, data: bytes, *, is_known_usual: bool = False) -> None:
        self._original = data
        self._data = data if is_known_usual else usual(data)
        self.is_known_usual = is_known_usual
        self._find_rows()
        self._rows: dict[int, SheetRow] = {}
        self._index: dict[int, tuple[int, int]] | None = None
        self._shared: dict[str, tuple[str, tuple[int, int]]] | None = None
        self._touched: set[int] = set()
        self._shell: Element | None = None
        self._shell_changed = False
        self._is_replaced = False
        self._in_small: tuple[bytes, bytes] | None = None
        self.changed: set[Cell] = set()
        self.text_changed: set[int] = set()

    def _find_rows(self) -> None:
        match = _SHEET_DATA.search(self._data)
        if match is None:
            raise Malformed("a worksheet without rows")
        self._prefix = match[1]
        self._open = match.span()
        closing = b"</" + self._prefix + b"sheetData>"
        end = self._open[1] if match[2] else self._data.rfind(closing)
        if end < 0:
            raise Malformed("a worksheet that ends among its rows")
        self._body = (self._open[1], end)
        self._tail = end if match[2] else end + len(closing)
        self._row_pattern = _element(self._prefix + b"row")
        self._cell_pattern = _element(self._prefix + b"c")
        self._last_row, self._last_start = self._find_last_row()

    def _find_last_row(self) -> tuple[int, int]:
        start = self._data.rfind(b"<" + self._prefix + b"row", *self._body)
        if start < 0:
            return 0, self._body[1]
        number = attribute(self._data[start : self._data.index(b">", start) + 1], "r")
        return (int(number), start) if number else (-1, start)

    @property
    def prefix(self) -> str:
        """The namespace prefix its elements have, with its colon; most often none."""
        return self._prefix.decode()

    def row(self, number: int) -> SheetRow | None:
        """A row as it now is, None where the sheet has none."""
        if number in self._rows:
            return self._rows[number]
        if number == self._last_row:
            span: tuple[int, int] | None = (self._last_start, self._body[1])
        elif 0 <= self._last_row < number:
            span = None
        else:
            span = self._spans().get(number)
        if span is None:
            return None
        return self._rows.setdefault(number, self._parse_row(number, *span))

    def _spans(self) -> dict[int, tuple[int, int]]:
        if self._index is None:
            self._index, number = {}, 0
            for match in self._row_pattern.finditer(self._data, *self._body):
                number = int(attribute(b"<r" + match[1] + b">", "r") or number + 1)
                self._index[number] = match.span()
        return self._index

    def _parse_row(self, number: int, start: int, end: int) -> SheetRow:
        match = self._row_pattern.match(self._data, start, end)
        if match is None:
            raise Malformed(f"row {number} cannot be read")
        inner = match[2] or b""
        row, column, last = SheetRow(self._row_tag(match[1], number)), 0, 0
        for cell in self._cell_pattern.finditer(inner):
            xml, last = cell[0], cell.end()
            place = _address_of(xml)
            column = column_number(place.rstrip("0123456789")) if place else column + 1
            row.cells[column] = xml if place else with_attribute(xml, "r", address(number, column))
        row.rest = inner[last:].strip()
        return row

    def _row_tag(self, attributes: bytes, number: int) -> bytes:
        tag = b"<" + self._prefix + b"row" + attributes.rstrip()
        return tag if b' r="' in tag else tag + f' r="{number}"'.encode()

    def cell(self, row: int, column: int) -> bytes | None:
        """A cell's XML, None where there is none."""
        found = self.row(row)
        return found.cells.get(column) if found else None

    def put(self, row: int, column: int, xml: bytes | None) -> None:
        """Give a cell other XML, None to take it out. The row must be there, see add_row."""
        found = self.row(row)
        if found is None:
            if xml is None:
                return
            found = self.add_row(row, None)
        if found.cells.get(column) == xml:
            return
        if xml is None:
            del found.cells[column]
        else:
            found.cells[column] = xml
            if column not in _spans_of(found.tag):
                found.tag = _tag(found.tag, "spans", None)
        self._touched.add(row)
        self.changed.add((row, column))

    def add_row(self, number: int, like: SheetRow | None) -> SheetRow:
        """A row, made with another one's attributes where the sheet does not have it yet."""
        found = self.row(number)
        if found is None:
            tag = like.tag if like else b"<" + self._prefix + b"row"
            for name in _OF_ITS_OWN_ROW:
                tag = _tag(tag, name, None)
            if b" customHeight=" not in tag:
                tag = _tag(tag, "ht", None)
            found = self._rows[number] = SheetRow(_tag(tag, "r", str(number)))
            self._touched.add(number)
        return found

    def rows_as_they_lie(self, first: int, last: int) -> tuple[int, bytes] | None:
        """Where rows begin in the part, and their XML; None where any of them was looked at."""
        if any(number in self._rows for number in range(first, last + 1)):
            return None
        start = self._data.find(b'<row r="%d"' % first, *self._body)
        end = self._data.find(b"</row>", self._data.find(b'<row r="%d"' % last, *self._body))
        return (start, self._data[start : end + len(b"</row>")]) if start >= 0 <= end else None

    def replace_rows(self, start: int, was: bytes, now: bytes, changed: set[Cell]) -> None:
        """Put other XML in the place of rows as they lie; no cell comes, goes or moves by that."""
        self._data = self._data[:start] + now + self._data[start + len(was) :]
        self._find_rows()
        self._index = None
        self._is_replaced = True
        self.changed |= changed

    def set_row_attributes(self, number: int, values: dict[str, str | None]) -> None:
        """Set attributes of a row that is there, None to take one out."""
        row = self.row(number)
        if row is None:
            return
        tag = row.tag
        for name, value in values.items():
            tag = _tag(tag, name, value)
        if tag != row.tag:
            row.tag = tag
            self._touched.add(number)

    def row_attribute(self, number: int, name: str) -> str | None:
        """An attribute of a row, None where it has none."""
        row = self.row(number)
        return attribute(row.tag + b">", name) if row else None

    def rows_between(self, first: int, last: int) -> Iterable[int]:
        """The rows there are from one to another."""
        if 0 <= self._last_row < first:
            return (number for number in sorted(self._rows) if first <= number <= last)
        known = self._spans().keys() | self._rows.keys()
        return (number for number in range(first, last + 1) if number in known)

    def formula(self, row: int, column: int) -> str | None:
        """What a cell calculates, without the equals sign; None where it holds no formula."""
        xml = self.cell(row, column)
        text = formula_text(xml)
        index = shared_index(xml)
        if text or index is None:
            return text
        spelt, (from_row, from_column) = self._shared_formulas()[index]
        return shifted(spelt, row - from_row, column - from_column)

    def unshare(self, indices: set[str]) -> None:
        """Spell out shared formulas in each of their cells, so that any can be changed."""
        if not indices:
            return
        for number in self._spans():
            row = self.row(number)
            for column, xml in list(row.cells.items() if row else ()):
                if row and shared_index(xml) in indices:
                    text = self.formula(number, column)
                    row.cells[column] = with_formula(xml, text or "")
                    self._touched.add(number)

    def _shared_formulas(self) -> dict[str, tuple[str, tuple[int, int]]]:
        """Each shared formula, from the cell in the file that spells it out."""
        if self._shared is None:
            self._shared = {}
            for number, span in self._spans().items():
                for column, xml in self._parse_row(number, *span).cells.items():
                    index, text = shared_index(xml), formula_text(xml)
                    if index is not None and text:
                        self._shared.setdefault(index, (text, (number, column)))
        return self._shared

    @property
    def is_changed(self) -> bool:
        """Whether the part is to be written anew."""
        return bool(self._touched) or self._shell_changed or self._is_replaced

    def rows_with(self, text: bytes) -> list[int]:
        """The rows whose XML holds a text, in capitals or not, and all that were touched."""
        data, text = self._lowered(), text.lower()
        if data.find(text, *self._body) < 0:
            return sorted(self._touched)
        found = {n for n, span in self._spans().items() if data.find(text, *span) >= 0}
        return sorted(found | self._touched)

    def rows_with_formula(self, text: bytes) -> list[int]:
        """The same of rows that calculate: a long sheet where none does is not looked through."""
        return self.rows_with(text) if self.had_formulas else sorted(self._touched)

    def mentions(self, text: bytes) -> bool:
        """Whether a text stands in the file's formulas or rules, in capitals or not."""
        around = self._data[: self._open[0]] + self._data[self._tail :]
        return text.lower() in (self._lowered() if self.had_formulas else around.lower())

    def _lowered(self) -> bytes:
        """The file's part in small letters, kept unless it is long: it is asked for again."""
        if self._in_small is None or self._in_small[0] is not self._data:
            lowered = self._data.lower()
            if len(lowered) > _LONG:
                return lowered
            self._in_small = self._data, lowered
        return self._in_small[1]

    @property
    def has_formulas(self) -> bool:
        """Whether any cell calculates, or was written anew."""
        return bool(self._touched) or self.had_formulas

    @cached_property
    def had_formulas(self) -> bool:
        """Whether any cell of the file calculated."""
        return self._data.find(b"f>", *self._body) >= 0

    def shared_cells(self) -> Iterator[tuple[int, int, bytes]]:
        """Row, column and XML of the cells that share a formula."""
        for number in self._spans() if self.has_shared_formulas else ():
            row = self.row(number)
            for column, xml in row.cells.items() if row else ():
                if shared_index(xml) is not None:
                    yield number, column, xml

    @property
    def has_shared_formulas(self) -> bool:
        """Whether any cell shares another's formula."""
        return self._data.find(b't="shared"', *self._body) >= 0

    @property
    def shell(self) -> Element:
        """The part's XML without its rows."""
        if self._shell is None:
            data = self._data
            empty = b"<" + self._prefix + b"sheetData/>"
            self._shell = parse(data[: self._open[0]] + empty + data[self._tail :])
        return self._shell

    def shell_changed(self) -> None:
        """Say that the shell is to be written anew."""
        self._shell_changed = True

    @property
    def merged(self) -> list[Area]:
        """Its merged cells."""
        found = self.shell.iterfind("{*}mergeCells/{*}mergeCell")
        return [area for cell in found if (area := Area.parse(cell.get("ref")))]

    def to_bytes(self) -> bytes:
        """The part with its changes; its own bytes where nothing changed."""
        return self.to_pieces().joined

    def to_pieces(self) -> Pieces:
        """The same, rows that were not touched as they lie in the file."""
        if not self.is_changed:
            return Pieces([self._original])
        head, tail = self._around()
        name = self._prefix + b"sheetData>"
        return Pieces((head, b"<", name, *self._pieces(), b"</", name, tail))

    def written_anew(self) -> bytes:
        """The part without the rows that stayed as they lie in the file."""
        if self._is_replaced:
            return self.to_bytes()
        head, tail = self._around()
        name = self._prefix + b"sheetData>"
        rows = (self._rows[n].to_bytes(self._prefix) for n in sorted(self._touched))
        return b"".join((head, b"<", name, *rows, b"</", name, tail))

    def _around(self) -> tuple[bytes, bytes]:
        if not self._shell_changed:
            return self._data[: self._open[0]], self._data[self._tail :]
        data = serialise(self.shell, self._data)
        match = _SHEET_DATA.search(data)
        if match is None:
            raise Malformed("a worksheet without rows")
        return data[: match.start()], data[match.end() :]

    def _pieces(self) -> Iterator[bytes | memoryview]:
        """The rows, those that were not touched as they lie in the file."""
        data, (start, end) = memoryview(self._data), self._body
        written = {n: self._rows[n].to_bytes(self._prefix) for n in sorted(self._touched)}
        if not written or min(written) >= self._last_row >= 0:
            yield data[start : self._last_start if self._last_row in written else end]
            yield from written.values()
            return
        spans = self._spans()
        for number in sorted(spans.keys() | written.keys()):
            yield written[number] if number in written else data[slice(*spans[number])]


def _element(name: bytes) -> re.Pattern[bytes]:
    """An element, its attributes and what is in it, in which no element of its name begins."""
    inner = rb"([^<]*+(?:<(?!/?" + name + rb"\b)[^<]*+)*)"
    return re.compile(rb"<" + name + rb"\b([^<>]*?)(?:/>|>" + inner + rb"</" + name + rb">)")


def _tag(tag: bytes, name: str, value: str | None) -> bytes:
    return with_attribute(tag + b">", name, value)[:-1]


def _address_of(cell: bytes) -> str | None:
    """The address a cell gives, which nearly every writer puts first."""
    if cell.startswith(_CELL_BEGINS):
        return cell[len(_CELL_BEGINS) : cell.index(b'"', len(_CELL_BEGINS))].decode()
    return attribute(cell, "r")


@lru_cache(maxsize=256)
def _spans_of(tag: bytes) -> range:
    """The columns a row says it spans; all of them where it says nothing."""
    spans = attribute(tag + b">", "spans")
    if not spans:
        return range(1, 16_385)
    first, _, last = spans.split()[0].partition(":")
    return range(int(first), int(last or first) + 1)
