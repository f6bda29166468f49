"""A closed workbook: a file that no program has open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from xl_addin.dataset.settings import Keep
from xl_addin.errors import Problem, XlAddinError
from xl_addin.excel import dataset_file
from xl_addin.excel.backups import back_up, discard, folders_of, record_outcome
from xl_addin.excel.lock import one_at_a_time
from xl_addin.excel.paths import refuse_long_names, true_path
from xl_addin.ooxml import AsRead
from xl_addin.ooxml.kept import comes_back
from xl_addin.ooxml.refusals import (
    read_bytes,
    refuse,
    refuse_unless_writable,
    refuse_when_open,
    refusing_damage,
)
from xl_addin.ooxml.saving import clear_leftovers
from xl_addin.table import Sheets
from xl_addin.update import Back, OnCells, PutOn, Update
from xl_addin.values import field, value_type

_UNDO_THERE = "Click Undo last change there (or: xl-addin undo BOOK --live), or close it."


@value_type(frozen=False)
class ClosedBook:
    """The workbook at a path, with the three things the month's work does to it, and undo.

    What is changed is what was read: a workbook saved by someone else in between is refused.
    """

    path: Path
    _seen: AsRead | None = field(default=None, init=False, repr=False, compare=False)
    _copy: Path | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """How officers call it: its file name."""
        return self.path.name

    @property
    def folder(self) -> Path:
        """Where returns without a folder are looked for."""
        return self.path.parent

    def read(self) -> Sheets:
        """Its tables and named ranges. Raises WorkbookRefused."""
        sheets, self._seen = dataset_file.read_to_change(self.path, read_bytes(self.path))
        return sheets

    def put_on(self, *, whole_rows: bool) -> OnCells:
        """What is put on single figures of the page, or its rows. Raises WorkbookRefused."""
        with refusing_damage(self.path):
            seen = self._seen
            known = dataset_file.put_on(seen, whole_rows=whole_rows) if seen else None
        if known is None:
            data = read_bytes(self.path)
            return dataset_file.read_put_on(self.path, data, whole_rows=whole_rows)
        return known

    def comes_back(self, thing: PutOn) -> Back:
        """What it will be on a figure again: in a file all that is whole."""
        return comes_back(thing)

    def apply(self, update: Update) -> tuple[Problem, ...]:
        """Change what an update says and nothing else, and say what to look at afterwards.

        Raises WorkbookRefused.
        What was backed up for a change that is refused after all is no backup of any.
        """
        try:
            left = dataset_file.apply(self.path, update, self._seen)
        except XlAddinError:
            if self._copy is not None:
                discard(self._copy, self.path)
            raise
        self._seen = None
        if self._copy is not None:
            record_outcome(self._copy, self.path)
        return left

    def back_up(self, when: datetime, keep: Keep, change: str = "") -> Path:
        """Copy it beside itself before it is changed. Raises WorkbookRefused where it cannot be."""
        refuse_unless_writable(self.path)
        self._copy = back_up(self.path, when, keep, change)
        return self._copy

    @property
    def is_saved(self) -> bool:
        """Whether the file holds all that there is in the workbook: it is the workbook."""
        return True

    def refuse_unless_replaceable(self) -> None:
        """Raise WorkbookRefused for a file that is open in Excel or read-only, not for none."""
        if self.path.is_dir():
            raise refuse(self.path.resolve(), "This is a folder.", "Name the workbook in it.")
        refuse_when_open(self.path, _UNDO_THERE)
        if self.path.exists():
            refuse_unless_writable(self.path)

    def set_aside(self) -> AbstractContextManager[None]:
        """No program has it: there is nothing to do."""
        return nullcontext()


@contextmanager
def held(path: Path, *, to_change: bool = False) -> Iterator[ClosedBook]:
    """The workbook at a path, held while it is worked on. Raises WorkbookRefused if another does.

    One that is ``to_change`` must be closed in every program, and not read-only: that is said
    before anything else is. What a process that was killed at this work has left is removed.
    """
    path = true_path(path)
    refuse_long_names(path)
    with one_at_a_time(path):
        clear_leftovers(path, *folders_of(path))
        if to_change and path.is_file():
            refuse_unless_writable(path)
        yield ClosedBook(path)
