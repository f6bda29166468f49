"""The sheet Monthly return as the second edition has it: one month above, a name beside each ref.

The column Month becomes Description. A month that all typed rows share goes above the table; one
of several stays in its row, where it still counts. What else is typed is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.excel.template.tables import MONTH_LABEL, RETURN_PURPOSE
from xl_addin.layout import Name, Return
from xl_addin.ooxml.area import Area, address, letters
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.cells import formula_text, style_of
from xl_addin.ooxml.graft_column import add_validation
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.markup import Element
from xl_addin.ooxml.rename_headings import rename_headings
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import Place, WorkbookFile
from xl_addin.period import Month
from xl_addin.returns.headings import parse_month
from xl_addin.returns.own_sheet import DESCRIPTION_FORMULA, own_grid
from xl_addin.table import CellValue, Formula, Table, is_blank, text_of

_WAS_BESIDE = "What the ref measures"
"""The heading of the descriptions that the first edition had to the right of the table."""

_WAS_PURPOSE = (
    "Type or paste the month's figures here, then choose Refresh month. Write percentages as "
    "39% or 0.39. Where there is no figure, give the reason in Status."
)


def bring_monthly_return(graft: Graft, workbook: Workbook) -> Iterator[str]:
    """Give the sheet its present layout, and say so."""
    table = graft.target.tables[Return.TABLE]
    if Return.DESCRIPTION in table.headings or Return.MONTH not in table.headings:
        return
    as_read = workbook.tables[Return.TABLE]
    above = month_of_all(as_read)
    place = _place_above(graft.target, table)
    _clear_old_descriptions(graft.target, table)
    _write_descriptions(graft, table, as_read, above)
    rename_headings(graft.target, table, {Return.MONTH: Return.DESCRIPTION})
    _write_above(graft, table, place, above)
    _widen(graft, table)
    yield f"{table.sheet}: one month above the table, and each measure's name beside its ref"


def month_of_all(table: Table) -> str:
    """What goes above the table: the newest month of the rows that say something.

    One that cannot be read, where there is one, so that it is still asked about; blank where any
    row names none.
    """
    records = [r for _, r in table.records() if any(text_of(r[h]) for h in Return.SAID)]
    named = [r[Return.MONTH] for r in records or [r for _, r in table.records()]]
    unread = [text_of(cell) for cell in named if text_of(cell) and not parse_month(cell)]
    months = [month for cell in named if (month := parse_month(cell))]
    if unread:
        return unread[0]
    is_blank_somewhere = records and len(months) < len(named)
    return max(months).label if months and not is_blank_somewhere else ""


def said_in(table: Table, month: CellValue) -> list[tuple[CellValue | Month, ...]]:
    """What the rows of the sheet say, each with its month: the same before and after."""
    rows = own_grid(table, month).rows[1:]
    return [
        (row[0], parse_month(row[1]) or text_of(row[1]), *row[2:])
        for row in rows
        if not is_blank(row[2:])
    ]


def _place_above(book: WorkbookFile, table: TablePart) -> Place:
    """The cell for the month, above the heading of Month, which has to be free like its left."""
    row, column = table.area.first_row - 1, table.column(Return.MONTH)
    label = table.column(Return.REF)
    taken = [address(row, c) for c in (label, column) if row and _is_filled(book, table, row, c)]
    if row and not taken and label != column:
        return Place(table.sheet, Area(row, column, row, column))
    found = "The month of all its figures is to stand above the table, where there is no room."
    where = f" ({taken[0]})" if taken else ""
    remedy = f"Leave the row above its headings blank{where}, then try again."
    raise WorkbookRefused([Problem(f"Sheet {table.sheet}", found, remedy)])


def _is_filled(book: WorkbookFile, table: TablePart, row: int, column: int) -> bool:
    return book.value(table.sheet, row, column) is not None


def _clear_old_descriptions(book: WorkbookFile, table: TablePart) -> None:
    """Take out what the first edition wrote beside the table, where it is still as it was."""
    sheet = book.sheet(table.sheet)
    ours = DESCRIPTION_FORMULA.partition("{ref}")[0].removeprefix("=").encode()
    for number in (table.area.first_row, *sheet.rows_with(ours)):
        row = sheet.row(number)
        for column, xml in list(row.cells.items() if row else ()):
            if column in table.area.columns:
                continue
            is_ours = (formula_text(xml) or "").encode().startswith(ours)
            if is_ours or book.value(table.sheet, number, column) == _WAS_BESIDE:
                sheet.put(number, column, None)


def _write_descriptions(graft: Graft, table: TablePart, as_read: Table, above: str) -> None:
    ours = graft.source.tables[Return.TABLE]
    style = _style(graft, ours.body.first_row, ours.column(Return.DESCRIPTION))
    writer = CellWriter(graft.target, graft.target.sheet(table.sheet))
    column, ref = table.column(Return.MONTH), letters(table.column(Return.REF))
    descriptions = _descriptions(graft, ours)
    for number, row in zip(table.body.rows, as_read.rows, strict=False):
        record = dict(zip(as_read.headings, row, strict=True))
        month = parse_month(record[Return.MONTH])
        if month and month.label != above:
            continue
        text = DESCRIPTION_FORMULA.format(ref=f"{ref}{number}")
        shown = descriptions.get(text_of(record[Return.REF]), "")
        writer.write(number, column, Formula(text, shown), str, style)


def _descriptions(graft: Graft, ours: TablePart) -> dict[str, str]:
    """The description of each measure, by ref, as the template shows it."""
    columns = [ours.column(heading) for heading in (Return.REF, Return.DESCRIPTION)]
    value = graft.source.value
    cells = ([value(ours.sheet, row, column) for column in columns] for row in ours.body.rows)
    return {str(ref): str(description) for ref, description in cells}


def _write_above(graft: Graft, table: TablePart, place: Place, month: str) -> None:
    book, source = graft.target, graft.source.names[Name.RETURN_MONTH]
    row, column = place.area.first_row, place.area.first_column
    ours = source.area.first_row, source.area.first_column
    writer = CellWriter(book, book.sheet(table.sheet))
    label = table.column(Return.REF)
    writer.write(row, label, MONTH_LABEL, str, _style(graft, ours[0], ours[1] - 1))
    writer.write(row, column, month or None, str, _style(graft, *ours))
    height = graft.source.sheet(source.sheet).row_attribute(ours[0], "ht")
    writer.sheet.set_row_attributes(row, {"ht": height, "customHeight": "1"})
    for number in range(1, row):
        if book.value(table.sheet, number, 1) == _WAS_PURPOSE:
            writer.write(number, 1, RETURN_PURPOSE, str)
    _carry_hint(graft, source, place)
    graft.define_name(Name.RETURN_MONTH, str(Place(source.sheet, place.area)))


def _style(graft: Graft, row: int, column: int) -> int:
    sheet = graft.source.tables[Return.TABLE].sheet
    return graft.styles.style(style_of(graft.source.sheet(sheet).cell(row, column)))


def _carry_hint(graft: Graft, source: Place, place: Place) -> None:
    sheet = graft.target.sheet(place.sheet)
    for rule in graft.source.sheet(source.sheet).shell.iterfind("{*}dataValidations/*"):
        if rule.get("sqref") == str(source.area):
            copied = deepcopy(rule)
            copied.set("sqref", str(place.area))
            add_validation(sheet.shell, copied, graft.followed)
            sheet.shell_changed()


def _widen(graft: Graft, table: TablePart) -> None:
    """Give the descriptions room, where the column has a width of its own."""
    ours = graft.source.tables[Return.TABLE]
    wide = _widths(graft.source, ours.sheet, ours.column(Return.DESCRIPTION))
    for col in _widths(graft.target, table.sheet, table.column(Return.DESCRIPTION)):
        col.set("width", wide[0].get("width"))
        graft.target.sheet(table.sheet).shell_changed()


def _widths(book: WorkbookFile, sheet: str, column: int) -> list[Element]:
    cols = book.sheet(sheet).shell.iterfind("{*}cols/{*}col")
    return [col for col in cols if col.get("min") == col.get("max") == str(column)]
