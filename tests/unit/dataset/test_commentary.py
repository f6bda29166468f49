"""Commentary: what nobody would see is shown or told, whatever its capitals and its month."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support import office
from tests.support.books import applied, new_sheets
from xl_addin.check import check
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import Commentary, Summary
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, page_of, refresh, sync_notes
from xl_addin.returns import Entry, Return
from xl_addin.summary_table import summary_change
from xl_addin.table import Table, text_of
from xl_addin.update import AppendRows, Row, SetRows, Update

JUNE = Month(2015, 6)
CATALOGUE = Catalogue((Measure("M", "", "Contacts"), Measure("N", "", "Plans")))
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
FIRST = JUNE.first_day


def with_figures(months=14):
    entries = tuple(
        Entry(Observation(ref, month, 100.0 + 4 * (number % 2)), "row")
        for ref in "MN"
        for number, month in enumerate(JUNE.window(months))
    )
    return_ = Return(entries, "June.csv", "ab" * 32)
    sheets = new_sheets(CATALOGUE)
    return applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))


def commented(sheets, *rows):
    cells = tuple(Row((*row, None, None, None)) for row in rows)
    return applied(sheets, Update((SetRows(Commentary.TABLE, Commentary.COLUMNS, cells),)))


def synced(sheets):
    return applied(sheets, sync_notes(parse_workbook(sheets), OCCASION))


def spoken(sheets):
    return [
        (r[Summary.ABOUT], r[Summary.WORDS], r[Summary.COMMENTARY])
        for _, r in sheets.tables[Summary.TABLE].records()
        if r[Summary.REF]
    ]


def told(sheets):
    return [str(found.problem) for found in check(parse_workbook(sheets), None, OCCASION)]


def test_commentary_is_read_as_often_for_two_measures_as_for_one(monkeypatch):
    """Years of it are thousands of rows: reading them for each cell would take a minute."""
    reads: list[str] = []
    records = Table.records
    monkeypatch.setattr(Table, "records", lambda self: (reads.append(self.name), records(self))[1])
    counted = []
    for refs in ("M", "MN"):
        workbook = parse_workbook(
            commented(with_figures(), *((FIRST, ref, "Seen") for ref in refs))
        )
        reads.clear()
        summary_change(workbook, page_of(workbook, workbook.history, JUNE), workbook.history)
        counted.append(reads.count(Commentary.TABLE))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("ref", ["M", "m"])
def test_a_measure_that_is_commented_on_has_a_sentence_to_stand_beside(ref):
    sheets = commented(with_figures(), (FIRST, ref, "Fewer calls from schools."))
    # Mean 102, mean moving range 4.
    expected = "M, Contacts: 104 in Jun 2015, within its usual 91.4 to 112.6."
    assert spoken(synced(sheets)) == [("Also commented on", expected, "Fewer calls from schools.")]
    assert told(synced(sheets)) == []


@pytest.mark.libreoffice
def test_what_the_summary_shows_of_a_ref_with_a_space_is_what_excel_will(tmp_path):
    path = tmp_path / "Said.xlsm"
    write_template(path, "Said", CATALOGUE)
    book = ClosedBook(path)
    entries = tuple(Entry(Observation("M", month, 100.0), "row") for month in JUNE.window(2))
    book.apply(refresh(parse_workbook(book.read()), Return(entries, "R", "ab" * 32), OCCASION))
    row = (FIRST, "M ", "Fewer calls.", "A. Officer", None, None)
    book.apply(Update((AppendRows(Commentary.TABLE, Commentary.COLUMNS, (row,)),)))
    book.apply(sync_notes(parse_workbook(book.read()), OCCASION))
    assert "Fewer calls." in [text for *_, text in spoken(book.read())]
    assert {"Fewer calls.", "A. Officer"} <= {*office.calculated(path)["Summary"].values()}


def test_with_too_few_months_only_the_figure_stands_there():
    sheets = synced(commented(with_figures(2), (FIRST, "M", "Said.")))
    assert spoken(sheets) == [("Also commented on", "M, Contacts: 104 in Jun 2015.", "Said.")]


def test_a_comment_written_after_the_summary_is_told_until_it_is_shown():
    sheets = commented(with_figures(), (FIRST, "M", "Late."))
    assert told(sheets) == [
        "Commentary, row 2: The Summary has no sentence about M yet, so nobody sees it there. "
        "Sync notes, or the next refresh, adds one."
    ]


def test_what_is_said_of_another_month_has_no_sentence_and_is_no_mistake():
    sheets = commented(with_figures(), (date(2015, 5, 1), "M", "Of May."))
    assert spoken(synced(sheets)) == [] and told(sheets) == []


def test_two_rows_for_a_month_are_told_and_the_last_is_shown():
    sheets = commented(with_figures(), (FIRST, "M", "First."), (FIRST, "m", "Second."))
    sheets = synced(sheets)
    assert [text for *_, text in spoken(sheets)] == ["Second."]
    assert told(sheets) == [
        "Commentary, row 3: m has two rows for Jun 2015: the Summary shows this, not Commentary, "
        "row 2. Put both into one row, and delete the other."
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ((FIRST, "X", "Gone."), "It is about “X”, which is no measure of the list."),
        ((date(2015, 6, 2), "M", "Said."), "Its month is 2015-06-02, so no summary shows it."),
        ((None, "M", "Said."), "Its month is blank, so no summary shows it."),
        (("June", "M", "Said."), "Its month is June, so no summary shows it."),
    ],
)
def test_what_no_summary_will_ever_show_is_told(row, found):
    (line,) = told(commented(with_figures(), row))
    assert found in line


def test_a_blank_table_says_nothing():
    assert text_of(None) == "" and told(with_figures()) == []
