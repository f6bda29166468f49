"""Wording: descriptions and areas that an officer rewrote on the page, and not in Measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_addin.dataset.workbook import Workbook
from xl_addin.layout import Dataset, Measures
from xl_addin.measure import Measure
from xl_addin.table import CellValue, text_of
from xl_addin.update import Row, SetRows
from xl_addin.values import replace, value_type


@value_type
class Reworded:
    """A row of the page whose words are not those of Measures. ``heading`` is its column."""

    place: str
    ref: str
    heading: str
    page: str
    measures: str


def find_reworded(workbook: Workbook) -> tuple[Reworded, ...]:
    """Every description and area of the page that Measures has otherwise; blanks are none."""
    return tuple(
        Reworded(place, ref, heading, shown, listed)
        for place, record in workbook.dataset.records()
        if (ref := text_of(record[Dataset.REF])) in workbook.catalogue
        for heading, listed in _words(workbook.catalogue[ref])
        if (shown := text_of(record[heading])) and shown != listed.strip()
    )


def _words(measure: Measure) -> tuple[tuple[str, str], ...]:
    return (Dataset.AREA, measure.area), (Dataset.DESCRIPTION, measure.description)


def with_wording(workbook: Workbook) -> tuple[Workbook, SetRows]:
    """The workbook once Measures has the words of the page, and the change that does it."""
    words: dict[str, dict[str, str]] = {}
    for found in find_reworded(workbook):
        words.setdefault(found.ref, {})[found.heading] = found.page
    measures = tuple(
        replace(
            measure,
            area=words.get(measure.ref, {}).get(Dataset.AREA, measure.area),
            description=words.get(measure.ref, {}).get(Dataset.DESCRIPTION, measure.description),
        )
        for measure in workbook.catalogue
    )
    rows = tuple(Row(cells, was=at) for at, cells in enumerate(_cells(workbook, words)))
    catalogue = replace(workbook.catalogue, measures=measures)
    columns = (Measures.AREA, Measures.DESCRIPTION)
    return replace(workbook, catalogue=catalogue), SetRows(Measures.TABLE, columns, rows)


def _cells(
    workbook: Workbook, words: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[CellValue, CellValue]]:
    table = workbook.tables[Measures.TABLE]
    for row in table.rows:
        record = dict(zip(table.headings, row, strict=True))
        new = words.get(text_of(record[Measures.REF]), {})
        area, description = record[Measures.AREA], record[Measures.DESCRIPTION]
        yield new.get(Dataset.AREA, area), new.get(Dataset.DESCRIPTION, description)
