"""Where xl-addin lives: the one place where the buttons of every workbook look for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from xl_addin.values import value_type

NAME = "xl-addin"
LOGS, RECORDS = "Logs", "shared copies"
"""What stays of the user's own folder on Windows, and what stays in the folder of logs."""
PYTHONS = ((3, 11), (3, 12), (3, 13))
"""The versions of Python that the locked packages are kept for."""


class NotInstalled(Exception):
    """Installing cannot be done, or did not succeed: what was found, and what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found} {remedy}")
        self.found = found
        self.remedy = remedy


@value_type
class Place:
    """An environment of the user's own, and the folder of the Start menu for it on Windows."""

    home: Path
    menu: Path | None = None

    @property
    def python(self) -> Path:
        """The Python in it."""
        if self.menu is not None:
            return self.home / "Scripts" / "python.exe"
        return self.home / "bin" / "python"

    @property
    def program(self) -> Path:
        """The command xl-addin in it."""
        name = f"{NAME}.exe" if self.menu is not None else NAME
        return self.python.with_name(name)

    @property
    def is_there(self) -> bool:
        """Whether something is installed there."""
        return self.python.exists() and self.program.exists()

    @property
    def is_this(self) -> bool:
        """Whether this Python is the one in it."""
        return Path(sys.prefix).resolve() == self.home.resolve()


def place_of(system: str, environment: Mapping[str, str]) -> Place:
    """Where a user's xl-addin lives: %LOCALAPPDATA%\\xl-addin, or ~/.local/share/xl-addin.

    Raises NotInstalled for a user without such a folder.
    """
    if system == "win32":
        local, roaming = environment.get("LOCALAPPDATA"), environment.get("APPDATA")
        if not local or not roaming:
            raise NotInstalled("Windows does not say where your own folders are.", _ASK_IT)
        programs = Path(roaming, "Microsoft", "Windows", "Start Menu", "Programs")
        return Place(Path(local, NAME), programs / NAME)
    home = environment.get("HOME")
    if not home:
        raise NotInstalled("You have no home folder.", _ASK_IT)
    return Place(Path(environment.get("XDG_DATA_HOME") or Path(home, ".local", "share")) / NAME)


_ASK_IT = "Ask IT to sign you in with a profile of your own."


def this_place() -> Place:
    """Where the xl-addin of this user lives."""
    return place_of(sys.platform, os.environ)
