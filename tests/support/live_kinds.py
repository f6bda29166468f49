"""Every kind of change to an open workbook: what it stands at, and the update that is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property

from tests.support.books import applied, measure_row, new_sheets, with_cell
from tests.support.live_books import HEADINGS, LOG, LOG_ROW, PAGE, REARRANGE, REFRESH, book_of
from tests.support.memory_engine import Cell, MemoryBook, from_sheets, open_in_memory
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.excel import live
from xl_addin.layout import DataNotes, Measures, Return
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.period import Month
from xl_addin.questions import Reply
from xl_addin.refresh import Occasion, questions, refresh, show, sync_notes
from xl_addin.returns import parse_return
from xl_addin.table import CellValue, Grid, Sheets
from xl_addin.update import AppendRows, Row, SetName, SetRows, Update
from xl_addin.values import replace

OCCASION = Occasion(datetime(2015, 8, 3, 9, 30), "officer", "0.1.0")
CATALOGUE = Catalogue(
    (
        Measure("M1", "Front door", "Contacts", key=True),
        Measure("M2", "Front door", "Referrals"),
        Measure(
            "M3", "Front door", "Share", unit=Unit.PERCENTAGE, numerator="M2", denominator="M1"
        ),
        Measure("LAC1", "Care", "Looked after children", key=True),
    )
)
JUNE = {"M1": 1303.0, "M2": 510.0, "LAC1": 620.0}
Figures = Mapping[str, CellValue]


@dataclass(frozen=True)
class Kind:
    """A kind of change, from a workbook as it stands."""

    name: str
    before: MemoryBook
    update: Update
    leave_early: bool = False
    """Whether rows leave before the last change, so that they may have to be brought back."""

    def book(self) -> MemoryBook:
        """A copy of the workbook, to be changed."""
        old = self.before
        return MemoryBook(
            {sheet: dict(cells) for sheet, cells in old.cells.items()},
            {name: dataclasses.replace(table) for name, table in old.tabled.items()},
            dict(old.named),
            dict(old.settings),
        )

    @cached_property
    def unchanged(self) -> tuple[object, ...]:
        """The state of the workbook before anything is done."""
        return self.before.state()

    @cached_property
    def complete(self) -> tuple[object, ...]:
        """The state of the workbook once nothing has failed."""
        done = self.book()
        live.apply(open_in_memory(done), self.update)
        return done.state()

    @cached_property
    def calls(self) -> list[str]:
        """The calls that are made when nothing fails."""
        book = open_in_memory(self.book())
        live.apply(book, self.update)
        return list(book.impl.calls.made)


@cache
def kinds() -> dict[str, Kind]:
    """All of them by name."""
    made = [Kind(name, _as_officers_have_it(s), update) for name, s, update in _of_the_month()]
    return {kind.name: kind for kind in (*made, *_of_tables())}


def _as_officers_have_it(sheets: Sheets) -> MemoryBook:
    """Days shown as days, and a line below each table, at a distance from some."""
    book = from_sheets(sheets)
    for at, cell in book.cells["Names"].items():
        if isinstance(cell.content, list):
            book.cells["Names"][at] = dataclasses.replace(cell, number_format="mmm yyyy")
    for number, table in enumerate(book.tabled.values()):
        row, column, rows, _ = table.rect
        book.cells[table.sheet][row + rows + number % 3, column] = Cell("a line below", "0.00")
    return book


def _return(month: str, figures: Figures) -> Grid:
    rows = [(ref, month, None, None, value, None, None) for ref, value in figures.items()]
    return Grid("return.csv", (Return.COLUMNS, *rows))


def _refreshed(sheets: Sheets, *returned: tuple[str, Figures]) -> Update:
    workbook = parse_workbook(sheets)
    grids = [_return(month, figures) for month, figures in returned]
    return_ = parse_return(grids, workbook.catalogue, "return.csv", "0" * 64)
    yes = {q.key: Reply.YES for q in questions(workbook, return_, OCCASION)}
    return refresh(workbook, return_, OCCASION, answers=yes)


@cache
def _in_june() -> Sheets:
    """A workbook that shows June: one measure is not updated, and a month was restated."""
    sheets = new_sheets(CATALOGUE)
    may = {ref: figure - 7 for ref, figure in JUNE.items()}
    for returned in (("2015-05", may), ("2015-06", {**JUNE, "LAC1": "Late"}), ("2015-05", JUNE)):
        sheets = applied(sheets, _refreshed(sheets, returned))
    return sheets


def _of_the_month() -> Iterator[tuple[str, Sheets, Update]]:
    june = _in_june()
    july = ("2015-07", {ref: figure + 1 for ref, figure in JUNE.items()})
    empty = new_sheets(CATALOGUE)
    yield "the first month", empty, _refreshed(empty, ("2015-06", JUNE))
    yield "the next month", june, _refreshed(june, july)
    yield "a restatement", june, _refreshed(june, ("2015-05", {"M1": 1400.0}))
    yield "another month shown", june, show(parse_workbook(june), Month(2015, 5), OCCASION)
    for name, catalogue in _other_catalogues():
        sheets = _with_measures(june, catalogue)
        yield name, sheets, _refreshed(sheets, ("2015-07", {"M1": 1.0, "LAC1": 2.0}))
    renamed = with_cell(june, Measures.TABLE, "LAC1", Measures.REF, "CLA1")
    yield "a ref renamed", renamed, show(parse_workbook(renamed), Month(2015, 6), OCCASION)
    noted = _with_note(june, (None, "M1; M2", "Counted anew.", *[None] * 5))
    yield "notes synced", noted, sync_notes(parse_workbook(noted), OCCASION)


def _other_catalogues() -> Iterator[tuple[str, Iterable[Measure]]]:
    one, two, share, care = CATALOGUE
    new = Measure("LAC2", "Care", "Started")
    yield "a measure added", (one, two, share, new, care)
    yield "a measure added at the end", (one, two, share, care, new)
    yield "a measure retired", (one, two, care)
    yield "the last measure retired", (care, one)
    yield "rows moved", (care, two, share, one)


def _with_measures(sheets: Sheets, measures: Iterable[Measure]) -> Sheets:
    old = sheets.tables[Measures.TABLE]
    table = replace(old, rows=tuple(measure_row(measure) for measure in measures))
    return replace(sheets, tables={**sheets.tables, Measures.TABLE: table})


def _with_note(sheets: Sheets, note: tuple[CellValue, ...]) -> Sheets:
    old = sheets.tables[DataNotes.TABLE]
    table = replace(old, rows=(*old.rows, note))
    return replace(sheets, tables={**sheets.tables, DataNotes.TABLE: table})


def _of_tables() -> Iterator[Kind]:
    """What a month's work seldom does, on a page with formulas and text below it."""
    below = book_of()
    below.cells[PAGE] |= {(8, 2): Cell("just below"), (8, 4): Cell(["f", "=D5*2"])}
    yield Kind("a month on a small page", below, REFRESH)
    yield Kind("rows come, move and go", below, REARRANGE)
    yield Kind("rows come above text at a distance", book_of(), REARRANGE)
    mixed = book_of()
    mixed.cells[PAGE] |= {(4, 2): Cell("Ref", "General"), (4, 4): Cell(HEADINGS[2], "0.0")}
    yield Kind("headings in several formats", mixed, REFRESH)
    yield Kind("an empty log", book_of(recorded=0), Update((_logged(LOG_ROW, LOG_ROW),)))
    yield Kind("days in cells without a format", book_of(), _days())
    yield Kind("names set", book_of(), Update(tuple(_names())))
    totalled = book_of()
    totalled.tabled["Dataset"].totals = True
    yield Kind(
        "a table with totals", totalled, Update((_kept([None, 1, None]), REFRESH.changes[0]))
    )
    yield Kind("gaps", book_of(7), Update((_kept([0, 2, 4]), _logged(LOG_ROW))))
    none = SetRows("Dataset", HEADINGS[:2], ())
    yield Kind("all rows leave", below, Update((none, _logged(LOG_ROW))))
    twice = Update((_kept([0, 2]), _kept([1, None])))
    yield Kind("a table changed twice", book_of(), twice, leave_early=True)


def _logged(*rows: tuple[CellValue, ...]) -> AppendRows:
    return AppendRows("RefreshLog", LOG, rows)


def _kept(origins: list[int | None]) -> SetRows:
    return SetRows(
        "Dataset", ("Ref",), tuple(Row((f"ref {at}",), was) for at, was in enumerate(origins))
    )


def _days() -> Update:
    rows = [Row((f"M{at}", date(2015, 7, at)), at - 1) for at in (1, 2, 3)]
    page = SetRows("Dataset", ("Ref", "Jun 2015"), tuple(rows))
    return Update((page, SetName("BelowTable", ((date(2015, 7, 1),),))))


def _names() -> Iterator[SetName]:
    yield SetName("DatasetTitle", (("Another title",),))
    yield SetName("BelowTable", ((None,),))
    yield SetName("DatasetMonth", ((date(2015, 7, 1),),))
