"""The sectors of an old Excel file: chains of them that never end would keep a reader for ever.

The layout is that of Microsoft's [MS-CFB], sections 2.2 to 2.5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import islice

_HEADER = 76
_IN_HEADER = 109
"""2.2: from this byte on, the header holds the first so many places of the FAT (its DIFAT)."""


def refuse_endless_chains(data: bytes) -> None:
    """Make sure that every chain of sectors ends. Raises ValueError and struct.error."""
    # 2.2: at byte 30 the sector size as a power of 2, at 60 the first sector of the mini FAT, at
    # 68 the first sector of further DIFAT. Negative numbers are the marks of an end or of no use.
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 20)
    first_mini, first_list = (struct.unpack_from("<i", data, at)[0] for at in (60, 68))
    in_header = struct.unpack_from(f"<{_IN_HEADER}i", data, _HEADER)
    tables = [at for at in (*in_header, *_more_tables(data, size, first_list)) if at >= 0]
    if len(set(tables)) < len(tables):
        raise ValueError("a sector of the table that is named twice")
    table = [entry for at in tables for entry in _sector(data, size, at)]
    _refuse_cycles(table)
    mini = [entry for at in _chain(table, first_mini) for entry in _sector(data, size, at)]
    _refuse_cycles(mini)


def _sector(data: bytes, size: int, number: int) -> Sequence[int]:
    """The numbers a sector holds; one cut short or beyond the file holds fewer or none."""
    start = size * (number + 1)  # 2.2: the header takes the room of the first sector
    found = data[start : start + size]
    return struct.unpack(f"<{len(found) // 4}i", found[: len(found) // 4 * 4])


def _more_tables(data: bytes, size: int, first: int) -> Iterator[int]:
    """Where further parts of the table are: lists of them, each ending with the next list (2.5)."""
    seen: set[int] = set()
    while first >= 0 and (sector := _sector(data, size, first)):
        if first in seen:
            raise ValueError("a list of sectors that never ends")
        seen.add(first)
        yield from sector[:-1]
        first = sector[-1]


def _chain(table: Sequence[int], first: int) -> Iterator[int]:
    """The sectors of a chain whose table has no endless ones: an entry is the next sector (2.3)."""
    while 0 <= first < len(table):
        yield first
        first = table[first]


def _refuse_cycles(table: Sequence[int]) -> None:
    ends: set[int] = set()
    for start in range(len(table)):
        path: dict[int, None] = {}
        for at in islice(_chain(table, start), len(table) + 1):
            if at in ends:
                break
            if at in path:
                raise ValueError("a chain of sectors that never ends")
            path[at] = None
        ends.update(path)
