"""What officers say beside the sentences of a copy: carried as written, or withheld like notes.

Commentary and actions are free words. In a copy that hides small counts they stand by the rule of
the data notes: not on a measure with anything hidden, nor near one where they hold a number, unless
the officer has read them and says that they are safe. Who acts is a member of staff, and copies go
outside the team: named only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xl_addin.dataset.commentary import said_of
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.redaction import Discretion
from xl_addin.layout import Commentary, Summary
from xl_addin.notes import DataNote
from xl_addin.period import Month
from xl_addin.table import CellValue, text_of
from xl_addin.values import value_type

SAID = (
    (Summary.COMMENTARY, Commentary.TEXT, 0),
    (Summary.ACTION, Commentary.ACTION, 0),
    (Summary.OWNER, Commentary.OWNER, 0),
    (Summary.DUE, Commentary.DUE, 0),
    (Summary.LAST, Commentary.TEXT, 1),
)
"""The columns beside sentences: from which column of the table, of how many months before."""


@value_type
class SaidBeside:
    """What officers say of measures in a month, as a copy may carry it.

    ``told`` are the measures of which nothing is hidden; ``safe`` those whose commentary the
    officer has read and found safe beside this copy's figures. ``beside`` None: nothing is hidden.
    """

    workbook: Workbook
    month: Month
    beside: Discretion | None
    told: frozenset[str]
    safe: frozenset[str] = frozenset()
    owners: bool = False

    def as_written(self, ref: str) -> dict[str, str]:
        """All that is said, by heading: what is not blank."""
        table = self.workbook.tables[Commentary.TABLE]
        said = {before: said_of(table, ref, self.month.plus(-before)) for before in (0, 1)}
        cells = ((heading, said[before][column]) for heading, column, before in SAID)
        words = {heading: _in_words(cell) for heading, cell in cells}
        wanted = words if self.owners else {h: w for h, w in words.items() if h != Summary.OWNER}
        return {heading: text for heading, text in wanted.items() if text}

    def carried(self, ref: str) -> dict[str, str]:
        """What of it a copy carries, by heading; ``[c]`` for what it withholds."""
        said = self.as_written(ref)
        return said if self.is_safe(ref, said) else dict.fromkeys(said, Mark.HIDDEN.value)

    def is_safe(self, ref: str, said: dict[str, str]) -> bool:
        """Whether words may stand."""
        if self.beside is None or ref in self.safe or not said:
            return True
        note = DataNote(None, ref, ". ".join(said.values()))
        return ref in self.told and self.beside.safe(note, {ref}) == note

    def read(self) -> Iterator[tuple[str, str]]:
        """Each measure of which something is said, and the words: what the officer has to read."""
        for ref in self.workbook.catalogue.refs:
            if said := self.as_written(ref):
                yield ref, "; ".join(said.values())


def _in_words(cell: CellValue) -> str:
    if isinstance(cell, date):
        return f"{cell.day} {Month.of(cell).label}"
    return text_of(cell)
