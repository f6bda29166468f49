"""Compare computed figures: with those on record, and with what other records add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_addin.dataset.printing import printed
from xl_addin.dataset.workbook import Workbook
from xl_addin.definitions.figures import Computed
from xl_addin.definitions.measures import DEFINITIONS, Definition
from xl_addin.measure import Measure
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.values import value_type

Otherwise = Iterable[tuple[str, Sequence[Computed]]]
"""A choice made otherwise, as a sentence, and the figures it gives."""

_Pair = tuple[Month, float, float]
"""A month with the counts of two sources."""


@value_type
class _Apart:
    """A computed figure that is not the one on record."""

    measure: Measure
    computed: Computed
    there: Observation

    @property
    def here(self) -> float:
        assert self.computed.value is not None
        return self.computed.value

    @property
    def on_record(self) -> float:
        assert self.there.value is not None
        return self.there.value


def differences(
    figures: Iterable[Computed], workbook: Workbook, otherwise: Otherwise = ()
) -> list[str]:
    """Where a computed figure is not the one on record, and what is likely behind it.

    ``otherwise`` are the figures had another choice been made: one that gives what is on record
    is the reason. They are asked for only where figures differ.
    """
    apart = list(_apart(figures, workbook))
    others = list(otherwise) if apart else []
    return [_told(one, others) for one in apart] or ["Every computed figure is the one on record."]


def _apart(figures: Iterable[Computed], workbook: Workbook) -> Iterator[_Apart]:
    for one in figures:
        if one.value is None or one.ref not in workbook.catalogue:
            continue
        measure = workbook.catalogue[one.ref]
        there = workbook.history.observed(one.ref, one.month)
        if there.value is not None and printed(there.value, measure) != printed(one.value, measure):
            yield _Apart(measure, one, there)


def _told(one: _Apart, others: Otherwise) -> str:
    here, there = printed(one.here, one.measure), printed(one.on_record, one.measure)
    where = f"{one.computed.ref} {one.computed.month.label}"
    return f"{where}: {here} computed, {there} on record. {_likely(one, others)}"


def _likely(one: _Apart, others: Otherwise) -> str:
    for sentence, figures in others:
        if _gives_it(one, figures):
            return f"Likely: another choice. It is so with “{sentence}”"
    definition = DEFINITIONS.get(one.computed.ref)
    if isinstance(definition, Definition) and definition.extract_day:
        return "Likely: the extract was made on another day."
    if one.here > one.on_record:
        return "Likely: recorded late, after the figure was made."
    return "Likely: another definition, or records removed since."


def _gives_it(one: _Apart, figures: Sequence[Computed]) -> bool:
    """Whether figures made otherwise have the one on record."""
    return any(
        other.value is not None
        and (other.ref, other.month) == (one.computed.ref, one.computed.month)
        and printed(other.value, one.measure) == printed(one.on_record, one.measure)
        for other in figures
    )


def reconciled(figures: Iterable[Computed], others: Iterable[Computed]) -> list[str]:
    """Each count that two sources both give, over the months both cover, and where they differ.

    "M2: 512 and 515 in Jun 2014 to Jun 2015; Jan 2015: 40 and 43"; what is counted at the end
    of a month is not added up: "LAC1: 27 and 27 at the end of Jun 2015".
    """
    there = {(one.ref, one.month): one for one in others if _is_count(one)}
    pairs: dict[str, list[_Pair]] = {}
    for one in figures:
        if _is_count(one) and (other := there.get((one.ref, one.month))):
            pairs.setdefault(one.ref, []).append((one.month, one.value or 0, other.value or 0))
    lines = [_set_beside(ref, sorted(months)) for ref, months in pairs.items()]
    return lines or ["The two sources have no count of the same month in common."]


def _set_beside(ref: str, months: Sequence[_Pair]) -> str:
    """What two sources give of a measure: the whole, and the months that differ."""
    definition = DEFINITIONS.get(ref)
    newest = months[-1][0].label
    if isinstance(definition, Definition) and definition.at_end:
        (_, ours, theirs), when = months[-1], f"at the end of {newest}"
    else:
        ours, theirs = sum(a for _, a, _ in months), sum(b for _, _, b in months)
        when = "in " + " to ".join(dict.fromkeys((months[0][0].label, newest)))
    apart = [f"{m.label}: {a:,.0f} and {b:,.0f}" for m, a, b in months if a != b]
    return "; ".join([f"{ref}: {ours:,.0f} and {theirs:,.0f} {when}", *apart])


def _is_count(one: Computed) -> bool:
    return one.value is not None and one.denominator is None
