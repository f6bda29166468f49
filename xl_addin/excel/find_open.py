"""Workbooks at hand: which of those open in Excel is meant."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.kept_at import known_path, path_of
from xl_addin.excel.live.com import app_of_window, full_name, load_xlwings, refuse_when_busy

if TYPE_CHECKING:
    from xlwings import main


def calling_book(arguments: Sequence[str]) -> tuple[main.Book, main.App, str]:
    """The workbook whose button started this process, its Excel, and how that calls it.

    It is the same whichever workbook is active by now.

    RunPython names it among the arguments, ``--wb=NAME --hwnd=WINDOW``. A name is taken whole,
    also one that holds "=", and one Excel never has two workbooks of the same name open.
    Raises WorkbookRefused where that workbook is open no more.
    """
    said = dict(argument.partition("=")[::2] for argument in arguments)
    name = said.get("--wb", "").strip()
    for app in _apps_of(said.get("--hwnd")):
        refuse_when_busy(app)
        for book in app.books:
            called = str(book.name)
            if name and called.casefold() == name.casefold():
                return book, app, called
    raise _refused(name or "Excel", "The workbook whose button was pressed is not open any more.")


def _apps_of(window: str | None) -> Iterator[main.App]:
    """The Excel that was clicked in: of its windows, another may be in front by now."""
    clicked = app_of_window(window) if window else None
    if clicked:
        yield clicked
        return
    for app in _apps():
        if window in (None, str(app.hwnd)):
            yield app


def open_book(path: Path) -> main.Book:
    """The workbook of a file that is open in Excel. Raises WorkbookRefused when it is not.

    One of that name that was opened from the cloud may be the one that is meant: what to do
    about it is said then.
    """
    apps = list(_apps())
    if not apps:
        raise _refused("Excel", "Excel is not open on this computer.")
    wanted = _known_as(path)
    books = list(_books(apps))
    for book in books:
        kept_at = known_path(full_name(book))
        if kept_at and _known_as(kept_at) == wanted:
            return book
    for book in books:
        if book.name.casefold() == path.name.casefold():
            path_of(book)
    raise _refused(path.name, "The workbook is not open in Excel.")


def path_in_front() -> Path:
    """The file of the workbook that is in front in Excel. Raises WorkbookRefused without one."""
    for app in _apps():
        refuse_when_busy(app)
        if len(app.books):
            return path_of(app.books.active)
    raise _refused("Excel", "No workbook is open in Excel on this computer.")


def _books(apps: Sequence[main.App]) -> Iterator[main.Book]:
    for app in apps:
        refuse_when_busy(app)
        yield from app.books


def _apps() -> Iterator[main.App]:
    xlwings = load_xlwings()
    if xlwings.engines.active is not None:
        yield from xlwings.apps


def _known_as(path: Path) -> str:
    return os.path.normcase(path.resolve())


def _refused(place: str, found: str) -> WorkbookRefused:
    return WorkbookRefused([Problem(place, found, "Open it in Excel, then try again.")])
