"""Columns of an officer's that stand to the right of the table on the page, not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.table import Table

from tests.support.desk_things import save

REMARK = "Owner remark"


def columns_outside(sheet: Any) -> range:
    """Four columns beyond the table, with a blank one between."""
    first = sheet[sheet.tables["Dataset"].ref][0][-1].column + 2
    return range(first, first + 4)


def write_outside(path: Path) -> list[str]:
    """Words on each measure, a formula, a comment, and a table of its own; gives the letters."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Dataset"]
    words, formula, comment, other = columns_outside(sheet)
    sheet.cell(5, words).value = REMARK
    sheet.cell(5, other).value = "Apart"
    for row in range(6, 28):
        sheet.cell(row, words).value = f"words on {sheet.cell(row, 1).value}"
        sheet.cell(row, other).value = "in a table"
    sheet.cell(6, formula).value = '=""'
    sheet.cell(6, comment).comment = Comment("Ask Jo", "A. Officer")
    sheet.add_table(Table(displayName="Apart", ref=f"{letter(other)}5:{letter(other)}27"))
    book.save(path)
    return [letter(column) for column in (words, formula, comment, other)]


def change_places(path: Path, one: str = "M1", other: str = "CP1") -> None:
    """Let two measures change places in Measures."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    rows = {row[0].value: row for row in book["Measures"].iter_rows(min_row=5)}
    for a, b in zip(rows[one], rows[other], strict=True):
        a.value, b.value = b.value, a.value
    save(book, path)
