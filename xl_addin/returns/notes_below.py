"""Notes under a table: remarks below the last measure of a page, and the measures they name."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from xl_addin.errors import Problem
from xl_addin.patterns import pattern
from xl_addin.refs import RefFinder
from xl_addin.returns.figure import plain_text
from xl_addin.table import CellValue, text_of

FEWEST_WORDS = 4
"""Fewer words are a heading or a label."""

_NUMBER = pattern(r"\A(?:\[?notes?\s*\d*\]?\s*[:.)-]?|\[?\d+[\].):]|\*+)\s+", re.IGNORECASE)
_KEY = pattern(r"key\b|source\b", re.IGNORECASE)

Below = tuple[str, str]
"""A remark and where it stands."""


def note_below(row: Sequence[CellValue], place: str) -> Iterator[Below]:
    """The remark of a row that holds nothing else, without its number or asterisk.

    >>> [*note_below(["Note 1: M5 waits for a data check.", None], "June.xlsx, row 30")]
    [('M5 waits for a data check.', 'June.xlsx, row 30')]
    """
    texts = [text for cell in row if (text := plain_text(text_of(cell)))]
    if len(texts) != 1 or _KEY.match(texts[0]):
        return
    text = _NUMBER.sub("", texts[0], count=1) if _NUMBER.match(texts[0]) else texts[0]
    if len(text.split()) >= FEWEST_WORDS:
        yield text, place


def placed(
    below: Iterable[Below], refs: RefFinder, measures: Container[str]
) -> tuple[dict[str, list[str]], tuple[Problem, ...]]:
    """The remarks by each of the ``measures`` that they name, and those that name none."""
    texts: dict[str, list[str]] = {}
    unplaced: list[Problem] = []
    for text, place in below:
        named = [ref for ref in refs.named_in(text) if ref in measures]
        for ref in named:
            texts.setdefault(ref, []).append(text)
        if not named:
            unplaced.append(_unplaced(text, place))
    return texts, tuple(unplaced)


def _unplaced(text: str, place: str) -> Problem:
    shown = text if len(text) <= 80 else f"{text[:79]}…"
    return Problem(
        place,
        f"“{shown}” stands under the table and names no measure, so it is not brought in.",
        "If it is a note, write it on the sheet for data notes, with the measures it applies to.",
    )
