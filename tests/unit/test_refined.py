"""Figures that print the same and are recorded otherwise: counts behind them, other decimals."""

from __future__ import annotations

from tests.support.books import applied, new_sheets
from tests.support.refresh_cases import CATALOGUE, JULY, JUNE, OCCASION, return_of
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import RefreshLog
from xl_addin.observation import Observation
from xl_addin.refresh import refresh
from xl_addin.returns import Entry, Return


def share(value, numerator=None, denominator=None, month=JUNE):
    seen = Observation("M3", month, value, "", numerator, denominator)
    return Return((Entry(seen, "counts.csv, row 2"),), "counts.csv", "cd" * 32)


def after(*returns):
    sheets = new_sheets(CATALOGUE)
    for return_ in returns:
        sheets = applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))
    return sheets


def log(sheets):
    return dict(zip(RefreshLog.COLUMNS, sheets.tables["RefreshLog"].rows[-1], strict=True))


def test_counts_that_come_in_behind_a_figure_are_said_in_plan_and_log():
    sheets = after(share(0.688))
    update = refresh(parse_workbook(sheets), share(11 / 16, 11.0, 16.0), OCCASION)
    assert update.summary[1:3] == (
        "Counts come in behind 1 earlier figure, which prints the same as before:",
        "  M3 Jun 2015: 69% is 11 of 16",
    )
    row = log(applied(sheets, update))
    assert (row["Figures added"], row["Restated"]) == (0, 0)
    assert row["Warnings"].endswith(
        "Counts come in behind 1 earlier figure, which prints the same as before: "
        "M3 Jun 2015: 69% is 11 of 16."
    )


def test_counts_that_take_the_place_of_others_are_said_with_both():
    sheets = after(share(0.5, 8.0, 16.0))
    update = refresh(parse_workbook(sheets), share(0.5, 1000.0, 2000.0), OCCASION)
    assert "  M3 Jun 2015: 50% is 1000 of 2000, no longer 8 of 16" in update.summary


def test_a_figure_that_prints_the_same_with_other_decimals_is_said():
    sheets = after(share(0.39))
    update = refresh(parse_workbook(sheets), share(0.394), OCCASION)
    assert update.summary[1:3] == (
        "1 earlier figure has other decimals, and prints the same as before:",
        "  M3 Jun 2015: 39% is 39.4%, no longer 39%",
    )


def test_counts_that_a_figure_loses_are_said():
    sheets = after(share(0.391, 391.0, 1000.0))
    update = refresh(parse_workbook(sheets), share(0.394), OCCASION)
    assert "  M3 Jun 2015: 39% is 39.4%, no longer 391 of 1000" in update.summary


def test_of_very_many_the_first_are_named_and_all_are_counted():
    months = [JUNE.plus(-n) for n in range(12)]
    sheets = after(*(share(0.688, month=month) for month in reversed(months)))
    counted = [share(11 / 16, 11.0, 16.0, month).entries[0] for month in months]
    update = refresh(parse_workbook(sheets), Return(tuple(counted), "c.csv", "e"), OCCASION)
    assert update.summary[1].startswith("Counts come in behind 12 earlier figures, which print the")
    assert update.summary[12] == "  and 2 more; the sheet Figures recorded lists them all"


def test_nothing_is_said_where_nothing_is_recorded_behind_a_figure():
    sheets = after(return_of(("M1", JUNE, 100.0), ("M2", JUNE, 39.0)))
    update = refresh(parse_workbook(sheets), return_of(("M1", JULY, 5.0)), OCCASION)
    assert not any("same as before" in line for line in update.summary)
    assert "same as before" not in str(log(applied(sheets, update))["Warnings"])
