"""Renamed measures: before their first figure, back again, and beside others."""

from __future__ import annotations

import pytest

from tests.support.books import applied, new_sheets, with_cell
from tests.support.refresh_cases import CATALOGUE, JULY, JUNE, OCCASION, return_of, row_of
from xl_addin.checks.page import changed_by_hand
from xl_addin.dataset.history import History as Recorded
from xl_addin.dataset.history import Revision
from xl_addin.dataset.renames import retired_refs
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import WorkbookRefused
from xl_addin.layout import DataNotes, History, Measures
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.refresh import refresh, sync_notes
from xl_addin.returns.hand_edits import find_hand_edits
from xl_addin.values import replace


def renamed(sheets, old, new):
    """An officer gives a measure another ref, also where the share M3 names it."""
    names = {Measures.REF: old, Measures.NUMERATOR: "M3", Measures.DENOMINATOR: "M3"}
    for heading, row in names.items():
        rows = sheets.tables[Measures.TABLE].rows
        at = Measures.COLUMNS.index(heading)
        if (row, old) in {(cells[0], cells[at]) for cells in rows}:
            sheets = with_cell(sheets, Measures.TABLE, row, heading, new)
    return sheets


def refreshed(sheets, *figures):
    return applied(sheets, refresh(parse_workbook(sheets), return_of(*figures), OCCASION))


def with_note(sheets, applies_to, text):
    table = sheets.tables[DataNotes.TABLE]
    row = (None, applies_to, text, *[None] * 5)
    return replace(sheets, tables={**sheets.tables, DataNotes.TABLE: replace(table, rows=(row,))})


def test_a_measure_may_be_renamed_before_its_first_figure():
    sheets = refreshed(with_note(new_sheets(CATALOGUE), "M1", "Late."), ("M2", JUNE, 5.0))
    other = renamed(sheets, "M1", "C1")
    done = applied(other, sync(other))
    assert row_of(done, "C1")["Notes"].startswith("[note 1]")
    assert done.names["KeyMeasure1"] == (("C1",),)


def sync(sheets):
    return sync_notes(parse_workbook(sheets), OCCASION)


def test_a_measure_may_be_called_as_it_was_before():
    sheets = refreshed(new_sheets(CATALOGUE), ("M1", JUNE, 10.0), ("M2", JUNE, 5.0))
    other = refreshed(renamed(sheets, "M1", "C1"), ("C1", JULY, 12.0), ("C1", JUNE, 11.0))
    back = renamed(other, "C1", "M1")
    update = sync(back)
    assert "C1 is now called M1: its figures and notes go with it." in update.summary
    done = applied(back, update)
    assert (row_of(done, "M1")["Jun 2015"], row_of(done, "M1")["Jul 2015"]) == (11, 12)
    june = [r[2:6:3] for r in done.tables[History.TABLE].rows if r[:2] == ("M1", JUNE.first_day)]
    assert june == [(1, 10), (2, 11)]
    assert sync(done).is_empty


@pytest.mark.parametrize("refs", [("M1", "R1", "M2"), ("M2", "M1", "M3")])
def test_a_ref_is_not_given_to_another_measure_of_the_page(refs):
    sheets = refreshed(new_sheets(CATALOGUE), ("M1", JUNE, 10.0), ("M2", JUNE, 5.0))
    table = sheets.tables[Measures.TABLE]
    rows = tuple(
        (ref, *row[1:7], None, None, *row[9:]) for ref, row in zip(refs, table.rows, strict=True)
    )
    mixed = replace(sheets, tables={**sheets.tables, Measures.TABLE: replace(table, rows=rows)})
    with pytest.raises(WorkbookRefused) as refused:
        sync(mixed)
    taken = refs[2] if refs[2] != "M3" else "M1"
    assert f"{taken} was “" in str(refused.value)
    assert "Give it a ref that has no figures yet." in str(refused.value)


def test_a_description_may_be_reworded():
    sheets = refreshed(new_sheets(CATALOGUE), ("M1", JUNE, 10.0), ("M2", JUNE, 5.0))
    reworded = with_cell(sheets, Measures.TABLE, "M2", Measures.DESCRIPTION, "Referrals made")
    assert row_of(applied(reworded, sync(reworded)), "M2")["Description"] == "Referrals made"


def test_a_share_is_withdrawn_with_a_count_it_was_worked_out_from():
    sheets = refreshed(new_sheets(CATALOGUE), ("M1", JUNE, 10.0), ("M2", JUNE, 5.0))
    withdrawn = refreshed(sheets, ("M2", JUNE, "Under review"))
    assert row_of(withdrawn, "M3")["Jun 2015"] == "Under review"
    assert row_of(refreshed(withdrawn, ("M2", JUNE, 4.0)), "M3")["Jun 2015"] == 0.4


def test_a_zero_deleted_by_hand_is_seen():
    sheets = refreshed(new_sheets(CATALOGUE), ("M1", JUNE, 10.0), ("M2", JUNE, 0.0))
    edited = with_cell(sheets, "Dataset", "M2", "Jun 2015", None)
    (problem,) = [str(changed_by_hand(e)) for e in find_hand_edits(parse_workbook(edited))]
    assert "M2 Jun 2015 shows nothing, but “0” is recorded." in problem


def test_the_text_that_names_a_former_ref_is_told_by_its_new_number():
    sheets = with_note(new_sheets(CATALOGUE), "M2", "M2 counts children.")
    sheets = refreshed(sheets, ("M1", JUNE, 10.0), ("M2", JUNE, 5.0))
    late = renamed(sheets, "M2", "R1")
    update = refresh(parse_workbook(late), return_of(("M1", JULY, "Late")), OCCASION)
    numbers = {row.cells[1]: row.cells[0] for row in notes_of(update) if row.cells[6] == "officer"}
    (told,) = [str(w) for w in update.warnings if "The text names M2" in str(w)]
    assert f"note {numbers['R1']} " in told


def notes_of(update):
    (change,) = [c for c in update.changes if getattr(c, "table", "") == DataNotes.TABLE]
    return change.rows


def test_a_measure_that_left_is_said_to_have_figures_up_to_the_last_month_that_has_one():
    figures, reason = (JUNE, 5.0, ""), (JULY, None, "Not updated")
    history = Recorded(
        Revision(Observation(ref, month, value, status), 1, None, "")
        for ref, given in (("GONE", (figures, reason)), ("NEVER", (reason,)))
        for month, value, status in given
    )
    catalogue = Catalogue((Measure("M1", "", "Contacts"),))
    assert retired_refs(catalogue, history, {}) == {"GONE": JUNE, "NEVER": JULY}
