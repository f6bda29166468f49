"""Text files: comma, semicolon or tab separated, in the encodings that Excel writes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice

from xl_addin.limits import LARGEST_TEXT_FILE, MEGABYTE, MOST_RETURN_ROWS
from xl_addin.sources.sheet import Rows, SourceSheet, refused, too_large

_DELIMITERS = (",", ";", "\t")
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_ROWS_LOOKED_AT = 200
_LONGEST_CELL = 1_000_000


def list_sheets(file: str, data: bytes) -> tuple[SourceSheet, ...]:
    """The one sheet that a text file is. Raises ReturnRefused for what is not text."""
    if len(data) > LARGEST_TEXT_FILE:
        raise too_large(file, f"it has {len(data) // MEGABYTE:,} MB")
    text = _decoded(file, data)
    if "\0" in text or text.lstrip()[:1] == "<":
        raise refused(
            file,
            "It is not a text file of rows and columns.",
            "Open it in Excel, save it as .xlsx or CSV and try again.",
        )
    return (SourceSheet("", True, lambda: _rows(file, text)),)


def _decoded(file: str, data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _decoded_as(file, data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded_as(file, data, "cp1252")


def _decoded_as(file: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        remedy = "Save it again, as “CSV UTF-8” in Excel."
        raise refused(file, "Its letters cannot be read.", remedy) from None


def _rows(file: str, text: str) -> Rows:
    first, rest = text.split("\n", 1) if text[:4].lower() == "sep=" else ("", text)
    delimiter = first.strip()[4:5] or _delimiter(rest)
    rows = csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter, strict=True)
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        found = tuple(tuple(cell or None for cell in row) for row in islice(rows, MOST_RETURN_ROWS))
        if len(found) == MOST_RETURN_ROWS:
            raise too_large(file, f"it has more than {MOST_RETURN_ROWS:,} rows")
        return found
    except csv.Error:
        raise refused(
            file,
            f"A quotation mark is opened and not closed near line {rows.line_num}.",
            'Correct it; a quotation mark inside a quoted cell is written twice ("").',
        ) from None
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most rows into the same number of cells."""
    return max(_DELIMITERS, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> int:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(row) for row in islice(rows, _ROWS_LOOKED_AT))
    except csv.Error:
        return 0
    return max(((width - 1) * times for width, times in widths.items() if width), default=0)
