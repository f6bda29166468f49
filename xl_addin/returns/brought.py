"""Targets and comparators that a file brings, and what was made of each of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xl_addin.dataset.comparators import is_symbol
from xl_addin.errors import Problem
from xl_addin.layout import Comparators, Signals, Targets
from xl_addin.measure import Catalogue, Measure
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.returns.figure import plain_text
from xl_addin.table import CellValue, Grid, PerCent, is_blank, text_of
from xl_addin.values import field, value_type

COLUMNS = {Targets.TABLE: Targets.COLUMNS, Comparators.TABLE: Comparators.COLUMNS}
NEEDED = {
    Targets.TABLE: frozenset([Targets.REF, Targets.TARGET]),
    Comparators.TABLE: frozenset([Comparators.REF, Comparators.WHO, Comparators.VALUE]),
}
"""By which columns a table of a file is known; a comparator without a period is told of."""

_NUMBER = pattern(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)? ?(%?)")


@value_type
class Choices:
    """What an officer says of a file.

    ``columns`` are refs by column, ``who`` those whose figures are taken beside England's, ``only``
    what the rows of a column are to say; with ``per_cents`` percentages are typed as 39.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    who: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    per_cents: bool = False


@value_type
class Brought:
    """Rows for a table, in the order of its columns, each with the number of its row in the file.

    ``place`` is the file, or its sheet. ``told`` says how it was read, a line each; with
    ``problems`` nothing is to be brought.
    """

    table: str
    place: str
    rows: tuple[tuple[int, tuple[CellValue, ...]], ...]
    told: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def header_of(grid: Grid, needed: frozenset[str]) -> tuple[int, list[str]] | None:
    """The first row that has all of some headings, whatever their capitals, and its headings."""
    wanted = {heading.casefold() for heading in needed}
    for number, row in enumerate(grid.rows):
        headings = [plain_text(text_of(cell)) for cell in row]
        if wanted <= {heading.casefold() for heading in headings}:
            return number, headings
    return None


def read_rows(grid: Grid, catalogue: Catalogue, choices: Choices) -> Brought | None:
    """The targets or comparators that a sheet holds as their tables do; None for neither.

    A page with months is neither, though it has a column Target; nor is our sheet Signals.
    """
    for table, needed in NEEDED.items():
        found = header_of(grid, needed)
        if found and Signals.LOWER not in found[1] and not any(map(_is_month, found[1])):
            return _read_table(grid, table, found, _Reader(catalogue, choices.per_cents))
    return None


def _is_month(heading: str) -> bool:
    try:
        Month.parse(heading)
    except ValueError:
        return False
    return True


@value_type
class _Reader:
    """What turns a cell into what its table holds; a percentage of 39 is 39% where that is said."""

    catalogue: Catalogue
    per_cents: bool

    def cell(self, heading: str, cell: CellValue, ref: str) -> CellValue:
        """A cell of a column; what cannot be read stays as it is, and is told of later."""
        if heading in (Targets.FROM, Targets.TO) and text_of(cell):
            return Month.parse(cell).first_day if _is_month(text_of(cell)) else cell
        if heading in (Targets.TARGET, Comparators.VALUE):
            if ref in self.catalogue:
                return parse_value(cell, self.catalogue[ref], per_cents=self.per_cents)
            number, is_per_cent = number_of(cell)
            return cell if number is None else number / (100 if is_per_cent else 1)
        return text_of(cell) or None


def parse_value(cell: CellValue, measure: Measure, *, per_cents: bool) -> CellValue:
    """A figure in the unit of a measure; a cell that holds none as it is.

    >>> from xl_addin.measure import Unit
    >>> parse_value("39.5%", Measure("M", "", "", unit=Unit.PERCENTAGE), per_cents=False)
    0.395
    """
    number, is_per_cent = number_of(cell)
    if number is None:
        return cell
    if measure.is_percentage and (is_per_cent or (per_cents and not isinstance(cell, PerCent))):
        return round(number / 100, 12)
    return cell if is_per_cent else number


def number_of(cell: CellValue) -> tuple[float | None, bool]:
    """The number that a cell holds or spells, and whether a % stands behind it; None for none."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell), False
    text = plain_text(cell).removeprefix("£") if isinstance(cell, str) else ""
    match = _NUMBER.fullmatch(text)
    if not match:
        return None, False
    whole = match[2].replace(",", "")
    return float(f"{match[1]}{whole}{match[3] or ''}"), bool(match[4])


def _read_table(grid: Grid, table: str, header: tuple[int, list[str]], reader: _Reader) -> Brought:
    number, headings = header
    known = {heading.casefold(): place for place, heading in reversed([*enumerate(headings)])}
    places = [known.get(heading.casefold()) for heading in COLUMNS[table]]
    rows, symbols = [], list[str]()
    for line, row in enumerate(grid.rows[number + 1 :], grid.first_row + number + 1):
        cells = [None if p is None or p >= len(row) else row[p] for p in places]
        if is_blank(tuple(cells)):
            continue
        if table == Comparators.TABLE and is_symbol(cells[3]):
            symbols.append(text_of(cells[3]))
            continue
        ref = text_of(cells[0])
        read = (reader.cell(h, c, ref) for h, c in zip(COLUMNS[table], cells, strict=True))
        rows.append((line, tuple(read)))
    told = [*_told(grid.place, table, headings, reader.per_cents), *symbols_told(symbols)]
    return Brought(table, grid.place, tuple(rows), tuple(told))


def _told(place: str, table: str, headings: Sequence[str], per_cents: bool) -> Iterator[str]:
    columns = {heading.casefold(): heading for heading in COLUMNS[table]}
    read = [columns[h.casefold()] for h in headings if h.casefold() in columns]
    yield f"“{place}” is read as {table.lower()}: {', '.join(dict.fromkeys(read))}."
    if per_cents:
        yield "A percentage of 39 is read as 39%."
    if others := [h for h in headings if h and h.casefold() not in columns]:
        yield f"Columns that are not read: {', '.join(others)}."


def symbols_told(symbols: Sequence[str]) -> Iterator[str]:
    """How many figures were not published, by the symbol in their place."""
    if symbols:
        kinds = (f"{kind} {symbols.count(kind)}" for kind in dict.fromkeys(symbols))
        verb = "figure is" if len(symbols) == 1 else "figures are"
        yield f"{len(symbols)} {verb} not published ({', '.join(kinds)}): left out."
