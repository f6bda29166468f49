"""What formulas show, stored with them: a few cells one by one, many of a usual sheet at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_addin.ooxml.area import Area, address, letters
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.cells import attribute, formula_xml, stored
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.workbook_file import Place, Values, WorkbookFile
from xl_addin.patterns import pattern
from xl_addin.table import CellValue
from xl_addin.update import Calculated

FEW = 60
"""So many cells are stored one by one."""

_CELL = pattern(rb'<c r="([A-Z]{1,3}\d+)"')
_END = b"</v></c>"
_FORMULA_ENDS = b"</f><v>"
_ARRAY = pattern(rb'<f t="array" ref="([A-Z]+)(\d+):\1(\d+)"')


def set_calculated(book: WorkbookFile, change: Calculated) -> None:
    """Store what formulas show. Cells that hold no formula belong to the officer and stay.

    A cell that an array formula of the same area fills holds that formula.
    """
    if change.name not in book.names:
        return
    place = book.names[change.name]
    if place.area.height * place.area.width <= FEW or not _set_all(book, place, change.values):
        _set_each(book, place, change.values)


def _set_each(book: WorkbookFile, place: Place, values: Values) -> None:
    writer = CellWriter(book, book.sheet(place.sheet))
    arrays = [*_arrays(writer.sheet, place.area)]
    for row, line in zip(place.area.rows, values, strict=False):
        for column, value in zip(place.area.columns, line, strict=False):
            old = writer.sheet.cell(row, column)
            if old and (formula_xml(old) or any(area.holds(row, column) for area in arrays)):
                writer.sheet.put(row, column, writer.cached(old, address(row, column), value))


def _arrays(sheet: Sheet, area: Area) -> Iterator[Area]:
    """The areas that array formulas of an area fill."""
    for row in area.rows:
        for column in area.columns:
            formula = formula_xml(sheet.cell(row, column))
            if formula and b't="array"' in formula and (filled := attribute(formula, "ref")):
                yield from filter(None, [Area.parse(filled)])


def _set_all(book: WorkbookFile, place: Place, values: Values) -> bool:
    """Do the same to the XML of all rows at once, and say whether that could be done.

    It is done where every cell of the rows shows something, in the form nearly all writers give
    it, and every cell of the area holds a formula.
    """
    sheet, area = book.sheet(place.sheet), place.area
    found = sheet.rows_as_they_lie(area.first_row, area.last_row)
    if found is None or [len(row) for row in values] != [area.width] * area.height:
        return False
    shown = _Shown(found[1])
    cells = shown.cells_of(area)
    if cells is None:
        return False
    changed = shown.put(cells, values, book.epoch_1904)
    if changed:
        width, first = area.width, (area.first_row, area.first_column)
        places = {(first[0] + at // width, first[1] + at % width) for at in changed}
        sheet.replace_rows(*found, shown.rows, places)
    if not any(rows.sheet == place.sheet for rows in book.rearranged):
        book.calculated.append(((place.sheet, area), values))
    return True


class _Shown:
    """Rows taken apart behind what each of their cells shows."""

    def __init__(self, rows: bytes) -> None:
        self._names = _CELL.findall(rows)
        self._cells = rows.split(_END)
        arrays = _ARRAY.findall(rows)
        self._filled = {c: range(int(first), int(last) + 1) for c, first, last in arrays}

    def cells_of(self, area: Area) -> list[int] | None:
        """The numbers of the cells of an area; None unless all show something by a formula."""
        if len(self._cells) != len(self._names) + 1:
            return None
        first, last = (letters(column) for column in (area.first_column, area.last_column))
        cells: list[int] = []
        for row in area.rows:
            begins, ends = f"{first}{row}".encode(), f"{last}{row}".encode()
            at = self._names.index(begins, len(cells)) if begins in self._names else -1
            if at < 0 or self._names[at + area.width - 1 : at + area.width] != [ends]:
                return None
            if not self._are_ours(row, area.columns, at):
                return None
            cells += range(at, at + area.width)
        return cells

    def _are_ours(self, row: int, columns: range, at: int) -> bool:
        """Whether each cell of a row holds a formula, or is filled by one."""
        filled = [self._filled.get(letters(column).encode(), _NONE) for column in columns]
        return all(
            row in rows or _FORMULA_ENDS in self._cells[number]
            for number, rows in enumerate(filled, at)
        )

    def put(self, cells: Sequence[int], values: Values, epoch_1904: bool) -> list[int]:
        """Let cells show values, and say which of them showed others, by their place in order."""
        known: dict[tuple[type, CellValue], tuple[bytes, bytes]] = {}  # 1 equals True
        changed, all_cells = [], self._cells
        flat = (value for row in values for value in row)
        for place, (number, value) in enumerate(zip(cells, flat, strict=True)):
            if (new := known.get((type(value), value))) is None:
                kind, text = stored(value, self._names[number].decode(), epoch_1904)
                new = known[type(value), value] = kind.encode(), text.encode()
            if (cell := _showing(all_cells[number], *new)) != all_cells[number]:
                all_cells[number] = cell
                changed.append(place)
        return changed

    @property
    def rows(self) -> bytes:
        """The rows again."""
        return _END.join(self._cells)


_NONE = range(0)


def _showing(cell: bytes, kind: bytes, text: bytes) -> bytes:
    """A cell, and what stands before it, up to what it shows, with another type and value."""
    begins = cell.rindex(b"<c ")
    ends = cell.index(b">", begins)
    tag, typed = cell[begins:ends], cell.find(b' t="', begins, ends) - begins
    behind = tag.index(b'"', typed + 4) + 1 if typed >= 0 else len(tag)
    tag = tag[:typed] + kind + tag[behind:] if typed >= 0 else tag + kind
    return b"".join((cell[:begins], tag, cell[ends : cell.rindex(b"<v>") + 3], text))
