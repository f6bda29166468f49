"""Run by the Python that has uno: serves one document of a LibreOffice, a line of JSON a call.

    python3 calc.py PIPE

PIPE names the pipe that LibreOffice listens on. Each line read is [method, arguments...]; each
line written is {"answer": ...} or {"error": "..."}. The methods are those of
object_model.Spreadsheet, and open, active and close.
"""

from __future__ import annotations

import json
import re
import sys
import time
import traceback

import uno
from com.sun.star.beans import PropertyValue

DATE, TIME, LOGICAL = 2, 4, 1024
FORMULAS = 16
VALUES_AND_TEXT = 1 | 2 | 4 | 8 | 16
ERRORS = {
    502: "#NUM!", 503: "#NUM!", 504: "#REF!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?",
    532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip
SETTINGS = {"screen_updating": True, "display_alerts": True, "enable_events": True}


def enum(kind: str, name: str):
    return uno.Enum(f"com.sun.star.sheet.{kind}", name)


def connect(pipe: str):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    url = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    for _ in range(300):
        try:
            return resolver.resolve(url)
        except Exception:
            time.sleep(0.2)
    raise TimeoutError(f"LibreOffice does not answer on {pipe}")


def option(name: str, value) -> PropertyValue:
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


class Calc:
    """One open document."""

    def __init__(self, pipe: str) -> None:
        context = connect(pipe)
        self._desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        self._document = None
        self._settings = {**SETTINGS, "status_bar": False}

    @property
    def _document(self):
        return self._chosen

    @_document.setter
    def _document(self, document) -> None:
        self._chosen = document
        self._formats = {}

    def open(self, path: str) -> str:
        url = uno.systemPathToFileUrl(path)
        no_macros = (option("MacroExecutionMode", 0),)
        self._document = self._desktop.loadComponentFromURL(url, "_blank", 0, no_macros)
        self._document.calculateAll()
        return path

    def open_with_macros(self, path: str) -> str:
        """Open a workbook as an officer who trusts its macros does."""
        url = uno.systemPathToFileUrl(path)
        trusted = (option("MacroExecutionMode", 4),)
        self._document = self._desktop.loadComponentFromURL(url, "_blank", 0, trusted)
        return path

    def reopen(self, path: str) -> None:
        """Open a workbook again that was closed."""
        self.open_with_macros(path)

    def documents(self):
        """The paths of all open documents."""
        found, every = [], self._desktop.Components.createEnumeration()
        while every.hasMoreElements():
            url = getattr(every.nextElement(), "URL", "")
            found += [uno.fileUrlToSystemPath(url)] if url else []
        return found

    def choose(self, path: str) -> None:
        """Work with an open document, whichever is in front."""
        every = self._desktop.Components.createEnumeration()
        while every.hasMoreElements():
            document = every.nextElement()
            if document.URL and uno.fileUrlToSystemPath(document.URL) == path:
                self._document = document

    def macro(self, name: str, *arguments):
        """Run a macro of the document, or work out a function of its VBA."""
        provider = self._document.getScriptProvider()
        url = f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document"
        return provider.getScript(url).invoke(arguments, (), ())[0]

    def message_box(self, text: str, title: str, buttons: str) -> str:
        """Ask in a window of LibreOffice, as Excel's message box asks."""
        window = self._document.CurrentController.Frame.ContainerWindow
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "QUERYBOX")
        shown = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}[buttons]
        box = window.Toolkit.createMessageBox(window, kind, shown, title, text)
        return {0: "cancel", 1: "ok", 2: "yes", 3: "no"}[box.execute()]

    def active(self) -> str:
        self._document = self._desktop.getCurrentComponent()
        return uno.fileUrlToSystemPath(self._document.URL)

    def close(self) -> None:
        self._document.close(True)

    def quit(self) -> None:
        self._desktop.terminate()

    def sheets(self):
        return list(self._document.Sheets.ElementNames)

    def tables(self):
        ranges = self._document.DatabaseRanges
        sheets = self.sheets()
        return [self._table(name, ranges.getByName(name), sheets) for name in ranges.ElementNames]

    def _table(self, name: str, table, sheets):
        area = table.DataArea
        rows, columns = area.EndRow - area.StartRow + 1, area.EndColumn - area.StartColumn + 1
        rect = [area.StartRow + 1, area.StartColumn + 1, rows, columns]
        return [name, sheets[area.Sheet], rect, bool(table.TotalsRow)]

    def names(self):
        named = self._document.NamedRanges
        sheets = self.sheets()
        names = named.ElementNames
        return [[name, self._refers_to(named.getByName(name), sheets)] for name in names]

    def _refers_to(self, name, sheets) -> str:
        cells = name.getReferredCells()
        if cells is None:
            return f"={name.Content}"
        address = cells.RangeAddress
        sheet = sheets[address.Sheet].replace("'", "''")
        text = cells.AbsoluteName.rpartition(".")[2]
        return f"='{sheet}'!{text}"

    def _range(self, sheet: str, rect):
        row, column, rows, columns = rect
        cells = self._document.Sheets.getByName(sheet)
        left, top = column - 1, row - 1
        return cells.getCellRangeByPosition(left, top, left + columns - 1, top + rows - 1)

    def used(self, sheet: str):
        cursor = self._document.Sheets.getByName(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        return [1, 1, last.EndRow + 1, last.EndColumn + 1]

    def state(self):
        """All that is to be as it was: cells with number formats by sheet, tables and names."""
        sheets = {sheet: self._contents(sheet) for sheet in self.sheets()}
        return [sheets, sorted(self.tables()), sorted(self.names())]

    def _contents(self, sheet: str):
        """The cells that hold something or have a number format, by row and column from 0.

        What rows that came and went may have left below the last that is in use is seen too.
        """
        row, column, rows, columns = self.used(sheet)
        rect = [row, column, rows + 20, columns]
        cells = self._range(sheet, rect)
        grids = (cells.getFormulaArray(), cells.getDataArray(), self.formats(sheet, rect))
        held = {}
        for row, contents in enumerate(zip(*grids, strict=True)):
            for column, content in enumerate(zip(*contents, strict=True)):
                if content != ("", "", "General"):
                    held[f"{row} {column}"] = content
        return held

    def values(self, sheet: str, rect):
        cells = self._range(sheet, rect)
        rows = [[None if v == "" else v for v in row] for row in cells.getDataArray()]
        for r, row in enumerate(self.formats(sheet, rect, kinds=True)):
            for c, kind in enumerate(row):
                if isinstance(rows[r][c], float):
                    rows[r][c] = as_kind(rows[r][c], kind)
        for r, c, cell in self._formula_cells(cells):
            if cell.getError():
                rows[r][c] = ["e", ERRORS.get(cell.getError(), "#VALUE!")]
        return rows

    def _formula_cells(self, cells):
        top, left = cells.RangeAddress.StartRow, cells.RangeAddress.StartColumn
        found = cells.queryContentCells(FORMULAS)
        for area in found.RangeAddresses:
            for row in range(area.StartRow, area.EndRow + 1):
                for column in range(area.StartColumn, area.EndColumn + 1):
                    cell = cells.getCellByPosition(column - left, row - top)
                    yield row - top, column - left, cell

    def formulas(self, sheet: str, rect):
        cells = self._range(sheet, rect)
        values = cells.getDataArray()
        rows = [["" if v == "" else constant(v) for v in row] for row in values]
        for r, c, cell in self._formula_cells(cells):
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
            said = self._format(group.getByIndex(0).NumberFormat)[kinds]
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
        cells = self._document.Sheets.getByName(sheet)
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
        cells = self._document.Sheets.getByName(sheet)
        cells.removeRange(address, enum("CellDeleteMode", "UP"))

    def copy(self, sheet: str, rect, to) -> None:
        self._copy(sheet, rect, to)

    def _copy(self, sheet: str, rect, to) -> None:
        cells = self._document.Sheets.getByName(sheet)
        target = self._range(sheet, to).getCellByPosition(0, 0).CellAddress
        cells.copyRange(target, self._range(sheet, rect).RangeAddress)

    def resize(self, table: str, rect) -> None:
        found = self._document.DatabaseRanges.getByName(table)
        sheet = self.sheets()[found.DataArea.Sheet]
        found.setDataArea(self._range(sheet, rect).RangeAddress)

    def setting(self, name: str):
        if name == "calculation":
            return "automatic" if self._document.isAutomaticCalculationEnabled() else "manual"
        return self._settings[name]

    def set_setting(self, name: str, value) -> None:
        if name == "calculation":
            self._document.enableAutomaticCalculation(value == "automatic")
        elif name == "screen_updating" and value != self._settings[name]:
            lock = self._document.unlockControllers if value else self._document.lockControllers
            lock()
        if name != "calculation":
            self._settings[name] = value

    def calculate(self) -> None:
        self._document.calculate()

    def save(self) -> None:
        self._document.store()

    def says(self, question: str, of: str = "") -> bool:
        if question == "ReadOnly":
            return self._document.isReadonly()
        if question == "Saved":
            return not self._document.isModified()
        if question == "ProtectContents":
            return self._document.Sheets.getByName(of).isProtected()
        if question == "FilterMode":
            return self._is_filtered(of)
        return question == "Ready"

    def _is_filtered(self, table: str) -> bool:
        found = self._document.DatabaseRanges.getByName(table)
        if not found.getFilterDescriptor().getFilterFields():
            return False
        area = found.DataArea
        rows = self._document.Sheets.getByIndex(area.Sheet).Rows
        places = range(area.StartRow + 1, min(area.EndRow, area.StartRow + 300) + 1)
        return any(rows.getByIndex(at).IsFiltered for at in places)

    def filter_out(self, table: str, column: int, text: str) -> None:
        """Hide the rows of a table that have another text in a column, counted from 0."""
        found = self._document.DatabaseRanges.getByName(table)
        condition = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        condition.Field, condition.StringValue = column, text
        condition.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        descriptor = found.getFilterDescriptor()
        descriptor.setFilterFields((condition,))
        found.refresh()

    def merged(self, sheet: str, rect) -> bool:
        return self._range(sheet, rect).IsMerged

    def merge(self, sheet: str, rect) -> None:
        self._range(sheet, rect).merge(True)

    def hide_row(self, sheet: str, row: int) -> None:
        self._range(sheet, [row, 1, 1, 1]).Rows.IsVisible = False

    def row_is_hidden(self, sheet: str, row: int) -> bool:
        return not self._range(sheet, [row, 1, 1, 1]).Rows.IsVisible

    def type_in(self, sheet: str, row: int, column: int, content) -> None:
        """What an officer types: text with "=" in front is a formula."""
        cell = self._range(sheet, [row, column, 1, 1]).getCellByPosition(0, 0)
        cell.Formula = content

    def shown(self, sheet: str, row: int, column: int):
        """A cell's number or text, and the error it has (0 for none)."""
        cell = self._range(sheet, [row, column, 1, 1]).getCellByPosition(0, 0)
        number = cell.FormulaResultType2 == 1 if cell.Formula.startswith("=") else cell.Value != 0
        return [cell.Value if number else cell.String, cell.getError()]

    def shape_is_visible(self, sheet: str, name: str) -> bool:
        page = self._document.Sheets.getByName(sheet).DrawPage
        shapes = [page.getByIndex(at) for at in range(page.Count)]
        return next(shape.Visible for shape in shapes if shape.Name == name)

    def fill_the_screen(self, width: int, height: int) -> None:
        """Give the window a size, without the tips and bars that differ from time to time."""
        frame = self._document.CurrentController.Frame
        frame.ContainerWindow.setPosSize(0, 0, width, height, 15)
        frame.ContainerWindow.setFocus()

    def button_on_screen(self, sheet: str, label: str):
        """The middle of a button, in points of the screen."""
        controller = self._document.CurrentController
        form = self._document.Sheets.getByName(sheet).DrawPage.Forms.getByIndex(0)
        models = [form.getByIndex(at) for at in range(form.Count)]
        model = next(model for model in models if model.Label == label)
        button = controller.getControl(model).AccessibleContext
        place, size = button.getLocationOnScreen(), button.getSize()
        return [place.X + size.Width // 2, place.Y + size.Height // 2]

    def calculate_all(self) -> None:
        self._document.calculateAll()

    def protect(self, sheet: str) -> None:
        self._document.Sheets.getByName(sheet).protect("")


def as_kind(number: float, kind: int):
    if kind & LOGICAL:
        return bool(number)
    return ["d", number] if kind & (DATE | TIME) else number


def constant(value) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value


def plain(content):
    if isinstance(content, list):
        return content[1] if content[0] == "d" else ""
    return "" if content is None else float(content) if isinstance(content, bool) else content


def needs_finish(content, code: str) -> bool:
    if isinstance(content, list):
        return content[0] != "d" or code == "General"
    return isinstance(content, bool)


QUOTED = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'')


def to_calc(formula: str) -> str:
    """An Excel formula as LibreOffice's interface wants it: semicolons, and dots after sheets."""
    return _outside_quotes(formula, lambda text: text.replace(",", ";").replace("!", "."))


def to_excel(formula: str) -> str:
    """A formula of LibreOffice's interface as Excel writes it."""
    swapped = _outside_quotes(formula, lambda text: text.replace(";", ","))
    return re.sub(r"\$?('(?:[^']|'')*'|[A-Za-z_]\w*)\.(\$?[A-Z]+\$?\d)", r"\1!\2", swapped)


def _outside_quotes(formula: str, change) -> str:
    parts, end = [], 0
    for match in QUOTED.finditer(formula):
        parts += [change(formula[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, change(formula[end:])])


def serve(calc: Calc) -> None:
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        try:
            answer = {"answer": getattr(calc, method)(*arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(Calc(sys.argv[1]))
