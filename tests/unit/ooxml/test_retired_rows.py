"""A measure that leaves the list takes nothing of an officer's along: closed, read by openpyxl."""

from __future__ import annotations

import openpyxl
import pytest

from tests.support.ready import NAME, OCCASION, ready_book, refresh
from tests.support.retiring import REF, VIEW, beside, retire, take_up, write_beside
from xl_addin.commands.notes import sync_notes_in
from xl_addin.commands.undo import undo
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.ooxml.kept import comes_back, kept_text
from xl_addin.update import Kind, PutOn

WORDS = "=not a formula: panel 12/3"


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> bytes:
    book = ready_book(tmp_path_factory.mktemp("written"))
    write_beside(book)
    sync(book)
    return book.read_bytes()


@pytest.fixture
def path(tmp_path, written):
    book = tmp_path / NAME
    book.write_bytes(written)
    return book


def sync(path, *, agree=True) -> list[str]:
    told: list[str] = []
    sync_notes_in(ClosedBook(path), OCCASION, tell=told.append, agree=lambda: agree)
    return told


def page(path):
    return openpyxl.load_workbook(path)["Dataset"]


def kept(path) -> set[tuple[object, ...]]:
    rows = openpyxl.load_workbook(path)["Put on figures"].iter_rows(min_row=5, values_only=True)
    return {(r[1], r[2], r[3]) for r in rows if r[0] == REF}


def test_what_stands_in_the_row_of_a_retired_measure_is_kept_and_told_before(path):
    retire(path)
    told = "\n".join(sync(path, agree=False))
    for said in (f"entry “{WORDS}” ({VIEW})", "comment “Mean without May” (12 month average)"):
        assert said in told
    assert f"comes back with {REF}" in told
    sync(path)
    assert {
        (VIEW, "entry", WORDS),
        ("Reviewed", "entry", "2015-03-12"),
        ("Rank", "entry", "2.5"),
        ("Of its own", "entry", "=P13+1"),
        ("Description", "comment", "Counted anew since 2014"),
        ("12 month average", "comment", "Mean without May"),
        ("(whole row)", "formatting", "background"),
    } <= kept(path)
    assert "Twice" not in {heading for heading, _, _ in kept(path)}  # it fills its column


def test_all_of_it_comes_back_with_the_measure_months_later(path):
    before = beside(page(path))
    held = retire(path)
    june = path.with_name("June.csv")
    june.write_text("Measure Ref,Month,Value\nM1,Jun 2015,100\n")
    refresh(path, june)
    take_up(path, held)
    told = "\n".join(sync(path))
    assert f"Back beside the figures of {REF}: " in told
    after = beside(page(path))
    both = before.keys() & after.keys()
    assert {h: after[h] for h in both} == {h: before[h] for h in both}
    assert after["Jun 2015"][2]  # the whole row has its colour
    assert not [heading for heading, _, _ in kept(path) if heading in before]


def test_a_row_that_stays_keeps_what_officers_write_after_the_return_of_another(path):
    held = retire(path)
    sync(path)
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Dataset"]
    column = next(c.column for c in sheet[5] if c.value == VIEW)
    sheet.cell(6, column).value = "Written meanwhile"
    book.save(path)
    take_up(path, held)
    sync(path)
    assert page(path).cell(6, column).value == "Written meanwhile"
    assert beside(page(path))[VIEW][0] == WORDS
    assert (
        sum(1 for r in page(path).iter_rows(min_row=6) if r[0].fill.fgColor.rgb == "FFFFFF00") == 1
    )


@pytest.mark.parametrize(
    ("formula", "is_told"),
    [("P13*2", False), ("P13+P14", True), ("Targets!C13", True), ("SUM($D13:P13)", False)],
)
def test_a_formula_that_points_at_other_rows_is_told_when_it_comes_back(formula, is_told):
    kept = PutOn(Kind.ENTRY, f"={formula}", kept_text({"formula": formula, "at": "V13"}))
    back = comes_back(kept)
    assert back.thing == kept
    assert ("points at other rows or sheets" in back.found) == is_told


@pytest.mark.parametrize("is_refused", [True, False])
def test_where_the_row_cannot_be_read_that_is_said_before_it_leaves(path, is_refused):
    class Locked(ClosedBook):
        def put_on(self, *, whole_rows):
            if is_refused:
                raise WorkbookRefused([Problem("Copy", "It has a password.", "Take it off.")])

    retire(path)
    data, told = path.read_bytes(), []
    sync_notes_in(Locked(path), OCCASION, tell=told.append, agree=lambda: False)
    assert f"What stands in the rows of {REF} beside the figures could not be read" in told[1]
    assert "only the backup keeps it" in told[1]
    assert path.read_bytes() == data


def test_undo_brings_the_row_back_with_all_in_it(path):
    retire(path)
    data = path.read_bytes()
    sync(path)
    undo(ClosedBook(path), OCCASION.when, tell=lambda line: None, agree=lambda: True)
    assert path.read_bytes() == data


def test_with_a_column_that_was_deleted_meanwhile_its_words_stay_kept(path):
    held = retire(path)
    sync(path)
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Dataset"]
    at = next(c for c in sheet[5] if c.value == VIEW)
    at.value = "Renamed"
    next(c for c in sheet.tables["Dataset"].tableColumns if c.name == VIEW).name = "Renamed"
    book.save(path)
    take_up(path, held)
    sync(path)
    assert kept(path) == {(VIEW, "entry", WORDS)}
