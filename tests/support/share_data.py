"""Workbooks for the tests of the share copy: that of the printed issue, and random ones."""

from __future__ import annotations

import functools
import random
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from tests.support.books import new_sheets
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.settings import Settings
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.demo import make_demo
from xl_addin.disclosure.published import SharedCopy
from xl_addin.disclosure.suppression import NOTHING_HIDDEN
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.share_copy import write_share
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.rounding import round_half_away
from xl_addin.share.copy import build_copy
from xl_addin.table import Sheets

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
    """Counts as History has them, with the ratios that they give.

    A percentage whose numerator is not listed has that under its own ref; a ratio that lacks a
    count may have its own value there.
    """
    when = datetime(2015, 7, number)
    seen = [
        Observation(ref, month, value)
        for (ref, month), value in counts.items()
        if not catalogue[ref].is_percentage
    ]
    for measure in shares(catalogue):
        seen += (_share(measure, month, counts) for ref, month in counts if ref == measure.ref)
    for ratio in catalogue.ratios:
        for month in {month for _, month in counts}:
            part, whole = (
                counts.get((ratio.numerator, month)),
                counts.get((ratio.denominator, month)),
            )
            if part is not None and whole:
                value = part / whole
                seen.append(Observation(ratio.ref, month, value, numerator=part, denominator=whole))
            elif (given := counts.get((ratio.ref, month))) is not None:
                seen.append(Observation(ratio.ref, month, given))
    return [Revision(one, number, when, "test") for one in seen]


NOT_YET_RECORDED = 97.0
"""What a percentage is of whose denominator is missing on the page."""

COUNTED = (3, 7, 11)
"""The months of which a return gives numerators that are not listed."""


def shares(catalogue: Catalogue) -> list[Measure]:
    """The percentages whose numerator is not listed."""
    return [m for m in catalogue if m.denominator and not m.numerator]


def _share(measure: Measure, month: Month, counts: Counts) -> Observation:
    """A percentage as a return gives it: as it is printed, with more digits, or with counts."""
    part, whole = counts[measure.ref, month], counts[measure.denominator, month]
    if part is None or whole == 0:
        return Observation(measure.ref, month)
    if whole is None:
        return Observation(measure.ref, month, round_half_away(part / NOT_YET_RECORDED, 2))
    exact = part / whole
    ways = {
        0: Observation(measure.ref, month, round_half_away(exact, measure.decimals + 2)),
        1: Observation(measure.ref, month, round_half_away(exact, 2)),
        2: Observation(measure.ref, month, exact),
        3: Observation(measure.ref, month, exact, numerator=part, denominator=whole),
    }
    return ways[month.month % COUNTED[0] if month.month not in COUNTED else 3]


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


def share(ref: str, whole: str, decimals: int = 0) -> Measure:
    """A percentage whose numerator is not listed."""
    return Measure(
        ref,
        "Area",
        f"Percentage of {whole}",
        unit=Unit.PERCENTAGE,
        decimals=decimals,
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
    "one share": Catalogue((count("W"), share("X", "W"))),
    "two shares": Catalogue((count("W"), share("X", "W", 1), share("Y", "W", 2))),
    "shares in a chain": Catalogue(
        (
            *map(count, "VWP"),
            ratio("R", "W", "V", 1),
            ratio("S", "P", "W"),
            share("X", "V"),
            share("Y", "W"),
            share("Z", "P", 1),
        )
    ),
}


def recorded_above(
    catalogue: Catalogue, counts: Counts, cell: tuple[str, Month]
) -> Iterator[tuple[str, Month]]:
    """What a count is part of; where that is not recorded, what that is part of.

    A numerator that is not listed is under the ref of its percentage.
    """
    ref, month = cell
    for each in catalogue:
        if each.denominator and ref == (each.numerator or each.ref):
            whole = each.denominator, month
            known = counts.get(whole) is not None
            yield from (whole,) if known else recorded_above(catalogue, counts, whole)


def random_counts(
    catalogue: Catalogue, months: tuple[Month, ...], chance: random.Random
) -> dict[tuple[str, Month], float | None]:
    """Counts that a team could have: some small, some nearly all of their whole, some missing."""
    found: dict[tuple[str, Month], float | None] = {}
    size = chance.choice((8, 12, 30, 200))
    for month in months:
        for measure in catalogue:
            if measure.is_percentage and measure.numerator:
                continue
            above = recorded_above(catalogue, found, (measure.ref, month))
            known = [whole for cell in above if (whole := found[cell]) is not None]
            if measure.is_percentage and found[measure.denominator, month] is None:
                known.append(NOT_YET_RECORDED)
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
