"""What stands in the rows of a table outside its columns: it stays where its rows come and go."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.ooxml.area import letters
from xl_addin.ooxml.cell_notes import read_comments
from xl_addin.ooxml.cells import formula_xml
from xl_addin.ooxml.pinned import Corner
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.sheet_values import NotCalculated, Read
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.table import text_of
from xl_addin.update import Kind, PutOn

_LONGEST_HEADING = 40


def read_outside(book: WorkbookFile, table: TablePart) -> Iterator[tuple[Corner, PutOn]]:
    """The cells that hold something, and the comments, beside a table and in no other.

    Each ``says`` what its column is called: ``Z (“Owner remark”)``, by what stands in the row of
    headings.
    """
    sheet = book.sheet(table.sheet)
    areas = [other.area for other in book.tables.values() if other.sheet == table.sheet]
    written = ((cell, Kind.ENTRY) for cell in _written(book, sheet, table))
    pinned = ((cell, thing.kind) for cell, thing in read_comments(book, table.sheet))
    for (row, column), kind in (*written, *pinned):
        is_beside = row in table.body.rows and column not in table.body.columns
        if is_beside and not any(area.holds(row, column) for area in areas):
            heading = book.value_in(sheet, table.body.first_row - 1, column)
            yield (row, column), PutOn(kind, _called(column, heading), "")


def _written(book: WorkbookFile, sheet: Sheet, table: TablePart) -> Iterator[Corner]:
    for number in sheet.rows_between(table.body.first_row, table.body.last_row):
        row = sheet.row(number)
        beside = row.cells.keys() - set(table.body.columns) if row else ()
        for column in sorted(beside):
            is_formula = formula_xml(sheet.cell(number, column)) is not None
            if is_formula or _text(book.value_in(sheet, number, column)):
                yield number, column


def _text(value: Read) -> str:
    return "" if isinstance(value, NotCalculated) else text_of(value)


def _called(column: int, heading: Read) -> str:
    words = " ".join(_text(heading).split())
    cut = words if len(words) <= _LONGEST_HEADING else f"{words[: _LONGEST_HEADING - 1]}…"
    return f"{letters(column)} (“{cut}”)" if cut else letters(column)
