"""Three measures, one of them a ratio, and what is returned of them."""

from __future__ import annotations

from datetime import datetime

from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.returns import Entry, Return
from xl_addin.table import CellValue, Sheets

CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("M2", "MASH", "Referrals"),
        Measure("M3", "MASH", "Share", "", Unit.PERCENTAGE, numerator="M2", denominator="M1"),
    )
)
WHEN = datetime(2015, 9, 3, 10, 0)
OCCASION = Occasion(WHEN, "officer", "0.1.0")
MAY, JUNE, JULY, AUGUST = (Month(2015, n) for n in (5, 6, 7, 8))


def return_of(
    *figures: tuple[str, Month, float | str | None], source: str = "June return.csv"
) -> Return:
    """A return: each figure a ref, a month, and a number or the reason why there is none."""
    entries = tuple(
        Entry(
            Observation(
                ref,
                month,
                None if isinstance(value, str) else value,
                value if isinstance(value, str) else "",
            ),
            f"{source}, row {number}",
        )
        for number, (ref, month, value) in enumerate(figures, 2)
    )
    return Return(entries, source, "ab" * 32)


def row_of(sheets: Sheets, ref: str) -> dict[str, CellValue]:
    """The row of a measure on the page, by its headings."""
    table = sheets.tables["Dataset"]
    (row,) = (row for row in table.rows if row[0] == ref)
    return dict(zip(table.headings, row, strict=True))
