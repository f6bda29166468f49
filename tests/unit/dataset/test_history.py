from datetime import datetime

import pytest

from xl_addin.dataset.history import History, Outcome, Revision
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month

MAY = Month(2015, 5)
CATALOGUE = Catalogue(
    (Measure("LAC1", "", "Children"), Measure("M3", "", "Share", unit=Unit.PERCENTAGE))
)
WHEN = datetime(2015, 7, 1, 9, 30)


def seen(ref="LAC1", value=None, status="", **more):
    return Observation(ref, MAY, value, status, **more)


def recorded(*observations):
    return History(Revision(o, n, WHEN, "June return.csv") for n, o in enumerate(observations, 1))


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [
        (None, seen(value=622), Outcome.ADDED),
        (None, seen(value=0), Outcome.ADDED),
        (None, seen(status="System down"), Outcome.NOT_UPDATED),
        (None, seen(), Outcome.MISSING),
        (seen(value=622), seen(value=622), Outcome.UNCHANGED),
        (seen(value=622), seen(value=620), Outcome.RESTATED),
        (seen(value=622), seen(value=0), Outcome.RESTATED),
        (seen(value=622), seen(status="Withdrawn"), Outcome.RESTATED),
        (seen(value=622), seen(), Outcome.KEPT),
        (seen(status="System down"), seen(value=622), Outcome.ADDED),
        (seen(status="System down"), seen(status="System down"), Outcome.UNCHANGED),
        (seen(status="System down"), seen(status="Still down"), Outcome.NOT_UPDATED),
        (seen(status="System down"), seen(), Outcome.UNCHANGED),
    ],
)
def test_what_becomes_of_a_count(before, now, outcome):
    history = recorded(before) if before else History()
    assert history.merge([now], CATALOGUE)[0].outcome is outcome


EXACT = seen("M3", 510 / 1303, numerator=510.0, denominator=1303.0)


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [
        (EXACT, seen("M3", 0.39, half_width=0.005), Outcome.UNCHANGED),
        (EXACT, seen("M3", 0.40, half_width=0.005), Outcome.RESTATED),
        (seen("M3", 0.39), EXACT, Outcome.REFINED),
        (seen("M3", 0.39), seen("M3", 0.394), Outcome.REFINED),
        (seen("M3", 0.39), seen("M3", 0.396), Outcome.RESTATED),
        (EXACT, seen("M3", 510 / 1303, numerator=1020.0, denominator=2606.0), Outcome.REFINED),
        (EXACT, seen("M3", 510 / 1303), Outcome.UNCHANGED),
    ],
)
def test_a_percentage_is_restated_only_when_its_published_figure_changes(before, now, outcome):
    assert recorded(before).merge([now], CATALOGUE)[0].outcome is outcome


def test_history_only_grows_and_the_latest_revision_counts():
    history = recorded(seen(value=622))
    revisions = history.revisions(
        history.merge([seen(value=620)], CATALOGUE), WHEN, "July return.csv"
    )
    assert [(r.number, r.observation.value) for r in revisions] == [(2, 620)]
    assert history.grown(revisions).observed("LAC1", MAY).value == 620
    assert history.observed("LAC1", MAY).value == 622


def test_what_is_already_recorded_makes_no_revision():
    history = recorded(seen(value=622))
    arrivals = history.merge([seen(value=622), seen("M3")], CATALOGUE)
    assert history.revisions(arrivals, WHEN, "again.csv") == ()


def test_the_latest_revision_is_found_whatever_the_order_of_the_rows():
    rows = [Revision(seen(value=v), n, WHEN, "") for n, v in [(2, 620), (3, 618), (1, 622)]]
    assert History(rows).observed("LAC1", MAY).value == 618


def test_every_revision_is_kept_in_order():
    rows = [Revision(seen(value=v), n, WHEN, "") for n, v in [(2, 620), (3, 618), (1, 622)]]
    assert [o.value for o in History(rows).revisions_of("LAC1", MAY)] == [622, 620, 618]
    assert History(rows).revisions_of("LAC1", MAY.previous()) == ()


def test_a_month_was_first_recorded_with_its_earliest_figure_in_whatever_order_the_rows_are():
    moments = [WHEN.replace(day=day) for day in (9, 3, 5)]
    rows = [Revision(seen(value=n), n, when, "") for n, when in enumerate(moments, 1)]
    other = Observation("M3", MAY.previous(), 0.5)
    history = History([*rows, Revision(other, 1, WHEN.replace(day=7), "")])
    assert history.first_recorded() == {
        MAY: WHEN.replace(day=3),
        MAY.previous(): WHEN.replace(day=7),
    }


class CountedRef(str):
    """A ref that counts how often it is compared with another."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        CountedRef.compared += 1
        return str.__eq__(self, other)


def test_the_figures_of_a_measure_are_found_without_a_look_at_those_of_all_others():
    refs = [CountedRef(f"X{n}") for n in range(300)]
    history = History(
        Revision(Observation(ref, month, 1.0), 1, WHEN, "history")
        for month in MAY.window(12)
        for ref in refs
    )
    CountedRef.compared = 0
    found = [history.all_revisions(ref) for ref in refs]
    assert all(len(revisions) == 12 for revisions in found)
    assert CountedRef.compared < 100 * len(refs)  # a million for all figures


def test_sources_are_told_once_for_each_measure():
    history = recorded(seen(value=622), seen(value=620)).grown(
        [Revision(seen(value=619), 3, WHEN, "May return.csv (as LAC)")]
    )
    assert {ref: [*found] for ref, found in history.sources().items()} == {
        "LAC1": ["June return.csv", "May return.csv (as LAC)"]
    }
