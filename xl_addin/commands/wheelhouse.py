"""One file that installs xl-addin where there is no network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.commands.install import refusing_installation
from xl_addin.console import say
from xl_addin.installing.place import NotInstalled
from xl_addin.installing.wheelhouse import build_wheelhouse, target

Out = Annotated[Path, Option("--out", "The file to make.", "FILE.zip")]
System = Annotated[str, Option("--for", "For which computers: windows or linux.", "SYSTEM")]
Version = Annotated[
    str | None,
    Option("--python", "The version of Python there. Left out: the one that runs.", "3.12"),
]


def command(out: Out, for_: System = "windows", python: Version = None) -> None:
    """Make one file that installs xl-addin on a computer without internet.

    Run it in xl-addin's folder, with the network. There: py FILE.zip (or python3 FILE.zip).
    """
    with refusing_installation():
        packages = build_wheelhouse(out, Path(), target(for_, _version(python)))
    say(f"{out} is made: {packages} packages, each against its hash.")
    say(f"Carry it to the other computer and type there: py {out.name}")


def _version(text: str | None) -> tuple[int, int]:
    if text is None:
        return sys.version_info[:2]
    major, _, minor = text.partition(".")
    if not (major.isdecimal() and minor.isdecimal()):
        raise NotInstalled(f"“{text}” is no version of Python.", "Write one such as 3.12.")
    return int(major), int(minor)
