"""COM, by which xlwings speaks to Excel: its manners, its answers, and how long a busy Excel waits.

What is known of xlwings here is what stands in its _xlwindows.py, 0.37.8.
"""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from xl_addin.errors import Problem, WorkbookRefused

if TYPE_CHECKING:
    from xlwings import main

LONGEST_WAIT = 10.0
"""Seconds for which a call that Excel turns away is repeated."""

WAY_BACK_WAIT = 30.0
"""Seconds for which a change that Excel cut off waits for it, before all is put back."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.1
_UNKNOWN = (-2147352570, -2147352573)
"""DISP_E_UNKNOWNNAME and DISP_E_MEMBERNOTFOUND: this version of Excel has no such member."""

EXCEPTION = -2147352567
"""DISP_E_EXCEPTION: Excel would not do it, for whatever reason."""

_EDITING = -2146777998
_BUSY = (-2147418111, _EDITING)
"""RPC_E_CALL_REJECTED, and 0x800AC472 while a cell is being edited."""


class Patience(int):
    """How often xlwings may make a call that Excel turns away.

    xlwings makes it again at once for as long as its number of attempts is below this. So that
    is when there is a pause, longer each time, and when the wait comes to its end.
    """

    _until = 0.0

    def __gt__(self, attempts: int) -> bool:
        """Whether there may be another attempt; asked after each."""
        now = time.monotonic()
        if attempts == 1:
            self._until = now + LONGEST_WAIT
        if now >= self._until:
            return False
        time.sleep(min(_FIRST_PAUSE * attempts, _LONGEST_PAUSE))
        return True


_PATIENCE = Patience(10**9)


def load_xlwings() -> ModuleType:
    """Import xlwings, and keep it from what it would do unasked.

    At the end of every process it would end each Excel that shows no workbook, by force, and
    with it whatever is unsaved there. And it would ask a busy Excel for ever.
    """
    import xlwings

    if sys.platform == "win32":
        from xlwings import _xlwindows

        atexit.unregister(_xlwindows.cleanup)
        _xlwindows.N_COM_ATTEMPTS = _PATIENCE
    return xlwings


def engine_of(cells: main.Range) -> Any:
    """What turns values into what Excel takes, and back. Cells would ask Excel for their own."""
    engine = load_xlwings().engines.active or cells.sheet.book.app.engine
    return engine.impl


def says(program: Any, question: str) -> Any:
    """What a program answers; None where this version of it knows no such question."""
    try:
        return getattr(program, question, None)
    except Exception as error:
        if getattr(error, "hresult", None) in _UNKNOWN:
            return None
        raise


class Later:
    """Something of Excel's that is asked for when it is needed first: each question is a call."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask, self._answer = ask, None

    @property
    def is_at_hand(self) -> bool:
        """Whether it has been asked for."""
        return self._answer is not None

    def __getattr__(self, name: str) -> Any:
        if self._answer is None:
            self._answer = self._ask()
        return getattr(self._answer, name)


def cells_meant(book: main.Book, sheet: Any, reference: str) -> main.Range | None:
    """The cells that a reference means in a formula on a sheet; None where Excel finds none.

    The sheet is Excel's own. An answer that is no object is a value, such as an error's number.
    """
    evaluate = says(sheet, "Evaluate")
    answer = evaluate and unless_refused(partial(evaluate, reference))
    if answer is None or isinstance(answer, int | float | str | tuple):
        return None
    cells: main.Range = load_xlwings().Range(impl=_layer(book).Range(xl=answer))
    return cells


def unless_refused(ask: Callable[[], Any]) -> Any:
    """What Excel answers; None where it would not, for whatever reason but being busy."""
    try:
        return ask()
    except Exception as error:
        if is_busy(error) or getattr(error, "hresult", None) != EXCEPTION:
            raise
        return None


def sheet_of(cells: main.Range) -> main.Sheet:
    """The sheet of cells: xlwings' own way would ask for where they stand, too."""
    sheet: main.Sheet = load_xlwings().Sheet(impl=_layer(cells).Sheet(xl=cells.api.Worksheet))
    return sheet


def table_of(cells: main.Range) -> main.Table:
    """The table that cells belong to: xlwings' own way would ask twice."""
    layer = _layer(cells)
    table: main.Table = load_xlwings().main.Table(impl=layer.Table(xl=cells.api.ListObject))
    return table


def _layer(of: main.Book | main.Range) -> ModuleType:
    """The part of xlwings that reaches the program."""
    return sys.modules[type(of.impl).__module__]


def full_name(book: main.Book) -> str:
    """The path of a workbook, or the address that it was opened from, as Excel says it.

    xlwings' own answer fails for most addresses.
    """
    return str(says(book.api, "FullName") or book.fullname)


def app_of_window(handle: str) -> main.App | None:
    """The Excel that a window belongs to; None where the window, or Windows, is not there."""
    if sys.platform != "win32":
        return None
    xlwings = load_xlwings()
    layer = xlwings._xlwindows
    try:
        app: main.App = xlwings.App(impl=layer.App(xl=int(handle)))
        _ = app.api
    except (OSError, layer.pywintypes.error):
        return None
    return app


WARILY = "yes_no_cancel, of which Enter is No"
"""Buttons for what nobody may agree to by pressing Enter. xlwings' box takes that for Yes."""

_PRESSED = {6: "yes", 7: "no"}
"""IDYES and IDNO."""


def show_box(app: main.App, text: str, title: str, buttons: str, mode: str | None) -> str | None:
    """Show a message box in front of Excel, and give the button pressed.

    xlwings remembers the first window it was told of, and that one may have been closed.
    """
    is_wary = buttons == WARILY
    if sys.platform == "win32":
        xlwings = load_xlwings()
        app = xlwings.App(impl=xlwings._xlwindows.App(xl=app.impl.xl))
        if is_wary:
            return _ask_warily(app.impl.hwnd, text, title)
    return app.alert(text, title, "yes_no_cancel" if is_wary else buttons, mode)


def _ask_warily(window: int, text: str, title: str) -> str:
    pressed = 0
    if sys.platform == "win32":
        import win32api
        import win32con

        style = win32con.MB_YESNOCANCEL | win32con.MB_ICONWARNING | win32con.MB_DEFBUTTON2
        pressed = win32api.MessageBox(window, text, title, style)
    return _PRESSED.get(pressed, "cancel")


def show_bare_box(text: str, title: str) -> None:
    """Show a message box of Windows' own, where no Excel can be found to show it in."""
    if sys.platform == "win32":
        import win32api
        import win32con

        win32api.MessageBox(0, text, title, win32con.MB_ICONWARNING)


def is_busy(error: BaseException) -> bool:
    """Whether an error says that Excel takes no calls at the moment."""
    excepinfo = getattr(error, "excepinfo", None) or ()
    codes = (getattr(error, "hresult", None), *excepinfo[5:6])
    return any(code in _BUSY for code in codes) or type(error).__name__ == "ExcelBusyError"


def words_of(error: BaseException) -> str:
    """What Excel says of an error of its own, without the numbers around it."""
    told: tuple[Any, ...] = getattr(error, "excepinfo", None) or ()
    return str(next(filter(None, told[2:3]), getattr(error, "strerror", None)) or error)


def is_ready(app: main.App) -> bool:
    """Whether Excel takes calls: it turns them away while a cell is being edited."""
    try:
        return says(app.api, "Ready") is not False
    except Exception as error:
        if is_busy(error):
            return False
        raise


def wait_until_ready(app: main.App, seconds: float = WAY_BACK_WAIT) -> bool:
    """Wait until Excel takes calls, and say whether it does."""
    until = time.monotonic() + seconds
    while not (ready := is_ready(app)) and time.monotonic() < until:
        time.sleep(_LONGEST_PAUSE)
    return ready


def refuse_when_busy(app: main.App) -> None:
    """Raise WorkbookRefused while Excel takes no calls."""
    load_xlwings()
    if not is_ready(app):
        raise _busy("Excel is busy: a cell is being edited, or a dialog box is open.")


@contextmanager
def told_when_busy() -> Iterator[None]:
    """Raise WorkbookRefused for an Excel that took no calls for as long as there was patience.

    What is done meanwhile is to have been put back by then.
    """
    try:
        yield
    except Exception as error:
        if not is_busy(error):
            raise
        raise _busy(f"Excel took no calls for {LONGEST_WAIT:.0f} seconds: it was busy.") from error


def _busy(found: str) -> WorkbookRefused:
    remedy = "Press Enter or Esc, wait until Excel is done, then try again."
    return WorkbookRefused([Problem("Excel", found, remedy)])
