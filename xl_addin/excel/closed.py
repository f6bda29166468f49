"""A closed workbook: a file that no program has open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xl_addin.excel import file
from xl_addin.excel.backup import back_up
from xl_addin.table import Sheets
from xl_addin.update import Update


@dataclass(frozen=True, slots=True)
class ClosedBook:
    """The workbook at a path, with the three things the month's work does to it."""

    path: Path

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
        return file.read(self.path)

    def apply(self, update: Update) -> None:
        """Change what an update says and nothing else. Raises WorkbookRefused."""
        file.apply(self.path, update)

    def back_up(self, when: datetime) -> Path:
        """Copy it beside itself before it is changed."""
        return back_up(self.path, when)
