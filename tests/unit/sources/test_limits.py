"""Limits of returns: what Settings may say of them, and that they hold for every kind of return."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.support.books import new_sheets, with_cell
from tests.support.command_line import run
from tests.support.places import RETURNS
from tests.support.ready import JUNE, ready_book, refresh
from xl_addin.commands.find_return import refuse_another_return
from xl_addin.dataset.settings import ROWS, read_settings
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import Problem, ReturnRefused, WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.layout import Settings
from xl_addin.limits import DEFAULT, HIGHEST, Limits
from xl_addin.period import Month
from xl_addin.returns import Return
from xl_addin.sources import digest_of, read_grids
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import Row, SetRows, Update
from xl_addin.values import replace

SHEETS = new_sheets(read_catalogue(None)[1])
NAMES = (
    Settings.LARGEST_RETURN,
    Settings.MOST_ROWS,
    Settings.MOST_CELLS,
    Settings.MOST_FILES,
)
BOUNDS = {
    "Largest return (MB)": ("size", 200, 200_000_000),
    "Most rows of a return": ("rows", 500_000, 500_000),
    "Most cells of a return": ("cells", 5_000_000, 5_000_000),
    "Most files in a folder": ("files", 10_000, 10_000),
}


def settings_with(name, value):
    return read_settings(
        with_cell(SHEETS, Settings.TABLE, name, Settings.VALUE, value).tables[Settings.TABLE]
    )


def test_a_new_workbook_has_the_default_limits_in_its_rows():
    assert parse_workbook(SHEETS).settings.limits == DEFAULT
    assert Limits() == DEFAULT
    rows = {name: value for name, value, _ in ROWS}
    assert [rows[name] for name in NAMES] == [50, 200_000, 2_000_000, 1_000]


def test_a_workbook_made_before_there_were_such_rows_has_the_default_limits():
    table = SHEETS.tables[Settings.TABLE]
    older = replace(table, rows=tuple(row for row in table.rows if row[0] not in NAMES))
    assert len(older.rows) == len(table.rows) - 4
    settings, problems = read_settings(older)
    assert (settings.limits, problems) == (DEFAULT, [])


@pytest.mark.parametrize("name", BOUNDS)
def test_a_limit_may_be_blank_or_anything_from_1_to_its_upper_bound(name):
    field, highest, read_as = BOUNDS[name]
    assert settings_with(name, None)[0].limits == DEFAULT
    assert settings_with(name, " ")[0].limits == DEFAULT
    settings, problems = settings_with(name, float(highest))
    assert (getattr(settings.limits, field), problems) == (read_as, [])
    settings, problems = settings_with(name, 1.0)
    assert (getattr(settings.limits, field), problems) == (read_as // highest, [])
    assert getattr(HIGHEST, field) == read_as


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-1.0, "-1"),
        (1.5, "1.5"),
        (1e9, "1000000000"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        ("none", "none"),
        ("50 MB", "50 MB"),
        ("50", "50"),
        (True, "True"),
    ],
)
@pytest.mark.parametrize("name", [*BOUNDS, Settings.BACKUPS])
def test_a_limit_that_is_none_is_refused_with_its_upper_bound(name, value, shown):
    highest = BOUNDS[name][1] if name in BOUNDS else 100_000
    settings, problems = settings_with(name, value)
    place = f"Settings, row {2 + [row[0] for row in ROWS].index(name)}"
    remedy = f"Write a whole number from 1 to {highest:,}, or leave it blank."
    assert problems == [Problem(place, f"“{name}” is {shown}.", remedy)]
    assert settings.limits == DEFAULT


@pytest.mark.parametrize("name", BOUNDS)
def test_one_more_than_the_upper_bound_is_refused(name):
    assert len(settings_with(name, BOUNDS[name][1] + 1.0)[1]) == 1


def test_a_limit_that_is_none_stops_the_work_with_the_workbook():
    sheets = with_cell(SHEETS, Settings.TABLE, Settings.MOST_ROWS, Settings.VALUE, 0.0)
    with pytest.raises(WorkbookRefused, match="“Most rows of a return” is 0"):
        parse_workbook(sheets)


HEAD = "Measure Ref,Month,Value,Status\n"


def csv(folder: Path, rows: int, name: str = "June.csv") -> Path:
    path = folder / name
    lines = [f"M{n},Jun 2015,5,\n" for n in range(rows - 1)]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


def xlsx(folder: Path, rows: int) -> Path:
    with xlsxwriter.Workbook(folder / "June.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.strip().split(","))
        for n in range(1, rows):
            sheet.write_row(2 * n, 0, (f"M{n}", "Jun 2015", 5, ""))
    return folder / "June.xlsx"


def filled_rows(path: Path, limits: Limits) -> int:
    raw = read_grids(path, None, limits)
    return sum(any(row) for grid in raw.grids for row in grid.rows)


def beyond(path: Path, limits: Limits) -> str:
    with pytest.raises(ReturnRefused) as refused:
        read_grids(path, None, limits)
    (problem,) = refused.value.problems
    return str(problem)


RAISE = "if this really is the return, raise “{}” on the Settings sheet, or add that row there ({}"


@pytest.mark.parametrize("make", [csv, xlsx])
def test_the_rows_of_a_return_that_hold_anything_are_counted(tmp_path, make):
    path = make(tmp_path, 20)
    assert filled_rows(path, Limits(rows=20)) == 20
    told = beyond(path, Limits(rows=19))
    assert "It is larger than any return needs: it has more than 19 rows." in told
    assert RAISE.format("Most rows of a return", "500,000 at most).") in told


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_limits_hold_for_every_kind_of_spreadsheet(suffix):
    path = RETURNS / f"june_2015{suffix}"
    (grid,) = read_grids(path).grids
    rows = sum(any(cell is not None for cell in row) for row in grid.rows)
    columns = max(map(len, grid.rows))
    headings, measures = 3, 22
    assert (rows, columns) == (headings + measures, 19)
    reach = len(grid.rows) * columns
    size = path.stat().st_size
    read_grids(path, None, Limits(rows=rows, cells=reach))
    assert "Most rows of a return" in beyond(path, Limits(rows=rows - 1))
    assert "Most cells of a return" in beyond(path, Limits(cells=reach - 1))
    assert "Largest return (MB)" in beyond(path, Limits(size=size - 1))


def test_the_bytes_of_a_file_are_counted(tmp_path):
    path = csv(tmp_path, 20)
    size = path.stat().st_size
    assert filled_rows(path, Limits(size=size)) == 20
    told = beyond(path, Limits(size=size - 1))
    assert "it has 1 MB, and 0 are read" in told
    assert RAISE.format("Largest return (MB)", "200 at most).") in told


def test_what_a_file_unpacks_to_is_counted(tmp_path):
    path = xlsx(tmp_path, 20)
    padded = tmp_path / "padded.xlsx"
    padded.write_bytes(path.read_bytes())
    with zipfile.ZipFile(padded, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/1.png", bytes(2_000_000))
    filled_rows(padded, Limits(size=300_000))
    told = beyond(padded, Limits(size=200_000))
    assert "it would unpack to 2.0 MB" in told
    assert RAISE.format("Largest return (MB)", "200 at most).") in told


def test_the_cells_of_a_text_file_are_counted(tmp_path):
    path = csv(tmp_path, 20)
    assert filled_rows(path, Limits(cells=80)) == 20
    told = beyond(path, Limits(cells=79))
    assert "it has more than 79 cells" in told
    assert RAISE.format("Most cells of a return", "5,000,000 at most).") in told


def test_the_cells_between_the_first_and_the_last_are_counted(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "June.xlsx") as book:
        book.add_worksheet().write(99, 9, "far away")
    assert filled_rows(tmp_path / "June.xlsx", Limits(cells=1000)) == 1
    told = beyond(tmp_path / "June.xlsx", Limits(cells=999))
    assert "its cells reach over 100 rows and 10 columns, and 999 cells are read" in told


def test_the_sheets_of_a_workbook_are_counted_together(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "June.xlsx") as book:
        for _ in range(5):
            book.add_worksheet().write(9, 9, "x")
    assert filled_rows(tmp_path / "June.xlsx", Limits(cells=500)) == 5
    assert "more than 499 cells" in beyond(tmp_path / "June.xlsx", Limits(cells=499))
    assert "more than 4 rows" in beyond(tmp_path / "June.xlsx", Limits(rows=4))


def test_the_files_of_a_folder_are_counted_together(tmp_path):
    for name in "abc":
        csv(tmp_path, 20, f"{name}.csv")
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    folder = tmp_path.name
    assert filled_rows(tmp_path, Limits(size=size, rows=60, cells=240, files=3)) == 60
    assert f"{folder}, up to c.csv: It is larger" in beyond(tmp_path, Limits(size=size - 1))
    assert f"{folder}, up to b.csv: It is larger" in beyond(tmp_path, Limits(rows=39))
    assert f"{folder}, up to c.csv: It is larger" in beyond(tmp_path, Limits(cells=239))


def test_the_returns_of_a_folder_are_counted(tmp_path):
    for name in "abc":
        csv(tmp_path, 20, f"{name}.csv")
    (tmp_path / "About.docx").write_bytes(b"x")
    assert filled_rows(tmp_path, Limits(files=3)) == 60
    told = beyond(tmp_path, Limits(files=2))
    assert f"{tmp_path.name}: It is larger" in told
    assert "the folder holds more than 2 files" in told
    assert RAISE.format("Most files in a folder", "10,000 at most).") in told


def test_a_folder_of_anything_else_is_not_listed_without_end(tmp_path):
    csv(tmp_path, 20)
    for number in range(20):
        (tmp_path / f"{number}.docx").write_bytes(b"x")
    assert "more than 10 files" in beyond(tmp_path, Limits(files=1))
    assert filled_rows(tmp_path, Limits(files=3)) == 20


def test_the_digest_of_a_return_is_taken_within_its_limits(tmp_path):
    path = csv(tmp_path, 20)
    raw = read_grids(path)
    return_ = Return((), raw.source, raw.digest)
    refuse_another_return(return_, path, Limits(size=path.stat().st_size))
    with pytest.raises(ReturnRefused, match=re.escape("Largest return (MB)")):
        digest_of(path, Limits(size=path.stat().st_size - 1))


@pytest.fixture
def book(tmp_path) -> Path:
    return ready_book(tmp_path)


def choose(book: Path, **values) -> None:
    """Write on the Settings sheet what an officer would."""
    chosen = {getattr(Settings, name): value for name, value in values.items()}
    rows = dataset_file.read(book).tables[Settings.TABLE].rows
    kept = [Row((chosen.get(row[0], row[1]),), n) for n, row in enumerate(rows)]
    dataset_file.apply(book, Update((SetRows(Settings.TABLE, (Settings.VALUE,), tuple(kept)),)))


def month_of(book: Path) -> Month | None:
    return parse_workbook(dataset_file.read(book)).month


LOWERED = [
    ({"MOST_ROWS": 5.0}, "more than 5 rows"),
    ({"MOST_CELLS": 20.0}, "more than 20 cells"),
]


@pytest.mark.parametrize(("values", "told"), LOWERED)
def test_a_limit_lowered_in_the_workbook_refuses_its_return(book, values, told):
    choose(book, **values)
    before = book.read_bytes()
    (name,) = (getattr(Settings, name) for name in values)
    with pytest.raises(ReturnRefused, match=f"{told}.*raise “{re.escape(name)}”"):
        refresh(book)
    assert book.read_bytes() == before


def test_a_limit_raised_in_the_workbook_lets_its_return_in(book, tmp_path):
    path = tmp_path / "June.csv"
    unused = "," * 999 + "\n"
    path.write_text(JUNE.read_text(encoding="utf-8") + unused * 2_100, encoding="utf-8")
    with pytest.raises(ReturnRefused, match="more than 2,000,000 cells"):
        refresh(book, path)
    assert month_of(book) == Month(2015, 5)
    choose(book, MOST_CELLS=2_200_000.0)
    refresh(book, path)
    assert month_of(book) == Month(2015, 6)


def test_a_larger_file_is_let_in_when_the_workbook_says_so(book, tmp_path):
    path = tmp_path / "June.csv"
    blank = (" " * 899_999 + "\n") * 60
    path.write_text(JUNE.read_text(encoding="utf-8") + blank, encoding="utf-8")
    with pytest.raises(ReturnRefused, match=r"it has \d+ MB, and 50 are read"):
        refresh(book, path)
    choose(book, LARGEST_RETURN=60.0)
    refresh(book, path)
    assert month_of(book) == Month(2015, 6)


def test_the_files_of_a_folder_are_as_many_as_the_workbook_says(book, tmp_path):
    folder = tmp_path / "returns"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.csv").write_bytes(JUNE.read_bytes())
    choose(book, MOST_FILES=1.0)
    with pytest.raises(ReturnRefused, match=r"more than 1 files.*“Most files in a folder”"):
        refresh(book, folder)
    choose(book, MOST_FILES=2.0)
    refresh(book, folder)
    assert month_of(book) == Month(2015, 6)


def test_import_holds_to_the_limits_of_the_workbook(book):
    choose(book, MOST_ROWS=5.0)
    done = run("import", book, JUNE, "--yes")
    assert done.returncode == 1
    assert "raise “Most rows of a return” on the Settings sheet" in done.stderr


def test_the_template_holds_the_default_limits_and_takes_none_beyond_their_bounds(book):
    assert parse_workbook(dataset_file.read(book)).settings.limits == DEFAULT
    sheet = openpyxl.load_workbook(book)["Settings"]
    allowed = {
        str(rule.sqref): (rule.type, rule.formula1, rule.formula2)
        for rule in sheet.data_validations.dataValidation
    }
    rows = {row[0].value: row[1] for row in sheet.iter_rows()}
    for name, (_, highest, _) in BOUNDS.items():
        assert allowed[rows[name].coordinate] == ("whole", "1", str(highest))
        assert rows[name].number_format == "#,##0"
