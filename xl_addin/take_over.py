"""Take over commentary: what was said of a measure the month before is said of this month too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from xl_addin.dataset.commentary import Said, commented_in, said_of
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import Commentary
from xl_addin.period import Month
from xl_addin.refresh import page_of
from xl_addin.summary_table import summary_change
from xl_addin.table import CellValue, is_blank, text_of
from xl_addin.update import AppendRows, Change, Update
from xl_addin.values import replace


def to_take_over(workbook: Workbook) -> tuple[str, ...]:
    """The measures of which something was said in the month before that shown, and not in it."""
    if workbook.month is None:
        remedy = "Import or refresh first."
        raise WorkbookRefused([Problem("Dataset", "No month is shown yet.", remedy)])
    table, month = workbook.tables[Commentary.TABLE], workbook.month
    before, now = (commented_in(table, m) for m in (month.previous(), month))
    left = before - now
    return tuple(ref for ref in workbook.catalogue.refs if ref.casefold() in left)


def take_over(workbook: Workbook, wanted: Iterable[str], today: date) -> Update:
    """The commentary of the month before, with owner, action and due, as that of the month shown.

    ``wanted`` are refs in any capitals. The summary shows it at once. Raises WorkbookRefused with
    each ref of which nothing was said, or of which something is said in this month already.
    """
    offered = {ref.casefold(): ref for ref in to_take_over(workbook)}
    refs = {ref.strip().casefold(): ref.strip() for ref in wanted}
    month = workbook.month
    assert month is not None
    if problems := [
        _nothing_to_take(workbook, typed, month) for r, typed in refs.items() if r not in offered
    ]:
        raise WorkbookRefused(problems)
    table = workbook.tables[Commentary.TABLE]
    said = [(offered[r], said_of(table, r, month.previous())) for r in refs]
    rows = tuple(
        (month.first_day, ref, *(row[h] for h in Commentary.COLUMNS[2:])) for ref, row in said
    )
    if not rows:
        return Update()
    told = [f"{ref}: {_in_words(row, today)}" for ref, row in said]
    return Update(
        (AppendRows(table.name, Commentary.COLUMNS, rows), *_shown(workbook, rows)), (*told,)
    )


def _nothing_to_take(workbook: Workbook, typed: str, month: Month) -> Problem:
    known, ref = {one.casefold(): one for one in workbook.catalogue.refs}, typed.casefold()
    if ref not in known:
        found = f"“{typed}” is not a measure ref."
        return Problem("Commentary", found, "Write a ref that stands in Measures.")
    if ref in commented_in(workbook.tables[Commentary.TABLE], month):
        found = f"{known[ref]} has commentary for {month.label} already: it stays as it is."
        return Problem("Commentary", found, "Change it on the sheet Commentary.")
    found = f"Nothing was said of {known[ref]} in {month.previous().label}."
    return Problem("Commentary", found, "Write it on the sheet Commentary.")


def _in_words(row: Said, today: date) -> str:
    said, due = row[Commentary.TEXT] or row[Commentary.ACTION], row[Commentary.DUE]
    words = f"“{text_of(said)}”"
    if isinstance(due, date) and date(due.year, due.month, due.day) < today:
        words += f" (due {due.day} {Month.of(due).label}, which has passed)"
    return words


def _shown(workbook: Workbook, added: tuple[tuple[CellValue, ...], ...]) -> Iterator[Change]:
    """What the summary says once rows were added to the commentary."""
    table, month = workbook.tables[Commentary.TABLE], workbook.month
    assert month is not None
    places = [
        Commentary.COLUMNS.index(h) if h in Commentary.COLUMNS else None for h in table.headings
    ]
    rows = [tuple(None if at is None else row[at] for at in places) for row in added]
    kept = () if all(map(is_blank, table.rows)) else table.rows
    after = {**workbook.tables, Commentary.TABLE: replace(table, rows=(*kept, *rows))}
    told = replace(workbook, tables=after)
    page = page_of(told, told.history, month)
    yield from filter(None, [summary_change(told, page, told.history, always=True)])
