"""How long the commands take and what memory they need, beside what others would write.

``python -m tests.benchmarks`` measures whole processes, one after the other in turn, and writes
the tables between the marks in README.md. What is measured is the wheel, installed, with its
compiled modules kept. ``--runs`` says how often (default 7, after one to warm up); ``--growth``
measures larger workbooks too; without ``--write`` the tables are only printed. It measures and
decides nothing.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import cache_from_source
from pathlib import Path

from tests.support.benchmark_scripts import (
    COPY_THE_ZIP,
    FILL_CELLS,
    HISTORY_WITH_EXCELIZE,
    ONLY_READ,
    WITH_CSV,
    WITH_EXCELIZE,
    WITH_PANDAS,
)
from tests.support.places import README, TESTS
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
print(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Reading:
    """One run of a whole process: by the clock, and the processor's own time.

    The latter is the fairer one while others are at work on the machine.
    """

    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True)
class Measured:
    """All runs of one way: medians, and how far its seconds spread."""

    runs: list[Reading] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return statistics.median(run.seconds for run in self.runs)

    @property
    def processor(self) -> float:
        return statistics.median(run.processor for run in self.runs)

    @property
    def megabytes(self) -> float:
        return statistics.median(run.megabytes for run in self.runs)

    @property
    def spread(self) -> str:
        seconds = [run.seconds for run in self.runs]
        return f"{min(seconds):.2f}–{max(seconds):.2f}"


@dataclass(frozen=True)
class Contender:
    """A way to do a piece of work: its name, its command for a workbook, and where it starts.

    ``folder`` holds the workbook and what is to lie beside it; each run has a copy of it.
    """

    name: str
    command: Callable[[Path], list[str]]
    folder: Path


BOOK = "book.xlsm"
OURS, ANALYST = "`xl-addin refresh` (everything)", "(a) pandas + openpyxl, cells only"


def refuse_without_compiled_modules() -> None:
    """Python would compile every module of ours anew at each start, and none of the others'."""
    if sys.dont_write_bytecode or os.environ.get("PYTHONDONTWRITEBYTECODE"):
        raise SystemExit(
            "Compiled modules are not kept here: unset PYTHONDONTWRITEBYTECODE and leave out -B, "
            "or a refresh seems to take half as long again."
        )


@contextmanager
def installed_wheel() -> Iterator[Path]:
    """The folder in which the wheel of this checkout is installed, compiled."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        wheels, site = Path(folder) / "wheels", Path(folder) / "site"
        built = [*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(README.parent)]
        subprocess.run(built, check=True)
        (wheel,) = wheels.glob("*.whl")
        subprocess.run([*pip, "install", "--no-deps", "--target", str(site), wheel], check=True)
        if not Path(cache_from_source(str(site / "xl_addin" / "cli.py"))).exists():
            raise SystemExit("The wheel was installed without its compiled modules.")
        yield site


@contextmanager
def ways(seed: Path) -> Iterator[list[Contender]]:
    """Ours, the scripts, reading alone, and the floor: in C where it can be compiled here."""

    def script(text: str) -> Callable[[Path], list[str]]:
        return lambda book: [sys.executable, "-c", text, str(book), str(RETURN)]

    with floor() as (name, least):
        yield [
            Contender(OURS, lambda book: refresh_command(book, RETURN), seed),
            Contender(ANALYST, script(WITH_PANDAS + FILL_CELLS), seed),
            Contender("(b) excelize, cells only", script(WITH_EXCELIZE), seed),
            Contender("(c) openpyxl + csv, cells only", script(WITH_CSV + FILL_CELLS), seed),
            Contender("(d) calamine, only reading it", script(ONLY_READ), seed),
            Contender("floor: Python copies the zip", script(COPY_THE_ZIP), seed),
            *([Contender(name, least, seed)] if name else []),
        ]


@contextmanager
def floor() -> Iterator[tuple[str, Callable[[Path], list[str]]]]:
    """A program in C that packs each part anew, keeps a copy and syncs; no name without cc."""
    with tempfile.TemporaryDirectory() as folder:
        source, program = TESTS / "support" / "floor.c", Path(folder) / "floor"
        compiler = shutil.which("cc")
        command = [compiler or "", "-O2", "-o", str(program), str(source), "-lz"]
        if not compiler or subprocess.run(command, capture_output=True).returncode:
            print("There is no C compiler with zlib here: the floor is Python's alone.")
            yield "", lambda book: []
        else:
            yield "floor: C, copy kept and synced", lambda book: [str(program), str(book)]


def our_commands(seed: Path, refreshed: Path, many: Path) -> list[Contender]:
    """Our own commands, each on the seed workbook; undo on one that was refreshed."""

    def ours(*words: str) -> Callable[[Path], list[str]]:
        return lambda book: [*XL_ADDIN, words[0], str(book), *words[1:]]

    def shared(*words: str) -> Callable[[Path], list[str]]:
        return lambda book: [*ours("share")(book), "--out", str(book.with_suffix(".xlsx")), *words]

    return [
        Contender("refresh", lambda book: refresh_command(book, RETURN), seed),
        Contender("check", ours("check"), seed),
        Contender("undo", ours("undo", "--yes"), refreshed),
        Contender("share", shared(), seed),
        Contender("share --suppress", shared("--suppress"), seed),
        Contender(f"refresh FOLDER, {MANY} workbooks", refresh_folder, many),
    ]


MANY = 20
"""Workbooks that are refreshed in one call."""


def refresh_folder(book: Path) -> list[str]:
    books, returns = book.parent / "books", book.parent / "returns"
    return [*XL_ADDIN, "refresh", str(books), "--return", str(returns), "--yes"]


XL_ADDIN = [sys.executable, "-m", "xl_addin"]


def refresh_command(book: Path, figures: Path) -> list[str]:
    return [*XL_ADDIN, "refresh", str(book), "--return", str(figures), "--yes"]


def measure(command: list[str], site: Path) -> Reading:
    """Run a command to its end, started by a process so small that it does not count.

    (The kernel counts what the starting process holds at that moment as the command's own.)
    """
    launcher = [sys.executable, "-S", "-E", "-c", LAUNCHER, *command]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(launcher, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"{command[:4]} failed: {done.stderr}")
    seconds, processor, kilobytes = map(float, done.stdout.split())
    return Reading(seconds, processor, kilobytes / 1024)


def in_turn(contenders: list[Contender], runs: int, site: Path) -> dict[str, Measured]:
    """Each way on a fresh copy, A B C D A B C D …, the first round left out."""
    found = {way.name: Measured() for way in contenders}
    for number in range(runs + 1):
        for way in contenders:
            with tempfile.TemporaryDirectory() as folder:
                shutil.copytree(way.folder, folder, dirs_exist_ok=True)
                reading = measure(way.command(Path(folder) / BOOK), site)
            if number:
                found[way.name].runs.append(reading)
    return found


@contextmanager
def seeds() -> Iterator[tuple[Path, Path, Path]]:
    """Folders with the seed workbook: up to May 2015, with June 2015 brought in, and many."""
    with tempfile.TemporaryDirectory() as folder:
        seed, refreshed, many = (Path(folder) / name for name in ("seed", "refreshed", "many"))
        seed.mkdir()
        write_template(seed / BOOK, *read_catalogue(None))
        bring_in(seed / BOOK, HISTORY)
        shutil.rmtree(seed / f"{Path(BOOK).stem} backups")
        shutil.copytree(seed, refreshed)
        bring_in(refreshed / BOOK, RETURN)
        for place in ("books", "returns"):
            (many / place).mkdir(parents=True)
        for number in range(MANY):
            shutil.copy(seed / BOOK, many / "books" / f"{number}.xlsm")
            shutil.copy(RETURN, many / "returns" / f"{number}.csv")
        yield seed, refreshed, many


def bring_in(book: Path, file: Path) -> None:
    how = HowToRefresh(file=file)
    refresh_book(ClosedBook(book), OCCASION, tell=lambda _: None, agree=lambda: True, how=how)


def comparison(runs: int, site: Path) -> tuple[list[str], list[str]]:
    """The tables of the seed workbook: beside others, and of our commands."""
    with seeds() as (seed, refreshed, many):
        with ways(seed) as contenders:
            beside = in_turn(contenders, runs, site)
        own = in_turn(our_commands(seed, refreshed, many), runs, site)
    return table_beside(beside), table_of_commands(own)


def table_beside(found: dict[str, Measured]) -> list[str]:
    base = found[ANALYST]
    return [
        "| June 2015 into the seed workbook | seconds | from–to | of (a) | CPU | of (a) "
        "| peak MB | of (a) |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {name} | {one.seconds:.2f} | {one.spread} | {one.seconds / base.seconds:.2f} "
            f"| {one.processor:.2f} | {one.processor / base.processor:.2f} "
            f"| {one.megabytes:.0f} | {one.megabytes / base.megabytes:.2f} |"
            for name, one in found.items()
        ),
    ]


def table_of_commands(found: dict[str, Measured]) -> list[str]:
    base = found["refresh"]
    return [
        "| command, seed workbook | seconds | from–to | of refresh | CPU | of refresh | peak MB |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *(
            f"| `{name}` | {one.seconds:.2f} | {one.spread} | {one.seconds / base.seconds:.2f} "
            f"| {one.processor:.2f} | {one.processor / base.processor:.2f} | {one.megabytes:.0f} |"
            for name, one in found.items()
        ),
    ]


def growth(runs: int, site: Path) -> list[str]:
    """The table of larger workbooks: one more month into ever more figures."""
    lines = [
        "| measures | months of history | figures | seconds | CPU | peak MB | of (d) | of (e) |"
    ]
    lines.append("|--:|--:|--:|--:|--:|--:|--:|--:|")
    for measures in MEASURES:
        for months in MONTHS:
            lines.append(_growth_line(measures, months, runs, site))
            print(lines[-1], flush=True)
    return lines


def _growth_line(measures: int, months: int, runs: int, site: Path) -> str:
    figures = measures * months
    if figures + measures >= ROWS_OF_A_SHEET:
        return f"| {measures:,} | {months} | {figures:,} | more than a sheet holds | | | | |"
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as outside:
        file = large_book(Path(folder), measures, months).rename(Path(outside) / "return.csv")

        def script(text: str) -> Callable[[Path], list[str]]:
            return lambda book: [sys.executable, "-c", text, str(book), str(file)]

        contenders = [
            Contender("ours", lambda book: refresh_command(book, file), Path(folder)),
            Contender("(d)", script(ONLY_READ), Path(folder)),
            Contender("(e)", script(HISTORY_WITH_EXCELIZE), Path(folder)),
        ]
        found = in_turn(contenders, runs, site)
    ours, reading, excelize = (found[way.name] for way in contenders)
    return (
        f"| {measures:,} | {months} | {figures:,} | {ours.seconds:.2f} | {ours.processor:.2f} "
        f"| {ours.megabytes:.0f} | {ours.processor / reading.processor:.1f} "
        f"| {ours.processor / excelize.processor:.2f} |"
    )


def large_book(folder: Path, measures: int, months: int) -> Path:
    """Make a workbook with so much history; the return of one more month."""
    catalogue = Catalogue(
        tuple(Measure(f"X{n}", "Area", f"Number of X{n}", key=n < 9) for n in range(measures))
    )
    book = ClosedBook(folder / BOOK)
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
    return figures


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
    refuse_without_compiled_modules()
    few = max(1, chosen.runs // 3)
    with installed_wheel() as site:
        beside, own = comparison(chosen.runs, site)
        note = f"Medians of {chosen.runs} runs each, in turn; {machine()}"
        tables = {"benchmark": [*beside, "", *own, "", note]}
        if chosen.growth:
            of = "One run each" if few == 1 else f"Medians of {few} runs each, in turn"
            note = f"{of}; {machine()}"
            tables["growth"] = [*growth(few, site), "", note]
    for mark, lines in tables.items():
        print("\n".join(lines))
        if chosen.write:
            write_into_readme(lines, mark)


def machine() -> str:
    """What was measured on: Python, the system, its processors, and how busy they were."""
    load = f", {os.getloadavg()[0]:.0f} at work" if hasattr(os, "getloadavg") else ""
    cores = f"{os.cpu_count()} cores{load}"
    return f"Python {platform.python_version()}, {platform.system()}, {cores}."


if __name__ == "__main__":
    main()
