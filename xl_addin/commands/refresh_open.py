"""Refresh the workbook that is in front in Excel: what the Start menu's entry does."""

from __future__ import annotations

from xl_addin.commands import refresh_typed
from xl_addin.commands.refresh_typed import ReturnFile
from xl_addin.console import MonthsAreRight, PerCents, TakeOlder, Yes
from xl_addin.excel.find_open import path_in_front


def command(
    return_: ReturnFile = None,
    take_older: TakeOlder = None,
    months_are_right: MonthsAreRight = False,
    per_cents: PerCents = False,
    yes: Yes = False,
) -> None:
    """Do the month's work in the workbook that is in front in Excel, which starts no program."""
    refresh_typed.command(
        path_in_front(),
        return_,
        live=True,
        take_older=take_older,
        months_are_right=months_are_right,
        per_cents=per_cents,
        yes=yes,
    )
