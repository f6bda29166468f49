"""The sheets that hold one plain table each, and xlwings' own sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from xl_addin.dataset.derived import Derivation
from xl_addin.dataset.settings import ROWS, UPPER_BOUNDS
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import (
    FIRST,
    HEADER,
    Column,
    NewBook,
    NewTable,
    add_sheet,
    add_table,
)
from xl_addin.excel.template.style import Looks
from xl_addin.layout import (
    DataNotes,
    History,
    Measures,
    Name,
    PutOnFigures,
    RefreshLog,
    Return,
    Settings,
    SharedCopies,
    Sheet,
)
from xl_addin.measure import P_CHART, XMR, Measure, Polarity, Unit
from xl_addin.ooxml.area import LAST_ROW
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.returns.own_sheet import DESCRIPTION_FORMULA
from xl_addin.table import CellValue, text_of

WIDE = style.WRAPPED
CHOICE = WIDE | {"align": "left", "bg_color": style.TINT}
CLIPPED = style.CELL | {"align": "fill"}
"""Text that nobody reads ends at the edge of its cell."""

INTERPRETER = r"%LOCALAPPDATA%\xl-addin\Scripts\python.exe"
"""Where the button looks for Python: an environment of the officer's own, no rights needed."""

INTERPRETER_SETTING = "INTERPRETER_WIN"
XLWINGS_SETTINGS = (
    (INTERPRETER_SETTING, INTERPRETER),
    ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
    ("USE UDF SERVER", "False"),
    ("SHOW CONSOLE", "False"),
)
"""What xlwings reads from its sheet. No workbook path is guessed, no server is started."""


def add_data_notes(book: NewBook) -> None:
    """Add the notes, none yet."""
    columns = [
        Column(DataNotes.NOTE, 60, style.CELL | {"align": "left", "bold": True}),
        Column(DataNotes.APPLIES_TO, 170, WIDE),
        Column(DataNotes.TEXT, 760, WIDE),
        Column(DataNotes.FROM, 84, style.MONTH),
        Column(DataNotes.TO, 84, style.MONTH),
        Column(DataNotes.STATE, 80, style.CELL, ("active", "ended")),
        Column(DataNotes.ORIGIN, 90, style.CELL, ("officer", "return", "automatic")),
        Column(DataNotes.CHANGED, 100, style.DAY),
    ]
    purpose = (
        "What a reader has to know about the figures. A note applies to measure refs or to a "
        "performance area; the Dataset shows its number."
    )
    sheet = add_sheet(book, Sheet.DATA_NOTES, purpose, "input")
    _fill(sheet, book.looks, NewTable(DataNotes.TABLE, columns), [[None] * len(columns)])


RETURN_PURPOSE = (
    "Write the month once, type or paste its figures, then choose Refresh month. Write percentages "
    "as 39% or 0.39. Where there is no figure, give the reason in Status."
)
MONTH_LABEL = "Month"
MONTH_INPUT = CHOICE | {"bold": True, "num_format": "@", "border": 1, "border_color": style.RULE}
"""Text: Excel would take "Jun 15" for a day of this year's June."""

MONTH_HINT = "The month of every figure below: Jun 2015."


def add_monthly_return(book: NewBook) -> None:
    """Add the table into which figures may be typed: a row for each measure, the month above."""
    sheet = add_sheet(book, Sheet.MONTHLY_RETURN, RETURN_PURPOSE, "input")
    columns = _return_columns()
    rows = [[measure.ref, *[None] * (len(columns) - 1)] for measure in book.catalogue]
    _fill(sheet, book.looks, NewTable(Return.TABLE, columns), rows)
    for row, measure in enumerate(book.catalogue, FIRST):
        _write_return_row(sheet, book.looks, row, measure)
    _write_month(book, sheet)
    sheet.freeze_panes(FIRST, 2)


def _return_columns() -> list[Column]:
    count = style.NUMBER
    return [
        Column(Return.REF, 90, style.CELL | {"bold": True}, f"={Name.MEASURE_REFS}"),
        Column(Return.DESCRIPTION, DESCRIPTION_WIDTH, DESCRIPTION),
        Column(Return.NUMERATOR, 100, count),
        Column(Return.DENOMINATOR, 112, count),
        Column(Return.VALUE, 100, count),
        Column(Return.STATUS, 270, WIDE),
        Column(Return.NOTE, 290, WIDE),
    ]


DESCRIPTION_WIDTH = 640
"""In pixels: all measures of the issue are seen at once on a laptop's screen."""

DESCRIPTION = WIDE | {"font_color": style.MUTED, "font_size": 10}


def _write_return_row(sheet: Any, looks: Looks, row: int, measure: Measure) -> None:
    """Say beside the ref what it measures, and print the value as the measure's unit is."""
    size = DESCRIPTION["font_size"]
    sheet.set_row(row, fitted_height([(measure.description, DESCRIPTION_WIDTH, size)]))
    description, value = map(Return.OF_TABLE.index, (Return.DESCRIPTION, Return.VALUE))
    formula = DESCRIPTION_FORMULA.format(ref=xl_rowcol_to_cell(row, 0))
    sheet.write_formula(row, description, formula, looks[DESCRIPTION], measure.description)
    look = looks[style.NUMBER | {"num_format": measure.number_format}]
    sheet.write_blank(row, value, None, look)


def _write_month(book: NewBook, sheet: Any) -> None:
    looks = book.looks
    row = HEADER - 1
    sheet.set_row_pixels(row, 28)
    sheet.write_string(row, 0, MONTH_LABEL, looks[style.TEXT | {"bold": True}])
    sheet.write_blank(row, 1, None, looks[MONTH_INPUT])
    options = {"validate": "any", "input_title": MONTH_LABEL, "input_message": MONTH_HINT}
    sheet.data_validation(row, 1, row, 1, options)
    cell = xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)
    book.workbook.define_name(Name.RETURN_MONTH, f"='{Sheet.MONTHLY_RETURN}'!{cell}")


MEASURES_PURPOSE = (
    "Every measure of the dataset, in the order of the page. To add one, add a row; Polarity says "
    "whether a rise is good news, and only then is its change coloured. Denominator is the ref of "
    "what a percentage is of; Control limits p-chart: by its counts each month. The last five "
    "columns tell suppression what readers know: what adds up, what comes and goes, and who agreed "
    "to show a percentage without one."
)


def add_measures(book: NewBook) -> None:
    """Add the catalogue, and the names by which drop-downs and colours find it."""
    sheet = add_sheet(book, Sheet.MEASURES, MEASURES_PURPOSE, "input")
    sheet.freeze_panes(FIRST, 1)
    rows = [_measure_row(measure) for measure in book.catalogue]
    _fill(sheet, book.looks, NewTable(Measures.TABLE, _measures_columns()), rows)
    book.workbook.define_name(Name.MEASURE_REFS, f"={Measures.TABLE}[{Measures.REF}]")
    book.workbook.define_name(Name.MEASURE_POLARITIES, f"={Measures.TABLE}[{Measures.POLARITY}]")


def _measures_columns() -> list[Column]:
    return [
        Column(Measures.REF, 84, style.CELL | {"bold": True, "num_format": "@"}),
        Column(Measures.AREA, 120, WIDE),
        Column(Measures.DESCRIPTION, 280, WIDE),
        Column(Measures.KEY_HEADING, 170, WIDE),
        Column(Measures.UNIT, 120, WIDE, [unit.value for unit in Unit]),
        Column(Measures.DECIMALS, 76, style.COUNT),
        Column(Measures.POLARITY, 116, style.CELL, [p.value for p in Polarity if p.value]),
        Column(Measures.NUMERATOR, 82),
        Column(Measures.DENOMINATOR, 96),
        Column(Measures.KEY, 94, style.CELL, ["yes"]),
        Column(Measures.OWNER, 90, WIDE),
        Column(Measures.DEFINITION, 170, WIDE),
        Column(Measures.LIMITS, 92, style.CELL, [XMR, P_CHART]),
        Column(Measures.SUM_OF, 110),
        Column(Measures.INFLOW, 90),
        Column(Measures.OUTFLOW, 90),
        Column(Measures.UPPER_BOUND, 104),
        Column(Measures.SHOWN, 170, WIDE),
    ]


def _measure_row(measure: Measure) -> list[CellValue]:
    return [
        measure.ref,
        measure.area,
        measure.description,
        measure.key_heading,
        measure.unit.value,
        measure.decimals,
        measure.polarity.value,
        measure.numerator,
        measure.denominator,
        "yes" if measure.key else None,
        measure.owner,
        measure.definition,
        measure.control_limits,
        measure.sum_of,
        measure.inflow,
        measure.outflow,
        measure.upper_bound,
        measure.shown_without_counts,
    ]


def add_history(book: NewBook) -> None:
    """Add the record of every figure, empty."""
    columns = [
        Column(History.REF, 110, style.CELL | {"bold": True}),
        Column(History.MONTH, 100, style.MONTH),
        Column(History.REVISION, 90, style.COUNT),
        Column(History.NUMERATOR, 106, style.NUMBER),
        Column(History.DENOMINATOR, 116, style.NUMBER),
        Column(History.VALUE, 150, style.NUMBER),
        Column(History.STATUS, 330),
        Column(History.RECORDED, 140, style.MOMENT),
        Column(History.SOURCE, 330),
    ]
    purpose = (
        "Every figure ever recorded, one row for each measure, month and revision. Kept by "
        "Refresh month; please do not edit it."
    )
    sheet = add_sheet(book, Sheet.HISTORY, purpose, "record")
    table = NewTable(History.TABLE, columns, filters=True)
    _fill(sheet, book.looks, table, [[None] * len(columns)])


def add_put_on_figures(book: NewBook) -> None:
    """Add the list of what was put on figures that are not on the page, empty."""
    columns = [
        Column(PutOnFigures.REF, 110, style.CELL | {"bold": True}),
        Column(PutOnFigures.MONTH, 100, style.MONTH),
        Column(PutOnFigures.KIND, 150),
        Column(PutOnFigures.SAYS, 460, WIDE),
        Column(PutOnFigures.LEFT, 120, style.DAY),
        Column(PutOnFigures.KEPT, 120, CLIPPED | {"font_color": style.MUTED}),
    ]
    purpose = (
        "What you put on figures or wrote in rows that have left the page. It comes back with the "
        "month or the measure: do not edit."
    )
    sheet = add_sheet(book, Sheet.PUT_ON_FIGURES, purpose, "record")
    _fill(sheet, book.looks, NewTable(PutOnFigures.TABLE, columns), [[None] * len(columns)])
    sheet.print_area(0, 0, LAST_ROW - 1, len(columns) - 2)


def add_refresh_log(book: NewBook) -> None:
    """Add the log of refreshes, empty."""
    columns = [
        Column(RefreshLog.WHEN, 130, style.MOMENT),
        Column(RefreshLog.WHO, 120),
        Column(RefreshLog.MONTH, 84, style.MONTH),
        Column(RefreshLog.SOURCE, 260, WIDE),
        Column(RefreshLog.DIGEST, 480, WIDE),
        *[Column(heading, 100, style.COUNT) for heading in RefreshLog.COUNTS],
        Column(RefreshLog.VERSION, 80),
        Column(RefreshLog.SEAL, 120, CLIPPED | {"font_color": style.MUTED}),
    ]
    purpose = "One row for each refresh: when, by whom, from what, and what it changed."
    sheet = add_sheet(book, Sheet.REFRESH_LOG, purpose, "record")
    _fill(sheet, book.looks, NewTable(RefreshLog.TABLE, columns), [[None] * len(columns)])
    # Without the digest: its long text would make the page print too small to read.
    sheet.print_area(0, 0, LAST_ROW - 1, len(columns) - 2)


def add_shared_copies(book: NewBook) -> None:
    """Add the record of share copies, empty."""
    columns = [
        Column(SharedCopies.SHARED, 130, style.MOMENT),
        Column(SharedCopies.FILE, 220, WIDE),
        Column(SharedCopies.ISSUE, 84, style.MONTH),
        Column(SharedCopies.HIDDEN, 110),
        Column(SharedCopies.CONSENT, 130, WIDE),
        Column(SharedCopies.REF, 110, style.CELL | {"bold": True}),
        Column(SharedCopies.FIGURES, 420, CLIPPED),
        Column(SharedCopies.SEAL, 120, CLIPPED | {"font_color": style.MUTED}),
    ]
    purpose = (
        "What each share copy showed or hid: a row for each measure of each copy. Suppression "
        "counts on it, because whoever kept a copy knows its figures; please do not edit it."
    )
    sheet = add_sheet(book, Sheet.SHARED_COPIES, purpose, "record")
    table = NewTable(SharedCopies.TABLE, columns, filters=True)
    _fill(sheet, book.looks, table, [[None] * len(columns)])


_NAMED = {
    Name.THRESHOLD: Settings.THRESHOLD,
    Name.SIGNALS_SHOWN: Settings.SIGNALS,
    Name.LOG_END: Settings.LOG_END,
}
"""The settings that formulas read, by the name they have there."""


def add_settings(book: NewBook) -> None:
    """Add the settings, each with its meaning; only those that make sense without functions."""
    settings = [row for row in ROWS if book.has_functions or row[0] != Settings.DERIVED]
    columns = [
        Column(Settings.SETTING, 190, style.CELL | {"bold": True}),
        Column(Settings.VALUE, 360, CHOICE),
        Column(Settings.MEANING, 700, WIDE),
    ]
    purpose = "What you may choose. Change the middle column only."
    sheet = add_sheet(book, Sheet.SETTINGS, purpose, "input")
    _fill(sheet, book.looks, NewTable(Settings.TABLE, columns), settings)
    places = {name: row for row, (name, _, _) in enumerate(settings, FIRST)}
    threshold = places[Settings.THRESHOLD]
    for called, setting in _NAMED.items():
        cell = xl_rowcol_to_cell(places[setting], 1, row_abs=True, col_abs=True)
        book.workbook.define_name(called, f"={Sheet.SETTINGS}!{cell}")
    for name in (Settings.SIGNALS, Settings.SHARE_SIGNALS):
        _offer(sheet, places[name], ["yes", "no"])
    _check_threshold(sheet, threshold)
    for name, _, _ in settings:
        if name in UPPER_BOUNDS:
            _check_whole_number(sheet, book.looks, places[name], name)
    if book.has_functions:
        _offer(sheet, places[Settings.DERIVED], [choice.value for choice in Derivation])


def _offer(sheet: Any, row: int, choices: list[str]) -> None:
    sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": choices})


def _check_threshold(sheet: Any, row: int) -> None:
    options = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0.01,
        "maximum": 1000,
        "error_title": Settings.THRESHOLD,
        "error_message": "Please write a number of per cent above 0, such as 10.",
    }
    sheet.data_validation(row, 1, row, 1, options)


def _check_whole_number(sheet: Any, looks: Looks, row: int, name: str) -> None:
    """Show a large number with its thousands apart, and take none beyond its bounds."""
    value = next(value for setting, value, _ in ROWS if setting == name)
    sheet.write_number(row, 1, value, looks[CHOICE | {"num_format": "#,##0"}])
    options = {
        "validate": "integer",
        "criteria": "between",
        "minimum": 1,
        "maximum": UPPER_BOUNDS[name],
        "error_title": name,
        "error_message": f"Please write a whole number from 1 to {UPPER_BOUNDS[name]:,}.",
    }
    sheet.data_validation(row, 1, row, 1, options)


def add_xlwings_settings(book: NewBook) -> None:
    """Add the hidden sheet that tells xlwings where Python is."""
    sheet = book.workbook.add_worksheet(Sheet.XLWINGS)
    sheet.hide()
    sheet.set_column_pixels(0, 1, 300)
    for row, (setting, value) in enumerate(XLWINGS_SETTINGS):
        sheet.write_string(row, 0, setting)
        sheet.write_string(row, 1, value)


def _fill(sheet: Any, looks: Looks, table: NewTable, rows: Sequence[Sequence[CellValue]]) -> None:
    add_table(sheet, looks, table, HEADER, len(rows))
    for number, row in enumerate(rows, FIRST):
        sheet.set_row(number, _height(table.columns, row))
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            sheet.write(number, place, cell, looks[column.look])


def _height(columns: Sequence[Column], row: Sequence[CellValue]) -> float:
    texts = zip(columns, row, strict=True)
    size = style.TEXT["font_size"]
    wrapped = (
        (text_of(cell), column.width, size) for column, cell in texts if "text_wrap" in column.look
    )
    return fitted_height([("", 0, size), *wrapped])
