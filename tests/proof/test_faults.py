"""Whatever the disk fails at, the workbook is as before or complete, and nothing is left beside."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.editions import upgraded
from tests.support.faults import ERRORS, FailingDisk, failing
from tests.support.places import EDITIONS
from tests.support.ready import JUNE, NAME, OCCASION, ready_book, ready_bytes
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.commands.undo import undo
from xl_addin.errors import XlAddinError
from xl_addin.excel.closed import held

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the failing disk is a POSIX one")


def silent(line: str) -> None:
    """Tell nobody."""


def at_work(path: Path) -> None:
    with held(path) as book:
        refresh_book(book, OCCASION, tell=silent, agree=lambda: True, how=HowToRefresh(file=JUNE))


def undone(path: Path) -> None:
    with held(path) as book:
        undo(book, OCCASION.when, tell=silent, agree=lambda: True)


EVERY = slice(None)


def inject_all(folder: Path, prepare, work, error, which=EVERY) -> tuple[int, set[bytes]]:
    """Let each of the calls fail in turn; how many failed, and what the workbook was."""
    made, outcomes = 0, set()
    (folder / "prepared").mkdir()
    prepare(ready_book(folder / "prepared"))
    calls = len(_run(folder / "counted", work, FailingDisk(folder / "counted"))[1].calls)
    for at in range(calls)[which]:
        place = folder / f"{error} {at}"
        path, disk = _run(place, work, FailingDisk(place, at, error))
        made += 1
        outcomes.add(path.read_bytes())
        left = {p.name for p in place.iterdir()} - {NAME, "Monthly Dataset backups"}
        assert not [n for n in left if n.startswith(".xl-addin")], (disk.calls[at], error)
        assert disk.calls[at] == "unlink" or not left, (at, disk.calls[at], error, left)
        _backups_are_whole(place)
    return made, outcomes


def _run(place: Path, work, disk: FailingDisk) -> tuple[Path, FailingDisk]:
    shutil.copytree(place.with_name("prepared"), place)
    path = place / NAME
    with failing(disk), suppress(XlAddinError, OSError):
        work(path)
    return path, disk


def _backups_are_whole(place: Path) -> None:
    for copy in place.glob("* backups/*"):
        assert copy.suffix in (".xlsm", ".tsv"), copy
        if copy.suffix == ".xlsm":
            assert copy.read_bytes()[-22:-18] == b"PK\5\6"


WHICH = {errno.ENOSPC: EVERY, errno.EACCES: slice(0, None, 2), errno.ENOENT: slice(1, None, 2)}
"""The disk is full at every call; the two other errors take turns."""


@pytest.mark.parametrize("error", ERRORS, ids=[errno.errorcode[e] for e in ERRORS])
def test_whatever_call_to_the_disk_fails_a_refresh_leaves_the_old_or_the_new_file(tmp_path, error):
    whole = tmp_path / "whole"
    whole.mkdir()
    at_work(complete := ready_book(whole))
    made, outcomes = inject_all(tmp_path, lambda path: None, at_work, error, WHICH[error])
    assert made >= len(range(90)[WHICH[error]])  # as docs/safety.md says
    assert outcomes == {ready_bytes(), complete.read_bytes()}


def test_whatever_call_to_the_disk_fails_an_undo_leaves_the_old_or_the_new_file(tmp_path):
    whole = tmp_path / "whole"
    whole.mkdir()
    at_work(complete := ready_book(whole))
    made, outcomes = inject_all(tmp_path, at_work, undone, errno.ENOSPC)
    assert made >= 105  # as docs/safety.md says
    assert outcomes == {ready_bytes(), complete.read_bytes()}


def test_every_fifth_call_to_the_disk_fails_and_an_upgrade_leaves_the_old_or_the_new_file(tmp_path):
    old = EDITIONS.joinpath("1", "demo.xlsm").read_bytes()
    (whole := tmp_path / "whole").mkdir()
    complete = whole / NAME
    complete.write_bytes(old)
    upgraded(complete)
    made, outcomes = inject_all(
        tmp_path, lambda path: path.write_bytes(old), upgraded, errno.ENOSPC, slice(None, None, 5)
    )
    assert made > 10
    assert outcomes == {old, complete.read_bytes()}


def test_a_full_disk_is_told_in_a_sentence(tmp_path):
    """Of the workbook, its backup and the list; what can do without, the lock's words, goes on."""
    (counted := tmp_path / "counted").mkdir()
    disk = FailingDisk(counted)
    with failing(disk):
        at_work(ready_book(counted))
    told = set()
    for at in (n for n, kind in enumerate(disk.calls) if kind == "write"):
        (place := tmp_path / str(at)).mkdir()
        path = ready_book(place)
        with suppress(OSError), failing(FailingDisk(place, at)):
            try:
                at_work(path)
            except XlAddinError as refusal:
                told.add(str(refusal))
    assert len(told) == 3 and all("The disk is full. Make room" in words for words in told), told


def test_permissions_attributes_and_owner_stay(tmp_path):
    path = ready_book(tmp_path)
    path.chmod(0o640)
    try:
        os.setxattr(path, "user.classification", b"OFFICIAL-SENSITIVE")
    except (OSError, AttributeError):
        pytest.skip("the file system keeps no attributes")
    before = path.stat()
    at_work(path)
    assert os.getxattr(path, "user.classification") == b"OFFICIAL-SENSITIVE"
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
