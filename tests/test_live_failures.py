"""The open workbook when Excel fails at some call, or what is asked cannot be done."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from tests.live_books import (
    LOG,
    REFRESH,
    UPDATES,
    book_of,
    calls_of,
)
from tests.memory_engine import MemoryBook, open_in_memory
from tests.object_model import ExcelFailed
from xl_addin.errors import WorkbookRefused, XlAddinError
from xl_addin.excel import live
from xl_addin.update import AppendRows, SetName, Update


def failing(memory: MemoryBook, update: Update, fails: Callable[[int], bool]) -> bool:
    """Apply with calls that fail; whether it raised."""
    book = open_in_memory(memory)
    book.impl.calls.fails = fails
    try:
        live.apply(book, update)
    except ExcelFailed:
        return True
    return False


@pytest.mark.parametrize("update", UPDATES.values(), ids=list(UPDATES))
def test_whichever_call_fails_the_workbook_is_as_before_or_complete(update):
    before, complete = book_of(), book_of()
    calls = calls_of(complete, lambda book: live.apply(book, update))
    outcomes = set()
    for number in range(1, calls + 1):
        memory = book_of()
        raised = failing(memory, update, lambda made, number=number: made == number)
        is_as_before = contents(memory) == contents(before)
        assert is_as_before or memory.state() == complete.state(), f"call {number}"
        if update is REFRESH:
            assert not is_as_before or memory.state() == before.state(), f"call {number}"
        assert raised or not is_as_before, f"call {number}"
        outcomes.add(is_as_before)
    assert outcomes == {True, False}


def contents(memory: MemoryBook) -> tuple[object, ...]:
    """All but the formats: a row that was taken out comes back with those of its neighbour."""
    cells, *rest = memory.state()
    held = {sheet: {at: c.content for at, c in found.items()} for sheet, found in cells.items()}
    return ({s: {at: c for at, c in f.items() if c is not None} for s, f in held.items()}, *rest)


def test_settings_of_an_officer_are_put_back_whichever_call_fails():
    own = {"screen_updating": True, "enable_events": False, "calculation": "manual"}
    for number in range(1, calls_of(book_of(), lambda book: live.apply(book, REFRESH)) + 3):
        memory = book_of()
        memory.settings |= own
        before = copy.deepcopy(memory.settings)
        failing(memory, REFRESH, lambda made, number=number: made == number)
        assert memory.settings == before, f"call {number}"


def test_excel_is_quiet_while_cells_are_written_and_the_stage_is_told():
    memory = book_of()
    seen: list[dict[str, object]] = []
    write = memory.write
    memory.write = lambda *block: (seen.append(dict(memory.settings)), write(*block))  # type: ignore[method-assign]
    live.apply(open_in_memory(memory), REFRESH)
    assert {s["screen_updating"] for s in seen} == {False}
    assert {s["calculation"] for s in seen} == {"manual"}
    stages = list(dict.fromkeys(str(s["status_bar"]) for s in seen))
    assert ["RefreshLog" in stages[0], "Dataset" in stages[1]] == [True, True]
    assert memory.settings["status_bar"] is False


def test_when_excel_never_answers_again_the_officer_is_told_to_close_without_saving():
    memory = book_of()
    with pytest.raises(XlAddinError, match="Close it without saving"):
        failing(memory, REFRESH, lambda made: made >= 80)


def test_what_is_missing_is_all_said_before_anything_changes():
    memory = book_of()
    update = Update(
        (
            *REFRESH.changes,
            SetName("Nowhere", ((1.0,),)),
            AppendRows("DataNotes", ("Note",), ((1.0,),)),
            AppendRows("RefreshLog", ("When", "Whither"), ((None, None),)),
        )
    )
    with pytest.raises(WorkbookRefused) as refused:
        live.apply(open_in_memory(memory), update)
    said = str(refused.value)
    assert all(name in said for name in ("“Nowhere”", "“DataNotes”", "“Whither”"))
    assert memory.state() == book_of().state()


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), "x" * 32_768])
def test_what_no_cell_can_hold_is_refused_and_nothing_changes(cell):
    memory = book_of()
    change = AppendRows("RefreshLog", LOG, ((None, None, cell),))
    with pytest.raises(WorkbookRefused):
        live.apply(open_in_memory(memory), Update((*REFRESH.changes, change)))
    assert memory.state() == book_of().state()
