"""The measures of a page that somebody keeps already: refs, areas, descriptions, units guessed.

What is guessed is shown to the officer before anything is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from xl_addin.measure import Measure, Unit
from xl_addin.patterns import pattern
from xl_addin.returns.figure import is_error, plain_text
from xl_addin.returns.headings import Cells, Headings, names_ref_column, read_headings
from xl_addin.table import CellValue, Grid, text_of
from xl_addin.values import field, value_type

MOST_KEY_MEASURES = 9
"""So many charts there are; the first measures have them until the officer chooses others."""

_DESCRIPTIONS = (
    *("description", "measure", "indicator", "measure description", "measure name"),
    *("indicator description", "name", "title", "definition"),
)
_AREAS = ("performance area", "area", "section", "domain", "theme", "category", "service", "group")
_SAYS_PERCENTAGE = pattern(r"percent|per cent|%|\bproportion\b", re.IGNORECASE)
_SAYS_OTHERWISE = pattern(r"\b(?:average|mean|rate|ratio|days|weeks|score)\b", re.IGNORECASE)
_PER_CENT = pattern(r"-?\d[\d,]*(?:\.(\d+))?\s*%")
_NUMBER = pattern(r"-?[\d,]*\d(?:\.(\d+))?")
_MOST_DECIMALS = 2


@value_type
class Guessed:
    """The measures of one page, in its order; its title where one stands above it."""

    place: str
    title: str
    measures: tuple[Measure, ...]


@value_type(frozen=False)
class _Page:
    """A page as it is read, row by row."""

    place: str
    title: str = ""
    area: str = ""
    headings: Headings | None = None
    columns: dict[str, int] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)

    def read(self, row: Cells) -> None:
        """Take in a row: the title, the headings, the heading of a section, or a measure."""
        if self.headings is None:
            self._read_above(row)
            return
        ref = plain_text(text_of(row[self.headings.ref]))
        if ref and not is_error(ref) and not names_ref_column(ref):
            self.measures.append(self._measure(ref, row))
        elif not ref and len(texts := [*_texts(row)]) == 1:
            self.area = texts[0]

    def _read_above(self, row: Cells) -> None:
        found = read_headings(row)
        if found and found.months:
            self.headings = found
            names = {i: plain_text(text_of(cell)).casefold() for i, cell in enumerate(row)}
            first_month = min(found.months)
            self.columns = {name: i for i, name in reversed(names.items()) if i < first_month}
        elif not self.title:
            self.title = next(_texts(row), "")

    def _measure(self, ref: str, row: Cells) -> Measure:
        assert self.headings
        description = self._cell(row, _DESCRIPTIONS) or ref
        figures = [row[column] for column in self.headings.months]
        unit, decimals = guess_unit(description, figures)
        return Measure(
            ref=ref,
            area=self._cell(row, _AREAS) or self.area,
            description=description,
            unit=unit,
            decimals=decimals,
            key=len(self.measures) < MOST_KEY_MEASURES,
        )

    def _cell(self, row: Cells, names: Iterable[str]) -> str:
        places = [self.columns[name] for name in names if name in self.columns]
        return next((text for i in places if (text := plain_text(text_of(row[i])))), "")


def guess_measures(grids: Iterable[Grid]) -> tuple[Guessed, ...]:
    """The measures of each sheet that is a page: with a column of refs, and columns of months."""
    pages = []
    for grid in grids:
        page = _Page(grid.place)
        for row in grid.rows:
            page.read(row)
        if page.measures:
            pages.append(Guessed(page.place, page.title, tuple(page.measures)))
    return tuple(pages)


def guess_unit(description: str, figures: Sequence[CellValue]) -> tuple[Unit, int]:
    """The unit of figures and the decimals they are published with.

    A percentage is written with %, called one, or lies between 0 and 1 throughout.

    >>> guess_unit("Rent collected", [0.981, 0.97]), guess_unit("Percentage let", ["39%", 0.5])
    ((<Unit.PERCENTAGE: 'percentage'>, 1), (<Unit.PERCENTAGE: 'percentage'>, 0))
    >>> guess_unit("Homes let", [12, "1,204"]), guess_unit("Days to let", [21.5, 19])
    ((<Unit.NUMBER: 'number'>, 0), (<Unit.NUMBER: 'number'>, 1))
    """
    numbers = [cell for cell in figures if isinstance(cell, int | float)]
    texts = [plain_text(cell) for cell in figures if isinstance(cell, str)]
    signed = [match for text in texts if (match := _PER_CENT.fullmatch(text))]
    if signed or _SAYS_PERCENTAGE.search(description) or _are_fractions(description, numbers):
        shown = [len(match[1] or "") for match in signed]
        shown += [_decimals(100 * number) for number in numbers if abs(number) <= 1]
        return Unit.PERCENTAGE, min(1, max(shown, default=0))
    written = [*texts, *(f"{number:.10g}" for number in numbers)]
    plain = [match for text in written if (match := _NUMBER.fullmatch(text))]
    most = max((len(match[1] or "") for match in plain), default=0)
    return Unit.NUMBER, min(_MOST_DECIMALS, most)


def _decimals(number: float) -> int:
    return len(f"{round(number, 6):.10g}".partition(".")[2])


def _are_fractions(description: str, numbers: Sequence[float]) -> bool:
    between = bool(numbers) and all(0 <= number <= 1 for number in numbers)
    whole = all(number == int(number) for number in numbers)
    return between and not whole and not _SAYS_OTHERWISE.search(description)


def _texts(row: Cells) -> Iterator[str]:
    """The words of a row; figures, and cells that calculate nothing, are none."""
    for cell in row:
        text = plain_text(text_of(cell)) if isinstance(cell, str) else ""
        if text and not _NUMBER.fullmatch(text) and not is_error(text):
            yield text
