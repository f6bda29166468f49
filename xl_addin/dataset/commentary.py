"""Commentary: what officers say of a measure's month, who acts, and by when; kept by month.

No refresh writes into the table Commentary, save a measure's new ref where it was renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem
from xl_addin.layout import SINCE, Commentary, Name, Summary
from xl_addin.period import Month
from xl_addin.table import CellValue, Table, text_of
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


def every_said(table: Table) -> dict[tuple[str, Month], Said]:
    """All that ``said_of`` finds, by ref in small letters and month: read once for many asked."""
    return {
        (text_of(record[Commentary.REF]).casefold(), month): record
        for _, record in table.records()
        if (month := _month_of(record))
    }


def _day(day: date) -> date:
    return date(day.year, day.month, day.day)


def said_formula(ref: str, heading: str, months_before: int = 0) -> str:
    """The formula that looks up what is said; ``ref`` is the cell of the measure's ref."""
    month = f"EDATE({Name.MONTH},-{months_before})" if months_before else Name.MONTH
    table, of = Commentary.TABLE, f"(TRIM({Commentary.TABLE}[{Commentary.REF}])={ref})"
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
    known = {ref.casefold() for ref in workbook.catalogue.refs} if table.rows else set()
    seen: dict[tuple[str, Month], str] = {}
    for place, record in table.records():
        ref, month = text_of(record[Commentary.REF]), _month_of(record)
        ref = renames.get(ref, ref)
        if ref.casefold() not in known:
            continue
        if month is None:
            found = f"Its month is {text_of(record[Commentary.MONTH]) or 'blank'}, so no summary "
            remedy = "Write the first of the month, such as 01/06/2015."
            yield Problem(place, f"{found}shows it.", remedy)
        elif other := seen.get((ref.casefold(), month)):
            found = f"{ref} has two rows for {month.label}: the Summary shows this, not {other}."
            yield Problem(place, found, "Put both into one row, and delete the other.")
        if month:
            seen[ref.casefold(), month] = place


def commentary_on_nothing(workbook: Workbook) -> Iterator[Problem]:
    """Commentary on what never was a measure: for a check to say, as it may stay so for good."""
    catalogue, renames = workbook.catalogue, workbook.carried.renames
    known = {ref.casefold() for ref in (*catalogue.refs, *catalogue.retired, *renames)}
    for place, record in workbook.tables[Commentary.TABLE].records():
        ref = text_of(record[Commentary.REF])
        if ref.casefold() not in known:
            found = f"It is about “{ref}”, which is no measure of the list. It is kept."
            yield Problem(place, found, "Write the ref of a measure, or leave it as a record.")


def unseen_commentary(workbook: Workbook) -> Iterator[Problem]:
    """Commentary of the month shown that came after its summary, which has no sentence for it."""
    table, summary = workbook.tables[Commentary.TABLE], workbook.tables[Summary.TABLE]
    if workbook.month is None or workbook.edition < SINCE[Summary.TABLE]:
        return
    spoken = {text_of(record[Summary.REF]).casefold() for _, record in summary.records()}
    listed = {ref.casefold() for ref in workbook.catalogue.refs}
    for place, record in table.records():
        ref = text_of(record[Commentary.REF])
        is_seen = ref.casefold() in spoken or ref.casefold() not in listed
        if not is_seen and _month_of(record) == workbook.month:
            found = f"The Summary has no sentence about {ref} yet, so nobody sees it there."
            yield Problem(place, found, "Sync notes, or the next refresh, adds one.")


def commented_in(table: Table, month: Month) -> frozenset[str]:
    """The refs, in small letters, of which something is said in a month."""
    return frozenset(
        text_of(record[Commentary.REF]).casefold()
        for _, record in table.records()
        if _month_of(record) == month
    )


def _month_of(record: Said) -> Month | None:
    """The month a row is about; None where it does not say so as the Summary looks for it."""
    day = record[Commentary.MONTH]
    return Month.of(day) if isinstance(day, date) and day.day == 1 else None
