"""Which figures are hidden, and why: worked by hand, case by case."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.share_data import ISSUE, SHAPES, count, ratio
from xl_addin.errors import WorkbookRefused
from xl_addin.history import History, Revision
from xl_addin.layout import Settings
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.share import Reason, Rule, suppress
from xl_addin.share.rule import read_rule
from xl_addin.table import Table

CHAIN = SHAPES["chain"]
SMALL, REST, PART, RATIO = Reason.SMALL, Reason.REST, Reason.PART, Reason.RATIO


def hidden_of(catalogue, values, rule=None, earlier=()):
    """The reasons in one month, given a value for each ref; its counts may follow it."""
    seen = [
        Observation(ref, ISSUE, *([v] if not isinstance(v, tuple) else [v[0], "", *v[1:]]))
        for ref, v in values.items()
    ]
    history = History(Revision(one, 1, datetime(2015, 7, 1), "test") for one in seen)
    before = [(ref, ISSUE) for ref in earlier]
    found = suppress(catalogue, history, (ISSUE,), rule or Rule(), before)
    return {ref: why for (ref, _), why in found.hidden.items()}


CASES = {
    "nothing is small": ({"W": 50, "P": 20, "R": 0.4}, {}),
    "a small part": ({"W": 50, "P": 5, "R": 0.1}, {"P": SMALL, "R": RATIO}),
    "a true zero": ({"W": 50, "P": 0, "R": 0.0}, {}),
    "all of them": ({"W": 50, "P": 50, "R": 1.0}, {}),
    "a small rest": ({"W": 10, "P": 8, "R": 0.8}, {"P": REST, "R": RATIO}),
    "a rest of six": ({"W": 12, "P": 6, "R": 0.5}, {}),
    "small part and rest": ({"W": 9, "P": 4, "R": 4 / 9}, {"P": SMALL, "R": RATIO}),
    "a small whole": ({"W": 4, "P": 0, "R": 0.0}, {"W": SMALL, "P": PART, "R": RATIO}),
    "parts of a hidden part": (
        {"W": 100, "P": 98, "Q": 40, "R": 0.98, "S": 40 / 98},
        {"P": REST, "Q": PART, "R": RATIO, "S": RATIO},
    ),
    "a part of a part that is shown": (
        {"W": 100, "P": 50, "Q": 48, "R": 0.5, "S": 0.96},
        {"Q": REST, "S": RATIO},
    ),
    "the part is not known, the rounding says few": ({"W": 50, "R": 0.02}, {"R": Reason.FEW}),
    "the part is not known, the rounding says few are left": (
        {"W": 50, "R": 0.98},
        {"R": Reason.FEW},
    ),
    "the part is not known and not small": ({"W": 50, "R": 0.5}, {}),
    "the whole is not known, few are left": ({"P": 50, "R": 0.98}, {"R": Reason.FEW}),
    "the whole is not known, many are left": ({"P": 50, "R": 0.5}, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_month_hides(case):
    values, expected = CASES[case]
    assert hidden_of(CHAIN, values) == expected


def test_a_part_of_something_shown_as_nothing_is_known_to_be_nothing():
    values = {"W": 0, "V": 3, "P": 0, "S": 0.0}
    assert hidden_of(SHAPES["two wholes"], values) == {"V": SMALL, "S": RATIO}


COUNTED = {
    (0.075, 3, 40): {"X": Reason.FEW},
    (0.925, 37, 40): {"X": Reason.FEW},
    (0.5, 20, 40): {},
    (0.0, 0, 40): {},
    (0.0, 0, 4): {"X": Reason.FEW},
    (0.02,): {},
}


@pytest.mark.parametrize("value", COUNTED)
def test_a_percentage_that_stands_for_few_children_is_hidden_where_its_counts_are_known(value):
    catalogue = Catalogue((count("A"), Measure("X", "", "Per cent", unit=Unit.PERCENTAGE)))
    numerator_and_denominator = (value[0], *value[1:])
    assert hidden_of(catalogue, {"A": 10, "X": numerator_and_denominator}) == COUNTED[value]


OF_A_WHOLE = Catalogue(
    (count("W"), Measure("X", "", "Per cent of W", unit=Unit.PERCENTAGE, denominator="W"))
)
OF_HOW_MANY = {
    (0.98, 42): {"X": Reason.FEW},  # the issue of January 2015: 41 of 42 conferences, 1 is left
    (0.93, 58): {"X": Reason.FEW},  # 54 of 58, 4 are left
    (0.78, 45): {},  # 35 of 45, 10 are left
    (0.02, 57): {"X": Reason.FEW},  # 1 of 57
    (0.0, 57): {},
    (1.0, 57): {},
    (0.0, 400): {"X": Reason.FEW},  # 0 %, but 1 of 400 prints so too
    (0.5, 4): {"W": SMALL, "X": RATIO},
    (0.5, None): {},
}


@pytest.mark.parametrize("value", OF_HOW_MANY)
def test_a_percentage_of_a_measure_is_hidden_where_it_may_stand_for_few_children(value):
    percentage, whole = value
    assert hidden_of(OF_A_WHOLE, {"X": percentage, "W": whole}) == OF_HOW_MANY[value]


@pytest.mark.parametrize("whole", [6, 11, 12, 38, 60, 101, 640])
def test_no_percentage_of_a_measure_that_is_shown_can_be_a_small_count_or_leave_one(whole):
    """Every count that prints as the percentage is tried, with rounding of its own."""
    hidden = 0
    for percent in range(101):
        possible = [k for k in range(whole + 1) if (200 * k + whole) // (2 * whole) == percent]
        tells = any(0 < few <= 5 for k in possible for few in (k, whole - k))
        found = hidden_of(OF_A_WHOLE, {"X": percent / 100, "W": whole})
        assert found == ({"X": Reason.FEW} if tells else {}) or not possible, (percent, found)
        hidden += tells
    assert hidden > 2


def test_the_threshold_is_the_settings():
    values = {"W": 50, "P": 10, "R": 0.2}
    assert hidden_of(CHAIN, values, Rule(10)) == {"P": SMALL, "R": RATIO}
    assert hidden_of(CHAIN, values, Rule(9)) == {}


def test_what_was_hidden_stays_hidden_with_its_parts_and_percentages():
    values = {"W": 50, "P": 20, "Q": 10, "R": 0.4, "S": 0.5}
    found = hidden_of(CHAIN, values, earlier=("P",))
    assert found == {"P": Reason.EARLIER, "Q": PART, "R": RATIO, "S": RATIO}
    assert hidden_of(CHAIN, {"W": 50}, earlier=("P",)) == {}, "a withdrawn figure says nothing"


def test_an_average_is_shown_only_where_every_hidden_count_gives_the_same():
    """Eleven months and one of 1 to 5: 991 to 995 ÷ 12 is 83, 1046 to 1050 ÷ 12 is 87 or 88."""
    catalogue = Catalogue((count("A"),))
    months = ISSUE.window(12)
    for others, same in ((90, True), (95, False)):
        history = History(
            Revision(
                Observation("A", m, 3.0 if m == ISSUE else float(others)),
                1,
                datetime(2015, 7, 1),
                "",
            )
            for m in months
        )
        found = suppress(catalogue, history, months, Rule())
        shown = [history.observed("A", m).shown for m in months]
        assert found.shows_average(catalogue["A"], months, shown) is same
        assert found.shows_maximum(catalogue["A"], months, shown)


def settings(**values):
    rows = tuple((name, value, "") for name, value in values.items())
    return Table(Settings.TABLE, "Settings", Settings.COLUMNS, rows, 5)


def test_the_rule_is_read_from_the_settings():
    table = settings(**{Settings.SMALL_COUNT: 7.0, Settings.WHOLE_VALUES: 6.0})
    assert read_rule(table) == Rule(7, 6)
    assert read_rule(settings()) == Rule(5, 5)


@pytest.mark.parametrize("value", [0, -1, 2.5, "five", None, True])
def test_a_threshold_that_is_no_whole_number_is_refused(value):
    with pytest.raises(WorkbookRefused, match=r"Settings, row 5: “Suppression threshold” is"):
        read_rule(settings(**{Settings.SMALL_COUNT: value}))


def test_a_ratio_of_a_measure_to_itself_is_no_circle():
    catalogue = Catalogue((count("A"), ratio("R", "A", "A")))
    assert hidden_of(catalogue, {"A": 3, "R": 1.0}) == {"A": SMALL, "R": RATIO}
