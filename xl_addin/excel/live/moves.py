"""Which rows of our tables a change moves in the open workbook, and where cells then stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xl_addin.excel.live.cells import read_values
from xl_addin.excel.live.table import Place
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.table_rows import new_places
from xl_addin.ooxml.workbook_file import Rearranged
from xl_addin.table import CellValue, Table, is_blank
from xl_addin.update import AppendRows, Change, Row, SetRows
from xl_addin.values import value_type

Corner = tuple[int, int]


class LeftToExcel(Exception):
    """An area that reaches below a table: what becomes of it there is Excel's own affair."""


@value_type
class Move:
    """Rows of a table that move. ``places`` gives the new row of each, None for one that leaves.

    ``written`` are the columns that the change fills itself.
    """

    rows: Rearranged
    places: Mapping[int, int | None]
    written: frozenset[int]

    @property
    def displaces(self) -> bool:
        """Whether a row stays in the table, but elsewhere."""
        return any(new is not None and new != old for old, new in self.places.items())

    def concerns(self, sheet: str, area: Area) -> bool:
        """Whether an area of a sheet, whose name may be in other capitals, has cells that move."""
        body = self.rows.body
        return self._is_on(sheet) and area.overlaps(body.ending(self._end))

    def writes(self, sheet: str, corner: Corner) -> bool:
        """Whether the change itself says what a cell is to hold."""
        return self._is_on(sheet) and corner[1] in self.written and self.rows.body.holds(*corner)

    def followed(self, sheet: str, area: Area, is_range: bool) -> Area | None:
        """Where an area stands afterwards, as in a closed workbook. Raises Unclear, LeftToExcel."""
        if not self._is_on(sheet):
            return area
        if area.last_row > self._end and area.shares_columns(self.rows.body):
            raise LeftToExcel
        return self.rows.followed(area, is_range)

    def place_of(self, sheet: str, corner: Corner) -> Corner | None:
        """Where a cell stands afterwards; what is below the table moves with its end."""
        row, column = corner
        if not self._is_on(sheet) or column not in self.rows.body.columns:
            return corner
        if row > self._end:
            return row + self.rows.last_row - self.rows.body.last_row, column
        now = self.places.get(row, row)
        return None if now is None else (now, column)

    def _is_on(self, sheet: str) -> bool:
        return sheet.casefold() == self.rows.sheet.casefold()

    @property
    def _end(self) -> int:
        return self.rows.body.last_row + self.rows.totals


def moves_of(
    tables: Mapping[str, Place], changes: Sequence[Change], seen: Mapping[str, Table]
) -> Iterator[Move]:
    """The moves that changes make one after the other, from where the tables stand before them.

    ``seen`` is what tables are known to hold.
    """
    now = dict(tables)
    for change in changes:
        if isinstance(change, SetRows | AppendRows):
            place = now[change.table]
            body, places = _body_of(place), _places_after(place, change)
            height = _height_after(place, change, seen.get(change.table))
            last_row = body.first_row - 1 + height
            if last_row != body.last_row or any(old != new for old, new in places.items()):
                yield _move(place, change, places, last_row)
            now[change.table] = place.with_rows(height + 1 + place.totals)


def _move(
    place: Place, change: SetRows | AppendRows, places: Mapping[int, int | None], last_row: int
) -> Move:
    body = _body_of(place)
    rows = Rearranged.of(place.sheet, body, place.totals, last_row, places)
    renamed = change.headings if isinstance(change, SetRows) else {}
    headings = [renamed.get(heading, heading) for heading in place.headings]
    written = frozenset(body.first_column + headings.index(name) for name in change.columns)
    totals = {row: new for row, new in rows.places.items() if row > body.last_row}
    return Move(rows, {**places, **totals}, written)


def _body_of(place: Place) -> Area:
    body = place.body
    last_row, last_column = body.row + body.rows - 1, body.column + body.columns - 1
    return Area(body.row, body.column, last_row, last_column)


def _places_after(place: Place, change: SetRows | AppendRows) -> dict[int, int | None]:
    if isinstance(change, AppendRows):
        return {}
    return new_places(_body_of(place), _rows_of(change))


def _height_after(place: Place, change: SetRows | AppendRows, seen: Table | None) -> int:
    """The rows of the body then; a single one that is blank is filled first."""
    if isinstance(change, SetRows):
        return len(_rows_of(change))
    held = place.body.rows
    fills_blank = change.rows and held == 1 and is_blank(_first_row(place, seen))
    return len(change.rows) if fills_blank else held + len(change.rows)


def _first_row(place: Place, seen: Table | None) -> tuple[CellValue, ...]:
    return seen.rows[0] if seen and seen.rows else read_values(place.body.cells)[0]


def _rows_of(change: SetRows) -> Sequence[Row]:
    """A table without rows keeps a blank one."""
    return change.rows or (Row((None,) * len(change.columns)),)
