"""What the commands about children's records share: what they may be given, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Argument, Option
from xl_addin.definitions.choices import Choices, parse_choices
from xl_addin.errors import Problem, RecordsRefused
from xl_addin.period import Month
from xl_addin.records.read import Period, parse_period
from xl_addin.values import field, value_type

Sources = Annotated[
    list[Path] | None,
    Argument("SOURCE…", "Annex A, SSDA903 or CIN files, or folders of them."),
]
MonthAsked = Annotated[str, Option("--month", "Such as 2015-06 or “Jun 2015”.")]
Engine = Annotated[str, Option("--engine", "A database that holds the lists already.", "URL")]
Choose = Annotated[
    list[str] | None,
    Option(
        "--choose",
        "Where definitions leave room: start_day_counts, short_breaks, temporary, "
        "distinct_children (yes or no), clock (assessment or referral).",
        "NAME=VALUE",
    ),
]
Covers = Annotated[
    str,
    Option(
        "--covers",
        "The first month and the last day that the records cover, if the files do not show "
        "it: 2015-01..2015-06-30.",
        "FIRST..LAST",
    ),
]
Local = Annotated[Path | None, Option("--local", "Measures from lists of your own.", "FILE.toml")]


@value_type
class Asked:
    """Where records come from and what is asked of them.

    ``sources`` are files and folders; with ``engine`` the lists stand in that database instead.
    ``local`` is a TOML of measures that have no national source.
    """

    sources: Sequence[Path]
    months: Sequence[Month]
    choices: Choices = field(default_factory=Choices)
    period: Period = field(default_factory=Period)
    engine: str = ""
    local: Path | None = None


def asked_of(
    sources: list[Path] | None,
    months: tuple[Month, ...],
    where: tuple[str, str, Path | None],
    choose: list[str] | None,
) -> Asked:
    """What is asked of records, as it was typed: ``where`` is engine, covers and local.

    Raises RecordsRefused where records come from nowhere, or from two places.
    """
    engine, covers, local = where
    if bool(sources) == bool(engine):
        found = "Records come from files, or from a database that holds them."
        raise RecordsRefused([Problem("Compute", found, "Name files or folders, or --engine URL.")])
    choices, period = parse_choices(choose or ()), parse_period(covers)
    return Asked(sources or (), months, choices, period, engine, local)
