"""A part's bytes in pieces, so that a long one is not held a second time for a few new rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

_STEP = 1 << 20
_MOST = 10_000
"""Pieces of which there are more take more memory than the bytes they spare."""


class Pieces:
    """Bytes one behind the other, as they lie in what they come from."""

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        self._pieces = tuple(pieces)
        if len(self._pieces) > _MOST:
            self._pieces = (self.joined,)

    @property
    def joined(self) -> bytes:
        """All of them, in one."""
        if len(self._pieces) == 1 and isinstance(self._pieces[0], bytes):
            return self._pieces[0]
        return b"".join(self._pieces)

    def __len__(self) -> int:
        return sum(map(len, self._pieces))

    def __iter__(self) -> Iterator[bytes | memoryview]:
        return iter(self._pieces)

    def are_all_of(self, stream: IO[bytes]) -> bool:
        """Whether a stream holds exactly this; it is read to its end where it does."""
        for piece in self._pieces:
            view = memoryview(piece)
            for at in range(0, len(view), _STEP):
                part = view[at : at + _STEP]
                if stream.read(len(part)) != part.tobytes():
                    return False
        return not stream.read(1)


def is_whole(stream: IO[bytes]) -> bool:
    """Read a stream to its end, which raises where it is not what its own sum says."""
    while stream.read(_STEP):
        pass
    return True
