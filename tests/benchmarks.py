"""How long a refresh takes and what memory it needs, beside what an analyst would write.

``python -m tests.benchmarks`` measures whole processes, one after the other in turn, and writes
the table between the marks in README.md. ``--runs`` says how often (default 7, after one to warm
up); ``--growth`` measures larger workbooks too; without ``--write`` the table is only printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.support.places import README
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.dataset.history import Revision
from xl_addin.dataset.page import build_page, page_change
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.demo import HISTORY, RETURN
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import History as HistoryTable
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.update import AppendRows, Update

OCCASION = Occasion(datetime(2026, 7, 3, 9, 30), "officer", "benchmark")
ROWS_OF_A_SHEET = 1_048_576
MEASURES = (22, 220, 2_200)
MONTHS = (13, 120, 600)

WITH_OPENPYXL = """
import sys
import openpyxl
import pandas as pd

book, figures = sys.argv[1:]
given = pd.read_csv(figures, dtype=str, keep_default_na=False).set_index("Measure Ref")
workbook = openpyxl.load_workbook(book, keep_vba=True)
sheet = workbook["Dataset"]
table = sheet.tables["Dataset"]
left, top, right, bottom = openpyxl.utils.range_boundaries(table.ref)
headings = [sheet.cell(top, column).value for column in range(left, right + 1)]
first = headings.index("May 2014") if "May 2014" in headings else 3
labels = [d.strftime("%b %Y") for d in pd.date_range("2014-06-01", periods=13, freq="MS")]
for place, label in enumerate(labels):
    sheet.cell(top, left + first + place, label)
    table.tableColumns[first + place].name = label
for row in range(top + 1, bottom + 1):
    figure = given.loc[sheet.cell(row, left).value]
    for place in range(12):
        old = sheet.cell(row, left + first + place + 1).value
        sheet.cell(row, left + first + place, old)
    text = figure["Value"]
    value = float(text.strip("%")) / (100 if "%" in text else 1) if text else figure["Status"]
    sheet.cell(row, left + first + 12, value)
workbook.save(book)
"""

WITH_EXCELIZE = """
import csv
import sys
import excelize

book, figures = sys.argv[1:]
with open(figures, encoding="utf-8") as file:
    given = {row["Measure Ref"]: row for row in csv.DictReader(file)}
workbook = excelize.open_file(book)
(table,) = [t for t in workbook.get_tables("Dataset") if t.name == "Dataset"]
start, end = table.range.split(":")
left, top = excelize.cell_name_to_coordinates(start)
right, bottom = excelize.cell_name_to_coordinates(end)
rows = workbook.get_rows("Dataset", excelize.Options(raw_cell_value=True))
name = excelize.coordinates_to_cell_name
months = "Jun Jul Aug Sep Oct Nov Dec Jan Feb Mar Apr May Jun".split()
for place, month in enumerate(months):
    workbook.set_cell_value("Dataset", name(left + 3 + place, top), f"{month} {2014 + (place > 6)}")
for row in range(top + 1, bottom + 1):
    cells = rows[row - 1]
    figure = given[cells[left - 1]]
    for place in range(12):
        text = cells[left + 3 + place]
        value = float(text) if text.replace(".", "", 1).isdigit() else text
        workbook.set_cell_value("Dataset", name(left + 3 + place, row), value)
    text = figure["Value"]
    value = float(text.strip("%")) / (100 if "%" in text else 1) if text else figure["Status"]
    workbook.set_cell_value("Dataset", name(left + 15, row), value)
workbook.save()
workbook.close()
"""

COPY_THE_ZIP = """
import sys
import zipfile

book = sys.argv[1]
with zipfile.ZipFile(book) as old, zipfile.ZipFile(book + ".new", "w", zipfile.ZIP_DEFLATED) as new:
    for part in old.infolist():
        new.writestr(part, old.read(part))
"""


LAUNCHER = """
import os
import sys
import time

start = time.perf_counter()
child = os.fork()
if not child:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Reading:
    """One run of a whole process."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Contender:
    """A way to do the month's work: its name and its command for a copy of the workbook."""

    name: str
    command: Callable[[Path], list[str]]


def contenders(figures: Path) -> list[Contender]:
    """Ours, the two scripts, and the floor."""

    def script(text: str) -> Callable[[Path], list[str]]:
        return lambda book: [sys.executable, "-c", text, str(book), str(figures)]

    return [
        Contender("`xl-addin refresh` (everything)", lambda book: refresh_command(book, figures)),
        Contender("(a) pandas + openpyxl, cells only", script(WITH_OPENPYXL)),
        Contender("(b) excelize, cells only", script(WITH_EXCELIZE)),
        Contender("floor: Python copies the zip", script(COPY_THE_ZIP)),
    ]


def refresh_command(book: Path, figures: Path) -> list[str]:
    program = Path(sys.executable).with_name("xl-addin")
    return [str(program), "refresh", str(book), "--return", str(figures), "--yes"]


def measure(command: list[str]) -> Reading:
    """Run a command to its end, started by a process so small that it does not count.

    (The kernel counts what the starting process holds at that moment as the command's own.)
    """
    launcher = [sys.executable, "-S", "-E", "-c", LAUNCHER, *command]
    done = subprocess.run(launcher, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[:2]} failed: {done.stderr}")
    seconds, kilobytes = done.stdout.split()
    return Reading(float(seconds), float(kilobytes) / 1024)


def in_turn(book: Path, ways: list[Contender], runs: int) -> dict[str, list[Reading]]:
    """Each way on a fresh copy, A B C D A B C D …, the first round left out."""
    readings: dict[str, list[Reading]] = {way.name: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs + 1):
            for way in ways:
                copy = Path(shutil.copy(book, Path(folder) / f"{number}.xlsm"))
                reading = measure(way.command(copy))
                if number:
                    readings[way.name].append(reading)
    return readings


def comparison(runs: int) -> list[str]:
    """The table of the seed workbook: medians, and ratios to (a)."""
    with tempfile.TemporaryDirectory() as folder:
        book = ClosedBook(Path(folder) / "book.xlsm")
        write_template(book.path, *read_catalogue(None))
        refresh_book(
            book, OCCASION, tell=lambda _: None, agree=lambda: True, how=HowToRefresh(file=HISTORY)
        )
        readings = in_turn(book.path, contenders(RETURN), runs)
    seconds = {n: statistics.median(r.seconds for r in rs) for n, rs in readings.items()}
    memory = {n: statistics.median(r.megabytes for r in rs) for n, rs in readings.items()}
    base = next(name for name in readings if name.startswith("(a)"))
    lines = ["| June 2015 into the seed workbook | seconds | of (a) | peak MB | of (a) |"]
    lines.append("|---|--:|--:|--:|--:|")
    lines += [
        f"| {name} | {seconds[name]:.2f} | {seconds[name] / seconds[base]:.2f} "
        f"| {memory[name]:.0f} | {memory[name] / memory[base]:.2f} |"
        for name in readings
    ]
    return lines


def growth(runs: int) -> list[str]:
    """The table of larger workbooks: one more month into ever more figures."""
    lines = ["| measures | months of history | figures | seconds | peak MB |"]
    lines.append("|--:|--:|--:|--:|--:|")
    for measures in MEASURES:
        for months in MONTHS:
            lines.append(_growth_line(measures, months, runs))
            print(lines[-1], flush=True)
    return lines


def _growth_line(measures: int, months: int, runs: int) -> str:
    figures = measures * months
    if figures + measures >= ROWS_OF_A_SHEET:
        return f"| {measures:,} | {months} | {figures:,} | more than a sheet holds | |"
    with tempfile.TemporaryDirectory() as folder:
        book, figures_file = large_book(Path(folder), measures, months)
        way = Contender("", lambda copy: refresh_command(copy, figures_file))
        readings = in_turn(book, [way], runs)[""]
    seconds = statistics.median(r.seconds for r in readings)
    memory = statistics.median(r.megabytes for r in readings)
    return f"| {measures:,} | {months} | {figures:,} | {seconds:.2f} | {memory:.0f} |"


def large_book(folder: Path, measures: int, months: int) -> tuple[Path, Path]:
    """A workbook with so much history, and the return of one more month."""
    catalogue = Catalogue(
        tuple(Measure(f"X{n}", "Area", f"Number of X{n}", key=n < 9) for n in range(measures))
    )
    book = ClosedBook(folder / "large.xlsm")
    write_template(book.path, "Large", catalogue)
    last = Month(2015, 5)
    revisions = [
        Revision(Observation(m.ref, month, float((n * 7 + k) % 900)), 1, OCCASION.when, "history")
        for k, month in enumerate(last.window(months))
        for n, m in enumerate(catalogue)
    ]
    rows = tuple(revision.cells for revision in revisions)
    history = AppendRows(HistoryTable.TABLE, HistoryTable.COLUMNS, rows)
    book.apply(Update((history,)))
    workbook = parse_workbook(book.read())
    page = build_page(catalogue, workbook.history, last)
    change = page_change(workbook.dataset, page, {})
    assert change is not None
    book.apply(Update((change,)))
    figures = folder / "June 2015 return.csv"
    lines = [f"X{n},Jun 2015,,,{n % 900},," for n in range(measures)]
    heading = "Measure Ref,Month,Numerator,Denominator,Value,Status,Note"
    figures.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return book.path, figures


def write_into_readme(lines: list[str], mark: str) -> None:
    """Put a table between its marks in README.md."""
    text = README.read_text(encoding="utf-8")
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)"
    table = "\n".join(lines) + "\n"
    changed, found = re.subn(pattern, lambda m: m[1] + table + m[2], text, flags=re.DOTALL)
    if not found:
        raise SystemExit(f"README.md has no marks for {mark}")
    README.write_text(changed, encoding="utf-8")


def main() -> None:
    """Measure, print, and write into README.md when asked to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--growth", action="store_true")
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    cores = os.cpu_count()
    where = f"Python {platform.python_version()}, {platform.system()}, {cores} cores."
    few = max(1, chosen.runs // 3)
    note = f"Medians of {chosen.runs} runs each, in turn; {where}"
    tables = {"benchmark": [*comparison(chosen.runs), "", note]}
    if chosen.growth:
        tables["growth"] = [*growth(few), "", f"Medians of {few} runs each; {where}"]
    for mark, lines in tables.items():
        print("\n".join(lines))
        if chosen.write:
            write_into_readme(lines, mark)


if __name__ == "__main__":
    main()
