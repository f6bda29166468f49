"""Where the month's return is, and that it is still what the officer was told of."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from xl_addin.dataset.renames import former_refs
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.layout import Return as ReturnTable
from xl_addin.limits import DEFAULT, Limits
from xl_addin.returns import Return, parse_return
from xl_addin.returns.own_sheet import month_problems, own_grid
from xl_addin.values import replace


def find_return(
    workbook: Workbook,
    folder: Path,
    file: Path | None,
    sheet: str | None,
    *,
    per_cents: bool = False,
) -> Return:
    """The return named, the one in Settings, or else the workbook's own sheet for it.

    ``per_cents`` is whether its percentages are typed as 39, not 39%.
    """
    from xl_addin.sources import read_return

    catalogue = replace(
        workbook.catalogue, former=former_refs(workbook.catalogue, workbook.history)
    )
    workbook = replace(workbook, catalogue=catalogue)
    path = return_path(workbook, folder, file)
    if path is None:
        return own_return(workbook, per_cents=per_cents)
    return read_return(
        path, workbook.catalogue, sheet, workbook.settings.limits, per_cents=per_cents
    )


def return_path(workbook: Workbook, folder: Path, file: Path | None) -> Path | None:
    """Where the return is; None for the workbook's own sheet."""
    written = workbook.settings.return_path
    if file is None and not written:
        return None
    if file is None:
        refuse_another_computer(written, folder)
    return file or folder / written


def refuse_another_computer(written: str, folder: Path) -> None:
    """Raise ReturnRefused for a path in Settings to a computer that the workbook is not on."""
    if (server := _server(written)) and server != _server(str(folder)):
        found = f"It names a folder on another computer ({server})."
        remedy = "Choose it by its drive letter, or name it yourself with --return."
        raise ReturnRefused([Problem("Settings, return", found, remedy)])


def _server(path: str) -> str:
    """The computer that a network path names; blank for any other path.

    Asking a computer for a file tells it who we are: a workbook someone sent decides for none.
    """
    parts = path.replace("\\", "/").split("/")
    return parts[2].casefold() if len(parts) > 2 and parts[0] == parts[1] == "" else ""


def refuse_another_return(return_: Return, path: Path | None, limits: Limits = DEFAULT) -> None:
    """Raise ReturnRefused when a return was changed or deleted since it was read.

    What is written is what the officer was told, or nothing.
    """
    from xl_addin.sources import digest_of

    if path is not None and digest_of(path, limits) != return_.digest:
        found = "It was changed after it had been checked."
        raise ReturnRefused([Problem(return_.source, found, "Refresh again to see what is new.")])


def own_return(workbook: Workbook, *, per_cents: bool = False) -> Return:
    """What stands on the workbook's sheet for the monthly return."""
    table = workbook.tables[ReturnTable.TABLE]
    grid = own_grid(table, workbook.return_month)
    digest = sha256(repr(grid.rows).encode()).hexdigest()
    if problems := tuple(month_problems(workbook)):
        return Return((), table.sheet, digest, problems)
    return parse_return((grid,), workbook.catalogue, table.sheet, digest, per_cents=per_cents)
