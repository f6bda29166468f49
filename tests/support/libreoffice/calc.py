"""Run by the Python that has uno: serves one document of a LibreOffice, a line of JSON a call.

    python3 calc.py PIPE

PIPE names the pipe that LibreOffice listens on. Each line read is [method, arguments...]; each
line written is {"answer": ...} or {"error": "..."}. The methods are those of
object_model.Spreadsheet, and open, active and close.

What is asked is done by LibreOffice's own Python, which loads this file too: hundreds of calls to
cells take no time there, and a third of a millisecond each from outside, in both processes.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path

import uno
import unohelper
from com.sun.star.beans import NamedValue, PropertyValue
from com.sun.star.task import XJob

sys.path.insert(0, str(Path(__file__).parent))
from cells import Cells
from contents import to_calc

SETTINGS = {"screen_updating": True, "display_alerts": True, "enable_events": True}


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


class Calc(Cells):
    """One open document."""

    def __init__(self, context) -> None:
        self._desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        self._document = None
        self._settings = {**SETTINGS, "status_bar": False}

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

    def names(self):
        named = self._document.NamedRanges
        sheets = self.sheets()
        names = named.ElementNames
        return [[name, self._refers_to(named.getByName(name), sheets)] for name in names]

    def refers_to(self, name: str):
        """What one name refers to, None where there is none of it: listing all takes long."""
        named = self._document.NamedRanges
        if not named.hasByName(name):
            return None
        return self._refers_to(named.getByName(name), self.sheets())

    def _refers_to(self, name, sheets) -> str:
        cells = name.getReferredCells()
        if cells is None:
            return f"={name.Content}"
        address = cells.RangeAddress
        sheet = sheets[address.Sheet].replace("'", "''")
        text = cells.AbsoluteName.rpartition(".")[2]
        return f"='{sheet}'!{text}"

    def set_name(self, name: str, refers_to: str) -> None:
        found = self._document.NamedRanges.getByName(name)
        found.setContent(to_calc(refers_to).removeprefix("="))

    def used(self, sheet: str):
        cursor = self._sheet(sheet).createCursor()
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

    def save_copy(self, path: str) -> None:
        """A copy in LibreOffice's own form, which loses nothing."""
        url = uno.systemPathToFileUrl(path)
        self._document.storeToURL(url, (option("FilterName", "calc8"),))

    def says(self, question: str, of: str = "") -> bool:
        if question == "ReadOnly":
            return self._document.isReadonly()
        if question == "Saved":
            return not self._document.isModified()
        if question == "ProtectContents":
            return self._sheet(of).isProtected()
        if question == "FilterMode":
            return self._is_filtered(of)
        return question == "Ready"

    def _is_filtered(self, table: str) -> bool:
        found = self._databases.getByName(table)
        if not found.getFilterDescriptor().getFilterFields():
            return False
        area = found.DataArea
        rows = self._sheets.getByIndex(area.Sheet).Rows
        places = range(area.StartRow + 1, min(area.EndRow, area.StartRow + 300) + 1)
        return any(rows.getByIndex(at).IsFiltered for at in places)

    def filter_out(self, table: str, column: int, text: str) -> None:
        """Hide the rows of a table that have another text in a column, counted from 0."""
        found = self._databases.getByName(table)
        condition = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        condition.Field, condition.StringValue = column, text
        condition.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        descriptor = found.getFilterDescriptor()
        descriptor.setFilterFields((condition,))
        found.refresh()

    def shape_is_visible(self, sheet: str, name: str) -> bool:
        page = self._sheet(sheet).DrawPage
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
        form = self._sheet(sheet).DrawPage.Forms.getByIndex(0)
        models = [form.getByIndex(at) for at in range(form.Count)]
        model = next(model for model in models if model.Label == label)
        button = controller.getControl(model).AccessibleContext
        place, size = button.getLocationOnScreen(), button.getSize()
        return [place.X + size.Width // 2, place.Y + size.Height // 2]

    def calculate_all(self) -> None:
        self._document.calculateAll()

    def protect(self, sheet: str) -> None:
        self._sheet(sheet).protect("")


class Inside(unohelper.Base, XJob):
    """A Calc in LibreOffice's own Python, asked in JSON."""

    def __init__(self, context) -> None:
        self._calc = Calc(context)

    def execute(self, asked) -> str:
        """Do what one line says."""
        method, *arguments = json.loads(asked[0].Value)
        try:
            return json.dumps({"answer": getattr(self._calc, method)(*arguments)})
        except Exception:
            return json.dumps({"error": traceback.format_exc()})


NAME = "xl_addin.tests.Calc"
g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (what LibreOffice looks for)
g_ImplementationHelper.addImplementation(Inside, NAME, ())


def loaded(pipe: str):
    """A Calc inside the LibreOffice that listens on a pipe."""
    context = connect(pipe)
    loader = context.ServiceManager.createInstance("com.sun.star.loader.Python")
    factory = loader.activate(NAME, "", Path(__file__).resolve().as_uri(), None)
    return factory.createInstanceWithContext(context)


def serve(inside) -> None:
    for line in sys.stdin:
        print(inside.execute((NamedValue("line", line),)), flush=True)


if __name__ == "__main__":
    serve(loaded(sys.argv[1]))
