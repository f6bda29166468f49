"""References to cells in formulas: what they say after rows of a table have moved."""

from __future__ import annotations

import re
from collections.abc import Callable

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.formulas import BRACKETS, QUOTED, TEXT
from xl_addin.patterns import pattern
from xl_addin.values import value_type

_REFERENCE = pattern(
    rf"{TEXT}|(?P<elsewhere>\[[^\[\]]*\](?:[^\W\d]|\d)[\w.]*!\$?[A-Za-z]{{1,3}}\$?\d+|{BRACKETS})"
    r"|(?<![\w.$\\:!])(?P<sheet>(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!)?"
    r"(?P<letters>\$?[A-Za-z]{1,3})(?P<fixed>\$?)(?P<row>[1-9]\d{0,6})"
    r"(?::(?P<again>(?P=sheet))?(?P<letters_to>\$?[A-Za-z]{1,3})(?P<fixed_to>\$?)"
    r"(?P<row_to>[1-9]\d{0,6}))?(?![\w.(!\\])"
    rf"|{QUOTED}"
)
_ERROR = "#REF!"

Moved = Callable[[str, Area, bool], Area | None]
"""Where an area of a sheet stands now, None where it is gone; whether it is written as a range."""


@value_type
class Setting:
    """Where a formula stands: the sheet its references are to, where they name none.

    ``only_fixed`` is for formulas that mean other cells in each cell they apply to: only
    references with a dollar before the row are to a certain row. ``single_is_range`` is for
    names, which may cover a table of one row.
    """

    sheet: str = ""
    only_fixed: bool = False
    single_is_range: bool = False


def rewritten(formula: str, setting: Setting, moved: Moved) -> str:
    """A formula with each reference to where its cells stand now, as Excel does it.

    References into other workbooks, to several sheets at once and to whole rows and columns
    stay, so do texts and tables.

    >>> down = lambda sheet, area, is_range: area._replace(first_row=9, last_row=9)
    >>> rewritten("Dataset!$P8*2&'[1]Dataset'!P8", Setting(), down)
    "Dataset!$P9*2&'[1]Dataset'!P8"
    """

    def move(match: re.Match[str]) -> str:
        sheet = _sheet_of(match["sheet"], setting.sheet) if match["row"] else ""
        area = _area_of(match) if sheet else None
        if area is None or (setting.only_fixed and "" in (match["fixed"], match["fixed_to"])):
            return match[0]
        now = moved(sheet, area, bool(match["row_to"]) or setting.single_is_range)
        if now == area:
            return match[0]
        return (match["sheet"] or "") + _as_written(match, now) if now else _ERROR

    return _REFERENCE.sub(move, formula)


def _sheet_of(prefix: str | None, own: str) -> str:
    """The sheet of a reference; blank for other workbooks' and for several sheets at once."""
    if not prefix:
        return own
    name = prefix[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return "" if "[" in name or ":" in name else name


def _area_of(match: re.Match[str]) -> Area | None:
    first = f"{match['letters']}{match['row']}"
    return Area.parse(
        f"{first}:{match['letters_to']}{match['row_to']}" if match["row_to"] else first
    )


def _as_written(match: re.Match[str], area: Area) -> str:
    """A reference to an area, with the letters and dollars it had."""
    column, dollar = match["letters"], match["fixed"]
    first = f"{column}{dollar}{area.first_row}"
    if match["row_to"]:
        again, column, dollar = match["again"] or "", match["letters_to"], match["fixed_to"]
    elif area.height > 1:
        again = ""
    else:
        return first
    return f"{first}:{again}{column}{dollar}{area.last_row}"
