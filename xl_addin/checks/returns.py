"""Checks of a return: what only shows when its figures are seen together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_addin.checks import counts
from xl_addin.checks.months import still_to_come
from xl_addin.dataset.history import History
from xl_addin.dataset.printing import as_given
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, listed
from xl_addin.layout import Return as ReturnTable
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.returns.parse_return import Entry, Return
from xl_addin.values import replace

Key = tuple[str, Month]


def return_problems(return_: Return, workbook: Workbook, today: Month) -> Iterator[Problem]:
    """What about a return stops a refresh: in itself, against the record, and ahead of time."""
    yield from return_.problems
    yield from check_return(return_, workbook.catalogue)
    entries = {entry.observation.key: entry for entry in return_.entries}
    yield from counts.against_the_record(entries, workbook.catalogue, workbook.history)
    yield from still_to_come(return_.entries, today)


def check_return(return_: Return, catalogue: Catalogue) -> tuple[Problem, ...]:
    """The problems between figures: one given twice, a ratio that its counts contradict.

    ``return_`` is one file, or several after combine. What a figure has wrong by itself is
    among the return's own problems already.
    """
    given = _once(return_.entries)
    return (*_duplicates(return_.entries), *counts.in_a_return(given, catalogue))


def no_figures(return_: Return) -> Problem:
    """That there is nothing in a return."""
    remedy = "Fill it in, or choose another file."
    return Problem(return_.source, "It holds no figures.", remedy)


def left_over(return_: Return, workbook: Workbook) -> Iterator[Problem]:
    """Figures typed on the workbook's own sheet that are those of the month before.

    One month stands above them all: what was not typed over would be recorded as this month's.
    One or two may be so by chance.
    """
    table = workbook.tables[ReturnTable.TABLE]
    seen = [entry.observation for entry in return_.entries if return_.source == table.sheet]
    same = [one for one in seen if _is_as_before(one, workbook.history)]
    if len(same) < FEW:
        return
    before = same[0].month.previous().label
    yield Problem(
        table.sheet,
        f"{len(same)} figures are those of {before} as well: {listed([one.ref for one in same])}.",
        "If they were left from then, type this month's over them and refresh again.",
    )


FEW = 3


def _is_as_before(seen: Observation, history: History) -> bool:
    """Whether a figure not recorded yet is that of the month before."""
    before = history.observed(seen.ref, seen.month.previous()).value
    recorded = history.observed(seen.ref, seen.month).value
    if seen.value is None or before is None or recorded is not None:
        return False
    return seen.agrees_with(before)


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
                f"{two.ref} for {two.month.label} is {as_given(two)}, but {as_given(one)} in "
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
