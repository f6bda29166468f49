"""Excel 97 workbooks, .xls, read by xlrd: of all readers the one that keeps errors apart."""

from __future__ import annotations

import io
from datetime import datetime
from functools import partial

import xlrd

from xl_addin.limits import Limits
from xl_addin.sources.sectors import refuse_endless_chains
from xl_addin.sources.sheet import (
    Rows,
    SourceSheet,
    cells_of,
    damaged,
    locked,
    refuse_long_texts,
    refuse_wide_reach,
)
from xl_addin.table import CellError, CellValue

_VISIBLE = 0
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def _leave_unread(*_: object, **__: object) -> None:
    """Do nothing with the formula of a defined name.

    xlrd works such formulas out while it opens a file. Forty names that each join the one
    before to itself make a text that no memory holds. No figure of a return needs them, and
    xlrd has no option for that: its versions are bounded, and a test sees whether it still calls
    what stands here.
    """


xlrd.book.evaluate_name_formula = _leave_unread


def list_sheets(file: str, data: bytes, limits: Limits) -> tuple[SourceSheet, ...]:
    """The worksheets of a workbook. Raises ReturnRefused for a damaged or protected one.

    An .xlsx with a password is a file of this kind too. A sheet is read when it is asked for.
    """
    if _ENCRYPTED_PACKAGE in data:
        raise locked(file)
    try:
        if data.startswith(_COMPOUND):
            refuse_endless_chains(data)
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        )
        # A sheet of xlrd's says whether it is hidden only once all its cells are read.
        hidden = [book._sheet_visibility[number] != _VISIBLE for number in range(book.nsheets)]
    except Exception as error:  # xlrd raises whatever it stumbles on in a damaged file
        raise (locked if "encrypted" in str(error) else damaged)(file) from error
    return tuple(
        SourceSheet(name, not hidden[number], partial(_rows, file, book, number, limits))
        for number, name in enumerate(book.sheet_names())
    )


def _rows(file: str, book: xlrd.Book, number: int, limits: Limits) -> Rows:
    try:
        sheet = book.sheet_by_index(number)
    except Exception as error:  # as above
        raise damaged(file) from error
    refuse_wide_reach(file, sheet.nrows, sheet.ncols, limits)
    refuse_long_texts(file, _characters(sheet), limits)
    cells = ([_cell(cell, book.datemode) for cell in row] for row in sheet.get_rows())
    rows = cells_of(cells)
    book.unload_sheet(number)
    return rows


def _characters(sheet: xlrd.sheet.Sheet) -> int:
    """The characters of its texts, each counted in every cell that names it."""
    rows = (sheet.row(number) for number in range(sheet.nrows))
    return sum(len(cell.value) for row in rows for cell in row if cell.ctype == xlrd.XL_CELL_TEXT)


def _cell(cell: xlrd.sheet.Cell, datemode: int) -> CellValue:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return CellError(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, datemode)
    value: str | float = cell.value
    return value


def _date(number: float, datemode: int) -> CellValue:
    """The day or time a number stands for; the number itself where no calendar has the day."""
    try:
        found: datetime = xlrd.xldate.xldate_as_datetime(number, datemode)
    except (OverflowError, ValueError):
        return number
    return found
