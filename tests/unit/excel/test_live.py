"""The open workbook, over one in memory: what it says, what changes, in how many calls."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.books import applied, new_sheets
from tests.support.live_books import (
    HEADINGS,
    LOG,
    LOG_ROW,
    LOOKS_LIKE_SOMETHING_ELSE,
    MONTH,
    PAGE,
    REARRANGE,
    REFRESH,
    UPDATES,
    book_of,
    calls_of,
    rolled,
)
from tests.support.memory_engine import Cell, from_sheets, open_in_memory
from tests.support.object_model import typed
from tests.support.ready import NAME, ready_bytes
from xl_addin.commands.find_return import own_return
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file, live
from xl_addin.excel.live.cells import written_cell
from xl_addin.excel.live.checks import Seen
from xl_addin.excel.live.slots import build_slots
from xl_addin.excel.live.table import find_tables
from xl_addin.layout import Name, Return
from xl_addin.measure import Catalogue, Measure
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import parse_return
from xl_addin.table import CellError, CellValue, Grid, Sheets, Table
from xl_addin.update import AppendRows, Calculated, Row, SetName, SetRows, Update
from xl_addin.values import replace

pytestmark = pytest.mark.usefixtures("way")


def test_a_workbook_is_read_as_its_tables_and_named_cells():
    sheets = live.read(open_in_memory(book_of(2, 1)))
    page = Table(
        "Dataset",
        PAGE,
        HEADINGS,
        (("M1", 1.0, 10.0, 20.0, "Officer 1"), ("M2", 2.0, 20.0, 40.0, "Officer 2")),
        5,
    )
    log = Table("RefreshLog", "Log", LOG, ((datetime(2014, 12, 27, 12), "June.csv", 22.0),), 2)
    names = {
        "DatasetTitle": (("Monthly Dataset",),),
        "DatasetMonth": ((date(2015, 6, 1),),),
    }
    assert sheets == Sheets({"Dataset": page, "RefreshLog": log}, names)


class Asked(dict[str, tuple[tuple[CellValue, ...], ...]]):
    """Names that keep in mind which of them were asked for."""

    def __init__(self, names) -> None:
        super().__init__(names)
        self.names: set[str] = set()

    def __contains__(self, name) -> bool:
        self.names.add(name)
        return super().__contains__(name)

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def test_every_name_that_is_looked_at_is_read_of_an_open_workbook():
    sheets = dataset_file.parse(Path(NAME), ready_bytes())
    asked = Asked(sheets.names)
    parse_workbook(Sheets(sheets.tables, asked))
    slots = {n for n in asked.names if re.fullmatch(r"(Key|Signal)Measure\d+", n)}
    assert asked.names - slots == set(Name.READ)
    read = live.read(open_in_memory(from_sheets(sheets)))
    assert read.names.keys() == asked.names & sheets.names.keys()


def test_a_table_that_is_not_what_it_was_when_it_was_read_is_found_anew():
    memory = book_of()
    book = open_in_memory(memory)
    seen = Seen(find_tables(book), {})
    memory.tabled["Log"] = memory.tabled.pop("RefreshLog")
    with pytest.raises(WorkbookRefused, match="The table “RefreshLog” is not there"):
        live.apply(book, Update((AppendRows("RefreshLog", LOG, (LOG_ROW,)),)), seen)
    memory.tabled["RefreshLog"] = memory.tabled.pop("Log")
    live.apply(book, Update((AppendRows("RefreshLog", LOG, (LOG_ROW,)),)), seen)
    assert live.read(book).tables["RefreshLog"].rows[-1] == LOG_ROW


def test_what_hinders_a_change_of_a_seldom_changed_table_is_told_before_it_is_made():
    memory = book_of()
    memory.tabled["Measures"] = memory.tabled.pop("RefreshLog")
    memory.said["ProtectContents", "Log"] = True
    before = memory.state()
    book = open_in_memory(memory)
    seen = Seen(find_tables(book), {})
    with pytest.raises(WorkbookRefused, match="Sheet Log: The sheet is protected"):
        live.apply(book, Update((AppendRows("Measures", LOG, (LOG_ROW,)),)), seen)
    assert memory.state() == before


CELLS = [
    (None, None),
    ("", None),
    ("text", "text"),
    (3.0, 3.0),
    (True, True),
    (["d", 42156.0], date(2015, 6, 1)),
    (["d", 42156.5], datetime(2015, 6, 1, 12)),
    (["d", 0.5], 0.5),
    (["e", "#REF!"], CellError("#REF!")),
    (["e", "#DIV/0!"], CellError("#DIV/0!")),
]


@pytest.mark.parametrize(("held", "read"), CELLS)
def test_each_kind_of_cell_is_read_as_what_it_is(held, read):
    book = book_of(1)
    is_day = isinstance(held, list) and held[0] == "d"
    book.cells[PAGE][5, 6] = Cell(held, "dd/mm/yyyy hh:mm" if is_day else "General")
    cell = live.read(open_in_memory(book)).tables["Dataset"].rows[0][4]
    assert cell == read
    assert type(cell) is type(read)


def test_an_error_newer_than_xlwings_is_an_error_and_not_a_number():
    from xl_addin.excel.live.cells import read_cell

    assert read_cell(-2146826243) == CellError("#SPILL!")
    assert isinstance(read_cell(-2146826243), CellError)
    assert read_cell(-2146826243.0) == -2146826243.0


def test_a_row_of_totals_is_no_row_of_the_table():
    book = book_of(3)
    book.tabled["Dataset"].totals = True
    rows = live.read(open_in_memory(book)).tables["Dataset"].rows
    assert [row[0] for row in rows] == ["M1", "M2"]


@pytest.mark.parametrize("update", UPDATES.values(), ids=list(UPDATES))
def test_an_update_does_to_the_workbook_what_it_says(update):
    book = open_in_memory(book_of())
    expected = applied(live.read(book), update)
    live.apply(book, update)
    after = live.read(book)
    assert {name: table.rows for name, table in after.tables.items()} == {
        name: table.rows for name, table in expected.tables.items()
    }
    assert after.tables["Dataset"].headings == expected.tables["Dataset"].headings
    assert after.names["DatasetMonth"] == expected.names["DatasetMonth"]
    assert book.names["BelowTable"].refers_to_range.value == "below the table"


def test_formats_and_unnamed_columns_travel_with_their_row():
    memory = book_of()
    live.apply(open_in_memory(memory), REARRANGE)
    cells = memory.cells[PAGE]
    formats = {cells[row, 2].content: cells[row, 3].number_format for row in range(5, 9)}
    assert formats == {"NEW": "0", "M3": "0", "M1": "0", "LAST": "0"}
    owners = [cells[row, 6].content for row in range(5, 9)]
    assert owners == [None, "Officer 3", "Officer 1", None]
    assert cells[10, 2].content == "below the table"
    assert memory.tabled["Dataset"].rect == (4, 2, 5, 5)


def test_a_new_row_takes_the_format_of_the_row_above_unless_it_brings_its_own():
    memory = book_of()
    rows = (
        Row(("M1", 1.0), 0),
        Row(("M2", 1.0), 1),
        Row(("N1", 1.0), None),
        Row(("N2", 1.0), None, {"May 2015": "0.00", "Jun 2015": "0.00"}),
        Row(("M3", 1.0), 2),
    )
    live.apply(open_in_memory(memory), Update((SetRows("Dataset", ("Ref", "May 2015"), rows),)))
    found = [[memory.cells[PAGE][row, c].number_format for c in (3, 4)] for row in range(5, 10)]
    assert found == [["0", "0"], ["0%", "0%"], ["0%", "0%"], ["0.00", "0.00"], ["0", "0"]]


def test_a_table_without_rows_keeps_one_blank_row():
    memory = book_of()
    live.apply(open_in_memory(memory), Update((SetRows("Dataset", ("Ref",), ()),)))
    assert memory.tabled["Dataset"].rect == (4, 2, 2, 5)
    table = live.read(open_in_memory(memory)).tables["Dataset"]
    assert table.rows == ((None,) * 5,)


def test_a_table_whose_only_row_is_blank_is_filled_from_there():
    memory = book_of(recorded=0)
    live.apply(open_in_memory(memory), Update((AppendRows("RefreshLog", LOG, (LOG_ROW,) * 2),)))
    assert memory.tabled["RefreshLog"].rect == (1, 1, 3, 3)
    assert live.read(open_in_memory(memory)).tables["RefreshLog"].rows == (LOG_ROW, LOG_ROW)


@pytest.mark.parametrize("text", LOOKS_LIKE_SOMETHING_ELSE)
@pytest.mark.parametrize("number_format", ["General", "@", "0%"])
def test_text_stays_the_text_it_is(text, number_format):
    memory = book_of(1)
    memory.cells[PAGE][5, 6] = Cell("before", number_format)
    change = SetRows("Dataset", ("Owner",), (Row((text,), 0),))
    live.apply(open_in_memory(memory), Update((change,)))
    assert memory.cells[PAGE][5, 6] == Cell(text, number_format)


def test_the_engine_of_the_tests_misreads_bare_text_as_excel_does():
    misread = [text for text in LOOKS_LIKE_SOMETHING_ELSE if typed(text, "General") != text]
    assert {"=1+1", "1-2", "Jun 2015", "39%", "TRUE", "007", "'quoted'"} <= set(misread)


def test_headings_stay_text_when_each_takes_the_name_of_its_neighbour():
    memory = book_of()
    live.apply(open_in_memory(memory), REFRESH)
    headings = [memory.cells[PAGE][4, 2 + at] for at in range(5)]
    assert headings == [Cell(h, "@") for h in ("Ref", "Jun 2015", "Jul 2015", "Twice", "Owner")]


def test_a_date_in_an_unformatted_cell_gets_a_format_and_elsewhere_keeps_it():
    memory = book_of()
    live.apply(open_in_memory(memory), REFRESH)
    assert memory.cells[PAGE][2, 2] == Cell(["d", 42186.0], "mmm yyyy")


def month(measures: int, notes: int) -> Update:
    rows = [(f"M{n + 1}", 10.0 * n, 1.0 + n, n) for n in range(measures)]
    return Update(
        (
            AppendRows("RefreshLog", LOG, (LOG_ROW,) * notes),
            rolled(rows),
            SetName("DatasetMonth", ((date(2015, 7, 1),),)),
        )
    )


@pytest.mark.in_memory
def test_the_number_of_calls_does_not_grow_with_measures_months_or_notes():
    reads = {n: calls_of(book_of(n, n), live.read) for n in (3, 22, 220)}
    applies = {
        n: calls_of(book_of(n, n), lambda book, n=n: live.apply(book, month(n, n)))
        for n in (3, 22, 220)
    }
    assert set(reads.values()) == {READ_CALLS}
    assert set(applies.values()) == {APPLY_CALLS}


READ_CALLS = 45
APPLY_CALLS = 53


@pytest.mark.in_memory
def test_a_refresh_of_22_measures_takes_as_many_calls_as_one_of_220():
    counts = {measures: calls_of_refreshes(measures) for measures in (22, 220)}
    assert counts[22] == counts[220] == [166, 146]


def calls_of_refreshes(measures: int) -> list[int]:
    """The calls of a first month and of the next, on a workbook as the template makes it."""
    catalogue = Catalogue(tuple(Measure(f"M{n}", "Area", f"Measure {n}") for n in range(measures)))
    sheets = new_sheets(catalogue)
    memory, counts = from_sheets(sheets), []
    for month in ("2015-06", "2015-07"):
        rows = [(f"M{n}", month, None, None, float(n + 1), None, None) for n in range(measures)]
        grid = Grid("return.csv", (Return.COLUMNS, *rows))
        return_ = parse_return((grid,), catalogue, "return.csv", "0" * 64)
        update = refresh(parse_workbook(sheets), return_, Occasion(MONTH, "officer", "0.1.0"))
        counts.append(calls_of(memory, lambda book, update=update: live.apply(book, update)))
        sheets = applied(sheets, update)
        found = live.read(open_in_memory(memory)).tables["Dataset"]
        assert found.headings == sheets.tables["Dataset"].headings
        assert [r[:16] for r in found.rows] == [r[:16] for r in sheets.tables["Dataset"].rows]
    return counts


@pytest.mark.in_memory
def test_only_blocks_that_change_are_written():
    memory = book_of()
    book = open_in_memory(memory)
    live.apply(book, REFRESH)
    book.impl.calls.made.clear()
    again = replace(REFRESH.changes[1], headings={})
    live.apply(book, Update((again, REFRESH.changes[2])))
    assert "Range.raw_value written" not in book.impl.calls.made
    first = replace(again.rows[0], cells=("M1", 10.0, 12.0, again.rows[0].cells[3]))
    moved = replace(again, rows=(first, *again.rows[1:]))
    live.apply(book, Update((moved,)))
    assert book.impl.calls.made.count("Range.raw_value written") == 1


@pytest.mark.parametrize(("mode", "calculations"), [("automatic", 0), ("manual", 1)])
def test_a_workbook_that_is_calculated_by_hand_is_calculated_once(mode, calculations):
    memory = book_of()
    memory.settings["calculation"] = mode
    live.apply(open_in_memory(memory), REFRESH)
    assert (memory.calculations, memory.settings["calculation"]) == (calculations, mode)


@pytest.mark.in_memory
def test_an_update_that_changes_nothing_makes_no_call():
    assert calls_of(book_of(), lambda book: live.apply(book, Update())) == 0
    only = Update((Calculated("DatasetTitle", (("x",),)),))
    assert calls_of(book_of(), lambda book: live.apply(book, only)) == 0


ORIGINS = st.integers(1, 8).flatmap(
    lambda old: st.tuples(
        st.just(old),
        st.permutations(range(old)).flatmap(
            lambda order: st.lists(st.sampled_from([True, False]), min_size=old, max_size=old).map(
                lambda kept: [o for o, keep in zip(order, kept, strict=True) if keep]
            )
        ),
        st.lists(st.integers(0, 8), max_size=4),
    )
)


@given(ORIGINS)
@settings(max_examples=60, deadline=None)
def test_any_rows_can_come_move_and_go(case):
    old, origins, new = case
    wanted: list[int | None] = list(origins)
    for at in new:
        wanted.insert(min(at, len(wanted)), None)
    rows = tuple(Row((f"ref {n}",), was) for n, was in enumerate(wanted))
    update = Update((SetRows("Dataset", ("Ref",), rows),))
    book = open_in_memory(book_of(old))
    expected = applied(live.read(book), update).tables["Dataset"].rows
    live.apply(book, update)
    found = live.read(book).tables["Dataset"].rows
    assert [(row[0], row[1], row[4]) for row in found] == [(r[0], r[1], r[4]) for r in expected]


def test_as_many_rows_as_possible_stay_where_they_are():
    slots = build_slots([3, 0, 1, 2, None], 5)
    assert [slot.old for slot in slots if slot.inserted] == [3, None]
    assert [slot.old for slot in slots if slot.leaves] == [3, 4]


@pytest.mark.parametrize("cell", ["", None])
def test_blank_text_is_an_empty_cell(cell):
    assert written_cell(cell) is None


def test_the_monthly_return_follows_measures_in_an_open_workbook_too():
    catalogue = Catalogue((Measure("B2", "New", "Second"), Measure("A1", "Old", "First")))
    sheets = new_sheets(catalogue)
    blank = (None,) * 5
    rows = (("A1", "First", None, None, 7.0, None, None), ("GONE", "Retired", *blank))
    own = replace(sheets.tables[Return.TABLE], headings=Return.OF_TABLE, rows=rows)
    names = {**sheets.names, Name.RETURN_MONTH: (("Jun-15",),)}
    sheets = Sheets({**sheets.tables, Return.TABLE: own}, names)
    book = open_in_memory(from_sheets(sheets))
    workbook = parse_workbook(live.read(book))
    live.apply(book, refresh(workbook, own_return(workbook), Occasion(MONTH, "officer", "0.1.0")))
    after = live.read(book)
    found = after.tables[Return.TABLE].rows
    assert [(row[0], row[4]) for row in found] == [("B2", None), ("A1", 7.0)]
    assert after.tables["Dataset"].headings[15] == "Jun 2015"
