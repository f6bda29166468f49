"""What officers say beside the sentences of a copy: carried as written, or withheld like notes.

Commentary and actions are free words. In a copy that hides small counts they stand by the rule of
the data notes: not on a measure with anything hidden, nor near one where they hold a number, unless
the officer has read them and says that they are safe. Who acts is a member of staff, and copies go
outside the team: named only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

from xl_addin.dataset.commentary import Said, every_said
from xl_addin.dataset.renames import renamed
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.redaction import Discretion, holds_a_number, kin
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
        key = ref.casefold()
        said = {before: self._said.get((key, self.month.plus(-before))) for before in (0, 1)}
        cells = ((heading, said[before], column) for heading, column, before in SAID)
        words = {heading: _in_words(row[column]) for heading, row, column in cells if row}
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
        words = ". ".join(f"on {t}" if h == Summary.DUE else t for h, t in said.items())
        note = DataNote(None, ref, words)
        if ref not in self.told or self.beside.safe(note, {ref}) != note:
            return False
        return ref not in self._near or not holds_a_number(words, self.workbook.catalogue)

    @property
    def commented(self) -> frozenset[str]:
        """The measures of which something is said in the month, in small letters."""
        return frozenset(ref for ref, month in self._said if month == self.month)

    def read(self) -> Iterator[tuple[str, str]]:
        """Each measure of which something is said, and the words: what the officer has to read."""
        for ref in self.workbook.catalogue.refs:
            if said := self.as_written(ref):
                yield ref, "; ".join(said.values())

    @cached_property
    def _said(self) -> Mapping[tuple[str, Month], Said]:
        table = self.workbook.tables[Commentary.TABLE]
        return every_said(renamed(table, self.workbook.carried.renames))

    @cached_property
    def _near(self) -> set[str]:
        """The measures of which nothing is told, and those they give or share a ratio with."""
        catalogue = self.workbook.catalogue
        return kin(catalogue, set(catalogue.refs) - self.told)


def _in_words(cell: CellValue) -> str:
    if isinstance(cell, date):
        return f"{cell.day} {Month.of(cell).label}"
    return text_of(cell)
