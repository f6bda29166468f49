"""An officer at an open workbook in memory: what message boxes say and how they are answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from xlwings import base_classes

from tests.support.books import new_sheets, with_cell
from tests.support.memory_engine import INSTEAD, MemoryBook, from_sheets, open_in_memory
from tests.support.object_model import App, Book, Books, Engine, open_book
from xl_addin.excel import live
from xl_addin.layout import Dataset, Settings
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.table import Sheets

CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("M2", "MASH", "Referrals"),
        Measure("M3", "MASH", "Conversion", unit=Unit.PERCENTAGE, numerator="M2", denominator="M1"),
    )
)
HEADINGS = "Measure Ref,Month,Numerator,Denominator,Value,Status,Note"
WINDOW = 4711


class OfficerApp(App):
    """Excel with an officer in front of it, who answers each question with the next answer."""

    def __init__(self, engine: Engine, answers: Sequence[str | None]) -> None:
        super().__init__(engine)
        self.boxes: list[str] = []
        self.modes: list[str | None] = []
        self.asked: list[str] = []
        self.while_asked: Callable[[], Any] = lambda: None
        self._answers = list(answers)
        self.in_window: list[Engine] = []

    @property
    def books(self):
        if not self.in_window:
            return Books(self)
        return OpenBooks([Book(engine.app) for engine in self.in_window if engine.app.has_book])

    @property
    def hwnd(self) -> int:
        return WINDOW

    def alert(self, prompt, title, buttons, mode, callback):
        self.boxes.append(prompt)
        self.modes.append(mode)
        if buttons == "ok":
            return "ok"
        self.asked.append(buttons)
        self.while_asked()
        answer = self._answers.pop(0)
        if answer not in (None, *buttons.split("_")):
            pytest.fail(f"{answer} is no answer to: {prompt}")
        return answer


class OpenBooks(base_classes.Books):
    """The workbooks open in one window of Excel; the last one is the active one."""

    def __init__(self, books: list[Book]) -> None:
        self._books = books

    @property
    def active(self):
        return self._books[-1]

    def __iter__(self):
        return iter(self._books)

    def __len__(self):
        return len(self._books)

    def __call__(self, name_or_index):
        return next(book for book in self._books if book.name == name_or_index)


def window_with(
    memories: Sequence[MemoryBook], *answers: str
) -> tuple[xw.Engine, list[OfficerApp]]:
    """Excel with several workbooks open, and the officer at each of them."""
    engines = [Engine("memory", memory) for memory in memories]
    for engine in engines:
        engine.app = OfficerApp(engine, answers)
    window = engines[-1]
    window.app.in_window = engines
    window.apps._app = window.app
    return xw.Engine(impl=window), [engine.app for engine in engines]


def at_work(memory: MemoryBook, *answers: str | None) -> tuple[xw.Book, OfficerApp]:
    """The workbook as the macros get it, and the officer."""
    if INSTEAD:
        return INSTEAD[-1].at_work(memory, *answers)
    engine = Engine("memory", memory)
    engine.app = OfficerApp(engine, answers)
    return open_book(engine), engine.app


def saved_book(
    folder: Path, sheets: Sheets | None = None, name: str = "Dataset.xlsm"
) -> MemoryBook:
    """A new workbook, saved in a folder, whose Settings name the return "June.csv" beside it."""
    sheets = sheets or new_sheets(CATALOGUE)
    memory = from_sheets(with_cell(sheets, Settings.TABLE, Settings.RETURN, "Value", "June.csv"))
    memory.fullname = (folder / name).as_posix()
    (folder / name).write_bytes(b"as it was saved")
    return memory


def write_return(folder: Path, *lines: str) -> Path:
    """The return beside the workbook; without lines, one of June 2015."""
    rows = lines or ("M1,2015-06,,,585,,", "M2,2015-06,,,230,,")
    path = folder / "June.csv"
    path.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8")
    return path


def page(memory: MemoryBook):
    return live.read(open_in_memory(memory)).tables[Dataset.TABLE]


def cell(memory: MemoryBook, ref: str, heading: str):
    table = page(memory)
    return next(row[table.headings.index(heading)] for row in table.rows if row[0] == ref)
