"""How long a return of thirteen months takes from ever more rows of children's records.

``python -m tests.benchmark_records`` makes files of made-up rows, computes the return by
xl-addin, and the same measures in pandas and in polars, each in a process of its own.
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

import duckdb

from tests.support.places import ROOT

SIZES = (100_000, 1_000_000, 10_000_000)
BY = ("xl-addin", "polars", "pandas")
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


def by_xl_addin(folder: Path) -> dict[str, int]:
    from tests.support.records import EXTRACT, JUNE
    from xl_addin.commands.compute import compute_figures
    from xl_addin.commands.records import Asked

    asked = Asked((folder,), JUNE.window(MONTHS), period=EXTRACT)
    found = compute_figures(asked, lambda line: None)
    counts = [one for one in found if one.value is not None and one.denominator is None]
    return {one.ref: int(one.value or 0) for one in counts}


STAYS = {
    "List 7": ("Child Protection Plan Start Date", "Child Protection Plan End Date"),
    "List 8": ("Date Started to be Looked After", "Date Ceased to be Looked After"),
}
STAY_REFS = {"List 7": ("CP6B", "", "CP7"), "List 8": ("LAC1", "LAC2", "LAC3")}
"""Open at the end of a month, begun in it, ended in it."""
FLOWS = {
    "List 1": ("M1", "Date of Contact"),
    "List 3": ("M2", "Date of referral"),
    "List 4": ("EH3", "Continuous Assessment Date of Authorisation"),
}


def by_pandas(folder: Path) -> dict[str, int]:
    """The counts of the last month, after those of the twelve before it."""
    import pandas as pd

    lists = {name: _pandas_list(pd, folder / f"{name}.csv") for name in PARTS}
    found: dict[str, int] = {}
    for month in pd.period_range("2014-06", "2015-06", freq="M"):
        for name, (ref, day) in FLOWS.items():
            found[ref] = int((lists[name][day].dt.to_period("M") == month).sum())
        for name, (began, ended) in STAYS.items():
            start, end, last = lists[name][began], lists[name][ended], month.end_time
            is_open = (start <= last) & (end.isna() | (end > last))
            begun, done = (day.dt.to_period("M") == month for day in (start, end))
            refs = zip(STAY_REFS[name], (is_open, begun, done), strict=True)
            found |= {ref: int(rows.sum()) for ref, rows in refs if ref}
    return found


def _pandas_list(pd, path: Path):  # type: ignore[no-untyped-def]
    table = pd.read_csv(path, dtype=str).drop_duplicates()
    for column in table.columns:
        if "Date" in column:
            table[column] = pd.to_datetime(table[column], format="%d/%m/%Y", errors="coerce")
    return table


def by_polars(folder: Path) -> dict[str, int]:
    """The same in polars, lazily read."""
    import polars as pl

    found: dict[str, int] = {}
    lists = {name: _polars_list(pl, folder / f"{name}.csv") for name in PARTS}
    ends = pl.date_range(pl.date(2014, 6, 1), pl.date(2015, 6, 1), "1mo", eager=True)
    for first in ends:
        last = pl.lit(first).dt.month_end()
        for name, (ref, day) in FLOWS.items():
            found[ref] = _polars_count(pl, lists[name], pl.col(day).is_between(first, last))
        for name, (began, ended) in STAYS.items():
            start, end = pl.col(began), pl.col(ended)
            is_open = (start <= last) & (end.is_null() | (end > last))
            tests = (is_open, start.is_between(first, last), end.is_between(first, last))
            refs = zip(STAY_REFS[name], tests, strict=True)
            found |= {ref: _polars_count(pl, lists[name], test) for ref, test in refs if ref}
    return found


def _polars_list(pl, path: Path):  # type: ignore[no-untyped-def]
    table = pl.read_csv(path, infer_schema_length=0).unique()
    days = [name for name in table.columns if "Date" in name]
    return table.with_columns(pl.col(days).str.to_date("%d/%m/%Y", strict=False))


def _polars_count(pl, table, test) -> int:  # type: ignore[no-untyped-def]
    return int(table.select(test.sum()).item())


def measured(by: str, folder: Path) -> dict[str, float]:
    """Seconds and peak memory of a whole process, and the counts of the last month."""
    command = [sys.executable, "-m", "tests.benchmark_records", "--run", by, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return {}
    return json.loads(done.stdout.splitlines()[-1])


def run(by: str, folder: Path) -> None:
    """Compute once, and print what it took."""
    start = time.perf_counter()
    found = {"xl-addin": by_xl_addin, "pandas": by_pandas, "polars": by_polars}[by](folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "found": found}))


def table(sizes: list[int]) -> list[str]:
    """A row for each size: seconds and memory of each way, and how many times faster we are."""
    lines = [
        "| rows | xl-addin: 19 measures | polars: 8 counts | pandas: 8 counts | pandas ÷ ours |",
        "|--:|--:|--:|--:|--:|",
    ]
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            make_files(Path(name), rows)
            took = {by: measured(by, Path(name)) for by in BY}
        ours = took["xl-addin"]
        for by in BY[1:]:
            for ref, number in took[by].get("found", {}).items():
                assert ours["found"][ref] == number, (by, ref)
        cells = [
            f"{one['seconds']:.1f} s, {one['peak']:,.0f} MB" if one else "not measured"
            for one in took.values()
        ]
        times = f"{took['pandas']['seconds'] / ours['seconds']:.1f}" if took["pandas"] else ""
        lines.append(f"| {rows:,} | {' | '.join(cells)} | {times} |")
        print(lines[-1], flush=True)
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
