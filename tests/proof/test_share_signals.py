"""Whether signals, limits and sentences of copies tell a count that the copies hide."""

from __future__ import annotations

import random

import pytest

from tests.support.share_histories import publish
from tests.support.signal_teams import (
    by_page_alone,
    shared,
    signal_teams,
    solved,
    told_by_signals,
    told_of_hidden,
    with_other_hidden,
)
from xl_addin.disclosure.behind_signals import behind_all

SOME = ("one ratio", "stock and flow")


@pytest.mark.parametrize("shape", SOME)
def test_no_signal_tells_a_small_count_even_to_whoever_works_back_all_that_it_goes_by(shape):
    told = 0
    for team in signal_teams(shape, 1):
        copies = shared(team, publish)
        assert told_by_signals(team, copies) == []
        assert told_of_hidden(copies) == []
        told += sum(len(copy.words.limits) for copy in copies if copy)
    assert told


def test_copies_with_signals_are_the_same_whatever_their_hidden_counts_are():
    different, shape = 0, "two parts"
    for turn, team in enumerate(signal_teams(shape, 1)):
        copies = shared(team, publish)
        other = with_other_hidden(team, copies, random.Random(f"other {shape} {turn}"))
        different += other != team
        files = [copy and copy.package for copy in shared(other, publish)]
        assert files == [copy and copy.package for copy in copies]
    assert different


def test_what_an_earlier_copy_did_not_tell_by_a_greater_threshold_refuses_no_later_one():
    """By the stock, one more came than went in April 2014: of 1 to 10 each, as the first copy had
    it, that leaves nine; of 1 to 5, as the second has it, four. No copy shows a [c] there."""
    (team,) = signal_teams("stock and flow", 1, first=9016, together=True)
    assert [issue.threshold for issue in team.issues] == [10, 5]
    copies = shared(team, publish)
    assert all(copy and copy.words.told == {"S"} for copy in copies)
    assert told_by_signals(team, copies) == []


def careless(figures, page, since, watch):
    """Signals of every measure, whatever is hidden of it."""
    return behind_all(figures, since)


def test_the_same_reader_counts_children_by_limits_that_are_told_whatever_is_hidden(monkeypatch):
    monkeypatch.setattr("xl_addin.share.decision.behind_signals", careless)
    monkeypatch.setattr("xl_addin.share.signals.published_book", lambda book, *_: book)
    monkeypatch.setattr("tests.support.share_histories.findings_in", lambda *_: ())
    found = []
    for team in signal_teams("alone", 1):
        for _, month, low, high, true in solved(team, shared(team, publish)):
            assert low <= true <= high, month
            found += [true] if low == high and 0 < true <= 5 else []
    assert found


def test_the_same_reader_counts_children_where_only_the_page_is_looked_at(monkeypatch):
    """A small count of a month before the page: limits of all other months give it."""
    monkeypatch.setattr("xl_addin.share.decision.behind_signals", by_page_alone)
    (team,) = signal_teams("alone", 1, first=4)
    assert told_by_signals(team, shared(team, publish))
