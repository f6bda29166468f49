"""What a piece of work takes of the computer: seconds of the processor and memory at most."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
PEAK_ANEW = "5"
"""Written into clear_refs, this lets the peak begin anew (proc(5))."""


@dataclass(slots=True)
class Usage:
    """Seconds of the processor, of children that ended too; megabytes at most, where Linux tells.

    Megabytes are those of this process alone.
    """

    seconds: float = 0.0
    megabytes: float = 0.0


@contextmanager
def measured() -> Iterator[Usage]:
    """Measure what is done within; the figures stand once it is done."""
    usage, before = Usage(), _seconds()
    if sys.platform == "linux":
        CLEAR.write_text(PEAK_ANEW, encoding="ascii")
    try:
        yield usage
    finally:
        usage.seconds = _seconds() - before
        if sys.platform == "linux":
            status = STATUS.read_text(encoding="ascii", errors="replace")
            usage.megabytes = int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _seconds() -> float:
    took = os.times()
    return took.user + took.system + took.children_user + took.children_system
