"""Whether a reader who kept every copy can count children: late, restated and renamed figures."""

from __future__ import annotations

import random
from functools import cache, partial

import pytest

from tests.support.linked_worlds import with_others_linked
from tests.support.share_data import ISSUE, SHAPES, count, recorded, workbook
from tests.support.share_histories import (
    LINKED,
    ORDERS,
    TEAMS,
    Team,
    disclosed,
    never_shown,
    publish,
    published,
    teams,
    told_by_notes,
    with_other_values,
)
from tests.support.share_memory import Page, read_page
from xl_addin.measure import Catalogue

TEAMS_EACH = 4
LINKED_EACH = 1


@cache
def with_copies(shape: str) -> list[tuple[Team, list[Page | None]]]:
    number = TEAMS_EACH if shape in TEAMS else LINKED_EACH
    return [(team, published(team, publish)) for team in teams(shape, number)]


@pytest.mark.parametrize("shape", [*TEAMS, *LINKED])
def test_no_copy_tells_a_small_count_to_whoever_kept_the_earlier_ones(shape):
    hidden = 0
    for team, pages in with_copies(shape):
        assert disclosed(team, pages) == []
        assert told_by_notes(pages) == []
        hidden += sum("[c]" in row.values() for page in pages if page for row in page.rows.values())
    assert hidden


def without_memory(book, record, month, threshold):
    """A copy made as if there had been none before."""
    return publish(book, [], month, threshold)


def test_the_same_attack_breaks_copies_made_without_memory_of_the_earlier_ones():
    found = [
        disclosed(team, published(team, without_memory))
        for shape in ("chain", "two wholes", "shares in a chain")
        for team in teams(shape, TEAMS_EACH)
    ]
    assert sum(map(bool, found)) >= 2


def test_a_count_shown_by_a_lower_threshold_goes_on_being_told_only_by_consent():
    """The earlier copies show 6 children; by the third's threshold that is a small count."""
    (team,) = teams("a fine chain", 1, first=12)
    assert [issue.threshold for issue in team.issues] == [3, 5, 10]
    assert published(team, publish)[2] is None
    first, second, third = published(team, partial(publish, consent="A. Lead"))
    shown = [page.rows["P"]["Feb 2015"] for page in (first, second, third)]
    assert shown == [6, 6, "[c]"]


def test_a_refusal_says_where_a_count_comes_out_only_with_the_new_copy():
    """The first copy tells nothing; with the second beside it the attack counts children."""
    (team,) = teams("a sum that goes", 1, first=11)
    refused: list[str] = []
    kept = published(team, partial(publish, refused=refused))
    assert [page is None for page in kept] == [False, True, True]
    assert "can be worked out by putting this copy beside those already shared" in refused[0]
    assert "worked out from copies" not in refused[0]
    assert disclosed(team, kept) == []
    agreed = disclosed(team, published(team, partial(publish, consent="A. Lead")))
    assert (2, "I in Jun 2015 is 5") in agreed


def test_a_maximum_that_narrows_a_count_down_is_not_shown():
    """That no more than 58 came in any month says, with a stock known from before, who went."""
    (team,) = teams("stock and flow", 1, first=8)
    came = published(team, publish)[1].rows["I"]
    assert came["Feb 2015"] == 58
    assert came["Max. value in last 12 months"] == "[c]"


def test_a_maximum_that_a_copy_shows_bounds_nothing_that_a_later_one_hides():
    """That no more than 8 came in any month bounds March's 5 from above; the third copy, with the
    stock of February as the second had it, says that it was no less."""
    (team,) = teams("a sum that goes", 1, first=37)
    pages = published(team, publish)
    assert [page.rows["I"]["Mar 2015"] for page in pages] == ["[c]"] * 3
    assert disclosed(team, pages) == []


def test_a_stock_out_by_one_does_not_tell_a_count_that_must_be_small():
    """By the stock, 6 went in March, or one more or less: as 6 would be shown, it would be the 5.
    So what came in March, which the first copy hid for that reason, stays hidden in the third."""
    (team,) = teams("stock and flow", 1, first=54)
    pages = published(team, publish)
    assert [page and page.rows["I"]["Mar 2015"] for page in pages] == ["[c]", None, "[c]"]
    assert disclosed(team, pages) == []


def test_the_copy_of_an_earlier_month_tells_nothing_of_the_months_after_it():
    """The first copy, of August, hides what came then and the stock of July. The third is of July:
    with its stock, what came in August would follow from the first."""
    (team,) = teams("stock and flow", 1, first=608, orders=ORDERS)
    assert team.order == (2, 0, 1)
    pages = published(team, publish)
    assert pages[0].rows["I"]["Aug 2015"] == pages[2].rows["S"]["Jul 2015"] == "[c]"
    assert disclosed(team, pages) == []


def made_twice(first, second, counts, restated=None):
    """The rows of two copies of one month, between which Measures, or figures, were changed."""
    record: list[list[str]] = []
    revisions = recorded(first, counts)
    for catalogue in (first, second):
        package = publish(workbook(catalogue, revisions), record, ISSUE, 5)
        yield read_page(package, 5, {}).rows
        revisions = revisions + recorded(second, restated or {}, 2)


def test_a_measure_that_is_no_longer_listed_leaves_hidden_what_was_hidden_beside_it():
    """The first copy shows 74 of W and hides the 72 of P, which is part of W: so does the second,
    whose workbook has no W any more."""
    both, part = SHAPES["one ratio"], Catalogue((count("P"),))
    counts = {("W", m): 74.0 for m in ISSUE.window()} | {("P", m): 30.0 for m in ISSUE.window()}
    counts["P", ISSUE] = 72.0
    pages = list(made_twice(both, part, counts))
    assert [page["P"][ISSUE.label] for page in pages] == ["[c]", "[c]"]
    assert pages[1]["P"][ISSUE.previous().label] == 30


def test_a_count_that_leaves_few_to_a_measure_no_longer_listed_is_hidden():
    """W was 74 in the first copy, and P 30; now W is gone, and P is 72."""
    both, part = SHAPES["one ratio"], Catalogue((count("P"),))
    counts = {("W", m): 74.0 for m in ISSUE.window()} | {("P", m): 30.0 for m in ISSUE.window()}
    pages = list(made_twice(both, part, counts, {("P", ISSUE): 72.0}))
    assert pages[0]["P"][ISSUE.label] == 30
    assert pages[1]["P"][ISSUE.label] == "[c]"
    assert pages[1]["P"][ISSUE.previous().label] == 30


@pytest.mark.parametrize("shape", TEAMS)
def test_copies_are_the_same_whatever_the_hidden_counts_are_and_whether_they_were_restated(shape):
    different = 0
    for turn, (team, pages) in enumerate(with_copies(shape)):
        other = with_other_values(team, pages, random.Random(f"other {shape} {turn}"))
        different += other != team
        assert published(other, publish) == pages
    assert different


@pytest.mark.parametrize("shape", ["stock and flow", "a sum"])
def test_copies_of_linked_counts_are_the_same_whatever_those_are_that_are_small(shape):
    """Sums still add up, stocks still follow: a count that comes is more, and one that goes too."""
    (team,) = teams(shape, 1)
    pages = published(team, publish)
    chance = random.Random(f"other {shape} 0")
    unseen = list(never_shown(team, pages))
    other = with_others_linked(team, unseen, chance, small_only=True)
    assert other != team
    assert published(other, publish) == pages
