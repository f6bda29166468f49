"""Zips that would fill the memory once unpacked: refused by their directory and a trial, unread."""

from __future__ import annotations

import struct
import zlib
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from xl_addin.limits import (
    LARGEST_RATIO,
    LARGEST_UNPACKED,
    MEGABYTE,
    MOST_PARTS,
    RATIO_MATTERS_FROM,
)
from xl_addin.ooxml.markup import Malformed

_STEP = 1 << 20
_END_SIZE = 22  # APPNOTE.TXT 4.3.16, the record that ends a zip, without a comment
_NEEDS_PASSWORD = 1  # APPNOTE.TXT 4.4.4, bit 0


class TooLarge(Malformed):
    """A file stays, unpacked too, within the limits of limits.py."""


class UnpacksTooLarge(TooLarge):
    """A file's parts together stay within what may be unpacked."""


class Locked(Malformed):
    """The parts of a workbook are not protected with a password of the zip."""


def refuse_bomb(data: bytes, parts: list[ZipInfo], largest: int = LARGEST_UNPACKED) -> None:
    """Make sure that a zip's parts, as its directory has them, are of a size that can be read.

    ``largest`` is how many bytes they may unpack to together. Raises TooLarge, and Malformed
    for parts that lie over one another.
    """
    if len(parts) > MOST_PARTS:
        raise TooLarge(f"it has {len(parts):,} parts")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > largest:
        raise UnpacksTooLarge(f"it would unpack to {unpacked / MEGABYTE:,.1f} MB")
    for part in parts:
        packed = max(1, part.compress_size)
        if part.file_size > max(RATIO_MATTERS_FROM, LARGEST_RATIO * packed):
            raise TooLarge(f"a part of it would unpack to {part.file_size // packed:,} times")
    if sum(part.compress_size for part in parts) > len(data):
        raise Malformed("its parts lie over one another")


def refuse_liars(data: bytes, parts: list[ZipInfo]) -> None:
    """Make sure that no part unpacks to more than the directory says, and every reader sees one.

    For readers that go by the packed bytes and not by the directory, or take another one of two
    parts or directories. Raises TooLarge, Locked, and Malformed for what spreadsheets do not
    use: other ways of packing, a name twice, anything before the parts or behind the directory.
    """
    names = {unquote(part.filename.replace("\\", "/")).lstrip("/").lower() for part in parts}
    starts_first = min((part.header_offset for part in parts), default=0) == 0
    if len(names) < len(parts) or not starts_first or data[-_END_SIZE:][:4] != b"PK\5\6":
        raise Malformed("two programs would read it in two ways")
    for part in parts:
        if part.flag_bits & _NEEDS_PASSWORD:
            raise Locked("it is a zip with a password")
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Malformed("it is packed in a way that Excel does not know")
        if part.compress_type == ZIP_DEFLATED and _unpacked(data, part) > part.file_size:
            raise TooLarge("a part of it unpacks to more than it says")


def _unpacked(data: bytes, part: ZipInfo) -> int:
    """How many bytes a part unpacks to; counting ends where it exceeds what it says."""
    # APPNOTE.TXT 4.3.7: the lengths of name and extra field at byte 26; both, then data, at 30.
    name, extra = struct.unpack_from("<2H", data, part.header_offset + 26)
    start = part.header_offset + 30 + name + extra
    unpacker, size = zlib.decompressobj(-15), 0
    packed = data[start : start + part.compress_size]
    while packed and not unpacker.eof and size <= part.file_size:
        size += len(unpacker.decompress(packed, _STEP))
        packed = unpacker.unconsumed_tail
    return size
