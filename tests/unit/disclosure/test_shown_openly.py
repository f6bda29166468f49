"""What a copy of a lower threshold shows goes on being told only where somebody consents."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.share_data import OCCASION, count, ratio, recorded, share, workbook
from tests.support.share_histories import with_setting
from xl_addin.dataset.history import Revision
from xl_addin.disclosure.hidden_month import Reason
from xl_addin.disclosure.intervals import Narrow
from xl_addin.disclosure.kept_copies import kept_copies, rows_to_keep, together
from xl_addin.disclosure.protection import Protection
from xl_addin.disclosure.releases import COLUMNS, EarlierCopies, EarlierCopy, read_record
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import Suppression
from xl_addin.errors import WorkbookRefused
from xl_addin.layout import Settings, SharedCopies
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.share import decision
from xl_addin.share.decision import ConsentNeeded, Wish, decide_copy
from xl_addin.table import Table
from xl_addin.values import replace

MONTH = Month(2015, 6)
TEAM = Catalogue((*map(count, "WPV"), ratio("R", "P", "W"), share("X", "V")))
FIGURES = {"W": 40.0, "P": 33.0, "V": 100.0, "X": 30.0}
SHOWN = {"W": "40", "P": "33", "R": "83%", "V": "100", "X": "30%"}


def copy(threshold, shown, consent=""):
    figures = {(ref, MONTH): text for ref, text in shown.items()}
    when = datetime(2015, 7, threshold + 1, 1 if consent else 0)
    return EarlierCopy(str(when), "a.xlsx", threshold, figures, MONTH, consent)


def book(figures, threshold):
    found = workbook(TEAM, recorded(TEAM, {(ref, MONTH): v for ref, v in figures.items()}))
    settings = with_setting(found.tables[Settings.TABLE], Settings.SMALL_COUNT, threshold)
    return replace(found, tables={**found.tables, Settings.TABLE: settings})


def refusals(figures, threshold, *copies, consent=""):
    wish = Wish(MONTH, True, consent=consent)
    try:
        decide_copy(book(figures, float(threshold)), EarlierCopies(copies), OCCASION, wish)
    except WorkbookRefused as refused:
        return [problem.found for problem in refused.problems]
    return []


CASES = {
    "a count": ({"V": 9.0, "X": 0.0}, {"V": "9"}, "V in Jun 2015"),
    "a rest": ({}, {}, "W less P in Jun 2015"),
    "a percentage of few": ({"X": 8.0}, {"X": "8%"}, "what X stands for in Jun 2015"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_small_by_a_higher_threshold_needs_a_named_consent(case):
    figures, shown, said = CASES[case]
    figures, shown = {**FIGURES, **figures}, {**SHOWN, **shown}
    found = refusals(figures, 10, copy(5, shown))
    assert (
        f"{said} is a small count by today's threshold, and a copy already shared, with a lower "
        "one, shows it." in found
    )
    assert refusals(figures, 10, copy(5, shown), consent="A. Lead") == []


def test_nothing_is_asked_where_the_figure_has_become_another():
    assert refusals({**FIGURES, "W": 41.0}, 10, copy(5, SHOWN)) == []


def test_a_copy_without_suppression_went_to_those_who_may_see_everything():
    assert refusals(FIGURES, 10, copy(0, SHOWN)) == []


def test_a_consent_once_given_holds_for_the_copies_after_it():
    agreed = copy(10, {**SHOWN, "P": "[c]", "R": "[c]"}, consent="A. Lead")
    assert refusals(FIGURES, 10, copy(5, SHOWN), agreed) == []
    assert len(refusals(FIGURES, 12, copy(5, SHOWN), agreed)) == 1


def test_the_same_threshold_asks_nothing():
    assert refusals(FIGURES, 5, copy(5, SHOWN)) == []


@pytest.mark.parametrize(("part", "printed"), [(8.0, "20%"), (33.0, "83%")])
def test_a_percentage_that_tells_a_count_without_a_cell_of_its_own_needs_a_consent(part, printed):
    """Its numerator came with it, in the return, and stands nowhere else."""
    catalogue = Catalogue((*map(count, "WP"), ratio("R", "P", "W")))
    seen = Observation("R", MONTH, part / 40, numerator=part, denominator=40.0)
    whole = Observation("W", MONTH, 40.0)
    known = [Revision(each, 1, datetime(2015, 7, 1), "June.csv") for each in (whole, seen)]
    found = workbook(catalogue, known)
    settings = with_setting(found.tables[Settings.TABLE], Settings.SMALL_COUNT, 10.0)
    found = replace(found, tables={**found.tables, Settings.TABLE: settings})
    earlier = EarlierCopies((copy(5, {"W": "40", "R": printed}),))
    with pytest.raises(WorkbookRefused, match="what R stands for in Jun 2015"):
        decide_copy(found, earlier, OCCASION, Wish(MONTH, True))


def test_what_comes_out_of_the_copy_by_itself_is_said_to_and_what_can_be_done(monkeypatch):
    """Where nothing is left to hide, as in a sum of nothing but small counts."""
    told = Narrow("W", MONTH, 2.0, 5.0, (("W", MONTH),), takes_this=True, is_alone=True)
    found = Protection(Suppression(Rule(), {("W", MONTH): Reason.SMALL}), (told,))
    monkeypatch.setattr(decision, "protect", lambda figures, watch: found)
    with pytest.raises(ConsentNeeded) as refused:
        decide_copy(book(FIGURES, 5.0), EarlierCopies(()), OCCASION, Wish(MONTH, True))
    (problem,) = refused.value.problems
    assert problem.found == (
        "W in Jun 2015 can be worked out from this copy by itself, to within 4 whole values."
    )
    assert "Raise “Suppression threshold” in Settings" in problem.remedy
    assert '--consent "NAME"' in problem.remedy


def test_making_the_sheet_good_keeps_who_agreed():
    hidden = {("P", MONTH): "[c]"}
    agreed = EarlierCopy("2015-07-01 10:00:00", "a.xlsx", 10, hidden, MONTH, "A. Lead")
    later = EarlierCopy("2015-07-02 10:00:00", "b.xlsx", 10, hidden, MONTH)
    sheet = Table(SharedCopies.TABLE, "Shared copies", SharedCopies.COLUMNS, (), 5)
    first, second = rows_to_keep(sheet, [agreed, later])
    spoilt = (second[0], "c.xlsx", *second[2:])
    kept, changed = kept_copies(replace(sheet, rows=(first, spoilt)))
    beside = read_record([COLUMNS, *(r for c in (agreed, later) for r in c.rows())], "record")
    assert changed
    assert [c.consent for c in together(beside, kept, changed).copies] == ["A. Lead", ""]
