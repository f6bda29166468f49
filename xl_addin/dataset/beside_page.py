"""What officers wrote beside the page, not in its table: it stays in its rows, and that is said.

Only what stands in the table goes along with a measure that moves: what stands outside keeps its
place on the sheet, beside another measure then.
"""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, listed
from xl_addin.update import OUTSIDE, OnCells, SetRows

_OF_ONE = (
    "Column {columns} stands beside the table, not in it: what is written there stays in {rows} "
    "while measures move."
)
_OF_SEVERAL = (
    "Columns {columns} stand beside the table, not in it: what is written there stays in {rows} "
    "while measures move."
)
_REMEDY = (
    "Say no and make that part of the table first (drag the corner at the table's lower right over "
    "it, or move it inside), or see afterwards that it stands beside the right measures."
)
_MOST = 8
"""How many columns are named."""


def stays_outside(change: SetRows, workbook: Workbook, on_page: OnCells) -> Iterator[Problem]:
    """The columns outside the page's table that have something in rows whose measure moves."""
    goes = {row.was: number for number, row in enumerate(change.rows)}
    columns: dict[str, None] = {}
    rows: set[int] = set()
    for (row, heading), things in sorted(on_page.items()):
        if heading == OUTSIDE and goes.get(row) != row:
            columns |= dict.fromkeys(thing.says for thing in things)
            rows.add(workbook.dataset.first_row + row)
    if columns:
        found = _OF_ONE if len(columns) == 1 else _OF_SEVERAL
        said = found.format(columns=listed([*columns], _MOST), rows=_in_words(rows))
        yield Problem(workbook.dataset.sheet, said, _REMEDY)


def _in_words(rows: set[int]) -> str:
    first, last = min(rows), max(rows)
    return f"row {first}" if first == last else f"rows {first} to {last}"
