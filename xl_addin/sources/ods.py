"""OpenDocument spreadsheets, .ods.

python-calamine reads an error as blank. Errors, and formulas without a value, are looked for
in the document's own XML.
"""

from __future__ import annotations

import io
from functools import partial

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from xl_addin.limits import Limits
from xl_addin.ooxml.markup import normalised
from xl_addin.sources.ods_cells import Tables
from xl_addin.sources.sheet import Errors, Rows, SourceSheet, cells_of, locked
from xl_addin.sources.zipped import open_package, refusing_damage, values_of, write_usually

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


def list_sheets(file: str, data: bytes, limits: Limits) -> tuple[SourceSheet, ...]:
    """The sheets of a document. Raises ReturnRefused for a damaged, protected or large one."""
    with refusing_damage(file, limits):
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
    with refusing_damage(file, limits):
        return cells_of(values_of(workbook, name), errors[name])
