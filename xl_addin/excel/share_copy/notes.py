"""The Data notes sheet of a share copy: the notes, numbered as the Dataset refers to them."""

from __future__ import annotations

from typing import Any

from xl_addin.disclosure.published import Mark, SharedCopy, SharedNote
from xl_addin.excel.share_copy.sheet_header import SheetHeader, write_sheet_header
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewTable, add_table, set_up_page
from xl_addin.excel.template.style import Looks
from xl_addin.layout import DataNotes, Sheet
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.share.words import shorthand_in

COLUMNS = (
    Column(DataNotes.NOTE, 90, style.CELL),
    Column(DataNotes.APPLIES_TO, 260, style.WRAPPED),
    Column(DataNotes.TEXT, 1050, style.WRAPPED),
)
WIDTH = sum(column.width for column in COLUMNS)
ZOOM = 75
NONE_YET = SharedNote(1, Mark.NOT_APPLICABLE, "There are no notes on these figures.")


def add_notes(workbook: Any, looks: Looks, copy: SharedCopy) -> None:
    """Add the notes as one table."""
    sheet = workbook.add_worksheet(Sheet.DATA_NOTES)
    set_up_page(sheet, copy.title, "page", may_change=False)
    notes = copy.notes or (NONE_YET,)
    header = write_sheet_header(sheet, looks, _top(copy, notes), WIDTH)
    add_table(sheet, looks, NewTable(DataNotes.TABLE, COLUMNS), header, len(notes))
    sheet.set_row_pixels(header, 30)
    for row, note in enumerate(notes, header + 1):
        _write_note(sheet, looks, row, note)
    sheet.freeze_panes(header + 1, 0)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(0, header)


def _top(copy: SharedCopy, notes: tuple[SharedNote, ...]) -> SheetHeader:
    words = " ".join(f"{note.applies_to} {note.text}" for note in notes)
    return SheetHeader(
        Sheet.DATA_NOTES,
        (
            f"{copy.title}, {copy.month.label}",
            "What a reader has to know about the figures, numbered as in the Dataset sheet.",
            shorthand_in(words, copy.small),
        ),
    )


def _write_note(sheet: Any, looks: Looks, row: int, note: SharedNote) -> None:
    cells = (note.marker, note.applies_to, note.text)
    fitted = zip(cells, COLUMNS, strict=True)
    sheet.set_row(row, max(24.0, fitted_height([(t, c.width, 11) for t, c in fitted])))
    for column, text in enumerate(cells):
        sheet.write_string(row, column, text, looks[COLUMNS[column].look])
