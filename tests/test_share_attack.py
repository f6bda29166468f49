"""Whether hidden counts can be worked back from shared files, by a reader with her own solver."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.share_attack import Attack, Ratio, narrowed, read_issue
from tests.share_data import (
    DAY,
    ISSUE,
    OCCASION,
    SHAPES,
    random_counts,
    recorded,
    seed,
    workbook,
)
from xl_addin.excel.share import write_share
from xl_addin.share import Mark, Reason, Rule, Suppression, build_copy, suppress
from xl_addin.share.record import COLUMNS, read_record, record_rows

RULE = Rule()
DATASETS_EACH = 32
FILES_EACH = 6


class PrimaryOnly(Suppression):
    """What careless suppression does: small counts hidden, everything else left standing."""

    def shows_average(self, measure, months, shown):
        return True

    def shows_maximum(self, measure, months, shown):
        return True


def primary_only(hidden: Suppression) -> Suppression:
    small = {cell: why for cell, why in hidden.hidden.items() if why is Reason.SMALL}
    return PrimaryOnly(hidden.rule, small, hidden.bounds)


def ratios_of(catalogue) -> list[Ratio]:
    return [Ratio(r.ref, r.numerator, r.denominator, r.decimals) for r in catalogue.ratios]


def datasets(shape: str, number: int):
    catalogue = SHAPES[shape]
    for turn in range(number):
        chance = random.Random(f"{shape} {turn}")
        counts = random_counts(catalogue, ISSUE.window(), chance)
        yield catalogue, counts, chance


def small_file(copy) -> bytes:
    """A file without charts: the attack reads figures, and charts take long to write."""
    return write_share(replace(copy, charts=()), DAY)


def test_no_hidden_count_of_the_printed_issue_can_be_bounded_to_fewer_than_five_values():
    book = seed()
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), RULE)
    issue = read_issue(write_share(build_copy(book, ISSUE, OCCASION, hidden), DAY))
    percentages = [measure.ref for measure in book.catalogue if measure.is_percentage]
    attack = Attack([issue], ratios_of(book.catalogue), percentages=percentages)
    assert len(attack.unknown) == 15
    assert list(narrowed(attack)) == []


WHOLES = {"EH4-QL": "EH3", "CP3-QL": "CP2", "CP4": "CP2", "CP8-QL": "CP6B", "LAC7-QL": "LAC1"}
"""What a reader of the descriptions takes a percentage to be of."""


def small_shares(issue) -> list[tuple[str, str]]:
    """Percentages that, of the count they are of, can only be or leave a small count."""
    found = []
    for ref, whole in WHOLES.items():
        for month in issue.months:
            own, of = issue.rows[ref][month], issue.rows[whole][month]
            if isinstance(own, int | float) and isinstance(of, int | float):
                fitting = [k for k in range(of + 1) if abs(k / of - own) <= 0.005 + 1e-9]
                assert fitting, f"{ref} is of something else than {whole}"
                found += (
                    [(ref, month)]
                    if any(0 < few <= 5 for k in fitting for few in (k, of - k))
                    else []
                )
    return found


def test_no_percentage_of_the_printed_issue_stands_for_few_children_or_leaves_few():
    """98% of the 42 conferences of January 2015 are 41: one child's conference led to no plan."""
    book = seed()
    open_copy = read_issue(write_share(build_copy(book, ISSUE, OCCASION), DAY))
    assert ("CP4", "Jan 2015") in small_shares(open_copy)
    hidden = suppress(book.catalogue, book.history, ISSUE.window(), RULE)
    copy = read_issue(write_share(build_copy(book, ISSUE, OCCASION, hidden), DAY))
    assert small_shares(copy) == []
    assert {month for ref, month in small_shares(open_copy)} == {
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
    for catalogue, counts, _ in datasets(shape, DATASETS_EACH):
        book = workbook(catalogue, recorded(catalogue, counts))
        hidden = suppress(catalogue, book.history, ISSUE.window(), RULE)
        if not hidden.hidden:
            continue
        issue = read_issue(small_file(build_copy(book, ISSUE, OCCASION, hidden)))
        attack = Attack([issue], ratios_of(catalogue))
        unknown += len(attack.unknown)
        assert list(narrowed(attack)) == []
        assert small_rests(issue, catalogue) == []
    assert unknown > 5 * DATASETS_EACH


def small_rests(issue, catalogue):
    """Small counts that two shown figures leave between them."""
    found = []
    for ratio in catalogue.ratios:
        for month in issue.months:
            part, whole = (issue.rows[ref][month] for ref in (ratio.numerator, ratio.denominator))
            if isinstance(part, int | float) and isinstance(whole, int | float):
                found += [(ratio.ref, month)] if 1 <= whole - part <= 5 else []
    return found


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "alone"])
def test_the_same_attack_breaks_random_datasets_with_only_small_counts_hidden(shape):
    broken = 0
    for catalogue, counts, _ in datasets(shape, FILES_EACH):
        book = workbook(catalogue, recorded(catalogue, counts))
        hidden = primary_only(suppress(catalogue, book.history, ISSUE.window(), RULE))
        copy = build_copy(book, ISSUE, OCCASION, hidden)
        attack = Attack([read_issue(small_file(copy))], ratios_of(catalogue))
        broken += any(True for _ in narrowed(attack))
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
    assert careful.row("A").maximum == Mark.HIDDEN
    assert careful.row("A").average == 0.0, "it is 0 for every count from 1 to 5"


def other_values(catalogue, counts, hidden: Suppression, chance, keep=frozenset()):
    """The same dataset with other hidden counts: any that the reader cannot rule out.

    Wholes come before their parts in every catalogue of SHAPES. A whole of 0 stays 0 and no
    other becomes 0: a percentage of nothing has no value, which its [x] says.
    """
    divides = {r.denominator for r in catalogue.ratios}
    found = dict(counts)
    for (ref, month), was in counts.items():
        if was is None or not hidden.hides(ref, month) or (ref, month) in keep:
            continue
        wholes = [(r.denominator, month) for r in catalogue.ratios if r.numerator == ref]
        known = [w for w in wholes if found[w] is not None]
        free = any(hidden.hides(*w) for w in known)
        most = int(min((found[w] for w in known), default=5))
        found[ref, month] = float(
            chance.choice(
                [
                    value
                    for value in range(most + 1)
                    if (ref not in divides or (value == 0) == (was == 0))
                    and (free or 1 <= value <= 5 or any(1 <= found[w] - value <= 5 for w in known))
                ]
            )
        )
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_a_copy_is_the_same_whatever_its_hidden_counts_are(shape):
    """What is the same for every value tells nothing about it, to whatever solver."""
    changed = 0
    for catalogue, counts, chance in datasets(shape, 2 * DATASETS_EACH):
        book = workbook(catalogue, recorded(catalogue, counts))
        hidden = suppress(catalogue, book.history, ISSUE.window(), RULE)
        copy = build_copy(book, ISSUE, OCCASION, hidden)
        others = other_values(catalogue, counts, hidden, chance)
        changed += others != counts
        book = workbook(catalogue, recorded(catalogue, others))
        again = suppress(catalogue, book.history, ISSUE.window(), RULE)
        assert build_copy(book, ISSUE, OCCASION, again) == copy
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
        earlier = read_record(record, "record").hidden
        hidden = hide(catalogue, book.history, month.window(), RULE, earlier)
        copies.append((build_copy(book, month, OCCASION, hidden), hidden))
        record += [list(r) for r in record_rows(copies[-1][0], "copy.xlsx", OCCASION.when)]
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
    ref, month = cell
    floor = [counts[r.numerator, month] or 0 for r in catalogue.ratios if r.denominator == ref]
    top = [
        counts[r.denominator, month]
        for r in catalogue.ratios
        if r.numerator == ref and counts[r.denominator, month] is not None
    ]
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
        attack = Attack(read, ratios_of(catalogue), restated=names)
        unknown += len(attack.unknown)
        assert list(narrowed(attack)) == []
    assert unknown > DATASETS_EACH


@pytest.mark.parametrize("shape", SHAPES)
def test_three_issues_are_the_same_whatever_their_hidden_counts_are(shape):
    catalogue, months = SHAPES[shape], ISSUE.plus(2).window(15)
    different = 0
    for turn in range(DATASETS_EACH):
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
    assert different > DATASETS_EACH // 2


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
    assert copies[1][1].hidden["P", months[5]] is Reason.EARLIER
    forgetful = issues(
        catalogue,
        counts,
        {2: {("W", months[5]): 50.0}},
        lambda catalogue, history, window, rule, earlier: suppress(
            catalogue, history, window, rule
        ),
    )
    assert forgetful[1][0].row("P").months[copies[1][0].months.index(months[5])] == 8.0
