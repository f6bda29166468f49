"""Functions for cells: as functions, as Excel gets them, and against formulas and the print."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.support import office
from tests.support.patience import HANGS
from tests.support.printed_issue import WITHIN_ROUNDING, PrintedRow, printed_rows
from xl_addin import udfs
from xl_addin.commands.check import check_book
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.derived import Derivation
from xl_addin.dataset.direction import change_text
from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.excel.template.functions import arguments, build_functions, description
from xl_addin.layout import Dataset, Settings
from xl_addin.ooxml.area import Area
from xl_addin.refresh import Occasion
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import Sheets
from xl_addin.update import Row, SetRows, Update

OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "0.1.0")

THREE = (Dataset.CHANGE, Dataset.AVERAGE, Dataset.MAXIMUM)
CHANGES = [
    ((51.0, 16.0), 218.75),
    ((16.0, 51.0), -68.6274509804),
    ((0.0, 5.0), -100.0),
    ((5.0, 0.0), "n/a"),
    ((None, 5.0), "n/a"),
    ((5.0, None), "n/a"),
    (("Not updated", 5.0), "n/a"),
    ((True, 5.0), "n/a"),
    ((5, 4), 25.0),
]


@pytest.mark.parametrize(("cells", "expected"), CHANGES)
def test_the_change_from_last_year_is_a_number_or_not_available(cells, expected):
    assert udfs.CHANGE_FROM_LAST_YEAR(*cells) == expected


DIRECTIONS = [
    ((9.5,), "↑"),
    ((9.4,), "→"),
    ((-9.5,), "↓"),
    ((-9.4,), "→"),
    ((15.0, 20), "→"),
    ((-9.5, 10, True), "Decrease"),
    ((0.0, 10, True), "Similar"),
    ((10.0, 10, True), "Increase"),
    (("n/a",), "n/a"),
    ((None,), "n/a"),
    ((5.0, 0), "The threshold is a number of per cent above 0."),
    ((5.0, "ten"), "The threshold is a number of per cent above 0."),
]


@pytest.mark.parametrize(("given", "expected"), DIRECTIONS)
def test_the_direction_is_an_arrow_or_a_word(given, expected):
    assert udfs.DIRECTION_OF_TRAVEL(*given) == expected


YEARS = [
    ([[9.0, None, "Not updated", 13.0]], 11.0, 13.0),
    ([[1000.0, *[1.0] * 12]], 1.0, 1.0),
    ([[1.0], [2.0], [6.0]], 3.0, 6.0),
    ([[None, "Not updated"]], "n/a", "n/a"),
    ([[-4.0, -2.0]], -3.0, -2.0),
    ([[True, 5.0]], 5.0, 5.0),
]


@pytest.mark.parametrize(("cells", "mean", "largest"), YEARS)
def test_average_and_maximum_are_of_the_last_twelve_months_that_have_figures(cells, mean, largest):
    assert udfs.TWELVE_MONTH_AVERAGE(cells) == mean
    assert udfs.TWELVE_MONTH_MAXIMUM(cells) == largest


HEAD = ["Source", "Measure Ref", "Month", "Revision", "Numerator", "Denominator", "Value", "Status"]
HISTORY_CELLS = [
    [*HEAD, "Recorded"],
    ["a.csv", "M1", datetime(2015, 5, 1), 1.0, None, None, 622.0, None, datetime(2015, 6, 3)],
    ["b.csv", "M1", datetime(2015, 5, 1), 2.0, None, None, 620.0, None, datetime(2015, 7, 3)],
    ["b.csv", "M1", datetime(2015, 6, 1), 1.0, None, None, 585.0, None, datetime(2015, 7, 3)],
    ["b.csv", "M5", datetime(2015, 6, 1), 1.0, None, None, None, "Late", datetime(2015, 7, 3)],
]
FIGURES = [
    (("M1", datetime(2015, 5, 1)), 620.0),
    (("M1", "Jun 2015"), 585.0),
    (("M1", 42156.0), 585.0),
    (("M1", date(2015, 6, 30)), 585.0),
    (("M5", "2015-06"), "Late"),
    (("M1", "Jul 2015"), ""),
    (("M9", "Jun 2015"), "Figures recorded: Nothing is recorded for “M9”. Check the Measure Ref."),
    (("M1", "Juni"), "Month: “Juni” cannot be read as a month. Write it as Jun 2015, 2015-06 or "
     "01/06/2015."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), FIGURES)
def test_a_recorded_figure_is_its_latest_revision_or_the_reason_or_a_sentence(given, expected):
    assert udfs.MEASURE_FIGURE(*given, HISTORY_CELLS) == expected


def test_a_table_without_its_headings_and_one_with_an_error_are_said():
    said = udfs.MEASURE_FIGURE("M1", "Jun 2015", HISTORY_CELLS[1:])
    assert said.endswith("Give the table with its headings: History[#All].")
    broken = [*HISTORY_CELLS, ["x", "M1", "#REF!", 1.0, None, None, 1.0, None, None]]
    assert "History" in udfs.MEASURE_FIGURE("M1", "Jun 2015", broken)


def test_a_series_stands_in_one_row_and_ends_with_the_month():
    assert udfs.MEASURE_SERIES("M1", "Jun 2015", HISTORY_CELLS) == [[*[""] * 11, 620.0, 585.0]]
    assert udfs.MEASURE_SERIES("M1", "Jun 2015", HISTORY_CELLS, 2.0) == [[620.0, 585.0]]
    for months in (0, 1.5, 121, "all", None):
        said = udfs.MEASURE_SERIES("M1", "Jun 2015", HISTORY_CELLS, months)
        assert said.endswith("Write a whole number from 1 to 120.")


TWELVE = [(20.0, 100.0)] * 12
# 255 of 1,225 in all, 25 in the last month: 0.208163 ± 3 × √(0.208163 × 0.791837 ÷ 25).
LAST_OF_FEW = (0.208163, -0.035433, 0.451760)


def by_counts(counts, **more):
    parts, wholes = ([list(column)] for column in zip(*counts, strict=True))
    return udfs.SPECIAL_CAUSE_BY_COUNTS(parts, wholes, *more.values())


def test_limits_by_counts_are_those_of_the_last_month():
    counts = [*TWELVE, (15.0, 25.0)]
    parts, wholes = [[n for n, _ in counts]], [[d] for _, d in counts]
    (limits,) = udfs.CONTROL_LIMITS_BY_COUNTS(parts, wholes)
    assert limits == pytest.approx(LAST_OF_FEW, abs=1e-6)
    assert by_counts(counts, polarity="Lower is better") == "▲ concern"
    assert by_counts(counts) == "▲ high" and by_counts([*TWELVE, (5.0, 25.0)]) == "○ usual"
    # By the distances between its months the share says otherwise: so it is not asked that way.
    assert udfs.CONTROL_LIMITS([[n / d for n, d in counts]])[0] != limits


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (TWELVE, "not enough data: 1 missing"),
        ([*TWELVE, (None, None), *TWELVE], "not enough data: 1 missing"),
        ([*TWELVE, (0.0, 0.0), (5.0, 10.0)], "not enough data: 12 missing"),
        ([*TWELVE, (5.0, None)], "no counts"),
        ([*TWELVE, ("Not updated", 10.0)], "no counts"),
        ([*TWELVE, ("Not updated", "Not updated")], "no figure"),
        ([*TWELVE, (0.0, 0.0)], "no figure"),
        ([(0.0, 7.0)] * 13, "○ usual"),
        ([(7.0, 7.0)] * 13, "○ usual"),
    ],
)
def test_what_is_lacking_by_counts_is_said_as_on_the_page(counts, said):
    assert by_counts(counts) == said
    parts, wholes = ([list(column)] for column in zip(*counts, strict=True))
    limits = udfs.CONTROL_LIMITS_BY_COUNTS(parts, wholes)
    assert limits == said or said == "○ usual"


REFUSED = "Give counts: whole numbers, no numerator above its denominator."


@pytest.mark.parametrize("pair", [(11.0, 10.0), (-1.0, 10.0), (0.5, 10.0), (0.0, -5.0)])
def test_counts_that_no_share_has_are_refused(pair):
    part, whole = pair
    said = f"Counts: {part:g} of {whole:g} is no share. {REFUSED}"
    assert by_counts([pair, *TWELVE]) == by_counts([*TWELVE, pair]) == said
    assert by_counts([pair, (None, None), *TWELVE]) == "not enough data: 1 missing"


def test_counts_of_other_months_and_an_unknown_polarity_are_refused():
    said = "Counts: 2 numerators and 1 denominators are given. Give cells of the same months."
    assert udfs.CONTROL_LIMITS_BY_COUNTS([[1.0, 2.0]], [[5.0]]) == said
    assert udfs.SPECIAL_CAUSE_BY_COUNTS([[1.0, 2.0]], [[5.0]]) == said
    unknown = "Polarity is higher is better, lower is better, or left out."
    assert by_counts(TWELVE, polarity="up") == udfs.SPECIAL_CAUSE([[1.0]], "up") == unknown


STATES = [(5.0, ""), (0.0, ""), ("Not updated pending work", "[x]"), (None, "[x]"), ("", "[x]")]


@pytest.mark.parametrize(("cell", "mark"), STATES)
def test_the_shorthand_says_that_a_figure_is_not_available(cell, mark):
    assert udfs.STATE_SHORTHAND(cell) == mark


@pytest.fixture(scope="module")
def to_may(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("udfs") / "Dataset.xlsm"
    write_template(path, *read_catalogue(None))
    refresh(path, HISTORY)
    return path


def refresh(path: Path, figures: Path) -> None:
    agree = {"tell": lambda line: None, "agree": lambda: True}
    assert refresh_book(ClosedBook(path), OCCASION, **agree, how=HowToRefresh(file=figures))


def derive_by(path: Path, derivation: Derivation) -> None:
    """Choose on the Settings sheet what works the derived columns out."""
    table = ClosedBook(path).read().tables[Settings.TABLE]
    rows = tuple(
        Row((derivation.value if row[0] == Settings.DERIVED else row[1],), number)
        for number, row in enumerate(table.rows)
    )
    ClosedBook(path).apply(Update((SetRows(Settings.TABLE, (Settings.VALUE,), rows),)))


@pytest.fixture(scope="module")
def issues(to_may, tmp_path_factory) -> dict[Derivation, Path]:
    """June 2015, with derived columns by Excel formulas and by functions."""
    found = {}
    for derivation in Derivation:
        path = tmp_path_factory.mktemp(derivation.name) / "Dataset.xlsm"
        path.write_bytes(to_may.read_bytes())
        derive_by(path, derivation)
        refresh(path, RETURN)
        found[derivation] = path
    return found


def test_switching_rewrites_the_three_columns_and_both_hold_the_same(issues):
    formulas, functions = (ClosedBook(issues[d]).read() for d in Derivation)
    assert formulas.tables[Dataset.TABLE] == functions.tables[Dataset.TABLE]
    assert first_formulas(issues[Derivation.UDFS]) == [
        "=CHANGE_FROM_LAST_YEAR(P6,D6)",
        "=TWELVE_MONTH_AVERAGE(E6:P6)",
        "=TWELVE_MONTH_MAXIMUM(E6:P6)",
    ]
    assert all("TWELVE" not in text for text in first_formulas(issues[Derivation.FORMULAS]))


def test_switching_back_brings_the_formulas_back(issues, tmp_path):
    path = tmp_path / "Dataset.xlsm"
    path.write_bytes(issues[Derivation.UDFS].read_bytes())
    derive_by(path, Derivation.FORMULAS)
    july = tmp_path / "July.csv"
    july.write_text("Measure Ref,Month,Value\nM1,2015-07,1200\n")
    refresh(path, july)
    year = ",".join(f"{letter}6" for letter in "EFGHIJKLMNOP")
    assert first_formulas(path)[1] == f'=IF(COUNT({year})=0,"n/a",AVERAGE({year}))'


def first_formulas(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book if Dataset.TABLE in s.tables)
    area = Area.parse(sheet.tables[Dataset.TABLE].ref)
    headings = [cell.value for cell in sheet[area.first_row]]
    return [sheet.cell(area.first_row + 1, 1 + headings.index(heading)).value for heading in THREE]


def test_settings_that_name_something_else_are_said(to_may, tmp_path):
    path = tmp_path / "Dataset.xlsm"
    path.write_bytes(to_may.read_bytes())
    sheets = ClosedBook(path).read()
    table = sheets.tables[Settings.TABLE]
    rows = tuple(
        Row(("by hand" if row[0] == Settings.DERIVED else row[1],), number)
        for number, row in enumerate(table.rows)
    )
    ClosedBook(path).apply(Update((SetRows(Settings.TABLE, (Settings.VALUE,), rows),)))
    problems = [str(f.problem) for f in check_book(ClosedBook(path), OCCASION)]
    assert any(
        "“Derived columns” is by hand. Write Excel formulas or Python UDFs." in p for p in problems
    )


@pytest.mark.libreoffice
@pytest.mark.parametrize("row", printed_rows(), ids=lambda row: row.ref)
def test_function_twin_formula_and_print_agree(row: PrintedRow, issues, calculated):
    workbook = parse_workbook(ClosedBook(issues[Derivation.FORMULAS]).read())
    place, record = next(
        (number, record)
        for number, (_, record) in enumerate(workbook.dataset.records(), workbook.dataset.first_row)
        if record[Dataset.REF] == row.ref
    )
    shown = [record[heading] for heading in workbook.month_headings]
    by_function = (
        udfs.CHANGE_FROM_LAST_YEAR(shown[-1], shown[0]),
        udfs.TWELVE_MONTH_AVERAGE([shown]),
        udfs.TWELVE_MONTH_MAXIMUM([shown[1:]]),
    )
    assert by_function == tuple(record[heading] for heading in THREE)
    columns = [workbook.dataset.headings.index(heading) + 1 for heading in THREE]
    assert by_function == pytest.approx([calculated[place, column] for column in columns])
    change, mean, largest = by_function
    measure = workbook.catalogue[row.ref]
    assert (printed(mean, measure), printed(largest, measure)) == (row.average, row.maximum)
    text = "n/a" if change == "n/a" else change_text(change, 10)
    assert text == row.change_text or row.ref in WITHIN_ROUNDING
    assert udfs.DIRECTION_OF_TRAVEL(change) == text[: len(udfs.DIRECTION_OF_TRAVEL(change))]


@pytest.fixture(scope="module")
def calculated(issues):
    return office.calculated(issues[Derivation.FORMULAS])["Dataset"]


def cells(sheets: Sheets, table: str) -> list[list[object]]:
    found = sheets.tables[table]
    return [list(found.headings), *map(list, found.rows)]


def test_the_functions_read_the_tables_of_the_issue(issues):
    sheets = ClosedBook(issues[Derivation.FORMULAS]).read()
    history, notes, measures = (cells(sheets, t) for t in ("History", "DataNotes", "Measures"))
    page = sheets.tables[Dataset.TABLE]
    markers = {row[0]: row[page.headings.index(Dataset.NOTES)] or "" for row in page.rows}
    assert any(markers.values())
    for row in page.rows:
        ref, series = row[0], [cell if cell is not None else "" for cell in row[3:16]]
        assert udfs.MEASURE_SERIES(ref, "Jun 2015", history) == [series]
        assert udfs.MEASURE_FIGURE(ref, "Jun 2014", history) == series[0]
    assert udfs.MEASURE_NOTES("M5", "Jun 2015", notes, measures) == markers["M5"] != ""
    assert udfs.MEASURE_NOTES("M1", "Jun 2015", notes, measures) == markers["M1"]
    assert udfs.MEASURE_NOTES("M5", "Jun 2010", notes, measures) == ""
    said = udfs.MEASURE_NOTES("M5", "Jun 2015", notes, notes)
    assert said.endswith("Give the table with its headings: Measures[#All].")


def test_no_name_of_a_function_can_be_read_as_the_address_of_a_cell():
    for function in udfs.FUNCTIONS:
        assert "_" in function.__name__
        assert not re.fullmatch(r"[A-Z]{1,3}\d{1,7}|R\d*C\d*", function.__name__)


def test_every_function_and_argument_says_what_it_means_in_the_room_excel_gives():
    for function in udfs.FUNCTIONS:
        assert 20 < len(description(function)) <= 255
        assert all(5 < len(meaning) <= 255 for meaning in arguments(function).values())
    named = [name for function in udfs.FUNCTIONS for name in arguments(function)]
    assert set(named) == set(udfs.ARGUMENTS)


def test_the_help_sheet_is_the_last_one_and_as_the_add_in_reads_it(to_may):
    book = openpyxl.load_workbook(to_may)
    sheet = book.worksheets[-1]
    assert (sheet.title, sheet.sheet_state) == ("_IntelliSense_", "hidden")
    rows = [[cell.value for cell in row if cell.value] for row in sheet.iter_rows()]
    assert rows[0] == ["FunctionInfo"]
    assert rows[1] == [
        "CHANGE_FROM_LAST_YEAR",
        "Change from the same month last year in per cent, or n/a.",
        "latest",
        "The figure of the latest month.",
        "last_year",
        "The figure of the same month last year.",
    ]
    assert [row[0] for row in rows[1:]] == [f.__name__ for f in udfs.FUNCTIONS]
    assert not sheet["C2"].value
    assert sheet["D2"].value == "latest"


def test_the_function_wizard_is_told_of_every_function():
    told = re.findall(r'^    Describe "(\w+)", "([^"]+)", Array', build_functions(), re.MULTILINE)
    assert told == [(f.__name__, description(f)) for f in udfs.FUNCTIONS]


def test_a_wrapper_that_fails_gives_the_last_figure_and_never_the_text_of_the_error():
    source = build_functions()
    assert "Err.Description" not in source
    for function in udfs.FUNCTIONS:
        given = ", ".join(arguments(function))
        failing = (
            f'failed:\n    {function.__name__} = LastFigure("{function.__name__}", Array({given}))'
        )
        assert failing in source


THEIRS = """
import sys, types
for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["pythoncom"].CoInitialize = sys.modules["win32com.client"].Dispatch = None
sys.modules["pywintypes"].com_error = Exception
import xlwings as xw
from xlwings import udfs
xw.func, xw.arg, xw.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
import xl_addin.udfs
book = types.SimpleNamespace(Name="Dataset.xlsm")
udfs.generate_vba_wrapper("xl_addin.udfs", xl_addin.udfs, sys.stdout, book)
for function in xl_addin.udfs.FUNCTIONS:
    for argument in function.__xlfunc__["args"]:
        print("'", function.__name__, argument["name"], argument["options"])
"""


def test_the_wrappers_call_python_as_xlwings_own_generator_would():
    done = subprocess.run(
        [sys.executable, "-c", THEIRS], capture_output=True, text=True, check=True, timeout=HANGS
    )
    theirs = re.findall(r"^Function (\w+)\((.*)\)", done.stdout, re.MULTILINE)
    ours = re.findall(r"^Public Function (\w+)\((.*)\) As Variant", build_functions(), re.MULTILINE)
    assert sorted(ours) == sorted(theirs)
    calls = r'CallUDF\("xl_addin.udfs", "(\w+)", Array\((.*?)\), ThisWorkbook'
    asked = re.findall(r'CallPython\("(\w+)", Array\((.*)\)\)', build_functions())
    assert sorted(asked) == sorted(re.findall(calls, done.stdout))
    assert "' TWELVE_MONTH_AVERAGE values {'ndim': 2}" in done.stdout
    assert "' MEASURE_FIGURE history {'ndim': 2, 'err_to_str': True}" in done.stdout
    assert "convert" not in done.stdout


def test_no_shipped_sheet_depends_on_a_function(to_may):
    book = openpyxl.load_workbook(to_may)
    names = [function.__name__ for function in udfs.FUNCTIONS]
    formulas = [
        str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(formulas) > 66
    assert not [text for text in formulas for name in names if name in text]
