"""Made-up records of many seeds, tidy and untidy: every measure and month is what they are of.

``python -m tests.record_seeds 200 --first 1`` tries so many; each has its own size, number of
months and last month. Annex A's lists as CSV; every tenth as the workbook, the 903 and the census.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.records import computed_from, not_as_made, write_lists
from xl_addin.commands.synthesize import write_synthetic
from xl_addin.definitions.calendar import last_day
from xl_addin.period import Month
from xl_addin.records.read import Period
from xl_addin.records.synthetic import Wanted, synthesise, with_mess

FROM_903 = ("LAC1", "LAC2", "LAC3", "LAC4-QL")
FROM_CENSUS = ("M2", "EH3", "CP6B", "CP7")


def wrong_of(seed: int, folder: Path) -> Iterator[str]:
    """Each figure that is not what the records of a seed were made from."""
    chance = random.Random(seed)
    months = Month(chance.randint(2012, 2024), chance.randint(1, 12)).window(chance.randint(1, 24))
    wanted = Wanted(chance.randint(20, 1500), months, seed)
    made = synthesise(wanted)
    said = {"months": months, "period": Period(months[0], last_day(months[-1]))}
    for name, rows in (("tidy", made), ("untidy", with_mess(made, seed))):
        found = computed_from(write_lists(folder / name, rows), **said)
        yield from (f"{name} {line}" for line in not_as_made(found, made, months))
    if seed % 10 == 0:
        list(write_synthetic(folder / "files", wanted, mess=True))
        found = computed_from(folder / "files" / "annex_a", **said)
        yield from (f"workbook {line}" for line in not_as_made(found, made, months))
        for kind, refs in (("ssda903", FROM_903), ("cin", FROM_CENSUS)):
            found = computed_from(folder / "files" / kind, **said)
            for key in ((ref, month) for ref in refs for month in months):
                if found[key].value != made.counted[key]:
                    yield f"{kind} {key}: {found[key].value} for {made.counted[key]}"


def main() -> None:
    """Try the seeds, and say which figures were not as made."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("seeds", type=int)
    options.add_argument("--first", type=int, default=1)
    chosen = options.parse_args()
    failed = 0
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        with tempfile.TemporaryDirectory() as name:
            wrong = list(wrong_of(seed, Path(name)))
        failed += bool(wrong)
        for line in wrong:
            print(f"seed {seed}: {line}", flush=True)
    print(f"{chosen.seeds} seeds, {failed} with a figure that is not as made")


if __name__ == "__main__":
    main()
