"""Undo: a workbook is again, byte by byte, what it was before its last change.

The change may have been a refresh, another month shown, notes put in order, or an undo: so an
undo can be undone. It is the same for a closed and for an open workbook, but that an open one is
closed in Excel while its file is replaced. A workbook that is gone comes back from its backups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Option
from xl_addin.commands.replacing import Replaceable, replace_book, same_as
from xl_addin.console import BookPath, Yes, agreeing, occasion, opened, say
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.excel.backups import (
    Backup,
    backups_of,
    digest,
    ending_of,
    folder_named_after,
    folder_of,
)
from xl_addin.excel.closed import held
from xl_addin.ooxml.refusals import read_any, read_bytes, refuse
from xl_addin.ooxml.saving import replace_file

Tell = Callable[[str], None]
Agree = Callable[[], bool]

UNDO = "Undo last change"
"""What the list of backups calls it."""
_NAME_ONE = "xl-addin undo BOOK --backup COPY"


def undo(
    book: Replaceable, when: datetime, *, tell: Tell, agree: Agree, copy: Path | None = None
) -> bool:
    """Bring back what a workbook was, and say whether anything was changed.

    ``copy`` is the backup to bring back; None for the one before the last change. What there is
    in the workbook now, saved or not, is backed up first; before ``agree`` nothing is saved.
    Where the file is gone, the newest copy that is whole takes its place. Raises WorkbookRefused
    where there is no backup, where it is not what it was, and where the workbook cannot be
    replaced; StaysClosed where Excel does not open it again.
    """
    book.refuse_unless_replaceable()
    path, is_saved = book.path, book.is_saved
    if not path.exists():
        return _bring_back(path, tell, agree, copy)
    now = read_any(path)
    chosen = _chosen(path, now, is_saved, copy)
    data = _read_whole(chosen)
    if data == now and is_saved:
        tell(f"{path.name} is just that already. Nothing was changed.")
        return False
    is_last = is_saved and chosen.after == digest(now)
    if not _agreed([*_in_lines(path, chosen, is_last), _KEPT], tell, agree):
        return False
    kept = replace_book(book, data, now, when, UNDO)
    tell(f"Done. To take this back, undo again; a copy is kept in “{kept.parent.name}”.")
    return True


_KEPT = "As it is now, it is kept in a backup."


def _agreed(lines: Sequence[str], tell: Tell, agree: Agree) -> bool:
    for line in lines:
        tell(line)
    if not (is_agreed := agree()):
        tell("Nothing was changed.")
    return is_agreed


def _bring_back(path: Path, tell: Tell, agree: Agree, copy: Path | None) -> bool:
    """Put a copy where the workbook is gone, and say whether that was done."""
    known = backups_of(path, "")
    chosen = _named(known, copy, path) if copy else _last_known(known, path)
    data = _read_whole(chosen)
    lines = [f"{path.name} is not there any more, but a copy of it is."]
    lines += [f"It becomes what it was on {chosen.when:%d/%m/%Y at %H:%M:%S}{_before(chosen)}."]
    lines += ["What was done in it after that is not in this copy."]
    if not _agreed(lines, tell, agree):
        return False
    replace_file(path, data, None, same_as(path, data), like=chosen.copy)
    tell("Done.")
    return True


def _before(chosen: Backup) -> str:
    return f", before this was done: {chosen.change}" if chosen.change else ""


def _last_known(known: Sequence[Backup], path: Path) -> Backup:
    """The copy that holds what the workbook was last known to be, or else the newest whole one."""
    whole = [backup for backup in known if backup.is_whole]
    if same := [backup for backup in whole if backup.before == known[-1].after]:
        return same[-1]
    if whole:
        return whole[-1]
    raise _no_copy(path)


def _no_copy(path: Path) -> WorkbookRefused:
    folder = folder_of(path, "")
    if not folder:
        found = f"There is no such file, and no folder “{folder_named_after(path).name}” beside it."
        remedy = (
            "Check its name and folder, and look into the Recycle Bin; or name a copy of it: "
            f"{_NAME_ONE}."
        )
    else:
        found = f"There is no such file, and no copy in “{folder.name}” is listed and whole."
        remedy = f"Open those there in Excel, the newest first, and name a good one: {_NAME_ONE}."
    return refuse(path, found, remedy)


def _chosen(path: Path, now: bytes, is_saved: bool, copy: Path | None) -> Backup:
    known = backups_of(path, digest(now))
    if copy:
        return _named(known, copy, path)
    return _last(known, digest(now) if is_saved else "", path)


def _named(known: Sequence[Backup], copy: Path, path: Path) -> Backup:
    """The backup an officer names, by its name in the folder of backups or as a file of its own.

    One that is in no list must be a workbook of ours, of whatever edition.
    """
    listed = next((backup for backup in known if backup.copy.name == copy.name), None)
    if listed and (not copy.exists() or listed.copy.samefile(copy)):
        return listed
    in_folder = folder_named_after(path) / copy.name
    if not copy.exists() and in_folder.exists():
        copy = in_folder
    data = read_bytes(copy)
    dataset_file.parse(copy, data)
    if ending_of(copy).lower() != path.suffix.lower():
        found = f"It is no copy of {path.name}: their names end differently."
        ending = f"in {path.suffix}" if path.suffix else "as it does"
        raise refuse(copy, found, f"Choose one that ends {ending}.")
    return Backup(datetime.fromtimestamp(copy.stat().st_mtime), copy, digest(data))


def _last(known: Sequence[Backup], now: str, path: Path) -> Backup:
    """The copy made before the change that led to what the workbook is now.

    Where the workbook has been changed in another way since, the newest copy that differs; so
    too where ``now``, its SHA-256, is blank: it holds what its file does not.
    """
    led_here = [backup for backup in known if now and backup.after == now]
    others = [backup for backup in known if backup.before != now]
    if not (found := led_here or others):
        found_no = "No backup of this workbook lies beside it."
        remedy = (
            f"Put its folder of backups (“{folder_named_after(path).name}”) beside it, "
            f"or name a copy: {_NAME_ONE}."
        )
        raise refuse(path, found_no, remedy)
    return found[-1]


def _read_whole(backup: Backup) -> bytes:
    data = read_bytes(backup.copy)
    if digest(data) != backup.before:
        found = "This backup was changed after it was made."
        remedy = (
            f"Choose another: {_NAME_ONE}. To bring this one back all the same, copy it into "
            "another folder and name that copy."
        )
        raise WorkbookRefused([Problem(backup.copy.name, found, remedy)])
    return data


def _in_lines(path: Path, chosen: Backup, is_last: bool) -> list[str]:
    """What the workbook becomes, and what of it is taken back."""
    lines = [f"{path.name} becomes what it was on {chosen.when:%d/%m/%Y at %H:%M:%S}."]
    if chosen.change:
        lines.append(f"This takes back: {chosen.change}.")
    if not is_last:
        lines.append("All that was done in it since then is taken back too.")
    return lines


BackupCopy = Annotated[
    Path | None,
    Option(
        "--backup",
        "The backup to bring back. Left out: the one before the last change.",
        "COPY",
    ),
]
Live = Annotated[bool, Option("--live", "Bring it back where it is open in Excel.")]


def command(
    book: BookPath, backup: BackupCopy = None, live: Live = False, yes: Yes = False
) -> None:
    """Bring back the workbook as it was before its last change; undo again takes that back.

    A workbook that is gone comes back from the folder of its backups.
    """
    agree = agreeing(yes, "Bring it back?")
    with opened(book) if live else held(book) as chosen:
        undo(chosen, occasion().when, tell=say, agree=agree, copy=backup)
