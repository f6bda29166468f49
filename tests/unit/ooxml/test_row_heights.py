"""Rows are high enough for their text, also for readers that do not fit them on opening."""

from __future__ import annotations

import re
import textwrap
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import office
from xl_addin.excel.dataset_file import apply
from xl_addin.excel.template import write_template
from xl_addin.layout import Dataset
from xl_addin.measure import Catalogue, Measure
from xl_addin.ooxml.row_heights import fitted_height, lines, wrapped
from xl_addin.update import Row, SetRows, Update

REASON = "Not updated pending data accuracy work"
CATALOGUE = Catalogue((Measure("A1", "Area", "A count"), Measure("A2", "Area", "A count")))


WORDS = ["of", "Children", "up-to-date", "CP5-QL", "re-referrals", "(usual", "74%),", "12-month"]
WORDS += ["a-b", "-x-", "“quoted”", "and/or", "unaccompanied-asylum-seeking-and-trafficked", " "]


@given(st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join), st.integers(1, 60))
def test_a_line_is_cut_where_python_itself_would_cut_it(line, across):
    width = round(across * 0.44 * 11 * 96 / 72 + 8.5)  # for so many characters of 11 points
    cut = [part.rstrip() for part in textwrap.wrap(line, across)]
    assert wrapped(line, width, 11) == (cut if len(line) > across else [line])


def test_a_space_that_keeps_words_together_cuts_no_line():
    width = round(12 * 0.44 * 11 * 96 / 72 + 8.5)  # for 12 characters of 11 points
    kept = "30\u00a0June\u00a02015"  # as Word and Excel keep it
    assert wrapped(f"Data to {kept} only", width, 11) == ["Data to", kept, "only"]


@pytest.mark.parametrize(
    ("text", "width", "size", "expected"),
    [
        ("", 84, 11, 1),
        ("MASH", 112, 12, 1),
        ("one\ntwo\n\nfour", 200, 11, 4),
        ("word " * 40, 10_000, 11, 1),
        ("x" * 64, 30, 11, 22),
        ("word", 0, 11, 4),
    ],
)
def test_text_wraps_at_words_and_a_long_word_wherever_it_must(text, width, size, expected):
    assert lines(text, width, size) == expected


def test_no_row_is_higher_than_excel_can_make_it():
    assert fitted_height([("A note of many lines.\n" * 60, 300, 11)]) == 409


def test_a_row_is_as_high_as_its_highest_cell_and_never_lower_than_excels():
    assert fitted_height([]) == fitted_height([("", 84, 6)]) == 15
    low, high = ("short", 300, 11), ("long " * 60, 300, 11)
    assert fitted_height([low, high]) == fitted_height([high]) > 3 * fitted_height([low])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsm"
    write_template(path, "Title", CATALOGUE)
    return path


def test_a_row_whose_text_grows_grows_and_its_neighbour_stays(book):
    before = heights(book)
    apply(book, reason_in_second_row())
    after = heights(book)
    assert after[6] == before[6]
    assert after[7] > before[7] + 15


def test_excel_may_fit_the_row_again(book):
    apply(book, reason_in_second_row())
    assert b"customHeight" not in row_tags(book)[7]


def test_a_height_an_officer_set_stays(book):
    replace(book, rb'(<row r="7"[^>]*?) ht="[^"]*"', rb'\1 ht="20" customHeight="1"')
    apply(book, reason_in_second_row())
    assert heights(book)[7] == 20


@pytest.mark.libreoffice
def test_libreoffice_prints_every_word_of_a_reason(book, tmp_path):
    apply(book, reason_in_second_row())
    import subprocess

    pdf = office.to_pdf(book, tmp_path)
    words = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True)
    for word in REASON.split():
        assert words.stdout.count(word) >= 13


def reason_in_second_row() -> Update:
    months = Dataset.UNNAMED_MONTHS
    rows = (Row((None,) * 13, was=0), Row((REASON,) * 13, was=1))
    return Update((SetRows(Dataset.TABLE, months, rows),))


def row_tags(path: Path) -> dict[int, bytes]:
    with zipfile.ZipFile(path) as archive:
        data = archive.read("xl/worksheets/sheet1.xml")
    return {int(m[1]): m[0] for m in re.finditer(rb'<row r="(\d+)"[^>]*>', data)}


def heights(path: Path) -> dict[int, float]:
    found = {n: re.search(rb' ht="([^"]+)"', tag) for n, tag in row_tags(path).items()}
    return {number: float(match[1]) for number, match in found.items() if match}


def replace(path: Path, pattern: bytes, by: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part], times = re.subn(pattern, by, parts[part])
    assert times == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
