"""A workbook file as it is once opened: in memory, with its formulas, tables and names."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.memory_engine import Cell, MemoryBook, MemoryTable
from tests.support.object_model import rect_of, typed


def memory_of(path: Path) -> MemoryBook:
    """What a file holds, read by openpyxl."""
    book = openpyxl.load_workbook(path)
    memory = MemoryBook(fullname=str(path))
    for sheet in book:
        cells = memory.cells[sheet.title] = {}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None or cell.number_format != "General":
                    cells[cell.row, cell.column] = Cell(_content(cell.value), cell.number_format)
        for table in sheet.tables.values():
            has_totals = bool(table.totalsRowCount)
            memory.tabled[table.displayName] = MemoryTable(
                sheet.title, rect_of(table.ref), has_totals
            )
    memory.named = {name: f"={found.attr_text}" for name, found in book.defined_names.items()}
    return memory


def _content(value: Any) -> Any:
    if isinstance(value, ArrayFormula):
        return ["f", value.text]
    if isinstance(value, str) and value.startswith("="):
        return ["f", value]
    if isinstance(value, date):
        return typed(value, "General")
    return float(value) if isinstance(value, int) else value


def formulas_of(memory: MemoryBook) -> dict[tuple[str, int, int], str]:
    """Every formula by sheet, row and column."""
    return {
        (sheet, *at): cell.content[1]
        for sheet, cells in memory.cells.items()
        for at, cell in cells.items()
        if isinstance(cell.content, list) and cell.content[0] == "f"
    }
