"""A row of the Refresh log."""

from __future__ import annotations

from datetime import date, datetime

from xl_addin.table import CellValue
from xl_addin.values import fields_of, value_type


@value_type
class LogRow:
    """What the log says of one piece of work, in the order of layout.RefreshLog.COLUMNS.

    ``month`` is the first day of the month shown. Where no return came in, there is no digest
    of one and nothing is counted. The seal, the last column, is set on all of it.
    """

    when: datetime
    who: str
    month: date | None
    source: str
    digest: str | None = None
    added: int | None = None
    restated: int | None = None
    not_updated: int | None = None
    missing: int | None = None
    warnings: CellValue = None
    version: str = ""

    @property
    def cells(self) -> tuple[CellValue, ...]:
        """Its cells, without the seal."""
        return tuple(getattr(self, name) for name in fields_of(self))
