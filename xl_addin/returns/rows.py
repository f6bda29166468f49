"""Rows of returns: what each says of a measure and a month, tidy or wide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from xl_addin.errors import ALIKE, Problem, listed
from xl_addin.layout import Return
from xl_addin.measure import Measure
from xl_addin.observation import Observation, agrees
from xl_addin.patterns import pattern
from xl_addin.period import Month
from xl_addin.refs import RefFinder
from xl_addin.returns.figure import (
    Figure,
    FigureRefused,
    NotCalculated,
    TypedAsPerCent,
    gives_reason,
    parse_count,
    parse_figure,
    parse_status,
    plain_text,
    refuse_error,
)
from xl_addin.returns.headings import Cells, Headings, month_problem, parse_month
from xl_addin.table import CellValue, text_of
from xl_addin.values import field, value_type

Given = tuple[Observation, str, str]
"""What a cell or row gives: the observation, its place and its note."""

_LONGEST_NOTE = 32_767
"""What a cell of the workbook holds at most, in UTF-16 units."""

_MARKERS = pattern(r"(?:\[note [0-9]+\] ?)*|no notes", re.IGNORECASE)

PER_CENTS = "--per-cents"
"""The option that has every percentage of a return read as it is typed: 39 is 39%."""

T = TypeVar("T")


@value_type
class Mark:
    """A mark in place of a figure, such as “*”, and what it is read as; blank is missing."""

    text: str
    meaning: str
    ref: str
    place: str

    def told(self, sheet: str) -> Problem:
        """What an officer is told of it, before anything is done."""
        meaning = f"“{self.meaning}”" if self.meaning else "missing"
        item = f"{self.ref} ({self.place.removeprefix(f'{sheet}, ')})"
        return Problem(
            sheet,
            f"{item} holds “{self.text}”, read as {meaning}.",
            "If it means something else, write that in its place.",
            together=f"{{count}} cells hold “{_plain(self.text)}”, read as {meaning}: {{items}}.",
            item=item,
        )


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


@value_type(frozen=False)
class Findings:
    """The problems found so far, and the places of formulas that were never calculated.

    ``per_cents`` is whether percentages are typed as 39; ``typed`` are those that seem to be, and
    ``fractions`` how many are written as a percentage is; ``marks`` stand in place of figures.
    """

    per_cents: bool = False
    problems: list[Problem] = field(default_factory=list)
    never_calculated: list[str] = field(default_factory=list)
    typed: list[Problem] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    fractions: int = 0

    def figure(self, place: str, cell: CellValue, measure: Measure) -> Figure | None:
        """The figure of a cell; None when it is refused, which is noted."""
        parse = partial(parse_figure, per_cents=self.per_cents)
        figure = self.attempt(place, parse, cell, measure)
        if figure and figure.value and measure.is_percentage:
            self.fractions += figure.value < 1
        if figure and figure.mark:
            self.marks.append(Mark(figure.mark, figure.reason, measure.ref, place))
        return figure

    def attempt(self, place: str, parse: Callable[..., T], *cells: object) -> T | None:
        """What ``parse`` makes of cells; None when it refuses, which is noted."""
        try:
            return parse(*cells)
        except NotCalculated:
            self.never_calculated.append(place)
        except TypedAsPerCent as refused:
            self.typed.append(_problem(place, refused))
            self.problems.append(self.typed[-1])
        except FigureRefused as refused:
            self.problems.append(_problem(place, refused))
        return None

    def problems_of(self, place: str) -> tuple[Problem, ...]:
        """Every problem; formulas that were never calculated are one, at ``place``."""
        if not self.never_calculated:
            return tuple(self._told(place))
        first = self.never_calculated[0].removeprefix(f"{place}, ")
        cells = len(self.never_calculated)
        count = "1 cell holds a formula" if cells == 1 else f"{cells} cells hold formulas"
        found = f"{count} without a calculated value (first: {first})."
        remedy = "Open the file in Excel, save it and try again."
        return (*self._told(place), Problem(place, found, remedy))

    @property
    def are_all_typed(self) -> bool:
        """Whether every percentage seems to be typed as 39."""
        return bool(self.typed) and not self.fractions

    def _told(self, place: str) -> list[Problem]:
        """The problems; percentages typed as 39 are one where all of several are."""
        if not self.are_all_typed or len(self.typed) == 1:
            return self.problems
        first = self.typed[0]
        found = (
            f"All {len(self.typed)} percentages are typed as 39, not 39%: "
            f"{listed([problem.found.removesuffix('.') for problem in self.typed], most=3)}."
        )
        remedy = f"{first.remedy} Or have them all read as per cents ({PER_CENTS})."
        others = [problem for problem in self.problems if problem not in self.typed]
        return [Problem(place, found, remedy), *others]

    def __len__(self) -> int:
        return len(self.problems) + len(self.never_calculated)


def _problem(place: str, refused: FigureRefused) -> Problem:
    """A refused cell, told with the others that have the same remedy."""
    item = f"{refused.found.removesuffix('.')} ({place.rpartition(', ')[2]})"
    return Problem(place, refused.found, refused.remedy, ALIKE, item)


def read_wide_row(
    row: Cells, headings: Headings, refs: RefFinder, findings: Findings, place: str
) -> Iterator[Given]:
    """What a row of the familiar page gives for each month; nothing for one without a ref."""
    ref = _text(row, headings.ref)
    cells = {month: _cell(row, column) for column, month in headings.months.items()}
    measure = refs.find(ref)
    if measure is None:
        if ref and any(map(text_of, cells.values())):
            findings.problems.append(refs.problem(ref, place))
        return
    newest = max((month for month, cell in cells.items() if text_of(cell)), default=None)
    note = _comment(row, headings, findings, place) if newest else ""
    for month, cell in cells.items():
        where = f"{place}, {month.label}"
        figure = findings.figure(where, cell, measure)
        if figure:
            yield (
                _observation(measure, month, figure),
                where,
                note if month == newest else "",
            )


def _comment(row: Cells, headings: Headings, findings: Findings, place: str) -> str:
    """What the page's own column of comments says of a row: a note on its newest month."""
    if headings.comment is None:
        return ""
    return findings.attempt(place, _note, _cell(row, headings.comment)) or ""


def read_tidy_row(
    row: Cells, headings: Headings, refs: RefFinder, findings: Findings, place: str
) -> Iterator[Given]:
    """What a row of a tidy return gives; nothing for one that only names a measure."""
    ref = _text(row, headings.ref)
    cells = {heading: _cell(row, column) for heading, column in headings.columns.items()}
    month_cell = cells.pop(Return.MONTH)
    says = any(map(text_of, cells.values()))
    if not says and not (ref and text_of(month_cell)):
        return
    measure = _measure(ref, refs, findings, place)
    month = _month(month_cell, findings, place)
    note = findings.attempt(place, _note, cells.get(Return.NOTE)) or ""
    if measure and (given := _tidy_figure(cells, measure, findings, place)) and month:
        yield _observation(measure, month, *given), place, note


def _measure(ref: str, refs: RefFinder, findings: Findings, place: str) -> Measure | None:
    measure = refs.find(ref)
    if not ref:
        remedy = f"Write its ref under {Return.REF}, or clear the row."
        findings.problems.append(Problem(place, "The row names no measure.", remedy))
    elif measure is None:
        findings.problems.append(refs.problem(ref, place))
    return measure


def _month(cell: CellValue, findings: Findings, place: str) -> Month | None:
    month = parse_month(cell)
    if not text_of(cell):
        remedy = f"Write one under {Return.MONTH}, such as Jun 2015, or clear the row."
        findings.problems.append(Problem(place, "The row names no month.", remedy))
    elif month is None:
        findings.problems.append(month_problem(cell, place))
    return month


def _note(cell: CellValue) -> str:
    """The words of a note as they are; "[note 1]" and "No notes" are a workbook's own affair."""
    refuse_error(cell, "The note")
    text = text_of(cell)
    if (length := len(text.encode("utf-16-le")) // 2) > _LONGEST_NOTE:
        remedy = f"Shorten it: a cell holds {_LONGEST_NOTE:,} at most."
        raise FigureRefused(f"The note has {length:,} characters.", remedy)
    return "" if _MARKERS.fullmatch(plain_text(text)) else text


_Settled = tuple[Figure, float | None, float | None]


def _tidy_figure(
    cells: Mapping[str, CellValue], measure: Measure, findings: Findings, place: str
) -> _Settled | None:
    """The figure of a row, with its numerator and denominator; None when there is a problem."""
    ref, before = measure.ref, len(findings)
    figure = findings.figure(place, cells.get(Return.VALUE), measure)
    counts = [
        findings.attempt(place, parse_count, cells.get(heading), f"The {noun} of {ref}")
        for heading, noun in ((Return.NUMERATOR, "numerator"), (Return.DENOMINATOR, "denominator"))
    ]
    status = findings.attempt(place, parse_status, cells.get(Return.STATUS), ref)
    if len(findings) > before:
        return None
    return findings.attempt(place, _settle, measure, figure, *counts, status)


def _settle(
    measure: Measure,
    figure: Figure,
    numerator: float | None,
    denominator: float | None,
    status: str,
) -> _Settled:
    """Bring the value, the counts and the status of a row together."""
    ref = measure.ref
    # A mark gives way to the words of a Status.
    reason = _reason(ref, "" if figure.mark and status else figure.reason, status)
    ratio = _ratio(measure, numerator, denominator)
    if reason and (figure.value is not None or ratio is not None):
        found = f"{ref} has a figure and also the reason “{reason}” for having none."
        raise FigureRefused(
            found, f"Keep one of them; words about a figure go under {Return.NOTE}."
        )
    if denominator == 0 and not reason:
        found = f"The denominator of {ref} is 0, so there is no percentage."
        raise FigureRefused(found, f"Clear the value, and say why under {Return.STATUS}.")
    if ratio is not None:
        _check_agreement(ref, figure, ratio, f"{numerator:.15g} of {denominator:.15g}")
        figure = Figure(ratio)
    return Figure(figure.value, figure.half_width, reason), numerator, denominator


def _reason(ref: str, words: str, status: str) -> str:
    """The reason a figure is not updated, from the value's words and the Status."""
    if not words or not status:
        return words or status
    if not gives_reason(words) or status.casefold().startswith(words.casefold()):
        return status
    if words.casefold().startswith(status.casefold()):
        return words
    raise FigureRefused(
        f"{ref} has two reasons, “{words}” and “{status}”.", "Keep one of them, under Status."
    )


def _ratio(measure: Measure, numerator: float | None, denominator: float | None) -> float | None:
    """The exact percentage of a row's counts; None when it has none or nothing is counted."""
    if numerator is None and denominator is None:
        return None
    if not measure.is_percentage:
        found = f"{measure.ref} is no percentage, but has a numerator or denominator."
        raise FigureRefused(found, f"Put the number under {Return.VALUE} and clear the others.")
    if numerator is None or denominator is None:
        raise FigureRefused(
            f"{measure.ref} has only one of numerator and denominator.", "Give both, or neither."
        )
    if numerator > denominator and measure.unit.kind.most is not None:
        raise FigureRefused(
            f"The numerator of {measure.ref}, {numerator:.15g}, is above its denominator, "
            f"{denominator:.15g}.",
            "Correct the counts: a percentage cannot be above 100%.",
        )
    return numerator / denominator if denominator else None


def _check_agreement(ref: str, figure: Figure, ratio: float, counts: str) -> None:
    if figure.value is not None and not agrees(figure.value, ratio, figure.half_width):
        raise FigureRefused(
            f"{ref} is {figure.value * 100:.12g}%, but {counts} is {ratio:.2%}.",
            "Correct the value or the counts; a blank value is worked out from them.",
        )


def _observation(
    measure: Measure,
    month: Month,
    figure: Figure,
    numerator: float | None = None,
    denominator: float | None = None,
) -> Observation:
    return Observation(
        measure.ref, month, figure.value, figure.reason, numerator, denominator, figure.half_width
    )


def _cell(row: Cells, column: int) -> CellValue:
    return row[column] if column < len(row) else None


def _text(row: Cells, column: int) -> str:
    return plain_text(text_of(_cell(row, column)))
