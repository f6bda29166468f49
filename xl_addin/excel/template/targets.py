"""The sheet Targets: what each measure is to reach, filled in by officers."""

from __future__ import annotations

from typing import Any

from xl_addin.excel.template import style
from xl_addin.excel.template.parts import Column, add_table, set_up_page, write_heading
from xl_addin.excel.template.style import Looks
from xl_addin.layout import Name, Sheet, Targets

HEADER = 3
ZOOM = 75
PURPOSE = (
    "What a measure is to reach, from month to month (blank: open on that side); a percentage as "
    "85% or 0.85. The next refresh, or Sync notes, brings it to the page. One target for a month."
)


def add_targets(workbook: Any, looks: Looks, title: str) -> None:
    """Add the targets, none yet."""
    columns = [
        Column(Targets.REF, 120, style.CELL | {"bold": True}, f"={Name.MEASURE_REFS}"),
        Column(Targets.FROM, 100, style.MONTH),
        Column(Targets.TO, 100, style.MONTH),
        Column(Targets.TARGET, 110, style.NUMBER),
    ]
    sheet = workbook.add_worksheet(Sheet.TARGETS)
    set_up_page(sheet, title, "input")
    write_heading(sheet, looks, Sheet.TARGETS, PURPOSE)
    sheet.set_row_pixels(HEADER, 30)
    sheet.freeze_panes(HEADER + 1, 0)
    sheet.set_zoom(ZOOM)
    sheet.repeat_rows(HEADER)
    add_table(sheet, looks, Targets.TABLE, columns, HEADER, 1)
    for place, column in enumerate(columns):
        sheet.write_blank(HEADER + 1, place, None, looks[column.look])
