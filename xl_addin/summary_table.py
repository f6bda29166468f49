"""The table of the sheet Summary: a month's sentences, and beside each what officers say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_addin.dataset.commentary import (
    Said,
    commented_in,
    every_said,
    renamed_commentary,
    said_formula,
)
from xl_addin.dataset.history import History
from xl_addin.dataset.page import Page
from xl_addin.dataset.renames import renamed
from xl_addin.dataset.workbook import Workbook
from xl_addin.layout import SINCE, Commentary, Dataset, Summary
from xl_addin.period import Month
from xl_addin.summary import build_summary
from xl_addin.table import CellValue, Formula
from xl_addin.update import Row, SetRows, stands_already

OPENING = "This month"
GO_TO_ROW = "go to row"

_SAID = (
    (Summary.COMMENTARY, Commentary.TEXT, 0),
    (Summary.OWNER, Commentary.OWNER, 0),
    (Summary.ACTION, Commentary.ACTION, 0),
    (Summary.DUE, Commentary.DUE, 0),
    (Summary.LAST, Commentary.TEXT, 1),
)
"""The columns that look up what officers say: from which column, of how many months before."""


def word_changes(
    workbook: Workbook, page: Page, history: History, *, always: bool
) -> Iterator[SetRows]:
    """The month in words, where the workbook has a place for it; commentary goes along."""
    if workbook.edition >= SINCE[Summary.TABLE]:
        words = summary_change(workbook, page, history, always=always)
        yield from filter(None, (renamed_commentary(workbook), words))


def summary_change(
    workbook: Workbook, page: Page, history: History, *, always: bool = False
) -> SetRows | None:
    """What has to change in the table Summary for a page; None when it stands already.

    ``always`` brings its formulas their results even then.
    """
    table = workbook.tables[Summary.TABLE]
    said = renamed(workbook.tables[Commentary.TABLE], workbook.carried.renames)
    page_sheet = workbook.dataset.sheet
    commented, by_month = commented_in(said, page.month), every_said(said)
    found = build_summary(page, history, workbook.settings.threshold, commented)
    lines = [(OPENING, "", found.opening)]
    lines += [(s.about.value, s.ref, s.text) for s in found.sentences]
    rows = tuple(
        Row(
            (*line[:2], row_link(line[1], page_sheet), line[2], *_said(line[1], page, by_month)),
            at if at < len(table.rows) else None,
        )
        for at, line in enumerate(lines)
    )
    if not always and stands_already(table, Summary.COLUMNS, rows):
        return None
    return SetRows(Summary.TABLE, Summary.COLUMNS, rows)


def row_link(ref: str, sheet: str) -> Formula:
    """The link from a sentence to the row of its measure, wherever Excel finds that to stand.

    ``sheet`` is the name of the sheet Dataset; a refresh writes it anew where it was renamed.
    """
    place = "'" + sheet.replace("'", "''").replace('"', '""') + "'!A"
    first = f"ROW({Dataset.TABLE}[[#Headers],[{Dataset.REF}]])"
    cell, refs = f"[@[{Summary.REF}]]", f"{Dataset.TABLE}[{Dataset.REF}]"
    found = f'HYPERLINK("#{place}"&(MATCH({cell},{refs},0)+{first}),"{GO_TO_ROW}")'
    return Formula(f'=IF({cell}="","",IFERROR({found},""))', GO_TO_ROW if ref else "")


def _said(ref: str, page: Page, said: Mapping[tuple[str, Month], Said]) -> Iterator[Formula]:
    for _, heading, before in _SAID:
        row = said.get((ref.casefold(), page.month.plus(-before))) if ref else None
        value: CellValue = row[heading] if row else None
        formula = said_formula(f"[@[{Summary.REF}]]", heading, before)
        yield Formula(formula, "" if value is None else value)
