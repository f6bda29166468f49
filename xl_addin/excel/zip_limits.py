"""Zips that would fill the memory once unpacked: refused by their directory and a trial, unread."""

from __future__ import annotations

import struct
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from xl_addin import limits
from xl_addin.excel.markup import Malformed

_STEP = 1 << 20


class TooLarge(Malformed):
    """A file stays, unpacked too, within the limits of limits.py."""


def refuse_bomb(data: bytes, parts: list[ZipInfo]) -> None:
    """Make sure that a zip's parts, as its directory has them, are of a size that can be read.

    Raises TooLarge, and Malformed for parts that lie over one another.
    """
    if len(parts) > limits.MOST_PARTS:
        raise TooLarge(f"it has {len(parts):,} parts")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.LARGEST_UNPACKED:
        raise TooLarge(f"it would unpack to {unpacked // limits.MEGABYTE:,} MB")
    for part in parts:
        packed = max(1, part.compress_size)
        if part.file_size > max(limits.RATIO_MATTERS_FROM, limits.LARGEST_RATIO * packed):
            raise TooLarge(f"a part of it would unpack to {part.file_size // packed:,} times")
    if sum(part.compress_size for part in parts) > len(data):
        raise Malformed("its parts lie over one another")


def refuse_liars(data: bytes, parts: list[ZipInfo]) -> None:
    """Make sure that no part unpacks to more than the directory says.

    For readers that go by the packed bytes and not by the directory. Raises TooLarge, and
    Malformed for ways of packing that spreadsheets do not use.
    """
    for part in parts:
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Malformed("it is packed in a way that Excel does not know")
        if part.compress_type == ZIP_DEFLATED and _unpacked(data, part) > part.file_size:
            raise TooLarge("a part of it unpacks to more than it says")


def _unpacked(data: bytes, part: ZipInfo) -> int:
    """How many bytes a part unpacks to; counting ends where it exceeds what it says."""
    name, extra = struct.unpack_from("<2H", data, part.header_offset + 26)
    start = part.header_offset + 30 + name + extra
    unpacker, size = zlib.decompressobj(-15), 0
    packed = data[start : start + part.compress_size]
    while packed and not unpacker.eof and size <= part.file_size:
        size += len(unpacker.decompress(packed, _STEP))
        packed = unpacker.unconsumed_tail
    return size
