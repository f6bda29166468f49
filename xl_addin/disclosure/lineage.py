"""What each count is a part of, and which percentages name it: worked out once for all months."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from xl_addin.measure import Catalogue, Measure

Wholes = Mapping[str, set[str]]
"""What each count is a part of."""


class Lineage:
    """The counts of a catalogue and what they are parts of."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.wholes = wholes_of(catalogue)

    @cached_property
    def circles(self) -> list[str]:
        """The counts that are parts of themselves, in the order of the catalogue."""
        left = dict(self.wholes)
        while ends := [ref for ref, above in left.items() if not above & left.keys()]:
            for ref in ends:
                del left[ref]
        return [ref for ref in left if ref in _all_above(ref, left)]

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """All that each count is a part of, directly or by others. Only without circles."""
        found: dict[str, frozenset[str]] = {}
        for ref in self.downwards:
            direct = self.wholes[ref]
            found[ref] = frozenset(direct).union(*(found.get(whole, ()) for whole in direct))
        return found

    @cached_property
    def parts(self) -> Mapping[str, list[str]]:
        """The parts of each count."""
        found: dict[str, list[str]] = {}
        for part, wholes in self.wholes.items():
            for whole in wholes:
                found.setdefault(whole, []).append(part)
        return found

    @cached_property
    def downwards(self) -> tuple[str, ...]:
        """The parts, each after all that it is a part of. Only without circles."""
        found: dict[str, None] = {}
        for start in self.wholes:
            waiting = [start]
            while waiting:
                ref = waiting[-1]
                first = [w for w in self.wholes[ref] if w in self.wholes and w not in found]
                waiting += first
                if not first:
                    found.setdefault(waiting.pop())
        return tuple(found)

    @cached_property
    def naming(self) -> Mapping[str, list[Measure]]:
        """The percentages that name each count."""
        found: dict[str, list[Measure]] = {}
        for measure in self.catalogue:
            for ref in {measure.numerator, measure.denominator} - {""}:
                found.setdefault(ref, []).append(measure)
        return found

    def recorded_wholes(self, counts: Collection[str]) -> dict[str, set[str]]:
        """The recorded counts that each recorded count is a part of, wholes first.

        What is part of a count that is not recorded is part of what that one is a part of.
        """
        found: dict[str, set[str]] = {}
        for ref in self.downwards:
            found[ref] = {
                one
                for whole in self.wholes[ref]
                for one in ((whole,) if whole in counts else found.get(whole, ()))
            }
        return {ref: above for ref, above in found.items() if ref in counts}


def wholes_of(catalogue: Catalogue) -> dict[str, set[str]]:
    """The denominators that each count is a part of."""
    found: dict[str, set[str]] = {}
    for ratio in catalogue.ratios:
        if ratio.numerator != ratio.denominator:
            found.setdefault(ratio.numerator, set()).add(ratio.denominator)
    return found


def _all_above(ref: str, wholes: Wholes) -> set[str]:
    found: set[str] = set()
    waiting = list(wholes.get(ref, ()))
    while waiting:
        if (whole := waiting.pop()) not in found:
            found.add(whole)
            waiting += wholes.get(whole, ())
    return found
