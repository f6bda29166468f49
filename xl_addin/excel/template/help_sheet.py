"""The help sheet: the guide, as docs/guide.md has it, without its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from xl_addin.excel.template import style
from xl_addin.excel.template.parts import NewBook, set_up_page, write_heading
from xl_addin.excel.template.style import Look
from xl_addin.layout import Sheet
from xl_addin.ooxml.row_heights import fitted_height

_FIRST = 4
_LEFT, _TEXT = 220, 1000
"""The widths of the columns in pixels: what a line is about, and the line."""

_PURPOSE = "How to work with this workbook, and what to do when something does not work."
_SECTION: Look = style.TEXT | {"font_size": 15, "bold": True, "font_color": style.NAVY}
_STEP: Look = style.TEXT | {"bold": True, "font_color": style.NAVY}
_TERM: Look = style.TEXT | {"bold": True, "text_wrap": True, "valign": "top"}
_WORDS: Look = style.TEXT | {"text_wrap": True, "valign": "top"}
_TYPED: Look = style.TEXT | {"font_name": "Consolas", "bg_color": style.TINT}
_TERM_AND_WORDS = re.compile(r"(?:- )?\*\*(.+?)\*\*:? *(.+)", re.DOTALL)
_MARKS = re.compile(r"\*\*?([^*]+)\*\*?|`([^`]+)`")


class Line(NamedTuple):
    """A row of the sheet: what it is about, its words, and how they look."""

    term: str
    words: str
    look: Look


def guide_text() -> str:
    """The guide, in Markdown."""
    return (files("xl_addin") / "excel" / "template" / "guide.md").read_text(encoding="utf-8")


def guide_lines(text: str) -> Iterator[Line]:
    """The rows of the sheet, from the guide's Markdown; a blank line ends each paragraph."""
    for block in re.split(r"\n\n+|\n(?=- )", text.strip()):
        if block.startswith("```"):
            yield from (Line("", typed, _TYPED) for typed in block.strip("`\n").splitlines())
        elif heading := re.fullmatch(r"(#{2,3}) (.+)", block):
            look = _SECTION if heading[1] == "##" else _STEP
            yield Line(heading[2], "", look)
        elif not block.startswith(("# ", "![")):
            yield _paragraph(" ".join(block.split()))


def _paragraph(block: str) -> Line:
    found = _TERM_AND_WORDS.fullmatch(block)
    term, words = (found[1], found[2]) if found else ("", block)
    return Line(_plain(term), _plain(words.removeprefix("- ")), _WORDS)


def _plain(text: str) -> str:
    return _MARKS.sub(lambda mark: mark[1] or mark[2], text)


def add_help(book: NewBook) -> None:
    """Add the guide as a sheet."""
    looks, sheet = book.looks, book.workbook.add_worksheet(Sheet.HELP)
    set_up_page(sheet, book.title, "record")
    write_heading(sheet, looks, Sheet.HELP, _PURPOSE)
    sheet.freeze_panes(_FIRST - 1, 0)
    sheet.set_column_pixels(0, 0, _LEFT)
    sheet.set_column_pixels(1, 1, _TEXT)
    for row, line in enumerate(guide_lines(guide_text()), _FIRST):
        sheet.set_row(row, _height(line))
        if line.term:
            sheet.write_string(row, 0, line.term, looks[line.look if not line.words else _TERM])
        if line.words:
            sheet.write_string(row, 1, line.words, looks[line.look])


def _height(line: Line) -> float:
    size = line.look["font_size"]
    if not line.words:
        return fitted_height([("", _LEFT, size + 4)])
    return fitted_height([(line.words, _TEXT, size), (line.term, _LEFT, size)])
