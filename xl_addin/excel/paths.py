"""Where a workbook really lies: one file has many names, and all its names share what is beside it.

A link, a short name of old Windows ("MONTHL~1.XLS") and other capitals lead to one file. Its
lock, its backups and the files of programs that have it open go by its own name.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from xl_addin.ooxml.refusals import refuse

_LONGEST_NAME = 255
_LONGEST_PATH = 259
"""What Windows allows where long paths are not switched on; Excel allows some 40 less."""
_OF_A_BACKUP = " 2026-07-03 09.30.00 (999)"


def true_path(path: Path) -> Path:
    """The workbook itself: links followed, and its name as its folder lists it."""
    path = path.resolve()
    with suppress(OSError):
        listed = sorted(path.parent.iterdir())
        if path not in listed and path.exists():
            return next((other for other in listed if _is_same(other, path)), path)
    return path


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False


def refuse_long_names(path: Path) -> None:
    """Make sure that a backup of a workbook can be named, before anything is done.

    A backup's path is about as long as the workbook's and its name together, and 36 characters
    more. Raises WorkbookRefused.
    """
    name = f"{path.stem}{_OF_A_BACKUP}{path.suffix}"
    backup = path.parent / f"{path.stem} backups" / name
    if _length(name) > _LONGEST_NAME:
        found = "Its name is too long: a backup adds the date and the time to it."
        raise refuse(path, found, "Give it a shorter name.")
    if len(str(backup)) > _longest_path():
        found = (
            f"The path to a backup of it would have {len(str(backup))} characters, and Windows "
            f"takes {_LONGEST_PATH}."
        )
        raise refuse(path, found, "Give it a shorter name, or move it to a folder higher up.")


def _length(name: str) -> int:
    """The length of a name as the system counts it: characters on Windows, bytes elsewhere."""
    return len(name) if sys.platform == "win32" else len(os.fsencode(name))


def _longest_path() -> int:
    """How long a path may be on this computer."""
    if sys.platform != "win32":
        return sys.maxsize
    import winreg

    place = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
        if winreg.QueryValueEx(key, "LongPathsEnabled")[0]:
            return sys.maxsize
    return _LONGEST_PATH
