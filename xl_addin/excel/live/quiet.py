"""Excel while it is being worked on: quiet, and as before afterwards, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from xl_addin.errors import HalfChanged, LeftQuiet, Problem
from xl_addin.excel.live.com import is_busy, load_xlwings, wait_until_ready, words_of

if TYPE_CHECKING:
    from xlwings import main

_QUIET: tuple[tuple[str, Any], ...] = (
    ("screen_updating", False),
    ("display_alerts", False),
    ("enable_events", False),
    ("calculation", "manual"),
)
_TRIES = 3

Done = TypeVar("Done")

Undo = list[Callable[[], object]]
"""What puts a workbook back, in the order the changes were made.

Each step is ready before its change is made, so it may find nothing to do; and it may be taken
again when it failed.
"""


@contextmanager
def quiet(app: main.App) -> Iterator[None]:
    """Hold back drawing, events, questions and calculation; put each back at the end.

    A workbook that an officer calculates by hand is calculated once when all is done. An Excel that
    is busy is waited for before: it would not take its settings back.
    """
    load_xlwings()
    before: dict[str, Any] = {}
    try:
        for setting, value in _QUIET:
            before[setting] = getattr(app, setting)
            setattr(app, setting, value)
        yield
        if before["calculation"] != "automatic":
            app.calculate()
    except BaseException as failure:
        if is_busy(failure):
            wait_until_ready(app)
        _put_all_back(app, before)
        raise
    if failures := _put_all_back(app, before):
        raise _left_quiet(failures[0]) from failures[0]


def _left_quiet(error: BaseException) -> LeftQuiet:
    found = f"Excel did not take its settings back when all was done ({words_of(error)})."
    remedy = "Save the workbook, close Excel and open it again."
    return LeftQuiet([Problem("Excel", found, remedy)])


def _put_all_back(app: main.App, before: dict[str, Any]) -> list[BaseException]:
    """Put every setting back; what went wrong each time it was tried."""
    steps = [partial(setattr, app, setting, value) for setting, value in before.items()]
    return _failures([*steps, partial(say, app, False)])


def say(app: main.App, stage: str | bool) -> None:
    """Show a stage of the work in the status bar, where there is one; False gives it back."""
    with suppress(NotImplementedError, AttributeError):
        app.status_bar = stage


@contextmanager
def all_or_nothing(book: str, app: main.App) -> Iterator[Undo]:
    """Collect how each change is undone, and undo them all, last first, when one fails.

    An Excel that is busy is waited for before. Raises what failed; HalfChanged instead when the
    workbook, of that name, could not be put back either.
    """
    undo = Undo()
    try:
        yield undo
    except BaseException as failure:
        if left := _way_back(app, undo, failure):
            raise _half_changed(book, left[0]) from failure
        raise


def _way_back(app: main.App, undo: Undo, failure: BaseException) -> list[BaseException]:
    """Undo all changes; what went wrong. Nothing is tried with an Excel that stays busy."""
    if undo and is_busy(failure) and not wait_until_ready(app):
        return [failure]
    return _failures(reversed(undo))


def _failures(steps: Iterable[Callable[[], object]]) -> list[BaseException]:
    """Take every step, trying again where one fails; what went wrong to the last."""
    return [error for step in steps if (error := _failure_of(step))]


def _failure_of(step: Callable[[], object]) -> BaseException | None:
    """What a step raised in the end."""
    try:
        insist(step)
    except (Exception, KeyboardInterrupt) as error:
        return error
    return None


def insist(step: Callable[[], Done]) -> Done:
    """Take a step that may be taken again, up to three times; raise what it raised the last.

    An officer who asks to stop has to ask for it three times, too. A busy Excel has been waited
    for by then.
    """
    for _ in range(_TRIES - 1):
        try:
            return step()
        except (Exception, KeyboardInterrupt) as failure:
            if is_busy(failure):
                raise
    return step()


def _half_changed(book: str, error: BaseException) -> HalfChanged:
    found = f"Excel stopped halfway, and the workbook could not be put back ({words_of(error)})."
    remedy = "Close it without saving, open it again and try once more."
    return HalfChanged([Problem(book, found, remedy)])
