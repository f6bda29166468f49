"""The open workbook when Excel fails at some call, or what is asked cannot be done."""

from __future__ import annotations

import copy
from functools import partial

import pytest

from tests.support.live_books import LOG, REFRESH, book_of, calls_of
from tests.support.live_faults import BEFORE, alone, apply_failing, attempts, is_told
from tests.support.live_kinds import kinds
from tests.support.memory_engine import open_in_memory
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import live
from xl_addin.update import AppendRows, SetName, Update


@pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))
def test_whichever_call_fails_the_workbook_is_as_before_or_complete(kind):
    for number, now, error in attempts(kind, partial(alone, BEFORE)):
        assert now in (kind.unchanged, kind.complete), f"call {number}"
        assert now == kind.complete or is_told(kind, error), f"call {number}"


def test_settings_of_an_officer_are_put_back_whichever_call_fails():
    own = {"screen_updating": True, "enable_events": False, "calculation": "manual"}
    for number in range(1, calls_of(book_of(), lambda book: live.apply(book, REFRESH)) + 3):
        memory = book_of()
        memory.settings |= own
        before = copy.deepcopy(memory.settings)
        apply_failing(open_in_memory(memory), REFRESH, alone(BEFORE, number))
        assert memory.settings == before, f"call {number}"


def test_excel_is_quiet_while_cells_are_written_and_says_so():
    memory = book_of()
    seen: list[dict[str, object]] = []
    write = memory.write
    memory.write = lambda *block: (seen.append(dict(memory.settings)), write(*block))  # type: ignore[method-assign]
    live.apply(open_in_memory(memory), REFRESH)
    assert {s["screen_updating"] for s in seen} == {False}
    assert {s["calculation"] for s in seen} == {"manual"}
    assert {s["status_bar"] for s in seen} == {"Performance dataset: writing …"}
    assert memory.settings["status_bar"] is False


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
