"""The cells and tables of the document that calc.py works with; run by the Python that has uno."""

from __future__ import annotations

import uno
from contents import as_kind, constant, needs_finish, plain, to_calc, to_excel

FORMULAS = 16
IN_ERROR = 4
VALUES_AND_TEXT = 1 | 2 | 4 | 8 | 16
ERRORS = {
    502: "#NUM!", 503: "#NUM!", 504: "#REF!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?",
    532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip


def enum(kind: str, name: str):
    return uno.Enum(f"com.sun.star.sheet.{kind}", name)


class Cells:
    """Sheets, tables and blocks of cells, in the words of object_model.Spreadsheet."""

    @property
    def _document(self):
        return self._chosen

    @_document.setter
    def _document(self, document) -> None:
        """Each call to LibreOffice takes a millisecond: what stays as it is is kept."""
        self._chosen = document
        self._sheets = document.Sheets if document else None
        self._databases = document.DatabaseRanges if document else None
        self._formats, self._sheets_of_tables = {}, {}

    def sheets(self):
        return list(self._sheets.ElementNames)

    def _sheet(self, name: str):
        """A sheet, asked for anew each time: one that is kept shrinks with the rows it loses."""
        return self._sheets.getByName(name)

    def tables(self):
        return [self.table(name) for name in self._databases.ElementNames]

    def table(self, name: str):
        found = self._databases.getByName(name)
        area = found.DataArea
        rows, columns = area.EndRow - area.StartRow + 1, area.EndColumn - area.StartColumn + 1
        rect = [area.StartRow + 1, area.StartColumn + 1, rows, columns]
        return [name, self._sheet_of(name), rect, bool(found.TotalsRow)]

    def tables_on(self, sheet: str):
        return [name for name in self._databases.ElementNames if self._sheet_of(name) == sheet]

    def _sheet_of(self, table: str) -> str:
        """The name of a table's sheet, which it never leaves."""
        if table not in self._sheets_of_tables:
            at = self._databases.getByName(table).DataArea.Sheet
            self._sheets_of_tables[table] = self.sheets()[at]
        return self._sheets_of_tables[table]

    def _range(self, sheet: str, rect):
        row, column, rows, columns = rect
        cells = self._sheet(sheet)
        left, top = column - 1, row - 1
        return cells.getCellRangeByPosition(left, top, left + columns - 1, top + rows - 1)

    def values(self, sheet: str, rect):
        cells = self._range(sheet, rect)
        rows = [[None if v == "" else v for v in row] for row in cells.getDataArray()]
        holds_numbers = any(isinstance(value, float) for row in rows for value in row)
        for r, row in enumerate(self.formats(sheet, rect, kinds=True) if holds_numbers else ()):
            for c, kind in enumerate(row):
                if isinstance(rows[r][c], float):
                    rows[r][c] = as_kind(rows[r][c], kind)
        for r, c, cell in self._single(cells, cells.queryFormulaCells(IN_ERROR)):
            rows[r][c] = ["e", ERRORS.get(cell.getError(), "#VALUE!")]
        return rows

    def _single(self, cells, found):
        """Cells that were found in a range, each with its row and column there."""
        top, left = cells.RangeAddress.StartRow, cells.RangeAddress.StartColumn
        for area in found.RangeAddresses:
            for row in range(area.StartRow, area.EndRow + 1):
                for column in range(area.StartColumn, area.EndColumn + 1):
                    cell = cells.getCellByPosition(column - left, row - top)
                    yield row - top, column - left, cell

    def formulas(self, sheet: str, rect):
        cells = self._range(sheet, rect)
        values = cells.getDataArray()
        rows = [["" if v == "" else constant(v) for v in row] for row in values]
        for r, c, cell in self._single(cells, cells.queryContentCells(FORMULAS)):
            rows[r][c] = to_excel(cell.Formula)
        return rows

    def write(self, sheet: str, rect, rows) -> None:
        cells = self._range(sheet, rect)
        formats = self.formats(sheet, rect)
        cells.setDataArray(tuple(tuple(map(plain, row)) for row in rows))
        for r, row in enumerate(rows):
            for c, content in enumerate(row):
                if needs_finish(content, formats[r][c]):
                    self._finish(cells.getCellByPosition(c, r), content)

    def _finish(self, cell, content) -> None:
        """What setDataArray cannot do: formulas, errors, the format of dates and booleans."""
        kind, value = content if isinstance(content, list) else ("", content)
        if kind == "f":
            cell.setFormula(to_calc(value))
        elif kind == "e":
            cell.setFormula("=NA()" if value == "#N/A" else f"={value}")
        elif kind == "d":
            cell.NumberFormat = self._key("DD/MM/YYYY")
        else:
            cell.NumberFormat = self._key("BOOLEAN")

    def formats(self, sheet: str, rect, kinds: bool = False):
        cells = self._range(sheet, rect)
        top, left = cells.RangeAddress.StartRow, cells.RangeAddress.StartColumn
        rows = [[None] * rect[3] for _ in range(rect[2])]
        groups = cells.getUniqueCellFormatRanges()
        for at in range(groups.Count):
            group = groups.getByIndex(at)
            said = self._format(group.NumberFormat)[kinds]
            for area in group.RangeAddresses:
                for row in range(area.StartRow, area.EndRow + 1):
                    for column in range(area.StartColumn, area.EndColumn + 1):
                        rows[row - top][column - left] = said
        return rows

    def _format(self, key: int):
        """The code and the kind of a number format of the document, asked for once."""
        if key not in self._formats:
            found = self._document.NumberFormats.getByKey(key)
            self._formats[key] = (found.FormatString, found.Type)
        return self._formats[key]

    def set_format(self, sheet: str, rect, code: str) -> None:
        self._range(sheet, rect).NumberFormat = self._key(code)

    def _key(self, code: str) -> int:
        locale = uno.createUnoStruct("com.sun.star.lang.Locale")
        locale.Language, locale.Country = "en", "US"
        formats = self._document.NumberFormats
        key = formats.queryKey(code, locale, False)
        return key if key >= 0 else formats.addNew(code, locale)

    def insert(self, sheet: str, rect, from_above: bool) -> None:
        row, column, rows, columns = rect
        cells = self._sheet(sheet)
        address = self._range(sheet, rect).RangeAddress
        cells.insertCells(address, enum("CellInsertMode", "DOWN"))
        origin = row - 1 if from_above else row + rows
        self._copy(sheet, [origin, column, 1, columns], [row, column, 1, columns])
        done = 1
        while done < rows:
            more = min(done, rows - done)
            self._copy(sheet, [row, column, more, columns], [row + done, column, more, columns])
            done += more
        self._range(sheet, rect).clearContents(VALUES_AND_TEXT)

    def delete(self, sheet: str, rect) -> None:
        address = self._range(sheet, rect).RangeAddress
        cells = self._sheet(sheet)
        cells.removeRange(address, enum("CellDeleteMode", "UP"))

    def copy(self, sheet: str, rect, to) -> None:
        self._copy(sheet, rect, to)

    def _copy(self, sheet: str, rect, to) -> None:
        cells = self._sheet(sheet)
        target = self._range(sheet, to).getCellByPosition(0, 0).CellAddress
        cells.copyRange(target, self._range(sheet, rect).RangeAddress)

    def cut(self, sheet: str, rect, to) -> None:
        """Move cells, and what points at them with them."""
        target = self._range(sheet, to).getCellByPosition(0, 0).CellAddress
        self._sheet(sheet).moveRange(target, self._range(sheet, rect).RangeAddress)

    def resize(self, table: str, rect) -> None:
        found = self._databases.getByName(table)
        found.setDataArea(self._range(self._sheet_of(table), rect).RangeAddress)

    def merged(self, sheet: str, rect) -> bool:
        return self._range(sheet, rect).IsMerged

    def merge(self, sheet: str, rect) -> None:
        self._range(sheet, rect).merge(True)

    def hide_row(self, sheet: str, row: int) -> None:
        self._range(sheet, [row, 1, 1, 1]).Rows.IsVisible = False

    def row_is_hidden(self, sheet: str, row: int) -> bool:
        return not self._range(sheet, [row, 1, 1, 1]).Rows.IsVisible

    def row_height(self, sheet: str, row: int) -> int:
        """In hundredths of a millimetre."""
        return self._range(sheet, [row, 1, 1, 1]).Rows.getByIndex(0).Height

    def type_in(self, sheet: str, row: int, column: int, content) -> None:
        """What an officer types: text with "=" in front is a formula."""
        cell = self._range(sheet, [row, column, 1, 1]).getCellByPosition(0, 0)
        cell.Formula = content

    def shown(self, sheet: str, row: int, column: int):
        """A cell's number or text, and the error it has (0 for none)."""
        cell = self._range(sheet, [row, column, 1, 1]).getCellByPosition(0, 0)
        number = cell.FormulaResultType2 == 1 if cell.Formula.startswith("=") else cell.Value != 0
        return [cell.Value if number else cell.String, cell.getError()]
