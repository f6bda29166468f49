"""Children's records for tests: made up, with the figures they truly have."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from xl_addin.commands.compute import compute_figures
from xl_addin.commands.records import Asked
from xl_addin.commands.synthesize import headings_of
from xl_addin.definitions.choices import Choices
from xl_addin.definitions.figures import Computed
from xl_addin.definitions.lists import NUMBERED
from xl_addin.definitions.measures import DEFINITIONS, Ratio
from xl_addin.period import Month
from xl_addin.records.read import Period
from xl_addin.records.synthetic import Synthetic

JUNE = Month(2015, 6)
EXTRACT = Period(Month(2014, 6), date(2015, 6, 30))
"""What made-up records cover: thirteen months, to the day that the last one ended on."""


def write_lists(folder: Path, made: Synthetic) -> Path:
    """The lists as CSV files with Annex A's headings."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in made.lists.items():
        headings = headings_of(name)
        with (folder / f"List {NUMBERED[name]}.csv").open(
            "w", encoding="utf-8", newline=""
        ) as file:
            writer = csv.writer(file)
            writer.writerow(headings.values())
            writer.writerows([row.get(column, "") for column in headings] for row in rows)
    return folder


def write_csv(path: Path, *rows: Sequence[Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def computed_from(
    *sources: Path, months: Sequence[Month] = (JUNE,), told: list[str] | None = None, **asked: Any
) -> dict[tuple[str, Month], Computed]:
    """The figures of files, by ref and month."""
    options = {"choices": Choices(), "period": EXTRACT, **asked}
    tell = told.append if told is not None else lambda line: None
    found = compute_figures(Asked(sources, months, **options), tell)
    return {(one.ref, one.month): one for one in found}


def not_as_made(
    found: Mapping[tuple[str, Month], Computed], made: Synthetic, months: Sequence[Month]
) -> list[str]:
    """Each figure that is not what the ledger of the made-up records says."""
    wrong = []
    for ref, definition in DEFINITIONS.items():
        for month in months:
            top, of = _true(ref, definition, month, made)
            one = found.get((ref, month))
            if one is None and (not isinstance(definition, Ratio) and definition.extract_day):
                continue
            assert one is not None, f"{ref} {month.label} was not computed"
            said = (one.numerator, one.denominator) if one.denominator is not None else one.value
            if said != ((top, of) if one.denominator is not None else top) and (of or one.value):
                wrong.append(f"{ref} {month.label}: {said} for {top} of {of}")
    return wrong


def _true(ref: str, definition: Any, month: Month, made: Synthetic) -> tuple[int, int]:
    if isinstance(definition, Ratio):
        return made.counted[definition.numerator, month], made.of[definition.denominator, month]
    return made.counted[ref, month], made.of[ref, month]
