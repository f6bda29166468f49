"""HiGHS, through highspy: the least that a sum of unknown whole numbers may be.

One model serves all sums of a component, and all that is known besides: only the sum that is
sought and a few bounds change.

What it may take is counted in steps of its own and not in seconds: so the same workbook gives
the same copy on every machine. Only what a single sum may take is held by a clock too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from xl_addin.disclosure.narrowing import Box, Impossible, Row
from xl_addin.errors import Problem, WorkbookRefused

MOST_NODES = 2_000
"""How many cases one sum is tried in before it counts as not settled."""

MOST_STEPS = 200_000
"""How many steps all sums of a component may take together."""

LONGEST = 20.0
"""Seconds that one sum may take: never needed where a step takes what it usually does."""


class Unsettled(Exception):
    """A sum that could not be solved within the limits."""


def solver() -> ModuleType:
    """HiGHS. Raises WorkbookRefused with the remedy where it is missing."""
    try:
        import highspy
    except ImportError:
        problem = Problem(
            "xl-addin",
            "To prove that hidden figures cannot be worked out, highspy is needed; it is missing.",
            "Install xl-addin again with the command in its README: that brings highspy too.",
        )
        raise WorkbookRefused([problem]) from None
    found: ModuleType = highspy
    return found


class Model:
    """Equations as HiGHS has them."""

    def __init__(self, rows: Sequence[Row], box: Box) -> None:
        highs = solver()
        model = highs.Highs.__new__(highs.Highs)
        super(highs.Highs, model).__init__()  # its own prints a line before it can be silenced
        self._model: Any = model
        self._is_bounded = [tuple(ends) for ends in zip(box.low, box.high, strict=True)]
        self._steps = 0
        model.setOptionValue("output_flag", False)
        model.setOptionValue("mip_max_nodes", MOST_NODES)
        for ends in self._is_bounded:
            model.addVar(*ends)
        whole = [highs.HighsVarType.kInteger] * len(self._is_bounded)
        model.changeColsIntegrality(len(whole), list(range(len(whole))), whole)
        for row in rows:
            model.addRow(row.low, row.high, len(row.places), list(row.places), list(row.factors))

    def least(self, sought: Mapping[int, float], box: Box) -> Sequence[float]:
        """Whole values that fit, with the least sum of factors by place.

        Raises Impossible or Unsettled.
        """
        highs, model = solver(), self._model
        if self._steps > MOST_STEPS:
            raise Unsettled
        self._bound(box)
        for place, factor in sought.items():
            model.changeColCost(place, factor)
        model.setOptionValue("time_limit", model.getRunTime() + LONGEST)
        model.run()
        status, found = model.getModelStatus(), model.getInfo()
        self._steps += 1 + max(found.mip_node_count, 0) + max(found.simplex_iteration_count, 0)
        values = [float(round(value)) for value in model.getSolution().col_value]
        for place in sought:
            model.changeColCost(place, 0.0)
        if status == highs.HighsModelStatus.kInfeasible:
            raise Impossible
        if status != highs.HighsModelStatus.kOptimal:
            raise Unsettled
        return values

    def _bound(self, box: Box) -> None:
        for place, ends in enumerate(zip(box.low, box.high, strict=True)):
            if ends != self._is_bounded[place]:
                self._model.changeColBounds(place, *ends)
                self._is_bounded[place] = ends
