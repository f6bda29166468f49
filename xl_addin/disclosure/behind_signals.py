"""Of which measures a suppressed copy may tell signals: limits, targets met, sentences.

They go by all recorded months, so by figures that the copy's page does not show. The rule: the
signal of a measure is told only where **every figure behind it could be printed beside the page**.
Then whatever a reader works back from limits (the one month that a mean of thirty leaves, what "7
above the mean" bounds) is a function of figures that a copy might show openly, and no more is told
than by a longer copy of the same rule. Which signals are told depends, as on the page, on what is
shown and on which figures are hidden, never on their values.

What the page hides is decided before: for the sake of a signal no figure of the page is hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum

from xl_addin.disclosure.hidden_month import Reason
from xl_addin.disclosure.intervals import Narrow
from xl_addin.disclosure.protection import (
    Figures,
    Trial,
    Watch,
    free_of,
    unwatched,
)
from xl_addin.disclosure.published import Cell, Mark, Shown
from xl_addin.disclosure.suppression import Suppression, suppress
from xl_addin.measure import Catalogue
from xl_addin.period import Month
from xl_addin.values import field, replace, value_type

ROUNDS = 4
"""After so many, all signals that are linked with what is told are withheld at once."""


class Withheld(StrEnum):
    """Why nothing is told of a measure's signal."""

    PAGE = "a figure of theirs is hidden on the page"
    BEFORE = "a figure of an earlier month, which their limits go by, is hidden"
    LINKED = "with other figures their limits would narrow a small count down"
    COUNTS = "of the counts that their limits go by, not every month is told"


@value_type
class Behind:
    """What the signals of a copy stand on.

    ``refs`` are the measures whose signals it tells, ``withheld`` why it does not of the others.
    ``figures`` are those of months before its page: as printed where a signal goes by them, else
    ``[c]``; ``free`` are such that need not be small.
    """

    refs: frozenset[str] = frozenset()
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    figures: Mapping[Cell, Shown] = field(default_factory=dict)
    free: frozenset[Cell] = frozenset()

    @property
    def shown(self) -> dict[Cell, Shown]:
        """The figures that a reader might work back from the signals."""
        return {cell: shown for cell, shown in self.figures.items() if shown != Mark.HIDDEN}


Since = Mapping[str, Month]
"""The first month that each measure's signal goes by, or that its page shows."""


def behind_all(figures: Figures, since: Since) -> Behind:
    """What stands behind the signals of a copy that hides nothing."""
    every = {c: v for c in _before(figures, since, since) if (v := figures.value(c)) is not None}
    return Behind(frozenset(since), {}, every)


def behind_signals(
    figures: Figures, page: Suppression, since: Since, watch: Watch = unwatched
) -> Behind:
    """What signals a copy may tell whose page hides some figures. ``figures`` are of its page."""
    told = _Told.of(figures, page, since)
    withheld = dict.fromkeys(since.keys() & page.refs(), Withheld.PAGE)
    withheld |= dict.fromkeys(told.by_rule(since.keys() - withheld.keys()), Withheld.BEFORE)
    trial = Trial(told.figures, watch)
    known = None
    for number in range(len(since)):
        refs = since.keys() - withheld.keys()
        if not any(_before(figures, since, refs)):
            break
        news = trial.told(told.hiding(refs))
        if news and known is None:
            known = {one.told for one in trial.told(told.hiding(()))}
        found = [one for one in news if one.told not in (known or ())]
        linked = {
            ref for one in found for ref in told.linked(one, refs, trial, whole=number >= ROUNDS)
        }
        if not linked:
            break
        withheld |= dict.fromkeys(linked, Withheld.LINKED)
    untold = _by_counts_untold(figures.catalogue, since, withheld)
    return told.behind(withheld | dict.fromkeys(untold, Withheld.COUNTS))


def _by_counts_untold(
    catalogue: Catalogue, since: Since, withheld: Collection[str]
) -> Iterator[str]:
    """The measures whose limits go by each month's counts, and not all of those are told."""
    for measure in catalogue:
        ref, counts = measure.ref, (measure.numerator, measure.denominator)
        told = all(c in since and c not in withheld and since[c] <= since[ref] for c in counts)
        if measure.is_p_chart and ref not in withheld and not told:
            yield ref


def _before(figures: Figures, since: Since, refs: Iterable[str]) -> Iterator[Cell]:
    """The cells of months before the page that the signals of some measures go by."""
    for ref in refs:
        month = figures.months[0].previous()
        while month >= since[ref]:
            yield ref, month
            month = month.previous()


@value_type
class _Told:
    """What would be told by signals: ``figures`` reach back to the first month behind any.

    ``why`` is what the rule hides of the months before the page, or a copy hid when last it had it.
    """

    figures: Figures
    page: Suppression
    since: Since
    why: Mapping[Cell, Reason]

    @classmethod
    def of(cls, figures: Figures, page: Suppression, since: Since) -> _Told:
        months = sorted({month for _, month in _before(figures, since, since)})
        beside = figures.beside()
        found = suppress(figures.catalogue, figures.history, months, figures.rule, beside)
        last: dict[Cell, str] = {}
        for copy in figures.earlier.copies:
            last |= copy.figures
        agreed = {measure.ref for measure in figures.catalogue if measure.is_agreed}
        before = _before(figures, since, since.keys() - agreed)
        held = (cell for cell in before if last.get(cell) == Mark.HIDDEN)
        why = {**dict.fromkeys(held, Reason.KNOWN), **found.hidden}
        return cls(replace(figures, months=(*months, *figures.months)), page, since, why)

    def by_rule(self, refs: Collection[str]) -> set[str]:
        """The measures whose signals go by a figure that the rule hides."""
        return {ref for ref, month in self.why if ref in refs and month >= self.since[ref]}

    def hiding(self, refs: Collection[str]) -> Suppression:
        """A copy that shows, beside its page, what the signals of some measures go by."""
        behind = set(_before(replace(self.figures, months=self._page), self.since, refs))
        more = {
            cell: self.why.get(cell, Reason.LINKED)
            for cell in self.figures.cells()
            if cell[1] < self._page[0] and cell not in behind
        }
        return replace(self.page, hidden={**self.page.hidden, **more})

    def linked(self, told: Narrow, refs: Collection[str], trial: Trial, *, whole: bool) -> set[str]:
        """The measures whose signals are withheld so that a count is not told: one, or all."""
        last = max(month for _, month in told.cells).plus(1)
        groups = list(trial.complement.widening({ref for ref, _ in told.cells}))
        whole = whole or told.is_unsolved
        for group in groups[-1:] if whole else groups:
            near = {r for r in group & set(refs) if self.since[r] < self._page[0]}
            if near:
                return near if whole else {min(near, key=lambda ref: self._weight(ref, last))}
        return set()

    def behind(self, withheld: Mapping[str, Withheld]) -> Behind:
        """What is told where some signals are withheld."""
        refs = frozenset(self.since.keys() - withheld.keys())
        hidden = self.hiding(refs).hidden
        before = [cell for cell in self.figures.cells() if cell[1] < self._page[0]]
        shown: dict[Cell, Shown] = {}
        for cell in before:
            value = self.figures.value(cell)
            shown[cell] = Mark.HIDDEN if cell in hidden or value is None else value
        free = free_of({c: hidden[c] for c in before if c in hidden}, self.figures.earlier)
        return Behind(refs, withheld, shown, free)

    @property
    def _page(self) -> tuple[Month, ...]:
        return self.figures.months[-1].window()

    def _weight(self, ref: str, last: Month) -> tuple[bool, bool, int, str]:
        """Those that reach back to a month first; key measures, and what percentages name, last."""
        named = sum(ref in (m.numerator, m.denominator) for m in self.figures.catalogue)
        return self.since[ref] > last, self.figures.catalogue[ref].key, named, ref
