"""Computed figures held against those on record: what is said to be behind a difference."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.support.records import EXTRACT, JUNE, write_csv
from xl_addin.commands.compare import differences
from xl_addin.commands.compute import figures_of, figures_otherwise, read_asked
from xl_addin.commands.records import Asked
from xl_addin.observation import Observation
from xl_addin.sources.catalogue import read_catalogue

CARE = (
    "Child Unique ID",
    "Date Started to be Looked After",
    "Date Ceased to be Looked After",
    "Legal Status",
    "Date of Last Social Work Visit",
)
STAYS = (
    ("A", "01/05/2015", "", "C2", "20/06/2015"),
    ("B", "02/05/2015", "", "C2", ""),
    ("C", "03/05/2015", "", "V4", ""),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The figures, and what they would be had a choice been made otherwise."""
    source = write_csv(tmp_path_factory.mktemp("care") / "List 8.csv", CARE, *STAYS)
    ready = read_asked(Asked((source,), (JUNE,), period=EXTRACT), lambda line: None)
    return figures_of(ready, lambda line: None), list(figures_otherwise(ready))


def said(made, **on_record: float) -> list[str]:
    """What is said where the workbook has these figures of June."""
    there = {ref.replace("_", "-"): value for ref, value in on_record.items()}
    history = SimpleNamespace(observed=lambda ref, month: Observation(ref, month, there.get(ref)))
    workbook = SimpleNamespace(catalogue=read_catalogue()[1], history=history)
    figures, otherwise = made
    return differences(figures, workbook, otherwise)


def test_a_choice_that_gives_the_figure_on_record_is_named_as_the_reason(made):
    assert said(made, LAC1=3) == [
        "LAC1 Jun 2015: 2 computed, 3 on record. Likely: another choice. It is so with "
        "“Children in care for short breaks alone (V3, V4) are counted.”"
    ]


@pytest.mark.parametrize(
    ("on_record", "reason"),
    [
        ({"LAC1": 1}, "Likely: recorded late, after the figure was made."),
        ({"LAC1": 9}, "Likely: another definition, or records removed since."),
        ({"LAC7_QL": 0.9}, "Likely: the extract was made on another day."),
    ],
)
def test_where_no_choice_gives_it_the_likely_reason_is_said(made, on_record, reason):
    (line,) = said(made, **on_record)
    assert line.endswith(reason)


def test_what_is_on_record_as_it_is_computed_is_said_to_be_the_same(made):
    assert said(made, LAC1=2) == ["Every computed figure is the one on record."]
