"""Regular expressions that are compiled when they are first used.

There are a hundred on the way to a refresh, which uses a third of them.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _WhenUsed:
    """A pattern that is not compiled yet. What is asked of it once is at hand from then on."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression by its text, as ``re.compile`` makes it.

    It is to be asked by its own methods: the functions of ``re`` want a compiled one.

    >>> pattern(r"[0-9]+").findall("M1, M12")
    ['1', '12']
    """
    return cast("re.Pattern[AnyStr]", _WhenUsed(text, flags))
