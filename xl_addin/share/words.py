"""The sentences of a share copy: what its marks, arrows and charts say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_addin.dataset.columns import Derived
from xl_addin.dataset.direction import Direction
from xl_addin.dataset.key_measures import heading
from xl_addin.dataset.printing import printed
from xl_addin.disclosure.published import Mark, SharedCopy, SharedRow, Shown
from xl_addin.layout import SharedCopies
from xl_addin.notes.rebases import BREAK

NOT_AVAILABLE = (
    "[x] not available: no figure was given; where a data note says why, the Notes column of the "
    "Dataset names it"
)
NOT_APPLICABLE = "[z] not applicable: there is nothing to work it out from"

PURPOSE = (
    "The last 13 months of each key measure. Dark bar: the latest month; mid-blue bar: the same "
    "month last year. The figures of all charts stand in the table under them."
)
"""What the Key measures sheet is for."""


LIMITS_EXPLAINED = (
    "Which latest figure is news? Limits are mean ± 2.66 × mean moving range of the months "
    "counted, at least 13 (NHS England, Making Data Count). A target between them is met or missed "
    "by chance."
)
"""What the Signals sheet is for."""

SUMMARY_PURPOSE = (
    "The month in words: what is likely real by the limits of the sheet Signals, what only looks "
    "large, and what is lacking."
)
"""What the Summary sheet is for."""


BREAK_IN_SERIES = f"{BREAK} break in series: counted in another way from there on"


def shorthand_in(words: str, small: int) -> str:
    """What the marks in some words mean, in one line; blank where there are none."""
    marks = (*Mark, BREAK)
    return shorthand_explained({mark for mark in marks if mark in words.casefold()}, small)


def shorthand_explained(marks: Iterable[str], small: int) -> str:
    """What the marks in use mean, in one line; blank where there are none.

    >>> shorthand_explained({Mark.NOT_APPLICABLE}, 0)
    'Shorthand: [z] not applicable: there is nothing to work it out from.'
    """
    hidden = f"{SharedCopies.HIDDEN_COUNT}{small}, or a figure from which one could be worked out"
    said: dict[str, str] = {
        Mark.HIDDEN: hidden,
        Mark.NOT_AVAILABLE: NOT_AVAILABLE,
        Mark.NOT_APPLICABLE: NOT_APPLICABLE,
        BREAK: BREAK_IN_SERIES,
    }
    used = set(marks)
    parts = [said[mark] for mark in said if mark in used]
    return f"Shorthand: {'; '.join(parts)}." if parts else ""


def direction_explained(threshold: float) -> str:
    """What the arrows mean, given the threshold in per cent."""
    size = f"{threshold:g}% or more"
    return (
        "Direction of travel compares the latest month with the same month last year: "
        f"{Direction.UP.arrow} increase of {size}, {Direction.DOWN.arrow} decrease of {size}, "
        f"{Direction.SIMILAR.arrow} similar. Qualitative measures are coloured, and the column "
        "beside the arrow says in words whether the change is positive or negative."
    )


def chart_heading(row: SharedRow, months: tuple[str, ...]) -> str:
    """The heading of a chart: it says so when the measure is not updated."""
    return heading(row.measure, months, [_standing(cell) for cell in row.months])


def _standing(shown: Shown) -> float | str:
    """A hidden figure counts as one: the month was updated."""
    return str(shown) if shown is Mark.NOT_AVAILABLE else 0.0


def chart_in_words(row: SharedRow, copy: SharedCopy) -> str:
    """What a chart shows, in the figures that the copy shows: its alternative text."""
    measure, months = row.measure, [month.label for month in copy.months]
    first, latest = (printed(row.months[i], measure) for i in (0, -1))
    parts = [
        f"Column chart of {measure.ref}, {months[0]} to {months[-1]}.",
        f"{months[0]}: {first}; {months[-1]}: {latest}.",
        f"Direction of travel: {row.words}.",
        *_derived_in_words(row, copy),
    ]
    used = {cell for cell in row.months if isinstance(cell, Mark)}
    if used:
        parts.append(f"Without a bar: {_gaps(row, months)}.")
    parts.append("All figures stand in the table under the charts.")
    return " ".join(parts)


def _derived_in_words(row: SharedRow, copy: SharedCopy) -> Iterator[str]:
    said = [
        f"{column.said} {printed(row.derived[column.heading], row.measure)}"
        for column in copy.columns
        if isinstance(column, Derived) and column.said
    ]
    if said:
        yield f"{', '.join(said)}."


def _gaps(row: SharedRow, months: list[str]) -> str:
    found: dict[str, list[str]] = {}
    for label, cell in zip(months, row.months, strict=True):
        if isinstance(cell, Mark):
            found.setdefault(cell.value, []).append(label)
    return "; ".join(f"{mark} in {', '.join(labels)}" for mark, labels in found.items())
