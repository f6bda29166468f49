"""The attack on signals over many teams: python -m tests.proof.attack_signals 20

    python -m tests.proof.attack_signals 20 --first 40   the teams from the 40th on
    python -m tests.proof.attack_signals 20 --orders     a month made again, one long past, three
    python -m tests.proof.attack_signals 20 --together   months in which all that is linked is small
    python -m tests.proof.attack_signals 20 --page-only  signals by the page alone: has to break

So many teams of each shape; their copies are attacked, and compared with those of teams whose
hidden counts are others. Where counts are linked, the others keep the links: those that are small,
or leave few, are replaced (no pair may differ), and with ``--chosen`` those too that
are hidden beside them, which are chosen from what is shown.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from tests.support.linked_worlds import with_others_linked
from tests.support.share_histories import Team, publish
from tests.support.signal_teams import (
    ONE_AFTER_THE_OTHER,
    ORDERS,
    SHAPES,
    Shared,
    by_page_alone,
    shared,
    signal_teams,
    solved,
    told_by_signals,
    told_of_hidden,
    unseen_in,
    with_other_hidden,
)
from xl_addin.share import decision


def main() -> None:
    """Attack so many teams of each shape, and say what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("number", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--orders", action="store_true")
    parser.add_argument("--page-only", action="store_true")
    parser.add_argument("--chosen", action="store_true")
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--shape", action="append", choices=[*SHAPES])
    given = parser.parse_args()
    if given.page_only:
        decision.behind_signals = by_page_alone  # type: ignore[attr-defined]
    seen: Counter[str] = Counter()
    orders = ORDERS if given.orders else ONE_AFTER_THE_OTHER
    for shape in given.shape or SHAPES:
        for turn, team in enumerate(
            signal_teams(shape, given.number, given.first, orders, together=given.together),
            given.first,
        ):
            copies = _attacked(shape, turn, team, seen)
            _compare((shape, turn), team, copies, seen, chosen=given.chosen)
        print(shape, dict(seen), flush=True)


def _attacked(shape: str, turn: int, team: Team, seen: Counter[str]) -> list[Shared | None]:
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
    return copies


def _compare(
    named: tuple[str, int],
    team: Team,
    copies: list[Shared | None],
    seen: Counter[str],
    *,
    chosen: bool,
) -> None:
    chance = random.Random(f"other {named[0]} {named[1]}")
    if team.is_linked:
        unseen = list(unseen_in(team, copies))
        other = with_others_linked(team, unseen, chance, small_only=not chosen)
    else:
        other = with_other_hidden(team, copies, chance)
    if other == team:
        return
    linked = "linked " if team.is_linked else ""
    seen[f"{linked}pairs compared"] += 1
    again = [copy and copy.package for copy in shared(other, publish)]
    if again != [copy and copy.package for copy in copies]:
        seen[f"{linked}pairs that differ"] += 1
        print(*named, "differ", flush=True)


if __name__ == "__main__":
    main()
