"""Links that readers know without a percentage: sums, what comes and goes, and how nearly."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.share_data import ISSUE, count, share
from xl_addin.dataset.columns import AVERAGE, MAXIMUM
from xl_addin.dataset.history import History, Revision
from xl_addin.disclosure import solver
from xl_addin.disclosure.intervals import Seen, SeenRow, too_narrow
from xl_addin.disclosure.protection import Figures, protect
from xl_addin.disclosure.releases import NO_COPIES, EarlierCopies, EarlierCopy
from xl_addin.disclosure.rule import Rule
from xl_addin.errors import CatalogueRefused
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation
from xl_addin.values import replace

BEFORE, NOW = ISSUE.previous(), ISSUE
CARE = Catalogue((count("S", inflow="I", outflow="O"), count("I"), count("O")))
SUM = Catalogue((count("T", sum_of="A; B; C"), *map(count, "ABC")))
SUM_OF_FOUR = Catalogue((count("T", sum_of="A; B; C; D"), *map(count, "ABCD")))
PLANS = Catalogue((count("S", inflow="X", outflow="O"), count("O"), count("W"), share("X", "W")))


def told(catalogue, free=(), **rows):
    """What a reader has of two months, given each measure's two cells."""
    seen = [SeenRow(ref, {BEFORE: b, NOW: n}, {}) for ref, (b, n) in rows.items()]
    found = too_narrow(Seen(catalogue, seen, Rule(), free=free))
    return {(one.what, one.least, one.greatest) for one in found}


def test_what_went_follows_from_what_is_there_was_there_and_came():
    """620 + 20 − 637 = 3 left care."""
    assert told(CARE, S=(620, 637), I=(30, 20), O=(25, "[c]")) == {("O", 3.0, 3.0)}
    assert told(CARE, S=("[x]", 637), I=(30, 20), O=(25, "[c]")) == set()


def test_an_equation_that_holds_only_nearly_leaves_an_interval():
    """In the months before, it was out by -1 to 1: 2 to 4 left care."""
    months = [*ISSUE.window(4)]
    cells = {"S": (620, 621, 619, 636), "I": (20, 20, 20, 20), "O": (9, 18, 23, "[c]")}
    rows = [SeenRow(ref, dict(zip(months, row, strict=True)), {}) for ref, row in cells.items()]
    (found,) = too_narrow(Seen(CARE, rows, Rule()))
    assert (found.what, found.least, found.greatest) == ("O", 2.0, 4.0)


def test_a_part_of_a_sum_follows_from_the_others():
    assert told(SUM, T=(60, 50), A=(20, 20), B=(20, 27), C=(20, "[c]")) == {("C", 3.0, 3.0)}
    two = {"B": (20, "[c]"), "C": (20, "[c]")}
    assert told(SUM, free={("B", NOW)}, T=(60, 50), A=(20, 20), **two) == set()


def test_the_numerator_of_a_percentage_may_be_what_came():
    """300 + 41 − 31 = 310 plans: 41 of the 42 conferences led to one."""
    assert told(PLANS, S=(300, 310), O=(10, 31), W=(60, 42), X=("[x]", "[c]")) == {
        ("X", 41.0, 41.0)
    }


def history(months, **rows):
    when = datetime(2015, 7, 1)
    return History(
        Revision(Observation(ref, month, float(value)), 1, when, "")
        for ref, row in rows.items()
        for month, value in zip(months, row, strict=True)
    )


def test_one_more_figure_of_the_equation_is_hidden_and_no_more():
    """Where it does as well, one of the month before: the latest month matters most."""
    months = (BEFORE, NOW)
    seen = history(months, S=(620, 637), I=(30, 20), O=(25, 3))
    found = protect(Figures(CARE, seen, months, Rule(), NO_COPIES))
    assert set(found.suppression.hidden) == {("O", NOW), ("S", BEFORE)}
    assert found.told_anyway == ()


def test_what_a_copy_showed_otherwise_is_not_what_is_hidden_while_there_is_anything_else():
    """A stock of 620 that was 619 in the copy before is known to within one or two."""
    months = (BEFORE, NOW)
    seen = history(months, S=(620, 637), I=(30, 20), O=(25, 3))
    copy = EarlierCopy("2015-06-03 09:30:00", "May.xlsx", 5, {("S", BEFORE): "619"}, BEFORE)
    found = protect(Figures(CARE, seen, months, Rule(), EarlierCopies((copy,))))
    assert set(found.suppression.hidden) == {("O", NOW), ("I", NOW)}


def test_of_linked_counts_no_maximum_or_average_of_hidden_figures_is_shown():
    """It is the same for every small count; but beside the equations of another copy it bounds one.

    Of a count without links it is shown.
    """
    months = ISSUE.window()
    catalogue = Catalogue((*CARE, count("N")))
    some = [3.0 if month == BEFORE else 90.0 for month in months]
    seen = history(months, S=[600.0] * 13, I=some, O=some, N=some)
    found = protect(Figures(catalogue, seen, months, Rule(), NO_COPIES)).suppression
    assert {("I", BEFORE), ("O", BEFORE), ("N", BEFORE)} <= found.hidden.keys()
    for column in (AVERAGE, MAXIMUM):
        shown = {r: found.shows(column, catalogue[r], months, seen_row(seen, r)) for r in "ION"}
        assert shown == {"I": False, "O": False, "N": True}


def seen_row(seen, ref):
    return [seen.observed(ref, month).shown for month in ISSUE.window()]


def test_one_figure_does_for_the_equations_of_two_months():
    """What was there at the end of March is in what left in March, and in April."""
    months = ISSUE.window(4)
    seen = history(months, S=(600, 617, 644, 670), I=(20, 20, 30, 50), O=(9, 3, 3, 24))
    found = protect(Figures(CARE, seen, months, Rule(), NO_COPIES))
    small = {("O", months[1]), ("O", months[2])}
    assert set(found.suppression.hidden) == {*small, ("S", months[1])}


def test_what_was_hidden_early_and_is_not_needed_in_the_end_is_shown():
    """The stock of May follows from April's: hiding that of June does, and May's can stay."""
    months = ISSUE.window(3)
    seen = history(months, S=(48, 59, 62), I=(23, 26, 3), O=(1, 15, 0))
    found = protect(Figures(CARE, seen, months, Rule(), NO_COPIES))
    small = {("O", months[0]), ("I", months[2])}
    assert set(found.suppression.hidden) == {*small, ("S", months[2])}


def test_what_is_not_solved_within_the_limit_is_hidden_and_said(monkeypatch):
    """Not knowing how far a count is narrowed down, a copy shows nothing near it."""
    monkeypatch.setattr(solver, "MOST_STEPS", -1)
    seen = history((NOW,), T=(50,), A=(20,), B=(27,), C=(3,), D=(4,))
    found = protect(Figures(SUM_OF_FOUR, seen, (NOW,), Rule(), NO_COPIES)).suppression
    assert {ref for ref, _ in found.hidden} == set("TABCD")
    assert found.hidden["A", NOW] == "how far it narrows a small count down was not solved in time"


def test_how_far_the_solving_has_come_is_told():
    seen = history((BEFORE, NOW), S=(620, 637), I=(30, 20), O=(25, 3))
    heard = []
    figures = Figures(CARE, seen, (BEFORE, NOW), Rule(), NO_COPIES)
    protect(figures, lambda *step: heard.append(step))
    assert set(heard) == {("this copy", 0, 1), ("what need not be hidden", 0, 1)}


def test_a_sum_with_a_small_part_hides_a_second_part():
    seen = history((NOW,), T=(50,), A=(20,), B=(27,), C=(3,))
    found = protect(Figures(SUM, seen, (NOW,), Rule(), NO_COPIES))
    assert set(found.suppression.hidden) == {("C", NOW), ("A", NOW)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sum_of": "A; Z"}, "Z is no other Measure Ref"),
        ({"inflow": "T"}, "T is no other Measure Ref"),
        ({"upper_bound": "Z"}, "Z is no other Measure Ref"),
    ],
)
def test_a_link_to_what_is_no_measure_is_refused(change, said):
    total, *parts = SUM
    with pytest.raises(CatalogueRefused, match=said):
        Catalogue((replace(total, **change), *parts))
