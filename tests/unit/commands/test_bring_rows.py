"""Targets and comparators of a file: said, asked, written, logged, undone; or refused whole."""

from __future__ import annotations

from datetime import date, datetime

import openpyxl
import pytest

from tests.support.command_line import invoke
from xl_addin.bring_rows import bring_rows
from xl_addin.commands.bring_rows import RowsFile, bring_in_rows
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.excel.template import write_template
from xl_addin.layout import Comparators, History, RefreshLog, Signals, Summary, Targets
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.returns.brought import Brought
from xl_addin.values import replace

JUNE = Month(2015, 6)
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
CATALOGUE = Catalogue(
    (
        Measure("N", "", "Contacts", polarity=Polarity.LOWER),
        Measure("P", "", "Seen in time", unit=Unit.PERCENTAGE, polarity=Polarity.HIGHER),
        Measure("Q", "", "Neutral"),
    )
)
PUBLISHED = """\
time_period,time_identifier,geographic_level,country_code,country_name,region_name,la_name,P,x
201415,Financial year,National,E92000001,England,,,62.5,1
201415,Financial year,Regional,E92000001,England,South East,,c,1
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "Monthly.xlsm"
    write_template(path, "Monthly", CATALOGUE)
    rows = [f"{r},{m.label},{v}" for m in JUNE.window(14) for r, v in FIGURES.items()]
    file = written(path.with_name("June.csv"), "Measure Ref,Month,Value", *rows)
    with held(path) as closed:
        how = HowToRefresh(file=file)
        assert refresh_book(closed, OCCASION, tell=print, agree=lambda: True, how=how)
    return path.read_bytes()


@pytest.fixture
def book(made, tmp_path):
    path = tmp_path / "Monthly.xlsm"
    path.write_bytes(made)
    return path


FIGURES = {"N": 100, "P": "50%", "Q": 7}


def written(path, *lines):
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def table(path, name, columns=4):
    return [
        tuple(c.date() if isinstance(c, datetime) else c for c in record.values())[:columns]
        for _, record in ClosedBook(path).read().tables[name].records()
    ]


def bring(book, file, agree=True, **more):
    said: list[str] = []
    with held(book) as closed:
        rows = RowsFile(file, **more)
        done = bring_in_rows(closed, rows, OCCASION, tell=said.append, agree=lambda: agree)
    return done, said


def refused(book, *lines):
    before = book.read_bytes()
    with pytest.raises(ReturnRefused) as refusal:
        bring(book, written(book.with_name("Rows.csv"), *lines))
    assert book.read_bytes() == before
    return [str(problem) for problem in refusal.value.problems]


def test_targets_of_a_file_are_on_the_page_at_once_logged_and_undone(book):
    before = book.read_bytes()
    file = written(
        book.with_name("Targets.csv"), "Target,measure ref,From,To,Who says so",
        "85%,P,Apr 2015,01/03/2016,J. Okafor", "120,N,,,",
    )  # fmt: skip
    done, said = bring(book, file)
    assert done and said[:2] == [
        "“Targets.csv” is read as targets: Target, Measure Ref, From, To.",
        "Columns that are not read: Who says so.",
    ]
    assert table(book, Targets.TABLE) == [
        ("P", date(2015, 4, 1), date(2016, 3, 1), 0.85),
        ("N", None, None, 120.0),
    ]
    sheets = ClosedBook(book).read()
    signals = {r[Signals.REF]: r for _, r in sheets.tables[Signals.TABLE].records()}
    assert (signals["P"][Signals.TARGET], signals["N"][Signals.TARGET]) == (0.85, 120)
    log = [r for _, r in sheets.tables[RefreshLog.TABLE].records()]
    assert log[-1][RefreshLog.SOURCE] == "Targets from Targets.csv" and log[-1][RefreshLog.DIGEST]
    assert not any("History" in str(p) for p in invoke("check", str(book)).output.splitlines())
    assert invoke("undo", str(book), "--yes").exit_code == 0
    assert book.read_bytes() == before


def test_published_data_is_said_column_by_column_then_brought_and_in_the_summary(book):
    file = written(book.with_name("cin.csv"), PUBLISHED.strip())
    done, said = bring(book, file)
    assert done
    assert said[: said.index("")] == [
        "“cin.csv” is read as published data, 2 rows:",
        "• time_period, time_identifier: the period",
        "• geographic_level, country_name, region_name, la_name: whose figure it is",
        "• p: P, Seen in time (percentage, in per cents: 35.2 is 35.2%)",
        "Not read, because no measure is called so: x.",
        'One of them is read with --column "x=REF".',
        'Places that are not taken: regional 1. One is taken with --who "NAME".',
    ]
    assert "Comparators: 1 row is added." in said
    assert table(book, Comparators.TABLE, 5) == [("P", "England", "2014-15", 0.625, "cin.csv")]
    words = [r[Summary.WORDS] for _, r in ClosedBook(book).read().tables[Summary.TABLE].records()]
    expected = "50% in Jun 2015, beside 63% for England (yearly figure, 2014-15; source: cin.csv)."
    assert any(str(word).endswith(expected) for word in words)


def test_again_changes_nothing_and_a_new_figure_takes_the_place_of_the_old(book):
    file = written(book.with_name("cin.csv"), PUBLISHED.strip())
    bring(book, file)
    before = book.read_bytes()
    done, said = bring(book, file)
    assert not done and said[-1].endswith("holds all of this already. Nothing was changed.")
    assert book.read_bytes() == before
    written(file, PUBLISHED.strip().replace("62.5", "63.5"))
    done, said = bring(book, file)
    assert done and "P, England 2014-15: was 62.5%, is 63.5%." in said
    assert table(book, Comparators.TABLE) == [("P", "England", "2014-15", 0.635)]


def test_what_an_officer_filled_in_stays_beside_what_comes(book):
    one = "Measure Ref,Who,Period,Value,Source"
    bring(book, written(book.with_name("A.csv"), one, "N,Neighbours,May 2015,90,LAIT"))
    bring(book, written(book.with_name("B.csv"), one, "N,England,2015,80,", "P,England,2015,c,"))
    assert table(book, Comparators.TABLE, 5) == [
        ("N", "Neighbours", "May 2015", 90.0, "LAIT"),
        ("N", "England", "2015", 80.0, None),
    ]


def test_words_of_an_officer_in_a_column_of_their_own_stay_where_nothing_else_stands(book):
    sheets = ClosedBook(book).read()
    own = replace(
        sheets.tables[Comparators.TABLE],
        headings=(*Comparators.COLUMNS, "Mine"),
        rows=((*[None] * 5, "Ask the region."),),
    )
    workbook = parse_workbook(replace(sheets, tables={**sheets.tables, own.name: own}))
    row = (2, ("N", "England", "2015", 80.0, None))
    brought = Brought(Comparators.TABLE, "A.csv", (row,))
    change = bring_rows(workbook, brought, "A.csv", "ab" * 32, OCCASION).changes[0]
    assert [row.was for row in change.rows] == [0, None]


def test_a_workbook_brings_them_as_a_csv_file_does(book):
    path = book.with_name("Rows.xlsx")
    made = openpyxl.Workbook()
    for row in (
        Comparators.COLUMNS,
        ("P", "England", 2015, 0.6, "DfE"),
        ("N", "Kent", None, 5, ""),
    ):
        made.active.append(row)
    made.active.cell(3, 3, date(2015, 5, 1))
    made.active.cell(2, 4).number_format = "0%"
    made.save(path)
    assert bring(book, path)[0]
    assert table(book, Comparators.TABLE)[0] == ("P", "England", "2015", 0.6)
    assert table(book, Comparators.TABLE)[1][1] == "Kent"
    assert invoke("check", str(book)).output.count("Comparators") == 0


COMPARATORS, TARGETS = "Measure Ref,Who,Period,Value", "Measure Ref,From,To,Target"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((COMPARATORS, "X,England,2015,5"), "Rows.csv, row 2: “X” is not a measure ref."),
        ((COMPARATORS, "", "N,England,,5"), "Rows.csv, row 3: Its period is blank."),
        ((COMPARATORS, "N,,2015,5"), "Rows.csv, row 2: It does not say whose figure of N it is."),
        ((COMPARATORS, "N,England,2015,many"), "Rows.csv, row 2: Its value is “many”."),
        ((COMPARATORS, "P,England,2015,85"), "The value of P, percentage, is 85."),
        (
            (COMPARATORS, "N,England,2015,5", "N,England,2015,6"),
            "England has two values of N for 2015 (also Rows.csv, row 2).",
        ),
        ((COMPARATORS, "P,England,2015,c"), "It holds no comparators that can be taken."),
        ((COMPARATORS,), "It holds no comparators that can be taken."),
        ((TARGETS, "X,,,5"), "Rows.csv, row 2: “X” is not a measure ref."),
        ((TARGETS, "P,,,85"), "The target of P, a percentage, is 85."),
        ((TARGETS, "P,,,120%"), "The target of P, a percentage, is 1.2."),
        ((TARGETS, "N,,,c"), "Rows.csv, row 2: The target is c."),
        ((TARGETS, "N,spring,,5"), "“spring” cannot be read as a month."),
        (
            (TARGETS, "N,Apr 2015,,5", "N,May 2015,,6"),
            "N has two targets for the same months (also Rows.csv, row 2).",
        ),
    ],
)
def test_a_row_that_cannot_be_used_refuses_the_file_and_changes_nothing(book, lines, told):
    assert told in " ".join(refused(book, *lines))


def test_a_target_that_meets_one_there_is_refused(book):
    bring(book, written(book.with_name("A.csv"), TARGETS, "N,Apr 2015,,5"))
    (line,) = refused(book, TARGETS, "N,Apr 2016,,6")
    assert "N has two targets for the same months" in line


def test_a_target_of_a_neutral_measure_comes_and_is_told(book):
    done, said = bring(book, written(book.with_name("A.csv"), TARGETS, "Q,,,5"))
    assert done and any("Q has a target, but no Polarity" in line for line in said)


def test_per_cents_without_a_sign_are_taken_where_that_is_said(book):
    file = written(book.with_name("A.csv"), TARGETS, "P,,,85")
    assert invoke("import", str(book), str(file), "--per-cents", "--yes").exit_code == 0
    assert table(book, Targets.TABLE) == [("P", None, None, 0.85)]


def test_no_changes_nothing_and_neither_does_a_dry_run(book):
    before = book.read_bytes()
    file = written(book.with_name("A.csv"), TARGETS, "N,,,5")
    assert bring(book, file, agree=False) == (False, bring(book, file, dry_run=True)[1])
    assert book.read_bytes() == before


def test_the_familiar_page_with_its_column_target_is_no_list_of_targets(book):
    file = written(book.with_name("Page.csv"), "Measure Ref,May 2015,Jul 2015,Target", "N,1,2,3")
    assert bring(book, file) == (None, [])


def test_of_a_workbook_of_ours_the_figures_are_brought_and_its_targets_are_pointed_out(book):
    old = book.with_name("Old.xlsm")
    old.write_bytes(book.read_bytes())
    assert bring(book, old) == (None, [])
    bring(old, written(book.with_name("A.csv"), TARGETS, "N,,,5"))
    said = ['“Old.xlsm, Targets” is not read. To bring it in too: --sheet "Targets".']
    assert bring(book, old) == (None, said)
    new = book.with_name("New.xlsm")
    write_template(new, "New", CATALOGUE)
    done = invoke("import", str(new), str(old), "--yes")
    assert done.exit_code == 0
    assert table(new, History.TABLE)[-1] == ("Q", date(2015, 6, 1), 1, None)
    assert bring(new, old, sheet="Targets")[0]
    assert table(new, Targets.TABLE) == [("N", None, None, 5.0)]


def test_a_share_copy_is_a_page_and_its_signals_are_no_targets(book):
    copy = book.with_name("Copy.xlsx")
    assert invoke("share", str(book), "--out", str(copy)).exit_code == 0
    assert bring(book, copy) == (None, [])


def test_the_command_line_brings_figures_as_before_and_what_it_is_told_of_columns(book):
    july = written(book.with_name("July.csv"), "Measure Ref,Month,Value", "N,Jul 2015,101")
    assert invoke("import", str(book), str(july), "--yes").exit_code == 0
    assert ClosedBook(book).read().tables["Dataset"].headings[15] == "Jul 2015"
    wrong = invoke("import", str(book), str(july), "--who", "Kent", "--yes")
    assert wrong.exit_code == 1 and "It is no published data" in str(wrong.exception)
    file = written(book.with_name("cin.csv"), PUBLISHED.strip())
    done = invoke("import", str(book), str(file), "--column", "x=N", "--yes")
    assert done.exit_code == 0
    assert ("N", "England", "2014-15", 1.0) in table(book, Comparators.TABLE)
    odd = invoke("import", str(book), str(file), "--column", "x", "--yes")
    assert "“x” does not say both. Write it such as number=LAC1." in str(odd.exception)


def test_a_workbook_without_figures_keeps_them_for_the_first_month(tmp_path):
    path = tmp_path / "New.xlsm"
    write_template(path, "New", CATALOGUE)
    assert bring(path, written(tmp_path / "A.csv", TARGETS, "N,,,5"))[0]
    assert table(path, Targets.TABLE) == [("N", None, None, 5.0)]
