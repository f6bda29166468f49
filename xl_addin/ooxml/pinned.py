"""What is pinned to cells and moves with their record: links, notes and threaded comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from xl_addin.ooxml.area import Area
from xl_addin.ooxml.markup import parse, serialise
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.patterns import pattern

# The boxes of notes are VML still (ISO/IEC 29500:2008, 14.4.2.12 ClientData): the cell a note is
# on by Row (.50) and Column (.15), both from 0, and its box by Anchor (.3), eight numbers.
_SHAPE = pattern(rb"<v:shape\b(?:(?!<v:shape\b).)*?</v:shape>", re.DOTALL)
_ROW = pattern(rb"(<x:Row>)\s*(\d+)\s*(</x:Row>)")
_COLUMN = pattern(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_ANCHOR = pattern(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")

_COMMENT_KINDS = ("comments", "threadedComment")


def move_comments(
    book: WorkbookFile, sheet: str, body: Area, places: Mapping[int, int | None]
) -> None:
    """Move links and comments of a table's rows to where their records stand now.

    ``places`` gives each row's new row, None where the record left, and its comment with it.
    """
    if all(old == new for old, new in places.items()):
        return

    def moved(row: int, column: int) -> int | None:
        return places.get(row, row) if column in body.columns else row

    _move_links(book, sheet, moved)
    part = book.sheet_parts[sheet]
    for relationship in book.package.relationships(part):
        if relationship.kind in _COMMENT_KINDS:
            _move_references(book, relationship.target, moved)
        elif relationship.kind == "vmlDrawing":
            original = book.package.part(relationship.target)
            book.package.replace(relationship.target, _move_shapes(original, moved))


Moved = Callable[[int, int], int | None]


def _move_links(book: WorkbookFile, name: str, moved: Moved) -> None:
    sheet = book.sheet(name)
    for element in list(sheet.shell.iterfind("{*}hyperlinks/{*}hyperlink")):
        area = Area.parse(element.get("ref", ""))
        row = moved(area.first_row, area.first_column) if area else None
        if area is None or row == area.first_row:
            continue
        if row is not None:
            distance = row - area.first_row
            new = area._replace(first_row=row, last_row=area.last_row + distance)
            element.set("ref", str(new))
        elif len(parent := element.getparent()) > 1:
            parent.remove(element)
        else:
            parent.getparent().remove(parent)
        sheet.shell_changed()


def _move_references(book: WorkbookFile, part: str, moved: Moved) -> None:
    original = book.package.part(part)
    root, changed = parse(original), False
    for element in list(root.iter("{*}comment", "{*}threadedComment")):
        area = Area.parse(element.get("ref", ""))
        row = moved(area.first_row, area.first_column) if area else None
        if area is None or row == area.first_row:
            continue
        changed = True
        if row is None:
            element.getparent().remove(element)
        else:
            element.set("ref", str(area._replace(first_row=row, last_row=row)))
    if changed:
        book.package.replace(part, serialise(root, original))


def _move_shapes(data: bytes, moved: Moved) -> bytes:
    """The boxes that show notes; other shapes of the drawing name no cell and stay."""

    def move(match: re.Match[bytes]) -> bytes:
        shape = match[0]
        row, column = _ROW.search(shape), _COLUMN.search(shape)
        if row is None or column is None or b'ObjectType="Note"' not in shape:
            return shape
        new = moved(int(row[2]) + 1, int(column[1]) + 1)
        if new is None:
            return b""
        distance = new - 1 - int(row[2])
        shape = _ROW.sub(lambda m: m[1] + str(new - 1).encode() + m[3], shape)
        return _ANCHOR.sub(lambda m: m[1] + _shifted_anchor(m[2], distance) + m[3], shape)

    return _SHAPE.sub(move, data)


def _shifted_anchor(anchor: bytes, rows: int) -> bytes:
    """Column, offset, row, offset of the box's top left corner, then of its bottom right."""
    numbers = [int(number) for number in anchor.split(b",")]
    for place in (2, 6) if len(numbers) == 8 else ():
        numbers[place] = max(0, numbers[place] + rows)
    return ", ".join(map(str, numbers)).encode()
