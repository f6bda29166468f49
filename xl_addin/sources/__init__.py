"""Where figures and measures come from: one module for each kind of source.

A return is a file or a folder of files. How a file is read goes by what it holds, not by its
name alone: systems name text files .xls.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from xl_addin.errors import Problem, ReturnRefused
from xl_addin.limits import LARGEST_FILE, LARGEST_TEXT_FILE, MEGABYTE, MOST_FILES
from xl_addin.measure import Catalogue
from xl_addin.returns import Return, combine, parse_return
from xl_addin.sources.sheet import SourceSheet, damaged, named, refused, too_large
from xl_addin.table import Grid

Reader = Callable[[str, bytes], tuple[SourceSheet, ...]]

_MODULES = {
    ".csv": "delimited",
    ".txt": "delimited",
    ".tsv": "delimited",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
}
"""The module of each suffix; it is imported when a file needs it."""

SUFFIXES = tuple(_MODULES)
"""What the name of a return ends in."""

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_NOT_RETURNS = ("~$", ".", "thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a return: its name and its sheets."""

    name: str
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class RawReturn:
    """A return as it was read, before anything is made of it.

    ``source`` names the file, or the folder and its files; ``digest`` is the SHA-256 of the
    files' bytes in the order of their names. ``warnings`` say what of a folder was left out.
    """

    files: tuple[SourceFile, ...]
    source: str
    digest: str
    warnings: tuple[Problem, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The sheets of all files."""
        return tuple(grid for file in self.files for grid in file.grids)


def read_return(path: Path, catalogue: Catalogue, sheet: str | None = None) -> Return:
    """Read a file, or a folder of files as one return.

    ``sheet`` names the sheet to read; with None every visible sheet is looked at. What is
    wrong with figures is listed in the Return. Raises ReturnRefused, with every problem, for
    files that cannot be read at all.
    """
    raw = read_grids(path, sheet)
    returns = [parse_return(file.grids, catalogue, file.name, "") for file in raw.files]
    combined = combine(returns, raw.source, raw.digest)
    return Return(
        combined.entries,
        raw.source,
        raw.digest,
        combined.problems,
        (*raw.warnings, *combined.warnings),
    )


def read_grids(path: Path, sheet: str | None = None) -> RawReturn:
    """Read the sheets of a file, or of every file of a folder in the order of their names.

    Raises ReturnRefused, with every problem, for a missing, empty, locked, damaged or unknown
    file and for a folder without returns.
    """
    paths, warnings = _files_of(path) if path.is_dir() else ([path], ())
    contents: list[bytes] = []
    files: list[SourceFile] = []
    problems: list[Problem] = []
    for file in paths:
        try:
            contents.append(_read_bytes(file))
            files.append(_read_file(file.name, contents[-1], sheet))
        except ReturnRefused as refusal:
            problems += refusal.problems
    if problems:
        raise ReturnRefused(problems)
    names = ", ".join(file.name for file in files)
    source = f"{path.name}: {names}" if path.is_dir() else names
    return RawReturn(tuple(files), source, sha256(b"".join(contents)).hexdigest(), warnings)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file or folder as it stands now, as RawReturn has it.

    Raises ReturnRefused for what is not there any more.
    """
    paths = _files_of(path)[0] if path.is_dir() else [path]
    return sha256(b"".join(map(_read_bytes, paths))).hexdigest()


def _files_of(folder: Path) -> tuple[list[Path], tuple[Problem, ...]]:
    """The returns in a folder, and a warning for each other file that an officer put there."""
    paths = sorted(folder.iterdir(), key=lambda path: (path.name.casefold(), path.name))
    paths = [path for path in paths if path.is_file() and not _is_hidden(path.name)]
    outside = [path for path in paths if path.resolve().parent != folder.resolve()]
    paths = [path for path in paths if path not in outside]
    returns = [path for path in paths if path.suffix.lower() in SUFFIXES]
    if not returns:
        raise refused(folder.name, "The folder holds no return.", _ENDINGS)
    if len(returns) > MOST_FILES:
        raise too_large(folder.name, f"the folder holds {len(returns):,} files")
    others = [path for path in paths if path not in returns]
    left_out = [Problem(f"{folder.name}, {p.name}", "It was left out.", _ENDINGS) for p in others]
    left_out += [Problem(f"{folder.name}, {p.name}", "It was left out.", _LINK) for p in outside]
    return returns, tuple(left_out)


_LINK = "It only points to a file elsewhere: put the file itself here."


_ENDINGS = f"A return is a file whose name ends in {', '.join(SUFFIXES)}."


def _is_hidden(name: str) -> bool:
    """Whether a file is one that programs leave behind: Excel's "~$June.xlsx" and the like."""
    return name.lower().startswith(_NOT_RETURNS)


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise refused(path.name, "It is neither a file nor a folder.", "Choose the return.")
        is_text = _MODULES.get(path.suffix.lower()) == "delimited"
        if status.st_size > (LARGEST_TEXT_FILE if is_text else LARGEST_FILE):
            raise too_large(path.name, f"it has {status.st_size // MEGABYTE:,} MB")
        return path.read_bytes()
    except FileNotFoundError:
        raise refused(str(path), "There is no such file or folder.", "Check its name.") from None
    except OSError as error:
        raise refused(
            path.name,
            f"It cannot be read ({error.strerror}).",
            "Close it in other programs, check that you may open it, and try again.",
        ) from error


def _read_file(name: str, data: bytes, sheet: str | None) -> SourceFile:
    sheets = _reader(name, data)(name, data)
    chosen = list(_choose(name, sheets, sheet))
    several = len([s for s in sheets if s.visible]) > 1 or sheet is not None
    return SourceFile(
        name,
        tuple(
            Grid(f"{name}, {s.name}" if several and s.name else name, s.read_rows()) for s in chosen
        ),
    )


def _reader(name: str, data: bytes) -> Reader:
    """How a file is read."""
    suffix = Path(name).suffix.lower()
    if suffix not in _MODULES:
        raise refused(name, f"Files ending in “{suffix}” cannot be read.", _ENDINGS)
    if not data.strip():
        raise refused(name, "The file is empty.", "Save it again with its figures.")
    module = _MODULES[suffix]
    if data.startswith(_OLD_EXCEL):
        module = "xls"
    elif data.startswith(_ZIP):
        module = "ods" if b"opendocument.spreadsheet" in data[:200] else "xlsx"
    elif module in ("xlsx", "ods"):
        raise damaged(name)
    reader: Reader = import_module(f"xl_addin.sources.{module}").list_sheets
    return reader


def _choose(name: str, sheets: Iterable[SourceSheet], wanted: str | None) -> Iterator[SourceSheet]:
    """The sheet that is wanted, or else those an officer sees."""
    sheets = list(sheets)
    if wanted is None or all(not sheet.name for sheet in sheets):
        yield from (sheet for sheet in sheets if sheet.visible)
        return
    found = list(named(sheets, wanted))
    if not found:
        names = ", ".join(f"“{sheet.name}”" for sheet in sheets)
        raise refused(name, f"It has no sheet “{wanted}”.", f"Its sheets are {names}.")
    yield from found
