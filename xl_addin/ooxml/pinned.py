"""What is pinned to cells and moves with them: links, notes and threaded comments."""

from __future__ import annotations

import re
from collections.abc import Callable

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.markup import parse, serialise
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.patterns import pattern

# The boxes of notes are VML still (ISO/IEC 29500:2008, 14.4.2.12 ClientData): the cell a note is
# on by Row (.50) and Column (.15), both from 0, and its box by Anchor (.3), eight numbers.
_SHAPE = pattern(rb"<v:shape\b(?:(?!<v:shape\b).)*?</v:shape>", re.DOTALL)
_ROW = pattern(rb"(<x:Row>)\s*(\d+)\s*(</x:Row>)")
_COLUMN = pattern(rb"(<x:Column>)\s*(\d+)\s*(</x:Column>)")
_ANCHOR = pattern(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")

_COMMENT_KINDS = ("comments", "threadedComment")


Corner = tuple[int, int]
"""A cell: row and column, from 1."""

Moved = Callable[[int, int], Corner | None]
"""Where what is pinned to a cell goes; None where it leaves the sheet."""


def move_pinned(book: WorkbookFile, sheet: str, moved: Moved) -> None:
    """Move links and comments of a sheet, or take them out."""
    _move_links(book, sheet, moved)
    part = book.sheet_parts[sheet]
    for relationship in book.package.relationships(part):
        if relationship.kind in _COMMENT_KINDS:
            _move_references(book, relationship.target, moved)
        elif relationship.kind == "vmlDrawing":
            original = book.package.part(relationship.target)
            book.package.replace(relationship.target, _move_shapes(original, moved))


def _move_links(book: WorkbookFile, name: str, moved: Moved) -> None:
    sheet = book.sheet(name)
    for element in list(sheet.shell.iterfind("{*}hyperlinks/{*}hyperlink")):
        area = Area.parse(element.get("ref", ""))
        new = moved(*area[:2]) if area else None
        if area is None or new == area[:2]:
            continue
        if new is not None:
            element.set("ref", str(_at(area, new)))
        elif len(parent := element.getparent()) > 1:
            parent.remove(element)
        else:
            parent.getparent().remove(parent)
        sheet.shell_changed()


def _at(area: Area, corner: Corner) -> Area:
    """The same area with another first cell."""
    row, column = corner
    return Area(row, column, row + area.height - 1, column + area.width - 1)


def _move_references(book: WorkbookFile, part: str, moved: Moved) -> None:
    original = book.package.part(part)
    root, changed = parse(original), False
    for element in list(root.iter("{*}comment", "{*}threadedComment")):
        area = Area.parse(element.get("ref", ""))
        new = moved(*area[:2]) if area else None
        if area is None or new == area[:2]:
            continue
        changed = True
        if new is None:
            element.getparent().remove(element)
        else:
            element.set("ref", str(_at(area, new)))
    if changed:
        book.package.replace(part, serialise(root, original))


def _move_shapes(data: bytes, moved: Moved) -> bytes:
    """The boxes that show notes; other shapes of the drawing name no cell and stay."""

    def move(match: re.Match[bytes]) -> bytes:
        shape = match[0]
        row, column = _ROW.search(shape), _COLUMN.search(shape)
        if row is None or column is None or b'ObjectType="Note"' not in shape:
            return shape
        old = int(row[2]) + 1, int(column[2]) + 1
        new = moved(*old)
        if new is None:
            return b""
        down, across = new[0] - old[0], new[1] - old[1]
        shape = _ROW.sub(lambda m: m[1] + str(new[0] - 1).encode() + m[3], shape)
        shape = _COLUMN.sub(lambda m: m[1] + str(new[1] - 1).encode() + m[3], shape)
        return _ANCHOR.sub(lambda m: m[1] + _shifted_anchor(m[2], down, across) + m[3], shape)

    return _SHAPE.sub(move, data)


def _shifted_anchor(anchor: bytes, rows: int, columns: int) -> bytes:
    """Column, offset, row, offset of the box's top left corner, then of its bottom right."""
    numbers = [int(number) for number in anchor.split(b",")]
    if len(numbers) == 8:
        for place, by in ((0, columns), (2, rows), (4, columns), (6, rows)):
            numbers[place] = max(0, numbers[place] + by)
    return ", ".join(map(str, numbers)).encode()
