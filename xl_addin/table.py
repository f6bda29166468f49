"""Tables and grids: cells as they were read, before anything is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from functools import lru_cache

from xl_addin.patterns import pattern
from xl_addin.values import value_type


class CellError(str):
    """An error a cell shows instead of a value: ``#REF!``, ``#N/A``."""

    __slots__ = ()


class PerCent(float):
    """A number that its cell shows as a percentage: 1.002 stands there as 100.2%."""

    __slots__ = ()


CellValue = None | str | float | int | bool | date | CellError
"""What a cell holds: nothing, text, a number, yes or no, a day, or an error."""

CELL_ERRORS = frozenset(
    ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]
    + ["#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#EXTERNAL!", "#GETTING_DATA"]
)


@value_type
class Formula:
    """A cell of a table that calculates.

    ``text`` is the formula with cells of its own row as ``[@[heading]]``, which is how Excel
    names them; ``value`` is what it works out to, for readers that do not calculate.
    """

    text: str
    value: CellValue

    def in_row(self, address_of: Callable[[str], str]) -> str:
        """The formula with each ``[@[heading]]`` replaced by ``address_of(heading)``.

        >>> Formula("=[@[Jun 2015]]*2", 8).in_row({"Jun 2015": "P8"}.get)
        '=P8*2'
        """
        pieces = [*_pieces(self.text)]
        pieces[1::2] = map(address_of, pieces[1::2])
        return "".join(pieces)


_OWN_ROW = pattern(r"\[@\[((?:[^\[\]']|'.)+)\]\]")


@lru_cache(maxsize=512)
def _pieces(formula: str) -> tuple[str, ...]:
    """What a formula says, and in turn a heading of its own row and what it says then."""
    return tuple(_OWN_ROW.split(formula))


@value_type
class Table:
    """An Excel table as read: its name, sheet, headings and rows (each as long as headings)."""

    name: str
    sheet: str
    headings: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    first_row: int = 1

    def records(self) -> Iterator[tuple[str, Mapping[str, CellValue]]]:
        """Each row that is not blank: its place in words, and its cells by heading."""
        for number, row in enumerate(self.rows, self.first_row):
            if not is_blank(row):
                yield f"{self.sheet}, row {number}", dict(zip(self.headings, row, strict=True))


@value_type
class Grid:
    """A sheet of a return, or a CSV file: cells row by row, and its name in words."""

    place: str
    rows: tuple[tuple[CellValue, ...], ...]
    first_row: int = 1


@value_type
class Sheets:
    """A workbook as read: its tables and the values of its named ranges, both by name."""

    tables: Mapping[str, Table]
    names: Mapping[str, tuple[tuple[CellValue, ...], ...]]


def is_blank(row: tuple[CellValue, ...]) -> bool:
    """Whether no cell of a row holds anything but spaces."""
    return all(text_of(cell) == "" for cell in row)


def text_of(cell: CellValue) -> str:
    """A cell as text without outer spaces; whole numbers without a decimal point.

    >>> text_of(12.0), text_of(None), text_of(" M1 ")
    ('12', '', 'M1')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def same_value(one: CellValue, other: CellValue) -> bool:
    """Whether two cells hold the same: numbers to 12 digits, blank text like an empty cell.

    >>> same_value(0.1 + 0.2, 0.3), same_value("", None), same_value("12", 12.0)
    (True, True, False)
    >>> same_value(None, 0.0)
    False
    """
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or math.isclose(one, other, rel_tol=1e-12)
    if isinstance(one, date) and isinstance(other, date):
        return _day(one) == _day(other)
    return (None if one == "" else one) == (None if other == "" else other)


def _day(day: date) -> date:
    return day.date() if isinstance(day, datetime) and day.time() == time() else day
