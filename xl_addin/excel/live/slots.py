"""Where the rows of a table go: which stay, come, move and leave. Nothing here knows Excel."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from xl_addin.values import value_type


@value_type
class Slot:
    """A row of the table while it is being changed, before the rows that leave are gone.

    ``target`` is its place among the rows to be, None for a row that leaves; ``old`` its place
    among the rows that were, None for a new row. All places count from 0.
    """

    target: int | None
    old: int | None
    inserted: bool

    @property
    def leaves(self) -> bool:
        """Whether the row is taken out in the end."""
        return self.target is None


def build_slots(origins: Sequence[int | None], old_rows: int) -> tuple[Slot, ...]:
    """The slots of a table that has ``old_rows`` rows and is to have ``origins``.

    An origin is the old place of a row, None for a new one. As many rows as possible stay
    where they are; a row that changes its place is inserted there, and its old row leaves.

    >>> [(s.target, s.old, s.inserted) for s in build_slots([None, 1], 2)]
    [(0, None, True), (None, 0, False), (1, 1, False)]
    """
    staying = set(_longest_rise(origins))
    slots: list[Slot] = []
    passed = 0
    for target, origin in enumerate(origins):
        if target not in staying:
            slots.append(Slot(target, origin, inserted=True))
            continue
        assert origin is not None
        slots += [Slot(None, old, inserted=False) for old in range(passed, origin)]
        slots.append(Slot(target, origin, inserted=False))
        passed = origin + 1
    return (*slots, *(Slot(None, old, inserted=False) for old in range(passed, old_rows)))


def _longest_rise(origins: Sequence[int | None]) -> Iterator[int]:
    """The places of a longest strictly rising run of origins, last place first."""
    ends: list[int] = []
    places: list[int] = []
    before: dict[int, int | None] = {}
    for place, origin in enumerate(origins):
        if origin is None:
            continue
        length = bisect_left(ends, origin)
        ends[length : length + 1] = [origin]
        places[length : length + 1] = [place]
        before[place] = places[length - 1] if length else None
    at: int | None = places[-1] if places else None
    while at is not None:
        yield at
        at = before[at]


def runs(places: Iterable[int]) -> list[range]:
    """Consecutive places together.

    >>> runs([1, 2, 3, 7])
    [range(1, 4), range(7, 8)]
    """
    grouped = groupby(enumerate(places), lambda pair: pair[1] - pair[0])
    found = [[place for _, place in group] for _, group in grouped]
    return [range(run[0], run[-1] + 1) for run in found]
