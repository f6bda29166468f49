"""This month in words: what changed and is likely real, what only looks large, and what is lacking.

Each sentence is made by one rule below from figures on record, and says nothing that they do not.
What is likely real is told by the limits of the sheet Signals; what looks large by the direction of
travel on the page. Figures stand in print; percentages of few are told with the counts behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import datetime
from enum import Enum
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from xl_addin.dataset.columns import CHANGE
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.direction import Direction, direction
from xl_addin.dataset.history import History, Revision, published
from xl_addin.dataset.page import Page, PageRow
from xl_addin.dataset.printing import in_print, in_tenths, printed, usual_in_print
from xl_addin.dataset.ratio import counts_behind
from xl_addin.dataset.signals import MeasureSignal, Unjudged, why_unjudged
from xl_addin.dataset.spc import Assurance, Limits, Rule, Variation
from xl_addin.dataset.targets import is_met
from xl_addin.errors import listed
from xl_addin.measure import Measure
from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.rounding import round_half_away
from xl_addin.table import same_value
from xl_addin.values import value_type

if TYPE_CHECKING:
    from xl_addin.dataset.comparators import Comparator

NAMED = 8
"""So many measures are named for each reason that figures could not be judged."""

FEW = 20
"""Of so many or fewer, one more or less moves a percentage by 5 points or more."""


MOST_DECIMALS = 9
"""With so many, whatever misses a target does not look as if it were met."""


class About(Enum):
    """What a sentence is about, most important first; its value is the heading of its part."""

    CONCERN = "Likely real, and a concern"
    IMPROVEMENT = "Likely real, and an improvement"
    CHANGE = "Likely real; neither rise nor fall is said to be good"
    MISSED = "Targets that are missed"
    MET = "Targets that are met"
    BESIDE = "Beside others"
    LARGE = "Looks large, but within usual variation"
    UNCERTAIN = "Looks large; too few months to tell"
    NO_FIGURE = "No figure this month"
    RESTATED = "Earlier figures that were restated"
    COMMENTED = "Also commented on"
    FEW = "Percentages of few: read with care"


@value_type
class Sentence:
    """A sentence of the summary, and the ref of the measure whose row it leads to."""

    about: About
    ref: str
    text: str


@value_type
class Summary:
    """The words for a month: a line over all, and the sentences in their order."""

    month: Month
    opening: str
    sentences: tuple[Sentence, ...]

    def of(self, about: About) -> tuple[Sentence, ...]:
        """The sentences about one thing, in the order of the page."""
        return tuple(sentence for sentence in self.sentences if sentence.about is about)


@value_type
class Issue:
    """All that is recorded, and from when to when the issue of a month was the latest."""

    history: History
    began: datetime
    ended: datetime

    @classmethod
    def of(cls, history: History, month: Month) -> Issue:
        """The issue of a month: from its first figure to the first of a later month."""
        first = history.first_recorded()
        ended = min((when for its, when in first.items() if its > month), default=datetime.max)
        return cls(history, first.get(month, datetime.max), ended)

    def brought(self, revision: Revision) -> bool:
        """Whether a figure was recorded in this issue."""
        return self.began <= revision.recorded < self.ended


_MEANING = {
    Variation.CONCERN: About.CONCERN,
    Variation.IMPROVEMENT: About.IMPROVEMENT,
    Variation.HIGH: About.CHANGE,
    Variation.LOW: About.CHANGE,
}


def build_summary(
    page: Page,
    history: History,
    threshold: float,
    commented: Set[str] = frozenset(),
    issue: Issue | None = None,
) -> Summary:
    """The words for the month of a page. ``threshold`` is that of the direction, in per cent.

    ``commented`` are refs, in small letters, that officers said something of: each has a sentence.
    ``issue`` is given where a history does not hold the months after the page's.
    """
    order, issue = list(About), issue or Issue.of(history, page.month)
    found = [s for row in page.rows for s in _sentences(row, page, issue, threshold)]
    found += _commented(page, commented - {sentence.ref.casefold() for sentence in found})
    found.sort(key=lambda sentence: order.index(sentence.about))
    opening = _opening(found, len(page.rows), _unjudged(page, history))
    return Summary(page.month, opening, tuple(found))


def _sentences(row: PageRow, page: Page, issue: Issue, threshold: float) -> Iterator[Sentence]:
    for about, text in (
        *_about_latest(row, page, threshold),
        *_about_target(row, page),
        *_about_others(row, page),
        *_about_restatements(row, page, issue),
        *_about_few(row, page, issue.history),
    ):
        yield _sentence(about, row.measure, text)


def _commented(page: Page, refs: Set[str]) -> Iterator[Sentence]:
    """A sentence for what officers say of a measure to stand beside, where no rule has one."""
    for row in page.rows if refs else ():
        if row.measure.ref.casefold() in refs:
            limits = row.signal.limits if row.signal else None
            usual = f", within its usual {usual_in_print(limits, row.measure)}" if limits else ""
            text = f"{printed(row.latest, row.measure)} in {page.month.label}{usual}."
            yield _sentence(About.COMMENTED, row.measure, text)


def _sentence(about: About, measure: Measure, text: str) -> Sentence:
    return Sentence(about, measure.ref, f"{measure.ref}, {measure.heading}: {text}")


def _about_latest(row: PageRow, page: Page, threshold: float) -> Iterator[tuple[About, str]]:
    signal, moved = row.signal, _moved(row, threshold)
    assert signal is not None
    if not is_number(row.latest):
        if row.state is not State.MISSING or not page.is_before(row.measure):
            yield About.NO_FIGURE, _no_figure(row, page)
    elif signal.variation in _MEANING:
        said = (_against_last_year(row, page), _why(signal), _caution(row.measure, page))
        yield _MEANING[signal.variation], " ".join(filter(None, said))
    elif moved not in (None, Direction.SIMILAR) and signal.limits:
        usual = usual_in_print(signal.limits, row.measure)
        said_so = f"That is within its usual {usual}."
        yield About.LARGE, f"{_against_last_year(row, page)} {said_so}"
    elif moved not in (None, Direction.SIMILAR):
        lacking = _counted(signal.missing, "more month")
        counted = " with counts," if row.measure.is_p_chart else ""
        said_so = f"Limits need {lacking}{counted} without a gap."
        yield About.UNCERTAIN, f"{_against_last_year(row, page)} {said_so}"


def _about_target(row: PageRow, page: Page) -> Iterator[tuple[About, str]]:
    """Whether the target is met, and whether that is chance."""
    if row.target is None or not is_number(row.latest):
        return
    met = is_met(row.latest, row.target, row.measure)
    if met is None:
        return
    figure, target = printed(row.latest, row.measure), printed(row.target, row.measure)
    verb = "meets" if met else "misses"
    more = row.measure.decimals
    while figure == target and not met and more < MOST_DECIMALS:
        more += 1
        figure, target = (row.measure.unit.printed(v, more) for v in (row.latest, row.target))
    text = f"{figure} in {page.month.label} {verb} the target of {target}."
    yield About.MET if met else About.MISSED, f"{text}{_HELD[row.assurance]}"


_HELD = {
    Assurance.HITS: " Within its usual variation it is met every month.",
    Assurance.MISSES: " Within its usual variation it is missed every month: to meet it, something "
    "has to change.",
    Assurance.HIT_AND_MISS: " Within its usual variation it is met or missed by chance.",
    None: "",
}


def _about_others(row: PageRow, page: Page) -> Iterator[tuple[About, str]]:
    """What others had, whose figure it is and of when: a yearly one is not like a month's."""
    if not row.others or not is_number(row.latest):
        return
    unit, decimals, values = row.measure.unit, row.measure.decimals, [o.value for o in row.others]
    mine = printed(row.latest, row.measure)
    if any(printed(v, row.measure) == mine and not same_value(v, row.latest) for v in values):
        decimals += 1
    others = [f"{unit.printed(o.value, decimals)} for {o.who} ({_of_when(o)})" for o in row.others]
    figure = f"{unit.printed(row.latest, decimals)} in {page.month.label}"
    yield About.BESIDE, f"{figure}, beside {listed(others)}."


def _of_when(other: Comparator) -> str:
    period = f"yearly figure, {other.period.text}" if other.period.is_year else other.period.text
    return f"{period}; source: {other.source}" if other.source else period


def _moved(row: PageRow, threshold: float) -> Direction | None:
    change = row.value(CHANGE)
    return direction(change, threshold) if is_number(change) else None


def _against_last_year(row: PageRow, page: Page) -> str:
    """The figure, beside that of the same month last year, and for counts the change."""
    latest, before = row.latest, row.shown[0]
    text = f"{printed(latest, row.measure)} in {page.month.label}"
    if not is_number(before):
        return f"{text}."
    text += f", against {printed(before, row.measure)} in {page.months[0].label}"
    change = row.value(CHANGE)
    rounded = round_half_away(abs(change)) if is_number(change) else 0
    if row.measure.is_percentage or not rounded or not is_number(change):
        return f"{text}."
    return f"{text} ({rounded:.0f}% {'more' if change > 0 else 'less'})."


def _why(signal: MeasureSignal) -> str:
    """The rule that the latest figure meets, in a sentence."""
    assert signal.limits is not None and signal.rule is not None
    limits, measure, up = signal.limits, signal.measure, signal.side > 0
    usual, mean = usual_in_print(limits, measure), in_tenths(limits.mean, measure)
    match signal.rule:
        case Rule.OUTSIDE:
            return f"That is {'above' if up else 'below'} its usual {usual}."
        case Rule.TREND:
            steps = _steps(signal.values, signal.side)
            return f"It has {'risen' if up else 'fallen'} for {steps} months in a row."
        case Rule.SHIFT:
            months = _on_one_side(signal.values, limits, signal.side)
            side = "above" if up else "below"
            return f"The last {months} months are all {side} its mean of {mean}."
        case Rule.OUTER_THIRD:
            limit = "upper" if up else "lower"
            return f"Two of the last three months are near the {limit} end of its usual {usual}."


def _steps(values: tuple[float, ...], side: int) -> int:
    back = pairwise(reversed(values))
    return len([*takewhile(lambda pair: (pair[0] - pair[1]) * side > 0, back)])


def _on_one_side(values: tuple[float, ...], limits: Limits, side: int) -> int:
    return len([*takewhile(lambda value: limits.side(value) == side, reversed(values))])


def _caution(measure: Measure, page: Page) -> str:
    """What is to be said of a count at the end of a month, or a share of one: it follows on."""
    if measure.inflows or measure.outflows:
        return "A count at month end follows on from the month before: take this with care."
    if not measure.is_p_chart:
        return ""
    whole = next((r.measure for r in page.rows if r.measure.ref == measure.denominator), None)
    if whole and (whole.inflows or whole.outflows):
        return (
            "It is a share of a count at month end, many of whom were there the month before: take "
            "this with care."
        )
    return ""


def _no_figure(row: PageRow, page: Page) -> str:
    months = [m for m, cell in zip(page.months, row.shown, strict=True) if is_number(cell)]
    since = f"since {months[-1].label}" if months else "in the months shown"
    if row.state is State.MISSING:
        return f"neither a figure nor a reason for {page.month.label}."
    return f"not updated {since} (“{row.latest}”)."


def _about_restatements(row: PageRow, page: Page, issue: Issue) -> Iterator[tuple[About, str]]:
    """Months shown before that of the page whose published figure was changed in its issue.

    One that was changed again since is left out: the page shows it as it is now.
    """
    for month in page.months[:-1]:
        of_month = issue.history.all_of(row.measure.ref, month)
        brought = [at for at, one in enumerate(of_month) if at and issue.brought(one)]
        if not brought:
            continue
        before, after = (of_month[at].observation for at in (brought[0] - 1, brought[-1]))
        was, now, at_last = (
            in_print(seen, row.measure) for seen in (before, after, of_month[-1].observation)
        )
        if now == at_last and _differ(before, after, row.measure):
            yield About.RESTATED, f"{after.month.label} was {was} and is now {now}."


def _differ(before: Observation, after: Observation, measure: Measure) -> bool:
    if before.value is None or after.value is None:
        return before.value is not None
    return published(before.value, measure) != published(after.value, measure)


def _about_few(row: PageRow, page: Page, history: History) -> Iterator[tuple[About, str]]:
    """A percentage of few, with its counts where they are known."""
    whole, part = counts_behind(row.measure, page.month, history)
    if not row.measure.is_percentage or not is_number(row.latest) or not whole or whole > FEW:
        return
    points = round_half_away(100 / whole)
    of = f"{part:.0f} of {whole:.0f}" if part is not None else f"a share of {whole:.0f}"
    moves = f"one more or less moves it by {points:.0f} percentage points."
    yield About.FEW, f"{printed(row.latest, row.measure)} is {of}; {moves}"


def _unjudged(page: Page, history: History) -> str:
    """The measures whose figure has no limits to be judged by, with the reason of each."""
    why: dict[Unjudged, list[str]] = {}
    for row in page.rows:
        if is_number(row.latest) and row.signal and not row.signal.limits:
            rebases = page.rebases.get(row.measure.ref, ())
            why.setdefault(why_unjudged(row.signal, history, rebases), []).append(row.measure.ref)
    if not why:
        return ""
    told = [f"{reason} ({listed(why[reason], NAMED)})" for reason in Unjudged if reason in why]
    return f" {sum(map(len, why.values()))} could not be judged: {'; '.join(told)}."


def _opening(found: list[Sentence], measures: int, unjudged: str) -> str:
    """How many measures signal, and how many only look as if they did."""
    real = (About.CONCERN, About.IMPROVEMENT, About.CHANGE)
    signals = sum(sentence.about in real for sentence in found)
    large = sum(sentence.about is About.LARGE for sentence in found)
    return (
        f"Of {_counted(measures, 'measure')}, {signals} changed by more than usual variation "
        f"explains; {large} moved a good deal on last year and stayed within it.{unjudged}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
