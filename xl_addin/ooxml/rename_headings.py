"""Renaming a table's headings, in the table, in its cells and in every formula that names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xl_addin.ooxml.area import address
from xl_addin.ooxml.cells import formula_text, style_of, value_cell, with_formula_text
from xl_addin.ooxml.formulas import heading_rewriter
from xl_addin.ooxml.markup import entities
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import WorkbookFile


def rename_headings(book: WorkbookFile, table: TablePart, headings: Mapping[str, str]) -> None:
    """Rename columns, from old heading to new, all at once, as Excel does.

    Raises WorkbookRefused for a heading that is not there or that would be there twice.
    """
    columns = {table.column(old): new for old, new in headings.items() if old != new}
    if not columns:
        return
    table.rename(headings)
    sheet = book.sheet(table.sheet)
    for column, heading in columns.items() if table.has_headings else ():
        row = table.area.first_row
        style = style_of(sheet.cell(row, column))
        cell = value_cell(sheet.prefix, address(row, column), style, heading)
        sheet.put(row, column, cell)
    _rewrite_formulas(book, table.name, heading_rewriter(table.name, headings))


def _rewrite_formulas(book: WorkbookFile, table: str, rewrite: Callable[[str], str]) -> None:
    for name in book.sheet_parts:
        _rewrite_cells(book.sheet(name), f"{entities(table)}[".encode(), rewrite)
    for part in book.tables.values():
        part.rewrite_formulas({formula: rewrite(formula) for formula in part.formulas})
    for element in book.defined_names:
        if element.text and rewrite(element.text) != element.text:
            element.text = rewrite(element.text)
            book.changed()


def _rewrite_cells(sheet: Sheet, mark: bytes, rewrite: Callable[[str], str]) -> None:
    for number in sheet.rows_with_formula(mark):
        row = sheet.row(number)
        for column, xml in list(row.cells.items() if row else ()):
            formula = formula_text(xml)
            if formula and (new := rewrite(formula)) != formula:
                sheet.put(number, column, with_formula_text(xml, new))
