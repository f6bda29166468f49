"""A table of a workbook: its part, and what changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.markup import (
    Element,
    escape_attribute,
    namespace,
    parse,
    serialise,
    unescape,
)


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
