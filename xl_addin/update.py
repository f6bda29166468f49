"""An Update: everything a refresh will change in a workbook, as plain data.

It is decided once, in refresh.py, and applied by ooxml to a closed workbook or by
excel/live to an open one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from xl_addin.errors import Problem
from xl_addin.table import CellValue, Formula, Table, same_value
from xl_addin.values import field, value_type


class Kind(StrEnum):
    """What kind of thing is put on a cell."""

    COMMENT = "comment"
    CONVERSATION = "comment with replies"
    LINK = "link"
    LOOK = "formatting"
    LIST = "validation"
    RULE = "conditional format"
    ENTRY = "entry"


@value_type
class PutOn:
    """Something that someone has put on one cell of a table.

    ``says`` is what a person reads of it, ``kept`` all it takes to put it on a cell again.
    """

    kind: Kind
    says: str
    kept: str


@value_type
class Back:
    """What a thing that left the page will be when it is on a figure again; None where it stays.

    ``found`` says of {items} what of them is lost, or why they stay; ``remedy`` what to do.
    """

    thing: PutOn | None
    found: str = ""
    remedy: str = ""


OnCells = Mapping[tuple[int, str], tuple[PutOn, ...]]
"""What is put on cells of a table: by the row, from 0, and the heading. Row -1 is the headings."""

WHOLE_ROW = "(whole row)"
"""The heading of what is put on all cells of a row."""

OUTSIDE = "(outside the table)"
"""The heading of what stands in a row of the sheet outside the table's columns, and stays there."""


@value_type
class Carry:
    """What becomes of what is put on single cells of the columns with these headings to be.

    Where such a column is renamed, what is put on its cells goes with its heading, or leaves
    with it. Then ``back`` is put on the rows to be. New rows have nothing put on them; beside
    these columns neither where ``whole_rows`` come or leave.
    """

    columns: tuple[str, ...]
    back: OnCells = field(default_factory=dict)
    whole_rows: bool = False


@value_type
class Row:
    """A row a table is to have.

    ``cells`` belong to the columns the change names. ``was`` is the row of the table, counted
    from 0, whose other columns and formats it keeps; None for a new row, which takes the
    formats of the row above, save for ``number_formats`` (Excel number format by heading).
    """

    cells: tuple[CellValue | Formula, ...]
    was: int | None = None
    number_formats: Mapping[str, str] = field(default_factory=dict)


@value_type
class SetRows:
    """Give a table exactly these rows. Columns that are not named keep what they hold.

    ``headings`` renames columns first, from old heading to new; ``columns`` are new headings.
    A row of the old table that no row names in ``was`` leaves the table.

    ``put_on`` says what becomes of what someone has put on single cells; None leaves it where
    it stands.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    headings: Mapping[str, str] = field(default_factory=dict)
    put_on: Carry | None = None


@value_type
class AppendRows:
    """Add rows at the end of a table. A table whose only row is blank is filled from there."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]


@value_type
class SetName:
    """Put values into the cells of a named range."""

    name: str
    values: tuple[tuple[CellValue, ...], ...]


@value_type
class Calculated:
    """What the formulas in a named range will show once Excel has calculated.

    A closed file stores it, so that readers that do not calculate show the same; an open
    workbook works it out by itself.
    """

    name: str
    values: tuple[tuple[CellValue, ...], ...]


Change = SetRows | AppendRows | SetName | Calculated


@value_type
class Update:
    """The changes of one refresh in the order they are made, and what to tell the officer.

    ``summary`` is one line for each kind of thing that changes; ``warnings`` do not stop it.
    """

    changes: tuple[Change, ...] = ()
    summary: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the workbook already says all of it."""
        return not self.changes


def stands_already(table: Table, columns: tuple[str, ...], rows: tuple[Row, ...]) -> bool:
    """Whether a table holds just these rows in this order, in the columns named."""
    places = [table.headings.index(column) for column in columns]
    return [row.was for row in rows] == list(range(len(table.rows))) and all(
        same_value(old[place], cell.value if isinstance(cell, Formula) else cell)
        for old, row in zip(table.rows, rows, strict=True)
        for place, cell in zip(places, row.cells, strict=True)
    )
