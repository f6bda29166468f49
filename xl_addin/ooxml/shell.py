"""What stands around the rows of a worksheet part, in the order in which Excel asks for it."""

from __future__ import annotations

from xl_addin.ooxml.markup import Element

_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData"),
    *("sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter"),
    *("rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags"),
    *("drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects"),
    *("controls", "webPublishItems", "tableParts", "extLst"),
)
"""The children of a worksheet (ECMA-376, part 1, 18.3.1.99)."""


def insert_in_order(shell: Element, element: Element) -> None:
    """Put an element where elements of its kind stand, after those of the same kind."""
    before = _ORDER[: _ORDER.index(_local(element)) + 1]
    places = [place for place, child in enumerate(shell, 1) if _local(child) in before]
    shell.insert(max(places, default=0), element)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
