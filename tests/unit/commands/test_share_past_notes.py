"""The notes of a share copy that are no longer on the page: reasons of old months, retired ones."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.share_data import ISSUE, OCCASION, count, recorded, workbook
from xl_addin.dataset.history import Revision
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import suppress
from xl_addin.layout import DataNotes
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.notes import DataNote, NoteState, Origin, note_row
from xl_addin.notes.words import last_page_with
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.share.copy import build_copy
from xl_addin.table import Table
from xl_addin.values import replace

TEAM = Catalogue((count("W"), count("V")))
FEB, MAR = Month(2015, 2), Month(2015, 3)
LATE = "Not updated: new system"
PAST = DataNote(3, "V", f"V: {LATE} (from Feb 2015)", FEB, MAR, NoteState.ENDED, Origin.AUTOMATIC)
OF_THE_PAGE = DataNote(1, "W", "Counted by hand")
ORPHAN = DataNote(2, "nobody", "As before")
RETIRED = DataNote(4, "OLD", "Ended with the old system")


def copy(*notes: DataNote, hide: bool = False, without: tuple[str, ...] = ("V", "OLD")):
    """A copy of June: some have a reason in place of February and March; History has OLD too."""
    months = ISSUE.window()
    counts = {(ref, m): 40.0 for ref in "WV" for m in months}
    for cell in [(ref, m) for ref in without for m in (FEB, MAR)]:
        counts.pop(cell, None)
    when = datetime(2015, 7, 1)
    late = [
        Revision(Observation(ref, m, status=LATE), 1, when, "test")
        for ref in without
        for m in (FEB, MAR)
    ]
    old = [Revision(Observation("OLD", months[0], 9.0), 1, when, "test")]
    rows = tuple(map(note_row, notes))
    table = Table(DataNotes.TABLE, "Data notes", DataNotes.COLUMNS, rows, 2)
    book = workbook(TEAM, [*recorded(TEAM, counts), *late, *old], DataNotes=table)
    if hide:
        return build_copy(book, ISSUE, OCCASION, suppress(TEAM, book.history, months, Rule()))
    return build_copy(book, ISSUE, OCCASION)


@pytest.mark.parametrize("hide", [False, True], ids=["as it is", "small counts hidden"])
def test_what_is_not_available_leads_to_its_reason_after_the_note_has_ended(hide):
    made = copy(OF_THE_PAGE, ORPHAN, PAST, hide=hide)
    rows = {row.measure.ref: row for row in made.rows}
    assert rows["V"].months.count("[x]") == 2
    assert [note.text for note in made.notes] == [OF_THE_PAGE.text, PAST.text, ORPHAN.text]
    assert [note.number for note in made.notes] == [1, 2, 3]
    assert (rows["W"].notes, rows["V"].notes) == ("[note 1]", "[note 2]")


def test_notes_are_numbered_as_they_first_appear_whether_they_are_over_or_not():
    past_of_w = replace(PAST, applies_to="W", text=PAST.text.replace("V:", "W:"))
    made = copy(DataNote(1, "V", "Counted by hand"), past_of_w, without=("W", "V"))
    assert [row.notes for row in made.rows] == ["[note 1]", "[note 2]"]
    assert [note.text for note in made.notes] == [past_of_w.text, "Counted by hand"]


def test_the_past_reason_stands_after_the_notes_of_the_page_in_its_row():
    made = copy(DataNote(1, "V", "Counted by hand"), PAST)
    assert [row.notes for row in made.rows] == ["", "[note 1] [note 2]"]


LEFT_OUT = {
    "months that the page no longer shows": DataNote(
        1,
        "V",
        f"V: {LATE} (from Feb 2014)",
        Month(2014, 2),
        Month(2014, 3),
        NoteState.ENDED,
        Origin.AUTOMATIC,
    ),
    "an officer's that is over": DataNote(1, "V", "Moved", FEB, MAR, NoteState.ENDED),
    "one that an officer ended without a To": DataNote(
        1, "V", PAST.text, FEB, None, NoteState.ENDED, Origin.AUTOMATIC
    ),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_no_other_note_that_is_over_is_in_a_copy(case):
    assert copy(LEFT_OUT[case]).notes == ()


def test_a_note_on_a_retired_measure_is_in_no_copy_and_one_on_nothing_known_is():
    past = replace(PAST, applies_to="OLD", text=PAST.text.replace("V:", "OLD:"))
    made = copy(RETIRED, past, ORPHAN, DataNote(5, "OLD; the unit", "Closed"))
    assert [note.text for note in made.notes] == ["As before", "Closed"]


def test_a_change_behind_figures_that_print_the_same_is_told_without_all_digits():
    """A copy that holds all digits is refused. In March one decimal more was published once."""
    days = Measure("D", "Area", "Days", unit=Unit.DAYS, decimals=1)
    was = dict.fromkeys(ISSUE.window(), 12.0) | {FEB: 17.333333333333332, MAR: 17.31}
    now = {FEB: 17.333333333333336, MAR: 17.34}
    revisions = [
        Revision(Observation("D", month, value), number, datetime(2015, 6, number), "test")
        for number, values in enumerate((was, now), 1)
        for month, value in values.items()
    ]
    said = [
        "D: Feb 2015 restated from 17.333333333333332 to 17.333333333333336 in the Jun 2015 issue",
        "D: Mar 2015 restated from 17.31 to 17.34 in the Jun 2015 issue",
    ]
    notes = [
        DataNote(n, "D", text, month, last_page_with(month), origin=Origin.AUTOMATIC)
        for n, (text, month) in enumerate(zip(said, (FEB, MAR), strict=True), 1)
    ]
    rows = tuple(map(note_row, notes))
    table = Table(DataNotes.TABLE, "Data notes", DataNotes.COLUMNS, rows, 2)
    made = build_copy(workbook(Catalogue((days,)), revisions, DataNotes=table), ISSUE, OCCASION)
    changed = "D: Feb 2015 changed in the Jun 2015 issue; by how much was not published"
    assert [note.text for note in made.notes] == [changed, said[1]]
