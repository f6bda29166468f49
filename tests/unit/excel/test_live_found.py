"""How the tables and names of an open workbook are found in few calls, and what if Excel differs.

What Excel itself answers is not checked here: so every other answer leads to the longer way.
"""

from __future__ import annotations

import pytest

from tests.support.com_double import running_excel
from tests.support.com_double.errors import ComError, editing, refused
from tests.support.com_double.excel.cells import Range
from tests.support.com_double.excel.worksheet import Worksheet
from tests.support.com_double.refresh_calls import book_to_may, calls_of_a_refresh, large
from tests.support.live_books import our_book
from tests.support.memory_engine import MemoryBook
from xl_addin.excel import live
from xl_addin.excel.live.table import find_tables
from xl_addin.layout import TABLES, Name

NAME = "Dataset.xlsm"


def found(memory: MemoryBook, **differs):
    """Where each table is found, and the calls that took."""
    with running_excel(books=[memory]) as excel:
        for what, answer in differs.items():
            setattr(excel.excel, what, answer)
        book = excel.book(NAME)
        excel.calls.made.clear()
        places = find_tables(book)
        calls = list(excel.calls.made)
        told = {n: (p.sheet, p.body.area, p.table.name, p.headings) for n, p in places.items()}
    return told, calls


def looked_at_all(calls: list[str]) -> bool:
    return "Sheets._NewEnum" in calls


def test_our_tables_are_found_by_their_names_in_two_calls_each():
    told, calls = found(our_book())
    assert told.keys() == TABLES.keys()
    assert not looked_at_all(calls)
    assert len(calls) == 2 * len(TABLES) + 2


def elsewhere(book, asked: str) -> Range:
    other = book.excel.open_books[-1]
    return Range(Worksheet(other, asked.partition("[")[0]), (1, 1, 2, 3))


def headings_alone(book, asked: str) -> Range:
    return Range(Worksheet(book, asked.partition("[")[0]), (1, 1, 1, 3))


def refuses(book, asked: str):
    raise refused("Method 'Evaluate' of object '_Worksheet' failed")


OTHER_ANSWERS = {
    "an error": lambda book, asked: -2146826259,
    "text": lambda book, asked: "Dataset",
    "nothing": lambda book, asked: None,
    "rows of values": lambda book, asked: ((1.0, 2.0), (3.0, 4.0)),
    "a refusal": refuses,
    "cells of another workbook": elsewhere,
    "headings without rows": headings_alone,
}


@pytest.mark.parametrize("answer", OTHER_ANSWERS.values(), ids=OTHER_ANSWERS)
def test_whatever_else_excel_answers_every_table_is_looked_at(answer):
    other = our_book()
    other.fullname = "C:/Monthly/Other.xlsm"
    with running_excel(books=[our_book(), other]) as excel:
        excel.excel.evaluates = answer
        places = find_tables(excel.book(NAME))
        assert looked_at_all(excel.calls.made)
        told = {n: (p.sheet, p.body.area, p.table.name) for n, p in places.items()}
    assert told == {name: entry[:3] for name, entry in found(our_book())[0].items()}


def test_an_excel_that_is_busy_is_not_taken_for_one_that_finds_nothing():
    def being_edited(book, asked: str):
        raise editing()

    with running_excel(books=[our_book()]) as excel:
        excel.excel.evaluates = being_edited
        with pytest.raises(ComError):
            find_tables(excel.book(NAME))


@pytest.mark.parametrize("table", ["Dataset", "Settings"])
def test_a_table_without_headings_is_found_with_all_others_as_it_is_without_names(table):
    memory = our_book()
    memory.tabled[table].totals = None
    told, calls = found(memory)
    assert looked_at_all(calls)
    assert told.keys() == TABLES.keys()


def test_a_row_of_totals_is_no_row_of_a_table_that_was_found_by_its_name():
    memory = our_book()
    memory.tabled["Measures"].rect = (1, 1, 3, memory.tabled["Measures"].rect[3])
    memory.tabled["Measures"].totals = True
    told, calls = found(memory)
    assert not looked_at_all(calls)
    assert told["Measures"][1].height == 1


def names_of(folder, **differs):
    """What the names of a workbook hold, and the calls of reading it."""
    memory = book_to_may(folder)
    with running_excel(books=[memory]) as excel:
        for what, answer in differs.items():
            setattr(excel.excel, what, answer)
        book = excel.book(memory.fullname.rpartition("/")[2])
        read = live.read(book, live.check(book))
        return dict(read.names), excel.calls.made


def test_names_of_the_charts_are_told_together_only_in_their_order(tmp_path):
    names, calls = names_of(tmp_path)
    assert [name for name in names if name.startswith("KeyMeasure")][:5] == list(Name.CHARTED)
    assert len({names[Name.key_measure(slot)] for slot in range(1, 10)}) == 9
    for order in (sorted, lambda told: told[::-1], lambda told: told[:-1]):
        again, more = names_of(tmp_path, tells_picked=order)
        assert again == names
        assert more.count("Name.RefersTo") > calls.count("Name.RefersTo") + 13


@pytest.mark.parametrize(
    "refers_to", ["=Settings!$B$4", "='Key measures'!$A$4:$A$5,'Key measures'!$A$9", "=12"]
)
def test_a_name_of_the_charts_that_is_elsewhere_is_read_where_it_is(tmp_path, refers_to):
    memory = book_to_may(tmp_path)
    memory.named[Name.key_measure(3)] = refers_to
    with running_excel(books=[memory]) as excel:
        book = excel.book(memory.fullname.rpartition("/")[2])
        read = live.read(book, live.check(book))
        alone = live.read(book)
        held = memory.values("Settings", (4, 2, 1, 1))[0][0]
    assert read.names == alone.names
    there = read.names.get(Name.key_measure(3))
    assert there == (((held,),) if "Settings" in refers_to else None)
    assert Name.key_measure(9) in read.names


def test_a_tenth_chart_is_read_though_the_refs_are_nine(tmp_path):
    memory = book_to_may(tmp_path)
    memory.named[Name.key_measure(10)] = "='Key measures'!$A$4"
    with running_excel(books=[memory]) as excel:
        book = excel.book(memory.fullname.rpartition("/")[2])
        names = live.read(book, live.check(book)).names
    assert names[Name.key_measure(10)] == names[Name.key_measure(1)]


def test_calls_of_a_refresh_do_not_grow_with_measures_or_with_the_record(tmp_path):
    counts = []
    for measures, months in ((9, 13), (14, 16)):
        folder = tmp_path / f"{measures}"
        folder.mkdir()
        counts.append(calls_of_a_refresh(folder, "365", large(measures, months)).made)
    assert counts[0] == counts[1]
