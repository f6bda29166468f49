"""How long a return of thirteen months takes from ever more rows of children's records.

``python -m tests.benchmark_records`` makes files of made-up rows, computes the return by
xl-addin, and the same measures in pandas and in polars (where it is installed), each in a process
of its own; all figures have to be the same. Seconds are those of the processor, all cores
together; those of the clock are printed below. ``--sizes 50000000`` says how many rows,
``--write`` writes the table into docs/records.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from tests.support.places import ROOT
from tests.support.record_peers import Figures, by_pandas, by_polars
from tests.support.records import EXTRACT, JUNE
from xl_addin.commands.compute import Asked, compute_figures
from xl_addin.period import Month

SIZES = (100_000, 1_000_000, 10_000_000, 50_000_000)
MONTHS = 13
PAGE = ROOT / "docs" / "records.md"
MARKS = ("<!-- benchmark -->", "<!-- /benchmark -->")

PARTS = {
    "List 1": (
        0.5,
        "strftime({d}, '%d/%m/%Y') as \"Date of Contact\", 'Schools' as \"Contact Source\"",
    ),
    "List 3": (0.2, "strftime({d}, '%d/%m/%Y') as \"Date of referral\", 'No' as \"Referral NFA?\""),
    "List 4": (
        0.15,
        "strftime({d} - ({h} % 90)::int, '%d/%m/%Y') as \"Continuous Assessment Start Date\", "
        "strftime({d}, '%d/%m/%Y') as \"Continuous Assessment Date of Authorisation\"",
    ),
    "List 7": (
        0.05,
        "strftime({d} - ({h} % 300)::int, '%d/%m/%Y') as \"Child Protection Plan Start Date\", "
        "case when {h} % 3 > 0 then strftime({d}, '%d/%m/%Y') end "
        'as "Child Protection Plan End Date", '
        "'15/06/2015' as \"Date of the Last Statutory Visit\", "
        '({h} % 2)::text as "Number of Previous Child Protection Plans"',
    ),
    "List 8": (
        0.1,
        "strftime({d} - ({h} % 900)::int, '%d/%m/%Y') as \"Date Started to be Looked After\", "
        "case when {h} % 4 > 1 then strftime({d}, '%d/%m/%Y') end "
        'as "Date Ceased to be Looked After", '
        "case when {h} % 4 > 1 then 'E11' end as \"Reason Ceased to be Looked After\"",
    ),
}
"""Part of all rows, and the columns of each list: d is a day of the thirteen months, h a number."""


def make_files(folder: Path, rows: int) -> None:
    """Lists of made-up rows as CSV, as an authority's system exports them."""
    engine = duckdb.connect()
    day = "(date '2014-06-01' + (hash(n) % 395)::int)"
    for name, (part, columns) in PARTS.items():
        chosen = columns.format(d=day, h="(hash(n + 7) % 1000)")
        engine.execute(
            f"copy (select 'C' || n as \"Child Unique ID\", {chosen} "
            f"from range({int(rows * part)}) as made(n)) to '{folder / f'{name}.csv'}' (header)"
        )


def by_xl_addin(folder: Path, months: list[Month]) -> Figures:
    """The same by xl-addin; a figure that there is none of is left out."""
    found = compute_figures(Asked((folder,), months, period=EXTRACT), lambda line: None)
    return {
        (one.ref, one.month.label): (
            (one.numerator or 0, one.denominator)
            if one.denominator is not None
            else (int(one.value), None)
        )
        for one in found
        if one.value is not None
    }


def by_reading(folder: Path, months: list[Month]) -> Figures:
    """Nothing but the text of the files, as DuckDB reads it: what no engine can do without."""
    engine = duckdb.connect()
    for path in sorted(folder.glob("List *.csv")):
        engine.execute(f"select max(columns(*)) from read_csv('{path}', all_varchar = true)")
        engine.fetchall()
    return {}


BY = ("xl-addin", "polars", "pandas")
READING = "reading alone"
WAYS = dict(zip((*BY, READING), (by_xl_addin, by_polars, by_pandas, by_reading), strict=True))


def measured(by: str, folder: Path) -> dict[str, Any]:
    """Seconds and peak memory of a whole process, and the counts of the last month."""
    command = [sys.executable, "-m", "tests.benchmark_records", "--run", by, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {}
    return json.loads(done.stdout.splitlines()[-1])


def run(by: str, folder: Path) -> None:
    """Compute once, and print what it took; what is imported meanwhile is part of it."""
    start, used = time.perf_counter(), time.process_time()
    found = WAYS[by](folder, list(JUNE.window(MONTHS)))
    seconds, busy = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = [[*key, *figure] for key, figure in sorted(found.items())]
    print(json.dumps({"seconds": seconds, "busy": busy, "peak": peak, "found": figures}))


def table(sizes: list[int]) -> list[str]:
    """A row for each size: seconds and memory of each way, and how many times faster we are."""
    lines = [
        "| rows | xl-addin | polars | pandas | pandas ÷ ours |",
        "|--:|--:|--:|--:|--:|",
    ]
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            make_files(Path(name), rows)
            took = {by: measured(by, Path(name)) for by in WAYS}
        ours = took["xl-addin"]
        for by in BY[1:]:
            if took[by]:
                assert took[by]["found"] == ours["found"], by
        cells = [
            f"{one['busy']:.1f} s, {one['peak']:,.0f} MB" if one else "not measured"
            for one in (took[by] for by in BY)
        ]
        times = f"{took['pandas']['busy'] / ours['busy']:.1f}" if took["pandas"] else ""
        lines.append(f"| {rows:,} | {' | '.join(cells)} | {times} |")
        print(lines[-1], flush=True)
        clock = {by: round(one["seconds"], 1) for by, one in took.items() if one}
        print("by the clock", clock, "reading alone", took[READING], flush=True)
    return lines


def main() -> None:
    """Measure, and write the table where that is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--run", nargs=2, metavar=("BY", "FOLDER"))
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    if chosen.run:
        run(chosen.run[0], Path(chosen.run[1]))
        return
    lines = table(chosen.sizes)
    if chosen.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        text = "\n".join((MARKS[0], *lines, MARKS[1]))
        PAGE.write_text(f"{before}{text}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
