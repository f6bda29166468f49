"""OpenDocument spreadsheets, .ods.

python-calamine reads an error as blank. Errors, and formulas without a value, are looked for
in the document's own XML.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from xl_addin.limits import Limits
from xl_addin.ooxml.markup import normalised
from xl_addin.sources.ods_cells import Tables
from xl_addin.sources.sheet import Errors, Rows, SourceSheet, cells_of, locked
from xl_addin.sources.zipped import open_package, refusing_damaged_return, write_usually

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


def list_sheets(file: str, data: bytes, limits: Limits) -> tuple[SourceSheet, ...]:
    """The sheets of a document. Raises ReturnRefused for a damaged, protected or large one."""
    with refusing_damaged_return(file, limits, CalamineError):
        workbook, errors = _open(file, data, limits)
    return tuple(
        SourceSheet(
            sheet.name,
            sheet.visible is SheetVisibleEnum.Visible,
            partial(_rows, file, limits, workbook, sheet.name, errors),
        )
        for sheet in workbook.sheets_metadata
    )


def _open(file: str, data: bytes, limits: Limits) -> tuple[CalamineWorkbook, dict[str, Errors]]:
    package = open_package(data, limits, _MANIFEST)
    if b"encryption-data" in package.part(_MANIFEST):
        raise locked(file)
    tables = Tables(file, limits)
    with package.stream(CONTENT) as stream:
        tables.read(stream)
    write_usually(package, CONTENT, _is_usual, normalised)
    usual = package.to_bytes() if package.changed else data
    return CalamineWorkbook.from_filelike(io.BytesIO(usual)), tables.errors


def _is_usual(content: bytes) -> bool:
    """Whether python-calamine reads cells whole: it reads a CDATA section as blank."""
    return b"<!" not in content and b"&#" not in content


def _rows(
    file: str,
    limits: Limits,
    workbook: CalamineWorkbook,
    name: str,
    errors: dict[str, Errors],
) -> Rows:
    with refusing_damaged_return(file, limits, CalamineError):
        return cells_of(_values_of(workbook, name), errors[name])


def _values_of(workbook: CalamineWorkbook, sheet: str) -> Iterator[list[object]]:
    """The rows of a sheet, from its first cell on; they are made one at a time."""
    found = workbook.get_sheet_by_name(sheet)
    _, first = found.start or (0, 0)
    for row in found.iter_rows():
        yield [None] * first + list(row)
