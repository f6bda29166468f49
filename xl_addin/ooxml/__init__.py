"""Changing cells of an existing Excel workbook (.xlsx, .xlsm), with everything else left as it is.

It keeps: every part that no change concerns, byte for byte (macros, ribbon, pictures, shapes,
sparklines, threaded comments, settings), and in a part that changes every element but those
concerned. Tables grow, and with them drop-downs, conditional formats, sparklines and the figures
that charts remember; what points at a row follows it, links and comments move with it. Where that
is asked for, what is put on single cells moves with the headings of a table's columns. A file is
replaced at one stroke after it has been read back, or not at all.

It does not calculate: a formula shows the value it is given, or the one it showed, until Excel
works everything out on opening. It makes no workbooks, sheets or charts, reads no .xls, .xlsb
or encrypted file, and takes no table that has no place in its sheet.

``read`` and ``apply`` do it all at once; ``open_workbook``, ``read_tables``, ``make_changes`` and
``save`` are their steps. What a caller takes a workbook to be is an Expectation; without one, any
will do.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from pathlib import Path

from xl_addin.errors import Problem
from xl_addin.ooxml.beside import Says
from xl_addin.ooxml.calculation import settle_calculation
from xl_addin.ooxml.changes import make_change
from xl_addin.ooxml.chart_caches import refresh_charts
from xl_addin.ooxml.expectation import ANY, Expectation, Headings
from xl_addin.ooxml.fit_rows import fit_rows
from xl_addin.ooxml.follow import left_alone
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.put_on import read_put_on
from xl_addin.ooxml.read_back import refuse_unless_written
from xl_addin.ooxml.refusals import read_bytes, refuse, refuse_unless_writable, refusing_damage
from xl_addin.ooxml.saving import replace_file
from xl_addin.ooxml.table_values import read_tables
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import Sheets
from xl_addin.update import Change, OnCells, Update
from xl_addin.values import value_type

__all__ = [
    "ANY",
    "AsRead",
    "Expectation",
    "Headings",
    "WorkbookFile",
    "apply",
    "make_changes",
    "open_workbook",
    "parse",
    "read",
    "read_put_on",
    "read_tables",
    "read_to_change",
    "save",
]


@value_type(frozen=False)
class AsRead:
    """A workbook file as it was read: the SHA-256 of its bytes, and the file taken apart.

    What was taken apart spares doing so again for the change that follows, one at most.
    """

    digest: bytes
    _book: WorkbookFile | None = None

    def put_on(self, table: str, is_wanted: Says, is_own: Says | None) -> OnCells | None:
        """What put_on.read_put_on says of the file; None where it was changed before."""
        return read_put_on(self._book, table, is_wanted, is_own) if self._book else None

    def take(self) -> WorkbookFile | None:
        """The file taken apart, to be changed; None where it was changed before."""
        book, self._book = self._book, None
        return book


def read(path: Path, expectation: Expectation = ANY) -> Sheets:
    """Read the tables and named ranges of a workbook; parse says how, and what it raises."""
    return parse(path, read_bytes(path), expectation)


def parse(path: Path, data: bytes, expectation: Expectation = ANY) -> Sheets:
    """The tables of a workbook and the values of its named ranges, from the bytes of its file.

    Numbers come as float, cells with a date format as date or datetime, formulas as the value
    they last showed. Names of anything but one range of cells are left out. Raises
    WorkbookRefused for a file that is not the workbook expected, is damaged or encrypted, or has
    never been calculated where values are needed.
    """
    return read_to_change(path, data, expectation)[0]


def read_to_change(
    path: Path, data: bytes, expectation: Expectation = ANY
) -> tuple[Sheets, AsRead]:
    """The same, and what apply is given where what was read decides what is changed."""
    with refusing_damage(path):
        book = open_workbook(path, data, expectation)
        return read_tables(path, book), AsRead(sha256(data).digest(), book)


def apply(
    path: Path, update: Update, expectation: Expectation = ANY, seen: AsRead | None = None
) -> tuple[Problem, ...]:
    """Make the changes of an Update in a workbook file, and no others.

    Formulas keep the values they show, charts follow, and Excel works everything out anew on
    opening. The file is replaced at one stroke; it is not touched if it says all of it already.
    ``seen`` is what the update was decided on. Raises WorkbookRefused, and then
    nothing has changed, for everything that read refuses, for a file that is read-only or open
    in Excel or holds something else than was seen, and where a table has no room to grow.

    References follow their cells; those of which it is not certain what Excel would make stay,
    and are told.
    """
    if update.is_empty:
        return ()
    was = read_bytes(path)
    if seen and seen.digest != sha256(was).digest():
        raise refuse(path, "Someone has saved the workbook in the meantime.", "Do it again.")
    refuse_unless_writable(path)
    with refusing_damage(path):
        book = (seen.take() if seen else None) or open_workbook(path, was, expectation)
        make_changes(book, update.changes)
    save(path, book, was)
    return left_alone(book.unclear)


def open_workbook(path: Path, data: bytes, expectation: Expectation = ANY) -> WorkbookFile:
    """A workbook taken apart, from the bytes of the file at a path.

    Raises WorkbookRefused for one that is not expected, or is misnamed; to be used in
    refusing_damage, for what a damaged file raises.
    """
    book = WorkbookFile(Package(data), expectation)
    if path.suffix.lower() == ".xlsx" and "macroEnabled" in book.package.content_type(book.part):
        found = "It holds macros, but its name ends in .xlsx: Excel does not open it so."
        raise refuse(path, found, "Let its name end in .xlsm.")
    book.refuse_unless_expected(path.name)
    return book


def make_changes(book: WorkbookFile, changes: Iterable[Change]) -> None:
    """Make changes in a workbook, and let heights, charts and calculation follow them.

    Raises WorkbookRefused where it has no room or place for one.
    """
    made = tuple(changes)
    for change in made:
        make_change(book, change)
    fit_rows(book)
    refresh_charts(book)
    settle_calculation(book, made)


def save(path: Path, book: WorkbookFile, was: bytes) -> None:
    """Put a workbook in the place of its file, which held ``was``, at one stroke.

    What was written is read back first. A workbook in which nothing changed is left alone.
    Raises WorkbookRefused, and then nothing has changed.
    """
    with refusing_damage(path):
        book.store()
        parts = book.package.changed
        changed = book.package.to_bytes() if parts else was
    if parts:
        replace_file(path, changed, was, partial(refuse_unless_written, path, book, changed))
