import pytest

from tests.support.books import applied, new_sheets, with_cell
from tests.support.refresh_cases import (
    AUGUST,
    CATALOGUE,
    JULY,
    JUNE,
    MAY,
    OCCASION,
    return_of,
    row_of,
)
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.layout import RefreshLog
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.period import Month
from xl_addin.refresh import refresh, show, sync_notes
from xl_addin.returns.hand_edits import HandEdits
from xl_addin.values import replace


def after(*returns, sheets=None):
    sheets = sheets or new_sheets(CATALOGUE)
    for return_ in returns:
        sheets = applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))
    return sheets


def log_of(sheets):
    rows = sheets.tables["RefreshLog"].rows
    return [dict(zip(RefreshLog.COLUMNS, row, strict=True)) for row in rows]


JUNE_RETURN = return_of(("M1", JUNE, 1363.0), ("M2", JUNE, 393.0))


def test_a_refresh_fills_the_page_history_and_the_log():
    sheets = after(JUNE_RETURN)
    assert row_of(sheets, "M1")["Jun 2015"] == 1363
    assert row_of(sheets, "M3")["Jun 2015"] == 393 / 1363
    assert [row[0] for row in sheets.tables["History"].rows] == ["M1", "M2", "M3"]
    (log,) = log_of(sheets)
    assert (log["Who"], log["Source"], log["SHA-256"]) == ("officer", "June return.csv", "ab" * 32)
    assert (log["Figures added"], log["Missing"], log["Version"]) == (3, 0, "0.1.0")
    assert parse_workbook(sheets).month == JUNE


def test_the_same_refresh_again_changes_nothing():
    sheets = after(JUNE_RETURN)
    update = refresh(parse_workbook(sheets), JUNE_RETURN, OCCASION)
    assert update.is_empty
    assert applied(sheets, update) == sheets


def test_the_page_moves_to_the_newest_month_and_never_back():
    sheets = after(JUNE_RETURN, return_of(("M1", JULY, 1400.0)), return_of(("M2", MAY, 341.0)))
    assert parse_workbook(sheets).month == JULY
    assert row_of(sheets, "M2")["May 2015"] == 341


def test_a_month_column_without_figures_does_not_move_the_page():
    sheets = after(return_of(("M1", JUNE, 1363.0), ("M1", JULY, None), ("M2", JULY, None)))
    assert parse_workbook(sheets).month == JUNE


def test_a_reason_moves_the_page_and_stands_in_the_cell():
    sheets = after(JUNE_RETURN, return_of(("M1", JULY, "System down")))
    assert row_of(sheets, "M1")["Jul 2015"] == "System down"
    assert row_of(sheets, "M1")["% change from same period last year"] == "n/a"


def test_a_reason_that_takes_the_place_of_another_is_said():
    sheets = after(return_of(("M1", JUNE, "System down"), ("M2", JUNE, "System down")))
    given = return_of(("M1", JUNE, "Not available"), ("M2", JUNE, "System down"))
    summary = refresh(parse_workbook(sheets), given, OCCASION).summary
    assert summary[1:3] == (
        "1 earlier reason changed:",
        "  M1 Jun 2015: “System down” becomes “Not available”",
    )


def test_a_gap_month_is_an_empty_column_with_a_warning():
    sheets = after(JUNE_RETURN)
    update = refresh(parse_workbook(sheets), return_of(("M1", AUGUST, 9.0)), OCCASION)
    assert row_of(applied(sheets, update), "M1")["Jul 2015"] is None
    assert any("Nothing is recorded for Jul 2015" in str(w) for w in update.warnings)


def test_a_blank_never_removes_a_recorded_figure():
    sheets = after(JUNE_RETURN)
    update = refresh(
        parse_workbook(sheets), return_of(("M1", JUNE, None), ("M2", JULY, 5.0)), OCCASION
    )
    assert row_of(applied(sheets, update), "M1")["Jun 2015"] == 1363
    assert any("the recorded figure stays" in str(w) for w in update.warnings)


def test_a_restated_figure_is_a_new_revision_and_is_said():
    sheets = after(JUNE_RETURN)
    update = refresh(
        parse_workbook(sheets), return_of(("M1", JUNE, 1360.0), ("M1", JULY, 5.0)), OCCASION
    )
    text = "\n".join(update.summary)
    assert "1 earlier figure restated:" in text
    assert "M1 Jun 2015: 1363 becomes 1360" in text
    restated = applied(sheets, update)
    assert [row[2] for row in restated.tables["History"].rows] == [1, 1, 1, 2, 1, 2]
    assert row_of(restated, "M3")["Jun 2015"] == 393 / 1360


def test_the_officer_is_told_how_many_figures_came():
    update = refresh(
        parse_workbook(new_sheets(CATALOGUE)),
        return_of(("M1", JUNE, 1363.0), ("M2", JUNE, "Late"), ("M1", MAY, 1156.0)),
        OCCASION,
    )
    assert update.summary[0] == "Jun 2015: 1 of 3 figures, 1 not updated, 1 missing"
    assert "1 figure added for May 2015" in update.summary


@pytest.mark.parametrize(
    ("return_", "found"),
    [
        (return_of(("M1", Month(2015, 10), 5.0)), "Oct 2015 is still to come."),
        (return_of(), "It holds no figures."),
        (return_of(("M3", MAY, 0.9)), None),
    ],
)
def test_a_return_that_cannot_be_is_refused(return_, found):
    workbook = parse_workbook(after(JUNE_RETURN))
    if found is None:
        assert refresh(workbook, return_, OCCASION).changes
        return
    with pytest.raises(ReturnRefused, match=found):
        refresh(workbook, return_, OCCASION)


def test_a_percentage_that_contradicts_recorded_counts_is_refused():
    with pytest.raises(ReturnRefused, match=r"M3 Jun 2015 is 90\.0%, but M2 is 393 and M1 is 1363"):
        refresh(parse_workbook(after(JUNE_RETURN)), return_of(("M3", JUNE, 0.9)), OCCASION)


@pytest.mark.parametrize(
    ("ref", "heading", "typed", "found"),
    [
        ("M1", "Jun 2015", 1365.0, "M1 Jun 2015 shows “1365”, but “1363” is recorded."),
        ("M1", "Jun 2015", None, "M1 Jun 2015 shows nothing, but “1363” is recorded."),
        ("M1", "May 2015", 7.0, "M1 May 2015 shows “7”, but nothing is recorded."),
        ("M1", "Measure Ref", None, "The row has no Measure Ref."),
        ("M2", "Measure Ref", "M1", "M1 stands on the page twice."),
        ("M1", "Measure Ref", "EH9", "EH9 is not in the Measures table."),
    ],
)
def test_what_an_officer_typed_on_the_page_is_never_overwritten(ref, heading, typed, found):
    sheets = with_cell(after(JUNE_RETURN), "Dataset", ref, heading, typed)
    with pytest.raises(ReturnRefused) as refusal:
        refresh(parse_workbook(sheets), return_of(("M1", JULY, 1.0)), OCCASION)
    assert found in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (0.3, "M3 Jun 2015 shows “30%”, but “29%” is recorded."),
        (None, "M3 Jun 2015 shows nothing, but “29%” is recorded."),
        ("Late", "M3 Jun 2015 shows “Late”, but “29%” is recorded."),
        (0.29, "M3 Jun 2015 shows “0.29”, but “0.288334"),
    ],
)
def test_a_percentage_typed_on_the_page_is_told_as_it_is_printed(typed, found):
    sheets = with_cell(after(JUNE_RETURN), "Dataset", "M3", "Jun 2015", typed)
    with pytest.raises(ReturnRefused) as refusal:
        refresh(parse_workbook(sheets), return_of(("M1", JULY, 1.0)), OCCASION)
    assert found in str(refusal.value)
    assert "--hand-edits" in str(refusal.value)


def test_a_percentage_that_stays_because_the_return_is_blank_is_told_as_it_is_printed():
    catalogue = Catalogue((Measure("P", "MASH", "Share", unit=Unit.PERCENTAGE),))
    sheets = after(return_of(("P", JUNE, 0.7142857)), sheets=new_sheets(catalogue))
    given = return_of(("P", JUNE, None), ("P", JULY, 0.5))
    update = refresh(parse_workbook(sheets), given, OCCASION)
    assert any("It is blank, but 71% is recorded" in str(line) for line in update.warnings)


def test_any_recorded_month_can_be_shown_and_a_refresh_comes_back():
    sheets = after(return_of(("M1", MAY, 1156.0)), JUNE_RETURN)
    earlier = applied(sheets, show(parse_workbook(sheets), MAY, OCCASION))
    assert parse_workbook(earlier).month == MAY
    assert row_of(earlier, "M1")["May 2015"] == 1156
    assert "Jun 2015" not in row_of(earlier, "M1")
    back = applied(earlier, refresh(parse_workbook(earlier), JUNE_RETURN, OCCASION))
    assert row_of(back, "M1") == row_of(sheets, "M1")


def test_a_month_that_is_not_recorded_cannot_be_shown():
    with pytest.raises(
        WorkbookRefused, match=r"Nothing is recorded for May 2015\. Choose Jun 2015"
    ):
        show(parse_workbook(after(JUNE_RETURN)), MAY, OCCASION)
    two = parse_workbook(after(return_of(("M1", MAY.previous(), 1.0)), JUNE_RETURN))
    with pytest.raises(WorkbookRefused, match=r"Choose a month from Apr 2015 to Jun 2015\."):
        show(two, JULY, OCCASION)
    with pytest.raises(WorkbookRefused, match=r"The nearest .* are Apr 2015 and Jun 2015\."):
        show(two, MAY, OCCASION)
    with pytest.raises(WorkbookRefused, match="Nothing is recorded yet"):
        show(parse_workbook(new_sheets(CATALOGUE)), MAY, OCCASION)


def test_a_measure_added_to_measures_comes_to_the_page_and_one_taken_out_leaves_it():
    sheets = after(JUNE_RETURN)
    table = sheets.tables["Measures"]
    said = ("EH3", "Assessments", "Completed", None, "number", 0.0)
    added = (*said, *[None] * (len(table.headings) - len(said)))
    changed = replace(table, rows=(table.rows[0], added))
    sheets = replace(sheets, tables={**sheets.tables, "Measures": changed})
    update = refresh(parse_workbook(sheets), return_of(("EH3", JUNE, 240.0)), OCCASION)
    assert "New on the page: EH3" in update.summary
    assert "Off the page, kept in Figures recorded: M2, M3" in update.summary
    page = applied(sheets, update).tables["Dataset"]
    assert [row[0] for row in page.rows] == ["M1", "EH3"]


def test_an_officers_own_column_stays_with_its_measure():
    sheets = after(JUNE_RETURN)
    table = sheets.tables["Dataset"]
    own = replace(
        table,
        headings=(*table.headings, "Comment"),
        rows=tuple((*row, f"about {row[0]}") for row in table.rows),
    )
    measures = sheets.tables["Measures"]
    turned = replace(measures, rows=tuple(reversed(measures.rows)))
    sheets = replace(sheets, tables={**sheets.tables, "Dataset": own, "Measures": turned})
    page = after(return_of(("M1", JULY, 1.0)), sheets=sheets)
    assert [row[0] for row in page.tables["Dataset"].rows] == ["M3", "M2", "M1"]
    assert row_of(page, "M1")["Comment"] == "about M1"


def renamed(sheets, old, new):
    return with_cell(sheets, "Measures", old, "Measure Ref", new)


def test_a_renamed_measure_takes_its_figures_its_row_and_its_chart_along():
    sheets = renamed(after(JUNE_RETURN), "M1", "C1")
    sheets = with_cell(sheets, "Measures", "M3", "Denominator", "C1")
    update = refresh(parse_workbook(sheets), return_of(("C1", JULY, 1400.0)), OCCASION)
    assert "M1 is now called C1: its figures and notes go with it." in update.summary
    done = applied(sheets, update)
    assert [row[0] for row in done.tables["Dataset"].rows] == ["C1", "M2", "M3"]
    assert row_of(done, "C1")["Jun 2015"] == 1363
    assert done.names["KeyMeasure1"] == (("C1",),)
    history = done.tables["History"].rows
    assert [row[0] for row in history[:3]] == ["M1", "M2", "M3"]
    assert ("C1", 1363, "June return.csv (as M1)") in [(r[0], r[5], r[8]) for r in history]
    assert refresh(parse_workbook(done), return_of(("C1", JULY, 1400.0)), OCCASION).is_empty


def test_a_measure_with_another_description_is_a_new_one_not_a_rename():
    sheets = renamed(after(JUNE_RETURN), "M2", "R1")
    sheets = with_cell(sheets, "Measures", "R1", "Description", "Something else")
    sheets = with_cell(sheets, "Measures", "M3", "Numerator", "R1")
    done = after(return_of(("M1", JULY, 1.0)), sheets=sheets)
    assert row_of(done, "R1")["Jun 2015"] is None


def test_a_hand_edit_in_a_row_that_is_renamed_or_leaves_is_not_lost():
    edited = with_cell(after(JUNE_RETURN), "Dataset", "M2", "Jun 2015", 395.0)
    sheets = with_cell(renamed(edited, "M2", "R1"), "Measures", "M3", "Numerator", "R1")
    with pytest.raises(ReturnRefused, match="R1 Jun 2015 shows “395”"):
        refresh(parse_workbook(sheets), return_of(("M1", JULY, 1.0)), OCCASION)


@pytest.mark.parametrize(
    ("choice", "shown", "revisions"), [(HandEdits.RECORD, 1365, 2), (HandEdits.PUT_BACK, 1363, 1)]
)
def test_a_hand_edit_is_recorded_or_put_back_as_the_officer_says(choice, shown, revisions):
    sheets = with_cell(after(JUNE_RETURN), "Dataset", "M1", "Jun 2015", 1365.0)
    update = refresh(parse_workbook(sheets), return_of(("M2", JULY, 1.0)), OCCASION, choice)
    done = applied(sheets, update)
    assert row_of(done, "M1")["Jun 2015"] == shown
    recorded = [row for row in done.tables["History"].rows if row[0] == "M1"]
    assert len(recorded) == revisions
    if choice is HandEdits.RECORD:
        assert recorded[-1][8] == "changed by hand on the Dataset page, recorded by officer"


def test_a_hand_edit_that_is_no_figure_cannot_be_recorded():
    sheets = with_cell(after(JUNE_RETURN), "Dataset", "M1", "Jun 2015", -3.0)
    with pytest.raises(ReturnRefused, match="M1"):
        refresh(parse_workbook(sheets), return_of(("M2", JULY, 1.0)), OCCASION, HandEdits.RECORD)


def test_an_officers_note_gets_its_marker_and_keeps_its_words():
    sheets = after(JUNE_RETURN)
    table = sheets.tables["DataNotes"]
    note = (None, "M2", "Counted from 1 June.", *[None] * 5)
    sheets = replace(sheets, tables={**sheets.tables, "DataNotes": replace(table, rows=(note,))})
    done = applied(sheets, sync_notes(parse_workbook(sheets), OCCASION))
    assert row_of(done, "M2")["Notes"] == "[note 1]"
    assert done.tables["DataNotes"].rows[0][:3] == (1, "M2", "Counted from 1 June.")
    assert sync_notes(parse_workbook(done), OCCASION).is_empty
