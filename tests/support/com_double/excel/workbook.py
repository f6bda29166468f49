"""Workbooks and their sheets."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from tests.support.com_double.errors import bad_index, closed_workbook, disconnected, refused
from tests.support.com_double.excel.names import Names
from tests.support.com_double.excel.worksheet import Worksheet
from tests.support.com_double.members import ComObject, also, get, get_as, get_since, method
from tests.support.com_double.spreadsheet import MemoryBook, Shift, Spreadsheet
from tests.support.on_cells import write_copy

if TYPE_CHECKING:
    from tests.support.com_double.desktop import Window
    from tests.support.com_double.excel.application import Excel

FORMATS = {".xlsx": 51, ".xlsm": 52, ".xlsb": 50, ".xls": 56}
"""XlFileFormat."""


class Workbook(ComObject):
    """``Workbook``. It is saved unless told otherwise; every change makes it unsaved."""

    interface = "_Workbook"
    is_coclass = True

    def __init__(self, excel: Excel, memory: Spreadsheet) -> None:
        super().__init__(excel)
        self.memory = memory
        if type(memory) is MemoryBook:
            memory.said.setdefault(("Saved", ""), True)
        self.window: Window = None  # type: ignore[assignment]
        self.is_open = True
        self.address = ""
        """Where the cloud has it, if it is there."""

        self.macro_runs = False
        """Whether a macro of its own is running, waiting for another program."""

        self.rich: set[tuple[str, tuple[int, int]]] = set()
        """Cells in which some characters are formatted otherwise than the rest."""

        self.automacros: list[int] = []
        self.shifts: list[Shift] = []
        """Blocks of cells that came or left since it was opened."""

    def refuse_if_gone(self) -> None:
        if not self.is_open:
            raise closed_workbook()

    def refuse_parts_if_gone(self) -> None:
        """What sheets and cells of a closed workbook answer (xlwings #386, #1971)."""
        if not self.is_open:
            raise disconnected()

    def changed(self) -> None:
        """It is unsaved from now on; with AutoSave on it is saved at once."""
        if self.memory.says("AutoSaveOn"):
            self.memory.save()
        else:
            self._say("Saved", False)

    def _say(self, question: str, answer: bool) -> None:
        self.memory.said[question, ""] = answer  # type: ignore[attr-defined]

    @get
    def application(self) -> Excel:
        return self.excel

    parent = also(application, "Parent")

    @get
    def name(self) -> str:
        return PureWindowsPath(self.address or self.memory.fullname).name

    @get
    def full_name(self) -> str:
        """The address where it was opened from OneDrive or SharePoint, not the path.

        xlwings, utils.py "fullname_url_to_local_path".
        """
        return self.address or self.memory.fullname

    @get
    def path(self) -> str:
        """Blank for a workbook that was never saved (Microsoft's page)."""
        return self.full_name[: -len(self.name) - 1]

    @get
    def saved(self) -> bool:
        return self.memory.says("Saved")

    @saved.put
    def saved(self, value: bool) -> None:
        self._say("Saved", bool(value))

    @get
    def read_only(self) -> bool:
        return self.memory.says("ReadOnly")

    @get_since("2019")
    def auto_save_on(self) -> bool:
        """Not in Excel 2016 as sold without subscription (Microsoft's page)."""
        return self.memory.says("AutoSaveOn")

    @auto_save_on.put
    def auto_save_on(self, value: bool) -> None:
        self._say("AutoSaveOn", bool(value))

    @get
    def file_format(self) -> int:
        return FORMATS.get(Path(self.name).suffix.lower(), 51)

    @get
    def worksheets(self) -> Worksheets:
        return Worksheets(self)

    sheets = also(worksheets, "Sheets")

    @get
    def names(self) -> Names:
        return Names(self)

    @get
    def active_sheet(self) -> Worksheet:
        return Worksheet(self, self.memory.sheets()[0])

    @method
    def activate(self) -> None:
        self.excel.desktop.bring_to_front(self.window)

    @method
    def save(self) -> None:
        if self.read_only:
            raise refused(f"'{self.name}' is read-only.")
        self.memory.save()
        self._say("Saved", True)

    @method
    def save_copy_as(self, filename: str) -> None:
        """A copy as it would be saved now; the workbook stays unsaved (Microsoft's page)."""
        memory: Any = self.memory
        write_copy(Path(filename), memory.cells, memory.tabled, memory.puts)

    @method
    def export_as_fixed_format(self, kind: float, filename: str) -> None:
        """0 is xlTypePDF (Microsoft's page)."""
        assert kind == 0
        Path(filename).write_bytes(b"%PDF-1.7")

    @method
    def close(self, save_changes: Any = None, *_: Any) -> None:
        """Close it. A macro of its own that waits for another program is cut off.

        Microsoft's "Workbook.Close": the code in a workbook ends with the workbook.
        """
        if save_changes:
            self.save()
        if self.macro_runs:
            self.excel.cut_off.append(self.name)
        self.is_open = False
        self.excel.let_go(self)
        self.memory.close()

    @method
    def run_auto_macros(self, which: float) -> None:
        """What opening by a program leaves out (Microsoft's page)."""
        self.automacros.append(int(which))


class Worksheets(ComObject):
    interface = "Sheets"
    default = "Item"

    def __init__(self, book: Workbook) -> None:
        super().__init__(book.excel)
        self.book = book
        self.refuse_if_gone = book.refuse_parts_if_gone  # type: ignore[method-assign]

    @get
    def parent(self) -> Workbook:
        return self.book

    @get
    def count(self) -> int:
        return len(self.book.memory.sheets())

    @method
    def item(self, index: Any) -> Worksheet:
        """By number from 1, or by name, whatever its case."""
        for number, name in enumerate(self.book.memory.sheets(), 1):
            if index == number or str(index).casefold() == name.casefold():
                return Worksheet(self.book, name)
        raise bad_index()

    @get_as("_NewEnum")
    def new_enum(self) -> list[Worksheet]:
        return [Worksheet(self.book, name) for name in self.book.memory.sheets()]
