"""Files that cannot be read or changed as our workbook: what is found, and what to do."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xl_addin.errors import Problem, WorkbookRefused, XlAddinError
from xl_addin.limits import LARGEST_FILE, MEGABYTE
from xl_addin.ooxml.markup import Malformed, XmlError
from xl_addin.ooxml.zip_limits import TooLarge

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
# A workbook with a password is a compound file ([MS-CFB] 2.2 gives its first bytes) with a stream
# "EncryptedPackage" in it ([MS-OFFCRYPTO]). Names of streams are UTF-16 ([MS-CFB] 2.6.1).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_DAMAGE = (zipfile.BadZipFile, zlib.error, XmlError, Malformed, EOFError, NotImplementedError)


_MEANINGLESS = (ValueError, LookupError, OverflowError, struct.error)
"""What a cell, a number or an address raises that is none."""


def refuse(path: Path, found: str, remedy: str) -> WorkbookRefused:
    """The refusal of a file, to be raised."""
    return WorkbookRefused([Problem(path.name, found, remedy)])


def read_bytes(path: Path) -> bytes:
    """The bytes of a workbook file. Raises WorkbookRefused for a file that can be none."""
    data = read_any(path)
    _refuse_other_formats(path, data)
    return data


def read_any(path: Path) -> bytes:
    """The bytes of a file, also of one that was a workbook once and is damaged now."""
    try:
        if stat.S_ISREG(path.stat().st_mode) and path.stat().st_size > LARGEST_FILE:
            raise too_large(path, f"it has {path.stat().st_size // MEGABYTE:,} MB")
        if not (stat.S_ISREG(path.stat().st_mode) or path.is_dir()):
            raise refuse(path, "This is no file.", "Name the workbook itself.")
        return path.read_bytes()
    except FileNotFoundError:
        raise refuse(path, "There is no such file.", "Check its name and folder.") from None
    except IsADirectoryError:
        raise refuse(path, "This is a folder.", "Name the workbook in it.") from None
    except PermissionError:
        found = "The file may not be read, or another program holds it."
        raise refuse(path, found, "Close it there, or ask for the right to read it.") from None


def _refuse_other_formats(path: Path, data: bytes) -> None:
    save_as = "Open it in Excel and save it as an Excel macro-enabled workbook (.xlsm)."
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            found = "The workbook is protected by a password (encrypted)."
            remedy = "Open it in Excel, remove the password (File, Info, Protect) and save it."
            raise refuse(path, found, remedy)
        if any(name in data for name in _OLD_BOOKS):
            raise refuse(path, "This is a workbook in the old format (.xls).", save_as)
    if not data.startswith(_ZIP):
        found = "This is not an Excel workbook." if data else "The file is empty."
        raise refuse(path, found, "Choose the workbook (.xlsm) of the dataset.")
    if b"mimetypeapplication/vnd.oasis.opendocument" in data[:200]:
        raise refuse(path, "This is an OpenDocument file (.ods).", save_as)
    if b"xl/workbook.bin" in data:
        raise refuse(path, "This is a binary workbook (.xlsb).", save_as)


def _undo(path: Path) -> str:
    return (
        f'Bring its newest backup back: xl-addin undo "{path.name}". Where there is none, have it '
        "sent or copied to you anew."
    )


def too_large(path: Path, why: str) -> WorkbookRefused:
    """The refusal of a workbook that limits.py forbids, to be raised."""
    found = f"The workbook is larger than any dataset needs: {why}."
    return refuse(path, found, "If it is yours, save it in Excel again without what is not needed.")


@contextmanager
def refusing_damage(path: Path) -> Iterator[None]:
    """Turn what a damaged file makes readers raise into one refusal."""
    try:
        yield
    except XlAddinError:
        raise
    except TooLarge as error:
        raise too_large(path, str(error)) from error
    except _DAMAGE as error:
        found = "The workbook is damaged or was not copied whole"
        raise refuse(path, f"{found} ({error}).", _undo(path)) from error
    except _MEANINGLESS as error:
        found = "The workbook is damaged: something in it has no meaning"
        raise refuse(path, f"{found} ({error}).", _undo(path)) from error
    except RuntimeError as error:
        if "encrypted" not in str(error):
            raise
        remedy = "Unpack it with the password and choose the workbook inside."
        raise refuse(path, "The file is a zip with a password.", remedy) from error


def refuse_unless_writable(path: Path) -> None:
    """Make sure that a workbook may be changed and that no one has it open."""
    refuse_when_open(path)
    if is_read_only(path):
        found = "The workbook is read-only."
        remedy = "Clear Read-only in the file's properties, or ask for the right to change it."
        raise refuse(path, found, remedy)


def is_read_only(path: Path) -> bool:
    """Whether a file that is there may not be changed: by its own rights or by this user."""
    mode = path.stat().st_mode
    may_some = mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    return not may_some or not os.access(path, os.W_OK)


def refuse_when_open(path: Path, instead: str = "Close it there.") -> None:
    """Make sure that no one has a workbook open; ``instead`` says what to do about it."""
    path = path.resolve()
    for name, program, owner_of in _OWNER_FILES:
        owner_file = path.with_name(name.format(path.name))
        if os.path.lexists(owner_file):
            who = owner_of(owner_file)
            found = f"It is open in {program}{f' ({who})' if who else ''}."
            remedy = f"{instead} If no one has it open, delete the file {owner_file.name}."
            raise refuse(path, found, remedy)


def _owner_in_excel(owner_file: Path) -> str:
    """Who has a workbook open: Excel writes a length and the name beside it."""
    data = _beginning(owner_file)
    name = data[1 : 1 + data[0]] if data else b""
    return name.decode("cp1252", errors="replace").strip("\0 ")


def _owner_in_libreoffice(owner_file: Path) -> str:
    """Who has a workbook open: LibreOffice writes names, the computer and the time, in commas."""
    names = _beginning(owner_file).decode("utf-8", errors="replace").split(",")
    return next((name.strip() for name in names[:2] if name.strip()), "")


def _beginning(owner_file: Path) -> bytes:
    with suppress(OSError):
        if stat.S_ISREG(owner_file.lstat().st_mode):
            return owner_file.read_bytes()[:200]
    return b""


_OWNER_FILES = (
    ("~${}", "Excel", _owner_in_excel),
    (".~lock.{}#", "LibreOffice", _owner_in_libreoffice),
)
"""The files that programs keep beside a workbook as long as they have it open."""
