"""A measure that leaves the list and comes back, and what an officer has in its row of the page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.table import TableColumn

from tests.support.desk_things import YELLOW, save

VIEW = "Zoë’s view"
REF = "CP1"


def retire(path: Path, ref: str = REF) -> list[object]:
    """Blank a measure's row in Measures, and say what it held."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    found = next(row for row in book["Measures"].iter_rows(min_row=5) if row[0].value == ref)
    held = [cell.value for cell in found]
    for cell in found:
        cell.value = None
    save(book, path)
    return held


def take_up(path: Path, held: list[object]) -> None:
    """Write it into the row of Measures that is blank."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    found = next(row for row in book["Measures"].iter_rows(min_row=5) if row[0].value is None)
    for cell, value in zip(found, held, strict=True):
        cell.value = value
    save(book, path)


def write_beside(path: Path, ref: str = REF) -> None:
    """Columns of an officer's own with something in each kind, comments, a coloured row."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Dataset"]
    table = sheet.tables["Dataset"]
    first = sheet[table.ref][0][-1].column + 1
    headings = (VIEW, "Reviewed", "Rank", "Twice", "Of its own")
    for at, heading in enumerate(headings, first):
        sheet.cell(5, at).value = heading
        table.tableColumns.append(TableColumn(id=at, name=heading))
    start, end = table.ref.split(":")
    last = int("".join(c for c in end if c.isdigit()))
    table.ref = f"{start}:{letter(first + len(headings) - 1)}{last}"
    if table.autoFilter:
        table.autoFilter.ref = table.ref
    for row in range(6, last + 1):
        sheet.cell(row, first + 3).value = f"=P{row}*2"
    at = row_of(sheet, ref)
    written = ("=not a formula: panel 12/3", datetime(2015, 3, 12), 2.5, f"=P{at}*2", f"=P{at}+1")
    for column, value in enumerate(written, first):
        sheet.cell(at, column).value = value
    sheet.cell(last, first + 4).value = f"=P{last}+1"  # as in one other row, and not in all
    sheet.cell(at, first).data_type = "s"
    sheet.cell(at, first + 1).number_format = "d mmm yyyy"
    for cell in sheet[at]:
        cell.fill = PatternFill("solid", fgColor=YELLOW)
    sheet.cell(at, 3).comment = Comment("Counted anew since 2014", "A. Officer")
    sheet.cell(at, 18).comment = Comment("Mean without May", "A. Officer")
    book.save(path)


def beside(sheet: Any, ref: str = REF) -> dict[str, object]:
    """What stands in a row of the page beside its months, by heading: words, comments, colours."""
    found: dict[str, object] = {}
    at = row_of(sheet, ref)
    for cell in sheet[at]:
        heading = sheet.cell(5, cell.column).value
        fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
        comment = cell.comment.text if cell.comment else None
        own = cell.value if cell.column > 21 else None
        shown = own.replace(str(at), "#") if isinstance(own, str) and "P" in own else own
        found[heading] = (shown, comment, fill == YELLOW)
    return found


def row_of(sheet: Any, ref: str) -> int:
    """The row of a measure on the page."""
    return next(c.row for c in sheet["A"] if c.row > 5 and c.value == ref)
