"""The template: an empty workbook for a catalogue, always built to the same bytes."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import Sheet
from xl_addin.measure import Catalogue
from xl_addin.ooxml.saving import make_file

_CALCULATED_BY = 191029
"""The engine of Excel 2019 and 365; none before them has a higher number."""

WRITTEN = datetime(2000, 1, 1)
"""The date in the file's properties, so that the same catalogue gives the same bytes."""


def build_template(title: str, catalogue: Catalogue, *, functions: bool = True) -> bytes:
    """Build an .xlsm without figures: every sheet, table, name, format, chart, macro and button.

    Every formula holds the value it works out to, so readers that do not calculate show it too.
    Without ``functions`` there are no functions for cells, for machines whose security blocks
    VBA that calls libraries of Windows.
    """
    from xl_addin.excel.template import packing
    from xl_addin.excel.template.macros import add_macros

    parts = packing.read_parts(_build_sheets(title, catalogue, functions))
    packing.name_macros_off(parts)
    packing.let_rows_fit(parts)
    packing.put_first(parts, Sheet.SUMMARY)
    packing.show_nothing_yet(parts)
    packing.keep_date_axes(parts)
    return add_macros(packing.pack(parts), functions=functions)


def write_template(path: Path, title: str, catalogue: Catalogue, *, functions: bool = True) -> None:
    """Write a new, empty workbook, whole or not at all; a file of that name is never replaced.

    Raises WorkbookRefused for a name that is taken, or that Excel would not open.
    """
    refuse_name(path)
    make_file(path, build_template(title, catalogue, functions=functions))


def refuse_name(path: Path) -> None:
    """Make sure that Excel opens a workbook with macros under a name. Raises WorkbookRefused."""
    if path.suffix.lower() != ".xlsm":
        found = "Excel opens a workbook with macros only under a name that ends in .xlsm."
        raise WorkbookRefused([Problem(path.name, found, "End its name in .xlsm.")])


def _say_that_it_is_calculated(workbook: Any) -> None:
    """Keep Excel from calculating all on opening, after which it asks to save on every close.

    It does so where it is told to, as XlsxWriter does, and for what an earlier Excel calculated.
    """
    workbook.set_calc_mode("auto", _CALCULATED_BY)
    workbook.calc_on_load = False


def _build_sheets(title: str, catalogue: Catalogue, functions: bool) -> bytes:
    import xlsxwriter

    from xl_addin.excel.template.parts import NewBook
    from xl_addin.excel.template.sheets import SHEETS
    from xl_addin.excel.template.style import Looks

    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as workbook:
        workbook.set_properties({"title": title, "created": WRITTEN})
        workbook.set_size(2400, 1500)
        _say_that_it_is_calculated(workbook)
        book = NewBook(workbook, Looks(workbook), title, catalogue, functions)
        for add_sheet in SHEETS:
            add_sheet(book)
    return packed.getvalue()
