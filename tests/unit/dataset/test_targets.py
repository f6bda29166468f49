"""Targets: which one a month has, what is wrong with a row, and what is said of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support.books import applied, new_sheets
from xl_addin.check import check
from xl_addin.dataset.targets import is_met, read_targets
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.layout import Dataset, Signals, Targets
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, page_of, refresh, sync_notes
from xl_addin.returns import Entry, Return
from xl_addin.summary import About, build_summary
from xl_addin.table import Formula, Table
from xl_addin.update import Row, SetRows, Update

JUNE = Month(2015, 6)
UP, DOWN, NEUTRAL = (
    Measure("UP", "", "Seen in time", unit=Unit.PERCENTAGE, polarity=Polarity.HIGHER),
    Measure("DOWN", "", "Plans again", polarity=Polarity.LOWER),
    Measure("N", "", "Contacts"),
)
CATALOGUE = Catalogue((UP, DOWN, NEUTRAL))
APRIL, MARCH = date(2015, 4, 1), date(2016, 3, 1)


def known(*rows):
    return read_targets(Table("Targets", "Targets", Targets.COLUMNS, rows, 5), CATALOGUE)


@pytest.mark.parametrize(
    ("start", "end", "month", "counts"),
    [
        (APRIL, MARCH, JUNE, True),
        (APRIL, MARCH, Month(2015, 4), True),
        (APRIL, MARCH, Month(2016, 3), True),
        (APRIL, MARCH, Month(2015, 3), False),
        (APRIL, MARCH, Month(2016, 4), False),
        (None, None, JUNE, True),
        (APRIL, None, Month(2030, 1), True),
        (None, APRIL, Month(1990, 1), True),
    ],
)
def test_a_target_counts_from_its_first_month_to_its_last(start, end, month, counts):
    found = known(("UP", start, end, 0.8))
    assert found.problems == ()
    assert found.target_of("UP", month) == (0.8 if counts else None)
    assert found.target_of("DOWN", month) is None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("XX", None, None, 5), "“XX” is not a measure ref."),
        (("UP", None, None, 85), "The target of UP, a percentage, is 85."),
        (("UP", None, None, -0.1), "The target of UP, a percentage, is -0.1."),
        (("DOWN", None, None, "five"), "The target is five."),
        (("DOWN", None, None, None), "The target is blank."),
        (("DOWN", "spring", None, 5), "“spring” cannot be read as a month."),
        (("DOWN", MARCH, APRIL, 5), "It runs from Mar 2016 to Apr 2015."),
    ],
)
def test_a_row_that_cannot_be_a_target_is_none_and_told(row, told):
    found = known(row, ("DOWN", None, None, 7))
    assert [(p.place, p.found) for p in found.problems] == [("Targets, row 5", told)]
    assert [target.value for target in found.targets] == [7.0]


def test_of_two_targets_for_a_month_neither_counts():
    found = known(("UP", APRIL, None, 0.8), ("UP", None, date(2015, 7, 1), 0.9))
    (problem,) = found.problems
    assert str(problem) == (
        "Targets, row 6: UP has two targets for the same months (also Targets, row 5). End one of "
        "them under To; until then none counts."
    )
    assert found.target_of("UP", JUNE) is None
    assert found.target_of("UP", Month(2015, 3)) == 0.9
    after = known(("UP", None, date(2015, 3, 1), 0.8), ("UP", APRIL, None, 0.9))
    assert after.problems == ()


def test_a_target_without_a_polarity_is_shown_and_nobody_can_say_whether_it_is_met():
    found = known(("N", None, None, 100))
    assert found.target_of("N", JUNE) == 100
    assert "N has a target, but no Polarity" in found.problems[0].found
    assert is_met(100, 100, NEUTRAL) is None


def test_a_target_goes_along_with_a_measure_that_was_renamed():
    table = Table("Targets", "Targets", Targets.COLUMNS, (("OLD", None, None, 0.8),), 5)
    found = read_targets(table, CATALOGUE, {"OLD": "UP"})
    assert found.target_of("UP", JUNE) == 0.8 and not found.problems


def test_on_the_target_is_met_both_ways():
    assert is_met(0.8, 0.8, UP) and is_met(5, 5, DOWN)
    assert not is_met(0.79, 0.8, UP) and not is_met(6, 5, DOWN)


OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
SERIES = {"UP": [0.5, 0.52] * 7, "DOWN": [10.0, 12.0] * 7, "N": [100.0, 104.0] * 7}


def with_figures_and(*rows):
    entries = tuple(
        Entry(Observation(ref, month, value), "row")
        for ref, values in SERIES.items()
        for month, value in zip(JUNE.window(14), values, strict=True)
    )
    sheets = new_sheets(CATALOGUE)
    targets = SetRows(Targets.TABLE, Targets.COLUMNS, tuple(Row(row) for row in rows))
    sheets = applied(sheets, Update((targets,)))
    return_ = Return(entries, "June.csv", "ab" * 32)
    return applied(sheets, refresh(parse_workbook(sheets), return_, OCCASION))


def cells(sheets, table, ref, *headings):
    (record,) = (r for _, r in sheets.tables[table].records() if r["Measure Ref"] == ref)
    return tuple(record[heading] for heading in headings)


@pytest.mark.parametrize(
    ("ref", "target", "assurance", "about", "said"),
    [
        ("UP", 0.4, "✓ hits", About.MET, "Within its usual variation it is met every month."),
        ("UP", 0.8, "✗ misses", About.MISSED, "to meet it, something has to change."),
        ("UP", 0.53, "? hit and miss", About.MISSED, "it is met or missed by chance."),
        ("DOWN", 20, "✓ hits", About.MET, "Within its usual variation it is met every month."),
        ("DOWN", 1, "✗ misses", About.MISSED, "to meet it, something has to change."),
        ("DOWN", 12, "? hit and miss", About.MET, "it is met or missed by chance."),
    ],
)
def test_a_target_is_on_the_page_and_in_words(ref, target, assurance, about, said):
    sheets = with_figures_and((ref, None, None, target))
    assert cells(sheets, Signals.TABLE, ref, Signals.TARGET, Signals.ASSURANCE) == (
        target,
        assurance,
    )
    assert cells(sheets, Dataset.TABLE, ref, "Target", "Assurance") == (target, assurance)
    assert cells(sheets, Dataset.TABLE, "N", "Target", "Assurance") == ("", "")
    workbook = parse_workbook(sheets)
    summary = build_summary(page_of(workbook, workbook.history, JUNE), workbook.history, 10.0)
    (sentence,) = summary.of(about)
    assert sentence.ref == ref and sentence.text.endswith(said)


def test_a_figure_that_misses_its_target_by_little_is_not_said_to_equal_it():
    workbook = parse_workbook(with_figures_and(("UP", None, None, 0.52004)))
    page = page_of(workbook, workbook.history, JUNE)
    (sentence,) = build_summary(page, workbook.history, 10.0).of(About.MISSED)
    assert "52.000% in Jun 2015 misses the target of 52.004%." in sentence.text


def test_a_target_written_later_comes_with_a_sync_and_again_changes_nothing():
    sheets = with_figures_and()
    row = SetRows(Targets.TABLE, Targets.COLUMNS, (Row(("UP", APRIL, None, 0.4)),))
    sheets = applied(sheets, Update((row,)))
    update = sync_notes(parse_workbook(sheets), OCCASION)
    sheets = applied(sheets, update)
    assert cells(sheets, Dataset.TABLE, "UP", "Target", "Assurance") == (0.4, "✓ hits")
    assert sync_notes(parse_workbook(sheets), OCCASION).is_empty


def test_signals_on_the_page_may_be_switched_off():
    workbook = parse_workbook(with_cell_no(with_figures_and(("UP", None, None, 0.4))))
    sheets = applied(
        with_cell_no(with_figures_and(("UP", None, None, 0.4))), sync_notes(workbook, OCCASION)
    )
    assert cells(sheets, Dataset.TABLE, "UP", "Signal", "Target", "Assurance") == ("", "", "")
    assert cells(sheets, Signals.TABLE, "UP", "Signal", "Target") == ("○ usual", 0.4)


def with_cell_no(sheets):
    from tests.support.books import with_cell

    return with_cell(sheets, "Settings", "Signals on the page", "Value", "no")


def test_what_is_wrong_with_targets_is_told_by_check_and_refresh():
    workbook = parse_workbook(with_figures_and(("XX", None, None, 5)))
    said = [str(finding.problem) for finding in check(workbook, None, OCCASION)]
    assert any("“XX” is not a measure ref." in line for line in said)
    assert any("XX" in str(p) for p in sync_notes(workbook, OCCASION).warnings)


def test_the_formula_of_a_target_is_a_number_and_that_of_a_signal_a_text():
    update = refresh(
        parse_workbook(new_sheets(CATALOGUE)),
        Return((Entry(Observation("N", JUNE, 5.0), "row"),), "June.csv", "ab" * 32),
        OCCASION,
    )
    (page,) = (c for c in update.changes if isinstance(c, SetRows) and c.table == Dataset.TABLE)
    formulas = dict(zip(page.columns, page.rows[0].cells, strict=True))
    assert isinstance(formulas["Target"], Formula) and '&""' not in formulas["Target"].text
    assert '&""' in formulas["Signal"].text


def test_a_percentage_that_may_exceed_100_may_have_such_a_target():
    above = Catalogue((Measure("R", "", "Rent collected", unit=Unit.ABOVE_100),))
    table = Table("Targets", "Targets", Targets.COLUMNS, (("R", None, None, 1.1),), 5)
    found = read_targets(table, above, {})
    assert found.target_of("R", JUNE) == 1.1
