"""The columns of the Dataset that stand after its months: each is said here, and nowhere else.

The page, the template, the checks, the share copy with its suppression and its audit, and the
functions for cells all read this list. A column that is added here is in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from enum import Enum, auto
from typing import TypeVar

from xl_addin.dataset.derived import (
    NOT_AVAILABLE,
    Derivation,
    average,
    average_formula,
    is_number,
    maximum,
    maximum_formula,
    percentage_change,
    percentage_change_formula,
)
from xl_addin.measure import Measure
from xl_addin.period import Month
from xl_addin.table import CellValue, Formula
from xl_addin.values import value_type

T = TypeVar("T")


class Over(Enum):
    """From which of the 13 months a column is worked out.

    The values are the arguments of its function: two figures, or the range of a year's.
    """

    ENDS = ("latest", "last_year")
    YEAR = ("values",)

    def months(self, window: Sequence[T]) -> Sequence[T]:
        """What belongs to its months, of what belongs to 13 months, oldest first.

        >>> Over.ENDS.months("abcdefghijklm"), Over.YEAR.months("abcdefghijklm")
        (('m', 'a'), 'bcdefghijklm')
        """
        return (window[-1], window[0]) if self is Over.ENDS else window[1:]

    def references(self, cells: Sequence[str]) -> tuple[str, ...]:
        """What its formula is given, of references to the cells of 13 months.

        Each month is named: a range would take in a column that an officer puts among them.
        """
        months = self.months(cells)
        return tuple(months) if self is Over.ENDS else (",".join(months),)

    def ranges(self, cells: Sequence[str]) -> tuple[str, ...]:
        """What its function for cells is given, of months that stand side by side."""
        months = self.months(cells)
        return tuple(months) if self is Over.ENDS else (f"{months[0]}:{months[-1]}",)

    def is_given(self, shown: Sequence[CellValue]) -> bool:
        """Whether there are figures to work it out from: both ends, or any month of the year."""
        given = map(is_number, self.months(shown))
        return all(given) if self is Over.ENDS else any(given)


class Role(Enum):
    """What a column tells about the figures of its months: suppression and audit go by it.

    ANYTHING is taken for what may give each of them away, so it stands beside no hidden one.
    ALL_MONTHS goes by figures of months before those shown, too: it stands only where each of them
    could be shown.
    """

    CHANGE = auto()
    MEAN = auto()
    GREATEST = auto()
    LEAST = auto()
    ANYTHING = auto()
    ALL_MONTHS = auto()


@value_type(kw_only=True)
class Column:
    """A column after the months: its heading, and its width in pixels on the page.

    ``shared_width`` is that in a share copy; 0 where it is not part of one. ``since`` is the
    edition of the workbook that brought it: a page may lack what the first had not.
    """

    heading: str
    width: int
    shared_width: int
    since: int = 1


@value_type(kw_only=True)
class Derived(Column):
    """A column that is worked out: by ``calculate`` here, by ``formula`` in Excel.

    Both take what ``over`` gives them. ``calculate`` gives an unrounded figure, text, or None for
    what cannot be worked out. ``function`` is its function for cells, ``purpose`` what that is
    for. ``decimals`` are those it is published with; None: those of its measure, in the
    measure's format. Readers know it as ``name``, as ``short`` in a narrow table, and as ``said``
    in the words of a chart (blank: not said there).
    """

    width: int = 92
    shared_width: int = 88
    over: Over
    calculate: Callable[..., CellValue]
    formula: Callable[..., str]
    function: str
    purpose: str
    name: str
    short: str
    said: str = ""
    decimals: int | None = None
    is_text: bool = False
    role: Role = Role.ANYTHING

    def value(self, shown: Sequence[CellValue]) -> CellValue:
        """What it is for the cells of 13 months, unrounded; None where it cannot be had.

        >>> MAXIMUM.value([99.0, *[4.0] * 11, None])
        4.0
        """
        months = self.over.months(shown)
        return self.calculate(*months) if self.over is Over.ENDS else self.calculate(months)

    def formula_of(self, cells: Sequence[str], derivation: Derivation = Derivation.FORMULAS) -> str:
        """Its formula, given references to the cells of the 13 months."""
        if derivation is Derivation.UDFS:
            return f"={self.function}({','.join(self.over.ranges(cells))})"
        return self.formula(*self.over.references(cells))

    @property
    def is_like_its_measure(self) -> bool:
        """Whether it is a figure of its measure, and is printed as one."""
        return self.decimals is None and not self.is_text

    def number_format(self, measure: Measure) -> str:
        """The number format of its cell in a measure's row."""
        return measure.number_format if self.decimals is None else f"{0:.{self.decimals}f}"


@value_type(kw_only=True)
class LookedUp(Column):
    """A column that shows what another table of the workbook says of the measure.

    ``table`` has a column of the same heading. It goes by more than the 13 months: a share copy has
    it where disclosure/behind_signals.py lets it stand.
    """

    table: str
    is_text: bool = True
    role: Role = Role.ALL_MONTHS

    def formula(self, shown: str) -> str:
        """Its formula; ``shown`` is the name of the setting that says yes, or no: then a blank."""
        found = f"MATCH([@[Measure Ref]],{self.table}[Measure Ref],0)"
        cell = f"INDEX({self.table}[{self.heading}],{found})"
        said = f'{cell}&""' if self.is_text else f'IF({cell}="","",{cell})'
        return f'=IF({shown}="no","",IFERROR({said},""))'


CHANGE = Derived(
    heading="% change from same period last year",
    width=146,
    shared_width=142,
    over=Over.ENDS,
    calculate=percentage_change,
    formula=percentage_change_formula,
    function="CHANGE_FROM_LAST_YEAR",
    purpose="Change from the same month last year in per cent, or n/a.",
    name="change",
    short="% change",
    decimals=0,
    role=Role.CHANGE,
)
AVERAGE = Derived(
    heading="12 month average",
    over=Over.YEAR,
    calculate=average,
    formula=average_formula,
    function="TWELVE_MONTH_AVERAGE",
    purpose="Mean of the figures of the last 12 months, or n/a.",
    name="average",
    short="Average",
    said="12 month average",
    role=Role.MEAN,
)
MAXIMUM = Derived(
    heading="Max. value in last 12 months",
    width=108,
    shared_width=108,
    over=Over.YEAR,
    calculate=maximum,
    formula=maximum_formula,
    function="TWELVE_MONTH_MAXIMUM",
    purpose="Largest figure of the last 12 months, or n/a.",
    name="maximum",
    short="Max.",
    said="highest of the last 12 months",
    role=Role.GREATEST,
)
TREND = Column(heading="Trend", width=96, shared_width=0)
"""A sparkline, which needs no value."""

NOTES = Column(heading="Notes", width=80, shared_width=124)
"""The markers of the data notes that apply."""

SIGNAL = LookedUp(heading="Signal", width=118, shared_width=104, since=2, table="Signals")
TARGET = LookedUp(
    heading="Target", width=74, shared_width=64, since=2, table="Signals", is_text=False
)
ASSURANCE = LookedUp(heading="Assurance", width=108, shared_width=96, since=2, table="Signals")
"""Whether the latest figure is news, by all recorded months."""

COLUMNS: tuple[Column, ...] = (CHANGE, AVERAGE, MAXIMUM, TREND, NOTES, SIGNAL, TARGET, ASSURANCE)
"""All of them, in the order in which a new page has them. Officers may move them."""

LOOKED_UP: tuple[LookedUp, ...] = tuple(c for c in COLUMNS if isinstance(c, LookedUp))

DERIVED: tuple[Derived, ...] = tuple(c for c in COLUMNS if isinstance(c, Derived))


def derived_among(headings: Collection[str]) -> tuple[Derived, ...]:
    """The derived columns that a page has."""
    return tuple(column for column in DERIVED if column.heading in headings)


def looked_up_among(headings: Collection[str]) -> tuple[LookedUp, ...]:
    """The columns of a page that show what other tables say."""
    return tuple(column for column in LOOKED_UP if column.heading in headings)


def derived_cells(
    months: Sequence[Month],
    shown: Sequence[CellValue],
    derivation: Derivation = Derivation.FORMULAS,
    columns: Iterable[Derived] = DERIVED,
) -> tuple[Formula, ...]:
    """The derived cells of a Dataset row, as formulas with their values.

    ``months`` are the 13 months shown, oldest first; ``shown`` the cell of each. Both
    derivations have the same values.
    """
    cells = [f"[@[{month.label}]]" for month in months]
    return tuple(
        Formula(column.formula_of(cells, derivation), shown_as(column.value(shown)))
        for column in columns
    )


def shown_as(value: CellValue) -> CellValue:
    """What a derived cell shows: its value, or n/a for what cannot be worked out."""
    return NOT_AVAILABLE if value is None else value
