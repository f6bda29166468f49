"""The named ranges of the open workbook that xl-addin reads, and what they hold.

Two calls for each of them, and four for all those of the charts together; two for each sheet, and
one or two to reach it: an officer's own names take none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import count
from typing import TYPE_CHECKING

from xl_addin.excel.live.cells import read_values
from xl_addin.excel.live.com import EXCEPTION, unless_refused
from xl_addin.layout import Name
from xl_addin.ooxml.area import Area
from xl_addin.patterns import pattern
from xl_addin.table import CellValue

if TYPE_CHECKING:
    from xlwings import main

    from xl_addin.excel.live.checks import Seen

_ONE_BLOCK = pattern(r"=('(?:[^']|'')+'|[\w.]+)!(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)")
LARGEST_NAME = 100_000
"""A named range of more cells than this holds no setting and is not read."""

LONGEST_ADDRESS = 255
"""Letters that Excel takes as an address."""

_CHARTS: tuple[tuple[tuple[str, ...], Callable[[int], str]], ...] = (
    (Name.CHARTED, Name.key_measure),
    ((Name.SIGNAL_REFS,), Name.signal_measure),
)
"""What stands behind the charts of a sheet, the refs first, and what chooses their measures."""

_ALONE = tuple(n for n in Name.READ if n not in (*Name.CHARTED, Name.SIGNAL_REFS))

Values = tuple[tuple[CellValue, ...], ...]
Where = tuple[str, Area]
"""The name of a sheet, and cells of it."""


def read_names(book: main.Book, seen: Seen) -> dict[str, Values]:
    """The values of each name that is read anywhere and stands for one block of cells.

    Those within a table that was seen are what it holds; others that stand together are read in
    one block around them.
    """
    at_hand = _AtHand(book, seen)
    areas = {name: where for name, where in _areas(at_hand) if _cells(where[1]) <= LARGEST_NAME}
    found = {name: held for name, where in areas.items() if (held := _held(seen, *where))}
    others = {name: where for name, where in areas.items() if name not in found}
    for sheet in dict.fromkeys(sheet for sheet, _ in others.values()):
        named = {name: area for name, (where, area) in others.items() if where == sheet}
        found |= _read_together(at_hand.sheet(sheet), named)
    return {name: found[name] for name in areas}


def _held(seen: Seen, sheet: str, area: Area) -> Values | None:
    """What cells of a sheet hold that lie in a table's body; None where they do not."""
    for name, place in seen.places.items():
        body = place.body.area
        if place.sheet == sheet and body.covers(area):
            return _part(seen.tables[name].rows, body, area)
    return None


class _AtHand:
    """The names of a workbook, and those of its sheets that have been reached."""

    def __init__(self, book: main.Book, seen: Seen) -> None:
        self.names = book.names if seen.names is None else seen.names
        self._book = book
        self._sheets = {place.sheet: place.whole.sheet for place in seen.places.values()}

    def sheet(self, name: str) -> main.Sheet:
        """A sheet by its name."""
        if name not in self._sheets:
            self._sheets[name] = self._book.sheets[name]
        return self._sheets[name]


def _areas(at_hand: _AtHand) -> Iterator[tuple[str, Where]]:
    """Each of our names that is one block of cells, and where."""
    yield from _one_by_one(at_hand.names, _ALONE)
    for behind, choice in _CHARTS:
        if together := _of_the_charts(at_hand, behind, choice):
            yield from together.items()
            continue
        yield from _one_by_one(at_hand.names, behind)
        yield from _slots(at_hand.names, choice)


def area_of(refers_to: str) -> tuple[str, Area] | None:
    """The sheet and the cells that a name refers to; None unless it is one block of them."""
    match = _ONE_BLOCK.fullmatch(refers_to)
    area = Area.parse(match[2]) if match else None
    if not match or not area:
        return None
    return match[1].removeprefix("'").removesuffix("'").replace("''", "'"), area


def _one_by_one(names: main.Names, wanted: Iterable[str]) -> Iterator[tuple[str, Where]]:
    for name in wanted:
        if where := area_of(refers_to_of(names, name)):
            yield name, where


def _slots(names: main.Names, choice: Callable[[int], str]) -> Iterator[tuple[str, Where]]:
    """The names that choose the measures of charts, until one is not there."""
    for name in map(choice, count(1)):
        refers_to = refers_to_of(names, name)
        if not refers_to:
            return
        if where := area_of(refers_to):
            yield name, where


def _of_the_charts(
    at_hand: _AtHand, behind: Sequence[str], choice: Callable[[int], str]
) -> dict[str, Where]:
    """Where the names of a sheet's charts stand, told at once: as many slots as there are refs.

    Excel numbers cells that are picked together as they were named, and so it tells them. That is
    not checked without it: so the first has to stand where its name says. None where they do
    not all stand on one sheet, one block each, or there are more slots than refs.
    """
    of_refs = dict(_one_by_one(at_hand.names, behind[:1])).get(behind[0])
    if not of_refs:
        return {}
    sheet, area = of_refs
    if at_hand.names.impl.contains(choice(_cells(area) + 1)):
        return {}
    wanted = [*behind, *map(choice, range(1, _cells(area) + 1))]
    areas = _areas_together(at_hand.sheet(sheet), wanted)
    if len(areas) != len(wanted) or areas[0] != area:
        return {}
    return {name: (sheet, found) for name, found in zip(wanted, areas, strict=True)}


def _areas_together(sheet: main.Sheet, names: Sequence[str]) -> list[Area]:
    """The blocks that names of one sheet stand for, in their order; none where Excel refuses."""
    picked = ",".join(names)
    if len(picked) > LONGEST_ADDRESS:
        return []
    address = unless_refused(lambda: sheet.range(picked).address) or ""
    return [area for part in address.split(",") if (area := Area.parse(part))]


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
