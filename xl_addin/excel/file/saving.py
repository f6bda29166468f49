"""Replacing a file at one stroke: either the new file stands there whole, or the old one."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from xl_addin.excel.file.refusals import refuse


def replace_file(path: Path, data: bytes, was: bytes, check: Callable[[bytes], None]) -> None:
    """Write a file beside another, check it, and put it in the other's place.

    ``was`` is what the other held when it was read: if it holds something else by now, someone
    has saved it meanwhile. ``check`` raises for bytes that, read back, are not right. Whatever
    happens, the other file is whole and nothing is left beside it. Permissions stay.
    """
    path = path.resolve()
    try:
        descriptor, name = tempfile.mkstemp(path.suffix, ".xl-addin-", path.parent)
    except PermissionError:
        found = "Nothing may be written in the workbook's folder."
        raise refuse(path, found, "Ask for the right to write there.") from None
    temporary = Path(name)
    try:
        _write(descriptor, data)
        check(temporary.read_bytes())
        temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        if path.read_bytes() != was:
            found = "Someone has saved the workbook in the meantime."
            raise refuse(path, found, "Do it again.")
        _put_in_place(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _write(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _put_in_place(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except PermissionError:
        found = "The workbook cannot be replaced: another program holds it."
        raise refuse(path, found, "Close it there and do it again.") from None
