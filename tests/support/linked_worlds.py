"""Other teams that look the same: hidden counts are others, and every link between them holds.

A sum still adds up, a stock still follows from what came and went, a part is no more than its
whole; what was small is small, and what left few leaves few, by every threshold of the team.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Collection, Iterator, Mapping, Sequence

from tests.support.share_data import recorded_above
from tests.support.share_histories import Issue, Team, Truth
from xl_addin.measure import Catalogue
from xl_addin.period import Month

Cell = tuple[str, Month]
Equation = Mapping[Cell, int]
TRIES, FURTHEST, STEPS = 40, 3, 12


def with_others_linked(
    team: Team, unseen: Collection[Cell], chance: random.Random, *, small_only: bool
) -> Team:
    """The team with other values of cells that no copy shows, in each issue by itself.

    ``small_only``: only of those that are small, or leave few: which these are, the rule says,
    whatever they are. What is hidden beside them is chosen from what is shown.
    """
    issues = tuple(_other(team, issue, unseen, chance, small_only) for issue in team.issues)
    return dataclasses.replace(team, issues=issues)


def _other(
    team: Team, issue: Issue, unseen: Collection[Cell], chance: random.Random, small_only: bool
) -> Issue:
    thresholds = {one.threshold for one in team.issues}
    truth = dict(issue.truth)
    equations = list(equations_of(issue.catalogue, truth))
    free = sorted(c for c in unseen if truth.get(c) is not None)
    if small_only:
        free = [c for c in free if _is_of_few(issue.catalogue, truth, c, thresholds)]
    for _ in range(TRIES if free else 0):
        start, step = chance.choice(free), chance.choice((-1, 1)) * chance.randint(1, FURTHEST)
        moved = _moved(start, step, equations, free, chance)
        after: Truth = {**truth, **{c: (truth[c] or 0) + by for c, by in moved.items()}}
        if moved and _is_alike(issue.catalogue, (truth, after), moved, thresholds):
            truth = after
    return dataclasses.replace(issue, truth=truth)


def equations_of(catalogue: Catalogue, truth: Truth) -> Iterator[Equation]:
    """Every sum, and every month of a stock, of which all figures are there."""
    for measure in catalogue:
        for month in sorted({m for _, m in truth}):
            factors = {(measure.ref, month): 1}
            if measure.parts:
                sums = factors | {(ref, month): -1 for ref in measure.parts}
                yield from [sums] if _is_whole(sums, truth) else []
            if measure.inflows or measure.outflows:
                flows = factors | {(measure.ref, month.previous()): -1}
                flows |= {(ref, month): -1 for ref in measure.inflows}
                flows |= {(ref, month): 1 for ref in measure.outflows}
                yield from [flows] if _is_whole(flows, truth) else []


def _is_whole(equation: Equation, truth: Truth) -> bool:
    return all(truth.get(cell) is not None for cell in equation)


def _moved(
    start: Cell, step: int, equations: Sequence[Equation], free: list[Cell], chance: random.Random
) -> dict[Cell, int]:
    """By how much some cells move so that every equation stays as nearly true; {} for no way."""
    found = {start: step}
    for _ in range(STEPS):
        out = [(e, off) for e in equations if (off := _off(e, found))]
        if not out:
            return found
        equation, off = out[0]
        ways = [cell for cell in equation if cell in free and cell not in found]
        if not ways:
            return {}
        cell = chance.choice(ways)
        found[cell] = -off // equation[cell]
    return {}


def _off(equation: Equation, moved: Mapping[Cell, int]) -> int:
    return sum(factor * moved.get(cell, 0) for cell, factor in equation.items())


def _is_alike(
    catalogue: Catalogue,
    truths: tuple[Truth, Truth],
    moved: Collection[Cell],
    thresholds: Collection[int],
) -> bool:
    """Whether cells, and what they leave, are of the same size in both, and parts stay parts."""
    near = {c for c in truths[0] if c in moved or _is_of_any(catalogue, truths[0], c, moved)}
    kinds = [_kinds(catalogue, truth, sorted(near), thresholds) for truth in truths]
    return kinds[0] == kinds[1] and all((truths[1][c] or 0) >= 0 for c in moved)


def _is_of_any(catalogue: Catalogue, truth: Truth, cell: Cell, wholes: Collection[Cell]) -> bool:
    """Whether a cell is a part of one of some others."""
    return any(whole in wholes for whole in recorded_above(catalogue, truth, cell))


def _kinds(
    catalogue: Catalogue, truth: Truth, cells: Sequence[Cell], thresholds: Collection[int]
) -> list[tuple[int, ...]]:
    """How large each cell is by the thresholds, and what it leaves to each of its wholes."""
    found = []
    for cell in cells:
        value = truth[cell]
        sizes = [] if value is None else [value]
        wholes = recorded_above(catalogue, truth, cell)
        sizes += [(truth[whole] or 0) - value for whole in wholes] if value is not None else []
        found.append(tuple(_size(one, thresholds) for one in sizes))
    return found


def _size(count: float, thresholds: Collection[int]) -> int:
    """-1 for less than nothing, 0 for nothing, and then how many thresholds it is not below."""
    if count <= 0:
        return -1 if count < 0 else 0
    return 1 + sum(count > threshold for threshold in thresholds)


def _is_of_few(catalogue: Catalogue, truth: Truth, cell: Cell, thresholds: Collection[int]) -> bool:
    """Whether a count is small, or leaves few, by the least of the thresholds."""
    kinds = _kinds(catalogue, truth, [cell], {min(thresholds)})
    return 1 in kinds[0]
