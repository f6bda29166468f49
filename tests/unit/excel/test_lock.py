"""One at a time: who holds a workbook, and what is left when the work ends or is killed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.ready import JUNE, ready_book
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import lock
from xl_addin.excel.closed import held
from xl_addin.excel.lock import one_at_a_time
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
        if Path(file.name).parent == tmp_path:
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


def test_what_a_killed_process_left_is_cleared_by_the_next_and_nothing_else(tmp_path):
    book, other = tmp_path / "Dataset.xlsm", tmp_path / "Other.xlsm"
    left, others = write_beside(book, b"half"), write_beside(other, b"being written")
    with held(book):
        assert not left.exists()
        assert others.exists()
