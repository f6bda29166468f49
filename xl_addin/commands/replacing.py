"""A workbook whose file is replaced as a whole: by an undo, or by its upgrade."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from xl_addin.dataset.settings import Keep
from xl_addin.excel.backups import record_outcome
from xl_addin.ooxml.refusals import read_any, refuse
from xl_addin.ooxml.saving import replace_file

_KEEP_ALL = Keep(copies=100_000)


class Replaceable(Protocol):
    """A workbook whose file can be replaced as a whole."""

    @property
    def path(self) -> Path:
        """Its file."""

    @property
    def is_saved(self) -> bool:
        """Whether the file holds all that there is in the workbook."""

    def refuse_unless_replaceable(self) -> None:
        """Raise WorkbookRefused for what keeps its file from being replaced."""

    def back_up(self, when: datetime, keep: Keep, change: str = "") -> Path:
        """Copy it, with all that there is in it, before it is changed."""

    def set_aside(self) -> AbstractContextManager[None]:
        """See to it that no program has the file meanwhile."""


def replace_book(book: Replaceable, data: bytes, now: bytes, when: datetime, change: str) -> Path:
    """Back a workbook up and replace its file, which holds ``now``; give the backup.

    What it was is lost at no moment. ``change`` is what the list of backups calls that.
    """
    path = book.path
    if read_any(path) != now:
        raise refuse(path, "Someone has saved the workbook in the meantime.", "Do it again.")
    kept = book.back_up(when, _KEEP_ALL, change)
    was = kept.read_bytes()
    with book.set_aside():
        replace_file(path, data, was, same_as(path, data))
        record_outcome(kept, path)
    return kept


def same_as(path: Path, data: bytes) -> Callable[[bytes], None]:
    """What refuses a file that does not read back as it was written."""

    def check(written: bytes) -> None:
        if written != data:
            found = "The workbook could not be written whole."
            raise refuse(path, found, "Try again; if it stays, copy a backup by hand.")

    return check
