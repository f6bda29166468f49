"""The calls that reach Excel, counted as COM sees them; some are turned away or made to fail.

One call is one ``IDispatch::Invoke`` (a property read or written, a method) or one step of an
enumeration. Asking for the number of a name is not counted: pywin32's generated classes know
the numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.com_double.errors import editing, editing_put, refused, rejected, server_gone

Fails = Callable[[int], bool]


def never(number: int) -> bool:
    return False


class Clock:
    """The time as the program under test sees it: it passes only while that sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Calls:
    """The calls made, by name: "Range.Value", "Range.Value =" when written, "Range.Insert()".

    ``fails`` says which of them, counted from 1, fail before they act, ``fails_after`` which
    after they have. ``meanwhile`` are things that happen just before a call.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.made: list[str] = []
        self.turned_away: list[str] = []
        self.fails: Fails = never
        self.fails_after: Fails = never
        self.meanwhile: dict[int, Callable[[], object]] = {}
        self.ended = False
        self.editing = False
        self._busy_calls = 0
        self._busy_until = 0.0

    def be_busy(self, *, calls: int = 0, seconds: float = 0.0) -> None:
        """Turn away so many calls, or every call for so long."""
        self._busy_calls = calls
        self._busy_until = self.clock.monotonic() + seconds if seconds else 0.0

    @property
    def is_busy(self) -> bool:
        return self._busy_calls > 0 or self.clock.monotonic() < self._busy_until

    def most_frequent(self, count: int = 10) -> list[tuple[str, int]]:
        """The calls made most often, with how often."""
        return Counter(self.made).most_common(count)

    def let_through(self, name: str) -> None:
        """Raise what a call gets that Excel does not take."""
        if self.ended:
            raise server_gone()
        if self.is_busy:
            self._busy_calls = max(self._busy_calls - 1, 0)
            self.turned_away.append(name)
            raise rejected()
        if self.editing:
            self.turned_away.append(name)
            raise editing_put() if name.endswith("=") else editing()

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        self.let_through(name)
        self.made.append(name)
        number = len(self.made)
        self.meanwhile.pop(number, lambda: None)()
        if self.fails(number):
            raise refused(f"call {number}: {name}")
        yield
        if self.fails_after(number):
            raise refused(f"call {number}: {name}, after it had acted")
