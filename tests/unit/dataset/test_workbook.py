from datetime import date, datetime

import pytest

from tests.support.books import new_sheets, with_cell
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import WorkbookRefused
from xl_addin.layout import TABLES
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.table import CellError, Sheets
from xl_addin.values import replace

CATALOGUE = Catalogue(
    (
        Measure("M1", "MASH", "Contacts", key=True),
        Measure("M2", "MASH", "Referrals"),
        Measure("CP5-QL", "CP", "Repeat", "", Unit.PERCENTAGE, 1, Polarity.LOWER),
    )
)
SHEETS = new_sheets(CATALOGUE, "Children and Families")
RECORDED = ("M1", date(2015, 6, 1), 1.0, None, None, 1363.0, None, datetime(2015, 7, 1, 9), "x.csv")


def with_rows(table: str, *rows) -> Sheets:
    changed = replace(SHEETS.tables[table], rows=rows)
    return replace(SHEETS, tables={**SHEETS.tables, table: changed})


def problems_of(sheets) -> str:
    with pytest.raises(WorkbookRefused) as refusal:
        parse_workbook(sheets)
    return str(refusal.value)


def test_a_new_workbook_has_its_measures_and_no_month():
    workbook = parse_workbook(SHEETS)
    assert workbook.catalogue == CATALOGUE
    assert workbook.title == "Children and Families"
    assert workbook.month is None
    assert workbook.slots == ("M1",)
    assert workbook.settings.threshold == 10
    assert len(workbook.history) == 0


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_table_is_named(table):
    tables = {name: t for name, t in SHEETS.tables.items() if name != table}
    assert f"The table “{table}” is not there." in problems_of(Sheets(tables, SHEETS.names))


@pytest.mark.parametrize(("table", "column"), [(t, TABLES[t][-1]) for t in TABLES])
def test_a_deleted_column_is_named(table, column):
    old = SHEETS.tables[table]
    place = old.headings.index(column)
    shorter = replace(
        old,
        headings=old.headings[:place] + old.headings[place + 1 :],
        rows=tuple(row[:place] + row[place + 1 :] for row in old.rows),
    )
    sheets = replace(SHEETS, tables={**SHEETS.tables, table: shorter})
    assert f"Table {table}: The column “{column}” is not there." in problems_of(sheets)


@pytest.mark.parametrize(
    ("table", "ref", "heading", "value", "found"),
    [
        ("Settings", "Direction threshold", "Value", 0.0, "“Direction threshold” is 0."),
        ("Settings", "Direction threshold", "Value", 0.1, "“Direction threshold” is 0.1."),
        ("Settings", "Direction threshold", "Value", "ten", "“Direction threshold” is ten."),
        ("Settings", "Direction threshold", "Value", None, "“Direction threshold” is blank."),
        ("Settings", "Workbook format", "Value", 99.0, "made by a newer xl-addin (format 99"),
        ("Settings", "Workbook format", "Value", 1.5, "“Workbook format” is not a whole number."),
        ("Settings", "Workbook format", "Value", "one", "“Workbook format” is not a whole number."),
        ("Measures", "M1", "Measure Ref", 1.1, "Excel keeps the ref 1.1 as a number or a date"),
        ("Measures", "M1", "Measure Ref", date(2015, 2, 1), "the ref 2015-02-01 as a number or"),
        ("Measures", "M1", "Unit", "per cent", "Unit is “per cent”."),
        ("Measures", "M1", "Polarity", "up", "Polarity is “up”."),
        ("Measures", "M1", "Decimals", 0.5, "Decimals is “0.5”."),
        ("Measures", "M1", "Owner", CellError("#REF!"), "Owner shows #REF!."),
        ("Measures", "M1", "Measure Ref", "M2", "M2 stands 2 times."),
        ("Measures", "CP5-QL", "Numerator", "M1", "There is a Numerator and no Denominator"),
        ("Dataset", "M1", "Month 3", "typed", ""),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(table, ref, heading, value, found):
    sheets = with_cell(SHEETS, table, ref, heading, value)
    if found:
        assert found in problems_of(sheets)
    else:
        assert parse_workbook(sheets).month is None


def test_every_problem_of_a_workbook_is_told_at_once():
    sheets = with_cell(SHEETS, "Measures", "M1", "Unit", "per cent")
    sheets = with_cell(sheets, "Settings", "Direction threshold", "Value", -1.0)
    text = problems_of(sheets)
    assert "Unit is" in text
    assert "Direction threshold" in text


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, None), (1, "Jun 2015"), (2, "first"), (5, "1363"), (7, None), (5, CellError("#REF!"))],
)
def test_a_row_of_history_that_is_not_whole_is_told(place, value):
    row = (*RECORDED[:place], value, *RECORDED[place + 1 :])
    assert "History, row 2: This recorded figure has been changed" in problems_of(
        with_rows("History", row)
    )


def test_history_is_read_with_blank_rows_left_out():
    workbook = parse_workbook(with_rows("History", RECORDED, (None,) * 9))
    (seen,) = workbook.history
    assert (seen.ref, seen.month.label, seen.value) == ("M1", "Jun 2015", 1363)


@pytest.mark.parametrize(
    "headings", [["Jun 2014"] * 13, ["Jun 2014", "Jul 2014"], ["Month 1"] * 12 + ["Jun 2015"]]
)
def test_month_headings_that_do_not_follow_each_other_are_refused(headings):
    old = SHEETS.tables["Dataset"]
    kept = [h for h in old.headings if not h.startswith("Month ")]
    rows = tuple((None,) * (len(headings) + len(kept)) for _ in old.rows)
    table = replace(old, headings=(*kept[:3], *headings, *kept[3:]), rows=rows)
    sheets = replace(SHEETS, tables={**SHEETS.tables, "Dataset": table})
    assert "13 consecutive month headings are expected" in problems_of(sheets)
