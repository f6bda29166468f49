"""The backups beside a workbook: there, and still holding what they held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xl_addin.doctor.desk import Desk
from xl_addin.doctor.diagnosis import Diagnosis, attention, ok
from xl_addin.excel.backups import Backup, digest, folder_of, read_backups


def backups(book: Path, _desk: Desk) -> Iterator[Diagnosis]:
    """Whether an undo finds what it needs."""
    folder = folder_of(book, digest(book.read_bytes()))
    known = read_backups(folder) if folder else []
    if not known:
        found = "It has no backups beside it."
        remedy = "The next change makes one. Was it moved? Move its folder “… backups” with it."
        yield attention("Backups", found, remedy)
        return
    there = [backup for backup in known if backup.is_there]
    damaged = [backup.copy.name for backup in there if not backup.is_whole]
    if damaged:
        found = f"Not as they were made: {', '.join(damaged[:3])} ({len(damaged)} of {len(there)})."
        yield attention("Backups", found, "Undo does not use these; ask IT for an older copy.")
    if there and len(damaged) < len(there):
        yield ok("Backups", _newest(there, len(damaged)))
    if not there:
        found = "The list of backups is there, and none of the copies it names."
        yield attention("Backups", found, "Put the copies back where they were, if you have them.")


def _newest(there: list[Backup], damaged: int) -> str:
    newest = max(backup.when for backup in there)
    whole = len(there) - damaged
    return f"{whole} of {len(there)} are whole; the newest is of {newest:%d %b %Y %H:%M}."
