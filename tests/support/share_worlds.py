"""Every month that a small team could have, and what its copy shows of it.

A reader who knows the rule knows one thing more than any equation: which months would have
given her the same copy. So all of them are tried, and those alike are put together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from xl_addin.dataset.history import History, Revision
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.suppression import suppress
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import Observation
from xl_addin.period import Month

World = Mapping[str, int]
MONTH = Month(2015, 6)


UNSEEN = 4
"""How many times the most a whole may be that nobody recorded: the reader knows no most."""


def worlds(
    catalogue: Catalogue, most: int, missing: Collection[str] = ()
) -> Iterator[dict[str, int]]:
    """Every choice of counts; a numerator that is not listed is under its percentage's ref."""
    wholes: defaultdict[str, list[str]] = defaultdict(list)
    for measure in catalogue:
        if measure.denominator:
            wholes[measure.numerator or measure.ref].append(measure.denominator)
    refs = [m.ref for m in catalogue if not m.is_percentage]
    refs += [m.ref for m in catalogue if m.denominator and not m.numerator]

    def grown(world: dict[str, int], left: list[str]) -> Iterator[dict[str, int]]:
        if not left:
            yield world
            return
        ref, *others = left
        top = min((most, *(world[whole] for whole in wholes[ref])))
        if ref in missing and all(whole in missing for whole in wholes[ref]):
            top = min((UNSEEN * most, *(world[whole] for whole in wholes[ref])))
        for value in range(top + 1):
            yield from grown(world | {ref: value}, others)

    yield from grown({}, refs)


def shown(
    catalogue: Catalogue, world: World, missing: Collection[str], rule: Rule, cut_off: bool
) -> tuple[str, ...]:
    """The month's cells: figures as printed, [c], [x]. ``missing`` counts are not recorded."""
    seen = {}
    for measure in catalogue:
        value = _given(measure, world, cut_off)
        if value is not None and measure.ref not in missing:
            seen[measure.ref] = Observation(measure.ref, MONTH, value)
    when = datetime(2015, 7, 1)
    history = History(Revision(one, 1, when, "test") for one in seen.values())
    hidden = suppress(catalogue, history, (MONTH,), rule)
    return tuple(
        "[x]" if ref not in seen else "[c]" if hidden.hides(ref, MONTH) else f"{seen[ref].value:g}"
        for ref in catalogue.refs
    )


def _given(measure: Measure, world: World, cut_off: bool) -> float | None:
    """A figure as a return gives it: percentages whole, rounded or cut off."""
    if not measure.is_percentage:
        return world[measure.ref]
    part, whole = world[measure.numerator or measure.ref], world[measure.denominator]
    if not whole:
        return None
    hundreds, size = 100 * 10**measure.decimals * part, 100 * 10**measure.decimals
    return (hundreds // whole if cut_off else (2 * hundreds + whole) // (2 * whole)) / size


def narrow(
    catalogue: Catalogue,
    most: int,
    rule: Rule,
    missing: Collection[str] = (),
    cut_off: bool = False,
    hiding: Rule | None = None,
) -> list[tuple[tuple[str, ...], str, list[int]]]:
    """Each copy, each small count or rest, that fewer values fit than the rule wants.

    ``hiding`` is the rule that copies are made by, where it is another.
    """
    alike: defaultdict[tuple[str, ...], list[dict[str, int]]] = defaultdict(list)
    for world in worlds(catalogue, most, missing):
        cells = shown(catalogue, world, missing, hiding or rule, cut_off)
        alike[cells].append(world | dict(_rests(catalogue, world)))
    found = []
    for cells, group in alike.items():
        for name in group[0]:
            values = {world[name] for world in group}
            if len(values) < rule.interval and any(rule.is_small(value) for value in values):
                found.append((cells, name, sorted(values)))
    return found


def _rests(catalogue: Catalogue, world: World) -> Iterator[tuple[str, int]]:
    for measure in catalogue:
        if measure.denominator:
            part = measure.numerator or measure.ref
            yield f"{measure.denominator} less {part}", world[measure.denominator] - world[part]
