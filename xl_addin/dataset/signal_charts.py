"""The charts of the sheet Signals: each cell behind them a formula, and what it shows.

A drop-down chooses the measure. What its chart draws stands packed in the table Signals (drawn.py)
and is taken apart here: in single cells, the heads, and in a column of 24 months for each line or
kind of point, one formula for the whole column. #N/A is what makes Excel leave a point out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from xl_addin.dataset.comparator_lines import MOST_LINES, NAME_WIDTH
from xl_addin.dataset.drawn import (
    CONCERN,
    IMPROVEMENT,
    MONTHS_DRAWN,
    NEVER,
    SAID_WIDTH,
    SIGNS,
    SPECIAL,
    WIDTH,
    Drawn,
    Run,
    months_drawn,
    unpacked,
)
from xl_addin.dataset.key_measures import (
    NO_FIGURE,
    axis,
    axis_formula,
    filled,
    label,
    label_formula,
    property_of,
)
from xl_addin.dataset.page import PageRow
from xl_addin.dataset.signal_table import NO_RULE
from xl_addin.layout import Measures, Name, Signals
from xl_addin.measure import Catalogue, Measure
from xl_addin.period import Month
from xl_addin.table import CellValue
from xl_addin.update import Calculated
from xl_addin.values import value_type

HEADS = (
    *("Heading", "Axis", "Drawn", "Decimals", "First month", "From", "Before, from", "to"),
    *("Mean", "Lower limit", "Upper limit", "Mean before", "Lower before", "Upper before"),
    *(f"Comparator {sign}" for sign in SIGNS),
)
"""What stands once for each chart. Places of months count from 1."""

(HEADING, AXIS, TEXT, PLACES, SHOWN, NOW, BEFORE, TO, MEAN, LOWER, UPPER, *_) = range(len(HEADS))
MEAN_BEFORE, LOWER_BEFORE, UPPER_BEFORE = range(MEAN + 3, MEAN + 6)
NAMES = range(UPPER_BEFORE + 1, len(HEADS))

SERIES = (
    *("Month", "Figure", "Figure now", "Figure before", "Mean", "Lower limit", "Upper limit"),
    *("Mean before", "Lower before", "Upper before", "Target"),
    *("Improvement", "Concern", "High or low"),
    *(f"Comparator {sign}" for sign in SIGNS),
)
"""What stands for each month of a chart."""

(MONTH, FIGURE, LINE_NOW, LINE_BEFORE, MEANS, LOWERS, UPPERS, *_) = range(len(SERIES))
MEANS_BEFORE, LOWERS_BEFORE, UPPERS_BEFORE, TARGETS, GOOD, BAD, EITHER = range(7, 14)
COMPARED = range(EITHER + 1, len(SERIES))

CHOOSE = "Choose a measure in the box above."
NOT_YET = " has nothing to be drawn yet: it comes with the next refresh, if Measures lists it."
NONE_NOW = "No figure"

_NAMES = "JanFebMarAprMayJunJulAugSepOctNovDec"
_RUNS_AT = MONTHS_DRAWN + 1
_LIMITS_AT = _RUNS_AT + 10
_FIGURES_AT = _LIMITS_AT + 6 * WIDTH
_TARGETS_AT = _FIGURES_AT + MONTHS_DRAWN * WIDTH
_LOWERS_AT, _UPPERS_AT = (_TARGETS_AT + n * MONTHS_DRAWN * WIDTH for n in (1, 2))
_LINES_AT = [_UPPERS_AT + n * MONTHS_DRAWN * WIDTH for n in range(1, MOST_LINES + 1)]
_NAMES_AT = _LINES_AT[-1] + MONTHS_DRAWN * WIDTH
_SAID_AT = _NAMES_AT + MOST_LINES * NAME_WIDTH
"""Where in the text each part begins, counted from 1: dataset/drawn.py."""


def settled_charts(catalogue: Catalogue, slots: Sequence[str]) -> tuple[str, ...]:
    """The measure of each chart, given the refs chosen so far; key measures come before others."""
    others = dict.fromkeys([*(m.ref for m in catalogue.key_measures), *catalogue.refs])
    return filled(catalogue, slots, others)


def ref_formula(slot: int) -> str:
    """The ref of the measure of a chart."""
    choice = Name.signal_measure(slot)
    return f'=IF({choice}="","",{choice})'


def head_formulas(ref: str, text: str, places: str) -> tuple[str, ...]:
    """The heads of a chart, given the cells of its ref, of its text and of the decimals in that."""
    own, usual = property_of(ref, Measures.KEY_HEADING), property_of(ref, Measures.DESCRIPTION)
    runs = zip(range(_RUNS_AT, _LIMITS_AT, 2), _NO_RUNS, strict=True)
    numbers = range(_LIMITS_AT, _FIGURES_AT, WIDTH)
    names = range(_NAMES_AT, _SAID_AT, NAME_WIDTH)
    return (
        f'=IFERROR({ref}&"  "&IF({own}&""<>"",{own},{usual}),"")',
        axis_formula(ref, signed=True),
        f'=IFERROR({_signals(ref, Signals.DRAWN)}&"","")',
        *(f"=IFERROR(MID({text},{at},2)+0,{usually})" for at, usually in runs),
        *(f"={_number(text, str(at), places)}" for at in numbers),
        *(f"=TRIM(MID({text},{at},{NAME_WIDTH}))" for at in names),
    )


_NO_RUNS = (0, MONTHS_DRAWN, NEVER, NEVER, 0)
"""Decimals, first month and runs where nothing is drawn."""


def series_formulas(heads: Sequence[str], place: str, figures: str) -> tuple[str, ...]:
    """The columns of a chart, given the cells of its heads, the places of months, its figures."""
    text, places, shown = heads[TEXT], heads[PLACES], heads[SHOWN]
    now, before = f"{place}>={heads[NOW]}", f"({place}>={heads[BEFORE]})*({place}<={heads[TO]})"
    month = f"MONTH({Name.MONTH})-{MONTHS_DRAWN}+IF({place}<{shown},{shown},{place})"
    date = f'IF({Name.MONTH}="",NA(),DATE(YEAR({Name.MONTH}),{month},1))'
    starts = (_FIGURES_AT, _TARGETS_AT, *_LINES_AT, _LOWERS_AT, _UPPERS_AT)
    at = [f"{start}+{WIDTH}*({place}-1)" for start in starts]
    drawn, targets, *compared = (_number(text, start, places) for start in at[:-2])
    own = ["", *(_number(text, start, places, "{}") for start in at[-2:])]
    lines_now, lines_before = (
        [line.format(head) or head for line, head in zip(own, each, strict=True)]
        for each in (heads[MEAN:MEAN_BEFORE], heads[MEAN_BEFORE : NAMES.start])
    )
    formulas = [date, drawn, _where(now, figures), _where(before, figures)]
    formulas += [_where(now, line) for line in lines_now]
    formulas += [_where(before, line) for line in lines_before]
    marks = (f'MID({text},{place},1)="{mark}"' for mark in _MARKED)
    formulas += [targets, *(_where(mark, figures) for mark in marks), *compared]
    return tuple("=" + formula for formula in formulas)


_MARKED = (IMPROVEMENT, CONCERN, SPECIAL)


def _where(condition: str, shown: str) -> str:
    return f"IF({condition},{shown},NA())"


def _number(text: str, at: str, places: str, otherwise: str = "NA()") -> str:
    return f"IFERROR(MID({text},{at},{WIDTH})/10^{places},{otherwise})"


def _signals(ref: str, heading: str) -> str:
    found = f"MATCH({ref},{Signals.TABLE}[{Signals.REF}],0)"
    return f"INDEX({Signals.TABLE}[{heading}],{found})"


def words_formula(ref: str, heads: Sequence[str], series: Sequence[str]) -> str:
    """What a chart shows, in words, given the cells of its ref and heads, and its columns."""
    said, rule = _signals(ref, Signals.SIGNAL), _signals(ref, Signals.RULE)
    latest, target = (f"INDEX({series[at]},{MONTHS_DRAWN})" for at in (FIGURE, TARGETS))
    figure = label_formula(ref, latest)[1:]
    ends = f'" in "&{_month(Name.MONTH)}'
    signal = f'" – "&{said}&IF({rule}="{NO_RULE}","",", "&{rule})'
    first = f'IF(ISNUMBER({latest}),{figure}&{ends}&{signal},"{NONE_NOW}"&{ends})&"."'
    held = _signals(ref, Signals.ASSURANCE)
    of_target = f'" Target "&{label_formula(ref, target)[1:]}&IF({held}="","",": "&{held})&"."'
    by = f'", by "&{_signals(ref, Signals.MONTHS)}&" months since "'
    now = f'{_limits(ref, heads[MEAN:MEAN_BEFORE])}&{by}&{_month(_signals(ref, Signals.SINCE))}&"."'
    until = _month(f"INDEX({series[MONTH]},{heads[TO]})")
    before = f'" To "&{until}&":"&{_limits(ref, heads[MEAN_BEFORE : NAMES.start], "mean")}&"."'
    parts = ((heads[MEAN], now), (heads[MEAN_BEFORE], before), (target, of_target))
    more = "".join(f'&IF(ISNUMBER({cell}),{part},"")' for cell, part in parts)
    nothing = f'IF({ref}="","{CHOOSE}",{ref}&"{NOT_YET}")'
    beside = f"MID({heads[TEXT]},{_SAID_AT},{SAID_WIDTH})"
    return f'=IF({heads[TEXT]}="",{nothing},{first}{more}&{beside})'


def _limits(ref: str, cells: Sequence[str], begins: str = "Mean") -> str:
    mean, lower, upper = (label_formula(ref, cell, more=1)[1:] for cell in cells)
    return f'" {begins} "&{mean}&", limits "&{lower}&" to "&{upper}'


def _month(cell: str) -> str:
    return f'MID("{_NAMES}",3*MONTH({cell})-2,3)&" "&YEAR({cell})'


@value_type
class Panel:
    """What the formulas of a chart show: its heads, its columns row by row, and its words."""

    ref: str
    heads: tuple[CellValue, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    words: str


def panel(
    ref: str,
    measure: Measure | None,
    row: PageRow | None,
    drawn: Drawn | None,
    month: Month | None,
) -> Panel:
    """What a chart shows of a measure, of which None may be known yet, or of no measure."""
    if row is None or measure is None or drawn is None or month is None:
        said = ref + NOT_YET if ref else CHOOSE
        blank = Drawn((None,) * MONTHS_DRAWN, "", Run(), Run())
        none: tuple[CellValue, ...] = (*_titles(ref, measure), "", *_NO_RUNS, *_NO_LINE, *_NO_LINE)
        return Panel(ref, (*none, *blank.names), (*_rows(blank, month),), said)
    runs = drawn.places, drawn.shown, drawn.now.first, drawn.before.first, drawn.before.last
    limits = (_shown(limit, drawn.places) for limit in drawn.limits)
    heads: tuple[CellValue, ...] = (
        *_titles(ref, measure),
        drawn.text,
        *runs,
        *limits,
        *drawn.names,
    )
    return Panel(ref, heads, (*_rows(drawn, month),), _words(row, drawn, month))


def _titles(ref: str, measure: Measure | None) -> tuple[str, str]:
    return (f"{ref}  {measure.heading}" if measure else "", axis(measure, signed=True))


def _shown(number: float | None, places: int) -> CellValue:
    found = unpacked(number, places)
    return NO_FIGURE if found is None else found


def _rows(drawn: Drawn, month: Month | None) -> Iterator[tuple[CellValue, ...]]:
    """The rows of a chart: for each month what each of its columns shows."""
    places, runs = drawn.places, (drawn.now, drawn.before)
    lines = [[_shown(n, places) for n in (run.limits or (None,) * 3)] for run in runs]
    own = [*zip(*drawn.monthly, strict=True)] or [()] * MONTHS_DRAWN
    targets = drawn.targets or (None,) * MONTHS_DRAWN
    marks = drawn.marks or " " * MONTHS_DRAWN
    months = [one.first_day for one in months_drawn(month)] if month else ()
    together = zip(drawn.values, targets, marks, own, _compared(drawn), strict=True)
    for place, (value, target, mark, monthly, compared) in enumerate(together, 1):
        figure = _shown(value, places)
        within = [run.first <= place <= run.last for run in runs]
        of_runs = zip(within, lines, strict=True)
        yield (
            months[max(place, drawn.shown) - 1] if months else NO_FIGURE,
            figure,
            *(figure if inside else NO_FIGURE for inside in within),
            *chain(*(_line(line, monthly, places) if i else _NO_LINE for i, line in of_runs)),
            _shown(target, places),
            *(figure if mark == marked else NO_FIGURE for marked in _MARKED),
            *compared,
        )


def _compared(drawn: Drawn) -> Iterable[Sequence[CellValue]]:
    """What the lines of comparators show in each month."""
    places, none = drawn.places, [NO_FIGURE] * MONTHS_DRAWN
    lines = [[_shown(number, places) for number in line.values] for line in drawn.lines]
    return zip(*lines, *[none] * (MOST_LINES - len(lines)), strict=True)


_NO_LINE = (NO_FIGURE,) * 3


def _line(
    line: Sequence[CellValue], monthly: Sequence[float | None], places: int
) -> Sequence[CellValue]:
    """Mean and limits of a month of a run: its own limits where it has any."""
    return (
        (line[0], *(_shown(n, places) for n in monthly))
        if monthly and None not in monthly
        else line
    )


def _words(row: PageRow, drawn: Drawn, month: Month) -> str:
    """What a chart shows, in words: twin of words_formula."""
    measure, signal, places = row.measure, row.signal, drawn.places
    assert signal is not None
    figure, ends = _shown(drawn.values[-1], places), f" in {month.label}"
    said = f" – {signal.text}" + (f", {signal.rule}" if signal.rule else "")
    parts = [f"{NONE_NOW if figure is NO_FIGURE else label(measure, figure)}{ends}"]
    parts[0] += "." if figure is NO_FIGURE else f"{said}."
    now, before = ([_shown(n, places) for n in drawn.limits[at : at + 3]] for at in (0, 3))
    if signal.since and now[0] is not NO_FIGURE:
        of = f"by {len(signal.values)} months since {signal.since.label}"
        parts.append(f"{_limits_said(measure, now, 'Mean')}, {of}.")
    if before[0] is not NO_FIGURE:
        until = month.plus(drawn.before.last - MONTHS_DRAWN).label
        parts.append(f"To {until}: {_limits_said(measure, before, 'mean')}.")
    if drawn.targets:
        held = f": {row.assurance.shown}" if row.assurance else ""
        target = label(measure, _shown(drawn.targets[-1], places))
        parts.append(f"Target {target}{held}.")
    return " ".join(parts) + drawn.said


def _limits_said(measure: Measure, limits: Sequence[CellValue], begins: str) -> str:
    mean, lower, upper = (label(measure, limit, more=1) for limit in limits)
    return f"{begins} {mean}, limits {lower} to {upper}"


def calculated_charts(
    catalogue: Catalogue,
    slots: Sequence[str],
    rows: Mapping[str, PageRow],
    drawn: Mapping[str, Drawn],
    month: Month | None,
) -> tuple[Calculated, ...]:
    """What the formulas behind the charts show, given the refs chosen and what is known by ref."""
    measures = {measure.ref: measure for measure in catalogue}
    panels = [panel(ref, measures.get(ref), rows.get(ref), drawn.get(ref), month) for ref in slots]
    together = zip(*(each.rows for each in panels), strict=True)
    heads = [each.heads for each in panels]
    return (
        Calculated(Name.SIGNAL_REFS, (tuple(each.ref for each in panels),)),
        Calculated(Name.SIGNAL_FIGURES, tuple(tuple(chain(*row)) for row in (*together, heads))),
        *(
            Calculated(Name.signal_words(slot), ((each.words,),))
            for slot, each in enumerate(panels, 1)
        ),
    )
