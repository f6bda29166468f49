"""An open workbook: one that an officer has in Excel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xl_addin.dataset.settings import Keep
from xl_addin.errors import Problem, StaysClosed, WorkbookRefused, XlAddinError
from xl_addin.excel import dataset_file, error_log, live
from xl_addin.excel.backups import back_up
from xl_addin.excel.kept_at import path_of
from xl_addin.excel.live.com import load_xlwings, says
from xl_addin.ooxml.saving import clear_leftovers
from xl_addin.table import Sheets
from xl_addin.update import Back, OnCells, PutOn, Update
from xl_addin.values import field, value_type

if TYPE_CHECKING:
    from xlwings import main

_AUTO_OPEN = 1
_AS_THE_OFFICER_SET = 2
"""What Excel calls the macros of opening, and macros allowed as its Trust Center says."""


@value_type(frozen=False)
class OpenBook:
    """The workbook that Excel has open, and what the month's work and undo do to it."""

    book: main.Book
    known_app: main.App | None = field(default=None, repr=False, compare=False)
    known_name: str = ""
    _path: Path | None = field(default=None, init=False, repr=False, compare=False)
    _seen: live.Seen | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """How officers call it: its file name."""
        self.known_name = self.known_name or str(self.book.name)
        return self.known_name

    @property
    def app(self) -> main.App:
        """The Excel that has it open."""
        self.known_app = self.known_app or self.book.app
        return self.known_app

    @property
    def path(self) -> Path:
        """Its file. Raises WorkbookRefused for a workbook that only the cloud has."""
        if self._path is None:
            self._path = path_of(self.book)
        return self._path

    @property
    def folder(self) -> Path:
        """Where returns without a folder are looked for."""
        return self.path.parent

    def read(self) -> Sheets:
        """Its tables and named ranges as they stand, saved or not. Raises WorkbookRefused."""
        self._seen = live.check(self.book, self.app, self.name, self._path)
        return live.read(self.book, self._seen)

    def put_on(self, *, whole_rows: bool) -> OnCells | None:
        """What is put on figures of the page, or its rows; None where Excel gives no copy of it.

        Raises WorkbookRefused for a copy that cannot be read, as of a workbook with a password.
        """
        data = live.read_copy(self.book, self.name)
        if data is None:
            return None
        return dataset_file.read_put_on(Path(self.name), data, whole_rows=whole_rows)

    def comes_back(self, thing: PutOn) -> Back:
        """What Excel can be asked to put on a figure again; what it cannot stays kept."""
        return live.comes_back(thing)

    def apply(self, update: Update) -> tuple[Problem, ...]:
        """Change what an update says and nothing else, and say what to look at afterwards.

        It was backed up, and so saved, just before. Raises WorkbookRefused.
        """
        saved = self.path.read_bytes() if self.path.exists() else None
        return live.apply(self.book, update, self._seen, self.app, saved)

    @property
    def is_saved(self) -> bool:
        """Whether Excel says that the file holds all that there is; no where it cannot say."""
        return bool(says(self.book.api, "Saved"))

    def back_up(self, when: datetime, keep: Keep, change: str = "") -> Path:
        """Save it, so that nothing typed is lost, and copy the file before it is changed.

        What is saved already is not saved again: Excel would write the same in other bytes.
        """
        if not self.is_saved:
            self.book.save()
        return back_up(self.path, when, keep, change)

    def refuse_unless_replaceable(self) -> None:
        """Raise WorkbookRefused for what keeps its file from being replaced."""
        live.check_file_of(self.book, self.app)
        if not self.path.exists():
            found = "Its file is not in its folder any more."
            remedy = "Save it there again (File, Save As), then try again."
            raise WorkbookRefused([Problem(self.name, found, remedy)])

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Close it in Excel, not saving it, and open it again afterwards, whatever happens.

        Raises StaysClosed where Excel does not open it again: the file is right all the same.
        How Excel takes the closing of a workbook whose own macro waits for this very program
        is not checked without it.
        """
        app, path = self.app, self.path
        clear_leftovers(path)
        try:
            self._close(app, path)
            yield
        except BaseException as failure:
            if error := self._failure_to_open(app, path):
                raise _stays_closed(path, failure) from error
            raise
        if error := self._failure_to_open(app, path):
            raise _stays_closed(path) from error

    def _close(self, app: main.App, path: Path) -> None:
        self.book.close()
        if _opened_as(app, path):
            found = "Excel did not close the workbook."
            remedy = "Close it yourself, then type: xl-addin undo BOOK, or xl-addin upgrade BOOK."
            raise WorkbookRefused([Problem(path.name, found, remedy)])

    def _failure_to_open(self, app: main.App, path: Path) -> Exception | None:
        """Open it unless it is open, in two attempts; what went wrong in the last, if it is not.

        A call that failed may have opened it all the same: the second attempt sees that.
        """
        failure: Exception | None = None
        for _ in range(2):
            try:
                self.book, self._seen = _opened_as(app, path) or _open(app, path), None
            except Exception as error:
                failure = error
            else:
                return None
        return failure


def _opened_as(app: main.App, path: Path) -> main.Book | None:
    """The workbook of that name: Excel never has two of one name open."""
    books = (book for book in app.books if book.name.casefold() == path.name.casefold())
    return next(books, None)


def _open(app: main.App, path: Path) -> main.Book:
    """Open a workbook as the officer would.

    xlwings' own way would follow a drive letter to its server, and Excel would know the workbook
    by another name then.
    """
    with _macros_as_set(app):
        book: main.Book = load_xlwings().Book(impl=app.books.impl.open(str(path)))
    _run_macros_of_opening(book)
    return book


@contextmanager
def _macros_as_set(app: main.App) -> Iterator[None]:
    """Let Excel treat macros as the officer set it: what a program opens runs all, unasked.

    Not checked in Excel; left out by a program that knows no such setting.
    """
    before = says(app.api, "AutomationSecurity")
    if before is None:
        yield
        return
    app.api.AutomationSecurity = _AS_THE_OFFICER_SET
    try:
        yield
    finally:
        app.api.AutomationSecurity = before


def _run_macros_of_opening(book: main.Book) -> None:
    """Run what Excel leaves out for a workbook that a program opens: Auto_Open.

    It hides the line that says macros are off, and describes the functions. Not checked in
    Excel. The workbook is right without it: a failure is only logged.
    """
    try:
        if run := says(book.api, "RunAutoMacros"):
            run(_AUTO_OPEN)
    except Exception as failure:
        with suppress(OSError):
            error_log.record("Macros of opening", failure)


def _stays_closed(path: Path, failure: BaseException | None = None) -> StaysClosed:
    if failure is None:
        found = "It is done, but Excel did not open it again."
        return StaysClosed([Problem(path.name, found, "Open it yourself: its file is right.")])
    problems = failure.problems if isinstance(failure, XlAddinError) else ()
    found = "It was not done, and Excel did not open it again."
    remedy = "Open it yourself: it is as it was, with all that you had typed."
    return StaysClosed([*problems, Problem(path.name, found, remedy)])
