"""The upgrade of a workbook: what is new is grafted in, what is the officer's stays."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from functools import cache
from types import SimpleNamespace

import openpyxl
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from tests.support import office
from tests.support.editions import copied, read
from tests.support.places import EDITIONS
from tests.support.sample_files import add_by_hand, add_everything, edit, inject
from xl_addin.commands.find_return import own_return
from xl_addin.dataset.editions import PRESENT
from xl_addin.demo import make_demo
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import build_template, style, write_template
from xl_addin.excel.template import sheets as template_sheets
from xl_addin.excel.template import tables as template_tables
from xl_addin.excel.template.macros import RIBBON, vba_sources
from xl_addin.excel.template.parts import Column, NewTable, add_sheet
from xl_addin.excel.upgrade import macros, upgrade
from xl_addin.layout import (
    SINCE,
    TABLES,
    DataNotes,
    Dataset,
    History,
    Measures,
    Name,
    Return,
    Settings,
    Sheet,
)
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.markup import parse
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.sheet_names import quoted
from xl_addin.refresh import Occasion
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import Row, SetRows, Update

DEMO = EDITIONS / "1" / "demo.xlsm"
LIVED_IN = EDITIONS / "1" / "lived_in.xlsm"
AS_THE_DEMO_WAS_MADE = Occasion(datetime(2015, 7, 6, 9, 30), "A. Officer", "0.1.0")


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def book_of(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)


def modules(path) -> dict[str, str]:
    from pyopenvba import ExcelFile

    with ExcelFile(path) as file:
        return {module.name: module.source for module in file.vba_project().modules}


def with_module(path, name: str, change):
    """A workbook in which an officer edited a module of the macros."""
    from pyopenvba import ExcelFile

    with ExcelFile(path) as file:
        file.set_module(name, change(file.get_module(name)))
        file.save()
    return path


def saved(path, data: bytes):
    path.write_bytes(data)
    return path


def headings(sheet) -> dict[str, list[str]]:
    """The headings of a sheet's tables; a new one may stand elsewhere in a new workbook."""
    return {t.name: sorted(c.name for c in t.tableColumns) for t in sheet.tables.values()}


@pytest.fixture
def fresh(tmp_path):
    """The demonstration as it is made today, with the figures and the log of the kept one."""
    return make_demo(tmp_path / "fresh", AS_THE_DEMO_WAS_MADE, tell=lambda line: None)


def test_an_upgraded_demo_has_the_sheets_tables_and_names_of_a_new_one(fresh):
    old, new = book_of(upgrade(DEMO, DEMO.read_bytes()).data), openpyxl.load_workbook(fresh)
    # A new workbook begins with the summary; an old one goes on to begin as it did.
    assert old.sheetnames == [Sheet.DATASET, Sheet.SUMMARY, *new.sheetnames[2:]]
    assert new.sheetnames[:2] == [Sheet.SUMMARY, Sheet.DATASET]
    assert sorted(old.defined_names) == sorted(new.defined_names)
    for name in new.defined_names:
        if not name.startswith(("Direction", "SignalsShown")):  # a new setting stands last
            assert old.defined_names[name].attr_text == new.defined_names[name].attr_text
    for sheet in new:
        assert headings(old[sheet.title]) == headings(sheet), sheet.title


def test_an_upgraded_demo_says_what_a_new_one_says(fresh, tmp_path):
    path = saved(tmp_path / "old.xlsm", upgrade(DEMO, DEMO.read_bytes()).data)
    old, new = ClosedBook(path).read(), ClosedBook(fresh).read()
    assert old.names.keys() == new.names.keys()
    for name in (Dataset.TABLE, History.TABLE, Measures.TABLE):
        assert old.tables[name].sheet == new.tables[name].sheet
        own = (Dataset.NOTES, *Measures.LINKS)  # for the officer to fill in
        columns = [h for h in new.tables[name].headings if h not in own]
        was, now = (
            [[row[h] for h in columns] for _, row in sheets.tables[name].records()]
            for sheets in (old, new)
        )
        assert was == now


def test_an_upgraded_demo_has_the_macros_and_the_ribbon_of_a_new_one(fresh, tmp_path):
    path = saved(tmp_path / "old.xlsm", upgrade(DEMO, DEMO.read_bytes()).data)
    old, new = modules(path), modules(fresh)
    for name in vba_sources():
        assert macros.code_digest(old[name]) == macros.code_digest(new[name])
    assert parts(path.read_bytes())[RIBBON] == parts(fresh.read_bytes())[RIBBON]


KEY_ROW = 3
"""The key to the arrows ends here; a new edition may have it in other columns, as it is a look."""


AXIS_TITLE = re.compile(r"=IFERROR\(.*MATCH\(KeyMeasure\d")
"""What a chart's figures count in stands beside its ref in a new workbook: that is a look, too."""


@pytest.mark.parametrize("name", ["Dataset", "Key measures", "Monthly return"])
def test_an_upgraded_demo_has_the_formulas_of_a_new_one(fresh, name):
    old = book_of(upgrade(DEMO, DEMO.read_bytes()).data)[name]
    new = openpyxl.load_workbook(fresh)[name]
    made = {cell.coordinate: cell.value for row in new for cell in row if cell.data_type == "f"}
    made = {place: formula for place, formula in made.items() if not AXIS_TITLE.match(formula)}
    formulas = {place: formula for place, formula in made.items() if new[place].row > KEY_ROW}
    assert len(formulas) >= 22
    assert {place: old[place].value for place in formulas} == formulas
    above = {cell.value for row in old[1:KEY_ROW] for cell in row if cell.data_type == "f"}
    assert above == {formula for place, formula in made.items() if place not in formulas}


def test_a_formula_that_the_officer_changed_is_left_alone(tmp_path):
    path = copied(DEMO, tmp_path)
    sheet = "xl/worksheets/sheet1.xml"
    edit(path, sheet, ('"n/a",MAX(E6:P6))', '"n/a",MIN(E6:P6))'))
    now = book_of(upgrade(path, path.read_bytes()).data)["Dataset"]
    assert now["S6"].value == '=IF(COUNT(E6:P6)=0,"n/a",MIN(E6:P6))'
    assert "E7,F7" in now["S7"].value


def test_what_the_officer_made_stays(tmp_path):
    told = upgrade(LIVED_IN, LIVED_IN.read_bytes())
    path = saved(tmp_path / "new.xlsm", told.data)
    was, now = parts(LIVED_IN.read_bytes()), parts(told.data)
    for name in ("xl/comments1.xml", "xl/media/image1.png", "xl/drawings/drawing1.xml"):
        assert now[name] == was[name]
    page = [re.sub(rb"<f>[^<]*</f>", b"", p["xl/worksheets/sheet1.xml"]) for p in (was, now)]
    cells = [set(re.findall(rb"<c [^>]*?(?:/>|>.*?</c>)", p, re.DOTALL)) for p in page]
    assert cells[0] <= cells[1]
    # A footer as we made it is brought to say the file's name: a test of its own holds that.
    footer = re.compile(rb"<oddFooter>.*?</oddFooter>", re.DOTALL)
    below = [footer.sub(b"", p.partition(b"</sheetData>")[2]) for p in page]
    of_signals = re.compile(rb'<conditionalFormatting sqref="W6:W1001">.*?</conditionalFormatting>')
    assert of_signals.sub(b"", below[1]) == below[0] != below[1]
    new = re.findall(rb'<c r="([A-Z]+)\d+"', b"".join(cells[1] - cells[0]))
    assert len(set(new)) == 3, "only Signal, Target and Assurance are new"
    assert "Sub GoHome" in modules(path)["OfficersOwn"]
    assert "What we did" in book_of(told.data).sheetnames
    own = book_of(told.data)["Officer's own"]
    assert own["B1"].value == "='Figures recorded'!F5"
    assert own["B3"].value == '="History!A1"'
    assert own["A1"].hyperlink.location == "'Figures recorded'!A1"
    names = book_of(told.data).defined_names
    assert names["FiguresOnRecord"].attr_text == "COUNT('Figures recorded'!$F$5:$F$20)"
    assert any("Officer's own!B3" in line for line in told.told)


def test_footers_as_they_were_made_name_the_file_and_an_officers_own_stays(tmp_path):
    path = copied(DEMO, tmp_path)
    title = "Children and Families Monthly Dataset · &amp;A"
    edit(path, "xl/worksheets/sheet1.xml", (title, "R&amp;&amp;D of 2014 · &amp;A"))
    edit(path, "xl/worksheets/sheet3.xml", (title, "Ask &amp;D · &amp;A"))
    edit(path, "docProps/core.xml", ("Children and Families Monthly Dataset", "R&amp;D of 2014"))
    edit(path, "xl/worksheets/sheet4.xml", (title, f"OFFICIAL-SENSITIVE · {title}"))
    edit(path, "xl/worksheets/sheet5.xml", (title, "Draft for the board · &amp;A"))
    upgraded = upgrade(path, path.read_bytes())
    left = [sheet.oddFooter.left.text for sheet in book_of(upgraded.data)]
    found = [text for text in left if text]
    own = [text for text in found if text != "&F · &A"]
    marked = "OFFICIAL-SENSITIVE · Children and Families Monthly Dataset · &A"
    assert own == ["Ask &D · &A", marked, "Draft for the board · &A"] and len(found) > 9
    (told,) = [line for line in upgraded.told if line.startswith("Footers name the file")]
    assert "Dataset" in told


def test_a_sheet_the_officer_renamed_keeps_its_name(tmp_path):
    path = copied(DEMO, tmp_path)
    old = ('name="History"', 'name="Our figures"')
    edit(path, "xl/workbook.xml", old, (">History!$4", ">'Our figures'!$4"))
    names = book_of(upgrade(path, path.read_bytes()).data).sheetnames
    assert "Our figures" in names and Sheet.HISTORY not in names


def test_an_own_sheet_of_the_new_name_is_refused_with_what_to_do(tmp_path):
    path = copied(LIVED_IN, tmp_path)
    edit(path, "xl/workbook.xml", ('name="Officer\'s own"', 'name="figures recorded"'))
    with pytest.raises(WorkbookRefused, match="Rename yours, then try again"):
        upgrade(path, path.read_bytes())


def test_axes_are_level_as_excel_says_it():
    was, now = parts(DEMO.read_bytes()), parts(upgrade(DEMO, DEMO.read_bytes()).data)
    charts = [name for name in was if name.startswith("xl/charts/")]
    assert len(charts) == 9
    for name in charts:
        assert b'rot="21600000"' in was[name] and b'rot="0"' in now[name]
        level = was[name].replace(b"21600000", b"0")
        written = [
            etree.tostring(etree.fromstring(xml), method="c14n") for xml in (level, now[name])
        ]
        assert written[0] == written[1]


def test_an_officers_change_of_our_macros_is_said_and_of_theirs_is_not(tmp_path):
    path = copied(LIVED_IN, tmp_path)
    with_module(path, "Performance", lambda text: text.replace("RefreshMonth()", "Refresh2()"))
    (line,) = [t for t in upgrade(path, path.read_bytes()).told if "not as xl-addin made it" in t]
    assert "“Performance”" in line
    told = upgrade(LIVED_IN, LIVED_IN.read_bytes()).told
    assert not [t for t in told if "not as xl-addin made it" in t]


def test_a_module_that_no_edition_changed_stays_as_the_officer_has_it(tmp_path):
    path = copied(DEMO, tmp_path)
    added = "Private Sub Workbook_Open()\r\nEnd Sub\r\n"
    with_module(path, "ThisWorkbook", lambda text: text + added)
    upgraded = saved(tmp_path / "new.xlsm", upgrade(path, path.read_bytes()).data)
    assert "Workbook_Open" in modules(upgraded)["ThisWorkbook"]


def test_a_ribbon_that_was_changed_stays_and_that_is_said(tmp_path):
    path = edit(copied(DEMO, tmp_path), RIBBON, ('label="Month"', 'label="Our month"'))
    upgraded = upgrade(path, path.read_bytes())
    assert parts(upgraded.data)[RIBBON] == parts(path.read_bytes())[RIBBON]
    assert any("stays as it is" in line for line in upgraded.told)


def test_capitals_and_blank_lines_are_excels_and_no_change_of_a_module():
    assert macros.code_digest("Dim Row As Long\r\n\r\n  x = 1") == macros.code_digest(
        'Attribute VB_Name = "A"\r\ndim row as long\r\nX = 1\r\n'
    )


def test_a_workbook_without_functions_gets_none(tmp_path):
    path = tmp_path / "plain.xlsm"
    catalogue = Catalogue((Measure("M1", "MASH", "Contacts"),))
    write_template(path, "Plain", catalogue, functions=False)
    edit(path, "xl/workbook.xml", ('name="Figures recorded"', 'name="History"'))
    edit(path, "xl/workbook.xml", ("'Figures recorded'!", "History!"))
    assert "MeasureFunctions" not in modules(path)
    upgraded = upgrade(path, path.read_bytes())
    assert Sheet.HISTORY in book_of(upgraded.data).sheetnames
    assert "MeasureFunctions" not in modules(saved(path, upgraded.data))
    assert read(path).edition == PRESENT


@pytest.fixture
def later(templates_change, monkeypatch):
    """A next edition: a sheet with a chart, a column, two names, a setting."""
    templates_change("later")
    fill, rows = template_tables._fill, template_tables.ROWS

    def add_aims(book):
        columns = [
            Column("Measure Ref", 90, choices=f"={Name.MEASURE_REFS}"),
            Column("Aim", 140, style.COUNT),
        ]
        workbook, sheet = book.workbook, add_sheet(book, "Aims", "Aims.", "input")
        fill(sheet, book.looks, NewTable("Aims", columns), [["M1", 12]])
        red = workbook.add_format({"font_color": "#9C3D0B", "bold": True})
        sheet.conditional_format(
            "B5:B9", {"type": "cell", "criteria": ">", "value": 1, "format": red}
        )
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({"values": "=Aims!$B$5:$B$5", "categories": "=Dataset!$A$6:$A$9"})
        sheet.insert_chart("D5", chart)
        sheet.write_formula("A9", "='Refresh log'!A5", None, 0)
        workbook.define_name("TargetYear", f"=Settings!$B${5 + len(rows)}")
        workbook.define_name("TargetRefs", "=Aims[Measure Ref]")

    def fill_more(sheet, looks, table, rows):
        if table.name == DataNotes.TABLE:
            columns = [*table.columns, Column("Safe for", 130, choices=("yes",))]
            table, rows = NewTable(table.name, columns), [[*row, None] for row in rows]
        fill(sheet, looks, table, rows)

    before = template_sheets.SHEETS.index(template_tables.add_refresh_log)
    with_aims = (*template_sheets.SHEETS[:before], add_aims, *template_sheets.SHEETS[before:])
    monkeypatch.setattr(template_sheets, "SHEETS", with_aims)
    monkeypatch.setattr(template_tables, "_fill", fill_more)
    year = ("Target year", 2015, "Of which year the targets are.")
    monkeypatch.setattr(template_tables, "ROWS", (*rows, year))
    monkeypatch.setattr("xl_addin.excel.upgrade.settings.ROWS", (*rows, year))
    monkeypatch.setitem(TABLES, "Aims", ("Measure Ref", "Aim"))
    monkeypatch.setitem(TABLES, DataNotes.TABLE, (*DataNotes.COLUMNS, "Safe for"))
    for part in ("Aims", (DataNotes.TABLE, "Safe for"), "TargetYear", "TargetRefs"):
        monkeypatch.setitem(SINCE, part, PRESENT)


@pytest.fixture(params=[DEMO, LIVED_IN], ids=["demo", "lived in"])
def brought(request, later, tmp_path):
    """A workbook of the first edition, upgraded to that one."""
    return saved(tmp_path / "new.xlsm", brought_to_later(request.param))


@cache
def brought_to_later(kept) -> bytes:
    """What the upgrade to the next edition makes of a kept workbook: the same for each test."""
    return upgrade(kept, kept.read_bytes()).data


def test_a_new_sheet_stands_where_the_template_has_it_with_all_it_holds(brought):
    book = openpyxl.load_workbook(brought)
    log = "What we did" if "What we did" in book.sheetnames else "Refresh log"
    assert book.sheetnames[book.sheetnames.index("Aims") + 1] == log
    sheet = book["Aims"]
    assert [cell.value for cell in sheet[4][:2]] == ["Measure Ref", "Aim"]
    assert (sheet["A5"].value, sheet["B5"].value, sheet["B5"].number_format) == ("M1", 12, "0")
    assert sheet["A1"].font.sz == 20 and sheet["A4"].fill.fgColor.rgb == "FF1F3A5F"
    assert sheet["A9"].value == (
        "='What we did'!A5" if log == "What we did" else "='Refresh log'!A5"
    )
    (rule,) = [r for rules in sheet.conditional_formatting for r in rules.rules]
    assert rule.dxf.font.b and rule.dxf.font.color.rgb == "FF9C3D0B"
    assert sheet.data_validations.dataValidation[0].formula1 == Name.MEASURE_REFS
    assert sheet.print_title_rows == "$4:$4"
    assert len(sheet._charts) == 1
    ids = [
        int(i)
        for name, part in parts(brought.read_bytes()).items()
        if "/tables/" in name
        for i in re.findall(rb'<table [^>]*? id="(\d+)"', part)
    ]
    assert len(ids) == len(set(ids)) == len(TABLES)


def test_a_new_column_stands_at_the_end_of_its_table_and_looks_like_the_templates(brought):
    sheet = openpyxl.load_workbook(brought)["Data notes"]
    table = sheet.tables[DataNotes.TABLE]
    assert table.tableColumns[-1].name == "Safe for" and table.ref.startswith("A4:I")
    assert sheet["I4"].value == "Safe for"
    assert sheet["I4"].fill.fgColor.rgb == sheet["H4"].fill.fgColor.rgb
    assert sheet["I5"].border.bottom.style == "thin"
    assert sheet.column_dimensions["I"].width == pytest.approx(17.9, abs=1)
    choices = [v for v in sheet.data_validations.dataValidation if "I5" in str(v.sqref)]
    assert choices[0].formula1 == '"yes"'


def test_a_new_setting_and_a_name_that_points_to_it(brought):
    book = openpyxl.load_workbook(brought)
    where = book.defined_names["TargetYear"].attr_text
    sheet, _, cell = where.rpartition("!")
    assert sheet == "Settings" and book["Settings"][cell].value == 2015
    assert book["Settings"][cell.replace("B", "A")].value == "Target year"
    assert book.defined_names["TargetRefs"].attr_text == "Aims[Measure Ref]"


def test_local_names_and_the_tab_in_front_still_mean_their_sheets(brought):
    book = openpyxl.load_workbook(brought)
    for sheet in book:
        if sheet.tables and sheet.title not in ("Dataset", "Key measures"):
            (table,) = sheet.tables.values()
            top = re.search(r"\d+", table.ref)[0]
            assert sheet.print_title_rows == f"${top}:${top}", sheet.title
    assert book.active.title == "Dataset"
    root = parse(parts(brought.read_bytes())["xl/workbook.xml"])
    local = [(e.get("localSheetId"), e.text) for e in root.iter("{*}definedName")]
    assert len([number for number, _ in local if number]) >= 9
    for number, formula in local:
        if number is not None:
            assert formula.startswith(f"{quoted(book.sheetnames[int(number)])}!")


def test_judges_find_nothing_wrong_with_what_was_grafted(brought):
    assert not OpenXmlValidator().validate(str(brought)).errors
    sheets = ClosedBook(brought).read()
    assert sheets.tables["Aims"].rows == (("M1", 12.0),)
    assert {row[-1] for row in sheets.tables[DataNotes.TABLE].rows} == {None}
    again = upgrade(brought, brought.read_bytes())
    assert again.data == brought.read_bytes()


@pytest.mark.libreoffice
def test_libreoffice_shows_what_was_grafted(brought, tmp_path):
    shown = office.shown(brought)
    assert shown.values["Aims"][5, 2] == 12
    assert shown.tables["Aims"] == ("Aims", 5, 2)
    assert shown.tables[DataNotes.TABLE][2] == 9
    assert office.to_pdf(brought, tmp_path).exists()


def test_what_stands_where_a_new_column_goes_is_named(later, tmp_path):
    path = copied(DEMO, tmp_path)
    sheet = "xl/worksheets/sheet3.xml"
    text = parts(path.read_bytes())[sheet].decode()
    row = re.search(r'<row r="6"([^>]*)>(.*?)</row>', text)[0]
    edit(path, sheet, (row, row.replace("</row>", '<c r="I6"><v>7</v></c></row>')))
    with pytest.raises(WorkbookRefused) as refusal:
        upgrade(path, path.read_bytes())
    assert str(refusal.value) == (
        "Sheet Data notes: The new column “Safe for” of the table DataNotes needs column I, where "
        "something stands (I6). Move what stands there to the right (insert a column before I)."
    )


@pytest.mark.parametrize("name", ["Aims", "TARGETS"])
def test_an_own_sheet_of_a_new_sheets_name_is_named(later, tmp_path, name):
    path = copied(LIVED_IN, tmp_path)
    edit(path, "xl/workbook.xml", ('name="Officer\'s own"', f'name="{name}"'))
    with pytest.raises(WorkbookRefused, match="is not xl-addin's"):
        upgrade(path, path.read_bytes())


def test_a_workbook_of_a_newer_edition_is_refused(tmp_path):
    path = copied(DEMO, tmp_path)
    sheet = "xl/worksheets/sheet8.xml"
    text = parts(path.read_bytes())[sheet].decode()
    value = re.search(r'<c r="B16"[^>]*><v>1</v></c>', text)[0]
    edit(path, sheet, (value, value.replace("<v>1<", f"<v>{PRESENT + 1}<")))
    with pytest.raises(WorkbookRefused, match="made by a newer xl-addin"):
        upgrade(path, path.read_bytes())


def test_own_macros_that_find_the_sheet_by_its_old_name_are_named(tmp_path):
    path = copied(LIVED_IN, tmp_path)
    finds = 'Sub Look()\r\n    Worksheets("History").Activate\r\nEnd Sub\r\n'
    with_module(path, "OfficersOwn", lambda text: text + finds)
    told = upgrade(path, path.read_bytes()).told
    assert any("please look: Officer's own!B3, macros, OfficersOwn." in line for line in told)


def test_macros_behind_a_password_are_not_touched(tmp_path, monkeypatch):
    from pyopenvba import ExcelFile

    made = build_template(*read_catalogue(None))
    monkeypatch.setattr("xl_addin.excel.upgrade.build_template", lambda *_, **__: made)
    project_of = ExcelFile.vba_project

    def protected(file):
        project = project_of(file)
        project.protection = SimpleNamespace(has_password=True)
        return project

    monkeypatch.setattr(ExcelFile, "vba_project", protected)
    with pytest.raises(WorkbookRefused, match="A password protects the macros"):
        upgrade(DEMO, DEMO.read_bytes())


def test_a_workbook_whose_macros_were_taken_out_is_upgraded_without_any(tmp_path):
    path = copied(DEMO, tmp_path)
    kept = {
        name: re.sub(rb"<(Relationship|Override)[^>]*vbaProject[^>]*/>", b"", data)
        for name, data in parts(path.read_bytes()).items()
        if name != "xl/vbaProject.bin"
    }
    with zipfile.ZipFile(path, "w") as package:
        for name, data in kept.items():
            package.writestr(name, data)
    upgraded = upgrade(path, path.read_bytes())
    assert "xl/vbaProject.bin" not in parts(upgraded.data)
    assert Sheet.HISTORY in book_of(upgraded.data).sheetnames


def test_a_signature_goes_with_the_macros_it_signed_and_that_is_said(tmp_path):
    path = copied(DEMO, tmp_path)
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="vbaProjectSignature.bin"/></Relationships>'
    )
    signed = {"xl/vbaProjectSignature.bin": b"x", "xl/_rels/vbaProject.bin.rels": rels.encode()}
    inject(path, signed, {})
    upgraded = upgrade(path, path.read_bytes())
    assert "xl/vbaProjectSignature.bin" not in parts(upgraded.data)
    assert any("have them signed again" in line for line in upgraded.told)


@pytest.fixture
def full(tmp_path, monkeypatch, templates_change):
    """A workbook of the first edition with all that officers can add to one."""
    *before, functions = template_sheets.SHEETS

    def add_more(book):
        add_everything(book.workbook, book.workbook.add_worksheet("Officer's page"))

    path = tmp_path / "full.xlsm"
    with monkeypatch.context() as building:
        building.setattr(template_sheets, "SHEETS", (*before, add_more, functions))
        templates_change("full")
        write_template(path, *read_catalogue(None))
    templates_change("")
    add_by_hand(path)
    older = [("'Figures recorded'!", "History!"), ('"Figures recorded"', '"History"')]
    edit(path, "xl/workbook.xml", *older)
    settings = part_of(path, Settings.TABLE)[0]
    text = parts(path.read_bytes())[settings].decode()
    (written,) = re.findall(rf'<c r="B\d+"[^>]*><v>{PRESENT}</v></c>', text)
    edit(path, settings, (written, written.replace(f"<v>{PRESENT}<", "<v>1<")))
    return path


def part_of(path, table: str) -> tuple[str, str]:
    """The parts of a table's sheet and of the table."""
    book = WorkbookFile(Package(path.read_bytes()))
    found = book.tables[table]
    return book.sheet_parts[found.sheet], found.part


def test_all_that_officers_can_add_stays_byte_for_byte(full, later):
    was, upgraded = parts(full.read_bytes()), upgrade(full, full.read_bytes())
    now = parts(upgraded.data)
    assert "• " not in "".join(upgraded.told) and "New sheet: Aims" in upgraded.told
    concerned = {
        "[Content_Types].xml",
        "docProps/app.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
        *part_of(full, DataNotes.TABLE),
        *part_of(full, Settings.TABLE),
    }
    assert {name for name in was if was[name] != now.get(name)} == concerned
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        old, new = ({etree_text(e) for e in parse(part[name])} for part in (was, now))
        assert old <= new
    old, new = (parse(part["xl/styles.xml"]) for part in (was, now))
    for kind in ("fonts", "fills", "borders", "cellXfs", "dxfs"):
        before, after = ([etree_text(e) for e in r.find(f"{{*}}{kind}")] for r in (old, new))
        assert after[: len(before)] == before


def etree_text(element) -> bytes:
    return etree.tostring(element, with_tail=False)


@pytest.mark.libreoffice
def test_libreoffice_opens_what_officers_can_add_as_before(full, later, tmp_path):
    before = office.shown(full)
    upgraded = saved(tmp_path / "new.xlsm", upgrade(full, full.read_bytes()).data)
    after = office.shown(upgraded)
    for name in ("Officer's page", "Officer's own"):
        assert before.values[name] == after.values[name]
        assert before.formulas[name] == after.formulas[name]


def typed_on_the_return_sheet(tmp_path, *rows):
    """The first edition's demonstration with rows typed on its sheet Monthly return."""
    path = copied(DEMO, tmp_path)
    book = ClosedBook(path)
    cells = tuple(Row(row, was=number) for number, row in enumerate(rows))
    book.apply(Update((SetRows(Return.TABLE, Return.COLUMNS, cells),)))
    return path


def return_sheet_of(data):
    sheet = book_of(data)["Monthly return"]
    return [[cell.value for cell in row] for row in sheet.iter_rows(max_col=9)]


def test_the_month_that_rows_share_goes_above_them_and_names_come_beside_the_refs(tmp_path):
    day = datetime(2015, 7, 1)
    typed = (
        ("M1", day, None, None, 1400.0, None, "Counted twice"),
        ("M2", day, 5.0, None, *[None] * 3),
    )
    path = typed_on_the_return_sheet(tmp_path, *typed)
    before = own_return(read(path))
    upgraded = upgrade(path, path.read_bytes())
    assert (
        "Monthly return: one month above the table, and each measure's name beside its ref"
        in upgraded.told
    )
    path.write_bytes(upgraded.data)
    rows = return_sheet_of(upgraded.data)
    assert rows[2][:2] == ["Month", "Jul 2015"]
    assert rows[3][:7] == list(Return.OF_TABLE)
    assert rows[4][0] == "M1"
    assert rows[4][1].startswith("=IFERROR(INDEX(Measures[Description],MATCH(A5,")
    assert rows[4][4:7] == [1400, None, "Counted twice"]
    assert not any(cell for row in rows[3:] for cell in row[7:])
    after = own_return(read(path))
    assert (after.entries, after.problems) == (before.entries, before.problems)


def test_rows_of_several_months_keep_theirs(tmp_path):
    path = typed_on_the_return_sheet(
        tmp_path,
        ("M1", datetime(2015, 7, 1), None, None, 1400.0, None, None),
        ("M1", datetime(2015, 5, 1), None, None, 1157.0, None, None),
    )
    before = own_return(read(path)).entries
    path.write_bytes(upgrade(path, path.read_bytes()).data)
    assert read(path).return_month == "Jul 2015"
    assert own_return(read(path)).entries == before


def test_where_something_stands_above_the_table_the_upgrade_says_what_to_do(tmp_path):
    path = copied(DEMO, tmp_path)
    book = openpyxl.load_workbook(path, keep_vba=True)
    book["Monthly return"]["B3"] = "Ask Pat first"
    book.save(path)
    with pytest.raises(WorkbookRefused, match=r"Leave the row above its headings blank \(B3\)"):
        upgrade(path, path.read_bytes())


@pytest.mark.libreoffice
def test_libreoffice_shows_the_names_beside_the_refs_after_an_upgrade(tmp_path):
    path = copied(DEMO, tmp_path)
    path.write_bytes(upgrade(path, path.read_bytes()).data)
    shown = office.shown(path).values["Monthly return"]
    assert [shown[row, 2] for row in (5, 6)] == [
        "Number of contacts received (includes contacts that become referrals)",
        "Number of new referrals of Children In Need",
    ]


def test_the_drop_down_of_units_offers_all_of_them():
    sheet = book_of(upgrade(DEMO, DEMO.read_bytes()).data)["Measures"]
    offered = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert f'"{",".join(Unit)}"' in offered
    assert '"number,percentage"' not in offered
