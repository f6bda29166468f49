"""Workbooks in the odd but valid forms other writers make are refreshed to the same, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.support import independent
from tests.support.desks import part_of_sheet
from tests.support.drawn import BOUNDED
from tests.support.odd_package import ODDITIES, ZIPS, parts_of, plainly, strict
from tests.support.odd_sheets import SHEETS
from tests.support.odd_xml import STYLES, Element, Parts, X, cells, rewritten
from tests.support.places import ROOT
from tests.support.properties.odd_workbooks import (
    COMBINED,
    TOGETHER,
    assert_same_as_plain,
    combined_oddities_are_worked_on_like_the_plain_workbook,
    expected,
    findings,
    odd,
    plain_findings,
    plain_sheets,
)
from tests.support.ready import NAME, ready_bytes, refresh
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.layout import History

HISTORY = part_of_sheet(ROOT / "workbook_template.xlsm", "Figures recorded")


def assert_refused(folder: Path, data: bytes, *words: str) -> None:
    """The workbook is refused in sentences that say these words, and stays as it is."""
    path = folder / NAME
    path.write_bytes(data)
    with pytest.raises(WorkbookRefused) as refusal:
        refresh(path)
    assert all(p.place and p.found and p.remedy for p in refusal.value.problems)
    for word in words:
        assert word in str(refusal.value)
    assert path.read_bytes() == data


@pytest.mark.parametrize("name", ODDITIES)
def test_a_workbook_in_an_odd_form_is_worked_on_like_the_plain_one(tmp_path, name):
    data = odd([name])
    assert parts_of(data) != parts_of(ready_bytes())
    assert_same_as_plain(tmp_path, data, with_formulas=name in SHEETS)


@pytest.mark.parametrize("pack", ZIPS)
def test_a_workbook_packed_otherwise_is_worked_on_like_the_plain_one(tmp_path, pack):
    assert_same_as_plain(tmp_path, odd([], pack), with_formulas=False)


@settings(BOUNDED, max_examples=TOGETHER)
@given(COMBINED)
def test_odd_forms_together_are_worked_on_like_the_plain_one(names_and_zip):
    combined_oddities_are_worked_on_like_the_plain_workbook(names_and_zip)


def packed(change: Callable[[Parts], Parts]) -> bytes:
    return plainly(change(parts_of(ready_bytes())))


def test_the_strict_form_is_worked_on_rightly_or_refused(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(packed(strict))
    try:
        assert refresh(path)
    except WorkbookRefused as refusal:
        assert all(p.found and p.remedy for p in refusal.problems)
        assert path.read_bytes() == packed(strict)
        return
    assert dataset_file.read(path) == plain_sheets(after=True)
    assert independent.drawn(path.read_bytes()) == expected(independent.drawn, after=True)
    assert not refresh(path)


def test_rows_of_history_in_another_order_change_no_figure_and_raise_no_alarm(tmp_path):
    def sort(sheet: Element) -> None:
        rows = sheet.findall(f"{X}sheetData/{X}row")[4:]
        numbers = [row.get("r") for row in rows]
        data = sheet.find(f"{X}sheetData")
        for number, row in zip(numbers, reversed(rows), strict=True):
            data.append(row)
            row.set("r", number)
            for cell in row:
                cell.set("r", re.sub(r"\d+", number, cell.get("r")))

    path = tmp_path / NAME
    path.write_bytes(packed(lambda parts: rewritten(parts, HISTORY, sort)))
    assert dataset_file.read(path) != plain_sheets(after=False)
    assert findings(path) == plain_findings(after=False)
    assert refresh(path)
    ours, plain = dataset_file.read(path).tables, plain_sheets(after=True).tables
    assert ours["Dataset"] == plain["Dataset"]
    assert ours["DataNotes"] == plain["DataNotes"]
    assert sorted(map(repr, ours[History.TABLE].rows)) == sorted(
        map(repr, plain[History.TABLE].rows)
    )
    assert findings(path) == plain_findings(after=True)


def test_a_sheet_that_was_renamed_is_found_by_its_tables(tmp_path):
    def rename(parts: Parts) -> Parts:
        names = [name for name in parts if name.endswith(".xml")]
        changed = {
            name: parts[name]
            .replace(b"Dataset!", b"'The page, 1'!")
            .replace(b'name="Dataset" sheetId', b'name="The page, 1" sheetId')
            for name in names
        }
        return parts | changed

    path = tmp_path / NAME
    path.write_bytes(packed(rename))
    assert dataset_file.read(path).tables["Dataset"].sheet == "The page, 1"
    assert refresh(path)
    ours, plain = dataset_file.read(path), plain_sheets(after=True)
    assert ours.names == plain.names
    assert {n: t.rows for n, t in ours.tables.items()} == {
        n: t.rows for n, t in plain.tables.items()
    }
    drawn = str(independent.drawn(path.read_bytes())).replace("'The page, 1'!", "Dataset!")
    assert "Jun 2015" in drawn
    assert not refresh(path)


def without_styles(parts: Parts) -> Parts:
    def change(root: Element) -> None:
        for formats in root.findall(f"{X}cellXfs"):
            for number in formats:
                number.set("numFmtId", "0")

    return rewritten(parts, STYLES, change)


def days_as_words(parts: Parts) -> Parts:
    def change(sheet: Element) -> None:
        for cell in cells(sheet):
            if cell.get("r").startswith("B") and cell.get("t") is None and len(cell):
                cell.set("t", "str")
                cell[0].text = "May 2015"

    return rewritten(parts, HISTORY, change)


def words_for_figures(parts: Parts) -> Parts:
    def change(sheet: Element) -> None:
        for cell in cells(sheet):
            if cell.get("r").startswith("F") and cell.get("t") is None and len(cell):
                cell.set("t", "str")

    return rewritten(parts, HISTORY, change)


@pytest.mark.parametrize("change", [without_styles, days_as_words, words_for_figures])
def test_a_workbook_whose_history_lost_its_days_or_numbers_is_refused(tmp_path, change):
    found = "recorded figure has been changed"
    assert_refused(tmp_path, packed(change), "Figures recorded, row 5", found)
