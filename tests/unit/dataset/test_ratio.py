from datetime import datetime

import pytest

from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.ratio import with_ratios
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation, State
from xl_addin.period import Month

JUNE = Month(2015, 6)
M3 = Measure("M3", "", "Share", unit=Unit.PERCENTAGE, numerator="M2", denominator="M1")
CATALOGUE = Catalogue((Measure("M1", "", "Contacts"), Measure("M2", "", "Referrals"), M3))


def count(ref, value=None, status=""):
    return Observation(ref, JUNE, value, status)


def share(value=None, status="", half_width=0.005):
    return Observation("M3", JUNE, value, status, half_width=half_width)


def history(*observations):
    return History(Revision(o, 1, datetime(2015, 7, 1), "") for o in observations)


def ratio_of(given, recorded=()):
    completed = with_ratios(given, CATALOGUE, history(*recorded))
    return {o.ref: o for o in completed}.get("M3")


M1, M2 = count("M1", 1363.0), count("M2", 393.0)


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        ([M1, M2], []),
        ([M1, M2, share(0.29)], []),
        ([M1, M2, share()], []),
        ([M2], [M1]),
        ([share(0.29)], [M1, M2]),
        ([M1, M2], [share(status="Not updated")]),
        ([M1, count("M2")], [M2]),
    ],
)
def test_the_exact_ratio_of_the_counts_is_recorded_with_its_counts(given, recorded):
    found = ratio_of(given, recorded)
    assert found.value == pytest.approx(0.288334556, abs=1e-9)
    assert (found.numerator, found.denominator) == (393.0, 1363.0)


@pytest.mark.parametrize(
    "given",
    [
        [M1],
        [count("M1", 0.0), count("M2", 0.0)],
        [M1, count("M2", status="Not updated")],
        [],
    ],
)
def test_no_ratio_appears_where_a_count_is_not_known_or_nothing_is_divided(given):
    assert ratio_of(given) is None


def test_a_ratio_said_to_be_not_updated_stays_so():
    found = ratio_of([M1, M2, share(status="Checking")])
    assert found.state is State.NOT_UPDATED
    assert found.status == "Checking"


def test_a_restated_count_restates_its_ratio():
    assert ratio_of([count("M2", 400.0)], [M1, M2]).value == pytest.approx(400 / 1363)


def test_a_ratio_without_counts_stays_as_given():
    assert ratio_of([share(0.29)]).value == 0.29
