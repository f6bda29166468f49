"""How high a row must be for its text. Excel fits rows on opening; other readers do not.

A height is written without ``customHeight``, so Excel fits the row again once it is edited.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable

from xl_addin.excel.file.cells import style_of
from xl_addin.excel.file.sheet import Sheet
from xl_addin.excel.file.workbook import WorkbookFile

LEAST_HEIGHT = 15.0
"""Of a row, in points: Excel's own."""

_LINE_HEIGHT = 1.3
_CHARACTER_WIDTH = 0.44
_PADDING_ACROSS = 8
_PADDING_DOWN = 4.0
_PIXELS_PER_POINT = 96 / 72
_PIXELS_PER_WIDTH = 7
_USUAL_WIDTH = 64


def fitted_height(cells: Iterable[tuple[str, int, float]]) -> float:
    """The height of a row in points, given each text, its width in pixels and its font's points.

    Text that does not wrap, and a blank cell, count as one line: give "". The width of text is
    estimated from the average character of Calibri, a little generously.

    >>> fitted_height([("MASH", 112, 12), ("Number of contacts received " * 4, 356, 12)])
    51.0
    """
    needed = (lines(text, width, size) * size * _LINE_HEIGHT for text, width, size in cells)
    return max(LEAST_HEIGHT, math.ceil(max(needed, default=0.0) + _PADDING_DOWN) * 1.0)


def lines(text: str, width: int, size: float) -> int:
    """How many lines a text takes when wrapped at words.

    >>> lines("Not updated pending data accuracy work", 84, 11), lines("", 84, 11)
    (5, 1)
    """
    across = int((width - _PADDING_ACROSS) / (size * _PIXELS_PER_POINT * _CHARACTER_WIDTH))
    paragraphs = (textwrap.wrap(line, max(across, 1)) for line in text.split("\n"))
    return sum(max(len(wrapped), 1) for wrapped in paragraphs)


def fit_rows(book: WorkbookFile) -> None:
    """Give each row whose text changed, and wraps, the height it needs if it has none."""
    for sheet in book.sheets_touched.values():
        rows = sorted(sheet.text_changed)
        if rows and (_wraps(book, sheet, rows[0]) or _wraps(book, sheet, rows[-1])):
            widths = _widths(sheet)
            for row in rows:
                _fit(book, sheet, row, widths)


def _wraps(book: WorkbookFile, sheet: Sheet, number: int) -> bool:
    row = sheet.row(number)
    cells = row.cells.values() if row else ()
    return any(book.styles.text(style_of(xml))[1] for xml in cells)


def _fit(book: WorkbookFile, sheet: Sheet, number: int, widths: dict[int, int]) -> None:
    row = sheet.row(number)
    if row is None or sheet.row_attribute(number, "ht") or not _wraps(book, sheet, number):
        return
    texts = []
    for column, xml in row.cells.items():
        size, wraps = book.styles.text(style_of(xml))
        value = book.value_in(sheet, number, column) if wraps else ""
        text = value if isinstance(value, str) else ""
        texts.append((text, widths.get(column, _USUAL_WIDTH), size))
    sheet.set_row_attributes(number, {"ht": f"{fitted_height(texts):g}"})


def _widths(sheet: Sheet) -> dict[int, int]:
    """The width of each column that has one of its own, in pixels."""
    found: dict[int, int] = {}
    for columns in sheet.shell.iterfind("{*}cols/{*}col"):
        if width := columns.get("width"):
            first, last = int(columns.get("min", 1)), int(columns.get("max", 1))
            pixels = round(float(width) * _PIXELS_PER_WIDTH)
            found |= dict.fromkeys(range(first, min(last, first + 500) + 1), pixels)
    return found
