"""A workbook file as a package: a zip of parts and the relationships between them.

Parts that are not replaced are copied as they lie in the file: the compressed bytes, the
headers, the timestamps and the order stay.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain, count
from types import MappingProxyType
from typing import IO
from urllib.parse import unquote

from xl_addin.limits import LARGEST_UNPACKED
from xl_addin.ooxml.markup import Element, Malformed, namespace, parse, serialise
from xl_addin.ooxml.pieces import Pieces, is_whole
from xl_addin.ooxml.zip_limits import refuse_bomb, refuse_liars
from xl_addin.values import value_type

CONTENT_TYPES = "[Content_Types].xml"

# The records of a zip, little-endian, by the sections of PKWARE's APPNOTE.TXT 6.3 that lay them
# out. Names, extra fields and comments follow a record; their lengths are its 2-byte fields.
_LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7, local file header: 30 bytes
_CENTRAL = struct.Struct("<4s6H3L5H2L")  # 4.3.12, file header of the central directory: 46 bytes
_END = struct.Struct("<4s4H2LH")  # 4.3.16, end of central directory record: 22 bytes
_LARGEST = 0xFFFFFFFF  # beyond it an offset needs the Zip64 records of 4.3.14
_SIZES_FOLLOW = 0x08  # 4.4.4, bit 3: CRC and sizes stand behind the data (4.3.9)
_FIRST_DAY = (1 << 5) | 1
_LEVEL = 3
"""Of packing: the last tenth smaller takes as long as all the rest."""
_NOTHING: Mapping[str, Pieces] = MappingProxyType({})
_NO_RELATIONSHIPS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships '
    b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


@value_type
class Relationship:
    """What one part refers to: its id there, its kind (the type's last word), its target."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of a workbook file, to be read, replaced and saved.

    ``largest`` is how many bytes its parts may unpack to together. Raises zipfile.BadZipFile
    for bytes that are no zip, TooLarge for what limits.py forbids.
    """

    def __init__(self, data: bytes, largest: int = LARGEST_UNPACKED) -> None:
        self._data = data
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        refuse_bomb(data, self._zip.infolist(), largest)
        self._entries = {_part_name(info.filename): info for info in self._zip.infolist()}
        self._unpacked: dict[str, bytes] = {}
        self._replaced: dict[str, Pieces] = {}
        self._removed: set[str] = set()
        self._relationships: dict[str, tuple[Relationship, ...]] = {}
        self._types: Element | None = None

    def first_damaged(self, meant: Mapping[str, Pieces] = _NOTHING) -> str | None:
        """The first part whose bytes are not those it was written with; None if all are.

        Parts that are ``meant`` to hold certain bytes are compared with those.
        """
        known = {_part_name(name): data for name, data in meant.items()}
        for name, info in self._entries.items():
            try:
                with self._zip.open(info) as stream:
                    if not (known[name].are_all_of(stream) if name in known else is_whole(stream)):
                        return info.filename
            except zipfile.BadZipFile:
                return info.filename
        return next((name for name in known if name not in self._entries), None)

    def refuse_liars(self) -> None:
        """Make sure that no part unpacks to more than it says. Raises TooLarge."""
        refuse_liars(self._data, self._zip.infolist())

    def __contains__(self, name: str) -> bool:
        known = _part_name(name) in self._entries or name in self._replaced
        return known and name not in self._removed

    def part(self, name: str) -> bytes:
        """The bytes of a part as it now is. Raises Malformed, zlib.error, BadZipFile."""
        if name in self._replaced:
            return self._replaced[name].joined
        if name not in self:
            raise Malformed(f"the part {name} is missing")
        known = _part_name(name)
        if known not in self._unpacked:
            self._unpacked[known] = self._zip.read(self._entries[known])
        return self._unpacked[known]

    def stream(self, name: str) -> IO[bytes]:
        """A part as it now is, to be read bit by bit. Raises Malformed, zlib.error, BadZipFile."""
        if name in self._replaced or name not in self:
            return io.BytesIO(self.part(name))
        return self._zip.open(self._entries[_part_name(name)])

    def read_as(self, name: str, data: bytes) -> None:
        """Take this for a part in reading: what is left out of it is known already."""
        self._unpacked[_part_name(name)] = data

    def pieces(self, name: str) -> Pieces:
        """The bytes of a part as it now is, in the pieces it was replaced by."""
        return self._replaced[name] if name in self._replaced else Pieces([self.part(name)])

    def replace(self, name: str, data: bytes | Pieces) -> None:
        """Give a part other bytes. The same bytes leave it untouched."""
        given = Pieces([data]) if isinstance(data, bytes) else data
        if len(given) != self.size(name) or given.joined != self.part(name):
            self._replaced[name] = given
            if _part_name(name) == _part_name(CONTENT_TYPES) or name.endswith(".rels"):
                self._relationships.clear()
                self._types = None

    def size(self, name: str) -> int:
        """The bytes of a part as it now is, counted without reading it. Raises Malformed."""
        if name in self._replaced or name not in self:
            return len(self.pieces(name))
        return self._entries[_part_name(name)].file_size

    def remove(self, name: str, owner: str) -> None:
        """Take out a part, its content type and its owner's relationship to it."""
        self._removed.add(name)
        for part, attribute in ((CONTENT_TYPES, "PartName"), (rels_name(owner), "Target")):
            original = self.part(part)
            root = parse(original)
            for child in list(root):
                if _resolve(owner, child.get(attribute) or "").lower() == name.lower():
                    root.remove(child)
            self.replace(part, serialise(root, original))

    def add(self, name: str, data: bytes, content_type: str) -> str:
        """Put in a part under this name, or one like it that is free, and give the name it has.

        A part that is a list of relationships has no content type of its own: "".
        """
        free = self._free_name(name)
        self._replaced[free] = Pieces([data])
        if content_type and self.content_type(free) != content_type:
            original = self.part(CONTENT_TYPES)
            root = parse(original)
            override = root.makeelement(f"{namespace(root)}Override")
            override.set("PartName", f"/{free}")
            override.set("ContentType", content_type)
            root.append(override)
            self.replace(CONTENT_TYPES, serialise(root, original))
        return free

    def _free_name(self, name: str) -> str:
        stem, ending = posixpath.splitext(name)
        numbered = (f"{stem.rstrip('0123456789')}{n}{ending}" for n in count(1))
        return next(free for free in chain([name], numbered) if free not in self)

    def content_type(self, part: str) -> str:
        """What kind of part a part is: by its name, or else by the ending of its name."""
        for element in self._content_types.iter("{*}Override"):
            if _part_name(element.get("PartName", "")) == _part_name(part):
                return str(element.get("ContentType", ""))
        ending = posixpath.splitext(part)[1].lstrip(".").lower()
        for element in self._content_types.iter("{*}Default"):
            if element.get("Extension", "").lower() == ending:
                return str(element.get("ContentType", ""))
        return ""

    @property
    def _content_types(self) -> Element:
        """The list of types, to be read."""
        if self._types is None:
            self._types = parse(self.part(CONTENT_TYPES))
        return self._types

    def relate(self, owner: str, kind: str, part: str) -> str:
        """Let one part refer to another, ``kind`` being the whole type, and give the id of that."""
        target = posixpath.relpath(part, posixpath.dirname(owner) or ".")
        return self._relate(owner, {"Type": kind, "Target": target})

    def link(self, owner: str, kind: str, target: str) -> str:
        """Let a part refer to what is outside the package, and give the id of that."""
        known = {address: id for id, address in self.links(owner).items()}
        wanted = {"Type": kind, "Target": target, "TargetMode": "External"}
        return known.get(target) or self._relate(owner, wanted)

    def links(self, owner: str) -> dict[str, str]:
        """What a part refers to outside the package, by the id of that."""
        name = rels_name(owner)
        root = parse(self.part(name)) if name in self else ()
        return {e.get("Id"): e.get("Target") for e in root if e.get("TargetMode") == "External"}

    def _relate(self, owner: str, attributes: Mapping[str, str]) -> str:
        name = rels_name(owner)
        if name not in self:
            self.add(name, _NO_RELATIONSHIPS, "")
        original = self.part(name)
        root = parse(original)
        taken = {element.get("Id") for element in root}
        element = root.makeelement(f"{namespace(root)}Relationship")
        element.set("Id", next(id for n in count(1) if (id := f"rId{n}") not in taken))
        for attribute, value in attributes.items():
            element.set(attribute, value)
        root.append(element)
        self.replace(name, serialise(root, original))
        self._relationships.pop(owner, None)
        return str(element.get("Id"))

    @property
    def names(self) -> set[str]:
        """Its parts as they now are, each by its name in the form that all spellings share."""
        known = self._entries.keys() | map(_part_name, self._replaced)
        return known - set(map(_part_name, self._removed))

    @property
    def changed(self) -> tuple[str, ...]:
        """The parts that are replaced, added or removed."""
        return (*self._replaced, *self._removed)

    def relationships(self, part: str, kind: str = "") -> tuple[Relationship, ...]:
        """What a part refers to inside the package; ``part`` "" is the package itself."""
        if part not in self._relationships:
            name = rels_name(part)
            found = _parse_relationships(part, parse(self.part(name))) if name in self else ()
            self._relationships[part] = tuple(found)
        return tuple(r for r in self._relationships[part] if kind in ("", r.kind))

    def parts_of_type(self, ending: str) -> list[str]:
        """The parts whose content type ends so, in the order of the list of types."""
        return [
            element.get("PartName", "").lstrip("/")
            for element in self._content_types.iter("{*}Override")
            if element.get("ContentType", "").endswith(ending)
        ]

    def to_bytes(self) -> bytes:
        """The file with its changes."""
        out, records = io.BytesIO(), []
        for entry, record in self._packed():
            records.append(_moved(record, out.tell()))
            out.write(entry)
        start, directory = out.tell(), b"".join(records)
        out.write(directory)
        out.write(_end(len(records), len(directory), start, self._zip.comment))
        return out.getvalue()

    def _packed(self) -> Iterator[tuple[bytes, bytes]]:
        """What the file is to hold: each entry, and its record, wherever that says it stands."""
        spans = self._spans()
        removed = set(map(_part_name, self._removed))
        replaced = {_part_name(part): data for part, data in self._replaced.items()}
        for info, record in self._central_records():
            name = _part_name(info.filename)
            if name in removed:
                continue
            if name in replaced:
                yield _written(record, replaced[name])
            else:
                yield self._data[slice(*spans[info.header_offset])], record
        for part in self._added():
            yield _written(_new_record(part), self._replaced[part])

    def _added(self) -> list[str]:
        return [name for name in self._replaced if _part_name(name) not in self._entries]

    def _spans(self) -> dict[int, tuple[int, int]]:
        """Where each entry lies, from its header to the next one's."""
        starts = sorted(info.header_offset for info in self._zip.infolist())
        ends = [*starts[1:], self._zip.start_dir]
        return dict(zip(starts, zip(starts, ends, strict=True), strict=True))

    def _central_records(self) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
        # 4.3.12: at byte 28 the lengths of name, extra field and comment, which follow byte 45.
        position = self._zip.start_dir
        for info in self._zip.infolist():
            lengths = struct.unpack_from("<3H", self._data, position + 28)
            end = position + _CENTRAL.size + sum(lengths)
            yield info, self._data[position:end]
            position = end


def _part_name(name: str) -> str:
    """Part names differ by more than case and by more than how letters are escaped.

    ECMA-376, part 2; some writers use backslashes, some escape a space as %20 and some do not.
    """
    return unquote(name.replace("\\", "/")).lstrip("/").lower()


def rels_name(part: str) -> str:
    """The part that lists what a part refers to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolve(part: str, target: str) -> str:
    target = unquote(target.replace("\\", "/"))
    path = posixpath.join("/", posixpath.dirname(part), target)
    return posixpath.normpath(path).lstrip("/")


def _parse_relationships(part: str, root: Element) -> Iterator[Relationship]:
    for element in root.iter("{*}Relationship"):
        if element.get("TargetMode") != "External":
            kind = element.get("Type", "").rpartition("/")[2]
            yield Relationship(element.get("Id"), kind, _resolve(part, element.get("Target", "")))


def _new_record(name: str) -> bytes:
    """The record of a part that the file does not hold yet: of 1 January 1980, as ours all are."""
    none = (0,) * 3
    kinds = (20, 20, 0, zipfile.ZIP_DEFLATED, 0, _FIRST_DAY)
    return _CENTRAL.pack(b"PK\1\2", *kinds, *none, len(name), *none, *none) + name.encode("ascii")


def _moved(record: bytes, offset: int) -> bytes:
    # 4.3.12: the offset of the local header is the last fixed field, bytes 42 to 45.
    return record[:42] + struct.pack("<L", offset) + record[46:]


def _written(record: bytes, data: Pieces) -> tuple[bytes, bytes]:
    """An entry with other data, and its record in the directory; its name and time stay."""
    fields = list(_CENTRAL.unpack_from(record))
    name = record[_CENTRAL.size : _CENTRAL.size + fields[10]]
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    packed = b"".join([*map(packer.compress, data), packer.flush()])
    total = 0
    for piece in data:
        total = zlib.crc32(piece, total)
    # The sizes are known here, so they stand in the header itself, and nothing follows the data.
    flags = fields[3] & ~_SIZES_FOLLOW
    known = (flags, zipfile.ZIP_DEFLATED, fields[5], fields[6], total)
    sizes = (len(packed), len(data), len(name), 0)
    # The extra field is left out: what it says (Zip64 sizes, say) was true of the old data.
    local = _LOCAL.pack(b"PK\3\4", 20, *known, *sizes) + name + packed
    attributes = (0, 0, fields[14], fields[15], 0)
    central = _CENTRAL.pack(b"PK\1\2", fields[1], 20, *known, *sizes, *attributes) + name
    return local, central


def _end(count: int, size: int, start: int, comment: bytes) -> bytes:
    if start > _LARGEST or count > 0xFFFF:
        raise zipfile.LargeZipFile("the workbook has grown beyond 4 GB")
    return _END.pack(b"PK\5\6", 0, 0, count, count, size, start, len(comment)) + comment
