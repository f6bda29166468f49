"""The desk: what of the computer the doctor looks at. Tests put another one in its place."""

from __future__ import annotations

import os
import re
import shutil
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from xl_addin.values import value_type

Registry = Callable[[str, str], str | int | None]
"""What Windows' registry says under a key, such as ``HKCU\\Software\\…``, and a name there."""


@value_type
class Desk:
    """A computer: its system, what its registry says, its Python and the packages in it.

    ``bits`` is 64 or 32; ``free_space`` gives the bytes that are free where a folder lies,
    ``may_write`` whether the user may make files in it.
    """

    system: str
    environment: Mapping[str, str]
    registry: Registry
    python: Path
    python_version: tuple[int, int]
    bits: int
    installed: Callable[[str], str | None]
    free_space: Callable[[Path], int]
    may_write: Callable[[Path], bool]

    @property
    def is_windows(self) -> bool:
        """Whether Excel's buttons can be had here."""
        return self.system == "win32"

    def filled_in(self, path: str) -> str:
        """A path with each %NAME% replaced by what the environment says of it."""
        return re.sub(r"%([^%]+)%", lambda name: self.environment.get(name[1], ""), path)


def this_desk() -> Desk:
    """The computer that this runs on."""
    return Desk(
        system=sys.platform,
        environment=os.environ,
        registry=read_registry,
        python=Path(sys.executable),
        python_version=sys.version_info[:2],
        bits=8 * struct.calcsize("P"),
        installed=installed_version,
        free_space=lambda folder: shutil.disk_usage(folder).free,
        may_write=lambda folder: os.access(folder, os.W_OK),
    )


def installed_version(package: str) -> str | None:
    """The version of an installed package; None for one that is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def read_registry(key: str, name: str) -> str | int | None:
    """A value of Windows' registry; None where there is none, and on other systems."""
    if sys.platform != "win32":
        return None
    import winreg

    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    root, _, path = key.partition("\\")
    with suppress(OSError), winreg.OpenKey(roots[root], path) as opened:
        value = winreg.QueryValueEx(opened, name)[0]
        return value if isinstance(value, str | int) else None
    return None
