"""Editions of the workbook: what each must hold, and what an older one lacks.

The row "Workbook format" in Settings says of which edition a workbook is. Any edition from the
first to the present is read: what later ones brought is blank in it. `xl-addin upgrade` brings a
workbook to the present edition; one of a later edition is refused.

To add something to the present edition:

- **a table**: its names in layout.py (a class with TABLE and COLUMNS, the sheet in Sheet), a row in
  layout.TABLES, and Something.TABLE among those of 2 in layout.SINCE; then its sheet in
  excel/template: a module whose ``add_something`` is given the book, as in targets.py, and its
  line in the list of sheets.py, where the sheet is to stand.
- **a column** of a table there is: its heading in COLUMNS, ``(Something.TABLE, HEADING): 2`` in
  SINCE, and a Column in excel/template.
- **a column after the months** of the Dataset: an entry of dataset/columns.py, with ``since=2``.
  A refresh fills it in where the table has it.
- **a formula** of ours that is to say something else: excel/upgrade/formulas.py, with what it was.
- **a sheet** without a table: its name in Sheet, ``Sheet.SOMETHING: 2`` in SINCE, its module and
  its line in excel/template.
- **a named range**: its name in Name, ``Name.SOMETHING: 2`` in SINCE, and define_name in
  excel/template. It may point to a new sheet, a column of a table, or a setting.
- **a setting**: a row in settings.ROWS, with a usual value for workbooks that lack it. No entry.
- **a macro or a button of the ribbon**: xl_addin/vba. No entry.

That is all: `upgrade` takes what a workbook lacks from the template. Code that reads finds the
table or column in ``Workbook.tables`` whatever the edition, blank where the workbook lacks it; a
command that has to write there refuses an older workbook by itself and says what to do.
Then rebuild the template (`xl-addin template`). When an edition has been released, nothing is added
to it any more: raise layout.WORKBOOK_FORMAT and keep the released workbooks in tests/data/editions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xl_addin.errors import Problem
from xl_addin.layout import SINCE, TABLES, WORKBOOK_FORMAT, Settings
from xl_addin.table import Sheets, Table, text_of
from xl_addin.update import AppendRows, Calculated, Change, SetName, SetRows
from xl_addin.values import replace

FIRST, PRESENT = 1, WORKBOOK_FORMAT


def tables_of(edition: int) -> dict[str, tuple[str, ...]]:
    """The tables that a workbook of an edition must have, and the headings of each."""
    return {
        table: tuple(h for h in headings if SINCE.get((table, h), FIRST) <= edition)
        for table, headings in TABLES.items()
        if SINCE.get(table, FIRST) <= edition
    }


def edition_of(sheets: Sheets) -> int:
    """The edition that a workbook says it is of; the present one where it does not say."""
    table = sheets.tables.get(Settings.TABLE)
    for _, row in table.records() if table else ():
        if text_of(row.get(Settings.SETTING)) == Settings.FORMAT:
            said = text_of(row.get(Settings.VALUE))
            return int(said) if said.isdecimal() else PRESENT
    return PRESENT


def completed(sheets: Sheets) -> Sheets:
    """A workbook as if it were of the present edition: what it lacks is there, and blank.

    A table or column that its own edition should have is not put there.
    """
    edition = edition_of(sheets)
    tables = dict(sheets.tables)
    for name, headings in TABLES.items():
        if name not in tables and SINCE.get(name, FIRST) > edition:
            tables[name] = Table(name, name, headings, ())
        elif name in tables:
            later = [h for h in headings if SINCE.get((name, h), FIRST) > edition]
            tables[name] = _with_columns(tables[name], later)
    return Sheets(tables, sheets.names)


def _with_columns(table: Table, headings: Iterable[str]) -> Table:
    added = tuple(heading for heading in headings if heading not in table.headings)
    blank = (None,) * len(added)
    rows = tuple((*row, *blank) for row in table.rows) if added else table.rows
    return replace(table, headings=(*table.headings, *added), rows=rows)


def newer_problem(edition: int) -> Problem:
    """What is said of a workbook of an edition that this xl-addin does not know."""
    found = (
        f"The workbook was made by a newer xl-addin (format {edition}; this one knows format "
        f"{PRESENT})."
    )
    return Problem("Workbook", found, "Install the newer xl-addin, then try again.")


def beyond(edition: int, changes: Iterable[Change]) -> list[str]:
    """What changes need that a workbook of an edition lacks, in words."""
    needed = [part for change in changes for part in _parts_of(change)]
    return list(dict.fromkeys(_in_words(p) for p in needed if SINCE.get(p, FIRST) > edition))


def _parts_of(change: Change) -> list[str | tuple[str, str]]:
    match change:
        case SetRows(table=table, columns=columns) | AppendRows(table=table, columns=columns):
            return [table, *((table, column) for column in columns)]
        case SetName(name=name):
            return [name]
        case Calculated():
            return []


def _in_words(part: str | tuple[str, str]) -> str:
    if isinstance(part, tuple):
        return f"the column “{part[1]}” of the table {part[0]}"
    return f"the table {part}" if part in TABLES else f"the name {part}"


def lacks(edition: int) -> Mapping[str | tuple[str, str], int]:
    """What later editions brought that a workbook of an edition has not got."""
    return {part: since for part, since in SINCE.items() if since > edition}
