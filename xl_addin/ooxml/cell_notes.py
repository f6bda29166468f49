"""Comments and links of single cells: what they say, and how they are put on a cell again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from xl_addin.ooxml.area import Area, address
from xl_addin.ooxml.kept import kept_parts, kept_text
from xl_addin.ooxml.markup import Element, namespace, parse, serialise
from xl_addin.ooxml.pinned import Corner
from xl_addin.ooxml.shell import insert_in_order
from xl_addin.ooxml.workbook_file import WorkbookFile
from xl_addin.patterns import pattern
from xl_addin.update import Kind, PutOn

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_THREADS = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_THREADS_TYPE = "application/vnd.ms-excel.threadedcomments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

_NO_COMMENTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}">'
    "<authors/><commentList/></comments>"
).encode()
_NO_THREADS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ThreadedComments '
    b'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments" '
    b'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
)
_NO_SHAPES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
    b'office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
# The box of a note, as Excel's own VML has it (ISO/IEC 29500:2008 part 4, 14.4.2): its kind is
# drawn once in a part, and each note has a shape of that kind.
_SHAPE_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;'
    'width:150pt;height:75pt;z-index:{id};visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{column}, 15, {row}, 2, {last}, 15, {below}, 4"
    "</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{at}</x:Column>"
    "</x:ClientData></v:shape>"
)
_NOTHING_KEPT = {"author": "xl-addin", "comment": f'<comment xmlns="{_MAIN}"/>'}
"""What a comment is made of of which only the text was kept."""

_SHAPE_ID = pattern(rb"_x0000_s(\d+)")


def read_comments(book: WorkbookFile, sheet: str) -> Iterator[tuple[Corner, PutOn]]:
    """The comments of a sheet, with the cells they are on; replies stand with their comment."""
    threads = _read_threads(book, sheet)
    for part in _targets(book, sheet, "comments"):
        root = parse(book.package.part(part))
        authors = [author.text or "" for author in root.iterfind("{*}authors/{*}author")]
        for element in root.iterfind("{*}commentList/{*}comment"):
            if area := Area.parse(element.get("ref", "")):
                corner, author = area[:2], authors[int(element.get("authorId", 0)) :][:1]
                kept = {"author": "".join(author), "comment": _xml(element)}
                says = "".join(element.itertext("{*}t"))
                yield corner, _comment(says, kept, threads.get(corner))


def _comment(says: str, kept: dict[str, Any], thread: dict[str, Any] | None) -> PutOn:
    if thread is None:
        return PutOn(Kind.COMMENT, says, kept_text(kept))
    lines = thread.pop("lines")
    return PutOn(Kind.CONVERSATION, "\n".join(lines), kept_text(kept | thread))


def _read_threads(book: WorkbookFile, sheet: str) -> dict[Corner, dict[str, Any]]:
    """The comments with replies, by their cell: the XML of each, and a line for each."""
    people, threads = _people(book), dict[Corner, dict[str, Any]]()
    for part in _targets(book, sheet, "threadedComment"):
        for element in parse(book.package.part(part)).iterfind("{*}threadedComment"):
            if area := Area.parse(element.get("ref", "")):
                thread = threads.setdefault(area[:2], {"thread": [], "lines": []})
                thread["thread"].append(_xml(element))
                said = "".join(element.itertext("{*}text"))
                thread["lines"].append(f"{people.get(element.get('personId'), 'Someone')}: {said}")
    return threads


def _people(book: WorkbookFile) -> Mapping[str, str]:
    """Who has written comments with replies, by the id they have in the workbook."""
    parts = [r.target for r in book.package.relationships(book.part, "person")]
    people = [p for part in parts for p in parse(book.package.part(part)).iter("{*}person")]
    return {person.get("id"): person.get("displayName", "Someone") for person in people}


def _targets(book: WorkbookFile, sheet: str, kind: str) -> list[str]:
    return [r.target for r in book.package.relationships(book.sheet_parts[sheet], kind)]


def _xml(element: Element) -> str:
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def put_comment(book: WorkbookFile, sheet: str, corner: Corner, thing: PutOn) -> None:
    """Put a comment on a cell that has none. Replies whose writers are gone become its text."""
    kept = kept_parts(thing.kept) if thing.kept else _NOTHING_KEPT
    element = parse(kept["comment"].encode())
    if not thing.kept:
        _say_plainly(element, thing.says)
    thread = [parse(xml.encode()) for xml in kept.get("thread", ())]
    if thread and {reply.get("personId") for reply in thread} <= _people(book).keys():
        _add_all(book, sheet, corner, "threadedComment", thread)
    elif thread:
        _say_plainly(element, thing.says)
        kept["author"] = "xl-addin"
    _add_note(book, sheet, corner, element, kept["author"])
    _add_box(book, sheet, corner)


def _say_plainly(comment: Element, says: str) -> None:
    """Let a comment say this as one text."""
    ns = namespace(comment)
    comment[:] = [comment.makeelement(f"{ns}text")]
    etree.SubElement(comment[0], f"{ns}t").text = says


def _add_note(
    book: WorkbookFile, sheet: str, corner: Corner, comment: Element, author: str
) -> None:
    part = _part(book, sheet, "comments")
    original = book.package.part(part)
    root = parse(original)
    authors = root.find("{*}authors")
    known = [element.text or "" for element in authors]
    if author not in known:
        etree.SubElement(authors, f"{namespace(root)}author").text = author
        known.append(author)
    comment.set("ref", address(*corner))
    comment.set("authorId", str(known.index(author)))
    root.find("{*}commentList").append(comment)
    book.package.replace(part, serialise(root, original))


def _add_all(
    book: WorkbookFile, sheet: str, corner: Corner, kind: str, elements: list[Element]
) -> None:
    part = _part(book, sheet, kind)
    original = book.package.part(part)
    root = parse(original)
    for element in elements:
        element.set("ref", address(*corner))
        root.append(element)
    book.package.replace(part, serialise(root, original))


def _part(book: WorkbookFile, sheet: str, kind: str) -> str:
    """The part of a sheet that lists its comments, made if there is none."""
    if found := _targets(book, sheet, kind):
        return found[0]
    name, data, content_type, relationship = {
        "comments": ("xl/comments1.xml", _NO_COMMENTS, _COMMENTS_TYPE, f"{_OFFICE}/comments"),
        "threadedComment": (
            "xl/threadedComments/threadedComment1.xml",
            _NO_THREADS,
            _THREADS_TYPE,
            _THREADS,
        ),
    }[kind]
    part = book.package.add(name, data, content_type)
    book.package.relate(book.sheet_parts[sheet], relationship, part)
    return part


def _add_box(book: WorkbookFile, sheet: str, corner: Corner) -> None:
    """Draw the box of a note, hidden until the mouse is on its cell."""
    part = _drawing(book, sheet)
    data = book.package.part(part)
    at, row = corner[1] - 1, corner[0] - 1
    id = 1 + max([1024, *map(int, _SHAPE_ID.findall(data))])
    box = {"column": at + 1, "last": at + 3, "below": row + 3, "row": row, "at": at}
    shape = _SHAPE.format(id=id, **box)
    drawn = shape if b"_x0000_t202" in data else _SHAPE_KIND + shape
    end = data.rindex(b"</")
    book.package.replace(part, data[:end] + drawn.encode() + data[end:])


def _drawing(book: WorkbookFile, sheet: str) -> str:
    """The part that draws a sheet's notes and buttons, made if there is none."""
    if found := _targets(book, sheet, "vmlDrawing"):
        return found[0]
    part = book.package.add("xl/drawings/vmlDrawing1.vml", _NO_SHAPES, _DRAWING_TYPE)
    id = book.package.relate(book.sheet_parts[sheet], f"{_OFFICE}/vmlDrawing", part)
    shell = book.sheet(sheet).shell
    element = shell.makeelement(f"{namespace(shell)}legacyDrawing")
    element.set(f"{{{_OFFICE}}}id", id)
    insert_in_order(shell, element)
    book.sheet(sheet).shell_changed()
    return part


def read_links(book: WorkbookFile, sheet: str) -> Iterator[tuple[Corner, PutOn]]:
    """The links of single cells of a sheet."""
    targets = book.package.links(book.sheet_parts[sheet])
    for element in book.sheet(sheet).shell.iterfind("{*}hyperlinks/{*}hyperlink"):
        area = Area.parse(element.get("ref", ""))
        if area and area.height == area.width == 1:
            target = targets.get(_relationship(element), "")
            kept = {"target": target, **{n: element.get(n) for n in _OF_LINK if element.get(n)}}
            yield area[:2], PutOn(Kind.LINK, target or element.get("location", ""), kept_text(kept))


_OF_LINK = ("location", "tooltip", "display")


def _relationship(element: Element) -> str:
    found = (value for name, value in element.attrib.items() if name.endswith("}id"))
    return str(next(found, ""))


def put_link(book: WorkbookFile, sheet: str, corner: Corner, thing: PutOn) -> None:
    """Put a link on a cell."""
    kept = kept_parts(thing.kept)
    shell = book.sheet(sheet).shell
    links = shell.find("{*}hyperlinks")
    if links is None:
        links = shell.makeelement(f"{namespace(shell)}hyperlinks")
        insert_in_order(shell, links)
    element = etree.SubElement(links, f"{namespace(shell)}hyperlink", ref=address(*corner))
    if target := kept.pop("target"):
        id = book.package.link(book.sheet_parts[sheet], f"{_OFFICE}/hyperlink", target)
        element.set(f"{{{_OFFICE}}}id", id)
    for name, value in kept.items():
        element.set(name, value)
    book.sheet(sheet).shell_changed()
