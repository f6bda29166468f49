"""The workbook's own sheet for a return: its table with the one month above it.

Each measure has a row, in the order of Measures, with its description beside the ref. Since the
second edition the month of all rows stands above the table; the first had one in each row, and so
have rows pasted from a file, whose month then stands under Description.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from xl_addin.dataset.editions import lacks
from xl_addin.dataset.renames import Renames
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem
from xl_addin.layout import Measures, Name, Return
from xl_addin.measure import Catalogue
from xl_addin.refs import RefFinder
from xl_addin.returns.headings import month_problem, parse_month
from xl_addin.table import CellValue, Formula, Grid, Table, text_of
from xl_addin.update import Row, SetRows, stands_already

DESCRIPTION_FORMULA = (
    f"=IFERROR(INDEX({Measures.TABLE}[{Measures.DESCRIPTION}],"
    f'MATCH({{ref}},{Name.MEASURE_REFS},0))&"","")'
)
"""The description of the measure whose ref stands in a cell."""


def own_grid(table: Table, month: CellValue) -> Grid:
    """The table as a tidy return: each row that says something with its month."""
    rows = tuple(
        _tidy_row(dict(zip(table.headings, row, strict=True)), month) for row in table.rows
    )
    return Grid(table.sheet, (Return.COLUMNS, *rows), table.first_row - 1)


def _tidy_row(record: Mapping[str, CellValue], month: CellValue) -> tuple[CellValue, ...]:
    own = _own_month(record)
    if own is None and _says_something(record):
        own = month
    return (record[Return.REF], own, *(record[heading] for heading in Return.SAID))


def _own_month(record: Mapping[str, CellValue]) -> CellValue:
    """The month that a row itself names, if any."""
    if text_of(own := record.get(Return.MONTH)):
        return own
    pasted = record.get(Return.DESCRIPTION)
    return pasted if parse_month(pasted) else None


def _says_something(record: Mapping[str, CellValue]) -> bool:
    return any(text_of(record[heading]) for heading in Return.SAID)


def month_problems(workbook: Workbook) -> Iterator[Problem]:
    """That the month above the table is missing or cannot be read, where a row needs it."""
    table, month = workbook.tables[Return.TABLE], workbook.return_month
    needed = any(_says_something(r) and _own_month(r) is None for _, r in table.records())
    if not needed or Name.RETURN_MONTH in lacks(workbook.edition) or parse_month(month):
        return
    place = f"{table.sheet}, Month above the table"
    if text_of(month):
        yield month_problem(month, place)
    else:
        yield Problem(place, "It is blank.", "Write the month of the figures there: Jun 2015.")


def follow_measures(workbook: Workbook) -> SetRows | None:
    """What has to change for the table to have a row for each measure; None when it has.

    What is typed stays in its measure's row, and with a ref that is no longer listed at the end.
    """
    table = workbook.tables[Return.TABLE]
    lacking = lacks(workbook.edition)
    columns = tuple(
        heading
        for heading in (Return.REF, Return.DESCRIPTION)
        if (Return.TABLE, heading) not in lacking
    )
    rows = tuple(_rows(table, workbook.catalogue, workbook.carried.renames, len(columns)))
    if stands_already(table, columns, rows):
        return None
    return SetRows(Return.TABLE, columns, rows)


def _rows(table: Table, catalogue: Catalogue, renames: Renames, width: int) -> Iterator[Row]:
    finder = RefFinder(catalogue)
    records = [dict(zip(table.headings, row, strict=True)) for row in table.rows]
    found = [finder.find(renames.get(ref, ref)) for ref in map(_ref, records)]
    standing: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        standing[one.ref if one else ""].append(number)
    for measure in catalogue:
        places = standing[measure.ref]
        for place in places:
            beside = _beside(records[place], measure.description)
            yield Row((measure.ref, beside)[:width], place)
        if not places:
            new = (measure.ref, _beside({}, measure.description))[:width]
            yield Row(new, number_formats={Return.VALUE: measure.number_format})
    for number, (record, measured) in enumerate(zip(records, found, strict=True)):
        if measured is None and _is_used(record):
            yield Row((_ref(record) or None, _beside(record, ""))[:width], number)


def _ref(record: Mapping[str, CellValue]) -> str:
    return text_of(record[Return.REF])


def _is_used(record: Mapping[str, CellValue]) -> bool:
    """Whether anything stands in a row but what it is about."""
    named = (Return.REF, Return.DESCRIPTION, Return.MONTH)
    return any(text_of(cell) for heading, cell in record.items() if heading not in named)


def _beside(record: Mapping[str, CellValue], description: str) -> CellValue | Formula:
    """What stands beside a ref: its description, or the month of a row pasted from a file."""
    pasted = record.get(Return.DESCRIPTION)
    if parse_month(pasted):
        return pasted
    return Formula(DESCRIPTION_FORMULA.format(ref=f"[@[{Return.REF}]]"), description)
