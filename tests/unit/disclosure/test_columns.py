"""What a column after the months tells of hidden counts: suppressed and bounded by its role."""

from __future__ import annotations

import math
from datetime import datetime

import pytest

from tests.support.share_data import ISSUE, count
from xl_addin.dataset.columns import AVERAGE, CHANGE, MAXIMUM, Role
from xl_addin.dataset.history import History, Revision
from xl_addin.disclosure import equations
from xl_addin.disclosure.hidden_month import Beside, Reason
from xl_addin.disclosure.intervals import Seen, SeenRow, too_narrow
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import suppress
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation
from xl_addin.values import replace

CATALOGUE = Catalogue((count("A"),))
MONTHS = ISSUE.window()
MINIMUM = replace(MAXIMUM, heading="Minimum", calculate=min, role=Role.LEAST)
UNKNOWN = replace(MAXIMUM, heading="Unknown", calculate=lambda values: "same", role=Role.ANYTHING)

SHOWN = [
    (MAXIMUM, 9, 5, True),
    (MAXIMUM, 0, 5, False),
    (MINIMUM, 0, 5, True),
    (MINIMUM, 9, 5, False),
    (AVERAGE, 90, 5, True),
    (AVERAGE, 95, 5, False),
    (UNKNOWN, 9, 5, False),
    (UNKNOWN, 9, 0, True),
    (CHANGE, 9, 5, True),
    (CHANGE, 9, 0, False),
    (CHANGE, 9, 12, False),
]


@pytest.mark.parametrize(("column", "others", "small", "shows"), SHOWN)
def test_a_column_is_shown_only_where_it_is_the_same_for_every_hidden_count(
    column, others, small, shows
):
    """Twelve months alike, and one of 1 to 5: 991 to 995 ÷ 12 is 83, 1046 to 1050 is 87 or 88."""
    shown = [3.0 if place == small else float(others) for place in range(13)]
    when = datetime(2015, 7, 1)
    history = History(
        Revision(Observation("A", month, figure), 1, when, "")
        for month, figure in zip(MONTHS, shown, strict=True)
    )
    found = suppress(CATALOGUE, history, MONTHS, Rule())
    assert found.shows(column, CATALOGUE["A"], MONTHS, shown) is shows


def test_a_change_to_a_month_that_is_hidden_for_what_it_tells_is_not_shown():
    """Of such a month nothing is known, however great it may be."""
    when = datetime(2015, 7, 1)
    history = History(Revision(Observation("A", m, 90.0), 1, when, "") for m in MONTHS)
    beside = Beside(more={("A", ISSUE): Reason.LINKED})
    found = suppress(CATALOGUE, history, MONTHS, Rule(), beside)
    assert found.bounds["A", ISSUE][1] == math.inf
    shown = [90.0] * 13
    assert not any(found.shows(c, CATALOGUE["A"], MONTHS, shown) for c in (CHANGE, AVERAGE))


TOLD = [
    (MAXIMUM, 5, 2, 2, (1, 2)),
    (MAXIMUM, 5, 0, 5, (5, 5)),
    (MINIMUM, 5, 4, 4, (4, 5)),
    (MINIMUM, 5, 90, 1, (1, 1)),
    (AVERAGE, 5, 90, 83, None),
    (AVERAGE, 5, 10, 10, (4, 5)),
    (CHANGE, 12, 100, -98, (2, 2)),
    (CHANGE, 0, 100, 4900, (2, 2)),
    (CHANGE, 5, 100, 4900, None),
    (MAXIMUM, 0, 0, 2, None),
]
"""Which month is hidden, what the others show and the column, and what that leaves of 1 to 5.

Eleven 10s and a mean that prints 10 add up to at least 114: the twelfth is 4 or more. Beside
eleven 0s a maximum of 5 is the twelfth itself.
"""


@pytest.mark.parametrize(("column", "hidden", "others", "told", "left"), TOLD)
def test_what_a_column_shows_bounds_the_hidden_counts_of_its_months(
    monkeypatch, column, hidden, others, told, left
):
    monkeypatch.setattr(equations, "DERIVED", (column,))
    months = dict.fromkeys(MONTHS, float(others)) | {MONTHS[hidden]: "[c]"}
    row = SeenRow("A", months, {column.heading: float(told)})
    found = [(n.month, n.least, n.greatest) for n in too_narrow(Seen(CATALOGUE, [row], Rule()))]
    assert found == ([(MONTHS[hidden], *left)] if left else [])
