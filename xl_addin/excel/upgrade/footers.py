"""The footers of an older workbook: a title there is that of the day it was made."""

from __future__ import annotations

from collections.abc import Iterator

from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.graft_sheet import Graft
from xl_addin.ooxml.markup import Element

_FILE = "&F"
"""The code of a footer for the file's name (ECMA-376 part 1, 18.3.1.39)."""


def bring_footers(graft: Graft) -> Iterator[str]:
    """Let the footers that are as they were made name the file, and say so; others stay."""
    written = {text.text for name in graft.source.sheet_parts for text in _of(graft.source, name)}
    ours = [text.split(_FILE) for text in written if _FILE in (text or "")]
    renewed = [
        name
        for name in graft.target.sheet_parts
        for text in _of(graft.target, name)
        for around in ours
        if _renew(text, *around)
    ]
    for name in renewed:
        graft.target.sheet(name).shell_changed()
    if renewed:
        yield f"Footers name the file in place of its first title: {', '.join(renewed)}"


def _of(book: WorkbookFile, sheet: str) -> list[Element]:
    return list(book.sheet(sheet).shell.iterfind("{*}headerFooter/{*}oddFooter"))


def _renew(footer: Element, before: str, after: str) -> bool:
    """Let a footer name the file where nothing but words stands in its place."""
    text = footer.text or ""
    words = text.removeprefix(before).removesuffix(after)
    if text != before + words + after or "&" in words.replace("&&", ""):
        return False
    footer.text = before + _FILE + after
    return True
