"""Sheets as the readers of files hand them over, and what every reader refuses alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xl_addin.errors import Problem, ReturnRefused
from xl_addin.limits import MOST_CELLS
from xl_addin.table import CellError, CellValue

Rows = tuple[tuple[CellValue, ...], ...]
Errors = dict[tuple[int, int], CellError]
"""Cell errors by row and column, counted from 0."""

_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
_EXCEL_MIDNIGHT = datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class SourceSheet:
    """A sheet of a file; its cells are read when they are asked for.

    ``name`` is blank for a file that is one sheet. ``visible`` is whether an officer sees it.
    """

    name: str
    visible: bool
    read_rows: Callable[[], Rows]


def refused(file: str, found: str, remedy: str) -> ReturnRefused:
    """A refusal of a whole file."""
    return ReturnRefused([Problem(file, found, remedy)])


def damaged(file: str) -> ReturnRefused:
    """The refusal of a file that ends early or is not what its name says."""
    return refused(
        file,
        "It is damaged or is not a spreadsheet.",
        "Open it in Excel, save it as .xlsx and try again.",
    )


def too_large(file: str, why: str) -> ReturnRefused:
    """The refusal of a file that limits.py forbids."""
    remedy = "Save the month's figures alone in a new file."
    return refused(file, f"It is larger than any return needs: {why}.", remedy)


def refuse_wide_reach(file: str, rows: int, columns: int) -> None:
    """Make sure that a sheet does not reach too far. Raises ReturnRefused."""
    if rows * columns > MOST_CELLS:
        raise too_large(file, f"its cells reach over {rows:,} rows and {columns:,} columns")


def locked(file: str) -> ReturnRefused:
    """The refusal of a file with a password."""
    return refused(file, "It is protected with a password.", "Save a copy without one.")


def cells_of(rows: Iterable[Iterable[object]], errors: Errors) -> Rows:
    """Rows as a reader of spreadsheets gives them, with the errors it read as blank put back.

    Raises ValueError for an error outside the largest sheet there is.
    """
    if any(row > _LAST_ROW or column > _LAST_COLUMN for row, column in errors):
        raise ValueError("a cell lies outside the sheet")
    cells = [[_cell(value) for value in row] for row in rows]
    for (row, column), error in errors.items():
        cells += [[] for _ in range(row + 1 - len(cells))]
        cells[row] += [None] * (column + 1 - len(cells[row]))
        cells[row][column] = error
    return tuple(map(tuple, cells))


def _cell(value: object) -> CellValue:
    if value == "":
        return None
    if isinstance(value, time):
        return datetime.combine(_EXCEL_MIDNIGHT, value)
    if isinstance(value, timedelta):
        return _EXCEL_MIDNIGHT + value
    if value is None or isinstance(value, str | float | int | date):
        return value
    return str(value)


def named(sheets: Iterable[SourceSheet], name: str) -> Iterator[SourceSheet]:
    """The sheets of a name, whatever its capitals and outer spaces."""
    wanted = name.strip().casefold()
    return (sheet for sheet in sheets if sheet.name.strip().casefold() == wanted)
