"""Every cell of a worksheet part, bit by bit: a part of any size takes the same memory.

Nearly every writer gives cells the same form, which one expression reads, some rows at a time;
from the first rows in any other form on, a parser reads the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import IO
from xml.parsers.expat import ParserCreate

from xl_addin.ooxml.area import LAST_COLUMN, LAST_ROW, column_number
from xl_addin.ooxml.markup import Malformed, entities, local, refuse_document_type
from xl_addin.ooxml.sheet_values import count_cells
from xl_addin.ooxml.usual_form import is_usual
from xl_addin.ooxml.usual_rows import CELL
from xl_addin.ooxml.zip_limits import TooLarge
from xl_addin.patterns import pattern
from xl_addin.values import value_type

StoredCell = tuple[int, int, bytes, bytes, bool, bytes, bytes]
"""A cell that holds something: row and column from 1, then what the part stores of it.

That is its style, its type, whether it has a formula, its value, and the text of its own (of the
type inlineStr); the last two with entities.
"""

_STEP, _OVERLAP = 1 << 18, 200
_LONGEST = 1 << 20
"""Bytes in which the rows begin, and in which a row ends, where the fast way is taken."""

_ROW_OR_CELL = pattern(rb'<row r="(\d{1,7})"(?=[ />])[^<>]*>|' + CELL.pattern)
_SHEET_DATA = pattern(rb"<sheetData(?: [^<>]*)?(?<!/)>")
_END_OF_ROW, _END_OF_DATA = b"</row>", b"</sheetData>"


def is_usually_spelt(stream: IO[bytes]) -> bool:
    """Whether a part has the form nearly every writer gives it. Raises NotXml and Malformed."""
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_document_type
    before, usual = b"", True
    while piece := stream.read(_STEP):
        parser.Parse(piece, False)
        usual = usual and is_usual(before + piece)
        before = piece[-_OVERLAP:]
    parser.Parse(b"", True)
    return usual


@value_type(frozen=False)
class RowsMet:
    """How many rows the sheets of a file have had, blank ones too, and how many they may have."""

    most: int = 2 * LAST_ROW
    count: int = 0

    def one_more(self) -> None:
        """Count a row. Raises TooLarge."""
        self.count += 1
        if self.count > self.most:
            raise TooLarge(f"its sheets have more than {self.most:,} rows, blank ones included")


def stored_cells(
    stream: IO[bytes], usual: bool, met: RowsMet | None = None
) -> Iterator[StoredCell]:
    """The cells of a worksheet part that hold something, in the order of the part.

    ``usual`` is what is_usually_spelt says of it, ``met`` counts the rows of all sheets of a
    file. Raises NotXml, TooLarge, and Malformed for a cell outside its row or the sheet.
    """
    head, rest = _head(stream) if usual else (b"", b"")
    at = _Position(met or RowsMet())
    for block, behind in _blocks(stream, rest) if head else ():
        found = _ROW_OR_CELL.findall(block)
        is_last = behind.startswith(_END_OF_DATA)
        if not (block or is_last) or _is_odd(block, len(found)):
            rest = block + behind
            break
        yield from _cells_of(found, at)
        if is_last:
            return
    yield from _ParsedCells(at).read((head, rest), stream)


def _head(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """What stands before the rows, and what has been read behind it; blank, if it is not found."""
    data = b""
    while len(data) < _LONGEST and (piece := stream.read(_STEP)):
        data += piece
        if match := _SHEET_DATA.search(data):
            return data[: match.end()], data[match.end() :]
    return b"", data


def _blocks(stream: IO[bytes], data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Whole rows, some at a time, and what has been read behind them.

    A blank block that is not the last says that the next row is too long to be read whole.
    """
    while True:
        end = data.find(_END_OF_DATA)
        if end < 0:
            end = data.rfind(_END_OF_ROW) + len(_END_OF_ROW) if _END_OF_ROW in data else 0
        piece = stream.read(_STEP)
        if end or not piece or len(data) > _LONGEST or data.startswith(_END_OF_DATA):
            yield data[:end], data[end:] + piece
            data = data[end:]
        data += piece


def _is_odd(block: bytes, found: int) -> bool:
    """Whether rows hold more than was found in them, or line ends that a parser would change."""
    return found != count_cells(block) + block.count(b"<row") or b"\r" in block


class _Position:
    """Where in a sheet the reading is. Raises Malformed outside it."""

    def __init__(self, met: RowsMet) -> None:
        self.row = self._rows = 0
        self._met = met

    def next_row(self, number: int) -> None:
        """A row begins."""
        self._rows += 1
        self._met.one_more()
        if not 0 < number <= LAST_ROW >= self._rows:
            raise Malformed("more rows than a sheet has")
        self.row = number


@cache
def _column_of(letters: bytes) -> int:
    """The number of a column. Raises Malformed for one that no sheet has."""
    column = column_number(letters.decode()) if len(letters) <= 3 else 0
    if not 0 < column <= LAST_COLUMN:
        raise Malformed("more columns than a sheet has")
    return column


def _cells_of(found: list[tuple[bytes, ...]], at: _Position) -> Iterator[StoredCell]:
    row, number = b"", at.row
    for opened, letters, stands_in, style, kind, formula, stored, text in found:
        if opened:
            row, number = opened, int(opened)
            at.next_row(number)
        elif stands_in != row:
            raise Malformed("a cell stands outside its row")
        elif formula or stored or text:
            yield number, _column_of(letters), style, kind, bool(formula), stored, text


class _ParsedCells:
    """The cells of a part as a parser finds them, whatever their form.

    Names are local: without the prefix that each writer chooses for itself.
    """

    def __init__(self, at: _Position) -> None:
        self._at = at
        self._row_is_known = self._reads_aloud = self._is_formula = self._holds = False
        self._style = self._kind = ""
        self._column = self._extended = 0
        self._into: list[str] | None = None
        self._stored: list[str] = []
        self._text: list[str] = []
        self._found: list[StoredCell] = []

    def read(self, begun: tuple[bytes, bytes], stream: IO[bytes]) -> Iterator[StoredCell]:
        """The cells of a part of which ``begun`` has been read before. Raises NotXml."""
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self._said
        for piece in (*begun, *iter(lambda: stream.read(_STEP), b"")):
            parser.Parse(piece, False)
            yield from self._found
            self._found.clear()

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if self._extended or name == "extLst":  # what only its own program knows is no cell
            self._extended += 1
        elif name == "row":
            self._row_is_known = "r" in attributes
            self._at.next_row(int(attributes.get("r", self._at.row + 1)))
            self._column = 0
        elif name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "f", "is"):
            self._holds = True
            self._is_formula |= name == "f"
            self._into = self._stored if name == "v" else None
        elif name == "t" and not self._reads_aloud:
            self._into = self._text
        elif name == "rPh":
            self._reads_aloud = True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "")
        letters = place.rstrip("0123456789")
        if letters and int(place[len(letters) :]) != self._at.row:
            if self._row_is_known:
                raise Malformed("a cell stands outside its row")
            self._at.next_row(int(place[len(letters) :]))
        self._column = _column_of(letters.encode()) if letters else self._column + 1
        self._style, self._kind = attributes.get("s", ""), attributes.get("t", "")
        self._holds = self._is_formula = False
        self._stored, self._text = [], []

    def _said(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _ended(self, tag: str) -> None:
        name = local(tag)
        if self._extended:
            self._extended -= 1
        elif name in ("v", "t"):
            self._into = None
        elif name == "rPh":
            self._reads_aloud = False
        elif name == "c" and self._holds:
            stored, text = "".join(self._stored), "".join(self._text)
            if self._kind not in ("str", "e"):
                stored = stored.strip()
            kept = (entities(stored).encode(), entities(text).encode())
            style = (self._style.encode(), self._kind.encode(), self._is_formula)
            self._found.append((self._at.row, self._column, *style, *kept))
            self._holds = False
