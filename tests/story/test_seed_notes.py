"""The printed page of June 2015: M5's months without figures, and the notes on their rows."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime

import pytest

from xl_addin.check import check
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import make_demo
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import DataNotes, Dataset
from xl_addin.period import Month
from xl_addin.refresh import Occasion, show, sync_notes

OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.1.0")
REASON = "Not updated pending data accuracy work"
STOPPED = [m.label for m in Month(2015, 6).window()][5:]
ORPHAN = "It applies to “CiN and EH numbers”, which names no measure and no performance area."


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    told: list[str] = []
    path = make_demo(tmp_path_factory.mktemp("seed"), OCCASION, tell=told.append)
    return path, told


@pytest.fixture(scope="module")
def workbook(demo):
    return parse_workbook(ClosedBook(demo[0]).read())


@pytest.fixture(scope="module")
def rows(workbook):
    return {row[Dataset.REF]: row for _, row in workbook.dataset.records()}


def test_m5_shows_its_reason_in_eight_months_and_an_average_of_the_four_before(rows, workbook):
    m5, measure = rows["M5"], workbook.catalogue["M5"]
    assert STOPPED[0] == "Nov 2014"
    assert [m5[label] for label in STOPPED] == [REASON] * 8
    assert [label for label, cell in m5.items() if cell == REASON] == STOPPED
    assert m5[Dataset.CHANGE] == "n/a"
    assert printed(m5[Dataset.AVERAGE], measure) == "15"
    assert printed(m5[Dataset.MAXIMUM], measure) == "30"


def test_the_heading_of_its_chart_says_since_when(demo):
    with zipfile.ZipFile(demo[0]) as package:
        charts = [package.read(n).decode() for n in package.namelist() if "charts/chart" in n]
    headings = [h for chart in charts for h in re.findall(r"<c:v>([^<]*NOT UPDATED[^<]*)", chart)]
    assert len(headings) == 1
    assert headings[0].endswith(" (NOT UPDATED SINCE OCT 14)")


def test_the_notes_stand_on_the_rows_they_are_printed_for(rows):
    assert {ref: row[Dataset.NOTES] for ref, row in rows.items() if row[Dataset.NOTES]} == {
        "M5": "[note 1][note 2]",
        "EH3": "[note 3]",
        "EH4-QL": "[note 3]",
        "LAC8-QL": "[note 4]",
    }


def test_the_notes_are_the_printed_four_and_the_one_that_m5_needs(workbook):
    notes = workbook.tables[DataNotes.TABLE].rows
    assert [(row[0], row[1], row[6]) for row in notes] == [
        (1, "M5", "officer"),
        (2, "M5", "automatic"),
        (3, "EH3;EH4-QL", "officer"),
        (4, "LAC8-QL", "officer"),
        (5, "CiN and EH numbers", "officer"),
    ]
    assert notes[0][2] == "Step-up numbers: may also be affected by data accuracy issues."
    assert notes[1][2:4] == (f"M5: {REASON} (from Nov 2014)", Month(2014, 11).first_day)


def test_the_orphan_of_the_print_is_reported_by_every_refresh_and_by_check(demo, workbook):
    assert sum(ORPHAN in line for line in demo[1]) == 2
    found = [str(finding.problem) for finding in check(workbook, None, OCCASION)]
    assert sum(ORPHAN in line for line in found) == 1
    assert not [line for line in found if line.startswith("Dataset, row")]


def test_the_page_of_october_has_m5s_figure_and_not_the_note_about_it(workbook):
    assert sync_notes(workbook, OCCASION).is_empty
    october = show(workbook, Month(2014, 10), OCCASION)
    (page,) = [change for change in october.changes if getattr(change, "table", "") == "Dataset"]
    notes = page.columns.index(Dataset.NOTES)
    marked = {row.cells[0]: row.cells[notes] for row in page.rows if row.cells[notes]}
    assert marked["M5"] == "[note 1]"
