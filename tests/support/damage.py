"""Damage to files: bits turned over, pieces left out, odd things put in, rows changing places."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

ODD = [
    b"",
    b"0",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"NaN",
    b"\x00",
    b"\xff\xfe",
    b"&amp;",
    b"#REF!",
    b"=1+1",
    "М1".encode(),
    b'"',
    b"<",
    b">",
    b"\r",
    b"A1",
    b"XFD1048576",
    b"true",
    b"2015-13",
    b"31/02/2015",
    b"39%",
    b"[note 1]",
    b"_x0000_",
]

Mutation = Callable[[random.Random, bytes], bytes]


def flip(chance: random.Random, data: bytes) -> bytes:
    """Turn some bits over."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(chance: random.Random, data: bytes) -> bytes:
    """Leave out a piece, or all from somewhere on."""
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice((1, 10, 300, len(data))) :]


def insert(chance: random.Random, data: bytes) -> bytes:
    """Put something odd somewhere, or in place of a word, a number or a cell."""
    words = list(re.finditer(rb"[\w.%-]+", data))
    if not words or chance.random() < 0.3:
        at = chance.randrange(len(data) + 1)
        return data[:at] + chance.choice(ODD) + data[at:]
    word = chance.choice(words)
    return data[: word.start()] + chance.choice(ODD) + data[word.end() :]


def move(chance: random.Random, data: bytes) -> bytes:
    """Let lines, rows, cells or elements change places, come twice or go."""
    ends = chance.choice((rb"\n", rb"</row>", rb"</c>", rb"/>", rb"<"))
    pieces = re.split(b"(?<=" + ends + b")", data)
    one, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    how = chance.randrange(3)
    if how == 0:
        pieces[one], pieces[other] = pieces[other], pieces[one]
    elif how == 1:
        pieces.insert(one, pieces[other])
    else:
        del pieces[one]
    return b"".join(pieces)


IN_TEXT: tuple[Mutation, ...] = (flip, cut, insert, insert, move, move)


def in_part(chance: random.Random, data: bytes) -> bytes:
    """Damage, drop or rename a part of a zip that stays a sound zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    names = [name for name in entries if name.endswith((".xml", ".rels"))] or list(entries)
    name = chance.choice(names)
    if chance.random() < 0.1:
        del entries[name]
    elif entries[name]:
        entries[name] = chance.choice(IN_TEXT)(chance, entries[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, content in entries.items():
            package.writestr(entry, content)
    return out.getvalue()


_NOT_TO_BE_UNPACKED = (
    *(zipfile.BadZipFile, EOFError, ValueError),
    *(IndexError, NotImplementedError, RuntimeError),
)
"""What a zip that was damaged once raises when a part of it is to be damaged."""


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Some bytes, damaged once or several times in ways that suit them."""
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        try:
            packed = data.startswith(b"PK") and chance.random() < 0.85
            data = in_part(chance, data) if packed else chance.choice(IN_TEXT)(chance, data)
        except _NOT_TO_BE_UNPACKED:
            continue
        except Exception as error:
            if "Error -3" not in str(error):
                raise
        if not data:
            return b"x"
    return data
