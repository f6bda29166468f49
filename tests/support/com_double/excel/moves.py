"""When cells cannot be moved down or up: what Excel refuses with error 1004.

Its words are shortened. That a filter keeps the rows of its table from moving in every case is
taken on the safe side: it is not checked in Excel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.com_double.errors import refused

if TYPE_CHECKING:
    from tests.support.com_double.excel.worksheet import Worksheet
    from tests.support.com_double.spreadsheet import Rect

LAST_ROW = 1_048_576


def refuse_shift(sheet: Worksheet, rect: Rect, by: int) -> None:
    """Raise error 1004 where cells below a block cannot move by so many rows."""
    sheet.refuse_if_protected()
    _refuse_filtered(sheet, rect)
    _refuse_torn_tables(sheet, rect)
    _refuse_merged(sheet, rect)
    if by > 0:
        _refuse_lost_cells(sheet, rect, by)


def _refuse_filtered(sheet: Worksheet, rect: Rect) -> None:
    """Microsoft's article on this message: cells of a filtered table do not move."""
    memory = sheet.book.memory
    for name, (row, column, rows, columns) in _tables_below(sheet, rect):
        down = row < rect[0] + rect[2] and rect[0] <= row + rows
        across = column < rect[1] + rect[3] and rect[1] < column + columns
        if down and across and memory.says("FilterMode", name):
            raise refused("This operation is not allowed in a filtered table.")


def _refuse_torn_tables(sheet: Worksheet, rect: Rect) -> None:
    """Microsoft's article on this message: a table below moves as a whole or not at all."""
    for _, (row, column, _, columns) in _tables_below(sheet, rect):
        left, right = max(column, rect[1]), min(column + columns, rect[1] + rect[3])
        if row >= rect[0] and left < right and right - left < columns:
            raise refused(
                "This operation is not allowed. The operation is attempting to shift cells in a "
                "table on your worksheet."
            )


def _tables_below(sheet: Worksheet, rect: Rect) -> list[tuple[str, Rect]]:
    """The tables that end below the first row of a block, or just above it."""
    memory = sheet.book.memory
    found = [(name, tuple(memory.table(name)[2])) for name in memory.tables_on(sheet.name)]
    return [(name, at) for name, at in found if at[0] + at[2] >= rect[0]]


def _refuse_merged(sheet: Worksheet, rect: Rect) -> None:
    """Microsoft's article: merged cells that reach beyond the block do not move."""
    below = (rect[0], rect[1], LAST_ROW - rect[0] + 1, rect[3])
    if sheet.book.memory.merged(sheet.name, below):
        raise refused("To do this, all the merged cells need to be the same size.")


def _refuse_lost_cells(sheet: Worksheet, rect: Rect, by: int) -> None:
    """Microsoft's article: nothing is pushed off the end of a sheet."""
    lost = (LAST_ROW - by + 1, rect[1], by, rect[3])
    if any(cell is not None for row in sheet.book.memory.values(sheet.name, lost) for cell in row):
        raise refused(
            "Microsoft Excel can't insert new cells: non-empty cells would be pushed off."
        )
