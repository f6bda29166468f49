import io
import sys
from threading import Event, active_count

import pytest

from tests.support.patience import HANGS
from xl_addin import progress
from xl_addin.progress import BookWithProgress
from xl_addin.update import Update

NEVER = HANGS


class Terminal(io.StringIO):
    def __init__(self):
        super().__init__()
        self.said = Event()

    def isatty(self):
        return True

    def write(self, text):
        written = super().write(text)
        if "Dataset.xlsm" in self.getvalue():
            self.said.set()
        return written


def terminal(monkeypatch, patience) -> Terminal:
    """A terminal in place of stderr; inside the test, where pytest leaves it alone."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "PATIENCE", patience)
    monkeypatch.setenv("TERM", "xterm")
    return shown


class Book:
    name = "Dataset.xlsm"
    folder = None

    def __init__(self, until=lambda: None):
        self.until = until
        self.done = []

    def read(self):
        self.until()
        self.done.append("read")

    def apply(self, update):
        self.done.append(update)

    def back_up(self, when, keep, change):
        raise OSError("disk full")


def test_what_takes_long_says_what_it_is(monkeypatch):
    shown = terminal(monkeypatch, patience=0)
    BookWithProgress(Book(until=lambda: shown.said.wait(HANGS))).read()
    assert "Reading Dataset.xlsm" in shown.getvalue()


def test_a_solver_says_how_far_it_has_come_and_with_what(monkeypatch):
    shown = terminal(monkeypatch, patience=0)
    monkeypatch.setattr(progress, "REDRAWN", 0.01)
    with BookWithProgress(Book()).solving() as watch:
        watch("Dataset.xlsm", 3, 4)
        assert shown.said.wait(HANGS)
    assert "Solving Dataset.xlsm" in shown.getvalue()
    assert "75%" in shown.getvalue()


def test_what_is_quick_says_nothing(monkeypatch):
    shown = terminal(monkeypatch, patience=NEVER)
    book = Book()
    BookWithProgress(book).apply(Update())
    assert shown.getvalue() == ""
    assert book.done == [Update()]


@pytest.mark.parametrize("patience", [0, NEVER])
def test_a_failure_ends_the_line_and_is_passed_on(monkeypatch, patience):
    terminal(monkeypatch, patience)
    with pytest.raises(OSError, match="disk full"):
        BookWithProgress(Book()).back_up(None, None)


def test_nothing_is_shown_where_nobody_looks(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE", 0)
    before, during = active_count(), []
    BookWithProgress(Book(until=lambda: during.append(active_count()))).read()
    assert during == [before]
    assert capsys.readouterr().err == ""


def test_what_is_to_be_looked_at_after_a_change_is_passed_on():
    class Changed(Book):
        def apply(self, update):
            return ("look here",)

    assert BookWithProgress(Changed()).apply(Update(())) == ("look here",)
