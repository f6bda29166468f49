"""Where what the template has comes to stand in a workbook whose officer has moved things."""

from __future__ import annotations

from xl_addin.layout import Settings
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import Place
from xl_addin.table import text_of


def renamed_sheets(template: WorkbookFile, book: WorkbookFile) -> dict[str, str]:
    """The sheets that have another name in a workbook than in the template, known by a table."""
    return {
        table.sheet: book.tables[name].sheet
        for name, table in template.tables.items()
        if name in book.tables and book.tables[name].sheet != table.sheet
    }


def sheet_after(graft: Graft, sheet: str) -> str | None:
    """The sheet of a workbook that stands after a new one in the template; None for no such.

    It is never the workbook's first sheet: what reads that one goes on finding it.
    """
    first, *_ = graft.target.sheet_parts
    order = list(graft.source.sheet_parts)
    renamed = renamed_sheets(graft.source, graft.target)
    after = (renamed.get(name, name) for name in order[order.index(sheet) + 1 :])
    found = (graft.target.sheet_name(name) for name in after)
    return next((known for known in found if known and known != first), None)


def place_of_name(graft: Graft, formula: str) -> str:
    """What a name of the template refers to in a workbook: a setting may stand in another row.

    A name of the template points to a setting, a column of a table, or into a new sheet.
    """
    place = Place.parse(formula)
    ours = graft.source.tables[Settings.TABLE]
    if place is None or place.sheet != ours.sheet:
        return formula
    found = value_place(graft.target, _setting_in(graft.source, ours, place.area.first_row))
    assert found is not None, formula
    return str(Place(ours.sheet, found.area))


def _setting_in(book: WorkbookFile, table: TablePart, row: int) -> str:
    value = book.value(table.sheet, row, table.column(Settings.SETTING))
    return text_of(value) if isinstance(value, str) else ""


def value_place(book: WorkbookFile, setting: str) -> Place | None:
    """The cell that holds a setting's value; None where the workbook has no such row."""
    table = book.tables[Settings.TABLE]
    column = table.column(Settings.VALUE)
    for row in table.body.rows:
        if _setting_in(book, table, row) == setting:
            area = table.area._replace(first_row=row, last_row=row)
            return Place(table.sheet, area._replace(first_column=column, last_column=column))
    return None
