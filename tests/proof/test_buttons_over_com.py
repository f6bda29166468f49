"""Each button does and says over xlwings' own Windows code what it does and says in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.com_double import running_excel
from tests.support.com_double.refresh_calls import book_to_may
from tests.support.command_line import invoke
from tests.support.filed_books import filed
from tests.support.memory_engine import MemoryBook
from tests.support.officer import at_work
from tests.support.ready import NAME, OCCASION
from xl_addin import macros, share_boxes

SHOW = partial(macros.show_month, month="2015-03")

BUTTONS: dict[str, tuple[Callable[..., None], list[str]]] = {
    "refresh": (macros.refresh_month, ["ok"]),
    "refresh declined": (macros.refresh_month, ["cancel"]),
    "show": (SHOW, []),
    "check": (macros.check_workbook, []),
    "sync notes": (macros.sync_notes, ["ok"]),
    "share": (macros.share_copy, ["yes", "no"]),
    "share as it is": (macros.share_copy, ["no"]),
    "doctor": (macros.doctor, []),
    "changes by hand": (macros.settle_hand_edits, []),
}

pytestmark = pytest.mark.usefixtures("own_log")


@pytest.fixture(autouse=True)
def at_a_time(monkeypatch) -> None:
    for module in (macros, share_boxes):
        monkeypatch.setattr(module, "occasion", lambda: OCCASION)


def in_a_folder(folder: Path) -> MemoryBook:
    folder.mkdir()
    return book_to_may(folder)


def beside(folder: Path) -> list[str]:
    """What stands beside the workbook by now."""
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".xlsx")


@pytest.mark.parametrize("version", ["2016", "365"])
@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_does_and_says_what_it_does_in_memory(tmp_path, button, version):
    macro, answers = BUTTONS[button]
    through_com, memory = in_a_folder(tmp_path / "com"), in_a_folder(tmp_path / "memory")
    with running_excel(version, books=[through_com]) as excel:
        excel.answer(*answers)
        with excel.pressed(NAME):
            macro()
        said = [box.text.replace("/com/", "/memory/") for box in excel.boxes]
        assert excel.excel.cut_off == []
    book, officer = at_work(memory, *answers)
    macro(book)
    assert said == officer.boxes
    assert said
    assert "Something happened" not in said[-1]
    assert through_com.state() == memory.state()
    assert beside(tmp_path / "com") == beside(tmp_path / "memory")


def test_a_refresh_from_the_command_line_does_what_the_button_does(tmp_path, monkeypatch):
    monkeypatch.setattr("xl_addin.commands.book.occasion", lambda: OCCASION)
    through_com, memory = in_a_folder(tmp_path / "com"), in_a_folder(tmp_path / "memory")
    with running_excel(books=[through_com]):
        done = invoke("refresh", through_com.fullname, "--live", "--yes")
    assert done.exit_code == 0, done.output
    macro, answers = BUTTONS["refresh"]
    book, _ = at_work(memory, *answers)
    macro(book)
    assert through_com.state() == memory.state()


@pytest.mark.parametrize("version", ["2016", "365"])
def test_an_undo_from_the_command_line_brings_back_the_open_workbook(
    tmp_path, monkeypatch, version
):
    monkeypatch.setattr("xl_addin.commands.book.occasion", lambda: OCCASION)
    book = filed(in_a_folder(tmp_path / "com"))
    before, on_disk = book.state(), Path(book.fullname).read_bytes()
    with running_excel(version, books=[book]) as excel:
        for command in ("refresh", "undo"):
            done = invoke(command, book.fullname, "--live", "--yes")
            assert done.exit_code == 0, done.output
            assert (book.state() == before) is (command == "undo")
        assert [opened.name for opened in excel.excel.open_books] == [NAME]
    assert "Refresh month" in done.output
    assert book.opened == 1
    assert Path(book.fullname).read_bytes() == on_disk
