"""Replacing a file at one stroke: either the new file stands there whole, or the old one.

What is written first stands beside it as a draft, under a name that says whose it is. Who holds
the workbook clears what killed processes left of it.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from xl_addin.errors import WorkbookRefused
from xl_addin.ooxml.refusals import refuse
from xl_addin.ooxml.rights import give_attributes, give_rights

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_HELD_ELSEWHERE = (5, 32, 33)
"""What Windows answers while antivirus, OneDrive or a preview has a file."""
WAITS = (0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds after which a file that is held is tried again: such programs let go of it soon."""
_ATTEMPTS = 5

_NEW_FILE = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)

_AT_THE_END = (
    os.O_WRONLY
    | os.O_APPEND
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)


def replace_file(
    path: Path,
    data: bytes,
    was: bytes | None,
    check: Callable[[bytes], None],
    like: Path | None = None,
) -> None:
    """Write a file beside another, check it, and put it in the other's place.

    ``was`` is what the other held when it was read, None where there was none: if it holds
    something else by now, someone has saved it meanwhile. ``check`` raises for bytes that, read
    back, are not right. Whatever happens, the other file is whole and nothing is left beside
    it. Permissions, owner and extended attributes stay, or are those of the file ``like``.
    Raises WorkbookRefused for a full disk and a file held elsewhere.
    """
    path = path.resolve()
    with draft_of(path, data, like or path) as draft:
        check(draft.read_bytes())
        give_attributes(draft, like or path)
        if (path.read_bytes() if path.exists() else None) != was:
            raise _saved_meanwhile(path)
        put_in_place(draft, path)


def make_file(path: Path, data: bytes, like: Path | None = None, owner: Path | None = None) -> None:
    """Write a new file, whole or not at all; one of that name is never replaced.

    It has the rights of the file ``like``, or else those of any new file. ``owner`` is the
    workbook it is made from, which clears what a killed process left of it. Raises
    WorkbookRefused where the name is taken, and for a full disk.
    """
    with draft_of(path, data, like, owner) as draft:
        put_in_free_place(draft, path)


def rewrite(
    path: Path, change: Callable[[bytes], bytes], like: Path, owner: Path | None = None
) -> None:
    """Change a list that is kept beside a workbook: it is written whole, never half.

    ``change`` makes of what the file holds (nothing, where there is none) what it is to hold;
    it is asked again where another process has written the list meanwhile. The file has the
    rights of ``like``, the workbook. Raises WorkbookRefused and OSError, and then the list is
    as it was.
    """
    for _ in range(_ATTEMPTS):
        was = path.read_bytes() if path.exists() else b""
        with draft_of(path, change(was), like, owner) as draft:
            if (path.read_bytes() if path.exists() else b"") == was:
                put_in_place(draft, path)
                return
    raise refuse(path, "Other programs keep writing it.", "Close it there and do it again.")


def add_to_end(path: Path, more: bytes) -> None:
    """Add to a list that is there, without waiting for the disk.

    A power cut may take what was added, never what was there before. Raises OSError.
    """
    descriptor = os.open(path, _AT_THE_END)
    try:
        os.write(descriptor, more)
    finally:
        os.close(descriptor)


def _saved_meanwhile(path: Path) -> WorkbookRefused:
    return refuse(path, "Someone has saved the workbook in the meantime.", "Do it again.")


@contextmanager
def draft_of(
    path: Path, data: bytes, like: Path | None = None, owner: Path | None = None
) -> Iterator[Path]:
    """A file beside a path that holds what the path is to hold; gone afterwards, whatever happens.

    Raises WorkbookRefused where there is no right or no room.
    """
    draft = write_beside(path, data, owner, 0o600 if like else 0o666)
    try:
        if like:
            give_rights(draft, like)
        yield draft
    finally:
        remove(draft)
    flush_folder(path.parent)


def write_beside(path: Path, data: bytes, owner: Path | None = None, mode: int = 0o600) -> Path:
    """Write a file of another name beside a path, to the disk itself, and say where.

    A write that fails leaves nothing. Raises WorkbookRefused where there is no right or no room.
    """
    draft = path.parent / f"{_prefix(owner or path, path.parent)}{os.urandom(4).hex()}{path.suffix}"
    with _refusing_no_room(path):
        descriptor = os.open(draft, _NEW_FILE, mode)
        try:
            _write(descriptor, data)
        except BaseException:
            remove(draft)
            raise
    return draft


@contextmanager
def _refusing_no_room(path: Path) -> Iterator[None]:
    """Put in a sentence that nothing may be written, or that no more fits."""
    try:
        yield
    except PermissionError:
        found = "Nothing may be written in its folder."
        raise refuse(path, found, "Ask for the right to write there.") from None
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        remedy = "Make room, or move the workbook and its folder of backups elsewhere."
        raise refuse(path, "The disk is full.", remedy) from error


def clear_leftovers(owner: Path, *folders: Path) -> None:
    """Remove what a process that was killed while saving a workbook left in its and other folders.

    To be called by who holds the workbook: no one else is saving it then. What cannot be
    removed does no harm.
    """
    owner = owner.resolve()
    for folder in (owner.parent, *folders):
        with suppress(OSError):
            for leftover in folder.glob(f"{_prefix(owner, folder)}*"):
                remove(leftover)


def flush_folder(folder: Path) -> None:
    """Write a folder's list of files to the disk, where the system can: Windows does it itself.

    The files are whole already; a folder that cannot be flushed is therefore no failure.
    """
    if sys.platform != "win32":
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _prefix(owner: Path, folder: Path) -> str:
    """How the name of every draft of a workbook, and of what is made from it, begins in a folder.

    In its own folder a workbook is known by its name, whatever drive letter leads there.
    """
    is_near = owner.parent in (folder, folder.parent)
    known_by = os.fsencode(owner.name if is_near else owner)
    return f".xl-addin-{sha256(known_by).hexdigest()[:8]}-"


def _write(descriptor: int, data: bytes) -> None:
    try:
        file = os.fdopen(descriptor, "wb")
    except BaseException:
        os.close(descriptor)
        raise
    with file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def put_in_place(draft: Path, path: Path) -> None:
    """Give a draft the name of the file it replaces; one that is held is tried a few times.

    Raises WorkbookRefused where it stays held.
    """
    for wait in (*WAITS, 0):
        try:
            draft.replace(path)
        except PermissionError as error:
            if not wait or getattr(error, "winerror", None) not in _HELD_ELSEWHERE:
                found = "It cannot be replaced: another program holds it."
                raise refuse(path, found, "Close it there and do it again.") from None
            time.sleep(wait)
        else:
            return


def put_in_free_place(draft: Path, path: Path) -> None:
    """Give a draft a name that no file has, whoever else wants it at the same moment."""
    try:
        if sys.platform == "win32":
            draft.rename(path)
        else:
            os.link(draft, path)
    except FileExistsError:
        raise is_there_already(path) from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        _put_in_claimed_place(draft, path)


def _put_in_claimed_place(draft: Path, path: Path) -> None:
    """The same on a disk that cannot give a file two names."""
    try:
        os.close(os.open(path, _NEW_FILE))
    except FileExistsError:
        raise is_there_already(path) from None
    try:
        put_in_place(draft, path)
    except BaseException:
        remove(path)
        raise


def is_there_already(path: Path) -> WorkbookRefused:
    """The refusal to replace a file that nobody said is to be replaced, to be raised."""
    return refuse(path, "It is there already.", "Choose another name, or move it away.")


def remove(file: Path) -> None:
    """Remove a file; one that cannot be removed goes with the next clear_leftovers."""
    with suppress(OSError):
        file.unlink()
