"""An open workbook: one that an officer has in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.excel import live
from xl_addin.excel.backup import back_up
from xl_addin.settings import Keep
from xl_addin.table import Sheets
from xl_addin.update import Update

if TYPE_CHECKING:
    from xlwings import main


@dataclass(frozen=True, slots=True)
class OpenBook:
    """The workbook that Excel has open, and the three things the month's work does to it."""

    book: main.Book

    @property
    def name(self) -> str:
        """How officers call it: its file name."""
        return str(self.book.name)

    @property
    def folder(self) -> Path:
        """Where returns without a folder are looked for."""
        return Path(self.book.fullname).parent

    def read(self) -> Sheets:
        """Its tables and named ranges as they stand, saved or not. Raises WorkbookRefused."""
        live.check(self.book)
        return live.read(self.book)

    def apply(self, update: Update) -> None:
        """Change what an update says and nothing else. Raises WorkbookRefused."""
        live.apply(self.book, update)

    def back_up(self, when: datetime, keep: Keep) -> Path:
        """Save it, so that nothing typed is lost, and copy the file before it is changed."""
        self.book.save()
        return back_up(Path(self.book.fullname), when, keep)
