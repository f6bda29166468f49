"""What a workbook says, read by others than us: openpyxl, python-calamine and plain XML."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
from lxml import etree
from python_calamine import CalamineWorkbook

Said = list[dict[tuple[int, int], Any]]
"""The cells of each sheet that hold anything, by row and column from 1."""


def by_openpyxl(data: bytes) -> Said:
    """The values of all sheets, formulas as they last showed."""
    return [_said(cells) for cells in _loaded(data, data_only=True)]


def formulas(data: bytes) -> Said:
    """The formulas of all sheets."""
    sheets = _loaded(data, data_only=False)
    return [{place: v for place, v in cells.items() if str(v)[:1] == "="} for cells in sheets]


def by_calamine(data: bytes) -> Said:
    """The values of all sheets as python-calamine has them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        found.append(
            _said({(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1)})
        )
    return found


def page_in(book: CalamineWorkbook) -> list[list[Any]]:
    """The headings and the rows of the page; openpyxl takes eight times as long for it."""
    rows = book.get_sheet_by_name("Dataset").to_python(skip_empty_area=False)
    first = next(number for number, row in enumerate(rows) if row[0] == "Measure Ref")
    end = next((n for n, row in enumerate(rows) if n > first and not row[0]), len(rows))
    return rows[first:end]


READERS = (by_openpyxl, by_calamine)


def drawn(data: bytes) -> list[list[str]]:
    """What each chart keeps of the cells it draws, in the order of the charts' own words.

    The days of an axis are counted as from 1900, also where the workbook counts them from 1904.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name.casefold(): package.read(name) for name in package.namelist()}
    roots = [etree.fromstring(parts[n]) for n in parts if re.search(r"charts/.*chart.*\.xml$", n)]
    if any(re.search(rb"<[\w:]*workbookPr [^>]*date1904=.true", part) for part in parts.values()):
        for day in (v for root in roots for v in root.iterfind(".//{*}cat/{*}numRef//{*}v")):
            day.text = str(int(day.text) + 1462)
    return sorted([v.text or "" for v in root.iter("{*}v", "{*}f")] for root in roots)


def _loaded(data: bytes, *, data_only: bool) -> Said:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only)
        return [_cells(sheet) for sheet in book.worksheets]


def _cells(sheet: Any) -> dict[tuple[int, int], Any]:
    sheet.reset_dimensions()  # what a sheet says of its size may be wrong
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    return {(r, c): value for r, row in rows for c, value in enumerate(row, 1)}


def _said(cells: dict[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
    return {place: _plain(value) for place, value in cells.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    """Days without a time as moments, moments to the second: readers differ in both."""
    if isinstance(value, datetime):
        return datetime.fromtimestamp(round(value.timestamp()))
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
