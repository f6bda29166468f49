"""The named ranges of the open workbook and what they hold, read with two calls for each sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING

from xl_addin.excel.live.cells import read_values
from xl_addin.ooxml.area import Area
from xl_addin.table import CellValue

if TYPE_CHECKING:
    from xlwings import main

_ONE_BLOCK = re.compile(r"=('(?:[^']|'')+'|[\w.]+)!(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)")
LARGEST_NAME = 100_000
"""A named range of more cells than this holds no setting and is not read."""

Values = tuple[tuple[CellValue, ...], ...]


def read_names(book: main.Book) -> dict[str, Values]:
    """The values of each name of one block of cells.

    Names that stand together are read in one block around them.
    """
    found: dict[str, Values] = {}
    areas = dict(_areas(book))
    for sheet in dict.fromkeys(sheet for sheet, _ in areas.values()):
        named = {name: area for name, (where, area) in areas.items() if where == sheet}
        found |= _read_together(book.sheets[sheet], named)
    return {name: found[name] for name in areas}


def _areas(book: main.Book) -> Iterator[tuple[str, tuple[str, Area]]]:
    for name in book.names:
        match = _ONE_BLOCK.fullmatch(name.refers_to or "")
        said = name.name if match else "!"
        area = Area.parse(match[2]) if match and "!" not in said else None
        if match and area and _cells(area) <= LARGEST_NAME:
            yield said, (match[1].removeprefix("'").removesuffix("'").replace("''", "'"), area)


def _read_together(sheet: main.Sheet, named: dict[str, Area]) -> dict[str, Values]:
    around = reduce(Area.joined, named.values())
    if _cells(around) > LARGEST_NAME:
        return {name: read_values(sheet.range(area.absolute)) for name, area in named.items()}
    values = read_values(sheet.range(around.absolute))
    return {name: _part(values, around, area) for name, area in named.items()}


def _part(values: Values, around: Area, area: Area) -> Values:
    down, across = area.first_row - around.first_row, area.first_column - around.first_column
    rows = values[down : down + area.height]
    return tuple(row[across : across + area.width] for row in rows)


def _cells(area: Area) -> int:
    return area.height * area.width
