"""Two ways to an open workbook: in memory, and through xlwings' own Windows code over the double.

What uses the fixture ``way`` (tests/conftest.py) runs twice, and says ``open_in_memory`` and
``at_work`` for both; the mark ``in_memory`` is for a test about the engine in memory itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import xlwings as xw

from tests.support.com_double import RunningExcel, running_excel
from tests.support.com_double.calls import Calls
from tests.support.com_double.desktop import Box
from tests.support.com_double.dispatch import ComReference, dispatch
from tests.support.memory_engine import INSTEAD, MemoryBook


class OfficerAtExcel:
    """An officer in front of Excel, as tests.support.officer has one in memory."""

    def __init__(self, excel: RunningExcel, answers: Sequence[str | None]) -> None:
        self._desktop = excel.desktop
        self._before = len(excel.desktop.boxes)
        self._desktop.answers[:0] = [answer or "cancel" for answer in answers]
        self.while_asked = lambda: None

    @property
    def _shown(self) -> list[Box]:
        return self._desktop.boxes[self._before :]

    @property
    def boxes(self) -> list[str]:
        return [box.text for box in self._shown]

    @property
    def modes(self) -> list[str | None]:
        return [box.icon for box in self._shown]

    @property
    def asked(self) -> list[str]:
        return [box.buttons for box in self._shown if box.buttons != "ok"]

    @property
    def while_asked(self) -> Callable[[], Any]:
        return self._desktop.while_asked

    @while_asked.setter
    def while_asked(self, work: Callable[[], Any]) -> None:
        self._desktop.while_asked = work


@dataclass(frozen=True)
class ThroughCom:
    """Workbooks in memory reached through an Excel of the double."""

    excel: RunningExcel

    @property
    def calls(self) -> Calls:
        return self.excel.calls

    def open_book(self, memory: MemoryBook) -> xw.Book:
        """A workbook in this Excel, which is opened by hand unless it is there."""
        excel = self.excel.excel
        opened = next((book for book in excel.open_books if book.memory is memory), None)
        found = dispatch(ComReference(opened or self.excel.open(memory)))
        return xw.Book(impl=self.excel.layer.Book(xl=found))

    def at_work(self, memory: MemoryBook, *answers: str | None) -> tuple[xw.Book, OfficerAtExcel]:
        """The workbook as the macros get it, and the officer."""
        return self.open_book(memory), OfficerAtExcel(self.excel, answers)


@contextmanager
def through_com() -> Iterator[RunningExcel]:
    """Let tests that open a workbook in memory reach it through COM instead."""
    with running_excel() as excel:
        INSTEAD.append(ThroughCom(excel))
        try:
            yield excel
        finally:
            INSTEAD.pop()
