"""The form nearly every writer gives a part's XML: such a part is read as it lies in the file."""

from __future__ import annotations

import re

from xl_addin.ooxml.markup import normalised
from xl_addin.patterns import pattern

_TAG = pattern(rb"<(?:[\w.-]+:)?(?:c|row|f|v|t|is)\s([^>]*)")
_ODDLY_ASSIGNED = pattern(rb"='|\s=|=\s")
_ODD_MARKS = {
    b"'": (b"='",),
    b" ": (b" =", b"= "),
    b"\n": (b"\n=", b"=\n"),
    b"\t": (b"\t=", b"=\t"),
    b"\r": (b"\r=", b"=\r"),
}
"""What an odd tag holds, by a byte that is rare: to look for that first takes no time."""
_DECLARATION = 100
"""Bytes in which a declaration ends, with the line break that most writers put after it."""
_VALUE = pattern(rb"v>([^<]*)")
"""Each pattern passes over what it has looked through: no file makes it begin anew there."""


def usual(data: bytes) -> bytes:
    """A part's XML in the form nearly every writer gives it: UTF-8, double quotes, no comments."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    return data if is_usual(data) else normalised(data)


def is_usual(data: bytes) -> bool:
    """Whether a part's XML has that form already, perhaps after a mark of its encoding."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    declared = re.match(rb"\s*<\?xml[^>]*?encoding=[\"']([\w-]+)", data)
    other = declared and declared[1].upper() not in (b"UTF-8", b"UTF8", b"US-ASCII")
    return not (other or b"\0" in data[:64] or _is_odd(data))


def _is_odd(data: bytes) -> bool:
    """Whether a part holds comments, instructions, escaped digits or oddly spelt cells."""
    if b"!" in data and b"<!" in data:
        return True
    of_declaration = 2 if data.startswith(b"<?xml") else 0
    if data.count(b"?") > of_declaration and data.find(b"<?", 5) >= 0:
        return True
    if b"#" in data and b"&#" in data and any(b"&#" in v[1] for v in _VALUE.finditer(data)):
        return True
    return _has_odd_marks(data) and any(_ODDLY_ASSIGNED.search(t[1]) for t in _TAG.finditer(data))


def _has_odd_marks(data: bytes) -> bool:
    return any(
        mark in data
        for rare, marks in _ODD_MARKS.items()
        if data.find(rare, _DECLARATION) >= 0
        for mark in marks
    )
