"""Units: how each is printed, read, checked and hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import office
from xl_addin.dataset.key_measures import charted, label
from xl_addin.dataset.printing import printed
from xl_addin.errors import CatalogueRefused
from xl_addin.excel.template import build_template
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.returns.figure import FigureRefused, parse_figure
from xl_addin.unit import parse_printed, printed_in

PRINTED = [
    (Unit.NUMBER, 0, 12.0, "12", "0"),
    (Unit.PERCENTAGE, 0, 0.386, "39%", "0%"),
    (Unit.ABOVE_100, 1, 1.0234, "102.3%", "0.0%"),
    (Unit.MONEY, 2, 1234567.5, "£1,234,567.50", '"£"#,##0.00'),
    (Unit.MONEY, 0, 1234.5, "£1,235", '"£"#,##0'),
    (Unit.DAYS, 1, 43.25, "43.3", "0.0"),
    (Unit.RATE, 1, 61.04, "61.0", "0.0"),
    (Unit.DECIMAL, 2, 1.005, "1.01", "0.00"),
]


@pytest.mark.parametrize(("unit", "decimals", "figure", "text", "code"), PRINTED)
def test_each_unit_is_printed_as_its_format_shows_it(unit, decimals, figure, text, code):
    measure = Measure("A", "", "", unit=unit, decimals=decimals)
    assert (printed(figure, measure), measure.number_format) == (text, code)


@pytest.mark.parametrize("unit", Unit)
@given(figure=st.floats(-1e7, 1e7), decimals=st.integers(0, 4))
def test_what_a_unit_prints_is_read_as_what_it_says(unit, figure, decimals):
    text = unit.printed(figure, decimals)
    assert parse_printed(text) == pytest.approx(figure, abs=0.501 * 10**-decimals)
    assert printed_in(f"M1: Jun 2015 restated from {text} to {text}.") == ("1", "2015", text, text)


@pytest.mark.parametrize("text", ["", "£", "12,34", "£12%", "1 345", "12 %", "n/a", "£1,34.00"])
def test_what_no_unit_prints_is_not_read(text):
    with pytest.raises(ValueError, match="prints"):
        parse_printed(text)


@pytest.mark.parametrize(
    ("written", "unit"),
    [("", Unit.NUMBER), ("Money", Unit.MONEY), ("rate per 10,000", Unit.RATE), ("hours", None)],
)
def test_a_unit_is_read_as_officers_write_it(written, unit):
    assert Unit.read(written) is unit


def read(unit, cell, decimals=0):
    return parse_figure(cell, Measure("A", "", "", unit=unit, decimals=decimals)).value


def test_a_percentage_exceeds_100_only_where_measures_says_so():
    assert read(Unit.ABOVE_100, "102.5%") == pytest.approx(1.025)
    assert read(Unit.ABOVE_100, 1.025) == 1.025
    assert read(Unit.ABOVE_100, "350%") == 3.5
    with pytest.raises(FigureRefused, match="above 100%"):
        read(Unit.PERCENTAGE, "102.5%")
    with pytest.raises(FigureRefused, match=r"written 97% or 0\.97"):
        read(Unit.ABOVE_100, 97)


@pytest.mark.parametrize("unit", [Unit.MONEY, Unit.DAYS, Unit.RATE, Unit.DECIMAL])
def test_only_what_is_counted_has_to_be_whole(unit):
    assert read(unit, 43.25) == 43.25
    with pytest.raises(FigureRefused, match="whole number"):
        read(Unit.NUMBER, 43.25)
    with pytest.raises(FigureRefused, match="below 0"):
        read(unit, -1)


def test_only_a_percentage_of_counts_names_counts():
    count, money = Measure("N", "", ""), Measure("P", "", "", unit=Unit.MONEY)
    with pytest.raises(CatalogueRefused, match="only a percentage is a part of a count"):
        Catalogue((count, Measure("D", "", "", unit=Unit.DAYS, denominator="N")))
    with pytest.raises(CatalogueRefused, match="P, is no count: its Unit is money"):
        Catalogue((money, Measure("S", "", "", unit=Unit.PERCENTAGE, denominator="P")))
    with pytest.raises(CatalogueRefused, match="P is no count"):
        Catalogue((money, Measure("T", "", "", sum_of="P")))


def test_a_limit_said_below_a_chart_keeps_the_decimal_that_figures_do_not_have():
    share = Measure("P", "", "", unit=Unit.PERCENTAGE)
    assert (label(share, 29.0), label(share, 29.0, more=1)) == ("29%", "29.0%")


@pytest.mark.libreoffice
def test_the_formulas_of_a_chart_say_the_same_as_their_twins(tmp_path):
    measures = [
        Measure(f"U{n}", "Area", f"Of {unit}", unit=unit, decimals=places, key=True)
        for n, (unit, places, *_) in enumerate(PRINTED)
    ]
    path = tmp_path / "Units.xlsm"
    path.write_bytes(build_template("Units", Catalogue(tuple(measures))))
    typed = {("Dataset", 6 + n, 16): case[2] for n, case in enumerate(PRINTED)}
    shown = office.shown(path, typed).values["Key measures"]
    rows = {shown[row, 1]: row for row, column in shown if column == 1 and (row, 21) in shown}
    for measure, case in zip(measures, PRINTED, strict=True):
        row, figure = rows[measure.ref], charted(measure, case[2])
        assert shown[row, 19] == pytest.approx(figure)
        assert str(shown[row, 21]) == label(measure, figure)
