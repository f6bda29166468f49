"""Uninstalling: nothing is left but the officer's files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from xl_addin.installing.place import NotInstalled, Place
from xl_addin.installing.start_menu import remove_entries

_WAIT_FOR_PYTHON = "timeout /t 5 /nobreak >nul"


def uninstall(place: Place, logs: Iterable[Path]) -> None:
    """Remove the environment, the entries of the Start menu, and the folders of logs.

    Windows removes no program that runs: there, a script of its own waits until this has ended.
    Raises NotInstalled where there is nothing, or it cannot be removed.
    """
    if not place.home.exists():
        raise NotInstalled(f"There is nothing in {place.home}.", "Nothing was removed.")
    remove_entries(place)
    for folder in logs:
        shutil.rmtree(folder, ignore_errors=True)
    if sys.platform == "win32" and place.is_this:
        _remove_later(place.home)
        return
    try:
        shutil.rmtree(place.home)
    except OSError as failure:
        found = f"{failure.filename or place.home} cannot be removed ({failure.strerror})."
        remedy = "Close Excel and every xl-addin, then try again."
        raise NotInstalled(found, remedy) from failure


def removing_script(home: Path) -> str:
    """A script for Windows that removes a folder, and then itself.

    >>> removing_script(Path("X")).splitlines()[2]
    'rmdir /s /q "X"'
    """
    lines = ("@echo off", _WAIT_FOR_PYTHON, f'rmdir /s /q "{home}"', 'del "%~f0"')
    return "\r\n".join(lines) + "\r\n"


def _remove_later(home: Path) -> None:
    handle, name = tempfile.mkstemp(prefix="xl-addin-uninstall-", suffix=".cmd")
    os.write(handle, removing_script(home).encode())
    os.close(handle)
    detached = getattr(subprocess, "DETACHED_PROCESS", 0)
    subprocess.Popen(["cmd", "/c", name], creationflags=detached, close_fds=True)
