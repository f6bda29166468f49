"""Bring in what there is: the figures of an existing workbook or CSV file, the first time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from xl_addin.command_line import Argument
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

File = Annotated[Path, Argument("FILE", "A workbook or CSV file.")]


def command(
    book: BookPath,
    file: File,
    sheet: SheetName = None,
    dry_run: DryRun = False,
    take_older: TakeOlder = None,
    months_are_right: MonthsAreRight = False,
    per_cents: PerCents = False,
    yes: Yes = False,
) -> None:
    """Bring in the figures of your existing workbook or CSV file.

    The familiar page is read as it is: a column of measure refs, a column for each month. Its
    sheet may have any name, and its header row may stand anywhere. What is made of marks such as
    “*” or “..”, and the notes it finds, are said before anything is done.
    """
    ask = answering(take_older, months_are_right=months_are_right, per_cents=per_cents)
    how = HowToRefresh(file=file, sheet=sheet, ask=ask, dry_run=dry_run)
    with closed(book, to_change=not dry_run) as chosen:
        agree = agreeing(yes, "Bring these figures in?")
        refresh_book(chosen, occasion(), tell=say, agree=agree, how=how)
