"""The sheet Targets: what each measure is to reach, filled in by officers."""

from __future__ import annotations

from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewBook, NewTable, add_blank_row, add_sheet
from xl_addin.layout import Name, Sheet, Targets

PURPOSE = (
    "What a measure is to reach, from a month to a month (blank: open). A percentage as 85%. The "
    "next refresh brings it to the page."
)


def add_targets(book: NewBook) -> None:
    """Add the targets, none yet."""
    columns = [
        Column(Targets.REF, 120, style.CELL | {"bold": True}, f"={Name.MEASURE_REFS}"),
        Column(Targets.FROM, 100, style.MONTH),
        Column(Targets.TO, 100, style.MONTH),
        Column(Targets.TARGET, 110, style.NUMBER),
    ]
    sheet = add_sheet(book, Sheet.TARGETS, PURPOSE, "input")
    add_blank_row(sheet, book.looks, NewTable(Targets.TABLE, columns))
