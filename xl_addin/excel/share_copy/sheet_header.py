"""What stands above the table of every sheet of a share copy, and how its cells are written."""

from __future__ import annotations

from typing import Any

from xl_addin.excel.template import style
from xl_addin.excel.template.parts import title_size
from xl_addin.excel.template.style import Looks
from xl_addin.ooxml.row_heights import wrapped
from xl_addin.values import value_type

PURPOSE_SIZE = style.PURPOSE["font_size"]


@value_type
class SheetHeader:
    """The title of a sheet, which stands in A1, and the lines under it."""

    title: str
    lines: tuple[str, ...]


def write_sheet_header(sheet: Any, looks: Looks, top: SheetHeader, width: int) -> int:
    """Write title and lines into the first column; gives the row for the table's headings.

    ``width`` is that of the table, in pixels: nothing above it is longer, so paper cuts nothing.

    No row between them is empty: a reader who moves down by cells would take it for the end.
    """
    lines = [part for line in top.lines for part in wrapped(line, width, PURPOSE_SIZE)]
    sheet.set_row_pixels(0, 26)
    title = style.TITLE | {"font_size": title_size(top.title, width, 16)}
    sheet.write_string(0, 0, top.title, looks[title])
    for row, line in enumerate(lines, 1):
        sheet.set_row_pixels(row, 18)
        look = style.SUBTITLE | {"font_size": 11} if row == 1 else style.PURPOSE
        sheet.write_string(row, 0, line, looks[look])
    return len(lines) + 1


def write_cell(sheet: Any, row: int, column: int, cell: float | str, look: Any) -> None:
    """Write a figure as a number and anything else as text."""
    if isinstance(cell, str):
        sheet.write_string(row, column, str(cell), look)
    else:
        sheet.write_number(row, column, cell, look)
