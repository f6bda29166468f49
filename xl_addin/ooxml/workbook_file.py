"""A workbook file taken apart: its sheets, tables and names, and what changes in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.cells import style_of
from xl_addin.ooxml.expectation import ANY, Expectation
from xl_addin.ooxml.markup import (
    Element,
    Malformed,
    escape_attribute,
    namespace,
    parse,
    serialise,
    unescape,
)
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.sheet_values import Read, Reader, parse_strings, read_cell
from xl_addin.ooxml.styles import Styles
from xl_addin.patterns import pattern
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


class TablePart:
    """A table: its part, the sheet it stands on, its area and its headings."""

    def __init__(self, part: str, data: bytes, sheet: str) -> None:
        self.part = part
        self.sheet = sheet
        self._original = data
        self._root = parse(data)
        self._changed = False
        self.area = Area.parse(self._root.get("ref", "")) or Area(1, 1, 1, 1)
        self.has_headings = self._root.get("headerRowCount", "1") != "0"
        self.totals_rows = int(self._root.get("totalsRowCount", "0"))
        self.headings = self._read_headings()

    @property
    def name(self) -> str:
        """The name formulas call it by."""
        return unescape(self._root.get("displayName") or self._root.get("name") or "")

    @property
    def id(self) -> int:
        """Its number in the workbook."""
        return int(self._root.get("id", "0"))

    @cached_property
    def _columns(self) -> list[Element]:
        ns = namespace(self._root)
        return list(self._root.iterfind(f"{ns}tableColumns/{ns}tableColumn"))

    def _read_headings(self) -> tuple[str, ...]:
        return tuple(unescape(column.get("name", "")) for column in self._columns)

    @property
    def body(self) -> Area:
        """The area of its rows, without headings and totals."""
        first = self.area.first_row + (1 if self.has_headings else 0)
        return self.area._replace(first_row=first, last_row=self.area.last_row - self.totals_rows)

    def column(self, heading: str) -> int:
        """The column of a heading in the sheet. Raises WorkbookRefused."""
        if heading not in self.headings:
            found = f"The table {self.name} has no column “{heading}”."
            raise WorkbookRefused([Problem(self.sheet, found, "Put the column back.")])
        return self.area.first_column + self.headings.index(heading)

    def rename(self, headings: Mapping[str, str]) -> None:
        """Rename columns, from old heading to new. Raises WorkbookRefused for doubled ones."""
        new = [headings.get(heading, heading) for heading in self.headings]
        folded = [heading.casefold() for heading in new]
        for heading in new:
            if folded.count(heading.casefold()) > 1:
                found = f"The table {self.name} would have two columns “{heading}”."
                raise WorkbookRefused([Problem(self.sheet, found, "Rename one of them.")])
        for column, heading in zip(self._columns, new, strict=True):
            if unescape(column.get("name", "")) != heading:
                column.set("name", escape_attribute(heading))
                self._changed = True
        self.headings = tuple(new)

    def widen(self, heading: str) -> int:
        """Give the table one more column at its right, and say which of the sheet it is."""
        ns = namespace(self._root)
        old, self.area = self.area, self.area._replace(last_column=self.area.last_column + 1)
        self._root.set("ref", str(self.area))
        for element in self._root.iterfind(f"{ns}autoFilter"):
            area = Area.parse(element.get("ref", ""))
            if area and area.last_column == old.last_column:
                element.set("ref", str(area._replace(last_column=self.area.last_column)))
        parent = self._root.find(f"{ns}tableColumns")
        column = parent.makeelement(f"{ns}tableColumn")
        column.set("id", str(1 + max(int(c.get("id", 0)) for c in self._columns)))
        column.set("name", escape_attribute(heading))
        parent.append(column)
        parent.set("count", str(len(self.headings) + 1))
        self.__dict__.pop("_columns", None)
        self.headings = (*self.headings, heading)
        self._changed = True
        return self.area.last_column

    def end_at(self, last_row: int) -> None:
        """Give the table another last row (of its rows: totals follow it)."""
        old, self.area = self.area, self.area.ending(last_row + self.totals_rows)
        if old == self.area:
            return
        self._root.set("ref", str(self.area))
        self._changed = True
        old_end = old.last_row - self.totals_rows
        for element in self._root.iter("{*}autoFilter", "{*}sortState", "{*}sortCondition"):
            area = Area.parse(element.get("ref", ""))
            if area and area.last_row == old_end:
                element.set("ref", str(area.ending(last_row)))

    def rewrite_formulas(self, rewrite: Mapping[str, str]) -> None:
        """Replace its formulas that are listed, from old to new."""
        for element in self._root.iter("{*}calculatedColumnFormula", "{*}totalsRowFormula"):
            if element.text in rewrite and rewrite[element.text] != element.text:
                element.text = rewrite[element.text]
                self._changed = True

    @property
    def formulas(self) -> list[str]:
        """The formulas it keeps for its columns."""
        found = self._root.iter("{*}calculatedColumnFormula", "{*}totalsRowFormula")
        return [element.text for element in found if element.text]

    def to_bytes(self) -> bytes:
        """The part, as it was unless something changed."""
        return serialise(self._root, self._original) if self._changed else self._original


class WorkbookFile:
    """The package of a workbook, with its sheets by name, tables by name and named ranges.

    ``usual_parts`` are the sheets' parts that have been seen to be of usual form throughout.
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
        self.styles_part = self._first_target("styles")

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
        folded = {known.casefold(): known for known in self.sheet_parts}
        return folded.get(name.casefold())

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
        for known in ("sheet_parts", "names"):
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
        part = self._first_target("sharedStrings")
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
