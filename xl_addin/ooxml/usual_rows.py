"""Rows of a worksheet part in the form nearly every writer gives them, taken a row at a time.

Every byte of a row is accounted for: the tag of the row, the address of each cell, and what stands
behind the address, which is taken apart once, however often it comes. So rows that were read here
are known to be well-formed; a row in any other form is left to others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from xl_addin.ooxml.area import Area, column_number
from xl_addin.ooxml.markup import refuse_broken
from xl_addin.patterns import pattern
from xl_addin.values import value_type

Value = TypeVar("Value")
Row = list[Value | None] | tuple[Value | None, ...]

_CONTENT = (
    rb'(?: s="(\d+)")?(?: t="(\w+)")?(?: cm="\d+")?(?: vm="\d+")?'
    rb'(?:/>|>(<f(?: [\w:]+="[^"<>]*")*(?:/>|>[^<]*</f>))?'
    rb"(?:<v>([^<]*)</v>|<v/>|"
    rb'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
CELL = pattern(rb'<c r="([A-Z]{1,3})(\d+)"' + _CONTENT)
"""A cell as nearly every writer writes it: letters, row, style, type, formula, value, text."""
_BEHIND_ADDRESS = pattern(_CONTENT)
_NOT_PLAIN = pattern(
    rb"[\x00-\x08\x0b-\x1f\xef&](?:(?<=[\x00-\x1f])|(?<=\xef)\xbf[\xbe\xbf]"
    rb"|(?<=&)(?!(?:amp|lt|gt|quot|apos);))"
)
"""What XML forbids in a text, and what stands for another character by its number.

It begins with a class, so that what is plain is passed over at once; brackets are not in it, which
formulas are full of.
"""
_END_OF_CDATA = b"]]>"
_TAG = rb'<row r="(\d{1,7})"(?: [\w:.-]+="[^"<>&]*")*'
_TAGS = pattern(rb"(?:" + _TAG.replace(b"(", b"(?:", 1) + rb"/>)*(?:" + _TAG + rb">)?")
_ADDRESS = pattern(rb'([A-Z]{1,3})(\d+)"')
_ROW_BEGINS, _ROW_ENDS, _CELL_BEGINS = b'<row r="', b"</row>", b'<c r="'
_MOST_KEPT = 1 << 15


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
        if match is None or _END_OF_CDATA in content or _NOT_PLAIN.search(content):
            raise Odd
        content.decode()
        value = self._decode(*match.groups(b""))
        if value is not self._unkept:
            _keep(self, content, value)
        return value


def _keep(kept: dict[bytes, Value], key: bytes, value: Value) -> None:
    if len(kept) > _MOST_KEPT:
        kept.clear()
    kept[key] = value


@value_type(frozen=False)
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


class _Behind(dict[bytes, Value]):
    """Decoded, by what stands between two addresses of a row: it ends as the next cell begins."""

    def __init__(self, decoded: Decoded[Value], ending: bytes) -> None:
        super().__init__()
        self._decoded = decoded
        self._ending = ending

    def __missing__(self, piece: bytes) -> Value:
        if not piece.endswith(self._ending):
            raise KeyError(piece)
        content = piece.removesuffix(self._ending)
        value = self._decoded[content]
        if content in self._decoded:
            _keep(self, piece, value)
        return value


class _Form(Generic[Value]):
    """Rows that hold cells of the same columns, to be read from between the numbers in them.

    The number of a row stands in its tag and in the address of each cell. What is left when the
    row is taken apart there are few pieces, which come again in row after row.
    """

    def __init__(self, letters: tuple[bytes, ...], decoded: Decoded[Value]) -> None:
        self.columns = tuple(column_number(letter.decode()) for letter in letters)
        self.tags: set[bytes] = set()
        endings = [*(_CELL_BEGINS + letter for letter in letters[1:]), b""]
        self._cells = [_Behind(decoded, ending) for ending in endings]

    def values(self, pieces: list[bytes]) -> list[Value] | None:
        """The cells of such a row; None for another."""
        if pieces[0] != _ROW_BEGINS or pieces[1] not in self.tags:
            return None
        try:
            return [c[p] for c, p in zip(self._cells, pieces[2:], strict=True)]
        except (KeyError, ValueError, Odd):  # as where a style, too, is the number of the row
            return None


class UsualRows(Generic[Value]):
    """Puts the rows of a sheet into grids, one for each area, which begin blank."""

    def __init__(self, areas: Sequence[Area], decoded: Decoded[Value]) -> None:
        self._decoded = decoded
        self._wanted: list[_Wanted[Value]] = [_Wanted.of(area) for area in areas]
        self._forms: dict[tuple[bytes, ...], _Form[Value]] = {}
        self._last_form: _Form[Value] = _Form((), decoded)

    @property
    def grids(self) -> list[list[Row[Value]]]:
        """What the areas hold by now."""
        return [wanted.grid for wanted in self._wanted]

    def take(self, block: bytes) -> None:
        """Take whole rows in. Raises Odd where one is in another form: some may be taken then."""
        number = 0
        *rows, rest = block.split(_ROW_ENDS)
        for row in rows:
            number += 1
            pieces = row.split(b'%d"' % number)
            if (values := self._last_form.values(pieces)) is None:
                number, values = self._taken_apart(row)
            for wanted in self._wanted:
                if wanted.first_row <= number <= wanted.last_row:
                    wanted.put(number, self._last_form.columns, values)
        if rest and _opened_by(rest):
            raise Odd

    def _taken_apart(self, row: bytes) -> tuple[int, list[Value]]:
        """The number of a row, and its cells; its form is that of the row before from now on."""
        tag, *cells = row.split(_CELL_BEGINS)
        number = _opened_by(tag)
        found = [match for cell in cells if (match := _ADDRESS.match(cell))]
        if not number or [match[2] for match in found] != [number] * len(cells):
            raise Odd
        letters = tuple(match[1] for match in found)
        form = self._forms.get(letters) or _Form(letters, self._decoded)
        self._last_form = self._forms[letters] = form
        if tag.count(b"<") == 1:
            begins = b"".join((_ROW_BEGINS, number, b'"'))
            form.tags.add(tag.removeprefix(begins) + b"".join((_CELL_BEGINS, *letters[:1])))
        values = [self._decoded[c[m.end() :]] for c, m in zip(cells, found, strict=True)]
        return int(number), values


def _opened_by(tags: bytes) -> bytes:
    """The number of the row that is left open behind some tags of rows; blank where none is.

    Raises Odd where they are anything else.
    """
    match = _TAGS.fullmatch(tags)
    if match is None:
        raise Odd
    refuse_broken(b"<w>" + tags + (b"</row></w>" if match[1] else b"</w>"))
    return match[1] or b""
