"""The sheets Summary and Commentary: the month in words, and what officers say of it."""

from __future__ import annotations

from typing import Any

from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, add_table, set_up_page, write_heading
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Commentary, Name, Sheet, Summary

HEADER = 3
ZOOM = 75
WORDS = style.WRAPPED
SUMMARY_PURPOSE = (
    "The month shown, in words that a refresh makes from the figures. What stands beside a "
    "sentence is looked up in the sheet Commentary: write it there."
)
COMMENTARY_PURPOSE = (
    "What is said of a measure in a month (its first day, such as 01/06/2015), who acts, by when. "
    "It is kept: no refresh changes a word. The Summary shows this month's and last month's."
)


def add_summary(workbook: Any, looks: Looks, title: str) -> None:
    """Add the table of sentences, none yet."""
    columns = [
        Column(Summary.ABOUT, 230, WORDS | {"bold": True}),
        Column(Summary.REF, 84, style.CELL | {"bold": True}),
        Column(Summary.WORDS, 620, WORDS),
        Column(Summary.COMMENTARY, 320, WORDS),
        Column(Summary.OWNER, 110, WORDS),
        Column(Summary.ACTION, 220, WORDS),
        Column(Summary.DUE, 90, style.DAY),
        Column(Summary.LAST, 300, WORDS | {"font_color": style.MUTED}),
    ]
    sheet = _add_sheet(workbook, looks, title, Sheet.SUMMARY, SUMMARY_PURPOSE, "page")
    _add_blank_row(sheet, looks, Summary.TABLE, columns)


def add_commentary(workbook: Any, looks: Looks, title: str) -> None:
    """Add the table in which officers write, empty."""
    columns = [
        Column(Commentary.MONTH, 100, style.MONTH),
        Column(Commentary.REF, 110, style.CELL | {"bold": True}, f"={Name.MEASURE_REFS}"),
        Column(Commentary.TEXT, 620, WORDS),
        Column(Commentary.OWNER, 160, WORDS),
        Column(Commentary.ACTION, 420, WORDS),
        Column(Commentary.DUE, 100, style.DAY),
    ]
    sheet = _add_sheet(workbook, looks, title, Sheet.COMMENTARY, COMMENTARY_PURPOSE, "input")
    _add_blank_row(sheet, looks, Commentary.TABLE, columns)


def _add_sheet(workbook: Any, looks: Looks, title: str, name: str, purpose: str, tab: str) -> Any:
    sheet = workbook.add_worksheet(name)
    set_up_page(sheet, title, tab)
    write_heading(sheet, looks, name, purpose)
    sheet.set_row_pixels(HEADER, 30)
    sheet.freeze_panes(HEADER + 1, 0)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(HEADER)
    return sheet


def _add_blank_row(sheet: Any, looks: Looks, table: str, columns: list[Column]) -> None:
    add_table(sheet, looks, table, columns, HEADER, 1)
    for place, column in enumerate(columns):
        sheet.write_blank(HEADER + 1, place, None, looks[column.look])
