"""Conditional formats of single cells of the open workbook, also of several picked one by one.

In Excel a rule keeps its meaning for each of its cells, wherever they are. Not checked without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from xl_addin.excel.live.quiet import Undo
from xl_addin.ooxml.area import Area
from xl_addin.patterns import pattern

if TYPE_CHECKING:
    from xlwings import main

_BETWEEN = pattern(r"[,;]")
_AT_ONCE = 19
"""Excel takes an address of 255 characters; that of one cell has 13 with its comma."""

_SURELY_WHOLE = 200
"""Excel gives no more than 255 characters of an address either, and cuts off areas behind them."""

Corner = tuple[int, int]


def slide_rules(
    undo: Undo,
    sheet: main.Sheet,
    goes: Mapping[Corner, Corner | None],
    back: Mapping[Corner, Undo],
) -> None:
    """Let each rule be for the cells that its figures go to, each rule at one stroke.

    ``back`` makes the rules of a cell anew, for one that has left the page with all its cells.
    """
    going = {_absolute(old): new and _absolute(new) for old, new in goes.items() if back.get(old)}
    for rule in _rules(sheet.api.Cells) if going else ():
        was = _addresses(rule)
        places = [new for place in was if (new := going.get(place, place))]
        if not places:
            undo.extend(back[corner].pop(0) for corner in goes if _absolute(corner) in was)
            rule.Delete()
        elif places != was:
            undo.append(partial(_apply_to, rule, sheet, was))
            _apply_to(rule, sheet, places)


def take_rules_off(cell: Any) -> None:
    """Take off the conditional formats that are for this one cell alone."""
    for rule in _rules(cell):
        if _addresses(rule) == [cell.Address]:
            rule.Delete()


def _rules(cells: Any) -> Iterator[Any]:
    """The rules of cells, the last one first: so one may be deleted on the way."""
    found = cells.FormatConditions
    for number in range(found.Count, 0, -1):
        yield found.Item(number)


def _addresses(rule: Any) -> list[str]:
    """The addresses of a rule's cells, picked one by one or in blocks."""
    cells = rule.AppliesTo
    if len(address := str(cells.Address)) <= _SURELY_WHOLE:
        return _BETWEEN.split(address)
    areas = cells.Areas
    return [str(areas.Item(number).Address) for number in range(1, areas.Count + 1)]


def _absolute(corner: Corner) -> str:
    return Area(*corner, *corner).absolute


def _apply_to(rule: Any, sheet: main.Sheet, places: Sequence[str]) -> None:
    pieces = [places[first : first + _AT_ONCE] for first in range(0, len(places), _AT_ONCE)]
    cells = [sheet.api.Range(",".join(piece)) for piece in pieces]
    rule.ModifyAppliesToRange(reduce(sheet.book.app.api.Union, cells))
