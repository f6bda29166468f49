"""Returns: tidy and wide grids, what they give and what of them is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.work_done import calls_made
from xl_addin.layout import Return as Tidy
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.returns import grid_of, parse_return
from xl_addin.returns.figure import NOT_CALCULATED
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.table import CellError, Grid, Table

CATALOGUE = read_catalogue()[1]
MAY, JUNE = Month(2015, 5), Month(2015, 6)
WIDE = ("Measure Ref", "Description", "May 2015", "Jun 2015", "% change", "Trend", "Notes")


def read(*rows, place="June.csv", first_row=1):
    return parse_return([Grid(place, rows, first_row)], CATALOGUE, place, "digest")


def tidy(ref="M1", month="Jun 2015", numerator=None, denominator=None, value=None, *words):
    row = (ref, month, numerator, denominator, value, *words)
    return read(Tidy.COLUMNS, row, ("LAC1", "Jun 2015", None, None, 626))


def given_by(return_):
    return [entry.observation for entry in return_.entries]


def told(return_):
    return [str(problem) for problem in return_.problems]


def test_a_tidy_row_gives_a_figure_its_place_and_its_note():
    return_ = tidy("M1", "Jun 2015", None, None, "1,363", None, "A new form was used.")
    first, second = return_.entries
    assert first.observation == Observation("M1", JUNE, 1363)
    assert (first.place, first.note) == ("June.csv, row 2", "A new form was used.")
    assert (second.place, second.note) == ("June.csv, row 3", "")
    assert (return_.source, return_.digest, return_.problems) == ("June.csv", "digest", ())
    assert return_.newest_month == JUNE


def test_a_wide_row_gives_a_figure_for_each_month_and_its_other_columns_are_passed_over():
    return_ = read(
        ("Children and Families Monthly Dataset",),
        (),
        ("Jun 2015",),
        WIDE,
        ("M1", "Contacts", 1156, "1,363", 18, None, "[note 1]"),
        ("M3", "Share", "29%", 0.29, "n/a", None, None),
        first_row=3,
    )
    assert given_by(return_) == [
        Observation("M1", MAY, 1156),
        Observation("M1", JUNE, 1363),
        Observation("M3", MAY, 0.29, half_width=0.005),
        Observation("M3", JUNE, 0.29, half_width=0.005),
    ]
    assert return_.entries[1].place == "June.csv, row 7, Jun 2015"
    assert [entry.note for entry in return_.entries] == [""] * 4


@pytest.mark.parametrize(
    ("value", "status", "reason"),
    [
        ("Not updated pending work", None, "Not updated pending work"),
        (None, "Not updated pending work", "Not updated pending work"),
        ("Not updated", "Not updated pending work", "Not updated pending work"),
        ("Not updated pending work", "Not updated", "Not updated pending work"),
        ("-", "Staff away", "Staff away"),
        ("n/a", None, "Not available"),
        ("*", None, "Suppressed in the source"),
    ],
)
def test_words_under_value_or_status_say_why_a_figure_is_not_updated(value, status, reason):
    first = given_by(tidy("M5", "Jun 2015", None, None, value, status))[0]
    assert (first.state, first.status) == (State.NOT_UPDATED, reason)


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_is_missing_and_not_zero(blank):
    first = given_by(tidy("M1", "Jun 2015", None, None, blank))[0]
    assert (first.state, first.value) == (State.MISSING, None)
    wide = given_by(read(WIDE, ("M1", "", blank, 0), ("M2", "", 5, 4)))
    assert [seen.state for seen in wide[:2]] == [State.MISSING, State.NUMBER]


def test_months_kept_ready_for_figures_to_come_are_not_part_of_a_return():
    wide = read(WIDE, ("M1", "", 1156, None), ("M2", "", 341, " "))
    assert {seen.month for seen in given_by(wide)} == {MAY}
    rows = (("M1", "May 2015", None, None, 1156), ("M1", "Jun 2015"), ("M2", "Jun 2015"))
    assert {seen.month for seen in given_by(read(Tidy.COLUMNS, *rows))} == {MAY}


def test_sections_totals_blank_rows_and_repeated_headings_are_passed_over():
    return_ = read(
        WIDE,
        ("MASH",),
        ("M1", "Contacts", 1156, 1363),
        (None, "Total", 1156, 1363),
        (),
        WIDE,
        ("M2", "Referrals", 341, 393),
        ("Key: increase 10% or more",),
    )
    assert [seen.ref for seen in given_by(return_)] == ["M1", "M1", "M2", "M2"]
    assert not return_.problems


def test_a_second_block_with_months_of_its_own_is_read_by_its_own_headings():
    return_ = read(("Ref", "May 2015"), ("M1", 1156), ("Ref", None, "Jun 2015"), ("M1", None, 1363))
    assert given_by(return_) == [Observation("M1", MAY, 1156), Observation("M1", JUNE, 1363)]


def test_a_tidy_row_that_only_names_a_measure_is_passed_over():
    return_ = read(
        Tidy.COLUMNS, ("M1",), ("M2", "Jun 2015", None, None, 393), ("Source: Liquidlogic",)
    )
    assert given_by(return_) == [Observation("M2", JUNE, 393)]
    assert not return_.problems


@pytest.mark.parametrize("value", [None, "39%", 0.39, 0.3914, 510 / 1303])
def test_own_counts_give_the_exact_percentage(value):
    first = given_by(tidy("M3", "Jun 2014", "510", "1,303", value))[0]
    assert first == Observation("M3", Month(2014, 6), 510 / 1303, "", 510, 1303, 0.0)


def test_nothing_out_of_nothing_needs_a_reason():
    first = given_by(tidy("M3", "Jun 2015", 0, 0, None, "No contacts this month"))[0]
    assert (first.state, first.numerator, first.denominator) == (State.NOT_UPDATED, 0, 0)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("M3", "Jun 2015", 1400, 1303), "The numerator of M3, 1400, is above its denominator"),
        (("M3", "Jun 2015", 510, 1303, "45%"), "M3 is 45%, but 510 of 1303 is 39.14%."),
        (("M3", "Jun 2015", 510, 1303, 0.395), "M3 is 39.5%, but 510 of 1303 is 39.14%."),
        (("M3", "Jun 2015", 510, None, "39%"), "M3 has only one of numerator and denominator."),
        (("M3", "Jun 2015", 0, 0, "0%"), "The denominator of M3 is 0"),
        (("M3", "Jun 2015", -1, 5), "The numerator of M3 is -1, below 0."),
        (("M3", "Jun 2015", 1.5, 5), "The numerator of M3 is 1.5."),
        (("M3", "Jun 2015", "some", 5), "The numerator of M3 is “some”."),
        (("M3", "Jun 2015", None, None, 39), "M3 is 39. A percentage is written 39% or 0.39."),
        (("M1", "Jun 2015", 510, 1303), "M1 is no percentage, but has a numerator or denominator."),
        (("M1", "Jun 2015", None, None, -5), "M1 is -5, below 0."),
        (("M1", "Jun 2015", None, None, 1.5), "M1 is 1.5. Give a whole number."),
        (("M1", "Jun 2015", None, None, CellError("#REF!")), "M1 shows the error #REF!."),
        (("M1", "Jun 2015", None, None, 5, "Late"), "M1 has a figure and also the reason “Late”"),
        (("M5", "Jun 2015", None, None, "Late", "Away"), "M5 has two reasons, “Late” and “Away”."),
        (
            ("M1", "Jun 2015", None, None, 5, None, CellError("#N/A")),
            "The note shows the error #N/A.",
        ),
        (("M1", "Jun-151", None, None, 5), "“Jun-151” cannot be read as a month."),
        (("M1", 42156, None, None, 5), "The month is 42156, the number Excel keeps"),
        (("M1", CellError("#REF!"), None, None, 5), "The month shows #REF!."),
        (("M1", None, None, None, 5), "The row names no month."),
        ((None, "Jun 2015", None, None, 5), "The row names no measure."),
        (
            ("LAC5", "Jun 2015", None, None, "5%"),
            "“LAC5” is not a measure ref. Did you mean LAC5-QL?",
        ),
        (("LАC1", "Jun 2015", None, None, 5), "Character 2 is the Cyrillic letter"),
    ],
)
def test_what_is_wrong_with_a_tidy_row_is_told_in_a_sentence(row, found):
    (problem,) = read(Tidy.COLUMNS, row, ("LAC1", "Jun 2015", None, None, 626)).problems
    assert problem.place == "June.csv, row 2"
    assert found in str(problem)
    assert problem.remedy


def test_every_problem_of_a_file_is_listed_with_its_place():
    return_ = read(
        WIDE,
        ("M1", "", -5, "1.5"),
        ("X9", "", 5, 6),
        ("M3", "", 39, "29%"),
        ("LAC1", "", "622 (p)", CellError("#REF!")),
    )
    assert [problem.place for problem in return_.problems] == [
        "June.csv, row 2, May 2015",
        "June.csv, row 2, Jun 2015",
        "June.csv, row 3",
        "June.csv, row 4, May 2015",
        "June.csv, row 5, May 2015",
        "June.csv, row 5, Jun 2015",
    ]
    assert told(return_)[3] == (
        "June.csv, row 4, May 2015: M3 is 39. A percentage is written 39% or 0.39."
    )


def test_one_row_may_have_several_problems():
    row = ("X9", "Jun-151", None, None, 5, None, CellError("#N/A"))
    assert len(read(Tidy.COLUMNS, row).problems) == 3
    row = ("M3", "June", -1, 1.5, 39, "12%")
    assert len(read(Tidy.COLUMNS, row).problems) == 5


def test_formulas_that_were_never_calculated_are_one_problem():
    never = NOT_CALCULATED
    return_ = read(WIDE, ("M1", "", never, never, never), ("M2", "", never, 5))
    assert told(return_) == [
        "June.csv: 3 cells hold formulas without a calculated value (first: row 2, May 2015). "
        "Open the file in Excel, save it and try again."
    ]
    return_ = read(WIDE, ("M1", "", 5, never))
    assert (
        "1 cell holds a formula without a calculated value (first: row 2, Jun 2015)."
        in told(return_)[0]
    )


def test_columns_that_are_not_read_may_hold_anything():
    row = ("M1", CellError("#REF!"), 1156, 1363, CellError("#DIV/0!"), NOT_CALCULATED)
    assert not read(WIDE, row).problems


def sheets(*grids):
    return parse_return(
        [Grid(f"June.xlsx, {name}", rows) for name, rows in grids], CATALOGUE, "June.xlsx", ""
    )


FILLED = (Tidy.COLUMNS, ("M1", "Jun 2015", None, None, 1363))
READY = (Tidy.COLUMNS, ("M1",), ("M2",))
OTHER = (("Contents",), ("Page", 1))


def test_sheets_without_figures_are_passed_over():
    return_ = sheets(("Cover", OTHER), ("Figures", FILLED), ("Next month", READY))
    assert given_by(return_) == [Observation("M1", JUNE, 1363)]


@pytest.mark.parametrize(
    ("grids", "problem"),
    [
        (
            (("June", FILLED), ("May", FILLED)),
            "June.xlsx: Several sheets hold figures: June.xlsx, June; June.xlsx, May. "
            'Name the one to read: --sheet "June", for example.',
        ),
        (
            (("Figures", READY),),
            "June.xlsx, Figures: There is no figure in it, and no reason why one is not updated. "
            "Fill in at least one figure.",
        ),
        (
            (("Cover", OTHER),),
            "June.xlsx: No row of headings was found. Head the columns Measure Ref, Month, "
            "Numerator, Denominator, Value, Status, Note; or Measure Ref and one column for each "
            "month, such as Jun 2015.",
        ),
    ],
)
def test_a_return_is_one_sheet_with_figures(grids, problem):
    assert told(sheets(*grids)) == [problem]


def test_the_table_of_the_workbook_is_read_like_a_file():
    rows = (("M1", date(2015, 6, 1), None, None, 1363.0, None, None), ("M2",) + (None,) * 6)
    table = Table(Tidy.TABLE, "Monthly return", Tidy.COLUMNS, rows, first_row=5)
    return_ = parse_return([grid_of(table)], CATALOGUE, "Monthly return", "")
    assert given_by(return_) == [Observation("M1", JUNE, 1363)]
    assert return_.entries[0].place == "Monthly return, row 5"


@pytest.mark.parametrize("note", ["[note 1]", "[note 1][note 2]", "[note 1] [Note 2]"])
def test_a_marker_is_not_a_note(note):
    assert tidy("M1", "Jun 2015", None, None, 5, None, note).entries[0].note == ""


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.sampled_from(["M1", "M3", "Jun 2015", "39%", "Measure Ref", "Month", CellError("#REF!")]),
)


@given(st.lists(st.lists(CELLS, max_size=7).map(tuple), max_size=6))
def test_any_cells_are_figures_reasons_blanks_or_problems(rows):
    for headings in (Tidy.COLUMNS, WIDE):
        return_ = read(headings, *rows)
        assert return_.entries or return_.problems
        assert all(problem.found and problem.remedy for problem in return_.problems)


def test_thousands_of_measures_are_read_with_no_more_work_for_each_than_a_hundred():
    measures = tuple(Measure(f"A{n}", "a", "d", unit=Unit.PERCENTAGE) for n in range(2200))
    row = ("29%", 0.41, "37.5%") * 4 + (0.5,)
    headings = ("Ref", *(month.label for month in JUNE.window()))

    def work(number):
        rows = (headings, *((m.ref, *row) for m in measures[:number]))
        grids, catalogue = [Grid("Large.csv", rows)], Catalogue(measures[:number])
        read = []
        done = calls_made(lambda: read.append(parse_return(grids, catalogue, "Large.csv", "")))
        assert len(read[0].entries) == number * 13
        return done

    assert work(2200) < 22.5 * work(100)
