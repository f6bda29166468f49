"""The record of share copies that the workbook itself keeps: the sheet Shared copies.

It goes with the workbook wherever that is moved or copied to and whatever it is called. Each row
carries a digest of itself and of the row before it, so a row that was changed, put in or taken
out shows. The file beside the workbook holds the same: each makes good what the other lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.releases import EarlierCopies, EarlierCopy, threshold_of
from xl_addin.errors import MonthUnreadable, Problem, WorkbookRefused
from xl_addin.layout import SharedCopies
from xl_addin.period import Month
from xl_addin.table import CellValue, Table, is_blank, text_of
from xl_addin.unit import parse_printed
from xl_addin.values import replace

_APART, _SHORT = "; ", 32


def kept_copies(table: Table) -> tuple[EarlierCopies, str]:
    """The copies of the sheet, and the place of the first row that is not as it was written.

    The place is blank where every row is; such a row and those after it are left out.
    """
    copies: dict[tuple[str, str], EarlierCopy] = {}
    seal, places = "", [table.headings.index(heading) for heading in SharedCopies.COLUMNS]
    for number, row in enumerate(table.rows, table.first_row):
        if is_blank(row):
            continue
        *cells, found = (row[place] for place in places)
        seal = _seal(seal, cells)
        if text_of(found) != seal or not _add(cells, copies):
            return EarlierCopies(tuple(copies.values())), f"{table.sheet}, row {number}"
    return EarlierCopies(tuple(copies.values())), ""


def rows_to_keep(table: Table, copies: Iterable[EarlierCopy]) -> tuple[tuple[CellValue, ...], ...]:
    """The rows that the sheet gains by some copies, each with its digest."""
    whole = [row for row in table.rows if not is_blank(row)]
    place = table.headings.index(SharedCopies.SEAL)
    seal = text_of(whole[-1][place]) if whole else ""
    found: list[tuple[CellValue, ...]] = []
    for copy in copies:
        for cells in _rows(copy):
            seal = _seal(seal, cells)
            found.append((*cells, seal))
    return tuple(found)


def together(beside: EarlierCopies, kept: EarlierCopies, changed: str) -> EarlierCopies:
    """The copies of both records, oldest first.

    ``changed`` is the place of a row of the sheet that was changed. Raises WorkbookRefused where
    the file beside the workbook cannot make that good, as it has no more than the sheet.
    """
    own = {copy.key: copy for copy in kept.copies}
    more = {copy.key: copy for copy in beside.copies}
    if changed and not (own.keys() <= more.keys() and _size(beside) > _size(kept)):
        raise WorkbookRefused([_changed(changed)])
    agreed = {k: replace(c, consent=own[k].consent) for k, c in more.items() if k in own}
    every = own | more | agreed if changed else more | own
    return EarlierCopies(tuple(sorted(every.values(), key=lambda copy: copy.shared)))


def _size(copies: EarlierCopies) -> int:
    return sum(len(copy.figures) for copy in copies.copies)


def missing_in(record: EarlierCopies, every: EarlierCopies) -> list[EarlierCopy]:
    """The copies that one record lacks."""
    known = {copy.key for copy in record.copies}
    return [copy for copy in every.copies if copy.key not in known]


def _changed(place: str) -> Problem:
    found = "The record of earlier share copies was changed here, and the file beside is no help."
    remedy = (
        "Put back what was changed: the backups beside this workbook hold the sheet as it was "
        "(xl-addin undo brings back the newest). Without it, figures hidden earlier could come "
        "to light."
    )
    return Problem(place, found, remedy)


def _rows(copy: EarlierCopy) -> Iterator[list[CellValue]]:
    """A copy as rows without their digests."""
    by_ref: dict[str, list[str]] = {}
    for (ref, month), text in copy.figures.items():
        by_ref.setdefault(ref, []).append(f"{month.label} {text}")
    when = datetime.fromisoformat(copy.shared)
    head: list[CellValue] = [when, copy.file, copy.issue.first_day, copy.rule]
    for ref, figures in by_ref.items():
        yield [*head, copy.consent or None, ref, _APART.join(figures)]


def _add(cells: Sequence[CellValue], copies: dict[tuple[str, str], EarlierCopy]) -> bool:
    """Add a row to its copy; False where it is no row of a copy."""
    shared, file, issue, rule, consent, ref, figures = cells
    if not isinstance(shared, datetime) or not isinstance(issue, date):
        return False
    key = shared.isoformat(" "), text_of(file)
    known = copies.get(key)
    try:
        found = dict(_figure(text_of(ref), told) for told in text_of(figures).split(_APART))
        copies[key] = EarlierCopy(
            *key,
            threshold_of(text_of(rule)),
            {**(known.figures if known else {}), **found},
            Month.of(issue),
            text_of(consent),
        )
    except (MonthUnreadable, ValueError):
        return False
    return True


def _figure(ref: str, told: str) -> tuple[tuple[str, Month], str]:
    """A figure as it stands in a row: "Jun 2015 [c]", or "Jun 2015 3.5 visits"."""
    name, year, text = told.split(" ", 2)
    month = f"{name} {year}"
    if text != Mark.HIDDEN:
        parse_printed(text)
    return (ref, Month.parse(month)), text


def _seal(before: str, cells: Sequence[CellValue]) -> str:
    """A digest of a row and of the digest before it, however a program stores days."""
    said = [before]
    for cell in cells:
        is_day = isinstance(cell, date)
        said.append(cell.strftime("%Y-%m-%d %H:%M:%S") if is_day else text_of(cell))  # type: ignore
    return sha256("\x1f".join(said).encode()).hexdigest()[:_SHORT]
