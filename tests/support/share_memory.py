"""A reader with every copy, a calculator and a memory: her own reading, her own equations.

She has the finished files, the threshold each was made with, and the links that everybody in
the field knows. What one copy hides and another shows she takes for unchanged, one figure at a
time: each hidden count is sought with all the others as they stood. Nothing of
xl_addin.disclosure is used here.
"""

from __future__ import annotations

import io
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineWorkbook
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.support.independent import page_in

HIDDEN = "[c]"
AVERAGE, MAXIMUM = "12 month average", "Max. value in last 12 months"
CHANGE = "% change from same period last year"
MOST = 100_000.0
Cell = tuple[str, str]
Line = tuple[dict[Cell, float], float, float]


@dataclass(frozen=True)
class Links:
    """What the field knows: (percentage, part, whole, decimals), (total, parts), and so on."""

    ratios: tuple[tuple[str, str, str, int], ...] = ()
    shares: tuple[tuple[str, str, int], ...] = ()
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    flows: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    slack: tuple[float, float] = (0.0, 0.0)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def loose(self) -> set[str]:
        """The counts of sums, and of what comes and goes: of those a 0 may be hidden too."""
        found = {ref for total, parts in self.sums for ref in (total, *parts)}
        return found | {ref for stock, ins, outs in self.flows for ref in (stock, *ins, *outs)}


@dataclass(frozen=True)
class Page:
    """One copy: its rows by ref and heading, its months, its notes, its threshold."""

    rows: Mapping[str, Mapping[str, object]]
    months: tuple[str, ...]
    notes: tuple[str, ...]
    threshold: int


def read_page(package: bytes, threshold: int, renamed: Mapping[str, str]) -> Page:
    """A finished file as she reads it; a measure has the name it got later."""
    cells = CalamineWorkbook.from_filelike(io.BytesIO(package))
    headings, *rows = page_in(cells)
    found = {
        renamed.get(str(row[0]), str(row[0])): dict(zip(headings, row, strict=True)) for row in rows
    }
    listed = cells.get_sheet_by_name("Data notes").to_python(skip_empty_area=False)
    notes = [str(row[2]) for row in listed if len(row) > 2]
    return Page(found, tuple(headings[3:16]), tuple(notes), threshold)


@dataclass(frozen=True)
class Told:
    """A count, or the rest beside a part, that she has to fewer values than the rule allows."""

    what: tuple[str, ...]
    month: str
    low: float
    high: float


class Reader:
    """The copies up to one of them, and what she makes of them."""

    def __init__(self, pages: Sequence[Page], links: Links) -> None:
        self.pages, self.links = pages, links
        self.percentages = {r[0] for r in links.ratios} | {s[0] for s in links.shares}
        self.readings: defaultdict[Cell, list[float]] = defaultdict(list)
        self._systems: dict[tuple[Sequence[int], frozenset[Cell]], _System] = {}
        for page in pages:
            for ref, row in page.rows.items():
                for month in page.months:
                    if isinstance(row[month], int | float):
                        self.readings[ref, month].append(float(row[month]))

    def told(self, number: int, interval: int) -> Iterator[Told]:
        """What she can say of the figures of one copy, with all the others in mind."""
        page = self.pages[number]
        for cell in self._hidden(page):
            yield from self._narrow(number, ((cell, 1.0),), interval)
        for _, part, whole, _ in self.links.ratios:
            for month in page.months:
                cells = ((whole, month), 1.0), ((part, month), -1.0)
                if all(self._value(page, cell) is not None for cell, _ in cells):
                    yield from self._narrow(number, cells, interval)

    def _hidden(self, page: Page) -> list[Cell]:
        return [
            (ref, month)
            for ref, row in page.rows.items()
            if ref not in self.percentages
            for month in page.months
            if row[month] == HIDDEN
        ]

    def _value(self, page: Page, cell: Cell) -> object:
        """A figure, [c], or None where the copy has neither."""
        shown = page.rows.get(cell[0], {}).get(cell[1])
        return (
            float(shown) if isinstance(shown, int | float) else HIDDEN if shown == HIDDEN else None
        )

    def _narrow(
        self, number: int, terms: tuple[tuple[Cell, float], ...], interval: int
    ) -> Iterator[Told]:
        """Each way to take the hidden of these: as unknown, or as it was once shown."""
        page = self.pages[number]
        hidden = [cell for cell, _ in terms if self._value(page, cell) == HIDDEN]
        fresh: list[set[Cell]] = [set(hidden)]
        fresh += [set(hidden) - {cell} for cell in hidden if self.readings.get(cell)]
        fresh += [set()] if len(hidden) > 1 else []
        names, month = tuple(cell[0] for cell, _ in terms), terms[0][0][1]
        for unknown in fresh:
            if len(terms) == 1 and not unknown:
                continue
            for found in self._ranges(number, dict(terms), unknown):
                if found[1] - found[0] + 1 < interval:
                    yield Told(names, month, *found)

    def _ranges(
        self, number: int, factors: Mapping[Cell, float], unknown: set[Cell]
    ) -> Iterator[tuple[float, float]]:
        """By all copies; where these contradict each other, by what of them can be true together:
        the copy itself, that and one other, and that with one equation of another."""
        page = self.pages[number]
        if found := self._system(tuple(range(len(self.pages))), unknown).range(page, factors):
            yield found
            return
        others = [other for other in range(len(self.pages)) if other != number]
        ways = [(number,), *((number, other) for other in others if len(others) > 1)]
        for copies in ways:
            if found := self._system(copies, unknown).range(page, factors):
                yield found
        for other in others:
            yield from self._by_one_equation(number, other, factors, unknown)

    def _by_one_equation(
        self, number: int, other: int, factors: Mapping[Cell, float], unknown: set[Cell]
    ) -> Iterator[tuple[float, float]]:
        own = len(self._system((number,), unknown).lines)
        both = _System(self, (number, other), unknown)
        lines, more = both.lines[:own], both.lines[own:]
        for line in more:
            both.hold([*lines, line])
            if found := both.range(self.pages[number], factors):
                yield found

    def _system(self, copies: tuple[int, ...], unknown: set[Cell]) -> _System:
        """The equations of some copies, made once for all that is asked of them."""
        key = copies, frozenset(unknown)
        if key not in self._systems:
            self._systems[key] = _System(self, copies, unknown)
        return self._systems[key]


class _System:
    """The equations of some copies. Cells in ``unknown`` are not what they once were."""

    def __init__(self, reader: Reader, copies: Iterable[int], unknown: set[Cell]) -> None:
        self.reader, self.unknown = reader, unknown
        self._ends: dict[frozenset[tuple[Cell, float]], list[float | None]] = {}
        self.bounds: dict[Cell, tuple[float, float]] = {}
        self.lines: list[Line] = []
        for copy in copies:
            self._read(reader.pages[copy], copy)

    def hold(self, lines: list[Line]) -> None:
        """Go by these equations alone."""
        self.lines, self._ends = lines, {}

    def term(self, page: Page, cell: Cell) -> float | Cell | None:
        """A cell as a figure or as an unknown."""
        shown = self.reader._value(page, cell)
        if shown is None or isinstance(shown, int | float):
            return None if shown is None else float(shown)
        readings = self.reader.readings.get(cell)
        if readings and cell not in self.unknown and cell[0] not in self.reader.percentages:
            return readings[-1]
        self.bounds.setdefault(cell, (0.0 if cell[0] in self.reader.links.loose else 1.0, MOST))
        return cell

    def line(
        self, terms: Iterable[tuple[float | Cell | None, float]], low: float, high: float
    ) -> None:
        """low ≤ sum of terms ≤ high, where all are there."""
        factors: dict[Cell, float] = {}
        for term, factor in terms:
            if term is None:
                return
            if isinstance(term, float):
                low, high = low - term * factor, high - term * factor
            else:
                factors[term] = factors.get(term, 0.0) + factor
        if factors:
            self.lines.append((factors, low - 1e-7, high + 1e-7))

    def _read(self, page: Page, copy: int) -> None:
        links = self.reader.links
        for ref, row in page.rows.items():
            if ref not in self.reader.percentages:
                self._row(page, ref, row)
        for ref, part, whole, decimals in links.ratios:
            for month in page.months:
                self._ratio(page, month, (ref, part, whole), decimals)
        for total, parts in links.sums:
            for month in page.months:
                terms = [(self.term(page, (p, month)), -1.0) for p in parts]
                self.line([(self.term(page, (total, month)), 1.0), *terms], 0, 0)
        for stock, ins, outs in links.flows:
            self._flow(page, stock, ins, outs)

    def _flow(self, page: Page, stock: str, ins: Sequence[str], outs: Sequence[str]) -> None:
        """A stock follows from what came and went: as nearly as she was told, or sees it hold."""
        low, high = self.reader.links.slack
        equations = []
        for before, month in zip(page.months, page.months[1:], strict=False):
            cells = [((stock, month), 1.0), ((stock, before), -1.0)]
            cells += [((ref, month), -1.0) for ref in ins]
            cells += [((ref, month), 1.0) for ref in outs]
            equations.append(cells)
            shown = [(self.reader._value(page, cell), factor) for cell, factor in cells]
            if all(isinstance(value, float) for value, _ in shown):
                out = sum(value * factor for value, factor in shown)  # type: ignore[operator]
                low, high = min(low, out), max(high, out)
        for cells in equations:
            self.line([(self.term(page, cell), factor) for cell, factor in cells], low, high)

    def _row(self, page: Page, ref: str, row: Mapping[str, object]) -> None:
        for month in page.months:
            if row[month] == HIDDEN:
                self._of_the_rule(page, (ref, month))
        year = [m for m in page.months[1:] if self.reader._value(page, (ref, m)) is not None]
        terms = [(self.term(page, (ref, m)), 1.0) for m in year]
        if isinstance(row[AVERAGE], int | float):
            size = len(year)
            self.line(terms, size * (row[AVERAGE] - 0.5), size * (row[AVERAGE] + 0.5))
        if isinstance(row[MAXIMUM], int | float):
            for term, _ in terms:
                self.line([(term, 1.0)], 0, row[MAXIMUM])
        if isinstance(row[CHANGE], int | float):
            first, last = (self.term(page, (ref, page.months[i])) for i in (0, -1))
            for side, low, high in ((-0.5, 0, math.inf), (0.5, -math.inf, 0)):
                factor = 1 + (float(row[CHANGE]) + side) / 100
                self.line([(last, 1.0), (first, -factor)], low, high)

    def _of_the_rule(self, page: Page, cell: Cell) -> None:
        """A count of which nothing else is known is hidden because it is small."""
        linked = {r[i] for r in self.reader.links.ratios for i in (1, 2)}
        linked |= {ref for total, parts in self.reader.links.sums for ref in (total, *parts)}
        linked |= {f for s, i, o in self.reader.links.flows for f in (s, *i, *o)}
        term = self.term(page, cell)
        if cell[0] not in linked and isinstance(term, tuple):
            self.bounds[cell] = (1.0, float(max(p.threshold for p in self.reader.pages)))

    def _ratio(self, page: Page, month: str, refs: tuple[str, str, str], decimals: int) -> None:
        own, part, whole = (
            self.reader._value(page, (refs[0], month)),
            *(self.term(page, (ref, month)) for ref in refs[1:]),
        )
        if own == HIDDEN and (once := self.reader.readings.get((refs[0], month))):
            own = None if self.unknown else once[-1]
        self.line([(whole, 1.0), (part, -1.0)], 0, math.inf)
        if isinstance(own, int | float):
            half = 0.5 * 10.0 ** -(decimals + 2)
            self.line([(part, 1.0), (whole, -(own - half))], 0, math.inf)
            self.line([(part, 1.0), (whole, -(own + half))], -math.inf, 0)

    def range(self, page: Page, factors: Mapping[Cell, float]) -> tuple[float, float] | None:
        """The least and the greatest of a page's sum; None where nothing fits all equations."""
        fixed, free = 0.0, {}
        for cell, factor in factors.items():
            term = self.term(page, cell)
            if isinstance(term, tuple):
                free[term] = factor
            else:
                fixed += factor * (term or 0.0)
        if not free:
            return fixed, fixed
        least, most = self._both_ends(free)
        return None if least is None or most is None else (fixed + least, fixed + most)

    def _both_ends(self, free: Mapping[Cell, float]) -> list[float | None]:
        key = frozenset(free.items())
        if key not in self._ends:
            cells, lines = self._linked(free)
            self._ends[key] = [self._solved(free, cells, lines, sign) for sign in (1, -1)]
        return self._ends[key]

    def _linked(self, free: Iterable[Cell]) -> tuple[list[Cell], list[Line]]:
        cells, lines = dict.fromkeys(free), {}
        waiting = list(cells)
        of: defaultdict[Cell, list[Line]] = defaultdict(list)
        for line in self.lines:
            for cell in line[0]:
                of[cell].append(line)
        while waiting:
            for line in of[waiting.pop()]:
                lines[id(line)] = line
                waiting += [cell for cell in line[0] if cell not in cells]
                cells |= dict.fromkeys(line[0])
        return list(cells), list(lines.values())

    def _solved(
        self, free: Mapping[Cell, float], cells: list[Cell], lines: list[Line], sign: int
    ) -> float | None:
        if not lines:
            ends = [(f * sign, self.bounds[c]) for c, f in free.items()]
            return sign * sum(f * b[0 if f > 0 else 1] for f, b in ends)
        found = milp(
            [sign * free.get(cell, 0.0) for cell in cells],
            integrality=[1] * len(cells),
            bounds=Bounds(*zip(*(self.bounds[c] for c in cells), strict=True)),
            constraints=LinearConstraint(
                [[line[0].get(cell, 0.0) for cell in cells] for line in lines],
                [line[1] for line in lines],
                [line[2] for line in lines],
            ),
        )
        return sign * float(round(found.fun)) if found.status == 0 else None


def percentages_of_few(
    pages: Sequence[Page], links: Links, threshold: int
) -> Iterator[tuple[str, str, float, float]]:
    """A percentage and what it is of, each shown in some copy, that tell of few.

    Yields (percentage, month, fraction, whole): every whole number of children that prints so
    is small or leaves few.
    """
    seen: defaultdict[Cell, set[float]] = defaultdict(set)
    for page in pages:
        for ref, row in page.rows.items():
            for month in page.months:
                if isinstance(row[month], int | float):
                    seen[ref, month].add(float(row[month]))
    for ref, whole, decimals in links.shares:
        half = 0.5 * 10.0 ** -(decimals + 2) + 1e-9
        for (name, month), fractions in list(seen.items()):
            for own in fractions if name == ref else ():
                for size in seen.get((whole, month), ()):
                    fits = [k for k in range(int(size) + 1) if size and abs(k / size - own) <= half]
                    if fits and all(0 < k <= threshold or 0 < size - k <= threshold for k in fits):
                        yield ref, month, own, size
