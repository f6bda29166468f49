"""The Dataset sheet of a share copy: the page, with words beside every arrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xl_addin.dataset.direction import Direction, Verdict
from xl_addin.disclosure.published import SharedCopy, SharedRow
from xl_addin.excel.share_copy.sheet_header import SheetHeader, write_cell, write_sheet_header
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, add_table, set_up_page
from xl_addin.excel.template.style import Looks, verdict_look
from xl_addin.layout import Dataset, Sheet
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.period import MONTHS_SHOWN
from xl_addin.share.words import direction_explained, shorthand_explained

REF, AREA, DESCRIPTION = range(3)
FIRST_MONTH = len(Dataset.BEFORE_MONTHS)
LATEST = FIRST_MONTH + MONTHS_SHOWN - 1
CHANGE, IN_WORDS, AVERAGE, MAXIMUM, NOTES = range(LATEST + 1, LATEST + 6)

WIDTHS = {REF: 90, AREA: 146, DESCRIPTION: 400, CHANGE: 118, IN_WORDS: 170, NOTES: 116}
MONTH_WIDTH, DERIVED_WIDTH = 76, 100

CELL = style.CELL | {"font_size": 12}
WRAPPED = CELL | {"text_wrap": True}
NUMBER = CELL | {"align": "right", "indent": 1}
MARK = NUMBER | {"font_color": style.MUTED}
ROW_HEIGHT = 36.0


def add_dataset(workbook: Any, looks: Looks, copy: SharedCopy) -> None:
    """Add the page: one table under its title and the words that explain it."""
    sheet = workbook.add_worksheet(Sheet.DATASET)
    set_up_page(sheet, copy.title, "page")
    sheet.center_horizontally()
    header = write_sheet_header(sheet, looks, _top(copy))
    _write_key(sheet, looks, 1)
    add_table(sheet, looks, Dataset.TABLE, _columns(copy), header, len(copy.rows))
    sheet.set_row_pixels(header, 62)
    for number, row in enumerate(copy.rows, header + 1):
        _write_row(sheet, looks, number, row, copy)
    sheet.freeze_panes(header + 1, REF + 1)
    sheet.repeat_rows(header)
    sheet.activate()


def _top(copy: SharedCopy) -> SheetHeader:
    marks = {mark for row in copy.rows for mark in row.marks}
    return SheetHeader(
        copy.title,
        (
            copy.month.label,
            direction_explained(copy.threshold),
            shorthand_explained(marks, copy.small),
            "One table follows. Notes in square brackets are in the Data notes sheet.",
        ),
    )


def _write_key(sheet: Any, looks: Looks, row: int) -> None:
    """The colours of a direction, each on its own word."""
    entry = style.SMALL | {"align": "center"}
    verdicts = (Verdict.POSITIVE, Verdict.SIMILAR, Verdict.NEGATIVE)
    for column, verdict in zip((CHANGE, IN_WORDS, AVERAGE), verdicts, strict=True):
        sheet.write_string(row, column, verdict.value, looks[entry | verdict_look(verdict)])


def _columns(copy: SharedCopy) -> list[Column]:
    return [
        Column(heading, _width(place), style.CELL if _is_text(place) else style.NUMBER)
        for place, heading in enumerate(copy.headings)
    ]


def _width(place: int) -> int:
    usual = MONTH_WIDTH if FIRST_MONTH <= place <= LATEST else DERIVED_WIDTH
    return WIDTHS.get(place, usual)


def _is_text(place: int) -> bool:
    return place in (REF, AREA, DESCRIPTION, IN_WORDS, NOTES)


def _write_row(sheet: Any, looks: Looks, number: int, row: SharedRow, copy: SharedCopy) -> None:
    sheet.set_row(number, max(ROW_HEIGHT, fitted_height(_texts(row))))
    for place, cell in enumerate(copy.cells(row)):
        write_cell(sheet, number, place, cell, looks[_look(place, cell, row)])


def _texts(row: SharedRow) -> Iterator[tuple[str, int, float]]:
    _, area, description = row.texts
    yield area, WIDTHS[AREA], CELL["font_size"]
    yield description, WIDTHS[DESCRIPTION], CELL["font_size"]
    yield row.notes.replace("][", "] ["), WIDTHS[NOTES], 11
    yield row.words, WIDTHS[IN_WORDS], 11


def _look(place: int, cell: float | str, row: SharedRow) -> style.Look:
    if place == REF:
        return CELL | {"bold": True}
    if place in (AREA, DESCRIPTION):
        return WRAPPED
    if place == NOTES:
        return WRAPPED | {"font_size": 11, "font_color": style.MUTED}
    if place in (CHANGE, IN_WORDS):
        return _direction_look(place, row)
    shade = {"bg_color": style.TINT} if place == LATEST else {}
    if isinstance(cell, str):
        return MARK | shade
    return NUMBER | {"num_format": row.measure.number_format} | shade


def _direction_look(place: int, row: SharedRow) -> style.Look:
    if row.moved is None:
        return MARK if place == CHANGE else MARK | {"align": "left", "indent": 0}
    coloured = verdict_look(row.verdict)
    if place == IN_WORDS:
        return WRAPPED | {"font_size": 11} | coloured | {"bold": False}
    return NUMBER | {"num_format": arrow_format(row.moved)} | coloured


def arrow_format(moved: Direction) -> str:
    """The number format that puts an arrow before a change, and brackets round a fall.

    >>> arrow_format(Direction.DOWN)
    '"↓ "0;"↓ ("0")";"↓ "0'
    """
    return f'"{moved.arrow} "0;"{moved.arrow} ("0")";"{moved.arrow} "0'
