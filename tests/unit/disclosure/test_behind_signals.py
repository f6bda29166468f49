"""Of which measures a suppressed copy tells signals: where all behind them could be printed."""

from __future__ import annotations

import pytest

from tests.support.share_data import (
    DAY,
    ISSUE,
    OCCASION,
    SHAPES,
    count,
    ratio,
    recorded,
    share,
    workbook,
)
from xl_addin.commands.share import proof_of
from xl_addin.disclosure.behind_signals import Withheld
from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.releases import NO_COPIES, EarlierCopies, copy_made
from xl_addin.excel.share_copy import findings_in, write_share
from xl_addin.excel.share_copy.audit import Secrets
from xl_addin.layout import Signals
from xl_addin.measure import P_CHART, Catalogue, Measure, Unit
from xl_addin.share.decision import NO_SIGNALS, Wish, decide_copy
from xl_addin.share.signals import NOT_SAID
from xl_addin.values import replace

SUPPRESSED = Wish(hide_small=True)
MONTHS = ISSUE.window(18)
BEFORE = MONTHS[2]
"""A month that limits go by and the page does not show."""


def counts(catalogue, **others):
    """Every count 60, parts 30; ``others`` are (month, value) by ref."""
    parts = {r.numerator for r in catalogue.ratios}
    found = {
        (m.ref, month): 30.0 if m.ref in parts else 60.0
        for m in catalogue
        if not m.is_percentage
        for month in MONTHS
    }
    return found | {(ref, month): value for ref, (month, value) in others.items()}


def decided(catalogue, figures, earlier=NO_COPIES, wish=SUPPRESSED, month=ISSUE):
    book = workbook(catalogue, recorded(catalogue, figures))
    return decide_copy(book, earlier, OCCASION, replace(wish, month=month))


def sentences(copy):
    return [one.text for one in copy.signals.sentences]


def test_where_nothing_is_small_every_signal_is_told():
    found = decided(SHAPES["one ratio"], counts(SHAPES["one ratio"]))
    assert found.behind.withheld == {}
    assert found.copy.signals.row("W").cells[Signals.MEAN] == 60
    assert found.copy.signals.row("W").cells[Signals.MONTHS] == 18
    assert found.copy.signals.row("R").cells[Signals.MEAN] == 0.5


def test_a_small_count_on_the_page_withholds_the_signal_of_its_measure():
    catalogue = SHAPES["one ratio"]
    found = decided(catalogue, counts(catalogue, P=(ISSUE.previous(), 3.0)))
    assert found.behind.withheld == {"P": Withheld.PAGE, "R": Withheld.PAGE}
    cells = found.copy.signals.row("P").cells
    assert set(cells.values()) == {Mark.HIDDEN}


@pytest.mark.parametrize("few", [3.0, 57.0])
def test_a_small_count_before_the_page_withholds_it_too_and_what_it_leaves(few):
    """Of 17 other months known, the mean would give the eighteenth: 3 of 60, or 57 of 60."""
    catalogue = SHAPES["one ratio"]
    found = decided(catalogue, counts(catalogue, P=(BEFORE, few)))
    assert not found.suppression.hidden, "the page shows all it has"
    assert found.behind.withheld == {"P": Withheld.BEFORE, "R": Withheld.BEFORE}
    assert found.copy.signals.row("W").cells[Signals.SIGNAL] == "○ usual"


def test_what_goes_back_to_no_month_with_a_small_count_is_told():
    """After a month without a figure limits start anew."""
    catalogue = SHAPES["alone"]
    figures = counts(catalogue, A=(BEFORE, 3.0)) | {("A", BEFORE.plus(1)): None}
    found = decided(catalogue, figures)
    assert found.behind.withheld == {}
    assert found.copy.signals.row("A").cells[Signals.MONTHS] == 14


STOCK = Catalogue(
    (
        count("S", inflow="I", outflow="O"),
        *map(count, "IO"),
        count("X"),
    )
)


def flowing():
    """60 come and 60 go, but 4 went in a month before the page."""
    figures = counts(STOCK) | {("O", BEFORE): 4.0}
    stock = 300.0
    for month in MONTHS:
        stock += figures["I", month] - figures["O", month]
        figures["S", month] = stock
    return figures


def test_of_what_would_tell_a_small_count_by_an_equation_one_signal_is_withheld():
    """S of both months and I would give O: 4. S or I alone tells nothing of it."""
    found = decided(STOCK, flowing())
    assert found.behind.withheld["O"] is Withheld.BEFORE
    linked = {ref for ref, why in found.behind.withheld.items() if why is Withheld.LINKED}
    assert len(linked) == 1 and linked <= {"S", "I"}
    assert "X" in found.behind.refs
    assert not found.suppression.hidden, "no figure of the page is hidden for the sake of a signal"


def test_a_figure_that_an_earlier_copy_hid_withholds_the_signal_that_goes_by_it():
    """It was hidden by a threshold of 10; by that of now it would be shown."""
    catalogue = SHAPES["alone"]
    figures = counts(catalogue, A=(MONTHS[4], 8.0))
    first = decided(catalogue, figures, month=ISSUE.previous())
    hidden = copy_made(first.copy, "first.xlsx", OCCASION.when)
    cell = ("A", MONTHS[4])
    held = replace(hidden, threshold=10, figures={**hidden.figures, cell: "[c]"})
    found = decided(catalogue, figures, EarlierCopies((held,)))
    assert found.behind.withheld == {"A": Withheld.BEFORE}


def test_once_somebody_agreed_pounds_are_told_on_the_page_and_by_signals():
    """Neither what was hidden until then, nor that a count left Measures, keeps them back."""
    pounds = Measure("G", "Area", "Cost", unit=Unit.MONEY, decimals=2)
    agreed = replace(pounds, shown_without_counts="J. Okafor, 3 Jul 2015")
    figures = {("G", month): 1500.5 for month in MONTHS} | counts(Catalogue((count("A"),)))
    first = decided(Catalogue((count("A"), pounds)), figures, month=ISSUE.previous())
    assert set(first.copy.row("G").months) == {Mark.HIDDEN}
    kept = EarlierCopies((copy_made(first.copy, "first.xlsx", OCCASION.when),))
    for catalogue in (Catalogue((count("A"), agreed)), Catalogue((agreed,))):
        own = {cell: value for cell, value in figures.items() if cell[0] in catalogue}
        found = decided(catalogue, own, kept)
        assert (set(found.copy.row("G").months), found.behind.withheld) == ({1500.5}, {})


def test_what_signals_go_by_counts_as_shown_in_the_record_and_is_recorded_once():
    catalogue = SHAPES["one ratio"]
    first = decided(catalogue, counts(catalogue, P=(BEFORE, 3.0)))
    made = copy_made(first.copy, "first.xlsx", OCCASION.when)
    assert made.figures["W", BEFORE] == "60"
    assert made.figures["P", MONTHS[1]] == "[c]", "the signal of P is not told"
    again = decided(catalogue, counts(catalogue, P=(BEFORE, 3.0)), EarlierCopies((made,)))
    second = copy_made(again.copy, "second.xlsx", OCCASION.when, "", EarlierCopies((made,)))
    assert set(second.figures) == {cell for cell in made.figures if cell[1] in ISSUE.window()}


def test_what_a_signal_told_is_known_to_the_next_copy():
    """The first told W of a month before its page, 60, by its limits; then came a P of 57."""
    catalogue = SHAPES["one ratio"]
    figures = {c: v for c, v in counts(catalogue).items() if c != ("P", BEFORE)}
    made = copy_made(decided(catalogue, figures).copy, "first.xlsx", OCCASION.when)
    late = counts(catalogue, P=(BEFORE, 57.0)) | {("W", BEFORE): 90.0}
    found = decided(catalogue, late, EarlierCopies((made,)))
    assert found.behind.withheld["P"] is Withheld.BEFORE, "57 of 60 tells of 3"


def test_limits_go_by_the_figures_as_printed_in_a_suppressed_copy():
    """31 of 90 prints 34%: a mean of more digits than that would tell more than the page does."""
    catalogue = Catalogue((count("W"), share("X", "W")))
    figures = {("W", month): 90.0 for month in MONTHS} | {("X", month): 31.0 for month in MONTHS}
    mean = decided(catalogue, figures).copy.signals.row("X").cells[Signals.MEAN]
    assert mean == pytest.approx(0.34, abs=1e-4)
    whole = decided(catalogue, figures, wish=Wish()).copy.signals.row("X").cells[Signals.MEAN]
    assert whole > 0.34, "some returns give more digits"


def test_a_ratio_of_two_counts_that_are_shown_has_the_limits_of_the_workbook():
    catalogue = SHAPES["one ratio"]
    figures = counts(catalogue)
    figures |= {("W", month): 90.0 for month in MONTHS} | {("P", month): 31.0 for month in MONTHS}
    assert decided(catalogue, figures).copy.signals.row("R").cells[Signals.MEAN] == 0.344


def test_the_opening_counts_only_what_is_told_and_one_line_says_what_is_not():
    catalogue = SHAPES["one ratio"]
    figures = counts(catalogue, P=(BEFORE, 3.0)) | {("P", ISSUE): 55.0, ("W", ISSUE): 99.0}
    opening, *others = decided(catalogue, figures).copy.signals.sentences
    assert opening.text.startswith("Of 1 measure, 1 changed by more")
    assert [one.text for one in others if one.about == NOT_SAID] == [
        "Nothing is said here of 2 measures, because figures that it would go by are confidential "
        "[c]: P, R."
    ]
    assert {one.ref for one in others} == {"W", "All"}


def test_a_restatement_is_told_only_where_an_earlier_copy_showed_the_figure_as_it_was():
    catalogue = SHAPES["alone"]
    was = counts(catalogue)
    now = was | {("A", ISSUE.previous()): 64.0, ("B", ISSUE.previous()): 66.0}
    history = [*recorded(catalogue, {c: v for c, v in was.items() if c[1] < ISSUE}, 1)]
    history += recorded(catalogue, {c: v for c, v in now.items() if c[1] >= ISSUE.previous()}, 2)
    first = workbook(catalogue, recorded(catalogue, was))
    shown = decide_copy(first, NO_COPIES, OCCASION, replace(SUPPRESSED, month=ISSUE.previous()))
    made = copy_made(shown.copy, "first.xlsx", OCCASION.when)
    only_a = {c: text for c, text in made.figures.items() if c != ("B", ISSUE.previous())}
    earlier = EarlierCopies((replace(made, figures=only_a),))
    found = decide_copy(workbook(catalogue, history), earlier, OCCASION, SUPPRESSED)
    told = [text for text in sentences(found.copy) if "is now" in text]
    assert told == ["A, Number of A: May 2015 was 60 and is now 64."]


def test_a_copy_that_is_to_have_no_signals_has_neither_their_sheets_nor_their_columns():
    catalogue = SHAPES["alone"]
    found = decided(catalogue, counts(catalogue), wish=Wish(parts=(NO_SIGNALS,)))
    assert found.copy.signals is None
    assert found.copy.sheets == ("Dataset", "Key measures", "Data notes")
    assert "Signal" not in found.copy.headings


def test_the_audit_refuses_a_signal_beside_a_hidden_figure():
    catalogue = Catalogue((count("W"), count("P"), ratio("R", "P", "W")))
    found = decided(catalogue, counts(catalogue, P=(ISSUE.previous(), 3.0)))
    whole = decided(catalogue, counts(catalogue, P=(ISSUE.previous(), 3.0)), wish=Wish())
    careless = replace(found.copy, signals=whole.copy.signals, charts=())
    problems = findings_in(write_share(careless, DAY), careless, Secrets(), proof_of(found))
    assert "The signal of P may give a hidden figure away." in " ".join(map(str, problems))


def test_the_audit_puts_what_signals_go_by_beside_the_page():
    """As if S, I and O were all told: then S and I of two months give the 4 who went."""
    found = decided(STOCK, flowing())
    behind = found.behind
    every = {(r, m): v for (r, m), v in flowing().items() if m < ISSUE.window()[0]}
    every["O", BEFORE] = Mark.HIDDEN
    copy = replace(found.copy, charts=())
    proof = replace(proof_of(found), behind=every, free=frozenset())
    assert behind is not None and findings_in(write_share(copy, DAY), copy, Secrets(), None) == ()
    problems = " ".join(map(str, findings_in(write_share(copy, DAY), copy, Secrets(), proof)))
    assert f"A hidden count can be worked out: O in {BEFORE.label}" in problems


def test_limits_by_each_months_counts_are_told_where_those_counts_are():
    by_counts = replace(ratio("R", "P", "W"), control_limits=P_CHART)
    catalogue = Catalogue((count("W"), count("P"), by_counts))
    limits = decided(catalogue, counts(catalogue)).copy.signals.row("R").cells
    whole = decided(catalogue, counts(catalogue), wish=Wish()).copy.signals.row("R").cells
    assert limits == whole
    assert limits[Signals.UPPER] == 0.694, "0.5 + 3 × √(0.25 ÷ 60)"


def test_limits_by_counts_of_which_one_is_not_listed_are_withheld():
    """They go by numerators more exactly than any percentage says them."""
    by_counts = replace(share("X", "W"), control_limits=P_CHART)
    catalogue = Catalogue((count("W"), by_counts))
    figures = {("W", month): 90.0 for month in MONTHS} | {("X", month): 31.0 for month in MONTHS}
    assert decided(catalogue, figures).behind.withheld == {"X": Withheld.COUNTS}
