"""The Dataset page: 13 months of every measure and what is derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from xl_addin.dataset.columns import (
    DERIVED,
    LOOKED_UP,
    Derived,
    LookedUp,
    derived_among,
    derived_cells,
    looked_up_among,
)
from xl_addin.dataset.derived import Derivation
from xl_addin.dataset.history import History
from xl_addin.dataset.signals import NO_REBASES, MeasureSignal, Rebases, signal_of
from xl_addin.dataset.spc import Assurance, assurance
from xl_addin.dataset.targets import NO_TARGETS, KnownTargets
from xl_addin.errors import MonthUnreadable
from xl_addin.layout import Dataset, Name, Signals
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import State
from xl_addin.period import Month
from xl_addin.table import CellValue, Formula, Table, text_of
from xl_addin.update import Row, SetRows, stands_already
from xl_addin.values import field, replace, value_type

if TYPE_CHECKING:
    from xl_addin.dataset.comparators import Comparator


@value_type
class PageRow:
    """A measure's row: what each of the 13 months shows, oldest first, and what that says.

    ``signal`` goes by all recorded months; None where nothing is known but the page. ``target`` is
    that of its latest month, in the unit of its figures; ``others`` are what is set beside it.
    """

    measure: Measure
    shown: tuple[CellValue, ...]
    signal: MeasureSignal | None = None
    target: float | None = None
    others: tuple[Comparator, ...] = ()

    @property
    def latest(self) -> CellValue:
        """What the month of the page shows."""
        return self.shown[-1]

    @property
    def state(self) -> State:
        """The state of what the month of the page shows."""
        if self.latest is None:
            return State.MISSING
        return State.NOT_UPDATED if isinstance(self.latest, str) else State.NUMBER

    @property
    def assurance(self) -> Assurance | None:
        """Whether its target is met every time, never, or by chance; None where nobody can say."""
        limits = self.signal.limits if self.signal else None
        if limits is None or self.target is None:
            return None
        return assurance(limits, self.target, self.measure.polarity)

    def value(self, column: Derived) -> CellValue:
        """What a derived column is for it, unrounded; None where that cannot be worked out."""
        return column.value(self.shown)


@value_type
class Page:
    """The page of one month; the row order is the catalogue's. ``derived`` are its columns.

    ``looked_up`` are those that say what other tables say, blank unless ``signals_shown``.
    ``rebases`` are the months that its signals start from anew, by ref; ``recorded``,
    ``targets`` and ``compared``, the comparators by ref, are what charts draw beyond its months.
    """

    month: Month
    rows: tuple[PageRow, ...]
    derivation: Derivation = Derivation.FORMULAS
    derived: tuple[Derived, ...] = DERIVED
    looked_up: tuple[LookedUp, ...] = LOOKED_UP
    signals_shown: bool = True
    rebases: Rebases = field(default_factory=dict)
    recorded: History = field(default_factory=History, repr=False, compare=False)
    targets: KnownTargets = NO_TARGETS
    compared: Mapping[str, tuple[Comparator, ...]] = field(default_factory=dict)

    @property
    def months(self) -> tuple[Month, ...]:
        """The 13 months shown, oldest first."""
        return self.month.window()

    def is_before(self, measure: Measure) -> bool:
        """Whether all that is recorded of a measure is of later months: it had not begun."""
        seen = (revision.observation for revision in self.recorded.all_revisions(measure.ref))
        months = [one.month for one in seen if one.state is not State.MISSING]
        return bool(months) and min(months) > self.month

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Their headings."""
        return tuple(month.label for month in self.months)

    @property
    def columns(self) -> tuple[str, ...]:
        """The Dataset columns that the page fills, in order. Trend is a sparkline's cell."""
        derived = (column.heading for column in self.derived)
        looked_up = (column.heading for column in self.looked_up)
        return (*Dataset.BEFORE_MONTHS, *self.labels, *derived, Dataset.NOTES, *looked_up)

    def cells(self, row: PageRow, markers: Mapping[str, str]) -> tuple[CellValue | Formula, ...]:
        """A row of the table, in the order of ``columns``."""
        measure = row.measure
        derived = derived_cells(self.months, row.shown, self.derivation, self.derived)
        texts = (measure.ref, measure.area, measure.description)
        looked_up = (
            Formula(column.formula(Name.SIGNALS_SHOWN), self.said(row, column))
            for column in self.looked_up
        )
        marker = markers.get(measure.ref) or None
        return (*texts, *row.shown, *derived, marker, *looked_up)

    def said(self, row: PageRow, column: LookedUp) -> CellValue:
        """What a column shows of what another table says of a measure."""
        said: dict[str, CellValue] = {
            Signals.SIGNAL: row.signal.text if row.signal else "",
            Signals.TARGET: "" if row.target is None else row.target,
            Signals.ASSURANCE: row.assurance.shown if row.assurance else "",
        }
        return said[column.heading] if self.signals_shown else ""

    def number_formats(self, measure: Measure) -> dict[str, str]:
        """The formats a new row needs, by heading: of its months and what prints like them."""
        alike = (column.heading for column in self.derived if column.is_like_its_measure)
        numbers = (column.heading for column in self.looked_up if not column.is_text)
        return dict.fromkeys((*self.labels, *alike, *numbers), measure.number_format)


def build_page(
    catalogue: Catalogue,
    history: History,
    month: Month,
    rebases: Rebases = NO_REBASES,
    targets: KnownTargets = NO_TARGETS,
) -> Page:
    """The page as History has it for a month and the 12 before."""
    months = month.window()
    return Page(
        month,
        tuple(
            PageRow(
                m,
                tuple(history.observed(m.ref, month).shown for month in months),
                signal_of(m, history, month, rebases.get(m.ref, ())),
                targets.target_of(m.ref, month),
            )
            for m in catalogue
        ),
        rebases=rebases,
        recorded=history,
        targets=targets,
    )


def page_change(
    table: Table,
    page: Page,
    markers: Mapping[str, str],
    renames: Mapping[str, str] | None = None,
    *,
    always: bool = False,
) -> SetRows | None:
    """What has to change in the Dataset table to show a page; None when it shows it already.

    A measure's row is known by its ref, so it keeps its formats and an officer's own columns
    wherever it moves. ``renames`` gives new refs by old ref. Derived columns are found by their
    headings; one that the table lacks stays away. Where a column of the officer's stands among
    the months, functions for cells, which are given a range of months, give way to formulas.
    ``always`` says all of it even then.
    """
    looked_up = tuple(c for c in looked_up_among(table.headings) if c in page.looked_up)
    page = replace(page, derived=derived_among(table.headings), looked_up=looked_up)
    if not _months_are_side_by_side(table):
        page = replace(page, derivation=Derivation.FORMULAS)
    refs = [text_of(row[table.headings.index(Dataset.REF)]) for row in table.rows]
    rows_of = {(renames or {}).get(ref, ref): number for number, ref in enumerate(refs)}
    rows = tuple(
        Row(
            page.cells(row, markers),
            was=(was := rows_of.get(row.measure.ref)),
            number_formats={} if was is not None else page.number_formats(row.measure),
        )
        for row in page.rows
    )
    headings = _new_headings(table, page)
    if not always and not headings and stands_already(table, page.columns, rows):
        return None
    return SetRows(Dataset.TABLE, page.columns, rows, headings)


def _months_are_side_by_side(table: Table) -> bool:
    places = [n for n, heading in enumerate(table.headings) if is_month_heading(heading)]
    return places == list(range(places[0], places[0] + len(places)))


def _new_headings(table: Table, page: Page) -> dict[str, str]:
    old = [heading for heading in table.headings if is_month_heading(heading)]
    return {was: now for was, now in zip(old, page.labels, strict=True) if was != now}


def is_month_heading(heading: str) -> bool:
    """Whether a heading of the Dataset is that of a month, or of one still to come."""
    if heading in Dataset.UNNAMED_MONTHS:
        return True
    try:
        month = Month.parse(heading)
    except MonthUnreadable:
        return False
    # Ours name the year whole: "May 15" is an officer's own column.
    return str(month.year) in heading
