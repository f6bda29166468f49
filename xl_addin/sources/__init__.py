"""Where figures and measures come from: one module for each kind of source.

A return is a file or a folder of files. How a file is read goes by what it holds, not by its
name alone: systems name text files .xls.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from itertools import islice
from pathlib import Path

from xl_addin.checks.returns import combine
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.layout import Settings
from xl_addin.limits import DEFAULT, MOST_SHEETS, Limits
from xl_addin.measure import Catalogue
from xl_addin.returns import Return, parse_return
from xl_addin.sources.apart import try_apart
from xl_addin.sources.sheet import (
    SourceSheet,
    damaged,
    named,
    refuse_cells,
    refuse_rows,
    refuse_size,
    refused,
    too_large,
)
from xl_addin.table import Grid
from xl_addin.values import value_type

Reader = Callable[[str, bytes, Limits], tuple[SourceSheet, ...]]

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
_OTHERS = 10
"""For each return that a folder may hold, how many other files are looked at."""

_NOT_RETURNS = ("~$", ".", "thumbs.db", "desktop.ini")


@value_type
class SourceFile:
    """One file of a return: its name and its sheets."""

    name: str
    grids: tuple[Grid, ...]


@value_type
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


def read_return(
    path: Path,
    catalogue: Catalogue,
    sheet: str | None = None,
    limits: Limits = DEFAULT,
    *,
    per_cents: bool = False,
) -> Return:
    """Read a file, or a folder of files as one return.

    ``sheet`` names the sheet to read; with None every visible sheet is looked at. ``per_cents``
    is an officer's word for each file whose percentages are all typed as 39; those of the others
    are read as they are written. What is wrong with figures is listed in the Return. Raises
    ReturnRefused, with every problem, for files that cannot be read at all, and for what is
    beyond ``limits``.
    """
    raw = read_grids(path, sheet, limits)
    returns = [_parsed(file, catalogue, per_cents=per_cents) for file in raw.files]
    combined = combine(returns, raw.source, raw.digest)
    return Return(
        combined.entries,
        raw.source,
        raw.digest,
        combined.problems,
        (*raw.warnings, *combined.warnings),
        sum(each.typed for each in returns),
        tuple(name for each in returns for name in each.typed_in),
    )


def _parsed(file: SourceFile, catalogue: Catalogue, *, per_cents: bool) -> Return:
    """A file; 39 is 39% only where all of its percentages are typed so: 0.39 is a fraction."""
    return_ = parse_return(file.grids, catalogue, file.name, "")
    if not (per_cents and return_.typed):
        return return_
    return parse_return(file.grids, catalogue, file.name, "", per_cents=True)


def read_grids(path: Path, sheet: str | None = None, limits: Limits = DEFAULT) -> RawReturn:
    """Read the sheets of a file, or of every file of a folder in the order of their names.

    Raises ReturnRefused, with every problem, for a missing, empty, locked, damaged or unknown
    file, for a folder without returns, and for what is beyond ``limits``.
    """
    paths, warnings = _files_of(path, limits) if path.is_dir() else ([path], ())
    reading = _Reading(path.name, limits)
    files: list[SourceFile] = []
    problems: list[Problem] = []
    for file in paths:
        try:
            files.append(reading.read(file, sheet))
        except ReturnRefused as refusal:
            problems += refusal.problems
            if reading.is_beyond:
                break
    if problems:
        raise ReturnRefused(problems)
    names = ", ".join(file.name for file in files)
    source = f"{path.name}: {names}" if path.is_dir() else names
    return RawReturn(tuple(files), source, reading.digest, warnings)


def digest_of(path: Path, limits: Limits = DEFAULT) -> str:
    """The SHA-256 of a file or folder as it stands now, as RawReturn has it.

    Raises ReturnRefused for what is not there any more, and for what is beyond ``limits``.
    """
    reading = _Reading(path.name, limits)
    for file in _files_of(path, limits)[0] if path.is_dir() else [path]:
        reading.read_bytes(file)
    return reading.digest


class _Reading:
    """The reading of a return: what its files have taken so far, and their digest."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        self._size = self._rows = self._cells = 0
        self._digest = sha256()

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes read."""
        return self._digest.hexdigest()

    @property
    def is_beyond(self) -> bool:
        """Whether no more is read, whatever the other files hold."""
        most = self._limits
        return self._size > most.size or self._rows > most.rows or self._cells > most.cells

    def read(self, path: Path, sheet: str | None) -> SourceFile:
        """Read a file. Raises ReturnRefused."""
        data = self.read_bytes(path)
        read_sheets = _reader(path.name, data)
        if data.startswith((_ZIP, _OLD_EXCEL)) or path.suffix.lower() == ".xls":
            try_apart(path.name, lambda: self._read(path, read_sheets, data, sheet), self._limits)
        return self._read(path, read_sheets, data, sheet)

    def _read(self, path: Path, reader: Reader, data: bytes, sheet: str | None) -> SourceFile:
        sheets = reader(path.name, data, self._limits)
        if len(sheets) > MOST_SHEETS:
            raise too_large(path.name, f"it has {len(sheets):,} sheets")
        chosen = list(_choose(path.name, sheets, sheet))
        several = len([s for s in sheets if s.visible]) > 1 or sheet is not None
        grids: list[Grid] = []
        for found in chosen:
            place = f"{path.name}, {found.name}" if several and found.name else path.name
            grids.append(Grid(place, found.read_rows()))
            self._count(self._place(path), grids[-1])
        return SourceFile(path.name, tuple(grids))

    def _place(self, path: Path) -> str:
        """What is too large: a file, or a folder as far as it has been read."""
        return path.name if self._name == path.name else f"{self._name}, up to {path.name}"

    def _count(self, file: str, grid: Grid) -> None:
        """Sheets and files that are each within the limits may be beyond them together."""
        self._rows += sum(any(cell is not None for cell in row) for row in grid.rows)
        self._cells += len(grid.rows) * max(map(len, grid.rows), default=0)
        refuse_rows(file, self._rows, self._limits)
        refuse_cells(file, self._cells, self._limits)

    def read_bytes(self, path: Path) -> bytes:
        """The bytes of a file, no more of them than are left to be read. Raises ReturnRefused."""
        with _refusing(path):
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise refused(path.name, "It is neither a file nor a folder.", "Choose the return.")
            refuse_size(self._place(path), self._size + status.st_size, self._limits)
            with path.open("rb") as file:
                data = file.read(self._limits.size - self._size + 1)
        self._size += len(data)
        self._digest.update(data)
        refuse_size(self._place(path), self._size, self._limits)
        return data


def _files_of(folder: Path, limits: Limits) -> tuple[list[Path], tuple[Problem, ...]]:
    """The returns in a folder, and a warning for each other file that an officer put there."""
    with _refusing(folder):
        paths = list(islice(folder.iterdir(), _OTHERS * limits.files + 1))
    if len(paths) > _OTHERS * limits.files:
        raise _too_many(folder, len(paths) - 1)
    paths.sort(key=lambda path: (path.name.casefold(), path.name))
    paths = [path for path in paths if path.is_file() and not _is_hidden(path.name)]
    outside = [path for path in paths if path.resolve().parent != folder.resolve()]
    paths = [path for path in paths if path not in outside]
    returns = [path for path in paths if path.suffix.lower() in SUFFIXES]
    if not returns:
        raise refused(folder.name, "The folder holds no return.", _ENDINGS)
    if len(returns) > limits.files:
        raise _too_many(folder, limits.files)
    others = [path for path in paths if path not in returns]
    left_out = [Problem(f"{folder.name}, {p.name}", "It was left out.", _ENDINGS) for p in others]
    left_out += [Problem(f"{folder.name}, {p.name}", "It was left out.", _LINK) for p in outside]
    return returns, tuple(left_out)


def _too_many(folder: Path, most: int) -> ReturnRefused:
    why = f"the folder holds more than {most:,} files"
    return too_large(folder.name, why, Settings.MOST_FILES)


_LINK = "It only points to a file elsewhere: put the file itself here."


_ENDINGS = f"A return is a file whose name ends in {', '.join(SUFFIXES)}."


def _is_hidden(name: str) -> bool:
    """Whether a file is one that programs leave behind: Excel's "~$June.xlsx" and the like."""
    return name.lower().startswith(_NOT_RETURNS)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Put in a sentence what the disk answers."""
    try:
        yield
    except FileNotFoundError:
        raise refused(str(path), "There is no such file or folder.", "Check its name.") from None
    except OSError as error:
        raise refused(
            path.name,
            f"It cannot be read ({error.strerror}).",
            "Close it in other programs, check that you may open it, and try again.",
        ) from error


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
