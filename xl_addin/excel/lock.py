"""One at a time: a workbook is worked on by one xl-addin, however often a button is pressed."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from xl_addin.errors import WorkbookRefused
from xl_addin.excel.account import computer_name, user_name
from xl_addin.excel.error_log import log_path
from xl_addin.excel.paths import true_path
from xl_addin.ooxml.refusals import refuse
from xl_addin.ooxml.rights import give_rights

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_OUT_OF_THE_WAY = 1 << 30
"""The byte that Windows locks: far from the words, which others are to read."""
_HIDDEN = 2
_STARTED = "Started"
_OPEN = (
    os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
"""A link planted under the lock's name is not followed, a pipe is not waited for."""


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a workbook for as long as it is worked on, on whichever computer.

    A file beside the workbook, by its own name whatever link leads there, says who holds it and
    is gone afterwards; where nothing may be written there, one in the user's own folder keeps
    at least the same user apart. The system lets go of it when the process ends, in whatever
    way. Raises WorkbookRefused, naming the holder, while another process, or another part of
    this one, has it, and where another user's cannot be opened.
    """
    path = true_path(path)
    place, file = _claim_beside(path)
    try:
        _say_who(path, place, file)
        yield
    finally:
        _let_go(place, file)


def clear_locks(folder: Path) -> None:
    """Remove the locks in a folder whose holders were killed; those that are held stay.

    What was planted under such a name stays too, and what says something else.
    """
    for place in folder.glob(".*.at-work"):
        with suppress(OSError, WorkbookRefused):
            place, file = _claim(place, place)
            if (_words(file) or _STARTED).startswith(_STARTED):
                _let_go(place, file)
            else:
                os.close(file)


def is_held(path: Path) -> bool:
    """Whether another xl-addin is at work on a workbook; nothing is left behind by asking."""
    path = true_path(path)
    beside = path.with_name(f".{path.name}.at-work")
    if not (os.path.lexists(beside) or os.path.lexists(_own_place(path))):
        return False
    try:
        _let_go(*_claim_beside(path))
    except WorkbookRefused:
        return True
    return False


def _claim_beside(path: Path) -> tuple[Path, int]:
    beside = path.with_name(f".{path.name}.at-work")
    try:
        return _claim(beside, path)
    except PermissionError:
        if os.path.lexists(beside):
            raise _at_work(path, _NOT_OURS.format(beside.name)) from None
        return _claim(_own_place(path), path)
    except OSError:
        return _claim(_own_place(path), path)


_NOT_OURS = "The file “{}” beside it is another user's: if no one is at work, have it deleted."


def _own_place(path: Path) -> Path:
    folder = log_path().parent
    folder.mkdir(parents=True, exist_ok=True)
    known_as = os.path.normcase(path)
    return folder / f"{sha256(os.fsencode(known_as)).hexdigest()[:20]}.lock"


def _claim(place: Path, path: Path) -> tuple[Path, int]:
    """Lock a file. One that its holder has just removed is none: the next one is tried."""
    while True:
        file = _open(place, path)
        try:
            _lock(file)
        except OSError as error:
            held = _words(file)
            os.close(file)
            if error.errno in _HELD:
                raise _at_work(path, held) from None
            raise
        try:
            if _is_there_still(place, file):
                return place, file
        except OSError:
            _let_go(place, file)
            raise
        os.close(file)


def _open(place: Path, path: Path) -> int:
    """Open the lock's file, and nothing else that was put under its name.

    One that another user left, and that may be read only, is locked all the same: that tells
    whether its holder still lives.
    """
    try:
        try:
            file = os.open(place, _OPEN | os.O_RDWR, 0o666)
        except PermissionError:
            file = os.open(place, _OPEN & ~os.O_CREAT)
    except OSError:
        if os.path.lexists(place) and not stat.S_ISREG(place.lstat().st_mode):
            raise _planted(place, path) from None
        raise
    with suppress(OSError):
        if not _is_only_a_lock(file, place):
            os.close(file)
            raise _planted(place, path)
    return file


def _is_only_a_lock(file: int, place: Path) -> bool:
    """Whether what was opened is a file of its own, and not one of another name."""
    status = os.fstat(file)
    return stat.S_ISREG(status.st_mode) and status.st_nlink <= 1 and not place.is_symlink()


def _planted(place: Path, path: Path) -> WorkbookRefused:
    found = f"“{place.name}” beside it is no lock of xl-addin's, but leads to another file."
    return refuse(path, found, "Find out who put it there, and delete it.")


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file, _OUT_OF_THE_WAY, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_there_still(place: Path, file: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file), place.stat())
    return False


def _words(file: int) -> str:
    """What the holder wrote; nothing where it cannot be read, which changes nothing."""
    with suppress(OSError):
        os.lseek(file, 0, os.SEEK_SET)
        return os.read(file, 200).decode("utf-8", errors="replace").strip()
    return ""


def _say_who(path: Path, place: Path, file: int) -> None:
    """Leave word of who holds it, for whoever may use the workbook; without it the lock holds too.

    On Windows, where a dot in front of a name hides nothing, the file is hidden as such.
    """
    with suppress(OSError):
        give_rights(place, path)
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetFileAttributesW(str(place), _HIDDEN)
    said = f"{_STARTED} {datetime.now():%H:%M} by {user_name()} on {computer_name()}."
    with suppress(OSError):
        # Cut only where a killed process left words: some disks flush what was cut at its close.
        if os.fstat(file).st_size:
            os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, said.encode(errors="replace"))


def _let_go(place: Path, file: int) -> None:
    """Remove the file while it is held; Windows removes it only once it is closed."""
    if sys.platform != "win32":
        with suppress(OSError):
            place.unlink()
    with suppress(OSError):
        os.close(file)
    if sys.platform == "win32":
        with suppress(OSError):
            place.unlink()


def _at_work(path: Path, held: str) -> WorkbookRefused:
    found = f"xl-addin is at work on this workbook already. {held}".strip()
    return refuse(path, found, "Answer its question or wait until it is done, then try again.")
