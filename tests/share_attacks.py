"""Try suppression by hand on more teams than each run of the tests does.

    python -m tests.share_attacks 40            40 teams of each kind, three copies each
    python -m tests.share_attacks 40 --first 40 the next 40
    python -m tests.share_attacks 40 --pairs    the same, and each again with other hidden values
    python -m tests.share_attacks 40 --orders   a month made again once figures were restated

A reader with every copy, her own reading and her own solver (tests.support.share_memory) is set
on the finished files. Printed are, for each kind of team: teams, copies made, copies refused and
for what, figures hidden, counts told (there must be none), and pairs that differ (none either).
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from tests.support.linked_worlds import with_others_linked
from tests.support.share_histories import (
    LINKED,
    ONE_AFTER_THE_OTHER,
    ORDERS,
    TEAMS,
    Team,
    disclosed,
    never_shown,
    publish,
    published,
    teams,
    told_by_notes,
    with_other_values,
)
from tests.support.share_memory import Page


@dataclass
class Tally:
    """What came of the teams of one kind."""

    kind: str
    number: int = 0
    made: int = 0
    hidden: int = 0
    told: int = 0
    pairs: int = 0
    differ: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        why = "; ".join(f"{number} {said}" for said, number in self.refused.most_common())
        return (
            f"{self.kind}: {self.number} teams, {self.made} copies, {self.hidden} figures hidden, "
            f"{self.told} teams told of; {self.differ} of {self.pairs} pairs differ; "
            f"refused {sum(self.refused.values())}: {why or 'none'}"
        )


KINDS_OF_REFUSAL = {
    "a lower threshold": r"with a lower one, shows it",
    "earlier copies alone": r"worked out from copies already shared",
    "with this copy": r"by putting this copy beside those",
    "this copy alone": r"worked out from this copy",
    "nothing to show": r"every figure is hidden",
}
"""What a refusal is for, by its words."""


def tried(kind: str, given: argparse.Namespace) -> Tally:
    """So many teams of a kind, attacked."""
    tally = Tally(kind)
    orders = ORDERS if given.orders else ONE_AFTER_THE_OTHER
    for turn, team in enumerate(teams(kind, given.number, given.first, orders), given.first):
        refused: list[str] = []
        pages = published(team, partial(publish, refused=refused))
        told = [*disclosed(team, pages), *told_by_notes(pages)]
        if told:
            print(f"  {kind} {turn}: {told[:3]}", flush=True)
        tally.number, tally.told = tally.number + 1, tally.told + bool(told)
        tally.made += sum(page is not None for page in pages)
        tally.hidden += sum(_hidden(team, page) for page in pages if page)
        tally.refused.update(said for text in refused for said in _kinds(text))
        if given.pairs:
            other = _other(team, pages, random.Random(f"other {kind} {turn}"), given)
            tally.pairs += other != team
            tally.differ += other != team and published(other, publish) != pages
    return tally


def _other(team: Team, pages: list[Page | None], chance: random.Random, given) -> Team:
    """The same team with other values of what no copy shows; linked counts as the links want."""
    if not team.is_linked:
        return with_other_values(team, pages, chance)
    unseen = list(never_shown(team, pages))
    return with_others_linked(team, unseen, chance, small_only=not given.chosen)


def _hidden(team: Team, page: object) -> int:
    return sum(row[m] == "[c]" for row in page.rows.values() for m in page.months)  # type: ignore


def _kinds(text: str) -> Iterator[str]:
    """For what a copy was refused: the first kind that is named."""
    yield next(kind for kind, words in KINDS_OF_REFUSAL.items() if re.search(words, text))


def main() -> None:
    """Try the teams and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("number", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--orders", action="store_true")
    parser.add_argument(
        "--chosen", action="store_true", help="other values of rule 8's figures too"
    )
    parser.add_argument("--kind", action="append", choices=[*TEAMS, *LINKED])
    given = parser.parse_args()
    for kind in given.kind or [*TEAMS, *LINKED]:
        print(tried(kind, given).line(), flush=True)


if __name__ == "__main__":
    main()
