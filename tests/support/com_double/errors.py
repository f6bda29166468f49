"""What COM answers when it does not do what was asked, as pywin32 raises it.

``com_error`` has four arguments: hresult, text, what Excel says more exactly (or None) and the
number of a wrong argument (or None): pywin32, "win32com/HTML/docindex", and the tracebacks in
xlwings #386, #633, #1854 and #2006.
"""

from __future__ import annotations

from typing import Any

UNKNOWN_NAME = -2147352570
"""DISP_E_UNKNOWNNAME: no member of that name (xlwings #633)."""

MEMBER_NOT_FOUND = -2147352573
"""DISP_E_MEMBERNOTFOUND: the type library knows it, the object does not (winerror.h)."""

BAD_INDEX = -2147352565
"""DISP_E_BADINDEX: no such item (winerror.h)."""

EXCEPTION = -2147352567
"""DISP_E_EXCEPTION: Excel itself raised an error, told in the third argument (xlwings #2006)."""

REJECTED = -2147418111
"""RPC_E_CALL_REJECTED: Excel is busy (_xlwindows.py 144 retries on it)."""

DISCONNECTED = -2147417848
"""RPC_E_DISCONNECTED: the workbook of the object is closed (xlwings #386, #1971)."""

OBJECT_REQUIRED = -2146827864
"""0x800A01A8: the object is a workbook that is closed; VBA's error 424, "Object required"."""

SERVER_GONE = -2147023174
"""RPC_S_SERVER_UNAVAILABLE: Excel has ended (winerror.h)."""

EDITING = -2146777998
"""0x800AC472: a cell is being edited (XLToolbox #598 for a put, #900 for a get)."""

REFUSED = -2146827284
"""0x800A03EC: Excel's error 1004, whatever it would not do (xlwings #2006)."""

DEAD_WINDOW = 1400
"""ERROR_INVALID_WINDOW_HANDLE (winerror.h)."""


class ComError(Exception):
    """``pywintypes.com_error``."""

    def __init__(
        self, hresult: int, text: str, excepinfo: tuple[Any, ...] | None = None, arg: Any = None
    ) -> None:
        super().__init__(hresult, text, excepinfo, arg)
        self.hresult, self.strerror, self.excepinfo, self.argerror = hresult, text, excepinfo, arg


class WindowsApiError(Exception):
    """``pywintypes.error``: what a call of Windows itself raises, with its number."""

    def __init__(self, number: int, function: str, text: str) -> None:
        super().__init__(number, function, text)
        self.winerror, self.funcname, self.strerror = number, function, text


ComError.__name__ = ComError.__qualname__ = "com_error"
WindowsApiError.__name__ = WindowsApiError.__qualname__ = "error"
ComError.__module__ = WindowsApiError.__module__ = "pywintypes"


def unknown_name() -> ComError:
    return ComError(UNKNOWN_NAME, "Unknown name.")


def member_not_found() -> ComError:
    return ComError(MEMBER_NOT_FOUND, "Member not found.")


def bad_index() -> ComError:
    return ComError(BAD_INDEX, "Invalid index.")


def rejected() -> ComError:
    return ComError(REJECTED, "Call was rejected by callee.")


def disconnected() -> ComError:
    return ComError(DISCONNECTED, "The object invoked has disconnected from its clients.")


def closed_workbook() -> ComError:
    return ComError(OBJECT_REQUIRED, "OLE error 0x800a01a8")


def server_gone() -> ComError:
    return ComError(SERVER_GONE, "The RPC server is unavailable.")


def editing() -> ComError:
    """A cell is being edited, as a read property or a method says it."""
    return ComError(EDITING, "OLE error 0x800ac472")


def editing_put() -> ComError:
    """A cell is being edited, as a written property says it (_xlwindows.py 165-180)."""
    return ComError(EXCEPTION, "Exception occurred.", (0, None, None, None, 0, EDITING))


def refused(text: str = "Application-defined or object-defined error") -> ComError:
    """Excel's error 1004 with its words."""
    told = (0, "Microsoft Excel", text, "xlmain11.chm", 0, REFUSED)
    return ComError(EXCEPTION, "Exception occurred.", told)


def dead_window(function: str) -> WindowsApiError:
    return WindowsApiError(DEAD_WINDOW, function, "Invalid window handle.")
