"""Looks of single cells of the open workbook, part by part, as Excel's own objects name them.

A part is what ooxml.looks names: "fill", "font.b", "border.left". What Excel makes of each is not
checked without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xl_addin.ooxml.markup import Element, parse

NONE, AUTOMATIC = -4142, -4105
"""xlNone and xlAutomatic."""

_SIDES = {"border.left": 7, "border.top": 8, "border.bottom": 9, "border.right": 10}
"""XlBordersIndex."""

_LINES = {
    "hair": (1, 1),
    "thin": (1, 2),
    "medium": (1, -4138),
    "thick": (1, 4),
    "dashed": (-4115, 2),
    "mediumDashed": (-4115, -4138),
    "dotted": (-4118, 2),
    "dashDot": (4, 2),
    "mediumDashDot": (4, -4138),
    "dashDotDot": (5, 2),
    "mediumDashDotDot": (5, -4138),
    "slantDashDot": (13, -4138),
    "double": (-4119, 4),
}
"""XlLineStyle and XlBorderWeight of a border's style in a file."""

_UNDERLINES = {
    "single": 2,
    "double": -4119,
    "singleAccounting": 4,
    "doubleAccounting": 5,
    "none": NONE,
}
_ACROSS = {
    "left": -4131,
    "right": -4152,
    "center": -4108,
    "fill": 5,
    "justify": -4130,
    "general": 1,
    "centerContinuous": 7,
    "distributed": -4117,
}
_DOWN = {
    "top": -4160,
    "center": -4108,
    "bottom": -4107,
    "justify": -4130,
    "distributed": -4117,
}
_PATTERNS = {"solid": 1, "gray125": 17, "gray0625": 18, "darkGray": -4126, "mediumGray": -4125}
_THEME = (2, 1, 4, 3, 5, 6, 7, 8, 9, 10, 11, 12)
"""XlThemeColor of a theme colour's number in a file: light and dark stand the other way round."""

_FLAGS = {"font.b": "Bold", "font.i": "Italic", "font.strike": "Strikethrough"}


def put_look(cell: Any, look: Mapping[str, str]) -> None:
    """Give a cell, or a conditional format, these parts of a look; "" takes one away."""
    for part, text in look.items():
        _put_part(cell, part, parse(text.encode()) if text.startswith("<") else None, text)


def _put_part(cell: Any, part: str, xml: Element | None, text: str) -> None:
    if part == "fill":
        _put_fill(cell.Interior, xml)
    elif part in _SIDES:
        _put_line(cell.Borders(_SIDES[part]), xml)
    elif part.startswith("font."):
        _put_font(cell.Font, part, xml)
    elif part == "number":
        cell.NumberFormat = text or "General"
    else:
        _put_alignment(cell, part, text)


def _put_fill(interior: Any, xml: Element | None) -> None:
    if xml is None:
        interior.Pattern = NONE
        return
    interior.Pattern = _PATTERNS.get(xml.get("patternType"), 1)
    if (colour := xml.find("{*}fgColor")) is not None:
        _put_colour(interior, colour)


def _put_colour(owner: Any, colour: Element) -> None:
    """A colour as Excel takes it: red is the lowest byte."""
    if rgb := colour.get("rgb"):
        red, green, blue = (int(rgb[-6:][at : at + 2], 16) for at in (0, 2, 4))
        owner.Color = red + 256 * green + 65536 * blue
    elif (theme := colour.get("theme")) is not None and int(theme) < len(_THEME):
        owner.ThemeColor = _THEME[int(theme)]
    elif (number := colour.get("indexed")) is not None and 8 <= int(number) < 64:
        owner.ColorIndex = int(number) - 7
    else:
        owner.ColorIndex = AUTOMATIC
    if tint := colour.get("tint"):
        owner.TintAndShade = float(tint)


def _put_line(border: Any, xml: Element | None) -> None:
    if xml is None:
        border.LineStyle = NONE
        return
    style, weight = _LINES.get(xml.get("style", ""), (1, 2))
    border.LineStyle = style
    border.Weight = weight
    if (colour := xml.find("{*}color")) is not None:
        _put_colour(border, colour)


def _put_font(font: Any, part: str, xml: Element | None) -> None:
    value = "" if xml is None else xml.get("val", "")
    if part in _FLAGS:
        setattr(font, _FLAGS[part], xml is not None and value not in ("0", "false"))
    elif part == "font.u":
        font.Underline = NONE if xml is None else _UNDERLINES.get(value, 2)
    elif part == "font.sz" and value:
        font.Size = float(value)
    elif part == "font.name" and value:
        font.Name = value
    elif part == "font.color" and xml is None:
        font.ColorIndex = AUTOMATIC
    elif part == "font.color":
        _put_colour(font, xml)


def _put_alignment(cell: Any, part: str, text: str) -> None:
    if part == "alignment.horizontal":
        cell.HorizontalAlignment = _ACROSS.get(text, 1)
    elif part == "alignment.vertical":
        cell.VerticalAlignment = _DOWN.get(text, -4107)
    elif part == "alignment.wrapText":
        cell.WrapText = text in ("1", "true")
    elif part == "alignment.indent":
        cell.IndentLevel = int(text or 0)
    elif part == "protection.locked":
        cell.Locked = text not in ("0", "false")
