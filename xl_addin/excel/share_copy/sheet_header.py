"""What stands above the table of every sheet of a share copy, and how its cells are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xl_addin.excel.template import style
from xl_addin.excel.template.style import Looks


@dataclass(frozen=True, slots=True)
class SheetHeader:
    """The title of a sheet, which stands in A1, and the lines under it."""

    title: str
    lines: tuple[str, ...]


def write_sheet_header(sheet: Any, looks: Looks, top: SheetHeader) -> int:
    """Write title and lines into the first column; gives the row for the table's headings.

    No row between them is empty: a reader who moves down by cells would take it for the end.
    """
    lines = [line for line in top.lines if line]
    sheet.set_row_pixels(0, 40)
    sheet.write_string(0, 0, top.title, looks[style.TITLE | {"font_size": 22}])
    for row, line in enumerate(lines, 1):
        first = row == 1
        sheet.set_row_pixels(row, 28 if first else 22)
        look = style.SUBTITLE | {"font_size": 15} if first else style.PURPOSE
        sheet.write_string(row, 0, line, looks[look])
    return len(lines) + 1


def write_cell(sheet: Any, row: int, column: int, cell: float | str, look: Any) -> None:
    """Write a figure as a number and anything else as text."""
    if isinstance(cell, str):
        sheet.write_string(row, column, str(cell), look)
    else:
        sheet.write_number(row, column, cell, look)
