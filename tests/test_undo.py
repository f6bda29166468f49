"""Undo: whatever was done, the workbook before it comes back byte by byte."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.ready import JUNE, OCCASION, ready_book, refresh
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.backup import LIST, back_up, read_backups
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import DataNotes
from xl_addin.period import Month
from xl_addin.settings import Keep
from xl_addin.undo import undo
from xl_addin.update import AppendRows, Update
from xl_addin.work import refresh_book, show_month, sync_notes_in

WHEN = datetime(2026, 7, 3, 10)


@pytest.fixture
def book(tmp_path) -> Path:
    return ready_book(tmp_path)


def undone(book: Path, **more) -> list[str]:
    """Undo, saying yes; what was told."""
    told: list[str] = []
    undo(book, WHEN, tell=told.append, agree=lambda: True, **more)
    return told


def backups(book: Path) -> list[Path]:
    return sorted(book.parent.glob("* backups/*.xlsm"))


def silent(line: str) -> None:
    """Tell nobody."""


def add_note(path: Path) -> None:
    """As an officer types one: with no figures, no log and no backup of ours."""
    note = (None, "M1", "Typed in Excel.", None, None, None, None, None)
    ClosedBook(path).apply(Update((AppendRows(DataNotes.TABLE, DataNotes.COLUMNS, (note,)),)))


CHANGES = {
    "a refresh": refresh,
    "another month": lambda b: show_month(ClosedBook(b), Month(2015, 3), OCCASION, tell=silent),
    "notes in order": lambda b: sync_notes_in(
        ClosedBook(b), OCCASION, tell=silent, agree=lambda: True
    ),
    "a restatement": lambda b: refresh(b, _restatement(b.parent)),
}


def _restatement(folder: Path) -> Path:
    path = folder / "Late.csv"
    path.write_text("Measure Ref,Month,Value\nLAC1,May 2015,620\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_undo_brings_back_every_byte_and_undo_again_takes_it_back(book, change):
    if change is CHANGES["notes in order"]:
        add_note(book)
    before = book.read_bytes()
    assert change(book)
    after = book.read_bytes()
    assert after != before
    undone(book)
    assert book.read_bytes() == before
    undone(book)
    assert book.read_bytes() == after
    undone(book)
    assert book.read_bytes() == before


def test_undo_says_what_the_workbook_becomes_and_asks(book):
    refresh(book)
    after, told = book.read_bytes(), []
    assert not undo(book, WHEN, tell=told.append, agree=lambda: False)
    assert told[0] == "Monthly Dataset.xlsm becomes what it was on 03/07/2026 at 09:30:00."
    assert told[-1] == "Nothing was changed."
    assert book.read_bytes() == after
    assert len(backups(book)) == 1


def test_what_an_officer_did_after_the_refresh_is_taken_back_kept_and_brought_back(book):
    before = book.read_bytes()
    refresh(book)
    add_note(book)
    theirs = book.read_bytes()
    told = undone(book)
    assert "All that was done in it since then is taken back too." in told
    assert book.read_bytes() == before
    undone(book)
    assert book.read_bytes() == theirs


@pytest.mark.parametrize("with_backups", [True, False], ids=["with its backups", "alone"])
def test_a_renamed_workbook_still_knows_its_backups(book, with_backups):
    before = book.read_bytes()
    refresh(book)
    renamed = book.rename(book.with_name("Dataset 2026.xlsm"))
    if with_backups:
        (book.parent / "Monthly Dataset backups").rename(book.parent / "Dataset 2026 backups")
    undone(renamed)
    assert renamed.read_bytes() == before


def test_a_workbook_moved_with_its_backups_knows_them(book, tmp_path):
    before = book.read_bytes()
    refresh(book)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(book.parent / "Monthly Dataset backups", elsewhere / "Monthly Dataset backups")
    moved = Path(shutil.move(book, elsewhere / "New name.xlsm"))
    undone(moved)
    assert moved.read_bytes() == before
    assert {path.parent for path in backups(moved)} == {elsewhere / "Monthly Dataset backups"}


def test_a_workbook_moved_without_its_backups_says_so_and_takes_one_that_is_named(book, tmp_path):
    before = book.read_bytes()
    refresh(book)
    (tmp_path / "elsewhere").mkdir()
    moved = Path(shutil.move(book, tmp_path / "elsewhere" / book.name))
    after = moved.read_bytes()
    with pytest.raises(WorkbookRefused, match="No backup of this workbook lies beside it") as found:
        undone(moved)
    assert "xl-addin undo BOOK --backup COPY" in str(found.value)
    assert moved.read_bytes() == after
    (copy,) = backups(book)
    undone(moved, copy=copy)
    assert moved.read_bytes() == before


def test_the_backups_of_another_workbook_are_never_taken(book):
    refresh(book)
    other = ready_book(book.parent, "Adults.xlsm")
    add_note(other)
    with pytest.raises(WorkbookRefused, match="No backup of this workbook"):
        undone(other)


def test_a_backup_that_was_changed_is_refused_unless_it_is_named(book):
    refresh(book)
    (copy,) = backups(book)
    add_note(copy)
    after, changed = book.read_bytes(), copy.read_bytes()
    with pytest.raises(WorkbookRefused, match="This backup was changed after it was made"):
        undone(book)
    assert book.read_bytes() == after
    undone(book, copy=Path(copy.name))
    assert book.read_bytes() == changed


def test_what_is_no_copy_of_a_workbook_is_never_put_in_its_place(book, tmp_path):
    other = tmp_path / "other.xlsm"
    other.write_bytes(b"PK no workbook")
    before = book.read_bytes()
    with pytest.raises(WorkbookRefused, match=r"other\.xlsm"):
        undone(book, copy=other)
    assert book.read_bytes() == before


def test_a_workbook_open_in_excel_is_not_undone(book):
    refresh(book)
    after = book.read_bytes()
    book.with_name(f"~${book.name}").write_bytes(b"\x03Sam")
    with pytest.raises(WorkbookRefused, match=r"open in Excel \(Sam\).*Close it there"):
        undone(book)
    assert book.read_bytes() == after


def test_a_list_of_backups_cut_short_still_serves(book):
    before = book.read_bytes()
    refresh(book)
    list_ = book.parent / "Monthly Dataset backups" / LIST
    list_.write_bytes(list_.read_bytes()[:-20])
    undone(book)
    assert book.read_bytes() == before
    assert len(read_backups(list_.parent)) == 2


def test_old_backups_go_as_settings_say_and_never_the_newest_nor_other_files(tmp_path):
    book = tmp_path / "book.xlsm"
    (tmp_path / "book backups").mkdir()
    own = tmp_path / "book backups" / "my own copy.xlsm"
    own.write_bytes(b"mine")
    for day in range(10):
        book.write_bytes(b"day %d" % day)
        back_up(book, WHEN + timedelta(days=day), Keep(copies=3, days=4))
    kept = [path.read_bytes() for path in backups(book) if path != own]
    assert kept == [b"day 5", b"day 6", b"day 7", b"day 8", b"day 9"]
    back_up(book, WHEN + timedelta(days=4000), Keep(copies=1, days=1))
    assert len(backups(book)) == 2
    assert own.read_bytes() == b"mine"


def test_a_workbook_saved_while_the_officer_was_asked_is_not_changed(book):
    def saved_meanwhile() -> bool:
        add_note(book)
        return True

    with pytest.raises(WorkbookRefused, match="Someone has saved the workbook in the meantime"):
        refresh_book(ClosedBook(book), OCCASION, tell=silent, agree=saved_meanwhile, file=JUNE)
    assert len(ClosedBook(book).read().tables["History"].rows) == 22 * 12
