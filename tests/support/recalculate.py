"""Open workbooks in LibreOffice and say what they show. Run by the system's Python, which has uno.

    python3 recalculate.py PROFILE_DIRECTORY

starts one LibreOffice with that profile and serves requests, one JSON object a line on standard
input, one answer a line on standard output:

    {"do": "open", "path": FILE, "type": [[SHEET, ROW, COLUMN, VALUE], ...],
     "rearrange": [["insert" or "delete", SHEET, ROW, FIRST COLUMN, LAST COLUMN],
                   ["move", SHEET, ROW, FIRST COLUMN, LAST COLUMN, TO ROW], ...]}
        -> {"sheets": {SHEET: {"values": ROWS, "formulas": ROWS, "hidden": BOOL}},
            "tables": {TABLE: [SHEET, LAST ROW, LAST COLUMN]}, "names": {NAME: CONTENT, ...}}
    {"do": "save", "path": FILE, "to": FILE, "filter": FILTER, "type": [...]}
        -> {}

Rows and columns count from 1. Every formula is worked out anew before anything is read or saved.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.sheet.CellDeleteMode import UP as DELETE_UP
from com.sun.star.sheet.CellInsertMode import DOWN as INSERT_DOWN
from com.sun.star.sheet.FormulaResult import ERROR

START_WITHIN = 60


def start(profile):
    """Start LibreOffice and return its process and its desktop."""
    pipe = Path(profile).name
    process = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return process, desktop(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext", process)


def desktop(address, process):
    """Wait until LibreOffice answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            context = resolver.resolve(address)
            break
        except Exception:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.1)
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def opened(program, path):
    url = Path(path).as_uri()
    document = program.loadComponentFromURL(url, "_blank", 0, properties(Hidden=True))
    if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        raise ValueError(f"LibreOffice cannot open {path} as a spreadsheet")
    return document


def type_in(document, cells):
    for sheet, row, column, value in cells:
        cell = document.Sheets.getByName(sheet).getCellByPosition(column - 1, row - 1)
        if value is None:
            cell.setString("")
        elif isinstance(value, str) and value.startswith("="):
            cell.setFormula(value)
        elif isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)


def rearrange(document, steps):
    """Insert or delete cells, moving those below; or cut them and paste them into another row."""
    for step, name, row, first, last, *to_row in steps:
        sheet = document.Sheets.getByName(name)
        cells = sheet.getCellRangeByPosition(first - 1, row - 1, last - 1, row - 1).RangeAddress
        if step == "insert":
            sheet.insertCells(cells, INSERT_DOWN)
        elif step == "move":
            to = sheet.getCellByPosition(first - 1, to_row[0] - 1).CellAddress
            sheet.moveRange(to, cells)
        else:
            sheet.removeRange(cells, DELETE_UP)


def used_range(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    return sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)


def read_sheet(sheet):
    cells = used_range(sheet)
    values = [list(row) for row in cells.getDataArray()]
    for address in cells.queryFormulaCells(ERROR).RangeAddresses:
        for row in range(address.StartRow, address.EndRow + 1):
            for column in range(address.StartColumn, address.EndColumn + 1):
                values[row][column] = sheet.getCellByPosition(column, row).String
    formulas = [list(row) for row in cells.getFormulaArray()]
    return {"values": values, "formulas": formulas, "hidden": not sheet.IsVisible}


def read_tables(document):
    found = {}
    for name in document.DatabaseRanges.ElementNames:
        area = document.DatabaseRanges.getByName(name).DataArea
        sheet = document.Sheets.getByIndex(area.Sheet).Name
        found[name] = [sheet, area.EndRow + 1, area.EndColumn + 1]
    return found


def leave_out_what_excel_does_not_print(document):
    """LibreOffice 7.4 overlooks that the line about macros is marked as not for print."""
    for sheet in document.Sheets:
        for shape in sheet.DrawPage:
            if shape.Name == "MacrosOff":
                shape.Visible = False


def answer(program, request):
    document = opened(program, request["path"])
    try:
        rearrange(document, request.get("rearrange", ()))
        type_in(document, request.get("type", ()))
        document.calculateAll()
        if request["do"] == "save":
            leave_out_what_excel_does_not_print(document)
            to = Path(request["to"]).as_uri()
            document.storeToURL(to, properties(FilterName=request["filter"]))
            return {}
        return {
            "sheets": {sheet.Name: read_sheet(sheet) for sheet in document.Sheets},
            "tables": read_tables(document),
            "names": {
                name: document.NamedRanges.getByName(name).Content
                for name in document.NamedRanges.ElementNames
            },
        }
    finally:
        document.close(True)


def main():
    process, program = start(sys.argv[1])
    try:
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            try:
                reply = answer(program, json.loads(line))
            except Exception as wrong:
                reply = {"error": f"{type(wrong).__name__}: {wrong}"}
            print(json.dumps(reply), flush=True)
    finally:
        # "soffice" is a script: what it starts, and what that starts, would go on without it.
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
