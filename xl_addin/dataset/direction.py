"""Direction of travel: which way a measure moved, and whether that is good news.

The published change, a whole number, decides: at least the threshold up, at most minus the
threshold down, anything else similar. Colour follows direction × polarity. The cell keeps the
plain number; a conditional format puts the arrow and the colour on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from xl_addin.dataset.derived import NOT_AVAILABLE
from xl_addin.measure import Polarity
from xl_addin.rounding import round_half_away
from xl_addin.values import value_type


class Direction(Enum):
    """Which way a measure moved. ``sign`` is 1, 0 or -1."""

    UP = (1, "↑", "Increase")
    SIMILAR = (0, "→", "Similar")
    DOWN = (-1, "↓", "Decrease")

    def __init__(self, sign: int, arrow: str, word: str) -> None:
        self.sign = sign
        self.arrow = arrow
        self.word = word


class Verdict(Enum):
    """What a direction means for a measure with a polarity; NEUTRAL for one without."""

    POSITIVE = "Positive change"
    SIMILAR = "Similar"
    NEGATIVE = "Negative change"
    NEUTRAL = ""


def direction(change: float, threshold: float) -> Direction:
    """The direction of a change in per cent, given the threshold in per cent.

    >>> direction(9.5, 10), direction(-9.4, 10)
    (<Direction.UP: (1, '↑', 'Increase')>, <Direction.SIMILAR: (0, '→', 'Similar')>)
    """
    published = round_half_away(change)
    if published >= threshold:
        return Direction.UP
    return Direction.DOWN if published <= -threshold else Direction.SIMILAR


def verdict(moved: Direction, polarity: Polarity) -> Verdict:
    """Whether a direction is good news: direction × polarity.

    >>> verdict(Direction.DOWN, Polarity.LOWER)
    <Verdict.POSITIVE: 'Positive change'>
    """
    if polarity is Polarity.NEUTRAL:
        return Verdict.NEUTRAL
    good = moved.sign if polarity is Polarity.HIGHER else -moved.sign
    return {1: Verdict.POSITIVE, 0: Verdict.SIMILAR, -1: Verdict.NEGATIVE}[good]


def change_text(change: float | None, threshold: float) -> str:
    """A change as it is printed: an arrow, then a whole number, in brackets when negative.

    >>> change_text(-22.94, 10), change_text(-0.4, 10), change_text(None, 10)
    ('↓ (23)', '→ 0', 'n/a')
    """
    if change is None:
        return NOT_AVAILABLE
    published = int(round_half_away(change))
    number = f"({-published})" if published < 0 else f"{published}"
    return f"{direction(change, threshold).arrow} {number}"


@value_type
class ArrowFormat:
    """One conditional format of the % change column: when it holds, what it shows."""

    moved: Direction
    verdict: Verdict
    formula: str
    number_format: str


def arrow_formats(change: str, polarity: str, threshold: str) -> Iterator[ArrowFormat]:
    """The conditional formats that show change_text, in the order they are tried.

    ``change`` refers to the cell, ``polarity`` to the measure's polarity and ``threshold`` to
    the setting. A change that is published as 0 has its own format, because Excel would put
    -0.4 in brackets.
    """
    tests = {
        Direction.UP: f"ROUND({change},0)>={threshold}",
        Direction.DOWN: f"ROUND({change},0)<=-{threshold}",
        Direction.SIMILAR: "TRUE",
    }
    for moved, test in tests.items():
        for meaning, polarity_test in _polarity_tests(moved, polarity).items():
            if moved is Direction.SIMILAR:
                zero = f"=IF(ISNUMBER({change}),AND({polarity_test},ROUND({change},0)=0))"
                yield ArrowFormat(moved, meaning, zero, '"→ "0;"→ "0;"→ "0')
            holds = f"=IF(ISNUMBER({change}),AND({polarity_test},{test}))"
            shown = f'"{moved.arrow} "0;"{moved.arrow} ("0")";"{moved.arrow} "0'
            yield ArrowFormat(moved, meaning, holds, shown)


def _polarity_tests(moved: Direction, polarity: str) -> dict[Verdict, str]:
    if moved is Direction.SIMILAR:
        return {Verdict.SIMILAR: f'{polarity}<>""', Verdict.NEUTRAL: f'{polarity}=""'}
    return {verdict(moved, p): f'{polarity}="{p}"' for p in Polarity}
