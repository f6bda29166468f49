"""The files of a share copy: where it goes, and the record of what was shared beside the book."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from xl_addin.disclosure.releases import COLUMNS
from xl_addin.errors import Problem, WorkbookRefused


def refuse_target(out: Path) -> None:
    """Raise WorkbookRefused where a share copy cannot be put: each reason in a sentence."""
    if out.suffix.lower() != ".xlsx":
        raise _refused(out.name, "A share copy is an .xlsx file.", "End its name in .xlsx.")
    if not out.absolute().parent.is_dir():
        place, found = str(out.absolute().parent), "There is no such folder."
        raise _refused(place, found, "Make the folder, or choose another.")
    if out.with_name(f"~${out.name}").exists():
        raise _refused(out.name, "It is open in Excel.", "Close it, or choose another name.")
    if out.exists():
        found = "It is there already, and may have been sent out."
        raise _refused(out.name, found, "Choose another name, or move it away.")


def _refused(place: str, found: str, remedy: str) -> WorkbookRefused:
    return WorkbookRefused([Problem(place, found, remedy)])


def hand_over(out: Path, package: bytes) -> None:
    """Write a finished file whole, or not at all."""
    number, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=".", suffix=".xlsx")
    half = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(package)
        half.chmod(0o644)
        half.replace(out)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def record_beside(folder: Path, book: str) -> Path:
    """The record of what was shared from a workbook."""
    return folder / f"{Path(book).stem} shared copies.csv"


def read_rows(record: Path) -> list[list[str]]:
    """The rows of a record; none where nothing was shared yet."""
    if not record.exists():
        return []
    try:
        with record.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error):
        found = "The record of earlier share copies cannot be read."
        raise _refused(record.name, found, "Bring it back from a backup.") from None


def add_rows(record: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Add rows to a record; its first has headings, and a mark by which Excel knows UTF-8."""
    is_new = not record.exists()
    with record.open("a", encoding="utf-8-sig" if is_new else "utf-8", newline="") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(COLUMNS)
        writer.writerows(rows)
