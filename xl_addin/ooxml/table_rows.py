"""The rows of a table: set anew, each with its own cells and formats, or added at the end."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from xl_addin.ooxml.area import Area, address, letters
from xl_addin.ooxml.cell_writer import CellWriter
from xl_addin.ooxml.cells import (
    blank_cell,
    formula_cell,
    formula_text,
    is_array,
    moved_cell,
    shared_index,
    style_of,
    without_value,
)
from xl_addin.ooxml.follow import follow
from xl_addin.ooxml.formulas import shifted
from xl_addin.ooxml.put_on import move_rows, put_all, slide
from xl_addin.ooxml.rename_headings import rename_headings
from xl_addin.ooxml.resize import end_table_at, refuse_unless_free
from xl_addin.ooxml.sheet import Sheet, SheetRow
from xl_addin.ooxml.table_part import TablePart
from xl_addin.ooxml.workbook_file import Rearranged, WorkbookFile
from xl_addin.table import CellValue, Formula
from xl_addin.update import AppendRows, Row, SetRows
from xl_addin.values import value_type

_GROUP = "outlineLevel"
_FOLLOWS_RECORD = ("hidden", "ht", "customHeight", _GROUP)


def set_rows(book: WorkbookFile, change: SetRows) -> None:
    """Give a table exactly the rows of a change, each with the cells and formats it had.

    Raises WorkbookRefused where the table has no room or lacks a column.
    """
    table = book.table(change.table)
    slide(book, change)
    rename_headings(book, table, change.headings)
    sheet, body = book.sheet(table.sheet), table.body
    columns = [table.column(heading) for heading in change.columns]
    rows = change.rows or (Row((None,) * len(columns)),)
    if len(rows) > body.height:
        refuse_unless_free(book, table, len(rows) - body.height)
    stays = [row.was for row in rows] == list(range(body.height))
    unshare(sheet, body, columns if stays else body.columns)
    if not stays:
        _move_records(book, table, rows, columns)
    _write_rows(book, table, columns, rows)
    put_all(book, change)


def unshare(sheet: Sheet, body: Area, columns: Iterable[int]) -> None:
    """Spell out formulas that cells of these columns share, so that each can go its own way."""
    if not sheet.has_shared_formulas:
        return
    cells = (sheet.cell(row, column) for row in body.rows for column in columns)
    sheet.unshare({index for cell in cells if (index := shared_index(cell)) is not None})


@value_type
class _Record:
    """A row of a table: where it stands, its cells by column, what of its row goes with it."""

    number: int
    cells: dict[int, bytes]
    attributes: dict[str, str | None]

    @classmethod
    def of(cls, sheet: Sheet, number: int, area: Area) -> _Record:
        attributes = {name: sheet.row_attribute(number, name) for name in _FOLLOWS_RECORD}
        return cls(number, _cells_of(sheet, number, area), attributes)

    def leave_group_unless(self, below: _Record | None) -> None:
        """A new row is in the group of the row above only where the row below is in it too."""
        if below is None or below.attributes[_GROUP] != self.attributes[_GROUP]:
            self.attributes[_GROUP] = None

    def at(self, number: int) -> _Record:
        cells = {c: moved_cell(xml, address(number, c)) for c, xml in self.cells.items()}
        return _Record(number, cells, self.attributes)


def _move_records(
    book: WorkbookFile, table: TablePart, rows: Sequence[Row], written: Sequence[int]
) -> None:
    """Put each row's cells where the row is to stand, new rows after the row above.

    The columns that are ``written`` afterwards need no formula there.
    """
    sheet, body = book.sheet(table.sheet), table.body
    writer, own = CellWriter(book, sheet), _own_columns(book, table) - set(written)
    last_row = body.first_row + len(rows) - 1
    places = new_places(body, rows)
    first = _Record.of(sheet, body.first_row, body)
    _follow_rows(book, table, last_row, places)
    records = [_Record.of(sheet, number, body) for number in body.rows]
    _move_totals(sheet, table, last_row)
    above, followers = _first_that_stays(records, places) or first, _followers(records, rows)
    for number, row in enumerate(rows, body.first_row):
        sheet.add_row(number, sheet.row(above.number))
        if row.was is None:
            formats = {table.column(h): code for h, code in row.number_formats.items()}
            above = _record_like(writer, number, above, formats, own)
            above.leave_group_unless(followers[number - body.first_row])
        else:
            above = records[row.was].at(number)
        _put_row(sheet, number, body, above.cells)
        if row.was != number - body.first_row:
            sheet.set_row_attributes(number, above.attributes)
    for number in range(last_row + table.totals_rows + 1, body.last_row + 1):
        _put_row(sheet, number, body, {})
    move_rows(book, table.sheet, body, places)
    end_table_at(book, table, last_row)


def _follow_rows(
    book: WorkbookFile, table: TablePart, last_row: int, places: Mapping[int, int | None]
) -> None:
    """Let what points at a table follow its rows, and its totals rows below them."""
    body, totals = table.body, table.totals_rows
    follow(book, Rearranged.of(table.sheet, body, totals, last_row, places))


def _first_that_stays(
    records: Sequence[_Record], places: Mapping[int, int | None]
) -> _Record | None:
    """The record that stands first once rows have moved, where it is to stand."""
    stay = [(now, record) for record in records if (now := places[record.number]) is not None]
    return min(stay, key=lambda pair: pair[0])[1].at(min(stay)[0]) if stay else None


def _followers(records: Sequence[_Record], rows: Sequence[Row]) -> list[_Record | None]:
    """For each row to be, the record that stands there or next below it; None behind the last."""
    found: list[_Record | None] = [None]
    for row in reversed(rows):
        found.append(found[-1] if row.was is None else records[row.was])
    return found[:0:-1]


def new_places(body: Area, rows: Sequence[Row]) -> dict[int, int | None]:
    """For each row of a table, where its record stands now; None where it has left."""
    places: dict[int, int | None] = dict.fromkeys(body.rows)
    for number, row in enumerate(rows, body.first_row):
        if row.was is not None:
            places[body.first_row + row.was] = number
    return places


def _cells_of(sheet: Sheet, number: int, area: Area) -> dict[int, bytes]:
    row = sheet.row(number)
    return {c: xml for c, xml in row.cells.items() if c in area.columns} if row else {}


def _put_row(sheet: Sheet, number: int, area: Area, cells: dict[int, bytes]) -> None:
    for column in area.columns:
        sheet.put(number, column, cells.get(column))


def _record_like(
    writer: CellWriter,
    number: int,
    above: _Record,
    formats: Mapping[int, str],
    own: Container[int],
) -> _Record:
    """A new row: the formats of the row above, and the formulas of columns that are officers'."""
    cells = {}
    for column in sorted({*above.cells, *formats}):
        xml = above.cells.get(column)
        style = style_of(xml)
        if column in formats:
            style = writer.book.styles.with_number_format(style, formats[column])
        formula = _own_formula(xml) if column in own else None
        text = formula and shifted(formula, number - above.number)
        cell = _cell_like(writer.sheet, number, column, style, text)
        if cell:
            cells[column] = cell
    return _Record(number, cells, _attributes_like(above))


def _attributes_like(above: _Record) -> dict[str, str | None]:
    """A new row is shown, and as high as the row above where an officer set that height."""
    fixed = above.attributes["customHeight"] in ("1", "true")
    height = above.attributes["ht"] if fixed else None
    return above.attributes | {"hidden": None, "ht": height}


def _own_columns(book: WorkbookFile, table: TablePart) -> set[int]:
    """The columns of a table whose formulas are an officer's: nothing else is told by them."""
    headed = zip(table.body.columns, table.headings, strict=True)
    return {column for column, heading in headed if not book.is_needed(table.name, heading)}


def _own_formula(xml: bytes | None) -> str | None:
    return formula_text(xml) if xml and not is_array(xml) else None


def _cell_like(
    sheet: Sheet, row: int, column: int, style: int, formula: str | None
) -> bytes | None:
    place = address(row, column)
    if not formula:
        return blank_cell(sheet.prefix, place, style)
    empty = formula_cell(sheet.prefix, place, style, Formula(formula, None))
    return without_value(empty)


def _move_totals(sheet: Sheet, table: TablePart, last_row: int) -> None:
    """Move the totals rows so that they stand below the new last row."""
    distance = last_row - table.body.last_row
    numbers = range(table.body.last_row + 1, table.area.last_row + 1)
    old = {number: _cells_of(sheet, number, table.area) for number in numbers}
    rows = {number: sheet.row(number) for number in numbers}
    for number in numbers if distance else ():
        _put_row(sheet, number, table.area, {})
    for number in numbers if distance else ():
        sheet.add_row(number + distance, rows[number])
        cells = {c: _at(xml, number + distance, c) for c, xml in old[number].items()}
        _put_row(sheet, number + distance, table.area, cells)


def _at(xml: bytes, row: int, column: int) -> bytes:
    return moved_cell(xml, address(row, column))


def _write_rows(
    book: WorkbookFile, table: TablePart, columns: Sequence[int], rows: Sequence[Row]
) -> None:
    writer = CellWriter(book, book.sheet(table.sheet))
    places = enumerate(table.headings, table.area.first_column)
    by_heading = {heading: letters(column) for column, heading in places}
    for number, row in enumerate(rows, table.body.first_row):

        def address_of(heading: str, number: int = number) -> str:
            return f"{by_heading.get(heading) or letters(table.column(heading))}{number}"

        for column, value in zip(columns, row.cells, strict=True):
            writer.write(number, column, value, address_of)


def append_rows(book: WorkbookFile, change: AppendRows) -> None:
    """Add rows to the end of a table. Raises WorkbookRefused as set_rows does."""
    if not change.rows:
        return
    table = book.table(change.table)
    sheet, body = book.sheet(table.sheet), table.body
    columns = [table.column(heading) for heading in change.columns]
    fills_blank = body.height == 1 and _is_blank(book, sheet, body)
    first = body.first_row if fills_blank else body.last_row + 1
    last_row = first + len(change.rows) - 1
    if last_row > body.last_row:
        refuse_unless_free(book, table, last_row - body.last_row)
    _follow_rows(book, table, last_row, {})
    _move_totals(sheet, table, last_row)
    likeness = _Likeness.of(book, table)
    for number, values in enumerate(change.rows, first):
        likeness.add_row(number, dict(zip(columns, values, strict=True)))
    end_table_at(book, table, last_row)


def _is_blank(book: WorkbookFile, sheet: Sheet, body: Area) -> bool:
    """Whether the only row of a table holds nothing but an officer's own formulas."""
    return all(
        sheet.formula(body.first_row, column) is not None
        or book.value_in(sheet, body.first_row, column) in (None, "")
        for column in body.columns
    )


@value_type
class _Likeness:
    """The last row of a table, which rows added to it resemble."""

    writer: CellWriter
    number: int
    row: SheetRow | None
    styles: dict[int, int]
    formulas: dict[int, str]

    @classmethod
    def of(cls, book: WorkbookFile, table: TablePart) -> _Likeness:
        sheet, body = book.sheet(table.sheet), table.body
        last = body.last_row
        cells = _cells_of(sheet, last, body)
        formulas = {
            column: sheet.formula(last, column) or ""
            for column in _own_columns(book, table)
            if not is_array(cells.get(column, b""))
        }
        styles = {column: style_of(cells.get(column)) for column in body.columns}
        return cls(CellWriter(book, sheet), last, sheet.row(last), styles, formulas)

    def add_row(self, number: int, values: dict[int, CellValue]) -> None:
        """Write a row: given values, formats and an officer's own formulas as above."""
        sheet = self.writer.sheet
        sheet.add_row(number, self.row)
        for column, style in self.styles.items():
            if column in values:
                self.writer.write(number, column, values[column], str, style)
            elif number != self.number:
                formula = self.formulas.get(column)
                text = formula and shifted(formula, number - self.number)
                sheet.put(number, column, _cell_like(sheet, number, column, style, text))
