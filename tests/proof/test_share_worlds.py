"""What a copy of one month tells a reader who has tried every month that there could be."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.support.share_data import SHAPES, count, ratio, share
from tests.support.share_worlds import narrow
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue

RULE = Rule(3, 3)
TEAMS = {
    "a ratio": (SHAPES["one ratio"], 24),
    "a fine ratio": (SHAPES["fine ratio"], 24),
    "a share": (SHAPES["one share"], 40),
    "a fine share": (Catalogue((count("W"), share("X", "W", 1))), 40),
    "two shares": (SHAPES["two shares"], 10),
    "a share of a part": (
        Catalogue((*map(count, "VW"), ratio("R", "W", "V"), share("X", "W"))),
        12,
    ),
    "shares of both": (
        Catalogue((*map(count, "VW"), ratio("R", "W", "V", 1), share("X", "V"), share("Y", "W"))),
        9,
    ),
    "a share beside a ratio": (
        Catalogue((*map(count, "WP"), ratio("R", "P", "W"), share("X", "W"))),
        10,
    ),
    "two parts": (SHAPES["two parts"], 10),
    "two wholes": (SHAPES["two wholes"], 9),
    "chain": (SHAPES["chain"], 10),
}


def gaps(catalogue):
    """Which counts are not recorded: none, or some of them."""
    refs = [measure.ref for measure in catalogue if not measure.is_percentage]
    return [gap for size in range(len(refs)) for gap in combinations(refs, size)]


@pytest.mark.parametrize("cut_off", [False, True], ids=["rounded", "cut off"])
@pytest.mark.parametrize("team", TEAMS)
def test_no_month_of_a_small_team_tells_a_small_count(team, cut_off):
    catalogue, most = TEAMS[team]
    for missing in gaps(catalogue):
        assert narrow(catalogue, most, RULE, missing, cut_off) == [], missing


@pytest.mark.parametrize(("threshold", "interval"), [(2, 2), (4, 3), (5, 5)])
def test_no_month_tells_a_small_count_whatever_the_threshold_is(threshold, interval):
    catalogue, _ = TEAMS["a share of a part"]
    assert narrow(catalogue, 16, Rule(threshold, interval)) == []


class Careless(Rule):
    """A rule that hides the smallest counts and knows nothing of the rest."""

    def is_small(self, count):
        return count is not None and 0 < count <= 1


def test_the_same_reader_is_told_small_counts_by_a_careless_rule():
    """20% of 10 can only be 2; hiding counts of 1 alone does not help."""
    catalogue, _ = TEAMS["a share"]
    found = narrow(catalogue, 12, RULE, hiding=Careless(3, 3))
    assert (("10", "0.2"), "X", [2]) in found
