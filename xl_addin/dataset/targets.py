"""Targets: what a measure is to reach, from month to month, as the Targets table has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xl_addin.dataset.derived import is_number
from xl_addin.errors import MonthUnreadable, Problem
from xl_addin.layout import Targets
from xl_addin.measure import Catalogue, Measure, Polarity
from xl_addin.period import Month
from xl_addin.table import CellValue, Table, text_of
from xl_addin.values import value_type


@value_type
class Target:
    """What a measure is to reach from a month to another; None leaves that side open.

    ``value`` is in the unit of its figures: a percentage is a fraction of 1. ``place`` is its row
    in words.
    """

    ref: str
    start: Month | None
    end: Month | None
    value: float
    place: str = ""

    def applies_in(self, month: Month) -> bool:
        """Whether it is the target of a month."""
        return (self.start is None or self.start <= month) and (
            self.end is None or month <= self.end
        )


@value_type
class KnownTargets:
    """The targets of a workbook that can be read, and what is wrong with the table."""

    targets: tuple[Target, ...] = ()
    problems: tuple[Problem, ...] = ()

    def target_of(self, ref: str, month: Month) -> float | None:
        """The target of a measure in a month; None for none, and for two."""
        values = [t.value for t in self.targets if t.ref == ref and t.applies_in(month)]
        return values[0] if len(values) == 1 else None


NO_TARGETS = KnownTargets()


def read_targets(
    table: Table, catalogue: Catalogue, former: Mapping[str, str] | None = None
) -> KnownTargets:
    """The targets that a table holds; a row that cannot be read is no target, and told.

    ``former`` are present refs by those that measures had before: a target goes along.
    """
    former = former or {}
    targets: list[Target] = []
    problems: list[Problem] = []
    for place, record in table.records():
        try:
            target = _read_target(place, record, former)
        except ValueError as unread:
            problems.append(Problem(place, str(unread), _REMEDY))
            continue
        if found := [*_problems_of(target, catalogue)]:
            problems += found
        else:
            targets.append(target)
            problems += _without_polarity(target, catalogue)
    return KnownTargets(tuple(targets), (*problems, *_twice(targets)))


_REMEDY = "Write a measure ref, months such as Apr 2015 (blank: open), and a number."


def _read_target(place: str, record: Mapping[str, CellValue], former: Mapping[str, str]) -> Target:
    value = record[Targets.TARGET]
    if not is_number(value):
        raise ValueError(f"The target is {text_of(value) or 'blank'}.")
    start, end = (_month(record[heading]) for heading in (Targets.FROM, Targets.TO))
    ref = text_of(record[Targets.REF])
    return Target(former.get(ref, ref), start, end, float(value), place)


def _month(cell: CellValue) -> Month | None:
    if text_of(cell) == "":
        return None
    try:
        return Month.parse(cell)
    except MonthUnreadable as unread:
        raise ValueError(unread.problems[0].found) from unread


def _problems_of(target: Target, catalogue: Catalogue) -> Iterator[Problem]:
    """What makes a target none: an unknown measure, or a percentage that cannot be reached."""
    if target.ref not in catalogue:
        found = catalogue.why_unknown(target.ref)
        yield Problem(target.place, found, "Write a ref that stands in Measures.")
        return
    measure = catalogue[target.ref]
    most = measure.unit.kind.most
    if measure.is_percentage and not 0 <= target.value <= (target.value if most is None else most):
        found = f"The target of {target.ref}, a percentage, is {text_of(target.value)}."
        yield Problem(target.place, found, "Write 85% or 0.85.")
    if target.start and target.end and target.end < target.start:
        found = f"It runs from {target.start.label} to {target.end.label}."
        yield Problem(target.place, found, "Write the earlier month under From.")


def _without_polarity(target: Target, catalogue: Catalogue) -> Iterator[Problem]:
    """That nobody can say whether a target is met; it is shown all the same."""
    if catalogue[target.ref].polarity is Polarity.NEUTRAL:
        found = f"{target.ref} has a target, but no Polarity: whether it is met, nobody can say."
        yield Problem(target.place, found, "Say in Measures whether higher or lower is better.")


def _twice(targets: Iterable[Target]) -> Iterator[Problem]:
    """Months for which a measure has two targets: neither counts there."""
    seen: list[Target] = []
    for target in targets:
        others = [t for t in seen if t.ref == target.ref and _meet(t, target)]
        seen.append(target)
        for other in others:
            found = f"{target.ref} has two targets for the same months (also {other.place})."
            yield Problem(target.place, found, "End one of them under To; until then none counts.")


def _meet(one: Target, other: Target) -> bool:
    starts = max(one.start or Month(1, 1), other.start or Month(1, 1))
    ends = min(one.end or Month(9999, 12), other.end or Month(9999, 12))
    return starts <= ends


def is_met(value: float, target: float, measure: Measure) -> bool | None:
    """Whether a figure reaches a target; None for a measure without a polarity.

    >>> is_met(0.8, 0.8, Measure("M", "", "", polarity=Polarity.HIGHER))
    True
    """
    if measure.polarity is Polarity.NEUTRAL:
        return None
    slack = 5e-10
    if measure.polarity is Polarity.HIGHER:
        return value >= target - slack
    return value <= target + slack
