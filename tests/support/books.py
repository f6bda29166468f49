"""Workbooks as plain tables: what a refresh reads, and a model of what applying it does."""

from __future__ import annotations

import re

from xl_addin.dataset.settings import NOT_SAID, ROWS
from xl_addin.layout import TABLES, Dataset, Measures, Name, Settings, Signals
from xl_addin.layout import Return as ReturnTable
from xl_addin.measure import Catalogue
from xl_addin.table import CellValue, Formula, Sheets, Table, same_value
from xl_addin.update import AppendRows, SetName, SetRows, Update
from xl_addin.values import replace

PAGE_HEADINGS = (*Dataset.BEFORE_MONTHS, *Dataset.UNNAMED_MONTHS, *Dataset.AFTER_MONTHS)
AFTER_MONTHS = tuple("n/a" if h in Dataset.DERIVED else None for h in Dataset.AFTER_MONTHS)


def new_sheets(catalogue: Catalogue, title: str = "Monthly Dataset") -> Sheets:
    """A workbook without figures, as the template has it."""
    rows = {
        Dataset.TABLE: [
            (m.ref, m.area, m.description, *[None] * 13, *AFTER_MONTHS) for m in catalogue
        ],
        Measures.TABLE: [measure_row(m) for m in catalogue],
        Settings.TABLE: list(ROWS),
        Signals.TABLE: [
            (m.ref, m.description, *[None] * (len(Signals.COLUMNS) - 2)) for m in catalogue
        ],
        ReturnTable.TABLE: [(m.ref, *[None] * 6) for m in catalogue],
    }
    tables = {
        name: Table(name, name, headings_of(name), tuple(rows.get(name, [blank(name)])), 2)
        for name in TABLES
    }
    names = {Name.TITLE: ((title,),), Name.MONTH: ((None,),), Name.THRESHOLD: ((10.0,),)}
    names[Name.LOG_END] = ((NOT_SAID,),)
    for slot, measure in enumerate(catalogue.key_measures, 1):
        names[Name.key_measure(slot)] = ((measure.ref,),)
    return Sheets(tables, names)


def headings_of(table: str) -> tuple[str, ...]:
    return PAGE_HEADINGS if table == Dataset.TABLE else TABLES[table]


def blank(table: str) -> tuple[CellValue, ...]:
    return (None,) * len(headings_of(table))


def measure_row(m) -> tuple[CellValue, ...]:
    texts = (m.ref, m.area, m.description, m.key_heading or None, str(m.unit), float(m.decimals))
    ratio = (m.numerator or None, m.denominator or None, "yes" if m.key else None)
    links = (m.sum_of, m.inflow, m.outflow, m.upper_bound, m.shown_without_counts)
    links = (m.control_limits, *links)
    said = (m.owner or None, m.definition or None, *(link or None for link in links))
    return (*texts, str(m.polarity) or None, *ratio, *said)


def applied(sheets: Sheets, update: Update) -> Sheets:
    """What the workbook's tables say after an update, by the docstrings of update.py."""
    tables, names = dict(sheets.tables), dict(sheets.names)
    for change in update.changes:
        match change:
            case SetRows():
                tables[change.table] = _with_rows(tables[change.table], change)
            case AppendRows():
                tables[change.table] = _longer(tables[change.table], change)
            case SetName():
                names[change.name] = change.values
    return Sheets(tables, names)


def _with_rows(table: Table, change: SetRows) -> Table:
    headings = tuple(change.headings.get(h, h) for h in table.headings)
    rows = []
    for row in change.rows:
        old = table.rows[row.was] if row.was is not None else (None,) * len(headings)
        cells = dict(zip(headings, old, strict=True))
        cells.update(zip(change.columns, map(_value, row.cells), strict=True))
        rows.append(tuple(cells[h] for h in headings))
    return replace(table, headings=headings, rows=tuple(rows) or ((None,) * len(headings),))


def _longer(table: Table, change: AppendRows) -> Table:
    kept = [row for row in table.rows if any(cell is not None for cell in row)]
    new = [
        tuple(dict(zip(change.columns, row, strict=True)).get(h) for h in table.headings)
        for row in change.rows
    ]
    return replace(table, rows=(*kept, *new))


def _value(cell: CellValue | Formula) -> CellValue:
    return cell.value if isinstance(cell, Formula) else cell


def with_cell(sheets: Sheets, table: str, ref: str, heading: str, value: CellValue) -> Sheets:
    """The workbook after an officer typed a value into a measure's row."""
    old = sheets.tables[table]
    place = old.headings.index(heading)
    rows = tuple(
        (*row[:place], value, *row[place + 1 :]) if row[0] == ref else row for row in old.rows
    )
    return replace(sheets, tables={**sheets.tables, table: replace(old, rows=rows)})


def same_workbook(closed: Sheets, opened: Sheets) -> None:
    """The same cells; numbers that are worked out, to the 12 digits that all programs share.

    Of an open workbook the names are read that are looked at anywhere.
    """
    assert closed.tables.keys() == opened.tables.keys()
    for name, table in closed.tables.items():
        other = opened.tables[name]
        assert replace(table, rows=()) == replace(other, rows=())
        assert len(table.rows) == len(other.rows), name
        for cells in zip(table.rows, other.rows, strict=True):
            assert all(map(same_value, *cells)), (name, cells)
    names = {
        n for n in closed.names if n in Name.READ or re.fullmatch(r"(Key|Signal)Measure\d+", n)
    }
    assert opened.names.keys() == names
    for name in names:
        for cells in zip(closed.names[name], opened.names[name], strict=True):
            assert all(map(same_value, *cells)), (name, cells)
