"""Observations: one measure's figure for one month, or the reason there is none."""

from __future__ import annotations

from enum import StrEnum

from xl_addin.period import Month
from xl_addin.values import value_type


class State(StrEnum):
    """What stands in a cell of the Dataset."""

    NUMBER = "number"
    NOT_UPDATED = "not updated"
    MISSING = "missing"


@value_type
class Observation:
    """A measure's figure for a month.

    ``value`` is a count, or a fraction of 1 for a percentage; None when there is no figure.
    ``status`` is the reason a figure is not updated, as printed; blank otherwise.
    ``numerator`` and ``denominator`` are the counts behind a percentage, where known.
    ``half_width`` is how far rounding lets the true figure lie from ``value``: 0.005 for a
    percentage given as 39%, 0 for a count.
    """

    ref: str
    month: Month
    value: float | None = None
    status: str = ""
    numerator: float | None = None
    denominator: float | None = None
    half_width: float = 0.0

    @property
    def state(self) -> State:
        """Number, not updated (with its reason) or missing.

        >>> Observation("M5", Month(2015, 6), status="Not updated").state.value
        'not updated'
        """
        if self.value is not None:
            return State.NUMBER
        return State.NOT_UPDATED if self.status else State.MISSING

    @property
    def shown(self) -> float | str | None:
        """What its cell on the Dataset shows: the figure, the reason, or nothing."""
        return self.value if self.value is not None else self.status or None

    def agrees_with(self, exact: float) -> bool:
        """Whether an exact figure could have been rounded to this one.

        >>> given = Observation("M3", Month(2014, 6), 0.39, half_width=0.005)
        >>> given.agrees_with(510 / 1303), given.agrees_with(0.40)
        (True, False)
        """
        return self.value is not None and agrees(self.value, exact, self.half_width)

    @property
    def key(self) -> tuple[str, Month]:
        """The measure and month it belongs to."""
        return self.ref, self.month


def agrees(given: float, exact: float, half_width: float) -> bool:
    """Whether an exact figure could have been rounded to the one given.

    The one rule by which counts and a percentage contradict each other, wherever they stand.
    """
    return abs(given - exact) <= half_width + 1e-9
