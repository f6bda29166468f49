"""A workbook's file, opened: its tables and names in memory."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from tests.support.com_double.spreadsheet import MemoryBook, from_sheets
from xl_addin import ooxml

_CALCULATES = re.compile(rb'<calcPr\b[^>]*\bfullCalcOnLoad="(?:1|true)"')
_CALCULATED_BY = re.compile(rb'<calcPr\b[^>]*\bcalcId="(\d+)"')
ENGINE = 191029
"""What Excel 2019 and 365 write as calcId."""


class LoadedBook(MemoryBook):
    """A workbook that was read from a file, and is read from it again when it is reopened."""

    def reopen(self, path: str) -> None:
        vars(self).update(vars(load(path)))


def load(path: str) -> LoadedBook:
    """What Excel has of a file. One that asks to be calculated is unsaved from the start.

    XlsxWriter #309: fullCalcOnLoad makes Excel ask whether to save on every close; so does a file
    that an earlier version of Excel calculated (Microsoft, "Excel Recalculation").
    """
    if not Path(path).exists():
        raise FileNotFoundError(path)
    sheets = from_sheets(ooxml.read(Path(path)))
    book = LoadedBook(sheets.cells, sheets.tabled, sheets.named, fullname=path)
    book.said["Saved", ""] = not calculates_on_load(Path(path))
    return book


def calculates_on_load(path: Path) -> bool:
    with zipfile.ZipFile(path) as package:
        workbook = package.read("xl/workbook.xml")
    by = _CALCULATED_BY.search(workbook)
    return bool(_CALCULATES.search(workbook)) or (by is not None and int(by[1]) < ENGINE)
