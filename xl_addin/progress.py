"""Progress: a line that says what is going on, once it has taken a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from xl_addin.commands.book import Book
from xl_addin.dataset.settings import Keep
from xl_addin.errors import Problem
from xl_addin.table import Sheets
from xl_addin.update import OnCells, PutOn, Update
from xl_addin.values import value_type

PATIENCE = 1.0
"""Seconds after which a person wonders whether anything happens."""


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

    def put_on(self) -> OnCells | None:
        """What is put on single figures of the page."""
        with progress(f"Reading {self.name}"):
            return self.book.put_on()

    def can_put_back(self, thing: PutOn) -> bool:
        """Whether it can be put on a figure again, as the workbook is now."""
        return self.book.can_put_back(thing)

    def apply(self, update: Update) -> tuple[Problem, ...] | None:
        """Change what an update says and nothing else, and say what to look at afterwards."""
        with progress(f"Writing {self.name}"):
            return self.book.apply(update)

    def back_up(self, when: datetime, keep: Keep, change: str = "") -> Path:
        """Copy it before it is changed."""
        with progress(f"Backing up {self.name}"):
            return self.book.back_up(when, keep, change)


@contextmanager
def progress(stage: str) -> Iterator[None]:
    """Show a stage on the terminal while it lasts longer than a second."""
    done = Event()
    watch = Thread(target=_show, args=(stage, done), daemon=True)
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
