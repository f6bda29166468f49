"""pywin32's modules, and what of Windows xlwings imports beside them, over a desktop.

They hold what xlwings' own ``_xlwindows.py`` imports and calls, nothing more; what is missing
raises AttributeError or ImportError as a module without it would.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

from tests.support.com_double.desktop import Desktop
from tests.support.com_double.dispatch import CDispatch, ComReference, DispatchBaseClass, dispatch
from tests.support.com_double.errors import ComError, WindowsApiError
from tests.support.com_double.excel.application import Excel, ExcelWindow
from tests.support.com_double.variants import ComTime

PYTHONCOM_FILE = "pythoncom311.dll"


def _module(name: str, **content: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(content)
    return module


def fake_modules(desktop: Desktop, start_excel: Callable[[], Excel]) -> dict[str, ModuleType]:
    """Every module, by the name it is imported by."""
    client = _client(start_excel)
    modules = [
        _pywintypes(),
        _module(
            "pythoncom",
            CoInitialize=lambda: None,
            com_error=ComError,
            ole_error=ComError,
            Empty=None,
            __file__=PYTHONCOM_FILE,
        ),
        _module("win32com", client=client, __path__=[]),
        client,
        _module("win32api", MessageBox=desktop.message_box),
        _module("win32gui", FindWindowEx=desktop.find_child),
        _module("win32process", GetWindowThreadProcessId=desktop.thread_and_process),
        _win32con(),
        _module("win32timezone", TimeZoneInfo=SimpleNamespace(utc=lambda: UTC)),
        _winreg(desktop),
    ]
    return {module.__name__: module for module in modules}


def _pywintypes() -> ModuleType:
    return _module(
        "pywintypes",
        com_error=ComError,
        error=WindowsApiError,
        TimeType=ComTime,
        datetime=datetime,
        IID=str,
    )


def _client(start_excel: Callable[[], Excel]) -> ModuleType:
    """win32com.client. xlwings puts a CoClassBaseClass of its own into it (line 43)."""

    def start(program: str) -> Any:
        assert program == "Excel.Application"
        return dispatch(ComReference(start_excel()))

    return _module(
        "win32com.client",
        CDispatch=CDispatch,
        DispatchBaseClass=DispatchBaseClass,
        Dispatch=dispatch,
        DispatchEx=start,
    )


def _win32con() -> ModuleType:
    """The numbers of winuser.h that xlwings' alert uses, and those of a wary box."""
    return _module(
        "win32con",
        MB_OK=0,
        MB_OKCANCEL=1,
        MB_YESNO=4,
        MB_YESNOCANCEL=3,
        MB_ICONINFORMATION=0x40,
        MB_ICONWARNING=0x30,
        MB_DEFBUTTON2=0x100,
    )


class _Key(SimpleNamespace):
    def __enter__(self) -> _Key:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def _winreg(desktop: Desktop) -> ModuleType:
    """The registry as far as OneDrive's mount points go (xlwings, utils.py 736-760).

    Each is a key with URLNamespace and MountPoint.
    """
    mounts = desktop.mount_points

    def open_key(_: Any, path: str, *options: Any) -> _Key:
        if path == MOUNTS:
            return _Key(values={}, names=list(mounts))
        name = path.removeprefix(f"{MOUNTS}\\")
        if name not in mounts:
            raise FileNotFoundError(path)
        return _Key(values=mounts[name], names=[])

    def query(key: _Key, name: str) -> tuple[Any, int]:
        if name not in key.values:
            raise FileNotFoundError(name)
        return key.values[name], 1

    return _module(
        "winreg",
        HKEY_CURRENT_USER=1,
        KEY_READ=2,
        OpenKey=open_key,
        QueryInfoKey=lambda key: (len(key.names), 0, 0),
        EnumKey=lambda key, at: key.names[at],
        QueryValueEx=query,
    )


MOUNTS = r"SOFTWARE\SyncEngines\Providers\OneDrive"


def fake_ctypes(desktop: Desktop) -> dict[str, Any]:
    """The parts of ctypes that only Windows has, as _xlwindows.py 258-340 uses them."""

    def object_from_window(handle: int, _: int, iid: Any, pointer: Any) -> int:
        pointer._obj.value = desktop.object_of(handle).handle
        return 0

    def object_from_pointer(pointer: Any, iid: Any, add_reference: bool) -> ComReference:
        window = desktop.window(pointer.value, "PyCom_PyObjectFromIUnknown")
        return ComReference(ExcelWindow(window.excel))  # type: ignore[arg-type]

    def library(name: str, *options: Any) -> Any:
        if name != PYTHONCOM_FILE:
            return PyDLL(name, *options)
        return SimpleNamespace(PyCom_PyObjectFromIUnknown=object_from_pointer)

    PyDLL = ctypes.PyDLL  # noqa: N806
    user32 = SimpleNamespace(
        GetTopWindow=desktop.top_window,
        GetWindow=desktop.next_window,
        GetForegroundWindow=desktop.top_window,
    )
    return {
        "PyDLL": library,
        "windll": SimpleNamespace(user32=user32),
        "oledll": SimpleNamespace(
            ole32=SimpleNamespace(CLSIDFromString=lambda text, guid: 0),
            oleacc=SimpleNamespace(AccessibleObjectFromWindow=object_from_window),
        ),
    }
