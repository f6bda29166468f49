"""Excel fails at some of the calls that change an open workbook.

The workbook is afterwards as it was or complete. ``tests.proof.live_faults`` tries every call.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from typing import Any

import xlwings as xw

from tests.support.libreoffice.engine import Calc
from tests.support.live_kinds import Kind
from tests.support.memory_engine import open_in_memory
from tests.support.object_model import ExcelFailed
from tests.support.ready import JUNE, OCCASION, ready_book
from xl_addin.commands.find_return import find_return
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import HalfChanged
from xl_addin.excel import dataset_file, live
from xl_addin.refresh import refresh
from xl_addin.update import Update

CHANGING = {
    "App.status_bar written",
    "App.screen_updating written",
    "App.display_alerts written",
    "App.enable_events written",
    "App.calculation written",
    "Range.raw_value written",
    "Range.number_format written",
    "Range.insert",
    "Range.delete",
    "CellsApi.Cut",
    "Table.resize",
}
"""The calls that change something: any other has not acted when it fails."""

BEFORE, AFTER = "before it acts", "after it has acted"
AS_BEFORE, COMPLETE, BETWEEN = "as it was", "complete", "between"

Fails = Callable[[int, str], bool]
"""Whether a call, counted from 1, fails at such a moment."""


def apply_failing(
    book: xw.Book, update: Update, fails: Fails, file: bytes | None = None
) -> Exception | None:
    """Apply with calls that fail; what came out of it."""
    calls = book.impl.calls
    calls.made.clear()
    calls.fails = lambda number: fails(number, BEFORE)
    calls.fails_after = lambda number: fails(number, AFTER)
    try:
        live.apply(book, update, file=file)
    except Exception as error:
        return error
    finally:
        calls.fails = calls.fails_after = lambda number: False
    return None


def alone(when: str, number: int) -> Fails:
    """One call fails, the others do not."""
    return lambda call, moment: (call, moment) == (number, when)


def is_told(kind: Kind, error: Exception | None) -> bool:
    """Whether an officer is told that it failed; not to save, only where rows were brought back."""
    return isinstance(error, ExcelFailed) or (kind.leave_early and isinstance(error, HalfChanged))


Attempt = tuple[int, tuple[object, ...], Exception | None]
"""A call, the state of the workbook once it has failed, and what came out."""


def attempts(
    kind: Kind, fails: Callable[[int], Fails], numbers: Iterable[int] = ()
) -> Iterator[Attempt]:
    """Make a change in memory with the faults of one call after the other."""
    for number in numbers or range(1, len(kind.calls) + 1):
        memory = kind.book()
        error = apply_failing(open_in_memory(memory), kind.update, fails(number))
        yield number, memory.state(), error


@dataclass
class Desk:
    """A workbook in LibreOffice that is opened anew once it is not as it was."""

    calc: Calc
    path: Path
    update: Update

    def open(self) -> None:
        self.book = self.calc.open(self.path)

    def reopen(self) -> None:
        self.calc.close()
        self.open()

    def learn(self) -> list[str]:
        """See the workbook as it is and as it is to be; the calls that lie between."""
        self.open()
        self.before = self.calc.state()
        live.apply(self.book, self.update)
        calls = list(self.book.impl.calls.made)
        self.complete = self.calc.state()
        assert self.complete != self.before
        self.reopen()
        return calls

    def outcome(self, fails: Fails) -> str:
        """What became of the workbook."""
        raised = apply_failing(self.book, self.update, fails)
        now = self.calc.state()
        if now == self.before:
            return AS_BEFORE if raised else f"{AS_BEFORE}, and nobody was told"
        self.reopen()
        return COMPLETE if now == self.complete else f"{BETWEEN}: {differences(self.before, now)}"


def differences(one: Any, other: Any) -> list[Any]:
    """Where two states of a workbook differ, at most five places."""
    cells = [
        (sheet, at, one[0][sheet].get(at), other[0][sheet].get(at))
        for sheet in one[0]
        for at in {**one[0][sheet], **other[0][sheet]}
    ]
    rest = [("", "", *pair) for pair in zip(one[1:], other[1:], strict=True)]
    return [found for found in [*cells, *rest] if found[2] != found[3]][:5]


@contextmanager
def next_month(calc: Calc) -> Iterator[Desk]:
    """22 measures up to May 2015, and June's return."""
    with tempfile.TemporaryDirectory() as folder:
        path = ready_book(Path(folder))
        workbook = parse_workbook(dataset_file.read(path))
        update = refresh(workbook, find_return(workbook, path.parent, JUNE, None), OCCASION)
        yield Desk(calc, path, update)


Faults = Iterable[tuple[int, str]]
"""Calls, counted from 1, and when each fails."""


def every_fault(calls: list[str]) -> Faults:
    """Each call, before it acts and after."""
    return product(range(1, len(calls) + 1), (BEFORE, AFTER))


def some_faults(calls: list[str], every: int) -> Faults:
    """Every so many of the calls that change something, in turn before they act and after."""
    changing = [number for number, call in enumerate(calls, 1) if call in CHANGING]
    return zip(changing[::every], cycle((AFTER, BEFORE)))


def outcomes(desk: Desk, faults: Callable[[list[str]], Faults]) -> Iterator[tuple[str, str, str]]:
    """Let each call fail alone: which it was, when it failed and what became of the workbook."""
    calls = desk.learn()
    for number, when in faults(calls):
        yield f"{number}: {calls[number - 1]}", when, desk.outcome(alone(when, number))
