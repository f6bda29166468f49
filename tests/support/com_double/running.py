"""xlwings' own Windows layer, running on any system over a double of Excel.

``running_excel`` puts the double in the place of pywin32, lets the ordinary ``xlwings`` import
its unchanged ``_xlwindows.py`` over it, and makes that the active engine. Everything is as it
was afterwards: no other test of the same process sees any of it.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import duckdb  # noqa: F401 (what these are built of loads once: not first while modules are played)
import pyarrow.dataset  # noqa: F401
import xlwings as xw

from tests.support.com_double.desktop import Box, Desktop
from tests.support.com_double.errors import refused
from tests.support.com_double.excel.application import Excel
from tests.support.com_double.excel.workbook import Workbook
from tests.support.com_double.languages import LANGUAGES
from tests.support.com_double.loading import load
from tests.support.com_double.modules import fake_ctypes, fake_modules
from tests.support.com_double.spreadsheet import Cell, MemoryBook, Spreadsheet, rect_of, typed
from tests.support.stand_ins import modules_in_place
from xl_addin import macros

LAYER = "xlwings._xlwindows"
_VBA = Path(macros.__file__).parent / "vba" / "Performance.bas"


class RunningExcel:
    """Excel with workbooks open, and an officer in front of it."""

    def __init__(self, excel: Excel, layer: ModuleType, handlers: list[Callable[[], Any]]) -> None:
        self.excel, self.layer = excel, layer
        self.desktop, self.calls = excel.desktop, excel.calls
        self._handlers = handlers
        excel.runs = self._run_macro

    @property
    def boxes(self) -> list[Box]:
        """The message boxes shown."""
        return self.desktop.boxes

    def answer(self, *answers: str) -> None:
        """What is pressed in the boxes to come: "ok", "cancel", "yes" or "no"."""
        self.desktop.answers.extend(answers)

    def choose_file(self, path: Path | None) -> None:
        """What is chosen in the next dialog for a file; None for Cancel."""
        self.desktop.files.append(str(path or ""))

    def open(self, source: Spreadsheet | Path) -> Workbook:
        """Open a workbook by hand; it becomes the active one."""
        is_memory = isinstance(source, MemoryBook)
        return self.excel.take_in(source if is_memory else load(str(source)))

    def book(self, name: str) -> xw.Book:
        """An open workbook as xlwings finds it by its name."""
        return xw.apps.active.books[name]

    def _opened(self, name: str) -> Workbook:
        return next(book for book in self.excel.open_books if book.name == name)

    def click(self, name: str) -> list[str]:
        """Press a button of a workbook: it comes to the front; the arguments Python is given.

        PythonStarter.bas and xlwings.bas hand on Application.Hwnd, the window clicked in.
        """
        return _click(self._opened(name))

    @contextmanager
    def pressed(self, name: str) -> Iterator[list[str]]:
        """The same, while the macro of the button waits for Python to end.

        What that Python has started goes on when the macro has ended.
        """
        with self._macro_of(self._opened(name)) as arguments:
            yield arguments

    @contextmanager
    def _macro_of(self, book: Workbook) -> Iterator[list[str]]:
        book.macro_runs = True
        arguments = _click(book)
        try:
            with mock.patch.object(sys, "argv", arguments):
                yield arguments
        finally:
            book.macro_runs = False
        while self.desktop.started:
            self._run(self.desktop.started.pop(0))

    def _run_macro(self, book: Workbook, name: str, args: tuple[Any, ...]) -> Any:
        """Run a macro of a workbook's own VBA, as far as it starts Python or looks for a file."""
        if name == "FileIsThere":
            return Path(args[0]).exists()
        started = dict(re.findall(r'Sub (\w+)\(\)\s+StartPython "(\w+)\(\)"', _VBA.read_text()))
        if name not in started:
            raise refused(f"Cannot run the macro '{name}'.")
        with self._macro_of(book):
            getattr(macros, started[name])()
        return None

    def _run(self, command: list[str]) -> None:
        """Run another Python; the process that it waits for has ended."""
        at = command.index("-c")
        with (
            mock.patch.object(sys, "argv", ["-c", *command[at + 2 :]]),
            mock.patch.object(sys, "stdin", io.StringIO()),
        ):
            exec(command[at + 1], {})

    def edit_cell(self, editing: bool = True) -> None:
        """Begin to type into a cell, or press Enter."""
        self.calls.editing = editing

    def be_busy(self, *, calls: int = 0, seconds: float = 0.0) -> None:
        """Let Excel turn away calls, as while it calculates or shows a dialog."""
        self.calls.be_busy(calls=calls, seconds=seconds)

    def protect(self, name: str, sheet: str, protected: bool = True) -> None:
        self._opened(name).memory.said["ProtectContents", sheet] = protected

    def filter(self, name: str, table: str, hidden: bool = True) -> None:
        """Let a filter hide rows of a table."""
        self._opened(name).memory.said["FilterMode", table] = hidden

    def move_to_the_cloud(self, name: str, address: str) -> None:
        """Let a workbook be one that was opened from OneDrive or SharePoint."""
        self._opened(name).address = address

    def mount(self, address: str, folder: Path) -> None:
        """Let a folder be one that OneDrive keeps in step with an address."""
        values = {"URLNamespace": address, "MountPoint": str(folder)}
        self.desktop.mount_points[f"key {len(self.desktop.mount_points)}"] = values

    def close_window(self, name: str) -> None:
        """Close a workbook by hand, without saving."""
        self._opened(name).close(False)

    def format_characters(self, name: str, sheet: str, address: str) -> None:
        """Make a word of a cell bold."""
        self._opened(name).rich.add((sheet, rect_of(address)[:2]))

    def another_author_types(
        self, call: int, name: str, sheet: str, address: str, text: str
    ) -> None:
        """Co-authoring: let someone else's cell arrive just before a call."""
        cells = self._opened(name).memory.cells[sheet]
        corner = rect_of(address)[:2]
        self.calls.meanwhile[call] = lambda: cells.update({corner: Cell(typed(text, "@"))})

    def open_in_protected_view(self, name: str) -> None:
        """Open a file from the internet, not yet allowed to be edited."""
        self.excel.protected_view.append(name)
        self.desktop.show(self.excel.pid, self.excel, "Protected View")

    def start_another(self, *books: Spreadsheet, version: str = "") -> Excel:
        """A second Excel; without workbooks one that has no window."""
        other = _excel(self.desktop, version or self.excel.version, "en", "", self.excel)
        for book in books:
            other.take_in(book)
        return other

    def python_ends(self) -> None:
        """Run what xlwings has registered to be run at the end of the process."""
        for handler in reversed(self._handlers):
            handler()


def _click(book: Workbook) -> list[str]:
    """Bring a workbook to the front; what its macro hands on to Python."""
    book.excel.desktop.bring_to_front(book.window)
    return ["-c", f"--wb={book.name}", "--from_xl=1", f"--hwnd={book.excel.hwnd}"]


@contextmanager
def running_excel(
    version: str = "365",
    language: str = "en",
    books: Sequence[Spreadsheet | Path] = (),
    type_library: str = "",
) -> Iterator[RunningExcel]:
    """Excel of a version (2016, 2019 or 365) and language (en, de) with workbooks open.

    The last one is the active one. ``type_library`` is the version that pywin32 generated its
    classes from, where that was another Excel.
    """
    desktop = Desktop()
    excel = Excel(desktop, version, language, type_library, load)
    with ExitStack() as stack:
        handlers = stack.enter_context(_exit_handlers())
        layer = stack.enter_context(_windows_layer(desktop, excel))
        excel.coclass_base, excel.utc = (
            layer.CoClassBaseClass,
            layer.win32timezone.TimeZoneInfo.utc(),
        )
        running = RunningExcel(excel, layer, handlers)
        for book in books:
            running.open(book)
        if not books:
            excel.show_bare()
        yield running


def _excel(desktop: Desktop, version: str, language: str, library: str, like: Excel) -> Excel:
    excel = Excel(desktop, version, language, library, load)
    excel.coclass_base, excel.utc = like.coclass_base, like.utc
    return excel


@contextmanager
def _exit_handlers() -> Iterator[list[Callable[[], Any]]]:
    """Keep what is registered for the end of the process apart."""
    handlers: list[Callable[[], Any]] = []

    def register(function: Callable[[], Any], *_: Any) -> Callable[[], Any]:
        handlers.append(function)
        return function

    def unregister(function: Callable[[], Any]) -> None:
        handlers[:] = [handler for handler in handlers if handler is not function]

    with mock.patch.multiple(atexit, register=register, unregister=unregister):
        yield handlers


@contextmanager
def _windows_layer(desktop: Desktop, excel: Excel) -> Iterator[ModuleType]:
    """xlwings' Windows module over the double, as the active engine."""

    def start() -> Excel:
        """Another Excel, as DispatchEx starts it: with a window, and without a workbook."""
        language = next(key for key, words in LANGUAGES.items() if words is excel.language)
        started = _excel(desktop, excel.version, language, excel.type_library, excel)
        started.runs = excel.runs
        started.show_bare()
        return started

    with (
        modules_in_place(fake_modules(desktop, start)),
        mock.patch.object(xw.engines, "engines", list(xw.engines.engines)),
        mock.patch.object(xw.engines, "engines_by_name", dict(xw.engines.engines_by_name)),
        mock.patch.object(xw.engines, "active", None),
        mock.patch.object(xw, "_xlwindows", None, create=True),
        mock.patch("xl_addin.excel.live.com.time", desktop.clock),
        mock.patch("xl_addin.excel.once_idle.subprocess", _other_pythons(desktop)),
        _said_to_be_windows(),
    ):
        sys.modules.pop(LAYER, None)
        with _with_windows_ctypes(desktop):
            layer = importlib.import_module(LAYER)
        layer.WindowsError = OSError
        layer.subprocess = SimpleNamespace(
            run=desktop.run_program,
            PIPE=subprocess.PIPE,
            STDOUT=subprocess.STDOUT,
            CREATE_NO_WINDOW=0x08000000,
        )
        xw.engines.add(xw.Engine(impl=layer.engine))
        xw.engines.active = xw.engines["excel"]
        yield layer


def _other_pythons(desktop: Desktop) -> SimpleNamespace:
    pipes = {"PIPE": subprocess.PIPE, "DEVNULL": subprocess.DEVNULL}
    return SimpleNamespace(Popen=desktop.start_program, **pipes)


@contextmanager
def _with_windows_ctypes(desktop: Desktop) -> Iterator[None]:
    with ExitStack() as stack:
        for name, value in fake_ctypes(desktop).items():
            stack.enter_context(mock.patch.object(ctypes, name, value, create=True))
        yield


class _WindowsSys(ModuleType):
    """``sys`` as a module of Windows sees it."""

    platform = "win32"

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


SEES_WINDOWS = ("xlwings.main", "xlwings.utils", "xl_addin.excel.live.com")
"""The modules that ask for the system and are to do what they do under Windows."""


@contextmanager
def _said_to_be_windows() -> Iterator[None]:
    with ExitStack() as stack:
        for name in SEES_WINDOWS:
            module = importlib.import_module(name)
            stack.enter_context(mock.patch.object(module, "sys", _WindowsSys("sys")))
        yield
