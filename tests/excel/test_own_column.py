"""An officer's own column anywhere on the page: every formula still means the months it meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import office
from tests.support.own_column import insert_column
from tests.support.ready import OCCASION, ready_book, refresh
from xl_addin.check import check
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.excel import dataset_file
from xl_addin.layout import Name

OWN = "Caseload"
FIGURES = [1000.0 + n for n in range(22)]
PLACES = {
    "after the latest month": "% change from same period last year",
    "among the months": "Jan 2015",
    "before the latest month": "May 2015",
    "before the first month": "May 2014",
    "in front of all": "Measure Ref",
}


def workbook_of(path: Path) -> Workbook:
    return parse_workbook(dataset_file.read(path))


def said_of_charts_and_formulas(path: Path) -> list[str]:
    findings = check(workbook_of(path), None, OCCASION)
    return [str(f) for f in findings if "formula" in str(f)]


def recalculated(path: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it after it has worked everything out."""
    return office.save_as(path, folder / "calculated.xlsx", "Calc MS Excel 2007 XML")


def to_twelve_digits(charted: dict) -> dict:
    """The cells behind the charts without the noise of binary fractions."""
    return {
        name: [[f"{v:.12g}" if isinstance(v, float) else v for v in row] for row in rows]
        for name, rows in charted.items()
    }


@pytest.mark.libreoffice
@pytest.mark.parametrize("when", ["before the refresh", "after the refresh"])
@pytest.mark.parametrize("place", PLACES)
def test_every_formula_shows_the_same_with_a_column_of_the_officers(tmp_path, place, when):
    plain, book = ready_book(tmp_path, "plain.xlsm"), ready_book(tmp_path)
    refresh(plain)
    due = workbook_of(plain)
    if when == "before the refresh":
        insert_column(book, PLACES[place], OWN, FIGURES)
        refresh(book)
    else:
        refresh(book)
        moved = {"Jan 2015": "Feb 2015", "May 2015": "Jun 2015", "May 2014": "Jun 2014"}
        insert_column(book, moved.get(PLACES[place], PLACES[place]), OWN, FIGURES)
    assert said_of_charts_and_formulas(book) == []
    shown = workbook_of(recalculated(book, tmp_path))
    assert to_twelve_digits(shown.charted) == to_twelve_digits(due.charted)
    assert said_of_charts_and_formulas(tmp_path / "calculated.xlsx") == []
    headings = due.dataset.headings
    for row, other in zip(due.dataset.records(), shown.dataset.records(), strict=True):
        assert {h: other[1][h] for h in headings} == pytest.approx(row[1])
    assert [row[OWN] for _, row in shown.dataset.records()] == FIGURES


def test_a_figure_behind_a_chart_that_is_not_the_pages_is_found(tmp_path):
    book = ready_book(tmp_path)
    refresh(book)
    sheets = dataset_file.read(book)
    rows = [list(row) for row in sheets.names[Name.KEY_FIGURES]]
    rows[0][-1] = 38.0
    names = {**sheets.names, Name.KEY_FIGURES: tuple(map(tuple, rows))}
    workbook = parse_workbook(type(sheets)(sheets.tables, names))
    (said,) = [str(f) for f in check(workbook, None, OCCASION) if "behind the charts" in str(f)]
    assert "1 figure or text behind the charts" in said
    assert "38 stands there for 1363" in said
