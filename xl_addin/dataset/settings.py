"""Settings: what officers may choose, and what each choice means."""

from __future__ import annotations

from collections.abc import Mapping

from xl_addin.dataset.derived import Derivation, is_number
from xl_addin.errors import Problem
from xl_addin.layout import WORKBOOK_FORMAT
from xl_addin.layout import Settings as Names
from xl_addin.limits import DEFAULT, HIGHEST, MEGABYTE, Limits
from xl_addin.table import CellValue, Table, text_of
from xl_addin.values import value_type

NOT_SAID = "nothing yet"
"""What stands there for the end of the log until the next row is added."""

UPPER_BOUNDS = {
    Names.BACKUPS: 100_000,
    Names.BACKUP_DAYS: 100_000,
    Names.LARGEST_RETURN: HIGHEST.size // MEGABYTE,
    Names.MOST_ROWS: HIGHEST.rows,
    Names.MOST_CELLS: HIGHEST.cells,
    Names.MOST_FILES: HIGHEST.files,
}
"""The settings that are whole numbers from 1, and how high each may be."""


def _most(name: str) -> str:
    return f"It can be set to {UPPER_BOUNDS[name]:,} at most."


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
        Names.SIGNALS,
        "yes",
        "Whether the page shows under Signal what statistical process control says of the latest "
        "figure: yes, or no for a blank column. The sheet Signals shows it in any case.",
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
    (
        Names.SHARE_SIGNALS,
        "yes",
        "Whether share copies have signals, targets, the summary and the commentary: yes, or no "
        "for figures and notes alone.",
    ),
    (
        Names.LARGEST_RETURN,
        DEFAULT.size // MEGABYTE,
        "A larger file is refused, so that a wrong or harmful one cannot fill the computer's "
        f"memory. The files of a folder count together. {_most(Names.LARGEST_RETURN)}",
    ),
    (
        Names.MOST_ROWS,
        DEFAULT.rows,
        "More rows with anything in them are refused: so many make a list of children or "
        f"events, not a return. {_most(Names.MOST_ROWS)}",
    ),
    (
        Names.MOST_CELLS,
        DEFAULT.cells,
        "Counted to the last row and column with anything in them. Something left far down or "
        f"far right would fill the memory with blank cells. {_most(Names.MOST_CELLS)}",
    ),
    (
        Names.MOST_FILES,
        DEFAULT.files,
        "A folder with more returns is refused: it is probably the wrong folder. "
        f"{_most(Names.MOST_FILES)}",
    ),
    (Names.FORMAT, WORKBOOK_FORMAT, "Which edition of this workbook it is. Please leave it."),
    (
        Names.LOG_END,
        NOT_SAID,
        "Kept by xl-addin, so that rows deleted at the end of the Refresh log are noticed. Please "
        "leave it.",
    ),
)
"""The rows of a new workbook's Settings table: setting, value, meaning."""


@value_type
class Keep:
    """Which backups are kept: so many of the newest, and all others for so many days."""

    copies: int = 50
    days: int = 400


@value_type
class Settings:
    """The settings of a workbook. ``threshold`` is in per cent; ``return_path`` may be blank."""

    threshold: float = 10.0
    return_path: str = ""
    derivation: Derivation = Derivation.FORMULAS
    keep: Keep = Keep()
    limits: Limits = DEFAULT
    signals: bool = True
    share_signals: bool = True


def read_settings(table: Table) -> tuple[Settings, list[Problem]]:
    """The settings a workbook holds, and what is wrong with them."""
    rows = {text_of(cells[Names.SETTING]): (place, cells) for place, cells in table.records()}
    values = {name: cells[Names.VALUE] for name, (_, cells) in rows.items()}
    place = {name: rows[name][0] if name in rows else table.sheet for name, _, _ in ROWS}
    return _settings(values), _problems(place, values)


def _problems(place: Mapping[str, str], values: Mapping[str, CellValue]) -> list[Problem]:
    return [
        *_format_problems(place[Names.FORMAT], values.get(Names.FORMAT)),
        *_threshold_problems(place[Names.THRESHOLD], values.get(Names.THRESHOLD)),
        *(
            problem
            for name in (Names.SIGNALS, Names.SHARE_SIGNALS)
            for problem in _yes_or_no_problems(place[name], name, values.get(name))
        ),
        *_derivation_problems(place[Names.DERIVED], values.get(Names.DERIVED)),
        *(
            problem
            for name in UPPER_BOUNDS
            for problem in _whole_number_problems(place[name], name, values.get(name))
        ),
    ]


def _settings(values: Mapping[str, CellValue]) -> Settings:
    threshold = values.get(Names.THRESHOLD)
    derivation = text_of(values.get(Names.DERIVED))
    return Settings(
        threshold if is_number(threshold) else 10.0,
        text_of(values.get(Names.RETURN)),
        Derivation(derivation) if derivation in set(Derivation) else Derivation.FORMULAS,
        _keep(values),
        _limits(values),
        text_of(values.get(Names.SIGNALS)).casefold() != "no",
        text_of(values.get(Names.SHARE_SIGNALS)).casefold() != "no",
    )


def _keep(values: Mapping[str, CellValue]) -> Keep:
    return Keep(
        _whole_number(values, Names.BACKUPS, Keep().copies),
        _whole_number(values, Names.BACKUP_DAYS, Keep().days),
    )


def _limits(values: Mapping[str, CellValue]) -> Limits:
    usual = DEFAULT.size // MEGABYTE
    return Limits(
        _whole_number(values, Names.LARGEST_RETURN, usual) * MEGABYTE,
        _whole_number(values, Names.MOST_ROWS, DEFAULT.rows),
        _whole_number(values, Names.MOST_CELLS, DEFAULT.cells),
        _whole_number(values, Names.MOST_FILES, DEFAULT.files),
    )


def _whole_number(values: Mapping[str, CellValue], name: str, usual: int) -> int:
    """A setting; the usual number where it is blank, or no number of its kind."""
    value = values.get(name)
    return int(value) if is_number(value) and _is_whole(name, value) else usual


def _is_whole(name: str, value: float) -> bool:
    return 1 <= value <= UPPER_BOUNDS[name] and value % 1 == 0


def _whole_number_problems(place: str, name: str, value: CellValue) -> list[Problem]:
    """Blank is the usual number: older workbooks have no such row."""
    if text_of(value) == "" or (is_number(value) and _is_whole(name, value)):
        return []
    remedy = f"Write a whole number from 1 to {UPPER_BOUNDS[name]:,}, or leave it blank."
    return [Problem(place, f"“{name}” is {text_of(value)}.", remedy)]


def _format_problems(place: str, value: CellValue) -> list[Problem]:
    """Whether the edition is known is asked before the settings are read."""
    if is_number(value) and value >= 1 and value % 1 == 0:
        return []
    remedy = f"Write {WORKBOOK_FORMAT}. If a table is then said not to be there, write 1."
    return [Problem(place, f"“{Names.FORMAT}” is not a whole number.", remedy)]


def _derivation_problems(place: str, value: CellValue) -> list[Problem]:
    """Blank is Excel formulas: workbooks without functions for cells have no such row."""
    if text_of(value) in ("", *Derivation):
        return []
    found = f"“{Names.DERIVED}” is {text_of(value)}."
    return [Problem(place, found, f"Write {' or '.join(Derivation)}.")]


def _yes_or_no_problems(place: str, name: str, value: CellValue) -> list[Problem]:
    """Blank is yes: older workbooks have no such row."""
    if text_of(value).casefold() in ("", "yes", "no"):
        return []
    return [Problem(place, f"“{name}” is {text_of(value)}.", "Write yes or no.")]


def _threshold_problems(place: str, value: CellValue) -> list[Problem]:
    """A change is published in whole per cents; what is typed as 10% is 0.1 to Excel."""
    if is_number(value) and 1 <= float(value) <= 1000:
        return []
    found = f"“{Names.THRESHOLD}” is {text_of(value) or 'blank'}."
    remedy = "Write a number of per cent from 1, such as 10 (not 10%, which is 0.1)."
    return [Problem(place, found, remedy)]
