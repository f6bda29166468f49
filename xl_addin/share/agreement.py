"""What somebody agreed to show although nobody knows of how many people it is: in Measures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.hidden_month import Reason
from xl_addin.disclosure.suppression import Suppression
from xl_addin.layout import Measures
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.table import text_of
from xl_addin.update import Row, SetRows
from xl_addin.values import replace


def not_agreed(catalogue: Catalogue, suppression: Suppression) -> tuple[Measure, ...]:
    """The measures that are hidden only because nobody knows of how many they are."""
    refs = {ref for (ref, _), why in suppression.hidden.items() if why is Reason.UNCOUNTED}
    return tuple(m for m in catalogue if m.ref in refs and not m.shown_without_counts)


def with_agreed(
    workbook: Workbook, refs: Collection[str], occasion: Occasion
) -> tuple[Workbook, SetRows]:
    """The workbook once Measures says who agreed and when, and the change that does it."""
    day = occasion.when
    said = f"{occasion.who}, {day.day} {Month(day.year, day.month).label}"
    measures = tuple(
        replace(m, shown_without_counts=said) if m.ref in refs else m for m in workbook.catalogue
    )
    catalogue = replace(workbook.catalogue, measures=measures)
    rows = tuple(Row((text,), was=at) for at, text in enumerate(_texts(workbook, refs, said)))
    return replace(workbook, catalogue=catalogue), SetRows(Measures.TABLE, (Measures.SHOWN,), rows)


def _texts(workbook: Workbook, refs: Collection[str], said: str) -> Iterator[str]:
    for _, record in workbook.tables[Measures.TABLE].records():
        is_agreed = text_of(record[Measures.REF]) in refs
        yield said if is_agreed else text_of(record.get(Measures.SHOWN, ""))
