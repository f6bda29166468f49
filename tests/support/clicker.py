"""Who clicks Yes, or OK, in every box of ours that Windows shows, and keeps what it said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

_DIALOG, _TITLE = "#32770", "Performance"
_COMMAND, _TEXT = 0x0111, 0xFFFF
"""WM_COMMAND, and the number that Windows gives the text of a message box."""

_YES, _OK = 6, 1
_PAUSE = 0.2


@contextmanager
def clicks_yes() -> Iterator[list[str]]:
    """Click in the boxes of another process while work is done here; what they said."""
    import win32gui

    said: list[str] = []
    ended = Event()
    clicker = Thread(target=_watch, args=(win32gui, ended, said), daemon=True)
    clicker.start()
    try:
        yield said
    finally:
        ended.set()
        clicker.join()


def _watch(gui: Any, ended: Event, said: list[str]) -> None:
    while not ended.wait(_PAUSE):
        if box := gui.FindWindow(_DIALOG, _TITLE):
            said.append(gui.GetWindowText(gui.GetDlgItem(box, _TEXT)))
            gui.PostMessage(box, _COMMAND, _YES if _has(gui, box, _YES) else _OK, 0)
            while gui.IsWindow(box) and not ended.wait(_PAUSE):
                pass


def _has(gui: Any, box: int, number: int) -> bool:
    """Whether a box has a button. Windows says so by an error where it has not."""
    try:
        return bool(gui.GetDlgItem(box, number))
    except gui.error:
        return False
