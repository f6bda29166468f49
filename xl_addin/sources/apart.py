"""A return is read once in a process apart, whose memory and time are limited, before it is read.

What is counted while reading keeps every trick off that is known; this keeps off the next one. It
needs a system that can double a process: Linux. Elsewhere the counting alone protects.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from xl_addin.errors import Problem, ReturnRefused
from xl_addin.limits import MEGABYTE, Limits
from xl_addin.sources.sheet import refused

SECONDS = 60
"""Of the processor's time. Two million cells are read in half of that."""
_MEMORY = 1_000 * MEGABYTE
_MEMORY_OF_A_CELL = 400
_DONE, _REFUSED, _NO_MEMORY, _OTHER = range(4)
_REMEDY = "Save the month's figures alone in a new file."


def try_apart(file: str, read: Callable[[], object], limits: Limits) -> None:
    """Read a file in a process apart, and forget what was read.

    Raises ReturnRefused for what ``read`` refuses, and for a file that takes too long or too
    much memory. What else goes wrong is left to the reading itself.
    """
    if sys.platform != "linux":
        return
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os._exit(_outcome(read, theirs, limits))
    os.close(theirs)
    with os.fdopen(ours, "rb") as told:
        problems = told.read()
    _, status = os.waitpid(child, 0)
    _judge(file, os.waitstatus_to_exitcode(status), problems)


def _outcome(read: Callable[[], object], theirs: int, limits: Limits) -> int:
    """Read, within limits, and tell what is refused."""
    try:
        _limit(limits)
        read()
    except ReturnRefused as refusal:
        import json  # slow to load, and seldom needed

        told = [(problem.place, problem.found, problem.remedy) for problem in refusal.problems]
        with os.fdopen(theirs, "w") as out:
            json.dump(told, out)
        return _REFUSED
    except MemoryError:
        return _NO_MEMORY
    except BaseException:
        return _OTHER
    return _DONE


def _limit(limits: Limits) -> None:
    """Let this process have no more than a return within the limits needs."""
    if sys.platform == "linux":
        import resource

        sizes = Path("/proc/self/statm").read_text(encoding="ascii").split()
        now = int(sizes[0]) * resource.getpagesize()
        most = now + _MEMORY + _MEMORY_OF_A_CELL * limits.cells
        for what, limit in ((resource.RLIMIT_AS, most), (resource.RLIMIT_CPU, SECONDS)):
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (limit, resource.getrlimit(what)[1]))


def _judge(file: str, code: int, problems: bytes) -> None:
    if code == _DONE:
        return
    import json  # slow to load, and seldom needed
    import signal

    if code == _REFUSED:
        raise ReturnRefused(Problem(*told) for told in json.loads(problems))
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise refused(file, "This file takes too long to read.", _REMEDY)
    if code in (_NO_MEMORY, -signal.SIGABRT, -signal.SIGSEGV):
        raise refused(file, "This file takes more memory to read than any return needs.", _REMEDY)
