"""What an officer has answered, reworded or overtyped, and a return judged before it is brought."""

from __future__ import annotations

from datetime import date, datetime

from tests.support.books import applied, new_sheets, with_cell
from xl_addin.check import check
from xl_addin.checks.finding import Severity
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import DataNotes
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.questions import About, Reply
from xl_addin.refresh import Occasion, questions, refresh
from xl_addin.returns import Entry, Return
from xl_addin.values import replace

CATALOGUE = Catalogue(tuple(Measure(f"M{n}", "MASH", f"Count {n}") for n in (1, 2)))
JUNE, JULY = Month(2015, 6), Month(2015, 7)
OCCASION = Occasion(datetime(2026, 8, 3, 9, 30), "officer", "0.1.0")


def file(*figures, note=""):
    entries = tuple(
        Entry(Observation(ref, month, figure), f"July.csv, row {row}", note)
        for row, (ref, month, figure) in enumerate(figures, 2)
    )
    return Return(entries, "July.csv", f"{abs(hash((figures, note))):064x}")


PAST = file(*[("M1", month, 1000.0) for month in JUNE.window()])
HIGH = (("M1", JULY, 13010.0), ("M2", JULY, 5.0))


def after(*returns):
    sheets = new_sheets(CATALOGUE)
    for return_ in returns:
        sheets = applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))
    return sheets


def with_note(sheets, changed=None):
    table = sheets.tables[DataNotes.TABLE]
    cells = {
        DataNotes.APPLIES_TO: "M1",
        DataNotes.TEXT: "A new form counts every call.",
        DataNotes.FROM: JULY.first_day,
        DataNotes.CHANGED: changed,
    }
    row = tuple(cells.get(heading) for heading in table.headings)
    changed_table = replace(table, rows=(*table.rows, row))
    return replace(sheets, tables={**sheets.tables, DataNotes.TABLE: changed_table})


def said(sheets, return_=None, severity=Severity.WARNING):
    found = check(parse_workbook(sheets), return_, OCCASION)
    return [str(f.problem) for f in found if f.severity is severity]


def unusual(lines):
    return [line for line in lines if "above the usual" in line]


def test_a_warning_answered_by_a_data_note_is_silent_until_the_figure_changes():
    sheets = after(PAST, file(*HIGH))
    assert len(unusual(said(sheets))) == 1
    noted = with_note(sheets)
    assert unusual(said(noted)) == []
    again = file(("M1", JULY, 14000.0), ("M2", JULY, 5.0))
    update = refresh(parse_workbook(noted), again, OCCASION)
    assert "14000 for Jul 2015" in str(update.warnings[0])


def test_a_note_silences_no_other_warning_of_its_measure():
    sheets = with_cell(after(PAST, file(*HIGH)), "Dataset", "M1", "Description", "Contacts")
    lines = said(with_note(sheets))
    assert unusual(lines) == []
    assert any("M1 is called “Contacts” here" in line for line in lines)


def test_a_note_written_before_the_figure_was_restated_answers_no_more():
    sheets = after(PAST, file(*HIGH))
    assert unusual(said(with_note(sheets, date(2026, 8, 3)))) == []
    assert len(unusual(said(with_note(sheets, date(2026, 7, 1))))) == 1


def test_a_note_of_the_return_itself_answers():
    update = refresh(parse_workbook(after(PAST)), file(*HIGH, note="A new form."), OCCASION)
    assert unusual(map(str, update.warnings)) == []


def test_a_return_is_judged_as_a_refresh_would():
    sheets = after(PAST)
    return_ = file(("M1", JULY, 13010.0))
    warnings = said(sheets, return_)
    assert "13010 for Jul 2015 is 8695 above the usual 0.0 to 4315.3" in warnings[0]
    assert "Dataset, M2: There is neither a figure nor a reason for Jul 2015." in warnings[1]
    changes = said(sheets, return_, Severity.CHANGE)
    assert changes[0] == "July.csv: Jul 2015: 1 of 2 figures, 1 missing"
    assert "July.csv: The page moves from Jun 2015 to Jul 2015." in changes


def test_words_rewritten_on_the_page_are_noticed_and_offered_to_measures():
    sheets = with_cell(after(PAST), "Dataset", "M1", "Description", "Contacts with the MASH")
    (line,) = [line for line in said(sheets) if "is called" in line]
    assert "M1 is called “Contacts with the MASH” here and “Count 1” in Measures." in line
    july = file(("M1", JULY, 1000.0))
    (question,) = questions(parse_workbook(sheets), july, OCCASION)
    assert question.text == (
        "The page has other words than Measures for M1. Keep those of the page?"
    )
    assert question.lines == ("M1: “Contacts with the MASH” for “Count 1”",)
    yes = {(About.WORDING, ""): Reply.YES}
    update = refresh(parse_workbook(sheets), july, OCCASION, answers=yes)
    kept = parse_workbook(applied(sheets, update))
    assert kept.catalogue["M1"].description == "Contacts with the MASH"
    assert [row[2] for row in kept.dataset.rows] == ["Contacts with the MASH", "Count 2"]
    again = refresh(kept, july, OCCASION, answers=yes)
    assert again.is_empty
    update = refresh(parse_workbook(sheets), july, OCCASION)
    back = parse_workbook(applied(sheets, update))
    assert [row[2] for row in back.dataset.rows] == ["Count 1", "Count 2"]


def test_derived_cells_typed_over_are_said_also_beside_a_figure_changed_by_hand():
    sheets = after(PAST)
    edited = with_cell(sheets, "Dataset", "M1", "Jun 2015", 1100.0)
    edited = with_cell(edited, "Dataset", "M1", "% change from same period last year", 10.0)
    assert not [line for line in said(edited) if "% change" in line]
    typed = with_cell(edited, "Dataset", "M1", "% change from same period last year", 50.0)
    (line,) = [line for line in said(typed) if "% change" in line]
    assert "It shows 50, which its formula would not give." in line
