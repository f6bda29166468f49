"""What points at rows of our tables, once they have moved in the open workbook.

Each way of reaching it is held to what the closed workbook says; that LibreOffice does the same is
for tests/excel/test_references_follow.py.
"""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.support.live_faults import AFTER, BEFORE, alone, apply_failing
from tests.support.memory_engine import calls_to, open_in_memory
from tests.support.opened_files import formulas_of, memory_of
from tests.support.sample_files import make
from xl_addin import ooxml
from xl_addin.excel import live
from xl_addin.update import AppendRows, Row, SetRows, Update

COLUMNS = ("Measure Ref", "Jun 2015")
KEPT = [Row((f"M{n}", float(n)), n) for n in range(4)]
NEW = Row(("N1", 7.0))
OWN = (
    "=Dataset!E8",
    "='Dataset'!$E$6*2",
    "=SUM(Dataset!$E$6:$E$9)",
    "=SUM(Dataset!E6:E7)",
    "=COUNTA(Dataset!E5:E9)&Dataset!A1",
    "=SUM(Dataset!E8:E20)",
    "=Dataset!N8+Third",
    "=SUM(History!$F$2:$F$4)",
)
BELOW, BESIDE = 6, 14
NAMES = {"Third": "=Dataset!$E$8", "Whole": "=Dataset!$D$6:$E$9"}


def set_rows(*rows: Row) -> Update:
    return Update((SetRows("Dataset", COLUMNS, rows),))


UPDATES = {
    "one in the middle": set_rows(*KEPT[:2], NEW, *KEPT[2:]),
    "new ones at both ends": set_rows(NEW, *KEPT, NEW),
    "the last out": set_rows(*KEPT[:3]),
    "turned round": set_rows(*(KEPT[n] for n in (2, 0, 3, 1))),
    "turned round, one new, one out": set_rows(KEPT[2], NEW, KEPT[0], KEPT[1]),
    "a new month": Update((AppendRows("History", ("Measure Ref", "Value"), (("M9", 5.0),)),)),
}


def add_own(book, page):
    own = book.add_worksheet("Own")
    for row, formula in enumerate(OWN):
        own.write_formula(row, 1, formula)
    page.write_formula("I7", "=E7/E$6", None, "share of the first")
    page.write_formula("N8", "=E8+1")
    for name, reference in NAMES.items():
        book.define_name(name, reference)


@pytest.fixture
def path(tmp_path):
    return make(tmp_path / "book.xlsx", more=add_own)


def pointing(memory):
    """The formulas outside the table, but the one that reaches below it, and the names."""
    found = {
        at: text
        for at, text in formulas_of(memory).items()
        if (at[0] == "Own" and at[1] != BELOW) or at[2] == BESIDE
    }
    assert len(found) == len(OWN)
    return found | {name: memory.named[name] for name in NAMES}


@pytest.mark.parametrize("update", UPDATES.values(), ids=list(UPDATES))
def test_it_says_what_a_closed_workbook_says(way, path, update):
    opened = memory_of(path)
    told = live.apply(open_in_memory(opened), update, file=path.read_bytes())
    assert told == ooxml.apply(path, update)
    assert pointing(opened) == pointing(memory_of(path))


def test_what_reaches_below_the_table_is_left_to_excel(way, path):
    opened = memory_of(path)
    live.apply(open_in_memory(opened), UPDATES["one in the middle"], file=path.read_bytes())
    assert formulas_of(opened)["Own", BELOW, 2] == "=SUM(Dataset!E9:E21)"


def test_an_officers_formula_in_a_row_that_moves_names_what_it_named(way, path):
    opened = memory_of(path)
    live.apply(open_in_memory(opened), UPDATES["turned round"], file=path.read_bytes())
    assert formulas_of(opened)["Dataset", 9, 9] == "=E9/E$7"


@pytest.mark.in_memory
def test_an_excel_in_which_nothing_points_there_is_asked_nothing_more(way, tmp_path):
    path = make(tmp_path / "book.xlsx")
    counts = []
    for file in (None, path.read_bytes()):
        book = open_in_memory(memory_of(path))
        before = len(calls_to(book).made)
        live.apply(book, UPDATES["a new month"], file=file)
        counts.append(len(calls_to(book).made) - before)
    assert counts[0] == counts[1] > 10


def test_an_array_formula_stays_as_excel_has_it_and_is_told(way, tmp_path):
    def more(book, page):
        own = book.add_worksheet("Own")
        own.write_array_formula("B1:B1", "{=SUM(Dataset!E6:E9*1)}")

    path = make(tmp_path / "book.xlsx", more=more)
    opened = memory_of(path)
    update = UPDATES["new ones at both ends"]
    (told,) = live.apply(open_in_memory(opened), update, file=path.read_bytes())
    assert str(told) == (
        "Sheet Own, cell B1: Its formula points at rows that have moved, and now reads "
        "=SUM(Dataset!E7:E10*1). See whether it still means what it should."
    )


def test_a_file_that_cannot_be_read_is_told_where_rows_have_moved(way, path):
    opened = memory_of(path)
    (told,) = live.apply(open_in_memory(opened), UPDATES["turned round"], file=b"PK damaged")
    assert "It could not be seen which formulas of yours point at rows that have moved" in str(told)


@pytest.mark.in_memory
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
def test_whichever_call_fails_the_workbook_is_as_before_or_complete(way, path, moment):
    update, file = UPDATES["turned round, one new, one out"], path.read_bytes()
    fresh = memory_of(path)
    live.apply(book := open_in_memory(done := deepcopy(fresh)), update, file=file)
    calls = list(calls_to(book).made)
    became = []
    for number in range(1 + (moment == AFTER), len(calls) + 1, 6):
        memory = deepcopy(fresh)
        apply_failing(open_in_memory(memory), update, alone(moment, number), file)
        became.append(memory.state())
        assert became[-1] in (fresh.state(), done.state()), f"call {number}: {calls[number - 1]}"
    assert fresh.state() in became and done.state() in became
