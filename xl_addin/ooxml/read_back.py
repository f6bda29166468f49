"""Reading back a file that was written, before it takes the place of the one there is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xl_addin.ooxml.markup import Malformed, refuse_broken
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.refusals import refusing_damage
from xl_addin.ooxml.table_values import read_tables
from xl_addin.ooxml.workbook_file import WorkbookFile

ENDS = 1000
"""So many rows of each table are read back."""


def refuse_unless_written(path: Path, book: WorkbookFile, packed: bytes, written: bytes) -> None:
    """Make sure that a file holds a changed workbook: all its parts, each byte of those written.

    What was written is well-formed, and the tables of the sheets that changed can be read. Rows
    that stayed as they were, and were found well-formed in reading, are compared and not parsed
    again. Headers of a zip that readers pass over are found as they were ``packed``, too. Raises
    WorkbookRefused.
    """
    with refusing_damage(path):
        package = Package(written)
        meant = {p: book.package.pieces(p) for p in book.package.changed if p in book.package}
        if package.names != book.package.names:
            raise Malformed("it was written with other parts than it has")
        if damaged := package.first_damaged(meant):
            raise Malformed(f"the part {damaged} was not written whole")
        if written != packed:
            raise Malformed("it was not written as it was packed")
        anew = _written_anew(book)
        for part, pieces in meant.items():
            refuse_broken(anew.get(part) or pieces.joined)
        _read_tables(path, package, book, anew)


def _written_anew(book: WorkbookFile) -> dict[str, bytes]:
    """What was written anew of sheets whose other rows are known to be well-formed, by part."""
    return {
        book.sheet_parts[name]: sheet.written_anew()
        for name, sheet in book.sheets_touched.items()
        if sheet.is_changed and sheet.is_known_usual
    }


def _read_tables(
    path: Path, package: Package, book: WorkbookFile, anew: Mapping[str, bytes]
) -> None:
    """Make sure that the tables of the sheets that changed can be read."""
    again = WorkbookFile(package, book.expectation)
    again.refuse_unless_expected(path.name)
    for part, data in anew.items():
        package.read_as(part, data)
    again.usual_parts.update(anew)
    if not {book.styles_part, book.strings_part} & {*book.package.changed}:
        again.reader = book.reader  # what its cells hold is told by the same formats and texts
    changed = {name for name, sheet in book.sheets_touched.items() if sheet.is_changed}
    read_tables(path, again, ENDS, frozenset(changed))
