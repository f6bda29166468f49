"""The named ranges of the open workbook that xl-addin reads, and what they hold.

Two calls for each of them and four for each sheet: an officer's own names take none.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import count
from typing import TYPE_CHECKING

from xl_addin.excel.live.cells import read_values
from xl_addin.excel.live.com import EXCEPTION
from xl_addin.layout import Name
from xl_addin.ooxml.area import Area
from xl_addin.patterns import pattern
from xl_addin.table import CellValue

if TYPE_CHECKING:
    from xlwings import main

_ONE_BLOCK = pattern(r"=('(?:[^']|'')+'|[\w.]+)!(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)")
LARGEST_NAME = 100_000
"""A named range of more cells than this holds no setting and is not read."""

Values = tuple[tuple[CellValue, ...], ...]


def read_names(book: main.Book) -> dict[str, Values]:
    """The values of each name that is read anywhere and stands for one block of cells.

    Names that stand together are read in one block around them.
    """
    found: dict[str, Values] = {}
    areas = dict(_areas(book.names))
    for sheet in dict.fromkeys(sheet for sheet, _ in areas.values()):
        named = {name: area for name, (where, area) in areas.items() if where == sheet}
        found |= _read_together(book.sheets[sheet], named)
    return {name: found[name] for name in areas}


def _areas(names: main.Names) -> Iterator[tuple[str, tuple[str, Area]]]:
    for name, refers_to in _ours(names):
        found = area_of(refers_to)
        if found and _cells(found[1]) <= LARGEST_NAME:
            yield name, found


def area_of(refers_to: str) -> tuple[str, Area] | None:
    """The sheet and the cells that a name refers to; None unless it is one block of them."""
    match = _ONE_BLOCK.fullmatch(refers_to)
    area = Area.parse(match[2]) if match else None
    if not match or not area:
        return None
    return match[1].removeprefix("'").removesuffix("'").replace("''", "'"), area


def _ours(names: main.Names) -> Iterator[tuple[str, str]]:
    """Each of our names that is there, and what it refers to; of the charts until one is not."""
    for name in Name.READ:
        if refers_to := refers_to_of(names, name):
            yield name, refers_to
    for slot in count(1):
        name = Name.key_measure(slot)
        refers_to = refers_to_of(names, name)
        if not refers_to:
            return
        yield name, refers_to


def refers_to_of(names: main.Names, name: str) -> str:
    """What a name of the workbook refers to, as a formula; blank where there is no such name.

    Excel has one answer for a name that is not there and for much else: so it is asked again.
    """
    try:
        return str(names.impl(name).refers_to or "")
    except Exception as error:
        if getattr(error, "hresult", None) != EXCEPTION or names.impl.contains(name):
            raise
        return ""


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
