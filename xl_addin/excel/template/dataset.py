"""The Dataset sheet: the familiar page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_range, xl_rowcol_to_cell

from xl_addin.dataset.columns import CHANGE, COLUMNS, SIGNAL, TREND, Derived, LookedUp, shown_as
from xl_addin.dataset.columns import Column as DatasetColumn
from xl_addin.dataset.direction import ArrowFormat, Direction, Verdict, arrow_formats
from xl_addin.dataset.settings import Settings
from xl_addin.dataset.signals import NO_FIGURE
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import (
    Column,
    NewBook,
    NewTable,
    add_table,
    set_up_page,
    title_size,
)
from xl_addin.excel.template.signals import add_signal_colours
from xl_addin.excel.template.style import Looks, verdict_look
from xl_addin.layout import Dataset, Name, Sheet
from xl_addin.measure import Measure
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.table import Formula

MACROS_OFF = "MacrosOff"
"""The shape that says macros are off, until a macro hides it."""

MACROS_OFF_ALT_TEXT = "Shown while macros are off"
MACROS_OFF_TEXT = (
    "Macros are off: choose Enable Content in the bar above, and Refresh month will work."
)

HEADER = 4
FIRST = HEADER + 1
REF, AREA, DESCRIPTION = range(3)
LAST_YEAR = len(Dataset.BEFORE_MONTHS)
LATEST = LAST_YEAR + len(Dataset.UNNAMED_MONTHS) - 1

ROWS_WITH_FORMATS = 1000
"""Conditional formats reach this row, so that rows the table gains have them too."""

ZOOM = 70
"""Per cent: the whole table stands side by side on a laptop's screen (1366 x 768)."""

REF_WIDTH, AREA_WIDTH, DESCRIPTION_WIDTH, MONTH_WIDTH = 72, 106, 320, 64
TOP_HEIGHTS = (30, 22, 20, 4)
HEADER_HEIGHT = 40
"""In pixels. All that is frozen takes no more than a sixth of a laptop's grid."""

CELL = style.CELL | {"font_size": 12}
WRAPPED = CELL | {"text_wrap": True, "font_size": 11}
NUMBER = CELL | {"align": "right", "indent": 1}
MONTH_CELL = CELL | {"align": "right", "text_wrap": True, "font_size": 10.5}
LATEST_CELL = MONTH_CELL | {"bg_color": style.TINT}
TREND_CELL = style.CELL | {"font_size": 22}
"""Its size gives every row a height at which the sparkline can be read."""
NOTES_CELL = WRAPPED | {"font_color": style.MUTED, "indent": 1}


def add_dataset(book: NewBook) -> None:
    """Add the page, without figures: one row for each measure."""
    looks, catalogue = book.looks, book.catalogue
    sheet = book.workbook.add_worksheet(Sheet.DATASET)
    set_up_page(sheet, book.title, "page")
    sheet.center_horizontally()
    _write_top(book, sheet)
    add_table(sheet, looks, NewTable(Dataset.TABLE, _columns()), HEADER, len(catalogue))
    sheet.set_row_pixels(HEADER, HEADER_HEIGHT)
    for row, measure in enumerate(catalogue, FIRST):
        _write_measure(sheet, looks, row, measure)
    _add_conditional_formats(book.workbook, sheet)
    sheet.freeze_panes(FIRST, DESCRIPTION + 1)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(HEADER)
    sheet.activate()


def _columns() -> list[Column]:
    months = [Column(heading, MONTH_WIDTH, MONTH_CELL) for heading in Dataset.UNNAMED_MONTHS]
    return [
        Column(Dataset.REF, REF_WIDTH),
        Column(Dataset.AREA, AREA_WIDTH),
        Column(Dataset.DESCRIPTION, DESCRIPTION_WIDTH),
        *months,
        *(Column(column.heading, column.width, _heading_look(column)) for column in COLUMNS),
    ]


def _heading_look(column: DatasetColumn) -> style.Look:
    if isinstance(column, Derived):
        return style.CELL if column.is_text else style.NUMBER
    if isinstance(column, LookedUp):
        return NOTES_CELL if column.is_text else style.NUMBER
    return {"align": "center"} if column is TREND else {"indent": 1}


def _write_top(book: NewBook, sheet: Any) -> None:
    workbook, looks, title = book.workbook, book.looks, book.title
    for row, height in enumerate(TOP_HEIGHTS):
        sheet.set_row_pixels(row, height)
    sheet.write_string(0, 0, title, looks[style.TITLE | {"font_size": _title_size(title)}])
    sheet.write_blank(
        1, 0, None, looks[style.SUBTITLE | {"font_size": 13, "num_format": "mmm yyyy"}]
    )
    workbook.define_name(Name.TITLE, f"={Sheet.DATASET}!$A$1")
    workbook.define_name(Name.MONTH, f"={Sheet.DATASET}!$A$2")
    _add_button(sheet)
    _add_macros_off(sheet)
    _write_key(sheet, looks)


def _title_size(title: str) -> int:
    """Points at which a title stands in one line across the page, 18 at most."""
    return title_size(title, sum(column.width for column in _columns()), 18)


def _add_button(sheet: Any) -> None:
    options = {
        "macro": "RefreshMonth",
        "caption": "Refresh month",
        "width": 120,
        "height": 22,
        "x_offset": 170,
        "description": "Button: refresh the month",
    }
    sheet.insert_button(1, DESCRIPTION, options)


def _add_macros_off(sheet: Any) -> None:
    options = {
        "width": 496,
        "height": 24,
        "x_offset": 0,
        "y_offset": 19,
        "object_position": 3,
        "fill": {"none": True},
        "line": {"none": True},
        "font": {"name": style.FONT, "size": 9, "italic": True, "color": style.MUTED},
        "align": {"vertical": "middle"},
        "description": MACROS_OFF_ALT_TEXT,
    }
    sheet.insert_textbox(1, 0, MACROS_OFF_TEXT, options)


def _write_key(sheet: Any, looks: Looks) -> None:
    label = style.SMALL
    entry = label | {"align": "center"}
    sheet.write_string(1, LAST_YEAR, "Key to direction of travel", looks[label | {"bold": True}])
    sheet.write_string(1, LAST_YEAR + 3, "Qualitative measures:", looks[label])
    sheet.write_string(2, LAST_YEAR + 3, "All measures:", looks[label])
    for number, verdict in enumerate((Verdict.POSITIVE, Verdict.SIMILAR, Verdict.NEGATIVE)):
        column = LAST_YEAR + 5 + 3 * number
        look = looks[entry | verdict_look(verdict)]
        sheet.merge_range(1, column, 1, column + 2, verdict.value, look)
    ink = looks[entry | {"font_color": style.INK}]
    for number, moved in enumerate(Direction):
        column = LAST_YEAR + 5 + 3 * number
        sheet.merge_range(2, column, 2, column + 2, None, ink)
        formula, value = key_entry(moved)
        sheet.write_formula(2, column, formula, ink, value)


def key_entry(moved: Direction) -> tuple[str, str]:
    """An entry of the key, as a formula that follows the threshold setting, and its value."""
    if moved is Direction.SIMILAR:
        text = f"{moved.word} {moved.arrow}"
        return f'="{text}"', text
    before, after = f"{moved.word}: ", f"% or more {moved.arrow}"
    threshold = f"{Settings().threshold:g}"
    return f'="{before}"&{Name.THRESHOLD}&"{after}"', f"{before}{threshold}{after}"


def _write_measure(sheet: Any, looks: Looks, row: int, measure: Measure) -> None:
    figures = {"num_format": measure.number_format}
    sheet.set_row(row, fitted_height(_texts(measure)))
    sheet.write_string(row, REF, measure.ref, looks[CELL | {"bold": True}])
    sheet.write_string(row, AREA, measure.area, looks[WRAPPED])
    sheet.write_string(row, DESCRIPTION, measure.description, looks[WRAPPED])
    for column in range(LAST_YEAR, LATEST):
        sheet.write_blank(row, column, None, looks[MONTH_CELL | figures])
    sheet.write_blank(row, LATEST, None, looks[LATEST_CELL | figures])
    for place, after in enumerate(COLUMNS, LATEST + 1):
        if isinstance(after, Derived):
            _write_derived(sheet, looks, (row, place), after, measure)
        elif isinstance(after, LookedUp):
            _write_looked_up(sheet, looks, (row, place), after, measure)
        else:
            look = TREND_CELL if after is TREND else NOTES_CELL
            sheet.write_blank(row, place, None, looks[look])
    sheet.add_sparkline(row, _place(TREND), _sparkline(row))


def _texts(measure: Measure) -> Iterator[tuple[str, int, float]]:
    yield measure.area, AREA_WIDTH, WRAPPED["font_size"]
    yield measure.description, DESCRIPTION_WIDTH, WRAPPED["font_size"]
    yield "", TREND.width, TREND_CELL["font_size"]


def _write_derived(
    sheet: Any, looks: Looks, cell: tuple[int, int], column: Derived, measure: Measure
) -> None:
    row, place = cell
    months = [xl_rowcol_to_cell(row, month) for month in range(LAST_YEAR, LATEST + 1)]
    figures = NUMBER | {"num_format": column.number_format(measure)}
    look = looks[WRAPPED if column.is_text else figures]
    value = shown_as(column.value([None] * len(months)))
    sheet.write_formula(row, place, column.formula_of(months), look, value)


def _write_looked_up(
    sheet: Any, looks: Looks, cell: tuple[int, int], column: LookedUp, measure: Measure
) -> None:
    row, place = cell
    formula = Formula(column.formula(Name.SIGNALS_SHOWN), NO_FIGURE if column is SIGNAL else "")
    in_row = formula.in_row(lambda _: xl_rowcol_to_cell(row, REF))
    look = NOTES_CELL if column.is_text else NUMBER | {"num_format": measure.number_format}
    sheet.write_formula(row, place, in_row, looks[look], formula.value)


def _place(column: DatasetColumn) -> int:
    """Where a column stands in a new workbook."""
    return LATEST + 1 + COLUMNS.index(column)


def _sparkline(row: int) -> dict[str, Any]:
    return {
        "range": f"{Sheet.DATASET}!{xl_range(row, LAST_YEAR, row, LATEST)}",
        "type": "column",
        "min": 0,
        "series_color": style.BAR_OTHER,
        "first_point": True,
        "first_color": style.BAR_LAST_YEAR,
        "last_point": True,
        "last_color": style.BAR_LATEST,
        "show_hidden": True,
    }


def _add_conditional_formats(workbook: Any, sheet: Any) -> None:
    last = FIRST + ROWS_WITH_FORMATS
    change = _place(CHANGE)
    for arrow in arrow_formats(f"${_letter(change)}{FIRST + 1}", _polarity(), Name.THRESHOLD):
        look = workbook.add_format(_arrow_look(arrow))
        rule = {"type": "formula", "criteria": arrow.formula, "format": look}
        sheet.conditional_format(FIRST, change, last, change, {**rule, "stop_if_true": True})
    sides = ("left", "right", "bottom")
    lines: style.Look = {**dict.fromkeys(sides, 1)}
    lines |= dict.fromkeys([f"{side}_color" for side in sides], style.LINE)
    # A word longer than the column fills it: a line parts it from the reason beside it.
    reason = workbook.add_format({"font_color": style.MUTED, "italic": True, **lines})
    _format_text(sheet, LAST_YEAR, LATEST, last, reason)
    grey = workbook.add_format({"font_color": style.MUTED})
    figures = [_place(c) for c in COLUMNS if isinstance(c, Derived) and not c.is_text]
    _format_text(sheet, min(figures), max(figures), last, grey)
    add_signal_colours(workbook, sheet, FIRST, _place(SIGNAL))


def _format_text(sheet: Any, first: int, final: int, last: int, look: Any) -> None:
    formula = f"=ISTEXT({xl_rowcol_to_cell(FIRST, first)})"
    options = {"type": "formula", "criteria": formula, "format": look}
    sheet.conditional_format(FIRST, first, last, final, options)


def _polarity() -> str:
    ref = f"${_letter(REF)}{FIRST + 1}"
    found = f"INDEX({Name.MEASURE_POLARITIES},MATCH({ref},{Name.MEASURE_REFS},0))"
    return f'IFERROR({found}&"","")'


def _arrow_look(arrow: ArrowFormat) -> style.Look:
    return {**verdict_look(arrow.verdict), "num_format": arrow.number_format}


def _letter(column: int) -> str:
    return str(xl_col_to_name(column))
