"""What a copy hides once everything that a reader can put together has been tried.

The rule says what is hidden. Then the equations of this copy and of every earlier one are
solved with all that is known by then. Where that narrows a count down, one more figure near it
is hidden, and all is tried again. What comes out of earlier copies alone, whatever this one
hides, is not this copy's doing: it is named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, partial
from types import MappingProxyType

from xl_addin.dataset.columns import DERIVED
from xl_addin.dataset.history import History
from xl_addin.disclosure.complement import Complement
from xl_addin.disclosure.hidden_month import Beside, Reason
from xl_addin.disclosure.intervals import Narrow, Seen, SeenRow, lines_beside, too_narrow
from xl_addin.disclosure.lineage import Lineage
from xl_addin.disclosure.links import linked_with
from xl_addin.disclosure.published import Cell, Mark, frozen, frozen_as
from xl_addin.disclosure.releases import EarlierCopies, EarlierCopy
from xl_addin.disclosure.retired import beside_retired
from xl_addin.disclosure.rule import Rule
from xl_addin.disclosure.shown_openly import OpenlyShown
from xl_addin.disclosure.suppression import Suppression, suppress
from xl_addin.measure import Catalogue
from xl_addin.period import Month
from xl_addin.unit import parse_printed
from xl_addin.values import replace, value_type

NOT_SMALL = frozenset({Reason.KNOWN, Reason.LINKED, Reason.RETIRED, Reason.UNSOLVED})
"""Why a figure is hidden that need not be small."""

MOST_TRIED = 150
"""How many figures are tried once more at last: beyond them, more may be hidden than need be."""

NOTHING_MORE: Mapping[Cell, Reason] = MappingProxyType({})
Told = tuple[str, Month]
"""A count, or the rest beside one, and its month."""


@value_type
class Protection:
    """What a copy hides, and what can be worked out from earlier copies whatever it hides."""

    suppression: Suppression
    told_anyway: tuple[Narrow, ...] = ()


Watch = Callable[[str, int, int], None]
"""Told what is being solved: of what, how many linked groups are done, of how many."""


def unwatched(what: str, done: int, of: int) -> None:
    """Nobody is told."""


@value_type
class Figures:
    """The figures that a copy could show, by which rule, and what came before it."""

    catalogue: Catalogue
    history: History
    months: tuple[Month, ...]
    rule: Rule
    earlier: EarlierCopies

    def value(self, cell: Cell) -> float | None:
        """A figure as it would be printed."""
        if cell not in self._values:
            value = self.history.observed(*cell).value
            self._values[cell] = None if value is None else frozen(value, self.catalogue[cell[0]])
        return self._values[cell]

    @cached_property
    def _values(self) -> dict[Cell, float | None]:
        return {}

    @cached_property
    def kept(self) -> Mapping[Cell, Reason]:
        """What stays hidden because copies had it beside a measure that is no longer listed."""
        return beside_retired(self.catalogue, self.earlier, self.rule, self.value)

    def beside(self, more: Mapping[Cell, Reason] = NOTHING_MORE) -> Beside:
        """What counts beside the figures of a month, and what has to be hidden besides."""
        return Beside(self.earlier, {**self.kept, **more})

    def cells(self) -> Iterator[Cell]:
        """Everything recorded that this copy could show."""
        for ref in self.catalogue.refs:
            yield from ((ref, m) for m in self.months if self.value((ref, m)) is not None)


def protect(figures: Figures, watch: Watch = unwatched) -> Protection:
    """What a copy of some months has to hide, given what earlier ones showed and hid.

    Raises WorkbookRefused for settings that cannot hold, and where a solver is needed and there
    is none.
    """
    trial = Trial(figures, watch)
    more: dict[Cell, Reason] = {}
    while True:
        found = trial.hidden_with(more)
        told = trial.told(found)
        chosen = dict(trial.complement.chosen(found.hidden, told))
        if not chosen:
            break
        more |= chosen
    found = trial.silenced(found if told else trial.released(found, more))
    alone = not figures.earlier.copies
    with_this = [replace(t, takes_this=True, is_alone=alone) for t in told if t.is_settled]
    known = (*trial.anyway.values(), *with_this, *_shown_openly(figures, found))
    return Protection(found, tuple({one.told: one for one in known}.values()))


def seen_by(
    figures: Figures, hidden: Mapping[Cell, Reason], refs: Collection[str] | None = None
) -> Seen:
    """What a reader of the copy has before her: its months, and what she knew of the hidden.

    ``refs``: only these rows.
    """
    rows = [
        SeenRow(ref, {m: _shown(figures, hidden, (ref, m)) for m in figures.months}, {})
        for ref in figures.catalogue.refs
        if refs is None or ref in refs
    ]
    known = known_counts(figures.catalogue, figures.earlier, hidden)
    openly = shares_shown(figures.catalogue, figures.earlier, hidden)
    free = free_of(hidden, figures.earlier)
    held = figures.earlier.hidden
    return Seen(figures.catalogue, rows, figures.rule, known, free, openly, held)


def known_counts(
    catalogue: Catalogue, earlier: EarlierCopies, cells: Iterable[Cell]
) -> dict[Cell, float]:
    """Of some counts, what they were when a copy last showed them."""
    return earlier.known(cell for cell in cells if catalogue[cell[0]].is_count)


def shares_shown(
    catalogue: Catalogue, earlier: EarlierCopies, cells: Iterable[Cell]
) -> frozenset[Cell]:
    """The percentages among some figures that an earlier copy showed."""
    return frozenset(c for c in cells if not catalogue[c[0]].is_count and c in earlier.shown)


def free_of(hidden: Mapping[Cell, Reason], earlier: EarlierCopies) -> frozenset[Cell]:
    """The hidden figures that need not be small, and those hidden by a greater threshold."""
    return frozenset(c for c, why in hidden.items() if why in NOT_SMALL or c in earlier.hidden)


def _shown(figures: Figures, hidden: Mapping[Cell, Reason], cell: Cell) -> float | str:
    if cell in hidden:
        return Mark.HIDDEN
    value = figures.value(cell)
    return Mark.NOT_AVAILABLE if value is None else value


def _told_by_earlier(figures: Figures) -> Iterator[Narrow]:
    """What comes out even where this copy hides everything: what earlier copies tell."""
    if not figures.earlier.copies:
        return
    seen = seen_by(figures, dict.fromkeys(figures.cells(), Reason.LINKED))
    shown = figures.earlier.known(figures.cells())
    rows = [
        replace(row, months={m: shown.get((row.ref, m), cell) for m, cell in row.months.items()})
        for row in seen.rows
    ]
    yield from filter(_is_settled, too_narrow(replace(seen, rows=rows, known={})))


def _shown_openly(figures: Figures, found: Suppression) -> Iterator[Narrow]:
    values = {cell: value for cell in figures.cells() if (value := figures.value(cell)) is not None}
    return OpenlyShown(figures.catalogue, figures.rule, figures.earlier, values).told(found.hidden)


def _is_settled(told: Narrow) -> bool:
    return told.is_settled


@value_type
class _Past:
    """An earlier copy as a reader has it, and what it tells by itself."""

    figures: Figures
    copy: EarlierCopy
    is_even: bool = False

    @cached_property
    def seen(self) -> Seen:
        """What stands in it."""
        return replace(_as_it_was(self.figures, self.copy), is_even=self.is_even)

    @cached_property
    def told(self) -> Set[Told]:
        """What comes out of it alone."""
        return {one.told for one in too_narrow(self.seen)}


@value_type
class _Hearing:
    """A copy that hides some figures, and what it tells."""

    figures: Figures
    found: Suppression
    past: Sequence[_Past]
    watch: Watch
    is_even: bool = False

    @cached_property
    def seen(self) -> Seen:
        """What a reader of the copy has before her."""
        return replace(seen_by(self.figures, self.found.hidden), is_even=self.is_even)

    def told(self) -> Iterator[Narrow]:
        """What comes out of this copy, or by it out of earlier ones."""
        yield from too_narrow(self.seen, watch=partial(self.watch, "this copy"))
        if self.past:
            yield from too_narrow(self._supposing)
        is_linked = any(linked_with(self.figures.catalogue))
        for number, past in enumerate(self.past):
            self.watch("the earlier copies", number, len(self.past))
            yield from self._told_by_news(past)
            yield from self._told_together(past) if is_linked else ()

    @cached_property
    def _supposing(self) -> Seen:
        """The same to a reader who takes what copies hid for small, by the rule they had.

        Where that cannot be, a stock is out by more than the figures shown say, which is told too.
        """
        linked = {c for c, why in self.found.hidden.items() if why in NOT_SMALL}
        return replace(self.seen, free=linked)

    def _told_by_news(self, past: _Past) -> Iterator[Narrow]:
        """What this copy tells of figures that an earlier one hid."""
        if news := dict(self._news(past.copy)):
            known = {**past.seen.known, **news}
            told = too_narrow(replace(past.seen, known=known), near=news.keys())
            yield from (one for one in told if one.told not in past.told)

    def _told_together(self, past: _Past) -> Iterator[Narrow]:
        """What comes out of the equations of two copies, each of them in turn as it stands."""
        lines = lines_beside(self.seen, past.seen), lines_beside(past.seen, self.seen)
        yield from too_narrow(replace(self.seen, beside=lines[0], supposes=True))
        told = too_narrow(replace(past.seen, beside=lines[1], supposes=True))
        yield from (one for one in told if one.told not in past.told)

    def _news(self, copy: EarlierCopy) -> Iterator[tuple[Cell, float]]:
        """The counts that this copy shows, an earlier one hid, and none showed as they are."""
        figures = self.figures
        page = set(figures.months)
        for cell, text in copy.figures.items():
            if text != Mark.HIDDEN or cell[1] not in page or cell in self.found.hidden:
                continue
            if cell[0] not in figures.catalogue:
                continue
            value = figures.value(cell) if figures.catalogue[cell[0]].is_count else None
            if value is not None and value not in figures.earlier.figures(cell):
                yield cell, value


def _as_it_was(figures: Figures, copy: EarlierCopy) -> Seen:
    """An earlier copy, and what copies showed of what it hid."""
    months = sorted({month for _, month in copy.figures})
    rows = []
    for ref in figures.catalogue.refs:
        texts = {m: copy.figures.get((ref, m), Mark.NOT_AVAILABLE) for m in months}
        cells = {m: t if t in set(Mark) else parse_printed(t) for m, t in texts.items()}
        rows.append(SeenRow(ref, cells, {}))
    hidden = [cell for cell, text in copy.figures.items() if text == Mark.HIDDEN]
    rule = Rule(copy.threshold, figures.rule.interval)
    ours = [cell for cell in hidden if cell[0] in figures.catalogue]
    known = known_counts(figures.catalogue, figures.earlier, ours)
    openly = shares_shown(figures.catalogue, figures.earlier, ours)
    return Seen(figures.catalogue, rows, rule, known, frozenset(hidden), openly)


@value_type
class Trial:
    """What a copy tells where it hides these figures or those."""

    figures: Figures
    watch: Watch

    @cached_property
    def complement(self) -> Complement:
        """What it could hide besides."""
        figures = self.figures
        values = {c: v for c in figures.cells() if (v := figures.value(c)) is not None}
        return Complement(Lineage(figures.catalogue), values, figures.earlier, figures.months[-1])

    @cached_property
    def anyway(self) -> Mapping[Told, Narrow]:
        """What comes out whatever it hides."""
        return {one.told: one for one in _told_by_earlier(self.figures)}

    def hidden_with(self, more: Mapping[Cell, Reason]) -> Suppression:
        """What it hides by the rule, and with some figures more."""
        figures = self.figures
        beside = figures.beside(more)
        return suppress(figures.catalogue, figures.history, figures.months, figures.rule, beside)

    def told(self, found: Suppression) -> list[Narrow]:
        """What it tells where it hides so much, beside what comes out anyway."""
        hearings = [
            _Hearing(self.figures, found, self._past[even], self.watch, even) for even in self._ways
        ]
        every = {one.told: one for hearing in hearings for one in hearing.told()}
        return [one for key, one in every.items() if key not in self.anyway]

    @cached_property
    def _ways(self) -> Sequence[bool]:
        return (False, True) if any(linked_with(self.figures.catalogue)) else (False,)

    @cached_property
    def _past(self) -> Mapping[bool, Sequence[_Past]]:
        return {even: [_Past(self.figures, c, even) for c in self._copies] for even in self._ways}

    def released(self, found: Suppression, more: Mapping[Cell, Reason]) -> Suppression:
        """The same without what is not needed in the end, or has something cheaper in its place."""
        kept, rest = found, {c: why for c, why in found.hidden.items() if c not in more}
        linked = [cell for cell, why in more.items() if why is Reason.LINKED]
        linked.sort(key=lambda c: (-self.complement.weight(rest, c), *c))
        for number, cell in enumerate(linked[:MOST_TRIED]):
            self.watch("what need not be hidden", number, min(len(linked), MOST_TRIED))
            left = {c: why for c, why in more.items() if c != cell}
            without = self._with(found, left, cell)
            cheaper = self.complement.cheaper(without.hidden, cell)
            for instead in (None, *cheaper):
                fewer = left | ({instead: Reason.LINKED} if instead else {})
                without = self._with(found, fewer, cell, *([instead] if instead else []))
                if not self._tells_near(without, cell):
                    found, more = without, fewer
                    break
        return found if found is kept or not self.told(found) else kept

    def _with(self, found: Suppression, more: Mapping[Cell, Reason], *cells: Cell) -> Suppression:
        """What is hidden where only these cells have changed, found with other figures more."""
        months = {month for _, month in cells}
        own = suppress(
            self.figures.catalogue,
            self.figures.history,
            months,
            self.figures.rule,
            self.figures.beside(more),
        )
        hidden = {c: why for c, why in found.hidden.items() if c[1] not in months}
        bounds = {c: ends for c, ends in found.bounds.items() if c[1] not in months}
        return replace(found, hidden=hidden | dict(own.hidden), bounds=bounds | dict(own.bounds))

    def silenced(self, found: Suppression) -> Suppression:
        """The same without what averages and maxima tell, where they narrow a count down.

        Where sums, and what comes and goes, link a count, they may do so beside another copy: that
        no month of this one had more than 8 is a bound that a reader keeps.
        """
        seen = seen_by(self.figures, found.hidden)
        refs = found.refs()
        rows = [
            replace(row, derived=self._derived(found, row.ref)) if row.ref in refs else row
            for row in seen.rows
        ]
        told = [t for t in too_narrow(replace(seen, rows=rows)) if t.told not in self.anyway]
        few = (self.complement.linked_refs(t.cells[0][0]) for t in told)
        return replace(found, silent=self.complement.linked_counts.union(*few))

    def _derived(self, found: Suppression, ref: str) -> Mapping[str, float | str]:
        """What the columns after the months publish of a measure with hidden figures."""
        measure, months = self.figures.catalogue[ref], self.figures.months
        row = [self.figures.history.observed(ref, month).shown for month in months]
        return {
            column.heading: frozen_as(column, column.value(row), measure)
            for column in DERIVED
            if column.over.is_given(row) and found.shows(column, measure, months, row)
        }

    @property
    def _copies(self) -> Sequence[EarlierCopy]:
        return self.figures.earlier.copies

    def _tells_near(self, found: Suppression, cell: Cell) -> bool:
        """Whether it tells anything of the measures that are linked with one."""
        refs = self.complement.linked_refs(cell[0])
        seen = seen_by(self.figures, found.hidden, refs)
        return any(too_narrow(replace(seen, is_even=even)) for even in self._ways)
