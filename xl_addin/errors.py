"""What can be wrong, as data: a problem says where, what was found and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing an officer has to know: where it is, what was found, what to do about it.

    ``place`` is a file and row or a sheet and cell in words ("July return.csv, row 14");
    ``found`` and ``remedy`` are whole sentences.

    >>> print(Problem("July return.csv, row 14", "M3 is 39.", "Write 39% or 0.39."))
    July return.csv, row 14: M3 is 39. Write 39% or 0.39.
    """

    place: str
    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.found} {self.remedy}".strip()


class XlAddinError(Exception):
    """Work stops, and nothing is changed, when a rule of the workbook is broken."""

    outcome = "Nothing was changed."
    """What became of the workbook."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class CatalogueRefused(XlAddinError):
    """Every measure is listed once, with a unit, and names only measures that are listed."""


class ReturnRefused(XlAddinError):
    """A return is taken whole or not at all."""


class WorkbookRefused(XlAddinError):
    """A workbook is changed only when it is ours and every table it needs can be read."""


class HalfChanged(XlAddinError):
    """A workbook that could not be put back as it was is closed without saving."""

    outcome = "The workbook is not as it was: please do not save it."


class StaysClosed(XlAddinError):
    """A workbook that is closed for a while in Excel is open there again afterwards."""

    outcome = "The workbook is closed now, and its file is whole."


class MonthUnreadable(XlAddinError, ValueError):
    """A month is a date, "Jun 2015", "June 2015", "2015-06" or "01/06/2015" (day first)."""

    def __init__(self, text: object) -> None:
        self.text = text
        super().__init__(
            [
                Problem(
                    "Month",
                    f"“{text}” cannot be read as a month.",
                    "Write it as Jun 2015, 2015-06 or 01/06/2015.",
                )
            ]
        )
