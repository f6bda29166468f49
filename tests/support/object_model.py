"""The part of Excel's object model that live code uses, as an xlwings engine over any spreadsheet.

A spreadsheet is anything with the few methods of ``Spreadsheet``. Values go in and out the way
Excel's COM interface does it: one cell bare, several as tuples of rows, an error as a number,
text read as if it were typed. Every call is counted, and one of them can be made to fail.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import xlwings as xw
from xlwings import base_classes

Rect = tuple[int, int, int, int]
"""First row, first column, rows, columns; counted from 1."""

Shift = tuple[str, Rect, int]
"""The sheet on which a block came or left, the block, and how far what stood below has moved."""

ERROR_NUMBERS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
DAY_ZERO = datetime(1899, 12, 30)


class Spreadsheet(Protocol):
    """A spreadsheet program with one workbook open.

    A cell that is read or written is None, text, a number, yes or no, ["d", serial] for a date,
    ["e", "#N/A"] for an error or, when written, ["f", "=A1"] for a formula.
    """

    fullname: str

    def sheets(self) -> list[str]: ...
    def tables(self) -> list[list[Any]]: ...
    def table(self, name: str) -> list[Any]: ...
    def tables_on(self, sheet: str) -> list[str]: ...
    def names(self) -> list[list[str]]: ...
    def refers_to(self, name: str) -> str | None: ...
    def set_name(self, name: str, refers_to: str) -> None: ...
    def values(self, sheet: str, rect: Rect) -> list[list[Any]]: ...
    def formulas(self, sheet: str, rect: Rect) -> list[list[str]]: ...
    def write(self, sheet: str, rect: Rect, rows: list[list[Any]]) -> None: ...
    def formats(self, sheet: str, rect: Rect) -> list[list[str]]: ...
    def set_format(self, sheet: str, rect: Rect, code: str) -> None: ...
    def insert(self, sheet: str, rect: Rect, from_above: bool) -> None: ...
    def delete(self, sheet: str, rect: Rect) -> None: ...
    def copy(self, sheet: str, rect: Rect, to: Rect) -> None: ...
    def cut(self, sheet: str, rect: Rect, to: Rect) -> None: ...
    def resize(self, table: str, rect: Rect) -> None: ...
    def merged(self, sheet: str, rect: Rect) -> bool: ...
    def setting(self, name: str) -> Any: ...
    def set_setting(self, name: str, value: Any) -> None: ...
    def calculate(self) -> None: ...
    def save(self) -> None: ...
    def close(self) -> None: ...
    def reopen(self, path: str) -> None: ...
    def says(self, question: str, of: str = "") -> bool: ...


ASKED = ("Ready", "ReadOnly", "Saved", "AutoSaveOn", "ProtectContents", "FilterMode")


class Api:
    """What the program says of itself, a sheet or a table, in the words of Excel's own objects."""

    def __init__(self, calc: Spreadsheet, of: str = "") -> None:
        self._calc = calc
        self._of = of

    def __getattr__(self, question: str) -> Any:
        if question not in ASKED:
            raise AttributeError(question)
        return self._calc.says(question, self._of)

    @property
    def AutoFilter(self) -> Api:  # noqa: N802
        return self


class NoSuchName(Exception):
    """What a name raises that is not there: DISP_E_EXCEPTION, as for much else."""

    hresult = -2147352567


class ExcelFailed(Exception):
    """What a call that was made to fail raises."""


class Calls:
    """The calls made to the object model, by name.

    ``fails`` says which of them fail before they act, ``fails_after`` which after they have.
    """

    def __init__(self) -> None:
        self.made: list[str] = []
        self.fails: Callable[[int], bool] = lambda number: False
        self.fails_after: Callable[[int], bool] = lambda number: False
        self._inside = False

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        if self._inside:
            yield
            return
        self.made.append(name)
        number = len(self.made)
        if self.fails(number):
            raise ExcelFailed(f"call {number}: {name}")
        self._inside = True
        try:
            yield
        finally:
            self._inside = False
        if self.fails_after(number):
            raise ExcelFailed(f"call {number}: {name}, after it had acted")


FREE = {"api", "engine", "options", "calls", "pid", "app", "book", "sheet", "parent", "name"}
"""Not counted: xlwings asks for these dozens of times to see whether two ranges share a sheet."""


def counted(cls: type) -> type:
    """Count every public method and property of a class, and its items and iteration."""
    for name, attribute in list(vars(cls).items()):
        if name in FREE or (name.startswith("_") and name not in ("__call__", "__iter__")):
            continue
        label = f"{cls.__name__}.{name}"
        if isinstance(attribute, property):
            getter = attribute.fget and _counted(f"{label} read", attribute.fget)
            setter = attribute.fset and _counted(f"{label} written", attribute.fset)
            setattr(cls, name, property(getter, setter))
        elif callable(attribute):
            setattr(cls, name, _counted(label, attribute))
    return cls


def _counted(label: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        with self.calls.call(label):
            return function(self, *args, **options)

    return call


class Engine:
    """An xlwings engine with one application that has one workbook, open or closed."""

    type = "desktop"

    def __init__(self, name: str, calc: Spreadsheet) -> None:
        self.name = name
        self.calc = calc
        self.calls = Calls()
        self.shifts: list[Shift] = []
        self.app = App(self)
        self.apps = Apps(self.app)

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data, datetime_builder, empty_as, number_builder, err_to_str):
        names = {number: text for text, number in ERROR_NUMBERS.items()}

        def clean(value: Any) -> Any:
            if value in ("", None):
                return empty_as
            if isinstance(value, int) and value in names:
                return names[value] if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]


def open_book(engine: Engine) -> xw.Book:
    """The workbook an engine has open, as xlwings shows it."""
    book = xw.Book(impl=engine.app.books.active)
    engine.calls.made.clear()
    return book


class Apps(base_classes.Apps):
    def __init__(self, app: App) -> None:
        self._app = app

    def keys(self):
        return [self._app.pid]

    def __iter__(self):
        return iter([self._app])

    def __len__(self):
        return 1

    def __getitem__(self, pid):
        return self._app


def _setting(name: str) -> property:
    def read(self: App) -> Any:
        return self._calc.setting(name)

    def write(self: App, value: Any) -> None:
        self._calc.set_setting(name, value)

    return property(read, write)


@counted
class App(base_classes.App):
    pid = 1
    screen_updating = _setting("screen_updating")
    display_alerts = _setting("display_alerts")
    enable_events = _setting("enable_events")
    calculation = _setting("calculation")
    status_bar = _setting("status_bar")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.calls = engine.calls
        self._calc = engine.calc
        self.has_book = True

    @property
    def api(self):
        return Api(self._calc)

    @property
    def books(self):
        return Books(self)

    def calculate(self):
        self._calc.calculate()


class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self._app = app
        self._book = Book(app)

    @property
    def active(self):
        return self._book

    def open(self, fullname, *options):
        with self._app.calls.call("Books.open"):
            self._app._calc.reopen(fullname)
            self._app.has_book = True
        return self._book

    def __call__(self, name_or_index):
        return self._book

    def __len__(self):
        return int(self._app.has_book)

    def __iter__(self):
        return iter([self._book] if self._app.has_book else [])


@counted
class Book(base_classes.Book):
    def __init__(self, app: App) -> None:
        self._app = app
        self.calls = app.calls
        self._calc = app._calc

    @property
    def api(self):
        return Api(self._calc)

    @property
    def app(self):
        return self._app

    @property
    def fullname(self):
        return self._calc.fullname

    @property
    def name(self):
        return self._calc.fullname.rpartition("/")[2]

    @property
    def sheets(self):
        return Sheets(self)

    def save(self, path=None, password=None):
        self._calc.save()

    def close(self):
        self._calc.close()
        self._app.has_book = False

    @property
    def names(self):
        return Names(self)


@counted
class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self._book = book
        self.calls = book.calls

    def _all(self) -> list[Sheet]:
        return [Sheet(self._book, name) for name in self._book._calc.sheets()]

    def __call__(self, name_or_index):
        if isinstance(name_or_index, int):
            return self._all()[name_or_index - 1]
        return next(s for s in self._all() if s._name == name_or_index)

    def __len__(self):
        return len(self._all())

    def __iter__(self):
        return iter(self._all())


@counted
class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, name: str) -> None:
        self._book = book
        self._name = name
        self.calls = book.calls

    @property
    def api(self):
        return Api(self._book._calc, self._name)

    @property
    def book(self):
        return self._book

    @property
    def name(self):
        return self._name

    @property
    def tables(self):
        return Tables(self)

    def range(self, first, last=None):
        if isinstance(first, str):
            if "," in first:
                raise NoSuchName(first)
            return Range(self, rect_of(first))
        if isinstance(first, tuple) and len(first) == 4:
            return Range(self, first)
        if isinstance(first, Range):
            first, last = first._rect[:2], last._rect[:2]
        (row, column), (bottom, right) = first, last or first
        return Range(self, (row, column, bottom - row + 1, right - column + 1))


@counted
class Tables(base_classes.Tables):
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.calls = sheet.calls

    def _all(self) -> list[Table]:
        names = self._sheet._book._calc.tables_on(self._sheet._name)
        return [Table(self._sheet, name) for name in names]

    def __call__(self, name_or_index):
        if isinstance(name_or_index, int):
            return self._all()[name_or_index - 1]
        return next(table for table in self._all() if table._name == name_or_index)

    def __len__(self):
        return len(self._all())

    def __iter__(self):
        return iter(self._all())


@counted
class Table(base_classes.Table):
    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet = sheet
        self._name = name
        self.calls = sheet.calls

    def _found(self) -> list[Any]:
        return self._sheet._book._calc.table(self._name)

    @property
    def api(self):
        return Api(self._sheet._book._calc, self._name)

    @property
    def parent(self):
        return self._sheet

    @property
    def name(self):
        return self._name

    @property
    def range(self):
        return Range(self._sheet, tuple(self._found()[2]))

    @property
    def show_totals(self):
        return self._found()[3]

    @property
    def show_headers(self):
        return self._found()[3] is not None

    def resize(self, range):
        self._sheet._book._calc.resize(self._name, range.impl._rect)


@counted
class Names(base_classes.Names):
    def __init__(self, book: Book) -> None:
        self._book = book
        self.calls = book.calls

    def snapshot(self):
        found = self._book._calc.names()
        return [(name, Name(self._book, name, refers_to)) for name, refers_to in found]

    def __call__(self, name):
        if not self.contains(name):
            raise NoSuchName(name)
        return Name(self._book, name)

    def contains(self, name):
        return self._book._calc.refers_to(name) is not None


@counted
class Name(base_classes.Name):
    def __init__(self, book: Book, name: str, refers_to: str | None = None) -> None:
        self._book = book
        self._name = name
        self._refers_to = refers_to
        self.calls = book.calls

    @property
    def name(self):
        return self._name

    @property
    def refers_to(self):
        """As it was when all names were listed; asked for where one was looked up."""
        return self._refers_to or self._book._calc.refers_to(self._name)

    @refers_to.setter
    def refers_to(self, value):
        self._book._calc.set_name(self._name, value)

    @property
    def refers_to_range(self):
        sheet, _, address = self.refers_to[1:].rpartition("!")
        name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
        return Range(Sheet(self._book, name), rect_of(address))


@counted
class Range(base_classes.Range):
    def __init__(self, sheet: Sheet, rect: Rect) -> None:
        self._sheet = sheet
        self._calc = sheet._book._calc
        self.calls = sheet.calls
        self._shifts = sheet._book._app.engine.shifts
        self._was, self._known = rect, len(self._shifts)

    @property
    def _rect(self) -> Rect:
        """Where it stands by now: what was handed out goes with its cells, as in Excel."""
        return shifted(self._was, self._sheet._name, self._shifts[self._known :])

    @property
    def api(self):
        return CellsApi(self)

    @property
    def sheet(self):
        return self._sheet

    @property
    def address(self):
        row, column, rows, columns = self._rect
        first = f"${_letters(column)}${row}"
        last = f"${_letters(column + columns - 1)}${row + rows - 1}"
        return first if first == last else f"{first}:{last}"

    def get_address(self, row_absolute=True, column_absolute=True, external=False):
        """Only as it is asked for: absolute, with its workbook and sheet."""
        book, sheet = self._sheet._book.name, self._sheet._name.replace("'", "''")
        return f"'[{book}]{sheet}'!{self.address}"

    @property
    def row(self):
        return self._rect[0]

    @property
    def column(self):
        return self._rect[1]

    @property
    def shape(self):
        return self._rect[2:]

    def __len__(self):
        return self._rect[2] * self._rect[3]

    def __call__(self, row, column):
        top, left = self._rect[:2]
        return Range(self._sheet, (top + row - 1, left + column - 1, 1, 1))

    @property
    def raw_value(self):
        rows = self._calc.values(self._sheet._name, self._rect)
        return _bare(tuple(tuple(map(_over_com, row)) for row in rows))

    @raw_value.setter
    def raw_value(self, data):
        rows = data if isinstance(data, list | tuple) else [[data] * self._rect[3]] * self._rect[2]
        formats = self._calc.formats(self._sheet._name, self._rect)
        cells = [
            [typed(value, code) for value, code in zip(*pair, strict=True)]
            for pair in zip(rows, formats, strict=True)
        ]
        self._calc.write(self._sheet._name, self._rect, self._with_headings_kept(cells))

    def _with_headings_kept(self, cells: list[list[Any]]) -> list[list[Any]]:
        """Headings stay text and unique at every moment, as Excel sees to it."""
        row, column, rows, columns = self._rect
        for _, sheet, (top, left, _, width), _ in self._calc.tables():
            if sheet != self._sheet._name or not row <= top < row + rows:
                continue
            now = [str(v) for v in self._calc.values(sheet, (top, left, 1, width))[0]]
            for at in range(max(left, column), min(left + width, column + columns)):
                others = {h.casefold() for i, h in enumerate(now) if i != at - left}
                heading = _heading(cells[top - row][at - column])
                while heading.casefold() in others:
                    heading += "2"
                now[at - left] = cells[top - row][at - column] = heading
        return cells

    @property
    def formula(self):
        rows = self._calc.formulas(self._sheet._name, self._rect)
        return _bare(tuple(map(tuple, rows)))

    @formula.setter
    def formula(self, text):
        row = [typed(text, "General")] * self._rect[3]
        self._calc.write(self._sheet._name, self._rect, [row] * self._rect[2])

    @property
    def number_format(self):
        codes = {code for row in self._calc.formats(self._sheet._name, self._rect) for code in row}
        return codes.pop() if len(codes) == 1 else None

    @number_format.setter
    def number_format(self, code):
        self._calc.set_format(self._sheet._name, self._rect, code)

    @property
    def merge_cells(self):
        return self._calc.merged(self._sheet._name, self._rect)

    def insert(self, shift=None, copy_origin=None):
        assert shift == "down"
        rect = self._rect
        self._calc.insert(self._sheet._name, rect, copy_origin == "format_from_left_or_above")
        self._shifts.append((self._sheet._name, rect, rect[2]))

    def delete(self, shift=None):
        assert shift == "up"
        rect = self._rect
        self._calc.delete(self._sheet._name, rect)
        self._shifts.append((self._sheet._name, rect, -rect[2]))

    def copy(self, destination=None):
        self._calc.copy(self._sheet._name, self._rect, destination.impl._rect)


@counted
class CellsApi:
    """What Excel's own cells can do that xlwings does not offer."""

    def __init__(self, cells: Range) -> None:
        self._cells = cells
        self.calls = cells.calls

    def Cut(self, destination: CellsApi) -> None:  # noqa: N802
        cells, to = self._cells, destination._cells
        cells._calc.cut(cells._sheet._name, cells._rect, to._rect)


def _heading(cell: Any) -> str:
    return str(cell[1] if isinstance(cell, list) else cell)


def _bare(rows: tuple[tuple[Any, ...], ...]) -> Any:
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


def _over_com(cell: Any) -> Any:
    if not isinstance(cell, list):
        return cell
    kind, value = cell
    return ERROR_NUMBERS[value] if kind == "e" else DAY_ZERO + timedelta(days=value)


def shifted(rect: Rect, sheet: str, shifts: Iterable[Shift]) -> Rect:
    """Where cells of a sheet stand once blocks above them came or left."""
    row, column, rows, columns = rect
    for where, (top, left, height, width), by in shifts:
        below = row >= (top if by > 0 else top + height)
        if where == sheet and below and left <= column and column + columns <= left + width:
            row += by
    return row, column, rows, columns


def rect_of(address: str) -> Rect:
    first, _, last = address.replace("$", "").partition(":")
    (column, row), (right, bottom) = (_split(first), _split(last or first))
    return row, column, bottom - row + 1, right - column + 1


def _split(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    number = functools.reduce(lambda n, letter: n * 26 + ord(letter) - 64, letters, 0)
    return number, int(cell[len(letters) :])


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_NUMBER = re.compile(r"\(?[-+£$]*\d[\d,]*(\.\d*)?(e[-+]?\d+)?%?\)?", re.IGNORECASE)
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_LIKE_A_DATE = re.compile(
    rf"\d+[-/ ]\d+([-/ ]\d+)?|(\d+[-/ ])?{_MONTH}[-/ ]\d+|\d+[-/ ]{_MONTH}|\d+:\d+(:\d+)?",
    re.IGNORECASE,
)


def typed(value: Any, number_format: str) -> Any:
    """What Excel makes of a value that is set: text is read as if it had been typed.

    It need not be the right number or day: what matters is that the text is gone.
    """
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
        return ["d", (moment.replace(tzinfo=None) - DAY_ZERO) / timedelta(days=1)]
    if not isinstance(value, str):
        return value
    if value.startswith("'"):
        return value[1:]
    if value == "" or number_format == "@":
        return value or None
    return _read_as_typed(value)


def _read_as_typed(text: str) -> Any:
    stripped = text.strip()
    if text.startswith(("=", "+", "-", "@")) and not _NUMBER.fullmatch(stripped):
        return ["f", text if text.startswith("=") else f"={text}"]
    if text in ERROR_NUMBERS:
        return ["e", text]
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if _LIKE_A_DATE.fullmatch(stripped):
        return ["d", 42000.0]
    if _NUMBER.fullmatch(stripped):
        return 42.0
    return text
