"""How many calls of COM a month's refresh takes, and which are made most often.

``python -m tests.support.com_double.refresh_calls [VERSION]`` presses the button of a workbook with
22 measures up to May 2015, with June's return beside it, and lists the calls.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

from tests.support.books import with_cell
from tests.support.com_double import running_excel
from tests.support.com_double.calls import Calls
from tests.support.com_double.spreadsheet import MemoryBook, from_sheets
from tests.support.ready import NAME, OCCASION, ready_book
from xl_addin import macros, ooxml
from xl_addin.demo import RETURN
from xl_addin.excel import error_log
from xl_addin.layout import Settings


def book_to_may(folder: Path) -> MemoryBook:
    """A workbook to May in memory, saved in a folder with the return that its Settings name."""
    shutil.copy(RETURN, folder / "June.csv")
    path = ready_book(folder)
    sheets = with_cell(ooxml.read(path), Settings.TABLE, Settings.RETURN, "Value", "June.csv")
    memory = from_sheets(sheets)
    memory.fullname = str(path)
    return memory


def calls_of_a_refresh(folder: Path, version: str) -> Calls:
    """Press the button, say yes, and count."""
    log = folder / "log" / "xl-addin.log"
    with (
        mock.patch.object(error_log, "log_path", lambda: log),
        mock.patch("xl_addin.excel.lock.log_path", lambda: log),
        mock.patch.object(macros, "occasion", lambda: OCCASION),
        running_excel(version, books=[book_to_may(folder)]) as excel,
    ):
        excel.answer("ok")
        with excel.pressed(NAME):
            macros.refresh_month()
        assert excel.boxes[-1].text.startswith("Done."), excel.boxes[-1].text
        return excel.calls


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        found = calls_of_a_refresh(Path(place), sys.argv[1] if len(sys.argv) > 1 else "365")
    print(f"{len(found.made):5} calls in all")
    for name, times in found.most_frequent():
        print(f"{times:5} {name}")
