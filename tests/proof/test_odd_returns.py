"""The same figures arrive from every program's files, in odd forms too, or are refused."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import excelize
import openpyxl
import pandas
import pytest
import xlsxwriter
from hypothesis import given, settings
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from tests.support import odd_ods, odd_package, office
from tests.support.drawn import BOUNDED
from tests.support.odd_package import ZIPS, made_odd, parts_of
from tests.support.printed_returns import CATALOGUE, JUNE, SEED, printed
from tests.support.properties.odd_returns import (
    COMBINED,
    DOCUMENT,
    WORKBOOK,
    assert_equal_or_refused,
    combined_forms_give_the_figures_or_are_refused,
)
from xl_addin.sources import read_return


def grid() -> list[list[object]]:
    """The printed page as cells: months as days, counts as numbers, percentages as fractions."""
    rows = list(csv.reader(SEED.open(encoding="utf-8")))
    months: list[object] = [month.first_day for month in JUNE.window()]
    return [["Measure Ref", "Area", "Description", *months], *map(_typed, rows[1:])]


def _typed(row: list[str]) -> list[object]:
    return [*row[:3], *(_cell(text) for text in row[3:16])]


def _cell(text: str) -> object:
    number = text.rstrip("%")
    if not number.isdigit():
        return text
    return int(number) / 100 if text.endswith("%") else int(number)


def by_openpyxl(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in grid():
        book.active.append(row)
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def by_openpyxl_streaming(path: Path) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Figures")
    for row in grid():
        sheet.append(row)
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def by_xlsxwriter(path: Path, **options: object) -> Path:
    book = xlsxwriter.Workbook(
        path.with_suffix(".xlsx"), {"default_date_format": "mmm yyyy", **options}
    )
    sheet = book.add_worksheet()
    for number, row in enumerate(grid()):
        sheet.write_row(number, 0, row)
    book.close()
    return path.with_suffix(".xlsx")


def by_xlsxwriter_in_constant_memory(path: Path) -> Path:
    return by_xlsxwriter(path, constant_memory=True)


def by_xlsxwriter_from_1904(path: Path) -> Path:
    return by_xlsxwriter(path, date_1904=True)


def by_excelize(path: Path) -> Path:
    book = excelize.new_file()
    for number, row in enumerate(grid(), 1):
        for column, cell in enumerate(row, 1):
            place = f"{openpyxl.utils.get_column_letter(column)}{number}"
            book.set_cell_value("Sheet1", place, cell)
    book.save_as(str(path.with_suffix(".xlsx")))
    book.close()
    return path.with_suffix(".xlsx")


def by_pandas(path: Path, suffix: str = ".xlsx", engine: str = "openpyxl") -> Path:
    frame = pandas.DataFrame(grid()[1:], columns=grid()[0])
    out = path.with_suffix(suffix)
    frame.to_excel(out, index=False, engine=engine)
    return out


def by_pandas_with_xlsxwriter(path: Path) -> Path:
    return by_pandas(path, engine="xlsxwriter")


def by_pandas_as_ods(path: Path) -> Path:
    return by_pandas(path, ".ods", "odf")


def by_pandas_with_its_index(path: Path) -> Path:
    pandas.DataFrame(grid()[1:], columns=grid()[0]).to_excel(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def by_odfpy(path: Path) -> Path:
    book, table = OpenDocumentSpreadsheet(), Table(name="Figures")
    for row in grid():
        element = TableRow()
        for cell in row:
            element.addElement(_odf_cell(cell))
        table.addElement(element)
    book.spreadsheet.addElement(table)
    book.save(str(path.with_suffix(".ods")))
    return path.with_suffix(".ods")


def _odf_cell(cell: object) -> TableCell:
    if isinstance(cell, date):
        element = TableCell(valuetype="date", datevalue=cell.isoformat())
    elif isinstance(cell, int | float):
        kind = "percentage" if isinstance(cell, float) else "float"
        element = TableCell(valuetype=kind, value=str(cell))
    else:
        element = TableCell(valuetype="string")
    element.addElement(P(text=str(cell)))
    return element


def by_libreoffice(suffix: str, kind: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        return office.save_as(by_openpyxl(path), path.with_name(f"saved{suffix}"), kind)

    write.__name__ = f"by_libreoffice_as_{suffix}"
    return write


WRITERS = [
    by_openpyxl,
    by_openpyxl_streaming,
    by_xlsxwriter,
    by_xlsxwriter_in_constant_memory,
    by_xlsxwriter_from_1904,
    by_excelize,
    by_pandas,
    by_pandas_with_xlsxwriter,
    by_pandas_as_ods,
    by_pandas_with_its_index,
    by_odfpy,
    pytest.param(by_libreoffice(".ods", "calc8"), marks=pytest.mark.libreoffice),
    pytest.param(by_libreoffice(".xls", "MS Excel 97"), marks=pytest.mark.libreoffice),
    pytest.param(by_libreoffice(".xlsx", "Calc MS Excel 2007 XML"), marks=pytest.mark.libreoffice),
]


@pytest.mark.parametrize("write", WRITERS)
def test_the_printed_figures_arrive_from_every_program(tmp_path, write):
    return_ = read_return(write(tmp_path / "June"), CATALOGUE)
    assert [str(problem) for problem in return_.problems] == []
    assert [entry.observation for entry in return_.entries] == list(printed())


REFUSED_ALONE = {
    "workbook part elsewhere": "Open it in Excel, save it as .xlsx",
}
"""Forms of a workbook that are not read, and what is said of them."""


@pytest.mark.parametrize("name", odd_package.ODDITIES)
def test_figures_arrive_from_a_workbook_in_an_odd_form(tmp_path, name):
    data = ZIPS["plain zip"](made_odd(parts_of(WORKBOOK.read_bytes()), [name]))
    said = assert_equal_or_refused(tmp_path, "June.xlsx", data)
    assert REFUSED_ALONE.get(name, "") in said
    assert bool(said) == (name in REFUSED_ALONE)


@pytest.mark.parametrize("name", odd_ods.ODDITIES)
def test_figures_arrive_from_a_document_in_an_odd_form(tmp_path, name):
    parts = odd_ods.ODDITIES[name](parts_of(DOCUMENT.read_bytes()))
    assert parts != parts_of(DOCUMENT.read_bytes())
    said = assert_equal_or_refused(tmp_path, "June.ods", odd_ods.packed(parts))
    assert ("No row of headings was found" in said) == (name == "prefixes")


@settings(BOUNDED, max_examples=40)
@given(COMBINED)
def test_odd_forms_together_give_the_figures_or_are_refused(form):
    combined_forms_give_the_figures_or_are_refused(form)


@pytest.mark.parametrize(
    "spelling",
    ["<![CDATA[1363]]>", "1&#51;63", "13<!-- 9 -->63", "1<?o 9?>363", "1363.0", "1363E0"],
)
def test_a_figure_is_read_whole_however_its_digits_are_spelt(tmp_path, spelling):
    path = tmp_path / "June.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("Measure Ref", "Month", "Value"))
    sheet.write_row(1, 0, ("M1", "Jun 2015", 1363))
    book.close()
    parts = parts_of(path.read_bytes())
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"<v>1363</v>", f"<v>{spelling}</v>".encode())
    path.write_bytes(ZIPS["plain zip"](parts))
    return_ = read_return(path, CATALOGUE)
    assert [entry.observation.value for entry in return_.entries] == [1363]
