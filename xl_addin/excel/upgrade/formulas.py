"""Formulas of ours that a later edition words otherwise: each that is still as it was follows.

The first edition counted the columns from Measure Ref to the latest month, and took the year of an
average as a range: a column of the officer's among or behind the months led both astray. What a
formula shows stays; one that the officer has changed is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_addin.dataset import key_measures
from xl_addin.dataset.columns import derived_among
from xl_addin.layout import Dataset, Measures, Name
from xl_addin.measure import Unit
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.area import Area, address, letters
from xl_addin.ooxml.cells import with_formula
from xl_addin.ooxml.table_rows import unshare
from xl_addin.ooxml.workbook_file import Place

_COUNTED = f"COLUMNS({Dataset.TABLE}[["
"""What the first edition's formulas on the sheet Key measures have, and later ones have not."""

_ONE_SIGN = '="percentage","%",""),"")'
"""How the first edition's labels of bars end, which knew one unit with a sign."""

_Wanted = tuple[int, int, str]
"""The row and column of a cell, and the formula it is to have."""


def bring_formulas(book: WorkbookFile, months: Sequence[str]) -> Iterator[str]:
    """Let the formulas name the months they mean, and say where any did not.

    ``months`` are the headings of the 13 months, oldest first.
    """
    table = book.tables[Dataset.TABLE]
    places = [table.column(month) for month in months]
    changed = 0
    for derived in derived_among(table.headings):
        column = table.column(derived.heading)
        for row in table.body.rows:
            cells = [address(row, place) for place in places]
            was = derived.formula(*derived.over.ranges(cells))
            wanted = (row, column, derived.formula_of(cells).removeprefix("="))
            changed += _follow(book, table.sheet, wanted, was.removeprefix("="))
    if changed:
        yield f"{table.sheet}: averages and maxima name the months they are of"
    if charts := book.names.get(Name.KEY_FIGURES):
        wanted_there = _behind_charts(book, months)
        if sum(_follow(book, charts.sheet, wanted, _COUNTED) for wanted in wanted_there):
            yield f"{charts.sheet}: the figures behind the charts are found by their months"
        sum(_follow(book, charts.sheet, wanted, _ONE_SIGN) for wanted in _labels_of_charts(book))


def _follow(book: WorkbookFile, name: str, wanted: _Wanted, was: str) -> bool:
    """Give a cell a formula where the one it has holds ``was``, and say whether it did."""
    row, column, formula = wanted
    sheet = book.sheet(name)
    unshare(sheet, Area(row, column, row, column), (column,))
    now, xml = sheet.formula(row, column), sheet.cell(row, column)
    if not now or xml is None or was not in now or now == formula:
        return False
    sheet.put(row, column, with_formula(xml, formula))
    return True


def _behind_charts(book: WorkbookFile, months: Sequence[str]) -> Iterator[_Wanted]:
    """The formulas of the figures behind the charts."""
    found = _places(book)
    if found is None or found[1].area.width != len(months):
        return
    refs, labels, headings, figures = (place.area for place in found)
    for column, month in zip(labels.columns, months, strict=True):
        yield labels.first_row, column, key_measures.month_formula(month).removeprefix("=")
    for row in refs.rows:
        ref = f"${letters(refs.first_column)}{row}"
        of_row = figures._replace(first_row=row, last_row=row)
        heading = key_measures.heading_formula(ref, of_row.absolute, labels.absolute, months[-1])
        yield row, headings.first_column, heading.removeprefix("=")
        for column, month in zip(figures.columns, months, strict=True):
            yield row, column, key_measures.figure_formula(ref, month).removeprefix("=")


def _labels_of_charts(book: WorkbookFile) -> Iterator[_Wanted]:
    """The formulas of the labels of bars: of the first month, and of the latest."""
    found, labels = _places(book), book.names.get(Name.KEY_LABELS)
    if found is None or labels is None or labels.area.rows != found[0].area.rows:
        return
    figures = found[3].area
    for row in labels.area.rows:
        ref = f"${letters(found[0].area.first_column)}{row}"
        ends = (figures.first_column, figures.last_column)
        for column, figure in zip(labels.area.columns, ends, strict=False):
            formula = key_measures.label_formula(ref, address(row, figure))
            yield row, column, formula.removeprefix("=")


def offer_units(book: WorkbookFile) -> None:
    """Let the drop-down of units offer all there are, where it is as the first edition made it."""
    sheet = book.sheet(book.tables[Measures.TABLE].sheet)
    for formula in sheet.shell.iterfind("{*}dataValidations/*/{*}formula1"):
        if formula.text == _TWO_UNITS:
            formula.text = f'"{",".join(Unit)}"'
            sheet.shell_changed()


_TWO_UNITS = '"number,percentage"'


def _places(book: WorkbookFile) -> list[Place] | None:
    """Where refs, months, headings and figures stand, where they are side by side as made."""
    names = (Name.KEY_REFS, Name.KEY_MONTHS, Name.KEY_HEADINGS, Name.KEY_FIGURES)
    places = [book.names[name] for name in names if name in book.names]
    rows = {place.area.rows for place in (places[0], *places[2:])} if len(places) == 4 else ()
    return places if len(rows) == 1 and places[1].area.columns == places[3].area.columns else None
