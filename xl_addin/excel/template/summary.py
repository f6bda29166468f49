"""The sheets Summary and Commentary: the month in words, and what officers say of it."""

from __future__ import annotations

from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewBook, NewTable, add_blank_row, add_sheet
from xl_addin.layout import Commentary, Name, Sheet, Summary

WORDS = style.WRAPPED
LINK = style.CELL | {"font_color": "#0A5596", "underline": 1}
SUMMARY_PURPOSE = (
    "The month shown, in words that a refresh makes from the figures. What stands beside a "
    "sentence is looked up in the sheet Commentary: write it there."
)
COMMENTARY_PURPOSE = (
    "What is said of a measure in a month (its first day, such as 01/06/2015), who acts, by when. "
    "It is kept: no refresh changes a word. The Summary shows this month's and last month's."
)


def add_summary(book: NewBook) -> None:
    """Add the table of sentences, none yet."""
    columns = [
        Column(Summary.ABOUT, 230, WORDS | {"bold": True}),
        Column(Summary.REF, 84, style.CELL | {"bold": True}),
        Column(Summary.LINK, 76, LINK),
        Column(Summary.WORDS, 620, WORDS),
        Column(Summary.COMMENTARY, 320, WORDS),
        Column(Summary.OWNER, 110, WORDS),
        Column(Summary.ACTION, 220, WORDS),
        Column(Summary.DUE, 90, style.DAY),
        Column(Summary.LAST, 300, WORDS | {"font_color": style.MUTED}),
    ]
    sheet = add_sheet(book, Sheet.SUMMARY, SUMMARY_PURPOSE, "page")
    add_blank_row(sheet, book.looks, NewTable(Summary.TABLE, columns))


def add_commentary(book: NewBook) -> None:
    """Add the table in which officers write, empty."""
    columns = [
        Column(Commentary.MONTH, 100, style.MONTH),
        Column(Commentary.REF, 110, style.CELL | {"bold": True}, f"={Name.MEASURE_REFS}"),
        Column(Commentary.TEXT, 620, WORDS),
        Column(Commentary.OWNER, 160, WORDS),
        Column(Commentary.ACTION, 420, WORDS),
        Column(Commentary.DUE, 100, style.DAY),
    ]
    sheet = add_sheet(book, Sheet.COMMENTARY, COMMENTARY_PURPOSE, "input")
    add_blank_row(sheet, book.looks, NewTable(Commentary.TABLE, columns))
