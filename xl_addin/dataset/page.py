"""The Dataset page: 13 months of every measure and what is derived from them."""

from __future__ import annotations

from collections.abc import Mapping

from xl_addin.dataset.columns import DERIVED, Derived, derived_among, derived_cells
from xl_addin.dataset.derived import Derivation
from xl_addin.dataset.history import History
from xl_addin.dataset.signals import NO_REBASES, MeasureSignal, Rebases, signal_of
from xl_addin.errors import MonthUnreadable
from xl_addin.layout import Dataset
from xl_addin.measure import Catalogue, Measure
from xl_addin.observation import State
from xl_addin.period import Month
from xl_addin.table import CellValue, Formula, Table, text_of
from xl_addin.update import Row, SetRows, stands_already
from xl_addin.values import field, replace, value_type


@value_type
class PageRow:
    """A measure's row: what each of the 13 months shows, oldest first, and what that says.

    ``signal`` goes by all recorded months; None where nothing is known but the page.
    """

    measure: Measure
    shown: tuple[CellValue, ...]
    signal: MeasureSignal | None = None

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

    def value(self, column: Derived) -> CellValue:
        """What a derived column is for it, unrounded; None where that cannot be worked out."""
        return column.value(self.shown)


@value_type
class Page:
    """The page of one month; the row order is the catalogue's. ``derived`` are its columns.

    ``rebases`` are the months that its signals start from anew, by ref.
    """

    month: Month
    rows: tuple[PageRow, ...]
    derivation: Derivation = Derivation.FORMULAS
    derived: tuple[Derived, ...] = DERIVED
    rebases: Rebases = field(default_factory=dict)

    @property
    def months(self) -> tuple[Month, ...]:
        """The 13 months shown, oldest first."""
        return self.month.window()

    @property
    def labels(self) -> tuple[str, ...]:
        """Their headings."""
        return tuple(month.label for month in self.months)

    @property
    def columns(self) -> tuple[str, ...]:
        """The Dataset columns that the page fills, in order. Trend is a sparkline's cell."""
        derived = (column.heading for column in self.derived)
        return (*Dataset.BEFORE_MONTHS, *self.labels, *derived, Dataset.NOTES)

    def cells(self, row: PageRow, markers: Mapping[str, str]) -> tuple[CellValue | Formula, ...]:
        """A row of the table, in the order of ``columns``."""
        measure = row.measure
        derived = derived_cells(self.months, row.shown, self.derivation, self.derived)
        texts = (measure.ref, measure.area, measure.description)
        return (*texts, *row.shown, *derived, markers.get(measure.ref) or None)

    def number_formats(self, measure: Measure) -> dict[str, str]:
        """The formats a new row needs, by heading: of its months and what prints like them."""
        alike = (column.heading for column in self.derived if column.is_like_its_measure)
        return dict.fromkeys((*self.labels, *alike), measure.number_format)


def build_page(
    catalogue: Catalogue, history: History, month: Month, rebases: Rebases = NO_REBASES
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
            )
            for m in catalogue
        ),
        rebases=rebases,
    )


def page_change(
    table: Table, page: Page, markers: Mapping[str, str], renames: Mapping[str, str] | None = None
) -> SetRows | None:
    """What has to change in the Dataset table to show a page; None when it shows it already.

    A measure's row is known by its ref, so it keeps its formats and an officer's own columns
    wherever it moves. ``renames`` gives new refs by old ref. Derived columns are found by their
    headings; one that the table lacks stays away. Where a column of the officer's stands among
    the months, functions for cells, which are given a range of months, give way to formulas.
    """
    page = replace(page, derived=derived_among(table.headings))
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
    if not headings and stands_already(table, page.columns, rows):
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
