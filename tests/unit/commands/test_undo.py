"""Undo: whatever was done, the workbook before it comes back byte by byte."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from tests.support.faults import FailingDisk, failing
from tests.support.places import EDITIONS
from tests.support.ready import HISTORY, JUNE, OCCASION, ready_book, refresh
from xl_addin.commands.check import accept_history_of
from xl_addin.commands.notes import sync_notes_in
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.commands.show import show_month
from xl_addin.commands.undo import undo
from xl_addin.dataset.settings import Keep
from xl_addin.errors import WorkbookRefused, XlAddinError
from xl_addin.excel.backups import LIST, back_up, backups_of, digest, read_backups
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import DataNotes, Dataset, History, Measures
from xl_addin.period import Month
from xl_addin.returns.hand_edits import HandEdits
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import AppendRows, Row, SetRows, Update

WHEN = datetime(2026, 7, 3, 10)


@pytest.fixture
def book(tmp_path) -> Path:
    return ready_book(tmp_path)


def undone(book: Path, **more) -> list[str]:
    """Undo, saying yes; what was told."""
    told: list[str] = []
    undo(ClosedBook(book), WHEN, tell=told.append, agree=lambda: True, **more)
    return told


def test_two_workbooks_whose_names_differ_only_in_the_ending_keep_separate_backups(book):
    other = book.with_suffix(".xlsx")
    openpyxl.load_workbook(book).save(other)
    was = {path: path.read_bytes() for path in (book, other)}
    for month in (4, 3):
        for path in (book, other):
            show_month(ClosedBook(path), Month(2015, month), OCCASION, tell=lambda line: None)
    for path in (other, book):
        undone(path)
        copies = backups_of(path, digest(path.read_bytes()))
        assert {backup.copy.suffix for backup in copies} == {path.suffix}
        assert copies[0].copy.read_bytes() == was[path]


def backups(book: Path) -> list[Path]:
    return sorted(book.parent.glob("* backups/*.xlsm"))


def listed(book: Path) -> list[Path]:
    """The copies in the order they were made."""
    return [backup.copy for backup in read_backups(book.parent / f"{book.stem} backups")]


def silent(line: str) -> None:
    """Tell nobody."""


def add_note(path: Path) -> None:
    """As an officer types one: with no figures, no log and no backup of ours."""
    note = (None, "M1", "Typed in Excel.", None, None, None, None, None)
    ClosedBook(path).apply(Update((AppendRows(DataNotes.TABLE, DataNotes.COLUMNS, (note,)),)))


def type_in(path: Path, table: str, ref: str, heading: str, value: object) -> None:
    """As an officer types into the first row of a measure, where no backup is made."""
    found = ClosedBook(path).read().tables[table]
    place = found.headings.index(heading)
    at = next(number for number, row in enumerate(found.rows) if row[0] == ref)
    rows = tuple(
        Row((value if number == at else row[place],), number)
        for number, row in enumerate(found.rows)
    )
    ClosedBook(path).apply(Update((SetRows(table, (heading,), rows),)))


def strike_out(path: Path, ref: str) -> None:
    """As an officer deletes a row of Measures."""
    rows = ClosedBook(path).read().tables[Measures.TABLE].rows
    kept = tuple(Row((row[0],), n) for n, row in enumerate(rows) if row[0] != ref)
    ClosedBook(path).apply(Update((SetRows(Measures.TABLE, (Measures.REF,), kept),)))


def add_measure(path: Path) -> None:
    """As an officer adds a row to Measures."""
    columns = (Measures.REF, Measures.AREA, Measures.DESCRIPTION, Measures.UNIT)
    new = ("NEW1", "MASH", "Something new", "number")
    ClosedBook(path).apply(Update((AppendRows(Measures.TABLE, columns, (new,)),)))


def start_anew(path: Path) -> None:
    path.unlink()
    write_template(path, *read_catalogue(None))


def _restatement(folder: Path) -> Path:
    path = folder / "Late.csv"
    path.write_text("Measure Ref,Month,Value\nLAC1,May 2015,620\n", encoding="utf-8")
    return path


def restate(path: Path) -> bool:
    return refresh(path, _restatement(path.parent))


def refresh_with(mode: HandEdits) -> Callable[[Path], bool]:
    return lambda path: refresh_book(
        ClosedBook(path),
        OCCASION,
        tell=silent,
        agree=lambda: True,
        how=HowToRefresh(file=JUNE, hand_edits=mode),
    )


def synced(path: Path) -> bool:
    return sync_notes_in(ClosedBook(path), OCCASION, tell=silent, agree=lambda: True)


class Case(NamedTuple):
    """A change, what an officer did before it, and what the list of backups calls it."""

    change: Callable[[Path], object]
    before: Callable[[Path], object]
    called: str


def nothing(path: Path) -> None:
    """Nothing was done before."""


def by_hand(path: Path) -> None:
    type_in(path, Dataset.TABLE, "M1", "May 2015", 590.0)


CHANGES = {
    "a refresh": Case(refresh, nothing, "Refresh month, Jun 2015"),
    "the first history": Case(lambda b: refresh(b, HISTORY), start_anew, "Refresh month, May 2015"),
    "a restatement": Case(restate, nothing, "Refresh month, May 2015"),
    "another month": Case(
        lambda b: show_month(ClosedBook(b), Month(2015, 3), OCCASION, tell=silent),
        nothing,
        "Show month, Mar 2015",
    ),
    "notes in order": Case(synced, add_note, "Sync notes"),
    "changes by hand recorded": Case(
        refresh_with(HandEdits.RECORD), by_hand, "Refresh month, Jun 2015"
    ),
    "changes by hand put back": Case(
        refresh_with(HandEdits.PUT_BACK), by_hand, "Refresh month, Jun 2015"
    ),
    "a renamed measure": Case(
        restate,
        lambda b: type_in(b, Measures.TABLE, "M4", Measures.REF, "C4"),
        "Refresh month, May 2015",
    ),
    "a retired measure": Case(
        restate, lambda b: strike_out(b, "M5"), "Refresh month, May 2015"
    ),
    "a new measure": Case(restate, add_measure, "Refresh month, May 2015"),
    "an accepted History": Case(
        lambda b: accept_history_of(ClosedBook(b), OCCASION, tell=silent),
        lambda b: type_in(b, History.TABLE, "M1", History.VALUE, 7.0),
        "Accept History",
    ),
    "an undo": Case(undone, refresh, "Undo last change"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES.values(), ids=list(CHANGES))
def test_undo_brings_back_every_byte_and_undo_again_takes_it_back(book, case):
    case.before(book)
    before = book.read_bytes()
    assert case.change(book)
    after = book.read_bytes()
    assert after != before
    told = undone(book)
    assert book.read_bytes() == before
    assert f"This takes back: {case.called}." in told
    assert "All that was done in it since then is taken back too." not in told
    undone(book)
    assert book.read_bytes() == after
    undone(book)
    assert book.read_bytes() == before


def test_changes_are_taken_back_one_from_another_by_naming_their_copies(book):
    states = [book.read_bytes()]
    for case in ("a refresh", "another month", "a restatement"):
        CHANGES[case].change(book)
        states.append(book.read_bytes())
    assert len(set(states)) == 4
    for copy, state in zip(listed(book), states[:3], strict=True):
        undone(book, copy=copy)
        assert book.read_bytes() == state


def test_undo_says_what_the_workbook_becomes_and_asks(book):
    refresh(book)
    after, told = book.read_bytes(), []
    assert not undo(ClosedBook(book), WHEN, tell=told.append, agree=lambda: False)
    assert told == [
        "Monthly Dataset.xlsm becomes what it was on 03/07/2026 at 09:30:00.",
        "This takes back: Refresh month, Jun 2015.",
        "As it is now, it is kept in a backup.",
        "Nothing was changed.",
    ]
    assert book.read_bytes() == after
    assert len(backups(book)) == 1


def test_a_list_of_an_earlier_version_serves_without_saying_what_the_change_was(book):
    before = book.read_bytes()
    refresh(book)
    list_ = book.parent / "Monthly Dataset backups" / LIST
    lines = list_.read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t")[4:] == ["Refresh month, Jun 2015"]
    earlier = ["\t".join(line.split("\t")[:4]) + "\n" for line in lines]
    list_.write_text("".join(earlier), encoding="utf-8")
    told = undone(book)
    assert book.read_bytes() == before
    assert not any(line.startswith("This takes back:") for line in told)


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


@pytest.mark.parametrize("named", [False, True], ids=["the last", "by its name"])
def test_a_backup_that_was_changed_is_refused_also_when_it_is_named(book, named):
    refresh(book)
    (copy,) = backups(book)
    add_note(copy)
    after, changed = book.read_bytes(), copy.read_bytes()
    for name in [Path(copy.name), copy] if named else [None]:
        with pytest.raises(WorkbookRefused, match="This backup was changed after it was made"):
            undone(book, copy=name)
    assert book.read_bytes() == after
    (elsewhere := book.parent / "elsewhere").mkdir()
    undone(book, copy=Path(shutil.copy(copy, elsewhere)))
    assert book.read_bytes() == changed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
@pytest.mark.parametrize(
    "name",
    [
        "Monthly\tDataset.xlsm",
        "Dataset",
        "Dataset v1.2",
        "a\nb.xlsm",
        "\u2028.xlsm",
        '"quoted".xlsm',
    ],
)
def test_undo_works_for_whatever_name_a_workbook_has(tmp_path, name):
    book = ready_book(tmp_path, name)
    before = book.read_bytes()
    refresh(book)
    after = book.read_bytes()
    undone(book)
    assert book.read_bytes() == before
    undone(book)
    assert book.read_bytes() == after
    book.unlink()
    undone(book)
    assert book.read_bytes() == after


def test_undo_works_where_the_name_is_no_text_for_the_computer(tmp_path):
    name = os.fsdecode(b"Monthly \xff.xlsm")
    try:
        book = ready_book(tmp_path, name)
    except OSError:
        return  # such names do not exist here: a Mac's disk refuses them
    before = book.read_bytes()
    refresh(book)
    undone(book)
    assert book.read_bytes() == before


@pytest.mark.parametrize("name", ["demo", "lived_in", "template"])
def test_a_backup_of_the_first_edition_is_brought_back(book, tmp_path, name):
    before = tmp_path / "before.xlsm"
    before.write_bytes((EDITIONS / "1" / f"{name}.xlsm").read_bytes())
    undone(book, copy=before)
    assert book.read_bytes() == before.read_bytes()


def test_what_is_no_copy_of_a_workbook_is_never_put_in_its_place(book, tmp_path):
    other = tmp_path / "other.xlsm"
    other.write_bytes(b"PK no workbook")
    before = book.read_bytes()
    with pytest.raises(WorkbookRefused, match=r"other\.xlsm"):
        undone(book, copy=other)
    assert book.read_bytes() == before


def test_a_workbook_open_in_excel_is_not_undone_as_a_closed_file_and_the_other_way_is_named(book):
    refresh(book)
    after = book.read_bytes()
    book.with_name(f"~${book.name}").write_bytes(b"\x03Sam")
    with pytest.raises(WorkbookRefused, match=r"open in Excel \(Sam\)") as found:
        undone(book)
    assert (
        "Click Undo last change there (or: xl-addin undo BOOK --live), or close it. If no one has "
        "it open, delete the file ~$Monthly Dataset.xlsm."
    ) in str(found.value)
    assert book.read_bytes() == after


def test_a_workbook_saved_while_the_question_is_shown_is_not_undone(book):
    refresh(book)

    def saved_meanwhile() -> bool:
        add_note(book)
        return True

    with pytest.raises(WorkbookRefused, match="Someone has saved the workbook in the meantime"):
        undo(ClosedBook(book), WHEN, tell=silent, agree=saved_meanwhile)
    notes = ClosedBook(book).read().tables[DataNotes.TABLE].rows
    assert "Typed in Excel." in {row[2] for row in notes}


DAMAGE = {
    "cut short": lambda d: d[: len(d) // 2],
    "emptied": lambda d: b"",
    "noise": lambda d: b"x",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_workbook_becomes_what_it_was_and_the_damaged_one_is_kept(book, damage):
    before = book.read_bytes()
    refresh(book)
    damaged = damage(book.read_bytes())
    book.write_bytes(damaged)
    undone(book)
    assert book.read_bytes() == before
    assert damaged in {path.read_bytes() for path in backups(book)}


def test_a_workbook_that_is_gone_comes_back_as_it_was_last_known(book):
    refresh(book)
    refreshed = book.read_bytes()
    undone(book)
    last = book.read_bytes()
    mode = book.stat().st_mode
    book.unlink()
    copies, told = backups(book), undone(book)
    assert book.read_bytes() == last != refreshed
    assert book.stat().st_mode == mode
    assert told == [
        "Monthly Dataset.xlsm is not there any more, but a copy of it is.",
        "It becomes what it was on 03/07/2026 at 09:30:00, before this was done: "
        "Refresh month, Jun 2015.",
        "What was done in it after that is not in this copy.",
        "Done.",
    ]
    assert backups(book) == copies
    assert [path.name for path in book.parent.iterdir() if path.name.startswith(".xl")] == []


def test_a_workbook_that_is_gone_comes_back_from_the_newest_copy_that_is_whole(book):
    refresh(book)
    restate(book)
    first, second = listed(book)
    whole = second.read_bytes()
    book.unlink()
    undone(book)
    assert book.read_bytes() == whole
    second.write_bytes(whole[:-100])
    book.unlink()
    undone(book)
    assert book.read_bytes() == first.read_bytes()
    book.unlink()
    undone(book, copy=Path(first.name))
    assert book.read_bytes() == first.read_bytes()


def test_bringing_back_a_workbook_that_is_gone_asks_first(book):
    refresh(book)
    book.unlink()
    told: list[str] = []
    assert not undo(ClosedBook(book), WHEN, tell=told.append, agree=lambda: False)
    assert told[-1] == "Nothing was changed."
    assert not book.exists()


def test_a_workbook_that_comes_back_by_itself_while_the_question_is_shown_is_not_replaced(book):
    refresh(book)
    refreshed = book.read_bytes()
    book.unlink()

    def comes_back() -> bool:
        book.write_bytes(refreshed)
        return True

    with pytest.raises(WorkbookRefused, match="Someone has saved the workbook in the meantime"):
        undo(ClosedBook(book), WHEN, tell=silent, agree=comes_back)
    assert book.read_bytes() == refreshed


def test_what_to_do_is_said_where_neither_the_workbook_nor_a_copy_of_it_is_there(book):
    refresh(book)
    (copy,) = backups(book)
    book.unlink()
    copy.write_bytes(copy.read_bytes()[:-1])
    with pytest.raises(WorkbookRefused, match="There is no such file, and no copy in “Monthly"):
        undone(book)
    shutil.rmtree(copy.parent)
    with pytest.raises(WorkbookRefused) as found:
        undone(book)
    assert str(found.value) == (
        "Monthly Dataset.xlsm: There is no such file, and no folder “Monthly Dataset backups” "
        "beside it. Check its name and folder, and look into the Recycle Bin; or name a copy of "
        "it: xl-addin undo BOOK --backup COPY."
    )
    assert not book.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the failing disk is a POSIX one")
def test_whatever_call_to_the_disk_fails_a_workbook_that_is_gone_is_whole_or_still_gone(book):
    whole = book.read_bytes()
    refresh(book)
    book.unlink()
    disk = FailingDisk(book.parent)
    with failing(disk):
        undone(book)
    outcomes = set()
    assert len(disk.calls) >= 30  # as docs/safety.md says
    for at in range(len(disk.calls)):
        book.unlink(missing_ok=True)
        with failing(FailingDisk(book.parent, at)), suppress(XlAddinError, OSError):
            undone(book)
        outcomes.add(book.read_bytes() if book.exists() else None)
        assert not [p for p in book.parent.iterdir() if p.name.startswith(".xl")] or (
            disk.calls[at] == "unlink"
        )
    assert outcomes == {None, whole}


@pytest.mark.parametrize("named", [".", "folder"])
def test_a_folder_named_in_place_of_a_workbook_is_said(tmp_path, monkeypatch, named):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkbookRefused, match=r"This is a folder\. Name the workbook in it\."):
        undone(Path(named))


def test_the_backups_of_another_workbook_are_never_taken_for_one_that_is_gone(book):
    refresh(book)
    with pytest.raises(WorkbookRefused, match="no folder “Adults backups” beside it"):
        undone(book.with_name("Adults.xlsm"))


def test_a_copy_in_a_folder_whose_list_is_lost_can_be_named(book):
    before = book.read_bytes()
    refresh(book)
    (copy,) = backups(book)
    (copy.parent / LIST).unlink()
    book.unlink()
    with pytest.raises(WorkbookRefused, match="no copy in “Monthly Dataset backups” is listed"):
        undone(book)
    undone(book, copy=Path(copy.name))
    assert book.read_bytes() == before


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


def test_old_backups_that_are_read_only_go_too_where_the_system_wants_them_writable_first(
    book, monkeypatch
):
    """As on Windows, played: no file without the right to write it is removed."""
    remove = Path.unlink

    def as_on_windows(path, missing_ok=False):
        if path.exists() and not path.stat().st_mode & 0o200:
            raise PermissionError(13, "Access is denied", str(path))
        remove(path, missing_ok)

    old = back_up(book, WHEN - timedelta(days=900), Keep())
    old.chmod(0o444)
    monkeypatch.setattr(Path, "unlink", as_on_windows)
    new = back_up(book, WHEN, Keep(copies=1, days=1))
    assert backups(book) == [new]


def test_a_workbook_saved_while_the_officer_was_asked_is_not_changed(book):
    def saved_meanwhile() -> bool:
        add_note(book)
        return True

    with pytest.raises(WorkbookRefused, match="Someone has saved the workbook in the meantime"):
        refresh_book(
            ClosedBook(book),
            OCCASION,
            tell=silent,
            agree=saved_meanwhile,
            how=HowToRefresh(file=JUNE),
        )
    assert len(ClosedBook(book).read().tables["History"].rows) == 22 * 12


def test_a_copy_of_a_workbook_beside_it_has_backups_of_its_own(book):
    refresh(book, JUNE)
    copied = Path(shutil.copy(book, book.with_name("A copy to try things.xlsm")))
    was = book.read_bytes()
    restate(copied)
    assert [path.parent.name for path in listed(copied)] == [f"{copied.stem} backups"]
    book.unlink()
    undone(book)
    assert ClosedBook(book).read().tables[Dataset.TABLE].headings[3] == "May 2014"
    book.write_bytes(was)
    undone(copied)
    assert copied.read_bytes() == was
    renamed = copied.rename(book.with_name("Zero.xlsm"))
    restate(renamed)
    assert {path.parent.name for path in backups(book)} == {
        f"{book.stem} backups",
        f"{copied.stem} backups",
    }


def test_a_renamed_workbook_keeps_its_folder_of_backups(book):
    refresh(book, JUNE)
    renamed = book.rename(book.with_name("Another name.xlsm"))
    restate(renamed)
    assert {path.parent.name for path in backups(book)} == {f"{book.stem} backups"}
