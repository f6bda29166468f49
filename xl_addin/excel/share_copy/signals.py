"""The Signals sheet of a share copy: each measure's limits, and what its latest figure says."""

from __future__ import annotations

from typing import Any

from xl_addin.dataset.signal_table import number_formats
from xl_addin.disclosure.published import Mark, SharedCopy, SharedSignal, SharedSignals
from xl_addin.excel.share_copy.sheet_header import SheetHeader, write_cell, write_sheet_header
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewTable, add_table, set_up_page
from xl_addin.excel.template.signals import CONCERN, IMPROVEMENT, SPECIAL
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Sheet, Signals
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.share.words import LIMITS_EXPLAINED, shorthand_explained

TEXT = style.CELL | {"indent": 1}
COLUMNS = (
    Column(Signals.REF, 84, style.CELL | {"bold": True}),
    Column(Signals.DESCRIPTION, 420, style.WRAPPED),
    Column(Signals.SINCE, 90, style.NUMBER),
    Column(Signals.MONTHS, 80, style.NUMBER | {"num_format": "0"}),
    *(Column(heading, 96, style.NUMBER) for heading in Signals.LIMITS),
    Column(Signals.SIGNAL, 200, TEXT),
    Column(Signals.RULE, 240, TEXT | {"text_wrap": True}),
    Column(Signals.TARGET, 84, style.NUMBER),
    Column(Signals.ASSURANCE, 130, TEXT),
)
WIDTH = sum(column.width for column in COLUMNS)
ZOOM = 75
COLOURS = {
    "improvement": IMPROVEMENT,
    "concern": CONCERN,
    "▲ high": SPECIAL,
    "▼ low": SPECIAL,
}
"""What a signal's words are coloured by; the words say it in any case."""


def add_signals(workbook: Any, looks: Looks, copy: SharedCopy, signals: SharedSignals) -> None:
    """Add a table with a row for each measure."""
    sheet = workbook.add_worksheet(Sheet.SIGNALS)
    set_up_page(sheet, copy.title, "page", may_change=False)
    header = write_sheet_header(sheet, looks, _top(copy, signals), WIDTH)
    add_table(sheet, looks, NewTable(Signals.TABLE, COLUMNS), header, len(signals.rows))
    sheet.set_row_pixels(header, 30)
    for number, row in enumerate(signals.rows, header + 1):
        _write_row(sheet, looks, number, row)
    sheet.freeze_panes(header + 1, 1)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(0, header)


def _top(copy: SharedCopy, signals: SharedSignals) -> SheetHeader:
    lines = (f"{copy.title}, {copy.month.label}", LIMITS_EXPLAINED)
    return SheetHeader(Sheet.SIGNALS, (*lines, shorthand_explained(signals.marks, copy.small)))


def _write_row(sheet: Any, looks: Looks, number: int, row: SharedSignal) -> None:
    measure = row.measure
    texts = {Signals.REF: measure.ref, Signals.DESCRIPTION: measure.description}
    formats = number_formats(measure)
    sheet.set_row(number, max(24.0, fitted_height([(measure.description, COLUMNS[1].width, 11)])))
    for place, column in enumerate(COLUMNS):
        cell = {**texts, **row.cells}[column.heading]
        own = {"num_format": formats[column.heading]} if column.heading in formats else {}
        look = column.look | own | signal_look(column.heading, cell)
        write_cell(sheet, number, place, cell, looks[look])


def signal_look(heading: str, cell: float | str) -> style.Look:
    """How a cell of a signal stands out: by its colour what is news, quietly what is a mark."""
    if isinstance(cell, Mark):
        return {"font_color": style.MUTED}
    colour = next((c for word, c in COLOURS.items() if word in str(cell)), None)
    if heading == Signals.SIGNAL and colour:
        return {"font_color": colour, "bold": True}
    return {}
