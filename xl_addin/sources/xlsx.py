"""Excel workbooks, .xlsx and .xlsm. Nothing in them runs, macros included.

python-calamine reads an error (#REF!) and a formula without a value as blank. Both are looked
for in the sheet's own XML, because a blank would be recorded as missing.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from xl_addin.excel.area import column_number
from xl_addin.excel.markup import Element, Malformed, XmlError, parse
from xl_addin.excel.package import Package
from xl_addin.excel.zip_limits import TooLarge
from xl_addin.returns.figure import NOT_CALCULATED
from xl_addin.sources.sheet import (
    Errors,
    Rows,
    SourceSheet,
    cells_of,
    damaged,
    refuse_wide_reach,
    too_large,
)
from xl_addin.table import CellError

# A damaged zip raises ValueError and RuntimeError too.
_UNREADABLE = (
    CalamineError,
    BadZipFile,
    zlib.error,
    Malformed,
    XmlError,
    ValueError,
    RuntimeError,
    LookupError,
    OverflowError,
    struct.error,
)
_FILLED_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})(\d{1,9})[\"'][^>]*(?<!/)>"
)
_FORMULA_OR_ERROR = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']")


def list_sheets(file: str, data: bytes) -> tuple[SourceSheet, ...]:
    """The worksheets of a workbook. Raises ReturnRefused for a damaged one."""
    try:
        package = Package(data)
        package.refuse_liars()
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except TooLarge as error:
        raise too_large(file, str(error)) from None
    except _UNREADABLE:
        raise damaged(file) from None

    return tuple(
        SourceSheet(
            sheet.name,
            sheet.visible is SheetVisibleEnum.Visible,
            partial(_rows, file, workbook, package, sheet.name),
        )
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet
    )


def _rows(file: str, workbook: CalamineWorkbook, package: Package, name: str) -> Rows:
    try:
        refuse_wide_reach(file, *_reach(package, name))
        values = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return cells_of(values, _errors(package, name))
    except _UNREADABLE:
        raise damaged(file) from None


def _reach(package: Package, name: str) -> tuple[int, int]:
    """The last row and column of a sheet that hold anything: so far the reader makes room."""
    _, part = _workbook_and_part(package, name)
    found = set(_FILLED_CELL.findall(package.part(part)))
    rows = max((int(row) for _, row in found), default=0)
    letters = {column for column, _ in found}
    return rows, max((column_number(column.decode()) for column in letters), default=0)


class _Calculated(NamedTuple):
    """A cell that holds a formula or shows an error; its row and column count from 0."""

    position: tuple[int, int]
    kind: str
    formula: bool
    value: str

    @property
    def was_never_calculated(self) -> bool:
        """Whether its formula has no value. Empty text is one."""
        return self.formula and not self.value and self.kind != "str"


def _errors(package: Package, name: str) -> Errors:
    """The cells of a sheet that show an error or were never calculated."""
    workbook, part = _workbook_and_part(package, name)
    xml = package.part(part)
    if not _FORMULA_OR_ERROR.search(xml):
        return {}
    cells = list(_calculated(parse(xml)))
    errors = {cell.position: CellError(cell.value) for cell in cells if cell.kind == "e"}
    never = [cell for cell in cells if cell.was_never_calculated]
    if _holds_placeholders(workbook, cells):
        never = cells
    return errors | {cell.position: NOT_CALCULATED for cell in never}


def _holds_placeholders(workbook: Element, cells: list[_Calculated]) -> bool:
    """Whether every formula shows the 0 that a program writes which leaves calculating to Excel."""
    settings = workbook.find("{*}calcPr")
    on_opening = settings is not None and settings.get("fullCalcOnLoad") in ("1", "true")
    return on_opening and all(cell.formula and cell.value == "0" for cell in cells)


def _workbook_and_part(package: Package, name: str) -> tuple[Element, str]:
    """The workbook's XML, and the part of the package that holds a sheet."""
    starts = package.relationships("", "officeDocument")
    if not starts:
        raise Malformed("it names no workbook part")
    start = starts[0]
    workbook = parse(package.part(start.target))
    ids = {
        sheet.get("name"): value
        for sheet in workbook.iter("{*}sheet")
        for attribute, value in sheet.items()
        if attribute.endswith("}id")
    }
    for relationship in package.relationships(start.target):
        if relationship.id == ids.get(name):
            return workbook, relationship.target
    raise Malformed(f"the part {name} is missing")


def _calculated(sheet: Element) -> Iterator[_Calculated]:
    row = -1
    for row_element in sheet.iter("{*}row"):
        row = int(row_element.get("r", row + 2)) - 1
        column = -1
        for cell in row_element.iterchildren("{*}c"):
            column = _column(cell, column + 1)
            kind, formula = cell.get("t", ""), cell.find("{*}f") is not None
            if formula or kind == "e":
                yield _Calculated((row, column), kind, formula, cell.findtext("{*}v") or "")


def _column(cell: Element, otherwise: int) -> int:
    """The column of a cell, counted from 0; some programs leave its address out."""
    letters = cell.get("r", "").rstrip("0123456789")
    return column_number(letters) - 1 if letters else otherwise
