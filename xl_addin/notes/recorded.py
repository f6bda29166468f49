"""What History says about a measure's months: the questions the data notes ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.returns.figure import gives_reason
from xl_addin.values import field, value_type


@value_type
class Restatement:
    """A figure recorded before that a return changed: what it was and what it is now."""

    ref: str
    month: Month
    before: Observation
    after: Observation


NO_REASON = "Not updated"
"""What is printed where nobody said why a figure is not updated."""


def reason_of(observation: Observation) -> str:
    """The reason a figure is not updated, without outer spaces; blank in any other state.

    A dash or "n/a" in place of a figure says no more than that it is not updated.
    """
    if observation.state is not State.NOT_UPDATED:
        return ""
    reason = observation.status.replace("\r\n", "\n").strip()
    return reason if gives_reason(reason) else NO_REASON


@value_type
class Record:
    """The months recorded, oldest first, and every revision of a figure, oldest first.

    A month in which nothing was recorded is a gap: it says nothing about any measure.
    """

    months: tuple[Month, ...]
    revisions: Callable[[str, Month], Sequence[Observation]]
    _position: dict[Month, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_position", {m: i for i, m in enumerate(self.months)})

    @classmethod
    def of(
        cls, months: Iterable[Month], revisions: Callable[[str, Month], Sequence[Observation]]
    ) -> Record:
        """A record of months in any order."""
        return cls(tuple(sorted(set(months))), revisions)

    @property
    def newest(self) -> Month | None:
        """The last month recorded."""
        return self.months[-1] if self.months else None

    def state(self, ref: str, month: Month) -> State:
        """The state of a figure as it now stands."""
        revisions = self.revisions(ref, month)
        return revisions[-1].state if revisions else State.MISSING

    def reason(self, ref: str, month: Month) -> str:
        """The reason a figure is not updated, as printed; blank when it is not in that state."""
        if month not in self._position or self.state(ref, month) is not State.NOT_UPDATED:
            return ""
        return reason_of(self.revisions(ref, month)[-1])

    def is_missing(self, ref: str, month: Month) -> bool:
        """Whether a figure should be there and neither it nor a reason is.

        Months before a measure's first figure are not missing, save the newest month.
        """
        if month not in self._position or self.state(ref, month) is not State.MISSING:
            return False
        return month == self.newest or self._has_begun(ref, month)

    def since(self, month: Month) -> tuple[Month, ...]:
        """The months recorded from a month on."""
        return tuple(m for m in self.months if m >= month)

    def stretch(self, month: Month, holds: Callable[[Month], bool]) -> tuple[Month, ...]:
        """The recorded months in a row around a month for which something holds."""
        first = last = self._position[month]
        while first > 0 and holds(self.months[first - 1]):
            first -= 1
        while last + 1 < len(self.months) and holds(self.months[last + 1]):
            last += 1
        return self.months[first : last + 1]

    def _has_begun(self, ref: str, month: Month) -> bool:
        earlier = reversed(self.months[: self._position[month]])
        return any(self.state(ref, m) is not State.MISSING for m in earlier)
