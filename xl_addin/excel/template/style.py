"""The look of the workbook: one palette, one font, and what each kind of cell is made of.

Blue and orange tell good from bad to readers who cannot tell red from green. Every text colour
reaches a contrast of 4.5 to 1 on every background it is used on (WCAG 2, level AA).
"""

from __future__ import annotations

from typing import Any

from xl_addin.dataset.direction import Verdict

FONT = "Calibri"

PAPER = "#FFFFFF"
INK = "#1B2A41"
NAVY = "#1F3A5F"
MUTED = "#5A6472"
TINT = "#F2F5F9"
LINE = "#D3DAE3"
RULE = "#8A99AD"

VERDICTS = {
    Verdict.POSITIVE: ("#0A5596", "#E2EEF9"),
    Verdict.SIMILAR: ("#4C5663", "#ECEFF2"),
    Verdict.NEGATIVE: ("#9C3D0A", "#FBE7DA"),
    Verdict.NEUTRAL: (INK, PAPER),
}
"""The colour and the background of a direction of travel, by what it means."""

BAR_LATEST = NAVY
BAR_LAST_YEAR = "#6F94BF"
BAR_OTHER = "#C5D1DF"

TABS = {"page": NAVY, "input": "#6F94BF", "record": "#C5D1DF"}

Look = dict[str, Any]
"""Format properties as XlsxWriter names them."""

TEXT: Look = {"font_name": FONT, "font_size": 11, "font_color": INK, "valign": "vcenter"}
TITLE: Look = TEXT | {"font_size": 20, "bold": True, "font_color": NAVY}
SUBTITLE: Look = TEXT | {"font_size": 13, "font_color": MUTED, "align": "left"}
PURPOSE: Look = TEXT | {"font_color": MUTED}
SMALL: Look = TEXT | {"font_size": 10, "font_color": MUTED}

HEADING: Look = TEXT | {
    "bold": True,
    "font_color": PAPER,
    "bg_color": NAVY,
    "text_wrap": True,
    "num_format": "@",
    "align": "left",
}

CELL: Look = TEXT | {"bottom": 1, "bottom_color": LINE}
WRAPPED: Look = CELL | {"text_wrap": True}
NUMBER: Look = CELL | {"align": "right", "indent": 1}
COUNT: Look = NUMBER | {"num_format": "0"}
MONTH: Look = CELL | {"num_format": "mmm yyyy", "align": "left"}
DAY: Look = CELL | {"num_format": "yyyy-mm-dd", "align": "left"}
MOMENT: Look = CELL | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"}


def verdict_look(verdict: Verdict) -> Look:
    """How a direction of travel is coloured."""
    colour, background = VERDICTS[verdict]
    look: Look = {"font_color": colour, "bold": True}
    return look if background == PAPER else look | {"bg_color": background}


CHART_HEADING: Look = {"name": FONT, "size": 10, "bold": True, "color": INK}
"""The font of a chart's heading, as XlsxWriter names its properties."""


AXIS_TITLE: Look = {"name": FONT, "size": 9, "bold": False, "color": MUTED, "rotation": -90}
"""The font of an axis title, read from below."""


APART = '"   "'
"""Behind the figures of an axis: the label of the first bar, which may be wider than that, stands
beside them and not on them."""


def frame_chart(chart: Any, number_format: str, axis: Look, left: float = 0.1) -> None:
    """Give a chart of months its place, border and axes; figures are printed as ``number_format``.

    The axis of figures starts at 0: a cut axis makes small changes look large. ``axis`` is what
    else is to be said of it, such as its title; ``left`` is how much of the width it has.
    """
    small = {"name": FONT, "size": 9, "color": MUTED}
    chart.set_legend({"none": True})
    place = {"x": left, "y": 0.24, "width": 0.98 - left, "height": 0.585}
    chart.set_plotarea({"layout": place})
    chart.set_chartarea({"border": {"color": LINE}, "fill": {"color": PAPER}})
    chart.set_x_axis(
        {
            "num_font": {**small, "rotation": 0},
            "line": {"color": RULE},
            "major_tick_mark": "none",
        }
    )
    chart.set_y_axis(
        {
            "min": 0,
            "num_font": small,
            "num_format": number_format,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
            "major_tick_mark": "none",
            **axis,
        }
    )


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def __getitem__(self, look: Look) -> Any:
        key = repr(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(look)
        return self._made[key]
