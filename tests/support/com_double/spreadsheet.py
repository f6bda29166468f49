"""The spreadsheet that lies underneath: the one the other tests have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.memory_engine import Cell, MemoryBook, MemoryTable, from_sheets
from tests.support.object_model import (
    DAY_ZERO,
    Engine,
    Rect,
    Shift,
    Spreadsheet,
    rect_of,
    shifted,
    typed,
)
from tests.support.object_model import Range as ModelRange
from tests.support.object_model import Sheet as ModelSheet
from xl_addin import ooxml
from xl_addin.layout import Name
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import Sheets

__all__ = [
    "DAY_ZERO",
    "Cell",
    "MemoryBook",
    "Rect",
    "Shift",
    "Spreadsheet",
    "from_file",
    "from_sheets",
    "model_range",
    "rect_of",
    "shifted",
    "typed",
]


def model_range(book: Spreadsheet, sheet: str, rect: Rect) -> ModelRange:
    """Cells as the object model of the other tests has them."""
    return ModelRange(ModelSheet(Engine("under COM", book).app.books.active, sheet), rect)


def from_file(path: Path, sheets: Sheets) -> MemoryBook:
    """A workbook that holds these where its file has them, on as many sheets as there are.

    The file's formulas show what these hold.
    """
    file = ooxml.open_workbook(path, path.read_bytes())
    book = MemoryBook({name: {} for name in file.sheet_parts}, fullname=str(path))
    for name, table in sheets.tables.items():
        rect = (*file.tables[name].area[:2], 1 + len(table.rows), len(table.headings))
        book.tabled[name] = MemoryTable(table.sheet, rect)
        _put(book, file, table.sheet, rect, (table.headings, *table.rows))
        book.set_format(table.sheet, (*rect[:2], 1, rect[3]), "@")
    for name, values in sheets.names.items():
        place = file.names[name]
        book.named[name] = f"={place}"
        _put(book, file, place.sheet, (*place.area[:2], len(values), len(values[0])), values)
    month = file.names[Name.MONTH]
    book.set_format(month.sheet, (*month.area[:2], 1, 1), "mmm yyyy")
    return book


def _put(
    book: MemoryBook, file: WorkbookFile, sheet: str, rect: Rect, rows: Sequence[Sequence[Any]]
) -> None:
    held = [[typed(cell, "@") for cell in row] for row in rows]
    for down, row in enumerate(held):
        for across, value in enumerate(row):
            if text := file.sheet(sheet).formula(rect[0] + down, rect[1] + across):
                row[across] = ["f", f"={text}", value]
    book.write(sheet, rect, held)
