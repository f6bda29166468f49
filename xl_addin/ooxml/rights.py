"""Who may do what with a file: one file is given the rights of another.

A file that is written anew, a copy of it and what is kept beside it may be read and changed by
those who may read and change the file itself, and by nobody else.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ACCESS_LIST = "system.posix_acl_access"
_GROUP, _OTHERS = stat.S_IRWXG, stat.S_IRWXO


def give_attributes(file: Path, like: Path) -> None:
    """Give a file the extended attributes of another, as far as the system lets us."""
    for name in _attributes_of(like):
        with suppress(OSError):
            _copy_attribute(like, file, name)


def give_rights(file: Path, like: Path) -> None:
    """Give a file or folder the mode, the group, the owner and the access list of another.

    Owner and group are given as far as the system lets us. Where the group has to be another
    one, it may do what everybody may: a group is never let in by mistake. Windows has its own
    lists of rights, which a new file takes from its folder; its mark "read-only" is not given, for
    such a file could be neither removed nor replaced again.
    """
    if sys.platform == "win32":
        return
    status = like.stat()
    mode = stat.S_IMODE(status.st_mode)
    if not _owned_alike(file, status):
        mode = _without_group(mode)
    if _ACCESS_LIST in _attributes_of(like) and not _copies_access_list(like, file):
        mode = _without_group(mode)
    file.chmod(mode)


def _owned_alike(file: Path, like: os.stat_result) -> bool:
    """Give a file another's owner and group, or its group alone; whether the group is the same."""
    if sys.platform == "win32":
        return True
    for owner in (like.st_uid, -1):
        now = file.stat()
        if (now.st_uid, now.st_gid) == (like.st_uid, like.st_gid):
            return True
        with suppress(OSError):
            os.chown(file, owner, like.st_gid)
    return file.stat().st_gid == like.st_gid


def _without_group(mode: int) -> int:
    """A mode by which the group may do what everybody may.

    >>> oct(_without_group(0o2660)), oct(_without_group(0o664))
    ('0o2600', '0o644')
    """
    return mode & ~_GROUP | (mode & _OTHERS) << 3


def _attributes_of(file: Path) -> Iterator[str]:
    if sys.platform == "linux":
        with suppress(OSError):
            yield from os.listxattr(file)


def _copies_access_list(like: Path, file: Path) -> bool:
    with suppress(OSError):
        _copy_attribute(like, file, _ACCESS_LIST)
        return True
    return False


def _copy_attribute(like: Path, file: Path, name: str) -> None:
    if sys.platform == "linux":
        os.setxattr(file, name, os.getxattr(like, name))
