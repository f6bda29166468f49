"""The sheet Monthly return: one month for all rows, and a row for each measure."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support.books import applied, new_sheets
from xl_addin.commands.find_return import own_return
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import Measures, Name, Return
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh, show
from xl_addin.returns.own_sheet import follow_measures
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import text_of
from xl_addin.update import Update
from xl_addin.values import replace

OCCASION = Occasion(datetime(2015, 7, 3), "officer", "test")
JUNE = Month(2015, 6)


@pytest.fixture
def sheets():
    title, catalogue = read_catalogue()
    return new_sheets(catalogue, title)


def with_return(sheets, month, *rows):
    """The sheet as an officer typed it: ref and what stands beside it, then the figures."""
    table = sheets.tables[Return.TABLE]
    table = replace(table, sheet="Monthly return", headings=Return.OF_TABLE, rows=tuple(rows))
    names = {**sheets.names, Name.RETURN_MONTH: ((month,),)}
    return replace(sheets, tables={**sheets.tables, Return.TABLE: table}, names=names)


def typed(ref, value=None, status=None, beside=None):
    return (ref, beside, None, None, value, status, None)


def given(sheets):
    return_ = own_return(parse_workbook(sheets))
    assert not return_.problems
    return {e.observation.key: e.observation.value for e in return_.entries}


def told(sheets):
    return [str(problem) for problem in own_return(parse_workbook(sheets)).problems]


@pytest.mark.parametrize("month", ["Jun 2015", "Jun-15", "June '15", "2015-06", date(2015, 6, 1)])
def test_the_month_above_is_that_of_every_row_that_says_something(sheets, month):
    sheets = with_return(sheets, month, typed("M1", 1363.0), typed("M2"), typed("M4", 7.0))
    assert given(sheets) == {("M1", JUNE): 1363, ("M4", JUNE): 7}


def test_a_missing_month_is_one_problem_not_one_of_each_row(sheets):
    sheets = with_return(sheets, None, typed("M1", 1363.0), typed("M2", 393.0))
    assert told(sheets) == [
        "Monthly return, Month above the table: It is blank. "
        "Write the month of the figures there: Jun 2015."
    ]


def test_a_month_that_cannot_be_read_is_one_problem(sheets):
    sheets = with_return(sheets, "Juni", typed("M1", 1363.0), typed("M2", 393.0))
    assert told(sheets) == [
        "Monthly return, Month above the table: “Juni” cannot be read as a month. "
        "Write it as Jun 2015, 2015-06 or 01/06/2015."
    ]


def test_rows_pasted_from_a_file_keep_the_month_that_they_name(sheets):
    pasted = typed("M1", 1156.0, beside=date(2015, 5, 1))
    sheets = with_return(sheets, "Jun 2015", pasted, typed("M2", 393.0, beside="Referrals"))
    assert given(sheets) == {("M1", Month(2015, 5)): 1156, ("M2", JUNE): 393}
    after = applied(sheets, refresh_from_the_sheet(sheets))
    assert given(after) == given(sheets)


def refresh_from_the_sheet(sheets):
    workbook = parse_workbook(sheets)
    return refresh(workbook, own_return(workbook), OCCASION)


def test_without_figures_nothing_is_asked_of_the_month(sheets):
    sheets = with_return(sheets, None, typed("M1"), typed("M2"))
    assert told(sheets) == [
        "Monthly return: There is no figure in it, and no reason why one is not updated. "
        "Fill in at least one figure."
    ]


def followed(sheets):
    change = follow_measures(parse_workbook(sheets))
    after = applied(sheets, Update((change,))) if change else sheets
    return [(row[0], row[1], row[4]) for row in after.tables[Return.TABLE].rows]


def refs_of(sheets):
    table = sheets.tables[Measures.TABLE]
    return [text_of(row[0]) for row in table.rows]


def with_measures(sheets, change):
    table = sheets.tables[Measures.TABLE]
    rows = tuple(change([list(row) for row in table.rows]))
    measures = replace(table, rows=tuple(map(tuple, rows)))
    return replace(sheets, tables={**sheets.tables, Measures.TABLE: measures})


def test_a_new_measure_gets_a_row_with_its_name_where_it_stands(sheets):
    new = ["EH9", "Early Help", "Number of early help plans"]

    def added(rows):
        return [*rows[:2], new + [None] * (len(rows[0]) - 3), *rows[2:]]

    rows = followed(with_measures(sheets, added))
    assert rows[2] == ("EH9", "Number of early help plans", None)
    assert len(rows) == 23


def test_rows_take_the_order_of_measures_with_what_is_typed_in_them(sheets):
    rows = [typed(ref, float(n)) for n, ref in enumerate(refs_of(sheets))]
    sheets = with_return(sheets, "Jun 2015", *rows)
    rows = followed(with_measures(sheets, lambda rows: rows[::-1]))
    assert [row[0] for row in rows] == refs_of(sheets)[::-1]
    assert [row[2] for row in rows] == [float(n) for n in range(22)][::-1]


def test_a_retired_measure_leaves_unless_something_is_typed_for_it(sheets):
    rows = [typed(ref, 5.0 if ref == "CP1" else None) for ref in refs_of(sheets)]
    sheets = with_return(sheets, "Jun 2015", *rows)

    def retired(rows):
        return [row for row in rows if row[0] not in ("M5", "CP1")]

    rows = followed(with_measures(sheets, retired))
    assert "M5" not in [row[0] for row in rows]
    assert rows[-1] == ("CP1", "", 5.0)
    assert len(rows) == 21


def test_a_sheet_that_is_in_line_is_left_alone(sheets):
    workbook = parse_workbook(applied(sheets, Update((follow_measures(parse_workbook(sheets)),))))
    assert follow_measures(workbook) is None


def test_a_refresh_and_a_look_back_bring_the_sheet_in_line(sheets):
    sheets = with_return(sheets, "Jun 2015", typed("M1", 1363.0))
    after = applied(sheets, refresh_from_the_sheet(sheets))
    assert [row[0] for row in after.tables[Return.TABLE].rows] == refs_of(sheets)
    shorter = with_return(after, "Jul 2015", typed("M1", 5.0))
    again = applied(shorter, show(parse_workbook(shorter), JUNE, OCCASION))
    assert [row[0] for row in again.tables[Return.TABLE].rows] == refs_of(sheets)
    assert again.tables[Return.TABLE].rows[0][4] == 5.0


def test_figures_left_from_the_month_before_are_told(sheets):
    refs = ("M1", "M2", "LAC1")
    sheets = with_return(sheets, "Jun 2015", *(typed(ref, 393.0) for ref in refs))
    sheets = applied(sheets, refresh_from_the_sheet(sheets))
    sheets = replace(sheets, names={**sheets.names, Name.RETURN_MONTH: (("Jul 2015",),)})
    assert [str(warning) for warning in refresh_from_the_sheet(sheets).warnings][:1] == [
        "Monthly return: 3 figures are those of Jun 2015 as well: M1, M2, LAC1. "
        "If they were left from then, type this month's over them and refresh again."
    ]
    over = with_return(sheets, "Jul 2015", typed("M1", 401.0), *(typed(r, 393.0) for r in refs[1:]))
    assert not any("left from" in str(w) for w in refresh_from_the_sheet(over).warnings)
