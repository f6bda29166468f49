"""Heading rows of returns: where the measure ref, the months and the figures stand.

A return is tidy (one row per measure and month, layout.Return) or wide (one row per measure,
one column per month, as on the familiar page). Capitals, spaces and punctuation of a heading
do not matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from xl_addin.errors import MonthUnreadable, Problem
from xl_addin.layout import Commentary, History, KeyMeasures, PutOnFigures, Return
from xl_addin.patterns import pattern
from xl_addin.period import NAMES, Month
from xl_addin.returns.figure import is_error, plain_text
from xl_addin.table import CellValue, Grid, text_of
from xl_addin.values import value_type

Cells = tuple[CellValue, ...]

_REFS = ("measureref", "measurereference", "ref", "reference", "indicatorref", "kpiref")
_TIDY = {heading.casefold().replace(" ", ""): heading for heading in Return.COLUMNS[1:]}
_TIDY |= {"notes": Return.NOTE}
_COMMENTS = ("notes", "note", "comments", "comment", "commentary", "remarks")
_NOT_A_RETURN = (
    {History.REVISION},
    {KeyMeasures.LABEL_LATEST},
    {*PutOnFigures.COLUMNS},
    {*Commentary.COLUMNS},
)
"""The headings by which other tables of a workbook of ours are known."""

_NAME = "(?:" + "|".join(f"{name}|{name[:3]}" for name in NAMES) + "|Sept)"
_BEGINS = "(?:" + "|".join(name[:3] for name in NAMES) + ")[a-z]*"
_NEARLY_A_MONTH = pattern(
    rf"{_NAME}|{_BEGINS}\W*[0-9].*|[0-9]+\W*{_NAME}\b.*|[0-9][0-9\W]*",
    re.IGNORECASE,
)
_YEAR = pattern(r"((?:19|20)[0-9]{2})(?:\W*([0-9]{2}))?")
_SERIAL = pattern(r"[0-9]{5}(?:\.0+)?")
_EXCEL_DAY_0 = date(1899, 12, 30)


@value_type
class Headings:
    """The columns of a return, counted from 0.

    ``months`` is empty in a tidy return; ``columns`` (by heading of layout.Return) in a wide
    one, whose ``comment`` is the column of remarks on a measure, where there is one.
    """

    ref: int
    months: Mapping[int, Month]
    columns: Mapping[str, int]
    comment: int | None = None

    @property
    def is_tidy(self) -> bool:
        """Whether each row names its month."""
        return bool(self.columns)


def names_ref_column(cell: CellValue) -> bool:
    """Whether a cell is the heading of the measure refs: "Measure Ref", "ref".

    >>> names_ref_column(" MEASURE  ref."), names_ref_column("M1")
    (True, False)
    """
    usable = isinstance(cell, str) and len(cell) < 40 and not is_error(cell)
    return usable and _normal(cell) in _REFS


def read_headings(row: Cells) -> Headings | None:
    """The columns of a heading row; None when the row is not one.

    A row with a heading for the refs is one when it has a heading Month, or months. History,
    Commentary, what was put on figures, and the figures behind the charts, of a workbook of
    ours, are not a return.
    """
    refs = [i for i, cell in enumerate(row) if names_ref_column(cell)]
    if not refs or any(
        ours.issubset(c for c in row if isinstance(c, str)) for ours in _NOT_A_RETURN
    ):
        return None
    names = {i: _normal(cell) for i, cell in enumerate(row) if isinstance(cell, str)}
    columns = {_TIDY[name]: i for i, name in reversed(names.items()) if name in _TIDY}
    ref = min(refs, key=lambda i: _REFS.index(_normal(row[i])))
    if Return.MONTH in columns:
        return Headings(ref, {}, columns)
    months = _months(row, ref)
    unusable = any(_cannot_be_month(cell) for cell in row)
    comment = next((i for i, name in names.items() if name in _COMMENTS), None)
    return Headings(ref, months, {}, comment) if months or unusable else None


def has_headings(grid: Grid) -> bool:
    """Whether a sheet has the heading row of a return."""
    return any(any(map(names_ref_column, row)) and read_headings(row) for row in grid.rows)


def heading_problems(row: Cells, headings: Headings, place: str) -> Iterator[Problem]:
    """What is wrong with a heading row: doubled columns, missing ones, unreadable months."""
    if headings.is_tidy:
        yield from _tidy_problems(row, headings, place)
        return
    labels = Counter(month.label for month in _all_months(row).values())
    for label, times in labels.items():
        if times > 1:
            yield Problem(place, f"{label} heads {times} columns.", "Keep one column for it.")
    for cell in filter(_cannot_be_month, row):
        yield month_problem(cell, place)


def _tidy_problems(row: Cells, headings: Headings, place: str) -> Iterator[Problem]:
    times = Counter(_TIDY.get(_normal(cell)) for cell in row if isinstance(cell, str))
    for heading in Return.COLUMNS[1:]:
        if times[heading] > 1:
            yield Problem(place, f"{times[heading]} columns are headed {heading}.", "Keep one.")
    if not {Return.VALUE, Return.NUMERATOR, Return.DENOMINATOR} & headings.columns.keys():
        yield Problem(place, "No column is headed Value.", "Head the column of the figures Value.")


def parse_month(cell: CellValue) -> Month | None:
    """Read the month of a heading or a row; None when the cell holds none."""
    if isinstance(cell, date):
        return Month.of(cell) if cell.year > 1900 else None
    if isinstance(cell, str) and not is_error(cell):
        return _month_of_text(plain_text(cell))
    return None


@cache
def _month_of_text(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except MonthUnreadable:
        return None


def month_problem(cell: CellValue, place: str) -> Problem:
    """Say that a cell holds no month, and how a month is written."""
    if is_error(cell):
        found = f"The month shows {cell}."
        remedy = "Correct it: Jun 2015, say. A formula is worked out when you save it in Excel."
        return Problem(place, found, remedy)
    shown = f"{cell:%d/%m/%Y}" if isinstance(cell, date) else text_of(cell)
    if _SERIAL.fullmatch(shown):
        day = Month.of(_EXCEL_DAY_0 + timedelta(int(float(shown)))).label
        return Problem(
            place,
            f"The month is {shown}, the number Excel keeps for a day in {day}.",
            f"Write {day}, or give the cell a date format.",
        )
    (problem,) = MonthUnreadable(shown).problems
    return Problem(place, problem.found, problem.remedy)


def _months(row: Cells, ref: int) -> dict[int, Month]:
    """Each month's first column."""
    found = {month: i for i, month in reversed(_all_months(row).items()) if i != ref}
    return {i: month for month, i in sorted(found.items(), key=lambda pair: pair[1])}


def _all_months(row: Cells) -> dict[int, Month]:
    months = {i: parse_month(cell) for i, cell in enumerate(row) if cell is not None}
    return {i: month for i, month in months.items() if month}


def _cannot_be_month(cell: CellValue) -> bool:
    """Whether a heading means a month that cannot be read: its column must not be lost."""
    if cell is None or isinstance(cell, bool) or parse_month(cell):
        return False
    if isinstance(cell, date) or is_error(cell):
        return True
    text = plain_text(text_of(cell))
    return bool(_NEARLY_A_MONTH.fullmatch(text)) and not _is_year(text)


def _is_year(text: str) -> bool:
    """Whether a heading is a year, 2015 or 2014/15, or too short a number to be a month."""
    if match := _YEAR.fullmatch(text):
        return not match[2] or int(match[2]) == (int(match[1]) + 1) % 100
    return text.isdigit() and len(text) < 4


def _normal(cell: CellValue) -> str:
    return re.sub(r"[\W_]", "", plain_text(cell)).casefold()
