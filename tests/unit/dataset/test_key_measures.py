"""The figures behind the charts: each Python twin and its formula, as LibreOffice works it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import office
from xl_addin.dataset import key_measures
from xl_addin.dataset.key_measures import NO_FIGURE
from xl_addin.excel.template import build_template
from xl_addin.layout import Name, Sheet
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.period import Month

MONTHS = [month.label for month in Month(2015, 6).window()]
REASON = "Not updated pending data accuracy work"

COUNTS = [1303, 1256, 1031, 1279, 1241, 1100, 1055, 1280, 1207, 1235, 1132, 1156, 1363]
SHARES = [0.125, *[0.5] * 11, 6 / 11]
STALE = [2, 6, 9, 13, 30, *[REASON] * 8]
NEVER = [REASON] * 13
GAP = [4, None, 5, *[6] * 9, None]
PAGE = {"M1": COUNTS, "M3": SHARES, "M5": STALE, "M6": NEVER, "M7": GAP, "M8": SHARES}

CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Number of contacts", key=True),
        Measure("M3", "MASH", "Share", "Share of contacts", unit=Unit.PERCENTAGE, key=True),
        Measure("M5", "MASH", "Number stepped up", key=True),
        Measure("M6", "MASH", "Number never known", key=True),
        Measure("M7", "MASH", "Number with gaps", key=True),
        Measure("M8", "MASH", "Exact share", unit=Unit.PERCENTAGE, decimals=1, key=True),
        Measure("M9", "MASH", "Not on the page", key=True),
        Measure("X1", "MASH", "One", key=True),
        Measure("X2", "MASH", "Two", key=True),
    )
)
SLOTS = ["M1", "M3", "M5", "M6", "M7", "M8", "M9", "ZZ9", ""]

HEADINGS = [
    "Number of contacts",
    "Share of contacts",
    "Number stepped up (NOT UPDATED SINCE OCT 14)",
    "Number never known (NOT UPDATED)",
    "Number with gaps",
    "Exact share",
    "Not on the page",
    "",
    "",
]
LABELS = [
    ("1303", "1363"),
    ("13%", "55%"),
    ("2", ""),
    ("", ""),
    ("4", ""),
    ("12.5%", "54.5%"),
    ("", ""),
    ("", ""),
    ("", ""),
]
NONE = [NO_FIGURE] * 13
FIGURES = [
    COUNTS,
    [12.5, *[50] * 11, 600 / 11],
    [2, 6, 9, 13, 30, *[NO_FIGURE] * 8],
    NONE,
    [4, NO_FIGURE, 5, *[6] * 9, NO_FIGURE],
    [12.5, *[50] * 11, 600 / 11],
    NONE,
    NONE,
    NONE,
]


def expected() -> dict[str, list[list[object]]]:
    return {
        Name.KEY_REFS: [[ref] for ref in SLOTS],
        Name.KEY_MONTHS: [MONTHS],
        Name.KEY_FIGURES: [list(row) for row in FIGURES],
        Name.KEY_HEADINGS: [[text] for text in HEADINGS],
        Name.KEY_LABELS: [list(row) for row in LABELS],
    }


def test_the_twins_say_what_is_charted():
    found = key_measures.calculated(CATALOGUE, SLOTS, MONTHS, PAGE)
    assert {part.name: approx(part.values) for part in found} == expected()


@pytest.mark.libreoffice
def test_the_formulas_say_the_same_in_libreoffice(tmp_path):
    assert in_libreoffice(tmp_path, rows_of_page()) == expected()


@pytest.mark.libreoffice
def test_the_formulas_follow_when_the_page_is_in_another_order(tmp_path):
    rows = rows_of_page()
    assert in_libreoffice(tmp_path, rows[::-1]) == expected()


def rows_of_page() -> list[tuple[str, list[object]]]:
    """The page; M9 is in the catalogue and not on it."""
    return [*PAGE.items(), ("", [None] * 13), ("X1", [None] * 13), ("X2", [None] * 13)]


def in_libreoffice(folder: Path, rows: list[tuple[str, list[object]]]) -> dict[str, object]:
    file = folder / "book.xlsm"
    file.write_bytes(build_template("Title", CATALOGUE))
    typed: dict[tuple[str, int, int], object] = {
        (Sheet.DATASET, 5, 4 + n): month for n, month in enumerate(MONTHS)
    }
    for number, (ref, shown) in enumerate(rows):
        typed[Sheet.DATASET, 6 + number, 1] = ref or None
        typed |= {(Sheet.DATASET, 6 + number, 4 + n): cell for n, cell in enumerate(shown)}
    for slot, place in enumerate(choices(file)):
        typed[Sheet.KEY_MEASURES, *place] = SLOTS[slot] or None
    values = office.shown(file, typed).values[Sheet.KEY_MEASURES]
    return {name: block(values, area) for name, area in areas(file).items()}


def block(values: dict[tuple[int, int], object], area: tuple[int, int, int, int]) -> object:
    left, top, right, bottom = area
    columns = range(left, right + 1)
    return approx([[values.get((r, c), "") for c in columns] for r in range(top, bottom + 1)])


def approx(rows: object) -> list[list[object]]:
    """Rows whose numbers may differ in the last of 15 digits."""
    return [
        [pytest.approx(cell, rel=1e-14) if isinstance(cell, float) else cell for cell in row]
        for row in rows
    ]


def areas(file: Path) -> dict[str, tuple[int, int, int, int]]:
    import openpyxl
    from openpyxl.utils import range_boundaries

    names = openpyxl.load_workbook(file).defined_names
    wanted = expected()
    return {name: range_boundaries(names[name].attr_text.split("!")[1]) for name in wanted}


def choices(file: Path) -> list[tuple[int, int]]:
    import openpyxl
    from openpyxl.utils.cell import coordinate_from_string

    names = openpyxl.load_workbook(file).defined_names
    found = []
    for slot in range(1, len(SLOTS) + 1):
        address = names[Name.key_measure(slot)].attr_text.split("!")[1].replace("$", "")
        letter, row = coordinate_from_string(address)
        found.append((row, openpyxl.utils.column_index_from_string(letter)))
    return found
