"""Data notes marked [b] start the limits of a measure anew."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support.books import applied, new_sheets
from xl_addin.check import check
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import DataNotes
from xl_addin.measure import Catalogue, Measure
from xl_addin.notes import ReturnedNote, rebases_of
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import Entry, Return
from xl_addin.values import replace

CATALOGUE = Catalogue(
    (Measure("M1", "MASH", "Contacts"), Measure("M2", "MASH", "Referrals"), Measure("X", "CP", "X"))
)
JUNE, JULY = Month(2015, 6), Month(2015, 7)
OCCASION = Occasion(datetime(2015, 8, 3, 9, 30), "officer", "0.1.0")


def with_notes(sheets, *notes):
    table = sheets.tables[DataNotes.TABLE]
    rows = tuple(tuple(note.get(heading) for heading in table.headings) for note in notes)
    return replace(sheets, tables={**sheets.tables, DataNotes.TABLE: replace(table, rows=rows)})


def note(text, applies_to="M1", start=date(2015, 3, 1), **cells):
    named = {DataNotes.APPLIES_TO: applies_to, DataNotes.TEXT: text, DataNotes.FROM: start}
    return named | cells


def found(*notes, brought=()):
    return rebases_of(parse_workbook(with_notes(new_sheets(CATALOGUE), *notes)), brought)


@pytest.mark.parametrize("text", ["[b] Counted per family.", "Counted per family [B]."])
def test_a_note_marked_b_rebases_its_measures_from_its_month(text):
    assert found(note(text)) == {"M1": (Month(2015, 3),)}
    area = note(text, "MASH; X", date(2015, 4, 1))
    assert found(area) == dict.fromkeys(("M1", "M2", "X"), (Month(2015, 4),))


def test_several_breaks_are_in_order_and_an_ended_note_counts_too():
    ended = {DataNotes.STATE: "ended", DataNotes.TO: date(2015, 6, 1)}
    notes = note("[b] again", start=date(2015, 6, 1)), note("[b] first", **ended)
    assert found(*notes) == {"M1": (Month(2015, 3), Month(2015, 6))}


def test_a_note_without_the_mark_or_the_month_rebases_nothing():
    assert found(note("A break in series.")) == found(note("[b]", start=None)) == {}


def test_a_return_may_bring_the_break():
    brought = (ReturnedNote("M2", JULY, "[b] New form."), ReturnedNote("M1", JULY, "Late."))
    assert found(brought=brought) == {"M2": (JULY,)}


def test_a_break_without_a_month_is_reported():
    sheets = after(*(("M1", month, 5.0) for month in JUNE.window()))
    said = check(parse_workbook(with_notes(sheets, note("[b] New.", start=None))), None, OCCASION)
    assert any("It is marked [b] and has no month under From." in str(f.problem) for f in said)


def after(*figures):
    entries = tuple(
        Entry(Observation(ref, month, value), f"row {n}")
        for n, (ref, month, value) in enumerate(figures, 2)
    )
    return_ = Return(entries, "Return.csv", "ab" * 32)
    sheets = new_sheets(CATALOGUE)
    return applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))


def test_after_a_break_a_refresh_warns_by_the_months_since_only():
    jumped = [("M1", month, 100.0 if month < JUNE else 900.0) for month in JUNE.window()]
    sheets = after(*jumped)
    lines = said_of(sheets)
    assert any("900 for Jun 2015 is" in line and "above the usual" in line for line in lines)
    assert not any("above the usual" in line for line in said_of(rebased(sheets)))


def rebased(sheets):
    start = {DataNotes.CHANGED: date(2015, 8, 3)}
    return with_notes(sheets, note("[b] New form.", start=date(2015, 6, 1), **start))


def said_of(sheets):
    return [str(finding.problem) for finding in check(parse_workbook(sheets), None, OCCASION)]
