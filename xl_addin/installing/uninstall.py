"""Uninstalling: nothing is left but the officer's files, and the memory of what was shared."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from xl_addin.installing.place import LOGS, RECORDS, NotInstalled, Place
from xl_addin.installing.start_menu import remove_entries

_WAIT_FOR_PYTHON = "ping -n 6 127.0.0.1 >nul"
"""Five seconds; ``timeout`` needs a window, and there is none."""


def uninstall(place: Place, logs: Path) -> None:
    """Remove the environment, the entries of the Start menu, and the logs in their folder.

    What copies of workbooks in read-only folders showed is recorded beside the logs, and stays: a
    later copy has to know it. Windows removes no program that runs: there, a script of its own
    waits until this has ended. Raises NotInstalled where there is nothing, or it cannot be removed.
    """
    if not place.home.exists():
        raise NotInstalled(f"There is nothing in {place.home}.", "Nothing was removed.")
    remove_entries(place)
    try:
        _clear(logs, keep={RECORDS})
        if sys.platform == "win32" and place.is_this:
            _remove_later(place.home)
        else:
            _clear(place.home, keep={LOGS})
    except OSError as failure:
        found = f"{failure.filename or place.home} cannot be removed ({failure.strerror})."
        remedy = "Close Excel and every xl-addin, then try again."
        raise NotInstalled(found, remedy) from failure


def _clear(folder: Path, keep: Collection[str]) -> None:
    """Remove what is in a folder but some names, and the folder where nothing is left in it."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in keep and any(path.iterdir()):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def removing_script(home: Path) -> str:
    """A script for Windows that removes a folder but what is recorded in it, and then itself.

    >>> removing_script(Path("X")).splitlines()[3]
    'for /d %%F in ("X\\\\*") do if /i not "%%~nxF"=="Logs" rmdir /s /q "%%F"'
    """
    lines = (
        "@echo off",
        "chcp 65001 >nul",
        _WAIT_FOR_PYTHON,
        f'for /d %%F in ("{home}\\*") do if /i not "%%~nxF"=="{LOGS}" rmdir /s /q "%%F"',
        f'del /q "{home}\\*"',
        f'rmdir "{home}"',
        'del "%~f0"',
    )
    return "\r\n".join(lines) + "\r\n"


def _remove_later(home: Path) -> None:
    handle, name = tempfile.mkstemp(prefix="xl-addin-uninstall-", suffix=".cmd")
    os.write(handle, removing_script(home).encode())
    os.close(handle)
    without_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    subprocess.Popen(["cmd", "/c", name], creationflags=without_window, close_fds=True)
