"""The files of a share copy: made once, recorded whole, with the workbook's rights."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.faults import FailingDisk, failing
from tests.support.patience import HANGS
from tests.support.ready import OCCASION
from tests.support.share_data import demo_folder
from tests.support.users import ONLY_ROOT, SOMEONE, as_user, let_everybody_in
from xl_addin.commands import share
from xl_addin.commands.share import share_book
from xl_addin.dataset.settings import Keep
from xl_addin.disclosure.releases import COLUMNS
from xl_addin.errors import WorkbookRefused, XlAddinError
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.excel.share_copy import files, pdf
from xl_addin.ooxml.saving import write_beside
from xl_addin.share.decision import Wish

RECORD = "Monthly shared copies.csv"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "Monthly.xlsm"
    shutil.copy(next(demo_folder().glob("*.xlsm")), path)
    return path


def share_it(book: Path, out: Path, **options) -> None:
    share_book(ClosedBook(book), out, OCCASION, tell=lambda line: None, **options)


def test_a_pdf_of_the_name_is_not_replaced_and_nothing_else_is_made(book, tmp_path):
    (tmp_path / "June.pdf").write_bytes(b"sent out")
    with pytest.raises(WorkbookRefused, match=r"June\.pdf: It is there already"):
        share_it(book, tmp_path / "June.xlsx", wish=Wish(formats=("pdf",)))
    assert (tmp_path / "June.pdf").read_bytes() == b"sent out"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["June.pdf", "Monthly.xlsm"]


def test_of_two_shares_to_one_name_at_once_one_is_refused(tmp_path, book, monkeypatch):
    """From two workbooks, so that it is not the workbook's own lock that keeps them apart."""
    other = tmp_path / "Other.xlsm"
    shutil.copy(book, other)
    out, outcomes, both = tmp_path / "June.xlsx", [], threading.Barrier(2)
    real = share._refuse_leaks

    def meet(*args):
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=HANGS)
        real(*args)

    monkeypatch.setattr(share, "_refuse_leaks", meet)

    def work(path: Path) -> None:
        try:
            share_it(path, out)
            outcomes.append("shared")
        except WorkbookRefused as refusal:
            both.abort()
            outcomes.append(str(refusal))

    threads = [threading.Thread(target=work, args=(path,)) for path in (book, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1] == "shared"
    assert "at work" in sorted(outcomes)[0]
    assert len(list(tmp_path.glob("*shared copies.csv"))) == 1


def test_a_copy_stands_only_where_it_is_recorded_and_the_record_stays_whole(
    book, tmp_path, monkeypatch
):
    share_it(book, tmp_path / "May.xlsx")
    # Building and auditing the bytes touches no disk: once is enough.
    package = (tmp_path / "May.xlsx").read_bytes()
    monkeypatch.setattr("xl_addin.excel.share_copy.write_share", lambda *of: package)
    monkeypatch.setattr(share, "_refuse_leaks", lambda *of: None)
    before = (tmp_path / RECORD).read_bytes()
    (counted := tmp_path / "counted").mkdir()
    shutil.copy(book, counted / book.name)
    (counted / RECORD).write_bytes(before)
    with failing(FailingDisk(counted)) as disk:
        share_it(counted / book.name, counted / "June.xlsx")
    assert len(disk.calls) >= 138  # as docs/safety.md says
    for at in range(0, len(disk.calls), 3):
        (place := tmp_path / str(at)).mkdir()
        shutil.copy(book, place / book.name)
        (place / RECORD).write_bytes(before)
        with failing(FailingDisk(place, at)), suppress(XlAddinError, OSError):
            share_it(place / book.name, place / "June.xlsx")
        grown = (place / RECORD).read_bytes() != before
        assert grown or not (place / "June.xlsx").exists(), (at, disk.calls[at])
        assert (place / RECORD).read_bytes().endswith(b"\r\n")
        assert disk.calls[at] == "unlink" or not list(place.glob(".xl-addin*"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that is killed is forked")
@pytest.mark.parametrize("is_named", [False, True], ids=["before", "after"])
def test_a_share_killed_where_the_copy_gets_its_name_leaves_no_copy_that_is_not_recorded(
    book, tmp_path, monkeypatch, is_named
):
    def killed_there(draft: Path, out: Path) -> None:
        if is_named:
            draft.rename(out)
        os.kill(os.getpid(), signal.SIGKILL)

    if not (child := os.fork()):
        monkeypatch.setattr(files, "put_in_free_place", killed_there)
        with held(book) as chosen:
            share_book(chosen, tmp_path / "June.xlsx", OCCASION, tell=lambda line: None)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert (tmp_path / "June.xlsx").exists() == is_named
    assert any("June.xlsx" in row for row in files.read_rows(tmp_path / RECORD))
    with held(book) as chosen:
        share_book(chosen, tmp_path / "July.xlsx", OCCASION, tell=lambda line: None)
    left = {path.name for path in tmp_path.iterdir()} - {book.name, RECORD, "July.xlsx"}
    assert left == {"Monthly backups", *(["June.xlsx"] if is_named else [])}


def test_a_copy_that_does_not_get_its_name_is_not_recorded(book, tmp_path, monkeypatch):
    def taken(draft: Path, out: Path) -> None:
        raise files.is_there_already(out)

    monkeypatch.setattr(files, "put_in_free_place", taken)
    with pytest.raises(WorkbookRefused, match="It is there already"):
        share_it(book, tmp_path / "May.xlsx")
    assert not (tmp_path / RECORD).exists()
    monkeypatch.undo()
    share_it(book, tmp_path / "May.xlsx")
    before = (tmp_path / RECORD).read_bytes()
    monkeypatch.setattr(files, "put_in_free_place", taken)
    with pytest.raises(WorkbookRefused, match="It is there already"):
        share_it(book, tmp_path / "June.xlsx")
    assert (tmp_path / RECORD).read_bytes() == before


def test_a_last_row_that_was_cut_short_is_repaired_and_says_nothing(book, tmp_path):
    share_it(book, tmp_path / "May.xlsx")
    record = tmp_path / RECORD
    whole = record.read_bytes()
    for cut in range(1, 30):
        record.write_bytes(whole[: len(whole) - cut])
        rows = files.read_rows(record)
        assert rows[0] == list(COLUMNS)
        assert {len(row) for row in rows} == {len(COLUMNS)}
        files.add_rows(record, [("x",) * len(COLUMNS)], book)
        assert files.read_rows(record) == [*rows, ["x"] * len(COLUMNS)]


@ONLY_ROOT
def test_copies_records_and_backups_have_the_mode_and_group_of_the_workbook(book, tmp_path):
    os.chown(book, 1001, 2001)
    book.chmod(0o660)
    share_it(book, tmp_path / "June.xlsx")
    with held(book) as chosen:
        copy = chosen.back_up(OCCASION.when, Keep())
    for made in (tmp_path / "June.xlsx", tmp_path / RECORD, copy, copy.with_name("backups.tsv")):
        status = made.stat()
        assert (status.st_mode & 0o777, status.st_gid) == (0o660, 2001), made.name


@ONLY_ROOT
def test_a_folder_of_backups_lets_in_whoever_the_folder_it_stands_in_does(book, tmp_path):
    tmp_path.chmod(0o2770)
    os.chown(tmp_path, 1001, 2001)
    with held(book) as chosen:
        folder = chosen.back_up(OCCASION.when, Keep()).parent
    status = folder.stat()
    assert (status.st_mode & 0o7777, status.st_gid) == (0o2770, 2001)


def test_what_a_killed_share_left_is_cleared_by_the_next_run_and_that_of_others_is_not(
    book, tmp_path
):
    (elsewhere := tmp_path / "elsewhere").mkdir()
    beside = write_beside(tmp_path / "June.xlsx", b"half", book)
    away = write_beside(elsewhere / "June.xlsx", b"half", book)
    others = write_beside(elsewhere / "June.xlsx", b"being written", tmp_path / "Other.xlsm")
    with held(book):
        assert not beside.exists()
        share_it(book, elsewhere / "July.xlsx")
    assert (away.exists(), others.exists()) == (False, True)


@pytest.mark.skipif(sys.platform == "win32", reason="programs are called otherwise there")
def test_a_program_in_the_current_folder_is_never_started(tmp_path, monkeypatch):
    (tmp_path / "soffice").write_text("#!/bin/sh\ntouch started\n", encoding="utf-8")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}bin/../.")
    monkeypatch.setattr(pdf, "_USUAL_PLACES", ())
    with pytest.raises(WorkbookRefused, match="is not on this computer"):
        pdf.libreoffice()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf.libreoffice() == str(tmp_path / "soffice")


@pytest.mark.skipif(sys.platform == "win32", reason="the program is played by a script")
def test_what_a_killed_print_left_is_cleared_by_the_next_print_of_the_workbook(
    book, tmp_path, monkeypatch
):
    (temporary := tmp_path / "temporary").mkdir()
    monkeypatch.setattr(pdf.tempfile, "tempdir", str(temporary))
    left = temporary / f"{pdf._folder_start(book)}killed"
    (left / "profile").mkdir(parents=True)
    (others := temporary / f"{pdf._folder_start(tmp_path / 'Other.xlsm')}at work").mkdir()
    printer = tmp_path / "soffice"
    printer.write_text('#!/bin/sh\nmkdir -p "$6"; echo printed > "$6/June.pdf"\n', encoding="utf-8")
    printer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    share_it(book, tmp_path / "June.xlsx", wish=Wish(formats=("pdf",)))
    assert (tmp_path / "June.pdf").read_bytes() == b"printed\n"
    assert list(temporary.iterdir()) == [others]


def test_a_read_only_workbook_is_shared_and_the_next_copy_records_it_in_the_workbook(
    book, tmp_path
):
    out, told = tmp_path / "elsewhere", list[str]()
    out.mkdir()
    book.chmod(0o444)
    before = book.read_bytes()
    share_book(ClosedBook(book), out / "June.xlsx", OCCASION, tell=told.append)
    assert book.read_bytes() == before
    (line,) = [line for line in told if "may not be changed" in line]
    assert f"recorded only beside it ({RECORD})" in line
    assert any("June.xlsx" in row for row in files.read_rows(tmp_path / RECORD))
    assert not (tmp_path / "Monthly backups").exists()
    book.chmod(0o644)
    share_it(book, out / "June again.xlsx")
    assert shared_in(book) == {"June.xlsx", "June again.xlsx"}


@ONLY_ROOT
def test_from_a_folder_that_may_not_be_written_the_record_is_kept_in_the_users_own(
    book, tmp_path, monkeypatch
):
    out, own = tmp_path / "elsewhere", tmp_path / "own"
    for folder in (out, own):
        folder.mkdir()
        os.chown(folder, SOMEONE, SOMEONE)
    let_everybody_in(tmp_path)
    book.chmod(0o644)
    for module in ("share_copy.files", "lock", "error_log"):
        monkeypatch.setattr(f"xl_addin.excel.{module}.log_path", lambda: own / "xl-addin.log")
    told: list[str] = []

    def work() -> str:
        share_book(ClosedBook(book), out / "June.xlsx", OCCASION, tell=told.append)
        return "; ".join(told)

    said = as_user(SOMEONE, work)
    assert f"recorded only in {own / 'shared copies'}" in said, said
    assert (out / "June.xlsx").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["Monthly.xlsm", "elsewhere", "own"]
    assert any("June.xlsx" in row for row in files.records_of(book))
    share_it(book, out / "June again.xlsx")
    assert shared_in(book) == {"June.xlsx", "June again.xlsx"}
    names = {row[1] for row in files.read_rows(tmp_path / RECORD)[1:]}
    assert names == {"June.xlsx", "June again.xlsx"}


def shared_in(book: Path) -> set[object]:
    """The copies that the workbook itself knows of."""
    table = ClosedBook(book).read().tables["SharedCopies"]
    return {row[table.headings.index("File")] for row in table.rows}


def test_a_ref_of_safe_commentary_is_a_measures_whatever_its_capitals_or_is_told(
    book, tmp_path, monkeypatch
):
    out, decide, wished = tmp_path / "June.xlsx", share.decide_copy, []
    with pytest.raises(WorkbookRefused, match=r"--safe-commentary: “LAC99” is not a measure ref"):
        share_it(book, out, wish=Wish(safe=frozenset({"LAC99", "m4"})))
    assert not out.exists()
    monkeypatch.setattr(share, "decide_copy", lambda *a: wished.append(a[3].safe) or decide(*a))
    share_it(book, out, wish=Wish(safe=frozenset({"m4"})))
    assert out.exists() and wished == [{"M4"}]
