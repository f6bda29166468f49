"""Workbooks ready for the month's work: 22 measures, figures up to May 2015, and June's return."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.refresh import Occasion
from xl_addin.sources.catalogue import read_catalogue

NAME = "Monthly Dataset.xlsm"
OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.1.0")
JUNE = RETURN


@cache
def ready_bytes() -> bytes:
    """A workbook that holds what the issue of May 2015 held."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        title, catalogue = read_catalogue(None)
        write_template(path, title, catalogue)
        refresh(path, HISTORY, Occasion(datetime(2026, 6, 1, 9), "officer", "0.1.0"))
        return path.read_bytes()


def ready_book(folder: Path, name: str = NAME) -> Path:
    """That workbook in a folder."""
    path = folder / name
    path.write_bytes(ready_bytes())
    return path


def refresh(path: Path, file: Path | None = JUNE, occasion: Occasion = OCCASION) -> bool:
    """Do the month's work on a closed workbook, saying yes."""
    return refresh_book(
        ClosedBook(path),
        occasion,
        tell=lambda line: None,
        agree=lambda: True,
        how=HowToRefresh(file=file),
    )
