"""What is typed to refresh: one workbook or a folder of them, and what the options decide."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from xl_addin.command_line import Option
from xl_addin.commands.refresh import Compute, HowToRefresh, refresh_book
from xl_addin.console import (
    AsJson,
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
    opened,
    say,
)
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.returns.hand_edits import HandEdits

ReturnFile = Annotated[
    Path | None,
    Option(
        "--return",
        "The month's return. Left out: the one in Settings, or the Monthly return sheet.",
        "FILE-OR-FOLDER",
    ),
]
WithHandEdits = Annotated[
    HandEdits,
    Option(
        "--hand-edits",
        "What to do with figures changed by hand on the page: list them and stop, "
        "record them, or put the recorded figures back.",
    ),
]
Live = Annotated[bool, Option("--live", "Change the workbook where it is open in Excel.")]
KeepWording = Annotated[
    bool,
    Option(
        "--keep-wording",
        "Write descriptions and areas that were rewritten on the page in Measures.",
    ),
]
ToCompute = Annotated[
    list[Path] | None, Option("--compute", "Compute the return from these records.", "SOURCE")
]
ComputedMonth = Annotated[str | None, Option("--month", "The month to compute, with --compute.")]


def command(
    book: BookPath,
    return_: ReturnFile = None,
    sheet: SheetName = None,
    dry_run: DryRun = False,
    hand_edits: WithHandEdits = HandEdits.LIST,
    live: Live = False,
    take_older: TakeOlder = None,
    months_are_right: MonthsAreRight = False,
    per_cents: PerCents = False,
    keep_wording: KeepWording = False,
    compute: ToCompute = None,
    month: ComputedMonth = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Do the month's work: check the return, say what will change, ask, back up, refresh.

    Where BOOK is a folder, every workbook (.xlsm) in it is refreshed, on all cores, with the file
    or folder of its own name in the folder of returns; each all or nothing.
    """
    agreed = {
        "months_are_right": months_are_right,
        "per_cents": per_cents,
        "keep_wording": keep_wording,
    }
    computing = _computing(compute, month)
    if book.is_dir() or as_json:
        _refuse_beside(book, {"--live": live, "--compute": compute})
        decided = (sheet, hand_edits, tuple(take_older or ()), tuple(agreed.items()), dry_run)
        _refresh_many((book, return_), decided, yes=yes, as_json=as_json)
        return
    ask = answering(take_older, **agreed)
    with opened(book) if live else closed(book, to_change=not dry_run) as chosen:
        agree = agreeing(yes, "Refresh the workbook?")
        how = HowToRefresh(
            file=return_,
            sheet=sheet,
            computed=computing,
            hand_edits=hand_edits,
            ask=ask,
            take_older=tuple(take_older or ()),
            dry_run=dry_run,
        )
        refresh_book(chosen, occasion(), tell=say, agree=agree, how=how)


def _refuse_beside(book: Path, options: Mapping[str, object]) -> None:
    """Raise WorkbookRefused for an option that goes with neither a folder nor JSON."""
    for option in (option for option, is_given in options.items() if is_given):
        if book.is_dir():
            found = f"{option} is for one workbook, and {book.name} is a folder."
            raise WorkbookRefused([Problem("xl-addin refresh", found, "Name the workbook.")])
        found, remedy = f"{option} and --json do not go together.", "Leave one of them out."
        raise WorkbookRefused([Problem("xl-addin refresh", found, remedy)])


def _refresh_many(
    places: tuple[Path, Path | None], decided: tuple[Any, ...], *, yes: bool, as_json: bool
) -> None:
    from xl_addin.commands import refresh_many

    how = refresh_many.Decided(*decided)
    agree = None if yes else agreeing(False, "Refresh these workbooks?")
    if as_json:
        done = refresh_many.refresh_in_json(*places, how, yes=yes)
    else:
        done = refresh_many.refresh_folder(*places, how, agree)
    if not done:
        sys.exit(1)


def _computing(sources: list[Path] | None, month: str | None) -> Compute | None:
    """What computes the return; None where it is not to be computed."""
    if not sources and not month:
        return None
    from xl_addin.commands.compute import computed

    return computed(sources, month)
