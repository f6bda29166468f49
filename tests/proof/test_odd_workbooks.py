"""Workbooks in the odd but valid forms other writers make are refreshed to the same, or refused."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import independent
from tests.support.drawn import BOUNDED
from tests.support.odd_package import ODDITIES, ZIPS, made_odd, parts_of, plainly, strict
from tests.support.odd_sheets import SHEETS
from tests.support.odd_xml import STYLES, Element, Parts, X, cells, rewritten
from tests.support.ready import NAME, OCCASION, ready_bytes, refresh
from xl_addin.commands.check import check_book
from xl_addin.commands.undo import undo
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.layout import History

HISTORY = "xl/worksheets/sheet6.xml"


def refreshed(data: bytes) -> bytes:
    """What the month's work makes of a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(data)
        assert refresh(path)
        return path.read_bytes()


@cache
def plain_after() -> bytes:
    """What it makes of the workbook as we write it."""
    return refreshed(ready_bytes())


@cache
def expected(read: Callable[[bytes], object], *, after: bool) -> object:
    """What a reader finds in the plain workbook, before or after the month's work."""
    return read(plain_after() if after else ready_bytes())


@cache
def plain_sheets(*, after: bool) -> object:
    return dataset_file.parse(Path(NAME), plain_after() if after else ready_bytes())


@cache
def plain_findings(*, after: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(plain_after() if after else ready_bytes())
        return findings(path)


class NoOtherReader(Exception):
    """No other program reads this form: whether it is valid cannot be seen."""


def findings(path: Path) -> list[str]:
    return [str(finding) for finding in check_book(ClosedBook(path), OCCASION)]


def odd(names: list[str], pack: str = "plain zip") -> bytes:
    return ZIPS[pack](made_odd(parts_of(ready_bytes()), names))


def reader_of(data: bytes) -> Callable[[bytes], object]:
    """A reader that understands this form: it finds in it what is in the plain one."""
    for read in (independent.by_calamine, independent.by_openpyxl):
        try:
            if read(data) == expected(read, after=False):
                return read
            reason = None
        except Exception as error:  # whatever a reader raises: it is asked no further
            reason = error
    raise NoOtherReader from reason


def formulas_of(after: bytes, before: bytes) -> object:
    """The formulas by openpyxl; those expected where it cannot read even what we were given."""
    try:
        return independent.formulas(after)
    except Exception:
        with pytest.raises((KeyError, TypeError, ValueError)):
            independent.formulas(before)
    return expected(independent.formulas, after=True)


def assert_same_as_plain(folder: Path, data: bytes, *, with_formulas: bool = True) -> None:
    """Check, refresh and undo do with this workbook what they do with the plain one."""
    path = folder / NAME
    path.write_bytes(data)
    read = reader_of(data)
    assert dataset_file.read(path) == plain_sheets(after=False)
    assert findings(path) == plain_findings(after=False)
    assert refresh(path)
    after = path.read_bytes()
    assert dataset_file.read(path) == plain_sheets(after=True)
    assert read(after) == expected(read, after=True)
    if with_formulas:
        assert formulas_of(after, data) == expected(independent.formulas, after=True)
    assert independent.drawn(after) == expected(independent.drawn, after=True)
    assert findings(path) == plain_findings(after=True)
    assert not refresh(path)
    assert undo(ClosedBook(path), datetime(2026, 7, 4), tell=lambda line: None, agree=lambda: True)
    assert path.read_bytes() == data


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


COMBINED = st.tuples(
    st.lists(st.sampled_from(list(ODDITIES)), min_size=2, max_size=7, unique=True),
    st.sampled_from(list(ZIPS)),
)


def combined_oddities_are_worked_on_like_the_plain_workbook(names_and_zip):
    names, pack = names_and_zip
    with tempfile.TemporaryDirectory() as folder, suppress(NoOtherReader):
        assert_same_as_plain(Path(folder), odd(names, pack))


@settings(BOUNDED, max_examples=15)
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
    assert_refused(tmp_path, packed(change), "History, row 5", "recorded figure has been changed")
