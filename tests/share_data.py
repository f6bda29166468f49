"""Workbooks for the tests of the share copy: that of the printed issue, and random ones."""

from __future__ import annotations

import functools
import random
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from tests.books import new_sheets
from xl_addin.demo import make_demo
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.share import write_share
from xl_addin.history import History, Revision
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.settings import Settings
from xl_addin.share import NOTHING_HIDDEN, SharedCopy, build_copy
from xl_addin.table import Sheets
from xl_addin.workbook import Workbook, parse_workbook

ISSUE = Month(2015, 6)
DAY = date(2015, 7, 3)
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "j.okafor", "test")
Counts = Mapping[tuple[str, Month], float | None]


@functools.cache
def demo_folder() -> Path:
    """The workbook of the printed issue, made once; its name is that of the demonstration."""
    folder = tempfile.TemporaryDirectory(prefix="xl_addin_share_")
    _kept.append(folder)
    make_demo(Path(folder.name), OCCASION, tell=lambda line: None)
    return Path(folder.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def seed_sheets() -> Sheets:
    return ClosedBook(next(demo_folder().glob("*.xlsm"))).read()


def seed() -> Workbook:
    return parse_workbook(seed_sheets())


def seed_copy() -> SharedCopy:
    return build_copy(seed(), ISSUE, OCCASION, NOTHING_HIDDEN)


@functools.cache
def seed_file() -> bytes:
    return write_share(seed_copy(), DAY)


def workbook(catalogue: Catalogue, revisions: list[Revision], **tables: object) -> Workbook:
    """A workbook that has recorded figures and shows none yet."""
    sheets = new_sheets(catalogue)
    slots = tuple(measure.ref for measure in catalogue.key_measures)
    every = {**sheets.tables, **tables}
    return Workbook("Test", None, catalogue, History(revisions), Settings(), slots, every)


def recorded(catalogue: Catalogue, counts: Counts, number: int = 1) -> list[Revision]:
    """Counts as History has them, with the ratios that they give."""
    when = datetime(2015, 7, number)
    seen = [Observation(ref, month, value) for (ref, month), value in counts.items()]
    for ratio in catalogue.ratios:
        for month in {month for _, month in counts}:
            part, whole = (
                counts.get((ratio.numerator, month)),
                counts.get((ratio.denominator, month)),
            )
            if part is not None and whole:
                value = part / whole
                seen.append(Observation(ratio.ref, month, value, numerator=part, denominator=whole))
    return [Revision(one, number, when, "test") for one in seen]


def count(ref: str, **more: object) -> Measure:
    return Measure(ref, "Area", f"Number of {ref}", key=True, **more)  # type: ignore[arg-type]


def ratio(ref: str, part: str, whole: str, decimals: int = 0) -> Measure:
    return Measure(
        ref,
        "Area",
        f"Percentage {part} of {whole}",
        unit=Unit.PERCENTAGE,
        decimals=decimals,
        polarity=Polarity.HIGHER,
        numerator=part,
        denominator=whole,
    )


SHAPES = {
    "one ratio": Catalogue((count("W"), count("P"), ratio("R", "P", "W"))),
    "fine ratio": Catalogue((count("W"), count("P"), ratio("R", "P", "W", 2))),
    "two parts": Catalogue(
        (count("W"), count("P"), count("Q"), ratio("R", "P", "W"), ratio("S", "Q", "W"))
    ),
    "two wholes": Catalogue(
        (count("W"), count("V"), count("P"), ratio("R", "P", "W"), ratio("S", "P", "V"))
    ),
    "chain": Catalogue(
        (count("W"), count("P"), count("Q"), ratio("R", "P", "W"), ratio("S", "Q", "P"))
    ),
    "tangle": Catalogue(
        (
            *map(count, "WVPQX"),
            ratio("R", "P", "W"),
            ratio("S", "P", "V", 1),
            ratio("T", "Q", "P"),
            ratio("U", "Q", "V"),
            ratio("Y", "X", "Q"),
            ratio("Z", "X", "W"),
        )
    ),
    "alone": Catalogue((count("A"), count("B", decimals=0))),
}


def random_counts(
    catalogue: Catalogue, months: tuple[Month, ...], chance: random.Random
) -> dict[tuple[str, Month], float | None]:
    """Counts that a team could have: some small, some nearly all of their whole, some missing."""
    found: dict[tuple[str, Month], float | None] = {}
    size = chance.choice((8, 12, 30, 200))
    for month in months:
        for measure in catalogue:
            if measure.is_percentage:
                continue
            wholes = [
                found[r.denominator, month] for r in catalogue.ratios if r.numerator == measure.ref
            ]
            known = [whole for whole in wholes if whole is not None]
            found[measure.ref, month] = _random_count(chance, size, known)
    return found


def _random_count(chance: random.Random, size: int, wholes: list[float]) -> float | None:
    if chance.random() < 0.04:
        return None
    most = int(min(wholes)) if wholes else size
    kind = chance.random()
    if kind < 0.3:
        return float(chance.randint(0, min(6, most)))
    if kind < 0.5 and wholes:
        return float(max(0, most - chance.randint(0, 7)))
    return float(chance.randint(0, most))
