"""Bad input among the data notes, through the closed file: nothing is lost, everything is said."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook

from tests.support import office
from xl_addin.commands.notes import sync_notes_in
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import ReturnRefused, WorkbookRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import DataNotes, Dataset, History, Measures, Sheet
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh, sync_notes
from xl_addin.returns import parse_return
from xl_addin.table import Grid
from xl_addin.update import AppendRows, SetRows, Update

JUN = Month(2015, 6)
OCCASION = Occasion(datetime(2015, 7, 6, 9, 30), "officer", "0.1.0")
LATE = "Late from two teams"
CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("M2", "MASH", "Referrals"),
        Measure("LAC1", "Children in care", "Looked after children"),
    )
)
LONGEST = "ж" * 32_766 + "."
WORDS = {
    "line breaks": "First line\nsecond line\r\nthird\n\n last",
    "a lone carriage return": "one\rtwo",
    "the longest a cell can be": LONGEST,
    "an equals sign": "=1+1",
    "a formula that calls out": '=HYPERLINK("http://example.org","see")',
    "an equals sign and nonsense": "=see the report",
    "a plus sign": "+44 20 7946 0000",
    "a minus sign": "-5 children moved away",
    "an at sign": "@home scheme counted from June",
    "only a dash": "-",
    "emoji": "👩‍👧‍👦 moved 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "right to left": "ملاحظة: ‏الأرقام متأخرة (שלום)",
    "markup": "<b>R&D</b> ]]> &amp; \"quoted\" 'single'",
    "an apostrophe first": "'quoted",
    "spaces around": "   three teams \t late  ",
    "what looks like a number": "0012",
    "what looks like a date": "1 Jun",
    "what looks like an escape": "_x000D_ stays",
    "a marker typed by hand": "See [note 1].",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> bytes:
    """A workbook with the figures of June; M2 is not updated."""
    book = ClosedBook(tmp_path_factory.mktemp("made") / "Monthly Dataset.xlsm")
    write_template(book.path, "Monthly Dataset", CATALOGUE)
    june = return_of(("M1", 585.0, None, None), ("M2", None, LATE, None), ("LAC1", 9.0, None, None))
    book.apply(refresh(parse_workbook(book.read()), june, OCCASION))
    return book.path.read_bytes()


@pytest.fixture
def book(made, tmp_path) -> ClosedBook:
    path = tmp_path / "Monthly Dataset.xlsm"
    path.write_bytes(made)
    return ClosedBook(path)


def return_of(*rows, month="Jun 2015"):
    headings = ("Measure Ref", "Month", "Value", "Status", "Note")
    cells = tuple((ref, month, value, status, note) for ref, value, status, note in rows)
    return parse_return((Grid("June.csv", (headings, *cells)),), CATALOGUE, "June.csv", "ab" * 32)


def write_notes(book, *rows):
    """An officer's rows at the end: number, applies to, text, from, to."""
    columns = DataNotes.COLUMNS[:5]
    filled = tuple((*row, *[None] * (5 - len(row))) for row in rows)
    book.apply(Update((AppendRows(DataNotes.TABLE, columns, filled),)))


def synced(book):
    """What the officer is told by one sync; a second one leaves every byte."""
    told: list[str] = []
    sync_notes_in(book, OCCASION, tell=told.append, agree=lambda: True)
    after = book.path.read_bytes()
    again: list[str] = []
    assert not sync_notes_in(book, OCCASION, tell=again.append, agree=lambda: True)
    assert book.path.read_bytes() == after
    return "\n".join(told)


def texts(book):
    return [row[2] for row in book.read().tables[DataNotes.TABLE].rows]


def marked(book):
    rows = parse_workbook(book.read()).dataset.records()
    return {row[Dataset.REF]: row[Dataset.NOTES] for _, row in rows}


@pytest.mark.parametrize("words", WORDS.values(), ids=list(WORDS))
def test_an_officers_words_come_out_as_they_went_in(book, words):
    write_notes(book, (None, "LAC1", words))
    synced(book)
    assert texts(book)[1] == words
    assert marked(book) == {"M1": None, "M2": "[note 1]", "LAC1": "[note 2]"}
    notes = book.read().tables[DataNotes.TABLE].rows
    assert [(row[0], row[5], row[6]) for row in notes][1] == (2, "active", "officer")


@pytest.fixture(scope="module")
def with_every_note(made, tmp_path_factory):
    book = ClosedBook(tmp_path_factory.mktemp("all") / "Monthly Dataset.xlsm")
    book.path.write_bytes(made)
    write_notes(book, *((None, "LAC1", words) for words in WORDS.values()))
    sync_notes_in(book, OCCASION, tell=lambda line: None, agree=lambda: True)
    return book


def test_no_note_is_a_formula_in_the_file(with_every_note):
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(with_every_note.path) as package:
        parts = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        trees = [etree.fromstring(package.read(part)) for part in parts]
    (sheet,) = [tree for tree in trees if WORDS["an at sign"] in tree.itertext()]
    kinds = {
        cell.get("t")
        for cell in sheet.iter(f"{name}c")
        if set(map(plain, cell.itertext())) & set(map(plain, WORDS.values()))
    }
    assert kinds == {"inlineStr"}
    assert not list(sheet.iter(f"{name}f"))


def test_other_readers_find_the_words_as_text(with_every_note):
    path = with_every_note.path
    sheet = openpyxl.load_workbook(path)[Sheet.DATA_NOTES]
    left, top, _, bottom = range_boundaries(sheet.tables[DataNotes.TABLE].ref)
    cells = [sheet.cell(row, left + 2) for row in range(top + 1, bottom + 1)]
    assert {cell.data_type for cell in cells} == {"s"}
    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(Sheet.DATA_NOTES)
    rows = grid.to_python(skip_empty_area=False)[top:bottom]
    assert len(rows) == len(cells) == len(WORDS) + 1
    for words, cell, row in zip(list(WORDS.values()), cells[1:], rows[1:], strict=True):
        assert plain(row[left + 1]) == plain(words)
        if words != WORDS["what looks like an escape"]:  # which openpyxl takes for one
            assert plain(cell.value) == plain(words)


def plain(text):
    """Readers differ in how they give the kinds of line break."""
    return text.replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.libreoffice
def test_libreoffice_shows_the_words_and_calculates_none_of_them(with_every_note):
    found = office.calculated(with_every_note.path)[Sheet.DATA_NOTES].values()
    shown = {plain(value) for value in found if isinstance(value, str)}
    assert not {plain(words) for words in WORDS.values()} - shown


@pytest.mark.parametrize(
    "words", ["=1+1", "+44", "-", "@home", "👩‍👧", "ملاحظة", "a\nb", "See [note 1]."]
)
def test_a_note_of_a_return_is_text_too(book, words):
    return_ = return_of(("M1", 585.0, None, words))
    book.apply(refresh(parse_workbook(book.read()), return_, OCCASION))
    assert texts(book)[0] == words
    assert marked(book)["M1"] == "[note 1]"
    sheet = openpyxl.load_workbook(book.path)[Sheet.DATA_NOTES]
    assert words in {c.value for row in sheet.iter_rows() for c in row if c.data_type == "s"}
    assert refresh(parse_workbook(book.read()), return_, OCCASION).is_empty


def test_a_marker_typed_by_hand_is_left_and_said(book):
    write_notes(book, (None, "M1", "See [note 1]."), (None, "LAC1", "Like [note 12]."))
    told = synced(book)
    assert "The text quotes [note 1], which is now [note 2]." in told
    assert "The text quotes [note 12], and there is no such note." in told
    assert texts(book) == ["See [note 1].", f"M2: {LATE} (from Jun 2015)", "Like [note 12]."]


def test_a_marker_typed_into_the_notes_column_of_the_page_gives_way_to_the_notes(book):
    write_notes(book, (None, "LAC1", "From here."))
    synced(book)
    type_on_page(book, Dataset.NOTES, "[note 9] mine")
    synced(book)
    assert marked(book) == {"M1": None, "M2": "[note 1]", "LAC1": "[note 2]"}


def type_on_page(book, heading, value):
    from xl_addin.update import Row

    rows = book.read().tables[Dataset.TABLE].rows
    cells = tuple(Row((value,), n) for n in range(len(rows)))
    book.apply(Update((SetRows(Dataset.TABLE, (heading,), cells),)))


def test_two_notes_numbered_the_same_are_numbered_afresh_and_said(book):
    write_notes(book, (1, "LAC1", "The third."), (1, "M1", "The first."))
    assert "Data notes: 3 notes are numbered 1." in synced(book)
    assert [row[:3] for row in book.read().tables[DataNotes.TABLE].rows] == [
        (1, "M1", "The first."),
        (2, "M2", f"M2: {LATE} (from Jun 2015)"),
        (3, "LAC1", "The third."),
    ]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (
            (None, "LAC1", "Late.", JUN.first_day, JUN.plus(-2).first_day),
            "It ends with Apr 2015, before it begins in Jun 2015.",
        ),
        ((None, "M1 | LAC1", "Late."), "“M1 | LAC1”, which names no measure"),
        ((None, "M1 + LAC1", "Late."), "“M1 + LAC1”, which names no measure"),
        ((None, "M1 LAC1", "Late."), "“M1 LAC1”, which names no measure"),
        ((None, "M1 · LAC1; M2", "Late."), "In “Applies to”, “M1 · LAC1” names no measure"),
        ((None, "M1; CiN and EH numbers", "Late."), "“CiN”, “EH numbers” name no measure"),
        ((None, None, "Late."), "“Applies to” is blank."),
        ((None, "LAC1", None), "It has no text."),
        ((None, "LAC1", "Late.", "soon"), "From “soon” cannot be read."),
        ((None, "LAC1", "Late.", None, "?"), "To “?” cannot be read."),
        (("three", "LAC1", "Late."), "Note “three” cannot be read."),
    ],
)
def test_a_row_that_cannot_be_right_is_kept_and_said(book, row, found):
    write_notes(book, row)
    assert found in synced(book)
    kept = book.read().tables[DataNotes.TABLE].rows[-1]
    (bad,) = [r for r in book.read().tables[DataNotes.TABLE].rows if r[6] == "officer"]
    assert bad[1:3] == row[1:3], kept
    told = [cell for cell in row[3:] if cell is not None]
    assert [c.date() if isinstance(c, datetime) else c for c in bad[3:5] if c is not None] == told


@pytest.mark.parametrize("separator", ["; ", ", ", " / ", " & ", " and ", "\n", ";;", " AND "])
def test_measures_may_be_separated_in_any_usual_way(book, separator):
    write_notes(book, (None, f"M1{separator}LAC1", "Late."))
    synced(book)
    assert marked(book) == {"M1": "[note 1]", "M2": "[note 2]", "LAC1": "[note 1]"}


def test_the_same_note_in_two_officers_wording_is_kept_twice_and_said(book):
    one = "Figures exclude children placed by other local authorities."
    other = "The figures exclude all children placed by other authorities"
    write_notes(book, (None, "LAC1", one), (None, "LAC1", other))
    told = synced(book)
    assert "It may say the same as note 2, on the same measure." in told
    assert texts(book)[1:] == [one, other]


@pytest.mark.parametrize("column", DataNotes.COLUMNS)
def test_a_deleted_column_is_refused_with_a_sentence(book, column):
    delete_column(book.path, column)
    before = book.path.read_bytes()
    with pytest.raises(WorkbookRefused) as refused:
        sync_notes_in(book, OCCASION, tell=lambda line: None, agree=lambda: True)
    assert [str(problem) for problem in refused.value.problems] == [
        f"Monthly Dataset.xlsm: Not there: the column “{column}” of the table DataNotes. "
        "Put it back as it was named (a table on the tab Table Design); what was deleted comes "
        "back from a backup (xl-addin undo), where there is one."
    ]
    assert book.path.read_bytes() == before


def delete_column(path: Path, column: str):
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book[Sheet.DATA_NOTES]
    table = sheet.tables[DataNotes.TABLE]
    left, top, right, bottom = range_boundaries(table.ref)
    at = DataNotes.COLUMNS.index(column)
    sheet.delete_cols(left + at)
    del table.tableColumns[at]
    first, last = sheet.cell(top, left).coordinate, sheet.cell(bottom, right - 1).coordinate
    table.ref = f"{first}:{last}"
    book.save(path)


def empty(book, table):
    book.apply(Update((SetRows(table, (), ()),)))


def test_emptied_notes_leave_the_tools_own_which_are_written_again(book):
    write_notes(book, (None, "LAC1", "Deleted on purpose."))
    synced(book)
    empty(book, DataNotes.TABLE)
    told = synced(book)
    assert f"Note 1 added: “M2: {LATE} (from Jun 2015)”" in told
    assert marked(book) == {"M1": None, "M2": "[note 1]", "LAC1": None}


def test_an_emptied_page_is_filled_from_history(book):
    empty(book, Dataset.TABLE)
    book.apply(sync_notes(parse_workbook(book.read()), OCCASION))
    shown = {row[0]: row[15] for row in book.read().tables[Dataset.TABLE].rows}
    assert shown == {"M1": 585, "M2": LATE, "LAC1": 9}


def test_emptied_measures_are_refused(book):
    empty(book, Measures.TABLE)
    with pytest.raises(WorkbookRefused, match="No measure is listed"):
        sync_notes_in(book, OCCASION, tell=lambda line: None, agree=lambda: True)


def test_an_emptied_history_is_not_taken_for_the_truth(book, tmp_path):
    empty(book, History.TABLE)
    file = tmp_path / "July.csv"
    file.write_text("Measure Ref,Month,Value\nM1,Jul 2015,5\n", encoding="utf-8")
    before = book.path.read_bytes()
    with pytest.raises(ReturnRefused) as refused:
        refresh_book(
            book, OCCASION, tell=lambda line: None, agree=lambda: True, how=HowToRefresh(file=file)
        )
    assert "M1 Jun 2015 shows “585”, but nothing is recorded." in str(refused.value)
    assert book.path.read_bytes() == before


def test_a_note_longer_than_a_cell_is_refused(book):
    return_ = return_of(("M1", 585.0, None, LONGEST + "x"))
    with pytest.raises(ReturnRefused, match="The note has 32,768 characters"):
        refresh(parse_workbook(book.read()), return_, OCCASION)
    assert not return_of(("M1", 585.0, None, LONGEST)).problems
