"""Figures that look odd in the same way are told in one sentence."""

from __future__ import annotations

from xl_addin.checks.figures import unusual_figure
from xl_addin.checks.returns import check_return
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.page import build_page
from xl_addin.errors import grouped
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.returns import parse_return
from xl_addin.table import Grid

JUNE = Month(2015, 6)
CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts"),
        Measure("M2", "MASH", "Referrals"),
        Measure("P", "MASH", "Share", unit=Unit.PERCENTAGE),
    )
)


def page_of(figures, latest):
    seen = [
        Observation(ref, month, latest[ref] if month == JUNE else figures[ref])
        for ref in latest
        for month in JUNE.window()
    ]
    return build_page(CATALOGUE, History(Revision(one, 1, None, "") for one in seen), JUNE)


def told(page):
    return [str(p) for p in grouped(p for row in page.rows for p in unusual_figure(row, page))]


def test_several_unusual_figures_are_one_sentence_with_their_usual_ranges():
    page = page_of({"M1": 1000.0, "M2": 400.0}, {"M1": 13010.0, "M2": 100.0})
    assert told(page) == [
        "Dataset: 2 figures for Jun 2015 are outside the usual: M1 13010 (usual 0.0 to 4586.1), M2 "
        "100 (usual 310.4 to 443.4). Check again; where it is right, say why in a note."
    ]


def test_one_percentage_point_is_one():
    (line,) = told(page_of({"P": 0.5}, {"P": 0.51}))
    assert "51% for Jun 2015 is 1 percentage point above the usual" in line
    (line,) = told(page_of({"P": 0.5}, {"P": 0.53}))
    assert "2 percentage points above" in line


def test_a_row_whose_percentages_are_not_what_its_counts_give_is_one_sentence():
    catalogue = Catalogue(
        (
            Measure("A", "", "Part"),
            Measure("B", "", "Whole"),
            Measure("Q", "", "Share", unit=Unit.PERCENTAGE, numerator="A", denominator="B"),
        )
    )
    rows = [("Ref", "May 2015", "Jun 2015"), ("A", 10, 20), ("B", 40, 40), ("Q", "19%", "20%")]
    return_ = parse_return([Grid("Page.csv", tuple(rows))], catalogue, "Page.csv", "")
    assert [str(problem) for problem in grouped(check_return(return_, catalogue))] == [
        "Page.csv, row 4: 2 percentages of Q are not what A and B give: May 2015 is 19%, the "
        "counts give 25.0%, Jun 2015 is 20%, the counts give 50.0%. Correct the percentage or "
        "the counts; a blank Q is worked out."
    ]


def test_a_percentage_that_never_changed_is_not_unusual():
    assert told(page_of({"P": 0.39}, {"P": 0.39})) == []
    (line,) = told(page_of({"P": 0.39}, {"P": 0.41}))
    assert "41% for Jun 2015 is 1 percentage point above the usual 38.7% to 39.6%" in line
