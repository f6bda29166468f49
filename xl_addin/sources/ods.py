"""OpenDocument spreadsheets, .ods.

python-calamine reads an error as blank. Errors, and formulas without a value, are looked for
in the document's own XML.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from xl_addin.excel.markup import Element, Malformed, XmlError, parse
from xl_addin.excel.zip_limits import TooLarge, refuse_bomb, refuse_liars
from xl_addin.returns.figure import NOT_CALCULATED, is_error
from xl_addin.sources.sheet import (
    Errors,
    Rows,
    SourceSheet,
    cells_of,
    damaged,
    locked,
    refuse_wide_reach,
    too_large,
)
from xl_addin.table import CellError

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
# A damaged zip raises ValueError and RuntimeError too.
_UNREADABLE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    Malformed,
    XmlError,
    ValueError,
    RuntimeError,
    LookupError,
    OverflowError,
    struct.error,
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ENOUGH = 100  # of one error repeated: the first is enough to refuse the return


def list_sheets(file: str, data: bytes) -> tuple[SourceSheet, ...]:
    """The sheets of a document. Raises ReturnRefused for a damaged or protected one."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        refuse_bomb(data, package.infolist())
        refuse_liars(data, package.infolist())
        if b"encryption-data" in package.read(_MANIFEST):
            raise locked(file)
        tables = _tables(package)
        for table in tables.values():
            refuse_wide_reach(file, *_reach(table))
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except TooLarge as error:
        raise too_large(file, str(error)) from None
    except _UNREADABLE:
        raise damaged(file) from None
    return tuple(
        SourceSheet(
            sheet.name,
            sheet.visible is SheetVisibleEnum.Visible,
            partial(_rows, file, workbook, sheet.name, tables),
        )
        for sheet in workbook.sheets_metadata
    )


def _rows(file: str, workbook: CalamineWorkbook, name: str, tables: dict[str, Element]) -> Rows:
    try:
        values = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return cells_of(values, _errors(tables[name]))
    except _UNREADABLE:
        raise damaged(file) from None


def _tables(package: zipfile.ZipFile) -> dict[str, Element]:
    """The tables of a document by name; a table inside a cell is not one of its sheets."""
    body = parse(package.read(CONTENT)).find(f"{_OFFICE}body/{_OFFICE}spreadsheet")
    tables = [] if body is None else body.iterchildren(f"{_TABLE}table")
    return {table.get(f"{_TABLE}name"): table for table in tables}


def _reach(table: Element) -> tuple[int, int]:
    """The last row and column that hold anything: so far the reader makes room."""
    rows = last_row = last_column = 0
    for element in table.iter(f"{_TABLE}table-row"):
        rows += int(element.get(f"{_TABLE}number-rows-repeated", 1))
        columns = 0
        for cell in element.iterchildren(*_CELLS):
            columns += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            if len(cell) or cell.get(f"{_OFFICE}value-type"):
                last_row, last_column = rows, max(last_column, columns)
    return last_row, last_column


def _errors(table: Element) -> Errors:
    """The cells that show an error or were never calculated."""
    errors: Errors = {}
    row = 0
    for element in table.iter(f"{_TABLE}table-row"):
        found = list(_row_errors(element))
        repeated = int(element.get(f"{_TABLE}number-rows-repeated", 1))
        for copy in range(min(repeated, _ENOUGH) if found else 0):
            errors |= {(row + copy, column): error for column, error in found}
        row += repeated
    return errors


def _row_errors(row: Element) -> Iterator[tuple[int, CellError]]:
    column = 0
    for cell in row.iterchildren(*_CELLS):
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        if error := _error(cell):
            yield from ((column + copy, error) for copy in range(min(repeated, _ENOUGH)))
        column += repeated


def _error(cell: Element) -> CellError | None:
    """The error a formula's cell shows; each program writes its kind in its own way."""
    if cell.get(f"{_TABLE}formula") is None:
        return None
    shown = "".join(cell.itertext(f"{_TEXT}p", f"{_TEXT}span")).strip()
    if is_error(shown):
        return CellError(shown)
    has_value = cell.get(f"{_OFFICE}value-type") is not None
    return None if has_value or shown else NOT_CALCULATED
