"""Settings: what officers may choose, and what each choice means."""

from __future__ import annotations

from dataclasses import dataclass

from xl_addin.derived import Derivation, is_number
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
    (
        Names.DERIVED,
        Derivation.FORMULAS.value,
        "What works out change, average and maximum: Excel formulas, or Python UDFs, which need "
        "xl-addin on every computer. Both show the same. A change of this takes effect with the "
        "next refresh that brings figures.",
    ),
    (
        Names.BACKUPS,
        50,
        "How many backups are kept in any case, in the folder beside this workbook. The newest "
        "is never deleted.",
    ),
    (
        Names.BACKUP_DAYS,
        400,
        "How many days further backups are kept. Older ones are deleted with the next change.",
    ),
    (
        Names.SMALL_COUNT,
        5,
        "A share copy made with suppression hides counts from 1 to this number, and everything "
        "they could be worked out from.",
    ),
    (
        Names.WHOLE_VALUES,
        5,
        "The fewest whole values to which a reader of such a copy may narrow a hidden count. No "
        "more than the suppression threshold.",
    ),
    (Names.FORMAT, WORKBOOK_FORMAT, "Which edition of this workbook it is. Please leave it."),
)
"""The rows of a new workbook's Settings table: setting, value, meaning."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Which backups are kept: so many of the newest, and all others for so many days."""

    copies: int = 50
    days: int = 400


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a workbook. ``threshold`` is in per cent; ``return_path`` may be blank."""

    threshold: float = 10.0
    return_path: str = ""
    derivation: Derivation = Derivation.FORMULAS
    keep: Keep = Keep()


def read_settings(table: Table) -> tuple[Settings, list[Problem]]:
    """The settings a workbook holds, and what is wrong with them."""
    rows = {text_of(cells[Names.SETTING]): (place, cells) for place, cells in table.records()}
    values = {name: cells[Names.VALUE] for name, (_, cells) in rows.items()}
    place = {name: rows[name][0] if name in rows else table.sheet for name, _, _ in ROWS}
    problems = [
        *_format_problems(place[Names.FORMAT], values.get(Names.FORMAT)),
        *_threshold_problems(place[Names.THRESHOLD], values.get(Names.THRESHOLD)),
        *_derivation_problems(place[Names.DERIVED], values.get(Names.DERIVED)),
        *(
            problem
            for name in (Names.BACKUPS, Names.BACKUP_DAYS)
            for problem in _whole_number_problems(place[name], name, values.get(name))
        ),
    ]
    return_path = text_of(values.get(Names.RETURN))
    threshold = values.get(Names.THRESHOLD)
    derivation = text_of(values.get(Names.DERIVED))
    return Settings(
        threshold if is_number(threshold) else 10.0,
        return_path,
        Derivation(derivation) if derivation in set(Derivation) else Derivation.FORMULAS,
        _keep(values.get(Names.BACKUPS), values.get(Names.BACKUP_DAYS)),
    ), problems


def _keep(copies: CellValue, days: CellValue) -> Keep:
    return Keep(
        int(copies) if is_number(copies) else Keep().copies,
        int(days) if is_number(days) else Keep().days,
    )


def _whole_number_problems(place: str, name: str, value: CellValue) -> list[Problem]:
    """Blank is the usual number: older workbooks have no such row."""
    if text_of(value) == "" or (is_number(value) and 1 <= value <= 100_000 and value % 1 == 0):
        return []
    found = f"“{name}” is {text_of(value)}."
    return [Problem(place, found, "Write a whole number of 1 or more, or leave it blank.")]


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


def _derivation_problems(place: str, value: CellValue) -> list[Problem]:
    """Blank is Excel formulas: workbooks without functions for cells have no such row."""
    if text_of(value) in ("", *Derivation):
        return []
    found = f"“{Names.DERIVED}” is {text_of(value)}."
    return [Problem(place, found, f"Write {' or '.join(Derivation)}.")]


def _threshold_problems(place: str, value: CellValue) -> list[Problem]:
    if is_number(value) and 0 < float(value) <= 1000:
        return []
    found = f"“{Names.THRESHOLD}” is {text_of(value) or 'blank'}."
    return [Problem(place, found, "Write a number of per cent above 0, such as 10.")]
