"""What two copies say together, also where not both can be true: a figure was restated."""

from __future__ import annotations

from tests.support.share_data import ISSUE, count
from xl_addin.disclosure.components import Line
from xl_addin.disclosure.intervals import Seen, SeenRow, too_narrow
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue

SUM = Catalogue((count("T", sum_of="A; B; C"), *map(count, "ABC")))
CELLS = {ref: (ref, ISSUE) for ref in "ABC"}


def told(*beside: Line) -> dict[str, tuple[float, float]]:
    """What comes out of a copy that shows 30 in all and hides its parts, beside another's lines."""
    shown = {"T": 30.0, **dict.fromkeys("ABC", "[c]")}
    rows = [SeenRow(ref, {ISSUE: cell}, {}) for ref, cell in shown.items()]
    free = frozenset(CELLS.values())
    seen = Seen(SUM, rows, Rule(5, 5), free=free, beside=beside, supposes=True)
    return {one.what: (one.least, one.greatest) for one in too_narrow(seen)}


def line(parts: str, total: float) -> Line:
    return Line({CELLS[ref]: 1.0 for ref in parts}, total, total)


def test_two_copies_that_can_both_be_true_are_put_together():
    assert told(line("AB", 27.0)) == {"C": (3.0, 3.0)}


def test_of_a_copy_that_cannot_be_true_as_a_whole_each_equation_is_believed_by_itself():
    """The other copy had 25 in all: that was restated. That B and C are 27 may still be so."""
    assert told(line("ABC", 25.0)) == {}
    assert told(line("ABC", 25.0), line("BC", 27.0)) == {"A": (3.0, 3.0)}
