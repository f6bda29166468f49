"""A Windows desktop: processes, their windows one before the other, and boxes of Windows' own.

Since Excel 2013 every workbook has a window of its own at the top, which is gone with it, and
``Application.Hwnd`` is that of the active one (Microsoft, "Programming for the single document
interface in Excel"). Excel's object model is reached through a child window of the class EXCEL7
within XLDESK (xlwings, _xlwindows.py 296-340).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.support.com_double.calls import Clock
from tests.support.com_double.errors import dead_window

if TYPE_CHECKING:
    from tests.support.com_double.excel.application import Excel

BUTTONS = {0: "ok", 1: "ok_cancel", 4: "yes_no", 3: "yes_no_cancel"}
"""MB_OK, MB_OKCANCEL, MB_YESNO and MB_YESNOCANCEL (winuser.h)."""

ICONS = {0x40: "info", 0x30: "critical", 0: None}
ANSWERS = {"ok": 1, "cancel": 2, "yes": 6, "no": 7}
"""IDOK, IDCANCEL, IDYES and IDNO (winuser.h)."""


@dataclass(eq=False)
class Window:
    """A window at the top. ``book`` is what it shows; None for one without a workbook."""

    handle: int
    pid: int
    excel: Excel | None = None
    book: Any = None
    inner: dict[str, int] = field(default_factory=dict)
    """The handles of its inner windows by class."""


@dataclass(frozen=True)
class Box:
    """A message box that was shown."""

    window: int
    text: str
    title: str
    buttons: str
    icon: str | None
    by_enter: str = "ok"
    """The button that Enter presses."""


class Desktop:
    """What an officer has in front of them: the topmost window first."""

    def __init__(self) -> None:
        self._handles = count(0x20458, 2)
        self._pids = count(4200, 4)
        self.clock = Clock()
        self.windows: list[Window] = []
        self.processes: dict[int, Excel] = {}
        self.boxes: list[Box] = []
        self.answers: list[str] = []
        self.files: list[str] = []
        """What is chosen in the dialogs for files to come; blank for Cancel."""

        self.dialogs: list[Any] = []
        self.while_asked: Callable[[], object] = lambda: None
        self.clicker: Callable[[str], str] | None = None
        """Who answers every box, whatever it asks."""

        self.killed: list[int] = []
        self.started: list[list[str]] = []
        self.mount_points: dict[str, dict[str, str]] = {}
        self.show(next(self._pids))

    def new_pid(self) -> int:
        return next(self._pids)

    def show(self, pid: int, excel: Excel | None = None, book: Any = None) -> Window:
        """A new window in front of all others."""
        window = Window(next(self._handles), pid, excel, book)
        if excel:
            window.inner["XLDESK"] = next(self._handles)
        if book is not None:
            window.inner["EXCEL7"] = next(self._handles)
        self.windows.insert(0, window)
        return window

    def bring_to_front(self, window: Window) -> None:
        self.windows.remove(window)
        self.windows.insert(0, window)

    def destroy(self, window: Window) -> None:
        self.windows.remove(window)

    def window(self, handle: int, function: str) -> Window:
        """The top window of a handle; pywintypes.error 1400 when it is gone."""
        for window in self.windows:
            if handle == window.handle or handle in window.inner.values():
                return window
        raise dead_window(function)

    def top_window(self, _: Any = None) -> int:
        """GetTopWindow."""
        return self.windows[0].handle if self.windows else 0

    def next_window(self, handle: int, _: int) -> int:
        """GetWindow with GW_HWNDNEXT; 0 after the last."""
        handles = [window.handle for window in self.windows]
        at = handles.index(handle) + 1 if handle in handles else len(handles)
        return handles[at] if at < len(handles) else 0

    def find_child(self, parent: int, _: int, kind: str, title: Any) -> int:
        """FindWindowEx: a child window of a class, 0 when there is none."""
        return self.window(parent, "FindWindowEx").inner.get(kind, 0) if parent else 0

    def thread_and_process(self, handle: int) -> tuple[int, int]:
        """GetWindowThreadProcessId."""
        pid = self.window(handle, "GetWindowThreadProcessId").pid
        return pid + 1, pid

    def object_of(self, handle: int) -> Window:
        """AccessibleObjectFromWindow: OSError unless it is the inner window of a workbook."""
        for window in self.windows:
            if handle and handle == window.inner.get("EXCEL7"):
                return window
        raise OSError(-2147467259, "Unspecified error")

    def message_box(self, owner: int, text: str, title: str = "", style: int = 0) -> int:
        """MessageBox: 0, and nothing is shown, when the window that owns it is gone.

        Microsoft, "MessageBox function": zero where it fails. That win32api hands it on, rather
        than raising pywintypes.error, is not checked on Windows: xlwings knows neither.
        """
        if owner and all(owner != window.handle for window in self.windows):
            return 0
        buttons = BUTTONS[style & 0xF]
        by_enter = buttons.split("_")[style >> 8 & 0xF]
        self.boxes.append(Box(owner, text, title, buttons, ICONS[style & 0xF0], by_enter))
        if buttons == "ok":
            return ANSWERS["ok"]
        self.while_asked()
        answer = self.clicker(buttons) if self.clicker else self.answers.pop(0)
        assert answer in buttons.split("_"), f"{answer} is no answer to: {text}"
        return ANSWERS[answer]

    def run_program(self, command: Sequence[str], **_: Any) -> SimpleNamespace:
        """The two programs that xlwings starts at its end: tasklist and taskkill."""
        if command[0] == "tasklist":
            lines = [f"EXCEL.EXE {pid} Console 1 90,000 K" for pid in self.processes]
            return SimpleNamespace(stdout="\n".join(["", "Image Name PID", "====", *lines]))
        assert list(command[:2]) == ["taskkill", "/PID"]
        self.kill(int(command[2]))
        return SimpleNamespace(stdout="")

    def start_program(self, command: Sequence[str], **_: Any) -> SimpleNamespace:
        """Start another Python, which is to wait until the one that started it has ended."""
        self.started.append(list(command))
        return SimpleNamespace()

    def kill(self, pid: int) -> None:
        """End a process at once: what it had not saved is lost."""
        self.killed.append(pid)
        self.processes[pid].end()
