"""Whether hidden counts can be worked back from shared files, by a reader with her own solver."""

from __future__ import annotations

import random

import pytest

from tests.support.careless import primary_only
from tests.support.share_attack import (
    Attack,
    Ratio,
    Share,
    few_of,
    narrowed,
    read_issue,
    told_by_shares,
)
from tests.support.share_data import (
    COUNTED,
    DAY,
    ISSUE,
    NOT_YET_RECORDED,
    OCCASION,
    SHAPES,
    random_counts,
    recorded,
    recorded_above,
    seed,
    shares,
    workbook,
)
from xl_addin.disclosure.hidden_month import Beside, Reason
from xl_addin.disclosure.published import Mark
from xl_addin.disclosure.releases import COLUMNS, copy_made, read_record
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import Suppression, counted_in, suppress
from xl_addin.disclosure.unsafe_cells import unsafe_cells
from xl_addin.errors import WorkbookRefused
from xl_addin.excel.share_copy import write_share
from xl_addin.excel.share_copy.audit import seen_rows
from xl_addin.excel.share_copy.finished_copy import read_copy
from xl_addin.share.copy import build_copy
from xl_addin.values import replace

RULE = Rule()
DATASETS_EACH = 32
FILES_EACH = 6


def ratios_of(catalogue) -> list[Ratio]:
    return [Ratio(r.ref, r.numerator, r.denominator, r.decimals) for r in catalogue.ratios]


def shares_of(catalogue) -> list[Share]:
    return [Share(m.ref, m.denominator, m.decimals) for m in shares(catalogue)]


def exact_months(months) -> set[str]:
    return {month.label for month in months if month.month in COUNTED}


def rule_of(chance: random.Random) -> Rule:
    """A threshold that a council could have."""
    threshold = chance.choice((3, 5, 5, 7, 10))
    return Rule(threshold, min(threshold, 5))


def datasets(shape: str, number: int):
    catalogue = SHAPES[shape]
    for turn in range(number):
        chance = random.Random(f"{shape} {turn}")
        counts = random_counts(catalogue, ISSUE.window(), chance)
        yield catalogue, counts, chance


def copy_unless_all_is_hidden(book, hidden):
    try:
        return build_copy(book, ISSUE, OCCASION, hidden)
    except WorkbookRefused as refused:
        assert "every figure is hidden" in str(refused)
        return None


def small_file(copy) -> bytes:
    """A file without charts: the attack reads figures, and charts take long to write."""
    return write_share(replace(copy, charts=()), DAY)


def test_no_hidden_count_of_the_printed_issue_can_be_bounded_to_fewer_than_five_values():
    book = seed()
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), RULE)
    issue = read_issue(write_share(build_copy(book, ISSUE, OCCASION, hidden), DAY))
    percentages = [measure.ref for measure in book.catalogue if measure.is_percentage]
    attack = Attack(
        [issue], ratios_of(book.catalogue), percentages=percentages, shares=PRINTED_SHARES
    )
    assert len(attack.unknown) == 15 + 5, "and the numerators of CP4"
    assert list(narrowed(attack)) == []


WHOLES = {"EH4-QL": "EH3", "CP3-QL": "CP2", "CP4": "CP2", "CP8-QL": "CP6B", "LAC7-QL": "LAC1"}
"""What a reader of the descriptions takes a percentage to be of."""
PRINTED_SHARES = [Share(ref, whole, 0) for ref, whole in WHOLES.items()]


def test_no_percentage_of_the_printed_issue_stands_for_few_children_or_leaves_few():
    """98% of the 42 conferences of January 2015 are 41: one child's conference led to no plan."""
    book = seed()
    open_copy = read_issue(write_share(build_copy(book, ISSUE, OCCASION), DAY))
    assert ("CP4", "Jan 2015") in told_by_shares(open_copy, PRINTED_SHARES)
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), RULE)
    copy = read_issue(write_share(build_copy(book, ISSUE, OCCASION, hidden), DAY))
    assert told_by_shares(copy, PRINTED_SHARES) == []
    assert {month for ref, month in told_by_shares(open_copy, PRINTED_SHARES)} == {
        month for month in copy.months if copy.rows["CP4"][month] == "[c]"
    }


def test_the_same_attack_breaks_the_printed_issue_with_only_small_counts_hidden():
    book = seed()
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), RULE)
    copy = build_copy(book, ISSUE, OCCASION, primary_only(hidden))
    attack = Attack([read_issue(write_share(copy, DAY))], ratios_of(book.catalogue))
    found = {key[:2]: values for key, values in narrowed(attack)}
    assert found["LAC4-QL", "Jun 2014"] == [4]
    assert found["LAC4-QL", "Apr 2015"] == [1]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_hidden_count_of_random_datasets_can_be_bounded_to_fewer_than_five_values(shape):
    unknown = 0
    for catalogue, counts, chance in datasets(shape, DATASETS_EACH):
        book, rule = workbook(catalogue, recorded(catalogue, counts)), rule_of(chance)
        hidden = suppress(catalogue, book.history, ISSUE.window(), rule)
        copy = copy_unless_all_is_hidden(book, hidden)
        if not (hidden.hidden and copy):
            continue
        file = small_file(copy)
        assert not list(told_by_the_audit(file, book, rule)), "rule and audit agree"
        issue = read_issue(file)
        ratios, shared = ratios_of(catalogue), shares_of(catalogue)
        attack = Attack([issue], ratios, rule.threshold, shares=shared)
        unknown += len(attack.unknown)
        assert list(narrowed(attack, rule.interval)) == []
        assert small_rests(issue, catalogue, rule.threshold) == []
        exact = exact_months(ISSUE.window())
        assert told_by_shares(issue, shared, rule.threshold, exact) == []
    assert unknown > 5 * DATASETS_EACH


def told_by_the_audit(file: bytes, book, rule: Rule):
    months = ISSUE.window()
    counted = set(counted_in(book.catalogue, book.history, months))
    return unsafe_cells(book.catalogue, seen_rows(read_copy(file), months), rule, counted)


def small_rests(issue, catalogue, threshold):
    """Small counts that two shown figures leave between them."""
    found = []
    for ratio in catalogue.ratios:
        for month in issue.months:
            part, whole = (issue.rows[ref][month] for ref in (ratio.numerator, ratio.denominator))
            if isinstance(part, int | float) and isinstance(whole, int | float):
                found += [(ratio.ref, month)] if 1 <= whole - part <= threshold else []
    return found


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "alone"])
def test_the_same_attack_breaks_random_datasets_with_only_small_counts_hidden(shape):
    broken = 0
    for catalogue, counts, _ in datasets(shape, FILES_EACH):
        book = workbook(catalogue, recorded(catalogue, counts))
        hidden = primary_only(suppress(catalogue, book.history, ISSUE.window(), RULE))
        copy = build_copy(book, ISSUE, OCCASION, hidden)
        issue, shared = read_issue(small_file(copy)), shares_of(catalogue)
        attack = Attack([issue], ratios_of(catalogue), shares=shared)
        exact = exact_months(ISSUE.window())
        broken += bool(told_by_shares(issue, shared, exact=exact)) or any(
            True for _ in narrowed(attack)
        )
    assert broken >= FILES_EACH // 2


def test_a_maximum_alone_breaks_a_measure_without_ratios_and_is_hidden():
    catalogue = SHAPES["alone"]
    months = ISSUE.window()
    counts = {(ref, month): 0.0 for ref in "AB" for month in months}
    counts["A", months[4]] = 5.0
    book = workbook(catalogue, recorded(catalogue, counts))
    hidden = suppress(catalogue, book.history, months, RULE)
    careless = build_copy(book, ISSUE, OCCASION, primary_only(hidden))
    found = list(narrowed(Attack([read_issue(small_file(careless))], [])))
    assert found == [(("A", months[4].label, 0), [5])]
    careful = build_copy(book, ISSUE, OCCASION, hidden)
    assert careful.row("A").derived["Max. value in last 12 months"] == Mark.HIDDEN
    assert careful.row("A").derived["12 month average"] == 0.0, (
        "it is 0 for every count from 1 to 5"
    )


def other_values(catalogue, counts, hidden: Suppression, chance, keep=frozenset()):
    """The same dataset with other hidden counts: any that the reader cannot rule out.

    Wholes come before their parts in every catalogue of SHAPES. A whole of 0 stays 0 and no
    other becomes 0: a percentage of nothing has no value, which its [x] says.
    """
    divides = {m.denominator for m in catalogue}
    found = dict(counts)
    for (ref, month), was in counts.items():
        if was is None or not hidden.hides(ref, month) or (ref, month) in keep:
            continue
        values = _others(catalogue, found, hidden, (ref, month))
        if was and not catalogue[ref].is_percentage:
            values = [value for value in values if value]  # a count of 0 would be shown
        if ref in divides:
            values = [value for value in values if (value == 0) == (was == 0)]
        found[ref, month] = float(chance.choice(values))
    return found


def _others(catalogue, found, hidden, cell):
    """The values that a hidden count, or a numerator that is not listed, may have."""
    ref, month = cell
    threshold = hidden.rule.threshold
    if catalogue[ref].is_percentage:
        whole = (catalogue[ref].denominator, month)
        size = NOT_YET_RECORDED if found[whole] is None else found[whole]
        is_free = hidden.hides(*whole) or found[whole] is None
        return sorted(few_of(size, threshold)) if not is_free else range(int(size) + 1)
    known = list(recorded_above(catalogue, found, cell))
    most = int(min((found[w] for w in known), default=threshold))
    if any(hidden.hides(*w) for w in known):
        return range(most + 1)
    few = {*range(1, threshold + 1)}.union(*(few_of(found[w], threshold) for w in known))
    return sorted(value for value in few if value <= most)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_copy_is_the_same_whatever_its_hidden_counts_are(shape):
    """What is the same for every value tells nothing about it, to whatever solver."""
    changed = 0
    for catalogue, counts, chance in datasets(shape, 2 * DATASETS_EACH):
        book, rule = workbook(catalogue, recorded(catalogue, counts)), rule_of(chance)
        hidden = suppress(catalogue, book.history, ISSUE.window(), rule)
        copy = copy_unless_all_is_hidden(book, hidden)
        others = other_values(catalogue, counts, hidden, chance)
        changed += others != counts
        book = workbook(catalogue, recorded(catalogue, others))
        again = suppress(catalogue, book.history, ISSUE.window(), rule)
        assert copy_unless_all_is_hidden(book, again) == copy
    assert changed > DATASETS_EACH


def issues(catalogue, counts, restated, hide=suppress):
    """Three copies in a row, each with the months of its time; some figures are restated."""
    revisions, record, copies = [], [list(COLUMNS)], []
    for number, month in enumerate(ISSUE.plus(2).window(3), 1):
        new = {cell: v for cell, v in counts.items() if cell[1] <= month}
        new |= {cell: v for cell, v in restated.get(number, {}).items() if cell in new}
        revisions += recorded(catalogue, new, number)
        counts = counts | new
        book = workbook(catalogue, revisions)
        earlier = Beside(read_record(record, "record"))
        hidden = hide(catalogue, book.history, month.window(), RULE, earlier)
        copies.append((build_copy(book, month, OCCASION, hidden), hidden))
        record += [list(r) for r in copy_made(copies[-1][0], "copy.xlsx", OCCASION.when).rows()]
    return copies


def restatements(catalogue, counts, chance):
    """A few figures that change between the issues, and stay parts of their wholes."""
    found = {2: {}, 3: {}}
    for number in found:
        for cell in chance.sample(sorted(counts), 3):
            if counts[cell] is not None:
                found[number] |= _restated(catalogue, counts, cell, chance)
    return found


def _restated(catalogue, counts, cell, chance):
    below = [c for c in counts if cell in recorded_above(catalogue, counts, c)]
    floor = [counts[part] or 0 for part in below]
    top = [counts[whole] for whole in recorded_above(catalogue, counts, cell)]
    if catalogue[cell[0]].is_percentage and not top:
        top = [NOT_YET_RECORDED]
    low = max(floor, default=0)
    high = min(top, default=low + 12)
    return {cell: float(chance.randint(int(low), max(int(low), int(high))))}


@pytest.mark.parametrize("shape", SHAPES)
def test_three_issues_together_reveal_no_more_than_the_rule_allows(shape):
    catalogue, months = SHAPES[shape], ISSUE.plus(2).window(15)
    unknown = 0
    for turn in range(DATASETS_EACH // 4):
        chance = random.Random(f"three {shape} {turn}")
        counts = random_counts(catalogue, months, chance)
        changed = restatements(catalogue, counts, chance)
        copies = [copy for copy, _ in issues(catalogue, counts, changed)]
        cells = {cell for new in changed.values() for cell in new}
        names = {(measure.ref, month.label) for measure in catalogue for _, month in cells}
        read = [read_issue(small_file(copy)) for copy in copies]
        attack = Attack(read, ratios_of(catalogue), restated=names, shares=shares_of(catalogue))
        unknown += len(attack.unknown)
        assert list(narrowed(attack)) == []
        exact = exact_months(months)
        for issue in read:
            assert told_by_shares(issue, shares_of(catalogue), exact=exact) == []
    assert unknown > DATASETS_EACH


@pytest.mark.parametrize("shape", SHAPES)
def test_three_issues_are_the_same_whatever_their_hidden_counts_are(shape):
    catalogue, months = SHAPES[shape], ISSUE.plus(2).window(15)
    different = 0
    for turn in range(DATASETS_EACH // 2):
        chance = random.Random(f"same {shape} {turn}")
        counts = random_counts(catalogue, months, chance)
        changed = restatements(catalogue, counts, chance)
        copies = issues(catalogue, counts, changed)
        touched = {month for new in changed.values() for _, month in new}
        keep = {cell for cell in counts if cell[1] in touched}
        hidden = Suppression(RULE, {c: r for _, s in copies for c, r in s.hidden.items()})
        others = other_values(catalogue, counts, hidden, chance, keep)
        different += others != counts
        again = issues(catalogue, others, changed)
        assert [copy for copy, _ in again] == [copy for copy, _ in copies]
    assert different > DATASETS_EACH // 4


def test_what_an_earlier_copy_hid_stays_hidden_when_its_whole_is_restated():
    """8 of 10 is hidden; of 50 it would be shown, and say that the rest had been 2."""
    catalogue, months = SHAPES["one ratio"], ISSUE.plus(2).window(15)
    counts = {(ref, month): 100.0 if ref == "W" else 50.0 for ref in "WP" for month in months}
    counts |= {("W", months[5]): 10.0, ("P", months[5]): 8.0}
    copies = issues(catalogue, counts, {2: {("W", months[5]): 50.0}})
    for copy, hidden in copies:
        at = copy.months.index(months[5])
        assert copy.row("P").months[at] == copy.row("R").months[at] == Mark.HIDDEN
        assert hidden.hides("P", months[5])
    assert copies[1][1].hidden["P", months[5]] is Reason.REST
    forgetful = issues(
        catalogue,
        counts,
        {2: {("W", months[5]): 50.0}},
        lambda catalogue, history, window, rule, earlier: suppress(
            catalogue, history, window, rule
        ),
    )
    assert forgetful[1][0].row("P").months[copies[1][0].months.index(months[5])] == 8.0
