"""The files of a share copy: where it goes, and the record of what was shared beside the book."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

from xl_addin.disclosure.releases import COLUMNS
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.error_log import log_path
from xl_addin.excel.lock import clear_locks, one_at_a_time
from xl_addin.excel.paths import true_path
from xl_addin.excel.share_copy.formats import beside
from xl_addin.installing.place import RECORDS
from xl_addin.ooxml.refusals import refuse_when_open
from xl_addin.ooxml.saving import (
    clear_leftovers,
    draft_of,
    is_there_already,
    put_in_free_place,
    remove,
    rewrite,
)


@contextmanager
def place_for(out: Path, book: Path, formats: Iterable[str] = ()) -> Iterator[None]:
    """Hold the names of a share copy, and of its other formats, while it is made from a workbook.

    Raises WorkbookRefused where a copy cannot be put there, each reason in a sentence, and where
    another is being made under that name.
    """
    refuse_target(out)
    others = [beside(out, name) for name in formats]
    for taken in filter(Path.exists, others):
        raise is_there_already(taken)
    clear_leftovers(book, out.absolute().parent)
    clear_locks(out.absolute().parent)
    with ExitStack() as held:
        for path in (out, *others):
            held.enter_context(one_at_a_time(path))
        refuse_target(out)
        yield


def refuse_target(out: Path) -> None:
    """Raise WorkbookRefused where a share copy cannot be put: each reason in a sentence."""
    if out.suffix.lower() != ".xlsx":
        raise _refused(out.name, "A share copy is an .xlsx file.", "End its name in .xlsx.")
    if not out.absolute().parent.is_dir():
        place, found = str(out.absolute().parent), "There is no such folder."
        raise _refused(place, found, "Make the folder, or choose another.")
    refuse_when_open(out, "Close it, or choose another name.")
    if out.exists():
        found = "It is there already, and may have been sent out."
        raise _refused(out.name, found, "Choose another name, or move it away.")


def _refused(place: str, found: str, remedy: str) -> WorkbookRefused:
    return WorkbookRefused([Problem(place, found, remedy)])


def hand_over(out: Path, package: bytes, book: Path, record: list[tuple[str, ...]]) -> None:
    """Write a finished copy whole, record what it shows beside its workbook, then give it its name.

    In this order: a copy that stands unrecorded would let the next one bring to light what it
    hid. One that cannot be recorded is not made, and one that was not made is not recorded, save
    where the process is killed between the two: then the next copies hide more than they need.
    """
    like = book if book.exists() else None
    written, recorded = draft_of(out, package, like, book), _recorded(record, book)
    with written as draft, recorded:
        put_in_free_place(draft, out)


@contextmanager
def _recorded(rows: list[tuple[str, ...]], book: Path) -> Iterator[None]:
    """Record a copy, and take that back where the copy does not get its name after all."""
    file = record_to_write(book)
    file.parent.mkdir(parents=True, exist_ok=True)
    was = file.read_bytes() if file.exists() else None
    add_rows(file, rows, book)
    try:
        yield
    except BaseException:
        if was is None:
            remove(file)
        else:
            rewrite(file, lambda _: was, book, book)
        raise


@contextmanager
def taken_back_unless_done(out: Path) -> Iterator[None]:
    """Take a copy back where what has to follow it cannot be done."""
    try:
        yield
    except BaseException:
        remove(out)
        raise


def record_beside(book: Path) -> Path:
    """The record of what was shared from a workbook."""
    return book.with_name(f"{book.stem} shared copies.csv")


def own_record(book: Path) -> Path:
    """Where the record of a workbook is kept whose folder may not be written: the user's own."""
    known_as = sha256(os.fsencode(os.path.normcase(true_path(book)))).hexdigest()[:12]
    return log_path().parent / RECORDS / f"{book.stem} {known_as}.csv"


def record_to_write(book: Path) -> Path:
    """The record that a copy is added to."""
    beside = record_beside(book)
    return beside if os.access(beside.parent, os.W_OK) else own_record(book)


def records_of(book: Path) -> list[list[str]]:
    """The rows of both records, the headings once."""
    beside, own = read_rows(record_beside(book)), read_rows(own_record(book))
    return [*beside, *(own[1:] if beside else own)]


_MOVE_AWAY = (
    "The sheet Shared copies of the workbook keeps the same record: where it has all your copies, "
    "move this file away and share again. Otherwise ask IT for an older copy of the file."
)


def read_rows(record: Path) -> list[list[str]]:
    """The rows of a record; none where nothing was shared yet."""
    if not record.exists():
        return []
    try:
        return list(csv.reader(io.StringIO(_whole_rows(record.read_bytes()).decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        found = "The record of earlier share copies cannot be read."
        raise _refused(record.name, found, _MOVE_AWAY) from None


def add_rows(record: Path, rows: Iterable[tuple[str, ...]], book: Path) -> None:
    """Add rows to a record, which is written whole and has the rights of its workbook.

    Its first has headings, and a mark by which Excel knows UTF-8.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    more = text.getvalue().encode(errors="backslashreplace")
    start = "\ufeff" + ",".join(COLUMNS) + "\r\n"
    rewrite(record, lambda was: (_whole_rows(was) or start.encode()) + more, book, book)


def _whole_rows(data: bytes) -> bytes:
    """A record without a last row that was cut short: that copy was never handed over."""
    last = data[data.rfind(b"\n") + 1 :]
    if last and last.count(b",") < len(COLUMNS) - 1:
        return data[: -len(last)]
    return data + b"\r\n" if last else data
