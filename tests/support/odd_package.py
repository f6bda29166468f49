"""Odd but valid packages: parts, relationships, content types and zips as other writers make them.

Each oddity keeps what the workbook says (ECMA-376, part 2). ``PACKAGES`` come between what
odd_sheets.py does to sheets and how odd_spelling.py spells them; ``ZIPS`` are ways to pack parts.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable

from lxml import etree

from tests.support.odd_sheets import SHEETS
from tests.support.odd_spelling import ENCODINGS, SPELLINGS
from tests.support.odd_xml import MAIN, TYPES, WORKBOOK, Element, Oddity, Parts, X, rewritten

RELS = "xl/_rels/workbook.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


def _in_relationships(change: Callable[[str, Element], None]) -> Oddity:
    """An oddity of all relationships; ``change`` gets the owner of each."""

    def oddity(parts: Parts) -> Parts:
        for name in [name for name in parts if name.endswith(".rels")]:
            owner = posixpath.join(posixpath.dirname(posixpath.dirname(name)), "owner")

            def each(root: Element, owner: str = owner) -> None:
                for relationship in root:
                    if relationship.get("TargetMode") != "External":
                        change(owner, relationship)

            parts = rewritten(parts, name, each)
        return parts

    return oddity


def target_of(owner: str, target: str) -> str:
    """The part that a relationship leads to."""
    joined = posixpath.join("/", posixpath.dirname(owner), target)
    return posixpath.normpath(joined).lstrip("/")


@_in_relationships
def absolute_targets(owner: str, relationship: Element) -> None:
    """Targets begin at the root, as openpyxl and others write them."""
    relationship.set("Target", "/" + target_of(owner, relationship.get("Target")))


@_in_relationships
def roundabout_targets(owner: str, relationship: Element) -> None:
    """Targets that go up and down again."""
    there = posixpath.dirname(owner)
    back = posixpath.relpath(target_of(owner, relationship.get("Target")), there or ".")
    relationship.set("Target", f"./{back}")


def renamed(new_names: Callable[[str], str]) -> Oddity:
    """An oddity that gives parts other names, their own relationships going with them."""

    def oddity(parts: Parts) -> Parts:
        new = {name: new_names(name) for name in parts}

        @_in_relationships
        def follow(owner: str, relationship: Element) -> None:
            target = target_of(owner, relationship.get("Target"))
            relationship.set("Target", "/" + new.get(target, target))

        def retype(root: Element) -> None:
            for override in root.iter(f"{_PACKAGE}Override"):
                name = override.get("PartName").lstrip("/")
                override.set("PartName", "/" + new.get(name, name))

        parts = rewritten(follow(parts), TYPES, retype)
        return {_rels_follow(name, new): data for name, data in parts.items()}

    return oddity


def _rels_follow(name: str, new: dict[str, str]) -> str:
    match = re.fullmatch(r"(.*)_rels/(.+)\.rels", name)
    owner = new.get(match[1] + match[2]) if match else None
    if owner is None:
        return new[name]
    folder, base = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _elsewhere(name: str) -> str:
    match = re.fullmatch(r"xl/(worksheets|tables)/\D+(\d+)\.xml", name)
    return f"data/{match[1]}/part-{match[2]}.XML" if match else name


def _spaced(name: str) -> str:
    known = r"xl/(tables|worksheets|charts)/([a-z]+)(\d+)\.xml"
    return re.sub(known, r"xl/\1/my%20\2%20\3.xml", name)


def _other_book(name: str) -> str:
    return {WORKBOOK: "book/main.xml"}.get(name, name)


def other_ids(parts: Parts) -> Parts:
    """Relationships are called otherwise, and the namespace of their ids too."""
    for name in ("workbook", *(f"worksheets/sheet{n}" for n in range(1, 20))):
        part, folder = f"xl/{name}.xml", posixpath.dirname(f"xl/{name}")
        rels = f"{folder}/_rels/{posixpath.basename(name)}.xml.rels"
        if part not in parts or rels not in parts:
            continue

        def rename(root: Element) -> None:
            root[:] = reversed(root)
            for relationship in root:
                relationship.set("Id", f"R{relationship.get('Id')[::-1]}-x")

        parts = rewritten(parts, rels, rename)
        text = re.sub(rb'\br:id="(\w+)"', lambda m: b'q:id="R%s-x"' % m[1][::-1], parts[part])
        text = text.replace(b"xmlns:r=", b"xmlns:q=").replace(b" r:", b" q:")
        parts = parts | {part: text}
    return parts


def types_by_default(parts: Parts) -> Parts:
    """What most parts are is said once, by how their names end."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

    def change(root: Element) -> None:
        for default in root.iter(f"{_PACKAGE}Default"):
            if default.get("Extension") == "xml":
                default.set("ContentType", kind)
        for override in list(root.iter(f"{_PACKAGE}Override")):
            if override.get("ContentType") == kind:
                root.remove(override)
        root[:] = reversed(root)

    return rewritten(parts, TYPES, change)


def types_in_capitals(parts: Parts) -> Parts:
    """Part names differ by more than their capitals, so these do not matter."""

    def change(root: Element) -> None:
        for override in root.iter(f"{_PACKAGE}Override"):
            override.set("PartName", override.get("PartName").replace("/xl/", "/XL/"))

    return rewritten(parts, TYPES, change)


def unknown_parts(parts: Parts) -> Parts:
    """Parts, relationships and extensions of programs we do not know."""
    thing = {"Id": "rId900", "Type": "urn:other/thing", "Target": "/other/thing.bin"}

    def relate(root: Element) -> None:
        etree.SubElement(root, f"{_RELATIONSHIPS}Relationship", thing)

    def extend(root: Element) -> None:
        lists = root.findall(f"{X}extLst") or [etree.SubElement(root, f"{X}extLst")]
        extension = etree.SubElement(lists[0], f"{X}ext", uri="{99999999-0000-0000-0000-000000}")
        etree.SubElement(extension, "{urn:other}tables").text = "Dataset"

    parts = parts | {"other/thing.bin": b"\x00\x01thing"}
    for name in ("_rels/.rels", RELS, "xl/worksheets/_rels/sheet1.xml.rels"):
        parts = rewritten(parts, name, relate)
    return rewritten(rewritten(parts, WORKBOOK, extend), "xl/worksheets/sheet1.xml", extend)


def quoted_names(parts: Parts) -> Parts:
    """Names that quote every sheet, in other capitals, and a sheet's own names beside them."""

    def change(root: Element) -> None:
        names = root.find(f"{X}definedNames")
        for element in list(names if names is not None else ()):
            found = re.sub(r"^([A-Za-z]+)!", lambda m: f"'{m[1].upper()}'!", element.text)
            is_global = element.get("localSheetId") is None
            if found != element.text and is_global:
                own = etree.Element(f"{X}definedName", name=element.get("name"), localSheetId="6")
                own.text = "'Refresh log'!$ZZ$99"
                names.append(own)
            element.text = found

    return rewritten(parts, WORKBOOK, change)


def hidden_sheets(parts: Parts) -> Parts:
    """Every sheet but the first is hidden, in one way or the other."""

    def change(root: Element) -> None:
        for number, sheet in enumerate(root.iter(f"{X}sheet")):
            if number:
                sheet.set("state", ("hidden", "veryHidden")[number % 2])

    return rewritten(parts, WORKBOOK, change)


def calculation_chain(parts: Parts) -> Parts:
    """The formulas are listed in a chain, as Excel does it."""
    root = etree.Element(f"{X}calcChain", nsmap={None: MAIN})
    for number in range(1, 20):
        name = f"xl/worksheets/sheet{number}.xml"
        sheet = etree.fromstring(parts[name]) if name in parts else etree.Element("none")
        for cell in sheet.iter(f"{X}c"):
            if cell.find(f"{X}f") is not None and cell.get("r"):
                etree.SubElement(root, f"{X}c", r=cell.get("r"), i=str(number))
    if not len(root):
        return parts

    def relate(rels: Element) -> None:
        etree.SubElement(
            rels,
            f"{_RELATIONSHIPS}Relationship",
            Id="rIdChain",
            Type=f"{OFFICE}/calcChain",
            Target="calcChain.xml",
        )

    def tell(types: Element) -> None:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
        etree.SubElement(
            types, f"{_PACKAGE}Override", PartName="/xl/calcChain.xml", ContentType=kind
        )

    parts = rewritten(rewritten(parts, RELS, relate), TYPES, tell)
    return parts | {"xl/calcChain.xml": etree.tostring(root)}


def strict(parts: Parts) -> Parts:
    """The strict form of the norm: other namespaces throughout."""
    purl = b"http://purl.oclc.org/ooxml/"
    known = {
        MAIN.encode(): purl + b"spreadsheetml/main",
        OFFICE.encode(): purl + b"officeDocument/relationships",
        b"http://schemas.openxmlformats.org/drawingml/2006/": purl + b"drawingml/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": purl + b"officeDocument/",
    }

    def translated(name: str, data: bytes) -> bytes:
        if not name.endswith((".xml", ".rels")):
            return data
        for old, new in known.items():
            data = data.replace(old, new)
        return data

    parts = {name: translated(name, data) for name, data in parts.items()}
    opening = b'<workbook conformance="strict" '
    return parts | {WORKBOOK: parts[WORKBOOK].replace(b"<workbook ", opening, 1)}


PACKAGES: dict[str, Oddity] = {
    "calculation chain": calculation_chain,
    "unknown parts": unknown_parts,
    "quoted names": quoted_names,
    "hidden sheets": hidden_sheets,
    "other ids": other_ids,
    "types by default": types_by_default,
    "absolute targets": absolute_targets,
    "roundabout targets": roundabout_targets,
    "parts elsewhere": renamed(_elsewhere),
    "parts with spaces": renamed(_spaced),
    "workbook part elsewhere": renamed(_other_book),
    "types in capitals": types_in_capitals,
}

ODDITIES = SHEETS | PACKAGES | SPELLINGS
"""In the order in which they can follow one another."""


def made_odd(parts: Parts, names: list[str]) -> Parts:
    """The parts in these odd forms together; of several encodings the first."""
    encodings = [name for name in ENCODINGS if name in names]
    for name, oddity in ODDITIES.items():
        if name in names and name not in encodings[1:]:
            parts = oddity(parts)
    return parts


def _packed(entries: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in entries:
            package.writestr(name, data)
    return out.getvalue()


def plainly(parts: Parts) -> bytes:
    """Packed as most programs do."""
    return _packed(parts.items())


def stored(parts: Parts) -> bytes:
    """Not packed at all."""
    return _packed(parts.items(), zipfile.ZIP_STORED)


def backwards(parts: Parts) -> bytes:
    """In another order, the content types last."""
    return _packed(reversed(parts.items()))


class _Pipe(io.RawIOBase):
    """What can be written to but not gone back in: sizes follow the data."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.written += bytes(data)  # type: ignore[arg-type]
        return len(bytes(data))  # type: ignore[arg-type]


def streamed(parts: Parts) -> bytes:
    """Written to a stream: the sizes stand after the data."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[arg-type]
        for name, data in parts.items():
            package.writestr(name, data)
    return bytes(pipe.written)


def with_folders(parts: Parts) -> bytes:
    """With an entry for each folder, extra fields, notes and old days."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for folder in sorted({posixpath.dirname(name) + "/" for name in parts} - {"/"}):
            package.writestr(folder, b"")
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1999, 12, 31, 23, 59, 58))
            info.extra, info.comment = b"\xfe\xca\x04\x00abcd", b"a part"
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, data)
        package.comment = b"written elsewhere"
    return out.getvalue()


def sixty_four(parts: Parts) -> bytes:
    """With 64-bit sizes, as streaming writers of .NET make them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            with package.open(name, "w", force_zip64=True) as entry:
                entry.write(data)
    return out.getvalue()


ZIPS: dict[str, Callable[[Parts], bytes]] = {
    "plain zip": plainly,
    "stored zip": stored,
    "zip backwards": backwards,
    "streamed zip": streamed,
    "zip with folders": with_folders,
    "64-bit zip": sixty_four,
}


def parts_of(data: bytes) -> Parts:
    """The parts of a package by name, folders aside."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist() if name[-1] != "/"}
