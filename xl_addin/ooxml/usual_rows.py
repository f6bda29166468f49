"""Rows of a worksheet part in the form nearly every writer gives them, taken a row at a time.

Every byte of a row is accounted for: the tag of the row, the address of each cell, and what stands
behind the address, which is taken apart once, however often it comes. So rows that were read here
are known to be well-formed; a row in any other form is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from xl_addin.ooxml.area import Area, column_number
from xl_addin.ooxml.markup import refuse_broken

Value = TypeVar("Value")
Row = list[Value | None] | tuple[Value | None, ...]

_CONTENT = (
    rb'(?: s="(\d+)")?(?: t="(\w+)")?(?: cm="\d+")?(?: vm="\d+")?'
    rb'(?:/>|>(<f(?: [\w:]+="[^"<>]*")*+(?:/>|>[^<]*</f>))?'
    rb"(?:<v>([^<]*)</v>|<v/>|"
    rb'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"' + _CONTENT)
"""A cell as nearly every writer writes it: letters, row, style, type, formula, value, text."""
_BEHIND_ADDRESS = re.compile(_CONTENT)
_NOT_PLAIN = re.compile(
    rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]|\]\]>|&(?!(?:amp|lt|gt|quot|apos);)"
)
"""What XML forbids in a text, and what stands for another character by its number."""
_TAG = rb'<row r="(\d{1,7})"(?: [\w:.-]+="[^"<>&]*")*+'
_TAGS = re.compile(rb"(?:" + _TAG.replace(b"(", b"(?:", 1) + rb"/>)*+(?:" + _TAG + rb">)?")
_ADDRESS = re.compile(rb'([A-Z]{1,3})(\d+)"')
_ROW_BEGINS, _ROW_ENDS, _CELL_BEGINS = b'<row r="', b"</row>", b'<c r="'
_MOST_KEPT = 1 << 17


class Odd(Exception):
    """These rows are in another form."""


class Decoded(dict[bytes, Value]):
    """What cells hold, by all that stands behind their address; each taken apart once.

    ``decode`` is given style, type, formula, value and text as stored, each time anew where it
    makes ``unkept`` of them. Raises Odd for another form, and what ``decode`` raises.
    """

    def __init__(self, decode: Callable[..., Value], unkept: Value) -> None:
        super().__init__()
        self._decode = decode
        self._unkept = unkept

    def __missing__(self, content: bytes) -> Value:
        match = _BEHIND_ADDRESS.fullmatch(content)
        if match is None or _NOT_PLAIN.search(content):
            raise Odd
        content.decode()
        if len(self) > _MOST_KEPT:
            self.clear()
        value = self._decode(*match.groups(b""))
        if value is not self._unkept:
            self[content] = value
        return value


@dataclass(slots=True)
class _Wanted(Generic[Value]):
    """An area of a sheet, its rows so far, and what a row is that nothing was put into."""

    first_row: int
    last_row: int
    columns: tuple[int, ...]
    blank: tuple[None, ...]
    grid: list[Row[Value]]

    @classmethod
    def of(cls, area: Area) -> _Wanted[Value]:
        blank = (None,) * area.width
        grid: list[Row[Value]] = [blank] * area.height
        return cls(area.first_row, area.last_row, (*area.columns,), blank, grid)

    def put(self, number: int, columns: tuple[int, ...], values: list[Value]) -> None:
        """Put cells of a row of the sheet into it, as far as they stand in it."""
        at = number - self.first_row
        if columns == self.columns and self.grid[at] is self.blank:
            self.grid[at] = tuple(values)
            return
        row = self.grid[at] = list(self.grid[at])
        for column, value in zip(columns, values, strict=True):
            if 0 <= column - self.columns[0] < len(row):
                row[column - self.columns[0]] = value


class UsualRows(Generic[Value]):
    """Puts the rows of a sheet into grids, one for each area, which begin blank."""

    def __init__(self, areas: Sequence[Area], decoded: Decoded[Value]) -> None:
        self._decoded = decoded
        self._wanted: list[_Wanted[Value]] = [_Wanted.of(area) for area in areas]
        self._tags: set[bytes] = set()
        self._forms: dict[int, tuple[bytes, tuple[int, ...]]] = {}

    @property
    def grids(self) -> list[list[Row[Value]]]:
        """What the areas hold by now."""
        return [wanted.grid for wanted in self._wanted]

    def take(self, block: bytes) -> None:
        """Take whole rows in. Raises Odd where one is in another form: some may be taken then."""
        decoded, forms, tags, skip = self._decoded, self._forms, self._tags, len(_ROW_BEGINS)
        *rows, rest = block.split(_ROW_ENDS)
        for row in rows:
            tag, *cells = row.split(_CELL_BEGINS)
            end = tag.find(b'"', skip)
            number = tag[skip:end]
            if tag[end:] not in tags or not (tag.startswith(_ROW_BEGINS) and number.isdigit()):
                number = self._number(tag, number)
            behind = len(number) + 2
            form, columns = forms.get(len(cells), (b"", ()))
            if b"".join([c[:behind] for c in cells]) != form.replace(b"#", number + b'"'):
                columns, cells = self._taken_apart(number, cells)
                behind = 0
            self._put(int(number), columns, [decoded[cell[behind:]] for cell in cells])
        if rest and _opened_by(rest):
            raise Odd

    def _number(self, tag: bytes, first: bytes) -> bytes:
        """The number of the row that a tag opens; blank rows may stand before it."""
        number = _opened_by(tag)
        if not number:
            raise Odd
        if number == first and tag.count(b"<") == 1:
            self._tags.add(tag[len(_ROW_BEGINS) + len(first) :])
        return number

    def _put(self, number: int, columns: tuple[int, ...], values: list[Value]) -> None:
        for wanted in self._wanted:
            if wanted.first_row <= number <= wanted.last_row:
                wanted.put(number, columns, values)

    def _taken_apart(
        self, number: bytes, cells: Sequence[bytes]
    ) -> tuple[tuple[int, ...], list[bytes]]:
        """The columns of a row's cells, and what stands behind their addresses."""
        found = [_ADDRESS.match(cell) for cell in cells]
        if any(match is None or match[2] != number for match in found):
            raise Odd
        letters = [match[1] for match in found if match]
        columns = tuple(column_number(letter.decode()) for letter in letters)
        if all(len(letter) == 1 for letter in letters):
            self._forms[len(cells)] = b"".join(letter + b"#" for letter in letters), columns
        return columns, [c[m.end() :] for c, m in zip(cells, found, strict=True) if m]


def _opened_by(tags: bytes) -> bytes:
    """The number of the row that is left open behind some tags of rows; blank where none is.

    Raises Odd where they are anything else.
    """
    match = _TAGS.fullmatch(tags)
    if match is None:
        raise Odd
    refuse_broken(b"<w>" + tags + (b"</row></w>" if match[1] else b"</w>"))
    return match[1] or b""
