"""The conditional formats of the Dataset's page: the arrows, their colours, the italics of text."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from xl_addin.layout import Dataset
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.area import Area
from xl_addin.ooxml.graft_column import add_conditional_format
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.markup import Element
from xl_addin.patterns import pattern

_CELL = pattern(r"\$?\b[A-Z]{1,3}\$?\d{1,7}\b")


def missing_formats(template: WorkbookFile, book: WorkbookFile) -> list[Element]:
    """The conditional formats of the template's page with a rule that a workbook's page lacks.

    A rule is known by its formula, whichever cells it names: a page may have an officer's column.
    Those of columns that a page of an earlier edition has not got are not missed.
    """
    there = {known for block in _blocks(book) for known in _rules(block)}
    ours, theirs = (b.tables[Dataset.TABLE] for b in (template, book))
    later = {ours.column(h) for h in Dataset.AFTER_MONTHS if h not in theirs.headings}
    return [
        block
        for block in _blocks(template)
        if not set(_rules(block)) <= there and not _columns(block) & later
    ]


def _columns(block: Element) -> set[int]:
    areas = map(Area.parse, (block.get("sqref") or "").split())
    return {column for area in areas if area for column in area.columns}


def can_bring_formats(graft: Graft) -> bool:
    """Whether the columns of the page stand where the template's do, so that its formats fit."""
    ours, theirs = (b.tables[Dataset.TABLE] for b in (graft.source, graft.target))
    known = [h for h in Dataset.AFTER_MONTHS if h in theirs.headings and h in ours.headings]
    return all(ours.column(heading) == theirs.column(heading) for heading in known)


def bring_formats(graft: Graft) -> Iterator[str]:
    """Give the page the conditional formats of the template that it lacks, and say how many.

    Those whose rules are half there are taken out first; an officer's own stay.
    """
    missing = missing_formats(graft.source, graft.target)
    page = graft.target.tables[Dataset.TABLE].sheet
    sheet = graft.target.sheet(page)
    wanted = {known for block in missing for known in _rules(block)}
    for block in _blocks(graft.target):
        for rule in block.findall("{*}cfRule"):
            if _known(rule) in wanted:
                block.remove(rule)
        if block.find("{*}cfRule") is None:
            sheet.shell.remove(block)
    for block in missing:
        copied = deepcopy(block)
        for rule in copied.iterfind("{*}cfRule"):
            if (number := rule.get("dxfId")) is not None:
                rule.set("dxfId", str(graft.styles.difference(int(number))))
        add_conditional_format(sheet.shell, copied)
    if missing:
        sheet.shell_changed()
        yield f"{page}: the arrows, their colours and the italics are there again"


def _blocks(book: WorkbookFile) -> list[Element]:
    shell = book.sheet(book.tables[Dataset.TABLE].sheet).shell
    return list(shell.iterfind("{*}conditionalFormatting"))


def _rules(block: Element) -> Iterator[str]:
    return map(_known, block.iterfind("{*}cfRule"))


def _known(rule: Element) -> str:
    """What a rule says, whichever cells it says it of."""
    return " ".join(_CELL.sub("#", formula.text or "") for formula in rule.iterfind("{*}formula"))
