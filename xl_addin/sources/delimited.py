"""Text files: comma, semicolon or tab separated, in the encodings that Excel writes.

A file is read line by line: neither a long file nor a long line is ever whole in memory as text.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from xl_addin.limits import Limits
from xl_addin.sources.sheet import Rows, SourceSheet, refuse_cells, refuse_rows, refused, too_large
from xl_addin.table import CellValue

_DELIMITERS = (",", ";", "\t")
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_ROWS_LOOKED_AT = 200
_LONGEST_CELL = 1_000_000
_LONGEST_LINE = 10_000_000
_STEP = 1 << 20

_Lines = Callable[[], Iterator[str]]
"""The lines of a file, from the first on each time they are asked for."""


def list_sheets(file: str, data: bytes, limits: Limits) -> tuple[SourceSheet, ...]:
    """The one sheet that a text file is. Raises ReturnRefused for what is not text."""
    encoding = _encoding(file, data)
    lines = partial(_lines, file, data, encoding)
    return (SourceSheet("", True, partial(_rows, file, lines, limits)),)


def _encoding(file: str, data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            encodings: tuple[str, ...] = (encoding,)
            break
    else:
        encodings = ("utf-8", "cp1252")
    for encoding in encodings:
        if _is_text(file, data, encoding):
            return encoding
    remedy = "Save it again, as “CSV UTF-8” in Excel."
    raise refused(file, "Its letters cannot be read.", remedy)


def _is_text(file: str, data: bytes, encoding: str) -> bool:
    """Whether the letters of a file are all of an encoding. Raises ReturnRefused for no text."""
    decode = codecs.getincrementaldecoder(encoding)().decode
    view, beginning = memoryview(data), ""
    try:
        for start in range(0, len(data), _STEP):
            text = decode(view[start : start + _STEP], start + _STEP >= len(data))
            beginning = beginning or text.lstrip()[:1]
            if "\0" in text or beginning == "<":
                raise refused(
                    file,
                    "It is not a text file of rows and columns.",
                    "Open it in Excel, save it as .xlsx or CSV and try again.",
                )
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: str, data: bytes, encoding: str) -> Iterator[str]:
    """The lines of a file. Raises ReturnRefused for one that never ends."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    while line := text.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise too_large(file, f"it has a line of more than {_LONGEST_LINE:,} characters")
        yield line


def _rows(file: str, lines: _Lines, limits: Limits) -> Rows:
    first = next(lines(), "")
    says_how = first[:4].lower() == "sep="
    skipped = 1 if says_how else 0
    delimiter = first.strip()[4:5] if says_how else ""
    delimiter = delimiter or _delimiter(partial(_after, lines, skipped))
    rows = csv.reader(_after(lines, skipped), delimiter=delimiter, strict=True)
    longest = csv.field_size_limit(_LONGEST_CELL)
    try:
        return tuple(_counted(file, rows, limits))
    except csv.Error:
        raise refused(
            file,
            f"A quotation mark is opened and not closed near line {rows.line_num}.",
            'Correct it; a quotation mark inside a quoted cell is written twice ("").',
        ) from None
    finally:
        csv.field_size_limit(longest)


def _after(lines: _Lines, skipped: int) -> Iterator[str]:
    return islice(lines(), skipped, None)


def _counted(
    file: str, rows: Iterator[list[str]], limits: Limits
) -> Iterator[tuple[CellValue, ...]]:
    """The rows, as long as there are not too many of them. Raises ReturnRefused."""
    filled = cells = 0
    for row in rows:
        found = tuple(cell or None for cell in row)
        filled += any(found)
        cells += max(1, len(found))
        refuse_rows(file, filled, limits)
        refuse_cells(file, cells, limits)
        yield found


def _delimiter(lines: _Lines) -> str:
    """The delimiter that cuts the most rows into the same number of cells."""
    return max(_DELIMITERS, key=lambda delimiter: _regularity(lines(), delimiter))


def _regularity(lines: Iterator[str], delimiter: str) -> int:
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        widths = Counter(len(row) for row in islice(rows, _ROWS_LOOKED_AT))
    except csv.Error:
        return 0
    return max(((width - 1) * times for width, times in widths.items() if width), default=0)
