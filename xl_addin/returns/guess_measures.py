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
_COUNTS = pattern(r"(?:number|count|no\.?) of\b", re.IGNORECASE)
_RATE = pattern(r"per\s+10,?000\b", re.IGNORECASE)
_PASSED_OVER = pattern(r"(?:sub-?)?totals?\b|source\b|notes?\b|key\b", re.IGNORECASE)
_SAYS_OTHERWISE = pattern(r"\b(?:average|mean|rate|ratio|days|weeks|score)\b", re.IGNORECASE)
_DAYS = pattern(r"\bdays?\b", re.IGNORECASE)
_PER_CENT = pattern(r"(-?\d[\d,]*(?:\.(\d+))?)\s*%")
_NUMBER = pattern(r"-?£?[\d,]*\d(?:\.\d+)?")
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
        ref, texts = plain_text(text_of(row[self.headings.ref])), [*_texts(row)]
        has_figures = any(row[column] is not None for column in self.headings.months)
        if len(texts) == 1 and not has_figures and not _PASSED_OVER.match(texts[0]):
            self.area = texts[0]
        elif ref and (has_figures or len(texts) > 1) and not self._is_none(ref):
            self.measures.append(self._measure(ref, row))

    def _is_none(self, ref: str) -> bool:
        """Whether what stands among the refs is none: a heading once more, a total, a remark."""
        return is_error(ref) or names_ref_column(ref) or bool(_PASSED_OVER.match(ref))

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

    What is written with % or £ is that. Else it goes by the description; figures between 0 and 1
    throughout are a percentage, unless the description counts or averages.

    >>> guess_unit("Rent collected", [0.981, 0.97]), guess_unit("Percentage let", ["39%", 0.5])
    ((<Unit.PERCENTAGE: 'percentage'>, 1), (<Unit.PERCENTAGE: 'percentage'>, 0))
    >>> guess_unit("Homes let", [12, "1,204"]), guess_unit("Days to let", [21.5, 19])
    ((<Unit.NUMBER: 'number'>, 0), (<Unit.DAYS: 'days'>, 1))
    """
    written = [_written(cell) for cell in figures if cell is not None]
    if signed := [match for text in written if (match := _PER_CENT.fullmatch(text))]:
        most = max(float(match[1].replace(",", "")) for match in signed)
        decimals = max(len(match[2] or "") for match in signed)
        return (Unit.ABOVE_100 if most > 100 else Unit.PERCENTAGE), min(1, decimals)
    numbers = [text.removeprefix("£") for text in written if _NUMBER.fullmatch(text)]
    unit = _unit_of(description, any("£" in text for text in written), _floats(numbers))
    if unit is Unit.PERCENTAGE:
        shares = [_decimals(100 * number) for number in _floats(numbers) if number <= 1]
        return unit, min(1, max(shares, default=0))
    decimals = min(_MOST_DECIMALS, max((len(n.partition(".")[2]) for n in numbers), default=0))
    return (Unit.DECIMAL if unit is Unit.NUMBER and decimals else unit), decimals


def _unit_of(description: str, is_money: bool, numbers: Sequence[float]) -> Unit:
    if is_money or "£" in description:
        return Unit.MONEY
    if _RATE.search(description):
        return Unit.RATE
    if _COUNTS.match(description):
        return Unit.NUMBER
    if _SAYS_PERCENTAGE.search(description) or _are_fractions(description, numbers):
        return Unit.PERCENTAGE
    return Unit.DAYS if _DAYS.search(description) else Unit.NUMBER


def _written(cell: CellValue) -> str:
    return f"{cell:.10g}" if isinstance(cell, int | float) else plain_text(text_of(cell))


def _floats(numbers: Iterable[str]) -> list[float]:
    return [float(number.replace(",", "").replace("£", "")) for number in numbers]


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
