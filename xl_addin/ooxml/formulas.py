"""Formulas as text: what a formula says after its row has moved or a heading was renamed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from xl_addin.ooxml.area import LAST_COLUMN, LAST_ROW, column_number, letters
from xl_addin.patterns import pattern

# All up to the next odd letter is taken at once: letter by letter takes four times as long.
_PLAIN = r"[^\[\]']*+"
_IN_BRACKETS = rf"{_PLAIN}(?:(?:'.|\[{_PLAIN}(?:'.{_PLAIN})*\]){_PLAIN})*\]"
_IN_TEXT, _IN_NAME = r'[^"]*+(?:""[^"]*+)*"', r"[^']*+(?:''[^']*+)*'"
BRACKETS, TEXT = rf"\[{_IN_BRACKETS}", rf'"{_IN_TEXT}'
QUOTED = rf"{TEXT}|'{_IN_NAME}"
_REFERENCE = pattern(
    rf"{QUOTED}|{BRACKETS}"
    r"|(?<![\w.$\\])(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})(?![\w.(!\\])"
)


def shifted(formula: str, rows: int, columns: int = 0) -> str:
    """A formula as Excel copies it so many rows down and columns to the right.

    References with a dollar stay, texts and names stay; what would leave the sheet is #REF!.

    >>> shifted('SUM(P8,$B$1)&"A1"&\\'A1\\'!A1', 2)
    'SUM(P10,$B$1)&"A1"&\\'A1\\'!A3'
    """

    def move(match: re.Match[str]) -> str:
        if not match[4] or column_number(match[2]) > LAST_COLUMN:
            return match[0]
        row = int(match[4]) + (0 if match[3] else rows)
        column = column_number(match[2]) + (0 if match[1] else columns)
        if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            return "#REF!"
        return f"{match[1]}{letters(column)}{match[3]}{row}"

    return _REFERENCE.sub(move, formula)


def points_beyond(formula: str, row: int) -> bool:
    """Whether a formula refers to cells of other rows than its own, or of other sheets.

    >>> points_beyond('P8*2&"A1"', 8), points_beyond("P8+P9", 8), points_beyond("Targets!C8", 8)
    (False, True, True)
    """
    found = [match for match in _REFERENCE.finditer(formula) if match[4]]
    return any(int(m[4]) != row or formula[: m.start()].endswith("!") for m in found)


def heading_rewriter(table: str, headings: Mapping[str, str]) -> Callable[[str], str]:
    """What rewrites a formula after headings of a table were renamed, as Excel does.

    A table of another workbook, ``[1]!Dataset[…]``, is another; ``[0]!`` is this workbook.

    >>> rewrite = heading_rewriter("Dataset", {"Jun 2015": "Jul 2015"})
    >>> rewrite("SUM(Dataset[[May 2015]:[Jun 2015]])")
    'SUM(Dataset[[May 2015]:[Jul 2015]])'
    """
    escaped = {_escape(old).lower(): _escape(new) for old, new in headings.items()}
    references = _quoted_bracketed_or_of(table)

    def rename(match: re.Match[str]) -> str:
        return match[0][: len(table)] + renamed(match[1]) if match[1] else match[0]

    @cache
    def renamed(brackets: str) -> str:
        if (inner := brackets[1:-1].lower()) in escaped:
            return f"[{escaped[inner]}]"
        return _HEADING.sub(rename_inner, brackets)

    def rename_inner(match: re.Match[str]) -> str:
        return f"[{match[1]}{escaped.get(match[2].lower(), match[2])}]"

    def rewrite(formula: str) -> str:
        lowered = formula.lower()
        named = any(old in lowered for old in escaped)
        return references.sub(rename, formula) if named else formula

    return rewrite


def _quoted_bracketed_or_of(table: str) -> re.Pattern[str]:
    """What is passed over whole, and references to a table with what stands in their brackets.

    It begins with the letters that any of them begins with: what lies between is skipped at once.
    """
    first = "".join({re.escape(table[0]), re.escape(table[0].swapcase())})
    before = r"(?:(?<![\w.!\\].)|(?<=\[0\]!.))"
    own = rf"(?<=[{first}]){before}(?i:{re.escape(table[1:])})({BRACKETS})"
    quoted = rf"""(?<="){_IN_TEXT}|(?<='){_IN_NAME}"""
    return re.compile(rf"[\"'\[{first}](?:{quoted}|(?<=\[){_IN_BRACKETS}|{own})")


_HEADING = pattern(r"\[(@?)((?:[^\[\]'@]|'.)(?:[^\[\]']|'.)*)\]")


def _escape(heading: str) -> str:
    return re.sub(r"([\[\]#'@])", r"'\1", heading)
