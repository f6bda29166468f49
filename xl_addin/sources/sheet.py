"""Sheets as the readers of files hand them over, and what every reader refuses alike."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from xl_addin.dataset.settings import UPPER_BOUNDS
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.layout import Settings
from xl_addin.limits import MEGABYTE, Limits
from xl_addin.table import CellError, CellValue
from xl_addin.values import value_type

Rows = tuple[tuple[CellValue, ...], ...]

_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
EXCEL_MIDNIGHT = datetime(1899, 12, 30)
"""What day a time of day alone is on."""


@value_type
class SourceSheet:
    """A sheet of a file; its cells are read when they are asked for.

    ``name`` is blank for a file that is one sheet. ``visible`` is whether an officer sees it.
    """

    name: str
    visible: bool
    read_rows: Callable[[], Rows]


class Errors:
    """Cell errors and where they stand, rows and columns from 0; there may be millions."""

    def __init__(self) -> None:
        self._rows, self._columns = array("q"), array("q")
        self._errors: list[CellError] = []
        self._kinds: dict[CellError, CellError] = {}

    def add(self, row: int, column: int, error: CellError) -> None:
        """Note an error; a later one in the same cell counts."""
        self._rows.append(row)
        self._columns.append(column)
        self._errors.append(self._kinds.setdefault(error, error))

    def extend(self, others: Errors) -> None:
        """Note the errors of another list too."""
        self._rows.extend(others._rows)
        self._columns.extend(others._columns)
        self._errors.extend(others._errors)

    def by_row(self) -> Iterator[tuple[int, int, CellError]]:
        """Row, column and error, in the order of rows."""
        for n in sorted(range(len(self._errors)), key=self._rows.__getitem__):
            yield self._rows[n], self._columns[n], self._errors[n]

    def __len__(self) -> int:
        return len(self._errors)


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


def too_large(file: str, why: str, setting: str = "") -> ReturnRefused:
    """The refusal of a file beyond a limit; ``setting`` is the one that raises it, if any."""
    remedy = "Save the month's figures alone in a new file."
    if setting:
        remedy = (
            f"{remedy[:-1]}; if this really is the return, raise “{setting}” on the Settings "
            f"sheet, or add that row there ({UPPER_BOUNDS[setting]:,} at most)."
        )
    return refused(file, f"It is larger than any return needs: {why}.", remedy)


def refuse_size(file: str, size: int, limits: Limits) -> None:
    """Make sure that files have no more bytes than are read. Raises ReturnRefused."""
    if size > limits.size:
        why = f"it has {_megabytes(size, limits)} MB, and {limits.size // MEGABYTE:,} are read"
        raise too_large(file, why, Settings.LARGEST_RETURN)


def refuse_long_texts(file: str, characters: int, limits: Limits) -> None:
    """Make sure that the texts of cells are no longer than a file may be. Raises ReturnRefused.

    Many cells of a spreadsheet may share one text; whoever reads them has it many times.
    """
    if characters > limits.size:
        why = f"its texts alone make {_megabytes(characters, limits)} MB"
        raise too_large(file, why, Settings.LARGEST_RETURN)


def _megabytes(size: int, limits: Limits) -> str:
    """A size above the limit, in whole megabytes that are above it too."""
    return f"{max(size // MEGABYTE, limits.size // MEGABYTE + 1):,}"


def refuse_rows(file: str, rows: int, limits: Limits) -> None:
    """Make sure that there are no more filled rows than are read. Raises ReturnRefused."""
    if rows > limits.rows:
        why = f"it has more than {limits.rows:,} rows"
        raise too_large(file, why, Settings.MOST_ROWS)


def refuse_cells(file: str, cells: int, limits: Limits) -> None:
    """Make sure that there are no more cells than are read. Raises ReturnRefused."""
    if cells > limits.cells:
        why = f"it has more than {limits.cells:,} cells"
        raise too_large(file, why, Settings.MOST_CELLS)


def refuse_wide_reach(file: str, rows: int, columns: int, limits: Limits) -> None:
    """Make sure that a sheet does not reach too far. Raises ReturnRefused."""
    if rows * columns > limits.cells:
        why = (
            f"its cells reach over {rows:,} rows and {columns:,} columns, and "
            f"{limits.cells:,} cells are read"
        )
        raise too_large(file, why, Settings.MOST_CELLS)


def locked(file: str) -> ReturnRefused:
    """The refusal of a file with a password."""
    return refused(file, "It is protected with a password.", "Save a copy without one.")


def cells_of(rows: Iterable[Iterable[object]], errors: Errors | None = None) -> Rows:
    """Rows as a reader of spreadsheets gives them, with the errors it read as blank put back.

    Raises ValueError for an error outside the largest sheet there is.
    """
    cells = [tuple(map(_cell, row)) for row in rows]
    changed, number = list[CellValue](), -1
    for row, column, error in errors.by_row() if errors else ():
        if not (0 <= row <= _LAST_ROW and 0 <= column <= _LAST_COLUMN):
            raise ValueError("a cell lies outside the sheet")
        if row != number:
            _put_back(cells, number, changed)
            cells += [()] * (row + 1 - len(cells))
            changed, number = list(cells[row]), row
        changed += [None] * (column + 1 - len(changed))
        changed[column] = error
    _put_back(cells, number, changed)
    return tuple(cells)


def _put_back(cells: list[tuple[CellValue, ...]], row: int, changed: list[CellValue]) -> None:
    if row >= 0:
        cells[row] = tuple(changed)


def _cell(value: object) -> CellValue:
    if value == "":
        return None
    if isinstance(value, time):
        return datetime.combine(EXCEL_MIDNIGHT, value)
    if isinstance(value, timedelta):
        return EXCEL_MIDNIGHT + value
    if value is None or isinstance(value, str | float | int | date):
        return value
    return str(value)


def named(sheets: Iterable[SourceSheet], name: str) -> Iterator[SourceSheet]:
    """The sheets of a name, whatever its capitals and outer spaces."""
    wanted = name.strip().casefold()
    return (sheet for sheet in sheets if sheet.name.strip().casefold() == wanted)
