"""The dataset's workbook as a closed file: what makes it ours, reading it, changing it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xl_addin import ooxml
from xl_addin.dataset.editions import FIRST, tables_of
from xl_addin.dataset.page import is_month_heading
from xl_addin.errors import PUT_BACK, Problem, WorkbookRefused
from xl_addin.layout import TABLES, Dataset, History, Measures, Name, Return, Signals, Summary
from xl_addin.ooxml import AsRead, Expectation, Headings
from xl_addin.ooxml.refusals import refusing_damage
from xl_addin.table import Sheets
from xl_addin.update import OnCells, Update


def read(path: Path) -> Sheets:
    """The tables and named ranges of a workbook of ours; ooxml.parse says what is raised."""
    return ooxml.read(path, OURS)


def parse(path: Path, data: bytes) -> Sheets:
    """The same of the bytes of a file."""
    return ooxml.parse(path, data, OURS)


def read_to_change(path: Path, data: bytes) -> tuple[Sheets, AsRead]:
    """The same, and what apply is given where what was read decides what is changed."""
    return ooxml.read_to_change(path, data, OURS)


def apply(path: Path, update: Update, seen: AsRead | None = None) -> tuple[Problem, ...]:
    """Make the changes of an Update in a workbook of ours; ooxml.apply says what is raised."""
    return ooxml.apply(path, update, OURS, seen)


def put_on(seen: AsRead, *, whole_rows: bool) -> OnCells | None:
    """What is put on the months of a file that was read; None where it has been changed since.

    Of ``whole_rows`` also what stands beside the months, and in columns of officers' own.
    """
    return seen.put_on(Dataset.TABLE, is_month_heading, _is_own if whole_rows else None)


def read_put_on(path: Path, data: bytes, *, whole_rows: bool) -> OnCells:
    """The same from the bytes of a file."""
    with refusing_damage(path):
        book = ooxml.open_workbook(path, data, OURS)
        is_own = _is_own if whole_rows else None
        return ooxml.read_put_on(book, Dataset.TABLE, is_month_heading, is_own)


def _is_own(heading: str) -> bool:
    """Whether a column of the page is an officer's own."""
    ours = (*Dataset.BEFORE_MONTHS, *Dataset.AFTER_MONTHS)
    return heading not in ours and not is_month_heading(heading)


def refuse_unless_ours(file: str, tables: Headings) -> None:
    """Make sure that the tables and columns are there that every edition has."""
    if not tables_of(FIRST).keys() & tables.keys():
        found = "This workbook was not made by xl-addin: it has none of its tables."
        remedy = "Choose the right workbook, or make one with xl-addin new."
        raise WorkbookRefused([Problem(file, found, remedy)])
    if Dataset.TABLE in tables and History.TABLE not in tables and Measures.TABLE not in tables:
        found = "This is a copy made to send out: it has no record of figures."
        raise WorkbookRefused([Problem(file, found, "Open the working workbook.")])
    if missing := [*_missing_tables(tables), *_missing_columns(tables)]:
        raise WorkbookRefused([Problem(file, f"Not there: {'; '.join(missing)}.", PUT_BACK)])


def _missing_tables(tables: Headings) -> Iterator[str]:
    return (f"the table {name}" for name in tables_of(FIRST) if name not in tables)


def _missing_columns(tables: Headings) -> Iterator[str]:
    for name, columns in tables_of(FIRST).items():
        headings = tables.get(name, columns)
        for column in columns:
            if column not in headings:
                yield f"the column “{column}” of the table {name}"


def is_needed(table: str, heading: str) -> bool:
    """Whether we read a column's values: not an officer's own, nor one that is derived."""
    if table == Dataset.TABLE and heading in (*Dataset.DERIVED, *Dataset.LOOKED_UP, Dataset.TREND):
        return False
    if table == Return.TABLE:
        return heading in Return.COLUMNS
    if table == Signals.TABLE and heading in Signals.FORMULAS:
        return False
    if table == Summary.TABLE and heading in Summary.LOOKED_UP:
        return False
    is_month = table == Dataset.TABLE and is_month_heading(heading)
    return is_month or heading in TABLES.get(table, ())


def is_read(name: str) -> bool:
    """Whether we read the cells of a name: not what stands behind the charts of Signals."""
    return not Name.is_drawn(name)


OURS = Expectation(refuse_unless_ours, is_needed, is_read)
"""A workbook that xl-addin made."""
