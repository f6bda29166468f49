"""The Department for Education's published data: a row a period and place, indicators in columns.

Every such file has ``time_period``, ``time_identifier`` and ``geographic_level``, then codes and
names of places, then columns that say what a row is about (filters), and indicators. What a column
is, its cells say: an indicator holds numbers and symbols, a filter words. Percentages are printed
as per cents: 35.2 is 35.2%.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from xl_addin.dataset.comparators import is_symbol
from xl_addin.errors import Problem, listed
from xl_addin.layout import Comparators
from xl_addin.measure import Catalogue, Measure
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.returns.brought import (
    Brought,
    Choices,
    header_of,
    number_of,
    parse_value,
    symbols_told,
)
from xl_addin.table import CellValue, Grid, PerCent, is_blank, text_of
from xl_addin.values import value_type

NEEDED = frozenset(["time_period", "geographic_level"])
_PLACE = pattern(
    r"(?:country|region|new_la|old_la|la|lad|pcon|rsc_region_lead|english_devolved_area|"
    r"opportunity_area|local_enterprise_partnership|mayoral_combined_authority|ward|sponsor|"
    r"trust|school|provider|institution)_?(?:code|name|id|urn|laestab|lead_name)?"
)
_PERIOD_COLUMNS = ("time_period", "time_identifier", "geographic_level")
_NAMES = {
    "national": "country_name",
    "regional": "region_name",
    "local authority": "la_name",
}
"""The column that names the place of a row, by its geographic level."""

_YEARS = {
    "": "",
    "calendar year": "",
    "financial year": "",
    "tax year": "",
    "academic year": " (academic year)",
    "reporting year": " (reporting year)",
}
"""The identifiers that mean a whole year, and what is added to the year to say which."""

_TOTAL = pattern(r"(?:total|all)\b.*")
_FEW = 6

Record = Mapping[str, CellValue]
"""A row by column, columns in small letters."""


class _Found(NamedTuple):
    """A row that is taken, where it stands, and its period; None for what is no month or year."""

    line: int
    row: Record
    period: str | None


@value_type
class _File:
    """The columns and rows of a file.

    An indicator is a column of numbers and symbols, or ``named`` as one by an officer; a filter
    one of words; neither is a period or a place.
    """

    place: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, CellValue]], ...]
    named: frozenset[str] = frozenset()

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """What the cells of each column say, each once, blanks apart."""
        said = {c: dict.fromkeys(text_of(row[c]) for _, row in self.rows) for c in self.columns}
        return {column: [kind for kind in kinds if kind] for column, kinds in said.items()}

    @cached_property
    def indicators(self) -> list[str]:
        """The columns of figures."""
        return [c for c in self._others if c in self.named or all(map(_is_figure, self.kinds[c]))]

    @cached_property
    def filters(self) -> list[str]:
        """The columns that say what a row is about."""
        return [c for c in self._others if c not in self.indicators]

    @property
    def _others(self) -> list[str]:
        named = (c for c in self.columns if c not in _PERIOD_COLUMNS and not _PLACE.fullmatch(c))
        return [column for column in named if self.kinds[column]]


def _is_figure(cell: CellValue) -> bool:
    return is_symbol(cell) or _is_number(cell)


def _is_number(cell: CellValue) -> bool:
    return number_of(cell)[0] is not None


def read_published(grid: Grid, catalogue: Catalogue, choices: Choices) -> Brought | None:
    """What a file of published data has of a workbook's measures; None for another file.

    An indicator is a measure's that it is named for (its ref, description or key heading), or that
    an officer says. Of what a row is about, totals are taken unless an officer says otherwise;
    of places England, and those an officer names.
    """
    found = header_of(grid, NEEDED)
    if found is None:
        return None
    columns = [heading.casefold() for heading in found[1]]
    refs = _refs(columns, catalogue, choices.columns)
    file = _file(grid, found[0], columns, frozenset(refs))
    problems = [*_unknown_choices(file, catalogue, choices), *_filter_problems(file, choices.only)]
    if not refs and not problems:
        problems.append(_nothing_named(file))
    if problems:
        return Brought(Comparators.TABLE, grid.place, (), (), tuple(problems))
    return _Reading(file, catalogue, choices, refs).brought()


def _file(grid: Grid, number: int, columns: Sequence[str], named: frozenset[str]) -> _File:
    rows = []
    for line, row in enumerate(grid.rows[number + 1 :], grid.first_row + number + 1):
        if not is_blank(row):
            cells = (*row, *[None] * (len(columns) - len(row)))
            rows.append((line, dict(zip(columns, cells, strict=False))))
    return _File(grid.place, tuple(filter(None, columns)), tuple(rows), named)


def _refs(columns: Sequence[str], catalogue: Catalogue, said: Mapping[str, str]) -> dict[str, str]:
    """The measure of each column that is one's."""
    named = {_plain(text): m.ref for m in catalogue for text in (m.key_heading, m.description)}
    named |= {_plain(m.ref): m.ref for m in catalogue}
    found = {c: named[_plain(c)] for c in columns if _plain(c) and _plain(c) in named}
    known = {ref.casefold(): ref for ref in catalogue.refs}
    return found | {c.casefold(): known.get(ref.casefold(), ref) for c, ref in said.items()}


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _nothing_named(file: _File) -> Problem:
    if not file.indicators:
        return Problem(file.place, "It has no column of figures.", "Choose another file.")
    found = f"No column is called as a measure is. Its figures: {listed(file.indicators)}."
    remedy = f'Say which measure one is: --column "{file.indicators[0]}=REF".'
    return Problem(file.place, found, remedy)


def _unknown_choices(file: _File, catalogue: Catalogue, choices: Choices) -> Iterator[Problem]:
    refs = {ref.casefold() for ref in catalogue.refs}
    for column, ref in choices.columns.items():
        if column.casefold() not in file.columns:
            yield Problem(file.place, f"It has no column “{column}”.", _these(file.indicators))
        if ref.casefold() not in refs:
            found = f"“{ref}” is not a measure ref."
            yield Problem("--column", found, "Write a ref that stands in Measures.")
    places = {place.casefold() for c in _NAMES.values() for place in file.kinds.get(c, ())}
    for who in choices.who:
        if who.casefold() not in places:
            found = f"It has no figures of “{who}”."
            yield Problem(file.place, found, "Write a region or authority as the file does.")


def _these(columns: Sequence[str]) -> str:
    return f"Its figures stand under {listed(columns)}." if columns else "It has no figures."


def _filter_problems(file: _File, only: Mapping[str, str]) -> Iterator[Problem]:
    """Columns of which nobody can tell the row that is meant, and choices that name none."""
    wanted = {column.casefold(): words for column, words in only.items()}
    for column, words in wanted.items():
        if column not in file.columns:
            yield Problem(file.place, f"It has no column “{column}”.", _these(file.filters))
        elif words.casefold() not in (kind.casefold() for kind in file.kinds[column]):
            found = f"No row has “{words}” under {column}."
            yield Problem(file.place, found, f"There are {listed(file.kinds[column], _FEW)}.")
    for column in file.filters:
        kinds = file.kinds[column]
        if column not in wanted and len(kinds) > 1 and not any(map(_is_total, kinds)):
            found = f"Under {column} stand {listed(kinds, _FEW)}; none of them is a total."
            remedy = f'Say which rows are meant: --only "{column}={kinds[0]}".'
            yield Problem(file.place, found, remedy)


def _is_total(kind: str) -> bool:
    return bool(_TOTAL.fullmatch(kind.casefold()))


@value_type
class _Reading:
    """A file of which it is known what each column is: ``refs`` are measures by column."""

    file: _File
    catalogue: Catalogue
    choices: Choices
    refs: Mapping[str, str]

    def brought(self) -> Brought:
        """The comparators, and how they were read."""
        meant = [(place, row) for place, row in self.file.rows if self._is_meant(row)]
        taken = [(place, row) for place, row in meant if self._is_chosen(row)]
        found = [_Found(place, row, period_of(row)) for place, row in taken]
        read = [(one, column) for one in found if one.period for column in self.refs]
        rows = [self._row(*each) for each in read if _is_number(each[0].row[each[1]])]
        symbols = [text_of(one.row[c]) for one, c in read if is_symbol(one.row[c])]
        odd = sum(one.period is None for one in found)
        told = (*self._told([row for _, row in meant], odd), *symbols_told(symbols))
        problems = [*self._scales(taken), *self._words(taken), *self._twice(rows)]
        return Brought(Comparators.TABLE, self.file.place, tuple(rows), told, tuple(problems))

    @cached_property
    def _wanted(self) -> dict[str, frozenset[str]]:
        """What the rows that are meant say, by column."""
        only = {
            column.casefold(): frozenset([w.casefold()]) for column, w in self.choices.only.items()
        }
        several = (c for c in self.file.filters if len(self.file.kinds[c]) > 1)
        return {
            c: frozenset(kind.casefold() for kind in self.file.kinds[c] if _is_total(kind))
            for c in several
        } | only

    def _is_meant(self, row: Record) -> bool:
        return all(text_of(row[c]).casefold() in words for c, words in self._wanted.items())

    @cached_property
    def _chosen(self) -> frozenset[str]:
        return frozenset(who.casefold() for who in self.choices.who)

    def _is_chosen(self, row: Record) -> bool:
        who = who_of(row)
        return bool(who) and (_level(row) == "national" or who.casefold() in self._chosen)

    def _row(self, found: _Found, column: str) -> tuple[int, tuple[CellValue, ...]]:
        measure = self.catalogue[self.refs[column]]
        value = parse_value(found.row[column], measure, per_cents=True)
        cells = measure.ref, who_of(found.row), found.period, value, self.file.place
        return found.line, cells

    def _scales(self, taken: Sequence[tuple[int, Record]]) -> Iterator[Problem]:
        """Percentages of which nobody can tell whether 0.4 is 0.4% or 40%."""
        for column, ref in self.refs.items():
            bare = [row[column] for _, row in taken if not isinstance(row[column], PerCent)]
            numbers = [n for n, is_per_cent in map(number_of, bare) if n and not is_per_cent]
            is_unclear = self.catalogue[ref].is_percentage and numbers and max(numbers) <= 1
            if is_unclear and not self.choices.per_cents:
                found = f"Every figure under {column} lies between 0 and 1: is 0.4 0.4% or 40%?"
                sheet = f"otherwise write them into the sheet {Comparators.TABLE}."
                yield Problem(self.file.place, found, f"With --per-cents it is 0.4%; {sheet}")

    def _words(self, taken: Sequence[tuple[int, Record]]) -> Iterator[Problem]:
        """What stands among figures and is none, nor a symbol."""
        for place, row in taken:
            for column, ref in self.refs.items():
                said, measure = text_of(row[column]), self.catalogue[ref]
                is_odd = number_of(row[column])[1] and not measure.is_percentage
                if said and (is_odd or not _is_figure(row[column])):
                    found = f"Under {column} stands “{said}”, which is no figure of {ref}."
                    remedy = "Choose a column of its figures, or correct the file."
                    yield Problem(f"{self.file.place}, row {place}", found, remedy)

    def _twice(self, rows: Sequence[tuple[int, tuple[CellValue, ...]]]) -> Iterator[Problem]:
        """Several values of one measure for one place and period: which is meant?"""
        first: dict[tuple[CellValue, ...], tuple[int, CellValue]] = {}
        told: set[tuple[CellValue, ...]] = set()
        for place, (ref, who, period, value, _) in rows:
            key = ref, who, period
            other, seen = first.setdefault(key, (place, value))
            if seen != value and key not in told:
                told.add(key)
                found = f"{who} has several values of {ref} for {period} (also row {other})."
                remedy = 'Say which rows are meant: --only "COLUMN=WORDS".'
                yield Problem(f"{self.file.place}, row {place}", found, remedy)

    def _told(self, rows: Sequence[Record], odd: int) -> Iterator[str]:
        file = self.file
        rows_of = "1 row" if len(file.rows) == 1 else f"{len(file.rows):,} rows"
        yield f"“{file.place}” is read as published data, {rows_of}:"
        yield "• time_period, time_identifier: the period"
        names = [c for c in _NAMES.values() if c in file.columns]
        yield f"• {', '.join(['geographic_level', *names])}: whose figure it is"
        for column, ref in self.refs.items():
            yield f"• {column}: {_called(self.catalogue[ref])}"
        for column in file.filters:
            yield f"• {column}: only {_meant(file, column, self.choices.only)}"
        if left := [c for c in file.indicators if c not in self.refs]:
            yield f"Not read, because no measure is called so: {listed(left)}."
            yield f'One of them is read with --column "{left[0]}=REF".'
        yield from self._places_left(rows)
        if odd:
            rows_are = "row is" if odd == 1 else "rows are"
            yield f"{odd} {rows_are} neither of a month nor of a year: left out."

    def _places_left(self, rows: Sequence[Record]) -> Iterator[str]:
        """How many places are not taken, by their level; places below authorities are none."""
        left = {(_level(row), who_of(row)) for row in rows if not self._is_chosen(row)}
        counts = Counter(level for level, who in left if who)
        if counts:
            said = ", ".join(f"{level} {number}" for level, number in sorted(counts.items()))
            yield f'Places that are not taken: {said}. One is taken with --who "NAME".'
        if below := sum(not who_of(row) for row in rows):
            rows_are = "row is of a place" if below == 1 else "rows are of places"
            yield f"{below} {rows_are} below local authorities: left out."


def _called(measure: Measure) -> str:
    how = ", in per cents: 35.2 is 35.2%" if measure.is_percentage else ""
    return f"{measure.ref}, {measure.heading} ({measure.unit}{how})"


def _meant(file: _File, column: str, only: Mapping[str, str]) -> str:
    said = next((words for name, words in only.items() if name.casefold() == column), None)
    kinds = file.kinds[column]
    totals = kinds if len(kinds) == 1 else [kind for kind in kinds if _is_total(kind)]
    return listed([f"“{kind}”" for kind in ([said] if said else totals)])


def _level(row: Record) -> str:
    return text_of(row["geographic_level"]).casefold()


def who_of(row: Record) -> str:
    """Whose figures a row has: a country, a region, an authority; blank for what lies below."""
    column = _NAMES.get(_level(row))
    if column is None:
        return ""
    return text_of(row.get(column)) or ("England" if _level(row) == "national" else "")


def period_of(row: Record) -> str | None:
    """The period of a row as the table writes it; None for what is neither a month nor a year.

    >>> period_of({"time_period": "201415", "time_identifier": "Financial year"})
    '2014-15'
    """
    said, kind = text_of(row["time_period"]), text_of(row.get("time_identifier")).casefold()
    if kind in _YEARS and len(said) == 4 and said.isdecimal():
        return f"{said}{_YEARS[kind]}"
    if kind in _YEARS and len(said) == 6 and said.isdecimal():
        is_next = int(said[4:]) == (int(said[:4]) + 1) % 100
        return f"{said[:4]}-{said[4:]}{_YEARS[kind]}" if is_next else None
    try:
        return Month.parse(f"{kind} {said}").label
    except ValueError:
        return None
