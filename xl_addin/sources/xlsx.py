"""Excel workbooks, .xlsx and .xlsm. Nothing in them runs, macros included.

They are read as our own workbook is: an error (#REF!) and a formula without a value are told
from a blank, which would be recorded as missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from xl_addin.limits import Limits
from xl_addin.ooxml.markup import Element, Malformed, refuse_broken
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.sheet_stream import RowsMet, is_usually_spelt, stored_cells
from xl_addin.ooxml.sheet_values import Reader, parse_strings
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.sources.sheet import Rows, SourceSheet, refuse_long_texts
from xl_addin.sources.xlsx_cells import SheetRows, moment_of
from xl_addin.sources.zipped import open_package, refuse_large_and_odd, refusing_damaged_return
from xl_addin.values import value_type

_WORKBOOK = "xl/workbook.xml"
_TEXTS = "xl/sharedStrings.xml"
_LISTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    _WORKBOOK,
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
)


@value_type
class _Opened:
    """A workbook that is being read."""

    file: str
    limits: Limits
    book: WorkbookFile
    reader: Reader
    recalculates: bool
    met: RowsMet


def list_sheets(file: str, data: bytes, limits: Limits) -> tuple[SourceSheet, ...]:
    """The worksheets of a workbook. Raises ReturnRefused for a damaged or too large one."""
    with refusing_damaged_return(file, limits):
        opened = _open(file, data, limits)
        visible = dict(_sheets_of(opened.book))
    return tuple(
        SourceSheet(name, visible[name], partial(_rows, opened, part))
        for name, part in opened.book.sheet_parts.items()
    )


def _open(file: str, data: bytes, limits: Limits) -> _Opened:
    package = open_package(data, limits, *_LISTS)
    if _TEXTS in package:
        refuse_long_texts(file, package.size(_TEXTS), limits)
    book = WorkbookFile(package)
    if book.part.lower() != _WORKBOOK:
        raise Malformed("two programs would read it in two ways")
    settings = book.root.find("{*}calcPr")
    recalculates = settings is not None and settings.get("fullCalcOnLoad") in ("1", "true")
    texts = _texts_of(package)
    styles = book.styles
    reader = Reader(
        lambda: texts, styles.is_moment, book.epoch_1904, moment_of, styles.is_percentage
    )
    return _Opened(file, limits, book, reader, recalculates, RowsMet())


def _texts_of(package: Package) -> list[str]:
    if _TEXTS not in package:
        return []
    refuse_broken(data := package.part(_TEXTS))
    return parse_strings(data)


def _sheets_of(book: WorkbookFile) -> Iterator[tuple[str, bool]]:
    """The sheets by name, and whether an officer sees them.

    Raises Malformed for two of a name or in one part: programs take one or the other.
    """
    names = [element.get("name") for element in _listed(book)]
    parts = list(book.sheet_parts.values())
    if None in names or len(set(names)) < len(names) or len(set(parts)) < len(parts):
        raise Malformed("two programs would read it in two ways")
    for element in _listed(book):
        yield element.get("name"), element.get("state", "visible") == "visible"


def _listed(book: WorkbookFile) -> list[Element]:
    return list(book.root.iter("{*}sheet"))


def _rows(opened: _Opened, part: str) -> Rows:
    package: Package = opened.book.package
    with refusing_damaged_return(opened.file, opened.limits):
        with package.stream(part) as stream:
            usual = is_usually_spelt(stream)
        if not usual:
            refuse_large_and_odd(package, part)
        rows = SheetRows(
            opened.file, opened.limits, opened.reader, recalculates=opened.recalculates
        )
        with package.stream(part) as stream:
            return rows.read(stored_cells(stream, usual, opened.met))
