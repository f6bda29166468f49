"""This month in words: the printed issue as a golden text, and each rule by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.places import DATA
from xl_addin.commands.summary import tell_summary
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.page import build_page
from xl_addin.demo import make_demo
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion
from xl_addin.summary import About, build_summary

MAY, JUNE, JULY = Month(2015, 5), Month(2015, 6), Month(2015, 7)
WHEN = datetime(2015, 7, 3, 9, 30)
LEVEL = [100.0, 104.0] * 8


def test_the_printed_issue_in_words(tmp_path):
    book = make_demo(tmp_path, Occasion(WHEN, "officer", "0.1.0"), tell=lambda line: None)
    said: list[str] = []
    tell_summary(ClosedBook(book).read(), said.append)
    assert "\n".join(said) + "\n" == (DATA / "summary_jun_2015.txt").read_text("utf-8")


def test_a_workbook_without_figures_has_nothing_to_say(tmp_path):
    path = tmp_path / "New.xlsm"
    write_template(path, "New", Catalogue((Measure("M", "", "Contacts"),)))
    with pytest.raises(WorkbookRefused, match=r"No month is shown yet\. Import or refresh first"):
        tell_summary(ClosedBook(path).read(), print)


def revision(ref, month, value, number=1, when=WHEN, **counts) -> Revision:
    reason = value if isinstance(value, str) else ""
    seen = Observation(ref, month, None if reason else value, reason, **counts)
    return Revision(seen, number, when, "Return.csv")


def recorded(values, ref="M"):
    months = JUNE.window(len(values))
    return [revision(ref, m, v) for m, v in zip(months, values, strict=True) if v is not None]


def measure(unit=Unit.NUMBER, **more):
    return Measure("M", "MASH", "Contacts", unit=unit, **more)


def said(values, one=None, more=(), month=JUNE) -> list[tuple[About, str]]:
    catalogue = Catalogue((one or measure(), *(m for m, _ in more)))
    others = [r for m, figures in more for r in recorded(figures, m.ref)]
    history = History([*(values if hasattr(values[0], "number") else recorded(values)), *others])
    page = build_page(catalogue, history, month)
    summary = build_summary(page, history, 10.0)
    told = [(s.about, s.text) for s in summary.sentences if s.ref == "M"]
    return [(about, text.removeprefix("M, Contacts: ")) for about, text in told]


PERCENT = [0.50, 0.52] * 8
RISING = [*LEVEL, 97.0, 98.0, 99.0, 100.0, 101.0, 102.0, 103.0]
HIGH = [*LEVEL[:13], 103.0, 104.0, 105.0, 103.0, 104.0, 105.0, 104.0]
NEAR = [*[100.0, 101.0] * 9, 103.0, 101.0, 103.0]
CASES = [
    (LEVEL, {}, []),
    (
        [*LEVEL, 150.0],
        {},
        [
            (
                About.CHANGE,
                "150 in Jun 2015, against 100 in Jun 2014 (50% more). That is above its usual "
                "87.2 to 122.4.",
            )
        ],
    ),
    (
        [*LEVEL, 50.0],
        {"polarity": Polarity.HIGHER},
        [
            (
                About.CONCERN,
                "50 in Jun 2015, against 100 in Jun 2014 (50% less). That is below its usual "
                "80.0 to 117.9.",
            )
        ],
    ),
    (
        [*LEVEL, 50.0],
        {"polarity": Polarity.LOWER, "inflow": "N"},
        [
            (
                About.IMPROVEMENT,
                "50 in Jun 2015, against 100 in Jun 2014 (50% less). That is below its usual "
                "80.0 to 117.9. A count at month end follows on from the month before: take this "
                "with care.",
            )
        ],
    ),
    (
        RISING,
        {},
        [
            (
                About.CHANGE,
                "103 in Jun 2015, against 100 in Jun 2014 (3% more). It has risen for 6 months in "
                "a row.",
            )
        ],
    ),
    (
        [*PERCENT, 0.80],
        {"unit": Unit.PERCENTAGE, "polarity": Polarity.HIGHER},
        [
            (
                About.IMPROVEMENT,
                "80% in Jun 2015, against 50% in Jun 2014. That is above its usual 43.1% to 62.3%.",
            )
        ],
    ),
    (
        [100.0, 150.0] * 6 + [120.0],
        {},
        [
            (
                About.LARGE,
                "120 in Jun 2015, against 100 in Jun 2014 (20% more). That is within its usual "
                "0.0 to 253.2.",
            )
        ],
    ),
    (
        [100.0, *[None] * 4, *LEVEL[:7], 120.0],
        {},
        [
            (
                About.UNCERTAIN,
                "120 in Jun 2015, against 100 in Jun 2014 (20% more). Limits need 5 more months "
                "without a gap.",
            )
        ],
    ),
    ([*LEVEL, "Late"], {}, [(About.NO_FIGURE, "not updated since May 2015 (“Late”).")]),
    (["Late"] * 13, {}, [(About.NO_FIGURE, "not updated in the months shown (“Late”).")]),
    (
        [*LEVEL, None],
        {},
        [(About.NO_FIGURE, "neither a figure nor a reason for Jun 2015.")],
    ),
    ([7.0] * 13, {}, []),
    ([0.0] * 13, {}, []),
    ([1.0] * 13, {"unit": Unit.PERCENTAGE}, []),
    ([7.0], {}, []),
]


@pytest.mark.parametrize(("values", "more", "expected"), CASES)
def test_each_sentence_says_what_its_rule_finds(values, more, expected):
    others = [(Measure("N", "", "Other"), [5.0])] if "inflow" in more else []
    assert said(values, measure(**more), others) == expected


def test_a_run_on_one_side_of_the_mean_is_told_with_its_months():
    ((about, text),) = said(HIGH)
    assert about is About.CHANGE
    assert text.endswith("The last 7 months are all above its mean of 102.6.")


def test_two_of_three_near_a_limit_are_told_with_the_limits():
    ((_, text),) = said(NEAR)
    assert "Two of the last three months are near the upper end of its usual" in text


def test_a_percentage_of_few_is_told_with_the_counts_behind_it():
    whole, part = Measure("W", "", "All"), Measure("P", "", "Some")
    ratio = measure(Unit.PERCENTAGE, numerator="P", denominator="W")
    figures = [(whole, [20.0]), (part, [5.0])]
    assert said([0.25], ratio, figures) == [
        (About.FEW, "25% is 5 of 20; one more or less moves it by 5 percentage points.")
    ]
    assert said([5 / 21], ratio, [(whole, [21.0]), (part, [5.0])]) == []
    alone = measure(Unit.PERCENTAGE, denominator="W")
    assert said([0.25], alone, figures[:1]) == [
        (About.FEW, "25% is a share of 20; one more or less moves it by 5 percentage points.")
    ]


def restated(of: Month, when: datetime, value=110.0):
    return [*recorded(LEVEL), revision("M", of, value, 2, when)]


def test_what_this_issue_restated_is_told_and_what_another_did_is_not():
    later = WHEN + timedelta(days=3)
    restatement = [(About.RESTATED, "May 2015 was 100 and is now 110.")]
    assert said(restated(MAY, later)) == restatement
    assert said(restated(MAY, later, 100.4)) == [], "which prints as before"
    assert said(restated(MAY, later, "Withdrawn")) == [
        (About.RESTATED, "May 2015 was 100 and is now “Withdrawn”.")
    ]
    assert said(restated(JUNE, later))[-1:] != restatement, "the month itself is no earlier one"
    in_july = [*restated(MAY, later), revision("M", JULY, 100.0, 1, later)]
    assert (About.RESTATED, "May 2015 was 100 and is now 110.") not in said(in_july)
    assert (About.RESTATED, "May 2015 was 100 and is now 110.") in said(in_july, month=JULY)


def test_sentences_stand_by_importance_then_by_the_order_of_the_page():
    polarities = Polarity.LOWER, Polarity.HIGHER, Polarity.NEUTRAL
    catalogue = Catalogue(
        tuple(
            Measure(ref, "", ref, polarity=polarity)
            for ref, polarity in zip("ABC", polarities, strict=True)
        )
    )
    history = History([r for ref in "ABC" for r in recorded([*LEVEL, 50.0], ref)])
    summary = build_summary(build_page(catalogue, history, JUNE), history, 10.0)
    assert [s.ref for s in summary.sentences] == ["B", "A", "C"]
    assert summary.opening.startswith("Of 3 measures, 3 changed by more than usual variation")


ABOVE = [1.0, 1.1] * 8


def test_a_percentage_that_may_exceed_100_has_limits_that_do():
    ((_, text),) = said([*ABOVE, 1.3], measure(Unit.ABOVE_100))
    # Mean 106.47%, mean moving range 10.625%: 2.66 of these on either side.
    assert text.startswith("130% in Jun 2015, against 100% in Jun 2014")
    assert text.endswith("within its usual 78.2% to 134.7%.")


def test_money_has_its_sign_in_its_limits_too():
    ((_, text),) = said([1000.0, 1040.0] * 8 + [1500.0], measure(Unit.MONEY))
    assert text.startswith("£1,500 in Jun 2015")
    # Mean 1048.2, mean moving range 66.25 (15 of 40, one of 460).
    assert text.endswith("above its usual £872.0 to £1,224.5.")


def test_what_a_later_issue_changed_again_is_not_told_as_it_is_no_more():
    """The issue of June made 100 into 110; that of July made 120 of it, which the page shows."""
    in_july = [
        revision("M", JULY, 100.0, 1, datetime(2015, 8, 3)),
        revision("M", MAY, 120.0, 3, datetime(2015, 8, 3)),
    ]
    told = said([*restated(MAY, datetime(2015, 7, 20)), *in_july])
    assert not [text for about, text in told if about is About.RESTATED]


def test_what_one_issue_restated_twice_is_told_once_from_what_was_to_what_is():
    later = WHEN + timedelta(days=3)
    twice = [*restated(MAY, later), revision("M", MAY, 120.0, 3, later)]
    assert said(twice) == [(About.RESTATED, "May 2015 was 100 and is now 120.")]
    back = [*restated(MAY, later), revision("M", MAY, 100.0, 3, later)]
    assert said(back) == []


def opening(catalogue, history, rebases=None):
    page = build_page(catalogue, history, JUNE, rebases or {})
    return build_summary(page, history, 10.0).opening


def test_measures_that_could_not_be_judged_are_named_each_with_its_reason():
    share = Measure("P", "", "Share", unit=Unit.PERCENTAGE, control_limits="p-chart")
    others = [Measure(ref, "", "Count") for ref in ("N", "O", "G", "R")]
    months = JUNE.window(20)
    counted = [
        revision("P", m, 0.5, **({"numerator": 5.0, "denominator": 10.0} if m >= MAY else {}))
        for m in months
    ]
    history = History(
        [
            *recorded([5.0, 7.0], "N"),
            *recorded([6.0] * 3, "O"),
            *recorded([*[5.0] * 14, None, *[5.0] * 5], "G"),
            *recorded([5.0] * 20, "R"),
            *counted,
        ]
    )
    said = opening(Catalogue((*others, share)), history, {"R": [MAY]})
    assert said.endswith(
        "5 could not be judged: fewer than 13 months recorded (N, O); a gap in the last 13 months "
        "(G); counted in another way for fewer than 13 months (R); counts for fewer than 13 months "
        "(P)."
    )
    uncounted = History(revision("P", m, 0.5) for m in months)
    assert opening(Catalogue((share,)), uncounted).endswith(
        "1 could not be judged: no counts this month (P)."
    )


def test_of_very_many_that_could_not_be_judged_the_first_are_named():
    refs = [f"M{n}" for n in range(1, 31)]
    catalogue = Catalogue(tuple(Measure(ref, "", "Count") for ref in refs))
    history = History(r for ref in refs for r in recorded([5.0], ref))
    assert opening(catalogue, history).endswith(
        "30 could not be judged: fewer than 13 months recorded (M1, M2, M3, M4, M5, M6, M7, M8 and "
        "22 more)."
    )
