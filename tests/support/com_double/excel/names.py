"""Defined names of a workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.com_double.errors import refused
from tests.support.com_double.members import ComObject, get, method
from tests.support.com_double.spreadsheet import rect_of

if TYPE_CHECKING:
    from tests.support.com_double.excel.cells import Range
    from tests.support.com_double.excel.workbook import Workbook

_BLOCK = re.compile(r"=(?:'((?:[^']|'')+)'|([^'!]+))!(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)")


class Names(ComObject):
    """All names of a workbook, those of one sheet too ("Log!Print_Area"), in their order."""

    interface = "Names"
    default = "Item"

    def __init__(self, book: Workbook) -> None:
        super().__init__(book.excel)
        self.book = book
        self.refuse_if_gone = book.refuse_parts_if_gone  # type: ignore[method-assign]

    @get
    def count(self) -> int:
        return len(self.book.memory.names())

    @method
    def item(self, index: Any = None, index_local: Any = None, refers_to: Any = None) -> Name:
        """By number from 1 or by name; else error 1004 (_xlwindows.py 4562 counts on it)."""
        for number, (name, _) in enumerate(self.book.memory.names(), 1):
            if index == number or str(index).casefold() == name.casefold():
                return Name(self.book, name)
        raise refused()


class Name(ComObject):
    interface = "Name"

    def __init__(self, book: Workbook, name: str) -> None:
        super().__init__(book.excel)
        self.book, self._name = book, name
        self.refuse_if_gone = book.refuse_parts_if_gone  # type: ignore[method-assign]

    @get
    def name(self) -> str:
        """In English also where Excel is not: ``NameLocal`` is the other."""
        return self._name

    @get
    def name_local(self) -> str:
        scope, _, bare = self._name.rpartition("!")
        return f"{scope}!{self.excel.language.name(bare)}" if scope else bare

    @get
    def visible(self) -> bool:
        return not self._name.startswith("_xl")

    @get
    def refers_to(self) -> str:
        return dict(self.book.memory.names())[self._name]

    @refers_to.put
    def refers_to(self, value: str) -> None:
        self.book.memory.set_name(self._name, value)
        self.book.changed()

    @get
    def refers_to_local(self) -> str:
        return self.excel.language.formula(self.refers_to)

    @get
    def refers_to_range(self) -> Range:
        """Error 1004 for a name of a constant or a formula (Microsoft's page)."""
        from tests.support.com_double.excel.cells import Range
        from tests.support.com_double.excel.worksheet import Worksheet

        match = _BLOCK.fullmatch(self.refers_to)
        if not match:
            raise refused()
        sheet = (match[1] or match[2]).replace("''", "'")
        return Range(Worksheet(self.book, sheet), rect_of(match[3]))
