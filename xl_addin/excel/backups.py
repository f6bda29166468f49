"""Backups: a dated copy beside the workbook before anything is changed, found by what it holds.

The folder of backups keeps a list, ``backups.tsv``: a line for each copy with the SHA-256 of the
workbook before the change and what the change was, and a line with the SHA-256 after it. So a
backup is known as long as its folder lies beside the workbook, whatever either is called.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from xl_addin.dataset.settings import Keep
from xl_addin.ooxml.saving import flush_folder, write_beside

LIST = "backups.tsv"
_BEFORE, _AFTER = "before", "after"
_FOLDER = " backups"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a workbook: when it was made, and the workbook's SHA-256 before and after.

    ``after`` is blank where it is not known: the workbook was open in Excel, or the work ended
    halfway. ``change`` is what was done next, in words such as "Show month, Mar 2015"; blank in
    lists of earlier versions.
    """

    when: datetime
    copy: Path
    before: str
    after: str = ""
    change: str = ""

    @property
    def is_there(self) -> bool:
        """Whether the copy is there."""
        return self.copy.is_file()

    @property
    def is_whole(self) -> bool:
        """Whether the copy holds what the workbook held."""
        return self.is_there and digest(self.copy.read_bytes()) == self.before


def digest(data: bytes) -> str:
    """The SHA-256 of bytes, as text."""
    return sha256(data).hexdigest()


def back_up(path: Path, when: datetime, keep: Keep, change: str = "") -> Path:
    """Copy a workbook into the folder "… backups" beside it, before a change, and say where.

    The copy's name bears the time to the second; a number is added if that is taken, so that
    no backup is ever replaced. Old copies go as Settings say, never the newest one. Raises
    WorkbookRefused or OSError where it cannot be copied whole; then nothing is left of it.
    """
    data = path.read_bytes()
    folder = _folder_for(path, digest(data))
    folder.mkdir(exist_ok=True)
    stem = f"{path.stem} {when:%Y-%m-%d %H.%M.%S}"
    names = (f"{stem}{f' ({n})' if n else ''}{path.suffix}" for n in range(1000))
    copy = next(folder / name for name in names if not (folder / name).exists())
    try:
        _copy(path, data, copy)
        _add_line(folder, when, _BEFORE, copy.name, digest(data), change)
    except BaseException:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
        raise
    _clear_old(folder, path.suffix, when, keep)
    return copy


def _copy(path: Path, data: bytes, copy: Path) -> None:
    temporary = write_beside(copy, data)
    try:
        if temporary.read_bytes() != data:
            raise OSError(None, "the copy does not read back as it was written", str(copy))
        with suppress(OSError):
            shutil.copystat(path, temporary)
        temporary.replace(copy)
    finally:
        with suppress(OSError):
            temporary.unlink()
    flush_folder(copy.parent)


def record_outcome(copy: Path, path: Path) -> None:
    """Note in the list what a workbook became after its copy was made.

    It has been changed by then: a note that cannot be written is left out, and an undo asks.
    """
    with suppress(OSError):
        _add_line(copy.parent, datetime.now(), _AFTER, copy.name, digest(path.read_bytes()))


def _add_line(folder: Path, when: datetime, *fields: str) -> None:
    place = folder / LIST
    torn = place.exists() and not place.read_bytes().endswith(b"\n")
    with place.open("a", encoding="utf-8", newline="\n") as file:
        line = "\t".join([f"{when:%Y-%m-%dT%H:%M:%S}", *fields]).rstrip("\t")
        file.write("\n" + line + "\n" if torn else line + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_backups(folder: Path) -> list[Backup]:
    """The backups a folder's list names, oldest first. A line cut short is passed over."""
    found: dict[str, Backup] = {}
    try:
        lines = (folder / LIST).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    for line in lines:
        when, kind, name, before_or_after, change = (*line.split("\t"), *[""] * 5)[:5]
        if len(before_or_after) != 64 or Path(name).name != name:
            continue
        if kind == _AFTER and name in found:
            found[name] = replace(found[name], after=before_or_after)
        elif kind == _BEFORE:
            with suppress(ValueError):
                at = datetime.fromisoformat(when)
                found[name] = Backup(at, folder / name, before_or_after, change=change)
    return list(found.values())


def folder_of(path: Path, now: str) -> Path | None:
    """The folder of a workbook's backups: the one of its name, or one that knows what it holds.

    ``now`` is the SHA-256 of the workbook; blank where there is no workbook any more.
    """
    if folder_named_after(path).is_dir():
        return folder_named_after(path)
    knowing = [
        folder
        for folder in _folders_beside(path)
        if now and any(now in (b.before, b.after) for b in read_backups(folder))
    ]
    knowing.sort(key=lambda folder: _serves_another(folder, path))
    return knowing[0] if knowing else None


def _folder_for(path: Path, now: str) -> Path:
    """The folder that a backup goes into: its own, or the one it had before it was renamed.

    A workbook that was copied leaves its original's folder alone, or an undo of the one would
    bring back the other.
    """
    known = folder_of(path, now)
    if known is None or _serves_another(known, path):
        return folder_named_after(path)
    return known


def _serves_another(folder: Path, path: Path) -> bool:
    """Whether the workbook that a folder of backups is named after lies there, and is another."""
    named = path.with_name(f"{folder.name.removesuffix(_FOLDER)}{path.suffix}")
    return named.exists() and not named.samefile(path)


def folder_named_after(path: Path) -> Path:
    """The folder that a workbook's backups are first put into."""
    return path.with_name(f"{path.stem}{_FOLDER}")


def _folders_beside(path: Path) -> Iterator[Path]:
    for folder in sorted(path.resolve().parent.glob(f"*{_FOLDER}")):
        if (folder / LIST).is_file():
            yield path.with_name(folder.name)


def backups_of(path: Path, now: str) -> list[Backup]:
    """The copies of a workbook that are there, oldest first; ``now`` is its SHA-256."""
    folder = folder_of(path, now)
    return _copies_in(folder, path.suffix) if folder else []


def _copies_in(folder: Path, suffix: str) -> list[Backup]:
    return [
        backup
        for backup in read_backups(folder)
        if backup.is_there and backup.copy.suffix.lower() == suffix.lower()
    ]


def _clear_old(folder: Path, suffix: str, when: datetime, keep: Keep) -> None:
    """Remove copies that are neither among the newest nor young. Others' files are never touched.

    What cannot be removed today is removed another day.
    """
    oldest = when - timedelta(days=keep.days)
    for backup in _copies_in(folder, suffix)[: -max(1, keep.copies)]:
        if backup.when < oldest:
            with suppress(OSError):
                backup.copy.unlink()
