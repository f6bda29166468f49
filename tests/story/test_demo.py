"""The whole product on the real figures: the demonstration's page equals the printed issue."""

from __future__ import annotations

import re
import statistics
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from python_calamine import CalamineWorkbook

from tests.support import office
from tests.support.printed_issue import WITHIN_ROUNDING, figure, printed_rows
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.direction import change_text
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import RETURN, make_demo
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import Dataset
from xl_addin.period import Month
from xl_addin.refresh import Occasion

OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.1.0")
LABELS = [month.label for month in Month(2015, 6).window()]
READERS = ["openpyxl", "calamine", pytest.param("libreoffice", marks=pytest.mark.libreoffice)]


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    return make_demo(tmp_path_factory.mktemp("demo"), OCCASION, tell=lambda line: None)


@pytest.fixture(scope="session")
def workbook(demo):
    return parse_workbook(ClosedBook(demo).read())


@pytest.fixture(scope="session")
def pages(demo):
    """The Dataset's rows by heading, as each reader sees them."""
    book = openpyxl.load_workbook(demo, data_only=True)
    sheet = next(s for s in book if Dataset.TABLE in s.tables)
    bounds = range_boundaries(sheet.tables[Dataset.TABLE].ref)
    calamine = CalamineWorkbook.from_path(str(demo)).get_sheet_by_name(sheet.title)
    grid = calamine.to_python(skip_empty_area=False)
    cells = {"openpyxl": lambda row, col: sheet.cell(row, col).value}
    cells["calamine"] = lambda row, col: grid[row - 1][col - 1]
    return {name: records(bounds, cell) for name, cell in cells.items()} | {
        "libreoffice": lambda: records(bounds, libreoffice_cell(demo, sheet.title))
    }


def libreoffice_cell(path, sheet):
    values = office.calculated(path)[sheet]
    return lambda row, col: values.get((row, col))


def records(bounds, cell):
    left, top, right, bottom = bounds
    headings = [cell(top, col) for col in range(left, right + 1)]
    return [
        dict(zip(headings, (cell(row, col) for col in range(left, right + 1)), strict=True))
        for row in range(top + 1, bottom + 1)
    ]


@pytest.fixture(params=READERS)
def page(request, pages):
    found = pages[request.param]
    return found() if callable(found) else found


def test_all_twenty_two_rows_equal_the_print(page, workbook):
    assert len(page) == 22
    for row, print_ in zip(page, printed_rows(), strict=True):
        measure = workbook.catalogue[print_.ref]
        assert row[Dataset.REF] == print_.ref
        assert row[Dataset.AREA] == print_.area
        assert row[Dataset.DESCRIPTION].startswith(print_.description)
        assert tuple(printed(row[label], measure) for label in LABELS) == print_.shown
        assert printed(row[Dataset.AVERAGE], measure) == print_.average
        assert printed(row[Dataset.MAXIMUM], measure) == print_.maximum


def test_every_change_equals_the_print_or_lies_inside_its_rounding(page):
    for row, print_ in zip(page, printed_rows(), strict=True):
        change = row[Dataset.CHANGE]
        if change == "n/a":
            assert print_.change_text == "n/a"
        elif print_.ref in WITHIN_ROUNDING:
            latest, before = (figure(print_.shown[i]) for i in (-1, 0))
            lowest = (latest - 0.005) / (before + 0.005) * 100 - 100
            highest = (latest + 0.005) / (before - 0.005) * 100 - 100
            assert lowest <= print_.change <= highest
            assert lowest <= change <= highest
            assert change_text(change, 10)[0] == print_.arrow
        else:
            assert change_text(change, 10) == print_.change_text


def test_ratios_are_recorded_with_the_counts_behind_them(workbook):
    found = workbook.history.observed("LAC5-QL", Month(2015, 6))
    assert (found.value, found.numerator, found.denominator) == (6 / 11, 6, 11)
    first = workbook.history.observed("M3", Month(2014, 6))
    assert (first.value, first.numerator, first.denominator) == (510 / 1303, 510, 1303)


def test_history_and_log_hold_what_was_imported_and_refreshed(demo):
    sheets = ClosedBook(demo).read()
    history = sheets.tables["History"]
    assert len(history.rows) == 22 * 13
    sources = [row[-1] for row in history.rows]
    assert sources.count("Monthly dataset to May 2015.csv") == 22 * 12
    assert sources.count("June 2015 return.csv") == 22
    log = sheets.tables["RefreshLog"]
    assert [row[5:9] for row in log.rows] == [(257, 0, 1, 0), (21, 0, 1, 0)]


@pytest.mark.libreoffice
def test_cached_and_recalculated_values_agree_in_every_formula_cell(demo):
    cached = openpyxl.load_workbook(demo, data_only=True)
    formulas = openpyxl.load_workbook(demo)
    recalculated = office.calculated(demo)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    compared += 1
                    was = cached[sheet.title][cell.coordinate].value
                    now = recalculated[sheet.title].get((cell.row, cell.column))
                    assert agree(was, now), f"{sheet.title}!{cell.coordinate}: {was} {now}"
    assert compared > 22 * 3 + 9 * 13


def agree(one, other) -> bool:
    if isinstance(one, datetime):  # LibreOffice gives the number of the day
        one = (one - datetime(1899, 12, 30)).days
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-12, abs=1e-12)
    return (one or None) == (other or None)


def test_the_same_refresh_again_leaves_every_byte(demo, tmp_path):
    copy = tmp_path / "copy.xlsm"
    copy.write_bytes(demo.read_bytes())
    assert not refresh_book(
        ClosedBook(copy),
        OCCASION,
        tell=lambda line: None,
        agree=lambda: True,
        how=HowToRefresh(file=RETURN),
    )
    assert copy.read_bytes() == demo.read_bytes()


def test_the_m5_row_stands_as_printed(page):
    row = page[4]
    reason = "Not updated pending data accuracy work"
    assert [row[label] for label in LABELS[5:]] == [reason] * 8
    assert (row[Dataset.AVERAGE], row[Dataset.MAXIMUM]) == (14.5, 30)


def test_charts_draw_the_figures_of_the_page(demo):
    with zipfile.ZipFile(demo) as package:
        charts = [package.read(n) for n in package.namelist() if n.startswith("xl/charts/chart")]
    charts = [chart for chart in charts if b"'Key measures'!" in chart]
    assert len(charts) == 9
    assert sum(b">1363<" in chart for chart in charts) == 1
    assert sum(b"NOT UPDATED SINCE OCT 14" in chart for chart in charts) == 1


def test_every_independent_reader_accepts_the_workbook(demo):
    import excelize
    from oletools.olevba import VBA_Parser
    from openxml_audit import OpenXmlValidator

    assert not OpenXmlValidator().validate(str(demo)).errors
    book = excelize.open_file(str(demo))
    assert [table.name for table in book.get_tables("Dataset")] == [Dataset.TABLE]
    assert VBA_Parser(str(demo)).detect_vba_macros()


@pytest.mark.libreoffice
def test_every_page_prints_large_enough_to_read(demo, tmp_path):
    pdf = office.to_pdf(demo, tmp_path)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = boxes.split("<page ")[1:]
    assert len(pages) > 10
    for page in pages:
        places = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', page)
        heights = [float(bottom) - float(top) for top, bottom in places]
        assert statistics.median(heights) > 6, page[:200]
