"""Last month's commentary: shown beside this month's, taken over by one word, and undone."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support.command_line import invoke
from xl_addin.commands.commentary import take_over_in, tell_commentary
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.excel.template import write_template
from xl_addin.layout import Commentary, Summary
from xl_addin.measure import Catalogue, Measure, Polarity
from xl_addin.period import Month
from xl_addin.refresh import Occasion, sync_notes
from xl_addin.take_over import take_over
from xl_addin.update import AppendRows, Update
from xl_addin.values import replace

JUNE = Month(2015, 6)
MAY, JUNE_1 = date(2015, 5, 1), date(2015, 6, 1)
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
CATALOGUE = Catalogue(
    tuple(Measure(ref, "", f"Measure {ref}", polarity=Polarity.HIGHER) for ref in ("A", "B", "C"))
)
OF_A = (MAY, "a", "As ever: “=why?”", "A. Officer", "Ask", date(2015, 6, 1))
OF_B = (MAY, "B", "Rising.", None, None, date(2015, 9, 1))
OF_C = (MAY, "C", "Old.", None, None, None)
C_NOW = (JUNE_1, "C", "New.", None, None, None)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "Monthly.xlsm"
    write_template(path, "Monthly", CATALOGUE)
    rows = [f"{ref},{m.label},100" for m in JUNE.window(14) for ref in CATALOGUE.refs]
    file = path.with_name("June.csv")
    file.write_text("\n".join(["Measure Ref,Month,Value", *rows]), "utf-8")
    with held(path) as closed:
        how = HowToRefresh(file=file)
        assert refresh_book(closed, OCCASION, tell=print, agree=lambda: True, how=how)
    said = (OF_A, OF_B, OF_C, C_NOW)
    ClosedBook(path).apply(Update((AppendRows(Commentary.TABLE, Commentary.COLUMNS, said),)))
    return path.read_bytes()


@pytest.fixture
def book(made, tmp_path):
    path = tmp_path / "Monthly.xlsm"
    path.write_bytes(made)
    return path


def commentary(path):
    table = ClosedBook(path).read().tables[Commentary.TABLE]
    return [
        tuple(c.date() if isinstance(c, datetime) else c for c in record.values())
        for _, record in table.records()
    ]


def taken(path, *wanted, agree=True):
    said: list[str] = []
    with held(path) as closed:
        done = take_over_in(closed, wanted, OCCASION, tell=said.append, agree=lambda: agree)
    return done, said


def test_all_that_nobody_has_said_anything_of_this_month_is_taken_over_word_for_word(book):
    done, said = taken(book, "all")
    assert done
    assert commentary(book) == [
        *(OF_A, OF_B, OF_C, C_NOW),
        (JUNE_1, "A", *OF_A[2:]),
        (JUNE_1, "B", *OF_B[2:]),
    ]
    assert said[:3] == [
        "Taken over as this month's commentary:",
        "A: “As ever: “=why?”” (due 1 Jun 2015, which has passed)",
        "B: “Rising.”",
    ]
    assert taken(book, "all") == (
        False,
        [
            "Every measure with commentary for May 2015 has some for Jun 2015 too: nothing is left "
            "to take over. Nothing was changed."
        ],
    )


def test_the_summary_shows_it_at_once_and_a_sync_finds_nothing_left_to_do(book):
    taken(book, "b")
    sheets = ClosedBook(book).read()
    shown = {r[Summary.REF]: r for _, r in sheets.tables[Summary.TABLE].records()}
    assert shown["B"][Summary.COMMENTARY] == shown["B"][Summary.LAST] == "Rising."
    assert shown["C"][Summary.COMMENTARY] == "New."
    assert sync_notes(parse_workbook(sheets), OCCASION).is_empty


def test_in_the_text_it_stands_once_under_the_first_sentence_and_once_where_months_say_the_same(
    book,
):
    targets = book.with_name("Targets.csv")
    targets.write_text("Measure Ref,Target\nB,120\n", "utf-8")
    assert invoke("import", str(book), str(targets), "--yes").exit_code == 0
    file = book.with_name("Others.csv")
    file.write_text("Measure Ref,Who,Period,Value\nB,England,2015,120\n", "utf-8")
    assert invoke("import", str(book), str(file), "--yes").exit_code == 0
    taken(book, "B")
    assert invoke("notes", str(book), "--yes").exit_code == 0
    said = invoke("summary", str(book)).output
    assert said.count("B, Measure B: ") == 2 and said.count("Rising.") == 1
    assert said.count("  Commentary: New.\n  Last month: Old.\n") == 1


def test_undo_brings_the_workbook_back_byte_for_byte(book):
    before = book.read_bytes()
    assert taken(book, "A", "B")[0] and book.read_bytes() != before
    assert invoke("undo", str(book), "--yes").exit_code == 0
    assert book.read_bytes() == before


def test_saying_no_changes_nothing(book):
    before = book.read_bytes()
    done, said = taken(book, "all", agree=False)
    assert not done and said[-1] == "Nothing was changed." and book.read_bytes() == before


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("X", "“X” is not a measure ref."),
        ("C", "C has commentary for Jun 2015 already: it stays as it is."),
    ],
)
def test_what_cannot_be_taken_over_is_told_and_nothing_is(book, ref, told):
    before = book.read_bytes()
    with pytest.raises(WorkbookRefused) as refusal:
        taken(book, "A", ref)
    assert [p.found for p in refusal.value.problems] == [told]
    assert book.read_bytes() == before


def test_a_measure_nobody_spoke_of_last_month_is_told_as_such(book):
    workbook = read(book)
    with pytest.raises(WorkbookRefused, match=r"Nothing was said of B in May 2015\."):
        take_over(_without(workbook, "B"), ["B"], OCCASION.when.date())


def read(book):
    return parse_workbook(ClosedBook(book).read())


def _without(workbook, ref):
    table = workbook.tables[Commentary.TABLE]
    rows = tuple(row for row in table.rows if row[1] != ref)
    tables = {**workbook.tables, Commentary.TABLE: replace(table, rows=rows)}
    return replace(workbook, tables=tables)


def test_the_command_shows_both_months_and_takes_over_what_is_named(book):
    shown = invoke("commentary", str(book))
    assert shown.exit_code == 0
    assert "C, Measure C:\n  Commentary: New.\n  Last month: Old.\n" in shown.output
    assert "To take last month's over: --take-over A, or --take-over all." in shown.output
    before = book.read_bytes()
    dry = invoke("commentary", str(book), "--take-over", "A", "--dry-run")
    assert "Nothing was changed." in dry.output and book.read_bytes() == before
    done = invoke("commentary", str(book), "--take-over", "A", "--take-over", "B", "--yes")
    assert done.exit_code == 0 and len(commentary(book)) == 6
    assert "nothing is left to take over." in invoke("commentary", str(book)).output


def test_where_nothing_was_said_last_month_there_is_nothing_to_take_over(book):
    workbook = read(book)
    table = replace(workbook.tables[Commentary.TABLE], rows=())
    tables = {**workbook.tables, Commentary.TABLE: table}
    said: list[str] = []
    tell_commentary(replace(workbook, tables=tables), said.append)
    assert said == ["There is no commentary for May 2015 to take over."]
