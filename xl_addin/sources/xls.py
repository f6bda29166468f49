"""Excel 97 workbooks, .xls, read by xlrd: of all readers the one that keeps errors apart."""

from __future__ import annotations

import io
from datetime import datetime
from functools import partial

import xlrd

from xl_addin.sources.sectors import refuse_endless_chains
from xl_addin.sources.sheet import Rows, SourceSheet, cells_of, damaged, locked
from xl_addin.table import CellError, CellValue

_VISIBLE = 0
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def list_sheets(file: str, data: bytes) -> tuple[SourceSheet, ...]:
    """The worksheets of a workbook. Raises ReturnRefused for a damaged or protected one.

    An .xlsx with a password is a file of this kind too.
    """
    if _ENCRYPTED_PACKAGE in data:
        raise locked(file)
    try:
        if data.startswith(_COMPOUND):
            refuse_endless_chains(data)
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    except Exception as error:  # xlrd raises whatever it stumbles on in a damaged file
        raise (locked if "encrypted" in str(error) else damaged)(file) from error
    return tuple(
        SourceSheet(sheet.name, sheet.visibility == _VISIBLE, partial(_rows, book, sheet))
        for sheet in book.sheets()
    )


def _rows(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Rows:
    cells = ([_cell(cell, book.datemode) for cell in row] for row in sheet.get_rows())
    return cells_of(cells, {})


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
