"""Rows that come into a table and leave it, so that each step can be undone.

Excel may do what it was asked and fail all the same. So what undoes a step is ready before the
step is taken, and finds out by itself whether there is anything to undo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from xl_addin.excel.live.cells import Contents, read_contents, write_contents
from xl_addin.excel.live.formats import Format, put_formats, read_formats
from xl_addin.excel.live.quiet import Undo, insist
from xl_addin.excel.live.table import Block, Place, locate, rows_of
from xl_addin.values import value_type

if TYPE_CHECKING:
    from xlwings import main


def insert_rows(undo: Undo, place: Place, rows: range) -> Place:
    """Make room for rows of the body, counted from 0, with the format of the row above.

    What stands below the table, at its width, moves down. The first row takes the format of
    the row below it, for above are the headings.
    """
    room = _Room(place, place.body.part(rows))
    undo.append(room.take_back)
    room.make()
    now = None if room.is_within else place.whole
    return fit(undo, place, place.whole.rows + len(rows), now)


class _Room:
    """Room for rows in a table or just below its end, which is made or not whatever Excel says.

    Where Excel failed and may have acted all the same, a table that has grown tells, or just below
    its end the cells that stood where the room is: what Excel has handed out goes with its cells.
    That it does so is not checked without it.
    """

    def __init__(self, place: Place, block: Block) -> None:
        self._place = place
        self._block = block
        self.is_within = place.reaches(block.row)
        """Whether the table grows of itself with the rows."""

        self._stood: main.Range | None = None
        self._is_made: bool | None = False
        """None while it is not known."""

    def make(self) -> None:
        """Insert the rows, unless an attempt that failed has done so."""
        if not self._is_there():
            self._stood = self._block.cells
            self._is_made = None
            first = self._block.row == self._place.body.row
            origin = "format_from_right_or_below" if first else "format_from_left_or_above"
            self._stood.insert("down", origin)
        self._is_made = True

    def take_back(self) -> None:
        """Take the rows out, if they are there."""
        if self._is_there():
            cells = self._block.cells
            self._is_made = None
            cells.delete("up")
        self._is_made = False

    def _is_there(self) -> bool:
        if self._is_made is not None:
            return self._is_made
        if self.is_within:
            return rows_of(self._place) > self._place.whole.rows
        was = self._block.area.absolute
        return self._stood is not None and self._stood.address != was


@value_type
class _Leaving:
    """Rows of a table that are about to leave it, what they hold, and room to bring them back."""

    place: Place
    block: Block
    contents: Contents
    formats: list[Format]
    room: _Room

    @property
    def have_left(self) -> bool:
        """Whether they are out of the table."""
        return rows_of(self.place) < self.place.whole.rows


def delete_rows(undo: Undo, table: Place, leaving: Sequence[range]) -> None:
    """Take rows out of the body, counted from 0, the lowest first.

    Rows that are brought back have their contents and number formats, all else from the row
    above, and a formula elsewhere that named their cells does not find them again. So Excel is
    asked again where it fails, before rows that have left already are brought back, of this
    table or another; and where some were, the workbook could not be put back.
    """
    if not leaving:
        return
    back: list[_Leaving] = []
    undo.append(partial(_say_what_is_lost, back))
    undo.append(partial(_fill_again, back))
    for rows in insist(lambda: list(_held(locate(table), leaving))):
        undo.append(partial(_bring_back, rows, back))
        insist(partial(_take_out, undo, rows))


def _held(place: Place, leaving: Sequence[range]) -> Iterator[_Leaving]:
    """What is to leave, the lowest first, each with the table as it stands by then."""
    for rows in reversed(leaving):
        block = place.body.part(rows)
        shorter = place.with_rows(place.whole.rows - len(rows))
        contents, formats = read_contents(block.cells), read_formats(block)
        yield _Leaving(place, block, contents, formats, _Room(shorter, block))
        place = shorter


def _take_out(undo: Undo, rows: _Leaving) -> None:
    if not rows.have_left:
        rows.block.cells.delete("up")
    fit(undo, rows.place, rows.place.whole.rows - rows.block.rows)


def _bring_back(rows: _Leaving, back: list[_Leaving]) -> None:
    """Make room again for rows that have left, if they have."""
    if rows.have_left:
        back.append(rows)
        rows.room.make()
        fit([], rows.place, rows.place.whole.rows)


def _fill_again(back: Sequence[_Leaving]) -> None:
    """Fill the rows that came back, once there is room for all that their formulas name."""
    for rows in back:
        put_formats(rows.formats)
        write_contents(rows.block.cells, rows.contents)


def _say_what_is_lost(back: Sequence[_Leaving]) -> None:
    """Raise where rows came back: what else had named their cells, nobody can say by then."""
    if back:
        raise RuntimeError(
            f"rows that had left the table {back[0].place.name} are there again, "
            "but formulas elsewhere may not name them any more"
        )


def fit(undo: Undo, place: Place, rows: int, now: Block | None = None) -> Place:
    """Give a table so many rows in all, where Excel has not seen to it already.

    ``now`` are the cells it has, where that is known.
    """
    now = now or Block.at(place.whole.sheet, place.table.range.address)
    fitted = place.with_rows(rows)
    if now != fitted.whole:
        undo.append(lambda: place.table.resize(now.cells))
        place.table.resize(fitted.whole.cells)
    return fitted
