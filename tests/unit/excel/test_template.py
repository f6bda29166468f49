"""The template: what it is made of, what every reader makes of it, and what an officer sees."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import lxml.html
import openpyxl
import pytest
from lxml import etree

import xl_addin
from tests.support import office
from tests.support.patience import HANGS
from tests.support.places import ROOT
from xl_addin.dataset.signal_charts import HEADS, SERIES
from xl_addin.excel.template import build_template, style
from xl_addin.excel.template.dataset import MACROS_OFF
from xl_addin.layout import TABLES, Dataset, Name, Sheet, Signals
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.period import Month
from xl_addin.sources.catalogue import read_catalogue

COMMITTED = ROOT / "workbook_template.xlsm"
SHEETS = [
    "Summary",
    "Dataset",
    "Commentary",
    "Key measures",
    "Signals",
    "Data notes",
    "Monthly return",
    "Measures",
    "Targets",
    "Comparators",
    "Figures recorded",
    "Put on figures",
    "Refresh log",
    "Shared copies",
    "Signal figures",
    "Settings",
    "Help with this workbook",
    "xlwings.conf",
    "_IntelliSense_",
]
HIDDEN = ["xlwings.conf", "_IntelliSense_"]
HEADINGS = TABLES | {
    Dataset.TABLE: (*Dataset.BEFORE_MONTHS, *Dataset.UNNAMED_MONTHS, *Dataset.AFTER_MONTHS)
}
NAMES = {
    "DatasetTitle",
    "DatasetMonth",
    "DirectionThreshold",
    "RefreshLogEnd",
    "SignalsShown",
    "MeasureRefs",
    "MeasurePolarities",
    "KeyMeasureRefs",
    "KeyMeasureMonths",
    "KeyMeasureHeadings",
    "KeyMeasureFigures",
    "KeyMeasureLabels",
    "ReturnMonth",
    *(f"KeyMeasure{slot}" for slot in range(1, 10)),
    "SignalMeasureRefs",
    "SignalChartFigures",
    *(f"Signal{kind}{slot}" for kind in ("Measure", "Words") for slot in range(1, 7)),
}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


@pytest.fixture(scope="module")
def built() -> bytes:
    return build_template(*read_catalogue())


@pytest.fixture(scope="module")
def path(built: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.xlsm"
    file.write_bytes(built)
    return file


@pytest.fixture(scope="module")
def parts(built: bytes) -> dict[str, bytes]:
    return parts_of(built)


def parts_of(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_catalogue_gives_the_same_bytes(built):
    assert build_template(*read_catalogue()) == built


def test_the_committed_template_is_what_the_builder_makes(parts):
    committed = parts_of(COMMITTED.read_bytes())
    assert list(committed) == list(parts)
    different = {name for name in parts if committed[name] != parts[name]}
    if xlwings_version(COMMITTED) != installed_xlwings():
        different.discard("xl/vbaProject.bin")
    assert not different, "rebuild it: xl-addin template --out workbook_template.xlsm"


def test_a_title_may_hold_any_character(tmp_path):
    title = 'Adults & "Carers" <2015> 100%'
    file = tmp_path / "book.xlsm"
    file.write_bytes(build_template(title, Catalogue((Measure("A1", "Area", "A count"),))))
    assert openpyxl.load_workbook(file)[Sheet.DATASET]["A1"].value == title


def test_no_footer_keeps_a_title_that_may_change(parts):
    for name, data in parts.items():
        if name.startswith("xl/worksheets/sheet") and b"oddFooter" in data:
            footer = etree.fromstring(data).findtext(f".//{MAIN}oddFooter")
            assert "&F · &A" in footer and "Monthly" not in footer


def test_a_definition_that_looks_like_a_formula_or_a_link_stays_text(tmp_path):
    measures = (
        Measure("A1", "Area", "=1+1", definition="https://example.org/definition"),
        Measure("A2", "Area", "A count"),
    )
    file = tmp_path / "book.xlsm"
    file.write_bytes(build_template("Title", Catalogue(measures)))
    row = list(openpyxl.load_workbook(file)[Sheet.MEASURES][5])
    assert (row[2].value, row[2].data_type) == ("=1+1", "s")
    assert (row[11].value, row[11].hyperlink) == ("https://example.org/definition", None)


@pytest.mark.parametrize("charts", [0, 1, 4, 10])
def test_every_key_measure_has_a_chart_and_a_catalogue_without_one_has_an_empty_chart(charts):
    measures = tuple(Measure(f"A{n}", "Area", "A count", key=n < charts) for n in range(12))
    found = parts_of(build_template("Title", Catalogue(measures)))
    assert sum(name.startswith("xl/charts/chart") for name in found) == max(charts, 1) + 6


def test_openxml_audit_finds_nothing_wrong(path):
    from openxml_audit import OpenXmlValidator

    found = OpenXmlValidator().validate(str(path))
    assert [error.description for error in found.errors] == []


def test_every_table_has_exactly_the_headings_of_the_layout(parts):
    tables = [etree.fromstring(parts[name]) for name in parts if name.startswith("xl/tables/")]
    found = {
        table.get("name"): tuple(column.get("name") for column in table.iter(f"{MAIN}tableColumn"))
        for table in tables
    }
    assert found == HEADINGS


def test_openpyxl_sees_the_sheets_the_tables_and_their_headings_as_text(path):
    book = openpyxl.load_workbook(path, keep_vba=True)
    assert book.sheetnames == SHEETS
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == HIDDEN
    tables = {t.name: (sheet, t) for sheet in book for t in sheet.tables.values()}
    assert tables.keys() == HEADINGS.keys()
    for name, (sheet, table) in tables.items():
        header = sheet[table.ref][0]
        assert tuple(cell.value for cell in header) == HEADINGS[name]
        assert {cell.number_format for cell in header} == {"@"}


def test_calamine_sees_the_measures(path):
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path, load_tables=True)
    assert book.sheet_names == SHEETS
    assert set(book.table_names) == set(HEADINGS)
    measures = book.get_table_by_name("Measures").to_python()
    assert [row[0] for row in measures] == list(read_catalogue()[1].refs)


def test_excelize_sees_the_tables_and_names(path):
    import excelize

    book = excelize.open_file(str(path))
    tables = {table.name for sheet in SHEETS for table in book.get_tables(sheet)}
    names = {name.name for name in book.get_defined_name()}
    book.close()
    assert tables == set(HEADINGS)
    assert names - {"_xlnm.Print_Titles", "_xlnm.Print_Area"} == NAMES


@pytest.mark.libreoffice
def test_libreoffice_sees_the_sheets_tables_and_names(path):
    seen = office.shown(path)
    assert list(seen.values) == SHEETS
    assert seen.hidden == set(HIDDEN)
    assert seen.tables.keys() == HEADINGS.keys()
    assert seen.names >= NAMES


def test_the_vba_project_holds_our_modules_and_the_installed_xlwings(path):
    modules = vba_modules(path)
    own = {name for name in modules if not name.startswith("Sheet")}
    assert own == {
        "ThisWorkbook.cls", "Performance.bas", "LastFigures.bas", "MeasureFunctions.bas",
        "xlwings.bas",
    }  # fmt: skip
    assert "Sub RefreshMonth()" in modules["Performance.bas"]
    assert xlwings_version(path) == installed_xlwings()


def test_vba_lines_end_as_windows_wants_them():
    folder = Path(xl_addin.__file__).parent / "vba"
    for source in [*folder.glob("*.bas"), *folder.glob("*.cls")]:
        content = source.read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 0


def test_every_macro_that_a_button_names_is_in_the_project(path, parts):
    source = vba_modules(path)["Performance.bas"]
    buttons = re.findall(rb"<x:FmlaMacro>\[0\]!(\w+)<", parts["xl/drawings/vmlDrawing1.vml"])
    ribbon = re.findall(rb'onAction="(\w+)"', parts["customUI/customUI.xml"])
    assert buttons == [b"RefreshMonth"]
    for name in buttons + ribbon:
        assert f"Public Sub {name.decode()}(" in source


def test_the_ribbon_and_the_macros_are_declared_in_the_package(parts):
    assert b"sheet.macroEnabled.main+xml" in parts["[Content_Types].xml"]
    assert b'Target="customUI/customUI.xml"' in parts["_rels/.rels"]


def test_the_line_about_macros_has_the_name_its_macro_looks_for_and_is_not_printed(path, parts):
    drawing = etree.fromstring(parts["xl/drawings/drawing1.xml"])
    shapes = [shape.get("name") for shape in drawing.iter(f"{DRAWING}cNvPr")]
    assert shapes == [MACROS_OFF]
    assert [d.get("fPrintsWithSheet") for d in drawing.iter(f"{DRAWING}clientData")] == ["0"]
    assert f'MACROS_OFF As String = "{MACROS_OFF}"' in vba_modules(path)["Performance.bas"]


def test_every_chart_and_picture_has_a_text_for_those_who_cannot_see_it(parts):
    drawings = [parts[name] for name in parts if re.fullmatch(r"xl/drawings/\w+\.xml", name)]
    texts = [
        shape.get("descr")
        for drawing in drawings
        for shape in etree.fromstring(drawing).iter(f"{DRAWING}cNvPr")
    ]
    assert len(texts) == 16
    assert all(texts) and len(set(texts)) == len(texts)


def test_every_page_prints_on_a3_landscape_one_page_wide(path):
    for sheet in openpyxl.load_workbook(path):
        if sheet.sheet_state == "visible":
            assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
            if sheet.title == Sheet.SIGNAL_FIGURES:  # a page for the figures of each chart
                assert len(sheet.col_breaks) == Signals.CHARTS - 1
            else:
                assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
                assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert "Page &P of &N" in sheet.oddFooter.right.text
            assert sheet.freeze_panes


def test_the_dataset_repeats_its_header_and_keeps_the_refs_in_view(path):
    sheet = openpyxl.load_workbook(path)[Sheet.DATASET]
    header = sheet.tables[Dataset.TABLE].ref.split(":")[0].lstrip("A")
    assert sheet.print_title_rows == f"${header}:${header}"
    assert sheet.freeze_panes == f"D{int(header) + 1}"


@pytest.mark.parametrize(
    ("colour", "background"),
    [
        *style.VERDICTS.values(),
        (style.INK, style.PAPER),
        (style.INK, style.TINT),
        (style.MUTED, style.PAPER),
        (style.MUTED, style.TINT),
        (style.NAVY, style.PAPER),
        (style.PAPER, style.NAVY),
    ],
)
def test_text_stands_out_from_its_background_by_the_aa_ratio(colour, background):
    assert contrast(colour, background) >= 4.5


def test_contrast_is_measured_as_wcag_defines_it():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.libreoffice
def test_every_formula_holds_the_value_it_works_out_to(path):
    book = openpyxl.load_workbook(path)
    cached = openpyxl.load_workbook(path, data_only=True)
    worked_out = office.calculated(path)
    formulas = 0
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            formulas += 1
            held = cached[sheet.title][cell.coordinate].value
            now = worked_out[sheet.title].get((cell.row, cell.column))
            assert (held or None) == (now or None), f"{sheet.title}!{cell.coordinate}"
    dataset, key_measures, beside_the_return, key = 22 * len(Dataset.DERIVED), 9 * 18 + 13, 22, 3
    signals = 22 * (len(Dataset.LOOKED_UP) + len(Signals.FORMULAS))
    charts = 6 * (len(HEADS) + len(SERIES) + 2)
    assert formulas == dataset + key_measures + beside_the_return + key + signals + charts


def test_a_new_template_holds_no_figures_and_the_default_settings(path):
    book = openpyxl.load_workbook(path, data_only=True)
    settings = book[Sheet.SETTINGS]
    values = {row[0].value: row[1].value for row in settings[settings.tables["Settings"].ref]}
    assert values["Direction threshold"] == 10
    assert values["Workbook format"] == 2
    assert values["Return file or folder"] is None
    assert book[Sheet.DATASET]["A2"].value is None
    dataset = book[Sheet.DATASET]
    rows = dataset[dataset.tables["Dataset"].ref][1:]
    assert {cell.value for row in rows for cell in row[3:16]} == {None}
    assert {cell.value for row in rows for cell in row[16:19]} == {"n/a"}


def test_tables_without_records_have_one_blank_row(path):
    book = openpyxl.load_workbook(path)
    for name in ("DataNotes", "History", "RefreshLog"):
        sheet = next(sheet for sheet in book if name in sheet.tables)
        rows = sheet[sheet.tables[name].ref]
        assert [[cell.value for cell in row] for row in rows[1:]] == [[None] * len(rows[0])]


HIGHER, LOWER, NEUTRAL = Polarity.HIGHER, Polarity.LOWER, Polarity.NEUTRAL
GOOD, SIMILAR, BAD, DARK = style.VERDICTS.values()
GREY = (style.MUTED, "")
MOVES = [
    # last year, latest, polarity, shown at threshold 10 and its colour, shown at 20 and its colour
    (16, 51, NEUTRAL, "↑ 219", DARK, "↑ 219", DARK),
    (16, 51, HIGHER, "↑ 219", GOOD, "↑ 219", GOOD),
    (16, 51, LOWER, "↑ 219", BAD, "↑ 219", BAD),
    (510, 393, NEUTRAL, "↓ (23)", DARK, "↓ (23)", DARK),
    (510, 393, HIGHER, "↓ (23)", BAD, "↓ (23)", BAD),
    (510, 393, LOWER, "↓ (23)", GOOD, "↓ (23)", GOOD),
    (253, 240, NEUTRAL, "→ (5)", DARK, "→ (5)", DARK),
    (253, 240, HIGHER, "→ (5)", SIMILAR, "→ (5)", SIMILAR),
    (253, 240, LOWER, "→ (5)", SIMILAR, "→ (5)", SIMILAR),
    (1000, 996, HIGHER, "→ 0", SIMILAR, "→ 0", SIMILAR),
    (1000, 996, NEUTRAL, "→ 0", DARK, "→ 0", DARK),
    (1000, 1000, LOWER, "→ 0", SIMILAR, "→ 0", SIMILAR),
    (200, 219, HIGHER, "↑ 10", GOOD, "→ 10", SIMILAR),
    (200, 181, HIGHER, "↓ (10)", BAD, "→ (10)", SIMILAR),
    (1000, 906, LOWER, "→ (9)", SIMILAR, "→ (9)", SIMILAR),
    (0, 12, HIGHER, "n/a", GREY, "n/a", GREY),
    (12, "Not updated", HIGHER, "n/a", GREY, "n/a", GREY),
    (None, 12, LOWER, "n/a", GREY, "n/a", GREY),
]


@pytest.mark.libreoffice
@pytest.mark.parametrize("threshold", [10, 20])
def test_a_change_is_shown_with_its_arrow_and_the_colour_of_its_polarity(threshold, tmp_path):
    measures = tuple(Measure(f"Z{n}", "A", "B", polarity=m[2]) for n, m in enumerate(MOVES))
    file = tmp_path / "book.xlsm"
    file.write_bytes(build_template("Title", Catalogue(measures)))
    typed = {(Sheet.SETTINGS, 6, 2): threshold}
    for number, (last_year, latest, *_) in enumerate(MOVES):
        typed[Sheet.DATASET, 6 + number, 4] = last_year
        typed[Sheet.DATASET, 6 + number, 16] = latest
    texts = printed_changes(file, typed, tmp_path)
    colours = coloured_changes(file, typed, tmp_path)
    place = 3 if threshold == 10 else 5
    for number, move in enumerate(MOVES):
        colour, background = move[place + 1]
        assert texts[f"Z{number}"] == move[place], move
        seen = colours[f"Z{number}"]
        assert (seen[0].upper(), seen[1].upper()) == (colour, background.replace("#FFFFFF", ""))


@pytest.mark.libreoffice
def test_a_change_whose_measure_is_not_in_the_catalogue_is_shown_without_colour(tmp_path):
    file = tmp_path / "book.xlsm"
    catalogue = Catalogue((Measure("Z0", "A", "B", polarity=HIGHER), Measure("Z1", "A", "B")))
    file.write_bytes(build_template("Title", catalogue))
    typed = {
        (Sheet.DATASET, 6, 1): "Z9",
        (Sheet.DATASET, 6, 4): 510,
        (Sheet.DATASET, 6, 16): 393,
    }
    assert printed_changes(file, typed, tmp_path)["Z9"] == "↓ (23)"
    assert coloured_changes(file, typed, tmp_path)["Z9"][0].upper() == style.INK


@pytest.mark.libreoffice
def test_the_key_to_the_arrows_follows_the_threshold(path):
    seen = office.shown(path, {(Sheet.SETTINGS, 6, 2): 12.5}).values[Sheet.DATASET].values()
    assert {"Increase: 12.5% or more ↑", "Similar →", "Decrease: 12.5% or more ↓"} <= set(seen)


@pytest.mark.libreoffice
def test_no_cell_is_too_narrow_for_its_figure(path, tmp_path):
    """A full page of long figures and dates: LibreOffice prints ### where one does not fit."""
    sheet = Sheet.DATASET
    figures = [1.0 if measure.is_percentage else 123456 for measure in read_catalogue()[1]]
    cells = [(6 + n, column, f) for n, f in enumerate(figures) for column in range(4, 17)]
    typed = {(sheet, row, column): figure for row, column, figure in cells}
    typed[sheet, 2, 1] = Month(2015, 6).first_day.toordinal() - datetime(1899, 12, 30).toordinal()
    typed |= {(Sheet.HISTORY, 5, column): 42185.5 for column in (2, 8)}
    typed |= {(Sheet.DATA_NOTES, 5, column): 42185.5 for column in (4, 5, 8)}
    typed |= {(Sheet.REFRESH_LOG, 5, column): 42185.5 for column in (1, 3)}
    text = pdf_text(office.to_pdf(path, tmp_path, typed))
    assert "123456" in text and "2015-06-30 12:00" in text
    assert "###" not in text


@pytest.mark.libreoffice
def test_the_page_fits_on_one_sheet_of_paper_and_so_do_nine_charts(path, tmp_path):
    pages = pdf_text(office.to_pdf(path, tmp_path)).split("\f")
    headed = [page for page in pages if "LAC5-QL" in page and "Performance" in page]
    assert len([page for page in headed if "12 month average" in flat(page)]) == 1
    assert len([page for page in pages if "The last 13 months of each" in page]) == 1
    assert len([page for page in pages if "Figures behind the charts" in page]) == 1


def vba_modules(path: Path) -> dict[str, str]:
    from oletools.olevba import VBA_Parser

    parser = VBA_Parser(str(path))
    try:
        return {file: code for _, _, file, code in parser.extract_macros()}
    finally:
        parser.close()


def xlwings_version(path: Path) -> str:
    found = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', vba_modules(path)["xlwings.bas"])
    assert found
    return found[1]


def installed_xlwings() -> str:
    from importlib.metadata import version

    return version("xlwings")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pdf_text(pdf: Path) -> str:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=HANGS).stdout


def flat(text: str) -> str:
    """The text of a page whatever its line breaks inside headings."""
    words = set(text.split())
    return "12 month average" if {"12", "month", "average", "Trend"} <= words else ""


def printed_changes(file: Path, typed: office.Typed, folder: Path) -> dict[str, str]:
    """What stands in the % change column on paper, by ref. A narrow space may get lost there."""
    text = pdf_text(office.to_pdf(file, folder, typed)).split("\f")[1]
    lines = [*text.splitlines(), ""]
    # What stands a hair lower than the ref may come as a line of its own.
    rows = [f"{line} {after}" for line, after in pairwise(lines) if re.match(r" *Z\d+ ", line)]
    shown = re.compile(r"([↑→↓]) ?(\(?\d+\)?) |(n/a) ")
    changes = {row.split()[0]: shown.search(row + " ").groups("") for row in rows}
    return {ref: " ".join(filter(None, change)) for ref, change in changes.items()}


def coloured_changes(file: Path, typed: office.Typed, folder: Path) -> dict[str, tuple[str, str]]:
    """The text colour and the background of the % change column, by ref."""
    page = office.save_as(file, folder / "page.html", "HTML (StarCalc)", typed)
    rows = lxml.html.parse(str(page)).getroot().iter("tr")
    found = {}
    for row in rows:
        cells = list(row)
        if len(cells) == len(HEADINGS[Dataset.TABLE]) and re.fullmatch(
            r"Z\d+", cells[0].text_content().strip()
        ):
            change = cells[16]
            font = next(change.iter("font"))
            found[cells[0].text_content().strip()] = (
                font.get("color", ""),
                change.get("bgcolor", ""),
            )
    return found


def test_percentages_and_counts_have_the_number_format_of_their_measure(tmp_path):
    measures = (
        Measure("A1", "Area", "A count"),
        Measure("A2", "Area", "A share", unit=Unit.PERCENTAGE, decimals=1),
    )
    file = tmp_path / "book.xlsm"
    file.write_bytes(build_template("Title", Catalogue(measures)))
    sheet = openpyxl.load_workbook(file)[Sheet.DATASET]
    formats = [[cell.number_format for cell in row[3:19]] for row in sheet["A6:U7"]]
    assert formats == [["0"] * 16, ["0.0%"] * 13 + ["0", "0.0%", "0.0%"]]


def test_the_names_of_drop_downs_grow_with_the_measures_table(path):
    names = openpyxl.load_workbook(path).defined_names
    assert names[Name.MEASURE_REFS].attr_text == "Measures[Measure Ref]"
    assert names[Name.MEASURE_POLARITIES].attr_text == "Measures[Polarity]"
