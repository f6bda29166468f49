"""Formulas whose stored results may be out of date once cells they name have changed.

A change brings the results of the formulas it knows. Of any other formula it is only seen whether
it names something that has changed; where one does, Excel has to calculate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from xl_addin.ooxml.area import Area, letters
from xl_addin.ooxml.cells import attribute
from xl_addin.ooxml.formulas import BRACKETS, TEXT
from xl_addin.ooxml.markup import plain
from xl_addin.ooxml.usual_form import usual
from xl_addin.ooxml.workbook_file import Place, WorkbookFile
from xl_addin.patterns import pattern
from xl_addin.table import Formula
from xl_addin.update import AppendRows, Calculated, Change, SetRows
from xl_addin.values import field, value_type

_FORMULA = pattern(
    rb'<(?:\w+:)?c\b[^<>]*?\sr="(\w+)"[^<>]*>\s*(<(?:\w+:)?f\b[^<>]*?)(?:/>|>([^<]*)<)', re.DOTALL
)
_END_OF_FORMULA = b"f>"
_WIDE = 16
_SILENT = pattern(rf"{TEXT}|{BRACKETS}")
"""Texts, and what stands in the brackets of a table: its name stands before them."""

_MENTION = pattern(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[\w.]+)!)?"
    r"(?:(?P<area>\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?(?![\w(]))"
    r"|(?P<lines>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?!\w)|\$?\d+:\$?\d+)"
    r"|(?P<name>[^\W\d][\w.\\]*)(?!\())"
    r"|'[^']*+(?:''[^']*+)*'(?!')|[\w.]++"  # what names nothing is passed over whole
)


def may_be_stale(book: WorkbookFile, changes: Sequence[Change]) -> bool:
    """Whether the result of a formula may be out of date after these changes."""
    changed = _Changed.by(book, changes)
    all_settled = [*_settled(book, changes)]
    for sheet, data in _sheets_with_formulas(book):
        areas = [place.area for place in all_settled if place.sheet == sheet]
        settled = _rows_by_letters(areas)
        shared: dict[str, bytes] = {}
        for cell, tag, text in _FORMULA.findall(_without(data, areas)):
            index = (b"si=" in tag and attribute(tag + b">", "si")) or ""
            if index and text:
                shared.setdefault(index, text)
            if _is_in(cell, settled):
                continue
            formula = plain((text or shared.get(index, b"")).decode())
            if changed.are_named_in(formula, sheet, exactly=not index):
                return True
    return False


def _without(data: bytes, areas: Sequence[Area]) -> bytes:
    """A sheet without what wide areas hold, all but their last column.

    All of it where cells share formulas: one outside may share what is spelt out in an area.
    """
    for area in areas:
        if area.width < _WIDE or b't="shared"' in data:
            continue
        ends = [letters(column) for column in (area.first_column, area.last_column)]
        pieces, at = [], 0
        for row in area.rows:
            first, last = (data.find(f'<c r="{end}{row}"'.encode(), at) for end in ends)
            if not at <= first < last:
                break
            pieces.append(data[at:first])
            at = last
        data = b"".join((*pieces, data[at:]))
    return data


def _rows_by_letters(areas: Sequence[Area]) -> dict[bytes, list[range]]:
    found: dict[bytes, list[range]] = {}
    for area in areas:
        for column in area.columns:
            found.setdefault(letters(column).encode(), []).append(area.rows)
    return found


def _is_in(cell: bytes, rows_by_letters: Mapping[bytes, Sequence[range]]) -> bool:
    """Whether the cell of an address stands in one of these rows of its column."""
    column = cell.rstrip(b"0123456789")
    row = int(cell[len(column) :] or 0)
    return any(row in rows for rows in rows_by_letters.get(column, ()))


def _sheets_with_formulas(book: WorkbookFile) -> Iterator[tuple[str, bytes]]:
    """The sheets as they are by now; where none stood before, there are only those just brought."""
    for name, part in book.sheet_parts.items():
        touched = book.sheets_touched.get(name)
        if touched:
            if touched.had_formulas:
                yield name, touched.to_bytes()
            continue
        data = book.package.part(part)
        before = data if part in book.usual_parts else usual(data)
        if _END_OF_FORMULA in before:
            yield name, before


def _settled(book: WorkbookFile, changes: Sequence[Change]) -> Iterator[Place]:
    """Where the formulas are whose results the changes have brought."""
    for change in changes:
        if isinstance(change, Calculated) and change.name in book.names:
            yield book.names[change.name]
        if isinstance(change, SetRows):
            table = book.table(change.table)
            for at, heading in enumerate(change.columns):
                if any(isinstance(row.cells[at], Formula) for row in change.rows):
                    column = table.column(heading)
                    body = table.body
                    yield Place(table.sheet, Area(body.first_row, column, body.last_row, column))


@value_type
class _Changed:
    """What has changed: cells by sheet, tables by name; and what the names stand for."""

    cells: dict[str, set[tuple[int, int]]]
    tables: set[str]
    names: dict[str, str]
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    @classmethod
    def by(cls, book: WorkbookFile, changes: Sequence[Change]) -> _Changed:
        cells = {name.casefold(): sheet.changed for name, sheet in book.sheets_touched.items()}
        named = [change.table for change in changes if isinstance(change, SetRows | AppendRows)]
        names = {e.get("name", "").casefold(): e.text or "" for e in book.defined_names}
        return cls(cells, {name.casefold() for name in named}, names)

    def are_named_in(self, formula: str, sheet: str, *, exactly: bool) -> bool:
        """Whether a formula of a sheet names any of it; the whole sheet unless ``exactly``."""
        for found in _MENTION.finditer(_SILENT.sub(" ", formula)):
            named = (found["sheet"] or sheet).strip("'").replace("''", "'")
            if found["name"]:
                if self._is_named(found["name"].casefold(), sheet):
                    return True
            elif (found["area"] or found["lines"]) and self._holds(
                named, Area.parse(found["area"] or "") if exactly else None
            ):
                return True
        return False

    def _is_named(self, name: str, sheet: str) -> bool:
        """Whether a name is that of a changed table, or stands for something that changed."""
        if name in self.tables:
            return True
        if not self.names.get(name):
            return False
        if (name, sheet) not in self._known:
            self._known[name, sheet] = self._stands_for_change(name, sheet)
        return self._known[name, sheet]

    def _stands_for_change(self, name: str, sheet: str) -> bool:
        stands_for = self.names[name]
        others = {known: text for known, text in self.names.items() if known != name}
        within = _Changed(self.cells, self.tables, others)
        return within.are_named_in(stands_for, sheet, exactly=True)

    def _holds(self, sheet: str, area: Area | None) -> bool:
        changed = self.cells.get(sheet.casefold(), set())
        return bool(changed) if area is None else area.holds_any(changed)
