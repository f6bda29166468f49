"""Undo: a workbook is again, byte by byte, what it was before its last change.

The change may have been a refresh, another month shown, notes put in order, or an undo: so an
undo can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel import file
from xl_addin.excel.backup import Backup, back_up, backups_of, digest, record_outcome
from xl_addin.excel.file.refusals import read_bytes, refuse, refuse_unless_writable
from xl_addin.excel.file.saving import replace_file
from xl_addin.settings import Keep

Tell = Callable[[str], None]
Agree = Callable[[], bool]


def undo(path: Path, when: datetime, *, tell: Tell, agree: Agree, copy: Path | None = None) -> bool:
    """Bring back what a closed workbook was, and say whether anything was changed.

    ``copy`` is the backup to bring back; None for the one before the last change. What stands
    there now is backed up first. Raises WorkbookRefused where there is no backup, where it is
    not what it was, and where the workbook is open in Excel.
    """
    now = read_bytes(path)
    refuse_unless_writable(path)
    known = backups_of(path, digest(now))
    chosen = _named(known, copy, path) if copy else _last(known, digest(now), path)
    data = _read_whole(chosen)
    if data == now:
        tell(f"{path.name} is just that already. Nothing was changed.")
        return False
    for line in _in_lines(path, chosen, digest(now)):
        tell(line)
    if not agree():
        tell("Nothing was changed.")
        return False
    kept = back_up(path, when, _KEEP_ALL)
    replace_file(path, data, now, _same_as(path, data))
    record_outcome(kept, path)
    tell(f"Done. To take this back, undo again; a copy is kept in “{kept.parent.name}”.")
    return True


_KEEP_ALL = Keep(copies=100_000)


def _named(known: Sequence[Backup], copy: Path, path: Path) -> Backup:
    """The backup an officer names, by its name in the folder of backups or as a file of its own.

    It is taken as it is; one that is in no list must be a workbook of ours.
    """
    listed = next((backup for backup in known if backup.copy.name == copy.name), None)
    if listed and (not copy.exists() or listed.copy.samefile(copy)):
        return replace(listed, before=digest(read_bytes(listed.copy)))
    data = read_bytes(copy)
    file.parse(copy, data)
    if copy.suffix.lower() != path.suffix.lower():
        found = f"It is no copy of {path.name}: their names end differently."
        raise refuse(copy, found, f"Choose one that ends in {path.suffix}.")
    return Backup(datetime.fromtimestamp(copy.stat().st_mtime), copy, digest(data))


def _last(known: Sequence[Backup], now: str, path: Path) -> Backup:
    """The copy made before the change that led to what stands there now.

    Where the workbook has been changed in another way since, the newest copy that differs.
    """
    led_here = [backup for backup in known if backup.after == now]
    others = [backup for backup in known if backup.before != now]
    if not (found := led_here or others):
        found_no = "No backup of this workbook lies beside it."
        remedy = (
            f"Put its folder of backups (“{path.stem} backups”) beside it, or name a copy: "
            "xl-addin undo BOOK --backup COPY."
        )
        raise refuse(path, found_no, remedy)
    return found[-1]


def _read_whole(backup: Backup) -> bytes:
    data = read_bytes(backup.copy)
    if digest(data) != backup.before:
        found = "This backup was changed after it was made."
        remedy = "To bring it back all the same, or another one: xl-addin undo BOOK --backup COPY."
        raise WorkbookRefused([Problem(backup.copy.name, found, remedy)])
    return data


def _in_lines(path: Path, chosen: Backup, now: str) -> list[str]:
    lines = [f"{path.name} becomes what it was on {chosen.when:%d/%m/%Y at %H:%M:%S}."]
    if chosen.after != now:
        lines.append("All that was done in it since then is taken back too.")
    return [*lines, "As it is now, it is kept in a backup."]


def _same_as(path: Path, data: bytes) -> Callable[[bytes], None]:
    def check(written: bytes) -> None:
        if written != data:
            found = "The backup could not be written back whole."
            raise refuse(path, found, "Try again; if it stays, copy the backup by hand.")

    return check
