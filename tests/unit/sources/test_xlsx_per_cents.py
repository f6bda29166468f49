"""A percentage in an Excel return is quoted as its cell shows it."""

from __future__ import annotations

import pytest
import xlsxwriter

from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.sources import read_return

CATALOGUE = Catalogue((Measure("M3", "MASH", "Share", unit=Unit.PERCENTAGE), Measure("M1", "", "")))


def returned(tmp_path, ref, value, code, formula=None):
    path = tmp_path / "June.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, look = book.add_worksheet("June"), book.add_format({"num_format": code})
        sheet.write_row(0, 0, ["Measure Ref", "Month", "Value"])
        sheet.write_row(1, 0, [ref, "Jun-15"])
        if formula:
            sheet.write_formula(1, 2, formula, look, value)
        else:
            sheet.write_number(1, 2, value, look)
    return read_return(path, CATALOGUE)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [(1.002, "0.0%", "100.2%"), (1.002, "0.0%;[Red]-0.0%", "100.2%"), (1.5, "0%", "150%")],
)
def test_one_above_100_is_quoted_with_its_sign(tmp_path, value, code, shown):
    (problem,) = returned(tmp_path, "M3", value, code).problems
    assert problem.found == f"M3 is {shown}, above 100%."
    assert problem.remedy.startswith("Give a percentage from 0% to 100%; if it may be more")
    (problem,) = returned(tmp_path, "M3", value, code, "=1+0.002").problems
    assert problem.found == f"M3 is {shown}, above 100%."


def test_a_sign_that_is_only_text_says_nothing(tmp_path):
    (problem,) = returned(tmp_path, "M3", 39, '0"%"').problems
    assert problem.found == "M3 is 39."


@pytest.mark.parametrize(("ref", "value", "code"), [("M3", 0.39, "0%"), ("M1", 12, "0%")])
def test_what_is_right_stays_what_it_is(tmp_path, ref, value, code):
    return_ = returned(tmp_path, ref, value, code)
    assert not return_.problems
    assert return_.entries[0].observation.value == value
