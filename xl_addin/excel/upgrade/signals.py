"""What signals and summary say in a workbook that has just been given them."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.dataset.columns import SIGNAL, LookedUp, looked_up_among
from xl_addin.dataset.drawn import drawn_on
from xl_addin.dataset.page import Page
from xl_addin.dataset.page_changes import charts_of
from xl_addin.dataset.signal_charts import settled_charts
from xl_addin.dataset.signal_table import signals_change
from xl_addin.dataset.signals import NO_FIGURE
from xl_addin.dataset.workbook import Workbook
from xl_addin.layout import Dataset, Name, Sheet, Signals, Summary
from xl_addin.ooxml import WorkbookFile
from xl_addin.refresh import page_of
from xl_addin.summary_table import summary_change
from xl_addin.table import CellValue, Formula, Table, text_of
from xl_addin.update import Change, Row, SetRows
from xl_addin.values import replace


def bring_signals(book: WorkbookFile, workbook: Workbook) -> Iterator[Change]:
    """The changes that fill them in, for a workbook as it was read before they came.

    Nothing else of the page is touched: it may hold figures changed by hand.
    """
    page = page_of(workbook, workbook.history, workbook.month) if workbook.month else None
    headings = book.tables[Dataset.TABLE].headings
    for column in looked_up_among(headings):
        formula = column.formula(Name.SIGNALS_SHOWN)
        said = (Formula(formula, _said(page, ref, column)) for ref in _refs(workbook))
        rows = tuple(Row((cell,), was) for was, cell in enumerate(said))
        yield SetRows(Dataset.TABLE, (column.heading,), rows)
    if page:
        drawn = drawn_on(page)
        change = signals_change(_brought(workbook), page, drawn, always=True)
        words = summary_change(_with_blank_summary(workbook), page, workbook.history, always=True)
        yield from filter(None, (change, words))
        slots = settled_charts(workbook.catalogue, ("",) * Signals.CHARTS)
        yield from charts_of(replace(workbook, signal_slots=slots), page, drawn)


def _brought(workbook: Workbook) -> Table:
    """The table of signals as the template has it: a row for each measure."""
    blank = (None,) * (len(Signals.COLUMNS) - 1)
    rows = tuple((ref, *blank) for ref in workbook.catalogue.refs)
    return Table(Signals.TABLE, Sheet.SIGNALS, Signals.COLUMNS, rows)


def _with_blank_summary(workbook: Workbook) -> Workbook:
    """The workbook with the table Summary as the template has it: one blank row."""
    blank = Table(Summary.TABLE, Sheet.SUMMARY, Summary.COLUMNS, ((None,) * len(Summary.COLUMNS),))
    return replace(workbook, tables={**workbook.tables, Summary.TABLE: blank})


def _refs(workbook: Workbook) -> list[str]:
    table = workbook.dataset
    return [text_of(row[table.headings.index(Dataset.REF)]) for row in table.rows]


def _said(page: Page | None, ref: str, column: LookedUp) -> CellValue:
    """What is said of a measure; nothing of a row that no measure stands behind."""
    if page is None:
        return NO_FIGURE if column is SIGNAL else ""
    rows = {row.measure.ref: row for row in page.rows}
    return page.said(rows[ref], column) if ref in rows else ""
