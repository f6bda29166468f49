"""The lines that comparators make in a measure's chart: statistical neighbours, region, England.

A comparator mostly gives a figure for a year: it is drawn for the months of that, and the words
under the chart say that it is yearly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xl_addin.measure import Measure, Unit
from xl_addin.period import Month
from xl_addin.values import value_type

if TYPE_CHECKING:
    from xl_addin.dataset.comparators import Comparator

MOST_LINES = 3
"""So many comparators are drawn at most: more lines cannot be told apart."""

NAME_WIDTH = 32
"""The characters of a name: one that is longer is cut."""

MOST_TIMES = 3
"""A yearly rate that is more times the largest figure drawn is not drawn: it counts what happened
in a whole year, and would press all else to the bottom of the chart."""

TOO_LARGE = 1e15
"""A figure as charted of which Excel does not keep all digits: a mistake, and not drawn."""

REGIONS = frozenset(
    ("north east", "north west", "yorkshire and the humber", "east midlands", "west midlands")
    + ("east of england", "london", "inner london", "outer london", "south east", "south west")
)


@value_type
class Line:
    """What a comparator had, month by month, None where nothing of it is drawn; as charted.

    ``said`` is the latest of it in words.
    """

    name: str
    values: tuple[float | None, ...]
    said: str


def lines_of(
    measure: Measure,
    months: Sequence[Month],
    figures: Sequence[float | None],
    others: Sequence[Comparator],
) -> tuple[Line, ...]:
    """The lines of a chart, at most three; none for a measure in counts, whose size tells nothing.

    ``figures`` are those drawn, as charted. Where more have figures in these months, statistical
    neighbours come first, then regions, England, and whoever else, each in the table's order.
    """
    if not measure.unit.kind.is_alike:
        return ()
    first = next((n for n, figure in enumerate(figures) if figure is not None), len(figures))
    fit = [one for one in others if _is_fit(one, measure, figures)]
    groups: dict[str, list[Comparator]] = {}
    for one in fit:
        groups.setdefault(one.who.casefold(), []).append(one)
    ranked = (groups[who] for who in sorted(groups, key=_rank))
    lines = [line for group in ranked for line in _line(measure, months, first, group)]
    return tuple(lines[:MOST_LINES])


def _is_fit(one: Comparator, measure: Measure, figures: Sequence[float | None]) -> bool:
    largest = max((figure for figure in figures if figure is not None), default=0)
    is_of_a_year = measure.unit is Unit.RATE and one.period.is_year
    is_kept = one.value * measure.unit.kind.factor < TOO_LARGE
    return is_kept and (not is_of_a_year or one.value <= MOST_TIMES * largest)


def _rank(who: str) -> int:
    """Who comes first: 0 for statistical neighbours, a region, England, others last.

    >>> _rank("statistical neighbours (mean)"), _rank("south east"), _rank("england")
    (0, 1, 2)
    """
    if "neighbour" in who:
        return 0
    return 1 if who in REGIONS or "region" in who.split() else 2 if who == "england" else 3


def _line(
    measure: Measure, months: Sequence[Month], first: int, group: Sequence[Comparator]
) -> Iterator[Line]:
    """The line of one comparator: the last months it has a figure of, from the first drawn."""
    said = [_in(month, group) for month in months]
    last = max((n for n, one in enumerate(said, 1) if one), default=0)
    if last <= first:
        return
    factor, latest = measure.unit.kind.factor, said[last - 1]
    assert latest
    values = [one.value * factor if one else None for one in said[:last]]
    drawn = (*last_unbroken(values, first + 1), *[None] * (len(months) - last))
    name = _name(latest.who)
    yield Line(name, drawn, f"{name} {_in_words(latest, measure)}")


def _in(month: Month, group: Sequence[Comparator]) -> Comparator | None:
    """What is drawn in a month: of periods that overlap, the one that began last; a month's own
    figure before that of a year which begins with it.
    """
    those = (one for one in group if one.period.start <= month <= one.period.end)
    return max(those, key=lambda one: (one.period.start, not one.period.is_year), default=None)


def _name(who: str) -> str:
    """A name as its chart has it; without signs that Excel counts as two characters."""
    name = " ".join("".join(sign for sign in who if sign <= "\uffff").split())
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"


def _in_words(one: Comparator, measure: Measure) -> str:
    """A figure with a decimal more than the measure's, as limits have, and of when it is."""
    yearly = "yearly figure, " if one.period.is_year else ""
    return f"{measure.unit.printed(one.value, measure.decimals + 1)} ({yearly}{one.period.text})"


def last_unbroken(figures: Sequence[float | None], first: int = 1) -> Sequence[float | None]:
    """The figures of the last months that all have one; none where the last month has none.

    What stands before the ``first`` place is none: a chart has no place for it.
    """
    if not figures or figures[-1] is None:
        return ()
    gap = max((n for n, figure in enumerate(figures, 1) if figure is None or n < first), default=0)
    return (*[None] * gap, *figures[gap:])
