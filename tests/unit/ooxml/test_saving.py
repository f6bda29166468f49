"""Files take their place at one stroke, never one another's, with the rights they are to have."""

from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.users import ONLY_ROOT, SOMEONE_ELSE, as_user, let_everybody_in
from xl_addin.errors import WorkbookRefused
from xl_addin.ooxml import saving
from xl_addin.ooxml.rights import give_rights
from xl_addin.ooxml.saving import clear_leftovers, make_file, replace_file, rewrite, write_beside


def nothing(written: bytes) -> None:
    """Find nothing wrong."""


def test_a_new_file_is_whole_and_replaces_nothing(tmp_path):
    make_file(place := tmp_path / "a.xlsx", b"first")
    with pytest.raises(WorkbookRefused, match=r"a\.xlsx: It is there already\."):
        make_file(place, b"second")
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]
    assert place.read_bytes() == b"first"


def test_of_many_that_make_one_name_at_once_one_does_and_the_others_are_refused(tmp_path):
    place, outcomes = tmp_path / "a.xlsx", []

    def make(number: int) -> None:
        try:
            make_file(place, b"%d" % number * 1000)
            outcomes.append(number)
        except WorkbookRefused:
            outcomes.append(None)

    threads = [threading.Thread(target=make, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (made,) = [n for n in outcomes if n]
    assert place.read_bytes() == b"%d" % made * 1000
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows renames without replacing")
def test_a_disk_that_gives_no_file_two_names_makes_new_files_all_the_same(tmp_path, monkeypatch):
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    test_a_new_file_is_whole_and_replaces_nothing(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_new_file_is_not_written_through_a_link_that_lies_in_its_place(tmp_path):
    (tmp_path / "a.xlsx").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WorkbookRefused, match="It is there already"):
        make_file(tmp_path / "a.xlsx", b"x")
    assert not (tmp_path / "elsewhere").exists()


def held_for(times: int, replace):
    """Replacing that another program prevents so many times, as Windows says it."""
    tries = []

    def tried(draft, path):
        tries.append(1)
        if len(tries) <= times:
            error = PermissionError(errno.EACCES, "Access is denied")
            error.winerror = 5
            raise error
        return replace(draft, path)

    return tried


def test_a_file_held_for_a_moment_is_tried_again_and_one_that_stays_held_is_said(
    tmp_path, monkeypatch
):
    """By antivirus, OneDrive, or the preview: for a workbook, and for a list beside it."""
    waited: list[float] = []
    monkeypatch.setattr(saving, "time", SimpleNamespace(sleep=waited.append))
    place, real = tmp_path / "a.xlsm", Path.replace
    place.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", held_for(3, real))
    replace_file(place, b"new", b"old", nothing)
    assert (place.read_bytes(), waited) == (b"new", list(saving.WAITS[:3]))
    monkeypatch.setattr(Path, "replace", held_for(3, real))
    rewrite(tmp_path / "a.csv", lambda was: was + b"row\r\n", place)
    assert (tmp_path / "a.csv").read_bytes() == b"row\r\n"
    monkeypatch.setattr(Path, "replace", held_for(99, real))
    with pytest.raises(WorkbookRefused, match=r"another program holds it\. Close it there"):
        replace_file(place, b"newer", b"new", nothing)
    assert place.read_bytes() == b"new"
    assert {p.name for p in tmp_path.iterdir()} == {"a.xlsm", "a.csv"}


def test_a_right_that_is_not_there_is_not_waited_for(tmp_path, monkeypatch):
    clock = SimpleNamespace(sleep=lambda seconds: pytest.fail("waited"))
    monkeypatch.setattr(saving, "time", clock)
    (place := tmp_path / "a.xlsm").write_bytes(b"old")

    def refused(draft, path):
        raise PermissionError(errno.EACCES, "no right")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(WorkbookRefused, match="another program holds it"):
        replace_file(place, b"new", b"old", nothing)


def test_a_list_that_is_written_by_two_keeps_what_both_wrote(tmp_path):
    """The second writes between the first's reading and its writing: the first begins anew."""
    place, book = tmp_path / "list.csv", tmp_path / "a.xlsm"
    book.write_bytes(b"")
    others = iter([b"other\n"])

    def mine(was: bytes) -> bytes:
        if more := next(others, b""):
            place.write_bytes(was + more)
        return was + b"mine\n"

    rewrite(place, mine, book)
    assert place.read_bytes() == b"other\nmine\n"


def test_what_a_workbook_left_elsewhere_is_cleared_and_not_that_of_its_namesake(tmp_path):
    for name in ("a", "b", "out"):
        (tmp_path / name).mkdir()
    book, namesake = tmp_path / "a" / "D.xlsm", tmp_path / "b" / "D.xlsm"
    out = tmp_path / "out" / "June.xlsx"
    left, others = write_beside(out, b"x", book), write_beside(out, b"y", namesake)
    clear_leftovers(book, out.parent)
    assert (left.exists(), others.exists()) == (False, True)


POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")


@POSIX
def test_a_new_file_has_the_rights_of_any_new_file_or_those_of_the_workbook(tmp_path):
    before = os.umask(0o027)
    try:
        make_file(tmp_path / "plain", b"")
    finally:
        os.umask(before)
    (book := tmp_path / "book").write_bytes(b"")
    book.chmod(0o660)
    make_file(tmp_path / "alike", b"", book)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("plain", "alike")]
    assert modes == [0o640, 0o660]


@ONLY_ROOT
def test_the_group_of_a_workbook_stays_and_where_it_cannot_its_rights_go_to_no_other(tmp_path):
    (book := tmp_path / "book").write_bytes(b"")
    os.chown(book, 1001, 2001)
    book.chmod(0o660)
    (copy := tmp_path / "copy").write_bytes(b"")
    give_rights(copy, book)
    status = copy.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (1001, 2001, 0o660)
    (theirs := tmp_path / "theirs").write_bytes(b"")
    os.chown(theirs, SOMEONE_ELSE, SOMEONE_ELSE)
    let_everybody_in(tmp_path)
    assert as_user(SOMEONE_ELSE, lambda: give_rights(theirs, book)) == "None"
    status = theirs.stat()
    assert (status.st_gid, status.st_mode & 0o777) == (SOMEONE_ELSE, 0o600)
