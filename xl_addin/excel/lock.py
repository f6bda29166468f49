"""One at a time: a workbook is worked on by one xl-addin, however often a button is pressed."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from getpass import getuser
from hashlib import sha256
from pathlib import Path
from typing import IO

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.error_log import log_path

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_OUT_OF_THE_WAY = 1 << 30
"""The byte that Windows locks: far from the words, which others are to read."""


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a workbook for as long as it is worked on, on whichever computer.

    A file beside the workbook says who holds it and is gone afterwards; where nothing may be
    written there, one in the user's own folder keeps at least the same user apart. The system
    lets go of it when the process ends, in whatever way. Raises WorkbookRefused, naming the
    holder, while another process, or another part of this one, has it.
    """
    try:
        place, file = _claim(path.resolve().with_name(f".{path.name}.at-work"), path)
    except OSError:
        place, file = _claim(_own_place(path), path)
    try:
        _say_who(file)
        yield
    finally:
        _let_go(place, file)


def _own_place(path: Path) -> Path:
    folder = log_path().parent
    folder.mkdir(parents=True, exist_ok=True)
    known_as = os.path.normcase(path.resolve())
    return folder / f"{sha256(known_as.encode()).hexdigest()[:20]}.lock"


def _claim(place: Path, path: Path) -> tuple[Path, IO[str]]:
    """Lock a file. One that its holder has just removed is none: the next one is tried."""
    while True:
        file = place.open("a+", encoding="utf-8")
        try:
            _lock(file)
        except OSError as error:
            held = _words(file)
            file.close()
            if error.errno in _HELD:
                raise _at_work(path, held) from None
            raise
        try:
            if _is_there_still(place, file):
                return place, file
        except OSError:
            _let_go(place, file)
            raise
        file.close()


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file.fileno(), _OUT_OF_THE_WAY, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_there_still(place: Path, file: IO[str]) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), place.stat())
    return False


def _words(file: IO[str]) -> str:
    """What the holder wrote; nothing where it cannot be read, which changes nothing."""
    with suppress(OSError, ValueError):
        file.seek(0)
        return file.read(200).strip()
    return ""


def _say_who(file: IO[str]) -> None:
    """Leave word of who holds it; without it the lock holds as well."""
    with suppress(OSError, KeyError):
        computer = os.environ.get("COMPUTERNAME") or os.uname().nodename
        file.truncate(0)
        file.write(f"Started {datetime.now():%H:%M} by {getuser()} on {computer}.")
        file.flush()


def _let_go(place: Path, file: IO[str]) -> None:
    """Remove the file while it is held; Windows removes it only once it is closed."""
    if sys.platform != "win32":
        with suppress(OSError):
            place.unlink()
    with suppress(OSError):
        file.close()
    if sys.platform == "win32":
        with suppress(OSError):
            place.unlink()


def _at_work(path: Path, held: str) -> WorkbookRefused:
    found = f"xl-addin is at work on this workbook already. {held}".strip()
    remedy = "Answer its question or wait until it is done, then try again."
    return WorkbookRefused([Problem(path.name, found, remedy)])
