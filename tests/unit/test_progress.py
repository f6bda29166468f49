import io
import sys
import time

import pytest

from xl_addin import progress
from xl_addin.progress import BookWithProgress
from xl_addin.update import Update


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch) -> Terminal:
    """A terminal in place of stderr; inside the test, where pytest leaves it alone."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setenv("TERM", "xterm")
    return shown


class Slow:
    name = "Dataset.xlsm"
    folder = None

    def __init__(self, seconds):
        self.seconds = seconds
        self.done = []

    def read(self):
        time.sleep(self.seconds)
        self.done.append("read")

    def apply(self, update):
        time.sleep(self.seconds)
        self.done.append(update)

    def back_up(self, when, keep, change):
        raise OSError("disk full")


def test_what_takes_long_says_what_it_is(monkeypatch):
    shown = terminal(monkeypatch)
    BookWithProgress(Slow(1.0)).read()
    assert "Reading Dataset.xlsm" in shown.getvalue()


def test_what_is_quick_says_nothing(monkeypatch):
    shown = terminal(monkeypatch)
    book = Slow(0)
    BookWithProgress(book).apply(Update())
    assert shown.getvalue() == ""
    assert book.done == [Update()]


def test_a_failure_ends_the_line_and_is_passed_on(monkeypatch):
    terminal(monkeypatch)
    with pytest.raises(OSError, match="disk full"):
        BookWithProgress(Slow(0)).back_up(None, None)


def test_nothing_is_shown_where_nobody_looks(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    BookWithProgress(Slow(0.1)).read()
    assert capsys.readouterr().err == ""
