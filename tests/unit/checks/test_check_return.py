"""Checks of a return: figures given twice, ratios their counts contradict, several files."""

from __future__ import annotations

import pytest

from xl_addin.checks.returns import check_return, combine
from xl_addin.errors import Problem
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.returns import Entry, Return, parse_return
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import Grid
from xl_addin.values import replace

CATALOGUE = read_catalogue()[1]
MAY, JUNE, JULY = Month(2015, 5), Month(2015, 6), Month(2015, 7)


def wide(name, months, *rows):
    grid = Grid(name, (("Ref", *(month.label for month in months)), *rows))
    return parse_return([grid], CATALOGUE, name, "")


def checked(*rows, months=(JUNE,)):
    return [str(p) for p in check_return(wide("June.csv", months, *rows), CATALOGUE)]


def combined(*returns):
    return combine(returns, "returns", "digest")


def figures(return_):
    return {
        (e.observation.ref, e.observation.month.label): e.observation.shown for e in return_.entries
    }


def test_the_printed_figures_agree_with_one_another():
    assert not checked(("M1", 1303), ("M2", 510), ("M3", "39%"), ("LAC3", 11), ("LAC4-QL", 6))


def test_a_row_that_stands_twice_is_one_problem():
    rows = (("LAC1", 622, 626), ("M1", 5, 6), ("lac1", 622, 626))
    assert checked(*rows, months=(MAY, JUNE)) == [
        "June.csv, row 4: LAC1 for 2 months from May 2015 to Jun 2015 is given here again; it "
        "also stands in June.csv, row 2. Keep one of the two."
    ]


def test_a_tidy_figure_that_stands_twice_is_a_problem_also_when_it_is_the_same():
    rows = (("Ref", "Month", "Value"), ("M1", "Jun 2015", 5), (" m1", "2015-06", 5))
    return_ = parse_return([Grid("June.csv", rows)], CATALOGUE, "June.csv", "")
    (problem,) = check_return(return_, CATALOGUE)
    assert problem == Problem(
        "June.csv, row 3",
        "M1 for Jun 2015 is given here again; it also stands in June.csv, row 2.",
        "Keep one of the two.",
    )


@pytest.mark.parametrize(
    ("rows", "place", "found"),
    [
        (
            (("M1", 1303), ("M2", 510), ("M3", "45%")),
            "June.csv, row 4, Jun 2015",
            "M3 for Jun 2015 is 45%, but M2 is 510 and M1 is 1303, which gives 39.14%.",
        ),
        (
            (("M1", 1303), ("M2", 510), ("M3", 0.395)),
            "June.csv, row 4, Jun 2015",
            "M3 for Jun 2015 is 39.5%, but M2 is 510 and M1 is 1303, which gives 39.14%.",
        ),
        (
            (("M1", 0), ("M2", 0), ("M3", "0%")),
            "June.csv, row 4, Jun 2015",
            "M3 for Jun 2015 is 0%, but M2 is 0 and M1 is 0, which gives no percentage.",
        ),
        (
            (("M2", 1400), ("M1", 1303)),
            "June.csv, row 2, Jun 2015",
            "M2 is 1400 and M1 is 1303 for Jun 2015, so M3 would be above 100%.",
        ),
    ],
)
def test_a_ratio_must_be_the_ratio_of_its_counts(rows, place, found):
    (problem,) = check_return(wide("June.csv", (JUNE,), *rows), CATALOGUE)
    assert (problem.place, problem.found) == (place, found)
    assert problem.remedy


@pytest.mark.parametrize(
    "rows",
    [
        (("M1", 1303), ("M2", 510), ("M3", None)),
        (("M1", 1303), ("M2", 510), ("M3", "Not updated")),
        (("M1", 1303), ("M2", "Not updated"), ("M3", "45%")),
        (("M1", None), ("M2", 510), ("M3", "45%")),
        (("M1", 0), ("M2", 0), ("M3", None)),
        (("M1", 1303), ("M2", 510), ("M3", 510 / 1303)),
        (("M3", "45%"), ("LAC1", 5)),
    ],
)
def test_a_ratio_is_not_doubted_without_both_counts(rows):
    assert not checked(*rows)


def test_counts_of_another_month_do_not_matter():
    rows = (("M1", 1303, None), ("M2", None, 510), ("M3", "45%", "45%"))
    assert not checked(*rows, months=(MAY, JUNE))


def test_a_ratios_own_counts_are_the_figures_of_their_measures():
    rows = (
        ("Ref", "Month", "Numerator", "Denominator", "Value"),
        ("M1", "Jun 2015", None, None, 1303),
        ("M2", "Jun 2015", None, None, 510),
        ("M3", "Jun 2015", 511, 1303),
    )
    return_ = parse_return([Grid("June.csv", rows)], CATALOGUE, "June.csv", "")
    (problem,) = check_return(return_, CATALOGUE)
    assert problem.found == (
        "The numerator of M3 for Jun 2015 is 511, but M2 is 510 (June.csv, row 3)."
    )


def test_one_return_comes_out_as_it_went_in():
    return_ = wide("June.csv", (JUNE,), ("M1", 5), ("M2", "Late"), ("M3", 39))
    entries = tuple(replace(entry, as_of=JUNE) for entry in return_.entries)
    assert combined(return_) == Return(entries, "returns", "digest", return_.problems)


def test_a_later_return_wins_whatever_the_order_of_the_files():
    earlier = wide("a.csv", (MAY, JUNE), ("LAC1", 622, 600), ("M1", 1156, 1300))
    later = wide("b.csv", (JUNE, JULY), ("LAC1", 626, 630))
    for return_ in (combined(earlier, later), combined(later, earlier)):
        assert not return_.problems
        assert figures(return_) == {
            ("LAC1", "May 2015"): 622,
            ("LAC1", "Jun 2015"): 626,
            ("LAC1", "Jul 2015"): 630,
            ("M1", "May 2015"): 1156,
            ("M1", "Jun 2015"): 1300,
        }


def test_a_later_reason_wins_and_a_later_blank_does_not():
    earlier = wide("a.csv", (JUNE,), ("LAC1", 622), ("M1", 1156))
    later = wide("b.csv", (JUNE, JULY), ("LAC1", None, 630), ("M1", "Withdrawn", 5))
    assert figures(combined(earlier, later)) == {
        ("LAC1", "Jun 2015"): 622,
        ("LAC1", "Jul 2015"): 630,
        ("M1", "Jun 2015"): "Withdrawn",
        ("M1", "Jul 2015"): 5,
    }


def test_returns_of_the_same_month_fill_one_anothers_blanks():
    mash = wide("mash.csv", (JUNE,), ("M1", 1363), ("LAC1", None))
    care = wide("care.csv", (JUNE,), ("M1", None), ("LAC1", 626))
    return_ = combined(mash, care)
    assert not return_.problems
    assert figures(return_) == {("M1", "Jun 2015"): 1363, ("LAC1", "Jun 2015"): 626}


def test_equal_figures_are_one_and_the_more_exact_is_kept():
    return_ = combined(
        wide("a.csv", (JUNE,), ("M3", "39%"), ("M1", 5)),
        wide("b.csv", (JUNE,), ("M3", 510 / 1303), ("M1", 5)),
    )
    assert not return_.problems
    assert figures(return_) == {("M3", "Jun 2015"): 510 / 1303, ("M1", "Jun 2015"): 5}


@pytest.mark.parametrize(
    ("one", "two", "shown"),
    [
        (
            ("LAC1", 622),
            ("LAC1", 626),
            "LAC1 for Jun 2015 is 626, but 622 in a.csv, row 2, Jun 2015",
        ),
        (("M3", "39%"), ("M3", "45%"), "M3 for Jun 2015 is 45%, but 39% in a.csv"),
        (("M5", "Late"), ("M5", 5), "M5 for Jun 2015 is 5, but “Late” in a.csv"),
        (("M5", "Late"), ("M5", "Away"), "M5 for Jun 2015 is “Away”, but “Late” in a.csv"),
    ],
)
def test_equally_new_returns_that_differ_are_a_problem_that_names_both(one, two, shown):
    return_ = combined(wide("a.csv", (JUNE,), one), wide("b.csv", (JUNE,), two))
    (problem,) = return_.problems
    assert problem.place == "b.csv, row 2, Jun 2015"
    assert problem.found.startswith(shown)
    assert problem.remedy == "Correct one of them, or take it out of the folder."


def test_returns_that_a_newer_one_overrules_may_differ():
    returns = [
        wide("a.csv", (MAY,), ("LAC1", 1)),
        wide("b.csv", (MAY,), ("LAC1", 2)),
        wide("c.csv", (MAY, JUNE), ("LAC1", 3, 4)),
    ]
    return_ = combined(*returns)
    assert not return_.problems
    assert figures(return_) == {("LAC1", "May 2015"): 3, ("LAC1", "Jun 2015"): 4}


def test_problems_duplicates_and_notes_of_every_file_are_kept():
    seen = Observation("M1", JUNE, 5)
    warning = Problem("notes.docx", "It was left out.", "")
    one = Return(
        (Entry(seen, "a.csv, row 2", "Says A."), Entry(seen, "a.csv, row 3")),
        "a",
        "",
        (),
        (warning,),
    )
    two = Return((Entry(seen, "b.csv, row 2", "Says B."),), "b", "", (Problem("b", "x.", "y."),))
    return_ = combined(one, two)
    assert [entry.note for entry in return_.entries] == ["Says A. Says B."]
    assert return_.warnings == (warning,)
    assert [problem.place for problem in return_.problems] == ["b", "a.csv, row 3"]
