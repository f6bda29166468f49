import math

import pytest

from xl_addin.dataset.derived import average, maximum, percentage_change
from xl_addin.rounding import round_half_away

REASON = "Not updated pending data accuracy work"


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (14.5, 0, 15),
        (385.5, 0, 386),
        (-14.5, 0, -15),
        (0.5, 0, 1),
        (2.5, 0, 3),
        (-0.5, 0, -1),
        (-0.4, 0, 0),
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (1.145 * 100, 0, 115),
        (9.4999999, 0, 9),
        (1e15 + 0.3, 0, 1e15),
        (123456789012345678.0, 0, 123456789012346000.0),
        (1e300, 2, 1e300),
        (4.9e-324, 3, 0),
    ],
)
def test_halves_round_away_from_zero_on_the_digits_excel_keeps(value, decimals, rounded):
    assert round_half_away(value, decimals) == rounded


def test_nothing_rounds_to_minus_zero():
    assert math.copysign(1, round_half_away(-0.4)) == 1


@pytest.mark.parametrize(
    ("latest", "last_year", "printed"),
    [
        (1363, 1303, 5),
        (393, 510, -23),
        (393 / 1363, 510 / 1303, -26),
        (6 / 11, 4 / 21, 186),
        (51, 16, 219),
        (0, 16, -100),
        (0.71, 0.74, -4),
    ],
)
def test_change_is_relative_to_last_year_on_unrounded_values(latest, last_year, printed):
    assert round_half_away(percentage_change(latest, last_year)) == printed


@pytest.mark.parametrize(
    ("latest", "last_year"),
    [(5, 0), (5, None), (None, 5), (5, REASON), (REASON, 2), (REASON, REASON), (5, True), (0, 0)],
)
def test_change_cannot_be_worked_out_without_two_figures_and_something_to_divide_by(
    latest, last_year
):
    assert percentage_change(latest, last_year) is None


def test_average_and_maximum_leave_out_what_is_not_a_number():
    shown = [6, 9, 13, 30, REASON, REASON, None, True]
    assert average(shown) == 14.5
    assert maximum(shown) == 30


@pytest.mark.parametrize("shown", [[], [None], [REASON] * 12, [True]])
def test_average_and_maximum_of_no_numbers_are_not_available(shown):
    assert average(shown) is None
    assert maximum(shown) is None
