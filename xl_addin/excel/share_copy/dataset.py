"""The Dataset sheet of a share copy: the page, with words beside every arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xl_addin.dataset.columns import (
    AVERAGE,
    CHANGE,
    COLUMNS,
    LOOKED_UP,
    MAXIMUM,
    NOTES,
    Derived,
    LookedUp,
)
from xl_addin.dataset.direction import Direction, Verdict
from xl_addin.dataset.printing import printed
from xl_addin.disclosure.published import WORDS, Mark, SharedCopy, SharedRow
from xl_addin.excel.share_copy.sheet_header import SheetHeader, write_cell, write_sheet_header
from xl_addin.excel.share_copy.signals import signal_look
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewTable, add_table, set_up_page
from xl_addin.excel.template.style import Looks, verdict_look
from xl_addin.layout import Dataset, Sheet
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.share.words import direction_explained, shorthand_explained

WIDTHS = {
    Dataset.REF: 72,
    Dataset.AREA: 104,
    Dataset.DESCRIPTION: 280,
    WORDS: 122,
    **{column.heading: column.shared_width for column in COLUMNS},
}
MONTH_WIDTH = 64
NARROW = {
    Dataset.AREA: 88,
    WORDS: 100,
    CHANGE.heading: 104,
    AVERAGE.heading: 76,
    MAXIMUM.heading: 84,
    NOTES.heading: 84,
}
NARROW_MONTH, LONGEST = 48, 5
NARROW_WIDTH = 1876
"""Beside signals the page goes on as much paper, in letters of the same size: its headings take
more lines, those of months two where no figure has more characters than fit, and the descriptions
have what is left."""

ZOOM = 70
"""Per cent: the latest month and the direction are seen on a laptop's screen (1366 x 768)."""

FROZEN = len(Dataset.BEFORE_MONTHS)
FOLLOWS = "One table follows. Notes in square brackets are in the Data notes sheet."
DERIVED = {column.heading: column for column in COLUMNS if isinstance(column, Derived)}
TEXTS = {*Dataset.BEFORE_MONTHS, WORDS, NOTES.heading} | {
    h for h, c in DERIVED.items() if c.is_text
}
SIGNALS = {column.heading: column for column in LOOKED_UP}

CELL = style.CELL | {"font_size": 12}
WRAPPED = CELL | {"text_wrap": True, "font_size": 11}
NUMBER = CELL | {"align": "right", "indent": 1}
MONTH = CELL | {"align": "right"}
MARK = NUMBER | {"font_color": style.MUTED}
TEXT_MARK = MARK | {"align": "left", "indent": 0}
ROW_HEIGHT = 33.0
HEADER_HEIGHT, NARROW_HEADER = 38, 72


def add_dataset(workbook: Any, looks: Looks, copy: SharedCopy) -> None:
    """Add the page: one table under its title and the words that explain it."""
    sheet = workbook.add_worksheet(Sheet.DATASET)
    set_up_page(sheet, copy.title, "page", may_change=False)
    sheet.center_horizontally()
    header = write_sheet_header(sheet, looks, _top(copy), _width(copy))
    _write_key(sheet, looks, copy.headings.index(CHANGE.heading))
    add_table(sheet, looks, NewTable(Dataset.TABLE, _columns(copy)), header, len(copy.rows))
    sheet.set_row_pixels(header, NARROW_HEADER if _is_narrow(copy) else HEADER_HEIGHT)
    widths = _widths(copy)
    for number, row in enumerate(copy.rows, header + 1):
        sheet.set_row(number, max(ROW_HEIGHT, fitted_height(_texts(row, copy, widths))))
        _write_row(sheet, looks, number, row, copy)
    sheet.freeze_panes(header + 1, FROZEN)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(0, header)
    sheet.activate()


def _width(copy: SharedCopy) -> int:
    return sum(column.width for column in _columns(copy))


def _top(copy: SharedCopy) -> SheetHeader:
    marks = {mark for row in copy.rows for mark in row.marks}
    if _is_narrow(copy) and copy.signals:
        cells = (copy.signals.row(row.measure.ref).cells[h] for row in copy.rows for h in SIGNALS)
        marks |= {cell for cell in cells if isinstance(cell, Mark)}
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


def _is_narrow(copy: SharedCopy) -> bool:
    return any(isinstance(column, LookedUp) for column in copy.columns)


def _widths(copy: SharedCopy) -> dict[str, int]:
    """The width of each column, in pixels."""
    if not _is_narrow(copy):
        return {**dict.fromkeys(copy.headings, MONTH_WIDTH), **WIDTHS}
    longest = max(len(printed(c, row.measure)) for row in copy.rows for c in row.months)
    month = NARROW_MONTH if longest <= LONGEST else MONTH_WIDTH
    widths = {**dict.fromkeys(copy.headings, month), **WIDTHS, **NARROW}
    left = NARROW_WIDTH - sum(widths[h] for h in copy.headings if h != Dataset.DESCRIPTION)
    return widths | {Dataset.DESCRIPTION: max(240, min(left, 420))}


def _columns(copy: SharedCopy) -> list[Column]:
    widths = _widths(copy)
    return [Column(heading, widths[heading], _heading_look(heading)) for heading in copy.headings]


def _heading_look(heading: str) -> style.Look:
    if heading == NOTES.heading or (heading in SIGNALS and SIGNALS[heading].is_text):
        return {"indent": 1}
    if heading in TEXTS:
        return style.CELL
    return NUMBER if heading in DERIVED or heading in SIGNALS else MONTH


def _write_row(sheet: Any, looks: Looks, number: int, row: SharedRow, copy: SharedCopy) -> None:
    cells = zip(copy.headings, copy.cells(row), strict=True)
    for place, (heading, cell) in enumerate(cells):
        shade = {"bg_color": style.TINT} if heading == copy.month.label else {}
        write_cell(sheet, number, place, cell, looks[_look(heading, cell, row) | shade])


def _texts(
    row: SharedRow, copy: SharedCopy, widths: Mapping[str, int]
) -> Iterator[tuple[str, int, float]]:
    for heading, cell in zip(copy.headings, copy.cells(row), strict=True):
        if heading in (Dataset.AREA, Dataset.DESCRIPTION, NOTES.heading, WORDS):
            yield str(cell), widths[heading], WRAPPED["font_size"]
        elif heading in SIGNALS and isinstance(cell, str):
            yield cell, widths[heading], WRAPPED["font_size"]


def _look(heading: str, cell: float | str, row: SharedRow) -> style.Look:
    if heading == Dataset.REF:
        return CELL | {"bold": True}
    if heading == NOTES.heading:
        return WRAPPED | {"indent": 1} | ({} if row.notes else {"font_color": style.MUTED})
    if heading in (CHANGE.heading, WORDS):
        return _direction_look(heading, row)
    if heading in SIGNALS:
        return _signal_look(heading, cell, row)
    if heading in Dataset.BEFORE_MONTHS or (heading in TEXTS and not isinstance(cell, Mark)):
        return WRAPPED
    if heading in TEXTS:
        return TEXT_MARK
    if isinstance(cell, str):
        return _heading_look(heading) | {"font_color": style.MUTED}
    return _heading_look(heading) | _number_format(heading, row)


def _signal_look(heading: str, cell: float | str, row: SharedRow) -> style.Look:
    look = WRAPPED | {"indent": 1} if SIGNALS[heading].is_text else NUMBER
    own = {} if isinstance(cell, str) else {"num_format": row.measure.number_format}
    return look | own | signal_look(heading, cell)


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
