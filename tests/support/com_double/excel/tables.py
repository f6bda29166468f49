"""Tables (list objects) and their filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.com_double.errors import refused
from tests.support.com_double.excel.cells import Range
from tests.support.com_double.members import ComObject, also, get, method

if TYPE_CHECKING:
    from tests.support.com_double.excel.application import Excel
    from tests.support.com_double.excel.worksheet import Worksheet
    from tests.support.com_double.spreadsheet import Rect


class ListObject(ComObject):
    interface = "ListObject"

    def __init__(self, sheet: Worksheet, name: str) -> None:
        super().__init__(sheet.excel)
        self.sheet, self._name = sheet, name

    def refuse_if_gone(self) -> None:
        self.sheet.refuse_if_gone()

    @property
    def found(self) -> list[Any]:
        return self.sheet.book.memory.table(self._name)

    @get
    def application(self) -> Excel:
        return self.excel

    @get
    def parent(self) -> Worksheet:
        return self.sheet

    @get
    def name(self) -> str:
        return self._name

    display_name = also(name, "DisplayName")

    @get
    def range(self) -> Range:
        return Range(self.sheet, tuple(self.found[2]))

    @get
    def header_row_range(self) -> Range | None:
        """Nothing where the headings are hidden."""
        row, column, _, columns = self.found[2]
        return Range(self.sheet, (row, column, 1, columns)) if self.show_headers else None

    @get
    def show_totals(self) -> bool:
        return bool(self.found[3])

    @get
    def show_headers(self) -> bool:
        return self.found[3] is not None

    @get
    def show_auto_filter(self) -> bool:
        return not self.sheet.book.memory.says("NoAutoFilter", self._name)

    @get
    def auto_filter(self) -> AutoFilter | None:
        """Nothing where the buttons of the filter are switched off (Microsoft's page)."""
        return AutoFilter(self) if self.show_auto_filter else None

    @method
    def resize(self, range_: Range) -> None:
        """Refused unless it keeps its headings and overlaps nothing (Microsoft's page)."""
        self.sheet.refuse_if_protected()
        row, _, rows, _ = range_.rect
        if row != self.found[2][0] or rows < 2 or not _touch(range_.rect, self.found[2]):
            raise refused("Table headers must remain in the same row.")
        if any(_touch(range_.rect, other) for other in self._others()):
            raise refused("A table can't overlap another table.")
        self.sheet.book.memory.resize(self._name, range_.rect)
        self.sheet.book.changed()

    def _others(self) -> list[Rect]:
        memory = self.sheet.book.memory
        names = memory.tables_on(self.sheet.name)
        return [tuple(memory.table(name)[2]) for name in names if name != self._name]


class AutoFilter(ComObject):
    interface = "AutoFilter"

    def __init__(self, table: ListObject) -> None:
        super().__init__(table.excel)
        self.table = table

    @get
    def filter_mode(self) -> bool:
        return self.table.sheet.book.memory.says("FilterMode", self.table.name)


def _touch(one: Rect, other: Rect) -> bool:
    return all(
        one[at] < other[at] + other[at + 2] and other[at] < one[at] + one[at + 2] for at in (0, 1)
    )
