"""What is put on figures of the open workbook goes where it goes in the closed one.

Over xlwings' own Windows code and the double of Excel; Excel itself is not asked.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from tests.support.books import with_cell
from tests.support.com_double import running_excel
from tests.support.com_double.spreadsheet import MemoryBook, from_sheets
from tests.support.desk_things import RED, converse, decorate, on_page, save
from tests.support.on_cells import read_puts, write_copy
from tests.support.ready import NAME, ready_book, refresh
from xl_addin import macros, ooxml
from xl_addin.demo import RETURN
from xl_addin.layout import PutOnFigures, Settings

pytestmark = pytest.mark.usefixtures("own_log")


@dataclass
class Desk:
    """An open workbook to May, and the same one closed."""

    memory: MemoryBook
    closed: Path

    def seen(self) -> dict[tuple[str, str], set[str]]:
        path = self.closed.with_name("seen.xlsx")
        write_copy(path, self.memory.cells, self.memory.tabled, self.memory.puts)
        return on_page(path)


def _kept(sheets: ooxml.Sheets) -> list[tuple[object, ...]]:
    return [row[:4] for row in sheets.tables[PutOnFigures.TABLE].rows]


def _kept_in(memory: MemoryBook) -> list[tuple[object, ...]]:
    table = memory.tabled[PutOnFigures.TABLE]
    row, column, rows, _ = table.rect
    block = memory.values(table.sheet, (row + 1, column, rows - 1, 4))
    return [tuple(block_row) for block_row in block]


@pytest.fixture
def desk(tmp_path) -> Desk:
    return made_in(tmp_path)


@cache
def decorated() -> bytes:
    """A workbook to May on whose figures an officer has put things."""
    with tempfile.TemporaryDirectory() as folder:
        path = ready_book(Path(folder))
        decorate(path)
        return path.read_bytes()


def made_in(folder: Path, more: Callable[[Any], None] | None = None) -> Desk:
    shutil.copy(RETURN, folder / "June.csv")
    path = folder / NAME
    path.write_bytes(decorated())
    if more:
        book = openpyxl.load_workbook(path, keep_vba=True)
        more(book["Dataset"])
        save(book, path)
    memory = from_sheets(
        with_cell(ooxml.read(path), Settings.TABLE, Settings.RETURN, "Value", "June.csv")
    )
    memory.fullname, memory.puts = str(path), read_puts(path)
    closed = folder / "closed" / "Closed.xlsm"
    closed.parent.mkdir()
    shutil.copy(path, closed)
    return Desk(memory, closed)


def texts(memory: MemoryBook) -> list[object]:
    return [cell.content for cell in memory.cells["Dataset"].values()]


def press(excel, macro=macros.refresh_month, **options) -> str:
    excel.answer("yes")
    with excel.pressed(NAME):
        macro(**options)
    return excel.boxes[-1].text


def test_it_goes_where_it_goes_in_a_closed_workbook(desk):
    before = desk.seen()
    assert before == on_page(desk.closed)
    refresh(desk.closed)
    with running_excel("2016", books=[desk.memory]) as excel:
        assert press(excel).startswith("Done.")
        assert desk.seen() == on_page(desk.closed) != before
        assert len(_kept_in(desk.memory)) == len(_kept(ooxml.read(desk.closed))) == 6
        assert press(excel, macros.show_month, month="2015-05")
        assert desk.seen() == before
        assert "https://example.org/old" not in texts(desk.memory)  # its cell is blank


def test_a_rule_made_on_more_cells_than_an_address_holds_follows_them_all(tmp_path):
    def on_all(sheet):
        cells = [sheet.cell(row, at).coordinate for row in range(6, 28) for at in (14, 15, 16)]
        red = FormulaRule(formula=["N6<9"], fill=PatternFill("solid", bgColor=RED))
        sheet.conditional_formatting.add(" ".join(cells), red)

    desk = made_in(tmp_path, on_all)
    before = desk.seen()
    refresh(desk.closed)
    with running_excel("365", books=[desk.memory]) as excel:
        assert press(excel).startswith("Done.")
        assert desk.seen() == on_page(desk.closed) != before
        assert excel.calls.made.count("Application.Union()") == 3


@pytest.mark.parametrize("version", ["2016", "365"])
def test_a_comment_with_replies_comes_back_with_who_wrote_each_and_that_is_said(tmp_path, version):
    path = ready_book(tmp_path)
    converse(path, "M2", "May 2014", "Is this right?", "Yes, checked")
    refresh(path)
    memory = from_sheets(ooxml.read(path))
    memory.fullname = str(path)
    with running_excel(version, books=[memory]) as excel:
        said = press(excel, macros.show_month, month="2015-05")
    put = memory.puts["Dataset", (7, 4)]
    assert put.comment == "A. Officer: Is this right?\nA. Officer: Yes, checked"
    assert put.replies == (version == "365")
    assert "takes comment with replies (M2 May 2014) as written by you, now" in said


def test_a_refresh_that_fails_halfway_puts_everything_back(desk):
    before, state = desk.seen(), desk.memory.state()
    with running_excel("365", books=[desk.memory]) as excel:
        calls = excel.calls
        calls.fails = lambda number: calls.made[-1] == "Application.CutCopyMode ="
        said = press(excel)
        calls.fails = lambda number: False
        assert "Application.CutCopyMode =" in calls.made
        assert "Nothing was changed" in said
        assert desk.seen() == before
        assert desk.memory.state() == state


def calls_that_move(made: list[str]) -> list[str]:
    """What Excel is asked to move, from the copy looked at until all has moved, each once."""
    first = made.index("Workbook.SaveCopyAs()") + 1
    asked = dict.fromkeys(made[first : made.index("Application.CutCopyMode =")])
    return [one for one in asked if any(word in one for word in ("Copy", "Paste", "AppliesTo"))]


def test_whichever_kind_of_call_fails_first_nothing_put_on_a_figure_is_lost(desk, tmp_path):
    with running_excel("365", books=[desk.memory]) as excel:
        press(excel)
        kinds = calls_that_move(list(excel.calls.made))
    assert len(kinds) > 2
    lost = []
    for number, kind in enumerate(kinds):
        (folder := tmp_path / str(number)).mkdir()
        again = made_in(folder)
        before = again.seen()
        with running_excel("365", books=[again.memory]) as excel:
            calls = excel.calls
            calls.fails = FirstAfterTheCopy(calls.made, kind)
            said = press(excel)
        if "Nothing was changed" in said and again.seen() != before:
            lost.append(kind)
    assert lost == []


class FirstAfterTheCopy:
    """Fails at the first call of a kind after the copy was saved, and at no other."""

    def __init__(self, made: list[str], kind: str) -> None:
        self._made, self._kind, self._failed = made, kind, False

    def __call__(self, number: int) -> bool:
        after = "Workbook.SaveCopyAs()" in self._made[:-1]
        if self._failed or not after or self._made[-1] != self._kind:
            return False
        self._failed = True
        return True


def test_a_workbook_on_whose_figures_nothing_is_put_is_only_looked_at(desk):
    desk.memory.puts.clear()
    with running_excel("365", books=[desk.memory]) as excel:
        press(excel)
        changed = [name for name in excel.calls.made if "Comment" in name or "Interior" in name]
        assert excel.calls.made.count("Workbook.SaveCopyAs()") == 1
    assert changed == []
