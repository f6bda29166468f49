"""What follows when a table gets another last row: formats, drop-downs, sparklines."""

from __future__ import annotations

from copy import deepcopy

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.ooxml.area import LAST_ROW, Area, address
from xl_addin.ooxml.formulas import shifted
from xl_addin.ooxml.markup import Element
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import Rearranged, WorkbookFile

_RULES = (
    "{*}conditionalFormatting",
    "{*}dataValidation",
    "{*}ignoredError",
    "{*}protectedRange",
)


def refuse_unless_free(book: WorkbookFile, table: TablePart, rows: int) -> None:
    """Make sure a table can grow by so many rows. Raises WorkbookRefused, saying what is there."""
    area, below = table.area, table.area.last_row + 1
    wanted = Area(below, area.first_column, below + rows - 1, area.last_column)
    obstacle = _obstacle(book, table, wanted)
    if obstacle is None:
        return
    room = f"row {below}" if rows == 1 else f"rows {below} to {wanted.last_row}"
    free = "1 free row" if rows == 1 else f"{rows} free rows"
    found = f"The table {table.name} needs {free} below it ({room}), but {obstacle}."
    remedy = f"Move what stands there, so that {room} under the table can be filled."
    raise WorkbookRefused([Problem(f"Sheet {table.sheet}", found, remedy)])


def _obstacle(book: WorkbookFile, table: TablePart, wanted: Area) -> str | None:
    if wanted.last_row > LAST_ROW:
        return "the sheet ends there"
    sheet = book.sheet(table.sheet)
    for merged in sheet.merged:
        if merged.overlaps(wanted):
            return f"the cells {merged} are merged"
    for other in book.tables.values():
        if other is not table and other.sheet == table.sheet and other.area.overlaps(wanted):
            return f"the table {other.name} stands there"
    for row in sheet.rows_between(wanted.first_row, wanted.last_row):
        for column in wanted.columns:
            if book.value(table.sheet, row, column) is not None:
                return f"{address(row, column)} is filled"
    return None


def end_table_at(book: WorkbookFile, table: TablePart, last_row: int) -> None:
    """Give a table another last row, and let the rules that covered it to its end follow."""
    growth = Rearranged(table.sheet, table.body, last_row)
    if last_row == growth.body.last_row:
        return
    table.end_at(last_row)
    sheet = book.sheet(table.sheet)
    _extend_dimension(sheet, table.area)
    _extend_rules(sheet, growth)
    _extend_sparklines(sheet, growth)


def _extend_dimension(sheet: Sheet, area: Area) -> None:
    element = sheet.shell.find("{*}dimension")
    old = Area.parse(element.get("ref", "")) if element is not None else None
    if old and old.joined(area) != old:
        element.set("ref", str(old.joined(area)))
        sheet.shell_changed()


def _extend_rules(sheet: Sheet, growth: Rearranged) -> None:
    """Conditional formats and drop-downs that covered the last row cover the new ones."""
    for element in sheet.shell.iter(*_RULES):
        child = element.find("{*}sqref")
        old = element.get("sqref") if child is None else child.text
        new = " ".join(_extended(text, growth) for text in (old or "").split())
        if not old or new == " ".join(old.split()):
            continue
        if child is None:
            element.set("sqref", new)
        else:
            child.text = new
        sheet.shell_changed()


def _extended(text: str, growth: Rearranged) -> str:
    area = Area.parse(text)
    if area is None or not area.shares_columns(growth.body):
        return text
    if area.height == 1 < growth.body.height:
        return text  # someone has put it on this row, and not on the column
    if area.first_row <= growth.body.last_row <= area.last_row < growth.last_row:
        return str(area.ending(growth.last_row))
    return text


def _extend_sparklines(sheet: Sheet, growth: Rearranged) -> None:
    """New rows get sparklines like those of the last row; rows that went lose theirs."""
    for group in list(sheet.shell.iter("{*}sparklines")):
        for sparkline in list(group):
            place = Area.parse(sparkline.findtext("{*}sqref") or "")
            if place is None or place.first_column not in growth.body.columns:
                continue
            if place.first_row == growth.body.last_row:
                _repeat_sparkline(sheet, group, sparkline, growth)
            if growth.last_row < place.first_row <= growth.body.last_row:
                _take_out(sparkline)
                sheet.shell_changed()


def _repeat_sparkline(sheet: Sheet, group: Element, sparkline: Element, growth: Rearranged) -> None:
    taken = {other.findtext("{*}sqref") for other in group}
    for rows in range(1, growth.last_row - growth.body.last_row + 1):
        copy = deepcopy(sparkline)
        for text in (copy.find("{*}f"), copy.find("{*}sqref")):
            if text is not None and text.text:
                where, mark, area = text.text.rpartition("!")
                text.text = where + mark + shifted(area.replace("$", ""), rows)
        if copy.findtext("{*}sqref") not in taken:
            group.append(copy)
            sheet.shell_changed()


def _take_out(sparkline: Element) -> None:
    """Take a sparkline out, and each list that would be left empty, which is not valid."""
    element = sparkline
    while element is not None:
        parent = element.getparent()
        parent.remove(element)
        element = None if len(parent) else _to_go_with(parent)


def _to_go_with(emptied: Element) -> Element | None:
    kind = str(emptied.tag).rpartition("}")[2]
    if kind in ("sparklines", "sparklineGroups"):
        return emptied.getparent()
    return emptied if kind == "extLst" else None
