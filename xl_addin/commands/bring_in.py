"""Bring in what there is: the figures of an existing workbook or CSV file, the first time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Argument, Option
from xl_addin.commands.bring_rows import RowsFile, bring_in_rows
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.console import (
    BookPath,
    DryRun,
    MonthsAreRight,
    PerCents,
    SheetName,
    TakeOlder,
    Yes,
    agreeing,
    answering,
    closed,
    occasion,
    say,
)
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.returns.brought import Choices

File = Annotated[Path, Argument("FILE", "A workbook or CSV file.")]
Column = Annotated[
    list[str] | None,
    Option(
        "--column",
        "Of published data: whose figures a column holds, such as “number=LAC1”; may be given "
        "several times.",
        "COLUMN=REF",
    ),
]
Who = Annotated[
    list[str] | None,
    Option("--who", "Of published data: a region or authority to take, beside England.", "NAME"),
]
Only = Annotated[
    list[str] | None,
    Option("--only", "Of published data: the rows to take, such as “age=Total”.", "COLUMN=WORDS"),
]


def command(
    book: BookPath,
    file: File,
    sheet: SheetName = None,
    column: Column = None,
    who: Who = None,
    only: Only = None,
    dry_run: DryRun = False,
    take_older: TakeOlder = None,
    months_are_right: MonthsAreRight = False,
    per_cents: PerCents = False,
    yes: Yes = False,
) -> None:
    """Bring in the figures of your existing workbook or CSV file, or targets and comparators.

    The familiar page is read as it is: a column of measure refs, a column for each month. Its
    sheet may have any name, and its header row may stand anywhere. What is made of marks such as
    “*” or “..”, and the notes it finds, are said before anything is done.

    Targets are known by the columns Measure Ref and Target, comparators by Measure Ref, Who, Period
    and Value; or they come from the Department for Education's published data (time_period,
    geographic_level). How each column is read is said before anything is done.
    """
    choices = Choices(
        _pairs("--column", column), (*(who or ()),), _pairs("--only", only), per_cents
    )
    rows = RowsFile(file, sheet, choices, dry_run)
    ask = answering(take_older, months_are_right=months_are_right, per_cents=per_cents)
    how = HowToRefresh(file=file, sheet=sheet, ask=ask, dry_run=dry_run)
    with closed(book, to_change=not dry_run) as chosen:
        agree = agreeing(yes, "Bring these figures in?")
        if bring_in_rows(chosen, rows, occasion(), tell=say, agree=agree) is None:
            refresh_book(chosen, occasion(), tell=say, agree=agree, how=how)


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """What stands on either side of the = of each word given. Raises ReturnRefused without one."""
    pairs = {}
    for word in given or ():
        first, _, last = (part.strip() for part in word.rpartition("="))
        if not (first and last):
            found = f"“{word}” does not say both."
            raise ReturnRefused([Problem(option, found, "Write it such as number=LAC1.")])
        pairs[first] = last
    return pairs
