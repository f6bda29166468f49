"""What cells hold, as LibreOffice has it and as object_model.Spreadsheet has it.

cells.py imports this in the Python that has uno: nothing else may be needed here.
"""

from __future__ import annotations

import re

DATE, TIME, LOGICAL = 2, 4, 1024
"""Kinds of number formats."""


def as_kind(number: float, kind: int):
    if kind & LOGICAL:
        return bool(number)
    return ["d", number] if kind & (DATE | TIME) else number


def constant(value) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value


def plain(content):
    if isinstance(content, list):
        return content[1] if content[0] == "d" else ""
    return "" if content is None else float(content) if isinstance(content, bool) else content


def needs_finish(content, code: str) -> bool:
    if isinstance(content, list):
        return content[0] != "d" or code == "General"
    return isinstance(content, bool)


QUOTED = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'')


def to_calc(formula: str) -> str:
    """An Excel formula as LibreOffice's interface wants it: semicolons, and dots after sheets."""
    return _outside_quotes(formula, lambda text: re.sub(r"(?<!#REF)!", ".", text.replace(",", ";")))


def to_excel(formula: str) -> str:
    """A formula of LibreOffice's interface as Excel writes it."""
    swapped = _outside_quotes(formula, lambda text: text.replace(";", ","))
    return re.sub(r"\$?('(?:[^']|'')*'|[A-Za-z_]\w*)\.(\$?[A-Z]+\$?\d)", r"\1!\2", swapped)


def _outside_quotes(formula: str, change) -> str:
    parts, end = [], 0
    for match in QUOTED.finditer(formula):
        parts += [change(formula[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, change(formula[end:])])
