"""The Key measures sheet of a share copy: charts with figures of their own, then the figures."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_range_abs

from xl_addin.dataset.printing import printed
from xl_addin.disclosure.published import Mark, SharedCopy, SharedRow
from xl_addin.excel.share_copy.sheet_header import SheetHeader, write_cell, write_sheet_header
from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, NewTable, add_table, set_up_page
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Dataset, Sheet
from xl_addin.ooxml.row_heights import fitted_height
from xl_addin.period import MONTHS_SHOWN
from xl_addin.share.words import (
    PURPOSE,
    chart_heading,
    chart_in_words,
    shorthand_explained,
)

TABLE = "KeyMeasures"
HEADING = "Key measure"
ACROSS = 3
CHART_ROWS, CHART_ROW_HEIGHT = 15, 20
ROWS_ON_A_PAGE = 3
REF_WIDTH, HEADING_WIDTH, MONTH_WIDTH = 84, 330, 82
FIRST_MONTH = 2
LAST_MONTH = FIRST_MONTH + MONTHS_SHOWN - 1
CHART_WIDTH = (REF_WIDTH + HEADING_WIDTH + MONTHS_SHOWN * MONTH_WIDTH) // ACROSS
GAP = 8
ZOOM = 75
MONTH = style.NUMBER


def add_key_measures(workbook: Any, looks: Looks, copy: SharedCopy) -> None:
    """Add a chart for each key measure of the copy, and one table with their figures."""
    sheet = workbook.add_worksheet(Sheet.KEY_MEASURES)
    set_up_page(sheet, copy.title, "page", may_change=False)
    rows = [copy.row(ref) for ref in copy.charts]
    first = write_sheet_header(sheet, looks, _top(copy, rows), ACROSS * CHART_WIDTH)
    header = first + -(-len(rows) // ACROSS) * CHART_ROWS
    for number in range(first, header):
        sheet.set_row_pixels(number, CHART_ROW_HEIGHT)
    for place, row in enumerate(rows):
        chart = _chart(workbook, copy, row, header, header + 1 + place)
        _insert(sheet, chart, first, place, chart_in_words(row, copy))
    _write_table(sheet, looks, copy, rows, header)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(0, 1)
    page = ROWS_ON_A_PAGE * CHART_ROWS
    sheet.set_h_pagebreaks([*range(first + page, header, page), *([header] if rows else [])])


def _top(copy: SharedCopy, rows: list[SharedRow]) -> SheetHeader:
    marks = {cell for row in rows for cell in row.months if isinstance(cell, Mark)}
    if not rows:
        marks = {Mark.NOT_APPLICABLE}
    return SheetHeader(
        Sheet.KEY_MEASURES,
        (
            f"{copy.title}, {copy.month.label}",
            PURPOSE if rows else "No key measure is chosen.",
            shorthand_explained(marks, copy.small),
        ),
    )


def _write_table(
    sheet: Any, looks: Looks, copy: SharedCopy, rows: list[SharedRow], header: int
) -> None:
    labels = [month.label for month in copy.months]
    columns = [
        Column(Dataset.REF, REF_WIDTH),
        Column(HEADING, HEADING_WIDTH),
        *(Column(label, MONTH_WIDTH, MONTH) for label in labels),
    ]
    add_table(sheet, looks, NewTable(TABLE, columns), header, max(len(rows), 1))
    sheet.set_row_pixels(header, 30)
    for number, row in enumerate(rows, header + 1):
        _write_row(sheet, looks, number, row, chart_heading(row, tuple(labels)))
    if not rows:
        for column in range(len(columns)):
            sheet.write_string(header + 1, column, Mark.NOT_APPLICABLE, looks[style.CELL])


def _write_row(sheet: Any, looks: Looks, number: int, row: SharedRow, heading: str) -> None:
    sheet.set_row(number, max(24.0, fitted_height([(heading, HEADING_WIDTH, 11)])))
    sheet.write_string(number, 0, row.measure.ref, looks[style.CELL | {"bold": True}])
    sheet.write_string(number, 1, heading, looks[style.WRAPPED])
    for column, cell in enumerate(row.months, FIRST_MONTH):
        own = {"font_color": style.MUTED} if isinstance(cell, str) else {}
        look = MONTH | {"num_format": row.measure.number_format} | own
        write_cell(sheet, number, column, cell, looks[look])


def _chart(workbook: Any, copy: SharedCopy, row: SharedRow, header: int, figures: int) -> Any:
    labels = tuple(month.label for month in copy.months)
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(_series(row, labels, header, figures))
    chart.set_title(
        {
            "name": chart_heading(row, labels),
            "name_font": style.CHART_HEADING,
            "overlay": False,
        }
    )
    # A month without a figure is a bar of no height: one that is left out would have no label.
    chart.show_blanks_as("zero")
    kind = row.measure.unit.kind
    axis: dict[str, Any] = {"name": kind.axis, "name_font": style.AXIS_TITLE}
    if kind.most is not None:
        axis |= {"max": kind.most, "major_unit": kind.most / 5}
    _frame(chart, row, axis)
    height = CHART_ROWS * CHART_ROW_HEIGHT
    chart.set_size({"width": CHART_WIDTH - GAP, "height": height - GAP})
    return chart


def _frame(chart: Any, row: SharedRow, axis: dict[str, Any]) -> None:
    """Its place and axes; long figures, such as pounds and pence, have more room."""
    number_format = row.measure.number_format
    if max(len(printed(cell, row.measure)) for cell in row.months) <= LONGEST:
        style.frame_chart(chart, number_format, axis)
    else:
        style.frame_chart(chart, number_format + style.APART, axis, left=0.16)


LONGEST = 5
"""So many characters of a figure stand on a bar, and between an axis and its title."""


def _insert(sheet: Any, chart: Any, first: int, place: int, in_words: str) -> None:
    down, across = divmod(place, ACROSS)
    offset = {"x_offset": across * CHART_WIDTH + GAP // 2, "y_offset": GAP // 2}
    options = {**offset, "object_position": 3, "description": in_words}
    sheet.insert_chart(first + down * CHART_ROWS, 0, chart, options)


def _series(row: SharedRow, labels: tuple[str, ...], header: int, figures: int) -> dict[str, Any]:
    sheet = f"'{Sheet.KEY_MEASURES}'!"
    others = [{"fill": {"color": style.BAR_OTHER}}] * (MONTHS_SHOWN - 2)
    return {
        "name": row.measure.ref,
        "categories": f"={sheet}{xl_range_abs(header, FIRST_MONTH, header, LAST_MONTH)}",
        "categories_data": list(labels),
        "values": f"={sheet}{xl_range_abs(figures, FIRST_MONTH, figures, LAST_MONTH)}",
        "values_data": [None if isinstance(c, Mark) else c for c in row.months],
        "fill": {"color": style.BAR_OTHER},
        "points": [
            {"fill": {"color": style.BAR_LAST_YEAR}},
            *others,
            {"fill": {"color": style.BAR_LATEST}},
        ],
        "gap": 45,
        "data_labels": _labels(row),
    }


def _labels(row: SharedRow) -> dict[str, Any]:
    """Labels on the two bars that are compared, and the mark of each month without a figure."""
    font = {"name": style.FONT, "size": 9, "bold": True, "color": style.INK}
    hidden = {"delete": True}
    custom: list[dict[str, Any]] = [hidden] * MONTHS_SHOWN
    for place, cell in enumerate(row.months):
        if isinstance(cell, Mark):
            custom[place] = {"value": cell.value, "font": font | {"bold": False}}
        elif place in (0, MONTHS_SHOWN - 1):
            custom[place] = {"value": printed(cell, row.measure), "font": font}
    return {"value": True, "position": "outside_end", "font": font, "custom": custom}
