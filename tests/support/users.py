"""Other users of the computer: what they do is done in a process that has become them."""

from __future__ import annotations

import fcntl  # noqa: F401  what is only imported when it is needed is not readable for others
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs.unix  # noqa: F401
import pytest

SOMEONE, SOMEONE_ELSE = 1001, 1002

ONLY_ROOT = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become another user"
)


def let_everybody_in(folder: Path) -> None:
    """Let other users reach a temporary folder: those above it too, as far as they are ours."""
    for one in (folder, *folder.parents):
        if one == Path(tempfile.gettempdir()):
            return
        one.chmod(0o755)


def as_user(user: int, work: Callable[[], object], group: int | None = None) -> str:
    """What some work gives, or what it raises, when another user does it; "killed" where it is."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(group or user)
            os.setuid(user)
            os.environ["HOME"] = "/nowhere"
            said = str(work())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(theirs, said.encode(errors="replace")[:60_000])
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as told:
        said = told.read().decode()
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else said
