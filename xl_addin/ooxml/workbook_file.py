"""A workbook file taken apart: its sheets, tables and names, and what changes in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.cells import style_of
from xl_addin.ooxml.expectation import ANY, Expectation
from xl_addin.ooxml.markup import (
    Element,
    Malformed,
    parse,
    serialise,
)
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.sheet_values import Read, Reader, parse_strings, read_cell
from xl_addin.ooxml.styles import Styles
from xl_addin.ooxml.table_part import TablePart
from xl_addin.patterns import pattern
from xl_addin.table import CellValue
from xl_addin.values import field, value_type

_PLAIN_RANGE = pattern(r"(?:'((?:[^']|'')+)'|([^'!\[\]:\s(),]+))!(\$?[A-Za-z$\d:]+)")
_YES = ("1", "true", "on")


@value_type
class Place:
    """An area of a sheet, the sheet by its name."""

    sheet: str
    area: Area

    @classmethod
    def parse(cls, reference: str) -> Place | None:
        """Read ``'Data notes'!$A$1:$B$2``; None for formulas, structured references, columns.

        >>> Place.parse("Dataset!$A$2").sheet
        'Dataset'
        """
        match = _PLAIN_RANGE.fullmatch(reference.strip().removeprefix("="))
        area = Area.parse(match[3]) if match else None
        if match is None or area is None:
            return None
        return cls(match[1].replace("''", "'") if match[1] else match[2], area)

    def __str__(self) -> str:
        simple = re.fullmatch(r"[^\W\d]\w*", self.sheet) and not Area.parse(self.sheet)
        sheet = self.sheet if simple else "'" + self.sheet.replace("'", "''") + "'"
        return f"{sheet}!{self.area.absolute}"


Values = Sequence[Sequence[CellValue]]
"""What an area holds, row by row."""


class Unclear(Exception):
    """An area whose rows no longer stand one under the other has no certain place."""


@value_type
class Rearranged:
    """A table's rows before, where each is to stand, and the row they end with then.

    ``places`` gives each row's new row, None for one that leaves; blank where none moves.
    ``totals`` is the number of its rows of totals, which ``places`` may move too.
    """

    sheet: str
    body: Area
    last_row: int
    places: Mapping[int, int | None] = field(default_factory=dict)
    totals: int = 0

    @classmethod
    def of(
        cls, sheet: str, body: Area, totals: int, last_row: int, places: Mapping[int, int | None]
    ) -> Rearranged:
        """The same with its rows of totals below the new last row.

        Where no row stays, as in a table that was blank, none counts as moved.
        """
        distance = last_row - body.last_row
        below = range(body.last_row + 1, body.last_row + totals + 1)
        moved_totals = {row: row + distance for row in below} if distance else {}
        moving = {**(places if any(places.values()) else {}), **moved_totals}
        return cls(sheet, body, last_row, moving, totals)

    def followed(self, area: Area, is_range: bool = True) -> Area | None:
        """An area as it is now; None for one that is gone. Raises Unclear.

        One that covered columns of the table to their end does so again.
        """
        covered = area.first_row <= self.body.first_row and area.last_row == self.body.last_row
        if is_range and covered and area.shares_columns(self.body):
            return area.ending(self.last_row)
        if not set(area.columns) <= set(self.body.columns):
            return area
        if area.last_row > self.body.last_row + self.totals:
            return area._replace(first_row=self.places.get(area.first_row) or area.first_row)
        return self._moved(area)

    def _moved(self, area: Area) -> Area | None:
        if not any(self.places.get(row, row) != row for row in area.rows):
            return area
        kept = [new for row in area.rows if (new := self.places.get(row, row)) is not None]
        if not kept:
            return None
        now = area._replace(first_row=min(kept), last_row=max(kept))
        others = (new for row, new in self.places.items() if row not in area.rows)
        if any(new in now.rows for new in others if new is not None):
            raise Unclear
        return now


class WorkbookFile:
    """The package of a workbook, with its sheets by name, tables by name and named ranges.

    ``usual_parts`` are the sheets' parts that have been seen to be of usual form throughout;
    ``calculated`` is what has been stored for areas that hold formulas of ours alone.
    """

    def __init__(self, package: Package, expectation: Expectation = ANY) -> None:
        self.package = package
        self.expectation = expectation
        main = package.relationships("", "officeDocument")
        if not main:
            raise Malformed("it names no workbook part")
        self.part = main[0].target
        self._original = package.part(self.part)
        self.root = parse(self._original)
        self._changed = False
        self._sheets: dict[str, Sheet] = {}
        self.rearranged: list[Rearranged] = []
        self.unclear: list[tuple[str, str]] = []
        self.usual_parts: set[str] = set()
        self.calculated: list[tuple[tuple[str, Area], Values]] = []
        self.styles_part = self._first_target("styles")
        self.strings_part = self._first_target("sharedStrings")

    def changed(self) -> None:
        """Say that the workbook part itself is to be written anew."""
        self._changed = True

    def _first_target(self, kind: str) -> str | None:
        found = self.package.relationships(self.part, kind)
        return found[0].target if found and found[0].target in self.package else None

    @cached_property
    def sheet_parts(self) -> dict[str, str]:
        """The part of each worksheet, by the sheet's name; charts' own sheets are left out."""
        targets = {r.id: r.target for r in self.package.relationships(self.part, "worksheet")}
        parts = {}
        for element in self.root.iterfind("{*}sheets/{*}sheet"):
            target = targets.get(_relationship_id(element))
            if target is not None:
                parts[element.get("name")] = target
        return parts

    def sheet_id(self, name: str) -> str:
        """The number the calculation chain knows a sheet by."""
        for element in self.root.iterfind("{*}sheets/{*}sheet"):
            if element.get("name") == name:
                return str(element.get("sheetId"))
        return ""

    def sheet_name(self, name: str) -> str | None:
        """A sheet's name as it is written; None where there is none (case does not matter)."""
        return self._folded.get(name.casefold())

    @cached_property
    def _folded(self) -> dict[str, str]:
        """The names of the sheets, by what is the same however they are written."""
        return {known.casefold(): known for known in self.sheet_parts}

    def rename_sheet(self, old: str, new: str) -> None:
        """Give a sheet another name; what mentions it is for rename_sheet in sheet_names."""
        for element in self.root.iterfind("{*}sheets/{*}sheet"):
            if element.get("name") == old:
                element.set("name", new)
                self.changed()
        for table in self.tables.values():
            table.sheet = new if table.sheet == old else table.sheet
        self._sheets = {new if n == old else n: sheet for n, sheet in self._sheets.items()}
        self.forget()

    def forget(self) -> None:
        """Look anew for sheets and names, which have become others."""
        for known in ("sheet_parts", "_folded", "names"):
            self.__dict__.pop(known, None)

    @cached_property
    def tables(self) -> dict[str, TablePart]:
        """The tables of all sheets, by name."""
        return {table.name: table for table in self._find_tables()}

    def _find_tables(self) -> Iterator[TablePart]:
        for sheet, part in self.sheet_parts.items():
            for relationship in self.package.relationships(part, "table"):
                data = self.package.part(relationship.target)
                yield TablePart(relationship.target, data, sheet)

    def add_table(self, part: str, sheet: str) -> None:
        """Take a table into account that the package has been given."""
        table = TablePart(part, self.package.part(part), sheet)
        self.tables[table.name] = table

    def table(self, name: str) -> TablePart:
        """A table by name. Raises WorkbookRefused."""
        if name not in self.tables:
            found = f"The table {name} is not there."
            raise WorkbookRefused([Problem("Workbook", found, "Name it so again (Table Design).")])
        return self.tables[name]

    def refuse_unless_expected(self, file: str) -> None:
        """Raise WorkbookRefused where this is not the workbook that is meant."""
        self.expectation.refuse(file, {name: t.headings for name, t in self.tables.items()})
        for name, table in self.tables.items():
            is_read = any(self.is_needed(name, heading) for heading in table.headings)
            if is_read and table.area.width != len(table.headings):
                raise Malformed(f"the table {name} is not as wide as its headings")

    def is_needed(self, table: str, heading: str) -> bool:
        """Whether the values of a table's column are read."""
        return self.expectation.is_needed(table, heading)

    @property
    def defined_names(self) -> list[Element]:
        """The names as the workbook part defines them."""
        return list(self.root.iterfind("{*}definedNames/{*}definedName"))

    @cached_property
    def names(self) -> dict[str, Place]:
        """The named ranges that are one plain area; a name of one sheet gives way to a global."""
        found: dict[str, Place] = {}
        for element in sorted(self.defined_names, key=_is_global):
            place = Place.parse(element.text or "")
            sheet = self.sheet_name(place.sheet) if place else None
            if place and sheet and not element.get("name", "").startswith("_xlnm."):
                found[element.get("name")] = Place(sheet, place.area)
        return found

    @cached_property
    def epoch_1904(self) -> bool:
        """Whether days are counted from 1904."""
        properties = self.root.find("{*}workbookPr")
        return properties is not None and properties.get("date1904", "0") in _YES

    @cached_property
    def styles(self) -> Styles:
        """The formats of its cells."""
        data = self.package.part(self.styles_part) if self.styles_part else b"<styleSheet/>"
        return Styles(data)

    @cached_property
    def reader(self) -> Reader:
        """What turns stored cells into values."""
        return Reader(self._shared_strings, lambda n: self.styles.is_date(n), self.epoch_1904)

    def _shared_strings(self) -> list[str]:
        part = self.strings_part
        return parse_strings(self.package.part(part)) if part else []

    def sheet(self, name: str) -> Sheet:
        """A sheet to be changed."""
        if name not in self._sheets:
            part = self.sheet_parts[name]
            known = part in self.usual_parts
            self._sheets[name] = Sheet(self.package.part(part), is_known_usual=known)
        return self._sheets[name]

    @property
    def sheets_touched(self) -> Mapping[str, Sheet]:
        """The sheets that were looked at to be changed."""
        return self._sheets

    def place_of(self, reference: str) -> Place | None:
        """Where a reference or the name of a range points; None for anything else."""
        place = Place.parse(reference)
        if place is None:
            return self.names.get(reference.rpartition("!")[2])
        sheet = self.sheet_name(place.sheet)
        return Place(sheet, place.area) if sheet else None

    def calculated_at(self, place: Place) -> list[CellValue] | None:
        """What was stored for the cells of a place, one after the other; None for another place."""
        for (sheet, known), values in self.calculated:
            if sheet == place.sheet and known.covers(place.area):
                first, left = place.area.first_row - known.first_row, known.first_column
                rows = values[first : first + place.area.height]
                across = slice(place.area.first_column - left, place.area.last_column + 1 - left)
                return [value for row in rows for value in row[across]]
        return None

    def value(self, sheet: str, row: int, column: int) -> Read:
        """What a cell holds now."""
        return self.value_in(self.sheet(sheet), row, column)

    def value_in(self, sheet: Sheet, row: int, column: int) -> Read:
        """What a cell of a sheet holds now."""
        xml = sheet.cell(row, column)
        return read_cell(xml, self.reader) if xml else None

    def number_format(self, sheet: str, row: int, column: int) -> str:
        """The number format of a cell, as its code."""
        return self.styles.number_format(style_of(self.sheet(sheet).cell(row, column)))

    def store(self) -> None:
        """Hand the changed parts to the package."""
        for name, sheet in self._sheets.items():
            if not sheet.is_changed:
                continue
            self.package.replace(self.sheet_parts[name], sheet.to_pieces())
        for table in self.tables.values():
            self.package.replace(table.part, table.to_bytes())
        if self.styles_part and "styles" in self.__dict__:
            self.package.replace(self.styles_part, self.styles.to_bytes())
        if self._changed:
            self.package.replace(self.part, serialise(self.root, self._original))


def _is_global(element: Element) -> bool:
    return element.get("localSheetId") is None


def _relationship_id(element: Element) -> str:
    for name, value in element.attrib.items():
        if name.endswith("}id"):
            return str(value)
    return ""
