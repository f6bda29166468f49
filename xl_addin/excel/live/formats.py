"""Number formats of a block of cells, read so that they can be put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_addin.excel.live.table import Block

if TYPE_CHECKING:
    from xlwings import main

Format = tuple[Block, str]
"""Cells that all have one number format, and which."""


def read_formats(block: Block, cells: main.Range | None = None) -> list[Format]:
    """The formats of a block: one call where they are all the same, else halved until they are.

    ``cells`` are the block where Excel has handed it out already.
    """
    formatted = (block.cells if cells is None else cells).number_format
    if formatted is not None:
        return [(block, formatted)]
    rows, columns = range(block.rows), range(block.columns)
    if len(columns) > 1:
        half = len(columns) // 2
        parts = [block.part(rows, columns[:half]), block.part(rows, columns[half:])]
    else:
        half = len(rows) // 2
        parts = [block.part(rows[:half]), block.part(rows[half:])]
    return [found for part in parts for found in read_formats(part)]


def put_formats(formats: list[Format]) -> None:
    """Give cells the formats they had."""
    for block, formatted in formats:
        block.cells.number_format = formatted
