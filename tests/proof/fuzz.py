"""Try so many files at random: ``python -m tests.proof.fuzz [TIMES [SEED]] [--files]``.

So many returns, workbooks (of the first edition too, to be upgraded), lists of measures and files
of children's records are damaged: each is taken or refused in sentences, no other error comes out,
and a workbook that was refused is as it was. As many again are drawn for what the tests of odd and
weird files state, more of them than in CI; not with ``--files``. Seconds are the processor's.
"""

from __future__ import annotations

import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.damage import damaged
from tests.support.editions import KEPT, upgraded
from tests.support.places import RETURNS
from tests.support.properties import odd_returns, odd_workbooks, weird_returns, weird_tables
from tests.support.ready import JUNE, OCCASION, ready_bytes, refresh
from tests.support.records import JUNE as JUNE_2015
from tests.support.records import computed_from, write_lists
from tests.support.usage import Usage, measured
from tests.support.weird_tables import CHANGES, LISTS, ODD_VALUES
from xl_addin.commands.check import check_book
from xl_addin.commands.synthesize import write_synthetic
from xl_addin.errors import XlAddinError
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.records.synthetic import Wanted, synthesise
from xl_addin.sources.catalogue import read_catalogue

DATA = RETURNS
MEASURES = Path(dataset_file.__file__).parents[1] / "measures.toml"
OWN_LISTS = b"""[M4]
file = "exploitation.csv"
date = "Date of referral"
child = "Child ID"
counted = "CSE factor"
percentage = true

[M5]
file = "exploitation.csv"
date = "Date of referral"
child = "Child ID"
"""
OWN_LIST = b"Child ID,Date of referral,CSE factor\nA,03/06/2015,Yes\nB,04/06/2015,No\n"


@cache
def records() -> list[tuple[str, str, bytes]]:
    """Files of made-up children, few of them: Annex A, lists of it, SSDA903, a CIN census."""
    wanted = Wanted(8, JUNE_2015.window(3), 5)
    with tempfile.TemporaryDirectory() as folder:
        made = list(write_synthetic(Path(folder) / "all", wanted, mess=True))
        lists = write_lists(Path(folder) / "lists", synthesise(wanted))
        files = [*made[:3], *sorted(lists.iterdir())]
        return [("records", path.name, path.read_bytes()) for path in files]


def corpus() -> list[tuple[str, str, bytes]]:
    """What is damaged: its kind, its name, its bytes."""
    found = [("return", path.name, path.read_bytes()) for path in sorted(DATA.iterdir())]
    found += [("return", "June.csv", JUNE.read_bytes())] * 4
    found += [("workbook", "book.xlsm", ready_bytes())] * 8
    found += [("upgrade", path.name, path.read_bytes()) for path in KEPT]
    found += [*records(), *[("local", "own lists.toml", OWN_LISTS)] * 2]
    return [*found, ("measures", "measures.toml", MEASURES.read_bytes())]


def tried(kind: str, path: Path, book: Path) -> str:
    """Use a damaged file and say what became of it. Raises whatever is no refusal."""
    try:
        changed = _USES[kind](path, book)
    except XlAddinError as refusal:
        assert all(p.found and p.remedy for p in refusal.problems), refusal
        return "refused"
    if changed:
        dataset_file.read(changed)
    return "taken"


def _use_return(path: Path, book: Path) -> Path | None:
    book.write_bytes(ready_bytes())
    return book if refresh(book, path) else None


def _use_workbook(path: Path, book: Path) -> Path | None:
    check_book(ClosedBook(path), OCCASION)
    return path if refresh(path, JUNE) else None


def _use_older_workbook(path: Path, book: Path) -> Path | None:
    return path if upgraded(path) else None


def _use_measures(path: Path, book: Path) -> None:
    read_catalogue(path)


def _use_records(path: Path, book: Path) -> None:
    computed_from(path, months=JUNE_2015.window(3))


def _use_own_lists(path: Path, book: Path) -> None:
    (path.parent / "exploitation.csv").write_bytes(OWN_LIST)
    computed_from(path.parent / "exploitation.csv", local=path)


_USES: dict[str, Callable[[Path, Path], Path | None]] = {
    "return": _use_return,
    "workbook": _use_workbook,
    "upgrade": _use_older_workbook,
    "measures": _use_measures,
    "records": _use_records,
    "local": _use_own_lists,
}
"""How a file of each kind is used; a workbook that was changed comes back."""

OF_A_BOOK = {"return", "workbook", "upgrade"}


@dataclass
class Tried:
    """How often what became of a kind, each error with its seed, and the dearest of a kind."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    largest: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, kind: str, outcome: str, seed: int, usage: Usage) -> None:
        """Count an outcome, and keep what it took where nothing of its kind took more."""
        self.counts[f"{kind} {outcome}"] += 1
        for most, took in ((self.slowest, usage.seconds), (self.largest, usage.megabytes)):
            most[kind] = max(most.get(kind, (0.0, 0)), (took, seed))

    def join(self, other: Tried) -> None:
        """Add what was found of more inputs."""
        self.counts += other.counts
        self.failures += other.failures
        for most, more in ((self.slowest, other.slowest), (self.largest, other.largest)):
            most.update({kind: max(most.get(kind, (0.0, 0)), took) for kind, took in more.items()})


def fuzz(times: int, first_seed: int = 0) -> Tried:
    """Damage and try so often: how often what became of it, and each error with its seed."""
    found, known = Tried(), corpus()
    for seed in range(first_seed, first_seed + times):
        chance = random.Random(seed)
        kind, name, data = chance.choice(known)
        with tempfile.TemporaryDirectory() as folder, measured() as usage:
            outcome = _try_one(Path(folder), kind, name, damaged(chance, data), seed, found)
        found.add(kind, outcome, seed, usage)
    return found


def _try_one(folder: Path, kind: str, name: str, content: bytes, seed: int, found: Tried) -> str:
    path, book = folder / name, folder / "Monthly Dataset.xlsm"
    path.write_bytes(content)
    try:
        outcome = tried(kind, path, book)
    except Exception:
        found.failures.append(f"seed {seed}, {name}:\n{traceback.format_exc(limit=-4)}")
        return "failed"
    if outcome == "refused" and kind in OF_A_BOOK:
        left, before = (book, ready_bytes()) if kind == "return" else (path, content)
        assert left.read_bytes() == before, f"seed {seed}: a refused workbook was changed"
    return outcome


Property = tuple[str, SearchStrategy[Any], Callable[[Any], object]]


def properties() -> list[Property]:
    """What is stated of odd and weird files: a name, what is drawn, what must hold of it."""
    return [*_of_odd_files(), *_of_weird_returns(), *_of_weird_tables()]


def _of_odd_files() -> list[Property]:
    as_plain = odd_workbooks.combined_oddities_are_worked_on_like_the_plain_workbook
    as_figures = odd_returns.combined_forms_give_the_figures_or_are_refused
    return [
        ("odd workbooks", odd_workbooks.COMBINED, as_plain),
        ("odd returns", odd_returns.COMBINED, as_figures),
    ]


def _of_weird_returns() -> list[Property]:
    grids = st.one_of(weird_returns.tidy_returns(), weird_returns.wide_returns())
    spoilt = st.tuples(weird_returns.spoilt_returns(), st.sampled_from(weird_returns.FORMS))
    return [
        (
            "weird returns",
            weird_returns.RETURNS,
            lambda drawn: weird_returns.figures_are_as_typed_or_refused(*drawn[0], drawn[1]),
        ),
        (
            "spoilt returns",
            spoilt,
            lambda drawn: weird_returns.what_is_wrong_is_said_with_its_place(*drawn),
        ),
        (
            "refreshes of weird returns",
            grids,
            lambda drawn: weird_returns.an_update_says_what_the_grid_says(*drawn),
        ),
    ]


def _of_weird_tables() -> list[Property]:
    lists = st.tuples(LISTS, st.one_of(st.just("A title"), ODD_VALUES))
    return [
        (
            "weird lists of measures",
            lists,
            lambda drawn: weird_tables.a_list_is_taken_as_written_or_refused(*drawn),
        ),
        ("changed tables", CHANGES, weird_tables.changed_tables_change_no_figure),
    ]


AT_ONCE = 100
"""How many files are drawn from one seed."""


def try_properties(times: int, first_seed: int = 0) -> tuple[Counter[str], list[str]]:
    """Draw and try at least so often, each property in turn: how often, and what failed."""
    counts, failures, known = Counter[str](), [], properties()
    each = min(AT_ONCE, -(-times // len(known)))
    rounds = -(-times // (each * len(known)))
    for number in range(first_seed, first_seed + rounds * len(known)):
        name, strategy, holds = known[number % len(known)]
        try:
            _try_some(strategy, holds, number, each, lambda name=name: counts.update([name]))
        except Exception:
            failures.append(f"{name}, seed {number}:\n{traceback.format_exc(limit=-4)}")
    return counts, failures


def _try_some(
    strategy: SearchStrategy[Any],
    holds: Callable[[Any], object],
    seed: int,
    times: int,
    count: Callable[[], object],
) -> None:
    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @with_seed(seed)
    @given(strategy)
    def some(drawn: Any) -> None:
        count()
        holds(drawn)

    some()


def report(became: Tried) -> Iterator[str]:
    """A line for each kind: how often what, then the dearest of it and the seed of that."""
    for what, often in sorted(became.counts.items()):
        yield f"{often:6} {what}"
    for kind, (seconds, seed) in sorted(became.slowest.items()):
        megabytes, other = became.largest[kind]
        yield f"{kind}: at most {seconds:.2f} s (seed {seed}), {megabytes:.0f} MB (seed {other})"
    inputs, errors = sum(became.counts.values()), became.failures
    yield f"{inputs:6} inputs; uncaught errors: {len(errors)}"
    yield from errors[:20]


def main() -> int:
    """Try as often as the command line says; files alone where it ends with --files."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    times, first_seed = (*numbers, *(10_000, 0)[len(numbers) :])
    became = Tried()
    for start in range(first_seed, first_seed + times, AT_ONCE):
        became.join(fuzz(min(AT_ONCE, first_seed + times - start), start))
        print(f"{start - first_seed + AT_ONCE} of {times}", file=sys.stderr)
    if "--files" not in sys.argv:
        tries, wrong = try_properties(times, first_seed)
        became.counts += tries
        became.failures += wrong
    print("\n".join(report(became)))
    return bool(became.failures)


if __name__ == "__main__":
    sys.exit(main())
