"""The open workbook, over one that is open in LibreOffice."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.books import applied, same_workbook
from tests.support.libreoffice.engine import Calc
from tests.support.live_books import (
    HEADINGS,
    LOG,
    LOOKS_LIKE_SOMETHING_ELSE,
    PAGE,
    REARRANGE,
    REFRESH,
    UPDATES,
    book_of,
)
from tests.support.live_faults import (
    AFTER,
    AS_BEFORE,
    BEFORE,
    COMPLETE,
    Desk,
    next_month,
    outcomes,
    some_faults,
)
from tests.support.memory_engine import open_in_memory as in_memory
from tests.support.own_column import insert_column
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.demo import HISTORY, RETURN
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file, live
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.opened import OpenBook
from xl_addin.excel.template import write_template
from xl_addin.layout import Dataset, Name
from xl_addin.refresh import Occasion
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import CellError
from xl_addin.update import AppendRows, Row, SetName, SetRows, Update
from xl_addin.values import replace

OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.1.0")

pytestmark = pytest.mark.libreoffice


@pytest.fixture
def book(calc: Calc, tmp_path: Path):
    """The workbook of test_live.py, made by XlsxWriter and open in LibreOffice."""
    path = tmp_path / "Dataset.xlsx"
    write_book(path)
    yield calc.open(path)
    calc.close()


def write_book(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    text, count = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0"})
    share = book.add_format({"num_format": "0%"})
    month = book.add_format({"num_format": "mmm yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    page, log = book.add_worksheet(PAGE), book.add_worksheet("Log")
    columns = [{"header": h, "header_format": text} for h in HEADINGS]
    page.add_table("B4:F7", {"name": "Dataset", "columns": columns})
    for at in range(3):
        code = share if at == 1 else count
        page.write(4 + at, 1, f"M{at + 1}")
        page.write(4 + at, 2, 1.0 + at, code)
        page.write(4 + at, 3, 10.0 * (at + 1), code)
        page.write_formula(4 + at, 4, f"=D{5 + at}*2")
        page.write(4 + at, 5, f"Officer {at + 1}", text)
    page.write("B1", "Monthly Dataset")
    page.write("B2", 42156, month)
    page.write("B9", "below the table")
    page.conditional_format("D5:D7", {"type": "cell", "criteria": ">", "value": 1, "format": text})
    columns = [{"header": h, "header_format": text} for h in LOG]
    log.add_table("A1:C3", {"name": "RefreshLog", "columns": columns})
    for at in range(2):
        log.write(1 + at, 0, 42000.5 + at, moment)
        log.write_row(1 + at, 1, ["June.csv", 22])
    book.define_name("DatasetTitle", f"='{PAGE}'!$B$1")
    book.define_name("DatasetMonth", f"='{PAGE}'!$B$2")
    book.define_name("BelowTable", f"='{PAGE}'!$B$9")
    book.define_name("Threshold", "=10")
    book.define_name("Refs", "=Dataset[Ref]")
    book.close()


def test_it_reads_what_the_workbook_in_memory_reads(book):
    assert live.read(book) == live.read(in_memory(book_of()))


@pytest.mark.parametrize("update", UPDATES.values(), ids=list(UPDATES))
def test_an_update_does_to_the_workbook_what_it_says(book, update):
    expected = applied(live.read(book), update)
    live.apply(book, update)
    after = live.read(book)
    assert {n: (t.headings, t.rows) for n, t in after.tables.items()} == {
        n: (t.headings, t.rows) for n, t in expected.tables.items()
    }
    assert after.names["DatasetMonth"] == expected.names["DatasetMonth"]
    assert book.names["BelowTable"].refers_to_range.value == "below the table"


def test_libreoffice_and_memory_make_the_same_number_of_calls(book):
    memory = in_memory(book_of())
    live.apply(memory, REFRESH)
    live.apply(book, REFRESH)
    assert book.impl.calls.made == memory.impl.calls.made


def test_formats_travel_with_their_row_and_new_rows_take_those_above(book, calc):
    rows = (
        Row(("M3", 1.0), 2),
        Row(("M2", 1.0), 1),
        Row(("NEW", 1.0), None),
        Row(("OWN", 1.0), None, {"May 2015": "0.00"}),
    )
    live.apply(book, Update((SetRows("Dataset", ("Ref", "May 2015"), rows),)))
    formats = [row[0] for row in calc.formats(PAGE, (5, 3, 4, 1))]
    assert formats == ["0", "0%", "0%", "0.00"]
    owners = [row[4] for row in live.read(book).tables["Dataset"].rows]
    assert owners == ["Officer 3", "Officer 2", None, None]


def test_text_stays_the_text_it_is(book):
    rows = tuple((None, text, None) for text in LOOKS_LIKE_SOMETHING_ELSE)
    live.apply(book, Update((AppendRows("RefreshLog", LOG, rows),)))
    kept = [row[1] for row in live.read(book).tables["RefreshLog"].rows[2:]]
    assert kept == LOOKS_LIKE_SOMETHING_ELSE


def test_values_of_every_kind_are_read_back_as_they_were_written(book):
    row = (datetime(2015, 8, 3, 9, 30, 15), True, 510 / 1303)
    other = (date(2015, 7, 1), CellError("#N/A"), -0.1)
    live.apply(book, Update((AppendRows("RefreshLog", LOG, (row, other)),)))
    read = live.read(book).tables["RefreshLog"].rows[2:]
    assert read == (row, other)
    assert [type(cell) for cell in (*read[0], *read[1])] == [type(c) for c in (*row, *other)]


def test_errors_of_formulas_are_errors(book, calc):
    calc.write(PAGE, (5, 6, 3, 1), [[["f", "=1/0"]], [["f", "=NA()"]], [["f", "=nowhere"]]])
    read = [row[4] for row in live.read(book).tables["Dataset"].rows]
    assert read == [CellError("#DIV/0!"), CellError("#N/A"), CellError("#NAME?")]
    assert {type(cell) for cell in read} == {CellError}


def test_derived_columns_are_worked_out_when_calculation_is_put_back(book, calc):
    live.apply(book, REFRESH)
    assert calc.setting("calculation") == "automatic"
    assert [row[0] for row in calc.formulas(PAGE, (5, 5, 3, 1))] == ["=D5*2", "=D6*2", "=D7*2"]
    assert [row[3] for row in live.read(book).tables["Dataset"].rows] == [22.0, 42.0, 62.0]


def test_whichever_call_fails_the_workbook_is_as_it_was_or_complete(calc, tmp_path):
    write_book(tmp_path / "Dataset.xlsx")
    desk = Desk(calc, tmp_path / "Dataset.xlsx", REARRANGE)
    found = list(outcomes(desk, partial(some_faults, every=2)))
    calc.close()
    assert {became for _, _, became in found} == {AS_BEFORE, COMPLETE}, found
    assert len(found) > 10


def test_a_refresh_that_fails_leaves_every_sheet_as_it_was_or_complete(calc):
    with next_month(calc) as desk:
        found = list(outcomes(desk, partial(some_faults, every=4)))
        calc.close()
    assert {became for _, _, became in found} == {AS_BEFORE, COMPLETE}, found
    assert {when for _, when, _ in found} == {BEFORE, AFTER}


def test_a_state_of_a_workbook_tells_any_difference(book, calc):
    seen = [calc.state()]
    calc.write(PAGE, (9, 2, 1, 1), [["another text"]])
    seen.append(calc.state())
    calc.set_format(PAGE, (20, 3, 1, 1), "0.00")
    seen.append(calc.state())
    calc.insert("Log", (4, 1, 1, 3), True)
    seen.append(calc.state())
    calc.resize("RefreshLog", (1, 1, 4, 3))
    seen.append(calc.state())
    assert all(one != other for one, other in combinations(seen, 2))


def test_a_second_month_follows_the_first(book):
    live.apply(book, REFRESH)
    following = replace(
        REFRESH.changes[1],
        columns=("Ref", "Jul 2015", "Aug 2015", "Twice"),
        headings={"Jun 2015": "Jul 2015", "Jul 2015": "Aug 2015"},
        rows=tuple(Row((f"M{n + 1}", 11.0 + 10 * n, 12.0 + n, None), n) for n in range(3)),
    )
    update = Update((following, SetName("DatasetMonth", ((date(2015, 8, 1),),))))
    expected = applied(live.read(book), update)
    live.apply(book, update)
    after = live.read(book)
    assert after.tables["Dataset"] == expected.tables["Dataset"]
    assert after.names == expected.names


def test_a_workbook_in_front_can_be_attached_to_from_outside(book, calc):
    outside = Calc(calc.pipe)
    try:
        live.apply(outside.attach(), REARRANGE)
    finally:
        outside.leave()
    refs = [row[0] for row in live.read(book).tables["Dataset"].rows]
    assert refs == ["NEW", "M3", "M1", "LAST"]


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "Children's Dataset = new.xlsm"
    write_template(path, *read_catalogue(None))
    return path


@pytest.fixture
def ours(calc, template, tmp_path):
    """The template, opened in LibreOffice from a copy of its own."""
    path = Path(shutil.copy(template, tmp_path))
    yield calc.open(path)
    calc.close()


def test_the_template_reads_the_same_open_and_closed(ours, template):
    opened, closed = live.read(ours), dataset_file.read(template)
    same_workbook(closed, opened)
    assert opened.tables == closed.tables


def test_two_months_give_the_same_workbook_open_and_closed(ours, template, tmp_path):
    closed = ClosedBook(Path(shutil.copy(template, tmp_path / "closed.xlsm")))
    opened = OpenBook(ours)
    for figures in (HISTORY, RETURN):
        for book in (closed, opened):
            refresh_book(
                book, OCCASION, tell=print, agree=lambda: True, how=HowToRefresh(file=figures)
            )
        same_workbook(closed.read(), opened.read())


REASON = "Not updated pending data accuracy work by the team at the front door"


def test_a_row_grows_with_a_long_reason_in_an_open_workbook_as_in_a_closed_one(
    ours, calc, template, tmp_path
):
    closed = ClosedBook(Path(shutil.copy(template, tmp_path / "closed.xlsm")))
    figures = tmp_path / "July.csv"
    figures.write_text(f"Measure Ref,Month,Value,Status\nM4,2015-06,2,\nM5,2015-06,,{REASON}\n")
    for book in (closed, OpenBook(ours)):
        refresh_book(book, OCCASION, tell=print, agree=lambda: True, how=HowToRefresh(file=figures))
    rows = dataset_file.read(closed.path).tables[Dataset.TABLE]
    at = rows.first_row + [row[0] for row in rows.rows].index("M5")
    opened = [calc.row_height(rows.sheet, row) for row in (at - 1, at)]
    calc.close()
    calc.open(closed.path)
    for usual, grown in (opened, [calc.row_height(rows.sheet, row) for row in (at - 1, at)]):
        assert grown > 2.5 * usual


@pytest.mark.parametrize("before", ["Month 9", "% change from same period last year"])
def test_a_column_of_the_officers_is_in_no_figure_of_ours(calc, template, tmp_path, before):
    path, plain = (Path(shutil.copy(template, tmp_path / name)) for name in ("own.xlsm", "a.xlsm"))
    insert_column(path, before, "Caseload", [1000.0 + n for n in range(22)])
    opened, closed = OpenBook(calc.open(path)), ClosedBook(plain)
    for figures in (HISTORY, RETURN):
        for book in (closed, opened):
            refresh_book(
                book, OCCASION, tell=print, agree=lambda: True, how=HowToRefresh(file=figures)
            )
    shown, due = opened.read(), closed.read()
    calc.close()
    for name in Name.CHARTED:
        for row, other in zip(shown.names[name], due.names[name], strict=True):
            assert [v or None for v in row] == pytest.approx([v or None for v in other]), name
    pairs = zip(*(s.tables["Dataset"].records() for s in (shown, due)), strict=True)
    for (_, row), (_, other) in pairs:
        found = {heading: _blank_as_none(row[heading]) for heading in other}
        assert found == pytest.approx({h: _blank_as_none(cell) for h, cell in other.items()})


def _blank_as_none(cell):
    """A formula that shows nothing is read as nothing, or as a text of no letters."""
    return None if cell == "" else cell


def test_what_keeps_a_workbook_from_being_changed_is_found(ours, calc):
    live.check(ours)
    calc.filter_out(Dataset.TABLE, 0, "M1")
    calc.protect("Figures recorded")
    with pytest.raises(WorkbookRefused) as refused:
        live.check(ours)
    assert [problem.place for problem in refused.value.problems] == [
        "Sheet Figures recorded",
        "Table Dataset",
    ]
