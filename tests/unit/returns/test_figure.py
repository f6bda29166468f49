"""Figures: every form a cell of a return may have, and every one it may not."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_addin.measure import Measure, Unit
from xl_addin.returns.figure import (
    NOT_CALCULATED,
    Figure,
    FigureRefused,
    NotCalculated,
    gives_reason,
    parse_count,
    parse_figure,
    parse_status,
    plain_text,
)
from xl_addin.table import CellError, PerCent

COUNT = Measure("M1", "MASH", "Contacts")
RATE = Measure("W1", "MASH", "Caseload", decimals=1)
SHARE = Measure("M3", "MASH", "Share", unit=Unit.PERCENTAGE)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (1363, 1363),
        (1363.0, 1363),
        ("1363", 1363),
        (" 1,363 ", 1363),
        ("1\u00a0363", 1363),
        ("1\u202f363", 1363),
        ("1 363", 1363),
        ("1,234,567", 1234567),
        ("1363.0", 1363),
        ("+5", 5),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("\ufeff12\u200b", 12),
        (0.1 + 0.2 + 0.7, 1),
    ],
)
def test_a_count_may_be_written_so(cell, value):
    figure = parse_figure(cell, COUNT)
    assert figure == Figure(value)
    assert str(figure.value) != "-0.0"


@pytest.mark.parametrize(
    ("cell", "value", "half_width"),
    [
        ("39%", 0.39, 0.005),
        ("39 %", 0.39, 0.005),
        ("39.1%", 0.391, 0.0005),
        ("39.14%", 0.3914, 0.00005),
        ("0%", 0, 0.005),
        ("100%", 1, 0.005),
        (0.39, 0.39, 0.005),
        ("0.39", 0.39, 0.005),
        (".39", 0.39, 0.005),
        (0.4, 0.4, 0.005),
        (0.391, 0.391, 0.0005),
        ("0.390", 0.39, 0.0005),
        (0, 0, 0.005),
        (1, 1, 0.005),
        (1.0, 1, 0.005),
        (5e-05, 0.00005, 0.000005),
    ],
)
def test_a_percentage_may_be_written_so(cell, value, half_width):
    figure = parse_figure(cell, SHARE)
    assert figure.value == pytest.approx(value, abs=1e-15)
    assert figure.half_width == pytest.approx(half_width)


def test_an_unrounded_fraction_is_all_but_exact():
    assert parse_figure(510 / 1303, SHARE).half_width < 1e-15


def test_a_number_with_decimals_keeps_them():
    assert parse_figure("12.5", RATE) == Figure(12.5)


@pytest.mark.parametrize("measure", [COUNT, SHARE])
@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0", "\u200b"])
def test_a_blank_cell_is_neither_zero_nor_a_reason(cell, measure):
    assert parse_figure(cell, measure) == Figure()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (
            "Not updated pending data accuracy work",
            "Not updated pending data accuracy work",
        ),
        (" Not updated\n  pending\u00a0work ", "Not updated pending work"),
        ("Awaiting 3 teams", "Awaiting 3 teams"),
        ("TBC", "TBC"),
        ("Not\x07 updated", "Not updated"),
    ],
)
def test_words_are_the_reason_for_having_no_figure(cell, reason):
    assert parse_figure(cell, COUNT) == Figure(reason=reason)
    assert parse_figure(cell, SHARE) == Figure(reason=reason)


@pytest.mark.parametrize(
    ("mark", "meaning"),
    [
        ("*", "Suppressed in the source"),
        ("c", "Suppressed in the source"),
        ("[c]", "Suppressed in the source"),
        ("..", "Not available"),
        ("n/a", "Not available"),
        ("NA", "Not available"),
        ("x", "Not available"),
        ("[x]", "Not available"),
        ("-", ""),
        ("–", ""),
    ],
)
@pytest.mark.parametrize("measure", [COUNT, SHARE])
def test_a_mark_is_read_by_one_rule_and_is_no_silent_reason(mark, meaning, measure):
    figure = parse_figure(f" {mark} ", measure)
    assert (figure.value, figure.reason, figure.mark) == (None, meaning, mark)


@pytest.mark.parametrize(
    "text", ["six", "Twenty-six", "one hundred and six", "n/k", "O", "o", "?", "--", "IT", "l5"]
)
def test_what_is_neither_a_figure_nor_words_is_asked_about(text):
    with pytest.raises(FigureRefused) as refusal:
        parse_figure(text, COUNT)
    assert refusal.value.found == f"M1 is “{text}”, which is neither a figure nor a reason."
    assert "a zero is 0" in refusal.value.remedy


@pytest.mark.parametrize("text", ["Six cases are being checked", "Not known", "TBC", "Late"])
def test_words_are_a_reason(text):
    assert parse_figure(text, COUNT).reason == text


@pytest.mark.parametrize(
    ("cell", "found", "remedy"),
    [
        (-5, "M1 is -5, below 0.", "Give 0 or more."),
        ("-5", "M1 is -5, below 0.", "Give 0 or more."),
        ("−5", "M1 is -5, below 0.", "Give 0 or more."),
        (500.5, "M1 is 500.5.", "Give a whole number."),
        ("1.363", "M1 is 1.363.", "Give a whole number."),
        ("39%", "M1 is 39%, but it is no percentage.", "Write a number without %"),
        (CellError("#REF!"), "M1 shows the error #REF!.", "Correct the formula"),
        ("#REF!", "M1 shows the error #REF!.", "Correct the formula"),
        ("#BEZUG!", "M1 shows the error #BEZUG!.", "Correct the formula"),
        ("Err:502", "M1 shows the error Err:502.", "Correct the formula"),
        ("#####", "M1 shows the error #####.", "Correct the formula"),
        (float("inf"), "M1 is inf, which is not a figure.", "Write a number"),
        (float("nan"), "M1 is nan, which is not a figure.", "Write a number"),
        (10**400, "which is not a figure.", "Write a number"),
        ("-Infinity", "M1 is -Infinity, which is not a figure.", "Write a number"),
        ("NaN", "M1 is NaN, which is not a figure.", "Write a number"),
        ("9" * 400, "which is not a figure.", "Write a number"),
        ("1e999", "“1e999”, which cannot be read", "Write the figure alone"),
        ("1.36E+03", "“1.36E+03”, which cannot be read", "Write the figure alone"),
        ("1,36", "“1,36”, whose comma is not one between thousands", "write a point, as in 44.5"),
        ("1.363,00", "“1.363,00”, whose comma", "write a point, as in 44.5"),
        ("44,5 %", "“44,5 %”, whose comma", "write a point, as in 44.5"),
        ("12,345,67", "“12,345,67”, which cannot be read", "Write the figure alone"),
        ("44,5 (p)", "“44,5 (p)”, which cannot be read", "Write the figure alone"),
        ("0,123", "“0,123”, whose comma", "write a point, as in 44.5"),
        ("1,363 000", "“1,363 000”, which cannot be read", "Write the figure alone"),
        ("626 (p)", "“626 (p)”, which cannot be read", "Write the figure alone"),
        ("626 [note 1]", "“626 [note 1]”, which cannot", "Write the figure alone"),
        ("<5", "“<5”, which cannot be read", "Write the figure alone"),
        ("(23)", "“(23)”, which cannot be read", "Write the figure alone"),
        ("１３", "“１３”, which cannot be read", "Write the figure alone"),
        ("½", "“½”, which cannot be read", "Write the figure alone"),
        ("nil", "“nil”, which may mean 0 or no figure.", "Write 0"),
        ("NULL", "“NULL”, which may mean 0 or no figure.", "Write 0"),
        (True, "M1 is TRUE, not a number.", "Write the figure as a number"),
        (date(1900, 1, 5), "M1 is a date or time (05/01/1900).", "number format"),
        (datetime(1899, 12, 30, 13, 5), "M1 is a date or time", "number format"),
    ],
)
def test_what_is_no_count_is_refused(cell, found, remedy):
    with pytest.raises(FigureRefused) as refusal:
        parse_figure(cell, COUNT)
    assert found in refusal.value.found
    assert remedy in refusal.value.remedy


MORE = "if it may be more, its Unit in Measures is “percentage (may exceed 100)”."


@pytest.mark.parametrize(
    ("cell", "found", "remedy"),
    [
        (39, "M3 is 39.", "A percentage is written 39% or 0.39."),
        ("39", "M3 is 39.", "A percentage is written 39% or 0.39."),
        (39.5, "M3 is 39.5.", "A percentage is written 39.5% or 0.395."),
        (1.02, "M3 is 1.02, which is 102%, above 100%.", "1.02% is written with its sign; if it"),
        (139, "M3 is 139, above 100%.", MORE),
        ("101%", "M3 is 101%, above 100%.", MORE),
        (-0.1, "M3 is -0.1, below 0.", "Give a percentage from 0% to 100%."),
        ("-1%", "M3 is -1%, below 0.", "Give a percentage from 0% to 100%."),
        ("39%%", "“39%%”, which cannot be read", "Write the figure alone"),
        (CellError("#DIV/0!"), "M3 shows the error #DIV/0!.", "Correct the formula"),
    ],
)
def test_what_is_no_percentage_is_refused(cell, found, remedy):
    with pytest.raises(FigureRefused) as refusal:
        parse_figure(cell, SHARE)
    assert found in refusal.value.found
    assert remedy in refusal.value.remedy


def test_a_formula_that_was_never_calculated_is_refused_and_not_blank():
    with pytest.raises(NotCalculated, match="never calculated"):
        parse_figure(NOT_CALCULATED, COUNT)


@pytest.mark.parametrize(
    ("cell", "count"), [("1,303", 1303), (510, 510), (None, None), (" ", None)]
)
def test_a_numerator_is_a_count_or_blank(cell, count):
    assert parse_count(cell, "The numerator of M3") == count


@pytest.mark.parametrize("cell", ["not known", "39%", -1, 1.5, CellError("#N/A")])
def test_a_numerator_is_nothing_else(cell):
    with pytest.raises(FigureRefused, match="The numerator of M3"):
        parse_count(cell, "The numerator of M3")


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        (None, ""),
        ("", ""),
        ("number", ""),
        ("Missing", ""),
        ("Not updated", "Not updated"),
        ("2 teams have not sent theirs", "2 teams have not sent theirs"),
    ],
)
def test_a_status_is_words(cell, status):
    assert parse_status(cell, "M1") == status


@pytest.mark.parametrize("cell", [626, "626", "39%", CellError("#N/A"), "#N/A", True])
def test_a_status_is_no_figure(cell):
    with pytest.raises(FigureRefused, match="The status of M1"):
        parse_status(cell, "M1")


@pytest.mark.parametrize("text", ["", "-", "–", "..", "n/a", "N/A", "[x]", "TBC"])
def test_a_dash_is_no_reason(text):
    assert not gives_reason(text)


@given(st.text())
def test_any_text_is_a_figure_a_reason_blank_or_refused(text):
    for measure in (COUNT, RATE, SHARE):
        try:
            figure = parse_figure(text, measure)
        except FigureRefused as refusal:
            assert refusal.found.startswith(measure.ref)
            assert refusal.remedy.endswith(".")
        else:
            assert figure.value is None or figure.value >= 0
            assert figure.value is None or not figure.reason
            read = figure.reason or figure.mark or figure.value is not None
            assert bool(plain_text(text)) == bool(read)


@given(st.integers(0, 10**14))
def test_a_count_with_thousands_separators_is_the_count(number):
    assert parse_figure(f"{number:,}", COUNT).value == number


@given(st.integers(0, 10_000))
def test_a_percentage_lies_within_its_rounding_of_what_was_rounded(parts):
    exact = parts / 10_000
    for places in (0, 1, 2):
        figure = parse_figure(f"{exact * 100:.{places}f}%", SHARE)
        assert abs(figure.value - exact) <= figure.half_width + 1e-12


@pytest.mark.parametrize("unit", [Unit.DAYS, Unit.MONEY, Unit.RATE])
def test_a_cell_shown_as_a_percentage_is_no_figure_of_another_unit(unit):
    with pytest.raises(FigureRefused):
        parse_figure(PerCent(0.39), Measure("D", "", "Days", unit=unit, decimals=2))


def test_money_is_read_as_it_is_printed():
    money = Measure("C", "", "Cost", unit=Unit.MONEY, decimals=2)
    assert parse_figure("£1,234.50", money).value == 1234.5
