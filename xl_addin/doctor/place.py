"""Where the workbook lies: in a folder that can be worked in, and in no other program's hands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

from xl_addin.doctor.desk import Desk
from xl_addin.doctor.diagnosis import Diagnosis, attention, broken, ok
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.lock import is_held
from xl_addin.excel.paths import refuse_long_names
from xl_addin.ooxml.refusals import refuse_unless_writable, refuse_when_open

_SYNCED = ("onedrive", "sharepoint", "dropbox", "google drive", "googledrive", "icloud", "box sync")
IN_USE = "In use"
_ROOM = 20
"""So many times its own size should be free: a backup before each change is kept."""


def folder(book: Path, desk: Desk) -> Iterator[Diagnosis]:
    """Whether backups can be kept beside a workbook: rights, room on the disk, length of names."""
    if not desk.may_write(book.parent):
        found = f"You may not write in its folder, {book.parent}."
        remedy = "Ask for the right to change files there, or move the workbook."
        yield broken("Folder", found, remedy, f"Please give this user write access: {book.parent}")
    try:
        refuse_long_names(book)
    except WorkbookRefused as refusal:
        yield from (broken("Folder", p.found, p.remedy) for p in refusal.problems)
    else:
        yield ok("Folder", f"The path to its backups is short enough: {book.parent}.")
    free, wanted = desk.free_space(book.parent), _ROOM * book.stat().st_size
    if free < wanted:
        found = f"{free / 1e6:.1f} MB are free there; {wanted / 1e6:.1f} MB keep twenty backups."
        yield attention("Space", found, "Delete what is not needed there, or move the workbook.")
    else:
        yield ok("Space", f"{free / 1e9:.1f} GB are free there.")


def synced(book: Path, desk: Desk) -> Iterator[Diagnosis]:
    """Whether a program keeps the workbook's folder in step with the cloud."""
    roots = [desk.environment.get(name, "") for name in ("OneDrive", "OneDriveCommercial")]
    parts = [part.casefold() for part in PureWindowsPath(book.parent).parts]
    program = next((name for name in _SYNCED if any(name in part for part in parts)), "")
    if not program and not any(root and book.is_relative_to(root) for root in roots):
        yield ok("Cloud", "Its folder is not one that is kept in step with the cloud.")
        return
    found = "Its folder is kept in step with the cloud, which may hold the file for moments."
    remedy = (
        "It works. Where a change is refused because another program holds the file, wait for "
        "the green tick, or pause syncing while you refresh."
    )
    yield attention("Cloud", found, remedy)


def in_use(book: Path, _desk: Desk) -> Iterator[Diagnosis]:
    """Whether the workbook may be changed now: not read-only, open nowhere, nobody at work."""
    problems: list[Problem] = []
    for refuse in (refuse_unless_writable, refuse_when_open):
        try:
            refuse(book)
        except WorkbookRefused as refusal:
            problems.extend(refusal.problems)
    for problem in dict.fromkeys(problems):
        yield attention(IN_USE, problem.found, problem.remedy)
    if is_held(book):
        found = "Another xl-addin is at work on it."
        yield attention(IN_USE, found, "Answer its question, or wait until it is done.")
    elif not problems:
        yield ok(IN_USE, "No program has it open, and it may be changed.")
