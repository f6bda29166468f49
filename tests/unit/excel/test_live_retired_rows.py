"""A measure that leaves the list, in the open workbook: all in its row is kept, and comes back.

Over xlwings' own Windows code and the double of Excel; Excel itself is not asked.
"""

from __future__ import annotations

import pytest

from tests.support.com_double import running_excel
from tests.support.com_double.spreadsheet import MemoryBook, from_sheets
from tests.support.on_cells import read_puts
from tests.support.ready import NAME, OCCASION, ready_book
from tests.support.retiring import REF, VIEW, retire, take_up, write_beside
from xl_addin import macros, ooxml
from xl_addin.commands.notes import sync_notes_in
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Dataset, PutOnFigures

pytestmark = pytest.mark.usefixtures("own_log")


def opened(path) -> MemoryBook:
    memory = from_sheets(ooxml.read(path))
    memory.fullname, memory.puts = str(path), read_puts(path)
    return memory


def press_sync(memory: MemoryBook) -> str:
    with running_excel("365", books=[memory]) as excel:
        excel.answer("yes")
        with excel.pressed(NAME):
            macros.sync_notes()
        return "\n".join(box.text for box in excel.boxes)


def rows(memory: MemoryBook, name: str) -> list[dict[object, object]]:
    table = memory.tabled[name]
    headings, *body = memory.values(table.sheet, table.rect)
    return [dict(zip(headings, row, strict=True)) for row in body]


def test_what_an_officer_wrote_in_its_row_is_kept_and_comes_back(tmp_path):
    path = ready_book(tmp_path)
    write_beside(path)
    held = retire(path)
    memory = opened(path)
    said = press_sync(memory)
    assert "Done." in said and f"({VIEW})" in said
    kept = {(r["Month"], r["Kind"]) for r in rows(memory, PutOnFigures.TABLE) if r[Dataset.REF]}
    assert {(VIEW, "entry"), ("Description", "comment"), ("(whole row)", "formatting")} <= kept
    sync_notes_in(ClosedBook(path), OCCASION, tell=str, agree=lambda: True)
    take_up(path, held)
    memory = opened(path)
    assert "Done." in press_sync(memory)
    (row,) = (row for row in rows(memory, Dataset.TABLE) if row[Dataset.REF] == REF)
    assert row[VIEW] == "=not a formula: panel 12/3"
    assert row["Rank"] == 2.5
    assert row["Reviewed"] == ["d", 42075.0]  # 12 March 2015, as Excel counts days
    put = {p.comment for (_, at), p in memory.puts.items() if at[1] in (3, 18)}
    assert {"Counted anew since 2014", "Mean without May"} <= put
