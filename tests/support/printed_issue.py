"""The oracle: what the June 2015 issue printed, read from tests/data and nothing else."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from tests.support.places import DATA

WITHIN_ROUNDING = {"CP4", "CP5-QL", "LAC7-QL"}
"""Rows whose printed change cannot be had from the printed, rounded percentages.

CP4: 78% to 89% gives 14.1, printed 15. CP5-QL: 16% to 12% gives -25, printed (24). LAC7-QL: 65%
to 77% gives 18.5, printed 19. Each printed change lies inside what rounding leaves open.
"""


@dataclass(frozen=True)
class PrintedRow:
    ref: str
    area: str
    description: str
    shown: tuple[str, ...]
    arrow: str
    change: int | None
    average: str
    maximum: str

    @property
    def change_text(self) -> str:
        if self.change is None:
            return "n/a"
        number = f"({-self.change})" if self.change < 0 else f"{self.change}"
        return f"{self.arrow} {number}"


def printed_rows() -> list[PrintedRow]:
    with (DATA / "monthly_dataset_jun_2015.csv").open(encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    return [_row(row) for row in rows]


def _row(cells: list[str]) -> PrintedRow:
    ref, area, description, *shown, change, average, maximum = cells
    return PrintedRow(
        ref, area, description, tuple(shown), change[:1], _change(change), average, maximum
    )


def _change(text: str) -> int | None:
    """The number of "↓ (23)" or "→ -4": the issue printed negative changes both ways."""
    if text == "n/a":
        return None
    number = text[1:].strip()
    return -int(number[1:-1]) if number.startswith("(") else int(number)


def figure(text: str) -> float | str:
    """A printed cell as a number (39% as 0.39), or the reason it holds."""
    if text.endswith("%"):
        return int(text[:-1]) / 100
    return float(text) if text.isdigit() else text
