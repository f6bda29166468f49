"""A file system that fails: the n-th call of a kind raises, as a full disk or a lost share does."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KINDS = ("open", "write", "fsync", "replace", "link", "stat", "mkdir", "unlink", "chmod")
ERRORS = (errno.ENOSPC, errno.EACCES, errno.ENOENT)
"""A full disk, a right that is not there, a share that has gone."""


class FailingDisk:
    """Counts the calls to the disk below a folder and lets one of them fail."""

    def __init__(self, folder: Path, at: int | None = None, error: int = errno.ENOSPC) -> None:
        self.folder = str(folder)
        self.at = at
        self.error = error
        self.calls: list[str] = []
        self._descriptors: set[int] = set()

    def _meets(self, path: Any) -> bool:
        if isinstance(path, int):
            return path in self._descriptors
        try:
            return os.fspath(path).startswith(self.folder)
        except TypeError:
            return False

    def count(self, kind: str, path: Any) -> None:
        """Note a call; raise if it is the one that fails."""
        self.calls.append(kind)
        if len(self.calls) - 1 == self.at:
            raise OSError(self.error, os.strerror(self.error), str(path))

    def around(self, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of os that counts."""

        def counted(path: Any, *args: Any, **more: Any) -> Any:
            if self._meets(path):
                self.count(kind, path)
            found = function(path, *args, **more)
            if function is REAL["open"] and self._meets(path):
                self._descriptors.add(found)
            return found

        return counted

    def fdopen(self, descriptor: int, *args: Any, **more: Any) -> Any:
        """A file over a descriptor, whose writes count."""
        file = REAL["fdopen"](descriptor, *args, **more)
        return _CountedFile(file, self) if descriptor in self._descriptors else file

    def io_open(self, path: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        """A file by its path, whose opening and writes count."""
        if not self._meets(path):
            return REAL["io_open"](path, mode, *args, **more)
        self.count("open", path)
        file = REAL["io_open"](path, mode, *args, **more)
        self._descriptors.add(file.fileno())
        return _CountedFile(file, self) if set(mode) & set("wa+") else file


class _CountedFile:
    """A file whose write and flush may fail, after half of what was to be written is there."""

    def __init__(self, file: Any, disk: FailingDisk) -> None:
        self._file, self._disk = file, disk

    def write(self, data: Any) -> int:
        try:
            self._disk.count("write", "a file")
        except OSError:
            self._file.write(data[: len(data) // 2])
            raise
        return int(self._file.write(data))

    def flush(self) -> None:
        self._disk.count("write", "a file")
        self._file.flush()

    def __enter__(self) -> _CountedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


REAL: dict[str, Any] = {
    "open": os.open,
    "fsync": os.fsync,
    "replace": os.replace,
    "link": os.link,
    "stat": os.stat,
    "mkdir": os.mkdir,
    "unlink": os.unlink,
    "chmod": os.chmod,
    "fdopen": os.fdopen,
    "io_open": io.open,
}


@contextmanager
def failing(disk: FailingDisk) -> Iterator[FailingDisk]:
    """Put the failing disk in place of the real one."""
    try:
        for name in ("open", "fsync", "replace", "link", "stat", "mkdir", "unlink", "chmod"):
            setattr(os, name, disk.around(name, REAL[name]))
        os.fdopen = disk.fdopen  # type: ignore[assignment]
        io.open = builtins.open = disk.io_open  # type: ignore[assignment]
        yield disk
    finally:
        for name, function in REAL.items():
            setattr(io if name == "io_open" else os, name.removeprefix("io_"), function)
        builtins.open = REAL["io_open"]
