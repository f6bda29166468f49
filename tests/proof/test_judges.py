"""Every kind of workbook that xl-addin makes, before judges from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from betteroffice_xlsx import Workbook
from openpyxl.utils import get_column_letter

from tests.support import independent
from tests.support.judged_books import MAKERS
from tests.support.judges import ENDS, faults_in, verdicts
from tests.support.odd_package import ZIPS, parts_of


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> dict[str, Path]:
    return {name: make(tmp_path_factory.mktemp("judged")) for name, make in MAKERS.items()}


@pytest.fixture(scope="module")
def sound(books) -> bytes:
    return books["refreshed from csv"].read_bytes()


FULLEST = ("demonstration", "lived in")
"""What all others hold between them: judged by every edition, the others by first and last."""


@pytest.mark.open_xml_sdk
def test_microsofts_own_validator_finds_nothing_wrong(books):
    found = verdicts(books, ENDS) | verdicts({name: books[name] for name in FULLEST})
    assert len(found) == len(MAKERS) * len(ENDS) + len(FULLEST)
    assert {which: wrong for which, wrong in found.items() if wrong} == {}


@pytest.mark.open_xml_sdk
def test_microsofts_validator_is_listened_to(sound, tmp_path):
    path = tmp_path / "broken.xlsm"
    path.write_bytes(broken(sound, TABLE, r"<tableColumns count", "<tableColumns cuont"))
    assert all(
        any("cuont" in line for line in found) for found in verdicts({"broken": path}).values()
    )


def test_nothing_is_wrong_that_no_schema_says(books):
    found = {name: faults_in(path.read_bytes()) for name, path in books.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


PAGE, OTHER = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml"
TABLE, BOOK = "xl/tables/table1.xml", "xl/workbook.xml"
LONG = ",".join(["Children and families"] * 12)

BROKEN = [
    ("table_ids", TABLE, r'(<table [^>]*?) id="1"', r'\1 id="2"'),
    ("names_of_tables_and_cells", BOOK, r'name="DatasetTitle"', 'name="DATASETMONTH"'),
    ("names_of_tables_and_cells", BOOK, r'name="DatasetTitle"', 'name="dataset"'),
    ("names_of_sheets", BOOK, r'name="Figures recorded" sheetId', 'name="History" sheetId'),
    ("names_of_sheets", BOOK, r'name="Data notes" sheetId', 'name="KEY MEASURES" sheetId'),
    ("names_of_sheets", BOOK, r'name="Data notes" sheetId', 'name="Notes?" sheetId'),
    ("differential_formats", PAGE, r'dxfId="\d+"', 'dxfId="999"'),
    ("lists_to_choose_from", "", r"(<formula1>)[^<]*", rf'\1"{LONG}"'),
    ("headings", TABLE, r'name="Measure Ref"', 'name="Measure ref"'),
    ("styles_of_cells", PAGE, r'(<c r="[A-Z]+\d+") s="\d+"', r'\1 s="9999"'),
    ("texts_of_cells", OTHER, r'( t="s"><v>)\d+', r"\g<1>99999"),
    ("order_of_cells", PAGE, r"(<row .*?</row>)(<row .*?</row>)", r"\2\1"),
    ("order_of_cells", PAGE, r'(<c r="[A-Z]+\d+"[^>]*?/>)', r"\1\1"),
]


@pytest.mark.parametrize(("rule", "part", "old", "new"), BROKEN)
def test_each_of_these_faults_is_found_by_its_rule(sound, rule, part, old, new):
    assert [f for f in faults_in(broken(sound, part, old, new)) if f.startswith(f"{rule}: ")]


def broken(package: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook with one thing changed, in a part or in the first that has it."""
    parts = parts_of(package)
    names = [part] if part else [n for n in parts if re.search(old.encode(), parts[n])]
    changed = re.sub(old.encode(), new.encode(), parts[names[0]], count=1, flags=re.DOTALL)
    assert changed != parts[names[0]]
    return ZIPS["plain zip"]({**parts, names[0]: changed})


Cells = dict[tuple[str, str], object]


def worked_out(package: bytes) -> tuple[Cells, Cells]:
    """Every formula's value as the file keeps it, and as a second engine works it out."""
    book = Workbook.open(package)
    cells = [
        (sheet, f"{get_column_letter(column)}{row}")
        for sheet, found in zip(book.sheet_names, independent.formulas(package), strict=True)
        for row, column in found
    ]
    kept = {cell: book.value(*cell) for cell in cells}
    book.recalculate()
    return kept, {cell: book.value(*cell) for cell in cells}


def differing(kept: Cells, found: Cells) -> list[tuple[str, str]]:
    return [cell for cell in kept if not alike(kept[cell], found[cell])]


def alike(one: object, other: object) -> bool:
    are_numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return one == pytest.approx(other, rel=1e-12) if are_numbers else one == other


@pytest.mark.parametrize("name", ["demonstration", "refreshed from csv", "shown"])
def test_a_second_engine_works_every_formula_out_as_the_workbook_keeps_it(books, name):
    kept, found = worked_out(books[name].read_bytes())
    assert len(kept) > 200
    assert differing(kept, found) == []


def test_a_value_that_its_formula_does_not_give_is_noticed_by_the_second_engine(sound):
    changed = broken(sound, PAGE, r"(</f><v>)-?\d[^<]*", r"\g<1>123456")
    assert len(differing(*worked_out(changed))) == 1
