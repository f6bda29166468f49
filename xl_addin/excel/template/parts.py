"""What the sheets of the template have in common: headings, print set-up, tables, drop-downs.

Each sheet is added by a function that is given the ``NewBook``; sheets.py lists them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xl_addin.excel.template import style
from xl_addin.excel.template.style import Look, Looks
from xl_addin.measure import Catalogue
from xl_addin.ooxml.row_heights import fitted_size, wrapped
from xl_addin.values import field, value_type

HEADER = 3
"""The row of the headings on a sheet that is one table."""

FIRST = HEADER + 1
ZOOM = 75
"""Per cent: what an officer fills in stands side by side on a laptop's screen."""

A3 = 8
MARGINS = {"left": 0.25, "right": 0.25, "top": 0.45, "bottom": 0.55}
PURPOSE_WIDTH = 1500
"""In pixels: a longer line is not seen whole on a laptop's screen, so it takes two."""

LONGEST_TABLE = 5000
"""Drop-downs reach this row, so that rows a table gains have them too."""


@value_type
class NewBook:
    """A workbook that is being made: XlsxWriter's, its formats, its title and its measures."""

    workbook: Any
    looks: Looks
    title: str
    catalogue: Catalogue
    has_functions: bool = True


@value_type
class Column:
    """A column of a table: its heading, width in pixels and the look of its cells.

    ``choices`` are the entries of its drop-down, or the name of the range that lists them;
    ``hint`` is shown while a cell of it is selected.
    """

    heading: str
    width: int
    look: Look = field(default_factory=lambda: style.CELL)
    choices: Sequence[str] | str = ()
    hint: str = ""

    @property
    def heading_look(self) -> Look:
        """Headings stand over their cells: right over numbers, left over text."""
        own = {name: self.look[name] for name in ("align", "indent") if name in self.look}
        return style.HEADING | own


@value_type
class NewTable:
    """A table to be added: its name and columns, and whether its headings have filters."""

    name: str
    columns: Sequence[Column]
    filters: bool = False


def add_sheet(book: NewBook, name: str, purpose: str, tab: str) -> Any:
    """Add a sheet that is one table, up to the table: its headings stand in row HEADER."""
    sheet = book.workbook.add_worksheet(name)
    set_up_page(sheet, book.title, tab)
    write_heading(sheet, book.looks, name, purpose)
    sheet.set_row_pixels(HEADER, 30)
    sheet.freeze_panes(FIRST, 0)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(HEADER)
    return sheet


def set_up_page(sheet: Any, title: str, tab: str, *, may_change: bool = True) -> None:
    """Give a sheet its paper (A3 landscape, one page wide), footer and tab colour.

    Where the title may change, the footer names the file: the title would be an old one some day.
    """
    sheet.hide_gridlines(2)
    sheet.set_tab_color(style.TABS[tab])
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.set_margins(**MARGINS)
    sheet.fit_to_pages(1, 0)
    small = f'&"{style.FONT}"&8&K{style.MUTED[1:]}'
    called = "&F" if may_change else in_footer(title)
    sheet.set_footer(f"&L{small}{called} · &A&R{small}Page &P of &N", {"margin": 0.25})


def title_size(title: str, width: int, largest: int) -> int:
    """The points at which a title, which is bold, stands in one line of so many pixels."""
    return fitted_size(title, width * 7 // 8, largest)


def write_heading(sheet: Any, looks: Looks, title: str, purpose: str) -> None:
    """Write the name of a sheet and, under it, what it is for."""
    sheet.set_row_pixels(0, 36)
    sheet.set_row_pixels(1, 20)
    sheet.write_string(0, 0, title, looks[style.TITLE])
    lines = wrapped(purpose, PURPOSE_WIDTH, style.PURPOSE["font_size"])
    sheet.set_row_pixels(2, 8 if len(lines) == 1 else 20)
    for row, line in enumerate(lines, 1):
        sheet.write_string(row, 0, line, looks[style.PURPOSE])


def add_table(sheet: Any, looks: Looks, table: NewTable, first_row: int, rows: int) -> None:
    """Declare a table whose headings stand in ``first_row`` and give its columns their widths.

    With filters, every heading stands left, because a filter's arrow covers its right end.
    """
    columns = table.columns
    headings = [style.HEADING if table.filters else column.heading_look for column in columns]
    headers = [
        {"header": column.heading, "header_format": looks[heading]}
        for column, heading in zip(columns, headings, strict=True)
    ]
    last = first_row + rows, len(columns) - 1
    options = {"name": table.name, "columns": headers, "style": None}
    sheet.add_table(first_row, 0, *last, options | {"autofilter": table.filters})
    for number, column in enumerate(columns):
        sheet.set_column_pixels(number, number, column.width)
        _add_drop_down(sheet, column, first_row + 1, number)


def add_blank_row(sheet: Any, looks: Looks, table: NewTable) -> None:
    """Declare a table that is empty: under its headings stands one row, of usual height."""
    add_table(sheet, looks, table, HEADER, 1)
    for place, column in enumerate(table.columns):
        sheet.write_blank(FIRST, place, None, looks[column.look])


def _add_drop_down(sheet: Any, column: Column, first_row: int, number: int) -> None:
    if not column.choices:
        return
    source = column.choices if isinstance(column.choices, str) else list(column.choices)
    options = {
        "validate": "list",
        "source": source,
        "error_title": column.heading,
        "error_message": "Please choose one of the entries in the list.",
        "error_type": "stop",
    }
    if column.hint:
        options |= {"input_title": column.heading, "input_message": column.hint}
    sheet.data_validation(first_row, number, LONGEST_TABLE, number, options)


def in_footer(text: str) -> str:
    """A text as a footer says it, where an ampersand begins a code; only as much as has room."""
    return text.replace("&", "&&")[:150]
