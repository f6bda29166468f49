"""Who is at work and on which computer, also where the system does not know the user's name."""

from __future__ import annotations

import getpass
import os
import platform

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
    return os.environ.get("COMPUTERNAME") or platform.node()
