"""Progress: a line that says what is going on, once it has taken a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from xl_addin.commands.book import Book
from xl_addin.dataset.settings import Keep
from xl_addin.errors import Problem
from xl_addin.table import Sheets
from xl_addin.update import Back, OnCells, PutOn, Update
from xl_addin.values import value_type

if TYPE_CHECKING:
    from xl_addin.disclosure.protection import Watch

PATIENCE = 1.0
"""Seconds after which a person wonders whether anything happens."""

REDRAWN = 0.1
"""Seconds between two looks at how far a work has come."""

T = TypeVar("T")


@value_type
class BookWithProgress:
    """A workbook that says what is done to it while that takes long."""

    book: Book

    @property
    def name(self) -> str:
        """How officers call it."""
        return self.book.name

    @property
    def folder(self) -> Path:
        """Where returns without a folder are looked for."""
        return self.book.folder

    def read(self) -> Sheets:
        """Its tables and named ranges."""
        with progress(f"Reading {self.name}"):
            return self.book.read()

    def put_on(self, *, whole_rows: bool) -> OnCells | None:
        """What is put on single figures of the page, or its rows."""
        with progress(f"Reading {self.name}"):
            return self.book.put_on(whole_rows=whole_rows)

    def comes_back(self, thing: PutOn) -> Back:
        """What it will be on a figure again, as the workbook is now."""
        return self.book.comes_back(thing)

    def apply(self, update: Update) -> tuple[Problem, ...] | None:
        """Change what an update says and nothing else, and say what to look at afterwards."""
        with progress(f"Writing {self.name}"):
            return self.book.apply(update)

    def back_up(self, when: datetime, keep: Keep, change: str = "") -> Path:
        """Copy it before it is changed."""
        with progress(f"Backing up {self.name}"):
            return self.book.back_up(when, keep, change)

    @contextmanager
    def solving(self) -> Iterator[Watch]:
        """Show how far the solver has come with what it is at."""
        with counted("Solving") as steps:
            yield steps.came_to


@value_type(frozen=False)
class Steps:
    """How far a work of many steps has come."""

    stage: str
    what: str = ""
    done: int = 0
    of: int = 0

    def came_to(self, what: str, done: int, of: int) -> None:
        """Keep what is being done, and how much of it is."""
        self.what, self.done, self.of = what, done, of

    def __str__(self) -> str:
        return f"{self.stage} {self.what}".strip()


@contextmanager
def counted(stage: str) -> Iterator[Steps]:
    """Show on the terminal how far a work has come while it lasts longer than a second."""
    steps = Steps(stage)
    with _watched(_count, steps):
        yield steps


@contextmanager
def progress(stage: str) -> Iterator[None]:
    """Show a stage on the terminal while it lasts longer than a second."""
    with _watched(_show, stage):
        yield


@contextmanager
def _watched(show: Callable[[T, Event], None], what: T) -> Iterator[None]:
    done = Event()
    watch = Thread(target=show, args=(what, done), daemon=True)
    if sys.stderr.isatty():
        watch.start()
    try:
        yield
    finally:
        done.set()
        if watch.is_alive():
            watch.join()


@contextmanager
def counting(stage: str, total: int) -> Iterator[Callable[[], None]]:
    """Show on the terminal how many of several things are done; what is given counts one more."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(stage, total=total)
        yield lambda: bar.advance(task)


def _show(stage: str, done: Event) -> None:
    if done.wait(PATIENCE):
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{stage} …"):
        done.wait()


def _count(steps: Steps, done: Event) -> None:
    if done.wait(PATIENCE):
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(str(steps), total=steps.of or None, completed=steps.done)
        while not done.wait(REDRAWN):
            bar.update(task, description=str(steps), completed=steps.done, total=steps.of or None)
