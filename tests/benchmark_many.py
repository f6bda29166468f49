"""How long many workbooks take in one call, beside one command for each.

``python -m tests.benchmark_many`` makes as many workbooks as ``--books`` says (150), each with a
return of June 2015, and refreshes them by one command each, by one call on one processor, and by
one call on all of them, in turn; ``--write`` puts the table between its marks in README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import tempfile
from pathlib import Path

from tests.benchmarks import (
    XL_ADDIN,
    Reading,
    installed_wheel,
    measure,
    refresh_command,
    write_into_readme,
)
from tests.support.ready import JUNE, ready_bytes

ONE_EACH = "one command each"
ONE_PROCESSOR = "one call, on one processor"
ALL_PROCESSORS = "one call, on all processors"


def make_workbooks(folder: Path, count: int) -> None:
    """So many workbooks with figures up to May 2015, and as many returns of their names."""
    for name in ("books", "returns"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    for number in range(count):
        (folder / "books" / f"Team {number}.xlsm").write_bytes(ready_bytes())
        shutil.copy(JUNE, folder / "returns" / f"Team {number}.csv")


def one_each(folder: Path, site: Path) -> Reading:
    """A command for each workbook, one after the other."""
    readings = [measure(refresh_command(*pair), site) for pair in _pairs(folder)]
    return Reading(
        sum(reading.seconds for reading in readings),
        sum(reading.processor for reading in readings),
        max(reading.megabytes for reading in readings),
    )


def _pairs(folder: Path) -> list[tuple[Path, Path]]:
    books = sorted((folder / "books").glob("*.xlsm"))
    return [(book, folder / "returns" / f"{book.stem}.csv") for book in books]


def one_call(folder: Path, site: Path, *before: str) -> Reading:
    """One command for all of them; ``before`` is what it is started by."""
    books, returns = str(folder / "books"), str(folder / "returns")
    return measure([*before, *XL_ADDIN, "refresh", books, "--return", returns, "--yes"], site)


def in_turn(count: int, runs: int, site: Path) -> dict[str, list[Reading]]:
    """Each way on fresh workbooks, A B C A B C …"""
    ways = {
        ONE_EACH: one_each,
        ONE_PROCESSOR: lambda folder, site: one_call(folder, site, "/usr/bin/taskset", "-c", "0"),
        ALL_PROCESSORS: one_call,
    }
    readings: dict[str, list[Reading]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as place:
        for _ in range(runs):
            for name, way in ways.items():
                make_workbooks(Path(place), count)
                readings[name].append(way(Path(place), site))
    return readings


def table(count: int, readings: dict[str, list[Reading]]) -> list[str]:
    """The medians, with the ratio to one command each."""
    seconds = {n: statistics.median(r.seconds for r in rs) for n, rs in readings.items()}
    memory = {n: max(r.megabytes for r in rs) for n, rs in readings.items()}
    processor = {n: statistics.median(r.processor for r in rs) for n, rs in readings.items()}
    heading = f"{count} workbooks, June 2015 into each"
    lines = [f"| {heading} | seconds | ratio | processor s | largest process, MB |"]
    lines.append("|---|--:|--:|--:|--:|")
    lines += [
        f"| {name} | {seconds[name]:.1f} | {seconds[name] / seconds[ONE_EACH]:.2f} "
        f"| {processor[name]:.1f} | {memory[name]:.0f} |"
        for name in readings
    ]
    return lines


def main() -> None:
    """Measure, print, and write into README.md when asked to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--books", type=int, default=150)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    where = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores."
    with installed_wheel() as site:
        readings = in_turn(chosen.books, chosen.runs, site)
    lines = [
        *table(chosen.books, readings),
        "",
        f"Medians of {chosen.runs} runs each, in turn; {where}",
    ]
    print("\n".join(lines))
    if chosen.write:
        write_into_readme(lines, "many")


if __name__ == "__main__":
    main()
