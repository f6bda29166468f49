"""Three copies in a row of teams whose figures come late, are restated, renamed, or are new."""

from __future__ import annotations

import dataclasses
import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.support.share_data import (
    DAY,
    ISSUE,
    OCCASION,
    SHAPES,
    count,
    random_counts,
    ratio,
    recorded,
    recorded_above,
    share,
    shares,
    workbook,
)
from tests.support.share_memory import Links, Page, Reader, percentages_of_few, read_page
from xl_addin.commands.share import proof_of
from xl_addin.dataset.history import Revision
from xl_addin.dataset.workbook import Workbook
from xl_addin.disclosure.releases import COLUMNS, copy_made, read_record
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.share_copy import write_share
from xl_addin.excel.share_copy.audit import Secrets, findings_in
from xl_addin.layout import DataNotes, Settings
from xl_addin.measure import Catalogue
from xl_addin.notes import DataNote, Origin, note_row
from xl_addin.notes.words import Printing, last_page_with, restated_text
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.share.decision import Wish, decide_copy
from xl_addin.table import Table
from xl_addin.values import replace

COPIES = 3
MONTHS = ISSUE.plus(COPIES - 1).window(7)
Truth = dict[tuple[str, Month], float | None]

TEAMS = {
    **{name: SHAPES[name] for name in ("one ratio", "two parts", "two wholes", "chain", "tangle")},
    **{name: SHAPES[name] for name in ("alone", "one share", "shares in a chain")},
    "a fine chain": Catalogue(
        (*map(count, "WPQ"), ratio("R", "P", "W", 1), ratio("S", "Q", "P", 1))
    ),
    "a share of a part": Catalogue((*map(count, "VW"), ratio("R", "W", "V"), share("X", "W"))),
}
LINKED = {
    "stock and flow": Catalogue(
        (count("S", inflow="I", outflow="O"), *map(count, "IOP"), ratio("R", "P", "O"))
    ),
    "a sum": Catalogue((count("T", sum_of="A; B; C"), *map(count, "ABC"), ratio("R", "A", "T"))),
    "a sum that goes": Catalogue(
        (
            count("S", inflow="I", outflow="O"),
            count("I"),
            count("O", sum_of="A; B"),
            *map(count, "AB"),
        )
    ),
}
"""Teams of which more is known than percentages say: that is no secret of theirs."""
THRESHOLDS = ((5, 5, 5), (5, 5, 5), (5, 10, 5), (10, 5, 3), (3, 5, 10))


@dataclass(frozen=True)
class Issue:
    """What is true when one copy is made, and by which threshold."""

    catalogue: Catalogue
    truth: Truth
    threshold: int

    def value(self, ref: str, label: str) -> float | None:
        return self.truth.get((ref, Month.parse(label)))


@dataclass(frozen=True)
class Team:
    """Issues in a row; ``renamed`` are old refs by which a measure went in the first of them.

    ``slack`` is by how much a stock may differ from what came and went. ``order`` says of which
    month each copy is, counted from the first: the next month each time where it is blank.
    """

    issues: tuple[Issue, ...]
    renamed: Mapping[str, str]
    slack: int = 0
    order: tuple[int, ...] = ()

    def month(self, number: int) -> Month:
        """The month that a copy is of."""
        return ISSUE.plus(self.order[number] if self.order else number)

    @property
    def catalogue(self) -> Catalogue:
        return self.issues[-1].catalogue

    @property
    def is_linked(self) -> bool:
        """Whether counts may be hidden that are neither small nor leave few."""
        return any(m.parts or m.inflows for m in self.catalogue)

    @property
    def links(self) -> Links:
        return Links(
            tuple((r.ref, r.numerator, r.denominator, r.decimals) for r in self.catalogue.ratios),
            tuple((m.ref, m.denominator, m.decimals) for m in shares(self.catalogue)),
            sums=tuple((m.ref, m.parts) for m in self.catalogue if m.parts),
            flows=tuple((m.ref, m.inflows, m.outflows) for m in self.catalogue if m.inflows),
            slack=(-float(self.slack), float(self.slack)),
            renamed=self.renamed,
        )


ONE_AFTER_THE_OTHER = ((0, 1, 2),)
ORDERS = ((0, 0, 1), (1, 0, 1), (0, 1, 0), (2, 0, 1), (0, 0, 0))
"""A month made again once a figure was restated, or one long past: for some teams by hand."""


def teams(
    shape: str,
    number: int,
    first: int = 0,
    orders: Sequence[tuple[int, ...]] = ONE_AFTER_THE_OTHER,
) -> Iterator[Team]:
    for turn in range(first, first + number):
        order = orders[turn % len(orders)]
        yield team(shape, random.Random(f"memory {shape} {turn}"), order)


def team(
    shape: str, chance: random.Random, order: tuple[int, ...] = ONE_AFTER_THE_OTHER[0]
) -> Team:
    catalogue = {**TEAMS, **LINKED}[shape]
    final = random_counts(catalogue, MONTHS, chance)
    thresholds = chance.choice(THRESHOLDS)
    slack = chance.choice((0, 0, 1)) if shape in LINKED else 0
    noise = {month: chance.randint(-slack, slack) for month in MONTHS}
    truths = [agreeing(catalogue, final, noise)]
    for _ in range(COPIES - 1):
        truths.insert(0, agreeing(catalogue, _before(catalogue, truths[0], chance), noise))
    new = chance.choice([m.ref for m in catalogue if not m.is_percentage])
    is_new, is_renamed = chance.random() < 0.25, chance.random() < 0.15
    last = [m.ref for m in catalogue][-1]
    issues = []
    for number, truth in enumerate(truths):
        known = _without(catalogue, new) if is_new and number == 0 else catalogue
        latest = ISSUE.plus(max(order[: number + 1]))
        seen = {c: v for c, v in truth.items() if c[0] in known and c[1] <= latest}
        issues.append(Issue(known, seen, thresholds[number]))
    if is_renamed and not (is_new and new == last):
        issues[0] = _called(issues[0], last, "Old")
        return Team(tuple(issues), {"Old": last}, slack, order)
    return Team(tuple(issues), {}, slack, order)


def agreeing(catalogue: Catalogue, truth: Truth, noise: Mapping[Month, int]) -> Truth:
    """The same with sums that add up, and stocks that follow from what came and went.

    ``noise`` says for each month, oldest first, by how much a stock differs from that.
    """
    found = dict(truth)
    for measure in reversed(list(catalogue)):
        for month in noise if measure.parts else ():
            parts = [found[ref, month] for ref in measure.parts]
            if found[measure.ref, month] is not None and None not in parts:
                found[measure.ref, month] = sum(map(float, parts))  # type: ignore[arg-type]
    for measure in catalogue:
        if measure.inflows:
            gone = sum(found[ref, m] or 0 for ref in measure.outflows for m in noise)
            _carry(found, (measure.ref, measure.inflows, measure.outflows), gone, noise)
    return found


def _carry(
    found: Truth,
    flow: tuple[str, tuple[str, ...], tuple[str, ...]],
    first: float,
    noise: Mapping[Month, int],
) -> None:
    """Let a stock follow from a first one, month by month, where all that is needed is there."""
    ref, ins, outs = flow
    stock = first + 10
    for month in noise:
        came = sum(found[one, month] or 0 for one in ins)
        went = sum(found[one, month] or 0 for one in outs)
        stock += came - went
        if found[ref, month] is not None:
            found[ref, month] = stock + noise[month]


def _without(catalogue: Catalogue, new: str) -> Catalogue:
    left = tuple(
        replace(m, sum_of="", inflow="", outflow="")
        if new in (*m.parts, *m.inflows, *m.outflows)
        else m
        for m in catalogue
        if new not in (m.ref, m.numerator, m.denominator)
    )
    return Catalogue(left) if left else catalogue


def _called(issue: Issue, ref: str, old: str) -> Issue:
    """The issue as it was when a measure had another ref."""
    measures = tuple(
        replace(
            m,
            ref=old if m.ref == ref else m.ref,
            numerator=old if m.numerator == ref else m.numerator,
            denominator=old if m.denominator == ref else m.denominator,
            sum_of="; ".join(old if one == ref else one for one in m.parts),
            inflow="; ".join(old if one == ref else one for one in m.inflows),
            outflow="; ".join(old if one == ref else one for one in m.outflows),
        )
        for m in issue.catalogue
    )
    truth = {(old if r == ref else r, m): v for (r, m), v in issue.truth.items()}
    return Issue(Catalogue(measures), truth, issue.threshold)


def _before(catalogue: Catalogue, truth: Truth, chance: random.Random) -> Truth:
    """What was true one issue earlier: some figures had not come, some were others."""
    found = dict(truth)
    for cell in chance.sample(sorted(found), min(4, len(found))):
        if found[cell] is None:
            continue
        if chance.random() < 0.5:
            found[cell] = None
        else:
            found[cell] = another(catalogue, found, cell, chance)
    return found


def another(
    catalogue: Catalogue, truth: Truth, cell: tuple[str, Month], chance: random.Random
) -> float:
    """Another value that leaves parts parts of their wholes."""
    below = [c for c in truth if cell in recorded_above(catalogue, truth, c)]
    low = int(max([truth[part] or 0 for part in below], default=0))
    tops = [truth[whole] or 0 for whole in recorded_above(catalogue, truth, cell)]
    high = int(min(tops, default=low + 60))
    near = [
        v for v in (low + chance.randint(0, 7), high - chance.randint(0, 7)) if low <= v <= high
    ]
    return float(chance.choice([*near, chance.randint(low, max(low, high))]))


def publish(
    book: Workbook,
    record: list[list[str]],
    month: Month,
    threshold: int,
    consent: str = "",
    refused: list[str] | None = None,
) -> bytes | None:
    """A copy as the command makes it, audited, without charts, which take long to write.

    ``refused`` gathers what refusals say.
    """
    settings = with_setting(book.tables[Settings.TABLE], Settings.SMALL_COUNT, float(threshold))
    settings = with_setting(settings, Settings.WHOLE_VALUES, float(min(threshold, 5)))
    book = replace(book, tables={**book.tables, Settings.TABLE: settings})
    earlier = read_record([list(COLUMNS), *record], "record")
    try:
        decided = decide_copy(book, earlier, OCCASION, Wish(month, True, consent=consent))
    except WorkbookRefused as refusal:
        ways_out = "--consent|Lower “Suppression threshold”"
        assert re.search(ways_out, str(refusal)), refusal
        if refused is not None:
            refused.append(str(refusal))
        return None
    copy = replace(decided.copy, charts=())
    package = write_share(copy, DAY)
    proof = proof_of(decided)
    assert proof and list(findings_in(package, copy, Secrets(), proof)) == []
    made = datetime(2015, 7, 1 + len({row[0] for row in record}))
    record += [list(row) for row in copy_made(decided.copy, "copy.xlsx", made, "", earlier).rows()]
    return package


def with_setting(table: Table, name: str, value: float) -> Table:
    rows = tuple((row[0], value, *row[2:]) if row[0] == name else row for row in table.rows)
    return replace(table, rows=rows)


Publish = Callable[[Workbook, list[list[str]], Month, int], bytes | None]
"""Makes a copy's file of a workbook, its record, a month, a threshold; adds to the record.

None where the copy was refused: every figure is hidden, or earlier ones tell a count anyway.
"""


def published(team: Team, publish: Publish) -> list[Page | None]:
    """The copies of a team, as a reader has them."""
    revisions: list[Revision] = []
    record: list[list[str]] = []
    pages: list[Page | None] = []
    for number, issue in enumerate(team.issues):
        revisions = grown(revisions, team, number)
        notes = _notes(issue.catalogue, revisions)
        book = workbook(issue.catalogue, revisions, DataNotes=notes)
        package = publish(book, record, team.month(number), issue.threshold)
        page = package and read_page(package, issue.threshold, team.renamed)
        pages.append(page or None)
    return pages


def grown(revisions: list[Revision], team: Team, number: int) -> list[Revision]:
    """The revisions with those of one issue; figures of an old name stand under the new too."""
    issue = team.issues[number]
    if number == 1:
        revisions = revisions + [
            replace(r, observation=replace(r.observation, ref=new), source=f"{r.source} (as {old})")
            for old, new in team.renamed.items()
            for r in revisions
            if r.observation.ref == old
        ]
    return revisions + recorded(issue.catalogue, issue.truth, number + 1)


def _notes(catalogue: Catalogue, revisions: list[Revision]) -> Table:
    """The automatic notes on figures whose print has changed."""
    by: dict[tuple[str, Month], list[Revision]] = {}
    for revision in revisions:
        by.setdefault(revision.observation.key, []).append(revision)
    rows = []
    for (ref, month), several in by.items():
        for at in range(1, len(several)):
            if ref in catalogue and (text := _text(catalogue, several[: at + 1])):
                end = last_page_with(month)
                note = DataNote(None, ref, text, month, end, origin=Origin.AUTOMATIC)
                rows.append(note_row(note))
    return Table(DataNotes.TABLE, "Data notes", DataNotes.COLUMNS, tuple(rows), 2)


def _text(catalogue: Catalogue, several: list[Revision]) -> str:
    seen: list[Observation] = [revision.observation for revision in several]
    printing = Printing.of(catalogue[seen[-1].ref])
    old, new = (o.value if o.value is None else printing.one(o.value) for o in seen[-2:])
    if old == new:
        return ""
    return restated_text(
        seen[0].ref, printing, seen[:-1], seen[-1], ISSUE.plus(several[-1].number - 1)
    )


def disclosed(team: Team, pages: list[Page | None], interval: int = 5) -> list[tuple[int, str]]:
    """What a reader has of small counts after each copy, that she had not before it.

    Only where she is right of what was true when one of them was made, and only what is small by
    the threshold of the last.
    """
    found: list[tuple[int, str]] = []
    seen: list[tuple[Issue, Page]] = []
    reader = None
    size = interval
    for issue, page in zip(team.issues, pages, strict=True):
        if page is None:
            continue
        size = min(size, issue.threshold)
        before, known = list(seen), reader
        seen.append((issue, page))
        reader = Reader([page for _, page in seen], team.links)
        if news := set(right(team, seen, size, issue.threshold, reader)):
            news -= set(right(team, before, size, issue.threshold, known))
        found += [(len(seen), told) for told in sorted(news)]
    return found


def right(
    team: Team,
    seen: list[tuple[Issue, Page]],
    interval: int,
    threshold: int,
    reader: Reader | None = None,
) -> Iterator[str]:
    """What is so of what a reader makes of some copies; ``reader`` is she who has seen them."""
    pages = [page for _, page in seen]
    reader = reader or Reader(pages, team.links)
    renamed = {new: old for old, new in team.renamed.items()}
    for number, (issue, _) in enumerate(seen):
        for told in reader.told(number, interval):
            values = [_true(issue, ref, told.month, renamed) for ref in told.what]
            if None in values:
                continue
            true = values[0] if len(values) == 1 else values[0] - values[1]  # type: ignore
            if len(values) > 1 and not values[1]:
                continue  # all of a count that has no part: told by the count itself
            most = threshold if len(values) > 1 else math.inf
            if team.is_linked:
                most = _hidden_by(pages, told.what, told.month, threshold)
            if told.low <= true <= told.high and 0 < true <= most:
                yield f"{' less '.join(told.what)} in {told.month} is {true:g}"
        for ref, month, own, whole in percentages_of_few(pages, team.links, threshold):
            if _is_true_share(team, issue, (ref, month), own, whole):
                yield f"{own:.3g} of {whole:g} tells {ref} in {month}"


def _hidden_by(pages: list[Page], refs: Sequence[str], month: str, threshold: int) -> int:
    """The greatest threshold by which a copy hid some figures, or that of now."""
    return max(
        [
            threshold,
            *(p.threshold for p in pages for r in refs if p.rows.get(r, {}).get(month) == "[c]"),
        ]
    )


def _true(issue: Issue, ref: str, month: str, renamed: Mapping[str, str]) -> float | None:
    value = issue.value(ref, month)
    return issue.value(renamed[ref], month) if value is None and ref in renamed else value


def _is_true_share(
    team: Team, issue: Issue, cell: tuple[str, str], own: float, whole: float
) -> bool:
    measure = team.catalogue[cell[0]]
    renamed = {new: old for old, new in team.renamed.items()}
    part, true = (_true(issue, ref, cell[1], renamed) for ref in (measure.ref, measure.denominator))
    if part is None or not true:
        return False
    half = 0.5 * 10.0 ** -(measure.decimals + 2) + 1e-9
    return true == whole and abs(part / true - own) <= half


def told_by_notes(pages: list[Page | None]) -> list[str]:
    """Notes on a change of a figure that its copy, or an earlier one, hides."""
    found = []
    hidden: set[tuple[str, str]] = set()
    for page in filter(None, pages):
        for ref, row in page.rows.items():
            hidden |= {(ref, m) for m in page.months if row[m] == "[c]"}
        for note in page.notes:
            ref, colon, words = note.partition(": ")
            if colon and (ref, words[:8]) in hidden and _is_change(words):
                found.append(note)
    return found


def _is_change(words: str) -> bool:
    return any(
        w in words for w in ("restated", "changed", "withdrawn", "given again", "first given")
    )


def with_other_values(team: Team, pages: list[Page | None], chance: random.Random) -> Team:
    """The same team with other values of a few counts that no copy shows.

    Each stays a small count, or leaves a small rest, in every issue by itself: so it may be
    restated in one team and not in the other.
    """
    unseen = list(never_shown(team, pages))
    months: set[Month] = set()
    truths = [dict(issue.truth) for issue in team.issues]
    for cell in chance.sample(unseen, min(len(unseen), 12)):
        if cell[1] in months:
            continue
        months.add(cell[1])
        for issue, truth in zip(team.issues, truths, strict=True):
            if truth.get(cell) is not None and (values := others(issue, truth, cell)):
                truth[cell] = float(chance.choice(values))
    issues = (dataclasses.replace(i, truth=t) for i, t in zip(team.issues, truths, strict=True))
    return dataclasses.replace(team, issues=tuple(issues))


def never_shown(team: Team, pages: list[Page | None]) -> Iterator[tuple[str, Month]]:
    """The cells that some copy hides and none shows."""
    for ref, month in sorted(team.issues[-1].truth):
        rows = [page.rows.get(ref, {}).get(month.label) for page in pages if page]
        if rows and set(rows) <= {"[c]", "[x]", None} and "[c]" in rows:
            yield ref, month


def others(issue: Issue, truth: Truth, cell: tuple[str, Month]) -> list[int]:
    """Values of the same kind as a count's own: small, or leaving few to what it is a part of."""
    least = min(issue.threshold, 3)
    wholes = list(recorded_above(issue.catalogue, truth, cell))
    tops = [int(truth[w] or 0) for w in wholes]
    parts = [c for c in truth if cell in recorded_above(issue.catalogue, truth, c)]
    floor = max([int(truth[part] or 0) for part in parts], default=0)
    was, top = int(truth[cell] or 0), min(tops, default=least)
    if 0 < was <= least:
        return [v for v in range(1, least + 1) if floor <= v <= top]
    rests = [whole - was for whole in tops]
    if len(rests) == 1 and 0 < rests[0] <= least and tops[0] > 2 * issue.threshold:
        return [v for v in range(tops[0] - least, tops[0]) if floor <= v]
    return []
