"""The way of a click outside Excel: the workbook's own VBA, LibreOffice, and Python started by it.

In a copy of the workbook, xlwings' VBA module gives way to one with the same public RunPython,
because only Windows has the DLLs that it calls, and the buttons take LibreOffice for Excel.
Everything else is as shipped.
"""

from __future__ import annotations

import json
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from pyopenvba import ExcelFile

from tests.support.places import ROOT
from xl_addin.excel.template.tables import INTERPRETER

FOLDER = "XL_ADDIN_CLICK"
"""The environment variable with the folder in which VBA and Python leave word for each other."""

TELLS_EXCEL = "IsExcel = (Val(Application.Version) > 11)"
"""How the buttons tell LibreOffice from Excel."""

STAND_IN = """Attribute VB_Name = "xlwings"
Option Explicit

' Starts Python on what a button asks for, as xlwings does in Excel; it does not wait for it,
' because Python reaches this LibreOffice only when no macro runs.
Public Function RunPython(PythonCommand As String)
    Dim folder As String
    Dim file As Integer

    folder = Environ("XL_ADDIN_CLICK")
    file = FreeFile
    Open folder & "/command" For Output As #file
    Print #file, PythonCommand
    Print #file, ThisWorkbook.Name
    Close #file
    Shell folder & "/start", 0
End Function

' The functions for cells ask Python through this; here it is gone, or says what a file says.
Public Function XLPy() As Object
    Set XLPy = New PythonStandIn
End Function
"""
SERVER = """Option Explicit

Public Function CallUDF(moduleName, functionName, arguments, book, caller)
    Dim file As Integer
    Dim said As String

    If Dir(Environ("XL_ADDIN_CLICK") & "/answer") = "" Then Err.Raise 1000, , "Python is gone"
    file = FreeFile
    Open Environ("XL_ADDIN_CLICK") & "/answer" For Input As #file
    Line Input #file, said
    Close #file
    CallUDF = CDbl(said)
End Function
"""


def with_stand_in(book: Path, interpreter: str = sys.executable) -> Path:
    """Replace xlwings' module in a workbook, and say where Python is on this machine."""
    from pyopenvba import VBAModuleKind

    _say_interpreter(book, interpreter)
    with ExcelFile(book) as excel:
        excel.set_module("xlwings", STAND_IN.replace("\n", "\r\n"))
        modules = {module.name: module.source for module in excel.vba_project().modules}
        assert TELLS_EXCEL in modules["Performance"]
        buttons = modules["Performance"].replace(TELLS_EXCEL, "IsExcel = True")
        excel.set_module("Performance", buttons)
        source = SERVER.replace("\n", "\r\n")
        excel.vba_project().add_module("PythonStandIn", source, kind=VBAModuleKind.other)
        excel.save()
    return book


def _say_interpreter(book: Path, interpreter: str) -> None:
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strings = parts["xl/sharedStrings.xml"]
    assert INTERPRETER.encode() in strings
    parts["xl/sharedStrings.xml"] = strings.replace(INTERPRETER.encode(), interpreter.encode())
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def prepare(folder: Path) -> None:
    """Make the folder in which a click's RunPython finds what to start."""
    start = folder / "start"
    start.write_text(
        f'#!/bin/sh\ncd "{ROOT}"\n'
        f'"{sys.executable}" -m tests.support.libreoffice.started "$XL_ADDIN_CLICK" '
        '> "$XL_ADDIN_CLICK/output" 2>&1\n'
        'touch "$XL_ADDIN_CLICK/done"\n'
    )
    start.chmod(0o755)


def wait(folder: Path) -> None:
    """Wait until the Python of a click is done."""
    done = folder / "done"
    for _ in range(600):
        if done.exists():
            done.unlink()
            return
        time.sleep(0.1)
    raise AssertionError("Python was not started, or did not end")


def boxes(folder: Path) -> list[dict[str, Any]]:
    """The message boxes that were shown since the last time: their text, buttons and answer."""
    path = folder / "boxes"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return [json.loads(line) for line in lines]
