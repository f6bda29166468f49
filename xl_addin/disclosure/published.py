"""The share copy as data: what each cell, chart and note of it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from xl_addin.dataset.columns import CHANGE, COLUMNS, NOTES, Column, Derived, LookedUp
from xl_addin.dataset.derived import is_number
from xl_addin.dataset.direction import Direction, Verdict
from xl_addin.dataset.history import published
from xl_addin.layout import Dataset, Sheet
from xl_addin.measure import Measure
from xl_addin.period import Month
from xl_addin.rounding import round_half_away
from xl_addin.table import CellValue, text_of
from xl_addin.values import field, value_type


class Mark(StrEnum):
    """What stands in a published cell that has no figure.

    Source of the marks: Government Analysis Function, guidance on symbols in tables.
    """

    NOT_AVAILABLE = "[x]"
    NOT_APPLICABLE = "[z]"
    HIDDEN = "[c]"


Cell = tuple[str, Month]
"""A measure's figure of a month."""

Shown = float | Mark
"""A figure at its published rounding (a percentage as a fraction of 1), or a mark."""

WORDS = "Direction of travel"
"""The column that says in words what arrow and colour say."""

NO_NOTES = "No notes"
"""What the Notes column says for a measure without any: a published table has no blanks."""


def frozen(value: float, measure: Measure) -> float:
    """A figure at its published rounding: what the share copy holds of it.

    >>> from xl_addin.measure import Unit
    >>> frozen(510 / 1303, Measure("M3", "MASH", "", unit=Unit.PERCENTAGE))
    0.39
    """
    rounded = published(value, measure)
    if not measure.is_percentage:
        return rounded
    return round_half_away(rounded / 100, measure.decimals + 2)


def frozen_as(column: Derived, value: CellValue, measure: Measure) -> float | str:
    """What a derived column publishes of a value: at its own rounding, or its measure's."""
    if not is_number(value):
        return text_of(value)
    if column.decimals is None:
        return frozen(value, measure)
    return round_half_away(value, column.decimals)


@value_type
class SharedRow:
    """A measure's row. ``derived`` are its other figures by heading, ``notes`` its markers."""

    measure: Measure
    months: tuple[Shown, ...]
    derived: Mapping[str, float | str]
    moved: Direction | None
    verdict: Verdict
    notes: str

    @property
    def words(self) -> str:
        """The direction in words, and whether it is good: "Increase, positive change"."""
        if self.moved is None:
            return str(self.derived[CHANGE.heading])
        if self.verdict in (Verdict.NEUTRAL, Verdict.SIMILAR):
            return self.moved.word
        return f"{self.moved.word}, {self.verdict.value.lower()}"

    @property
    def marks(self) -> set[Mark]:
        """The marks that stand in it."""
        cells = (*self.texts, *self.months, *self.derived.values())
        return {cell for cell in cells if isinstance(cell, Mark)}

    @property
    def texts(self) -> tuple[str, str, str]:
        """What stands before the months."""
        measure = self.measure
        return (measure.ref, measure.area or Mark.NOT_APPLICABLE, measure.description)


@value_type
class SharedNote:
    """A data note: its number, what it applies to, its words, and whether those are our own."""

    number: int
    applies_to: str
    text: str
    is_automatic: bool = False

    @property
    def marker(self) -> str:
        """How the Dataset refers to it."""
        return f"[note {self.number}]"


@value_type
class SharedSignal:
    """What a copy says of a measure's signal: the cells of the sheet Signals by heading.

    All are ``[c]`` where a figure that it goes by is hidden.
    """

    measure: Measure
    cells: Mapping[str, float | str]


@value_type
class SharedSentence:
    """A sentence of the summary, its measure, and what officers say beside it, by heading."""

    about: str
    ref: str
    text: str
    said: Mapping[str, str] = field(default_factory=dict)


@value_type
class SharedSignals:
    """What a copy says by all recorded months: signals, and the month in words.

    ``said`` are the headings of what officers say beside sentences. ``behind`` are the figures of
    months before the page: as printed where signals go by them, else ``[c]``. ``withheld`` is
    commentary that is kept back, as it was, ``carried`` what stands as it is: (ref, words).
    """

    rows: tuple[SharedSignal, ...]
    sentences: tuple[SharedSentence, ...]
    said: tuple[str, ...] = ()
    behind: Mapping[Cell, Shown] = field(default_factory=dict)
    withheld: tuple[tuple[str, str], ...] = ()
    carried: tuple[tuple[str, str], ...] = ()

    def row(self, ref: str) -> SharedSignal:
        """What is said of a measure."""
        return next(row for row in self.rows if row.measure.ref == ref)

    @property
    def marks(self) -> set[Mark]:
        """The marks that stand in the rows."""
        return {c for row in self.rows for c in row.cells.values() if isinstance(c, Mark)}


@value_type
class SharedCopy:
    """Everything a share copy says.

    ``threshold`` is that of the direction of travel, in per cent. ``small`` is the greatest
    count that is hidden, 0 in a copy that hides nothing. ``charts`` are refs. ``withheld`` are
    the notes whose words could give a hidden figure away, as they were. ``columns`` stand after
    the months. ``signals`` is None in a copy without signals and summary.
    """

    title: str
    month: Month
    rows: tuple[SharedRow, ...]
    charts: tuple[str, ...]
    notes: tuple[SharedNote, ...]
    threshold: float
    small: int = 0
    withheld: tuple[SharedNote, ...] = ()
    columns: tuple[Column, ...] = tuple(
        c for c in COLUMNS if c.shared_width and not isinstance(c, LookedUp)
    )
    signals: SharedSignals | None = None

    @property
    def months(self) -> tuple[Month, ...]:
        """The 13 months shown, oldest first."""
        return self.month.window()

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of its sheets, in order."""
        if self.signals is None:
            return Sheet.DATASET, Sheet.KEY_MEASURES, Sheet.DATA_NOTES
        return (
            Sheet.DATASET,
            Sheet.SUMMARY,
            Sheet.KEY_MEASURES,
            Sheet.SIGNALS,
            Sheet.DATA_NOTES,
        )

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the Dataset, in order."""
        labels = (month.label for month in self.months)
        return (*Dataset.BEFORE_MONTHS, *labels, *self.headings_after_months)

    @property
    def headings_after_months(self) -> Iterator[str]:
        """The headings of what stands after the months: beside the change its words."""
        for column in self.columns:
            yield from (column.heading, WORDS) if column is CHANGE else (column.heading,)

    def row(self, ref: str) -> SharedRow:
        """The row of a measure."""
        return next(row for row in self.rows if row.measure.ref == ref)

    def cells(self, row: SharedRow) -> tuple[float | str, ...]:
        """A row of the Dataset, in the order of ``headings``."""
        after = {**row.derived, WORDS: row.words, NOTES.heading: row.notes or NO_NOTES}
        if self.signals:
            after |= self.signals.row(row.measure.ref).cells
        return (*row.texts, *row.months, *(after[h] for h in self.headings_after_months))
