"""A reader of signals: what limits, means, signals and sentences of a finished copy tell of counts.

She reads the sheets Signals and Summary with her own eyes and works back what they go by: months
that no copy shows, and any [c]. Nothing of xl_addin.disclosure or xl_addin.dataset.spc is used.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import openpyxl
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.support.share_memory import AVERAGE, CHANGE, HIDDEN, MAXIMUM, Page
from xl_addin.period import Month

FACTOR = 2.66
MOST, FAR = 10_000.0, 20_000.0
_SUMMARY = re.compile(r"(?P<ref>[^,]+), .*?: ")
_RUN = re.compile(r"(?:It has (risen|fallen) for|The last) (\d+) months")
_SIDE = re.compile(r"The last \d+ months are all (above|below) its mean")
_RESTATED = re.compile(r"(\w{3} \d{4}) was (-?[\d.]+)%? and is now")


@dataclass(frozen=True)
class Limits:
    """What a copy says of a measure: how many months count, the mean, and how far the limits lie.

    ``sentences`` are all that stand about it in the summary.
    """

    months: tuple[str, ...]
    mean: float
    upper: float
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """The sheets Signals and Summary: the refs told of, limits by ref, sentences by ref."""

    told: frozenset[str]
    withheld: frozenset[str]
    limits: Mapping[str, Limits]
    sentences: Mapping[str, tuple[str, ...]]


def read_words(package: bytes) -> Words:
    book = openpyxl.load_workbook(io.BytesIO(package))
    records = _records(book, "Signals")
    sentences = _sentences(book)
    told = frozenset(r["Measure Ref"] for r in records if r["Signal"] != HIDDEN)
    for record in records:
        assert len({c == HIDDEN for h, c in record.items() if h not in _TEXTS}) == 1, record
    limits = {
        r["Measure Ref"]: Limits(
            _labels(r["Since"], int(r["Months"])),
            float(r["Mean"]),
            float(r["Upper limit"]),
            sentences.get(r["Measure Ref"], ()),
        )
        for r in records
        if isinstance(r["Mean"], int | float)
    }
    withheld = frozenset(r["Measure Ref"] for r in records) - told
    return Words(told, withheld, limits, sentences)


_TEXTS = ("Measure Ref", "Description")


def _records(book, sheet: str) -> list[dict]:
    page = book[sheet]
    (table,) = page.tables.values()
    headings, *rows = [[cell.value for cell in row] for row in page[table.ref]]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def _sentences(book) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for record in _records(book, "Summary"):
        if ref := _SUMMARY.match(record["In words"]):
            found[ref["ref"]] = (*found.get(ref["ref"], ()), record["In words"])
    return found


def _labels(since: str, number: int) -> tuple[str, ...]:
    first = Month.parse(since)
    return tuple(first.plus(step).label for step in range(number))


def restated_from(words: Words) -> Iterator[tuple[str, str, float]]:
    """The former figures that sentences tell: (ref, month, figure)."""
    for ref, sentences in words.sentences.items():
        for sentence in sentences:
            if found := _RESTATED.search(sentence):
                yield ref, found[1], float(found[2])


def worked_back(limits: Limits, known: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """Between which whole numbers each month of a count lies that she does not know.

    Mean and moving ranges are equations as wide as their print; a run of so many months that all
    rise, or all lie above the mean, is as many inequalities.
    """
    unknown = [month for month in limits.months if month not in known]
    if not unknown:
        return {}
    system = _System(limits, known, unknown)
    return {month: (system.end(month, 1), system.end(month, -1)) for month in unknown}


class _System:
    """One measure's months as a model: unknown months, then a distance and a way for each pair."""

    def __init__(self, limits: Limits, known: Mapping[str, float], unknown: Sequence[str]) -> None:
        self.limits, self.known = limits, known
        self.place = {month: place for place, month in enumerate(unknown)}
        self.pairs = [p for p in pairwise(limits.months) if {*p} & self.place.keys()]
        self.size = len(unknown) + 2 * len(self.pairs)
        self.lines: list[tuple[np.ndarray, float, float]] = []
        self._mean()
        self._ranges()
        for sentence in limits.sentences:
            self._runs(sentence)

    def end(self, month: str, sign: int) -> int:
        aim = np.zeros(self.size)
        aim[self.place[month]] = sign
        whole = len(self.place)
        integral = np.array([1] * whole + [0, 1] * len(self.pairs))
        highs = np.array([MOST] * whole + [MOST, 1.0] * len(self.pairs))
        rows, low, high = zip(*self.lines, strict=True)
        fits = LinearConstraint(np.array(rows), np.array(low) - 1e-6, np.array(high) + 1e-6)
        found = milp(aim, integrality=integral, bounds=Bounds(0, highs), constraints=fits)
        assert found.status == 0, "the limits of a file cannot be true"
        return round(sign * found.fun)

    def _line(self, factors: Mapping[int, float], low: float, high: float) -> None:
        row = np.zeros(self.size)
        for place, factor in factors.items():
            row[place] += factor
        self.lines.append((row, low, high))

    def _mean(self) -> None:
        number, shown = (
            len(self.limits.months),
            sum(self.known[m] for m in self.limits.months if m in self.known),
        )
        low, high = (number * (self.limits.mean + side) - shown for side in (-0.05, 0.05))
        self._line(dict.fromkeys(self.place.values(), 1.0), low, high)

    def _ranges(self) -> None:
        """The sum of the distances: which of two months is greater, she does not know."""
        steps = len(self.limits.months) - 1
        reach, wide = self.limits.upper - self.limits.mean, 0.1
        fixed = sum(
            abs(self.known[b] - self.known[a])
            for a, b in pairwise(self.limits.months)
            if a in self.known and b in self.known
        )
        first = len(self.place)
        distances = {first + 2 * number: 1.0 for number in range(len(self.pairs))}
        ends = ((reach + side) / FACTOR * steps - fixed for side in (-wide, wide))
        self._line(distances, *ends)
        for number, (earlier, later) in enumerate(self.pairs):
            distance, way = first + 2 * number, first + 2 * number + 1
            for sign in (1.0, -1.0):
                terms, constant = self._difference(earlier, later, -sign)
                self._line({**terms, distance: 1.0}, -constant, np.inf)
                most = 0.0 if sign > 0 else FAR
                self._line({**terms, distance: 1.0, way: -sign * FAR}, -np.inf, most - constant)

    def _difference(self, earlier: str, later: str, sign: float) -> tuple[dict[int, float], float]:
        """sign × (later − earlier): its unknowns, and what is known of it."""
        terms: dict[int, float] = {}
        constant = 0.0
        for month, factor in ((later, sign), (earlier, -sign)):
            if month in self.place:
                terms[self.place[month]] = factor
            else:
                constant += factor * self.known[month]
        return terms, constant

    def _runs(self, sentence: str) -> None:
        if not (run := _RUN.search(sentence)):
            return
        months = self.limits.months[-int(run[2]) :]
        if side := _SIDE.search(sentence):
            for month in months:
                self._beside_mean(month, above=side[1] == "above")
            return
        sign = 1.0 if run[1] == "risen" else -1.0
        for earlier, later in pairwise(self.limits.months[-int(run[2]) - 1 :]):
            terms, constant = self._difference(earlier, later, sign)
            if terms:
                self._line(terms, 1 - constant, np.inf)

    def _beside_mean(self, month: str, *, above: bool) -> None:
        if month in self.place:
            low, high = (self.limits.mean - 0.05, np.inf) if above else (0, self.limits.mean + 0.05)
            self._line({self.place[month]: 1.0}, low, high)


def older_page(
    page: Page, words: Words, months: Sequence[str], worked: Mapping[tuple[str, str], float]
) -> Page:
    """The months before a page as she has them at best: all that told signals go by, worked back.

    ``worked`` is what was printed of each; the first month of the page is there too, because what
    comes and goes links it with the one before.
    """
    first = page.months[0]
    rows: dict[str, dict[str, object]] = {}
    for ref, row in page.rows.items():
        told = words.limits[ref].months if ref in words.limits else ()
        cells = {m: worked.get((ref, m)) if m in told else _hidden(worked, ref, m) for m in months}
        rows[ref] = {**cells, first: row[first], AVERAGE: None, MAXIMUM: None, CHANGE: None}
    return Page(rows, (*months, first), (), page.threshold)


def _hidden(worked: Mapping[tuple[str, str], float], ref: str, month: str) -> object:
    return HIDDEN if (ref, month) in worked else None
