"""The printed issue as a return: its measures, its month and its figures, cell by cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from tests.support.places import DATA
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.sources.catalogue import read_catalogue

SEED = DATA / "monthly_dataset_jun_2015.csv"
CATALOGUE = read_catalogue()[1]
JUNE = Month(2015, 6)


def printed() -> Iterator[Observation]:
    """The figures of the printed issue, taken from the seed cell by cell."""
    rows = list(csv.DictReader(SEED.open(encoding="utf-8")))
    for row in rows:
        for month in JUNE.window():
            cell = row[f"{month.year}-{month.month:02}"]
            ref, number = row["measure_ref"], cell.rstrip("%")
            if not number.isdigit():
                yield Observation(ref, month, status=cell)
            elif cell.endswith("%"):
                yield Observation(ref, month, int(number) / 100, half_width=0.005)
            else:
                yield Observation(ref, month, int(number))
