"""The functions for cells as Excel knows them: their VBA, and the help that officers see."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from xl_addin.excel.template.parts import NewBook

MODULE = "MeasureFunctions"
HELP_SHEET = "_IntelliSense_"
"""Where the Excel-DNA IntelliSense add-in looks for help; it has to be the last sheet."""

HELP_IDENTIFIER = "FunctionInfo"
CATEGORY = "Performance"


def build_functions() -> str:
    """Build the VBA module with a wrapper for each function, and what describes them to Excel."""
    from xl_addin.udfs import FUNCTIONS

    parts = [_HEADER, *map(_wrapper, FUNCTIONS), _describe(FUNCTIONS)]
    return "\n".join(parts)


def add_function_help(book: NewBook) -> None:
    """Add the hidden sheet with the functions, their arguments and what these mean, if any."""
    if not book.has_functions:
        return
    from xl_addin.udfs import FUNCTIONS

    sheet = book.workbook.add_worksheet(HELP_SHEET)
    sheet.hide()
    sheet.write_string(0, 0, HELP_IDENTIFIER)
    for row, function in enumerate(FUNCTIONS, 1):
        for column, text in enumerate(_help_row(function)):
            sheet.write_string(row, column, text)


def description(function: Callable[..., Any]) -> str:
    """What a function is for: the first line of its docstring."""
    return (inspect.getdoc(function) or "").splitlines()[0]


def arguments(function: Callable[..., Any]) -> dict[str, str]:
    """The arguments of a function and what each means, in their order."""
    from xl_addin.udfs import ARGUMENTS

    return {name: ARGUMENTS[name] for name in inspect.signature(function).parameters}


def _help_row(function: Callable[..., Any]) -> Iterator[str]:
    yield function.__name__
    yield description(function)
    yield ""
    for name, meaning in arguments(function).items():
        yield name
        yield meaning


_HEADER = f"""Attribute VB_Name = "{MODULE}"
Option Explicit

' Made by xl-addin template: the functions for cells. Each asks Python; when Python is gone, the
' cell keeps the figure it showed last.
"""


def _wrapper(function: Callable[..., Any]) -> str:
    name = function.__name__
    given = ", ".join(inspect.signature(function).parameters)
    return f"""Public Function {name}({_signature(function)}) As Variant
    On Error GoTo failed
    {name} = CallPython("{name}", Array({given}))
    Exit Function
failed:
    {name} = LastFigure("{name}", Array({given}))
End Function
"""


def _signature(function: Callable[..., Any]) -> str:
    parameters = inspect.signature(function).parameters.values()
    return ", ".join(
        p.name if p.default is inspect.Parameter.empty else f"Optional {p.name}" for p in parameters
    )


def _describe(functions: tuple[Callable[..., Any], ...]) -> str:
    """The macro that tells the Function Wizard what functions and arguments mean."""
    lines = ["Public Sub DescribeFunctions()"]
    lines += [
        f"    Describe {_quoted(f.__name__)}, {_quoted(description(f))}, " + _texts(f)
        for f in functions
    ]
    lines += ["End Sub", "", _DESCRIBE]
    return "\n".join(lines)


def _texts(function: Callable[..., Any]) -> str:
    return f"Array({', '.join(map(_quoted, arguments(function).values()))})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


_DESCRIBE = f"""Private Sub Describe(ByVal name As String, ByVal purpose As String, _
        ByVal meanings As Variant)
    Application.MacroOptions Macro:=name, Description:=purpose, Category:="{CATEGORY}", _
        ArgumentDescriptions:=meanings
End Sub
"""
