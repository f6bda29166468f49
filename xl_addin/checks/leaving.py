"""Measures that leave the page, and those that are new there: what Measures now says against it."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.dataset.renames import Retired
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, listed
from xl_addin.layout import Commentary, Comparators, Dataset, Measures, Sheet, Targets
from xl_addin.table import Table, text_of
from xl_addin.values import replace

_BY_MEASURE = (Targets.TABLE, Comparators.TABLE, Commentary.TABLE)
"""The tables with rows about a measure that stay when it leaves."""


def new_refs(workbook: Workbook) -> list[str]:
    """The refs of Measures that have no row on the page yet."""
    on_page = {*_on_page(workbook)}
    return [ref for ref in workbook.catalogue.refs if ref not in on_page]


def gone_refs(workbook: Workbook) -> list[str]:
    """The refs of the page that are not in Measures any more."""
    return [ref for ref in _on_page(workbook) if ref and ref not in workbook.catalogue]


def _on_page(workbook: Workbook) -> list[str]:
    return [text_of(record[Dataset.REF]) for _, record in workbook.dataset.records()]


def in_words(workbook: Workbook) -> Iterator[str]:
    """Which measures come to the page and which leave it, and what stays of these."""
    new, gone = new_refs(workbook), gone_refs(workbook)
    if new:
        yield f"New on the page: {', '.join(new)}"
    if gone:
        yield f"Off the page, kept in {Sheet.HISTORY}: {', '.join(gone)}"
    for ref in gone:
        if places := [*_rows_about(workbook, ref)]:
            yield f"What is said of {ref} elsewhere stays as a record: {listed(places)}"


def _rows_about(workbook: Workbook, ref: str) -> Iterator[str]:
    for name in _BY_MEASURE:
        for place, record in workbook.tables[name].records():
            if text_of(record[Dataset.REF]) == ref:
                yield place


def against_measures(workbook: Workbook) -> Iterator[Problem]:
    """What a check says of a page whose rows are not those of Measures."""
    sheet = workbook.tables[Measures.TABLE].sheet
    for ref in gone_refs(workbook):
        yield Problem(
            workbook.dataset.sheet,
            f"{ref} stands on the page and no more in Measures.",
            "Sync notes, or the next refresh, takes it off the page; its figures stay in "
            f"{Sheet.HISTORY}. To keep it, put it back in Measures.",
            "{count} measures stand on the page and no more in Measures: {items}.",
            ref,
        )
    for ref in new_refs(workbook):
        yield Problem(
            sheet,
            f"{ref} is new.",
            "Sync notes, or the next refresh, gives it a row on the page.",
            "{count} measures are new: {items}.",
            ref,
        )
    yield from perhaps_renamed(workbook)


def perhaps_renamed(workbook: Workbook) -> Iterator[Problem]:
    """That a measure leaves and one without any figure comes: they may be one and the same."""
    recorded = workbook.history.refs()
    gone = gone_refs(workbook)
    new = [ref for ref in new_refs(workbook) if ref not in recorded]
    if not gone or not new:
        return
    one, other = (refs[0] if len(refs) == 1 else "one of them" for refs in (gone, new))
    found = f"Off the page goes {listed(gone)}; new, without a figure recorded, is {listed(new)}."
    remedy = (
        f"If {other} is {one} under another name, write the Description that the page has beside "
        "its new ref in Measures before this is done (where you are asked, say no): then its "
        "figures and notes go along."
    )
    if one == other:
        remedy = remedy.replace(f"If {other} is {one} under", "If any is the same under", 1)
    yield Problem(workbook.tables[Measures.TABLE].sheet, found, remedy)


def without_retired(workbook: Workbook) -> Workbook:
    """A workbook as if its tables said nothing of measures that have left: that is a record."""
    retired = workbook.catalogue.retired
    if not retired:
        return workbook
    blanked = {name: _blanked(workbook.tables[name], retired) for name in _BY_MEASURE}
    return replace(workbook, tables={**workbook.tables, **blanked})


def _blanked(table: Table, retired: Retired) -> Table:
    at, blank = table.headings.index(Dataset.REF), (None,) * len(table.headings)
    rows = (blank if text_of(row[at]) in retired else row for row in table.rows)
    return replace(table, rows=tuple(rows))
