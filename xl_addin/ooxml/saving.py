"""Replacing a file at one stroke: either the new file stands there whole, or the old one."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from xl_addin.ooxml.refusals import refuse

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
    temporary = write_beside(path, data)
    try:
        check(temporary.read_bytes())
        _take_after(temporary, like or path)
        if (path.read_bytes() if path.exists() else None) != was:
            found = "Someone has saved the workbook in the meantime."
            raise refuse(path, found, "Do it again.")
        _put_in_place(temporary, path)
    finally:
        _remove(temporary)
    flush_folder(path.parent)


def write_beside(path: Path, data: bytes) -> Path:
    """Write a file of another name beside a path, to the disk itself, and say where.

    A write that fails leaves nothing. Raises WorkbookRefused where there is no right or no room.
    """
    try:
        descriptor, name = tempfile.mkstemp(path.suffix, _prefix(path), path.parent)
    except PermissionError:
        found = "Nothing may be written in the workbook's folder."
        raise refuse(path, found, "Ask for the right to write there.") from None
    try:
        _write(descriptor, data)
    except OSError as error:
        _remove(Path(name))
        if error.errno not in _NO_ROOM:
            raise
        remedy = "Make room, or move the workbook and its folder of backups elsewhere."
        raise refuse(path, "The disk is full.", remedy) from error
    except BaseException:
        _remove(Path(name))
        raise
    return Path(name)


def clear_leftovers(path: Path) -> None:
    """Remove what a process that was killed while saving this workbook left beside it.

    To be called by who holds the workbook: no one else is saving it then. What cannot be
    removed does no harm.
    """
    path = path.resolve()
    with suppress(OSError):
        for leftover in path.parent.glob(f"{_prefix(path)}*"):
            _remove(leftover)


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


def _prefix(path: Path) -> str:
    return f".xl-addin-{sha256(path.name.encode()).hexdigest()[:8]}-"


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


def _take_after(temporary: Path, path: Path) -> None:
    """Give a file the permissions, owner and extended attributes of another.

    Owner and attributes are kept as far as the system lets us: a share may know neither.
    """
    status = path.stat()
    temporary.chmod(stat.S_IMODE(status.st_mode))
    if sys.platform != "win32":
        mine = temporary.stat()
        if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
            with suppress(OSError):
                os.chown(temporary, status.st_uid, status.st_gid)
    if sys.platform == "linux":
        names: list[str] = []
        with suppress(OSError):
            names = os.listxattr(path)
        for name in names:
            with suppress(OSError):
                os.setxattr(temporary, name, os.getxattr(path, name))


def _put_in_place(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except PermissionError:
        found = "The workbook cannot be replaced: another program holds it."
        raise refuse(path, found, "Close it there and do it again.") from None


def _remove(temporary: Path) -> None:
    """Remove a file; one that cannot be removed goes with the next clear_leftovers."""
    with suppress(OSError):
        temporary.unlink()
