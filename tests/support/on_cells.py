"""What is put on single cells, written and read by openpyxl: comments, looks, links, rules.

``Put`` is what a spreadsheet in memory knows of one cell, in the words of Excel's own objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Color, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

BLACK = "FF000000"
SIDES = {7: "left", 8: "top", 9: "bottom", 10: "right"}
"""XlBordersIndex."""


@dataclass
class Put:
    """What is put on a cell: ``look`` by property, such as "Interior.Color"."""

    comment: str = ""
    replies: bool = False
    link: tuple[str, str] = ("", "")
    validation: tuple[Any, ...] = ()
    rules: list[dict[str, Any]] = field(default_factory=list)
    look: dict[str, Any] = field(default_factory=dict)

    def copied(self) -> Put:
        return Put(
            self.comment,
            self.replies,
            self.link,
            self.validation,
            [{**rule, "look": {**rule["look"]}} for rule in self.rules],
            {**self.look},
        )


def number_of(colour: Color | None) -> int | None:
    """A colour as Excel's objects give it, red in the lowest byte."""
    if colour is None or colour.type != "rgb" or not isinstance(colour.rgb, str):
        return None
    red, green, blue = (int(colour.rgb[-6:][at : at + 2], 16) for at in (0, 2, 4))
    return red + 256 * green + 65536 * blue


def rgb_of(number: float) -> str:
    number = int(number)
    return f"FF{number % 256:02X}{number // 256 % 256:02X}{number // 65536:02X}"


def read_puts(path: Path) -> dict[tuple[str, tuple[int, int]], Put]:
    """What is put on the cells of the Dataset, as it stands in a file; each cell has its look."""
    return puts_of(openpyxl.load_workbook(path)["Dataset"])


def puts_of(sheet: Any) -> dict[tuple[str, tuple[int, int]], Put]:
    """The same of the sheet as openpyxl has read it."""
    found: dict[tuple[str, tuple[int, int]], Put] = {}
    for row in sheet.iter_rows(min_row=5, max_row=27, max_col=21):
        for cell in row:
            put = found["Dataset", (cell.row, cell.column)] = Put(look=_look(cell))
            if cell.comment:
                put.comment = cell.comment.text
            if cell.hyperlink:
                put.link = (cell.hyperlink.target or "", cell.hyperlink.location or "")
    for rule in sheet.data_validations.dataValidation:
        if len(rule.sqref.ranges) == 1 and (at := _only(rule.sqref)):
            found["Dataset", at].validation = (rule.type, rule.operator, rule.formula1)
    for area in sheet.conditional_formatting:
        for at, formula, rule in _on_single_cells(area):
            colour = rule.dxf.fill.bgColor if rule.dxf and rule.dxf.fill else None
            look = {"Interior.Color": number_of(colour)}
            one = {"formula": formula, "look": look, "of": id(rule)}
            found["Dataset", at].rules.append(one)
    return found


def _on_single_cells(area: Any) -> Iterator[tuple[tuple[int, int], str, Any]]:
    """The rules of cells picked one by one, each with its formula as it is for that cell."""
    cells = [(one.min_row, one.min_col) for one in area.sqref.sorted()]
    if all((one.max_row, one.max_col) == (one.min_row, one.min_col) for one in area.sqref.ranges):
        first = f"{get_column_letter(cells[0][1])}{cells[0][0]}"
        for row, column in cells:
            for rule in area.rules:
                here = f"{get_column_letter(column)}{row}"
                yield (row, column), rule.formula[0].replace(first, here), rule


def _only(areas: Any) -> tuple[int, int] | None:
    (area,) = list(areas.ranges)[:1]
    one = (area.min_row, area.min_col) == (area.max_row, area.max_col)
    return (area.min_row, area.min_col) if one and len(areas.ranges) == 1 else None


def _look(cell: Any) -> dict[str, Any]:
    font, fill = cell.font, cell.fill
    look = {
        "Interior.Color": number_of(fill.fgColor) if fill.fill_type == "solid" else None,
        "Font.Bold": bool(font.b),
        "Font.Italic": bool(font.i),
        "Font.Color": number_of(font.color),
        "Font.Size": font.sz,
        "Font.Name": font.name,
    }
    for side in SIDES.values():
        line = getattr(cell.border, side)
        look[f"{side}.style"] = line.style if line else None
        look[f"{side}.Color"] = number_of(line.color) if line and line.style else None
    return look


def write_copy(path: Path, cells: Any, tables: Any, puts: Any) -> None:
    """A workbook in memory as a file: its texts, tables, and what is put on cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, found in cells.items():
        sheet = book.create_sheet(name)
        for (row, column), cell in found.items():
            if not isinstance(cell.content, list):
                sheet.cell(row, column).value = cell.content
                if isinstance(cell.content, str):
                    sheet.cell(row, column).data_type = "s"
            sheet.cell(row, column).number_format = cell.number_format
    for name, table in tables.items():
        row, column, rows, columns = table.rect
        last = f"{get_column_letter(column + columns - 1)}{row + rows - 1}"
        area = f"{get_column_letter(column)}{row}:{last}"
        book[table.sheet].add_table(Table(displayName=name, ref=area))
    for (name, at), put in puts.items():
        _write(book[name], book[name].cell(*at), put)
    _write_rules(book, puts)
    book.save(path)


def _write(sheet: Any, cell: Any, put: Put) -> None:
    if put.comment:
        cell.comment = Comment(put.comment, "An officer")
    if any(put.link):
        cell.hyperlink = put.link[0] or None
    if put.validation:
        kind, operator, formula = put.validation
        rule = DataValidation(type=kind, operator=operator, formula1=formula)
        rule.add(cell.coordinate)
        sheet.add_data_validation(rule)
    _write_look(cell, put.look)


def _write_rules(book: Any, puts: Any) -> None:
    """The conditional formats, one for all cells that it was made on."""
    of_all: dict[tuple[str, int], list[tuple[tuple[int, int], dict[str, Any]]]] = {}
    for (name, at), put in puts.items():
        for rule in put.rules:
            of_all.setdefault((name, rule.get("of", id(rule))), []).append((at, rule))
    for (name, _), found in of_all.items():
        cells = sorted(found, key=lambda one: one[0][::-1])
        look = PatternFill(bgColor=rgb_of(cells[0][1]["look"].get("Interior.Color") or 0))
        made = Rule(type="expression", formula=[cells[0][1]["formula"]], dxf=_difference(look))
        where = " ".join(f"{get_column_letter(at[1])}{at[0]}" for at, _ in cells)
        book[name].conditional_formatting.add(where, made)


def _difference(fill: PatternFill) -> Any:
    from openpyxl.styles.differential import DifferentialStyle

    return DifferentialStyle(fill=fill)


def _write_look(cell: Any, look: dict[str, Any]) -> None:
    if (colour := look.get("Interior.Color")) is not None:
        cell.fill = PatternFill("solid", fgColor=rgb_of(colour))
    font = copy(Font(name=look.get("Font.Name", "Calibri"), sz=look.get("Font.Size", 11)))
    font.b, font.i = look.get("Font.Bold", False), look.get("Font.Italic", False)
    if (colour := look.get("Font.Color")) is not None:
        font.color = Color(rgb=rgb_of(colour))
    cell.font = font
    sides = {}
    for side in SIDES.values():
        if style := look.get(f"{side}.style"):
            colour = look.get(f"{side}.Color")
            sides[side] = Side(style, color=None if colour is None else rgb_of(colour))
    cell.border = Border(**sides)
