"""The charts of Signals: what is stored for them is what LibreOffice works out, and what is true.

Series with rebases, gaps, constant figures and few months; the drop-downs changed there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.support import office
from xl_addin.dataset import signal_charts as charts
from xl_addin.dataset.signals import signal_of
from xl_addin.dataset.spc import p_limits
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.excel.closed import ClosedBook
from xl_addin.excel.template import write_template
from xl_addin.layout import Comparators, DataNotes, Name, Sheet, Targets
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.notes import rebases_of
from xl_addin.observation import Observation
from xl_addin.period import Month
from xl_addin.refresh import Occasion, refresh
from xl_addin.returns import Entry, Return
from xl_addin.table import text_of
from xl_addin.update import AppendRows, Row, SetRows, Update

pytestmark = pytest.mark.libreoffice

JUNE = Month(2015, 6)
OCCASION = Occasion(datetime(2015, 7, 3, 9, 30), "officer", "0.1.0")
REFS = [f"R{number}" for number in range(24)]


def measures(chance: random.Random) -> list[Measure]:
    kinds = [(chance.choice(list(Unit)), chance.choice(list(Polarity))) for _ in REFS]
    places = {Unit.MONEY: 2, Unit.RATE: 1}
    return [
        Measure(ref, "", f"Measure {ref}", "", unit, places.get(unit, 0), polarity=polarity)
        for ref, (unit, polarity) in zip(REFS, kinds, strict=True)
    ]


PART, WHOLE = Measure("A", "", "Seen"), Measure("B", "", "All")
SHARE = Measure(
    "P", "", "Share", "", Unit.PERCENTAGE, numerator="A", denominator="B", control_limits="p-chart"
)


def figures(chance: random.Random, measure: Measure, number: int) -> list[float | None]:
    """Constant ones, few months, gaps; numbers that no double holds exactly."""
    scale = 1 / 7 if measure.is_percentage else 1.0 if measure.unit is Unit.NUMBER else 137.31
    among = [(3,), (2, 3, 4), (4, 5), (0, 1, 2), (3, 4, 5, 6)][number % 5]
    length = (0, 1, 12, 13, 23, 40)[number % 6]
    values: list[float | None] = [chance.choice(among) * scale for _ in range(length)]
    for _ in range(number % 3 if length > 12 else 0):
        values[chance.randrange(length)] = None
    return values


@pytest.fixture(scope="module")
def drawn_book(tmp_path_factory):
    """A closed workbook refreshed with drawn series; what was drawn, and what LibreOffice has."""
    chance = random.Random("charts of signals")
    path = tmp_path_factory.mktemp("charts") / "Drawn.xlsm"
    catalogue = [*measures(chance), PART, WHOLE, SHARE]
    write_template(path, "Drawn", Catalogue(tuple(catalogue)))
    series = {m.ref: figures(chance, m, number) for number, m in enumerate(catalogue[:-3])}
    series["B"] = [float(chance.choice((10, 20, 90))) for _ in range(30)]
    series["A"] = [float(chance.randrange(int(whole) + 1)) for whole in series["B"]]
    rows = [Row((ref, None, None, 0.5)) for ref in REFS[::4]]
    notes = [
        (None, ref, "Counted anew [b]", date(2014, 1 + n, 1), None, "active", "officer", None)
        for n, ref in enumerate(REFS[4:24:5])
    ]
    before = SetRows(Targets.TABLE, Targets.COLUMNS, tuple(rows))
    beside = SetRows(Comparators.TABLE, Comparators.COLUMNS, tuple(compared(chance, catalogue)))
    ClosedBook(path).apply(
        Update((before, beside, AppendRows(DataNotes.TABLE, DataNotes.COLUMNS, tuple(notes))))
    )
    entries = tuple(
        Entry(Observation(ref, month, value), "Drawn")
        for ref, values in series.items()
        for month, value in zip(JUNE.window(len(values)) if values else (), values, strict=True)
    )
    book = parse_workbook(ClosedBook(path).read())
    ClosedBook(path).apply(refresh(book, Return(entries, "D", "0" * 64), OCCASION))
    return path, {m.ref: m for m in catalogue}


YEARS = {"2013-14": (1, 9), "2014-15": (10, 21), "Apr 2015": (22, 22), "2010-11": (0, 0)}
"""Periods, and the first and last of the 24 months to June 2015 that are theirs."""


WHO = ("England", "South  East", "Our statistical neighbours", "Kent", "London")
COMPARED = {"R2": 2, "R3": 2, "R4": 3, "R5": 5, "R11": 3, "R14": 2, "R16": 1, "P": 5}
"""How many of them have figures of a measure; R5 and R11 are money."""


def compared(chance: random.Random, catalogue: list[Measure]) -> Iterator[Row]:
    """What others had: of a year, two years, those and a month; of R4 no year that is drawn too."""
    for number, measure in enumerate(m for m in catalogue if m.ref in COMPARED):
        for name in WHO[: COMPARED[measure.ref]]:
            for period in list(YEARS) if measure.ref == "R4" else list(YEARS)[: 1 + number % 3]:
                value = chance.randrange(1, 7) * (1 / 7 if measure.is_percentage else 11.1)
                yield Row((measure.ref, name, period, value, "DfE"))


def expected_lines(measure: Measure, book, rows: list[list[object]]) -> list[list[object]]:
    """What others had, by line and month, straight from the table Comparators."""
    if measure.unit in (Unit.NUMBER, Unit.MONEY, Unit.DECIMAL):
        return [["#N/A"] * 24] * 3
    table = [row for row in book.tables[Comparators.TABLE].rows if row[0] == measure.ref]
    figures = [row[charts.FIGURE] for row in rows]
    numbers = [figure for figure in figures if figure != "#N/A"]
    first = next((n for n, figure in enumerate(figures, 1) if figure != "#N/A"), 25)
    lines = []
    for who in ("Our statistical neighbours", "South  East", "London", "England", "Kent"):
        line = ["#N/A"] * 24
        for _, _, period, value, _ in (row for row in table if row[1] == who):
            shown = value * measure.unit.kind.factor
            is_year = period != "Apr 2015"
            if measure.unit is Unit.RATE and is_year and shown > 3 * max(numbers, default=0):
                continue
            start, end = YEARS[text_of(period)] if isinstance(period, str) else YEARS["Apr 2015"]
            for place in range(max(start, first), end + 1):
                line[place - 1] = shown
        lines += [line] if set(line) != {"#N/A"} else []
    return (lines + [["#N/A"] * 24] * 3)[:3]


def stored(path: Path, sheet: str) -> dict[tuple[int, int], object]:
    """What a sheet shows to readers that do not calculate; days as their numbers."""
    rows = openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows()
    cells = {(c.row, c.column): c.value for row in rows for c in row}
    return {at: plain(value) for at, value in cells.items() if value not in (None, "")}


def plain(value: object) -> object:
    return (value - datetime(1899, 12, 30)).days if isinstance(value, datetime) else value


def panel_of(calculated, slot: int) -> list[list[object]]:
    """The 24 rows of a chart as LibreOffice has them, then its heads."""
    width = len(charts.SERIES)
    columns = range(2 + slot * width, 2 + (slot + 1) * width)
    sheet = calculated[Sheet.SIGNAL_FIGURES]
    return [[sheet.get((row, column)) for column in columns] for row in range(5, 30)]


def test_what_is_stored_is_what_libreoffice_works_out(drawn_book):
    path, _ = drawn_book
    calculated = office.calculated(path)
    for sheet in (Sheet.SIGNALS, Sheet.SIGNAL_FIGURES):
        worked_out = {at: value for at, value in calculated[sheet].items() if value != ""}
        assert stored(path, sheet) == worked_out


def expected(measure: Measure, book, place: int) -> list[object]:
    """Figure, mean, limits and what is marked of a month, straight from the record and spc."""
    history, rebases = book.history, rebases_of(book).get(measure.ref, ())
    month, factor = JUNE.plus(place - 24), measure.unit.kind.factor
    seen = history.find(measure.ref, month)
    figure = seen.value * factor if seen and seen.value is not None else "#N/A"
    run = signal_of(measure, history, JUNE, rebases)
    if run.limits is None or place <= 24 - len(run.values):
        return [figure, "#N/A", "#N/A", "#N/A"]
    most, of_run = measure.unit.kind.most, run.limits
    if measure is SHARE:
        counts = [[history.find(ref, m).value for ref in "AB"] for m in JUNE.window(30)]
        of_run = p_limits(counts)[place - 25]
    upper = min(most, of_run.upper) if most is not None else of_run.upper
    limits = (of_run.mean, max(0.0, of_run.lower), upper)
    return [figure, *(limit * factor for limit in limits)]


def test_charts_follow_their_drop_downs(drawn_book):
    path, measures = drawn_book
    book = parse_workbook(ClosedBook(path).read())
    chosen = ["R11", "R16", "R14", "P", "GONE", ""]
    cells = [cell_of(path, Name.signal_measure(slot)) for slot in range(1, 7)]
    calculated = office.shown(path, dict(zip(cells, chosen, strict=True))).values
    for slot, ref in enumerate(chosen[:4]):
        *rows, heads = panel_of(calculated, slot)
        assert heads[charts.HEADING] == f"{ref}  {measures[ref].description}"
        for place, row in enumerate(rows, 1):
            found = [row[at] for at in (charts.FIGURE, charts.MEANS, charts.LOWERS, charts.UPPERS)]
            assert found == pytest.approx(expected(measures[ref], book, place), abs=1e-6)
        lines = expected_lines(measures[ref], book, rows)
        assert sum(set(line) != {"#N/A"} for line in lines) == (0, 1, 2, 3)[slot]
        for at, name, line in zip(charts.COMPARED, charts.NAMES, lines, strict=True):
            assert [row[at] for row in rows] == pytest.approx(line, abs=1e-6)
            words = str(calculated[Sheet.SIGNALS][place_of_words(path, slot + 1)])
            assert bool(heads[name]) == (set(line) != {"#N/A"}) and (heads[name] or "") in words
    *rows, heads = panel_of(calculated, 4)
    assert {value for row in rows for value in row[1:]} == {"#N/A"} and not heads[charts.TEXT]
    words = [calculated[Sheet.SIGNALS][place_of_words(path, slot)] for slot in (5, 6)]
    assert words == [f"GONE{charts.NOT_YET}", charts.CHOOSE]


def place_of_words(path: Path, slot: int) -> tuple[int, int]:
    return cell_of(path, Name.signal_words(slot))[1:]


def cell_of(path: Path, name: str) -> tuple[str, int, int]:
    """The cell a name stands for, as office.shown has it typed into."""
    sheet, cell = next(iter(openpyxl.load_workbook(path).defined_names[name].destinations))
    row, column = openpyxl.utils.cell.coordinate_to_tuple(cell.replace("$", ""))
    return sheet, row, column
