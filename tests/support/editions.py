"""The workbooks of earlier editions, kept as they were, and what is done with them."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from tests.support.places import EDITIONS
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.commands.upgrade import upgrade_book
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.demo import HISTORY
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.period import Month
from xl_addin.refresh import Occasion

KEPT = sorted(EDITIONS.glob("*/*.xlsm"))
OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.2.0")


def called(path: Path) -> str:
    """A kept workbook as the tests name it: "1/demo.xlsm"."""
    return f"{path.parent.name}/{path.name}"


def copied(kept: Path, folder: Path) -> Path:
    """A kept workbook in a folder of its own."""
    return Path(shutil.copy(kept, folder / kept.name))


def silent(line: str) -> None:
    """Tell nobody."""


def upgraded(path: Path) -> bool:
    """Upgrade a closed workbook, saying yes."""
    with held(path) as book:
        return upgrade_book(book, OCCASION, tell=silent, agree=lambda: True)


def read(path: Path) -> Workbook:
    """What a closed workbook says."""
    return parse_workbook(ClosedBook(path).read())


def brought_in(path: Path, file: Path) -> bool:
    """Bring a return into a closed workbook, saying yes."""
    with held(path) as book:
        return refresh_book(
            book, OCCASION, tell=silent, agree=lambda: True, how=HowToRefresh(file=file)
        )


def next_return(path: Path) -> Path:
    """A return for the month after the one shown; for a workbook without figures, all of them."""
    workbook = read(path)
    if workbook.month is None:
        return HISTORY
    month: Month = workbook.month.plus(1)
    rows = [f"{measure.ref},{month.label},,,,Not counted yet," for measure in workbook.catalogue]
    rows[0] = f"M1,{month.label},,,1234,,Counted twice"
    file = path.with_name("Next return.csv")
    heading = "Measure Ref,Month,Numerator,Denominator,Value,Status,Note"
    file.write_text("\n".join([heading, *rows]), encoding="utf-8")
    return file
