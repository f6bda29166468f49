"""The footers of an older workbook: a title there is that of the day it was made."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xl_addin.excel.template.parts import in_footer
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.markup import Element, parse

_FILE = "&F"
"""The code of a footer for the file's name (ECMA-376 part 1, 18.3.1.39)."""
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def bring_footers(graft: Graft, title: str) -> Iterator[str]:
    """Let the footers that are as they were made name the file, and say so; others stay.

    They name the workbook's ``title`` or the one it was made with, which Excel keeps among its
    properties, and nothing else: a marking that somebody wrote there, or beside it, stays.
    """
    titles = {in_footer(known) for known in (title, *_first_titles(graft.target))}
    written = {text.text for name in graft.source.sheet_parts for text in _of(graft.source, name)}
    ours = [text.partition(_FILE) for text in written if _FILE in (text or "")]
    renewed = [
        name
        for name in graft.target.sheet_parts
        for text in _of(graft.target, name)
        for before, _, after in ours
        if _renew(text, before, after, titles)
    ]
    for name in renewed:
        graft.target.sheet(name).shell_changed()
    if renewed:
        yield f"Footers name the file in place of its first title: {', '.join(renewed)}"


def _of(book: WorkbookFile, sheet: str) -> list[Element]:
    return list(book.sheet(sheet).shell.iterfind("{*}headerFooter/{*}oddFooter"))


def _first_titles(book: WorkbookFile) -> Iterator[str]:
    for part in book.package.relationships("", "core-properties"):
        yield from (text.text or "" for text in parse(book.package.part(part.target)).iter(_TITLE))


def _renew(footer: Element, before: str, after: str, titles: Collection[str]) -> bool:
    """Let a footer name the file where nothing but a title stands in its place."""
    text = footer.text or ""
    words = text.removeprefix(before).removesuffix(after)
    if text != before + words + after or words not in titles:
        return False
    footer.text = before + _FILE + after
    return True
