"""What a message box shows: few enough lines for a small screen, the rest in further boxes."""

from __future__ import annotations

from collections.abc import Sequence

LINES_SHOWN = 20
"""More lines than this do not fit into a message box on a small screen."""

_LETTERS = 100
"""How many letters of a line a message box shows before it goes on below."""


def parted(lines: Sequence[str]) -> list[list[str]]:
    """Lines parted so that each part fits into a message box with its question."""
    boxes: list[list[str]] = [[]]
    room = LINES_SHOWN - 2
    for line in lines:
        room -= _height(line)
        if room < 0 and boxes[-1]:
            boxes.append([])
            room = LINES_SHOWN - 2 - _height(line)
        boxes[-1].append(line)
    return boxes


def _height(line: str) -> int:
    return 1 + max(0, len(line) - 1) // _LETTERS


def shortened(lines: Sequence[str]) -> list[str]:
    """The lines of a box that stands alone; where the others are to be seen."""
    first, *others = parted(lines)
    left = sum(map(len, others))
    return [*first, f"… and {left} more. xl-addin check lists them all."] if left else first
