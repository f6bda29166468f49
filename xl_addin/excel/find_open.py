"""Workbooks at hand: which of those open in Excel is meant."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.live.checks import refuse_when_busy

if TYPE_CHECKING:
    from xlwings import main


def calling_book(arguments: Sequence[str]) -> main.Book:
    """The workbook whose button started this process, whichever is active by now.

    RunPython names it among the arguments, ``--wb=NAME --hwnd=WINDOW``. A name is taken whole,
    also one that holds "=", and one Excel never has two workbooks of the same name open.
    Raises WorkbookRefused where that workbook is open no more.
    """
    said = dict(argument.partition("=")[::2] for argument in arguments)
    name = said.get("--wb", "").strip()
    for app in _apps():
        if said.get("--hwnd") in (None, str(app.hwnd)):
            refuse_when_busy(app)
            for book in app.books:
                if name and book.name.casefold() == name.casefold():
                    return book
    raise _refused(name or "Excel", "The workbook whose button was pressed is not open any more.")


def open_book(path: Path) -> main.Book:
    """The workbook of a file that is open in Excel. Raises WorkbookRefused when it is not."""
    apps = list(_apps())
    if not apps:
        raise _refused("Excel", "Excel is not open on this computer.")
    wanted = _known_as(path)
    for app in apps:
        refuse_when_busy(app)
        for book in app.books:
            if _known_as(Path(book.fullname)) == wanted:
                return book
    raise _refused(path.name, "The workbook is not open in Excel.")


def _apps() -> Iterator[main.App]:
    import xlwings

    if xlwings.engines.active is not None:
        yield from xlwings.apps


def _known_as(path: Path) -> str:
    return os.path.normcase(path.resolve())


def _refused(place: str, found: str) -> WorkbookRefused:
    return WorkbookRefused([Problem(place, found, "Open it in Excel, then try again.")])
