"""Renaming a sheet as Excel does: every formula, link, chart and name that mentions it follows."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.cells import formula_text, with_formula_text
from xl_addin.ooxml.markup import Element, entities, parse, serialise
from xl_addin.ooxml.sheet import Sheet
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.patterns import pattern

Rewrite = Callable[[str], str]

_FORMULAS = frozenset(
    ("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula")
    + ("FmlaRange", "FmlaLink", "FmlaPict", "FmlaTxbx", "FmlaGroup")
)
"""Elements whose text is a formula, in sheets, charts, tables and controls of any kind."""

_REFERENCES = ("location", "textlink", "fmlaRange", "fmlaLink", "fmlaGroup", "fmlaTxbx")
"""Attributes that are a reference: of links, shapes and controls."""

_FOLLOWING = ("chart+xml", "drawing+xml", "controlproperties+xml", "table+xml")
"""The kinds of parts, beside sheets, that mention sheets; by the ends of their content types."""

_MENTIONS = pattern(
    r'"(?:[^"]|"")*"'
    r"|'([^']*+(?:''[^']*+)*)'(?!')(!?)"
    r"|(?<![\w.\]'])([^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!"
)


def sheet_renamer(old: str, new: str) -> Rewrite:
    """What rewrites a formula after a sheet was renamed. Texts and other workbooks' sheets stay.

    >>> rewrite = sheet_renamer("History", "Figures recorded")
    >>> rewrite("SUM(History!A1:A9)&\\"History!\\"+[1]History!B2+History[Value]")
    'SUM(\\'Figures recorded\\'!A1:A9)&"History!"+[1]History!B2+History[Value]'
    """

    def follow(match: re.Match[str]) -> str:
        is_sheet = match[2] or match[3]
        written = (match[1] or "").replace("''", "'") or match[3]
        if not is_sheet or not written or "[" in written:
            return match[0]
        names = written.split(":")
        renamed = [new if name.casefold() == old.casefold() else name for name in names]
        return match[0] if renamed == names else f"{quoted(':'.join(renamed))}!"

    return lambda formula: _MENTIONS.sub(follow, formula)


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it, between quotes where it needs them."""
    if re.fullmatch(r"[^\W\d]\w*", sheet) and not Area.parse(sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


def rename_sheet(book: WorkbookFile, old: str, new: str) -> list[str]:
    """Rename a sheet, and list the cells that name it in a text, which does not follow.

    There must be such a sheet, and none of the new name.
    """
    rewrite = sheet_renamer(old, new)
    spoken_of: list[str] = []
    for name in book.sheet_parts:
        spoken_of += _follow_in_sheet(book.sheet(name), name, old, rewrite)
    for table in book.tables.values():
        table.rewrite_formulas({formula: rewrite(formula) for formula in table.formulas})
    for part in _following_parts(book):
        _follow_in_part(book, part, rewrite, old)
    for element in book.defined_names:
        element.text = rewrite(element.text or "")
    book.rename_sheet(old, new)
    return [place.replace(f"{old}!", f"{new}!", 1) for place in spoken_of]


def _follow_in_sheet(sheet: Sheet, name: str, old: str, rewrite: Rewrite) -> Iterator[str]:
    """Let the formulas of a sheet follow; each cell that names the other sheet in a text."""
    for number in sheet.rows_with(entities(old).replace("'", "''").encode()):
        row = sheet.row(number)
        for column, xml in list(row.cells.items() if row else ()):
            formula = formula_text(xml)
            if formula and (new := rewrite(formula)) != formula:
                sheet.put(number, column, with_formula_text(xml, new))
            if formula and _is_named_in_text(old, formula):
                yield f"{name}!{Area(number, column, number, column)}"
    if follow_in_xml(sheet.shell, rewrite):
        sheet.shell_changed()


def _is_named_in_text(sheet: str, formula: str) -> bool:
    """Whether a text of a formula names a sheet and, behind it, a cell: INDIRECT("History!A1")."""
    found = re.compile(rf"\b{re.escape(sheet)}\b")
    texts = re.findall(r'"([^"]*)"', formula)
    return any((named := found.search(text)) and "!" in text[named.end() :] for text in texts)


def follow_in_xml(root: Element, rewrite: Rewrite) -> bool:
    """Let every formula and reference in the XML of a part follow, and say whether any did."""
    changed = False
    for element in root.iter():
        kind = str(element.tag).rpartition("}")[2]
        if kind in _FORMULAS and element.text and rewrite(element.text) != element.text:
            element.text, changed = rewrite(element.text), True
        for attribute in _REFERENCES:
            written = element.get(attribute)
            if written and rewrite(written) != written:
                element.set(attribute, rewrite(written))
                changed = True
    return changed


def _following_parts(book: WorkbookFile) -> list[str]:
    own = {table.part for table in book.tables.values()}
    found = [part for kind in _FOLLOWING for part in book.package.parts_of_type(kind)]
    caches = [r.target for r in book.package.relationships(book.part, "pivotCacheDefinition")]
    return [part for part in (*found, *caches) if part not in own and part in book.package]


def _follow_in_part(book: WorkbookFile, part: str, rewrite: Rewrite, old: str) -> None:
    _follow_links(book, part, rewrite)
    data = book.package.part(part)
    if entities(old).encode() not in data:
        return
    root = parse(data)
    changed = follow_in_xml(root, rewrite)
    for element in root.iter("{*}worksheetSource"):
        sheet = quoted(element.get("sheet", ""))
        if (followed := rewrite(f"{sheet}!A1")) != f"{sheet}!A1":
            element.set("sheet", followed.removesuffix("!A1").strip("'").replace("''", "'"))
            changed = True
    if changed:
        book.package.replace(part, serialise(root, data))


def _follow_links(book: WorkbookFile, part: str, rewrite: Rewrite) -> None:
    """Let the links of shapes to places in the workbook follow: "#History!A1"."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in book.package:
        return
    data = book.package.part(rels)
    root, changed = parse(data), False
    for element in root.iter("{*}Relationship"):
        target = element.get("Target", "")
        if target.startswith("#") and rewrite(target[1:]) != target[1:]:
            element.set("Target", f"#{rewrite(target[1:])}")
            changed = True
    if changed:
        book.package.replace(rels, serialise(root, data))
