"""How high a row must be for its text. Excel fits rows on opening; other readers do not.

A height is written without ``customHeight``, so Excel fits the row again once it is edited.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from xl_addin.patterns import pattern

LEAST_HEIGHT = 15.0
HIGHEST = 409.0
"""Of a row, in points: what Excel gives a row, and the most it can (Microsoft: "Excel limits")."""

_LINE_HEIGHT = 1.3
_CHARACTER_WIDTH = 0.44
_PADDING_ACROSS = 8
_PADDING_DOWN = 4.0
_PIXELS_PER_POINT = 96 / 72
_SPACES = " \t\n\v\f\r"
"""Where a line may be cut; at a space that keeps words together (U+00A0) it may not."""

_PIECE = pattern(r"[\t-\r ]+|[^\t-\r ]+?(?:(?<=\w[^\W\d]-)(?=\w+[^\W\d])|(?=[\t-\r ]|\Z))")
"""What stays together: spaces, a word, and a part of a word to its hyphen between letters."""


def fitted_height(cells: Iterable[tuple[str, int, float]]) -> float:
    """The height of a row in points, given each text, its width in pixels and its font's points.

    Text that does not wrap, and a blank cell, count as one line: give "". The width of text is
    estimated from the average character of Calibri, a little generously.

    >>> fitted_height([("MASH", 112, 12), ("Number of contacts received " * 4, 356, 12)])
    51.0
    """
    needed = (lines(text, width, size) * size * _LINE_HEIGHT for text, width, size in cells)
    height = math.ceil(max(needed, default=0.0) + _PADDING_DOWN)
    return min(max(LEAST_HEIGHT, height * 1.0), HIGHEST)


def lines(text: str, width: int, size: float) -> int:
    """How many lines a text takes when wrapped at words.

    >>> lines("Not updated pending data accuracy work", 84, 11), lines("", 84, 11)
    (5, 1)
    """
    return sum(len(wrapped(line, width, size)) or 1 for line in text.split("\n")) if text else 1


def wrapped(line: str, width: int, size: float) -> list[str]:
    """A line cut at words into those it takes; none of a blank one."""
    across = int((width - _PADDING_ACROSS) / (size * _PIXELS_PER_POINT * _CHARACTER_WIDTH))
    return _wrapped(line, max(across, 1)) if line else []


def fitted_size(text: str, width: int, largest: int) -> int:
    """The points at which a text stands in one line of so many pixels; 8 where none does.

    >>> fitted_size("Children and Families", 900, 22), fitted_size("Children " * 18, 900, 22)
    (22, 9)
    """
    return next((size for size in range(largest, 8, -1) if lines(text, width, size) == 1), 8)


def _wrapped(line: str, across: int) -> list[str]:
    """A line cut at spaces, at hyphens within words, and wherever a word is longer than a line.

    ``textwrap`` cuts it so too (a test holds both equal), but takes long to load.
    """
    if len(line) <= across:
        return [line]
    found: list[str] = []
    now = ""
    for piece in _PIECE.findall(line):
        piece = piece if now or not found else piece.lstrip(_SPACES)
        while len(now) + len(piece) > across:
            if len(piece) > across:
                room = across - len(now)
                end = piece.rfind("-", 1, room) + 1 or room
                now, piece = now + piece[:end], piece[end:]
            found.append(now.rstrip(_SPACES))
            now, piece = "", piece.lstrip(_SPACES)
        now += piece
    return [*found, now.rstrip(_SPACES)] if now.strip(_SPACES) else found
