"""Settings: what officers may choose, and what each choice means."""

from __future__ import annotations

from dataclasses import dataclass

from xl_addin.derived import is_number
from xl_addin.errors import Problem
from xl_addin.layout import WORKBOOK_FORMAT
from xl_addin.layout import Settings as Names
from xl_addin.table import CellValue, Table, text_of

ROWS: tuple[tuple[str, CellValue, str], ...] = (
    (
        Names.RETURN,
        None,
        "Where Refresh month finds the figures: a file, or a folder of files. Leave blank to use "
        "the Monthly return sheet. A name without a folder is looked for beside this workbook.",
    ),
    (
        Names.THRESHOLD,
        10,
        "A published change of at least this many per cent is an increase ↑ or a decrease ↓; "
        "anything less is similar →.",
    ),
    (Names.FORMAT, WORKBOOK_FORMAT, "Which edition of this workbook it is. Please leave it."),
)
"""The rows of a new workbook's Settings table: setting, value, meaning."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a workbook. ``threshold`` is in per cent; ``return_path`` may be blank."""

    threshold: float = 10.0
    return_path: str = ""


def read_settings(table: Table) -> tuple[Settings, list[Problem]]:
    """The settings a workbook holds, and what is wrong with them."""
    rows = {text_of(cells[Names.SETTING]): (place, cells) for place, cells in table.records()}
    values = {name: cells[Names.VALUE] for name, (_, cells) in rows.items()}
    place = {name: rows[name][0] if name in rows else table.sheet for name, _, _ in ROWS}
    problems = [
        *_format_problems(place[Names.FORMAT], values.get(Names.FORMAT)),
        *_threshold_problems(place[Names.THRESHOLD], values.get(Names.THRESHOLD)),
    ]
    return_path = text_of(values.get(Names.RETURN))
    threshold = values.get(Names.THRESHOLD)
    return Settings(threshold if is_number(threshold) else 10.0, return_path), problems


def _format_problems(place: str, value: CellValue) -> list[Problem]:
    if not is_number(value):
        remedy = f"Put the row “{Names.FORMAT}” back with the value {WORKBOOK_FORMAT}."
        return [Problem(place, f"“{Names.FORMAT}” is not a number.", remedy)]
    if float(value) <= WORKBOOK_FORMAT:
        return []
    found = (
        f"The workbook was made by a newer xl-addin (format {text_of(value)}; this one knows "
        f"format {WORKBOOK_FORMAT})."
    )
    return [Problem(place, found, "Update xl-addin, then try again.")]


def _threshold_problems(place: str, value: CellValue) -> list[Problem]:
    if is_number(value) and 0 < float(value) <= 1000:
        return []
    found = f"“{Names.THRESHOLD}” is {text_of(value) or 'blank'}."
    return [Problem(place, found, "Write a number of per cent above 0, such as 10.")]
