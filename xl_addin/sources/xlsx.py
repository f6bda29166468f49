"""Excel workbooks, .xlsx and .xlsm. Nothing in them runs, macros included.

python-calamine reads an error (#REF!) and a formula without a value as blank. Both are looked
for in the sheet's own XML, because a blank would be recorded as missing.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from xl_addin.limits import Limits
from xl_addin.ooxml.markup import Malformed, parse
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.sheet import is_usual, usual
from xl_addin.sources.sheet import Errors, Rows, SourceSheet, cells_of, refuse_long_texts
from xl_addin.sources.xlsx_cells import SharedTexts, SheetCells
from xl_addin.sources.zipped import open_package, refusing_damage, values_of, write_usually

_WORKBOOK = "xl/workbook.xml"
_TEXTS = "xl/sharedStrings.xml"
_LISTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    _WORKBOOK,
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A workbook that is being read: the reader's view of it and its parts."""

    file: str
    limits: Limits
    workbook: CalamineWorkbook
    package: Package
    parts: dict[str, str]
    recalculates: bool
    texts: array[int]


def list_sheets(file: str, data: bytes, limits: Limits) -> tuple[SourceSheet, ...]:
    """The worksheets of a workbook. Raises ReturnRefused for a damaged or too large one."""
    with refusing_damage(file, limits):
        opened = _open(file, data, limits)
    return tuple(
        SourceSheet(
            sheet.name,
            sheet.visible is SheetVisibleEnum.Visible,
            partial(_rows, opened, sheet.name),
        )
        for sheet in opened.workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet
    )


def _open(file: str, data: bytes, limits: Limits) -> _Opened:
    package = open_package(data, limits, *_LISTS)
    if _TEXTS in package:
        refuse_long_texts(file, package.size(_TEXTS), limits)
    parts, recalculates = _sheets_of(package)
    data = _usually_spelt(package, data, parts.values())
    texts = _lengths(package)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return _Opened(file, limits, workbook, package, parts, recalculates, texts)


def _sheets_of(package: Package) -> tuple[dict[str, str], bool]:
    """The part of each sheet, and whether the workbook leaves calculating to Excel.

    The reader looks for the workbook in one place only, and takes the first of two sheets of
    a name: for others, what is looked at here would not be what it reads.
    """
    starts = package.relationships("", "officeDocument")
    if not starts or starts[0].target.lower() != _WORKBOOK:
        raise Malformed("it names no workbook part")
    workbook = parse(package.part(_WORKBOOK))
    targets = {found.id: found.target for found in package.relationships(_WORKBOOK)}
    parts: dict[str, str] = {}
    for sheet in workbook.iter("{*}sheet"):
        ids = [value for attribute, value in sheet.items() if attribute.endswith("}id")]
        name = sheet.get("name")
        if name in parts or len(ids) != 1:
            raise Malformed("two programs would read it in two ways")
        parts[name] = targets.get(ids[0], "")
    settings = workbook.find("{*}calcPr")
    recalculates = settings is not None and settings.get("fullCalcOnLoad") in ("1", "true")
    return parts, recalculates


def _usually_spelt(package: Package, data: bytes, sheets: Iterable[str]) -> bytes:
    """A workbook whose figures python-calamine reads whole.

    Of a figure with a comment or an escaped digit in it, which other programs read, it takes
    the first piece, and of a CDATA section nothing.
    """
    for part in sheets:
        if part in package:
            write_usually(package, part, is_usual, usual)
    return package.to_bytes() if package.changed else data


def _lengths(package: Package) -> array[int]:
    texts = SharedTexts()
    if _TEXTS in package:
        with package.stream(_TEXTS) as stream:
            texts.read(stream)
    return texts.lengths


def _rows(opened: _Opened, name: str) -> Rows:
    with refusing_damage(opened.file, opened.limits):
        errors = _errors(opened, name)
        return cells_of(values_of(opened.workbook, name), errors)


def _errors(opened: _Opened, name: str) -> Errors:
    """The cells in error of a sheet that is not too large. Raises ReturnRefused for one that is."""
    cells = SheetCells(opened.file, opened.limits, opened.texts, recalculates=opened.recalculates)
    with opened.package.stream(opened.parts[name]) as stream:
        cells.read(stream)
    return cells.errors()
