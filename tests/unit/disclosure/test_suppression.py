"""Which figures are hidden, and why: worked by hand, case by case."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.share_data import ISSUE, SHAPES, count, ratio, share
from xl_addin.dataset.columns import AVERAGE, CHANGE, MAXIMUM
from xl_addin.dataset.history import History, Revision
from xl_addin.disclosure.hidden_month import NOTHING_BESIDE, Beside, Reason
from xl_addin.disclosure.releases import EarlierCopies, EarlierCopy
from xl_addin.disclosure.rule import Rule, read_rule
from xl_addin.disclosure.suppression import suppress
from xl_addin.errors import CatalogueRefused, WorkbookRefused
from xl_addin.layout import Settings
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.table import Table
from xl_addin.values import replace

CHAIN = SHAPES["chain"]
SMALL, REST, PART, RATIO = Reason.SMALL, Reason.REST, Reason.PART, Reason.RATIO
FEW, OPEN, KNOWN = Reason.FEW, Reason.OPEN, Reason.KNOWN


def copies(*earlier, threshold=5):
    """Copies made before, each with the printed figures of the month by ref."""
    return Beside(
        EarlierCopies(
            tuple(
                EarlierCopy(
                    str(n), "", threshold, {(ref, ISSUE): text for ref, text in one.items()}
                )
                for n, one in enumerate(earlier)
            )
        )
    )


def hidden_of(catalogue, values, rule=None, beside=NOTHING_BESIDE):
    """The reasons in one month, given a value for each ref; its counts may follow it."""
    seen = [
        Observation(ref, ISSUE, *([v] if not isinstance(v, tuple) else [v[0], "", *v[1:]]))
        for ref, v in values.items()
    ]
    history = History(Revision(one, 1, datetime(2015, 7, 1), "test") for one in seen)
    found = suppress(catalogue, history, (ISSUE,), rule or Rule(), beside)
    return {ref: why for (ref, _), why in found.hidden.items()}


CASES = {
    "nothing is small": ({"W": 50, "P": 20, "R": 0.4}, {}),
    "a small part": ({"W": 50, "P": 5, "R": 0.1}, {"P": SMALL, "R": RATIO}),
    "a true zero": ({"W": 50, "P": 0, "R": 0.0}, {}),
    "all of them": ({"W": 50, "P": 50, "R": 1.0}, {}),
    "a small rest": ({"W": 10, "P": 8, "R": 0.8}, {"P": REST, "R": RATIO}),
    "a rest of six": ({"W": 12, "P": 6, "R": 0.5}, {}),
    "small part and rest": ({"W": 9, "P": 4, "R": 4 / 9}, {"P": SMALL, "R": RATIO}),
    "a small whole": ({"W": 4, "P": 0, "R": 0.0}, {"W": SMALL}),
    "parts of a hidden part": (
        {"W": 100, "P": 98, "Q": 40, "R": 0.98, "S": 40 / 98},
        {"P": REST, "Q": PART, "R": RATIO, "S": RATIO},
    ),
    "a part of a part that is shown": (
        {"W": 100, "P": 50, "Q": 48, "R": 0.5, "S": 0.96},
        {"Q": REST, "S": RATIO},
    ),
    "the part is not known, the rounding says few": ({"W": 50, "Q": 0, "S": 0.02}, {"S": OPEN}),
    "the part is not known and a whole itself": ({"W": 50, "R": 0.5}, {"R": OPEN}),
    "the whole is not known, few are left": ({"P": 50, "R": 0.98}, {"R": FEW}),
    "the whole is not known, many are left": ({"P": 50, "R": 0.5}, {}),
    "neither count is known": ({"R": 0.5}, {"R": OPEN}),
    "the whole is only in the percentage's own row of the return": (
        {"P": 8, "R": (0.8, 8, 10)},
        {"P": REST, "R": RATIO},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_month_hides(case):
    values, expected = CASES[case]
    assert hidden_of(CHAIN, values) == expected


PART_UNKNOWN = {
    (0.02, 50): {"R": FEW},
    (0.98, 50): {"R": FEW},
    (0.5, 50): {},
}


@pytest.mark.parametrize("value", PART_UNKNOWN)
def test_a_ratio_whose_part_is_not_recorded_is_hidden_where_its_rounding_says_few(value):
    percentage, whole = value
    found = hidden_of(SHAPES["one ratio"], {"W": whole, "R": percentage})
    assert found == PART_UNKNOWN[value]


def test_a_part_that_is_nothing_is_shown_with_its_0_per_cent_whatever_it_is_part_of():
    values = {"W": 0, "V": 3, "P": 0, "S": 0.0}
    assert hidden_of(SHAPES["two wholes"], values) == {"V": SMALL}
    values = {"W": 40, "P": 38, "Q": 0, "R": 0.95, "S": 0.0}
    assert hidden_of(CHAIN, values) == {"P": REST, "R": RATIO}


def test_0_per_cent_is_hidden_where_its_numerator_is_not_shown_as_0():
    """0% of a hidden count may be 1 of 300; and no cell says here that the numerator is 0."""
    assert hidden_of(of_a_whole(0), {"W": 3, "X": 0.0}) == {"W": SMALL, "X": RATIO}
    shown = {"W": 3, "R": (0.0, 0, 3)}
    assert hidden_of(CHAIN, shown) == {"W": SMALL, "R": RATIO}


COUNTED = {
    (0.075, 3, 40): {"X": FEW},
    (0.925, 37, 40): {"X": FEW},
    (0.5, 20, 40): {},
    (0.0, 0, 40): {},
    (0.0, 0, 4): {"X": FEW},
    (0.02,): {"X": Reason.UNCOUNTED},
}


@pytest.mark.parametrize("value", COUNTED)
def test_a_percentage_that_stands_for_few_children_is_hidden_where_its_counts_are_known(value):
    catalogue = Catalogue((count("A"), Measure("X", "", "Per cent", unit=Unit.PERCENTAGE)))
    numerator_and_denominator = (value[0], *value[1:])
    assert hidden_of(catalogue, {"A": 10, "X": numerator_and_denominator}) == COUNTED[value]


def of_a_whole(decimals):
    return Catalogue((count("W"), share("X", "W", decimals)))


AGREED = "J. Okafor, 3 Jul 2015"
WITHIN = {
    (0.02, 57): {"X": Reason.UNCOUNTED},  # 1 of 40 to 57 children: no other count prints so
    (0.2, 57): {},  # 8 of 40 would be enough
    (0.0, 57): {},
    (0.02, None): {},
}


@pytest.mark.parametrize("value", WITHIN)
def test_a_percentage_of_nobody_knows_how_many_is_shown_where_that_was_agreed(value):
    """Save where its upper bound leaves it only few children."""
    percentage, most = value
    measure = replace(share("X", ""), upper_bound="W", shown_without_counts=AGREED)
    values = {"X": percentage} | ({"W": most} if most else {})
    assert hidden_of(Catalogue((count("W"), measure)), values) == WITHIN[value]
    without = Catalogue((count("W"), replace(measure, shown_without_counts="")))
    assert hidden_of(without, values) == {"X": Reason.UNCOUNTED}


@pytest.mark.parametrize("said", ["yes", "the director"])
def test_who_agreed_to_show_a_percentage_without_counts_is_said_with_when(said):
    with pytest.raises(CatalogueRefused, match="Write who agreed and when"):
        Catalogue((replace(share("X", ""), shown_without_counts=said),))


OF_A_WHOLE = of_a_whole(0)
OF_HOW_MANY = {
    (0.98, 42): {"X": FEW},  # the issue of January 2015: 41 of 42 conferences, 1 is left
    (0.93, 58): {"X": FEW},  # 54 of 58, 4 are left
    (0.78, 45): {},  # 35 of 45, 10 are left
    (0.02, 57): {"X": FEW},  # 1 of 57
    (0.0, 57): {},
    (1.0, 57): {},
    (0.0, 400): {"X": FEW},  # 0 %, but 1 of 400 prints so too
    (0.5, 4): {"W": SMALL, "X": RATIO},
    (0.5, None): {"X": OPEN},  # the 42 may come with the next return
    (0.97, 42): {"X": FEW},  # 41 of 42 cut off after 97: no whole number rounds to 97
    (0.95, 10): {"X": FEW},  # no whole number at all
    (41 / 42, 42): {"X": FEW},
    ((0.5, 20, 40), 42): {},  # counts of its own, and of what is shown beside it
    ((0.9, 36, 40), 42): {"X": FEW},
    ((0.1, 30, 300), 42): {"X": FEW},  # nobody who reads 10% of 42 can know of the 300
    ((0.02, 7, 300), 300): {},  # 2% of 300 may be 5 to 7; it is 7
    ((0.02, 5, 300), 300): {"X": FEW},
    ((0.5, None, 40), None): {},
    ((0.975, None, 40), None): {"X": FEW},
}


@pytest.mark.parametrize("value", OF_HOW_MANY)
def test_a_percentage_of_a_measure_is_hidden_where_it_may_stand_for_few_children(value):
    percentage, whole = value
    assert hidden_of(OF_A_WHOLE, {"X": percentage, "W": whole}) == OF_HOW_MANY[value]


GIVEN_COARSELY = {
    (1, 0.98, 42): {"X": FEW},  # "98%" prints 98.0%, and is 41 of 42
    (2, 0.93, 58): {"X": FEW},  # 54 of 58
    (1, 0.98, 300): {"X": FEW},  # 98.0% is 294 of 300, but 98% may be 295
    (1, 0.5, 42): {},
    (1, 0.976, 42): {"X": FEW},
    (1, 0.763, 38): {},  # 29 of 38
}


@pytest.mark.parametrize("value", GIVEN_COARSELY)
def test_a_percentage_may_come_with_fewer_decimals_than_it_is_printed_with(value):
    decimals, percentage, whole = value
    found = hidden_of(of_a_whole(decimals), {"X": percentage, "W": whole})
    assert found == GIVEN_COARSELY[value]


def test_a_whole_that_is_not_recorded_does_not_bring_a_percentage_of_it_to_light():
    """8.4% of 500 can only be 42, of which 98% are 41."""
    catalogue = Catalogue((count("V"), count("W"), ratio("R", "W", "V", 1), share("X", "W")))
    assert hidden_of(catalogue, {"V": 500, "R": 0.084, "X": 0.98}) == {"R": OPEN, "X": OPEN}


def test_what_a_percentage_is_of_stays_known_when_it_is_withdrawn():
    """An earlier copy showed the 42: 98% in the next would be 41."""
    when = datetime(2015, 7, 1)
    seen = [
        Revision(Observation("W", ISSUE, 42.0), 1, when, "test"),
        Revision(Observation("W", ISSUE, status="Not updated"), 2, when, "test"),
        Revision(Observation("X", ISSUE, 0.98), 1, when, "test"),
    ]
    assert suppress(OF_A_WHOLE, History(seen), (ISSUE,), Rule()).hides("X", ISSUE)


@pytest.mark.parametrize("whole", [6, 11, 12, 38, 60, 101, 640])
def test_no_percentage_of_a_measure_that_is_shown_can_be_a_small_count_or_leave_one(whole):
    """Every count that prints as the percentage is tried, with rounding of its own."""
    hidden = 0
    for percent in range(101):
        possible = [k for k in range(whole + 1) if (200 * k + whole) // (2 * whole) == percent]
        nearest = possible or [whole * percent // 100, whole * percent // 100 + 1]
        tells = any(0 < few <= 5 for k in nearest for few in (k, whole - k))
        found = hidden_of(OF_A_WHOLE, {"X": percent / 100, "W": whole})
        assert found == ({"X": FEW} if tells else {}), (percent, found)
        hidden += tells
    assert hidden > 2


def test_the_threshold_is_the_settings():
    values = {"W": 50, "P": 10, "R": 0.2}
    assert hidden_of(CHAIN, values, Rule(10)) == {"P": SMALL, "R": RATIO}
    assert hidden_of(CHAIN, values, Rule(9)) == {}


KNOWN_BEFORE = {
    "a denominator that comes late": (
        [{"P": "8"}],
        {"W": 10, "P": 8, "R": 0.8},
        {"W": KNOWN, "P": REST, "R": RATIO},
    ),
    "a whole restated while its part stays": (
        [{"W": "50", "P": "8", "R": "16%"}],
        {"W": 10, "P": 8, "R": 0.8},
        {"W": KNOWN, "P": REST, "R": RATIO},
    ),
    "a new measure that is the whole of a part of a part": (
        [{"Q": "8"}],
        {"W": 12, "P": 12, "Q": 8, "R": 1.0, "S": 8 / 12},
        {"W": KNOWN, "P": KNOWN, "Q": REST, "R": RATIO, "S": RATIO},
    ),
    "a part that is restated near what its whole once was": (
        [{"W": "10", "P": "[c]"}],
        {"W": 50, "P": 8, "R": 0.16},
        {"P": REST, "R": RATIO},
    ),
    "a part that is nowhere near": ([{"W": "10", "P": "[c]"}], {"W": 50, "P": 30, "R": 0.6}, {}),
    "nothing new": ([{"W": "10", "P": "8"}], {"W": 10, "P": 8}, {"P": REST}),
    "a percentage, then what it is of": (
        [{"S": "40%"}],
        {"P": 10},
        {"P": KNOWN},
    ),
    "what a percentage was of, then the percentage": (
        [{"P": "42"}],
        {"P": 420, "S": 0.98},
        {"S": Reason.KNOWN},
    ),
}


@pytest.mark.parametrize("case", KNOWN_BEFORE)
def test_what_earlier_copies_showed_counts_as_known(case):
    earlier, values, expected = KNOWN_BEFORE[case]
    assert hidden_of(CHAIN, values, beside=copies(*earlier)) == expected


def test_a_percentage_hidden_only_because_its_denominator_was_late_is_released():
    beside = copies({"X": "[c]"})
    assert hidden_of(OF_A_WHOLE, {"X": 0.4}, beside=beside) == {"X": OPEN}
    assert hidden_of(OF_A_WHOLE, {"X": 0.4, "W": 500}, beside=beside) == {}


def test_what_was_hidden_by_a_greater_threshold_is_held_to_that():
    values = {"W": 50, "P": 8, "R": 0.16}
    assert hidden_of(CHAIN, values, beside=copies({"P": "[c]"}, threshold=10)) == {
        "P": SMALL,
        "R": RATIO,
    }
    assert hidden_of(CHAIN, values, beside=copies({"P": "[c]"}, threshold=5)) == {}


def test_an_average_is_shown_only_where_every_hidden_count_gives_the_same():
    """Eleven months and one of 1 to 5: 991 to 995 ÷ 12 is 83, 1046 to 1050 ÷ 12 is 87 or 88."""
    catalogue = Catalogue((count("A"),))
    months = ISSUE.window()
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
        assert found.shows(AVERAGE, catalogue["A"], months, shown) is same
        assert found.shows(MAXIMUM, catalogue["A"], months, shown)
        assert not found.shows(CHANGE, catalogue["A"], months, shown), "its latest month is hidden"


def settings(**values):
    rows = tuple((name, value, "") for name, value in values.items())
    return Table(Settings.TABLE, "Settings", Settings.COLUMNS, rows, 5)


def test_the_rule_is_read_from_the_settings():
    table = settings(**{Settings.SMALL_COUNT: 7.0, Settings.WHOLE_VALUES: 6.0})
    assert read_rule(table) == Rule(7, 6)
    assert read_rule(settings()) == Rule(5, 5)


@pytest.mark.parametrize("value", [0, -1, 1, 2, 3.5, "five", None, True])
def test_a_threshold_that_is_no_whole_number_from_3_is_refused(value):
    with pytest.raises(WorkbookRefused, match=r"Settings, row 5: “Suppression threshold” is"):
        read_rule(settings(**{Settings.SMALL_COUNT: value}))


def test_a_ratio_of_a_measure_to_itself_is_no_circle():
    catalogue = Catalogue((count("A"), ratio("R", "A", "A")))
    assert hidden_of(catalogue, {"A": 3, "R": 1.0}) == {"A": SMALL, "R": RATIO}
