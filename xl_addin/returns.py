"""Returns: the figures a month brings in, read from tidy or wide grids."""

from __future__ import annotations

from dataclasses import dataclass

from xl_addin.errors import Problem
from xl_addin.observation import Observation


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure as a return gives it, and where it stands there ("June return.csv, row 14").

    The observation is as given: a ratio is not yet worked out from its counts.
    """

    observation: Observation
    place: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """What a return says, and what of it cannot be read.

    ``source`` is the name of its file or files, ``digest`` the SHA-256 of their bytes.
    """

    entries: tuple[Entry, ...]
    source: str
    digest: str
    problems: tuple[Problem, ...] = ()
