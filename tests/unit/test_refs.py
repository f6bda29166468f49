"""Measure refs: which are taken for one another, and what is suggested."""

from __future__ import annotations

import pytest

from xl_addin.measure import Catalogue, Measure
from xl_addin.refs import RefFinder
from xl_addin.sources.catalogue import read_catalogue

REFS = RefFinder(read_catalogue()[1])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("LAC5-QL", "LAC5-QL"),
        ("lac5-ql", "LAC5-QL"),
        ("LAC5–QL", "LAC5-QL"),
        ("LAC5 - QL", "LAC5-QL"),
        ("M 1", "M1"),
    ],
)
def test_capitals_spaces_and_the_kind_of_dash_do_not_matter(written, meant):
    assert REFS.find(written).ref == meant


@pytest.mark.parametrize("written", ["LAC5", "LAC5QL", "M", "M11", ""])
def test_anything_else_is_not_known(written):
    assert REFS.find(written) is None


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [
        ("LAC5", "Did you mean LAC5-QL?"),
        ("CP5", "Did you mean CP5-QL?"),
        ("CP6", "Did you mean CP6B?"),
        ("EH4_QL", "Did you mean EH4-QL?"),
        ("Grand total", "If it is a total, delete the row"),
        ("Grants", "Correct it, or add the measure"),
    ],
)
def test_the_nearest_ref_is_suggested(written, suggestion):
    problem = REFS.problem(written, "June.csv, row 4")
    assert problem.found == f"“{written}” is not a measure ref."
    assert suggestion in problem.remedy


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("LАC1", "Character 2 is the Cyrillic letter “А”, which only looks alike."),
        ("М1", "Character 1 is the Cyrillic letter “М”, which only looks alike."),
        ("ΕH3", "Character 1 is the Greek letter “Ε”, which only looks alike."),
    ],
)
def test_letters_that_only_look_alike_are_named(written, told):
    problem = REFS.problem(written, "June.csv, row 4")
    assert told in problem.found
    assert problem.remedy.startswith("Type ")


def test_refs_that_differ_in_spaces_alone_are_told_apart():
    refs = RefFinder(Catalogue((Measure("A1", "a", "One"), Measure("A 1", "a", "Two"))))
    assert refs.find("A 1").description == "Two"
    assert refs.find("a1") is None
