"""A workbook's file, opened: its tables and names in memory."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from tests.support.com_double.spreadsheet import MemoryBook, from_sheets
from xl_addin import ooxml

_CALCULATES = re.compile(rb'<calcPr\b[^>]*\bfullCalcOnLoad="(?:1|true)"')


class LoadedBook(MemoryBook):
    """A workbook that was read from a file, and is read from it again when it is reopened."""

    def reopen(self, path: str) -> None:
        vars(self).update(vars(load(path)))


def load(path: str) -> LoadedBook:
    """What Excel has of a file. One that asks to be calculated is unsaved from the start.

    XlsxWriter #309: fullCalcOnLoad makes Excel ask whether to save on every close.
    """
    if not Path(path).exists():
        raise FileNotFoundError(path)
    sheets = from_sheets(ooxml.read(Path(path)))
    book = LoadedBook(sheets.cells, sheets.tabled, sheets.named, fullname=path)
    book.said["Saved", ""] = not calculates_on_load(Path(path))
    return book


def calculates_on_load(path: Path) -> bool:
    with zipfile.ZipFile(path) as package:
        return bool(_CALCULATES.search(package.read("xl/workbook.xml")))
