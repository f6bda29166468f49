"""A sheet, as far as tables and cells are reached through it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.com_double.errors import bad_index, refused
from tests.support.com_double.excel.cells import Range
from tests.support.com_double.excel.on_cells import Hyperlinks, Picked
from tests.support.com_double.excel.tables import ListObject
from tests.support.com_double.members import ComObject, get, get_as, method
from tests.support.com_double.spreadsheet import rect_of
from xl_addin.ooxml.workbook_file import Place

if TYPE_CHECKING:
    from tests.support.com_double.excel.application import Excel
    from tests.support.com_double.excel.workbook import Workbook

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Microsoft, "Excel specifications and limits"."""

_PART_OF_TABLE = re.compile(r"(\w+)\[\[#Headers\],\[#Data\]\]")
_NAME_ERROR, _REFERENCE_ERROR = -2146826259, -2146826265
"""#NAME? and #REF!, as they come over COM (Microsoft, "CVErr function")."""

_NOT_IN_A_NAME = set("[]:*?/\\")


class Worksheet(ComObject):
    interface = "_Worksheet"

    def __init__(self, book: Workbook, name: str) -> None:
        super().__init__(book.excel)
        self.book, self._name = book, name

    def refuse_if_gone(self) -> None:
        self.book.refuse_parts_if_gone()

    def refuse_if_protected(self) -> None:
        """Microsoft, "Worksheet.Protect": a change of a locked cell fails."""
        if self.protect_contents:
            raise refused("The cell or chart you're trying to change is on a protected sheet.")

    @get
    def application(self) -> Excel:
        return self.excel

    @get
    def parent(self) -> Workbook:
        return self.book

    @get
    def index(self) -> int:
        return self.book.memory.sheets().index(self._name) + 1

    @get
    def name(self) -> str:
        return self._name

    @name.put
    def name(self, value: str) -> None:
        """Refused for a name that is too long, odd, or reserved: "History" (XlsxWriter #688)."""
        reserved = self.excel.language.reserved_sheet.casefold()
        if value.casefold() == reserved or not 0 < len(value) <= 31 or set(value) & _NOT_IN_A_NAME:
            raise refused(f"You typed an invalid name for a sheet: {value}")
        cells = self.book.memory.cells  # type: ignore[attr-defined]
        renamed = {value if name == self._name else name: found for name, found in cells.items()}
        cells.clear()
        cells.update(renamed)
        self._name = value

    @get
    def visible(self) -> int:
        return -1

    @get
    def protect_contents(self) -> bool:
        return self.book.memory.says("ProtectContents", self._name)

    @get
    def filter_mode(self) -> bool:
        """Whether rows of the sheet are hidden by a filter (Microsoft's page)."""
        tables = self.book.memory.tables_on(self._name)
        return any(self.book.memory.says("FilterMode", table) for table in tables)

    @get
    def hyperlinks(self) -> Hyperlinks:
        return Hyperlinks(self)

    @get
    def list_objects(self) -> ListObjects:
        return ListObjects(self)

    @get
    def cells(self) -> Range:
        return Range(self, (1, 1, LAST_ROW, LAST_COLUMN))

    @method
    def range(self, cell1: Any, cell2: Any = None) -> Range | Picked:
        """From an address, or from one corner to the other. A corner may be a block itself.

        An address is of 255 characters at most; commas stand between cells picked one by one.
        Names of cells of this sheet stand for them (Microsoft, "Refer to named ranges").
        """
        if isinstance(cell1, str) and len(cell1) > 255:
            raise refused("Method 'Range' of object '_Worksheet' failed")
        if isinstance(cell1, str) and "," in cell1:
            return Picked([Range(self, self._rect(one)) for one in cell1.split(",")])
        first = self._rect(cell1)
        last = first if cell2 is None else self._rect(cell2)
        row, column = min(first[0], last[0]), min(first[1], last[1])
        bottom = max(first[0] + first[2], last[0] + last[2])
        right = max(first[1] + first[3], last[1] + last[3])
        return Range(self, (row, column, bottom - row, right - column))

    @method
    def evaluate(self, name: str) -> Range | int:
        """Headings and rows of a table of the workbook, named as in a formula; else an error.

        Microsoft, "Worksheet.Evaluate method" (an object or a value) and "Using structured
        references" (#REF! where the part is not there, as headings that are hidden).
        """
        if self.excel.evaluates:
            return self.excel.evaluates(self.book, name)
        match = _PART_OF_TABLE.fullmatch(name)
        found = {n.casefold(): n for n, *_ in self.book.memory.tables()}
        if not match or match[1].casefold() not in found:
            return _NAME_ERROR
        _, sheet, (row, column, rows, columns), totals = self.book.memory.table(
            found[match[1].casefold()]
        )
        if totals is None:
            return _REFERENCE_ERROR
        return Range(Worksheet(self.book, sheet), (row, column, rows - bool(totals), columns))

    def _rect(self, cell: Any) -> tuple[int, int, int, int]:
        if isinstance(cell, Range):
            return cell.rect
        refers_to = self.book.memory.refers_to(cell)
        return rect_of(cell) if refers_to is None else self._named(refers_to)

    def _named(self, refers_to: str) -> tuple[int, int, int, int]:
        place = Place.parse(refers_to)
        if place is None or place.sheet != self._name:
            raise refused("Method 'Range' of object '_Worksheet' failed")
        return (*place.area[:2], place.area.height, place.area.width)


class ListObjects(ComObject):
    interface = "ListObjects"
    default = "Item"

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__(sheet.excel)
        self.sheet = sheet

    def refuse_if_gone(self) -> None:
        self.sheet.refuse_if_gone()

    @get
    def parent(self) -> Worksheet:
        return self.sheet

    @get
    def count(self) -> int:
        return len(self._names())

    @method
    def item(self, index: Any) -> ListObject:
        for number, name in enumerate(self._names(), 1):
            if index == number or str(index).casefold() == name.casefold():
                return ListObject(self.sheet, name)
        raise bad_index()

    @get_as("_NewEnum")
    def new_enum(self) -> list[ListObject]:
        return [ListObject(self.sheet, name) for name in self._names()]

    def _names(self) -> list[str]:
        return self.sheet.book.memory.tables_on(self.sheet.name)
