"""Teams with more months than a page shows, what their copies say by them, and the attack."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.support.share_data import ISSUE, count, ratio, recorded, recorded_above, workbook
from tests.support.share_histories import (
    LINKED,
    TEAMS,
    Issue,
    Publish,
    Team,
    Truth,
    agreeing,
    another,
    grown,
    others,
    right,
)
from tests.support.share_memory import HIDDEN, Page, read_page
from tests.support.share_signals import (
    Words,
    older_page,
    read_words,
    restated_from,
    worked_back,
)
from xl_addin.dataset.history import Revision
from xl_addin.disclosure.behind_signals import Behind, Withheld, behind_all
from xl_addin.measure import P_CHART, Catalogue, Measure
from xl_addin.period import Month
from xl_addin.rounding import round_half_away
from xl_addin.values import replace


def by_counts(measure: Measure) -> Measure:
    return replace(measure, control_limits=P_CHART)


BY_COUNTS = {
    "a p-chart": Catalogue((count("W"), count("P"), by_counts(ratio("R", "P", "W")))),
    "p-charts in a chain": Catalogue(
        (*map(count, "WPQ"), by_counts(ratio("R", "P", "W")), by_counts(ratio("S", "Q", "P", 1)))
    ),
}
"""Teams whose limits go by each month's counts."""

SHAPES = {**TEAMS, **LINKED, **BY_COUNTS}
ONE_AFTER_THE_OTHER = ((0, 1),)
THRESHOLDS = ((5, 5), (5, 5), (3, 5), (10, 5))
LEAST = 12
"""What most counts and rests are at least: so most signals may be told."""


@dataclass(frozen=True)
class Shared:
    """A copy: its bytes, its page, its words."""

    package: bytes
    page: Page
    words: Words


ORDERS = ((0, 0), (1, 0), (0, 1, 2), (0, 0, 1), (1, 0, 1), (2, 0, 2))
"""A month made again once a figure was restated, one long past, and three copies: by hand."""


def signal_teams(
    shape: str,
    number: int,
    first: int = 0,
    orders: Sequence[tuple[int, ...]] = ONE_AFTER_THE_OTHER,
    *,
    together: bool = False,
) -> Iterator[Team]:
    """Teams of a shape. ``together``: in some months all that is added up, comes or goes is small,
    so that other counts may stand there and every link hold."""
    for turn in range(first, first + number):
        order, chance = orders[turn % len(orders)], random.Random(f"signals {shape} {turn}")
        yield _team(shape, chance, order, together=together)


def _team(shape: str, chance: random.Random, order: tuple[int, ...], *, together: bool) -> Team:
    catalogue, further = SHAPES[shape], max(order)
    months = ISSUE.plus(further).window(13 + further + chance.randint(0, 4))
    truth = _usual(catalogue, months, chance)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        some = months[:-14] if chance.random() < 0.5 else months
        cells = [cell for cell in sorted(truth) if cell[1] in some]
        _make_small(catalogue, truth, chance.choice(cells or sorted(truth)), chance)
    for month in chance.sample(months, 3) if together else ():
        for measure in catalogue:
            few = measure.parts[:2] or (*measure.inflows, *measure.outflows)
            for ref in few:
                _make_small(catalogue, truth, (ref, month), chance)
    noise = dict.fromkeys(months, 0)
    truths = [agreeing(catalogue, truth, noise)]
    for _ in order[1:]:
        before = dict(truths[0])
        for cell in chance.sample(sorted(before), chance.choice((0, 0, 2))):
            if before[cell] is not None:
                before[cell] = another(catalogue, before, cell, chance)
        truths.insert(0, agreeing(catalogue, before, noise))
    thresholds = chance.choice(THRESHOLDS)
    issues = []
    for number, true in enumerate(truths):
        latest = ISSUE.plus(max(order[: number + 1]))
        seen = {c: v for c, v in true.items() if c[1] <= latest}
        issues.append(Issue(catalogue, seen, thresholds[min(number, 1)]))
    return Team(tuple(issues), {}, order=order)


def _usual(catalogue: Catalogue, months: Sequence[Month], chance: random.Random) -> Truth:
    """Counts of a council: parts about half of what they are of, none of them small."""
    found: Truth = {}
    size = chance.choice((120, 400))
    for month in months:
        for measure in catalogue:
            if measure.is_percentage and measure.numerator:
                continue
            above = recorded_above(catalogue, found, (measure.ref, month))
            whole = min((found[cell] or 0 for cell in above), default=size)
            found[measure.ref, month] = float(chance.randint(int(whole * 0.4), int(whole * 0.6)))
    return found


def _make_small(
    catalogue: Catalogue, truth: Truth, cell: tuple[str, Month], chance: random.Random
) -> None:
    """Make a count small, or what it leaves, or let it be missing; its parts stay parts."""
    tops = [truth[whole] or 0 for whole in recorded_above(catalogue, truth, cell)]
    few = float(chance.randint(1, 6))
    if chance.random() < 0.1:
        truth[cell] = None
        return
    truth[cell] = max(0.0, min(tops) - few) if tops and chance.random() < 0.4 else few
    for part in sorted(truth, key=lambda c: [m.ref for m in catalogue].index(c[0])):
        above = [truth[w] for w in recorded_above(catalogue, truth, part)]
        if truth[part] is not None and (known := [v for v in above if v is not None]):
            truth[part] = min(truth[part] or 0, *known)


def shared(team: Team, publish: Publish) -> list[Shared | None]:
    """The copies of a team, one after the other, as a reader has them."""
    revisions: list[Revision] = []
    record: list[list[str]] = []
    found: list[Shared | None] = []
    for number, issue in enumerate(team.issues):
        revisions = grown(revisions, team, number)
        book = workbook(issue.catalogue, revisions)
        package = publish(book, record, team.month(number), issue.threshold)
        if package is None:
            found.append(None)
            continue
        page = read_page(package, issue.threshold, {})
        found.append(Shared(package, page, read_words(package)))
    return found


def printed_before(issue: Issue, page: Page) -> dict[tuple[str, str], float]:
    """What a page would have printed of the months before it: for a reader who works all back."""
    first = Month.parse(page.months[0])
    found = {}
    for revision in recorded(issue.catalogue, issue.truth):
        seen = revision.observation
        if seen.month < first and seen.value is not None:
            measure = issue.catalogue[seen.ref]
            places = measure.decimals + (2 if measure.is_percentage else 0)
            found[seen.ref, seen.month.label] = round_half_away(seen.value, places)
    return found


def told_by_signals(team: Team, copies: Sequence[Shared | None]) -> list[str]:
    """Small counts that a reader has who works back all that told signals go by, and before not.

    Nor by this page alone. What an earlier copy told by a gentler rule it does not tell anew.
    """
    pages: list[tuple[Issue, Page]] = []
    all_worked: list[tuple[Issue, Page]] = []
    found: list[str] = []
    size = 5
    for issue, copy in zip(team.issues, copies, strict=True):
        if copy is None:
            continue
        size = min(size, issue.threshold)
        worked = printed_before(issue, copy.page)
        months = sorted({m for _, m in worked}, key=Month.parse)
        pages.append((issue, copy.page))
        older = older_page(copy.page, with_counts(copy.words, issue), months, worked)
        before = [pages, list(all_worked)]
        all_worked += [(issue, copy.page), (issue, older)]
        news = set(right(team, all_worked, size, issue.threshold))
        for known in before if news else ():
            news -= set(right(team, known, size, issue.threshold))
            news -= set(_openly(known))
        most = max(issue.threshold for issue, _ in pages)
        found += [told for told in sorted(news) if not _is_large(told, most)]
        found += _small_before(team, older, issue.threshold)
    return found


def _openly(pages: Sequence[tuple[Issue, Page]]) -> Iterator[str]:
    """What pages show, in the words of what is told."""
    for _, page in pages:
        for ref, row in page.rows.items():
            yield from (f"{ref} in {m} is {row[m]:g}" for m in page.months if _is_figure(row[m]))


def _is_figure(cell: object) -> bool:
    return isinstance(cell, int | float)


def with_counts(words: Words, issue: Issue) -> Words:
    """The same, where limits that go by counts give these back too, in as many months."""
    limits = dict(words.limits)
    for measure in issue.catalogue:
        if measure.is_p_chart and (own := words.limits.get(measure.ref)):
            for ref in (measure.numerator, measure.denominator):
                had = limits[ref].months if ref in limits else ()
                limits[ref] = dataclasses.replace(own, months=max(had, own.months, key=len))
    return dataclasses.replace(words, limits=limits)


def _is_large(told: str, most: int) -> bool:
    """Whether what is told is a count that is not small: what is withheld need not be."""
    count = told.rpartition(" is ")[2]
    return count.isdigit() and int(count) > most


def _small_before(team: Team, older: Page, threshold: int) -> Iterator[str]:
    """Small counts, and small rests, among what was worked back: nothing has to be solved."""
    for month in older.months[:-1]:
        had = {
            r: row[month] for r, row in older.rows.items() if isinstance(row[month], int | float)
        }
        for ref, value in had.items():
            if team.catalogue[ref].is_count and 0 < value <= threshold:
                yield f"{ref} in {month} is {value:g}"
        for _, part, whole, _ in team.links.ratios:
            if {part, whole} <= had.keys() and 0 < had[whole] - had[part] <= threshold:
                yield f"{whole} less {part} in {month} is {had[whole] - had[part]:g}"


def told_of_hidden(copies: Sequence[Shared | None]) -> list[str]:
    """Hidden figures of measures that have limits, a sentence, or a former figure, all the same."""
    found = []
    hidden: set[tuple[str, str]] = set()
    for copy in filter(None, copies):
        rows = copy.page.rows
        hidden |= {(r, m) for r, row in rows.items() for m in copy.page.months if row[m] == HIDDEN}
        now = {ref for ref, row in rows.items() if HIDDEN in [row[m] for m in copy.page.months]}
        found += [f"{ref} has limits" for ref in now & copy.words.limits.keys()]
        found += [f"{ref} has a sentence" for ref in now & copy.words.sentences.keys()]
        found += [
            f"{ref} {m}: {v}" for ref, m, v in restated_from(copy.words) if (ref, m) in hidden
        ]
    return found


def solved(
    team: Team, copies: Sequence[Shared | None]
) -> Iterator[tuple[str, str, int, int, float]]:
    """What the limits of each count leave of the months that no copy shows, and what is true.

    Yields (ref, month, least, greatest, truth); a ``[c]`` of the page is such a month, too.
    """
    known: dict[tuple[str, str], float] = {}
    for issue, copy in zip(team.issues, copies, strict=True):
        if copy is None:
            continue
        for ref, row in copy.page.rows.items():
            shown = {m: row[m] for m in copy.page.months if isinstance(row[m], int | float)}
            known |= {(ref, m): float(v) for m, v in shown.items()}
        for ref, limits in copy.words.limits.items():
            if issue.catalogue[ref].is_percentage:
                continue
            had = {m: known[ref, m] for m in limits.months if (ref, m) in known}
            if all(issue.value(ref, m) == v for m, v in had.items()):
                for month, (low, high) in worked_back(limits, had).items():
                    yield ref, month, low, high, issue.value(ref, month) or 0.0


def with_other_hidden(team: Team, copies: Sequence[Shared | None], chance: random.Random) -> Team:
    """The same team with other values of counts that no copy shows and no signal goes by."""
    truths = [dict(issue.truth) for issue in team.issues]
    unseen = sorted(unseen_in(team, copies))
    touched: set[Month] = set()
    for cell in chance.sample(unseen, min(len(unseen), 12)):
        if cell[1] in touched:
            continue
        touched.add(cell[1])
        for issue, truth in zip(team.issues, truths, strict=True):
            if truth.get(cell) is not None and (values := others(issue, truth, cell)):
                truth[cell] = float(chance.choice(values))
    issues = (dataclasses.replace(i, truth=t) for i, t in zip(team.issues, truths, strict=True))
    return dataclasses.replace(team, issues=tuple(issues))


def unseen_in(team: Team, copies: Sequence[Shared | None]) -> Iterator[tuple[str, Month]]:
    """The cells that no copy shows, and by which no signal goes."""
    made = [copy for copy in copies if copy]
    for ref, month in team.issues[-1].truth:
        rows = [c.page.rows.get(ref, {}).get(month.label, "before") for c in made]
        behind = any(
            month.label in c.words.limits[ref].months for c in made if ref in c.words.limits
        )
        if made and not behind and set(rows) <= {HIDDEN, "[x]", "before"}:
            yield ref, month


def by_page_alone(figures, page, since, watch) -> Behind:
    """Signals of every measure of which the page hides nothing, whatever was before."""
    withheld = dict.fromkeys(since.keys() & page.refs(), Withheld.PAGE)
    told = {ref: month for ref, month in since.items() if ref not in withheld}
    every = behind_all(figures, told)
    return Behind(every.refs, withheld, every.figures)
