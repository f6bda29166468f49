"""What is seen on a laptop's screen and on paper, worked out from the files themselves.

No picture is compared: widths, heights, zoom, fonts and paper say where everything stands.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.share_data import seed_file
from xl_addin.excel.template import build_template
from xl_addin.layout import DataNotes, Dataset, Measures, Settings, Sheet
from xl_addin.sources.catalogue import read_catalogue

WIDTH, HEIGHT = 1366, 768
A3_WIDTH = 420 / 25.4
PIXELS_PER_INCH = 96
SMALLEST_ON_PAPER = 9


@dataclass(frozen=True)
class Program:
    """What a program takes of the screen, and how much larger than its pixels it draws a cell."""

    across: int
    down: int
    larger: float


PROGRAMS = {
    "Excel with its ribbon and the task bar": Program(50, 268, 1.0),
    "LibreOffice with its bars": Program(98, 182, 1.12),
}


@pytest.fixture(scope="module")
def template() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(build_template(*read_catalogue())))


@pytest.fixture(scope="module")
def shared() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(seed_file()))


@pytest.fixture(params=["template", "shared"])
def page(request) -> Worksheet:
    return request.getfixturevalue(request.param)[Sheet.DATASET]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_latest_month_and_the_change_are_seen_without_scrolling(page, program):
    change = headings(page).index(Dataset.CHANGE) + 1
    assert seen_across(page, change, PROGRAMS[program])
    assert page.sheet_view.pane.topLeftCell == page.freeze_panes


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_head_takes_no_more_than_a_sixth_of_the_grid(page, program):
    shown = PROGRAMS[program]
    head = sum(height(page, row) for row in range(1, header_row(page) + 1))
    assert head * zoom(page) <= (HEIGHT - shown.down) / 6


def test_half_of_the_measures_are_seen_at_once(template):
    page, excel = template[Sheet.DATASET], PROGRAMS["Excel with its ribbon and the task bar"]
    last = header_row(page) + 11
    assert sum(height(page, row) for row in range(1, last + 1)) * zoom(page) <= HEIGHT - excel.down


def test_refs_and_descriptions_stay_in_view(page):
    first_scrolled = len(Dataset.BEFORE_MONTHS) + 1
    assert page.freeze_panes == f"{get_column_letter(first_scrolled)}{header_row(page) + 1}"


@pytest.mark.parametrize(
    ("name", "last"),
    [
        (Sheet.MEASURES, Measures.DEFINITION),
        (Sheet.SETTINGS, Settings.MEANING),
        (Sheet.DATA_NOTES, DataNotes.CHANGED),
    ],
)
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_an_officer_fills_in_is_seen_across(template, name, last, program):
    sheet = template[name]
    assert seen_across(sheet, headings(sheet).index(last) + 1, PROGRAMS[program])


def test_the_refs_of_measures_stay_in_view(template):
    assert template[Sheet.MEASURES].freeze_panes == "B5"


def test_what_a_sheet_is_for_is_seen_whole(template):
    for sheet in template:
        for row in range(2, header_row(sheet) if sheet.tables else 0):
            text = sheet.cell(row, 1).value
            if isinstance(text, str) and not text.startswith("="):
                assert len(text) * 11 * 96 / 72 * 0.44 <= WIDTH / zoom(sheet) / 1.12, sheet.title


def test_the_three_charts_of_a_row_are_seen_across(template):
    assert seen_across(template[Sheet.KEY_MEASURES], 21, PROGRAMS["LibreOffice with its bars"])


@pytest.mark.parametrize("title", ["Monthly Dataset", "Children and Families " * 9])
def test_a_long_title_has_its_line_to_itself_and_ends_on_the_page(title):
    package = build_template(title.strip(), read_catalogue()[1])
    page = openpyxl.load_workbook(io.BytesIO(package))[Sheet.DATASET]
    assert [cell.value for cell in page[1] if cell.value is not None] == [title.strip()]
    average_character = page["A1"].font.size * 96 / 72 * 0.5
    assert len(title) * average_character <= width(page, len(headings(page)))


def test_no_text_of_a_share_copy_is_smaller_than_nine_points_on_a3(shared):
    for sheet in shared:
        least = min(c.font.size for row in sheet.iter_rows() for c in row if c.value is not None)
        assert round(least * scale(sheet), 2) >= SMALLEST_ON_PAPER, sheet.title


def test_nothing_above_the_table_of_a_share_copy_is_wider_than_the_table(shared):
    for sheet in shared:
        for row in range(1, header_row(sheet)):
            cell = sheet.cell(row, 1)
            needed = len(str(cell.value)) * cell.font.size * 96 / 72 * 0.44
            assert needed <= width(sheet, len(headings(sheet))), (sheet.title, row)


def test_every_page_of_a_share_copy_has_its_title(shared):
    for sheet in shared:
        assert sheet.print_title_rows.startswith("$1:"), sheet.title


def test_markers_stand_apart_and_no_notes_is_quieter_than_a_note(shared):
    page = shared[Sheet.DATASET]
    column = headings(page).index(Dataset.NOTES) + 1
    cells = [page.cell(row, column) for row in range(header_row(page) + 1, page.max_row + 1)]
    assert [c.value for c in cells if str(c.value).count("[") > 1] == ["[note 1] [note 2]"]
    quiet = {c.font.color.rgb for c in cells if c.value == "No notes"}
    loud = {c.font.color.rgb for c in cells if c.value != "No notes"}
    assert not quiet & loud
    assert {c.alignment.indent for c in cells} == {1}


def test_a_heading_on_the_left_stands_apart_from_one_on_the_right_before_it(template):
    page = template[Sheet.DATASET]
    header = {str(cell.value): cell.alignment for cell in page[header_row(page)]}
    target, assurance = (header[h] for h in ("Target", "Assurance"))
    assert (target.horizontal, target.indent) == ("right", 1)
    assert (assurance.horizontal, assurance.indent) == ("left", 1)


def test_the_heading_of_refs_takes_two_lines_and_touches_no_other(page):
    wide = page.column_dimensions["A"].width * 7 + 5
    assert wide < 78, "Measure Ref in one line of Calibri 11 bold"
    assert page.cell(header_row(page), 1).alignment.wrap_text


def test_reasons_beside_each_other_are_parted_by_a_line(template):
    page = template[Sheet.DATASET]
    rules = [
        rule
        for block in page.conditional_formatting
        for rule in block.rules
        if rule.dxf and rule.dxf.font and rule.dxf.font.i
    ]
    assert rules
    for rule in rules:
        sides = rule.dxf.border
        assert (sides.left.style, sides.right.style, sides.bottom.style) == ("thin",) * 3


def test_labels_of_bars_stand_beside_the_figures_of_the_axis_and_not_on_them(template):
    for chart in template[Sheet.KEY_MEASURES]._charts:
        assert chart.y_axis.number_format.formatCode.endswith('"   "')


def test_the_key_measures_follow_the_dataset_in_a_share_copy(shared):
    assert shared.sheetnames[1] == Sheet.KEY_MEASURES


def headings(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[header_row(sheet)] if cell.value is not None]


def header_row(sheet: Worksheet) -> int:
    """The row of a table's headings; on a sheet without one, the last that does not scroll."""
    refs = [table.ref for table in sheet.tables.values()]
    first = openpyxl.utils.range_boundaries(refs[0])[1] if refs else None
    return first or openpyxl.utils.cell.coordinate_from_string(sheet.freeze_panes)[1] - 1


def zoom(sheet: Worksheet) -> float:
    return (sheet.sheet_view.zoomScale or 100) / 100


def width(sheet: Worksheet, last: int) -> float:
    """The pixels of the columns from the first to a last, at 100%."""
    total = 0.0
    for column in sheet.column_dimensions.values():
        across = range(column.min, min(column.max, last) + 1)
        total += round(column.width * 7) * len(across)
    return total


def height(sheet: Worksheet, row: int) -> float:
    """The pixels of a row, at 100%."""
    return (sheet.row_dimensions[row].height or 15) * 96 / 72


def seen_across(sheet: Worksheet, last: int, program: Program) -> bool:
    return width(sheet, last) * zoom(sheet) * program.larger <= WIDTH - program.across


def scale(sheet: Worksheet) -> float:
    """How much a sheet is made smaller to be one page wide."""
    paper = A3_WIDTH - sheet.page_margins.left - sheet.page_margins.right
    return min(1.0, paper * PIXELS_PER_INCH / width(sheet, len(headings(sheet))))
