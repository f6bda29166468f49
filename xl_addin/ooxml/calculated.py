"""What formulas show, stored with them: a few cells one by one, many of a usual sheet at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

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
        filled = [self._filled.get(letters(c).encode(), _NONE) for c in area.columns]
        places = {name: number for number, name in enumerate(self._names)}
        cells: list[int] = []
        for row in area.rows:
            at = places.get(f"{first}{row}".encode(), -1)
            if at < 0 or places.get(f"{last}{row}".encode()) != at + area.width - 1:
                return None
            if not self._are_ours(row, at, filled):
                return None
            cells += range(at, at + area.width)
        return cells

    def _are_ours(self, row: int, at: int, filled: Sequence[range]) -> bool:
        """Whether each cell of a row holds a formula, or is filled by one."""
        cells = zip(self._cells[at : at + len(filled)], filled, strict=True)
        return not [1 for cell, rows in cells if row not in rows and _FORMULA_ENDS not in cell]

    def put(self, cells: Sequence[int], values: Values, epoch_1904: bool) -> list[int]:
        """Let cells show values, and say which of them showed others, by their place in order."""
        known: dict[tuple[type, CellValue], tuple[bytes, bytes]] = {}  # 1 equals True
        changed, all_cells = [], self._cells
        for place, (number, value) in enumerate(zip(cells, chain(*values), strict=True)):
            if (new := known.get((type(value), value))) is None:
                kind, text = stored(value, self._names[number].decode(), epoch_1904)
                new = known[type(value), value] = kind.encode(), f"<v>{text}".encode()
            cell = all_cells[number]
            if not _shows(cell, *new) and (shown := _showing(cell, *new)) != cell:
                all_cells[number] = shown
                changed.append(place)
        return changed

    @property
    def rows(self) -> bytes:
        """The rows again."""
        return _END.join(self._cells)


_NONE = range(0)


def _shows(cell: bytes, kind: bytes, value: bytes) -> bool:
    """Whether a cell is seen to show this already, as most that show no figure are."""
    return bool(kind) and cell.endswith(value) and cell.find(kind, 0, cell.find(b">")) >= 0


def _showing(cell: bytes, kind: bytes, value: bytes) -> bytes:
    """A cell, and what stands before it, up to what it shows, with another type and value.

    The value is an element left open: ``<v>`` and its text.
    """
    begins = cell.rindex(b"<c ")
    ends = cell.index(b">", begins)
    tag, typed = cell[begins:ends], cell.find(b' t="', begins, ends) - begins
    behind = tag.index(b'"', typed + 4) + 1 if typed >= 0 else len(tag)
    tag = tag[:typed] + kind + tag[behind:] if typed >= 0 else tag + kind
    return b"".join((cell[:begins], tag, cell[ends : cell.rindex(b"<v>")], value))
