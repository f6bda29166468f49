"""Windows, played on Linux: what its disk answers, for whatever runs below a folder.

Our modules see ``sys.platform`` as "win32"; Python's own do not. Below the folder a file that is
read-only, or that anyone holds open, is neither replaced, renamed nor removed; a name leads to its
file in whatever capitals and by its short form; a path may have 259 characters. Another program
may hold files: all that are replaced, for so many tries, or for good.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import duckdb  # noqa: F401 (what these are built of loads once: not first while modules are played)
import pyarrow.dataset  # noqa: F401

from tests.support.faults import REAL
from tests.support.stand_ins import modules_in_place
from xl_addin.ooxml import saving

DENIED, SHARING, TOO_LONG = 5, 32, 206
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_FILENAME_EXCED_RANGE (winerror.h)."""
LONGEST = 259
PATHS = ("open", "stat", "lstat", "mkdir", "chmod", "unlink", "utime", "access")
"""The calls of os that take one path."""


@dataclass
class PlayedWindows:
    """The disk of a folder as Windows has it. ``holds`` is how often a replacing is refused yet."""

    folder: Path
    holds: int = 0
    waited: list[float] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    def is_ours(self, path: Any) -> bool:
        """Whether a path leads below the folder."""
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return _whole(path).is_relative_to(self.folder)

    def real(self, path: Any) -> str:
        """The name that the folder lists for a name in other capitals, or for a short one."""
        whole = _whole(path)
        if len(str(whole)) > LONGEST:
            raise self._error(OSError, TOO_LONG, str(whole))
        place = self.folder
        for part in whole.relative_to(self.folder).parts:
            place = place / self._listed(place, part)
        return str(place)

    def _listed(self, folder: Path, name: str) -> str:
        try:
            names = sorted(other.name for other in folder.iterdir())
        except OSError:
            return name
        if name in names:
            return name
        same = [other for other in names if other.casefold() == name.casefold()]
        return next(iter(same or [n for n in names if short(n) == name.upper()]), name)

    def refuse_unless_free(self, path: str) -> None:
        """Raise what Windows answers where a file may not be replaced or removed."""
        if not os.path.lexists(path):
            return
        if not REAL["stat"](path).st_mode & 0o200:
            raise self._error(PermissionError, DENIED, path)
        if self._is_open(path):
            raise self._error(PermissionError, SHARING, path)

    def replace(self, old: Any, new: Any, *more: Any, **named: Any) -> None:
        """Rename a file over another, unless that is held."""
        if not self.is_ours(new):
            return REAL["replace"](old, new)
        old, new = self.real(old), self.real(new)
        if self.holds and os.path.lexists(new):
            self.holds -= 1
            raise self._error(PermissionError, SHARING, new)
        self.refuse_unless_free(new)
        self.refuse_unless_free(old)
        return REAL["replace"](old, new)

    def rename(self, old: Any, new: Any, *more: Any, **named: Any) -> None:
        """Rename a file; a name that is taken is refused."""
        if not self.is_ours(new):
            return _RENAME(old, new)
        old, new = self.real(old), self.real(new)
        if os.path.lexists(new):
            raise self._error(FileExistsError, 183, new)
        self.refuse_unless_free(old)
        return _RENAME(old, new)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of os or io whose path is looked up as Windows does."""

        def called(path: Any, *args: Any, **more: Any) -> Any:
            if not self.is_ours(path) or more.get("dir_fd") is not None:
                return function(path, *args, **more)
            path = self.real(path)
            if name == "unlink":
                self.refuse_unless_free(path)
            return function(path, *args, **more)

        return called

    @staticmethod
    def _is_open(path: str) -> bool:
        for link in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                if str(link.readlink()) == path:
                    return True
        return False

    @staticmethod
    def _error(kind: type[OSError], number: int, path: str) -> OSError:
        error = kind(errno.EACCES, f"WinError {number}", path)
        error.winerror = number  # type: ignore[attr-defined]
        return error


_RENAME, _LSTAT, _UTIME, _ACCESS = os.rename, os.lstat, os.utime, os.access


def _whole(path: Any) -> Path:
    """A path from the root on; no link is followed, for that would ask the disk."""
    return Path(os.path.normpath(Path.cwd() / os.fsdecode(path)))


def short(name: str) -> str:
    """The short name that old Windows gives a long one.

    >>> short("Monthly Dataset.xlsm")
    'MONTHL~1.XLS'
    """
    stem, _, ending = name.upper().rpartition(".")
    return f"{re.sub(r'[^A-Z0-9_-]', '', stem or ending)[:6]}~1{f'.{ending[:3]}' if stem else ''}"


@contextmanager
def played(folder: Path, holds: int = 0) -> Iterator[PlayedWindows]:
    """Let what runs meanwhile meet Windows below a folder."""
    disk = PlayedWindows(folder.resolve(), holds)
    own = {"lstat": _LSTAT, "utime": _UTIME, "access": _ACCESS}
    functions = {name: disk.around(name, REAL.get(name) or own[name]) for name in PATHS}
    opened = disk.around("open", REAL["io_open"])
    with (
        mock.patch.multiple(os, **functions, replace=disk.replace, rename=disk.rename),
        mock.patch.object(io, "open", opened),
        mock.patch.object(builtins, "open", opened),
        mock.patch.object(saving, "time", SimpleNamespace(sleep=disk.waited.append)),
        modules_in_place(_windows_modules()),
        mock.patch("ctypes.windll", _windll(disk), create=True),
        _platform("win32"),
    ):
        yield disk


@contextmanager
def _platform(name: str) -> Iterator[None]:
    """Let our modules see another platform: each has its own ``sys`` meanwhile."""
    seen = _Sys(name)
    ours = [m for n, m in list(sys.modules.items()) if n.startswith("xl_addin.") and m]
    changed = [module for module in ours if getattr(module, "sys", None) is sys]
    for module in changed:
        module.sys = seen  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in changed:
            module.sys = sys  # type: ignore[attr-defined]


class _Sys:
    """The module sys of another platform."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def _windows_modules() -> dict[str, ModuleType]:
    """Locks by msvcrt, and a registry without long paths."""
    msvcrt, winreg = ModuleType("msvcrt"), ModuleType("winreg")
    lock = lambda file, how, bytes_: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # noqa: E731
    vars(msvcrt).update(locking=lock, LK_NBLCK=2)

    def no_key(*_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "no such key")

    vars(winreg).update(OpenKey=no_key, HKEY_LOCAL_MACHINE=0)
    return {"msvcrt": msvcrt, "winreg": winreg}


def _windll(disk: PlayedWindows) -> SimpleNamespace:
    hide = lambda path, attribute: disk.hidden.add(Path(path).name)  # noqa: E731
    return SimpleNamespace(kernel32=SimpleNamespace(SetFileAttributesW=hide))
