"""A reader who works hidden counts back: her own reading of the file, her own equations.

She has the file and the Measures table's ratios, knows the rule, and uses every figure: for
each hidden count she lists the whole numbers that cannot be ruled out. Nothing of
xl_addin.share is used here.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from python_calamine import CalamineWorkbook
from scipy.optimize import linprog
from scipy.sparse import lil_array

from tests.support.independent import page_in

HIDDEN, NOT_AVAILABLE = "[c]", "[x]"
AVERAGE, MAXIMUM = "12 month average", "Max. value in last 12 months"
CHANGE = "% change from same period last year"
MOST = 1e6
Name = tuple[str, str]


@dataclass
class Issue:
    """One file: each measure's cells by heading."""

    rows: dict[str, dict[str, float | str]]
    months: list[str]


@dataclass
class Ratio:
    ref: str
    part: str
    whole: str
    decimals: int


@dataclass
class Share:
    """A percentage of a count that is listed; its numerator is not."""

    ref: str
    whole: str
    decimals: int

    @property
    def half(self) -> float:
        return 0.5 * 10.0 ** -(self.decimals + 2)


def read_issue(package: bytes) -> Issue:
    headings, *rows = page_in(CalamineWorkbook.from_filelike(io.BytesIO(package)))
    found = {row[0]: dict(zip(headings, row, strict=True)) for row in rows}
    return Issue(found, headings[3:16])


class Attack:
    """All equations of one or more issues. ``restated`` cells are another unknown in each.

    ``percentages`` are refs of rows without counts of their own, besides the ratios.
    """

    def __init__(
        self,
        issues: Sequence[Issue],
        ratios: Sequence[Ratio],
        threshold: int = 5,
        restated: Iterable[Name] = (),
        percentages: Iterable[str] = (),
        shares: Sequence[Share] = (),
    ) -> None:
        self.ratios, self.threshold, self.shares = ratios, threshold, shares
        self.restated = set(restated)
        self.percentages = {*percentages, *(ratio.ref for ratio in (*ratios, *shares))}
        self.unknown: dict[tuple[str, str, int], int] = {}
        self.equations: list[tuple[dict[int, float], float]] = []
        self.lists: dict[int, set[int]] = {}
        self._ranges: dict[int, tuple[float, float]] = {}
        self._least: dict[int, float] = {}
        self._is_alone = len(issues) == 1
        for number, issue in enumerate(issues):
            self._read(number, issue)

    def possible(self, unknown: int, enough: int = 5) -> list[int]:
        """Whole numbers a hidden count may have, as many as are enough.

        Whatever lies between the least and the greatest that the equations allow is possible:
        what satisfies them is convex.
        """
        if not self._ranges:
            self._ranges = self._all_ranges()
        low, high = self._ranges[unknown]
        candidates = sorted(self.lists.get(unknown, set())) or range(40)
        return [value for value in candidates if low - 1e-6 <= value <= high + 1e-6][:enough]

    def _all_ranges(self) -> dict[int, tuple[float, float]]:
        """The least and the greatest of each unknown, of one in every group at a time.

        Groups have no equation in common, so the least sum has the least of each.
        """
        limits, lines = self._limits()
        matrix = lil_array((len(lines), len(limits)))
        for line, (factors, _) in enumerate(lines):
            for one, factor in factors.items():
                matrix[line, one] = factor
        system = matrix.tocsr(), [most for _, most in lines], limits
        found = {}
        for ones in zip_longest(*self._groups()):
            sought = [one for one in ones if one is not None]
            least, greatest = (_solved(system, sought, sign) for sign in (1, -1))
            found |= {one: (least[one], greatest[one]) for one in sought}
        return found

    def _limits(self) -> tuple[list[tuple[float, float]], list[tuple[dict[int, float], float]]]:
        """What equations of one unknown leave it, and the equations of several."""
        limits, lines = [self._hull(one) for one in range(len(self.unknown))], []
        for factors, most in self.equations:
            if len(factors) > 1:
                lines.append((factors, most))
                continue
            ((one, factor),) = factors.items()
            low, high = limits[one]
            bound = most / factor
            limits[one] = (low, min(high, bound)) if factor > 0 else (max(low, bound), high)
        return limits, lines

    def _groups(self) -> list[list[int]]:
        """The unknowns that equations link to one another."""
        linked = {one: {one} for one in self.unknown.values()}
        for factors, _ in self.equations:
            joined = set().union(*(linked[one] for one in factors))
            linked |= dict.fromkeys(joined, joined)
        return [sorted(group) for one, group in linked.items() if one == min(group)]

    def _hull(self, unknown: int) -> tuple[float, float]:
        listed = self.lists.get(unknown)
        return (min(listed), max(listed)) if listed else (self._least.get(unknown, 0.0), MOST)

    def _read(self, number: int, issue: Issue) -> None:
        for ref, row in issue.rows.items():
            if ref not in self.percentages:
                for month in issue.months:
                    if row[month] == HIDDEN:
                        self._add(number, issue, ref, month)
        for ref, row in issue.rows.items():
            if ref not in self.percentages:
                self._row(number, issue, ref, row)
        for ratio in self.ratios:
            for month in issue.months:
                self._ratio(number, issue, ratio, month)
        for share in self.shares:
            self._share(number, issue, share)

    def _share(self, number: int, issue: Issue, share: Share) -> None:
        """The numerators of a hidden percentage: what the rule leaves them, and the row."""
        row, wholes = issue.rows[share.ref], issue.rows[share.whole]
        for month in issue.months:
            if row[month] == HIDDEN:
                key = self._key(number, share.ref, month)
                part = self.unknown.setdefault(key, len(self.unknown))
                whole = self._term(number, share.whole, month, wholes[month])
                self._less((part, 0.0), whole, 1.0, 1.0)
                if whole and whole[0] is not None:
                    self._between({whole[0]: 1.0}, 1, math.inf)
                elif whole:
                    self.lists[part] = set(few_of(whole[1], self.threshold))
        self._share_row(number, issue, share)

    def _share_row(self, number: int, issue: Issue, share: Share) -> None:
        row, wholes = issue.rows[share.ref], issue.rows[share.whole]
        year = issue.months[1:]
        shown = [float(row[m]) for m in year if isinstance(row[m], int | float)]
        hidden = [m for m in year if row[m] == HIDDEN]
        if not all(isinstance(wholes[m], int | float) for m in hidden):
            return
        parts = {self.unknown[self._key(number, share.ref, m)]: 1 / wholes[m] for m in hidden}
        if isinstance(row[AVERAGE], int | float):
            size, width = len(shown) + len(hidden), share.half * (len(shown) + 12)
            middle = size * row[AVERAGE] - sum(shown)
            self._between(parts, middle - width, middle + width)
        if isinstance(row[MAXIMUM], int | float):
            for part, factor in parts.items():
                self._between({part: factor}, 0, row[MAXIMUM] + share.half)

    def _key(self, number: int, ref: str, month: str) -> tuple[str, str, int]:
        return ref, month, number if (ref, month) in self.restated else 0

    def _add(self, number: int, issue: Issue, ref: str, month: str) -> None:
        """A new unknown, with the values that the rule leaves it where they can be listed."""
        key = self._key(number, ref, month)
        wholes = [issue.rows[r.whole][month] for r in self.ratios if r.part == ref]
        place = self.unknown.setdefault(key, len(self.unknown))
        if self._is_alone:
            self._least[place] = 1.0  # a 0 would be shown
        if any(not isinstance(whole, int | float) for whole in wholes):
            return
        listed = set(range(1, self.threshold + 1))
        for whole in wholes:
            listed |= {int(whole) - rest for rest in range(1, self.threshold + 1)}
        most = min([int(whole) for whole in wholes], default=self.threshold)
        allowed = {value for value in listed if 0 <= value <= most}
        before = self.lists.get(place)
        self.lists[place] = allowed if before is None else before & allowed or allowed

    def _between(self, terms: dict[int, float], low: float, high: float) -> None:
        if not terms:
            return
        if not math.isinf(high):
            self.equations.append((terms, high + 1e-7))
        if not math.isinf(low):
            self.equations.append(({one: -f for one, f in terms.items()}, -low + 1e-7))

    def _row(self, number: int, issue: Issue, ref: str, row: dict[str, float | str]) -> None:
        months = issue.months
        year = [(month, row[month]) for month in months[1:]]
        shown = [float(c) for _, c in year if isinstance(c, int | float)]
        hidden = [self.unknown[self._key(number, ref, m)] for m, c in year if c == HIDDEN]
        if isinstance(row[AVERAGE], int | float) and hidden:
            size = len(shown) + len(hidden)
            low = size * (row[AVERAGE] - 0.5) - sum(shown)
            self._between(dict.fromkeys(hidden, 1.0), low, low + size)
        if isinstance(row[MAXIMUM], int | float):
            for one in hidden:
                self._between({one: 1.0}, 0, row[MAXIMUM])
            if len(hidden) == 1 and row[MAXIMUM] not in shown:
                self._between({hidden[0]: 1.0}, row[MAXIMUM], row[MAXIMUM])
        self._change(number, ref, row, months)

    def _change(self, number: int, ref: str, row: dict, months: list[str]) -> None:
        if isinstance(row[CHANGE], int | float):
            first = self._term(number, ref, months[0], row[months[0]])
            latest = self._term(number, ref, months[-1], row[months[-1]])
            for side, sign in ((-0.5, -1.0), (0.5, 1.0)):
                self._less(latest, first, 1 + (row[CHANGE] + side) / 100, sign)

    def _ratio(self, number: int, issue: Issue, ratio: Ratio, month: str) -> None:
        part, whole, own = (issue.rows[r][month] for r in (ratio.part, ratio.whole, ratio.ref))
        first = self._term(number, ratio.part, month, part)
        second = self._term(number, ratio.whole, month, whole)
        if first is None or second is None:
            return
        self._less(first, second, 1.0, 1.0)
        if second[0] is not None:
            self._divided(second[0], own)
        if isinstance(own, int | float):
            half = 0.5 * 10.0 ** -(ratio.decimals + 2)
            self._less(first, second, own + half, 1.0)
            self._less(first, second, own - half, -1.0)

    def _divided(self, whole: int, own: float | str) -> None:
        """A percentage of nothing is not available; one that is hidden is of something."""
        if own == HIDDEN:
            self._between({whole: 1.0}, 1, math.inf)
        elif own == NOT_AVAILABLE:
            self._between({whole: 1.0}, 0, 0)

    def _term(
        self, number: int, ref: str, month: str, cell: float | str
    ) -> tuple[int | None, float] | None:
        """A cell as an unknown or as a figure; None where it is neither."""
        if cell == HIDDEN:
            return self.unknown[self._key(number, ref, month)], 0.0
        return (None, float(cell)) if isinstance(cell, int | float) else None

    def _less(
        self,
        one: tuple[int | None, float] | None,
        other: tuple[int | None, float] | None,
        factor: float,
        sign: float,
    ) -> None:
        """sign × (one − factor × other) ≤ 0."""
        if one is None or other is None:
            return
        terms: dict[int, float] = {}
        if one[0] is not None:
            terms[one[0]] = sign
        if other[0] is not None:
            terms[other[0]] = terms.get(other[0], 0.0) - sign * factor
        self._between(terms, -math.inf, sign * (factor * other[1] - one[1]))


def _solved(system, sought: list[int], sign: int) -> Sequence[float]:
    """All unknowns where the sum of some is least, or with sign -1 greatest."""
    matrix, most, limits = system
    aim = np.zeros(len(limits))
    aim[sought] = sign
    bounds = [(low, max(low, high)) for low, high in limits]
    found = linprog(aim, A_ub=matrix, b_ub=most, bounds=bounds)
    assert found.status == 0, "the figures of a file cannot all be true"
    return found.x


def few_of(whole: float, threshold: int) -> set[int]:
    """The numbers that are small, or leave a small rest."""
    small = range(1, threshold + 1)
    return {k for few in small for k in (few, int(whole) - few) if 0 < k <= whole}


def told_by_shares(
    issue: Issue, shares: Iterable[Share], threshold: int = 5, exact: Iterable[str] = ()
) -> list[Name]:
    """Percentages shown that may be, or leave, a small count of what they are of.

    In months that are ``exact`` a return said the numerators: there they must not be sure to.
    """
    found = []
    for share in shares:
        for month in issue.months:
            own, whole = issue.rows[share.ref][month], issue.rows[share.whole][month]
            if not isinstance(own, int | float):
                continue
            if not isinstance(whole, int | float):
                found.append((share.ref, month))
                continue
            numbers = range(int(whole) + 1) if whole else ()
            fitting = {k for k in numbers if abs(k / whole - own) <= share.half + 1e-9}
            few = fitting & few_of(whole, threshold)
            if few and (month not in exact or few == fitting):
                found.append((share.ref, month))
    return found


def narrowed(attack: Attack, enough: int = 5) -> Iterator[tuple[tuple[str, str, int], list[int]]]:
    """Every hidden count with fewer possible values than are enough.

    That one is 0 may be known: a true zero is no secret.
    """
    for key, place in attack.unknown.items():
        found = attack.possible(place, enough)
        if len(found) < enough and found != [0]:
            yield key, found
