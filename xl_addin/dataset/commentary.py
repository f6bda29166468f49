"""Commentary: what officers say of a measure's month, who acts, and by when; kept by month.

No refresh writes into the table Commentary, save a measure's new ref where it was renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem
from xl_addin.layout import Commentary, Name
from xl_addin.period import Month
from xl_addin.table import CellValue, Table, is_blank, text_of
from xl_addin.update import Row, SetRows

Said = Mapping[str, CellValue]
"""A row of the table by heading."""


def said_of(table: Table, ref: str, month: Month) -> Said:
    """What is said of a measure in a month: of several rows the last; blank where nothing is."""
    found: Said = dict.fromkeys(Commentary.COLUMNS)
    for _, record in table.records():
        day = record[Commentary.MONTH]
        is_of_month = isinstance(day, date) and _day(day) == month.first_day
        if is_of_month and text_of(record[Commentary.REF]).casefold() == ref.casefold():
            found = record
    return found


def _day(day: date) -> date:
    return date(day.year, day.month, day.day)


def said_formula(ref: str, heading: str, months_before: int = 0) -> str:
    """The formula that looks up what is said; ``ref`` is the cell of the measure's ref."""
    month = f"EDATE({Name.MONTH},-{months_before})" if months_before else Name.MONTH
    table, of = Commentary.TABLE, f"({Commentary.TABLE}[{Commentary.REF}]={ref})"
    row = f"ROW({table}[{Commentary.MONTH}])-ROW({table}[[#Headers],[{Commentary.MONTH}]])"
    found = f"SUMPRODUCT(MAX({of}*({table}[{Commentary.MONTH}]={month})*({row})))"
    cell = f"INDEX({table}[{heading}],{found})"
    shown = f'IF({cell}="","",{cell})'
    return f'=IF({ref}="","",IFERROR(IF({found}=0,"",{shown}),""))'


def renamed_commentary(workbook: Workbook) -> SetRows | None:
    """The change that lets commentary go along with the measures that were renamed."""
    table, renames = workbook.tables[Commentary.TABLE], workbook.carried.renames
    place = table.headings.index(Commentary.REF)
    refs = [text_of(row[place]) for row in table.rows]
    if not renames.keys() & set(refs):
        return None
    rows = tuple(
        Row((renames.get(ref, row[place]),), was)
        for was, (ref, row) in enumerate(zip(refs, table.rows, strict=True))
    )
    return SetRows(Commentary.TABLE, (Commentary.REF,), rows)


def commentary_problems(workbook: Workbook) -> Iterator[Problem]:
    """Commentary that nobody will see beside its month: it is kept all the same."""
    table, renames = workbook.tables[Commentary.TABLE], workbook.carried.renames
    for place, record in table.records():
        ref, day = text_of(record[Commentary.REF]), record[Commentary.MONTH]
        if is_blank(tuple(record.values())):
            continue
        if renames.get(ref, ref) not in workbook.catalogue:
            found = f"It is about “{ref}”, which is no measure of the list. It is kept."
            yield Problem(place, found, "Write the ref of a measure, or leave it as a record.")
        elif not isinstance(day, date) or day.day != 1:
            found = f"Its month is {text_of(day) or 'blank'}, so no summary shows it."
            yield Problem(place, found, "Write the first of the month, such as 01/06/2015.")
