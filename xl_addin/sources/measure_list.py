"""A list of measures kept as a table: a CSV file or a workbook, with the columns of Measures."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from xl_addin.dataset.derived import is_number
from xl_addin.dataset.workbook import read_catalogue
from xl_addin.errors import CatalogueRefused, Problem, ReturnRefused
from xl_addin.layout import Measures
from xl_addin.measure import Catalogue, Measure
from xl_addin.returns.figure import plain_text
from xl_addin.table import Grid, Table, text_of
from xl_addin.values import replace

NEEDED = (Measures.REF, Measures.DESCRIPTION)


def read_measure_list(path: Path) -> Catalogue:
    """The measures of a table in a file; its columns may stand in any order, and some be left out.

    Raises CatalogueRefused, listing every problem with its row.
    """
    from xl_addin.sources import read_grids

    try:
        grids = read_grids(path).grids
    except ReturnRefused as refusal:
        raise CatalogueRefused(refusal.problems) from refusal
    tables = [table for grid in grids if (table := _table_of(grid))]
    if len(tables) != 1:
        raise CatalogueRefused([_not_one(path.name, len(tables))])
    catalogue, problems = read_catalogue(_with_refs_as_text(tables[0]))
    if problems or catalogue is None:
        raise CatalogueRefused(problems)
    return catalogue


def _with_refs_as_text(table: Table) -> Table:
    """A list whose refs are text, as in the workbook that is made of it: 1.1 may be a number."""
    at = table.headings.index(Measures.REF)
    rows = (
        (*row[:at], text_of(row[at]) if is_number(row[at]) else row[at], *row[at + 1 :])
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def _not_one(name: str, tables: int) -> Problem:
    if tables:
        remedy = "Keep one such sheet in it, or save that sheet as a file of its own."
        return Problem(name, f"{tables} of its sheets hold a list of measures.", remedy)
    remedy = f"Head the columns {', '.join(NEEDED)}, Unit and so on, as the sheet Measures does."
    return Problem(name, "No row of headings of a list of measures was found.", remedy)


def _table_of(grid: Grid) -> Table | None:
    """The table on a sheet, with every column of Measures, blank where the sheet lacks it."""
    known = {heading.casefold(): heading for heading in Measures.COLUMNS}
    for number, row in enumerate(grid.rows):
        names = [known.get(plain_text(text_of(cell)).casefold()) for cell in row]
        if not set(NEEDED) <= set(names):
            continue
        places = [names.index(h) if h in names else None for h in Measures.COLUMNS]
        rows = [
            tuple(None if place is None else line[place] for place in places)
            for line in grid.rows[number + 1 :]
        ]
        first = grid.first_row + number + 1
        return Table(Measures.TABLE, grid.place, Measures.COLUMNS, tuple(rows), first)
    return None


def as_csv(measures: Catalogue) -> str:
    """Measures as the text of a CSV file that read_measure_list reads, and Excel opens."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(Measures.COLUMNS)
    writer.writerows(map(_row, measures))
    return text.getvalue()


def _row(measure: Measure) -> tuple[str | int, ...]:
    said: dict[str, str | int] = {
        Measures.REF: measure.ref,
        Measures.AREA: measure.area,
        Measures.DESCRIPTION: measure.description,
        Measures.KEY_HEADING: measure.key_heading,
        Measures.UNIT: measure.unit,
        Measures.DECIMALS: measure.decimals,
        Measures.POLARITY: measure.polarity,
        Measures.NUMERATOR: measure.numerator,
        Measures.DENOMINATOR: measure.denominator,
        Measures.KEY: "yes" if measure.key else "",
        Measures.OWNER: measure.owner,
        Measures.DEFINITION: measure.definition,
        Measures.LIMITS: measure.control_limits,
    }
    return tuple(said.get(heading, "") for heading in Measures.COLUMNS)
