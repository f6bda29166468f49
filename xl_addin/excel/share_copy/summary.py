"""The Summary sheet of a share copy: the month in words, and beside it what officers say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xl_addin.disclosure.published import SharedCopy, SharedSentence, SharedSignals
from xl_addin.excel.share_copy.sheet_header import SheetHeader, write_sheet_header
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewTable, add_table, set_up_page
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Sheet, Summary
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.share.signals import NOTHING
from xl_addin.share.words import SUMMARY_PURPOSE, shorthand_in

BOLD = style.WRAPPED | {"bold": True}
WIDE, NARROW = 960, 600
"""The sentences, without anything beside them and with it."""

BESIDE = {
    Summary.COMMENTARY: Column(Summary.COMMENTARY, 290, style.WRAPPED | {"indent": 1}),
    Summary.ACTION: Column(Summary.ACTION, 220, style.WRAPPED),
    Summary.OWNER: Column(Summary.OWNER, 110, style.WRAPPED),
    Summary.DUE: Column(Summary.DUE, 100, style.WRAPPED),
    Summary.LAST: Column(Summary.LAST, 260, style.WRAPPED | {"font_color": style.MUTED}),
}
ZOOM = 75


def add_summary(workbook: Any, looks: Looks, copy: SharedCopy, signals: SharedSignals) -> None:
    """Add a table with a row for each sentence."""
    sheet = workbook.add_worksheet(Sheet.SUMMARY)
    set_up_page(sheet, copy.title, "page", may_change=False)
    columns = _columns(signals)
    width = sum(column.width for column in columns)
    header = write_sheet_header(sheet, looks, _top(copy, signals), width)
    add_table(sheet, looks, NewTable(Summary.TABLE, columns), header, len(signals.sentences))
    sheet.set_row_pixels(header, 30)
    for number, cells in enumerate(records(signals), header + 1):
        _write_row(sheet, looks, number, columns, cells)
    sheet.freeze_panes(header + 1, 0)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(0, header)


def records(signals: SharedSignals) -> Iterator[dict[str, str]]:
    """What stands in the rows, by heading."""
    for one in signals.sentences:
        cells = {Summary.ABOUT: one.about, Summary.REF: one.ref, Summary.WORDS: one.text}
        yield cells | {heading: _said(one, heading) for heading in signals.said}


def _said(one: SharedSentence, heading: str) -> str:
    return one.said.get(heading, NOTHING)


def _columns(signals: SharedSignals) -> list[Column]:
    return [
        Column(Summary.ABOUT, 210, BOLD),
        Column(Summary.REF, 84, style.CELL | {"bold": True}),
        Column(Summary.WORDS, NARROW if signals.said else WIDE, style.WRAPPED),
        *(BESIDE[heading] for heading in signals.said),
    ]


def _top(copy: SharedCopy, signals: SharedSignals) -> SheetHeader:
    words = " ".join(text for cells in records(signals) for text in cells.values())
    lines = (f"{copy.title}, {copy.month.label}", SUMMARY_PURPOSE)
    return SheetHeader(Sheet.SUMMARY, (*lines, shorthand_in(words, copy.small)))


def _write_row(
    sheet: Any, looks: Looks, number: int, columns: list[Column], cells: Mapping[str, str]
) -> None:
    fitted = [(cells[column.heading], column.width, 11) for column in columns]
    sheet.set_row(number, max(24.0, fitted_height(fitted)))
    for place, column in enumerate(columns):
        text = cells[column.heading]
        quiet = {"font_color": style.MUTED} if text == NOTHING else {}
        sheet.write_string(number, place, text, looks[column.look | quiet])
