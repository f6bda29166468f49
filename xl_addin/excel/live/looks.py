"""Looks of single cells of the open workbook, part by part, as Excel's own objects name them.

A part is what ooxml.looks names: "fill", "font.b", "border.left". What Excel makes of each is not
checked without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
_PATTERNS = {
    "solid": 1,
    "gray125": 17,
    "gray0625": 18,
    "darkGray": -4126,
    "mediumGray": -4125,
    "lightGray": -4124,
    "darkHorizontal": -4128,
    "darkVertical": -4166,
    "darkDown": -4121,
    "darkUp": -4162,
    "darkGrid": 9,
    "darkTrellis": 10,
    "lightHorizontal": 11,
    "lightVertical": 12,
    "lightDown": 13,
    "lightUp": 14,
    "lightGrid": 15,
    "lightTrellis": 16,
}
"""XlPattern of a pattern's name in a file."""

_LINEAR, _RECTANGULAR = 4000, 4001
_STACKED = 255, -4166
"""Text that stands letter under letter: in a file, and as XlOrientation."""

_READING = {"1": -5003, "2": -5004}
"""XlReadingOrder from the left and from the right; otherwise as the text has it."""

_THEME = (2, 1, 4, 3, 5, 6, 7, 8, 9, 10, 11, 12)
"""XlThemeColor of a theme colour's number in a file: light and dark stand the other way round."""

_FLAGS = {
    "font.b": "Bold",
    "font.i": "Italic",
    "font.strike": "Strikethrough",
    "font.outline": "OutlineFont",
    "font.shadow": "Shadow",
}
_ACROSS_CELL = {"diagonalDown": 5, "diagonalUp": 6}
"""XlBordersIndex of a line across the cell, by its way."""


def put_look(cell: Any, look: Mapping[str, str]) -> None:
    """Give a cell, or a conditional format, these parts of a look; "" takes one away."""
    for part, text in look.items():
        _put_part(cell, part, parse(text.encode()) if text.startswith("<") else None, text)


def _put_part(cell: Any, part: str, xml: Element | None, text: str) -> None:
    if part == "fill":
        _put_fill(cell.Interior, xml)
    elif part in _SIDES:
        _put_line(cell.Borders(_SIDES[part]), xml)
    elif part == "border.diagonal":
        for way, index in _ACROSS_CELL.items():
            _put_line(cell.Borders(index), xml if xml is not None and xml.get(way) else None)
    elif part.startswith("font."):
        _put_font(cell.Font, part, xml)
    elif part == "number":
        cell.NumberFormat = text or "General"
    elif part in _OF_CELL:
        name, meant = _OF_CELL[part]
        setattr(cell, name, meant(text))


def _put_fill(interior: Any, xml: Element | None) -> None:
    if xml is None:
        interior.Pattern = NONE
        return
    if str(xml.tag).endswith("gradientFill"):
        _put_gradient(interior, xml)
        return
    interior.Pattern = pattern = _PATTERNS.get(xml.get("patternType"), 1)
    ground, lines = ("fgColor", "") if pattern == 1 else ("bgColor", "fgColor")
    if lines and (colour := xml.find(f"{{*}}{lines}")) is not None:
        _put_colour(interior, colour, "Pattern")
    if (colour := xml.find(f"{{*}}{ground}")) is not None:
        _put_colour(interior, colour)


def _put_gradient(interior: Any, xml: Element) -> None:
    """A fill that goes from one colour to another."""
    is_linear = xml.get("type", "linear") == "linear"
    interior.Pattern = _LINEAR if is_linear else _RECTANGULAR
    if is_linear:
        interior.Gradient.Degree = float(xml.get("degree", 0))
    else:
        for side in ("Left", "Right", "Top", "Bottom"):
            setattr(interior.Gradient, f"Rectangle{side}", float(xml.get(side.lower(), 0)))
    interior.Gradient.ColorStops.Clear()
    for stop in xml.iterfind("{*}stop"):
        added = interior.Gradient.ColorStops.Add(float(stop.get("position", 0)))
        _put_colour(added, stop.find("{*}color"))


def _put_colour(owner: Any, colour: Element, of: str = "") -> None:
    """A colour as Excel takes it: red is the lowest byte. ``of`` is "Pattern" for a hatch's."""
    if rgb := colour.get("rgb"):
        red, green, blue = (int(rgb[-6:][at : at + 2], 16) for at in (0, 2, 4))
        setattr(owner, f"{of}Color", red + 256 * green + 65536 * blue)
    elif (theme := colour.get("theme")) is not None and int(theme) < len(_THEME):
        setattr(owner, f"{of}ThemeColor", _THEME[int(theme)])
    elif (number := colour.get("indexed")) is not None and 8 <= int(number) < 64:
        setattr(owner, f"{of}ColorIndex", int(number) - 7)
    else:
        setattr(owner, f"{of}ColorIndex", AUTOMATIC)
    if tint := colour.get("tint"):
        setattr(owner, f"{of}TintAndShade", float(tint))


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
    elif part == "font.vertAlign":
        font.Superscript, font.Subscript = value == "superscript", value == "subscript"
    elif part == "font.color" and xml is None:
        font.ColorIndex = AUTOMATIC
    elif part == "font.color":
        _put_colour(font, xml)


def _degrees(rotation: int) -> int:
    """How far a text is turned, from 90 (upwards) to -90; a file counts on from 90 downwards."""
    if rotation == _STACKED[0]:
        return _STACKED[1]
    return rotation if rotation <= 90 else 90 - rotation


def _is_so(text: str) -> bool:
    return text in ("1", "true")


_OF_CELL: dict[str, tuple[str, Callable[[str], Any]]] = {
    "alignment.horizontal": ("HorizontalAlignment", lambda text: _ACROSS.get(text, 1)),
    "alignment.vertical": ("VerticalAlignment", lambda text: _DOWN.get(text, -4107)),
    "alignment.wrapText": ("WrapText", _is_so),
    "alignment.indent": ("IndentLevel", lambda text: int(text or 0)),
    "alignment.textRotation": ("Orientation", lambda text: _degrees(int(text or 0))),
    "alignment.shrinkToFit": ("ShrinkToFit", _is_so),
    "alignment.readingOrder": ("ReadingOrder", lambda text: _READING.get(text, -5002)),
    "protection.locked": ("Locked", lambda text: text not in ("0", "false")),
    "protection.hidden": ("FormulaHidden", _is_so),
}
"""What Excel calls a part that is the cell's own, and the value it takes for that of a file."""
