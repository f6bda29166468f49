"""Areas of a sheet: cells and rectangles of cells, by row and column counted from 1."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from xl_addin.patterns import pattern

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_CELL = r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})"
_AREA = pattern(rf"{_CELL}(?::{_CELL})?")


@cache
def letters(column: int) -> str:
    """The letters of a column.

    >>> letters(1), letters(27)
    ('A', 'AA')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def column_number(text: str) -> int:
    """The number of a column, from its letters.

    >>> column_number("aa")
    27
    """
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """A cell's address without dollars.

    >>> address(8, 16)
    'P8'
    """
    return f"{letters(column)}{row}"


class Area(NamedTuple):
    """A rectangle of cells, edges included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @classmethod
    def parse(cls, text: str) -> Area | None:
        """Read ``A1`` or ``$A$1:$B$2``; None for anything else, whole columns among it.

        >>> Area.parse("$B$2:A9")
        Area(first_row=2, first_column=1, last_row=9, last_column=2)
        """
        match = _AREA.fullmatch(text.strip())
        if not match:
            return None
        row, column = int(match[2]), column_number(match[1])
        other_row = int(match[4] or row)
        other_column = column_number(match[3]) if match[3] else column
        rows, columns = sorted((row, other_row)), sorted((column, other_column))
        if rows[1] > LAST_ROW or columns[1] > LAST_COLUMN:
            return None
        return cls(rows[0], columns[0], rows[1], columns[1])

    @property
    def height(self) -> int:
        """Its number of rows."""
        return self.last_row - self.first_row + 1

    @property
    def width(self) -> int:
        """Its number of columns."""
        return self.last_column - self.first_column + 1

    @property
    def columns(self) -> range:
        """Its columns, by number."""
        return range(self.first_column, self.last_column + 1)

    @property
    def rows(self) -> range:
        """Its rows, by number."""
        return range(self.first_row, self.last_row + 1)

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        first_row, first_column, last_row, last_column = self
        return first_row <= row <= last_row and first_column <= column <= last_column

    def holds_any(self, cells: Collection[tuple[int, int]]) -> bool:
        """Whether any of these cells lies in it."""
        if len(cells) < self.height * self.width:
            return any(self.holds(*cell) for cell in cells)
        return any((row, column) in cells for row in self.rows for column in self.columns)

    def covers(self, other: Area) -> bool:
        """Whether another lies in it whole."""
        return self.holds(*other[:2]) and self.holds(*other[2:])

    def overlaps(self, other: Area) -> bool:
        """Whether it shares a cell with another."""
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.shares_columns(other)
        )

    def shares_columns(self, other: Area) -> bool:
        """Whether it has a column in common with another."""
        return self.first_column <= other.last_column and other.first_column <= self.last_column

    def joined(self, other: Area) -> Area:
        """The smallest area that covers both."""
        return Area(
            min(self.first_row, other.first_row),
            min(self.first_column, other.first_column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )

    def ending(self, last_row: int) -> Area:
        """The same area with another last row."""
        return self._replace(last_row=last_row)

    def __str__(self) -> str:
        first = address(self.first_row, self.first_column)
        last = address(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"

    @property
    def absolute(self) -> str:
        """Its reference with dollars: ``$A$1:$B$2``."""
        return re.sub(r"([A-Z]{1,3})(\d+)", r"$\1$\2", str(self))
