"""Returns as officers may type them: each cell with what it says, known from how it was made.

``cells`` are drawn with their meaning; whoever tests compares with what the product read. A cell
nobody can be sure of means UNSURE: it may be refused or taken as words, and a number read from
it must be the one that plain arithmetic finds in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from pathlib import Path

import xlsxwriter
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from xl_addin.period import Month


class Says(Enum):
    """What a cell says."""

    FIGURE = auto()
    WORDS = auto()
    NOTHING = auto()
    REFUSED = auto()
    UNSURE = auto()


@dataclass(frozen=True)
class Cell:
    """A cell as it is typed, what it says, and the figure or words it stands for."""

    typed: object
    says: Says
    means: object = None


def figures(cells: Sequence[tuple[object, float]]) -> st.SearchStrategy[Cell]:
    return st.sampled_from([Cell(typed, Says.FIGURE, means) for typed, means in cells])


def refused(*cells: object) -> st.SearchStrategy[Cell]:
    return st.sampled_from([Cell(typed, Says.REFUSED) for typed in cells])


def _grouped(number: int) -> Cell:
    return Cell(f"{number:,}", Says.FIGURE, number)


WORDS = st.sampled_from(
    [
        Cell(
            "Not updated pending data accuracy work",
            Says.WORDS,
            "Not updated pending data accuracy work",
        ),
        Cell("  Awaiting   the\nsystem  ", Says.WORDS, "Awaiting the system"),
        Cell("Zoë’s team – on “hold”", Says.WORDS, "Zoë’s team – on “hold”"),
        Cell("Équipe; absent, tab\there", Says.WORDS, "Équipe; absent, tab here"),
        Cell("não disponível 🙂", Says.WORDS, "não disponível 🙂"),
        Cell("لم يحدث", Says.WORDS, "لم يحدث"),
        Cell("Not updated\u200f", Says.WORDS, "Not updated"),
        Cell("x" * 5000, Says.WORDS, "x" * 5000),
    ]
)
NOTHING = st.sampled_from([Cell(t, Says.NOTHING) for t in (None, "", " ", "\u00a0", "\u200b \t")])
_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
UNSURE = _TEXT.map(lambda text: Cell(text, Says.UNSURE))
_NUMERALS = st.text("0123456789.,%+-−–e٣３ \u00a0\u202f₂²½'_", min_size=1, max_size=9)
UNSURE_NUMBER = _NUMERALS.map(lambda text: Cell(text, Says.UNSURE))
NEVER = refused(
    "nil", "TRUE", "inf", "-Infinity", "NaN", "∞", "#REF!", "#DIV/0!", "Err:502", "1e5", "1,36",
    "12,345,67", "1.363,00", "٣٩", "３９", "<5", "5*", "626 (p)", "1_000", "½", "0x10", "=1+1",
    "‏39‏x", "#N/A", 1e15, 1e308, -1e-9, datetime(2015, 6, 1, 12), True, date(2015, 6, 1),
)  # fmt: skip

COUNTS = st.one_of(
    st.integers(0, 10**15 - 1).map(lambda n: Cell(n, Says.FIGURE, n)),
    st.integers(0, 10**12).map(lambda n: Cell(str(n), Says.FIGURE, n)),
    st.integers(0, 10**12).map(_grouped),
    figures(
        [("007", 7), (" 1,363 ", 1363), ("1 363", 1363), ("1\u00a0363", 1363), ("+5", 5)]
        + [("5.0", 5), (5.0, 5), (-0.0, 0), ("-0", 0), (0.1 + 0.2 + 0.7, 1), ("1\u202f363", 1363)]
        + [("\u200e5\u200f", 5), (999_999_999_999_999, 999_999_999_999_999), ("00", 0)]
    ),
    refused("39%", "0.5", 0.5, -1, "-1", "−1", 1.0001, "1,363.5", "(5)", "5-"),
    NEVER,
    WORDS,
    NOTHING,
    UNSURE,
    UNSURE_NUMBER,
)

SHARES = st.one_of(
    st.integers(0, 100).map(lambda n: Cell(f"{n}%", Says.FIGURE, n / 100)),
    st.integers(0, 10_000).map(
        lambda n: Cell(f"{n // 100}.{n % 100:02}%", Says.FIGURE, n / 10_000)
    ),
    st.floats(0.0001, 1).map(lambda x: Cell(x, Says.FIGURE, x)),
    st.integers(0, 10**6).map(lambda n: Cell(f"0.{n:07}", Says.FIGURE, n / 10**7)),
    figures(
        [(1, 1), ("1", 1), (0, 0), ("100%", 1), (" 39 % ", 0.39), ("\u00a039%", 0.39), ("0", 0)]
        + [(510 / 1303, 510 / 1303), (0.1 + 0.2, 0.1 + 0.2), (-0.0, 0), ("039%", 0.39), (".5", 0.5)]
    ),
    refused(39, "39", "101%", "100.01%", -0.01, "-1%", 1.5, "39％", "٣٩٪", "39%%", "% 39", "1,5%"),
    NEVER,
    WORDS,
    NOTHING,
    UNSURE,
    UNSURE_NUMBER,
)

MONTHS = {
    Month(2015, 6): ("Jun 2015", "June 2015", "JUN 2015", "2015-06", "01/06/2015", "30.06.2015",
                     date(2015, 6, 1), " Jun  2015 ", "jun-2015", "2015-06-30", "Jun-15",
                     "Jun 15"),
    Month(2015, 5): ("May 2015", "2015-05", "05/05/2015", date(2015, 5, 31), "May\u00a02015"),
    Month(2014, 9): ("Sep 2014", "Sept 2014", "September 2014", "2014-9", date(2014, 9, 2)),
}  # fmt: skip
UNREADABLE_MONTHS = ("Jun 1", "06/2015", "2015-13", "31/02/2015", "42156", "Juni 2015", "#REF!",
                     "June", "13/13/2015", "Jun 2O15")  # fmt: skip


def number_in(text: str) -> float | None:
    """The number a text plainly is, by decimal arithmetic; None where it is none."""
    kept = "".join(c for c in text if c.isprintable() or c.isspace()).strip()
    kept = "-" + kept[1:] if kept[:1] in "−–—" and kept else kept
    share = kept.endswith("%")
    digits = "".join(kept.removesuffix("%").replace(",", "").split())
    if not digits.isascii() or "_" in digits:
        return None
    try:
        return float(Decimal(digits) / (100 if share else 1))
    except InvalidOperation:
        return None


Rows = list[list[object]]


def write_text(path: Path, rows: Rows, delimiter: str, encoding: str) -> None:
    """A text file, all cells as text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


def write_workbook(path: Path, rows: Rows) -> None:
    """An .xlsx of these cells, days as days."""
    book = xlsxwriter.Workbook(
        path, {"default_date_format": "mmm yyyy", "strings_to_formulas": False}
    )
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell)
    book.close()


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: object) -> None:
    if isinstance(cell, str) and cell:
        sheet.write_string(row, column, cell)
    elif cell not in (None, ""):
        sheet.write(row, column, cell)


def write_document(path: Path, rows: Rows) -> None:
    """An .ods of these cells."""
    book, table = OpenDocumentSpreadsheet(), Table(name="Figures")
    for row in rows:
        element = TableRow()
        for cell in row:
            element.addElement(_odf_cell(cell))
        table.addElement(element)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def _odf_cell(cell: object) -> TableCell:
    if cell in (None, "") and cell is not False:
        return TableCell()
    if isinstance(cell, bool):
        element = TableCell(valuetype="boolean", booleanvalue=str(cell).lower())
    elif isinstance(cell, date):
        element = TableCell(valuetype="date", datevalue=cell.isoformat())
    elif isinstance(cell, int | float):
        element = TableCell(valuetype="float", value=repr(cell))
    else:
        element = TableCell(valuetype="string")
    element.addElement(P(text=str(cell)))
    return element
