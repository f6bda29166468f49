"""What the doctor puts right in a workbook's file: where Python is, and the page's formats."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from xl_addin import ooxml
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.doctor.diagnosis import Mend
from xl_addin.excel import dataset_file
from xl_addin.excel.template import build_template
from xl_addin.excel.template.tables import INTERPRETER, INTERPRETER_SETTING
from xl_addin.excel.upgrade.formats import bring_formats
from xl_addin.excel.upgrade.macros import has_functions, modules_of
from xl_addin.excel.upgrade.places import renamed_sheets
from xl_addin.layout import Sheet
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.refusals import refusing_damage


def mended(path: Path, data: bytes, mends: Collection[Mend]) -> tuple[bytes, tuple[str, ...]]:
    """A workbook's bytes with what is to be mended put right, and what that was, a line each.

    Raises WorkbookRefused for what is no workbook of ours.
    """
    said = parse_workbook(dataset_file.parse(path, data))
    with refusing_damage(path):
        book = ooxml.open_workbook(path, data, dataset_file.OURS)
        functions = has_functions(modules_of(book))
        made = build_template(said.title, said.catalogue, functions=functions)
        template = WorkbookFile(Package(made), dataset_file.OURS)
        graft = Graft(template, book, renamed_sheets(template, book))
        told = tuple(_mend(graft, mends))
        book.store()
        return (book.package.to_bytes() if book.package.changed else data), told


def _mend(graft: Graft, mends: Collection[Mend]) -> Iterator[str]:
    if Mend.INTERPRETER in mends:
        yield from _say_where_python_is(graft)
    if Mend.FORMATS in mends:
        yield from bring_formats(graft)


def _say_where_python_is(graft: Graft) -> Iterator[str]:
    book = graft.target
    name = book.sheet_name(Sheet.XLWINGS)
    if name is None:
        graft.add_sheet(Sheet.XLWINGS, before=None)
        yield f"The hidden sheet {Sheet.XLWINGS} is there again."
        return
    rows = [row for row in range(1, 100) if not _is_setting_of_another(book, name, row)]
    writer = CellWriter(book, book.sheet(name))
    writer.write(rows[0], 1, INTERPRETER_SETTING, str)
    writer.write(rows[0], 2, INTERPRETER, str)
    yield f"The hidden sheet {name} says again where Python is."


def _is_setting_of_another(book: WorkbookFile, sheet: str, row: int) -> bool:
    said = str(book.value(sheet, row, 1) or "")
    return said != "" and said.upper() != INTERPRETER_SETTING
