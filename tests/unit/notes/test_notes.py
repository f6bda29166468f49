"""Data notes: reading, what they apply to, when they are on the page, and what the sync does."""

from __future__ import annotations

import csv
from datetime import date, datetime

import pytest

from tests.support.notes_desk import CATALOGUE, JUN, Desk, month, notes_table, warnings_of
from tests.support.places import DATA
from xl_addin.layout import DataNotes
from xl_addin.measure import Catalogue, Measure
from xl_addin.notes import (
    DataNote,
    NotedPage,
    NoteState,
    Origin,
    Record,
    ReturnedNote,
    note_row,
    printed_note,
    read_notes,
    rename_refs,
    sync,
    targets,
)
from xl_addin.table import CellError

MAY = month("May 2015")


def texts(desk):
    return desk.column(DataNotes.TEXT)


def found(done):
    return " ".join(str(problem) for problem in warnings_of(done))


# Reading and writing


def test_a_row_is_read_as_it_was_written():
    row = (
        2,
        "M5",
        "Late.",
        date(2015, 1, 1),
        date(2015, 3, 1),
        "ended",
        "return",
        date(2015, 4, 2),
    )
    (note,), problems = read_notes(notes_table(row))
    assert (note.number, note.start, note.end) == (2, month("Jan 2015"), month("Mar 2015"))
    assert (note.state, note.origin, note.was) == (NoteState.ENDED, Origin.RETURN, 0)
    assert note_row(note) == row
    assert not problems


def test_blank_rows_are_left_out_and_the_others_know_their_row():
    notes, _ = read_notes(notes_table((), (1, "M5", "Late."), ("  ",), (None, None, "Words.")))
    assert [(note.was, note.text) for note in notes] == [(1, "Late."), (3, "Words.")]


def test_a_new_row_is_an_active_note_of_an_officer_without_beginning_or_end():
    (note,), problems = read_notes(notes_table((None, "M5", "Late.")))
    assert (note.state, note.origin) == (NoteState.ACTIVE, Origin.OFFICER)
    assert (note.number, note.start, note.end, note.changed) == (None, None, None, None)
    assert not problems


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Jun 2015", "Jun 2015"),
        ("01/06/2015", "Jun 2015"),
        (date(2015, 6, 17), "Jun 2015"),
        (datetime(2015, 6, 1), "Jun 2015"),
    ],
)
def test_a_month_may_be_typed_in_any_written_form_and_becomes_a_date(cell, expected):
    (note,), _ = read_notes(notes_table((1, "M5", "Late.", cell)))
    assert note.start == month(expected)
    assert note_row(note)[3] == date(2015, 6, 1)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        (DataNotes.FROM, "Q1 15/16"),
        (DataNotes.FROM, 42156.0),
        (DataNotes.TO, "soon"),
        (DataNotes.TO, CellError("#REF!")),
        (DataNotes.STATE, "closed"),
        (DataNotes.ORIGIN, "B. Patel"),
        (DataNotes.CHANGED, "yesterday"),
    ],
)
def test_a_cell_that_cannot_be_read_is_reported_and_goes_back_as_it_was(heading, cell):
    desk = Desk()
    desk.add("M5", "Late.")
    desk.write(0, heading, cell)
    desk.sync()
    assert desk.column(heading) == [cell]
    (problem,) = desk.unread
    assert problem.place == "Data notes, row 6"
    assert problem.found == f"{heading} “{str(cell).removesuffix('.0')}” cannot be read."
    assert problem.remedy


def test_two_rows_with_one_number_are_reported_and_numbered_afresh():
    desk = Desk()
    desk.rows = list(notes_table((2, "M5", "One."), (2, "EH3", "Other.")).rows)
    desk.sync()
    assert [str(p) for p in desk.unread] == [
        "Data notes: 2 notes are numbered 2. They are numbered afresh; check what other notes "
        "say about this number."
    ]
    assert desk.column(DataNotes.NOTE) == [1, 2]


def test_an_emptied_table_is_no_problem():
    desk = Desk()
    desk.rows = list(notes_table((), ()).rows)
    assert desk.sync().notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "=SUM(A1:A9)",
        "+44 was dialled twice",
        "-3 were moved",
        "@EH3",
        "Line one\nline two\r\nline three",
        "  spaced out  ",
        "👩‍👧 counted once",
        "ملاحظة على الأرقام",
        "‏rtl‏ mark",
        "[note 9] typed by hand",
        "x" * 32_767,
        "'quoted",
    ],
)
def test_words_stay_as_they_came_in(text):
    desk = Desk()
    desk.add("M5", text)
    desk.sync()
    desk.sync()
    assert texts(desk) == [text]


def test_a_text_that_is_a_number_stays_a_number():
    desk = Desk()
    desk.add("M5", 12.5)
    done = desk.sync()
    assert texts(desk) == [12.5]
    assert done.markers["M5"] == "[note 1]"


# What a note applies to

NAMES = Catalogue(
    (
        Measure("M1", "MASH", ""),
        Measure("M2", "MASH", ""),
        Measure("A/B", "Adoption and Fostering", ""),
        Measure("A", "Care, after care", ""),
        Measure("B", "R&D", ""),
        Measure("Q 1", "Other", ""),
        Measure("Q1", "Other", ""),
        Measure("LAC5-QL", "", ""),
        Measure("X", "", ""),
        Measure("X/", "", ""),
    )
)


@pytest.mark.parametrize(
    ("applies_to", "refs", "unknown"),
    [
        ("M1", ["M1"], []),
        (" m1 ", ["M1"], []),
        ("M1;M2", ["M1", "M2"], []),
        ("M1, M2 / A & B", ["M1", "M2", "A", "B"], []),
        ("M1\nM2\r\nA", ["M1", "M2", "A"], []),
        ("M1 and M2", ["M1", "M2"], []),
        ("M1, and M2", ["M1", "M2"], []),
        ("M1; M1", ["M1"], []),
        ("MASH", ["M1", "M2"], []),
        ("mash; A", ["M1", "M2", "A"], []),
        ("Adoption and Fostering", ["A/B"], []),
        ("M1 and Adoption  and fostering and B", ["M1", "A/B", "B"], []),
        ("Care, after care, M1", ["A", "M1"], []),
        ("R&D", ["B"], []),
        ("A/B", ["A/B"], []),
        ("A / B", ["A/B"], []),
        ("B/A", ["B", "A"], []),
        ("lac5 – ql", ["LAC5-QL"], []),
        ("Q1", ["Q1"], []),
        ("q1", [], ["q1"]),
        ("Q 1", ["Q 1"], []),
        ("X/", ["X/"], []),
        ("M1; XX; YY; XX", ["M1"], ["XX", "YY"]),
        ("M1 + M2", [], ["M1 + M2"]),
        ("M1 M2", [], ["M1 M2"]),
        ("CiN and EH numbers", [], ["CiN", "EH numbers"]),
        ("", [], []),
        (";;, and /", [], []),
        ("M10", [], ["M10"]),
    ],
)
def test_applies_to_names_measures_and_areas(applies_to, refs, unknown):
    named = targets(DataNote(1, applies_to, "Text."), NAMES)
    assert (list(named.refs), list(named.unknown)) == (refs, unknown)


def test_applies_to_may_be_as_long_as_a_cell():
    named = targets(DataNote(1, "M1," * 10_922, "Text."), NAMES)
    assert named.refs == ("M1",)
    assert targets(DataNote(1, " " * 32_767, "Text."), NAMES).refs == ()


@pytest.mark.parametrize(
    ("renames", "before", "after"),
    [
        ({"M1": "MA1"}, "M1", "MA1"),
        ({"M1": "MA1"}, "M1;M2 and  m1", "MA1;M2 and  MA1"),
        ({"M1": "MA1"}, "M10; M1-QL; XM1", "M10; M1-QL; XM1"),
        ({"M1": "M2", "M2": "M1"}, "M1, M2", "M2, M1"),
        ({"A": "Z"}, "A/B; A", "A/B; Z"),
        ({"A/B": "AB"}, "A/B; A / B; A", "AB; AB; A"),
        ({"B": "Z"}, "R&D and B", "R&D and Z"),
        ({"M1": "MA1"}, "Nothing known", "Nothing known"),
    ],
)
def test_a_renamed_ref_is_carried_along_and_nothing_else_is(renames, before, after):
    (note,), problems = rename_refs([DataNote(1, before, "Words.")], renames, NAMES)
    assert note.applies_to == after
    assert not problems


def test_a_text_that_names_a_renamed_ref_is_reported_and_not_changed():
    note = DataNote(2, "M1", "M1 counts contacts; see M1-QL and M10.")
    (renamed,), problems = rename_refs([note], {"M1": "MA1", "M10": "M11", "QL": "X"}, NAMES)
    assert renamed.text == note.text
    assert [problem.found for problem in problems] == [
        "The text names M1, which is now MA1.",
        "The text names M10, which is now M11.",
    ]


# The page


@pytest.mark.parametrize(
    ("start", "end", "shown", "on_page"),
    [
        (None, None, "Jun 2015", True),
        (None, "Mar 2015", "Jun 2015", False),
        (None, "Mar 2015", "Mar 2015", True),
        (None, "Mar 2015", "Feb 2015", True),
        ("Apr 2015", None, "Mar 2015", False),
        ("Apr 2015", None, "Apr 2015", True),
        ("Apr 2015", "Apr 2015", "Apr 2015", True),
        ("May 2015", "Mar 2015", "Apr 2015", False),
    ],
)
def test_a_note_is_on_the_page_in_the_months_it_applies_to(start, end, shown, on_page):
    desk = Desk()
    desk.add("M5", "Late.", start, end)
    assert desk.show(month(shown)).markers["M5"] == ("[note 1]" if on_page else "")


def test_numbers_follow_the_rows_of_the_page_and_then_the_notes_that_are_not_on_it():
    desk = Desk()
    desk.add("LAC1", "Last row.")
    desk.add("M5", "Over.", None, "Mar 2015")
    desk.add("MASH", "First row.")
    desk.add("nobody", "An orphan.")
    desk.add("M5; CP1", "Second row.")
    done = desk.sync()
    assert texts(desk) == ["First row.", "Second row.", "Last row.", "Over.", "An orphan."]
    assert desk.column(DataNotes.NOTE) == [1, 2, 3, 4, 5]
    assert done.markers == {
        "M3": "[note 1]",
        "M5": "[note 1][note 2]",
        "EH3": "",
        "CP1": "[note 2]",
        "LAC1": "[note 3]",
    }
    assert done.on_page == (1, 2, 3)


def test_on_one_row_the_old_order_stays_also_after_the_table_was_sorted_another_way():
    desk = Desk()
    desk.add("M5", "B first.")
    desk.add("M5", "A second.")
    desk.sync()
    desk.rows.reverse()
    desk.sync()
    assert texts(desk) == ["B first.", "A second."]


def test_a_note_past_its_end_is_marked_ended_and_keeps_its_row():
    desk = Desk()
    desk.add("M5", "Late.", None, "Mar 2015")
    done = desk.sync()
    assert desk.column(DataNotes.STATE) == ["ended"]
    assert done.changed == ("Note 1 ended with Mar 2015: “Late.”",)


def test_the_seed_notes_come_out_on_the_rows_of_the_print():
    desk = Desk(_seed_catalogue())
    with (DATA / "data_notes.csv").open(encoding="utf-8") as file:
        printed = [printed_note(*row.values()) for row in csv.DictReader(file)]
    desk.rows = [note_row(note) for note in printed]
    done = desk.sync()
    assert {ref: text for ref, text in done.markers.items() if text} == {
        "M5": "[note 1]",
        "EH3": "[note 2]",
        "EH4-QL": "[note 2]",
        "LAC8-QL": "[note 3]",
    }
    assert [text.partition(":")[0] for text in texts(desk)] == [
        "Step-up numbers",
        "Single Assessments",
        "LAC8",
        "CiN and EH numbers",
    ]
    (orphan,) = warnings_of(done)
    assert orphan.place.startswith("Data notes, note 4 (“CiN and EH numbers: withdrawn")
    assert "“CiN and EH numbers”, which names no measure" in orphan.found


def _seed_catalogue():
    with (DATA / "monthly_dataset_jun_2015.csv").open(encoding="utf-8") as file:
        rows = [*csv.reader(file)][1:]
    return Catalogue(tuple(Measure(ref, area, text) for ref, area, text, *_ in rows))


# Not updated

REASON = "Not updated pending data accuracy work"
M5_NOTE = "M5: Not updated pending data accuracy work (from Nov 2014)"


def m5_stopped():
    desk = Desk()
    for at in JUN.window():
        desk.record("M5", at, 9 if at < month("Nov 2014") else REASON)
    return desk


def automatic(desk):
    return [row[2:7] for row in desk.rows if row[6] == "automatic"]


def test_a_measure_that_stops_gets_a_note_from_its_first_such_month_with_the_reason():
    desk = m5_stopped()
    done = desk.sync()
    assert automatic(desk) == [(M5_NOTE, date(2014, 11, 1), None, "active", "automatic")]
    assert done.markers["M5"] == "[note 1]"
    assert done.changed == (f"Note 1 added: “{M5_NOTE}”",)


def test_many_notes_added_at_once_are_told_in_one_line():
    desk = Desk()
    for ref in ("M3", "M5", "EH3", "CP1"):
        desk.record(ref, JUN, REASON)
    assert desk.sync().changed == ("4 notes added: 1 (M3), 2 (M5), 3 (EH3), 4 (CP1)",)


def test_it_ends_with_the_last_such_month_when_figures_return_and_is_back_when_that_is_shown():
    desk = m5_stopped()
    desk.sync()
    done = desk.refresh(month("Jul 2015"), {"M5": 12})
    assert automatic(desk) == [(M5_NOTE, date(2014, 11, 1), date(2015, 6, 1), "ended", "automatic")]
    assert done.markers["M5"] == ""
    assert desk.show(month("Mar 2015")).markers["M5"] == "[note 1]"
    assert desk.show(month("Oct 2014")).markers["M5"] == ""


def test_another_reason_ends_one_note_and_opens_another():
    desk = m5_stopped()
    desk.sync()
    desk.refresh(month("Jul 2015"), {"M5": "Not updated: new system"})
    assert automatic(desk) == [
        (
            "M5: Not updated: new system (from Jul 2015)",
            date(2015, 7, 1),
            None,
            "active",
            "automatic",
        ),
        (M5_NOTE, date(2014, 11, 1), date(2015, 6, 1), "ended", "automatic"),
    ]


def test_a_second_stop_is_a_second_note():
    desk = m5_stopped()
    desk.sync()
    desk.refresh(month("Jul 2015"), {"M5": 12})
    desk.refresh(month("Aug 2015"), {"M5": REASON})
    assert [row[1] for row in automatic(desk)] == [date(2015, 8, 1), date(2014, 11, 1)]


def test_a_page_that_shows_figures_by_now_has_no_note_that_they_are_not_updated():
    desk = m5_stopped()
    desk.sync()
    late = {("M5", at): 5.0 for at in JUN.window()[5:]}
    desk.refresh(month("Jul 2015"), {"M5": 12}, late)
    note = next(row for row in automatic(desk) if row[0] == M5_NOTE)
    assert note[1:4] == (date(2014, 11, 1), date(2015, 6, 1), "ended")
    markers = desk.show(month("Mar 2015")).markers["M5"]
    shown = [row[2] for row in desk.rows if f"[note {row[0]}]" in markers]
    assert M5_NOTE not in shown
    assert "M5: Nov 2014 first given in the Jul 2015 issue, as 5" in shown


def test_stops_that_are_over_get_no_note_on_the_page_of_today():
    desk = Desk()
    for at in JUN.window():
        desk.record("M5", at, REASON if at.year == 2014 else 9)
    assert desk.sync().notes == ()
    assert desk.show(month("Dec 2014")).markers["M5"] == "[note 1]"


def test_a_gap_month_neither_ends_a_note_nor_makes_one():
    desk = m5_stopped()
    desk.sync()
    desk.refresh(month("Aug 2015"), {"M5": REASON, "EH3": 200})
    assert [row[:4] for row in automatic(desk)] == [(M5_NOTE, date(2014, 11, 1), None, "active")]


@pytest.mark.parametrize("reason", ["Not updated", "not updated.", " NOT  UPDATED "])
def test_not_updated_without_a_reason_is_reported(reason):
    desk = Desk()
    desk.record("M5", JUN, reason)
    assert "Dataset, M5, Jun 2015: It is not updated, and no reason is given." in found(desk.sync())


def test_a_reason_in_an_officers_note_from_that_month_is_a_reason():
    desk = Desk()
    desk.record("M5", JUN, "Not updated")
    desk.add("MASH", "The new system does not record steps up.", "Jun 2015")
    done = desk.sync()
    assert "no reason is given" not in found(done)
    assert automatic(desk) == []


# Rewording


def test_a_reworded_note_is_the_officers_and_no_second_one_is_opened():
    desk = m5_stopped()
    desk.sync()
    desk.write(0, DataNotes.TEXT, "Step-ups are being recounted by hand.")
    done = desk.sync()
    assert [row[1:7] for row in desk.rows] == [
        (
            "M5",
            "Step-ups are being recounted by hand.",
            date(2014, 11, 1),
            None,
            "active",
            "officer",
        )
    ]
    assert "is an officer's from now on" in done.changed[0]
    assert len(desk.refresh(month("Jul 2015"), {"M5": REASON}).notes) == 1


def test_a_reworded_note_is_not_ended_for_the_officer_but_reported_once_figures_return():
    desk = m5_stopped()
    desk.sync()
    desk.write(0, DataNotes.TEXT, "Step-ups are being recounted by hand.")
    done = desk.refresh(month("Jul 2015"), {"M5": 12})
    assert desk.column(DataNotes.TO) == [None]
    assert "M5 was not updated from Nov 2014 to Jun 2015 and has figures since." in found(done)
    assert "Write Jun 2015 in To if the note is over." in found(done)


def test_a_stop_of_one_month_is_reported_by_that_month_alone():
    desk = m5_stopped()
    desk.add("LAC1", "Late once.", "Jul 2015")
    desk.refresh(month("Jul 2015"), {"LAC1": "Late"})
    done = desk.refresh(month("Aug 2015"), {"LAC1": 612})
    assert "LAC1 was not updated in Jul 2015 and has figures since." in found(done)


def test_an_officers_note_that_begins_later_is_not_taken_for_the_one_on_the_stop():
    desk = m5_stopped()
    desk.add("M5", "Steps up to the new team are counted.", "Jan 2015")
    assert not warnings_of(desk.refresh(month("Jul 2015"), {"M5": 12}))


def test_what_stands_in_to_is_not_overwritten_when_figures_return():
    desk = m5_stopped()
    desk.sync()
    desk.write(0, DataNotes.TO, "autumn?")
    desk.refresh(month("Jul 2015"), {"M5": 12})
    assert desk.column(DataNotes.TO) == ["autumn?"]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        (DataNotes.TEXT, "M5: Not updated because of staffing (from Nov 2014)"),
        (DataNotes.TEXT, M5_NOTE + "."),
        (DataNotes.TEXT, " " + M5_NOTE),
        (DataNotes.APPLIES_TO, "M5; EH3"),
    ],
)
def test_any_change_of_words_or_measures_makes_it_the_officers(heading, cell):
    desk = m5_stopped()
    desk.sync()
    desk.write(0, heading, cell)
    desk.sync()
    assert desk.column(DataNotes.ORIGIN) == ["officer"]
    assert desk.column(heading) == [cell]


def test_a_reworded_restatement_is_not_said_again():
    desk = Desk()
    desk.record("LAC1", MAY, 622)
    restated = (desk.record("LAC1", MAY, 620),)
    desk.sync(restated)
    desk.write(0, DataNotes.TEXT, "Two siblings were counted twice.")
    desk.sync(restated)
    assert texts(desk) == ["Two siblings were counted twice."]
    desk.sync((desk.record("LAC1", MAY, 622),), issue=month("Jul 2015"))
    assert texts(desk) == [
        "Two siblings were counted twice.",
        "LAC1: May 2015 restated from 620 back to 622 in the Jul 2015 issue",
    ]


def test_each_restatement_of_one_month_is_said_also_after_one_too_small_to_print():
    desk = Desk()
    desk.record("M3", MAY, 0.391)
    desk.sync((desk.record("M3", MAY, 0.388),))
    desk.sync((desk.record("M3", MAY, 0.41),), issue=month("Jul 2015"))
    assert texts(desk) == [
        "M3: May 2015 restated from 39.1% to 38.8% in the Jun 2015 issue",
        "M3: May 2015 restated from 39% to 41% in the Jul 2015 issue",
    ]


def test_a_figure_that_goes_to_and_fro_has_a_note_for_each_time():
    desk = Desk()
    desk.record("LAC1", MAY, 622)
    for i, figure in enumerate(["Not updated: moving", 622, "Not updated: moving", 622]):
        issue, restated = JUN.plus(i), (desk.record("LAC1", MAY, figure),)
        desk.sync(restated, issue=issue)
        desk.sync(restated, issue=issue)
    assert texts(desk) == [
        "LAC1: May 2015 withdrawn in the Jun 2015 issue, having been 622",
        "LAC1: May 2015 given again in the Jul 2015 issue, as 622",
        "LAC1: May 2015 withdrawn in the Aug 2015 issue, having been 622",
        "LAC1: May 2015 given again in the Sep 2015 issue, as 622",
    ]
    assert not warnings_of(desk.sync())


def test_a_reworded_note_on_blank_cells_is_not_opened_again():
    desk = blank_cp1()
    desk.write(0, DataNotes.TEXT, "The team moved offices.")
    desk.sync()
    assert texts(desk) == ["The team moved offices."]


# Missing


def blank_cp1():
    desk = Desk()
    for at in JUN.window():
        desk.record("CP1", at, None if at == MAY else 150)
    assert desk.sync().markers["CP1"] == "[note 1]"
    return desk


CP1_NOTE = "CP1: where a month from May 2015 on is blank, no figure and no reason was given"


def test_a_blank_cell_has_one_note_for_as_long_as_the_page_shows_it():
    desk = blank_cp1()
    assert automatic(desk) == [(CP1_NOTE, date(2015, 5, 1), None, "active", "automatic")]
    for i in range(1, 12):
        done = desk.refresh(JUN.plus(i), {"CP1": None if i == 3 else 150, "EH3": 1.0})
        assert done.markers["CP1"] == "[note 1]"
        assert len(done.notes) == 1
    assert month("Sep 2015") == JUN.plus(3)
    for i in range(12, 17):
        done = desk.refresh(JUN.plus(i), {"CP1": 150, "EH3": 1.0})
    assert automatic(desk) == [(CP1_NOTE, date(2015, 5, 1), date(2016, 9, 1), "ended", "automatic")]
    assert done.markers["CP1"] == ""


def test_blanks_that_no_page_shows_together_have_a_note_each():
    desk = blank_cp1()
    desk.refresh(month("Jul 2016"), {"CP1": None, "EH3": 1.0})
    assert [row[:3] for row in automatic(desk)] == [
        (CP1_NOTE.replace("May 2015", "Jul 2016"), date(2016, 7, 1), None),
        (CP1_NOTE, date(2015, 5, 1), date(2016, 5, 1)),
    ]


def test_the_note_ends_when_every_blank_is_filled():
    desk = blank_cp1()
    done = desk.refresh(JUN, {}, {("CP1", MAY): 144.0})
    assert automatic(desk)[0][1:4] == (date(2015, 5, 1), date(2015, 5, 1), "ended")
    assert done.markers["CP1"] == ""


def test_months_before_a_measures_first_figure_are_not_missing():
    desk = Desk(steady=False)
    for at in JUN.window():
        desk.record("EH3", at, 200)
    for ref in ("M3", "M5", "LAC1"):
        desk.record(ref, JUN, 0.5)
    desk.record("CP1", MAY, 130)
    desk.record("CP1", JUN, 130)
    assert desk.sync().notes == ()


def test_a_measure_that_never_had_a_figure_is_missing_in_the_newest_month():
    desk = Desk(steady=False)
    for ref in ("M3", "M5", "EH3", "CP1"):
        desk.record(ref, JUN, 0.5)
    desk.sync()
    assert texts(desk) == [
        "LAC1: where a month from Jun 2015 on is blank, no figure and no reason was given"
    ]
    desk.refresh(month("Jul 2015"), {"M3": 0.5, "M5": 1, "EH3": 1, "CP1": 1, "LAC1": 600})
    assert desk.column(DataNotes.STATE) == ["ended"]


def test_nothing_recorded_is_nothing_missing():
    assert Desk(steady=False).sync().notes == ()


# Restated


@pytest.mark.parametrize(
    ("ref", "figures", "said"),
    [
        ("LAC1", [622, 620], "restated from 622 to 620 in the Jun 2015 issue"),
        ("M3", [0.39, 0.41], "restated from 39% to 41% in the Jun 2015 issue"),
        ("M3", [0.391, 0.388], "restated from 39.1% to 38.8% in the Jun 2015 issue"),
        ("M3", [0.3901, 0.3899], "restated from 39.01% to 38.99% in the Jun 2015 issue"),
        ("M3", [0.145, 0.155], "restated from 15% to 16% in the Jun 2015 issue"),
        ("LAC1", [622, 620, 622], "restated from 620 back to 622 in the Jun 2015 issue"),
        ("M3", [0.392, 0.391, 0.388], "restated from 39.1% to 38.8% in the Jun 2015 issue"),
        ("LAC1", [622, 620, 621], "restated from 620 to 621 in the Jun 2015 issue"),
        ("LAC1", [0, 5], "restated from 0 to 5 in the Jun 2015 issue"),
        ("LAC1", [622, "Not updated"], "withdrawn in the Jun 2015 issue, having been 622"),
        ("LAC1", ["Not updated", 14], "first given in the Jun 2015 issue, as 14"),
        ("LAC1", [9, "Not updated", 14], "given again in the Jun 2015 issue, as 14"),
    ],
)
def test_a_restatement_is_said_in_the_words_of_the_print(ref, figures, said):
    desk = Desk()
    restated = [desk.record(ref, MAY, figure) for figure in figures][-1]
    done = desk.sync((restated,))
    text = f"{ref}: May 2015 {said}"
    assert (text, date(2015, 5, 1), date(2016, 5, 1), "active", "automatic") in automatic(desk)
    assert done.markers[ref]
    desk.sync()
    assert text in [row[0] for row in automatic(desk)]


def test_another_reason_for_the_same_month_is_no_restatement():
    desk = Desk()
    desk.record("LAC1", MAY, "Not updated: moving")
    restated = desk.record("LAC1", MAY, "Not updated: moved")
    done = desk.sync((restated,))
    assert not [text for text in (*done.changed, *texts(desk)) if "issue" in str(text)]


def test_a_restated_month_is_marked_on_every_page_that_shows_it():
    desk = Desk()
    desk.record("LAC1", MAY, 622)
    desk.sync((desk.record("LAC1", MAY, 620),))
    seen = {at: desk.show(at).markers["LAC1"] != "" for at in map(MAY.plus, (-1, 0, 1, 12, 13))}
    assert list(seen.values()) == [False, True, True, True, False]


# Returns


def brought(*notes):
    return tuple(ReturnedNote(ref, month(at), text) for ref, at, text in notes)


def test_a_return_brings_its_notes_and_the_same_note_twice_is_one():
    desk = Desk()
    given = brought(
        ("EH3", "Jun 2015", "Two teams were late."),
        ("CP1", "Jun 2015", "two teams  were late."),
        ("EH3", "Jun 2015", "TWO TEAMS WERE LATE."),
        ("LAC1", "Jun 2015", "Provisional."),
        ("LAC1", "Jun 2015", "  "),
    )
    for _ in range(3):
        desk.sync(returned=given)
    assert [row[1:7] for row in desk.rows] == [
        (
            "EH3; CP1",
            "Two teams were late.",
            date(2015, 6, 1),
            date(2016, 6, 1),
            "active",
            "return",
        ),
        ("LAC1", "Provisional.", date(2015, 6, 1), date(2016, 6, 1), "active", "return"),
    ]


def test_refs_that_would_read_as_another_in_a_list_get_a_note_each():
    desk = Desk(Catalogue(tuple(Measure(ref, "", "") for ref in ("A;B", "A", "B"))))
    given = brought(("A", "Jun 2015", "Late."), ("B", "Jun 2015", "Late."))
    for _ in range(2):
        done = desk.sync(returned=given)
    assert done.markers == {"A;B": "", "A": "[note 1]", "B": "[note 2]"}


def test_a_note_of_a_return_does_not_stand_for_a_restatement():
    desk = Desk()
    desk.record("LAC1", MAY, 622)
    desk.sync(
        (desk.record("LAC1", MAY, 620),), brought(("LAC1", "May 2015", "Two twins counted once."))
    )
    desk.sync((desk.record("LAC1", MAY, 621),), issue=month("Jul 2015"))
    assert "LAC1: May 2015 restated from 620 to 621 in the Jul 2015 issue" in texts(desk)


def test_a_note_an_officer_has_written_already_is_not_brought_again():
    desk = Desk()
    desk.add("Child Protection; EH3", "Two teams were late.")
    desk.sync(returned=brought(("EH3", "Jun 2015", "two teams were  late.")))
    assert len(desk.rows) == 1


def test_an_officers_note_that_ended_stays_ended_and_the_returns_stands_beside_it():
    desk = Desk()
    desk.add("EH3", "Provisional.", None, "Mar 2015")
    desk.sync(returned=brought(("EH3", "Jun 2015", "Provisional.")))
    assert [row[4:7] for row in desk.rows] == [
        (date(2016, 6, 1), "active", "return"),
        (date(2015, 3, 1), "ended", "officer"),
    ]


def test_a_return_note_brought_again_after_its_end_goes_on():
    desk = Desk()
    desk.record("EH3", JUN, 1)
    desk.sync(returned=brought(("EH3", "Jun 2014", "Provisional.")))
    desk.write(0, DataNotes.TO, "Mar 2015")
    desk.sync()
    assert desk.column(DataNotes.STATE)[0] == "ended"
    done = desk.sync(returned=brought(("EH3", "Jun 2015", "Provisional.")))
    assert texts(desk).count("Provisional.") == 1
    assert "goes on to Jun 2016" in " ".join(done.changed)


# What is reported


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("nobody", "Words."), "It applies to “nobody”, which names no measure"),
        ((None, "Words."), "“Applies to” is blank. No row of the Dataset points to it."),
        (("M5; XX", "Words."), "In “Applies to”, “XX” names no measure and no performance area."),
        (("M5 + CP1", "Words."), "It applies to “M5 + CP1”, which names no measure"),
        (("M5", None), "It has no text."),
        (("M5", CellError("#NAME?")), "Its text is #NAME?."),
        (("M5", "W.", "May 2015", "Mar 2015"), "It ends with Mar 2015, before it begins in May"),
        (("M5", "Words.", None, None, "ended"), "It is marked ended and has no To."),
        (("M5", "See [note 7]."), "The text quotes [note 7], and there is no such note."),
    ],
)
def test_what_only_an_officer_can_put_right_is_reported_and_left(row, words):
    desk = Desk()
    desk.add(*row)
    done = desk.sync()
    (problem,) = warnings_of(done)
    assert words in problem.found
    assert bool(done.markers["M5"]) == words.startswith(("In “", "The text quotes"))
    assert problem.remedy.endswith(".")
    assert desk.rows[0][1:3] == (row[0], row[1])
    assert warnings_of(desk.sync()) == warnings_of(done)


@pytest.mark.parametrize("text", [None, "   ", CellError("#NAME?")])
def test_a_note_without_a_text_is_kept_and_has_no_marker(text):
    desk = Desk()
    desk.add("M5", text)
    assert desk.sync().markers["M5"] == ""
    assert desk.column(DataNotes.APPLIES_TO) == ["M5"]


def test_a_text_that_quotes_a_number_is_reported_when_the_number_moves():
    desk = Desk()
    desk.add("M5", "Late.")
    desk.add("LAC1", "As [note 1] and [Note 1].")
    desk.sync()
    assert not warnings_of(desk.sync())
    desk.add("M3", "New, on the first row.")
    done = desk.sync()
    assert texts(desk)[2] == "As [note 1] and [Note 1]."
    assert "The text quotes [note 1], which is now [note 2]." in found(done)
    assert done.changed[-1] == "Notes renumbered: 1 is now 2, 2 is now 3"


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (
            "Counts exclude agency placements made by others.",
            "Agency placements made by others are not in the counts.",
            "may say the same as",
        ),
        ("Late.", " LATE. ", "says the same as"),
        ("Counts exclude agency placements.", "Figures were late.", ""),
    ],
)
def test_two_wordings_of_one_thing_are_both_kept_and_reported(one, other, how):
    desk = Desk()
    desk.add("LAC1", one)
    desk.add("LAC1; M5", other)
    done = desk.sync()
    assert sorted(texts(desk)) == sorted([one, other])
    assert bool(warnings_of(done)) == bool(how)
    assert how in found(done)


def test_the_same_words_on_different_measures_are_no_duplicates():
    desk = Desk()
    desk.add("LAC1", "Late.")
    desk.add("M5", "Late.")
    assert not warnings_of(desk.sync())


def test_a_measure_off_the_page_keeps_its_notes_without_a_marker_and_is_no_orphan():
    note = DataNote(1, "LAC1", "Late.")
    record = Record.of((), lambda ref, at: ())
    page = NotedPage(CATALOGUE, JUN.window(), record, JUN, date(2015, 7, 6), ("M3", "M5"))
    done = sync([note], page)
    assert (done.notes, done.on_page, warnings_of(done)) == ((note,), (), ())
    assert done.markers == {"M3": "", "M5": ""}


def test_an_automatic_note_on_a_measure_that_left_goes_with_it_in_silence():
    desk = m5_stopped()
    desk.sync()
    desk.catalogue = Catalogue(tuple(m for m in desk.catalogue if m.ref != "M5"))
    done = desk.sync()
    assert done.on_page == ()
    assert not [problem for problem in warnings_of(done) if "names no measure" in problem.found]
    desk.rows.append((None, "M5", "Counted by hand.", None, None, None, None, None))
    (told,) = [p for p in warnings_of(desk.sync()) if "names no measure" in p.found]
    assert "for a measure that has left Measures, write the last month under To." in told.remedy
