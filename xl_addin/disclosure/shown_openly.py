"""Small counts that an earlier copy, made by a gentler rule, shows as they are.

Whatever a later copy hides, they stay told; so it is made only with a consent. Once somebody has
consented to a copy that hides such a figure, later ones need not ask again. Copies made without
suppression do not count: they went to people who may see everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_addin.disclosure.hidden_month import Reason
from xl_addin.disclosure.intervals import Narrow
from xl_addin.disclosure.lineage import Lineage
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.disclosure.releases import EarlierCopies
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue


class OpenlyShown:
    """What copies made by a gentler rule say of figures that are now hidden.

    ``values`` are the figures of the month as they would be printed.
    """

    def __init__(
        self, catalogue: Catalogue, rule: Rule, earlier: EarlierCopies, values: Mapping[Cell, float]
    ) -> None:
        self._lineage, self._rule, self._values = Lineage(catalogue), rule, values
        self._copies = EarlierCopies(tuple(copy for copy in earlier.copies if copy.threshold))
        self._agreed = {
            cell
            for copy in self._copies.copies
            if copy.consent and copy.threshold >= rule.threshold
            for cell, text in copy.figures.items()
            if text == Mark.HIDDEN
        }

    def told(self, hidden: Mapping[Cell, Reason]) -> Iterator[Narrow]:
        """Each count that stands, or follows from what stands, in an earlier copy as it is now."""
        for cell, reason in hidden.items():
            if cell not in self._agreed and self._stands(cell):
                yield from self._told_of(cell, reason)

    def _told_of(self, cell: Cell, reason: Reason) -> Iterator[Narrow]:
        ref, month = cell
        match reason:
            case Reason.SMALL:
                yield _narrow(ref, self._values[cell], cell)
            case Reason.REST:
                above = [(whole, month) for whole in self._lineage.above.get(ref, ())]
                for whole in filter(self._stands, sorted(above)):
                    rest = self._values[whole] - self._values[cell]
                    if self._rule.is_small(rest):
                        yield _narrow(f"{whole[0]} less {ref}", rest, whole, cell)
            case Reason.FEW | Reason.RATIO:
                whole = self._lineage.catalogue[ref].denominator, month
                if self._stands(whole) and (reason is Reason.FEW or self._is_of_few(cell, whole)):
                    yield _narrow(f"what {ref} stands for", 0.0, cell)

    def _is_of_few(self, cell: Cell, whole: Cell) -> bool:
        """Whether a percentage whose numerator has no cell tells of few of what stands."""
        if (self._lineage.catalogue[cell[0]].numerator, cell[1]) in self._values:
            return False
        part = round(self._values[cell] * self._values[whole])
        return self._rule.is_small(part) or self._rule.is_small(self._values[whole] - part)

    def _stands(self, cell: Cell) -> bool:
        """Whether a copy shows a figure as it is."""
        return cell in self._values and self._values[cell] in self._copies.figures(cell)


def _narrow(what: str, value: float, *cells: Cell) -> Narrow:
    return Narrow(what, cells[0][1], value, value, cells, is_shown=True)
