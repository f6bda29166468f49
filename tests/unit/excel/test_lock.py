"""One at a time: who holds a workbook, and what is left when the work ends or is killed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.ready import JUNE, ready_book
from tests.support.users import ONLY_ROOT, SOMEONE, SOMEONE_ELSE, as_user
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import lock
from xl_addin.excel.closed import held
from xl_addin.excel.lock import one_at_a_time
from xl_addin.excel.paths import true_path
from xl_addin.ooxml.saving import write_beside


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "log"
    monkeypatch.setattr(lock, "log_path", lambda: folder / "xl-addin.log")
    return folder


def test_the_second_is_told_who_holds_the_workbook_and_since_when(tmp_path):
    book = tmp_path / "Dataset.xlsm"
    said = (
        r"Dataset\.xlsm: xl-addin is at work on this workbook already\. Started \d\d:\d\d by \S+ on"
    )
    with one_at_a_time(book), pytest.raises(WorkbookRefused, match=said), one_at_a_time(book):
        pass
    with one_at_a_time(book):
        pass
    assert list(tmp_path.iterdir()) == []


def test_of_many_at_once_exactly_one_holds_it_at_any_moment(tmp_path):
    book, inside, most, done = tmp_path / "Dataset.xlsm", [], [], []

    def work() -> None:
        while len(done) < 200:
            with suppress(WorkbookRefused), one_at_a_time(book):
                inside.append(1)
                most.append(len(inside))
                inside.pop()
                done.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_may_be_written_beside_it_the_user_is_kept_apart_all_the_same(
    tmp_path, own_log
):
    book = tmp_path / "gone" / "Dataset.xlsm"
    with one_at_a_time(book):
        assert len(list(own_log.iterdir())) == 1
        with pytest.raises(WorkbookRefused, match="at work"), one_at_a_time(book):
            pass
    assert list(own_log.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="flock is not there")
def test_a_share_that_knows_no_locks_does_not_look_like_a_second_refresh(tmp_path, monkeypatch):
    import fcntl

    flock, book = fcntl.flock, tmp_path / "Dataset.xlsm"

    def refused_beside(file, how):
        beside = tmp_path / ".Dataset.xlsm.at-work"
        if os.fstat(file).st_ino == beside.stat().st_ino:
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", refused_beside)
    with one_at_a_time(book), pytest.raises(WorkbookRefused, match="at work"), one_at_a_time(book):
        pass


def test_two_refreshes_at_once_are_one_and_a_refusal(tmp_path):
    book = ready_book(tmp_path)
    with one_at_a_time(book):
        done = subprocess.run(
            [sys.executable, "-m", "xl_addin", "refresh", book, "--return", JUNE, "--yes"],
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert "xl-addin is at work on this workbook already. Started" in done.stderr
    assert not list(tmp_path.glob("* backups"))


NOT_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")


@pytest.fixture
def shared(tmp_path_factory) -> Path:
    """A folder that every user of the computer reaches and may write."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        Path(name).chmod(0o777)
        yield Path(name)


@NOT_WINDOWS
def test_a_link_to_a_workbook_and_the_workbook_share_their_lock(tmp_path):
    (there := tmp_path / "there").mkdir()
    (here := tmp_path / "here").mkdir()
    book = there / "Dataset.xlsm"
    book.write_bytes(b"a workbook")
    (link := here / "Link.xlsm").symlink_to(book)
    with one_at_a_time(book), pytest.raises(WorkbookRefused, match="at work"), one_at_a_time(link):
        pass
    with one_at_a_time(link), pytest.raises(WorkbookRefused, match="at work"), one_at_a_time(book):
        pass
    assert [path.name for path in here.iterdir()] == ["Link.xlsm"]


@NOT_WINDOWS
def test_a_name_that_the_folder_does_not_list_shares_the_lock_of_the_file_it_leads_to(
    tmp_path, monkeypatch
):
    """As "MONTHL~1.XLS" and "monthly dataset.xlsm" do on Windows; played with a second name."""
    book, short = tmp_path / "Monthly Dataset.xlsm", tmp_path / "MONTHL~1.XLS"
    book.write_bytes(b"a workbook")
    os.link(book, short)
    listed = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda folder: (p for p in listed(folder) if p != short))
    assert true_path(short) == book
    with one_at_a_time(book), pytest.raises(WorkbookRefused, match="at work"), one_at_a_time(short):
        pass


def planted_link(place: Path, victim: Path) -> None:
    place.symlink_to(victim)


def planted_link_to_nothing(place: Path, victim: Path) -> None:
    place.symlink_to(victim.with_name("made by following"))


def planted_second_name(place: Path, victim: Path) -> None:
    os.link(victim, place)


def planted_pipe(place: Path, victim: Path) -> None:
    os.mkfifo(place)


def planted_folder(place: Path, victim: Path) -> None:
    place.mkdir()


@NOT_WINDOWS
@pytest.mark.parametrize(
    "plant",
    [planted_link, planted_link_to_nothing, planted_second_name, planted_pipe, planted_folder],
)
def test_what_is_planted_under_the_name_of_the_lock_is_neither_opened_nor_waited_for(
    tmp_path, plant
):
    book, victim = tmp_path / "Dataset.xlsm", tmp_path / "victim.txt"
    victim.write_text("precious", encoding="utf-8")
    plant(tmp_path / ".Dataset.xlsm.at-work", victim)
    said = r"“\.Dataset\.xlsm\.at-work” beside it is no lock"
    with pytest.raises(WorkbookRefused, match=said), one_at_a_time(book):
        raise AssertionError("held")
    assert victim.read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / "made by following").exists()


def hold(book: Path) -> str:
    with one_at_a_time(book):
        return "held"


def be_killed_holding(book: Path) -> None:
    with one_at_a_time(book):
        os.kill(os.getpid(), signal.SIGKILL)


@ONLY_ROOT
def test_a_lock_of_another_user_that_cannot_be_opened_means_locked(shared):
    book, place = shared / "Dataset.xlsm", shared / ".Dataset.xlsm.at-work"
    book.write_bytes(b"a workbook")
    place.touch(0o600)
    os.chown(place, SOMEONE, SOMEONE)
    said = as_user(SOMEONE_ELSE, lambda: hold(book))
    assert "xl-addin is at work on this workbook already" in said
    assert "“.Dataset.xlsm.at-work” beside it is another user's" in said


@ONLY_ROOT
@pytest.mark.parametrize("mode", [0o664, 0o666, 0o644])
def test_two_users_are_kept_apart_and_what_one_left_when_killed_does_not_bar_the_other(
    shared, mode
):
    book = shared / "Dataset.xlsm"
    book.write_bytes(b"a workbook")
    book.chmod(mode)
    with one_at_a_time(book):
        assert "at work on this workbook already. Started" in as_user(
            SOMEONE_ELSE, lambda: hold(book)
        )
    assert as_user(SOMEONE, lambda: be_killed_holding(book)) == "killed"
    assert (shared / ".Dataset.xlsm.at-work").exists()
    assert as_user(SOMEONE_ELSE, lambda: hold(book)) == "held"


def test_locks_in_a_folder_whose_holders_are_gone_are_cleared_and_nothing_else(tmp_path):
    left, empty = tmp_path / ".June.xlsx.at-work", tmp_path / ".May.xlsx.at-work"
    left.write_text("Started 09:30 by officer on desk.", encoding="utf-8")
    empty.touch()
    own = tmp_path / ".mine.at-work"
    own.write_text("A list of mine.", encoding="utf-8")
    with one_at_a_time(tmp_path / "July.xlsx"):
        lock.clear_locks(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {own.name, ".July.xlsx.at-work"}
    lock.clear_locks(tmp_path)
    assert list(tmp_path.iterdir()) == [own]


def test_what_a_killed_process_left_is_cleared_by_the_next_and_nothing_else(tmp_path):
    book, other = tmp_path / "Dataset.xlsm", tmp_path / "Other.xlsm"
    left, others = write_beside(book, b"half"), write_beside(other, b"being written")
    with held(book):
        assert not left.exists()
        assert others.exists()


def test_a_new_lock_is_not_cut_and_one_that_a_killed_process_left_is(tmp_path, monkeypatch):
    book, cut = tmp_path / "Monthly.xlsm", []
    monkeypatch.setattr("os.ftruncate", lambda file, size: cut.append(size))
    with one_at_a_time(book):
        assert not cut
    (tmp_path / ".Monthly.xlsm.at-work").write_text("Started 09:30 by Sam on a computer.")
    with one_at_a_time(book):
        assert cut == [0]
