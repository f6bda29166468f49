"""The attack on signals over many teams: python -m tests.proof.attack_signals 20 [page-only]

So many teams of each shape; their copies are attacked, and compared with those of teams whose
hidden counts are others. ``page-only`` tells signals by the page alone: the attack has to break it.
"""

from __future__ import annotations

import random
import sys
from collections import Counter

from tests.support.share_histories import LINKED, publish
from tests.support.signal_teams import (
    SHAPES,
    by_page_alone,
    shared,
    signal_teams,
    solved,
    told_by_signals,
    told_of_hidden,
    with_other_hidden,
)
from xl_addin.share import decision


def main(number: int, first: int = 0) -> None:
    """Attack so many teams of each shape, and say what came of it."""
    seen: Counter[str] = Counter()
    for shape in SHAPES:
        for turn, team in enumerate(signal_teams(shape, number, first), first):
            copies = shared(team, publish)
            made = [copy for copy in copies if copy]
            found = [*told_by_signals(team, copies), *told_of_hidden(copies)]
            seen["teams"] += 1
            seen["copies"] += len(made)
            seen["signals told"] += sum(len(copy.words.told) for copy in made)
            seen["signals withheld"] += sum(len(copy.words.withheld) for copy in made)
            for _, _, low, high, true in solved(team, copies):
                assert low <= true <= high, (shape, turn)
                seen["months before the page, solved for"] += 1
                seen["of those exactly"] += low == high
            if found:
                seen["broken"] += 1
                print(shape, turn, found, flush=True)
            if shape not in LINKED:
                _compare(shape, turn, team, copies, seen)
        print(shape, dict(seen), flush=True)


def _compare(shape, turn, team, copies, seen: Counter[str]) -> None:
    other = with_other_hidden(team, copies, random.Random(f"other {shape} {turn}"))
    if other == team:
        return
    seen["pairs compared"] += 1
    again = [copy and copy.package for copy in shared(other, publish)]
    if again != [copy and copy.package for copy in copies]:
        seen["pairs that differ"] += 1
        print(shape, turn, "differ", flush=True)


if __name__ == "__main__":
    if "page-only" in sys.argv:
        decision.behind_signals = by_page_alone  # type: ignore[attr-defined]
    main(int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:3] and sys.argv[2].isdigit() else 0)
