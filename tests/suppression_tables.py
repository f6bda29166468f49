"""How long suppression takes, and how much it hides: the tables of docs/share.md.

    python -m tests.suppression_tables

The goals: 660 counts, each a part of three others, in ten seconds; the command with suppression
at most 1.4 times as long as without for the demonstration, and 5 times for 220 nested measures; of
small towns, no more than 5 per cent beyond the least that could be hidden (every choice is tried by
tests.support.share_optimum).
"""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from statistics import median

from tests.support.share_data import ISSUE, OCCASION, count, ratio, recorded, seed
from tests.support.share_optimum import KINDS, optimum, towns
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.history import History
from xl_addin.demo import make_demo
from xl_addin.disclosure.protection import Figures, protect
from xl_addin.disclosure.releases import NO_COPIES
from xl_addin.disclosure.rule import Rule
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.measure import Catalogue, Measure

MONTHS = ISSUE.window()
PARENTS = 3
TOWNS_EACH = 20


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
    with redirect_stdout(io.StringIO()):
        book = seed()
    datasets = [("the demonstration", book.catalogue, book.history)]
    for size in (40, 165, 330, 660):
        catalogue = layered(size)
        datasets.append((f"{size} counts, three wholes each", catalogue, filled(catalogue)))
    for size in (110, 660):
        nested = chain(size)
        datasets.append((f"{size} counts, each part of the next", nested, filled(nested)))
    for name, catalogue, history in datasets:
        start = time.process_time()
        found = protect(Figures(catalogue, history, MONTHS, Rule(), NO_COPIES))
        taken = time.process_time() - start
        yield name, len(catalogue), len(found.suppression.hidden), taken


def hidden_beside_least(kind: str, number: int) -> tuple[int, int, float]:
    """Of towns of a kind: figures hidden, the fewest there could be, and how the costs compare."""
    hidden = least = 0
    cost = lowest = 0.0
    for town in towns(kind, number):
        found = protect(Figures(town.catalogue, town.history, town.months, Rule(), NO_COPIES))
        ours, best = found.suppression.hidden, optimum(town)
        hidden, least = hidden + len(ours), least + len(best)
        cost, lowest = cost + sum(map(town.cost, ours)), lowest + sum(map(town.cost, best))
    return hidden, least, cost / lowest


def commands() -> Iterator[tuple[str, float, float]]:
    """What was shared, and the seconds of the command without suppression and with it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with redirect_stdout(io.StringIO()):
            make_demo(folder, OCCASION, tell=lambda line: None)
        for what, book in (
            ("the demonstration", next(folder.glob("*.xlsm"))),
            ("110 counts, each part of the next", nested_book(folder)),
        ):
            plain, hidden = shared(book), shared(book, "--suppress")
            yield what, plain, hidden


def nested_book(folder: Path) -> Path:
    """A workbook of nested counts, its months brought in from one return."""
    catalogue, path = chain(110), folder / "nested.xlsm"
    history = filled(catalogue)
    write_template(path, "Nested", catalogue)
    cells = (
        (ref, month, history.observed(ref, month).value)
        for ref in catalogue.refs
        for month in MONTHS
        if not catalogue[ref].is_percentage
    )
    rows = [f"{ref},{month.label},{value:g}" for ref, month, value in cells if value is not None]
    return_ = folder / "return.csv"
    return_.write_text("\n".join(["Measure Ref,Month,Value", *rows, ""]), encoding="utf-8")
    how = HowToRefresh(file=return_)
    refresh_book(ClosedBook(path), OCCASION, tell=lambda line: None, agree=lambda: True, how=how)
    return path


def shared(book: Path, *options: str) -> float:
    """The median processor seconds of five runs of the command, each from the same workbook."""
    taken = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder:
            own = Path(shutil.copy(book, folder))
            command = [sys.executable, "-m", "xl_addin", "share", str(own), *options]
            start = seconds_of_commands()
            subprocess.run(
                [*command, "--out", str(own.with_name("copy.xlsx"))],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            taken.append(seconds_of_commands() - start)
    return median(taken)


def seconds_of_commands() -> float:
    """The processor's seconds that commands have taken so far: whoever else works here."""
    spent = os.times()
    return spent.children_user + spent.children_system


def main() -> None:
    """Print the tables."""
    print("| Dataset | rows | figures hidden | seconds |\n|---|--:|--:|--:|")
    for name, rows, hidden, seconds in timed():
        print(f"| {name} | {rows:,} | {hidden:,} | {seconds:.2f} |", flush=True)
    print("\n| Small towns | figures hidden | the fewest possible | weighed |\n|---|--:|--:|--:|")
    for kind in KINDS:
        hidden, least, ratio_ = hidden_beside_least(kind, TOWNS_EACH)
        print(f"| {kind} | {hidden:,} | {least:,} | {ratio_:.3f} |", flush=True)
    print("\n| Workbook | share, seconds | with --suppress | ratio |\n|---|--:|--:|--:|")
    for name, plain, hiding in commands():
        print(f"| {name} | {plain:.2f} | {hiding:.2f} | {hiding / plain:.1f} |", flush=True)


if __name__ == "__main__":
    main()
