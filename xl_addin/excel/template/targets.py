"""The sheets Targets and Comparators: what to reach and what others had, filled in by officers."""

from __future__ import annotations

from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewBook, NewTable, add_blank_row, add_sheet
from xl_addin.layout import Comparators, Name, Sheet, Targets

TARGETS_PURPOSE = (
    "What a measure is to reach, from a month to a month (blank: open). A percentage as 85%. The "
    "next refresh brings it to the page."
)
COMPARATORS_PURPOSE = (
    "What England, your region, statistical neighbours had of a measure, in a month (Jun 2015) or "
    "a year (2014-15). A percentage as 85%. The next refresh says it in the Summary."
)
AS_TEXT = style.CELL | {"num_format": "@", "align": "left"}
"""Excel would take "Jun 2015" for a day, and say so in another way."""


def add_targets(book: NewBook) -> None:
    """Add the targets, none yet."""
    columns = [
        Column(Targets.REF, 120, style.CELL | {"bold": True}, f"={Name.MEASURE_REFS}"),
        Column(Targets.FROM, 100, style.MONTH),
        Column(Targets.TO, 100, style.MONTH),
        Column(Targets.TARGET, 110, style.NUMBER),
    ]
    sheet = add_sheet(book, Sheet.TARGETS, TARGETS_PURPOSE, "input")
    add_blank_row(sheet, book.looks, NewTable(Targets.TABLE, columns))


def add_comparators(book: NewBook) -> None:
    """Add what others had of the measures, nothing yet."""
    columns = [
        Column(Comparators.REF, 120, style.CELL | {"bold": True}, f"={Name.MEASURE_REFS}"),
        Column(Comparators.WHO, 220),
        Column(Comparators.PERIOD, 160, AS_TEXT),
        Column(Comparators.VALUE, 110, style.NUMBER),
        Column(Comparators.SOURCE, 480, style.WRAPPED),
    ]
    sheet = add_sheet(book, Sheet.COMPARATORS, COMPARATORS_PURPOSE, "input")
    add_blank_row(sheet, book.looks, NewTable(Comparators.TABLE, columns))
