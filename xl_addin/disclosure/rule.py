"""The rule of suppression, and how the workbook's settings say it."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.dataset.derived import is_number
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import Settings
from xl_addin.table import CellValue, Table, text_of
from xl_addin.values import value_type

LEAST = 3
"""The least threshold and interval: a [c] must not mean one value, nor one of two."""


@value_type
class Rule:
    """Counts from 1 to ``threshold`` are hidden.

    A reader must not be able to bound one to fewer than ``interval`` whole values.
    """

    threshold: int = 5
    interval: int = 5

    def is_small(self, count: float | None) -> bool:
        """Whether a count is to be hidden.

        >>> Rule().is_small(5), Rule().is_small(0), Rule().is_small(6)
        (True, False, False)
        """
        return count is not None and 0 < count <= self.threshold


def read_rule(table: Table) -> Rule:
    """Which counts are hidden, and how well; the usual rule where a row is not there.

    Raises WorkbookRefused for what is no whole number from LEAST.
    """
    values = {
        text_of(cells[Settings.SETTING]): (place, cells[Settings.VALUE])
        for place, cells in table.records()
    }
    usual = Rule()
    threshold = values.get(Settings.SMALL_COUNT, ("", usual.threshold))
    interval = values.get(Settings.WHOLE_VALUES, ("", usual.interval))
    problems = [
        *_problems(Settings.SMALL_COUNT, *threshold),
        *_problems(Settings.WHOLE_VALUES, *interval),
    ]
    if problems:
        raise WorkbookRefused(problems)
    return Rule(int(text_of(threshold[1])), int(text_of(interval[1])))


def _problems(name: str, place: str, value: CellValue) -> Iterator[Problem]:
    if not (is_number(value) and float(value).is_integer() and value >= LEAST):
        found = f"“{name}” is {text_of(value) or 'blank'}."
        remedy = (
            f"Write a whole number from {LEAST}, such as 5: with 1, every [c] would be a count of "
            "1, and with 2, either of two."
        )
        yield Problem(place, found, remedy)
