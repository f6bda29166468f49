"""What is read and written through COM is what is read and written in memory."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.support.com_double import running_excel
from tests.support.com_double.errors import ComError
from tests.support.com_double.refresh_calls import book_to_may, calls_of_a_refresh
from tests.support.live_books import LOG, LOG_ROW, book_of, rolled
from tests.support.live_kinds import kinds
from tests.support.memory_engine import open_in_memory
from tests.support.officer import at_work
from tests.support.places import ROOT
from tests.support.ready import NAME, OCCASION
from xl_addin import macros
from xl_addin.errors import HalfChanged, XlAddinError
from xl_addin.excel import live
from xl_addin.update import AppendRows, SetName, Update

KINDS = pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))


@KINDS
def test_a_workbook_is_read_as_it_is_in_memory(kind):
    with running_excel(books=[kind.book()]) as excel:
        found = live.read(excel.book("Dataset.xlsm"))
    assert found == live.read(open_in_memory(kind.book()))


@pytest.mark.parametrize("version", ["2016", "365"])
@KINDS
def test_a_change_leaves_what_it_leaves_in_memory(kind, version):
    memory = kind.book()
    with running_excel(version, books=[memory]) as excel:
        live.apply(excel.book("Dataset.xlsm"), kind.update)
    assert memory.state() == kind.complete


def applied(kind, when: str = "", number: int = 0):
    """A change of which one call fails: the state after it, what was raised, and the calls."""
    memory = kind.book()
    with running_excel(books=[memory]) as excel:
        book = excel.book("Dataset.xlsm")
        excel.calls.made.clear()
        if when:
            setattr(excel.calls, when, lambda call: call == number)
        try:
            live.apply(book, kind.update)
        except ComError as error:
            return memory.state(), error, excel.calls.made
    return memory.state(), None, excel.calls.made


EVERY = 97
"""So many calls apart are those that fail: all of them would take minutes."""


@pytest.mark.parametrize("when", ["fails", "fails_after"])
@KINDS
def test_whichever_call_of_com_fails_the_workbook_is_as_before_or_complete(kind, when):
    calls = len(applied(kind)[2])
    for number in range(1 + len(kind.name), calls + 1, EVERY):
        now, error, made = applied(kind, when, number)
        assert now in (kind.unchanged, kind.complete), f"{number}: {made[number - 1]}"
        assert error or now == kind.complete, f"{number}: {made[number - 1]}"


def lasting(kind, number: int, answers: int):
    """Excel answers nothing from a call on, for so many calls; the state, and what is told."""
    memory = kind.book()
    with running_excel(books=[memory]) as excel:
        book = excel.book("Dataset.xlsm")
        excel.calls.made.clear()
        excel.calls.fails = lambda call: number <= call < number + answers
        try:
            live.apply(book, kind.update)
        except (ComError, XlAddinError) as error:
            return memory.state(), error
    return memory.state(), None


@pytest.mark.parametrize("name", ["the next month", "a measure retired", "rows moved"])
def test_when_com_answers_nothing_for_a_while_all_is_as_before_or_the_officer_is_told(name):
    kind = kinds()[name]
    calls, told = len(applied(kind)[2]), 0
    for number in range(2, calls, EVERY // 7):
        now, error = lasting(kind, number, (2, 4, 12, 10_000)[number % 4])
        between = now[:3] not in (kind.unchanged[:3], kind.complete[:3])
        assert not between or isinstance(error, HalfChanged), f"call {number}"
        told += isinstance(error, HalfChanged)
    assert told


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_button_brings_in_a_month_as_it_does_in_memory(
    tmp_path, own_log, monkeypatch, language
):
    monkeypatch.setattr(macros, "occasion", lambda: OCCASION)
    through_com, beside = book_to_may(tmp_path), book_to_may(tmp_path)
    with running_excel(language=language, books=[through_com]) as excel:
        excel.answer("ok")
        with excel.pressed(NAME):
            macros.refresh_month()
        assert excel.boxes[-1].text.startswith("Done.")
    book, _ = at_work(beside, "ok")
    macros.refresh_month(book)
    assert through_com.state() == beside.state()
    assert live.read(open_in_memory(through_com)) == live.read(open_in_memory(beside))


def calls_of_a_month(measures: int) -> list[str]:
    rows = [(f"M{n + 1}", 10.0 * n, 1.0 + n, n) for n in range(measures)]
    log = AppendRows("RefreshLog", LOG, (LOG_ROW,) * measures)
    month = SetName("DatasetMonth", ((date(2015, 7, 1),),))
    with running_excel(books=[book_of(measures, measures)]) as excel:
        book = excel.book("Dataset.xlsm")
        excel.calls.made.clear()
        live.apply(book, Update((log, rolled(rows), month)))
        return excel.calls.made


def test_the_calls_of_com_do_not_grow_with_the_measures():
    assert calls_of_a_month(3) == calls_of_a_month(220)


MOST_CALLS = 203
"""Of a refresh by its button: to find the workbook, check, read, ask, change and put back."""


def test_the_calls_of_a_refresh_are_as_the_page_about_excel_says(tmp_path):
    calls = calls_of_a_refresh(tmp_path, "365")
    assert len(calls.made) <= MOST_CALLS
    page = (ROOT / "docs/excel.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"`([A-Z][\w.]+(?:\(\)| =)?)` (\d+)[,.]", page.replace("\n", " ")))
    assert f"takes {len(calls.made)} calls of COM" in page
    assert said == {name: str(times) for name, times in calls.most_frequent()}
