"""The open workbook when Excel does what it was asked and then fails all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.live_books import REFRESH, book_of, calls_of
from tests.memory_engine import open_in_memory
from tests.object_model import ExcelFailed
from xl_addin.excel import live


def contents(memory):
    return list(memory.state()[:3])


def test_whichever_call_fails_after_it_has_acted_the_workbook_is_as_before_or_complete():
    before, complete = book_of(), book_of()
    calls = calls_of(complete, lambda book: live.apply(book, REFRESH))
    wrong = []
    for number in range(1, calls + 1):
        memory = book_of()
        book = open_in_memory(memory)
        _fail_after(book.impl.calls, number)
        with suppress(ExcelFailed):
            live.apply(book, REFRESH)
        # Whether cells were inserted before Excel failed cannot be told from what it raises.
        if contents(memory) not in (contents(before), contents(complete)):
            wrong.append((number, book.impl.calls.made[number - 1]))
    assert {name for _, name in wrong} <= {"Range.insert"}, wrong
    assert calls > 20


def _fail_after(calls, number: int) -> None:
    call = calls.call

    @contextmanager
    def acting(name: str) -> Iterator[None]:
        outermost = not calls._inside
        with call(name):
            yield
        if outermost and len(calls.made) == number:
            raise ExcelFailed(f"call {number}: {name}, after it had acted")

    calls.call = acting
