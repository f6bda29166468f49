"""Checks of a return: what only shows when its figures are seen together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from xl_addin.errors import Problem
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.returns.parse_return import Entry, Return

Key = tuple[str, Month]


def check_return(return_: Return, catalogue: Catalogue) -> tuple[Problem, ...]:
    """The problems between figures: one given twice, a ratio that its counts contradict.

    ``return_`` is one file, or several after combine. What a figure has wrong by itself is
    among the return's own problems already.
    """
    given = _once(return_.entries)
    months = dict.fromkeys(month for _, month in given)
    problems = [*_duplicates(return_.entries)]
    for measure in catalogue.ratios:
        for month in months:
            problems += _ratio_problems(measure, month, given)
    return tuple(problems)


def combine(returns: Sequence[Return], source: str, digest: str) -> Return:
    """Bring the returns of a folder together as one.

    The return that holds the newest month is the latest; its figure or reason for a measure
    and month wins over an earlier return's. Of returns equally new, figures that agree within
    their rounding are one figure, the more exact; figures that differ are a problem that
    names both. A blank never wins over a figure or a reason.
    """
    latest = [_latest(candidates) for candidates in _candidates(returns).values()]
    problems = [problem for return_ in returns for problem in return_.problems]
    problems += [problem for return_ in returns for problem in _duplicates(return_.entries)]
    problems += [problem for entries in latest for problem in _differences(entries)]
    warnings = tuple(warning for return_ in returns for warning in return_.warnings)
    return Return(tuple(map(_most_exact, latest)), source, digest, tuple(problems), warnings)


def _once(entries: Iterable[Entry]) -> dict[Key, Entry]:
    first: dict[Key, Entry] = {}
    for entry in entries:
        first.setdefault(entry.observation.key, entry)
    return first


def _candidates(returns: Iterable[Return]) -> dict[Key, list[tuple[Month, Entry]]]:
    """Each figure with the newest month of the return that gives it."""
    candidates: dict[Key, list[tuple[Month, Entry]]] = {}
    for return_ in returns:
        newest = return_.newest_month
        for key, entry in _once(return_.entries).items():
            as_of = newest or key[1]
            candidates.setdefault(key, []).append((as_of, replace(entry, as_of=as_of)))
    return candidates


def _latest(candidates: Sequence[tuple[Month, Entry]]) -> list[Entry]:
    """The entries that count: those of the latest returns that say anything."""
    speaking = [c for c in candidates if c[1].observation.state is not State.MISSING]
    newest = max(month for month, _ in speaking or candidates)
    return [entry for month, entry in speaking or candidates if month == newest]


def _differences(entries: Sequence[Entry]) -> Iterator[Problem]:
    first, *others = entries
    for other in others:
        one, two = first.observation, other.observation
        if not _agree(one, two):
            yield Problem(
                other.place,
                f"{two.ref} for {two.month.label} is {_shown(two)}, but {_shown(one)} in "
                f"{first.place}, and both returns are equally new.",
                "Correct one of them, or take it out of the folder.",
            )


def _agree(one: Observation, two: Observation) -> bool:
    if one.value is None or two.value is None:
        return one.value == two.value and one.status.casefold() == two.status.casefold()
    wider = one if one.half_width > two.half_width else two
    return wider.agrees_with(one.value) and wider.agrees_with(two.value)


def _most_exact(entries: Sequence[Entry]) -> Entry:
    exact = min(entries, key=lambda entry: entry.observation.half_width)
    notes = dict.fromkeys(entry.note for entry in entries if entry.note)
    return replace(exact, note=" ".join(notes))


def _duplicates(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Figures given twice; two rows of a wide return are one problem, not one a month."""
    first = _once(entries)
    again: dict[tuple[str, str, str], list[Month]] = {}
    for entry in entries:
        ref, month = entry.observation.key
        if (kept := first[ref, month]) is not entry:
            again.setdefault((ref, _row(kept), _row(entry)), []).append(month)
    for (ref, kept_row, row), months in again.items():
        found = f"{ref} for {_span(months)} is given here again; it also stands in {kept_row}."
        yield Problem(row, found, "Keep one of the two.")


def _row(entry: Entry) -> str:
    return entry.place.removesuffix(f", {entry.observation.month.label}")


def _span(months: Sequence[Month]) -> str:
    if len(months) == 1:
        return months[0].label
    return f"{len(months)} months from {min(months).label} to {max(months).label}"


def _ratio_problems(
    measure: Measure, month: Month, given: Mapping[Key, Entry]
) -> Iterator[Problem]:
    own = given.get((measure.ref, month))
    numerator = given.get((measure.numerator, month))
    denominator = given.get((measure.denominator, month))
    if own and (differing := [*_own_count_problems(own, numerator, denominator)]):
        yield from differing
    elif numerator and denominator:
        yield from _count_problems(measure, own, numerator, denominator)


def _own_count_problems(
    own: Entry, numerator: Entry | None, denominator: Entry | None
) -> Iterator[Problem]:
    """Where a ratio's own numerator or denominator is not the figure of the measure it is."""
    seen = own.observation
    counts = (
        ("numerator", seen.numerator, numerator),
        ("denominator", seen.denominator, denominator),
    )
    for noun, own_count, entry in counts:
        count = entry.observation.value if entry else None
        if entry and None not in (own_count, count) and own_count != count:
            yield Problem(
                own.place,
                f"The {noun} of {seen.ref} for {seen.month.label} is {own_count:.15g}, but "
                f"{entry.observation.ref} is {count:.15g} ({entry.place}).",
                "Correct one of them: they are the same count.",
            )


def _count_problems(
    measure: Measure, own: Entry | None, numerator: Entry, denominator: Entry
) -> Iterator[Problem]:
    """A numerator above its denominator, or a percentage that the two counts do not give."""
    above, below = numerator.observation, denominator.observation
    if above.value is None or below.value is None:
        return
    counts = f"{above.ref} is {above.value:.15g} and {below.ref} is {below.value:.15g}"
    if above.value > below.value:
        yield Problem(
            numerator.place,
            f"{counts} for {above.month.label}, so {measure.ref} would be above 100%.",
            f"Correct {above.ref} or {below.ref}.",
        )
    elif own and own.observation.value is not None and not _gives(above, below, own.observation):
        ratio = f"{above.value / below.value:.2%}" if below.value else "no percentage"
        yield Problem(
            own.place,
            f"{measure.ref} for {above.month.label} is {_shown(own.observation)}, but "
            f"{counts}, which gives {ratio}.",
            f"Correct the percentage or the counts; a blank {measure.ref} is worked out.",
        )


def _gives(above: Observation, below: Observation, ratio: Observation) -> bool:
    return bool(below.value) and ratio.agrees_with((above.value or 0) / (below.value or 1))


def _shown(seen: Observation) -> str:
    """A figure in words: a percentage is rounded, or comes from counts of its own."""
    if seen.value is None:
        return f"“{seen.status}”" if seen.status else "blank"
    if seen.half_width or seen.denominator is not None:
        return f"{seen.value * 100:.4g}%"
    return f"{seen.value:.15g}"
