"""A workbook that another program has saved is refreshed rightly, or refused in a sentence."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import excelize
import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from tests.support import office
from tests.support.ready import OCCASION, ready_book, ready_bytes, refresh
from xl_addin.dataset.seals import changed_records
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.layout import Dataset, History
from xl_addin.table import text_of


def by_openpyxl(path: Path) -> Path:
    book = openpyxl.load_workbook(path, keep_vba=True)
    book.save(path)
    return path


def by_openpyxl_without_macros(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book.save(path.with_name("saved.xlsx"))
    return path.with_name("saved.xlsx")


def by_xlsxwriter(path: Path) -> Path:
    """Made anew from what openpyxl reads of it: cells, formats of numbers, tables and names."""
    shown = openpyxl.load_workbook(path, data_only=True)
    old = openpyxl.load_workbook(path)
    new = xlsxwriter.Workbook(path.with_name("rebuilt.xlsx"))
    for sheet in old.worksheets:
        copy = new.add_worksheet(sheet.title)
        for table in sheet.tables.values():
            columns = [{"header": column.name} for column in table.tableColumns]
            copy.add_table(table.ref, {"name": table.displayName, "columns": columns})
        for row in sheet.iter_rows():
            for cell in row:
                _write_with_xlsxwriter(new, copy, cell, shown[sheet.title][cell.coordinate].value)
    for name, element in old.defined_names.items():
        new.define_name(name, f"={element.attr_text}")
    new.close()
    return path.with_name("rebuilt.xlsx")


def _write_with_xlsxwriter(book, sheet, cell, shown) -> None:
    place, form = cell.coordinate, book.add_format({"num_format": cell.number_format})
    if cell.data_type == "f":
        formula = getattr(cell.value, "text", cell.value)
        if isinstance(shown, datetime):  # what a formula shows is kept as a number
            shown = (shown - datetime(1899, 12, 30)).days
        sheet.write_formula(place, formula, form, "" if shown is None else shown)
    elif isinstance(cell.value, datetime):
        sheet.write_datetime(place, cell.value, form)
    elif isinstance(cell.value, str):
        sheet.write_string(place, cell.value, form)
    elif cell.value is not None:
        sheet.write(place, cell.value, form)


def by_excelize(path: Path) -> Path:
    book = excelize.open_file(str(path))
    book.save_as(str(path))
    book.close()
    return path


def by_libreoffice(path: Path) -> Path:
    return office.save_as(path, path.with_name("saved.xlsx"), "Calc MS Excel 2007 XML")


def written_anew(path: Path) -> Path:
    """All parts written anew, indented tags aside, in another order and without packing."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in reversed(old.namelist())}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name, data in parts.items():
            is_xml = name.endswith((".xml", ".rels"))
            new.writestr(name, etree.tostring(etree.fromstring(data)) if is_xml else data)
    path.write_bytes(out.getvalue())
    return path


WRITERS = [
    by_openpyxl,
    by_openpyxl_without_macros,
    by_xlsxwriter,
    by_excelize,
    written_anew,
    pytest.param(by_libreoffice, marks=pytest.mark.libreoffice),
]


def page(path: Path) -> list[list[str]]:
    table = dataset_file.read(path).tables[Dataset.TABLE]
    shown = [n for n, h in enumerate(table.headings) if h not in (*Dataset.DERIVED, Dataset.TREND)]
    return [[_printed(row[n]) for n in shown] for row in table.rows]


def _printed(cell: object) -> str:
    return f"{cell:.10g}" if isinstance(cell, float) else text_of(cell)


@pytest.mark.parametrize("save", WRITERS)
def test_the_month_comes_in_whoever_saved_the_workbook_last(tmp_path, save):
    (tmp_path / "ours").mkdir()
    ours = ready_book(tmp_path / "ours")
    refresh(ours)
    path = save(ready_book(tmp_path))
    before = path.read_bytes()
    assert before != ready_bytes()
    try:
        assert refresh(path)
    except WorkbookRefused as refusal:
        assert all(problem.found and problem.remedy for problem in refusal.problems)
        assert path.read_bytes() == before
        pytest.fail(f"refused: {refusal}")
    assert page(path) == page(ours)
    tables = dataset_file.read(path).tables
    assert len(tables[History.TABLE].rows) == 22 * 13
    assert changed_records(parse_workbook(dataset_file.read(path))) == ()
    assert not refresh(path, occasion=OCCASION)
