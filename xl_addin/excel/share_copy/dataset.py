"""The Dataset sheet of a share copy: the page, with words beside every arrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xl_addin.dataset.columns import CHANGE, COLUMNS, NOTES, Derived
from xl_addin.dataset.direction import Direction, Verdict
from xl_addin.disclosure.published import WORDS, Mark, SharedCopy, SharedRow
from xl_addin.excel.share_copy.sheet_header import SheetHeader, write_cell, write_sheet_header
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewTable, add_table, set_up_page
from xl_addin.excel.template.style import Looks, verdict_look
from xl_addin.layout import Dataset, Sheet
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.share.words import direction_explained, shorthand_explained

WIDTHS = {
    Dataset.REF: 78,
    Dataset.AREA: 104,
    Dataset.DESCRIPTION: 280,
    WORDS: 122,
    **{column.heading: column.shared_width for column in COLUMNS},
}
MONTH_WIDTH = 64
ZOOM = 70
"""Per cent: the latest month and the direction are seen on a laptop's screen (1366 x 768)."""

FROZEN = len(Dataset.BEFORE_MONTHS)
FOLLOWS = "One table follows. Notes in square brackets are in the Data notes sheet."
DERIVED = {column.heading: column for column in COLUMNS if isinstance(column, Derived)}
TEXTS = {*Dataset.BEFORE_MONTHS, WORDS, NOTES.heading} | {
    h for h, c in DERIVED.items() if c.is_text
}

CELL = style.CELL | {"font_size": 12}
WRAPPED = CELL | {"text_wrap": True, "font_size": 11}
NUMBER = CELL | {"align": "right", "indent": 1}
MONTH = CELL | {"align": "right"}
MARK = NUMBER | {"font_color": style.MUTED}
TEXT_MARK = MARK | {"align": "left", "indent": 0}
ROW_HEIGHT = 33.0
HEADER_HEIGHT = 38


def add_dataset(workbook: Any, looks: Looks, copy: SharedCopy) -> None:
    """Add the page: one table under its title and the words that explain it."""
    sheet = workbook.add_worksheet(Sheet.DATASET)
    set_up_page(sheet, copy.title, "page", may_change=False)
    sheet.center_horizontally()
    header = write_sheet_header(sheet, looks, _top(copy), _width(copy))
    _write_key(sheet, looks, copy.headings.index(CHANGE.heading))
    add_table(sheet, looks, NewTable(Dataset.TABLE, _columns(copy)), header, len(copy.rows))
    sheet.set_row_pixels(header, HEADER_HEIGHT)
    for number, row in enumerate(copy.rows, header + 1):
        _write_row(sheet, looks, number, row, copy)
    sheet.freeze_panes(header + 1, FROZEN)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(0, header)
    sheet.activate()


def _width(copy: SharedCopy) -> int:
    return sum(column.width for column in _columns(copy))


def _top(copy: SharedCopy) -> SheetHeader:
    marks = {mark for row in copy.rows for mark in row.marks}
    return SheetHeader(
        copy.title,
        (
            copy.month.label,
            direction_explained(copy.threshold),
            f"{shorthand_explained(marks, copy.small)} {FOLLOWS}".strip(),
        ),
    )


def _write_key(sheet: Any, looks: Looks, first: int) -> None:
    """The colours of a direction, each on its own word."""
    entry = style.PURPOSE | {"align": "center"}
    verdicts = (Verdict.POSITIVE, Verdict.NEGATIVE, Verdict.SIMILAR)
    for column, verdict in enumerate(verdicts, first):
        sheet.write_string(1, column, verdict.value, looks[entry | verdict_look(verdict)])


def _columns(copy: SharedCopy) -> list[Column]:
    return [
        Column(heading, WIDTHS.get(heading, MONTH_WIDTH), _heading_look(heading))
        for heading in copy.headings
    ]


def _heading_look(heading: str) -> style.Look:
    if heading in TEXTS:
        return {"indent": 1} if heading == NOTES.heading else style.CELL
    return NUMBER if heading in DERIVED else MONTH


def _write_row(sheet: Any, looks: Looks, number: int, row: SharedRow, copy: SharedCopy) -> None:
    sheet.set_row(number, max(ROW_HEIGHT, fitted_height(_texts(row))))
    cells = zip(copy.headings, copy.cells(row), strict=True)
    for place, (heading, cell) in enumerate(cells):
        shade = {"bg_color": style.TINT} if heading == copy.month.label else {}
        write_cell(sheet, number, place, cell, looks[_look(heading, cell, row) | shade])


def _texts(row: SharedRow) -> Iterator[tuple[str, int, float]]:
    _, area, description = row.texts
    yield area, WIDTHS[Dataset.AREA], WRAPPED["font_size"]
    yield description, WIDTHS[Dataset.DESCRIPTION], WRAPPED["font_size"]
    yield row.notes, WIDTHS[NOTES.heading], 11
    yield row.words, WIDTHS[WORDS], 11


def _look(heading: str, cell: float | str, row: SharedRow) -> style.Look:
    if heading == Dataset.REF:
        return CELL | {"bold": True}
    if heading == NOTES.heading:
        return WRAPPED | {"indent": 1} | ({} if row.notes else {"font_color": style.MUTED})
    if heading in (CHANGE.heading, WORDS):
        return _direction_look(heading, row)
    if heading in Dataset.BEFORE_MONTHS or (heading in TEXTS and not isinstance(cell, Mark)):
        return WRAPPED
    if heading in TEXTS:
        return TEXT_MARK
    if isinstance(cell, str):
        return _heading_look(heading) | {"font_color": style.MUTED}
    return _heading_look(heading) | _number_format(heading, row)


def _number_format(heading: str, row: SharedRow) -> style.Look:
    measure, column = row.measure, DERIVED.get(heading)
    return {"num_format": column.number_format(measure) if column else measure.number_format}


def _direction_look(heading: str, row: SharedRow) -> style.Look:
    if row.moved is None:
        return MARK if heading == CHANGE.heading else TEXT_MARK
    coloured = verdict_look(row.verdict)
    if heading == WORDS:
        return WRAPPED | coloured | {"bold": False}
    return NUMBER | {"num_format": arrow_format(row.moved)} | coloured


def arrow_format(moved: Direction) -> str:
    """The number format that puts an arrow before a change, and brackets round a fall.

    >>> arrow_format(Direction.DOWN)
    '"↓ "0;"↓ ("0")";"↓ "0'
    """
    return f'"{moved.arrow} "0;"{moved.arrow} ("0")";"{moved.arrow} "0'
