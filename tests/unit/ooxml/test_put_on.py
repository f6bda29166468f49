"""What an officer puts on a figure belongs to its month: in the closed file, read by openpyxl."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Color

from tests.support.desk_things import (
    PROVISIONAL,
    RED,
    conversations,
    converse,
    decorate,
    on_page,
    save,
)
from tests.support.editions import KEPT, brought_in, copied, next_return, upgraded
from tests.support.on_cells import number_of
from tests.support.ready import NAME, OCCASION, ready_book, refresh
from tests.support.retiring import retire, take_up
from tests.support.sample_files import edit
from xl_addin.commands.show import show_month
from xl_addin.commands.undo import undo
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.period import Month

MAY, JUNE = Month(2015, 5), Month(2015, 6)
LEAVES = ("May 2014",)


@pytest.fixture(scope="module")
def decorated(tmp_path_factory) -> bytes:
    book = ready_book(tmp_path_factory.mktemp("decorated"))
    decorate(book)
    converse(book, "M2", "May 2014", "Is this right?", "Yes, checked")
    return book.read_bytes()


@pytest.fixture
def path(tmp_path, decorated) -> Path:
    """A workbook to May 2015 in which an officer has put things on figures."""
    book = tmp_path / NAME
    book.write_bytes(decorated)
    return book


def show(path: Path, month: Month) -> list[str]:
    told: list[str] = []
    show_month(ClosedBook(path), month, OCCASION, tell=told.append)
    return told


def kept(path: Path) -> list[tuple[str, str, str]]:
    rows = openpyxl.load_workbook(path)["Put on figures"].iter_rows(min_row=5, values_only=True)
    return [(r[0], f"{r[1]:%b %Y}", r[2]) for r in rows if r[0]]


def test_it_moves_with_its_month_when_the_page_moves(path):
    before = on_page(path)
    assert before["CP2", "May 2015"] == {f"comment: {PROVISIONAL}", "ground: 65535"}
    refresh(path)
    stays = {key: said for key, said in before.items() if key[1] not in LEAVES}
    assert on_page(path) == stays


def test_what_belongs_to_a_column_stays_there(path):
    shade = {}
    for name in ("before", "after"):
        sheet = openpyxl.load_workbook(path)["Dataset"]
        latest = sheet.cell(5, 16).column_letter
        rows = [sheet[f"{latest}{row}"] for row in range(6, 28)]
        shade[name] = [cell.fill.fgColor.rgb for cell in rows], sheet.column_dimensions["P"].width
        refresh(path)
    usual = [colour for colour in shade["before"][0] if colour != "FFFFFF00"]
    assert shade["after"] == ([usual[0]] * 22, shade["before"][1])


def test_what_leaves_the_page_is_kept_and_comes_back_with_its_month(path):
    before, said = on_page(path), conversations(path)
    refresh(path)
    assert conversations(path) == {}
    assert {("M1", "May 2014", "comment"), ("LAC2", "May 2014", "link")} <= set(kept(path))
    told = show(path, MAY)
    assert any(line.startswith("Back on figures of May 2014: ") for line in told)
    assert on_page(path) == before
    assert conversations(path) == said == {"D7": ["Is this right?", "Yes, checked"]}
    assert kept(path) == []


def test_it_is_told_before_anything_is_done(path):
    told: list[str] = []
    from xl_addin.commands.refresh import HowToRefresh, refresh_book
    from xl_addin.demo import RETURN

    how = HowToRefresh(file=RETURN, dry_run=True)
    refresh_book(ClosedBook(path), OCCASION, tell=told.append, agree=lambda: True, how=how)
    (line,) = [line for line in told if "May 2014 leaves the page" in line]
    assert "comment (M1)" in line and "comment with replies (M2)" in line
    assert "on the sheet “Put on figures” and comes back with them" in line


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory, decorated) -> bytes:
    """The same a month later: what was put on figures of May 2014 is kept."""
    book = tmp_path_factory.mktemp("refreshed") / NAME
    book.write_bytes(decorated)
    refresh(book)
    return book.read_bytes()


SPOILT = [
    *("", "cleared", "{", "[1]", "{}", '{"comment": 1, "author": 2}'),
    *('{"author": "B", "comment": "<comment>"}', '{"author": "B", "comment": "<row/>"}'),
    "[" * 30_000,
]


def spoil(path: Path, first: int) -> None:
    """Change what stands under “Kept as” in every row, each in another way."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Put on figures"]
    rows = [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 3).value]
    for number, row in enumerate(rows, first):
        sheet.cell(row, 6).value = SPOILT[number % len(SPOILT)]
    book.save(path)


@pytest.mark.parametrize("first", range(0, len(SPOILT), 3))
def test_where_how_a_thing_was_kept_is_spoilt_its_words_come_back_and_the_rest_stays(
    refreshed, tmp_path, first
):
    path = tmp_path / NAME
    path.write_bytes(refreshed)
    spoil(path, first)
    told = "\n".join(show(path, MAY))
    seen = on_page(path)
    assert seen["M1", "May 2014"] == {"comment: From the old system"}
    assert seen["M2", "May 2014"] == {
        "comment: A. Officer: Is this right?\nA. Officer: Yes, checked"
    }
    assert ("LAC2", "May 2014") not in seen
    assert {one[0] for one in kept(path)} == {"M1", "LAC2", "CP1", "LAC1", "LAC5-QL"}
    assert "Back on figures of May 2014: comment (M1), comment (M2)." in told
    for words in ("comment (M1 May 2014)", "comment with replies (M2 May 2014)"):
        (line,) = [one for one in told.splitlines() if words in one]
        assert "only the words come back" in line
    (line,) = [one for one in told.splitlines() if "link (LAC2 May 2014)" in one]
    assert line.startswith("• Sheet Put on figures: Not put back: ")
    assert line.endswith("then delete its row.")
    told = "\n".join(show(path, Month(2015, 4)))
    assert "Kept as" not in told  # their figures were on the page already


def test_of_two_comments_kept_for_a_figure_one_comes_back_and_one_stays(refreshed, tmp_path):
    path = tmp_path / NAME
    path.write_bytes(refreshed)
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Put on figures"]
    row = next(r for r in range(5, 40) if sheet.cell(r, 3).value == "comment")
    other = next(r for r in range(5, 40) if sheet.cell(r, 3).value == "comment with replies")
    for column in (1, 2):
        sheet.cell(other, column).value = sheet.cell(row, column).value
    book.save(path)
    show(path, MAY)
    (on_figure,) = on_page(path)["M1", "May 2014"] - {f"bold: {number_of(Color(RED))}"}
    assert on_figure == "comment: From the old system"
    assert kept(path) == [("M1", "May 2014", "comment with replies")]


def test_a_refresh_of_the_same_month_changes_nothing(path):
    refresh(path)
    data = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == data


def test_months_far_apart_and_back_lose_nothing(path):
    before = on_page(path)
    refresh(path)
    show(path, Month(2014, 6))
    show(path, JUNE)
    show(path, MAY)
    assert on_page(path) == before


def test_undo_brings_it_back_to_the_byte(path):
    data = path.read_bytes()
    refresh(path)
    undo(ClosedBook(path), OCCASION.when, tell=lambda line: None, agree=lambda: True)
    assert path.read_bytes() == data


def test_a_measure_that_is_retired_and_comes_back_has_its_comments(path):
    from xl_addin.commands.notes import sync_notes_in

    book = ClosedBook(path)
    before = on_page(path)
    rows = retire(path, "CP1")
    sync_notes_in(book, OCCASION, tell=lambda line: None, agree=lambda: True)
    assert ("CP1", "Mar 2015", "validation") in kept(path)
    assert on_page(path) == {key: said for key, said in before.items() if key[0] != "CP1"}
    take_up(path, rows)
    sync_notes_in(book, OCCASION, tell=lambda line: None, agree=lambda: True)
    assert on_page(path) == before


def test_a_new_measure_does_not_take_what_is_put_on_the_row_above(path):
    from xl_addin.commands.notes import sync_notes_in

    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Measures"]
    for row in range(5, 27):
        if sheet.cell(row, 1).value == "CP3-QL":
            sheet.cell(row, 1).value = "CP3-NEW"
    save(book, path)
    sync_notes_in(ClosedBook(path), OCCASION, tell=lambda line: None, agree=lambda: True)
    assert not [key for key in on_page(path) if key[0] == "CP3-NEW"]
    assert on_page(path)["CP2", "May 2015"] == {f"comment: {PROVISIONAL}", "ground: 65535"}


def test_a_share_copy_has_none_of_it(path, tmp_path):
    from xl_addin.commands.share import share_book

    refresh(path)
    show(path, MAY)
    out = tmp_path / "May.xlsx"
    share_book(ClosedBook(path), out, OCCASION, tell=lambda line: None)
    with zipfile.ZipFile(out) as packed:
        text = b"".join(packed.read(name) for name in packed.namelist())
    assert not [name for name in packed.namelist() if "omment" in name]
    for said in (PROVISIONAL, "From the old system", "Is this right?", "example.org"):
        assert said.encode() not in text


def test_a_workbook_of_an_older_edition_is_upgraded_before_anything_would_leave_it(tmp_path):
    path = copied(next(p for p in KEPT if p.name == "demo.xlsm"), tmp_path)
    book = openpyxl.load_workbook(path, keep_vba=True)
    oldest = str(book["Dataset"].cell(next(iter(_headings(book))), 4).value)
    figure_of(book["Dataset"], "M1", oldest).comment = Comment("Old", "A. Officer")
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(WorkbookRefused, match="Upgrade it first"):
        brought_in(path, next_return(path))
    assert path.read_bytes() == before
    upgraded(path)
    brought_in(path, next_return(path))
    assert kept(path) == [("M1", oldest, "comment")]


def _headings(book):
    return [row for row in range(1, 9) if book["Dataset"].cell(row, 1).value == "Measure Ref"]


def figure_of(sheet, ref, month):
    row = next(r for r in range(1, 40) if sheet.cell(r, 1).value == "Measure Ref")
    columns = {cell.value: cell.column for cell in sheet[row]}
    return sheet.cell(
        next(r for r in range(1, 40) if sheet.cell(r, 1).value == ref), columns[month]
    )


def test_a_page_that_is_damaged_around_its_rows_is_refused_and_stays(path):
    edit(path, "xl/worksheets/sheet1.xml", ("</worksheet>", "<a:b:c/></worksheet>"))
    before = path.read_bytes()
    with pytest.raises(WorkbookRefused, match="damaged"):
        refresh(path)
    assert path.read_bytes() == before
