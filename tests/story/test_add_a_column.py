"""A column after the months is added in one place, in a copy of the package, and is everywhere."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.support import office
from tests.support.copied_package import CopiedPackage
from tests.support.places import EDITIONS
from xl_addin.excel.closed import ClosedBook
from xl_addin.period import Month
from xl_addin.update import Row, SetRows, Update

MINIMUM, COMPLETE = "12 month minimum", "Year complete"
YEAR = ",".join(f"{column}6" for column in "EFGHIJKLMNOP")
ADDED = f'''
MINIMUM = Derived(
    heading="{MINIMUM}",
    over=Over.YEAR,
    calculate=lambda values: min(filter(is_number, values), default=None),
    formula=lambda values: f'=IF(COUNT({{values}})=0,"n/a",MIN({{values}}))',
    function="TWELVE_MONTH_MINIMUM",
    purpose="Smallest figure of the last 12 months, or n/a.",
    name="minimum",
    short="Min.",
    said="lowest of the last 12 months",
    role=Role.LEAST,
    since=2,
)
COMPLETE = Derived(
    heading="{COMPLETE}",
    over=Over.YEAR,
    calculate=lambda values: "yes" if all(map(is_number, values)) else "no",
    formula=lambda values: f'=IF(COUNT({{values}})=12,"yes","no")',
    function="YEAR_COMPLETE",
    purpose="Whether there is a figure for each of the last 12 months.",
    name="completeness",
    short="All",
    is_text=True,
    since=2,
)
'''
"""A figure, and a text of which nobody has said what it may give away."""

LIST = "COLUMNS: tuple"
YEAR = ",".join(f"{column}6" for column in "EFGHIJKLMNOP")
LAST_YEAR = {month.label for month in Month(2015, 6).window(12)}
YEAR = ",".join(f"{column}6" for column in "EFGHIJKLMNOP")
DEMO = "Children and Families Monthly Dataset.xlsm"

CARELESS = """
import random
from tests.support.share_data import DAY, ISSUE, OCCASION, SHAPES, recorded, workbook
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import Suppression, suppress
from xl_addin.excel.share_copy import findings_in, write_share
from xl_addin.excel.share_copy.audit import Proof, Secrets
from xl_addin.share.copy import build_copy

class Careless(Suppression):
    def shows(self, column, measure, months, shown):
        return column.heading in {showing!r} or super().shows(column, measure, months, shown)

catalogue, months = SHAPES["one ratio"], ISSUE.window()
counts = {{("W", m): 40.0 for m in months}} | {{("P", m): 20.0 for m in months}}
counts |= {{("W", months[5]): 4.0, ("P", months[5]): 2.0}}
book = workbook(catalogue, recorded(catalogue, counts))
found = suppress(catalogue, book.history, months, Rule())
careless = Careless(found.rule, found.hidden, found.bounds)
copy = build_copy(book, ISSUE, OCCASION, careless)
proof = Proof(catalogue, Rule())
for problem in findings_in(write_share(copy, DAY), copy, Secrets(), proof):
    print(problem.found)
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> CopiedPackage:
    copied = CopiedPackage.made_in(tmp_path_factory.mktemp("copied"))
    copied.add("dataset/columns.py", LIST, ADDED)
    copied.add(
        "dataset/columns.py", "TREND, NOTES, SIGNAL, TARGET, ASSURANCE)", "MINIMUM, COMPLETE, "
    )
    return copied


@pytest.fixture(scope="module")
def made(copied) -> tuple[Path, str]:
    """The demonstration as the copy makes it, and what it prints."""
    done = copied.run("demo", "--out", "demo")
    assert done.returncode == 0, done.stderr
    return copied.folder / "demo" / DEMO, done.stdout


@pytest.fixture
def book(made, tmp_path) -> Path:
    return Path(shutil.copy(made[0], tmp_path / "Monthly.xlsm"))


def records(path: Path, formulas: bool = False) -> dict[str, dict[str, object]]:
    """The Dataset of a file by ref and heading, as openpyxl reads it."""
    sheet = openpyxl.load_workbook(path, data_only=not formulas)["Dataset"]
    headings, *rows = [[c.value for c in row] for row in sheet[sheet.tables["Dataset"].ref]]
    return {row[0]: dict(zip(headings, row, strict=True)) for row in rows}


def year_of(row: dict[str, object]) -> list[object]:
    return list(row.values())[4:16]


def figures(cells: list[object]) -> list[float]:
    return [cell for cell in cells if isinstance(cell, int | float)]


def share(copied: CopiedPackage, book: Path, out: Path, *options: str):
    done = copied.run("share", book, "--out", out, *options)
    assert done.returncode == 0, done.stderr
    return records(out)


def test_it_stands_in_a_new_workbook_with_its_formula_and_function(copied):
    assert copied.run("template", "--out", "new.xlsm").returncode == 0
    rows = records(copied.folder / "new.xlsm", formulas=True)
    assert list(rows["M1"])[-10:-4][-3:-1] == [MINIMUM, COMPLETE]
    assert rows["M1"][MINIMUM] == f'=IF(COUNT({YEAR})=0,"n/a",MIN({YEAR}))'
    empty = records(copied.folder / "new.xlsm")["M1"]
    assert (empty[MINIMUM], empty[COMPLETE]) == ("n/a", "no")
    said = copied.python(
        "-c",
        "from xl_addin import udfs; from xl_addin.excel.template.functions import build_functions\n"
        "print(udfs.TWELVE_MONTH_MINIMUM([[1.0, *[9.0] * 11, 4.0]]))\n"
        "print(udfs.YEAR_COMPLETE([[None]]), build_functions())",
    )
    assert said.stdout.startswith("4.0\nno "), said.stderr
    assert "Public Function TWELVE_MONTH_MINIMUM(values) As Variant" in said.stdout


def test_it_is_on_the_page_with_a_value_for_every_measure(made):
    rows = records(made[0])
    assert len(rows) == 22
    for row in rows.values():
        known = figures(year_of(row))
        assert row[MINIMUM] == (min(known) if known else "n/a")
        assert row[COMPLETE] == ("yes" if len(known) == 12 else "no")
    printed = next(line for line in made[1].splitlines() if "Min." in line)
    assert printed.split()[-2:] == ["Min.", "All"]
    m1 = next(line for line in made[1].splitlines() if line.split()[:1] == ["M1"])
    assert m1.split()[-2:] == [f"{rows['M1'][MINIMUM]:g}", "yes"]


@pytest.mark.libreoffice
def test_its_formula_works_out_to_the_same(made):
    cells = office.calculated(made[0])["Dataset"]
    headings = {text: column for (row, column), text in cells.items() if row == 5}
    for number, row in enumerate(records(made[0]).values(), 6):
        assert cells[number, headings[MINIMUM]] == pytest.approx(row[MINIMUM])
        assert cells[number, headings[COMPLETE]] == row[COMPLETE]


def test_it_is_passed_over_in_a_return_and_follows_the_new_month(copied, book, tmp_path):
    july = tmp_path / "July.csv"
    july.write_text(f"Measure Ref,Jul 2015,{MINIMUM},{COMPLETE}\nM1,7,99,no\n", "utf-8")
    done = copied.run("refresh", book, "--return", july, "--yes")
    assert done.returncode == 0, done.stderr
    assert MINIMUM not in done.stdout and COMPLETE not in done.stdout
    row = records(book)["M1"]
    assert (row["Jul 2015"], row[MINIMUM], row[COMPLETE]) == (7, 7, "yes")
    assert records(book)["M2"][COMPLETE] == "no"


def test_it_is_reported_when_it_is_overtyped_and_comes_back(copied, book):
    rows = tuple(Row((1.0, "perhaps"), number) for number in range(22))
    ClosedBook(book).apply(Update((SetRows("Dataset", (MINIMUM, COMPLETE), rows),)))
    said = " ".join(copied.run("check", book).stdout.split())
    alike = (("6 to 25, 27", MINIMUM, "1"), ("6 to 27", COMPLETE, "perhaps"))
    for rows_alike, heading, shown in alike:  # LAC4-QL, in row 26, has 1 for its lowest
        found = f"It shows {shown}, which its formula would not give."
        assert f"rows {rows_alike}, “{heading}” │ {found}" in said
    july = book.with_name("July.csv")
    july.write_text("Measure Ref,Month,Value\nM1,2015-07,7\n", "utf-8")
    assert copied.run("refresh", book, "--return", july, "--yes").returncode == 0
    assert records(book, formulas=True)["M1"][MINIMUM].endswith(f"MIN({YEAR}))")


def test_it_is_frozen_in_a_share_copy_and_told_of_its_charts(copied, made, tmp_path):
    shared = share(copied, made[0], tmp_path / "copy.xlsx")
    for ref, row in records(made[0]).items():
        lowest = row[MINIMUM]
        published = "[x]" if lowest == "n/a" else shared[ref][MINIMUM]
        assert shared[ref][MINIMUM] == published and shared[ref][COMPLETE] == row[COMPLETE]
        if lowest != "n/a":
            assert abs(lowest - published) <= (0.005 if lowest < 1 else 0.5)
    sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx")["Dataset"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    package = zipfile.ZipFile(tmp_path / "copy.xlsx").read("xl/drawings/drawing1.xml").decode()
    m1 = records(made[0])["M1"][MINIMUM]
    assert f", lowest of the last 12 months {m1}. All figures" in package


def test_it_is_hidden_with_its_counts_and_shown_where_they_tell_nothing(copied, made, tmp_path):
    shared = share(copied, made[0], tmp_path / "small.xlsx", "--suppress")
    assert shared["M4"]["Jul 2014"] == shared["M4"][MINIMUM] == "[c]"
    assert shared["M4"][COMPLETE] == "[c]", "of what it may tell, nobody has said anything"
    assert shared["M5"]["Jun 2014"] == "[c]", "which is not one of the last 12 months"
    assert (shared["M5"][MINIMUM], shared["M5"][COMPLETE]) == (6, "no")
    for ref, row in shared.items():
        year = year_of(row)
        if "[c]" in year:
            assert row[COMPLETE] == "[c]", ref
            assert row[MINIMUM] == ("[c]" if 0 not in year else 0), ref
        else:
            assert row[MINIMUM] == (min(figures(year)) if figures(year) else "[x]"), ref


FOUND = {
    MINIMUM: ["The minimum of R bounds a hidden percentage."],
    COMPLETE: [
        f"The completeness of {ref} may give a hidden figure away." for ref in ("W", "P", "R")
    ],
}


@pytest.mark.parametrize("column", FOUND)
def test_a_copy_that_shows_it_beside_hidden_figures_is_refused(copied, column):
    said = copied.python("-c", CARELESS.format(showing=column))
    found = said.stdout.splitlines()
    assert [line for line in found if "worked out" not in line] == FOUND[column], said.stderr
    if column == MINIMUM:
        assert any("A hidden count can be worked out: W in Nov 2014" in line for line in found)


@pytest.mark.parametrize("name", ["demo.xlsm", "lived_in.xlsm"])
def test_an_older_workbook_gets_it_by_upgrade_and_its_figures_at_the_next_change(
    copied, tmp_path, name
):
    book = Path(shutil.copy(EDITIONS / "1" / name, tmp_path / name))
    assert copied.run("upgrade", book, "--yes").returncode == 0
    done = copied.run("show", book, "--month", "2015-06")
    assert done.returncode == 0, done.stderr
    for row in records(book).values():
        known = figures([cell for heading, cell in row.items() if heading in LAST_YEAR])
        assert row[MINIMUM] == (min(known) if known else "n/a")
    sheet = openpyxl.load_workbook(book)["Dataset"]
    formats = {row[0].value: row[-5].number_format for row in sheet[sheet.tables["Dataset"].ref]}
    assert (formats["M1"], formats["M3"]) == ("0", "0%")


@pytest.mark.parametrize("name", ["demo.xlsm", "lived_in.xlsm"])
def test_a_workbook_that_was_made_without_it_goes_on_without_it(copied, tmp_path, name):
    book = Path(shutil.copy(EDITIONS / "1" / name, tmp_path / name))
    before = records(book)
    month = tmp_path / "Return.csv"
    month.write_text("Measure Ref,Month,Value\nM1,2016-01,1300\n", "utf-8")
    done = copied.run("refresh", book, "--return", month, "--yes", "--hand-edits", "put-back")
    assert done.returncode == 0, done.stderr
    after = records(book)
    assert "Jan 2016" in after["M1"] and len(after["M1"]) == len(before["M1"])
    assert MINIMUM not in share(copied, book, tmp_path / "copy.xlsx", "--suppress")["M1"]
