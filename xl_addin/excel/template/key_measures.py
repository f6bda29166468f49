"""The Key measures sheet: a grid of charts, each of a measure chosen from a drop-down.

Three cards stand side by side on seven columns each; under the grid, on the same 21 columns,
stand the figures behind the charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from xl_addin.dataset import key_measures
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import NewBook, set_up_page, write_heading
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Dataset, KeyMeasures, Name, Sheet
from xl_addin.measure import Catalogue
from xl_addin.period import MONTHS_SHOWN
from xl_addin.table import CellValue
from xl_addin.values import value_type

ACROSS = 3
CARD_COLUMNS = 7
ZOOM = 74
COLUMN_WIDTH = 72
ROWS_ON_A_PAGE = 3
CHART_ROWS = 14
CHART_ROW_HEIGHT = 20
CARD_ROWS = 1 + CHART_ROWS + 1
FIRST_CARD = 3

REF, HEADING = 0, 1
FIRST_MONTH = 6
LAST_MONTH = FIRST_MONTH + MONTHS_SHOWN - 1
FIRST_LABEL, LAST_LABEL = LAST_MONTH + 1, LAST_MONTH + 2

PURPOSE = (
    "The last 13 months of each key measure. Dark bar: the latest month; mid-blue bar: the same "
    "month last year. To chart another measure, choose its ref in the box above a chart."
)


@value_type
class Grid:
    """Where everything stands, given the refs of the charts. Rows and columns count from 0."""

    slots: tuple[str, ...]

    @property
    def figures_row(self) -> int:
        """The headings of the figures behind the charts."""
        card_rows = -(-len(self.slots) // ACROSS)
        return FIRST_CARD + card_rows * CARD_ROWS + 2

    def card(self, slot: int) -> tuple[int, int]:
        """The drop-down cell of a chart, counted from 0."""
        down, across = divmod(slot, ACROSS)
        return FIRST_CARD + down * CARD_ROWS, across * CARD_COLUMNS

    def row(self, slot: int) -> int:
        """The row of a chart's figures."""
        return self.figures_row + 1 + slot

    def block(self, first: int, last: int) -> str:
        """The address of some columns of the figures, all charts."""
        return _address(xl_range_abs(self.row(0), first, self.row(len(self.slots) - 1), last))

    def figures(self, slot: int) -> str:
        """The address of a chart's 13 figures."""
        return _address(xl_range_abs(self.row(slot), FIRST_MONTH, self.row(slot), LAST_MONTH))

    def months(self) -> str:
        """The address of the 13 month headings."""
        row = self.figures_row
        return _address(xl_range_abs(row, FIRST_MONTH, row, LAST_MONTH))

    def cell(self, slot: int, column: int) -> str:
        """The address of a cell of a chart's figures."""
        return _address(xl_rowcol_to_cell(self.row(slot), column, row_abs=True, col_abs=True))


def add_key_measures(book: NewBook) -> None:
    """Add a chart for each key measure of the catalogue, at least one."""
    workbook, looks, catalogue = book.workbook, book.looks, book.catalogue
    grid = Grid(tuple(measure.ref for measure in catalogue.key_measures) or ("",))
    shown = _shown(catalogue, grid.slots)
    sheet = workbook.add_worksheet(Sheet.KEY_MEASURES)
    set_up_page(sheet, book.title, "page")
    sheet.set_column_pixels(0, LAST_LABEL, COLUMN_WIDTH)
    write_heading(sheet, looks, Sheet.KEY_MEASURES, PURPOSE)
    for slot in range(len(grid.slots)):
        _add_card(book, sheet, grid, slot, shown)
    _write_figures(sheet, looks, grid, shown)
    _add_figure_formats(workbook, sheet, grid)
    _define_names(workbook, grid)
    sheet.freeze_panes(FIRST_CARD, 0)
    sheet.set_zoom(ZOOM)
    sheet.set_h_pagebreaks(_page_breaks(grid))


Shown = dict[str, tuple[tuple[CellValue, ...], ...]]


def _shown(catalogue: Catalogue, slots: Sequence[str]) -> Shown:
    """What the formulas of the sheet work out to before there are figures, by named range."""
    page = dict.fromkeys(catalogue.refs, (None,) * MONTHS_SHOWN)
    found = key_measures.calculated(catalogue, slots, Dataset.UNNAMED_MONTHS, page)
    return {part.name: part.values for part in found}


def _axis(grid: Grid, slot: int, title: str) -> dict[str, Any]:
    """The axis of figures: its title follows the cell beside the chart's drop-down."""
    row, column = grid.card(slot)
    cell = _address(xl_rowcol_to_cell(row, column + 1, row_abs=True, col_abs=True))
    return {"name": f"={cell}", "data": [title], "name_font": style.AXIS_TITLE}


def _add_card(book: NewBook, sheet: Any, grid: Grid, slot: int, shown: Shown) -> None:
    looks, ref = book.looks, grid.slots[slot]
    charted = (measure for measure in book.catalogue if measure.ref == ref)
    axis = key_measures.axis(next(charted, None))
    row, column = grid.card(slot)
    sheet.set_row_pixels(row, 24)
    for chart_row in range(row + 1, row + 1 + CHART_ROWS):
        sheet.set_row_pixels(chart_row, CHART_ROW_HEIGHT)
    sheet.set_row_pixels(row + CARD_ROWS - 1, 12)
    sheet.write_string(row, column, ref, looks[CHOICE])
    sheet.data_validation(row, column, row, column, DROP_DOWN)
    formula = key_measures.axis_formula(Name.key_measure(slot + 1))
    sheet.write_formula(row, column + 1, formula, looks[AXIS], axis)
    chart = _chart(book.workbook, grid, slot, shown)
    style.frame_chart(chart, f"0{style.APART}", _axis(grid, slot, axis), left=0.12)
    sheet.insert_chart(row + 1, column, chart, _chart_place(slot))


CHOICE = (
    style.TEXT
    | {"bold": True, "bg_color": style.TINT, "border": 1, "align": "center"}
    | {"border_color": style.RULE, "num_format": "@"}
)

AXIS = style.SMALL | {"indent": 1}
"""Beside the ref of a chart: what its figures count in."""

RIGHT_HEADING = style.HEADING | {"align": "right"}

DROP_DOWN = {
    "validate": "list",
    "source": f"={Name.MEASURE_REFS}",
    "input_title": "Choose a measure",
    "input_message": "The chart below and its heading follow.",
    "error_title": "Measure ref",
    "error_message": "Please choose a ref from the list.",
}


def _chart_place(slot: int) -> dict[str, Any]:
    return {
        "x_offset": 2,
        "y_offset": 3,
        "object_position": 1,
        "description": (
            f"Column chart {slot + 1}: 13 months of the measure chosen in the box above it. The "
            f"heading and every figure stand in row {slot + 1} of “Figures behind the charts”."
        ),
    }


def _chart(workbook: Any, grid: Grid, slot: int, shown: Shown) -> Any:
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(_bars(grid, slot, shown))
    chart.add_series(_labels(grid, slot, shown, 0))
    chart.add_series(_labels(grid, slot, shown, MONTHS_SHOWN - 1))
    chart.set_title(
        {
            "name": f"={grid.cell(slot, HEADING)}",
            "data": [shown[Name.KEY_HEADINGS][slot][0]],
            "name_font": style.CHART_HEADING,
            "overlay": False,
        }
    )
    width = CARD_COLUMNS * COLUMN_WIDTH - 10
    chart.set_size({"width": width, "height": CHART_ROWS * CHART_ROW_HEIGHT - 4})
    return chart


def _bars(grid: Grid, slot: int, shown: Shown) -> dict[str, Any]:
    others = [{"fill": {"color": style.BAR_OTHER}}] * (MONTHS_SHOWN - 2)
    return {
        **_series(grid, slot, shown),
        "name": f"={grid.cell(slot, REF)}",
        "name_data": [grid.slots[slot]],
        "fill": {"color": style.BAR_OTHER},
        "points": [
            {"fill": {"color": style.BAR_LAST_YEAR}},
            *others,
            {"fill": {"color": style.BAR_LATEST}},
        ],
        "gap": 45,
        "overlap": 100,
    }


def _labels(grid: Grid, slot: int, shown: Shown, month: int) -> dict[str, Any]:
    """A series without fill whose name labels one bar: a bar's label cannot follow a formula."""
    column = FIRST_LABEL if month == 0 else LAST_LABEL
    hidden = {"delete": True}
    font = {"name": style.FONT, "size": 9, "bold": True, "color": style.INK}
    custom = [hidden if place != month else None for place in range(MONTHS_SHOWN)]
    return {
        **_series(grid, slot, shown),
        "name": f"={grid.cell(slot, column)}",
        "name_data": [shown[Name.KEY_LABELS][slot][0 if month == 0 else 1]],
        "fill": {"none": True},
        "line": {"none": True},
        "data_labels": {"series_name": True, "position": "outside_end", "font": font}
        | {"custom": custom},
    }


def _series(grid: Grid, slot: int, shown: Shown) -> dict[str, Any]:
    return {
        "categories": f"={grid.months()}",
        "categories_data": list(shown[Name.KEY_MONTHS][0]),
        "values": f"={grid.figures(slot)}",
        "values_data": [_cached(figure) for figure in shown[Name.KEY_FIGURES][slot]],
    }


def _cached(figure: CellValue) -> CellValue:
    return None if figure == key_measures.NO_FIGURE else figure


def _write_figures(sheet: Any, looks: Looks, grid: Grid, shown: Shown) -> None:
    row = grid.figures_row
    sheet.set_row_pixels(row - 1, 30)
    section = style.TEXT | {"font_size": 13, "bold": True, "font_color": style.NAVY}
    sheet.write_string(row - 1, 0, "Figures behind the charts", looks[section])
    _write_figure_headings(sheet, looks, grid, shown)
    for slot in range(len(grid.slots)):
        _write_slot(sheet, looks, grid, slot, shown)


def _write_figure_headings(sheet: Any, looks: Looks, grid: Grid, shown: Shown) -> None:
    row, left, right = grid.figures_row, looks[style.HEADING], looks[RIGHT_HEADING]
    sheet.set_row_pixels(row, 36)
    sheet.write_string(row, REF, Dataset.REF, left)
    sheet.merge_range(row, HEADING, row, FIRST_MONTH - 1, "Heading", left)
    formula_heading = looks[RIGHT_HEADING | {"num_format": "General"}]
    for place, month in enumerate(shown[Name.KEY_MONTHS][0]):
        formula = key_measures.month_formula(Dataset.UNNAMED_MONTHS[place])
        sheet.write_formula(row, FIRST_MONTH + place, formula, formula_heading, month)
    sheet.write_string(row, FIRST_LABEL, KeyMeasures.LABEL_LAST_YEAR, right)
    sheet.write_string(row, LAST_LABEL, KeyMeasures.LABEL_LATEST, right)


def _write_slot(sheet: Any, looks: Looks, grid: Grid, slot: int, shown: Shown) -> None:
    row = grid.row(slot)
    ref = xl_rowcol_to_cell(row, REF, col_abs=True)
    sheet.set_row_pixels(row, 50)
    name = Name.key_measure(slot + 1)
    bold, number = looks[style.CELL | {"bold": True}], looks[style.COUNT]
    ref_shown = shown[Name.KEY_REFS][slot][0]
    sheet.write_formula(row, REF, key_measures.ref_formula(name), bold, ref_shown or "")
    _write_slot_heading(sheet, looks, grid, slot, shown)
    for place, figure in enumerate(shown[Name.KEY_FIGURES][slot]):
        formula = key_measures.figure_formula(ref, Dataset.UNNAMED_MONTHS[place])
        sheet.write_formula(row, FIRST_MONTH + place, formula, number, figure)
    for column, month, text in zip(
        (FIRST_LABEL, LAST_LABEL),
        (FIRST_MONTH, LAST_MONTH),
        shown[Name.KEY_LABELS][slot],
        strict=True,
    ):
        formula = key_measures.label_formula(ref, xl_rowcol_to_cell(row, month))
        sheet.write_formula(row, column, formula, looks[style.NUMBER], text)


def _write_slot_heading(sheet: Any, looks: Looks, grid: Grid, slot: int, shown: Shown) -> None:
    row, look = grid.row(slot), looks[style.WRAPPED]
    ref = xl_rowcol_to_cell(row, REF, col_abs=True)
    figures = xl_range_abs(row, FIRST_MONTH, row, LAST_MONTH)
    months = xl_range_abs(grid.figures_row, FIRST_MONTH, grid.figures_row, LAST_MONTH)
    formula = key_measures.heading_formula(ref, figures, months, Dataset.UNNAMED_MONTHS[-1])
    sheet.merge_range(row, HEADING, row, FIRST_MONTH - 1, None, look)
    sheet.write_formula(row, HEADING, formula, look, shown[Name.KEY_HEADINGS][slot][0])


def _add_figure_formats(workbook: Any, sheet: Any, grid: Grid) -> None:
    """Per cents show their sign; a month without a figure shows nothing."""
    first, last = grid.row(0), grid.row(len(grid.slots) - 1)
    area = (first, FIRST_MONTH, last, LAST_MONTH)
    cell = xl_rowcol_to_cell(first, FIRST_MONTH)
    unseen = workbook.add_format({"font_color": style.PAPER})
    sheet.conditional_format(
        *area, {"type": "formula", "criteria": f"=ISNA({cell})", "format": unseen}
    )
    labels = [xl_rowcol_to_cell(first, c, col_abs=True) for c in (FIRST_LABEL, LAST_LABEL)]
    is_percentage = ",".join(f'RIGHT({label})="%"' for label in labels)
    percent = workbook.add_format({"num_format": '0"%"'})
    sheet.conditional_format(
        *area, {"type": "formula", "criteria": f"=OR({is_percentage})", "format": percent}
    )


def _define_names(workbook: Any, grid: Grid) -> None:
    for slot in range(len(grid.slots)):
        row, column = grid.card(slot)
        cell = _address(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))
        workbook.define_name(Name.key_measure(slot + 1), f"={cell}")
    workbook.define_name(Name.KEY_REFS, f"={grid.block(REF, REF)}")
    workbook.define_name(Name.KEY_MONTHS, f"={grid.months()}")
    workbook.define_name(Name.KEY_HEADINGS, f"={grid.block(HEADING, HEADING)}")
    workbook.define_name(Name.KEY_FIGURES, f"={grid.block(FIRST_MONTH, LAST_MONTH)}")
    workbook.define_name(Name.KEY_LABELS, f"={grid.block(FIRST_LABEL, LAST_LABEL)}")


def _page_breaks(grid: Grid) -> list[int]:
    page = CARD_ROWS * ROWS_ON_A_PAGE
    return [*range(FIRST_CARD + page, grid.figures_row - 2, page), grid.figures_row - 1]


def _address(cells: str) -> str:
    return f"'{Sheet.KEY_MEASURES}'!{cells}"
