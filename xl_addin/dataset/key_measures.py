"""The figures behind the charts: each a formula of the Key measures sheet and its twin.

A chart's measure is chosen from a drop-down, so everything else about it is a formula. A
percentage is charted in per cents (29, not 0.29), because an axis cannot change its number
format by formula; the label of a bar says "29%".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xl_addin.dataset.derived import is_number
from xl_addin.layout import Dataset, Measures, Name
from xl_addin.measure import Catalogue, Measure, Unit
from xl_addin.rounding import round_half_away
from xl_addin.table import CellError, CellValue, text_of
from xl_addin.update import Calculated

NO_FIGURE = CellError("#N/A")
"""A chart draws no bar for it."""

_ROW = f"MATCH({{ref}},{Dataset.TABLE}[{Dataset.REF}],0)"
_MEASURE = f"MATCH({{ref}},{Measures.TABLE}[{Measures.REF}],0)"


def settled(catalogue: Catalogue, slots: Sequence[str]) -> tuple[str, ...]:
    """The measure of each chart as Measures has it, given the refs chosen so far.

    What an officer chose stays. The box of a measure that is no longer listed, or a free one,
    goes to the next key measure without a chart; with none left it is blank.
    """
    return filled(catalogue, slots, [measure.ref for measure in catalogue.key_measures])


def filled(catalogue: Catalogue, slots: Sequence[str], others: Iterable[str]) -> tuple[str, ...]:
    """The refs chosen; what is not listed gives way to the next of the others without a chart.

    Excel's boxes take a ref in any capitals; it is kept as Measures has it.
    """
    listed = {ref.casefold(): ref for ref in catalogue.refs}
    kept = [ref if ref in catalogue else listed.get(ref.casefold(), "") for ref in slots]
    waiting = iter([ref for ref in others if ref not in kept])
    return tuple(ref or next(waiting, "") for ref in kept)


def ref_formula(choice: str) -> str:
    """The ref of a chart's measure, given the name of the cell that chooses it."""
    return f'=IF({choice}="","",{choice})'


def month_formula(month: str) -> str:
    """A month shown, given its heading: the formula follows when the column is another month's."""
    return f"={Dataset.TABLE}[[#Headers],[{month}]]"


def figure_formula(ref: str, month: str) -> str:
    """The figure charted for the measure named in cell ``ref``, in the month of a heading."""
    cell = _dataset_cell(ref, month)
    scale = _by_unit(ref, {unit: str(unit.kind.factor) for unit in Unit}, "1")
    return f"=IFERROR(IF(ISNUMBER({cell}),{cell}*{scale},NA()),NA())"


def charted(measure: Measure | None, shown: CellValue) -> CellValue:
    """The figure charted for what a cell of the Dataset shows: twin of figure_formula."""
    if measure is None or not is_number(shown):
        return NO_FIGURE
    return shown * measure.unit.kind.factor


def heading_formula(ref: str, figures: str, months: str, latest_month: str) -> str:
    """The heading of a chart, given its measure's cell, its 13 figures and their months.

    ``latest_month`` is the heading of the last of them.
    """
    own, text = property_of(ref, Measures.KEY_HEADING), property_of(ref, Measures.DESCRIPTION)
    position = f"SUMPRODUCT(MAX(ISNUMBER({figures})*(COLUMN({figures})-MIN(COLUMN({figures}))+1)))"
    latest = f"INDEX({months},{position})"
    since = f'IF(COUNT({figures})=0,""," SINCE "&UPPER(LEFT({latest},4)&RIGHT({latest},2)))'
    stale = f'IF(ISTEXT({_dataset_cell(ref, latest_month)})," (NOT UPDATED"&{since}&")","")'
    return f'=IFERROR(IF({own}&""<>"",{own},{text})&{stale},"")'


def heading(measure: Measure | None, months: Sequence[str], shown: Sequence[CellValue]) -> str:
    """The heading of a chart: twin of heading_formula.

    ``months`` are the headings of the months shown, ``shown`` the cell of each.
    """
    if measure is None:
        return ""
    if not (isinstance(shown[-1], str) and shown[-1]):
        return measure.heading
    updated = [m for m, cell in zip(months, shown, strict=True) if is_number(cell)]
    since = f" SINCE {updated[-1][:4]}{updated[-1][-2:]}".upper() if updated else ""
    return f"{measure.heading} (NOT UPDATED{since})"


def axis_formula(choice: str, *, signed: bool = False) -> str:
    """The title of a chart's axis of figures, given the name of the cell that chooses it.

    With ``signed`` the sign of the unit stands behind it, where it has one: "Percentage (%)".
    """
    titles = {unit: f'"{_axis_of(unit, signed)}"' for unit in Unit}
    return f'=IFERROR({_by_unit(choice, titles, titles[Unit.NUMBER])},"")'


def axis(measure: Measure | None, *, signed: bool = False) -> str:
    """The title of a chart's axis of figures: twin of axis_formula."""
    return _axis_of(measure.unit, signed) if measure else ""


def _axis_of(unit: Unit, signed: bool) -> str:
    sign = unit.kind.before or unit.kind.after
    return f"{unit.kind.axis} ({sign})" if signed and sign else unit.kind.axis


def label_formula(ref: str, figure: str, more: int = 0) -> str:
    """The label of a bar, given its measure's cell and the figure charted.

    It has ``more`` decimals than the measure's figures are printed with, and zeros among them too:
    a limit of 29.0% is not to look like a figure of 29%.
    """
    places = property_of(ref, Measures.DECIMALS) + (f"+{more}" if more else "")
    number = f"FIXED({figure},{places},TRUE)" if more else f"ROUND({figure},{places})"
    grouped = {unit: f"FIXED({figure},{places})" for unit in Unit if unit.kind.is_grouped}
    before = {unit: f'"{unit.kind.before}"' for unit in Unit}
    after = {unit: f'"{unit.kind.after}"' for unit in Unit}
    signs = [_by_unit(ref, sign, '""') for sign in (before, after)]
    return f'=IFERROR({signs[0]}&{_by_unit(ref, grouped, number)}&{signs[1]},"")'


def label(measure: Measure | None, figure: CellValue, more: int = 0) -> str:
    """The label of a bar: twin of label_formula."""
    if measure is None or not is_number(figure):
        return ""
    places = measure.decimals + more
    kind, number = measure.unit.kind, round_half_away(float(figure), places)
    said = f"{number:.{places}f}" if more else text_of(number)
    said = f"{number:,.{places}f}" if kind.is_grouped else said
    return f"{kind.before}{said}{kind.after}"


def calculated(
    catalogue: Catalogue,
    slots: Sequence[str],
    months: Sequence[str],
    page: Mapping[str, Sequence[CellValue]],
) -> tuple[Calculated, ...]:
    """What the formulas of the Key measures sheet show.

    ``slots`` are the measure refs chosen, ``months`` the headings of the months shown and
    ``page`` the cells the Dataset shows for each measure.
    """
    measures = [next((m for m in catalogue if m.ref == ref), None) for ref in slots]
    shown = [page.get(ref, (None,) * len(months)) for ref in slots]
    figures = tuple(
        tuple(charted(measure, cell) for cell in cells)
        for measure, cells in zip(measures, shown, strict=True)
    )
    chosen = list(zip(measures, shown, figures, strict=True))
    return (
        Calculated(Name.KEY_FIGURES, figures),
        Calculated(Name.KEY_REFS, tuple((ref,) for ref in slots)),
        Calculated(Name.KEY_MONTHS, (tuple(months),)),
        Calculated(Name.KEY_HEADINGS, tuple((heading(m, months, s),) for m, s, _ in chosen)),
        Calculated(Name.KEY_LABELS, tuple((label(m, f[0]), label(m, f[-1])) for m, _, f in chosen)),
    )


def _dataset_cell(ref: str, month: str) -> str:
    return f"INDEX({Dataset.TABLE}[{month}],{_ROW.format(ref=ref)})"


def _by_unit(ref: str, texts: Mapping[Unit, str], usual: str) -> str:
    """A part of a formula that is another for some units, given the cell that names a measure."""
    said: dict[str, list[Unit]] = {}
    for unit, text in texts.items():
        said.setdefault(text, []).append(unit)
    formula, own = usual, property_of(ref, Measures.UNIT)
    for text, units in said.items():
        if text != usual:
            tests = ",".join(f'{own}="{unit}"' for unit in units)
            formula = f"IF({f'OR({tests})' if units[1:] else tests},{text},{formula})"
    return formula


def property_of(ref: str, heading: str) -> str:
    """What Measures says of the measure named in a cell, as a part of a formula."""
    return f"INDEX({Measures.TABLE}[{heading}],{_MEASURE.format(ref=ref)})"
