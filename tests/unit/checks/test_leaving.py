"""Measures that leave the page: who says so, and what is never asked or said of them again."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.books import applied, new_sheets
from tests.support.refresh_cases import AUGUST, CATALOGUE, JULY, JUNE, MAY, OCCASION, return_of
from xl_addin.bring_rows import bring_rows
from xl_addin.check import check
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import Commentary, DataNotes, Measures, Targets
from xl_addin.refresh import refresh, show, sync_notes
from xl_addin.refs import RefFinder
from xl_addin.returns.brought import Brought
from xl_addin.values import replace

LEFT = "Off the page, kept in Figures recorded: M2, M3"


def after(*returns, sheets=None):
    sheets = sheets or new_sheets(CATALOGUE)
    for return_ in returns:
        sheets = applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))
    return sheets


def with_rows(sheets, name, *rows):
    table = sheets.tables[name]
    filled = tuple((*row, *[None] * (len(table.headings) - len(row))) for row in rows)
    return replace(sheets, tables={**sheets.tables, name: replace(table, rows=filled)})


@pytest.fixture
def figures():
    return after(
        return_of(("M1", MAY, 1400.0), ("M2", MAY, 400.0)),
        return_of(("M1", JUNE, 1363.0), source="July return.csv"),
    )


def without_m2(sheets, *others):
    return with_rows(sheets, Measures.TABLE, sheets.tables[Measures.TABLE].rows[0], *others)


XX1 = ("XX1", "MASH", "Referrals (all)", None, "number", 0.0)


def test_syncing_the_notes_and_showing_a_month_say_which_measures_leave_and_come(figures):
    workbook = parse_workbook(without_m2(figures, XX1))
    for update in (sync_notes(workbook, OCCASION), show(workbook, MAY, OCCASION)):
        assert "New on the page: XX1" in update.summary
        assert LEFT in update.summary


def test_bringing_in_targets_says_it_too(figures):
    workbook = parse_workbook(without_m2(figures))
    brought = Brought(Targets.TABLE, "Targets.csv", ((2, ("M1", None, None, 1300.0)),))
    assert LEFT in bring_rows(workbook, brought, "Targets.csv", "", OCCASION).summary


def test_that_a_new_measure_may_be_one_that_leaves_is_said_before_anything_is_done(figures):
    workbook = parse_workbook(without_m2(figures, XX1))
    for update in (sync_notes(workbook, OCCASION), show(workbook, MAY, OCCASION)):
        (said,) = [
            str(p) for p in update.warnings if "another name" in p.remedy or "same" in p.remedy
        ]
        assert "Off the page goes M2, M3; new, without a figure recorded, is XX1." in said
    again = with_rows(figures, Measures.TABLE, *figures.tables[Measures.TABLE].rows)
    assert not [
        p for p in sync_notes(parse_workbook(again), OCCASION).warnings if "Off the page" in p.found
    ]


def test_a_check_says_what_measures_says_and_does_not_blame_the_charts(figures):
    found = check(parse_workbook(without_m2(figures, XX1)), None, OCCASION)
    said = [one.problem.found for one in found]
    assert "M2 stands on the page and no more in Measures." in said
    assert "XX1 is new." in said
    assert not [line for line in said if "behind the charts" in line]


def test_a_ref_that_has_left_is_never_taken_for_another(figures):
    sheets = applied(without_m2(figures), sync_notes(parse_workbook(without_m2(figures)), OCCASION))
    refs = RefFinder(parse_workbook(sheets).catalogue)
    for written in ("M2", "m2"):
        problem = refs.problem(written, "Old.csv, row 4")
        assert (
            "M2 is no measure any more: it has left Measures, with figures up to May"
            in problem.found
        )
        assert "M1" not in str(problem) and "put it back" in problem.remedy


def test_a_measure_is_not_asked_for_in_months_before_it_began():
    later = return_of(("M1", JULY, 1.0), ("M2", JULY, 1.0), source="July.csv")
    workbook = parse_workbook(after(return_of(("M1", MAY, 9.0)), later))
    shown = show(workbook, MAY, OCCASION)
    assert not [p for p in shown.warnings if "M2" in str(p)]
    words = [str(c) for c in shown.changes if getattr(c, "table", "") == "Summary"]
    assert not [line for line in words if "M2, Referrals: neither" in line]
    asked = refresh(workbook, return_of(("M1", AUGUST, 1.0), source="August.csv"), OCCASION)
    assert [p for p in asked.warnings if "M2" in str(p)]  # begun, and blank: asked for


def test_the_automatic_note_of_a_measure_that_left_ends(figures):
    def states(sheets):
        return {r[DataNotes.APPLIES_TO]: r[DataNotes.STATE] for _, r in notes(sheets)}

    def notes(sheets):
        return sheets.tables[DataNotes.TABLE].records()

    assert states(figures)["M2"] == "active"
    sheets = after(return_of(("M1", JULY, 1.0), source="July.csv"), sheets=without_m2(figures))
    assert states(sheets)["M2"] == "ended"


def test_commentary_on_a_measure_that_leaves_is_told_once(figures):
    row = (date(2015, 5, 1), "M2", "Panel met late.")
    sheets = with_rows(without_m2(figures), Commentary.TABLE, row)
    update = sync_notes(parse_workbook(sheets), OCCASION)
    assert "What is said of M2 elsewhere stays as a record: Commentary, row 2" in update.summary
    later = applied(sheets, update)
    july = return_of(("M1", JULY, 1.0), source="July.csv")
    again = refresh(parse_workbook(later), july, OCCASION)
    assert not [p for p in (*again.warnings, *again.summary) if "Commentary" in str(p)]
    found = check(parse_workbook(later), None, OCCASION)
    assert not [one for one in found if "Commentary" in str(one.problem)]
