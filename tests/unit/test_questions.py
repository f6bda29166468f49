"""What an officer is asked: a return brought in before, an older one, and months out of line."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.books import applied, new_sheets, with_cell
from xl_addin.checks.returns import combine
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused, grouped
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.questions import About, Reply
from xl_addin.refresh import Occasion, questions, refresh
from xl_addin.returns import Entry, Return, parse_return
from xl_addin.returns.hand_edits import HandEdits
from xl_addin.table import Grid
from xl_addin.values import replace

CATALOGUE = Catalogue(
    (
        *(Measure(f"CP{n}", "Child Protection", f"Count {n}") for n in range(1, 8)),
        Measure("P", "Child Protection", "Share", "", Unit.PERCENTAGE),
    )
)
MAY, JUNE, JULY, AUGUST = (Month(2015, n) for n in (5, 6, 7, 8))


class Desk:
    """A workbook in plain tables, and the days on which it is refreshed."""

    def __init__(self):
        self.sheets = new_sheets(CATALOGUE)
        self.day = 0

    @property
    def workbook(self):
        return parse_workbook(self.sheets)

    def occasion(self):
        return Occasion(datetime(2026, 1, self.day + 1, 9, 30), "officer", "0.1.0")

    def refresh(self, return_, answers=None, hand_edits=HandEdits.LIST):
        self.day += 1
        update = refresh(self.workbook, return_, self.occasion(), hand_edits, answers or {})
        self.sheets = applied(self.sheets, update)
        return update

    def asked(self, return_):
        return questions(self.workbook, return_, self.occasion())

    def types(self, ref, heading, figure):
        self.sheets = with_cell(self.sheets, "Dataset", ref, heading, figure)

    def figure(self, ref, month):
        return self.workbook.history.observed(ref, month).shown


def file(name, *figures):
    entries = []
    for ref, month, figure in figures:
        words = figure if isinstance(figure, str) else ""
        value = None if words else figure
        half = 0.005 if ref == "P" else 0.0
        seen = Observation(ref, month, value, words, half_width=half)
        entries.append(Entry(seen, f"{name}, row {len(entries) + 2}"))
    return Return(tuple(entries), name, f"{abs(hash((name, figures))):064x}")


def counts(month, *figures):
    return [(f"CP{n}", month, figure) for n, figure in enumerate(figures, 1)]


IN_JULY = file("July.csv", ("CP7", JULY, 46.0), ("CP6", JULY, 300.0))
CORRECTED = file("August.csv", ("CP7", JULY, 49.0), ("CP7", AUGUST, 50.0))
KEY = (About.OLDER, "CP7 Jul 2015")


def corrected_desk():
    desk = Desk()
    desk.refresh(IN_JULY)
    desk.refresh(CORRECTED)
    return desk


def test_a_file_brought_in_before_undoes_no_correction_and_says_so():
    desk = corrected_desk()
    (question,) = desk.asked(IN_JULY)
    assert question.text == (
        "CP7 Jul 2015: the return says 46, but 49 was recorded on 03/01/2026 (August.csv)."
    )
    assert (question.yes, question.no) == ("takes 46", "keeps 49")
    assert question.option == '--take-older "CP7 Jul 2015"'
    update = desk.refresh(IN_JULY)
    assert desk.figure("CP7", JULY) == 49
    assert update.is_empty
    assert "CP7 Jul 2015 is 46 here; 49, recorded on 03/01/2026" in str(update.warnings[0])


def test_it_takes_the_figure_back_where_an_officer_says_so():
    desk = corrected_desk()
    desk.refresh(IN_JULY, {KEY: Reply.YES})
    assert desk.figure("CP7", JULY) == 46


def test_a_copy_of_an_old_file_with_other_bytes_is_known_by_its_figures():
    desk = corrected_desk()
    desk.refresh(file("July again.csv", ("CP7", JULY, 46.0), ("CP6", JULY, 301.0)))
    assert desk.figure("CP7", JULY) == 49
    assert desk.figure("CP6", JULY) == 301


def test_a_file_older_than_the_one_that_gave_what_stands_undoes_nothing():
    desk = Desk()
    desk.refresh(file("Page.csv", *[("CP7", month, 40.0) for month in (MAY, JUNE, JULY)]))
    desk.refresh(file("May.csv", ("CP7", MAY, 38.0), ("CP6", MAY, 290.0)))
    assert desk.figure("CP7", MAY) == 40
    assert desk.figure("CP6", MAY) == 290


def test_a_newer_return_may_give_again_what_stood_before():
    desk = corrected_desk()
    september = file("September.csv", ("CP7", JULY, 46.0), ("CP7", AUGUST.plus(1), 51.0))
    assert desk.asked(september) == ()
    desk.refresh(september)
    assert desk.figure("CP7", JULY) == 46


def test_a_new_return_for_the_month_corrects_it_as_ever():
    desk = Desk()
    desk.refresh(IN_JULY)
    desk.refresh(file("July, second.csv", ("CP7", JULY, 47.0)))
    desk.refresh(file("July, third.csv", ("CP7", JULY, 48.0)))
    assert desk.figure("CP7", JULY) == 48


def test_old_files_of_a_folder_undo_no_correction_made_by_hand():
    may = file("May.csv", ("CP7", MAY, 40.0))
    june = file("June.csv", ("CP7", MAY, 41.0), ("CP7", JUNE, 42.0))
    desk = Desk()
    desk.refresh(combine([may, june], "Returns", "1" * 64))
    desk.types("CP7", "May 2015", 39.0)
    desk.refresh(june, hand_edits=HandEdits.RECORD)
    july = file("July.csv", ("CP7", JULY, 43.0))
    desk.refresh(combine([may, june, july], "Returns", "2" * 64))
    assert [desk.figure("CP7", month) for month in (MAY, JUNE, JULY)] == [39, 42, 43]


def test_a_withdrawn_figure_stays_withdrawn():
    desk = Desk()
    desk.refresh(IN_JULY)
    desk.refresh(file("July, checked.csv", ("CP7", JULY, "Withdrawn: being checked")))
    desk.refresh(IN_JULY)
    assert desk.figure("CP7", JULY) == "Withdrawn: being checked"


def test_a_percentage_is_known_again_within_its_rounding():
    desk = Desk()
    desk.refresh(file("July.csv", ("P", JULY, 0.39)))
    desk.refresh(file("July, second.csv", ("P", JULY, 0.45)))
    desk.refresh(file("July, old.csv", ("P", JULY, 0.391)))
    assert desk.figure("P", JULY) == 0.45


def test_a_return_of_a_month_far_ahead_is_refused_until_an_officer_says_it_is_right():
    desk = corrected_desk()
    far = file("July 2025.csv", ("CP7", Month(2025, 7), 46.0))
    with pytest.raises(ReturnRefused) as refused:
        desk.refresh(far)
    assert str(refused.value) == (
        "July 2025.csv: It has figures for Jul 2025, more than 11 months from everything else; the "
        "newest month recorded is Aug 2015. Correct it; or, if it is right, say so "
        "(--months-are-right)."
    )
    desk.refresh(far, {(About.MONTHS, ""): Reply.YES})
    assert desk.figure("CP7", Month(2025, 7)) == 46


def test_one_row_of_a_month_long_ago_is_asked_about():
    desk = corrected_desk()
    mistyped = file("September.csv", ("CP7", AUGUST.plus(1), 46.0), ("CP6", Month(2005, 9), 300.0))
    (question,) = desk.asked(mistyped)
    assert "It has figures for Sep 2005, more than 11 months" in question.text


def test_a_gap_of_some_months_is_no_question():
    desk = corrected_desk()
    assert desk.asked(file("Feb.csv", ("CP7", Month(2016, 7), 46.0))) == ()


def test_a_month_recorded_long_ago_that_would_be_restated_whole_is_asked_about():
    desk = Desk()
    desk.refresh(file("July 2014.csv", *counts(Month(2014, 7), 1.0, 2.0, 3.0, 4.0, 5.0)))
    many = [f for n in range(13) for f in counts(Month(2014, 7).plus(n), 1.0, 2.0, 3.0, 4.0, 5.0)]
    desk.refresh(file("Page.csv", *many))
    wrong_year = file("July.csv", *counts(Month(2014, 7), 5.0, 6.0, 7.0, 8.0, 9.0))
    (question,) = desk.asked(wrong_year)
    assert question.text == (
        "Its newest month is Jul 2014, and it would restate 5 of the 5 figures recorded for it; "
        "the newest month recorded is Jul 2015."
    )
    with pytest.raises(ReturnRefused, match="Its newest month is Jul 2014"):
        desk.refresh(wrong_year)
    yes = {(About.MONTHS, ""): Reply.YES}
    assert desk.figure("CP1", Month(2014, 7)) == 1
    desk.refresh(wrong_year, yes)
    assert desk.figure("CP1", Month(2014, 7)) == 5


def test_a_return_under_last_months_heading_is_asked_about_and_a_few_corrections_are_not():
    desk = Desk()
    desk.refresh(file("June.csv", *counts(JUNE, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)))
    july = file("July.csv", *counts(JUNE, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 7.0))
    (question,) = desk.asked(july)
    assert "it would restate 6 of the 7 figures recorded for it" in question.text
    assert desk.asked(file("June 2.csv", *counts(JUNE, 3.0, 4.0, 5.0, 6.0, 7.0, 6.0, 7.0))) == ()


def test_nothing_is_asked_of_the_first_figures_of_a_workbook():
    desk = Desk()
    assert desk.asked(file("Page.csv", *[("CP7", Month(2014, n), 1.0) for n in (1, 2, 3)])) == ()
    far = file("Page.csv", ("CP7", JUNE, 1.0), ("CP7", JULY, 1.0), ("CP7", Month(1915, 8), 1.0))
    (question,) = desk.asked(far)
    assert "Aug 1915" in question.text


def test_a_figure_corrected_by_hand_is_not_undone_by_the_refresh_that_records_it():
    desk = Desk()
    page = file("June.csv", ("CP7", MAY, 40.0), ("CP7", JUNE, 42.0))
    desk.refresh(page)
    desk.types("CP7", "May 2015", 39.0)
    desk.refresh(page, hand_edits=HandEdits.RECORD)
    assert desk.figure("CP7", MAY) == 39


def test_the_note_of_a_figure_that_is_kept_is_kept_too():
    desk = corrected_desk()
    noted = tuple(replace(entry, note="Counted again.") for entry in IN_JULY.entries)
    desk.refresh(replace(IN_JULY, entries=noted))
    texts = [row[2] for row in desk.sheets.tables["DataNotes"].rows]
    assert texts.count("Counted again.") == 1
    assert desk.figure("CP7", JULY) == 49


def test_of_months_still_to_come_nothing_is_asked_and_one_sentence_names_their_rows():
    desk = Desk()
    desk.refresh(file("June.csv", *counts(JUNE, *[5.0] * 7)))
    wide = Grid(
        "October (2042).xlsx",
        (("Measure Ref", "Oct 2042"), *((f"CP{n}", 5.0) for n in range(1, 8))),
    )
    return_ = parse_return([wide], CATALOGUE, "October (2042).xlsx", "")
    assert desk.asked(return_) == ()
    with pytest.raises(ReturnRefused) as refused:
        desk.refresh(return_)
    assert [str(problem) for problem in grouped(refused.value.problems)] == [
        "October (2042).xlsx, rows 2 to 8, Oct 2042: Oct 2042 is still to come. Correct the month."
    ]


def test_cells_of_a_column_that_are_wrong_in_one_way_are_one_sentence():
    rows = [(f"CP{n}", "44 (p)") for n in range(1, 4)]
    grid = Grid(
        "June.xlsx", (("Measure Ref", "May 2015", "Jun 2015"), *((r, 1, c) for r, c in rows))
    )
    (problem,) = grouped(parse_return([grid], CATALOGUE, "June.xlsx", "").problems)
    assert str(problem).startswith(
        "June.xlsx: CP1 is “44 (p)”, which cannot be read as a number (Jun 2015), CP2 is “44 (p)”"
    )
