"""Bring in the targets or comparators of a file, after saying how each of its columns is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from xl_addin.bring_rows import bring_rows
from xl_addin.commands.book import Agree, Book, Tell, carrying, change_book
from xl_addin.commands.refresh import is_agreed
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.errors import Problem, ReturnRefused
from xl_addin.refresh import Occasion
from xl_addin.returns.brought import Brought, Choices, read_rows
from xl_addin.returns.headings import has_headings
from xl_addin.returns.published_data import read_published
from xl_addin.sources import digest_of, read_grids
from xl_addin.table import Grid
from xl_addin.values import value_type


@value_type
class RowsFile:
    """A file that may hold targets or comparators, the sheet to read, and what is said of it."""

    path: Path
    sheet: str | None = None
    choices: Choices = Choices()
    dry_run: bool = False


def bring_in_rows(
    book: Book, file: RowsFile, occasion: Occasion, *, tell: Tell, agree: Agree
) -> bool | None:
    """Bring in the targets or comparators of a file, and say whether anything was changed.

    None where the file holds neither. Raises XlAddinError with every problem; then nothing is.
    """
    workbook = parse_workbook(book.read())
    raw = read_grids(file.path, file.sheet, workbook.settings.limits)
    brought = _found_in(raw.grids, workbook, file, tell)
    if brought is None:
        return None
    for line in (*brought.told, ""):
        tell(line)
    update = bring_rows(workbook, brought, raw.source, raw.digest, occasion)
    update = carrying(book, workbook, update, occasion)
    if not is_agreed(book, update, tell, agree, file.dry_run):
        return False
    if digest_of(file.path, workbook.settings.limits) != raw.digest:
        found = "It has been changed since it was read."
        raise ReturnRefused([Problem(file.path.name, found, "Try again.")])
    done = f"Bring in {brought.table.lower()}"
    for line in change_book(book, workbook, update, occasion.when, done):
        tell(line)
    return True


def _found_in(
    grids: Iterable[Grid], workbook: Workbook, file: RowsFile, tell: Tell
) -> Brought | None:
    """What the one sheet brings that holds targets or comparators; None for no such.

    In a workbook that has a page or return too, it is the figures that are brought in.
    """
    read = [(grid, _read(grid, workbook, file.choices)) for grid in grids]
    found = [brought for _, brought in read if brought]
    if any(has_headings(grid) for grid, brought in read if not brought):
        for brought in found:
            if brought.rows:
                sheet = brought.place.rpartition(", ")[2]
                tell(f'“{brought.place}” is not read. To bring it in too: --sheet "{sheet}".')
        found = []
    if len(found) > 1:
        said = f"{len(found)} of its sheets hold targets or comparators."
        raise ReturnRefused([Problem(file.path.name, said, 'Name one: --sheet "…".')])
    if not found:
        _refuse_choices(file)
        return None
    return found[0]


def _read(grid: Grid, workbook: Workbook, choices: Choices) -> Brought | None:
    published = read_published(grid, workbook.catalogue, choices)
    return published or read_rows(grid, workbook.catalogue, choices)


def _refuse_choices(file: RowsFile) -> None:
    """Make sure that nothing was said of a file that only published data can be told."""
    if file.choices.columns or file.choices.who or file.choices.only:
        found = "It is no published data: it has no columns time_period and geographic_level."
        remedy = "Leave --column, --who and --only out."
        raise ReturnRefused([Problem(file.path.name, found, remedy)])
