"""Backups: a dated copy beside the workbook before anything is changed, found by what it holds.

The folder of backups keeps a list, ``backups.tsv``: a line for each copy with the SHA-256 of the
workbook before the change and what the change was, and a line with the SHA-256 after it. So a
backup is known as long as its folder lies beside the workbook, whatever either is called.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from xl_addin.dataset.settings import Keep
from xl_addin.errors import XlAddinError
from xl_addin.ooxml.rights import give_attributes, give_rights
from xl_addin.ooxml.saving import add_to_end, draft_of, put_in_free_place, remove, rewrite
from xl_addin.patterns import pattern
from xl_addin.values import replace, value_type

LIST = "backups.tsv"
_BEFORE, _AFTER = "before", "after"
_FOLDER = " backups"
_DATED = pattern(r" \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d(?: \(\d{1,3}\))?(\.[^.]*)?\Z")


@value_type
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
    make_folder(folder)
    stem = f"{path.stem} {when:%Y-%m-%d %H.%M.%S}"
    names = (f"{stem}{f' ({n})' if n else ''}{path.suffix}" for n in range(1000))
    copy = next(folder / name for name in names if not os.path.lexists(folder / name))
    try:
        _copy(path, data, copy)
        _add_line(folder, path, when, _BEFORE, _written(copy.name), digest(data), change)
    except BaseException:
        _remove_copy(copy)
        _remove_if_empty(folder)
        raise
    _clear_old(folder, path.suffix, when, keep)
    return copy


def make_folder(folder: Path) -> None:
    """Make a folder for backups, for all who may use the folder it stands in."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    with suppress(OSError):
        give_rights(folder, folder.parent)


def _copy(path: Path, data: bytes, copy: Path) -> None:
    with draft_of(copy, data, path, path) as draft:
        if draft.read_bytes() != data:
            raise OSError(None, "the copy does not read back as it was written", str(copy))
        give_attributes(draft, path)
        with suppress(OSError):
            os.utime(draft, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        put_in_free_place(draft, copy)


def record_outcome(copy: Path, path: Path) -> None:
    """Note in the list what a workbook became after its copy was made.

    It has been changed by then: a note that cannot be written, or that a power cut takes, is
    left out, and an undo asks.
    """
    with suppress(OSError, XlAddinError):
        now, known = digest(path.read_bytes()), (copy.parent / LIST).read_bytes()
        line = _line(datetime.now(), _AFTER, _written(copy.name), now)
        add_to_end(copy.parent / LIST, _ended(known)[len(known) :] + line)


def discard(copy: Path, path: Path) -> None:
    """Take back the backup of a change that was not made after all.

    It stays where the workbook is not what it was, or cannot be read.
    """
    with suppress(OSError, XlAddinError):
        if path.read_bytes() == copy.read_bytes():
            named = f"\t{_written(copy.name)}\t".encode()
            rewrite(copy.parent / LIST, lambda was: _without(was, named), path, path)
            _remove_copy(copy)
            _remove_if_empty(copy.parent)


def _without(lines: bytes, named: bytes) -> bytes:
    return b"".join(line for line in lines.splitlines(keepends=True) if named not in line)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        if (folder / LIST).exists() and not (folder / LIST).read_bytes().strip():
            (folder / LIST).unlink()
        folder.rmdir()


def _add_line(folder: Path, path: Path, when: datetime, *fields: str) -> None:
    line = _line(when, *fields)
    rewrite(folder / LIST, lambda was: _ended(was) + line, path, path)


def _line(when: datetime, *fields: str) -> bytes:
    return "\t".join([f"{when:%Y-%m-%dT%H:%M:%S}", *fields]).rstrip("\t").encode() + b"\n"


def _ended(lines: bytes) -> bytes:
    """Lines of which the last, perhaps cut short, ends too."""
    return lines if lines.endswith(b"\n") or not lines else lines + b"\n"


def _written(name: str) -> str:
    """A name as the list has it: quoted where a character of it would not be read back."""
    if name.isprintable() and not name.startswith('"'):
        return name
    import json  # slow to load, and seldom needed

    return json.dumps(name)


def _read_name(written: str) -> str:
    """The name that the list has; what is not quoted as it should be is taken as it stands."""
    if not written.startswith('"'):
        return written
    import json  # slow to load, and seldom needed

    with suppress(ValueError):
        name = json.loads(written)
        return name if isinstance(name, str) else written
    return written


def read_backups(folder: Path) -> list[Backup]:
    """The backups a folder's list names, oldest first. A line cut short is passed over."""
    found: dict[str, Backup] = {}
    try:
        text = (folder / LIST).read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return []
    for line in text.replace("\r\n", "\n").split("\n"):
        when, kind, written, before_or_after, change = (*line.split("\t"), *[""] * 5)[:5]
        name = _read_name(written)
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


def folders_of(path: Path) -> Iterator[Path]:
    """Every folder that backups of a workbook may have been put into."""
    yield folder_named_after(path)
    yield from _folders_beside(path)


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
        if backup.is_there and ending_of(backup.copy).lower() == suffix.lower()
    ]


def ending_of(copy: Path) -> str:
    """The ending that a backup has from its workbook, which may have none: the date holds dots.

    >>> ending_of(Path("A 2026-07-03 09.30.00 (1).xlsm")), ending_of(Path("A 2026-07-03 09.30.00"))
    ('.xlsm', '')
    """
    dated = _DATED.search(copy.name)
    return (dated[1] or "") if dated else copy.suffix


def _clear_old(folder: Path, suffix: str, when: datetime, keep: Keep) -> None:
    """Remove copies that are neither among the newest nor young. Others' files are never touched.

    What cannot be removed today is removed another day.
    """
    oldest = when - timedelta(days=keep.days)
    for backup in _copies_in(folder, suffix)[: -max(1, keep.copies)]:
        if backup.when < oldest:
            _remove_copy(backup.copy)


def _remove_copy(copy: Path) -> None:
    """Remove a copy, a read-only one too: Windows removes no such file, so it is made another."""
    try:
        copy.unlink(missing_ok=True)
    except PermissionError:
        with suppress(OSError):
            copy.chmod(stat.S_IWRITE | stat.S_IREAD)
        remove(copy)
    except OSError:
        return
