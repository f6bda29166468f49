"""History: every figure ever recorded, one revision after another. Nothing is ever deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cached_property

from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.table import CellValue
from xl_addin.values import value_type


@value_type
class Revision:
    """One row of the History table. ``number`` is 1 for the first figure of a month."""

    observation: Observation
    number: int
    recorded: datetime
    source: str

    @property
    def cells(self) -> tuple[CellValue, ...]:
        """The row, in the order of layout.History.COLUMNS."""
        seen = self.observation
        return (
            seen.ref,
            seen.month.first_day,
            self.number,
            seen.numerator,
            seen.denominator,
            seen.value,
            seen.status or None,
            self.recorded,
            self.source,
        )


class Outcome(Enum):
    """What becomes of one observation when it meets what is recorded.

    ADDED: there was no figure, now there is. RESTATED: a published figure changed, or was
    withdrawn. REFINED: the same published figure, known more exactly. NOT_UPDATED: a reason
    instead of a figure. UNCHANGED: recorded already. MISSING: neither figure nor reason.
    KEPT: blank where a figure is recorded; the figure stays.
    """

    ADDED = "added"
    RESTATED = "restated"
    REFINED = "refined"
    NOT_UPDATED = "not updated"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    KEPT = "kept"

    @property
    def is_recorded(self) -> bool:
        """Whether it makes a new revision."""
        return self in (Outcome.ADDED, Outcome.RESTATED, Outcome.REFINED, Outcome.NOT_UPDATED)


@value_type
class Arrival:
    """An observation, what was recorded before, and what becomes of it."""

    observation: Observation
    before: Observation | None
    outcome: Outcome


class History:
    """All revisions, and the latest of each measure and month."""

    def __init__(self, revisions: Iterable[Revision] = ()) -> None:
        self._latest: dict[tuple[str, Month], Revision] = {}
        self._earlier: dict[tuple[str, Month], tuple[Revision, ...]] = {}
        for revision in revisions:
            key = revision.observation.key
            if self._latest.setdefault(key, revision) is not revision:
                self._add(revision)

    def _add(self, revision: Revision) -> None:
        key = revision.observation.key
        if (known := self._latest.get(key)) is None:
            self._latest[key] = revision
            return
        *earlier, latest = sorted((*self._earlier.get(key, ()), known, revision), key=_by_number)
        self._latest[key], self._earlier[key] = latest, tuple(earlier)

    def __iter__(self) -> Iterator[Observation]:
        return (revision.observation for revision in self._latest.values())

    def __len__(self) -> int:
        return len(self._latest)

    def find(self, ref: str, month: Month) -> Observation | None:
        """What is recorded for a measure and month, or None."""
        revision = self._latest.get((ref, month))
        return revision.observation if revision else None

    def observed(self, ref: str, month: Month) -> Observation:
        """What is recorded for a measure and month; a missing figure where nothing is."""
        return self.find(ref, month) or Observation(ref, month)

    def standing(self, ref: str, month: Month) -> Revision | None:
        """The revision that stands for a measure and month, or None."""
        return self._latest.get((ref, month))

    def newest_months(self) -> Mapping[tuple[datetime, str], Month]:
        """The newest month of what was recorded together: by moment and source."""
        newest: dict[tuple[datetime, str], Month] = {}
        for (_, month), latest in self._latest.items():
            for revision in (latest, *self._earlier.get(latest.observation.key, ())):
                came = revision.recorded, revision.source
                newest[came] = max(month, newest.get(came, month))
        return newest

    def first_recorded(self) -> Mapping[Month, datetime]:
        """When the first figure of each month was recorded, of whichever measure."""
        first: dict[Month, datetime] = {}
        for (_, month), latest in self._latest.items():
            for revision in (latest, *self._earlier.get(latest.observation.key, ())):
                first[month] = min(revision.recorded, first.get(month, datetime.max))
        return first

    def revisions_of(self, ref: str, month: Month) -> tuple[Observation, ...]:
        """Everything ever recorded for a measure and month, oldest first."""
        return tuple(revision.observation for revision in self.all_of(ref, month))

    def all_of(self, ref: str, month: Month) -> tuple[Revision, ...]:
        """Every revision of a measure's month, oldest first."""
        if (latest := self._latest.get((ref, month))) is None:
            return ()
        return (*self._earlier.get((ref, month), ()), latest)

    def all_revisions(self, ref: str) -> tuple[Revision, ...]:
        """Every revision of a measure, month by month, oldest first."""
        keys = [(ref, month) for month in sorted(self._months_by_ref.get(ref, ()))]
        return tuple(revision for key in keys for revision in self.all_of(*key))

    @cached_property
    def _months_by_ref(self) -> dict[str, list[Month]]:
        """The months of each measure: to look for them among all figures takes too long."""
        months: dict[str, list[Month]] = defaultdict(list)
        for ref, month in self._latest:
            months[ref].append(month)
        return months

    def sources(self) -> Mapping[str, Mapping[str, None]]:
        """Where the figures of each measure came from, each source once, in order of arrival."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for key, latest in self._latest.items():
            for revision in (*self._earlier.get(key, ()), latest):
                found[key[0]][revision.source] = None
        return found

    def months(self) -> set[Month]:
        """The months that have a figure or a reason."""
        return {month for _, month in self._latest}

    def refs(self) -> set[str]:
        """The measures that anything is recorded for."""
        return {ref for ref, _ in self._latest}

    def merge(
        self, observations: Iterable[Observation], catalogue: Catalogue
    ) -> tuple[Arrival, ...]:
        """Say what becomes of each observation. Changes nothing."""
        return tuple(self._meet(new, catalogue[new.ref]) for new in observations)

    def _meet(self, new: Observation, measure: Measure) -> Arrival:
        before = self.find(new.ref, new.month)
        return Arrival(new, before, _outcome(before, new, measure))

    def revisions(
        self, arrivals: Iterable[Arrival], recorded: datetime, source: str
    ) -> tuple[Revision, ...]:
        """The rows that History gains from what is new, each with its number."""
        return tuple(
            Revision(a.observation, self._next_number(a.observation), recorded, source)
            for a in arrivals
            if a.outcome.is_recorded
        )

    def _next_number(self, observation: Observation) -> int:
        known = self._latest.get(observation.key)
        return known.number + 1 if known else 1

    def grown(self, revisions: Iterable[Revision]) -> History:
        """A history that has these revisions too."""
        more = History()
        more._latest, more._earlier = dict(self._latest), dict(self._earlier)
        for revision in revisions:
            more._add(revision)
        return more


def _by_number(revision: Revision) -> int:
    return revision.number


def _outcome(before: Observation | None, new: Observation, measure: Measure) -> Outcome:
    old_state = before.state if before else State.MISSING
    if new.state is State.MISSING:
        return {State.NUMBER: Outcome.KEPT, State.NOT_UPDATED: Outcome.UNCHANGED}.get(
            old_state, Outcome.MISSING
        )
    if before is None or old_state is State.MISSING:
        return Outcome.ADDED if new.state is State.NUMBER else Outcome.NOT_UPDATED
    if new.state is State.NOT_UPDATED:
        return _outcome_of_reason(before, new)
    if old_state is State.NOT_UPDATED:
        return Outcome.ADDED
    return _outcome_of_figure(before, new, measure)


def _outcome_of_reason(before: Observation, new: Observation) -> Outcome:
    if before.state is State.NUMBER:
        return Outcome.RESTATED
    return Outcome.UNCHANGED if before.status == new.status else Outcome.NOT_UPDATED


def _outcome_of_figure(before: Observation, new: Observation, measure: Measure) -> Outcome:
    assert before.value is not None and new.value is not None
    if new.agrees_with(before.value):
        return Outcome.REFINED if _counts_differ(before, new) else Outcome.UNCHANGED
    if published(before.value, measure) == published(new.value, measure):
        return Outcome.REFINED
    return Outcome.RESTATED


def _counts_differ(before: Observation, new: Observation) -> bool:
    counts = (new.numerator, new.denominator)
    return None not in counts and counts != (before.numerator, before.denominator)


def published(value: float, measure: Measure) -> float:
    """A figure at its published rounding; a percentage in per cents.

    >>> from xl_addin.measure import Unit
    >>> published(510 / 1303, Measure("M3", "MASH", "", unit=Unit.PERCENTAGE))
    39.0
    """
    return measure.unit.rounded(value, measure.decimals)
