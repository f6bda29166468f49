"""Excel while it is being worked on: quiet, and as before afterwards, whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from xl_addin.errors import HalfChanged, Problem

if TYPE_CHECKING:
    from xlwings import main

_QUIET: tuple[tuple[str, Any], ...] = (
    ("screen_updating", False),
    ("display_alerts", False),
    ("enable_events", False),
    ("calculation", "manual"),
)
_ATTEMPTS = 2000
"""Calls that Excel turns away while it is busy are repeated for about a second, not for ever."""

Undo = list[Callable[[], object]]
"""What puts a workbook back, in the order the changes were made."""


@contextmanager
def quiet(app: main.App) -> Iterator[None]:
    """Hold back drawing, events, questions and calculation; put each back at the end.

    A workbook that an officer calculates by hand is calculated once when all is done.
    """
    stop_asking_for_ever()
    before: dict[str, Any] = {}
    try:
        for setting, value in _QUIET:
            before[setting] = getattr(app, setting)
            setattr(app, setting, value)
        yield
        if before["calculation"] != "automatic":
            app.calculate()
    except BaseException:
        _put_all_back(app, before)
        raise
    if failures := _put_all_back(app, before):
        raise failures[0]


def _put_all_back(app: main.App, before: dict[str, Any]) -> list[Exception]:
    """Put every setting back, each tried twice; what went wrong both times."""
    steps = [partial(setattr, app, setting, value) for setting, value in before.items()]
    steps.append(partial(say, app, False))
    return [error for step in steps if _failure_of(step) and (error := _failure_of(step))]


def stop_asking_for_ever() -> None:
    """Make xlwings give up on an Excel that stays busy, for instance while a cell is edited."""
    if sys.platform == "win32":
        from xlwings import _xlwindows

        _xlwindows.N_COM_ATTEMPTS = _ATTEMPTS


def say(app: main.App, stage: str | bool) -> None:
    """Show a stage of the work in the status bar, where there is one; False gives it back."""
    with suppress(NotImplementedError, AttributeError):
        app.status_bar = stage


@contextmanager
def all_or_nothing(book: main.Book) -> Iterator[Undo]:
    """Collect how each change is undone, and undo them all, last first, when one fails.

    Raises what failed; HalfChanged instead when the workbook could not be put back either.
    """
    name = book.name
    undo: Undo = []
    try:
        yield undo
    except BaseException as failure:
        if left := [error for step in reversed(undo) if (error := _failure_of(step))]:
            raise _half_changed(name, left[0]) from failure
        raise


def _failure_of(step: Callable[[], object]) -> Exception | None:
    try:
        step()
    except Exception as error:
        return error
    return None


def _half_changed(book: str, error: Exception) -> HalfChanged:
    found = f"Excel stopped halfway, and the workbook could not be put back ({error})."
    remedy = "Close it without saving, open it again and try once more."
    return HalfChanged([Problem(book, found, remedy)])
