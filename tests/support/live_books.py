"""A small page and a log in memory, and what is done to them when live code is tested."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from tests.support.memory_engine import Cell, MemoryBook, MemoryTable, open_in_memory
from xl_addin.layout import TABLES
from xl_addin.table import Formula
from xl_addin.update import AppendRows, Calculated, Row, SetName, SetRows, Update

HEADINGS = ("Ref", "May 2015", "Jun 2015", "Twice", "Owner")
NAMED = ("Ref", "Jun 2015", "Jul 2015", "Twice")
ROLL = {"May 2015": "Jun 2015", "Jun 2015": "Jul 2015"}
LOG = ("When", "Source", "Figures")
PAGE = "Data set"


def book_of(measures: int = 3, recorded: int = 2) -> MemoryBook:
    """A page of measures with a formula each, below it a line of text; a log on its own sheet."""
    page = {(4, 2 + at): Cell(heading, "@") for at, heading in enumerate(HEADINGS)}
    for at in range(measures):
        row = 5 + at
        code = "0%" if at == 1 else "0"
        page |= {(row, 2): Cell(f"M{at + 1}"), (row, 3): Cell(1.0 + at, code)}
        page |= {(row, 4): Cell(10.0 * (at + 1), code), (row, 5): Cell(["f", f"=D{row}*2"])}
        page[row, 6] = Cell(f"Officer {at + 1}", "@")
    page[1, 2] = Cell("Monthly Dataset")
    page[2, 2] = Cell(["d", 42156.0], "mmm yyyy")
    page[6 + measures, 2] = Cell("below the table")
    log = {(1, 1 + at): Cell(heading, "@") for at, heading in enumerate(LOG)}
    for at in range(recorded):
        log[2 + at, 1] = Cell(["d", 42000.5 + at], "dd/mm/yyyy hh:mm")
        log |= {(2 + at, 2): Cell("June.csv"), (2 + at, 3): Cell(22.0)}
    return MemoryBook(
        {PAGE: page, "Log": log},
        {
            "Dataset": MemoryTable(PAGE, (4, 2, 1 + measures, 5)),
            "RefreshLog": MemoryTable("Log", (1, 1, 1 + max(recorded, 1), 3)),
        },
        {
            "DatasetTitle": f"='{PAGE}'!$B$1",
            "DatasetMonth": f"='{PAGE}'!$B$2",
            "BelowTable": f"='{PAGE}'!$B${6 + measures}",
            "Threshold": "=10",
            "Whole": "=Log!$A:$A",
            "Log!Print_Area": "=Log!$A$1:$C$3",
        },
    )


def our_book() -> MemoryBook:
    """A workbook with every table a workbook of ours has, each on a sheet of its own."""
    book = MemoryBook()
    for name, columns in TABLES.items():
        book.cells[name] = {(1, 1 + at): Cell(heading, "@") for at, heading in enumerate(columns)}
        book.tabled[name] = MemoryTable(name, (1, 1, 2, len(columns)))
    return book


def rolled(rows: list[tuple[str, float, float, int | None]], **options) -> SetRows:
    """The page moved on by a month: ref, two figures, and the row it was."""
    cells = tuple(
        Row((ref, old, new, Formula("=[@[Jul 2015]]*2", 2 * new)), was, **options)
        for ref, old, new, was in rows
    )
    return SetRows("Dataset", NAMED, cells, ROLL)


MONTH = datetime(2015, 7, 1)
LOG_ROW = (datetime(2015, 8, 3, 9, 30), "July return.csv", 3.0)
REFRESH = Update(
    (
        AppendRows("RefreshLog", LOG, (LOG_ROW,)),
        rolled([("M1", 10.0, 11.0, 0), ("M2", 20.0, 21.0, 1), ("M3", 30.0, 31.0, 2)]),
        SetName("DatasetMonth", ((date(2015, 7, 1),),)),
        Calculated("DatasetTitle", (("not written",),)),
    )
)
REARRANGE = Update(
    (
        rolled(
            [
                ("NEW", 0.0, 1.0, None),
                ("M3", 30.0, 31.0, 2),
                ("M1", 10.0, 11.0, 0),
                ("LAST", 5.0, 6.0, None),
            ],
            number_formats={},
        ),
        REFRESH.changes[0],
    )
)
UPDATES = {"a month": REFRESH, "rows come, move and go": REARRANGE}


LOOKS_LIKE_SOMETHING_ELSE = [
    "=1+1", "=nonsense(", "+44 1234", "-", "--", "@here", "'quoted'", "1-2", "1/2", "Jun 2015",
    "1 Jun", "12:30", "39%", "£5", "(5)", "007", "1e5", "1,234", "TRUE", "False", "#N/A?", "2015",
    " 12", "12 ", "plain words", "Éva", "no: 3", "line one\nline two",
]  # fmt: skip


def calls_of(memory: MemoryBook, work: Callable[[object], object]) -> int:
    book = open_in_memory(memory)
    work(book)
    return len(book.impl.calls.made)
