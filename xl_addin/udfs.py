"""Functions for cells: what the page derives, recorded figures, notes and shorthand.

Each converts its arguments, asks the same function as everything else, and gives what a cell can
show. An argument that cannot be used is answered by a sentence in the cell. Tables are given with
their headings, ``History[#All]``, so that columns are found by name wherever they stand.
The arguments have no type hints: xlwings takes a hint as an order to convert.
"""

# ruff: noqa: N802
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from xl_addin.dataset.columns import CHANGE, DERIVED, Derived, Over, shown_as
from xl_addin.dataset.derived import NOT_AVAILABLE, is_number
from xl_addin.dataset.direction import direction
from xl_addin.dataset.history import History
from xl_addin.dataset.shorthand import shorthand
from xl_addin.dataset.signals import MeasureSignal, judged
from xl_addin.dataset.workbook import read_catalogue, read_history
from xl_addin.errors import MonthUnreadable, Problem, WorkbookRefused
from xl_addin.excel.live.cells import read_cell
from xl_addin.excel.live.com import load_xlwings
from xl_addin.layout import DataNotes, Measures, Sheet
from xl_addin.layout import History as HistoryTable
from xl_addin.measure import Measure, Polarity
from xl_addin.notes import marker, read_notes, targets
from xl_addin.observation import Observation
from xl_addin.period import MONTHS_SHOWN, Month
from xl_addin.table import CellValue, Table, text_of

Cells = Sequence[Sequence[Any]]
"""A range of cells as xlwings hands it on: row by row."""

MONTHS_IN_A_YEAR = 12
LONGEST_SERIES = 120

ARGUMENTS = {
    "latest": "The figure of the latest month.",
    "last_year": "The figure of the same month last year.",
    "change": "A change in per cent, such as CHANGE_FROM_LAST_YEAR gives.",
    "threshold": "From how many per cent on a change counts: 10, or DirectionThreshold.",
    "in_words": "TRUE for Increase, Similar or Decrease; left out: an arrow.",
    "values": "The cells of the months, oldest first. Of more than 12 the last 12 count.",
    "series": "The cells of consecutive months, oldest first, 13 or more. Of a measure with "
    "“p-chart” in Measures, the function whose name ends in BY_COUNTS says what the page says.",
    "numerators": "The cells of its numerators: consecutive months, oldest first, 13 or more.",
    "denominators": "The cells of its denominators in the same months.",
    "polarity": "higher is better, or lower is better; left out: neither.",
    "ref": "The Measure Ref, such as M1.",
    "month": "The month: a date, or text such as Jun 2015.",
    "history": "The record of all figures: History[#All].",
    "months": "How many months, ending with that one; left out: 13.",
    "notes": "The table of data notes: DataNotes[#All].",
    "measures": "The table of measures: Measures[#All].",
    "cell": "A cell of the page: a figure, a reason, or nothing.",
}
"""What each argument means; the same name means the same in every function."""

_TABLE = {"ndim": 2, "err_to_str": True}
_CONVERTED = {
    "values": {"ndim": 2},
    "series": {"ndim": 2},
    "numerators": {"ndim": 2},
    "denominators": {"ndim": 2},
    "history": _TABLE,
    "notes": _TABLE,
    "measures": _TABLE,
}
"""How xlwings is to hand on an argument, where not as it is."""


def for_cells(function: Callable[..., Any]) -> Callable[..., Any]:
    """Describe a function to xlwings, where xlwings is what imports this module to serve cells.

    A workbook is made with the names and words of the functions alone, without xlwings.
    """
    if "xlwings" not in sys.modules:
        return function
    xw: Any = load_xlwings()
    for name in inspect.signature(function).parameters:
        function = xw.arg(name, doc=ARGUMENTS[name], **_CONVERTED.get(name, {}))(function)
    described: Callable[..., Any] = xw.func(category="Performance")(function)
    return described


def _of_ends(column: Derived) -> Callable[..., Any]:
    def function(latest, last_year):
        return shown_as(column.calculate(read_cell(latest), read_cell(last_year)))

    return function


def _of_year(column: Derived) -> Callable[..., Any]:
    def function(values):
        return shown_as(column.calculate(_last_year(values)))

    return function


def _function_of(column: Derived) -> Callable[..., Any]:
    """The function for cells of a derived column: its name, its arguments, its purpose."""
    function = {Over.ENDS: _of_ends, Over.YEAR: _of_year}[column.over](column)
    function.__name__ = function.__qualname__ = column.function
    function.__doc__ = column.purpose
    return for_cells(function)


_OF_COLUMNS = {column.function: _function_of(column) for column in DERIVED}
globals().update(_OF_COLUMNS)


@for_cells
def DIRECTION_OF_TRAVEL(change, threshold=10, in_words=False):
    """Direction of travel of a change: an arrow, or a word."""
    if not is_number(change):
        return NOT_AVAILABLE
    if not is_number(threshold) or threshold <= 0:
        return "The threshold is a number of per cent above 0."
    moved = direction(change, threshold)
    return moved.word if in_words else moved.arrow


@for_cells
def CONTROL_LIMITS(series):
    """Mean, lower and upper limit of a series (XmR), side by side, or what is lacking."""
    return _limits(_judged(series))


@for_cells
def SPECIAL_CAUSE(series, polarity=""):
    """What the latest figure of a series says by its limits, as under Signal on the page."""
    meant = _meant(polarity)
    return _NO_POLARITY if meant is None else _judged(series, meant).text


@for_cells
def CONTROL_LIMITS_BY_COUNTS(numerators, denominators):
    """Mean, lower and upper limit (p-chart) of a share's latest month, or what is lacking."""
    try:
        return _limits(_judged_by_counts(numerators, denominators))
    except WorkbookRefused as refusal:
        return _sentence(refusal.problems)


@for_cells
def SPECIAL_CAUSE_BY_COUNTS(numerators, denominators, polarity=""):
    """What a share's latest month says by its counts (p-chart), as under Signal on the page."""
    meant = _meant(polarity)
    try:
        judged = _judged_by_counts(numerators, denominators, meant or Polarity.NEUTRAL)
        return _NO_POLARITY if meant is None else judged.text
    except WorkbookRefused as refusal:
        return _sentence(refusal.problems)


@for_cells
def MEASURE_FIGURE(ref, month, history):
    """A measure's recorded figure for a month, or the reason there is none."""
    try:
        return _shown(_recorded(ref, history).observed(text_of(ref), _month(month)))
    except (WorkbookRefused, MonthUnreadable) as refusal:
        return _sentence(refusal.problems)


@for_cells
def MEASURE_SERIES(ref, month, history, months=MONTHS_SHOWN):
    """A measure's recorded figures for consecutive months, side by side."""
    try:
        window = _month(month).window(_length(months))
        recorded = _recorded(ref, history)
        return [[_shown(recorded.observed(text_of(ref), each)) for each in window]]
    except (WorkbookRefused, MonthUnreadable) as refusal:
        return _sentence(refusal.problems)


@for_cells
def MEASURE_NOTES(ref, month, notes, measures):
    """The markers of the data notes that apply to a measure in a month."""
    try:
        catalogue, problems = read_catalogue(_table(Measures.TABLE, measures, Measures.COLUMNS))
        if catalogue is None or problems:
            raise WorkbookRefused(problems)
        found, _ = read_notes(_table(DataNotes.TABLE, notes, DataNotes.COLUMNS))
        standing = [note for note in found if note.number and note.applies_in(_month(month))]
        standing.sort(key=lambda note: note.number or 0)
        named = (note for note in standing if text_of(ref) in targets(note, catalogue).refs)
        return "".join(map(marker, named))
    except (WorkbookRefused, MonthUnreadable) as refusal:
        return _sentence(refusal.problems)


@for_cells
def STATE_SHORTHAND(cell):
    """The shorthand of what a cell shows: [x] where no figure is available, blank for a figure."""
    shown = read_cell(cell)
    value, reason = (shown, "") if is_number(shown) else (None, text_of(shown))
    return shorthand(Observation("", Month(1900, 1), value, reason).state)


FUNCTIONS: tuple[Callable[..., Any], ...] = (
    _OF_COLUMNS.pop(CHANGE.function),
    DIRECTION_OF_TRAVEL,
    *_OF_COLUMNS.values(),
    CONTROL_LIMITS,
    SPECIAL_CAUSE,
    CONTROL_LIMITS_BY_COUNTS,
    SPECIAL_CAUSE_BY_COUNTS,
    MEASURE_FIGURE,
    MEASURE_SERIES,
    MEASURE_NOTES,
    STATE_SHORTHAND,
)
"""All of them, in the order in which they are listed to officers."""


def _last_year(values: Cells) -> list[CellValue]:
    return _in_line(values)[-MONTHS_IN_A_YEAR:]


def _judged(series: Cells, polarity: Polarity = Polarity.NEUTRAL) -> MeasureSignal:
    """A series by its limits: the months since the last one without a figure."""
    back = (read_cell(value) for row in reversed(series) for value in reversed(row))
    values = tuple(cell for cell in takewhile(is_number, back) if is_number(cell))[::-1]
    return judged(Measure("", "", "", polarity=polarity), Month(1900, 1), values)


_NO_POLARITY = "Polarity is higher is better, lower is better, or left out."


def _meant(polarity: Any) -> Polarity | None:
    """The polarity that a cell names; None for what is none."""
    text = text_of(polarity).casefold()
    return Polarity(text) if text in set(Polarity) else None


def _limits(found: MeasureSignal) -> list[list[float]] | str:
    """Limits side by side, or what is lacking."""
    return [list(found.limits)] if found.limits else found.text


def _judged_by_counts(
    numerators: Cells, denominators: Cells, polarity: Polarity = Polarity.NEUTRAL
) -> MeasureSignal:
    """A share by its counts: the months since the last one without both, or of nobody.

    Raises WorkbookRefused for what no share can have.
    """
    parts, wholes = (_in_line(cells) for cells in (numerators, denominators))
    if len(parts) != len(wholes):
        found = f"{len(parts)} numerators and {len(wholes)} denominators are given."
        raise WorkbookRefused([Problem("Counts", found, "Give cells of the same months.")])
    counts = tuple(_counts_back(parts, wholes))[::-1]
    measure, month = Measure("", "", "", polarity=polarity), Month(1900, 1)
    if not counts:
        lacks_one = bool(parts) and is_number(parts[-1]) != is_number(wholes[-1])
        return MeasureSignal(measure, month, (), lacks_counts=lacks_one)
    return judged(measure, month, tuple(n / d for n, d in counts), counts)


def _in_line(cells: Cells) -> list[CellValue]:
    return [read_cell(value) for row in cells for value in row]


def _counts_back(
    parts: Sequence[CellValue], wholes: Sequence[CellValue]
) -> Iterator[tuple[float, float]]:
    """The counts of the last month and those before it, to the first month without both."""
    for part, whole in zip(reversed(parts), reversed(wholes), strict=True):
        if not (is_number(part) and is_number(whole) and whole):
            return
        if part != int(part) or whole != int(whole) or not 0 <= part <= whole:
            raise _no_share(part, whole)
        yield part, whole


def _no_share(part: float, whole: float) -> WorkbookRefused:
    found = f"{text_of(part)} of {text_of(whole)} is no share."
    remedy = "Give counts: whole numbers, no numerator above its denominator."
    return WorkbookRefused([Problem("Counts", found, remedy)])


def _shown(seen: Observation) -> float | str:
    """What a cell shows: blank text for nothing, because Excel would make nothing a 0."""
    return "" if seen.shown is None else seen.shown


def _recorded(ref: Any, history: Cells) -> History:
    found, problems = read_history(_table(HistoryTable.TABLE, history, HistoryTable.COLUMNS))
    if problems:
        raise WorkbookRefused(problems)
    if text_of(ref) not in found.refs():
        nothing = f"Nothing is recorded for “{text_of(ref)}”."
        raise WorkbookRefused([Problem(Sheet.HISTORY, nothing, "Check the Measure Ref.")])
    return found


def _table(name: str, cells: Cells, columns: Iterable[str]) -> Table:
    headings, *rows = (tuple(map(read_cell, row)) for row in cells)
    texts = tuple(map(text_of, headings))
    for column in columns:
        if column not in texts:
            remedy = f"Give the table with its headings: {name}[#All]."
            raise WorkbookRefused([Problem(name, f"No column is headed “{column}”.", remedy)])
    return Table(name, name, texts, tuple(rows))


def _month(month: Any) -> Month:
    """A month as a cell gives it: a date, text, or a date as Excel counts days."""
    if is_number(month):
        return Month.of(date(1899, 12, 30) + timedelta(days=int(month)))
    return Month.parse(month.date() if isinstance(month, datetime) else month)


def _length(months: Any) -> int:
    if is_number(months) and months == int(months) and 1 <= months <= LONGEST_SERIES:
        return int(months)
    remedy = f"Write a whole number from 1 to {LONGEST_SERIES}."
    raise WorkbookRefused([Problem("Months", f"“{text_of(months)}” months are asked for.", remedy)])


def _sentence(problems: Iterable[Problem]) -> str:
    return str(next(iter(problems)))
