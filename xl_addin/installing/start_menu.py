"""The Start menu on Windows: an entry that refreshes the workbook open in Excel, from outside.

Defender's rule against programs started by Office does not concern what the Start menu starts.
"""

from __future__ import annotations

import shutil

from xl_addin.installing.place import NotInstalled, Place

ENTRIES = {
    "Refresh month in the open workbook.cmd": "refresh-open",
    "Doctor.cmd": "doctor",
}
"""The entries, each with the command it runs."""


def add_entries(place: Place) -> None:
    """Put the entries into the user's own Start menu; elsewhere there is none."""
    if place.menu is None:
        return
    try:
        place.menu.mkdir(parents=True, exist_ok=True)
        for name, command in ENTRIES.items():
            lines = ("@echo off", "chcp 65001 >nul", f'"{place.program}" {command}', "pause", "")
            (place.menu / name).write_text("\r\n".join(lines), encoding="utf-8", newline="")
    except OSError as failure:
        found = f"xl-addin is installed, but nothing may be put into {place.menu}."
        remedy = f"Start {place.program} yourself, or ask IT ({failure.strerror})."
        raise NotInstalled(found, remedy) from failure


def entries_missing(place: Place) -> list[str]:
    """The entries that are not there; none where there is no Start menu."""
    return [name for name in ENTRIES if place.menu and not (place.menu / name).exists()]


def remove_entries(place: Place) -> None:
    """Take the entries out of the Start menu again."""
    if place.menu is not None:
        shutil.rmtree(place.menu, ignore_errors=True)
