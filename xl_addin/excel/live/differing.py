"""Which blocks of cells are written: all that changes, in few blocks, and no text that stays.

Text that is written again loses what is bold or coloured within it. Nothing else loses anything,
so other cells that stay are written again where that saves calls. Nothing here knows Excel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from xl_addin.excel.live.cells import Contents, same_content
from xl_addin.excel.live.slots import runs
from xl_addin.values import value_type

At = tuple[int, int]
"""A row and a column, counted from 0."""

Cells = tuple[range, range]
"""The rows and the columns of a block."""


def differing_blocks(before: Contents, after: Contents, columns: Sequence[int]) -> Iterator[Cells]:
    """The blocks that change, each of neighbouring columns out of these.

    >>> list(differing_blocks([[1, "a"], [2, "b"]], [[3, "a"], [2, "c"]], [0, 1]))
    [(range(0, 1), range(0, 1)), (range(1, 2), range(1, 2))]
    """
    for across in runs(sorted(columns)):
        changed, kept = set(), set()
        for row, pair in enumerate(zip(before, after, strict=True)):
            for column in across:
                cells = pair[0][column], pair[1][column]
                if not same_content(*cells):
                    changed.add((row, column))
                elif _is_text(cells[0]):
                    kept.add((row, column))
        yield from _Differing(changed, kept).blocks()


def _is_text(content: Any) -> bool:
    return isinstance(content, str) and not content.startswith("=")


@value_type
class _Differing:
    """Cells that change, and cells that must not be written."""

    changed: set[At]
    kept: set[At]

    def blocks(self) -> Iterator[Cells]:
        """Blocks that cover what changes and nothing that is kept.

        The row or the column with most of what is kept is set aside, until nothing of it is left.
        """
        if not self.changed:
            return
        rows, columns = (range(min(at), max(at) + 1) for at in zip(*self.changed, strict=True))
        kept = {at for at in self.kept if at[0] in rows and at[1] in columns}
        if not kept:
            yield rows, columns
        elif 1 in (len(rows), len(columns)):
            yield from self._lines()
        else:
            for part in self._parted(*_fullest(kept)):
                yield from _Differing(part, kept).blocks()

    def _lines(self) -> Iterator[Cells]:
        """Runs of what changes in a single row or column."""
        rows, columns = (sorted(set(at)) for at in zip(*self.changed, strict=True))
        for down in runs(rows):
            yield from ((down, across) for across in runs(columns))

    def _parted(self, axis: int, line: int) -> tuple[set[At], ...]:
        """What changes before a row (axis 0) or a column (axis 1), in it, and after it."""
        before = {at for at in self.changed if at[axis] < line}
        within = {at for at in self.changed if at[axis] == line}
        return before, within, self.changed - before - within


def _fullest(kept: set[At]) -> tuple[int, int]:
    """The row (axis 0) or column (axis 1) that holds most of the cells."""
    lines = Counter((axis, at[axis]) for at in sorted(kept) for axis in (1, 0))
    return lines.most_common(1)[0][0]
