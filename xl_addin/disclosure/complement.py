"""Which figures are hidden beside those that the rule hides, so that these stay hidden.

Where equations narrow a count down, another figure of those equations has to go. Of all that would
do, that one goes which takes least with it for each count that it helps: its percentages and its
parts go with it; the latest month counts twice, key measures half as much again. What was chosen
early may not be needed in the end, or something cheaper would do: so each is tried once more at
last, the dearest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property

from xl_addin.disclosure.hidden_month import Reason
from xl_addin.disclosure.intervals import Narrow
from xl_addin.disclosure.lineage import Lineage
from xl_addin.disclosure.links import LinkedFigures, linked_with
from xl_addin.disclosure.published import Cell
from xl_addin.disclosure.releases import EarlierCopies
from xl_addin.measure import Catalogue
from xl_addin.period import Month
from xl_addin.values import value_type

Hidden = Mapping[Cell, Reason]


@value_type
class Complement:
    """The figures that a copy could hide besides. ``values`` are all that it could show."""

    lineage: Lineage
    values: Mapping[Cell, float]
    earlier: EarlierCopies
    latest: Month

    @property
    def catalogue(self) -> Catalogue:
        """The measures."""
        return self.lineage.catalogue

    def chosen(self, hidden: Hidden, told: Iterable[Narrow]) -> Iterator[tuple[Cell, Reason]]:
        """One more figure to hide for each count that is told, while there is any near it.

        One figure may do for several. Where the solver did not settle a count within its limit,
        all that are near it.
        """
        left = []
        for one in told:
            near = self._near(hidden, one)
            if one.is_unsolved:
                yield from ((cell, Reason.UNSOLVED) for cell in sorted(near))
            elif near:
                left.append(near)
        while left:
            best = self._best(hidden, left)
            yield best, Reason.LINKED
            left = [near for near in left if best not in near]

    def _best(self, hidden: Hidden, left: Iterable[Set[Cell]]) -> Cell:
        """The figure that costs least for each of the counts it is near."""
        helps = Counter(cell for near in left for cell in near)
        weight = {cell: self.weight(hidden, cell) for cell in helps}
        return min(helps, key=lambda c: (weight[c] / helps[c], -helps[c], *c))

    def cheaper(self, hidden: Hidden, cell: Cell) -> list[Cell]:
        """What is shown in the equations of a figure and costs less to hide, the cheapest first."""
        near = [c for c in self._beside([cell]) if self._is_shown(hidden, c) and self._is_new(c)]
        weight = {one: self.weight(hidden, one) for one in (*near, cell)}
        return sorted((c for c in weight if weight[c] < weight[cell]), key=lambda c: (weight[c], c))

    def weight(self, hidden: Hidden, cell: Cell) -> float:
        """What it costs to hide a count: itself, and all that goes with it and is shown."""
        return sum(map(self._own_weight, self._gone_with(hidden, cell)))

    def linked_refs(self, ref: str) -> frozenset[str]:
        """All measures that equations link with one, and itself."""
        return self._groups_of[ref]

    @cached_property
    def linked_counts(self) -> frozenset[str]:
        """The counts that sums, and what comes and goes, link with others, however far off."""
        named = frozenset().union(*linked_with(self.catalogue))
        every = frozenset().union(*map(self.linked_refs, named))
        return frozenset(ref for ref in every if self.catalogue[ref].is_count)

    @cached_property
    def _groups_of(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for ref in self.catalogue.refs:
            if ref not in found:
                *_, every = self.widening({ref})
                found |= dict.fromkeys(every, frozenset(every))
        return found

    @cached_property
    def _linked(self) -> LinkedFigures:
        return LinkedFigures(self.catalogue)

    @cached_property
    def _links(self) -> list[set[str]]:
        """The measures of each equation."""
        groups = [{m.ref, m.numerator, m.denominator} - {""} for m in self.catalogue]
        return [*groups, *linked_with(self.catalogue)]

    def _own_weight(self, cell: Cell) -> float:
        is_key, is_latest = self.catalogue[cell[0]].key, cell[1] == self.latest
        return (1.5 if is_key else 1.0) * (2.0 if is_latest else 1.0)

    def _gone_with(self, hidden: Hidden, cell: Cell) -> set[Cell]:
        """A count, its parts that are not nothing, and theirs, and all their percentages."""
        refs, waiting = {cell[0]}, [cell[0]]
        while waiting:
            below = self.lineage.parts.get(waiting.pop(), ())
            parts = [part for part in below if self.values.get((part, cell[1]))]
            waiting += (part for part in parts if part not in refs)
            refs |= {*parts}
        refs |= {m.ref for ref in refs for m in self.lineage.naming.get(ref, ())}
        gone = {(ref, cell[1]) for ref in refs}
        return {one for one in gone if one in self.values and one not in hidden}

    def _near(self, hidden: Hidden, told: Narrow) -> set[Cell]:
        """The counts shown in the equations of what is told; else all that are linked to it.

        Those of its own month come first; then, by what comes and goes, those next to it. What no
        copy showed comes before what one showed otherwise: that is nearly known.
        """
        groups = [self._beside(told.cells), *self._further(told)]
        for is_news in (self._is_new, self._is_another):
            for cells in groups:
                if near := {c for c in cells if self._is_shown(hidden, c) and is_news(c)}:
                    return near
        return set()

    def _beside(self, cells: Iterable[Cell]) -> set[Cell]:
        """Some figures, and those of all equations that they are in."""
        found = set(cells)
        for cell in cells:
            found |= self._linked.beside(cell)
            named = self.lineage.naming.get(cell[0], ())
            found |= {(ref, cell[1]) for m in named for ref in (m.numerator, m.denominator)}
        return found

    def _further(self, told: Narrow) -> Iterator[set[Cell]]:
        refs = {ref for ref, _ in told.cells}
        own = {month for _, month in told.cells}
        next_to = {near for month in own for near in (month.previous(), month.plus(1))}
        flows = any(refs & group for group in linked_with(self.catalogue))
        for months in (own, next_to) if flows else (own,):
            for group in self.widening(refs):
                yield {(ref, month) for ref in group for month in months}

    def widening(self, refs: Set[str]) -> Iterator[set[str]]:
        """Ever more measures that are linked with some."""
        found, size = set(refs), -1
        while size != len(found):
            size = len(found)
            yield found
            found = found.union(*(link for link in self._links if link & found))

    def _is_shown(self, hidden: Hidden, cell: Cell) -> bool:
        return cell in self.values and cell not in hidden and self.catalogue[cell[0]].is_count

    def _is_new(self, cell: Cell) -> bool:
        """Whether no copy showed a figure."""
        return cell not in self.earlier.shown

    def _is_another(self, cell: Cell) -> bool:
        """Whether no copy showed a figure as it is."""
        return self.values[cell] not in self.earlier.figures(cell)
