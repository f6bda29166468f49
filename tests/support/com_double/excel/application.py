"""Excel itself: one process, with the workbooks it has open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.com_double.calls import Calls
from tests.support.com_double.desktop import Desktop, Window
from tests.support.com_double.errors import bad_index, refused
from tests.support.com_double.excel.on_cells import Picked
from tests.support.com_double.excel.workbook import Workbook
from tests.support.com_double.languages import LANGUAGES
from tests.support.com_double.members import ComObject, Member, also, get, get_as, method
from tests.support.com_double.spreadsheet import Spreadsheet

CALCULATION = {"automatic": -4105, "manual": -4135, "semiautomatic": 2}
"""XlCalculation."""

SETTINGS = {
    "screen_updating": True,
    "display_alerts": True,
    "enable_events": True,
    "calculation": "automatic",
    "status_bar": False,
    "visible": True,
}


def _setting(name: str) -> Member:
    def read(self: Excel) -> Any:
        return self.settings[name]

    def write(self: Excel, value: Any) -> None:
        self.settings[name] = value

    read.__name__ = name
    return get(read).put(write)


def _separator(name: str, key: str) -> Member:
    """How figures are written by hand (Microsoft, "Application.UseSystemSeparators")."""

    def read(self: Excel) -> Any:
        return self.separators[key]

    def write(self: Excel, value: Any) -> None:
        self.separators[key] = value

    read.__name__ = name
    return get(read).put(write)


def _said(name: str) -> Member:
    def read(self: FileDialog) -> Any:
        return self.said.get(name)

    def write(self: FileDialog, value: Any) -> None:
        self.said[name] = value

    read.__name__ = name
    return get(read).put(write)


class Excel(ComObject):
    """``Application``: its settings are those of all its workbooks."""

    interface = "_Application"
    is_coclass = True

    def __init__(
        self,
        desktop: Desktop,
        version: str = "365",
        language: str = "en",
        type_library: str = "",
        loader: Any = None,
    ) -> None:
        super().__init__(self)
        self.desktop, self.version, self.language = desktop, version, LANGUAGES[language]
        self.type_library = type_library or version
        self.loader = loader
        self.calls = Calls(desktop.clock)
        self.coclass_base: type = object
        self.utc: Any = None
        self.pid = desktop.new_pid()
        self.settings: dict[str, Any] = dict(SETTINGS)
        self.open_books: list[Workbook] = []
        self.seen: dict[str, Spreadsheet] = {}
        self.protected_view: list[str] = []
        self.cut_off: list[str] = []
        """Workbooks that were closed while a macro of theirs was running."""

        self.evaluates: Any = None
        """What answers in place of Worksheet.Evaluate, given what is asked."""

        self.tells_picked: Any = list
        """In what order cells that are picked together are told."""

        self.copied: Any = None
        """The cells that were copied and can be pasted."""

        self.runs: Callable[[Workbook, str, tuple[Any, ...]], Any] | None = None
        """What runs a macro of a workbook."""

        self.separators: dict[str, Any] = {"system": True, "decimal": ".", "thousands": ","}
        self.security = 1
        self.bare: Window | None = None
        desktop.processes[self.pid] = self

    def end(self) -> None:
        """The process is gone, and its windows with it."""
        self.calls.ended = True
        self.desktop.processes.pop(self.pid, None)
        for window in [w for w in self.desktop.windows if w.pid == self.pid]:
            self.desktop.destroy(window)

    def load(self, path: str) -> Spreadsheet:
        """The workbook of a file; one that was open before is opened anew as it is now."""
        if path not in self.seen:
            return self.loader(path)
        memory = self.seen[path]
        memory.said.pop(("Saved", ""), None)  # type: ignore[attr-defined]
        memory.reopen(path)
        return memory

    def take_in(self, memory: Spreadsheet) -> Workbook:
        """Open a workbook in a window of its own, in front of all others."""
        if not self.open_books:
            self.settings = getattr(memory, "settings", self.settings)
        elif hasattr(memory, "settings"):
            memory.settings = self.settings
        if self.bare:
            self.desktop.destroy(self.bare)
            self.bare = None
        self.seen[memory.fullname] = memory
        book = Workbook(self, memory)
        book.window = self.desktop.show(self.pid, self, book)
        self.open_books.append(book)
        return book

    def let_go(self, book: Workbook) -> None:
        """Close a workbook: its window is gone; a bare one comes where it was the last."""
        self.open_books.remove(book)
        self.desktop.destroy(book.window)
        if not self.open_books:
            self.show_bare()

    def show_bare(self) -> None:
        """A window without a workbook."""
        self.bare = self.desktop.show(self.pid, self)

    @property
    def active_book(self) -> Workbook | None:
        shown = (w.book for w in self.desktop.windows if w.pid == self.pid)
        return next((book for book in shown if isinstance(book, Workbook)), None)

    screen_updating = _setting("screen_updating")
    display_alerts = _setting("display_alerts")
    enable_events = _setting("enable_events")
    status_bar = _setting("status_bar")
    visible = _setting("visible")

    @get
    def calculation(self) -> int:
        return CALCULATION[self.settings["calculation"]]

    @calculation.put
    def calculation(self, value: int) -> None:
        """Refused while no workbook is open (Microsoft's "Application.Calculation", remarks)."""
        if not self.open_books:
            raise refused("Unable to set the Calculation property of the Application class")
        wanted = {number: name for name, number in CALCULATION.items()}
        self.settings["calculation"] = wanted[int(value)]

    @get
    def cut_copy_mode(self) -> Any:
        return self.copied is not None

    @cut_copy_mode.put
    def cut_copy_mode(self, value: Any) -> None:
        if not value:
            self.copied = None

    @method
    def calculate(self) -> None:
        for book in self.open_books:
            book.memory.calculate()

    @get
    def application(self) -> Excel:
        return self

    parent = also(application, "Parent")

    @get
    def workbooks(self) -> Workbooks:
        return Workbooks(self)

    @get
    def active_workbook(self) -> Workbook | None:
        """Nothing while the active window is one in Protected View (Microsoft's page)."""
        top = next((w for w in self.desktop.windows if w.pid == self.pid), None)
        return None if top and isinstance(top.book, str) else self.active_book

    @get
    def hwnd(self) -> int:
        return next(w.handle for w in self.desktop.windows if w.pid == self.pid)

    @get_as("Version")
    def version_said(self) -> str:
        """All versions since 2016 say 16.0."""
        return "16.0"

    @get
    def name(self) -> str:
        return "Microsoft Excel"

    @get
    def ready(self) -> bool:
        return all(book.memory.says("Ready") for book in self.open_books)

    @get
    def international(self) -> tuple[Any, ...]:
        """XlApplicationInternational: 3 is the decimal separator, 5 the list's, from 1."""
        words = self.language
        known = {3: words.decimal, 4: words.thousands, 5: words.separator}
        return tuple(known.get(number, "") for number in range(1, 46))

    @get
    def automation_security(self) -> int:
        """1, msoAutomationSecurityLow, unless set (Microsoft's page)."""
        return self.security

    @automation_security.put
    def automation_security(self, value: float) -> None:
        self.security = int(value)

    use_system_separators = _separator("use_system_separators", "system")
    decimal_separator = _separator("decimal_separator", "decimal")
    thousands_separator = _separator("thousands_separator", "thousands")

    @method
    def union(self, *ranges: Any) -> Picked:
        """All cells of some ranges as one."""
        return Picked([cell for one in ranges for cell in getattr(one, "picked", [one])])

    @method
    def run(self, macro: str, *args: Any) -> Any:
        """``'Book.xlsm'!Macro``; error 1004 where it cannot be run (Microsoft's page)."""
        name, _, wanted = macro.rpartition("!")
        for book in self.open_books:
            if self.runs and book.name == name.strip("'"):
                return self.runs(book, wanted, args)
        raise refused(f"Cannot run the macro '{macro}'.")

    @method
    def file_dialog(self, kind: float) -> FileDialog:
        """3 is msoFileDialogFilePicker (Microsoft, "Application.FileDialog property")."""
        return FileDialog(self, int(kind))

    @get
    def protected_view_windows(self) -> ProtectedViewWindows:
        return ProtectedViewWindows(self)

    @method
    def quit(self) -> None:
        self.end()


class Workbooks(ComObject):
    interface = "Workbooks"
    default = "Item"

    @get
    def application(self) -> Excel:
        return self.excel

    @get
    def count(self) -> int:
        return len(self.excel.open_books)

    @method
    def item(self, index: Any) -> Workbook:
        """By number from 1, or by name, whatever its case."""
        for number, book in enumerate(self.excel.open_books, 1):
            if index == number or str(index).casefold() == book.name.casefold():
                return book
        raise bad_index()

    @get_as("_NewEnum")
    def new_enum(self) -> list[Workbook]:
        return list(self.excel.open_books)

    @method
    def open(self, filename: str, *options: Any, corrupt_load: float = 0) -> Workbook:
        """Refused for a second workbook of the same name (Microsoft's support article).

        A program gets no repair unless it asks for one (Microsoft, "Workbooks.Open method").
        """
        name = Path(filename).name.casefold()
        if any(book.name.casefold() == name for book in self.excel.open_books):
            raise refused(f"Sorry, Excel can't open two workbooks with the same name ({name}).")
        try:
            memory = self.excel.load(filename)
        except FileNotFoundError:
            raise refused(f"Sorry, we couldn't find {filename}.") from None
        return self.excel.take_in(memory)


class ProtectedViewWindows(ComObject):
    """What is shown in Protected View is no workbook of ``Workbooks`` (Microsoft's page)."""

    interface = "ProtectedViewWindows"

    @get
    def count(self) -> int:
        return len(self.excel.protected_view)


class FileDialog(ComObject):
    """Excel's dialog for files; what is chosen is the next of the officer's answers."""

    interface = "FileDialog"

    def __init__(self, excel: Excel, kind: int) -> None:
        super().__init__(excel)
        self.kind, self.chosen = kind, ""
        self.said: dict[str, Any] = {}
        self.patterns: list[str] = []

    title = _said("title")
    allow_multi_select = _said("allow_multi_select")
    initial_file_name = _said("initial_file_name")

    @get
    def filters(self) -> FileDialogFilters:
        return FileDialogFilters(self)

    @method
    def show(self) -> int:
        """-1 for a file that was chosen, 0 for Cancel (Microsoft, "FileDialog.Show method")."""
        self.excel.desktop.dialogs.append(self)
        self.chosen = self.excel.desktop.files.pop(0)
        return -1 if self.chosen else 0

    @get
    def selected_items(self) -> FileDialogSelectedItems:
        return FileDialogSelectedItems(self)


class FileDialogFilters(ComObject):
    interface = "FileDialogFilters"

    def __init__(self, dialog: FileDialog) -> None:
        super().__init__(dialog.excel)
        self._dialog = dialog

    @method
    def clear(self) -> None:
        self._dialog.patterns.clear()

    @method
    def add(self, description: str, extensions: str, *_: Any) -> None:
        self._dialog.patterns.append(extensions)


class FileDialogSelectedItems(ComObject):
    interface = "FileDialogSelectedItems"
    default = "Item"

    def __init__(self, dialog: FileDialog) -> None:
        super().__init__(dialog.excel)
        self._dialog = dialog

    @method
    def item(self, index: float) -> str:
        if index != 1 or not self._dialog.chosen:
            raise bad_index()
        return self._dialog.chosen


class ExcelWindow(ComObject):
    """What a window gives when it is asked for its object model."""

    interface = "Window"

    @get
    def application(self) -> Excel:
        return self.excel
