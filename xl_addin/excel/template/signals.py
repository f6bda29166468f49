"""The sheet Signals: six charts, the limits of each measure, what its latest figure says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from xl_addin.dataset.signal_table import (
    assurance_formula,
    formulas_of,
    number_formats,
    values_of,
)
from xl_addin.dataset.signals import MeasureSignal
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import (
    ZOOM,
    Column,
    NewBook,
    NewTable,
    add_table,
    set_up_page,
    write_heading,
)
from xl_addin.excel.template.signal_charts import FIRST_CARD, ROWS, add_cards
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Dataset, Sheet, Signals
from xl_addin.measure import Measure
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.period import Month
from xl_addin.table import Formula

LAST_WITH_FORMATS = 1000
LAST_ROW = 1_048_575
HEADER = FIRST_CARD + ROWS
"""The row of the table's headings, below the charts."""

FIRST = HEADER + 1

PURPOSE = (
    "Which latest figure is news? Choose six measures for the charts; all are in the table below. "
    "Limits are mean ± 2.66 × mean moving range (p-chart: by each month's counts) of all recorded "
    "months without a gap, at least 13 (NHS England, Making Data Count). They start anew from the "
    "month of a data note with [b] in its text: the measure is counted in another way from there."
)
ARROWS = '"▲";"▼";""'
RULE = style.CELL | {"num_format": ARROWS, "align": "center"}

IMPROVEMENT, CONCERN, SPECIAL = "#0A5596", "#9C3D0A", "#490092"
"""Blue, orange and violet as the NHS has them, dark enough to be read as text."""


def add_signals(book: NewBook) -> None:
    """Add the charts, and below them the table with a row for each measure, no limits yet."""
    sheet = book.workbook.add_worksheet(Sheet.SIGNALS)
    set_up_page(sheet, book.title, "page")
    write_heading(sheet, book.looks, Sheet.SIGNALS, PURPOSE)
    table, shown = NewTable(Signals.TABLE, _columns()), len(Signals.TO_READ)
    add_table(sheet, book.looks, table, HEADER, len(book.catalogue))
    sheet.set_row_pixels(HEADER, 40)
    sheet.freeze_panes(FIRST_CARD, 0)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(HEADER)
    sheet.set_h_pagebreaks([HEADER])
    sheet.print_area(0, 0, LAST_ROW, shown - 1)
    for row, measure in enumerate(book.catalogue, FIRST):
        _write_measure(sheet, book.looks, row, measure)
    add_signal_colours(book.workbook, sheet, FIRST, Signals.COLUMNS.index(Signals.SIGNAL))
    add_cards(book, sheet, [column.width for column in _columns()[:shown]])


def _columns() -> list[Column]:
    return [
        Column(Signals.REF, 90, style.CELL | {"bold": True}),
        Column(Signals.DESCRIPTION, 420, style.WRAPPED),
        Column(Signals.SINCE, 90, style.MONTH),
        Column(Signals.MONTHS, 80, style.COUNT),
        *(Column(heading, 96, style.NUMBER) for heading in Signals.LIMITS),
        *(Column(heading, 92, RULE) for heading in Signals.RULES),
        Column(Signals.SIGNAL, 190, style.CELL | {"indent": 1}),
        Column(Signals.RULE, 230, style.WRAPPED),
        Column(Signals.TARGET, 84, style.NUMBER),
        Column(Signals.ASSURANCE, 130, style.CELL | {"indent": 1}),
        Column(Signals.DRAWN, 70, style.CELL | {"font_color": style.MUTED, "num_format": "@"}),
    ]


def _write_measure(sheet: Any, looks: Looks, row: int, measure: Measure) -> None:
    width = _columns()[1].width
    size = style.TEXT["font_size"]
    sheet.set_row(row, fitted_height([("", 0, size), (measure.description, width, size)]))
    formats, texts = number_formats(measure), (measure.ref, measure.description)
    for place, (column, cell) in enumerate(zip(_columns(), _cells(measure), strict=True)):
        own = {"num_format": formats[column.heading]} if column.heading in formats else {}
        look = looks[column.look | own]
        if place < len(texts):
            sheet.write_string(row, place, texts[place], look)
        elif isinstance(cell, Formula):
            sheet.write_formula(row, place, cell.in_row(_address_in(row)), look, cell.value)
        else:
            sheet.write_blank(row, place, None, look)


def _address_in(row: int) -> Any:
    return lambda heading: xl_rowcol_to_cell(row, Signals.COLUMNS.index(heading))


def _cells(measure: Measure) -> Iterator[Formula | None]:
    """The formulas of a row without limits; None for the other cells."""
    known = formulas_of(Dataset.UNNAMED_MONTHS)
    formulas = {**known, Signals.ASSURANCE: assurance_formula()}
    values = values_of(MeasureSignal(measure, Month(1900, 1), ()))
    values[Signals.ASSURANCE] = ""
    for heading in Signals.COLUMNS:
        yield Formula(formulas[heading], values[heading]) if heading in formulas else None


def add_signal_colours(workbook: Any, sheet: Any, first_row: int, column: int) -> None:
    """Colour what a column of signals says; the word stands there in any case."""
    cell = xl_rowcol_to_cell(first_row, column, col_abs=True)
    colours = {"improvement": IMPROVEMENT, "concern": CONCERN, "▲ high": SPECIAL, "▼ low": SPECIAL}
    for word, colour in colours.items():
        look = workbook.add_format({"font_color": colour, "bold": True})
        rule = {
            "type": "formula",
            "criteria": f'=ISNUMBER(SEARCH("{word}",{cell}))',
            "format": look,
        }
        sheet.conditional_format(first_row, column, LAST_WITH_FORMATS, column, rule)
