"""Percentages typed as 39: one question with an answer, instead of a problem for each."""

from __future__ import annotations

import pytest

from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.questions import Reply, about_per_cents
from xl_addin.returns import parse_return
from xl_addin.sources import read_return
from xl_addin.table import Grid

CATALOGUE = Catalogue(
    (
        *(Measure(f"P{n}", "", f"Share {n}", unit=Unit.PERCENTAGE) for n in (1, 2, 3)),
        Measure("M1", "", "Contacts"),
    ),
    former={"X1": "M1"},
)


def read(*rows, per_cents=False, headings=("Measure Ref", "Jun 2015")):
    grid = Grid("June.csv", (headings, *rows))
    return parse_return([grid], CATALOGUE, "June.csv", "", per_cents=per_cents)


TYPED = (("P1", 39.0), ("P2", "41.5"), ("P3", 0.0), ("M1", 1363.0))


def test_all_percentages_typed_as_39_are_one_problem_that_says_how_to_have_them_read():
    (problem,) = read(*TYPED).problems
    assert str(problem) == (
        "June.csv: All 2 percentages are typed as 39, not 39%: P1 is 39, P2 is 41.5. A percentage "
        "is written 39% or 0.39. Or have them all read as per cents (--per-cents)."
    )


def test_an_officer_who_says_so_has_them_read():
    question = about_per_cents(read(*TYPED))
    assert question.text == (
        "All percentages of June.csv are typed as 39, not 39% (2 of them). Read them so?"
    )
    assert question.default is Reply.NO
    return_ = read(*TYPED, per_cents=True)
    assert return_.problems == ()
    values = [entry.observation.value for entry in return_.entries]
    assert values == [0.39, 0.415, 0.0, 1363.0]
    assert [entry.observation.half_width for entry in return_.entries][:2] == [0.005, 0.0005]


@pytest.mark.parametrize("other", ["41%", 0.41, "41.5%"])
def test_where_some_are_written_as_they_should_be_nothing_is_asked(other):
    return_ = read(("P1", 39.0), ("P2", other))
    assert about_per_cents(return_) is None
    assert [str(p) for p in return_.problems] == [
        "June.csv, row 2, Jun 2015: P1 is 39. A percentage is written 39% or 0.39."
    ]


def test_above_a_hundred_is_a_mistake_however_it_is_typed():
    (problem,) = read(("P1", 139.0), per_cents=True).problems
    assert "P1 is 139%, above 100%." in problem.found


def test_a_former_ref_and_a_total_are_said_for_what_they_are():
    found = read(("M1", 5.0), ("X1", 5.0), ("TOTAL", 10.0)).problems
    assert [str(problem) for problem in found] == [
        "June.csv, row 3: X1 is now M1. Write M1 in its place.",
        "June.csv, row 4: “TOTAL” is not a measure ref. If it is a total, delete the row: a total "
        "is worked out, not brought in.",
    ]


def test_a_page_whose_refs_are_blank_is_said_so():
    (problem,) = read((None, 5.0), ("", 6.0)).problems
    assert problem.found == "No row has a measure ref."
    (problem,) = read(("M1", None)).problems
    assert "There is no figure in it" in problem.found


def test_of_several_sheets_with_figures_the_option_is_named_with_a_sheet():
    grids = [Grid(f"June.xlsx, {name}", (("Ref", "Jun 2015"), ("M1", 5.0))) for name in ("A", "B")]
    (problem,) = parse_return(grids, CATALOGUE, "June.xlsx", "").problems
    assert problem.remedy == 'Name the one to read: --sheet "A", for example.'


@pytest.mark.parametrize("other", ["23.4%", "0.234"])
def test_of_a_folder_the_files_typed_as_39_are_read_so_and_the_others_as_they_stand(
    tmp_path, other
):
    (tmp_path / "a.csv").write_text("Measure Ref,Jun 2015\nP1,73.8\nP2,90\n")
    (tmp_path / "b.csv").write_text(f"Measure Ref,Jun 2015\nP3,{other}\nM1,9\n")
    return_ = read_return(tmp_path, CATALOGUE)
    assert about_per_cents(return_).text == (
        "All percentages of a.csv are typed as 39, not 39% (2 of them). Read them so?"
    )
    read_so = read_return(tmp_path, CATALOGUE, per_cents=True)
    assert (read_so.problems, about_per_cents(read_so)) == ((), None)
    values = {entry.observation.ref: entry.observation.value for entry in read_so.entries}
    assert values == {"P1": 0.738, "P2": 0.9, "P3": 0.234, "M1": 9}


def test_of_a_folder_all_files_typed_as_39_are_named_in_the_question(tmp_path):
    (tmp_path / "a.csv").write_text("Measure Ref,Jun 2015\nP1,73.8\n")
    (tmp_path / "b.csv").write_text("Measure Ref,Jun 2015\nP3,40\n")
    question = about_per_cents(read_return(tmp_path, CATALOGUE))
    assert question.text.startswith("All percentages of a.csv, b.csv are typed as 39, not 39% (2 ")
