"""What an officer puts on figures with openpyxl, which is no part of the product; and what is seen.

A comment with replies is put in by hand: openpyxl knows none.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from tests.support.on_cells import number_of, puts_of

YELLOW, PINK, RED = "FFFFFF00", "FFFF00FF", "FFFF0000"
PROVISIONAL = "Provisional: 2 conferences not yet recorded"


def figure(sheet: Any, ref: str, month: str) -> Any:
    """The cell of a figure; without a ref, the heading of the month."""
    columns = {cell.value: cell.column for cell in sheet[5]}
    rows = {sheet.cell(row, 1).value: row for row in range(6, sheet.max_row + 1)} | {"": 5}
    return sheet.cell(rows[ref], columns[month])


def decorate(path: Path, oldest: str = "May 2014", newest: str = "May 2015") -> None:
    """Put comments, looks, a link and rules on figures of the oldest and the newest month."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["Dataset"]
    cell = figure(sheet, "CP2", newest)
    cell.comment = Comment(PROVISIONAL, "A. Officer")
    cell.fill = PatternFill("solid", fgColor=YELLOW)
    cell = figure(sheet, "M1", oldest)
    cell.comment = Comment("From the old system", "B. Officer")
    cell.font = Font(name=cell.font.name, sz=cell.font.sz, b=True, color=RED)
    cell = figure(sheet, "LAC3", "Jan 2015")
    cell.hyperlink = "https://example.org/minutes"
    cell.font = Font(name="Calibri", sz=10.5, color="FF1B2A41")
    cell.border = Border(left=Side("thick", color=RED), bottom=cell.border.bottom)
    cell = figure(sheet, "LAC2", oldest)
    was, cell.hyperlink = cell.value, "https://example.org/old"
    cell.value, cell.font = was, Font(name="Calibri", sz=10.5, color="FF1B2A41")
    figure(sheet, "", "Mar 2015").comment = Comment("A new team from here", "A. Officer")
    for month in ("Mar 2015", oldest):
        rule = DataValidation(type="whole", operator="lessThan", formula1="99")
        rule.add(figure(sheet, "CP1", month).coordinate)
        sheet.add_data_validation(rule)
        place = figure(sheet, "LAC1", month).coordinate
        pink = PatternFill("solid", bgColor=PINK)
        sheet.conditional_formatting.add(place, FormulaRule(formula=[f"{place}>5"], fill=pink))
    picked = [figure(sheet, *at).coordinate for at in picked_figures(oldest, newest)]
    red = FormulaRule(formula=[f"{picked[0]}<9"], fill=PatternFill("solid", bgColor=RED))
    sheet.conditional_formatting.add(" ".join(picked), red)
    book.save(path)


def picked_figures(oldest: str, newest: str) -> list[tuple[str, str]]:
    """The figures that one conditional format is made on, clicked one by one with Ctrl held."""
    return [("LAC5-QL", oldest), ("M5", newest), ("LAC4-QL", newest)]


def save(book: Any, path: Path) -> None:
    """Save it with figures blank that have a link: openpyxl fills the address into them."""
    for cell in (cell for row in book["Dataset"].iter_rows() for cell in row):
        if cell.hyperlink and cell.value == cell.hyperlink.target:
            cell.value = None
    book.save(path)


def on_page(path: Path) -> dict[tuple[str, str], set[str]]:
    """What is seen on each figure that is not like its neighbours, by openpyxl."""
    sheet = openpyxl.load_workbook(path)["Dataset"]
    puts = puts_of(sheet)
    found: dict[tuple[str, str], set[str]] = {}
    for row in sheet.iter_rows(min_row=5, max_row=27, min_col=4, max_col=16):
        for cell in row:
            said = set(_said(puts["Dataset", (cell.row, cell.column)], cell))
            if said:
                ref = "" if cell.row == 5 else str(sheet.cell(cell.row, 1).value)
                found[ref, str(sheet.cell(5, cell.column).value)] = said
    return found


def _said(put: Any, cell: Any) -> Any:
    if put.comment:
        yield f"comment: {put.comment}"
    if any(put.link):
        yield f"link: {put.link[0]}"
    if put.validation:
        yield f"validation: {put.validation}"
    for rule in put.rules:
        formula = rule["formula"].replace(cell.coordinate, "it")
        yield f"rule: {formula} {rule['look']['Interior.Color']}"
    if put.look["Interior.Color"] in (_colour(YELLOW), _colour(PINK)):
        yield f"ground: {put.look['Interior.Color']}"
    if put.look["Font.Bold"] and cell.row > 5:
        yield f"bold: {put.look['Font.Color']}"
    if put.look["left.style"]:
        yield f"line: {put.look['left.style']}"


def _colour(rgb: str) -> int | None:
    return number_of(openpyxl.styles.Color(rgb=rgb))


PERSON = "{00000000-0000-4000-8000-00000000000A}"
THREAD = "{00000000-0000-4000-8000-0000000000%02d}"
_OFFICE = "http://schemas.microsoft.com/office/2017/10/relationships"
_THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def converse(path: Path, ref: str, month: str, *said: str) -> None:
    """Put a comment with replies on a figure, as Excel 365 writes one."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    cell = figure(book["Dataset"], ref, month)
    cell.comment = Comment("[Threaded comment] " + " ".join(said), f"tc={THREAD % 1}")
    place = cell.coordinate
    save(book, path)
    parts = _parts(path)
    replies = "".join(
        f'<threadedComment ref="{place}" dT="2015-06-0{n}T09:00:00.00" personId="{PERSON}" '
        f'id="{THREAD % n}"{"" if n == 1 else f" parentId={chr(34)}{THREAD % 1}{chr(34)}"}>'
        f"<text>{text}</text></threadedComment>"
        for n, text in enumerate(said, 1)
    )
    parts["xl/threadedComments/threadedComment1.xml"] = (
        f'<ThreadedComments xmlns="{_THREADS}">{replies}</ThreadedComments>'
    )
    parts["xl/persons/person.xml"] = (
        f'<personList xmlns="{_THREADS}"><person displayName="A. Officer" id="{PERSON}" '
        'userId="a" providerId="None"/></personList>'
    )
    number = book.sheetnames.index("Dataset") + 1  # openpyxl numbers the parts so
    sheet = f"xl/worksheets/_rels/sheet{number}.xml.rels"
    _relate(parts, sheet, "threadedComment", "../threadedComments/threadedComment1.xml")
    _relate(parts, "xl/_rels/workbook.xml.rels", "person", "persons/person.xml")
    _declare(parts, "/xl/threadedComments/threadedComment1.xml", "threadedcomments")
    _declare(parts, "/xl/persons/person.xml", "person")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)


def conversations(path: Path) -> dict[str, list[str]]:
    """The comments with replies, by cell."""
    found: dict[str, list[str]] = {}
    parts = _parts(path)
    text = parts.get("xl/threadedComments/threadedComment1.xml", "")
    for tag, said in re.findall(r"<threadedComment ([^>]*)>\s*<text>([^<]*)", str(text)):
        found.setdefault(re.search(r'ref="(\w+)"', tag)[1], []).append(said)  # type: ignore[index]
    return found


def _parts(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as packed:
        found: dict[str, Any] = {name: packed.read(name) for name in packed.namelist()}
    texts = (".xml", ".rels")
    return {n: d.decode() if n.endswith(texts) else d for n, d in found.items()}


def _relate(parts: dict[str, Any], name: str, kind: str, target: str) -> None:
    new = f'<Relationship Id="rIdX{kind}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    parts[name] = parts[name].replace("</Relationships>", f"{new}</Relationships>")


def _declare(parts: dict[str, Any], part: str, kind: str) -> None:
    new = f'<Override PartName="{part}" ContentType="application/vnd.ms-excel.{kind}+xml"/>'
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace("</Types>", f"{new}</Types>")
