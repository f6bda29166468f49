"""The table of the sheet Signals: limits as values, and what they say as formulas with their twins.

Limits go by every recorded month with its revisions, which no formula could follow without a walk
through all of History for each measure: a refresh writes them. What they say of the latest figure
is worked out by Excel from the page itself, so that a reader can follow each rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from xl_addin.dataset.drawn import Drawn
from xl_addin.dataset.page import Page, PageRow
from xl_addin.dataset.signals import NO_COUNTS, NO_FIGURE, NOT_ENOUGH, USUAL, MeasureSignal
from xl_addin.dataset.spc import LEAST_POINTS, Assurance, Rule
from xl_addin.layout import Dataset, Measures, Signals
from xl_addin.measure import Measure, Polarity
from xl_addin.table import CellValue, Formula, Table, text_of
from xl_addin.update import Row, SetRows, stands_already

NO_RULE = "–"

RUN = 7
"""So many figures make a trend or a shift."""

_REF = f"[@[{Signals.REF}]]"
_MEAN, _LOWER, _UPPER = (f"[@[{heading}]]" for heading in Signals.LIMITS)
_ROW = f"MATCH({_REF},{Dataset.TABLE}[{Dataset.REF}],0)"
_POLARITY = (
    f"INDEX({Measures.TABLE}[{Measures.POLARITY}],MATCH({_REF},{Measures.TABLE}[{Measures.REF}],0))"
)
_WORDS = {
    Signals.OUTSIDE: Rule.OUTSIDE,
    Signals.TREND: Rule.TREND,
    Signals.SHIFT: Rule.SHIFT,
    Signals.NEAR: Rule.OUTER_THIRD,
}
"""Each rule's column, in the order in which rules are told."""


def signals_change(
    table: Table, page: Page, drawn: Mapping[str, Drawn], *, always: bool = False
) -> SetRows | None:
    """What has to change in the table Signals to go with a page; None when it stands already.

    ``drawn`` is what the charts of its measures draw, by ref. ``always`` brings its formulas their
    results even then, because figures they read changed.
    """
    refs = [text_of(row[table.headings.index(Signals.REF)]) for row in table.rows]
    was = {ref: number for number, ref in enumerate(refs)}
    rows = tuple(
        Row(
            (*_cells(row, page), drawn[row.measure.ref].text),
            was=was.get(row.measure.ref),
            number_formats=number_formats(row.measure),
        )
        for row in page.rows
    )
    if not always and stands_already(table, Signals.COLUMNS, rows):
        return None
    return SetRows(Signals.TABLE, Signals.COLUMNS, rows)


def number_formats(measure: Measure) -> dict[str, str]:
    """The formats of its limits, by heading: one decimal more than its figures have.

    A limit that no figure can reach shows as 0, or 100%; the cell holds what it is.
    """
    more = measure.decimals + 1
    shown, zero = measure.unit.number_format(more), measure.unit.printed(0, more)
    if (most := measure.unit.kind.most) is None:
        limits = f'{shown};"{zero}"'
    else:
        limits = f'[>{most:g}]"{measure.unit.printed(most, more)}";[<0]"{zero}";{shown}'
    of_limits = dict.fromkeys(Signals.LIMITS, limits)
    return {**of_limits, Signals.TARGET: measure.number_format}


def _cells(row: PageRow, page: Page) -> tuple[CellValue | Formula, ...]:
    signal = row.signal
    assert signal is not None
    limits = signal.limits or (None, None, None)
    since = signal.since.first_day if signal.since else None
    texts = row.measure.ref, row.measure.description
    values = values_of(signal)
    formulas = formulas_of(page.labels)
    worked_out: list[CellValue | Formula] = [
        Formula(formulas[heading], values[heading]) for heading in formulas
    ]
    if signal.monthly:
        # The months before have limits of their own, which stand in no cell.
        worked_out[[*formulas].index(Signals.NEAR)] = values[Signals.NEAR]
    held = Formula(assurance_formula(), row.assurance.shown if row.assurance else "")
    return (*texts, since, len(signal.values), *limits, *worked_out, row.target, held)


@lru_cache(maxsize=2)
def formulas_of(months: tuple[str, ...]) -> Mapping[str, str]:
    """The formulas of a row by heading, given the headings of the 13 months of the page."""
    cells = [f"INDEX({Dataset.TABLE}[{month}],{_ROW})" for month in months[-RUN:]]
    rules = {
        Signals.OUTSIDE: _outside(cells[-1]),
        Signals.TREND: f"TRUNC(({'+'.join(_steps(cells))})/{RUN - 1})",
        Signals.SHIFT: f"TRUNC(({'+'.join(map(_side, cells))})/{RUN})",
        Signals.NEAR: _near_a_limit(cells[-3:]),
    }
    checked = {heading: f'=IF({_MEAN}="",0,IFERROR({rule},0))' for heading, rule in rules.items()}
    return {**checked, Signals.SIGNAL: _signal(cells[-1]), Signals.RULE: _rule()}


def values_of(signal: MeasureSignal) -> dict[str, CellValue]:
    """What the formulas of a row show, by heading: a rule 1 high or rising, -1 low, 0 not met."""
    met = dict(signal.latest.signals) if signal.latest else {}
    rules: dict[str, CellValue] = {heading: met.get(rule, 0) for heading, rule in _WORDS.items()}
    return {**rules, Signals.SIGNAL: signal.text, Signals.RULE: signal.rule or NO_RULE}


def _steps(cells: Sequence[str]) -> Iterator[str]:
    for earlier, later in pairwise(cells):
        yield f"SIGN({later}-{earlier})"


def _side(cell: str) -> str:
    return f"SIGN(ROUND({cell}-{_MEAN},9))"


def _outside(latest: str) -> str:
    above, below = f"ROUND({latest}-{_UPPER},9)>0", f"ROUND({_LOWER}-{latest},9)>0"
    return f"({above})-({below})"


def _near(cell: str) -> str:
    reach = f"({_UPPER}-{_MEAN})*2/3"
    return f"{_side(cell)}*(ROUND(ABS({cell}-{_MEAN})-{reach},9)>0)"


def _near_a_limit(three: Sequence[str]) -> str:
    """The latest near a limit, another of the three near it too, and all on its side."""
    together = f"ABS({'+'.join(map(_side, three))})=3"
    before = f"ABS({'+'.join(map(_near, three[:-1]))})>0"
    return f"{_near(three[-1])}*({together})*({before})"


def _first(met: str, otherwise: str) -> str:
    """A formula that asks the rules in their order; ``met`` has a place for the rule's cell."""
    for heading in reversed(Signals.RULES):
        cell = f"[@[{heading}]]"
        otherwise = f"IF({cell}<>0,{met.format(cell=cell, words=_WORDS[heading])},{otherwise})"
    return otherwise


def _signal(latest: str) -> str:
    side = _first("{cell}", "0")
    good = f'({side}>0)=({_POLARITY}="{Polarity.HIGHER}")'
    meaning = f'IF({_POLARITY}&""="",IF({side}>0,"high","low"),IF({good},"improvement","concern"))'
    months = f"[@[{Signals.MONTHS}]]"
    lacking = f'"{NOT_ENOUGH[0]}"&({LEAST_POINTS}-{months})&"{NOT_ENOUGH[1]}"'
    nothing = f'IF(ISNUMBER({latest}),"{NO_COUNTS}","{NO_FIGURE}")'
    none = f"IF({months}=0,{nothing},{lacking})"
    arrow = f'IF({side}>0,"▲ ","▼ ")'
    found = f'IF({side}=0,"{USUAL}",{arrow}&{meaning})'
    return f'=IF({_MEAN}="",{none},{found})'


@cache
def assurance_formula() -> str:
    """Whether a target is met every time, never, or by chance; blank where nobody can say."""
    target = f"[@[{Signals.TARGET}]]"
    unknown = f'OR({_MEAN}="",{target}="",{_POLARITY}&""="")'
    below, above = f"ROUND({target}-{_LOWER},9)<0", f"ROUND({target}-{_UPPER},9)>0"
    always = f'({below})=({_POLARITY}="{Polarity.HIGHER}")'
    hits, misses, by_chance = (held.shown for held in Assurance)
    beyond = f'IF({always},"{hits}","{misses}")'
    return f'=IF({unknown},"",IF(OR({below},{above}),{beyond},"{by_chance}"))'


def _rule() -> str:
    said, none = '"{words}"', f'"{NO_RULE}"'
    return f"={_first(said, none)}"
