"""Work that closes the workbook whose button asked for it: done once the button's macro has ended.

The macro waits for the Python that it started, and Excel ends it with its workbook. So that Python
starts another and ends; with it the macro ends, and the other one begins. That Excel's macro is at
its end by the time the officer has answered a question is not checked in Excel.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

_NO_WINDOW = 0x08000000
"""CREATE_NO_WINDOW: no black window for the Python that goes on."""

_started: list[subprocess.Popen[bytes]] = []
"""Kept, because what is read there ends when this process does, and must not end before."""


_LATER = "--once-idle"


def is_waited_for(arguments: Sequence[str]) -> bool:
    """Whether a button's macro waits for the end of this process."""
    return "--from_xl=1" in arguments and _LATER not in arguments


def start_once_idle(macro: str, arguments: Sequence[str]) -> None:
    """Start a macro in a process of its own that waits for the end of this one."""
    code = f"from xl_addin import macros; macros.{macro}()"
    command = [sys.executable, "-B", "-c", code, *arguments[1:], _LATER]
    _started.append(
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )
    )


def wait_for_the_button(arguments: Sequence[str]) -> None:
    """Wait until the process that started this one has ended, if one did."""
    if _LATER in arguments:
        sys.stdin.read()
