"""Who is at work and on which computer, also where the system does not know the user's name."""

from __future__ import annotations

import getpass
import os

UNKNOWN = "unknown"


def user_name() -> str:
    """The name of the account.

    A user without an entry in the system's list of users, as in some containers and on some
    shares, is known by a number.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        number = getattr(os, "getuid", lambda: UNKNOWN)()
        return f"user {number}"


def computer_name() -> str:
    """The name of the computer; blank where it has none."""
    if name := os.environ.get("COMPUTERNAME"):
        return name
    if hasattr(os, "uname"):
        return os.uname().nodename
    import platform  # slow to load, and seldom needed

    return platform.node()
