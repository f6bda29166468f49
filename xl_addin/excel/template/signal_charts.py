"""The six charts at the top of the sheet Signals, and the sheet Signal figures behind them.

Three cards stand side by side over the columns of the table that follows below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from xl_addin.dataset import signal_charts as charts
from xl_addin.dataset.drawn import MONTHS_DRAWN, SIGNS
from xl_addin.dataset.key_measures import NO_FIGURE
from xl_addin.excel.template import style
from xl_addin.excel.template.key_measures import CHOICE, DROP_DOWN
from xl_addin.excel.template.parts import NewBook, set_up_page, write_heading
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Name, Sheet, Signals

KEY_ROW = 3
FIRST_CARD = KEY_ROW + 1
CARD_STARTS = (0, 4, 11)
"""The columns of the table at which a card begins; the last ends with the table's last column."""

CARD_ENDS = (3, 10, 14)
CHART_ROWS = 25
CHART_ROW_HEIGHT = 20
WORDS_HEIGHT = 72
CARD_ROWS = 1 + CHART_ROWS + 1 + 1
ROWS = 2 * CARD_ROWS
GAP = 12

REFS_COLUMN = 16
"""On the sheet Signals, right of what is printed: the refs chosen, side by side."""

HEADINGS_ROW = 3
FIRST_MONTH = HEADINGS_ROW + 1
LAST_MONTH = FIRST_MONTH + MONTHS_DRAWN - 1
HEADS_ROW, TITLES_ROW = LAST_MONTH + 1, LAST_MONTH + 2
WIDTH = len(charts.SERIES)

FIGURES_PURPOSE = (
    "What the six charts of the sheet Signals draw, worked out by Excel from what a refresh puts "
    "there: nothing here is to be changed. Months are the 24 up to the one shown, from the first "
    "with a figure; #N/A is left out of a chart."
)

GREY, COMMON = "#7F8894", "#A6A6A6"
LIMIT, TARGET = "#5A6472", "#7A1F4D"
IMPROVEMENT, CONCERN, SPECIAL = "#00B0F0", "#E46C0A", "#490092"
"""Points in the colours of NHS England's Making Data Count; each has a shape of its own too."""

COMPARED = ("#00796B", "#8A5A00", "#D4267D")
"""Comparators in colours that no point has, told apart without colour by marker and dashes."""

NUMBERS = {
    charts.MONTH: "mmm yyyy",
    **dict.fromkeys(range(1, WIDTH), "General"),
}


def add_cards(book: NewBook, sheet: Any, widths: Sequence[int]) -> None:
    """Add the key and the charts, given the widths of the table's columns in pixels."""
    sheet.set_row_pixels(KEY_ROW, 24)
    sheet.write_rich_string(KEY_ROW, 0, *_key(book.looks), book.looks[style.SMALL])
    shown = _shown(book)
    for slot in range(Signals.CHARTS):
        row, across = _add_card(book, sheet, slot, shown)
        width = sum(widths[CARD_STARTS[across] : CARD_ENDS[across] + 1]) - GAP
        place = {"x_offset": 2, "y_offset": 3, "object_position": 1, "description": _alt(slot)}
        chart = _chart(book.workbook, slot, shown)
        chart.set_size({"width": width, "height": CHART_ROWS * CHART_ROW_HEIGHT - 4})
        sheet.insert_chart(row + 1, CARD_STARTS[across], chart, place)


def _key(looks: Looks) -> Iterator[Any]:
    """The key to all charts, for write_rich_string: each sign in its colour, then what it is."""
    text = looks[style.SMALL | {"font_color": style.INK}]
    named = ("", "", "comparators, named under the chart")
    signs = (
        ("●", COMMON, "usual variation"),
        ("▲", IMPROVEMENT, "improvement"),
        ("■", CONCERN, "concern"),
        ("◆", SPECIAL, "high or low, where neither is better"),
        ("━", style.INK, "mean"),
        ("╌ ╌", LIMIT, "limits"),
        ("━ ·", TARGET, "target"),
        *((f"╌{sign}╌", *said) for sign, *said in zip(SIGNS, COMPARED, named, strict=True)),
    )
    yield from (text, "Key:   ")
    for sign, colour, meaning in signs:
        yield from (looks[style.SMALL | {"font_color": colour, "bold": True}], f"{sign} ")
        yield from (text, f"{meaning}      " if meaning else " ")
    yield from (text, "Mean and limits step where they start anew.")


def _alt(slot: int) -> str:
    return (
        f"Line chart {slot + 1}: up to 24 months of the measure chosen in the box above it, with "
        "mean, limits, target, comparators and the months that signal. What it shows is said "
        f"below it; every figure stands in the sheet {Sheet.SIGNAL_FIGURES}."
    )


def _shown(book: NewBook) -> dict[str, Any]:
    """What the formulas work out to before there are figures, by named range."""
    slots = charts.settled_charts(book.catalogue, ("",) * Signals.CHARTS)
    found = charts.calculated_charts(book.catalogue, slots, {}, {}, None)
    return {part.name: part.values for part in found}


def _add_card(book: NewBook, sheet: Any, slot: int, shown: dict[str, Any]) -> tuple[int, int]:
    """Add what stands around a chart, and say in which row, and as which across."""
    down, across = divmod(slot, len(CARD_STARTS))
    row, first, looks = FIRST_CARD + down * CARD_ROWS, CARD_STARTS[across], book.looks
    sheet.set_row_pixels(row, 24)
    for chart_row in range(row + 1, row + 1 + CHART_ROWS):
        sheet.set_row_pixels(chart_row, CHART_ROW_HEIGHT)
    ref, words = shown[Name.SIGNAL_REFS][0][slot], row + 1 + CHART_ROWS
    chosen = charts.ref_formula(slot + 1)
    sheet.write_formula(KEY_ROW, REFS_COLUMN + slot, chosen, looks[style.SMALL], ref)
    sheet.write_string(row, first, ref, looks[CHOICE])
    sheet.data_validation(row, first, row, first, DROP_DOWN)
    _add_words(book, sheet, words, slot, shown)
    for name, at in ((Name.signal_measure, row), (Name.signal_words, words)):
        cell = xl_rowcol_to_cell(at, first, row_abs=True, col_abs=True)
        book.workbook.define_name(name(slot + 1), f"={Sheet.SIGNALS}!{cell}")
    return row, across


def _add_words(book: NewBook, sheet: Any, row: int, slot: int, shown: dict[str, Any]) -> None:
    """Add what a chart shows in words, under it."""
    across = slot % len(CARD_STARTS)
    first, last = CARD_STARTS[across], CARD_ENDS[across]
    sheet.set_row_pixels(row, WORDS_HEIGHT)
    sheet.set_row_pixels(row + 1, GAP)
    look = book.looks[style.TEXT | {"text_wrap": True, "font_size": 10, "valign": "top"}]
    sheet.merge_range(row, first, row, last, None, look)
    series = [_column(slot, at) for at in range(WIDTH)]
    formula = charts.words_formula(_ref(slot), [_head(slot, at) for at in range(WIDTH)], series)
    sheet.write_formula(row, first, formula, look, shown[Name.signal_words(slot + 1)][0][0])


def _address(cells: str) -> str:
    return f"'{Sheet.SIGNAL_FIGURES}'!{cells}"


def _ref(slot: int) -> str:
    cell = xl_rowcol_to_cell(KEY_ROW, REFS_COLUMN + slot, row_abs=True, col_abs=True)
    return f"{Sheet.SIGNALS}!{cell}"


def _head(slot: int, at: int) -> str:
    column = 1 + slot * WIDTH + at
    return _address(xl_rowcol_to_cell(HEADS_ROW, column, row_abs=True, col_abs=True))


def _column(slot: int, at: int) -> str:
    column = 1 + slot * WIDTH + at
    return _address(xl_range_abs(FIRST_MONTH, column, LAST_MONTH, column))


def _chart(workbook: Any, slot: int, shown: dict[str, Any]) -> Any:
    chart = workbook.add_chart({"type": "line"})
    for number, (at, look) in enumerate(_LINES):
        months = {"categories": f"={_column(slot, charts.MONTH)}", "categories_data": []}
        chart.add_series({**_values(slot, at), **look, **({} if number else months)})
    heads = shown[Name.SIGNAL_FIGURES][-1][slot * WIDTH :]
    titles = {"name": f"={_head(slot, charts.AXIS)}", "data": [heads[charts.AXIS]]}
    style.frame_chart(chart, "General", titles | {"name_font": style.AXIS_TITLE, "min": None})
    chart.set_x_axis(
        {
            "date_axis": True,
            "num_format": "mmm yy",
            "major_unit": 3,
            "major_unit_type": "months",
            "num_font": {"name": style.FONT, "size": 9, "color": style.MUTED},
            "line": {"color": style.RULE},
            "label_position": "low",
        }
    )
    heading = {"name": f"={_head(slot, charts.HEADING)}", "data": [heads[charts.HEADING]]}
    chart.set_title(heading | {"name_font": style.CHART_HEADING, "overlay": False})
    chart.set_plotarea({"layout": {"x": 0.1, "y": 0.15, "width": 0.87, "height": 0.74}})
    chart.show_blanks_as("span")
    return chart


def _values(slot: int, at: int) -> dict[str, Any]:
    """What a series draws, and its name: that of a comparator follows the measure chosen."""
    name = charts.SERIES[at]
    if at in charts.COMPARED:
        name = f"={_head(slot, charts.NAMES[charts.COMPARED.index(at)])}"
    return {"name": name, "values": f"={_column(slot, at)}", "values_data": [None] * MONTHS_DRAWN}


def _line(colour: str, width: float, dash: str = "solid") -> dict[str, Any]:
    line = {"color": colour, "width": width, "dash_type": dash}
    return {"line": line, "marker": {"type": "none"}}


def _compared(colour: str, dash: str, shape: str) -> dict[str, Any]:
    marker = {"type": shape, "size": 6, "border": {"color": colour}, "fill": {"none": True}}
    return _line(colour, 1.25, dash) | {"marker": marker}


def _points(shape: str, size: int, colour: str, border: str) -> dict[str, Any]:
    marker = {"type": shape, "size": size, "fill": {"color": colour}, "border": {"color": border}}
    return {"line": {"none": True}, "marker": marker}


_DASHES, _MARKERS = ("dash", "square_dot", "long_dash"), ("x", "plus", "star")
"""How the lines of comparators are dashed, and the markers that charts.SIGNS names in words."""

_LINES = (
    *((at, _line(LIMIT, 1.25, "dash")) for at in (charts.LOWERS, charts.UPPERS)),
    *((at, _line(LIMIT, 1.25, "dash")) for at in (charts.LOWERS_BEFORE, charts.UPPERS_BEFORE)),
    *((at, _line(style.INK, 1.5)) for at in (charts.MEANS, charts.MEANS_BEFORE)),
    (charts.TARGETS, _line(TARGET, 1.5, "long_dash_dot")),
    *zip(charts.COMPARED, map(_compared, COMPARED, _DASHES, _MARKERS), strict=True),
    *((at, _line(GREY, 1.75)) for at in (charts.LINE_NOW, charts.LINE_BEFORE)),
    (charts.FIGURE, _points("circle", 7, COMMON, GREY)),
    (charts.GOOD, _points("triangle", 10, IMPROVEMENT, "#005EB8")),
    (charts.BAD, _points("square", 9, CONCERN, "#9C3D0A")),
    (charts.EITHER, _points("diamond", 10, SPECIAL, SPECIAL)),
)
"""The series of a chart, in the order in which they are drawn: limits first, what signals last.

#N/A is passed over by a line, in every Excel and in LibreOffice; so months before a gap or a
rebase have lines of their own.
"""


def add_signal_figures(book: NewBook) -> None:
    """Add the sheet of what the charts draw."""
    sheet = book.workbook.add_worksheet(Sheet.SIGNAL_FIGURES)
    set_up_page(sheet, book.title, "record")
    write_heading(sheet, book.looks, Sheet.SIGNAL_FIGURES, FIGURES_PURPOSE)
    sheet.set_column_pixels(0, 0, 70)
    sheet.set_column_pixels(1, Signals.CHARTS * WIDTH, 84)
    sheet.set_row_pixels(HEADINGS_ROW, 36)
    sheet.freeze_panes(FIRST_MONTH, 1)
    sheet.set_print_scale(95)  # a page for each chart's figures: all on one could not be read
    sheet.set_v_pagebreaks([1 + slot * WIDTH for slot in range(1, Signals.CHARTS)])
    sheet.repeat_columns(0)
    shown, looks = _shown(book), book.looks
    sheet.write_string(HEADINGS_ROW, 0, "Place", looks[style.HEADING])
    for place in range(1, MONTHS_DRAWN + 1):
        sheet.write_number(HEADINGS_ROW + place, 0, place, looks[style.COUNT])
    for slot in range(Signals.CHARTS):
        _write_heads(sheet, looks, slot, shown)
        _write_series(sheet, looks, slot)
    _hide_blanks(book, sheet)
    _define_names(book.workbook)


def _write_heads(sheet: Any, looks: Looks, slot: int, shown: dict[str, Any]) -> None:
    cells = [_here(_head(slot, at)) for at in (charts.TEXT, charts.PLACES)]
    formulas = charts.head_formulas(_ref(slot), *cells)
    for at, formula in enumerate(formulas):
        column = 1 + slot * WIDTH + at
        value = shown[Name.SIGNAL_FIGURES][-1][column - 1]
        sheet.write_string(TITLES_ROW, column, charts.HEADS[at], looks[style.SMALL])
        sheet.write_formula(HEADS_ROW, column, formula, looks[style.CELL], value)


def _write_series(sheet: Any, looks: Looks, slot: int) -> None:
    places = xl_range_abs(FIRST_MONTH, 0, LAST_MONTH, 0)
    heads = [_here(_head(slot, at)) for at in range(WIDTH)]
    formulas = charts.series_formulas(heads, places, _here(_column(slot, charts.FIGURE)))
    for at, formula in enumerate(formulas):
        column = 1 + slot * WIDTH + at
        first = {"left": 2, "left_color": style.RULE} if at == 0 else {}
        look = looks[style.CELL | {"num_format": NUMBERS[at]} | first]
        sheet.write_string(HEADINGS_ROW, column, charts.SERIES[at], looks[style.HEADING])
        area = FIRST_MONTH, column, LAST_MONTH, column
        sheet.write_array_formula(*area, f"{{{formula}}}", look, NO_FIGURE)
        for row in range(FIRST_MONTH + 1, LAST_MONTH + 1):
            sheet.write_number(row, column, 0, look)


def _here(address: str) -> str:
    return address.rpartition("!")[2]


def _hide_blanks(book: NewBook, sheet: Any) -> None:
    """What is left out of a chart is not seen here either."""
    area = FIRST_MONTH, 1, HEADS_ROW, Signals.CHARTS * WIDTH
    criteria = f"=ISNA({xl_rowcol_to_cell(FIRST_MONTH, 1)})"
    unseen = book.workbook.add_format({"font_color": style.PAPER})
    sheet.conditional_format(*area, {"type": "formula", "criteria": criteria, "format": unseen})


def _define_names(workbook: Any) -> None:
    last = Signals.CHARTS * WIDTH
    area = xl_range_abs(FIRST_MONTH, 1, HEADS_ROW, last)
    workbook.define_name(Name.SIGNAL_FIGURES, f"={_address(area)}")
    refs = xl_range_abs(KEY_ROW, REFS_COLUMN, KEY_ROW, REFS_COLUMN + Signals.CHARTS - 1)
    workbook.define_name(Name.SIGNAL_REFS, f"={Sheet.SIGNALS}!{refs}")
