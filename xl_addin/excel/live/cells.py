"""Single cells on their way out of Excel and into it, with nothing read as something else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.live.com import engine_of
from xl_addin.ooxml.cells import LONGEST_TEXT
from xl_addin.patterns import pattern
from xl_addin.table import CELL_ERRORS, CellError, CellValue

if TYPE_CHECKING:
    from xlwings import main

_ERROR_CODES = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
    2051: "#EXTERNAL!",
}
_ERRORS = range(2000, 2200)
_FIRST_CODE = -0x7FF60000
"""Excel hands a cell error over COM as this number plus its code; a figure is never an int."""

_NAMELESS = "#UNKNOWN!"
"""What stands for an error that a later Excel has brought."""

_DAY_ZERO = datetime(1899, 12, 30)
_FIRST_DAY = datetime(1900, 1, 1)

Contents = list[list[Any]]
"""What is handed to Excel for a block of cells, row by row."""

_PLAIN_WORDS = pattern(r"[^\W\d_][^\d]*")
_YES_OR_NO = ("TRUE", "FALSE")


def read_cell(value: Any) -> CellValue:
    """A cell's value as xlwings gives it (with ``err_to_str``), as the core knows it.

    A date without a time of day is a date, a time of day without a date a fraction of a day.
    Every number is a float. Text that spells an error cannot be told from it and counts as one.
    """
    if isinstance(value, datetime):
        return _day_or_moment(value)
    if value is None or isinstance(value, bool | date):
        return value
    if isinstance(value, str):
        return CellError(value) if value in CELL_ERRORS else value or None
    if isinstance(value, int) and value - _FIRST_CODE in _ERRORS:
        return CellError(_ERROR_CODES.get(value - _FIRST_CODE, _NAMELESS))
    return float(value)


def _day_or_moment(value: datetime) -> date | float:
    moment = value.replace(tzinfo=None)
    if moment < _FIRST_DAY:
        return (moment - _DAY_ZERO) / timedelta(days=1)
    thousandths = round(moment.microsecond / 1000)
    moment = moment.replace(microsecond=0) + timedelta(milliseconds=thousandths)
    return moment if moment.time() != time() else moment.date()


def written_cell(cell: CellValue) -> Any:
    """What is handed to Excel so that the cell holds exactly this value.

    Excel reads text as if it were typed: "1-2" turns into a day, "=x" into a formula, "39%"
    into a number. An apostrophe in front, which does not become part of the value, prevents
    it. It is left out where nothing can be misread: a letter first and no digit. Raises
    WorkbookRefused for text that no cell can hold and for a number that is none.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool | datetime | CellError):
        return str(cell) if isinstance(cell, CellError) else cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    return _written_text(cell) if isinstance(cell, str) else _written_number(cell)


def _written_number(number: float) -> float:
    if not math.isfinite(number):
        raise _refused(f"{number} is to be written, which Excel cannot hold.")
    return float(number)


def _written_text(text: str) -> str:
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise _refused(f"A text of {len(text):,} characters is to be written (“{text[:40]}…”).")
    plain = _PLAIN_WORDS.fullmatch(text) and text.upper() not in _YES_OR_NO
    return text if plain else f"'{text}"


def _refused(found: str) -> WorkbookRefused:
    remedy = f"Correct it: a cell holds a figure or up to {LONGEST_TEXT:,} characters."
    return WorkbookRefused([Problem("Workbook", found, remedy)])


def read_values(cells: main.Range) -> tuple[tuple[CellValue, ...], ...]:
    """The values of a block, read at once.

    Most cells hold a number, a word or nothing, which are what they are; what xlwings has to make
    something of (days, errors, yes and no) repeats itself: each is made once. A record of 264,000
    figures has 2.4 million cells.
    """
    clean = engine_of(cells).clean_value_data
    made: dict[tuple[type, Any], CellValue] = {}

    def read(value: Any) -> CellValue:
        kind = type(value)
        if value is None or isinstance(value, float):
            return value
        if kind is str:
            return read_cell(value)
        if (key := (kind, value)) not in made:
            made[key] = read_cell(clean([[value]], datetime, None, None, True)[0][0])
        return made[key]

    return tuple(tuple(map(read, row)) for row in _with_all_decimals(cells))


def _with_all_decimals(cells: main.Range) -> Sequence[Sequence[Any]]:
    """The values of a block as xlwings gives them, pounds with more than four decimals too.

    Excel tells what is shown as money in a type that has no more (Microsoft, "Range.Value2"): it
    is asked again where there is such a cell.
    """
    rows = _as_rows(cells.raw_value)
    if not any(isinstance(value, Decimal) for row in rows for value in row):
        return rows
    return [
        [exact if isinstance(value, Decimal) else value for value, exact in zip(*pair, strict=True)]
        for pair in zip(rows, _as_rows(cells.api.Value2), strict=True)
    ]


def write_contents(cells: main.Range, rows: Contents) -> None:
    """Write a block at once. xlwings' own way would ask Excel a hundred things before."""
    prepare = engine_of(cells).prepare_xl_data_element
    cells.raw_value = [[prepare(content, None) for content in row] for row in rows]


def read_formulas(cells: main.Range) -> Sequence[Sequence[Any]]:
    """What stands in the cells of a block as it was typed: a formula, or what is shown."""
    return _as_rows(cells.formula)


def read_contents(cells: main.Range) -> Contents:
    """What to write to a block so that it holds what it holds now, formulas included."""
    values, formulas = read_values(cells), read_formulas(cells)
    return [
        [_content(value, formula) for value, formula in zip(*rows, strict=True)]
        for rows in zip(values, formulas, strict=True)
    ]


def _content(value: CellValue, formula: Any) -> Any:
    is_formula = isinstance(formula, str) and formula.startswith("=") and formula != value
    return formula if is_formula else written_cell(value)


def _as_rows(block: Any) -> Sequence[Sequence[Any]]:
    """A block as rows: Excel gives one cell bare."""
    if not isinstance(block, list | tuple):
        return [[block]]
    return block if isinstance(block[0], list | tuple) else [block]


def same_content(one: Any, other: Any) -> bool:
    """Whether two contents are the same: yes is not 1."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)
