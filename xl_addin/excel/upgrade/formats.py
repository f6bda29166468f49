"""The conditional formats of the Dataset's page: the arrows, their colours, the italics of text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy

from xl_addin.dataset.page import is_month_heading
from xl_addin.layout import Dataset
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.area import Area, column_number, letters
from xl_addin.ooxml.graft_column import add_conditional_format
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.markup import Element
from xl_addin.patterns import pattern

_CELL = pattern(r"(\$?)\b([A-Z]{1,3})(\$?)([0-9]{1,7})\b")


def missing_formats(template: WorkbookFile, book: WorkbookFile) -> list[Element]:
    """The conditional formats of the template's page with a rule that a workbook's page lacks.

    A rule is known by its formula, whichever cells it names: a page may have an officer's column.
    Those of columns that a page has not got are not missed.
    """
    there = {known for block in _blocks(book) for known in _rules(block)}
    ours, theirs = (b.tables[Dataset.TABLE] for b in (template, book))
    left_out = {ours.column(h) for h in Dataset.AFTER_MONTHS if h not in theirs.headings}
    return [
        block
        for block in _blocks(template)
        if not set(_rules(block)) <= there and not _columns(block) & left_out
    ]


def bring_formats(graft: Graft, of: Collection[str] | None = None) -> Iterator[str]:
    """Give the page the conditional formats of the template that it lacks, and say so.

    ``of`` are the columns that it is about; None: all. Those whose rules are half there are taken
    out first; an officer's own stay.
    """
    missing = missing_formats(graft.source, graft.target)
    if of is not None:
        ours = graft.source.tables[Dataset.TABLE]
        asked = {ours.column(heading) for heading in of}
        missing = [block for block in missing if _columns(block) <= asked]
    page = graft.target.tables[Dataset.TABLE].sheet
    sheet = graft.target.sheet(page)
    _take_out(graft.target, {known for block in missing for known in _rules(block)})
    for block in missing:
        add_conditional_format(sheet.shell, _carried(graft, block))
    if missing:
        sheet.shell_changed()
        yield f"{page}: its arrows, colours and italics are those of the template"


def _take_out(book: WorkbookFile, wanted: Collection[str]) -> None:
    for block in _blocks(book):
        for rule in block.findall("{*}cfRule"):
            if _known(rule) in wanted:
                block.remove(rule)
        if block.find("{*}cfRule") is None:
            block.getparent().remove(block)


def _carried(graft: Graft, block: Element) -> Element:
    """Conditional formats of the template for the cells that the same columns are in here."""
    copied = deepcopy(block)
    columns, down = _moves(graft)
    copied.set("sqref", _moved(copied.get("sqref") or "", columns, down))
    for rule in copied.iterfind("{*}cfRule"):
        if (number := rule.get("dxfId")) is not None:
            rule.set("dxfId", str(graft.styles.difference(int(number))))
        for formula in rule.iterfind("{*}formula"):
            formula.text = _moved(formula.text or "", columns, down)
    return copied


def _moves(graft: Graft) -> tuple[Mapping[int, int], int]:
    """Where each column of the template's page stands here, and by how many rows it is lower."""
    ours, theirs = (b.tables[Dataset.TABLE] for b in (graft.source, graft.target))
    pairs = zip(_months(ours.headings), _months(theirs.headings), strict=True)
    known = [*pairs, *((h, h) for h in ours.headings if h in theirs.headings)]
    columns = {ours.column(one): theirs.column(other) for one, other in known}
    return columns, theirs.body.first_row - ours.body.first_row


def _months(headings: Sequence[str]) -> list[str]:
    return [heading for heading in headings if is_month_heading(heading)]


def _moved(text: str, columns: Mapping[int, int], down: int) -> str:
    def follow(cell: re.Match[str]) -> str:
        column = column_number(cell[2])
        return f"{cell[1]}{letters(columns.get(column, column))}{cell[3]}{int(cell[4]) + down}"

    return _CELL.sub(follow, text)


def _columns(block: Element) -> set[int]:
    areas = map(Area.parse, (block.get("sqref") or "").split())
    return {column for area in areas if area for column in area.columns}


def _blocks(book: WorkbookFile) -> list[Element]:
    shell = book.sheet(book.tables[Dataset.TABLE].sheet).shell
    return list(shell.iterfind("{*}conditionalFormatting"))


def _rules(block: Element) -> Iterator[str]:
    return map(_known, block.iterfind("{*}cfRule"))


def _known(rule: Element) -> str:
    """What a rule says, whichever cells it says it of."""
    return " ".join(_CELL.sub("#", formula.text or "") for formula in rule.iterfind("{*}formula"))
