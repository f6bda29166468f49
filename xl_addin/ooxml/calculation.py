"""Tell Excel that cells have changed: the calculation chain, and recalculating on opening."""

from __future__ import annotations

from collections.abc import Sequence

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.cells import formula_xml
from xl_addin.ooxml.markup import namespace, parse, serialise
from xl_addin.ooxml.stale import may_be_stale
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.update import Change

_BEFORE_CALCULATION = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "absPath",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
)
"""What stands before calcPr in a workbook part (ECMA-376, part 1, 18.2.27)."""


def settle_calculation(book: WorkbookFile, changes: Sequence[Change]) -> None:
    """Make Excel work out everything on opening where it has to, and forget formulas that are gone.

    Excel asks to save what it has worked out on opening each time the workbook is closed. A
    calculation chain that lists a cell without a formula makes it offer a repair.
    """
    if not any(sheet.changed for sheet in book.sheets_touched.values()):
        return
    if may_be_stale(book, changes):
        _calculate_on_opening(book)
    for relationship in book.package.relationships(book.part, "calcChain"):
        if relationship.target in book.package:
            _prune_chain(book, relationship.target)


def _calculate_on_opening(book: WorkbookFile) -> None:
    element = book.root.find("{*}calcPr")
    if element is None:
        element = book.root.makeelement(f"{namespace(book.root)}calcPr")
        book.root.insert(_place_of_calculation(book), element)
    if element.get("fullCalcOnLoad") not in ("1", "true"):
        element.set("fullCalcOnLoad", "1")
        book.changed()


def _place_of_calculation(book: WorkbookFile) -> int:
    before = [
        number
        for number, child in enumerate(book.root)
        if str(child.tag).rpartition("}")[2] in _BEFORE_CALCULATION
    ]
    return before[-1] + 1 if before else 0


def _prune_chain(book: WorkbookFile, part: str) -> None:
    """Take out cells without a formula. An entry without a sheet is on the last entry's sheet."""
    names = {book.sheet_id(name): name for name in book.sheets_touched}
    original = book.package.part(part)
    root, sheet_id, removed = parse(original), "", False
    for entry in list(root):
        inherited, sheet_id = sheet_id, entry.get("i") or sheet_id
        if not _lost_formula(book, names.get(sheet_id), entry.get("r", "")):
            if removed and entry.get("i") is None:
                entry.set("i", inherited)
            removed = False
            continue
        root.remove(entry)
        removed = True
    if not len(root):
        book.package.remove(part, book.part)
    else:
        book.package.replace(part, serialise(root, original))


def _lost_formula(book: WorkbookFile, sheet: str | None, reference: str) -> bool:
    area = Area.parse(reference)
    if sheet is None or area is None:
        return False
    place = (area.first_row, area.first_column)
    touched = book.sheet(sheet)
    return place in touched.changed and formula_xml(touched.cell(*place)) is None
