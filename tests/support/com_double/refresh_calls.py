"""How many calls of COM a month's refresh takes, and which are made most often.

``python -m tests.support.com_double.refresh_calls [VERSION]`` presses the button of a workbook with
22 measures up to May 2015, with June's return beside it, and lists the calls. Two numbers behind
the version are so many measures and months instead.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from tests.benchmarks import large_book
from tests.support.books import with_cell
from tests.support.com_double import running_excel
from tests.support.com_double.calls import Calls
from tests.support.com_double.spreadsheet import MemoryBook, from_file
from tests.support.ready import OCCASION, ready_book
from xl_addin import macros, ooxml
from xl_addin.demo import RETURN
from xl_addin.excel import error_log
from xl_addin.layout import Settings


def book_to_may(folder: Path) -> MemoryBook:
    """A workbook to May in memory, saved in a folder with the return that its Settings name."""
    shutil.copy(RETURN, folder / "June.csv")
    path = ready_book(folder)
    sheets = with_cell(ooxml.read(path), Settings.TABLE, Settings.RETURN, "Value", "June.csv")
    return from_file(path, sheets)


def calls_of_a_refresh(
    folder: Path,
    version: str,
    book: Callable[[Path], MemoryBook] = book_to_may,
    answer: str = "ok",
) -> Calls:
    """Press the button of a workbook that is made in a folder, say yes, and count.

    Where there is more to tell than a box holds, it asks with three buttons: ``answer`` is "yes".
    """
    log, memory = folder / "log" / "xl-addin.log", book(folder)
    with (
        mock.patch.object(error_log, "log_path", lambda: log),
        mock.patch("xl_addin.excel.lock.log_path", lambda: log),
        mock.patch.object(macros, "occasion", lambda: OCCASION),
        running_excel(version, books=[memory]) as excel,
    ):
        excel.answer(answer)
        with excel.pressed(Path(memory.fullname).name):
            macros.refresh_month()
        assert excel.boxes[-1].text.startswith("Done."), excel.boxes[-1].text
        return excel.calls


def large(measures: int, months: int) -> Callable[[Path], MemoryBook]:
    """A workbook of so many measures with so many months recorded, and a return beside it."""

    def book(folder: Path) -> MemoryBook:
        figures = large_book(folder, measures, months)
        path = next(folder.glob("*.xlsm"))
        sheets = ooxml.read(path)
        named = with_cell(sheets, Settings.TABLE, Settings.RETURN, "Value", figures.name)
        return from_file(path, named)

    return book


if __name__ == "__main__":
    version, *size = sys.argv[1:] or ["365"]
    made = (large(*map(int, size)), "yes") if size else (book_to_may, "ok")
    with tempfile.TemporaryDirectory() as place:
        found = calls_of_a_refresh(Path(place), version, *made)
    print(f"{len(found.made):5} calls in all")
    for name, times in found.most_frequent():
        print(f"{times:5} {name}")
