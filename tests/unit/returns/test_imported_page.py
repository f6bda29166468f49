"""A page as other services keep it: marks, a column of comments, and notes under the table."""

from __future__ import annotations

from datetime import datetime

from tests.support.books import applied, new_sheets
from xl_addin.dataset.derived import average
from xl_addin.dataset.page import build_page
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import grouped
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import parse_return
from xl_addin.table import Grid

CATALOGUE = Catalogue(
    tuple(Measure(ref, "MASH", f"Count of {ref}") for ref in ("M1", "M2", "M4", "LAC1"))
)
JUNE = Month(2015, 6)
OCCASION = Occasion(datetime(2026, 7, 6, 9, 30), "officer", "0.1.0")


def read(*rows, headings=("Ref", "Measure", "May 2015", "Jun 2015", "Comments")):
    return parse_return([Grid("Old.xlsx", (headings, *rows))], CATALOGUE, "Old.xlsx", "")


PAGE = (
    ("M1", "Contacts", 1156, 1363, "A new form was used."),
    ("M2", "Referrals", "*", "..", None),
    ("M4", "CSE", "*", "-", "[note 3]"),
    (None, "Notes", None, None, None),
    ("Note 1: LAC1 and M1 count children from their arrival.", None, None, None, None),
    ("* Two teams sent their figures late.", None, None, None, None),
    ("Key: increase 10% or more is an arrow", None, None, None, None),
)


def test_marks_are_told_with_their_meaning_before_anything_is_done():
    told = [str(problem) for problem in grouped(read(*PAGE).warnings)]
    remedy = "If it means something else, write that in its place."
    assert told[:3] == [
        "Old.xlsx: 2 cells hold “*”, read as “Suppressed in the source”: M2 (row 3, May 2015), "
        f"M4 (row 4, May 2015). {remedy}",
        f"Old.xlsx: M2 (row 3, Jun 2015) holds “..”, read as “Not available”. {remedy}",
        f"Old.xlsx: M4 (row 4, Jun 2015) holds “-”, read as missing. {remedy}",
    ]


def test_comments_and_notes_under_the_table_come_with_their_measures_and_month():
    return_ = read(*PAGE)
    notes = {(e.observation.ref, e.observation.month.label): e.note for e in return_.entries}
    below = "LAC1 and M1 count children from their arrival."
    assert notes["M1", "Jun 2015"] == f"A new form was used. {below}"
    assert not any(note for key, note in notes.items() if key != ("M1", "Jun 2015"))
    assert return_.problems == ()


def test_that_a_share_copy_has_no_notes_is_no_note():
    notes = {e.note for e in read(("M1", "Contacts", 1156, 1363, "No notes")).entries}
    assert notes == {""}


def test_a_note_that_names_no_measure_is_said_and_the_key_is_none():
    told = [str(problem) for problem in read(*PAGE).warnings[-1:]]
    assert told == [
        "Old.xlsx, row 7: “Two teams sent their figures late.” stands under the table and names no "
        "measure, so it is not brought in. If it is a note, write it on the sheet for data notes, "
        "with the measures it applies to."
    ]


def test_a_heading_between_measures_is_no_note():
    section = ("Measures of children in care and adoption", None, None, None, None)
    return_ = read(PAGE[0], section, ("LAC1", "Children", 620, 626, None))
    assert return_.warnings == ()


def test_an_average_that_leaves_out_suppressed_months_is_said_to_be_too_high():
    """The printed M4, whose average is 7: with its small counts hidden, the others give 8."""
    shown = (10, "*", "*", "*", 15, 7, 7, 9, 9, 5, 7, 6, 7)
    headings = ("Ref", *(month.label for month in JUNE.window()))
    return_ = read(("M4", *shown), headings=headings)
    sheets = new_sheets(CATALOGUE)
    update = refresh(parse_workbook(sheets), return_, OCCASION)
    history = parse_workbook(applied(sheets, update)).history
    row = build_page(CATALOGUE, history, JUNE).rows[2]
    assert average(row.shown[1:]) == 8
    (told,) = [str(w) for w in update.warnings if "average" in w.found]
    assert told == (
        "Dataset, M4: Its 12 month average leaves out Jul 2014, Aug 2014, Sep 2014, suppressed in "
        "the source: it is that of the other months, and too high. Ask for the figures, or say so "
        "in a data note."
    )
