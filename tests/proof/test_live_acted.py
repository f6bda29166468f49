"""The open workbook when Excel fails after it has acted, in the middle, or while it is put back."""

from __future__ import annotations

from functools import partial
from itertools import count

import pytest

from tests.support.live_books import REFRESH, book_of
from tests.support.live_faults import (
    AFTER,
    BEFORE,
    CHANGING,
    Fails,
    alone,
    apply_failing,
    attempts,
    is_told,
)
from tests.support.live_kinds import kinds
from tests.support.memory_engine import MemoryBook, open_in_memory
from tests.support.object_model import ExcelFailed
from xl_addin.errors import HalfChanged
from xl_addin.excel import live

KINDS = pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))


@KINDS
def test_whichever_call_fails_after_it_has_acted_the_workbook_is_as_before_or_complete(kind):
    found = []
    changing = [number for number, call in enumerate(kind.calls, 1) if call in CHANGING]
    for number, now, error in attempts(kind, partial(alone, AFTER), changing):
        assert now in (kind.unchanged, kind.complete), f"call {number}"
        assert now == kind.complete or is_told(kind, error), f"call {number}"
        found.append(now == kind.complete)
    assert found[0] is False
    assert found[-1] is True


def test_the_kinds_of_change_meet_every_call_that_changes_something():
    made = {call for kind in kinds().values() for call in kind.calls}
    assert made & CHANGING == CHANGING


@KINDS
def test_a_block_that_is_written_by_half_is_put_back_whole(kind):
    for number in count(1):
        memory = kind.book()
        written = _failing_in_the_middle(memory, number)
        apply_failing(open_in_memory(memory), kind.update, lambda call, moment: False)
        if len(written) < number:
            break
        assert memory.state() in (kind.unchanged, kind.complete), f"block {number}"
    assert number > 1


def _failing_in_the_middle(memory: MemoryBook, number: int) -> list[object]:
    """Let the n-th block be written by half; the blocks written so far."""
    write, written = memory.write, []

    def by_half(sheet, rect, rows):
        written.append(rect)
        if len(written) == number:
            row, column, height, width = rect
            half = height // 2 or 1
            write(sheet, (row, column, half, width), rows[:half])
            raise ExcelFailed(f"block {number}")
        write(sheet, rect, rows)

    memory.write = by_half
    return written


def twice(number: int) -> Fails:
    """A call fails, and one of the next forty while all is put back; before or after acting."""
    first = (number, (BEFORE, AFTER)[number // 2 % 2])
    second = (number + 1 + number * 7 % 40, (BEFORE, AFTER)[number // 4 % 2])
    return lambda call, moment: (call, moment) in (first, second)


@KINDS
def test_a_second_failure_while_it_is_put_back_does_no_harm(kind):
    for number, now, _ in attempts(kind, twice, range(1, len(kind.calls), 2)):
        assert now in (kind.unchanged, kind.complete), f"call {number}"


def lasting(number: int) -> Fails:
    """Excel does not answer from a call on: for a while, or never again."""
    answers = number + (2, 4, 12, 10_000)[number // 2 % 4]
    return lambda call, moment: moment == BEFORE and number <= call < answers


@KINDS
def test_a_workbook_that_cannot_be_put_back_is_said_to_be_closed_without_saving(kind):
    told = 0
    for number, now, error in attempts(kind, lasting, range(2, len(kind.calls), 2)):
        between = now[:3] not in (kind.unchanged[:3], kind.complete[:3])
        assert not between or isinstance(error, HalfChanged), f"call {number}"
        if isinstance(error, HalfChanged):
            assert "Close it without saving" in str(error)
            told += 1
    assert told


def test_rows_that_left_and_came_back_are_told_with_their_table_and_why_not_to_save():
    kind = kinds()["all rows leave"]
    deleted = kind.calls.index("Range.delete") + 1
    silent = lasting_from(deleted + 1)
    ((_, now, error),) = attempts(kind, lambda number: silent, [deleted])
    assert now != kind.unchanged
    assert isinstance(error, HalfChanged)
    assert "rows that had left the table Dataset are there again, but formulas" in str(error)
    assert error.outcome == "The workbook is not as it was: please do not save it."


def lasting_from(number: int) -> Fails:
    """Excel does not answer three calls in a row."""
    return lambda call, moment: moment == BEFORE and number <= call < number + 3


def test_an_officer_who_asks_to_stop_while_it_is_put_back_waits_until_it_is():
    memory = book_of()
    write, written = memory.write, []

    def interrupted(*block):
        written.append(block)
        if len(written) in (5, 6, 8):
            raise KeyboardInterrupt
        write(*block)

    memory.write = interrupted
    with pytest.raises(KeyboardInterrupt):
        live.apply(open_in_memory(memory), REFRESH)
    assert len(written) > 8
    assert memory.state() == book_of().state()
