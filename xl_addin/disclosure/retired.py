"""What earlier copies had beside a measure that Measures no longer lists.

With its row go its links: that P is a part of W, the workbook does not say any more, and whoever
has a copy of then knows. So what such a copy hid stays hidden, and so does a count that no copy
showed as it is and that differs from a figure of such a measure by a small count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from xl_addin.dataset.derived import is_number
from xl_addin.disclosure.hidden_month import Reason
from xl_addin.disclosure.published import Cell, Mark
from xl_addin.disclosure.releases import EarlierCopies, EarlierCopy
from xl_addin.disclosure.rule import Rule
from xl_addin.measure import Catalogue
from xl_addin.period import Month

Value = Callable[[Cell], float | None]
"""A figure as it would be printed now; None where there is none."""


def retired_refs(catalogue: Catalogue, earlier: EarlierCopies) -> tuple[str, ...]:
    """The measures that suppressed copies had and that are not listed any more."""
    refs = (ref for copy in earlier.copies if copy.threshold for ref, _ in copy.figures)
    return tuple(dict.fromkeys(ref for ref in refs if ref not in catalogue))


def beside_retired(
    catalogue: Catalogue, earlier: EarlierCopies, rule: Rule, value: Value
) -> dict[Cell, Reason]:
    """The figures that stay hidden because copies had them beside a measure no longer listed."""
    if not retired_refs(catalogue, earlier):
        return {}
    found: dict[Cell, Reason] = {}
    for copy in earlier.copies:
        if copy.threshold and any(ref not in catalogue for ref, _ in copy.figures):
            cells = (*_held(copy, catalogue), *_near(copy, catalogue, rule, value))
            news = (c for c in cells if value(c) not in (None, *earlier.figures(c)))
            found |= dict.fromkeys(news, Reason.RETIRED)
    return found


def _held(copy: EarlierCopy, catalogue: Catalogue) -> Iterator[Cell]:
    """What a copy hid, save what it hid for want of an agreement that there is now."""
    for cell, text in copy.figures.items():
        if text == Mark.HIDDEN and cell[0] in catalogue and not catalogue[cell[0]].is_agreed:
            yield cell


def _near(copy: EarlierCopy, catalogue: Catalogue, rule: Rule, value: Value) -> Iterator[Cell]:
    """The counts that a figure of a retired measure leaves few to, or that leave few to it."""
    once: defaultdict[Month, list[float]] = defaultdict(list)
    for (ref, month), text in copy.figures.items():
        if ref not in catalogue and text.isdecimal():
            once[month].append(float(text))
    for month, figures in once.items():
        for measure in catalogue:
            now = value((measure.ref, month)) if measure.is_count else None
            if is_number(now) and any(rule.is_small(abs(now - then)) for then in figures):
                yield measure.ref, month
