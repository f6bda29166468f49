"""SSDA903 episodes: those of several years and authorities, and those that are not right."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.support.records import JUNE, computed_from, write_csv
from xl_addin.definitions.lists import CARE
from xl_addin.period import Month
from xl_addin.records.read import Period
from xl_addin.records.synthetic import Wanted, synthesise

HEADINGS = ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC")
SPRING = Period(Month(2015, 3), date(2015, 6, 30))
YEAR = JUNE.window(13)
CUT = date(2015, 3, 31)
"""The last day of a year's return."""


def episode(child: str, began: str, why: str, ended: str = "", reason: str = "", legal: str = "C2"):
    return (child, began, why, legal, "N1", "U4", ended, reason)


def figures(folder: Path, ref: str = "LAC1") -> list[float | None]:
    """The figures of a measure from March to June 2015."""
    found = computed_from(folder, months=JUNE.window(4), period=SPRING)
    return [found[ref, month].value for month in JUNE.window(4)]


def looked_at(folder: Path) -> list[tuple[str, str, str]]:
    """What was found: file and row, child, sentence."""
    beside = folder.with_name(f"{folder.stem} rows to look at.csv")
    with beside.open(encoding="utf-8-sig") as file:
        return [(f"{row[1]} {row[2]}", row[3], row[4]) for row in list(csv.reader(file))[1:]]


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    """The returns of two years: A stays in care over their border, B leaves, C comes."""
    (tmp_path / "903").mkdir()
    write_csv(
        tmp_path / "903" / "episodes 2014-15.csv",
        HEADINGS,
        episode("A", "01/02/2014", "S", "10/05/2014", "X1"),
        episode("A", "10/05/2014", "P"),
        episode("B", "05/06/2014", "S", "07/03/2015", "E8"),
    )
    write_csv(
        tmp_path / "903" / "episodes 2015-16.csv",
        HEADINGS,
        episode("A", "10/05/2014", "P", "10/05/15", "X1"),
        episode("A", "10/05/2015", "P", "20/06/15", "E11"),
        episode("C", "05/05/2015", "S"),
    )
    return tmp_path / "903"


def test_a_child_in_the_returns_of_two_years_is_counted_once(returns):
    assert figures(returns) == [1, 1, 2, 1]
    assert figures(returns, "LAC2") == [0, 0, 1, 0]
    assert figures(returns, "LAC3") == [1, 0, 0, 1]
    assert not returns.with_name("903 rows to look at.csv").exists()


def test_the_returns_of_two_authorities_add_up_though_their_children_are_called_the_same(tmp_path):
    for authority, day in (("North", "01"), ("South", "02")):
        (tmp_path / "903" / authority).mkdir(parents=True)
        rows = (episode("A", f"{day}/02/2014", "S"), episode("B", f"{day}/06/2015", "S"))
        write_csv(tmp_path / "903" / authority / "episodes.csv", HEADINGS, *rows)
    assert figures(tmp_path / "903") == [2, 2, 2, 4]


def test_a_child_who_is_in_care_in_an_older_return_and_in_no_newer_one_is_listed(returns):
    with (returns / "episodes 2014-15.csv").open("a", encoding="utf-8") as file:
        csv.writer(file).writerow(episode("D", "01/03/2015", "S"))
    assert figures(returns) == [2, 2, 3, 2]
    said = "The child is in care at the end of this file, and in none of the newer ones."
    assert looked_at(returns) == [("episodes 2014-15.csv 5", "D", said)]


def test_what_is_not_right_about_an_episode_is_listed_and_none_is_dropped_in_silence(tmp_path):
    source = tmp_path / "episodes.csv"
    write_csv(
        source,
        HEADINGS,
        episode("", "01/02/2015", "S"),
        episode("A", "", "S"),
        episode("B", "31/02/2015", "S"),
        episode("C", "01/02/2015", "S", "soon", "E8"),
        episode("D", "01/02/2015", "S", "", "E3"),
        episode("E", "01/02/2015", "S", "01/04/2015", ""),
        episode("F", "01/02/2015", "S"),
    )
    assert figures(source) == [4, 4, 4, 4]
    assert looked_at(source) == [
        ("episodes.csv 2", "", "There is no child ID."),
        ("episodes.csv 3", "A", "The episode has no start (DECOM)."),
        ("episodes.csv 4", "B", "“31/02/2015” is no date (DECOM)."),
        ("episodes.csv 5", "C", "“soon” is no date (DEC)."),
        ("episodes.csv 6", "D", "Care ceased (REC), but no day is given (DEC)."),
        ("episodes.csv 7", "E", "The episode ended (DEC), and no reason (REC)."),
    ]


def test_a_first_episode_within_the_year_that_begins_no_care_is_listed(tmp_path):
    source = tmp_path / "episodes.csv"
    rows = (
        episode("A", "01/02/2014", "P", "10/04/2014", "X1"),
        episode("A", "10/04/2014", "P"),
        episode("B", "03/05/2015", "P"),
    )
    write_csv(source, HEADINGS, *rows)
    assert figures(source) == [1, 1, 2, 2]
    said = "Care did not begin with this episode (RNE), and the one before is not there."
    assert looked_at(source) == [("episodes.csv 4", "B", said)]


def test_what_follows_the_end_of_care_is_a_period_of_its_own_whatever_it_calls_itself(tmp_path):
    source = tmp_path / "episodes.csv"
    rows = (
        episode("A", "01/02/2015", "S", "10/03/2015", "E8"),
        episode("A", "05/05/2015", "P"),
    )
    write_csv(source, HEADINGS, *rows)
    assert figures(source) == [0, 0, 1, 1]
    assert figures(source, "LAC3") == [1, 0, 0, 0]


def by_day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


@pytest.mark.parametrize("seed", [3, 8])
def test_made_up_stays_cut_into_the_returns_of_two_years_give_their_true_figures(tmp_path, seed):
    made = synthesise(Wanted(400, YEAR, seed))
    years: tuple[list, list] = ([], [])
    for stay in made.lists[CARE]:
        began, ended = by_day(stay["care_start"]), stay["care_end"]
        reason = (stay["reason_ceased"] or "E8") if ended else ""
        whole = episode(
            stay["child_id"], stay["care_start"], "S", ended, reason, stay["legal_status"]
        )
        if began <= CUT:
            is_open = not ended or by_day(ended) > CUT
            years[0].append((*whole[:6], "", "") if is_open else whole)
        if not ended or by_day(ended) > CUT:
            years[1].append(whole)
    (tmp_path / "903").mkdir()
    for name, rows in zip(("2014", "2015"), years, strict=True):
        write_csv(tmp_path / "903" / f"episodes {name}.csv", HEADINGS, *rows)
    found = computed_from(tmp_path / "903", months=YEAR)
    for ref in ("LAC1", "LAC2", "LAC3", "LAC4-QL"):
        assert [found[ref, m].value for m in YEAR] == [made.counted[ref, m] for m in YEAR], ref
