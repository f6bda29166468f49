"""Limits by each month's counts, where Measures says so: on Signals, in words, in warnings."""

from __future__ import annotations

from datetime import datetime
from math import sqrt

import pytest

from tests.support.books import applied, new_sheets
from xl_addin.check import check
from xl_addin.checks.figures import without_counts
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.page import build_page
from xl_addin.dataset.signals import signal_of
from xl_addin.dataset.spc import Rule
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import CatalogueRefused
from xl_addin.layout import Signals
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, page_of, refresh, sync_notes
from xl_addin.returns import Entry, Return
from xl_addin.summary import build_summary
from xl_addin.table import Formula
from xl_addin.update import SetRows
from xl_addin.values import replace

JUNE = Month(2015, 6)
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
PART, WHOLE = Measure("A", "", "Seen"), Measure("B", "", "All")


def share(limits="p-chart", **more):
    return Measure(
        "P", "", "Share", "", Unit.PERCENTAGE, numerator="A", denominator="B",
        control_limits=limits, **more,
    )  # fmt: skip


def recorded(counts, *, own=False):
    """A share with its counts in other measures, or as its ``own`` numerator and denominator."""
    for month, (n, d) in zip(JUNE.window(len(counts)), counts, strict=True):
        figures = {"P": n / d} if own else {"P": n / d, "A": float(n), "B": float(d)}
        for ref, value in figures.items():
            with_own = {"numerator": float(n), "denominator": float(d)} if own else {}
            seen = Observation(ref, month, value, "", **(with_own if ref == "P" else {}))
            yield Revision(seen, 1, OCCASION.when, "")


STEADY = [(20, 100)] * 12
FEW = [*STEADY, (15, 25)]
MEAN = 255 / 1225
"""All that count, of all."""


@pytest.mark.parametrize("own", [False, True])
def test_limits_are_of_each_months_counts(own):
    found = signal_of(share(), History(recorded(FEW, own=own)), JUNE)
    reach = 3 * sqrt(MEAN * (1 - MEAN) / 25)
    assert found.limits == pytest.approx((MEAN, MEAN - reach, MEAN + reach))
    assert found.monthly[0].upper == pytest.approx(MEAN + reach / 2), "four times as many"
    assert found.rule is Rule.OUTSIDE


def test_the_same_figures_by_their_distances_are_other_limits():
    found = signal_of(share("XmR"), History(recorded(FEW)), JUNE)
    # One moving range of 0.4 among twelve: mean 1/30.
    assert found.limits.upper == pytest.approx(3 / 13 + 2.66 / 30)
    assert found.monthly == ()


def test_near_a_limit_goes_by_the_limit_of_its_own_month():
    """31 of 100 is near its limit; 6 of 20, much the same, is not near its wider one."""
    wide = signal_of(
        share(), History(recorded([*[(20, 100)] * 10, (23, 100), (31, 100), (31, 100)])), JUNE
    )
    assert wide.rule is Rule.OUTER_THIRD
    few = signal_of(
        share(), History(recorded([*[(20, 100)] * 10, (23, 100), (6, 20), (31, 100)])), JUNE
    )
    assert few.rule is None


def test_a_month_without_counts_ends_the_series():
    counts = [*[(20, 100)] * 3, *FEW]
    kept = [
        r for r in recorded(counts)
        if not (r.observation.ref == "B" and r.observation.month == JUNE.plus(-13))
    ]  # fmt: skip
    found = signal_of(share(), History(kept), JUNE)
    assert len(found.values) == 13 and found.since == JUNE.plus(-12)


@pytest.mark.parametrize("part", [0, 1])
def test_none_and_all_have_limits_on_themselves(part):
    found = signal_of(share(), History(recorded([(part * 50, 50)] * 13)), JUNE)
    assert found.limits == (part, part, part) and found.rule is None


def test_without_counts_there_are_no_limits_and_that_is_told():
    revisions = [r for r in recorded(FEW) if r.observation.ref == "P"]
    page = build_page(Catalogue((share(), PART, WHOLE)), History(revisions), JUNE)
    assert page.rows[0].signal.limits is None
    assert page.rows[0].signal.text == "no counts", "the month has a figure"
    (problem,) = without_counts(page.rows[0], page)
    assert "Its Control limits are by counts (p-chart), and Jun 2015 has none that" in problem.found
    assert problem.remedy == (
        "Bring in the figures of A and B, or choose XmR as its Control limits in Measures."
    )


@pytest.mark.parametrize("named", [{"numerator": "", "denominator": "B"}, {"numerator": ""}])
def test_where_no_two_measures_give_the_counts_the_return_gives_them(named):
    measure = replace(share(), **named)
    revisions = [r for r in recorded(FEW) if r.observation.ref == "P"]
    page = build_page(Catalogue((measure, PART, WHOLE)), History(revisions), JUNE)
    (problem,) = without_counts(page.rows[0], page)
    assert problem.remedy == (
        "Give its Numerator and Denominator in the return, beside the figure, or choose XmR as its "
        "Control limits in Measures."
    )


def test_too_few_months_with_counts_are_told_as_such():
    counts = [(60, 200)] * 11 + [(20, 100)]
    history = History([*recorded(counts), Revision(FIRST, 1, OCCASION.when, "")])
    page = build_page(Catalogue((share(), PART, WHOLE)), history, JUNE)
    words = [s.text for s in build_summary(page, history, 10.0).sentences if s.ref == "P"]
    assert words == [
        "P, Share: 20% in Jun 2015, against 40% in Jun 2014. Limits need 1 more month with "
        "counts, without a gap."
    ]


FIRST = Observation("P", JUNE.plus(-12), 0.4)
"""A figure without counts, before those with them."""


def workbook_with(measures, counts):
    entries = tuple(Entry(r.observation, "row") for r in recorded(counts))
    sheets = new_sheets(Catalogue(measures))
    update = refresh(parse_workbook(sheets), Return(entries, "June.csv", "ab" * 32), OCCASION)
    return applied(sheets, update), update


def test_signals_summary_and_warning_say_the_same_and_again_changes_nothing():
    sheets, update = workbook_with((share(), PART, WHOLE), FEW)
    workbook = parse_workbook(sheets)
    page = page_of(workbook, workbook.history, JUNE)
    (row,) = (r for _, r in sheets.tables[Signals.TABLE].records() if r[Signals.REF] == "P")
    reach = 3 * sqrt(MEAN * (1 - MEAN) / 25)
    assert row[Signals.UPPER] == pytest.approx(MEAN + reach) and row[Signals.OUTSIDE] == 1
    usual = "usual 0.0% to 45.2%"
    words = [s.text for s in build_summary(page, workbook.history, 10.0).sentences]
    assert any(f"above its {usual}" in text for text in words if text.startswith("P,"))
    assert any(f"above the {usual}" in str(problem) for problem in update.warnings)
    assert sync_notes(workbook, OCCASION).is_empty
    assert not any("Control limits" in str(f.problem) for f in check(workbook, None, OCCASION))


def test_only_the_rule_that_needs_other_months_limits_is_no_formula():
    _, update = workbook_with((share(), PART, WHOLE), FEW)
    (change,) = (c for c in update.changes if isinstance(c, SetRows) and c.table == Signals.TABLE)
    cells = {row.cells[0]: dict(zip(change.columns, row.cells, strict=True)) for row in change.rows}
    assert cells["P"][Signals.NEAR] == 0 and isinstance(cells["P"][Signals.OUTSIDE], Formula)
    assert isinstance(cells["A"][Signals.NEAR], Formula)


def test_a_share_of_a_count_at_month_end_carries_the_caution():
    stock = Measure("B", "", "All", inflow="A")
    history = History(recorded(FEW))
    for limits, cautious in (("p-chart", True), ("", False)):
        page = build_page(Catalogue((share(limits), PART, stock)), history, JUNE)
        text = build_summary(page, history, 10.0).sentences[0].text
        assert text.startswith("P,") and ("share of a count at month end" in text) is cautious


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        (Measure("N", "", "N", control_limits="p-chart"), "only a percentage has one."),
        (Measure("N", "", "N", control_limits="c-chart"), "Control limits is “c-chart”."),
    ],
)
def test_a_choice_that_cannot_be_is_refused(measure, told):
    with pytest.raises(CatalogueRefused, match=told):
        Catalogue((measure,))


def test_counts_that_measures_has_come_to_name_and_no_share_has_end_the_series():
    figures = {"P": 0.5, "A": 20.0, "B": 10.0}
    swapped = History(
        Revision(Observation(ref, month, value), 1, OCCASION.when, "")
        for month in JUNE.window(14)
        for ref, value in figures.items()
    )
    found = signal_of(share(), swapped, JUNE)
    assert found.text == "no counts" and found.limits is None
    page = build_page(Catalogue((share(), PART, WHOLE)), swapped, JUNE)
    (problem,) = without_counts(page.rows[0], page)
    assert problem.found.endswith("(p-chart), and Jun 2015 has none that make a share.")


@pytest.mark.parametrize("text", ["P-Chart", "XMR", "xmr", ""])
def test_capitals_of_the_choice_do_not_matter(text):
    assert share(text).is_p_chart is (text == "P-Chart")
    Catalogue((share(text), PART, WHOLE))
