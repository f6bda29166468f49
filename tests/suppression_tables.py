"""How long suppression takes, and how much it hides: the tables of docs/share.md.

    python -m tests.suppression_tables

The goal for speed: 660 measures, each count a part of three others, in ten seconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from tests.support.share_data import ISSUE, count, ratio, recorded, seed
from xl_addin.dataset.history import History
from xl_addin.disclosure.protection import protect
from xl_addin.disclosure.releases import NO_COPIES
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue, Measure

MONTHS = ISSUE.window()
PARENTS = 3


def layered(size: int) -> Catalogue:
    """So many counts, each a part of three of the ten before it, and the percentages of that."""
    measures: list[Measure] = []
    for number in range(size):
        measures.append(count(f"C{number}"))
        first = max(0, number - 10)
        wholes = range(first, min(first + PARENTS, number))
        measures += (ratio(f"R{number}.{whole}", f"C{number}", f"C{whole}") for whole in wholes)
    return Catalogue(tuple(measures))


def chain(size: int) -> Catalogue:
    """So many counts, each a part of the one before it."""
    measures: list[Measure] = [count("C0")]
    for number in range(1, size):
        measures += [count(f"C{number}"), ratio(f"R{number}", f"C{number}", f"C{number - 1}")]
    return Catalogue(tuple(measures))


def filled(catalogue: Catalogue) -> History:
    """Counts that stay parts of their wholes, many of them small or nearly all."""
    chance = random.Random(len(catalogue))
    counts: dict[tuple[str, object], float] = {}
    for month in MONTHS:
        for measure in catalogue:
            if measure.is_percentage:
                continue
            wholes = [r.denominator for r in catalogue.ratios if r.numerator == measure.ref]
            most = int(min((counts[whole, month] for whole in wholes), default=400))
            near = chance.random() < 0.8
            low = max(0, most - 8) if near else 0
            counts[measure.ref, month] = float(chance.randint(low, most))
    return History(recorded(catalogue, counts))  # type: ignore[arg-type]


def timed() -> Iterator[tuple[str, int, int, float]]:
    """What was protected, how many measures, figures hidden, and seconds."""
    book = seed()
    datasets = [("the demonstration", book.catalogue, book.history)]
    for size in (40, 80, 165):
        catalogue = layered(size)
        datasets.append((f"{size} counts, three wholes each", catalogue, filled(catalogue)))
    datasets.append(("110 counts, each part of the next", chain(110), filled(chain(110))))
    for name, catalogue, history in datasets:
        start = time.perf_counter()
        found = protect(catalogue, history, MONTHS, Rule(), NO_COPIES)
        taken = time.perf_counter() - start
        yield name, len(catalogue), len(found.suppression.hidden), taken


def main() -> None:
    """Print the tables."""
    print("| Dataset | rows | figures hidden | seconds |\n|---|--:|--:|--:|")
    for name, rows, hidden, seconds in timed():
        print(f"| {name} | {rows:,} | {hidden:,} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
