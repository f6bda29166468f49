from datetime import date, datetime

import pytest

from xl_addin.errors import MonthUnreadable
from xl_addin.period import Month

JUNE = Month(2015, 6)


@pytest.mark.parametrize(
    "written",
    [
        "Jun 2015",
        "June 2015",
        "JUNE 2015",
        " jun  2015 ",
        "Jun-2015",
        "2015-06",
        "2015-6",
        "2015-06-30",
        "2015-06-01 00:00:00",
        "2015-06-01T00:00:00",
        "01/06/2015",
        "1/6/2015",
        "30.06.2015",
        "Jun-15",
        "Jun 15",
        "June '15",
        date(2015, 6, 30),
        datetime(2015, 6, 1, 12, 30),
    ],
)
def test_a_month_is_read_from_every_written_form(written):
    assert Month.parse(written) == JUNE


@pytest.mark.parametrize(
    ("written", "month"),
    [("Sept 2014", Month(2014, 9)), ("12/01/2015", Month(2015, 1)), ("May 2015", Month(2015, 5))],
)
def test_a_day_stands_before_its_month(written, month):
    assert Month.parse(written) == month


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Jun",
        "Juni 2015",
        "Jun15",
        "Jun 1",
        "Jun 155",
        "2015",
        "2015-13",
        "31/06/2015",
        "06/2015",
        "Q1 2015",
    ]
    + ["2015-06-31", "01/13/2015", "Jun 2015 (provisional)", "June 1815", 42156, 42156.0, None]
    + [True, "２０１５-06-", "J 2015"],
)
def test_anything_else_is_refused_with_what_was_found(written):
    with pytest.raises(MonthUnreadable) as refusal:
        Month.parse(written)
    assert f"“{written}”" in str(refusal.value)


def test_thirteen_months_end_with_the_one_shown_and_begin_a_year_before():
    window = JUNE.window()
    assert [month.label for month in window] == [
        *["Jun 2014", "Jul 2014", "Aug 2014", "Sep 2014", "Oct 2014", "Nov 2014", "Dec 2014"],
        *["Jan 2015", "Feb 2015", "Mar 2015", "Apr 2015", "May 2015", "Jun 2015"],
    ]
    assert window[0] == JUNE.same_month_last_year()
    assert window[-2] == JUNE.previous()


def test_months_are_ordered_in_time_across_years():
    assert Month(2014, 12) < Month(2015, 1) < Month(2015, 6)
    assert Month(2015, 1).previous() == Month(2014, 12)
    assert JUNE.first_day == date(2015, 6, 1)


def test_a_year_of_two_digits_is_the_one_excel_reads():
    years = [Month.parse(f"Jun-{digits}").year for digits in ("00", "29", "30", "99")]
    assert years == [2000, 2029, 1930, 1999]
