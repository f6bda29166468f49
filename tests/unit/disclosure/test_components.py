"""What equations leave of each sum: the same as another solver says, over random sets."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from xl_addin.disclosure import solver
from xl_addin.disclosure.components import MOST, Component, Line, components
from xl_addin.disclosure.narrowing import Impossible
from xl_addin.disclosure.solver import Unsettled
from xl_addin.period import Month

MONTH = Month(2015, 6)
SETS = 12
INTERVAL = 5


def cells(number):
    return [(f"C{n}", MONTH) for n in range(number)]


def part_of(chance, places):
    """One is no more than another, or some ratio of it."""
    factor = chance.choice([1.0, 1.0, 1.0, 0.385, 0.985, 1.12])
    one, other = chance.sample(places, 2)
    return Line({one: 1.0, other: -factor}, -1e-9, math.inf)


def bound(chance, places):
    low = chance.randint(0, 20)
    return Line({chance.choice(places): 1.0}, low, chance.choice([math.inf, low + 30]))


def total(chance, places):
    """Several of them, some with a minus, are about so many."""
    some = chance.sample(places, min(len(places), chance.randint(2, 4)))
    factors = {cell: chance.choice([1.0, 1.0, -1.0]) for cell in some}
    middle = chance.randint(0, 60)
    return Line(factors, middle - chance.choice([0, 0.5, 2]), middle + chance.choice([0, 0.5, 2]))


KINDS = {
    "parts": (part_of, part_of, bound),
    "sums": (total, bound, total),
    "both": (part_of, part_of, total, bound),
}


def drawn(kind, chance):
    places = cells(chance.randint(2, 7))
    lines = [chance.choice(KINDS[kind])(chance, places) for _ in range(chance.randint(1, 9))]
    ends = {cell: chance.choice([(0.0, MOST), (0.0, 80.0), (1.0, 5.0)]) for cell in places}
    return lines, ends


def least(lines, ends, sought):
    """The least of a sum by scipy; None where nothing fits."""
    places = list(ends)
    rows = [[line.factors.get(cell, 0.0) for cell in places] for line in lines]
    found = milp(
        [sought.get(cell, 0.0) for cell in places],
        integrality=np.ones(len(places)),
        bounds=Bounds(*zip(*ends.values(), strict=True)),
        constraints=LinearConstraint(rows, [x.low for x in lines], [x.high for x in lines]),
        options={"mip_rel_gap": 0.0},
    )
    return None if found.status else round(found.fun)


def extremes(lines, ends, sought):
    low = least(lines, ends, sought)
    high = least(lines, ends, {cell: -factor for cell, factor in sought.items()})
    return None if low is None or high is None else (low, -high)


def ours(component, sought):
    try:
        return component.extremes(sought) if component.is_possible() else None
    except Impossible:
        return None


def sums(component):
    for cell in component.cells:
        yield {cell: 1.0}
    for one in component.cells:
        for other in component.cells:
            if one != other:
                yield {one: 1.0, other: -1.0}


@pytest.mark.parametrize("kind", KINDS)
def test_every_sum_has_the_ends_that_another_solver_finds(kind):
    compared = 0
    for turn in range(SETS):
        lines, ends = drawn(kind, random.Random(f"{kind} {turn}"))
        for component in components(lines, ends):
            own = [line for line in lines if line.factors.keys() & set(component.cells)]
            for sought in list(sums(component))[:8] if own else ():
                wanted = extremes(own, {c: ends[c] for c in component.cells}, sought)
                assert ours(component, sought) == wanted, (turn, sought)
                if wanted and component.is_wide(sought, INTERVAL):
                    assert wanted[1] - wanted[0] + 1 >= INTERVAL
                compared += wanted is not None
    assert compared > SETS


def test_what_is_known_besides_changes_only_bounds():
    for turn in range(SETS):
        chance = random.Random(f"known {turn}")
        lines, ends = drawn("both", chance)
        for component in components(lines, ends):
            own = [line for line in lines if line.factors.keys() & set(component.cells)]
            if not own:
                continue
            known = {chance.choice(component.cells): float(chance.randint(0, 12))}
            ours(component, {component.cells[0]: 1.0})
            narrower = {c: (known[c],) * 2 if c in known else ends[c] for c in component.cells}
            for cell in component.cells:
                wanted = extremes(own, narrower, {cell: 1.0})
                assert ours(component.fixed(known), {cell: 1.0}) == wanted


def test_parts_and_wholes_need_no_solver(monkeypatch):
    monkeypatch.setattr(solver, "solver", None)
    one, two, three = cells(3)
    lines = [Line({one: 1.0, two: -1.0}, 0, math.inf), Line({two: 1.0, three: -1.0}, 0, math.inf)]
    lines += [Line({one: 1.0}, -math.inf, 40.0), Line({three: 1.0}, 3.0, math.inf)]
    (component,) = components(lines, dict.fromkeys((one, two, three), (0.0, MOST)))
    assert component.extremes({two: 1.0}) == (3, 40)
    assert component.is_wide({one: 1.0, two: -1.0}, 38)
    assert not component.is_wide({one: 1.0, two: -1.0}, 39)


def hard() -> Component:
    """A market to be split in equal halves: only trying very many cases shows whether it can."""
    chance = random.Random(3)
    places = cells(40)
    lines = []
    for _ in range(5):
        weights = {cell: float(chance.randint(1, 99)) for cell in places}
        half = sum(weights.values()) // 2
        lines.append(Line(weights, half, half))
    (component,) = components(lines, dict.fromkeys(places, (0.0, 1.0)))
    return component


@pytest.mark.parametrize(("limit", "value"), [("MOST_NODES", 20), ("LONGEST", 0.01)])
def test_what_is_not_solved_within_its_limit_is_not_settled(monkeypatch, limit, value):
    monkeypatch.setattr(solver, limit, value)
    with pytest.raises(Unsettled):
        hard().is_possible()


def test_a_component_has_a_limit_for_all_its_sums(monkeypatch):
    monkeypatch.setattr(solver, "MOST_STEPS", 0)
    one, two, three = cells(3)
    lines = [Line(dict.fromkeys((one, two, three), 1.0), 30, 30)]
    (component,) = components(lines, dict.fromkeys((one, two, three), (0.0, 29.0)))
    assert component.is_possible()
    with pytest.raises(Unsettled):
        component.extremes({one: 1.0, two: 1.0})
